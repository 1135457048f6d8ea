// Package forms is the forms and serializers of models, with the fields that a client can set through them.
package forms

import (
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/queries"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Form is a ModelForm, or a ModelSerializer of Django REST framework.
type Form struct {
	Class      *flow.Class
	Dotted     string
	Serializer bool
	Model      *queries.Model
	// Settable are the fields of the model that a client can set, in the form's order.
	Settable []Settable
}

// Settable is a field that a client can set.
type Settable struct {
	*queries.Field
	At source.Span // where class Meta names it, or takes in all; zero where that is not in the project
}

// Reader reads forms. It belongs to one session.
type Reader struct {
	Session *eval.Session
	Schema  *queries.Schema
	Code    *flow.Code
	Graph   *resolve.Graph
}

// Read are the forms and serializers of models among the classes of the project whose fields are known, in the order of the code.
func (r Reader) Read() []*Form {
	var list []*Form
	for _, c := range r.Code.Classes {
		if len(c.Bases) == 0 || c.Module.Dotted == "" || !mayBeForm(c) {
			continue
		}
		if f := r.form(c); f != nil {
			list = append(list, f)
		}
	}
	return list
}

// mayBeForm reports whether a base has the name of a form or serializer, or the class says by class Meta what it is about.
func mayBeForm(c *flow.Class) bool {
	for _, b := range c.Bases {
		if name := flow.LastName(b); strings.Contains(name, "Form") || strings.Contains(name, "Serializer") {
			return true
		}
	}
	for _, s := range c.Body {
		if inner, ok := s.(*syntax.ClassDef); ok && inner.Name == "Meta" {
			return true
		}
	}
	return false
}

// form reads one class, nil where it is no form of a model, or its fields are not known.
func (r Reader) form(c *flow.Class) *Form {
	f := &Form{Class: c, Dotted: c.Module.Dotted + "." + c.Name}
	ancestors, _ := r.Graph.Ancestors(f.Dotted)
	bound := false
	for _, a := range ancestors {
		switch a {
		case "django.forms.ModelForm", "django.forms.models.ModelForm":
			bound = true
		case "rest_framework.serializers.ModelSerializer", "rest_framework.serializers.HyperlinkedModelSerializer":
			bound, f.Serializer = true, true
		}
	}
	if !bound {
		return nil
	}
	meta := r.Session.Import(c.Module.Dotted).Module.Attr(c.Name).Attr("Meta")
	if meta.Kind() != eval.Class {
		return nil
	}
	if f.Model = r.Schema.Model(meta.Attr("model").Dotted()); f.Model == nil || f.Model.Undecided != "" {
		return nil
	}
	if !f.choose(meta, r.closed(c, ancestors, meta)) {
		return nil
	}
	return f
}

// choose finds the fields that class Meta takes in, but for those that are closed to clients. ok is false when they are not known.
func (f *Form) choose(meta eval.Value, closed map[string]bool) (ok bool) {
	fields, exclude := meta.Attr("fields"), meta.Attr("exclude")
	all, _ := fields.AsStr()
	switch {
	case all == "__all__":
		f.addEvery(closed, fields.At())
	case isList(fields):
		if _, ok := texts(fields); !ok {
			return false
		}
		for _, e := range fields.Elems() {
			name, _ := e.AsStr()
			f.add(name, closed, e.At())
		}
	case isList(exclude):
		names, ok := texts(exclude)
		if !ok {
			return false
		}
		for _, n := range names {
			closed[n] = true
		}
		f.addEvery(closed, exclude.At())
	default:
		return false
	}
	return true
}

func (f *Form) addEvery(closed map[string]bool, at source.Span) {
	for _, field := range f.Model.Fields {
		f.add(field.Name, closed, at)
	}
}

func (f *Form) add(name string, closed map[string]bool, at source.Span) {
	if field := f.Model.Field(name); field != nil && field.Editable && !closed[name] {
		f.Settable = append(f.Settable, Settable{field, at})
	}
}

// closed are the fields that a class or its ancestors keep clients from setting: read-only ones, hidden ones, those of own classes.
func (r Reader) closed(c *flow.Class, ancestors []string, meta eval.Value) map[string]bool {
	closed := map[string]bool{}
	names, _ := texts(meta.Attr("read_only_fields"))
	for _, n := range names {
		closed[n] = true
	}
	for _, e := range meta.Attr("extra_kwargs").Entries() {
		if name, ok := e.Key.AsStr(); ok && e.Value.Get("read_only").Truth() != eval.No && e.Value.Get("read_only").IsValid() {
			closed[name] = true
		}
	}
	classes := []*syntax.ClassDef{c.ClassDef}
	for _, a := range ancestors {
		if d, ok := r.Graph.Define(a); ok && d.Class != nil {
			classes = append(classes, d.Class)
		}
	}
	for _, def := range classes {
		for _, s := range def.Body {
			name, call := declared(s)
			if call != nil && closes(call) {
				closed[name] = true
			}
		}
	}
	return closed
}

// declared is `name = Field(...)` in the body of a class.
func declared(s syntax.Stmt) (name string, call *syntax.Call) {
	switch s := s.(type) {
	case *syntax.Assign:
		if len(s.Targets) == 1 {
			name = flow.LastName(s.Targets[0])
		}
		call, _ = s.Value.(*syntax.Call)
	case *syntax.AnnAssign:
		name = flow.LastName(s.Target)
		call, _ = s.Value.(*syntax.Call)
	}
	return name, call
}

// closes reports whether a field that is declared takes nothing from the client, or not what the model's field would: it has an argument that
// says so, or is of a class whose values are made elsewhere.
func closes(call *syntax.Call) bool {
	for _, k := range call.Keywords {
		if c, ok := k.Value.(*syntax.Constant); (k.Name == "read_only" || k.Name == "disabled") && (!ok || c.Kind == syntax.True) || k.Name == "" {
			return true
		}
	}
	switch name := flow.LastName(call.Func); name {
	case "HiddenField", "ReadOnlyField", "SerializerMethodField", "StringRelatedField", "HyperlinkedIdentityField":
		return true
	default:
		return strings.HasSuffix(name, "Serializer") || !strings.HasSuffix(name, "Field")
	}
}

func isList(v eval.Value) bool { return v.Kind() == eval.List || v.Kind() == eval.Tuple }

// texts are the strings of a list; ok is false when there can be others.
func texts(v eval.Value) (list []string, ok bool) {
	for _, e := range v.Elems() {
		s, known := e.AsStr()
		if !known {
			return list, false
		}
		list = append(list, s)
	}
	return list, !v.IsOpen()
}
