package eval

import (
	"slices"
	"strings"

	"gonogo/internal/python/syntax"
)

// TypeHint is an annotation with its parameters, which the value of `list[str]` itself does not keep.
type TypeHint struct {
	// Origin is the class; for `X | Y` and Union[X, Y] it is typing.Union. Unknown where it cannot be evaluated.
	Origin Value
	Args   []TypeHint
	// Values are the arguments of Literal, and what stands behind the type in Annotated.
	Values []Value
}

// FieldHint is a name that a class body annotates.
type FieldHint struct {
	Name string
	Hint TypeHint
}

// ClassHints are the names that the body of a Python class annotated, in order, with their annotations. Inherited ones are not among them.
func (c *Call) ClassHints(class Value) []FieldHint {
	k, ok := class.data.(*classData)
	if !ok || k.body == nil {
		return nil
	}
	var out []FieldHint
	for _, n := range k.notes {
		hint := unknownHint()
		if n.expr != nil {
			c.run.protect(func() { hint = c.run.hint(k.body, n.expr, 0) })
		}
		out = append(out, FieldHint{n.name, hint})
	}
	return out
}

func unknownHint() TypeHint {
	return TypeHint{Origin: MakeUnknown("an annotation that cannot be evaluated")}
}

// containers are the classes that may stand for an alias whose parameters are lost when they come from another name.
var containers = []string{"list", "dict", "set", "tuple", "frozenset"}

// hint evaluates an annotation.
func (r *run) hint(f *frame, e syntax.Expr, depth int) TypeHint {
	if depth > 20 {
		return unknownHint()
	}
	switch e := e.(type) {
	case *syntax.BinOp:
		if e.Op != syntax.BitOr {
			return unknownHint()
		}
		left, right := r.hint(f, e.Left, depth+1), r.hint(f, e.Right, depth+1)
		return TypeHint{Origin: NewUnmodelledClass("typing.Union"), Args: []TypeHint{left, right}}
	case *syntax.Constant:
		if e.Kind == syntax.Str {
			tree := r.parse(e.Value)
			if len(tree.Body) == 1 && !hasErrors(tree) {
				if s, ok := tree.Body[0].(*syntax.ExprStmt); ok {
					return r.hint(f, s.Value, depth+1)
				}
			}
			return unknownHint()
		}
	case *syntax.Subscript:
		return r.subscriptHint(f, e, depth)
	case *syntax.Name:
		v := r.eval(f, e)
		if name := lastPart(dotted(v.data)); slices.Contains(containers, name) && !strings.EqualFold(name, e.ID) {
			return unknownHint()
		}
		return TypeHint{Origin: v}
	}
	return TypeHint{Origin: r.eval(f, e)}
}

func (r *run) subscriptHint(f *frame, e *syntax.Subscript, depth int) TypeHint {
	out := TypeHint{Origin: r.eval(f, e.Value)}
	args := []syntax.Expr{e.Slice}
	if t, ok := e.Slice.(*syntax.Tuple); ok {
		args = t.Elts
	}
	name := lastPart(dotted(out.Origin.data))
	for i, a := range args {
		if name == "Literal" || name == "Annotated" && i > 0 {
			out.Values = append(out.Values, r.eval(f, a))
			continue
		}
		out.Args = append(out.Args, r.hint(f, a, depth+1))
	}
	return out
}

// Parameters are the names of the positional parameters of a function in Python; ok is false for anything else.
func (v Value) Parameters() (names []string, ok bool) {
	switch d := v.data.(type) {
	case *funcData:
		if d.def == nil || d.def.args == nil {
			return nil, true
		}
		for _, list := range [][]*syntax.Arg{d.def.args.Posonlyargs, d.def.args.Args} {
			for _, a := range list {
				names = append(names, a.Name)
			}
		}
		return names, true
	case *descriptorData:
		return d.get.Parameters()
	}
	return nil, false
}

// Descriptor tells a classmethod or staticmethod from what it wraps; "" for anything else.
func (v Value) Descriptor() (kind string, wrapped Value) {
	if d, ok := v.data.(*descriptorData); ok {
		return d.what, d.get
	}
	return "", v
}
