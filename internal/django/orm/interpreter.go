package orm

import (
	"slices"
	"strings"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// Interpreter watches a session and knows the models that it makes. It belongs to one session and is not safe for concurrent use.
type Interpreter struct {
	registry *registry
	owned    func(module string) (dir string, ok bool)
	models   *Models
	// appsUndecided says why there can be more applications; nil until they are loaded.
	appsUndecided map[string]string
	appsLoaded    bool // all entries of INSTALLED_APPS were looked at
}

// New makes an interpreter. setting is a production setting, Django's default where the project gives none, an Unknown where it is not
// known; owned tells whether a package is the project's, and its folder relative to the tree.
func New(version knowledge.Version, setting func(name string) eval.Value, owned func(module string) (dir string, ok bool)) *Interpreter {
	return &Interpreter{registry: newRegistry(version, setting), owned: owned}
}

// Library puts what the interpreter must see over a library. The session must be made with it.
func (i *Interpreter) Library(base eval.Library) eval.Library {
	lib := i.registry.library(base)
	names := i.appsModule()
	for _, module := range []string{"django.apps", "django.apps.registry", "django.apps.config"} {
		lib[module] = func() eval.Model { return eval.Model{Open: true, Names: names} }
	}
	return lib
}

// NormalizeField is what deconstruct() gives for a field that stands in a migration or anywhere else: name, arguments by their names without
// those at their defaults. The models of its relations stay as they are written, in lower case.
func (i *Interpreter) NormalizeField(s *eval.Session, name string, v eval.Value) Field {
	return i.registry.field(s, name, v)
}

// NormalizeIndex is an index that stands in a migration.
func (i *Interpreter) NormalizeIndex(v eval.Value) Index { return i.registry.index(v, nil) }

// NormalizeConstraint is a constraint that stands in a migration.
func (i *Interpreter) NormalizeConstraint(v eval.Value) Constraint {
	return i.registry.constraint(v, nil)
}

// NormalizeTogether is unique_together or index_together of a migration as a Set of Tuples.
func NormalizeTogether(v eval.Value) eval.Value { return normalizeTogether(v) }

// field deconstructs a field that belongs to no model.
func (r *registry) field(s *eval.Session, name string, v eval.Value) Field {
	f := Field{Name: name, Value: v, Deconstructed: r.deconstruct(s, v), Column: eval.Maybe}
	if state, ok := v.State().(*fieldState); ok {
		f.Relation, f.Column, f.Kind = state.class.relation, state.class.column, state.class.name
		if f.Column == 0 {
			f.Column = eval.Yes
		}
	}
	return f
}

// deconstruct is obj.deconstruct() of a field.
func (r *registry) deconstruct(s *eval.Session, v eval.Value) Deconstructed {
	d := Deconstructed{Class: v.Class(), At: v.At()}
	if v.IsUnknown() {
		d.Class, d.Unknown = v.Path(), v.Reason()
		if call, ok := v.Symbol(); ok && call.Func.IsValid() {
			d.Class = call.Func.Path()
		}
		if d.Unknown == "" {
			d.Unknown = "not known"
		}
		return d
	}
	if _, ok := v.State().(*fieldState); !ok {
		d.Args, d.Kwargs = v.Args()
		d.Kwargs = slices.Clone(d.Kwargs)
		slices.SortFunc(d.Kwargs, func(a, b eval.Kwarg) int { return strings.Compare(a.Name, b.Name) })
		d.Unknown = "a field of a package that is not in the project: " + d.Class
		return d
	}
	method := v.ClassOf().Attr("deconstruct")
	if !method.IsPython() {
		return r.deconstructNative(v)
	}
	if s == nil {
		d.Unknown = "a field with its own deconstruct()"
		return d
	}
	result, ok := s.Call(method, v)
	parts := result.Elems()
	if path, isText := partOf(parts, 1).AsStr(); ok && len(parts) == 4 && isText {
		d.Class, d.Args = path, parts[2].Elems()
		for _, e := range parts[3].Entries() {
			name, _ := e.Key.AsStr()
			d.Kwargs = append(d.Kwargs, eval.Kwarg{Name: name, Value: e.Value})
		}
		if parts[2].IsOpen() || parts[3].IsOpen() || parts[2].IsUnknown() || parts[3].IsUnknown() {
			d.Unknown = "the arguments that deconstruct() gives are not known"
		}
		slices.SortFunc(d.Kwargs, func(a, b eval.Kwarg) int { return strings.Compare(a.Name, b.Name) })
		return d
	}
	d.Unknown = "what the field's own deconstruct() gives is not known"
	return d
}

func partOf(list []eval.Value, i int) eval.Value {
	if i < len(list) {
		return list[i]
	}
	return eval.Value{}
}
