package project

import (
	"slices"
	"strings"

	"gonogo/internal/django/migrate"
	"gonogo/internal/django/orm"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// RealModel is a place where a function that a migration runs uses a model as the code has it, and not as it was.
type RealModel struct {
	Model string      // dotted, "get_user_model()" for that
	At    source.Span // in the migration
	// Through is the function of the project's code that uses it, "" where the migration does so itself; UsedAt is where.
	Through string
	UsedAt  source.Span
}

// RealModels finds the models that the functions of a migration use directly, or through functions of the project that they call. What a
// function defines within itself (a receiver of post_migrate) and what it hands to a task queue runs later and is left out.
// To be called within Program().Do.
func (s *Snapshot) RealModels(m *migrate.Migrations, x *migrate.Migration) []RealModel {
	if s.Code == nil {
		return nil
	}
	f := &realModels{graph: s.Code.Graph(), models: s.Collected().All, seen: map[*syntax.FunctionDef]bool{}}
	for _, o := range x.Operations {
		for _, o := range append([]*migrate.Operation{o}, o.Database...) {
			if o.Kind != "RunPython" {
				continue
			}
			for _, name := range []string{"code", "reverse_code"} {
				if d, ok := o.Arg(name).Definition(); ok && d.Function != nil {
					if module, ok := f.graph.Module(d.Module); ok {
						f.function(module, d.Function, nil)
					}
				}
			}
		}
	}
	return f.found
}

// realModels walks the functions of one migration.
type realModels struct {
	graph  *resolve.Graph
	models []*orm.Model
	seen   map[*syntax.FunctionDef]bool
	found  []RealModel
}

// call is the call of the migration through which other code was reached.
type call struct {
	at      source.Span
	through string
	depth   int
}

// function looks through the body of a function; from is nil in the migration's own.
func (f *realModels) function(module *resolve.Module, def *syntax.FunctionDef, from *call) {
	const deepest, most = 3, 20
	if f.seen[def] || from != nil && from.depth > deepest || len(f.found) > most {
		return
	}
	f.seen[def] = true
	saves := savesRows(def)
	syntax.InspectBody(def.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef, *syntax.Lambda, *syntax.ClassDef:
			return false
		case *syntax.Attribute:
			if isManagerName(n.Attr) {
				f.use(module, n.Value, module.Syntax.Span(n), from)
			}
		case *syntax.Call:
			f.call(module, n, from, saves)
		}
		return true
	})
}

// savesRows reports whether a function calls save, bulk_create and the like on anything: a model that is only made writes nothing.
func savesRows(def *syntax.FunctionDef) (saves bool) {
	syntax.InspectBody(def.Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Call); ok {
			if a, ok := c.Func.(*syntax.Attribute); ok && (a.Attr == "save" || a.Attr == "bulk_create" || a.Attr == "delete" || a.Attr == "add") {
				saves = true
			}
		}
		return !saves
	})
	return saves
}

// isManagerName reports whether an attribute of a model leads to its rows.
func isManagerName(name string) bool {
	return name == "objects" || name == "_default_manager" || name == "_base_manager"
}

// use notes a model whose rows are asked for.
func (f *realModels) use(module *resolve.Module, e syntax.Expr, at source.Span, from *call) {
	dotted, ok := module.Resolve(e)
	if !ok {
		return
	}
	switch {
	case f.isModel(dotted):
	case strings.HasPrefix(dotted, "django.contrib.") && strings.Contains(dotted, ".models."):
	default:
		d, defined := f.graph.Define(dotted)
		value, isCall := d.Value.(*syntax.Call)
		if !defined || !isCall || d.Module == nil {
			return
		}
		if name, _ := d.Module.Resolve(value.Func); name != "django.contrib.auth.get_user_model" {
			return
		}
		dotted = "get_user_model()"
	}
	f.note(dotted, at, from)
}

// isModel reports whether a dotted name is a model with a table. Migrations that ask are few, so that no index is made.
func (f *realModels) isModel(dotted string) bool {
	return slices.ContainsFunc(f.models, func(m *orm.Model) bool { return !m.Abstract && m.Class.Dotted() == dotted })
}

func (f *realModels) note(model string, at source.Span, from *call) {
	found := RealModel{Model: model, At: at, UsedAt: at}
	if from != nil {
		found.At, found.Through = from.at, from.through
	}
	for _, x := range f.found {
		if x.Model == found.Model && x.At == found.At {
			return
		}
	}
	f.found = append(f.found, found)
}

// call follows a call into the project's own code.
func (f *realModels) call(module *resolve.Module, c *syntax.Call, from *call, saves bool) {
	dotted, ok := module.Resolve(c.Func)
	switch {
	case !ok:
		return
	case dotted == "django.contrib.auth.get_user_model":
		f.note("get_user_model()", module.Syntax.Span(c), from)
		return
	case f.isModel(dotted):
		if saves {
			f.note(dotted, module.Syntax.Span(c), from)
		}
		return
	}
	d, ok := f.graph.Define(dotted)
	if !ok || d.Function == nil || d.Module == nil {
		return
	}
	next := &call{at: module.Syntax.Span(c), through: dotted, depth: 1}
	if from != nil {
		next = &call{at: from.at, through: from.through, depth: from.depth + 1}
	} else if d.Module == module {
		next = nil // a helper within the migration
	}
	f.function(d.Module, d.Function, next)
}
