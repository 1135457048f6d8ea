package library

import (
	"gonogo/internal/python/eval"
)

// marshmallowValidate is marshmallow.validate: objects that are called with a value and raise ValidationError when they refuse it.
func marshmallowValidate() eval.Model {
	refuse := func(c *eval.Call) eval.Value {
		return c.Raise("marshmallow.exceptions.ValidationError", "Invalid value.")
	}
	class := func(name string, accepts func(c *eval.Call, self, v eval.Value) eval.Value) eval.Value {
		return eval.NewClass(eval.NativeClass{Name: "marshmallow.validate." + name, Methods: map[string]method{
			"__call__": func(c *eval.Call, self eval.Value) eval.Value {
				v := c.Arg(0, "value")
				answer := accepts(c, self, v)
				if answer.IsUnknown() || v.IsUnknown() {
					return c.UnknownFrom("a validator that may refuse the value", answer, v)
				}
				if answer.Truth() == eval.No {
					return refuse(c)
				}
				return v
			}}})
	}
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"Range": class("Range", func(c *eval.Call, self, v eval.Value) eval.Value {
			return within(c, v, self.Arg(0, "min"), self.Arg(1, "max"), inclusive(self, "min_inclusive"), inclusive(self, "max_inclusive"))
		}),
		"Length": class("Length", func(c *eval.Call, self, v eval.Value) eval.Value {
			n := c.Call(builtin(c, "len"), v)
			if equal := self.Arg(-1, "equal"); given(equal) {
				return c.Operator("==", n, equal)
			}
			return within(c, n, self.Arg(0, "min"), self.Arg(1, "max"), true, true)
		}),
		"OneOf": class("OneOf", func(c *eval.Call, self, v eval.Value) eval.Value { return c.Operator("in", v, self.Arg(0, "choices")) }),
		"NoneOf": class("NoneOf", func(c *eval.Call, self, v eval.Value) eval.Value {
			return c.Operator("not in", v, self.Arg(0, "iterable"))
		}),
		"Equal": class("Equal", func(c *eval.Call, self, v eval.Value) eval.Value {
			return c.Operator("==", v, self.Arg(0, "comparable"))
		}),
	}}
}

func inclusive(self eval.Value, name string) bool {
	v := self.Arg(-1, name)
	return !v.IsValid() || v.Truth() == eval.Yes
}

// within compares a value with bounds that may be missing.
func within(c *eval.Call, v, least, most eval.Value, withLeast, withMost bool) eval.Value {
	for _, bound := range []struct {
		value      eval.Value
		op, strict string
		with       bool
	}{{least, ">=", ">", withLeast}, {most, "<=", "<", withMost}} {
		if !given(bound.value) {
			continue
		}
		op := bound.op
		if !bound.with {
			op = bound.strict
		}
		if answer := c.Operator(op, v, bound.value); answer.IsUnknown() || answer.Truth() == eval.No {
			return answer
		}
	}
	return eval.MakeBool(true)
}
