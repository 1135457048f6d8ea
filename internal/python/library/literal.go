package library

import (
	"errors"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// errNoLiteral says that a text is an expression, but no literal: ast.literal_eval raises ValueError.
var errNoLiteral = errors.New("malformed node or string")

// errLiteralSyntax says that a text is no expression: ast.literal_eval raises SyntaxError.
var errLiteralSyntax = errors.New("invalid syntax")

// errLiteral says that it is not known what ast.literal_eval does with a text.
var errLiteral = errors.New("a literal that is not modelled")

const maxLiteral = 1 << 20

// literal is ast.literal_eval of a text.
func literal(s string) (eval.Value, error) {
	s = strings.TrimLeft(s, " \t")
	if len(s) > maxLiteral || strings.ContainsAny(s, "\x00\f") {
		return eval.Value{}, errLiteral
	}
	plain := syntax.Parse(source.NewFile("<literal>", []byte(s)))
	if faulty(plain) || len(plain.Body) != 1 {
		return eval.Value{}, errLiteralSyntax
	}
	if _, ok := plain.Body[0].(*syntax.ExprStmt); !ok {
		return eval.Value{}, errLiteralSyntax
	}
	wrapped := syntax.Parse(source.NewFile("<literal>", []byte("(\n"+s+"\n)")))
	if faulty(wrapped) || len(wrapped.Body) != 1 {
		return eval.Value{}, errLiteralSyntax // "1;" is a module, and no expression
	}
	statement, ok := wrapped.Body[0].(*syntax.ExprStmt)
	if !ok {
		return eval.Value{}, errLiteralSyntax
	}
	return literalOf(statement.Value, 0)
}

func faulty(m *syntax.Module) bool {
	for _, d := range m.Diagnostics {
		if d.Since == 0 {
			return true
		}
	}
	return false
}

func literalOf(e syntax.Expr, depth int) (eval.Value, error) {
	if depth > 100 {
		return eval.Value{}, errLiteral
	}
	switch n := e.(type) {
	case *syntax.Constant:
		return constant(n)
	case *syntax.Tuple:
		elems, err := literals(n.Elts, depth)
		return eval.MakeTuple(elems...), err
	case *syntax.List:
		elems, err := literals(n.Elts, depth)
		return eval.MakeList(elems...), err
	case *syntax.Set:
		elems, err := literals(n.Elts, depth)
		return eval.MakeSet(elems...), err
	case *syntax.Dict:
		return literalDict(n, depth)
	case *syntax.UnaryOp:
		return signed(n)
	case *syntax.BinOp:
		return eval.Value{}, errLiteral // a complex number
	case *syntax.Call:
		if name, ok := n.Func.(*syntax.Name); ok && name.ID == "set" && len(n.Args) == 0 && len(n.Keywords) == 0 {
			return eval.MakeSet(), nil
		}
	}
	return eval.Value{}, errNoLiteral
}

func literals(list []syntax.Expr, depth int) ([]eval.Value, error) {
	out := make([]eval.Value, 0, len(list))
	for _, e := range list {
		v, err := literalOf(e, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func literalDict(n *syntax.Dict, depth int) (eval.Value, error) {
	d := eval.MakeDict()
	for i, k := range n.Keys {
		if k == nil {
			return d, errNoLiteral
		}
		key, err := literalOf(k, depth+1)
		if err != nil {
			return d, err
		}
		switch key.Kind() {
		case eval.List, eval.Dict, eval.Set:
			return d, errLiteral // a TypeError
		}
		v, err := literalOf(n.Values[i], depth+1)
		if err != nil {
			return d, err
		}
		d.SetKey(key, v)
	}
	return d, nil
}

func signed(n *syntax.UnaryOp) (eval.Value, error) {
	c, ok := n.Operand.(*syntax.Constant)
	if !ok || n.Op != syntax.UAdd && n.Op != syntax.USub {
		return eval.Value{}, errNoLiteral
	}
	v, err := constant(c)
	if err != nil || n.Op == syntax.UAdd && (v.Kind() == eval.Int || v.Kind() == eval.Float) {
		return v, err
	}
	switch v.Kind() {
	case eval.Int:
		i, _ := integer(v)
		return eval.MakeBigInt(i.Neg(i)), nil
	case eval.Float:
		f, _ := v.AsFloat()
		return eval.MakeFloat(-f), nil
	}
	return eval.Value{}, errNoLiteral
}

func constant(c *syntax.Constant) (eval.Value, error) {
	switch c.Kind {
	case syntax.None:
		return eval.MakeNone(), nil
	case syntax.True, syntax.False:
		return eval.MakeBool(c.Kind == syntax.True), nil
	case syntax.Int:
		return eval.MakeBigInt(c.BigInt()), nil
	case syntax.Float:
		if f, ok := c.Float(); ok {
			return eval.MakeFloat(f), nil
		}
	case syntax.Str:
		return eval.MakeStr(c.Value), nil
	case syntax.Bytes:
		return eval.MakeBytes(c.Value), nil
	}
	return eval.Value{}, errLiteral
}

// astModel is the module ast, of which settings use literal_eval.
func astModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"literal_eval": eval.NewPure("ast.literal_eval", func(c *eval.Call) eval.Value {
			s, ok := str(c.Arg(0, "node_or_string"))
			if !ok {
				return c.Raise("ValueError", "malformed node or string: "+c.Arg(0, "node_or_string").Repr(100))
			}
			v, err := literal(s)
			switch err {
			case nil:
				return withFile(v, c.Arg(0, "node_or_string"))
			case errLiteralSyntax:
				return c.Raise("SyntaxError", "invalid syntax")
			case errNoLiteral:
				return c.Raise("ValueError", "malformed node or string")
			}
			return c.Unknown("a literal that is not modelled")
		}),
	}}
}
