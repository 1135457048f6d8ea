package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// dispatcher is a function that functools.singledispatch made, with the functions for classes in the order in which they were registered.
type dispatcher struct {
	fallback eval.Value
	classes  []eval.Value
	fns      []eval.Value
}

// singledispatch is functools.singledispatch. Registered abstract classes are not modelled: what they take is not known.
// Source: Lib/functools.py of CPython.
func singledispatch() eval.Value {
	of := func(self eval.Value) *dispatcher {
		if d, ok := self.State().(*dispatcher); ok {
			return d
		}
		return &dispatcher{fallback: eval.MakeUnknown("a function that chooses by the class of its argument")}
	}
	class := eval.NewClass(eval.NativeClass{Name: "functools.singledispatch", Methods: map[string]method{
		"__call__": func(c *eval.Call, self eval.Value) eval.Value {
			if len(c.Args) == 0 {
				return c.Raise("TypeError", "the function requires at least 1 positional argument")
			}
			return c.CallKw(of(self).choose(c, c.TypeOf(c.Args[0])), c.Args, c.Kwargs)
		},
		"dispatch": func(c *eval.Call, self eval.Value) eval.Value { return of(self).choose(c, c.Arg(0, "cls")) },
		"register": func(c *eval.Call, self eval.Value) eval.Value {
			return of(self).register(c, c.Arg(0, "cls"), c.Arg(1, "func"))
		},
	}, Getattr: func(c *eval.Call, self eval.Value, name string) (eval.Value, bool) {
		if name == "__wrapped__" {
			return of(self).fallback, true
		}
		return c.FindAttr(of(self).fallback, name)
	}})
	return eval.NewNative("functools.singledispatch", func(c *eval.Call) eval.Value {
		return eval.NewObject(class, &dispatcher{fallback: c.Arg(0, "func")})
	})
}

// register adds a function for a class: register(cls, fn), register(cls) as a decorator, or register(fn) with an annotated parameter.
func (d *dispatcher) register(c *eval.Call, class, fn eval.Value) eval.Value {
	if !fn.IsValid() && class.Kind() == eval.Callable {
		fn, class = class, eval.MakeUnknown("the annotation of a parameter")
		if notes, ok := c.FindAttr(fn, "__annotations__"); ok && notes.Kind() == eval.Dict && !notes.IsOpen() {
			for _, e := range notes.Entries() {
				class = e.Value
				break
			}
		}
	}
	if !fn.IsValid() {
		return eval.NewNative("functools.singledispatch.register", func(c *eval.Call) eval.Value { return d.register(c, class, c.Arg(0, "func")) })
	}
	d.classes, d.fns = append(d.classes, class), append(d.fns, fn)
	return fn
}

// choose is the function for a class: the one of the nearest class that it inherits from.
func (d *dispatcher) choose(c *eval.Call, class eval.Value) eval.Value {
	if class.Kind() != eval.Class {
		return c.UnknownFrom("which function is called depends on the class of an argument", class)
	}
	for _, k := range d.classes {
		if name := k.Dotted(); k.Kind() != eval.Class || strings.HasPrefix(name, "collections.abc.") || strings.HasPrefix(name, "abc.") ||
			strings.HasPrefix(name, "numbers.") || strings.HasPrefix(name, "typing.") {
			return c.UnknownFrom("which function is called depends on an abstract class", class)
		}
	}
	for _, base := range class.MRO() {
		for i := len(d.classes) - 1; i >= 0; i-- {
			if eval.Same(d.classes[i], base) {
				return d.fns[i]
			}
		}
	}
	return d.fallback
}
