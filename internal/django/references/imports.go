package references

import (
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/queries"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// imports finds where modules import the class of a lost model, or ask the registry of applications for it.
func (f *finder) imports() {
	for i, l := range f.Lost {
		if l.Class == "" {
			continue
		}
		for n := range f.Modules {
			m := &f.Modules[n]
			if strings.Contains(string(m.Syntax.File.Data), l.Class) {
				f.importsIn(m, i, l, m.Syntax.Body, OnUse, true, 0)
			}
		}
	}
}

// importsIn goes through statements that run when the module is imported (top), or in a function. What stands in a try statement with a
// handler, or under TYPE_CHECKING, is left out.
func (f *finder) importsIn(m *queries.Module, i int, l Lost, body []syntax.Stmt, when When, top bool, depth int) {
	if depth > 60 {
		return
	}
	if top {
		when = AtImport
	}
	for _, s := range body {
		switch s := s.(type) {
		case *syntax.ImportFrom:
			f.importFrom(m, i, l, s, when)
		case *syntax.FunctionDef:
			f.importsIn(m, i, l, s.Body, OnUse, false, depth+1)
		case *syntax.ClassDef:
			f.importsIn(m, i, l, s.Body, when, top, depth+1)
		case *syntax.If:
			if flow.LastName(s.Test) != "TYPE_CHECKING" {
				f.importsIn(m, i, l, s.Body, when, top, depth+1)
			}
			f.importsIn(m, i, l, s.Orelse, when, top, depth+1)
		case *syntax.Try:
			if len(s.Handlers) == 0 {
				f.importsIn(m, i, l, s.Body, when, top, depth+1)
			}
		default:
			f.registry(m, i, l, s, when)
		}
	}
}

// importFrom is `from shop.models import Gone`.
func (f *finder) importFrom(m *queries.Module, i int, l Lost, s *syntax.ImportFrom, when When) {
	app := f.Models.App(l.App)
	from := resolve.Absolute(m.Names.Dotted, m.Names.Package, s)
	if app == nil || from != app.Module && !strings.HasPrefix(from, app.Module+".") {
		return
	}
	for _, a := range s.Names {
		if a.Name != l.Class || f.Gone && f.binds(from, a.Name) {
			continue
		}
		f.add(Reference{Lost: i, Does: "imports " + l.Class + " from " + from, Raises: "ImportError", When: when, Place: placeOf(m), At: m.Syntax.Span(a)})
	}
}

// binds reports whether a module has a name, or may have it.
func (f *finder) binds(module, name string) bool {
	if _, ok := f.Graph.Module(module + "." + name); ok {
		return true
	}
	imported := f.Session.Import(module)
	if !imported.Module.IsValid() || imported.Failure != nil || imported.GivenUp != "" {
		return true
	}
	return imported.Module.Attr(name).IsValid() || imported.Module.Attr("__getattr__").IsValid()
}

// registry finds apps.get_model("shop", "Gone").
func (f *finder) registry(m *queries.Module, i int, l Lost, s syntax.Stmt, when When) {
	syntax.Inspect(s, func(n syntax.Node) bool {
		call, ok := n.(*syntax.Call)
		if !ok || flow.LastName(call.Func) != "get_model" {
			return true
		}
		first, _ := text(flow.Arg(call, 0, "app_label"))
		second, _ := text(flow.Arg(call, 1, "model_name"))
		label, name, dotted := strings.Cut(first, ".")
		if !dotted {
			name = second
		}
		if label == l.App && strings.EqualFold(name, l.Class) && (!f.Gone || f.Models.State.Models[l.App+"."+strings.ToLower(name)] == nil && f.Models.Undecided[l.App] == "") {
			f.add(Reference{Lost: i, Does: "get_model() asks for " + l.Class, Raises: "LookupError", When: when, Place: placeOf(m), At: m.Syntax.Span(call)})
		}
		return true
	})
}

func placeOf(m *queries.Module) queries.Place { return queries.PlaceOf(m.Dotted) }
