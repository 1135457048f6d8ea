package queries

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// Step is what an attribute of a row leads to over a relation.
type Step struct {
	Name string // of the attribute
	To   *Model
	Many bool // it is a manager of any number of rows
	Back bool // it is the accessor of another model's relation
	// Known is the attribute of these rows under which each has the row that one came from, without asking; "" when there is none.
	Known string
}

// Step follows a relation by the name of the attribute: a foreign key, a many-to-many field, or the accessor of another model's relation.
// ok is false for what is no relation to a known model, and for the link to a parent's table, which is made of what the row has
// (ForwardOneToOneDescriptor.get_object).
func (m *Model) Step(name string) (s Step, ok bool) {
	if f := m.fields[name]; f != nil {
		if !f.Relation || f.To == nil || strings.HasSuffix(name, "_ptr") {
			return Step{}, false
		}
		return Step{Name: name, To: f.To, Many: f.Many}, true
	}
	r, ok := m.reverse[name]
	if !ok {
		return Step{}, false
	}
	s = Step{Name: name, To: r.To, Many: !r.One, Back: true}
	if !r.Field.Many {
		s.Known = r.Field.Name
	}
	return s, true
}

// Text is a class of the project where it is written.
type Text struct {
	Module string // dotted
	Class  *syntax.ClassDef
}

// Texts are a class and those that it inherits from, in order of resolution, as far as they are the project's. whole is false where
// another one stands among them that accept does not take, so that it may give anything.
func Texts(class eval.Value, accept func(dotted string) bool) (list []Text, whole bool) {
	whole = true
	for _, k := range class.MRO() {
		d, own := k.Definition()
		if !own {
			whole = whole && (k.Dotted() == "object" || accept(k.Dotted()))
			continue
		}
		list = append(list, Text{Module: d.Module, Class: d.Class})
		for _, b := range k.Bases() {
			if b.Kind() != eval.Class {
				whole = whole && accept(b.Path())
			}
		}
	}
	return list, whole
}

// Method is a function of a class, with where it is written.
type Method struct {
	Text
	Function *syntax.FunctionDef
}

// FindMethod finds a method by name; ok is false when none of the classes has it, or another statement gives the name.
func FindMethod(classes []Text, name string) (m Method, ok bool) {
	for _, t := range classes {
		for i := len(t.Class.Body) - 1; i >= 0; i-- {
			switch s := t.Class.Body[i].(type) {
			case *syntax.FunctionDef:
				if s.Name == name {
					return Method{t, s}, true
				}
			case *syntax.Assign, *syntax.AnnAssign:
				if assigns(s, name) != nil {
					return Method{}, false
				}
			}
		}
	}
	return Method{}, false
}

// FindAttribute finds what an assignment in the body of a class gives a name.
func FindAttribute(classes []Text, name string) (value syntax.Expr, in Text, ok bool) {
	for _, t := range classes {
		for i := len(t.Class.Body) - 1; i >= 0; i-- {
			if v := assigns(t.Class.Body[i], name); v != nil {
				return v, t, true
			}
		}
	}
	return nil, Text{}, false
}

// assigns is what a statement assigns to a name alone, or nil.
func assigns(s syntax.Stmt, name string) syntax.Expr {
	switch s := s.(type) {
	case *syntax.Assign:
		if n, ok := s.Targets[0].(*syntax.Name); ok && len(s.Targets) == 1 && n.ID == name {
			return s.Value
		}
	case *syntax.AnnAssign:
		if n, ok := s.Target.(*syntax.Name); ok && n.ID == name {
			return s.Value
		}
	}
	return nil
}

// Model is a model by the dotted name of its class, or nil.
func (s *Schema) Model(class string) *Model { return s.byClass[class] }

// ByKey is a model by its key, "shop.product", or nil.
func (s *Schema) ByKey(key string) *Model { return s.byKey[key] }

// Method is a method or property of the model's class, or of one of the project that it inherits from.
func (m *Model) Method(name string) (Method, bool) { return FindMethod(m.texts, name) }

// Plain reports whether a manager gives rows that nothing was fetched with.
func (m *Model) Plain(manager string) bool { return m.managers[manager] }

// Is reports whether the model is another one, or inherits from its table.
func (m *Model) Is(other *Model) bool {
	if m == other {
		return true
	}
	for _, key := range m.parents {
		if key == other.Key {
			return true
		}
	}
	return false
}

// Has reports whether queries of the model can use a name: that of a field, or of a relation of another model.
func (m *Model) Has(name string) bool {
	_, reverse := m.reverse[name]
	_, lookup := m.lookups[name]
	return m.Field(name) != nil || reverse || lookup
}

// Lineage are the keys of the models from whose tables a model inherits, over any number of generations.
func (s *Schema) Lineage(m *Model) []string {
	var keys []string
	for rest := m.parents; len(rest) > 0 && len(keys) < 50; rest = rest[1:] {
		keys = append(keys, rest[0])
		if p := s.byKey[rest[0]]; p != nil {
			rest = append(rest[:len(rest):len(rest)], p.parents...)
		}
	}
	return keys
}
