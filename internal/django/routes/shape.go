package routes

import (
	"gonogo/internal/python/eval"
)

// attribute is an attribute of a class with the class that gives it.
type attribute struct {
	value eval.Value
	owner eval.Value
	// sure is false when a class that is not known stands before the owner and may give it too.
	sure bool
}

// shape is what is known of a class and its ancestors.
type shape struct {
	class eval.Value
	mro   []eval.Value
	whole bool
	attrs map[string]attribute
}

// shapeOf reads a class. It costs a walk over the class and its ancestors; callers keep the result.
func (i *Interpreter) shapeOf(class eval.Value) *shape {
	name := class.Dotted()
	for _, s := range i.shapes[name] {
		if eval.Same(s.class, class) {
			return s
		}
	}
	s := &shape{class: class, whole: true, attrs: map[string]attribute{}}
	s.linearize(class, 0)
	sure := true
	for _, k := range s.mro {
		if !i.isRead(k) {
			sure, s.whole = false, false
		}
		for _, f := range k.Fields() {
			name, ok := f.Key.AsStr()
			if _, there := s.attrs[name]; ok && !there {
				s.attrs[name] = attribute{f.Value, k, sure}
			}
		}
	}
	if i.shapes == nil {
		i.shapes = map[string][]*shape{}
	}
	i.shapes[name] = append(i.shapes[name], s)
	return s
}

// linearize lists a class and its ancestors; bases behind a decorator that is not modelled follow at the end.
func (s *shape) linearize(class eval.Value, depth int) {
	var hidden []eval.Value
	for _, k := range class.MRO() {
		if s.has(k) {
			continue
		}
		s.mro = append(s.mro, k)
		if _, own := k.Definition(); !own {
			continue
		}
		for _, b := range k.Bases() {
			if b.Kind() == eval.Class {
				continue
			}
			if inner := undecoratedClass(b); inner.IsValid() && depth < maxNesting {
				hidden = append(hidden, inner)
			} else if b.Kind() != eval.Callable { // typing's own forms are functions here
				s.whole = false
			}
		}
	}
	for _, k := range hidden {
		s.linearize(k, depth+1)
	}
}

func (s *shape) has(class eval.Value) bool {
	for _, k := range s.mro {
		if eval.Same(k, class) {
			return true
		}
	}
	return false
}

// isRead reports whether all attributes of a class are known.
func (i *Interpreter) isRead(class eval.Value) bool {
	if _, own := class.Definition(); own {
		return true
	}
	switch name := class.Dotted(); name {
	case "object", "builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol":
		return true
	default:
		k, ok := i.classes[name]
		return ok && eval.Same(k, class)
	}
}

// get is an attribute; found is Maybe when a class that is not known may give it.
func (s *shape) get(name string) (a attribute, found eval.Tri) {
	a, ok := s.attrs[name]
	switch {
	case ok && a.sure:
		return a, eval.Yes
	case ok || !s.whole:
		return a, eval.Maybe
	}
	return a, eval.No
}

// undecoratedClass is the class below decorators of packages that are not modelled; invalid when there is none.
func undecoratedClass(v eval.Value) eval.Value {
	for range maxNesting {
		if v.Kind() == eval.Class {
			return v
		}
		s, ok := v.Symbol()
		if !ok || !s.Func.IsValid() || len(s.Args) != 1 {
			return eval.Value{}
		}
		v = s.Args[0]
	}
	return eval.Value{}
}

// is reports whether the class inherits from a class by its dotted name.
func (s *shape) is(dotted string) bool {
	for _, k := range s.mro {
		if k.Dotted() == dotted {
			return true
		}
	}
	return false
}
