// Package writers tells who writes the fields of models: clients, through forms, serializers, views and code that takes what they send, or
// the staff, in the admin.
package writers

import (
	"slices"
	"strings"

	"gonogo/internal/django/access"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/forms"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Project is what the package asks of a project.
type Project struct {
	Routes  *routes.Routes
	Queries *queries.Facts
	Code    *flow.Code
	Graph   *resolve.Graph
	Forms   []*forms.Form
	// Admin are the models that are registered with the admin, by their dotted classes.
	Admin map[string]bool
}

// Writer is a way by which a client sets a field.
type Writer struct {
	Name string // of the form, serializer or view
	At   source.Span
	// Staff says that views that ask for more than a login stand before it, as far as anything does.
	Staff bool
	// Cleans says whether what it takes is passed through a sanitiser of HTML; Maybe where own code of the form may do so.
	Cleans eval.Tri
}

// Found are the writers of a project.
type Found struct {
	project Project
	used    map[string]use
}

// use is by what views a form is named.
type use struct{ open, guarded bool }

// New goes through the views once.
func New(p Project) *Found {
	f := &Found{project: p, used: map[string]use{}}
	for n := range p.Routes.Endpoints {
		f.endpoint(&p.Routes.Endpoints[n])
	}
	return f
}

// endpoint notes the forms and serializers that a view names.
func (f *Found) endpoint(e *routes.Endpoint) {
	_, guarded := access.Guarded(e)
	guarded = guarded || forStaff(e)
	note := func(dotted string) {
		u := f.used[dotted]
		u.open, u.guarded = u.open || !guarded, u.guarded || guarded
		f.used[dotted] = u
	}
	if d := e.View.Definition; d.Function != nil {
		if fn := f.project.Code.Function(d.Function); fn != nil {
			called(fn, note)
		}
		return
	}
	for _, c := range f.classes(e) {
		for _, attribute := range []string{"form_class", "serializer_class"} {
			if dotted, ok := c.Module.Resolve(c.Attribute(attribute)); ok {
				note(dotted)
			}
		}
		for _, m := range c.Methods {
			called(m, note)
		}
	}
}

// classes are the classes of the project that a view is made of.
func (f *Found) classes(e *routes.Endpoint) (list []*flow.Class) {
	for _, name := range e.View.Ancestors {
		if d, ok := f.project.Graph.Define(name); ok && d.Class != nil {
			if c := f.project.Code.Class(d.Class); c != nil {
				list = append(list, c)
			}
		}
	}
	return list
}

// forStaff reports whether the permissions of a view, or its path, are those of the staff.
func forStaff(e *routes.Endpoint) bool {
	for _, name := range e.Policy.Permissions.Classes {
		if lower := strings.ToLower(name); strings.Contains(lower, "admin") || strings.Contains(lower, "staff") {
			return true
		}
	}
	return strings.HasPrefix(strings.TrimLeft(e.Route(), "^"), "admin")
}

// called notes the classes that a body calls by names that end as those of forms and serializers do.
func called(fn *flow.Function, note func(dotted string)) {
	syntax.InspectBody(fn.Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Call); ok {
			if name := flow.LastName(c.Func); strings.HasSuffix(name, "Form") || strings.HasSuffix(name, "Serializer") {
				if dotted, ok := fn.Module.Resolve(c.Func); ok {
					note(dotted)
				}
			}
		}
		return true
	})
}

// InAdmin reports whether the staff writes rows of a model in the admin.
func (f *Found) InAdmin(m *queries.Model) bool { return f.project.Admin[m.Class] }

// Of are the ways by which clients set a field, in the order of forms, views and code.
func (f *Found) Of(field *queries.Field) []Writer {
	list := f.byForms(field)
	list = append(list, f.byViews(field)...)
	return append(list, f.byCode(field)...)
}

func (f *Found) byForms(field *queries.Field) (list []Writer) {
	for _, form := range f.project.Forms {
		u, used := f.used[form.Dotted]
		if form.Model != field.Model || !used {
			continue
		}
		for _, s := range form.Settable {
			if s.Field != field {
				continue
			}
			at := s.At
			if at.IsZero() {
				at = form.Class.Module.Syntax.Span(form.Class.ClassDef)
			}
			list = append(list, Writer{Name: form.Class.Name, At: at, Staff: !u.open, Cleans: f.formCleans(form, field.Name)})
		}
	}
	return list
}

// formCleans tells whether a form passes a field through a sanitiser.
func (f *Found) formCleans(form *forms.Form, field string) eval.Tri {
	cleans := eval.No
	classes := []*flow.Class{form.Class}
	ancestors, _ := f.project.Graph.Ancestors(form.Dotted)
	for _, name := range ancestors {
		if d, ok := f.project.Graph.Define(name); ok && d.Class != nil {
			if c := f.project.Code.Class(d.Class); c != nil {
				classes = append(classes, c)
			}
		}
	}
	for _, c := range classes {
		if c.Attribute(field) != nil {
			cleans = eval.Maybe // a field of its own
		}
		for _, m := range c.Methods {
			switch {
			case m.Name == "clean_"+field || m.Name == "validate_"+field || m.Name == "clean" || m.Name == "validate" || m.Name == "save" || m.Name == "create" || m.Name == "update":
				if f.Sanitises(m) {
					return eval.Yes
				}
				if m.Name == "clean_"+field || m.Name == "validate_"+field || m.Mentions(field) {
					cleans = eval.Maybe
				}
			}
		}
	}
	return cleans
}

// byViews are Django's generic views that make a form of the fields that they name.
func (f *Found) byViews(field *queries.Field) (list []Writer) {
	for n := range f.project.Routes.Endpoints {
		e := &f.project.Routes.Endpoints[n]
		if !e.View.Is("django.views.generic.edit.ModelFormMixin") || e.View.Gives("form_class", "get_form_class") {
			continue
		}
		for _, c := range f.classes(e) {
			rows, ok := f.project.Queries.Classes[c.ClassDef]
			named := c.Attribute("fields")
			if !ok || rows.Model != field.Model || !holdsText(named, field.Name) {
				continue
			}
			_, guarded := access.Guarded(e)
			w := Writer{Name: c.Name, At: c.Module.Syntax.Span(named), Staff: guarded || forStaff(e), Cleans: eval.No}
			if slices.ContainsFunc(c.Methods, f.Sanitises) {
				w.Cleans = eval.Yes
			}
			list = append(list, w)
			break
		}
	}
	return list
}

func holdsText(list syntax.Expr, text string) bool {
	var elements []syntax.Expr
	switch e := list.(type) {
	case *syntax.List:
		elements = e.Elts
	case *syntax.Tuple:
		elements = e.Elts
	case *syntax.Constant:
		return e.Value == "__all__"
	}
	return slices.ContainsFunc(elements, func(e syntax.Expr) bool {
		c, ok := e.(*syntax.Constant)
		return ok && c.Value == text
	})
}

// byCode are rows that code makes with what a client sent: Post(body=request.POST["body"]), Post.objects.create(...).
func (f *Found) byCode(field *queries.Field) (list []Writer) {
	for _, c := range f.project.Code.Named("create", "acreate", "get_or_create", "update_or_create", "update", field.Model.Name) {
		if c.In == nil || !f.makes(c, field.Model) {
			continue
		}
		for _, k := range c.Keywords {
			if k.Name != field.Name {
				continue
			}
			if o := c.Origin(k.Value, flow.Question{Clean: isSanitiser}); o.Has(flow.Sent | flow.Validated) {
				list = append(list, Writer{Name: c.In.Name, At: c.Module.Syntax.Span(k.Value), Cleans: eval.No})
			}
		}
	}
	return list
}

// makes reports whether a call makes rows of a model.
func (f *Found) makes(c *flow.Call, m *queries.Model) bool {
	e := c.Func
	for range 4 {
		if dotted, ok := c.Module.Resolve(e); ok && f.project.Queries.Schema.Model(dotted) == m {
			return true
		}
		switch x := e.(type) {
		case *syntax.Attribute:
			e = x.Value
		case *syntax.Call:
			e = x.Func
		default:
			return false
		}
	}
	return false
}

// Sanitises reports whether a body, or a function of the project that it calls, passes something through a sanitiser of HTML.
func (f *Found) Sanitises(fn *flow.Function) bool { return f.sanitises(fn, 0) }

func (f *Found) sanitises(fn *flow.Function, depth int) bool {
	found := false
	syntax.InspectBody(fn.Body, func(n syntax.Node) bool {
		c, ok := n.(*syntax.Call)
		if !ok || found {
			return !found
		}
		dotted, known := fn.Module.Resolve(c.Func)
		switch {
		case known && isSanitiser("", dotted):
			found = true
		case known && depth < 2:
			if d, ok := f.project.Graph.Define(dotted); ok && d.Function != nil {
				if helper := f.project.Code.Function(d.Function); helper != nil {
					found = f.sanitises(helper, depth+1)
				}
			}
		}
		return !found
	})
	return found
}

// isSanitiser reports whether a function lets allowed HTML through alone, or none.
func isSanitiser(_, dotted string) bool {
	for _, prefix := range []string{"bleach.", "nh3.", "lxml.html.clean.", "lxml_html_clean.", "html_sanitizer.", "django_bleach.", "django_nh3.",
		"django.utils.html.escape", "django.utils.html.conditional_escape", "django.utils.html.strip_tags", "html.escape", "markupsafe.escape", "sanitize_html."} {
		if strings.HasPrefix(dotted, prefix) {
			return true
		}
	}
	return false
}

// FieldCleans reports whether the field itself, or what the model does when it is saved, sanitises HTML. Fields of editors (CKEditor, TinyMCE)
// do not: what the editor leaves out, a client sends without it.
func (f *Found) FieldCleans(field *queries.Field) eval.Tri {
	for _, prefix := range []string{"django_bleach.", "django_nh3.", "nh3."} {
		if strings.HasPrefix(field.Class, prefix) {
			return eval.Yes
		}
	}
	if strings.HasPrefix(field.Class, "django_prose_editor.") {
		return eval.Maybe // sanitize=True
	}
	for _, name := range []string{"save", "clean", "full_clean"} {
		m, own := field.Model.Method(name)
		if !own {
			continue
		}
		fn := f.project.Code.Function(m.Function)
		if fn == nil {
			return eval.Maybe
		}
		if f.Sanitises(fn) {
			return eval.Yes
		}
	}
	return eval.No
}
