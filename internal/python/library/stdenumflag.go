package library

import "gonogo/internal/python/eval"

// Flags of the module enum: members that are combined with the operators of sets of bits.

// autoState is what auto() stands for until the body of the class has run: a number of its own, or two of them combined.
type autoState struct {
	op          string
	left, right eval.Value
}

// autoClass is enum.auto. In the body of a class Python gives it its number at once, so that later lines can combine it.
func autoClass() eval.NativeClass {
	n := eval.NativeClass{Name: "enum.auto", Init: func(_ *eval.Call, self eval.Value) { self.SetState(&autoState{}) }, Methods: map[string]method{}}
	for name, op := range map[string]string{"__or__": "|", "__and__": "&", "__xor__": "^", "__ror__": "|", "__rand__": "&", "__rxor__": "^"} {
		n.Methods[name] = func(c *eval.Call, self eval.Value) eval.Value {
			v := c.Call(self.ClassOf())
			v.SetState(&autoState{op: op, left: self, right: c.Arg(0, "")})
			return v
		}
	}
	return n
}

// numbered is the value of an auto() that the body of an enumeration assigned; next gives a new one.
func numbered(c *eval.Call, v eval.Value, numbers map[*autoState]eval.Value, next func() eval.Value) eval.Value {
	state, ok := v.State().(*autoState)
	if !ok {
		return v
	}
	if n, ok := numbers[state]; ok {
		return n
	}
	if state.op == "" {
		numbers[state] = next()
	} else {
		unnumbered := func() eval.Value { return c.Unknown("the number of a member of an enumeration") }
		numbers[state] = c.Operator(state.op, numbered(c, state.left, numbers, unnumbered), numbered(c, state.right, numbers, unnumbered))
	}
	return numbers[state]
}

func isFlag(class eval.Value) bool {
	return class.IsSubclass("enum.Flag") || class.IsSubclass("enum.IntFlag")
}

// flagOf is the member with a value, or a combination of members that has no name of its own.
func flagOf(c *eval.Call, class, value eval.Value) eval.Value {
	for _, e := range members(class) {
		if eval.Equal(e.Value.Attr("_value_"), value) {
			return e.Value
		}
	}
	if value.IsUnknown() {
		return c.UnknownFrom("a member of an enumeration that is not known", value)
	}
	v := eval.NewObject(class, nil)
	v.SetField("_value_", value)
	v.SetField("_name_", eval.MakeUnknown("the name of a combination of flags"))
	if class.IsSubclass("int") {
		v.SetBody(value)
	}
	return v
}

// flagMethods are the operators of flags.
func flagMethods() map[string]method {
	out := map[string]method{
		"__bool__": func(c *eval.Call, self eval.Value) eval.Value {
			return c.Operator("!=", self.Attr("_value_"), eval.MakeInt(0))
		},
		"__contains__": func(c *eval.Call, self eval.Value) eval.Value {
			other := flagValue(c.Arg(0, ""))
			return c.Operator("==", c.Operator("&", other, self.Attr("_value_")), other)
		},
		"__invert__": func(c *eval.Call, _ eval.Value) eval.Value { return c.Unknown("the flags that are not set") },
	}
	for _, op := range []struct{ name, reflected, text string }{{"__or__", "__ror__", "|"}, {"__and__", "__rand__", "&"}, {"__xor__", "__rxor__", "^"}} {
		combine := func(c *eval.Call, self eval.Value) eval.Value {
			other := c.Arg(0, "")
			if _, number := other.AsInt(); other.Class() != self.Class() && !(number && self.ClassOf().IsSubclass("int")) {
				return eval.NotImplemented()
			}
			return flagOf(c, self.ClassOf(), c.Operator(op.text, self.Attr("_value_"), flagValue(other)))
		}
		out[op.name], out[op.reflected] = combine, combine
	}
	return out
}

// flagValue is the number of a flag, or a number.
func flagValue(v eval.Value) eval.Value {
	if isMember(v) {
		return v.Attr("_value_")
	}
	return v
}
