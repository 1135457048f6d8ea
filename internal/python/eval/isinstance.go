package eval

import "slices"

// isInstance is isinstance(v, class).
func (r *run) isInstance(v Value, class Value) Tri {
	switch d := class.data.(type) {
	case *tupleData:
		answer := No
		for _, e := range d.elems {
			switch r.isInstance(v, e) {
			case Yes:
				return Yes
			case Maybe:
				answer = Maybe
			}
		}
		return answer
	case *classData:
		return r.isInstanceOfClass(v, d)
	}
	return Maybe
}

func (r *run) isInstanceOf(v Value, class string) Tri {
	if c := builtinClass(class); c.IsValid() {
		return r.isInstance(v, c)
	}
	c := r.classOf(v)
	if c == nil {
		return Maybe
	}
	for _, k := range c.mro {
		if k.name == class {
			return Yes
		}
	}
	return abstract(class, v)
}

func (r *run) isInstanceOfClass(v Value, class *classData) Tri {
	if class.name == "object" {
		return Yes
	}
	c := r.classOf(v)
	if c == nil {
		return Maybe
	}
	if c.isSubclass(class) {
		return Yes
	}
	if u, ok := v.data.(*unknownData); ok {
		if u.typ == "int" && class.name == "bool" {
			return Maybe
		}
		return No
	}
	if c.isOpen() || class.countsOthers() || class.isProtocol() {
		return Maybe
	}
	if t := abstract(class.name, v); t != Maybe {
		return t
	}
	if class.native != nil && class.open {
		return No
	}
	return No
}

// countsOthers reports whether a class can take instances of others for its own: by register, or a hook of the project.
func (c *classData) countsOthers() bool {
	if m, ok := c.metaclass.data.(*classData); ok {
		if fn, ok := m.find("__instancecheck__"); ok && fn.Kind() == Callable && m.native == nil {
			return true
		}
	}
	if fn, ok := c.find("__subclasshook__"); ok && fn.IsValid() {
		return true
	}
	_, registered := c.attrs.getStr(registeredOthers)
	return registered
}

// isProtocol reports whether a class is one of PEP 544: one that names Protocol among its own bases. isinstance() asks whether an object has its
// members, which is not looked at here.
func (c *classData) isProtocol() bool {
	return slices.ContainsFunc(c.bases, func(b *classData) bool { return b.name == "typing.Protocol" || b.name == "typing_extensions.Protocol" })
}

// registeredOthers is the attribute of a class that abc.ABC.register was called on.
const registeredOthers = "_abc_registry"

// abstract answers for the abstract base classes of collections.abc, numbers and typing by the kind of the value.
func abstract(class string, v Value) Tri {
	kinds := func(list ...Kind) Tri {
		for _, k := range list {
			if v.bodied().Kind() == k {
				return Yes
			}
		}
		if v.bodied().Kind() == Object {
			return Maybe // by its methods
		}
		return No
	}
	for i := len(class) - 1; i >= 0; i-- {
		if class[i] != '.' {
			continue
		}
		switch class[:i] {
		case "collections.abc", "typing", "numbers", "collections":
		default:
			return Maybe
		}
		switch class[i+1:] {
		case "Mapping", "MutableMapping":
			return kinds(Dict)
		case "Sequence":
			return kinds(List, Tuple, Str, Bytes)
		case "MutableSequence":
			return kinds(List)
		case "Set":
			return kinds(Set)
		case "MutableSet":
			if s, ok := v.data.(*setData); ok {
				return tri(!s.frozen)
			}
			return No
		case "Iterable", "Collection", "Sized", "Container":
			return kinds(List, Tuple, Str, Bytes, Set, Dict)
		case "Hashable":
			_, ok := keyOf(v)
			return tri(ok)
		case "Callable":
			return kinds(Callable, Class)
		case "Number", "Complex", "Real":
			return kinds(Int, Bool, Float)
		case "Integral", "Rational":
			return kinds(Int, Bool)
		case "Iterator", "Generator":
			_, ok := v.data.(*iteratorData)
			return tri(ok)
		}
	}
	return Maybe
}
