package eval

import (
	"sort"
	"strings"

	"gonogo/internal/source"
)

// This file is what classes forbid their instances: attributes without a slot, and to be made while methods are abstract.

// lacksSlot reports whether instances have no place for an attribute: every class but object names its __slots__, and none names this one
// (Language Reference, 3.3.2.4).
func (c *classData) lacksSlot(name string) bool {
	slots := false
	for _, k := range c.mro {
		if k.name == "abc.ABC" {
			continue
		}
		if k.builtin {
			switch k.name {
			case "object", "str", "int", "float", "tuple", "bytes", "list", "dict", "set", "frozenset":
				continue
			}
			return false
		}
		list, ok := k.attrs.getStr("__slots__")
		if !ok || k.native != nil || k.open || list.IsUnknown() || list.IsOpen() {
			return false
		}
		slots = true
		for _, s := range slotNames(list) {
			if s == name || s == "__dict__" || s == "" || strings.HasPrefix(s, "__") {
				return false
			}
		}
	}
	return slots
}

// slotNames are the names of __slots__; one that is not known is "".
func slotNames(list Value) []string {
	if s, ok := list.AsStr(); ok {
		return []string{s}
	}
	var out []string
	for _, e := range list.Elems() {
		s, _ := e.AsStr()
		out = append(out, s)
	}
	for _, e := range list.Entries() {
		s, _ := e.Key.AsStr()
		out = append(out, s)
	}
	if len(out) == 0 && list.Kind() != List && list.Kind() != Tuple && list.Kind() != Set && list.Kind() != Dict {
		return []string{""}
	}
	return out
}

// checkAbstract raises what object.__new__ does for a class of abc.ABCMeta that leaves methods abstract.
func (r *run) checkAbstract(c *classData, at source.Span) {
	if c.native != nil || c.builtin || c.isOpen() || dotted(c.metaclass.data) != "abc.ABCMeta" && !c.inherits("abc.ABC") {
		return
	}
	names := c.abstractNames()
	if len(names) == 0 {
		return
	}
	message := "abstract method" + plural(len(names)) + " " + strings.Join(names, ", ")
	if r.cfg.Python[0] > 3 || r.cfg.Python[1] >= 12 {
		message = "an implementation for abstract method" + plural(len(names)) + " '" + strings.Join(names, "', '") + "'"
		r.raise(at, "TypeError", "Can't instantiate abstract class "+c.simpleName()+" without "+message)
	}
	r.raise(at, "TypeError", "Can't instantiate abstract class "+c.simpleName()+" with "+message)
}

func (c *classData) inherits(name string) bool {
	for _, k := range c.mro {
		if k.name == name {
			return true
		}
	}
	return false
}

// abstractNames are the attributes of a class that are abstract still, in order.
func (c *classData) abstractNames() []string {
	var names []string
	seen := map[string]bool{}
	for _, k := range c.mro {
		if k.native != nil || k.builtin {
			continue
		}
		for _, e := range k.attrs.entries() {
			name, ok := e.Key.AsStr()
			if !ok || seen[name] {
				continue
			}
			seen[name] = true
			if isAbstract(e.Value) {
				names = append(names, name)
			}
		}
	}
	sort.Strings(names)
	return names
}

// isAbstract reports whether abc.abstractmethod marked a function, or one that a property, classmethod or staticmethod is made of.
func isAbstract(v Value) bool {
	switch d := v.data.(type) {
	case *funcData:
		if d.attrs != nil {
			mark, _ := d.attrs.getStr("__isabstractmethod__")
			return mark.IsValid() && mark.Truth() == Yes
		}
	case *descriptorData:
		return isAbstract(d.get) || isAbstract(d.set) || isAbstract(d.del_)
	}
	return false
}
