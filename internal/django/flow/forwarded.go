package flow

import (
	"strings"

	"gonogo/internal/python/syntax"
)

// Forwarded is a place where a function takes the first address of X-Forwarded-For: the one that the client itself may have written.
type Forwarded struct {
	In *Function
	At syntax.Node
}

// ForwardedFirst are the places where functions take the first address of X-Forwarded-For, in order of the functions.
func (c *Code) ForwardedFirst() []Forwarded {
	var list []Forwarded
	for _, f := range c.Functions {
		if at := f.forwardedFirst(); at != nil {
			list = append(list, Forwarded{f, at})
		}
	}
	return list
}

// forwardedFirst follows the header through the names of one function, in the order of its statements.
func (f *Function) forwardedFirst() syntax.Node {
	if !mentionsForwarded(f.Body) {
		return nil
	}
	x := &forwarded{header: map[string]bool{}, list: map[string]bool{}}
	syntax.InspectBody(f.Body, x.visit)
	return x.found
}

// visit looks at what a statement takes before it looks at the names that it binds.
func (x *forwarded) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.FunctionDef, *syntax.ClassDef:
		return false
	case *syntax.Assign:
		syntax.Inspect(n.Value, x.visit)
		for _, target := range n.Targets {
			if name, ok := target.(*syntax.Name); ok {
				x.header[name.ID], x.list[name.ID] = x.isHeader(n.Value), x.isList(n.Value)
			}
		}
		return false
	case *syntax.NamedExpr:
		x.header[n.Target.ID] = x.isHeader(n.Value)
	case *syntax.For:
		if x.isList(n.Iter) && leaves(n.Body) {
			x.take(n.Iter)
		}
	case *syntax.Subscript:
		if isZero(n.Slice) && x.isList(n.Value) {
			x.take(n)
		}
	case *syntax.Call:
		if m, ok := n.Func.(*syntax.Attribute); ok && m.Attr == "pop" && len(n.Args) == 1 && isZero(n.Args[0]) && x.isList(m.Value) {
			x.take(n)
		}
	}
	return true
}

func (x *forwarded) take(n syntax.Node) {
	if x.found == nil {
		x.found = n
	}
}

// leaves reports whether a loop ends with the first element that fits.
func leaves(body []syntax.Stmt) bool {
	found := false
	syntax.InspectBody(body, func(n syntax.Node) bool {
		switch n.(type) {
		case *syntax.Return, *syntax.Break:
			found = true
		case *syntax.FunctionDef, *syntax.ClassDef:
			return false
		}
		return !found
	})
	return found
}

// forwarded are the names of a function that hold the header, and the list of its addresses.
type forwarded struct {
	header, list map[string]bool
	found        syntax.Node
}

// isHeader reports whether an expression is the text of the header: read by its name, or a name that holds it.
func (x *forwarded) isHeader(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Name:
		return x.header[e.ID]
	case *syntax.Subscript:
		return isForwardedName(e.Slice)
	case *syntax.BoolOp:
		for _, v := range e.Values {
			if x.isHeader(v) {
				return true
			}
		}
	case *syntax.IfExp:
		return x.isHeader(e.Body)
	case *syntax.Call:
		m, ok := e.Func.(*syntax.Attribute)
		if !ok {
			return false
		}
		if m.Attr == "get" && len(e.Args) > 0 && isForwardedName(e.Args[0]) {
			return true
		}
		return (m.Attr == "strip" || m.Attr == "replace") && x.isHeader(m.Value)
	}
	return false
}

// isList reports whether an expression is the addresses of the header in their order.
func (x *forwarded) isList(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Name:
		return x.list[e.ID]
	case *syntax.Call:
		m, ok := e.Func.(*syntax.Attribute)
		return ok && (m.Attr == "split" || m.Attr == "partition") && len(e.Args) > 0 && x.isHeader(m.Value)
	case *syntax.ListComp:
		return len(e.Generators) == 1 && x.isList(e.Generators[0].Iter)
	}
	return false
}

func mentionsForwarded(body []syntax.Stmt) bool {
	found := false
	syntax.InspectBody(body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Constant); ok && isForwardedName(c) {
			found = true
		}
		return !found
	})
	return found
}

func isForwardedName(e syntax.Expr) bool {
	c, ok := e.(*syntax.Constant)
	return ok && strings.EqualFold(strings.TrimPrefix(strings.ToUpper(strings.ReplaceAll(c.Value, "-", "_")), "HTTP_"), "X_FORWARDED_FOR")
}

func isZero(e syntax.Expr) bool {
	c, ok := e.(*syntax.Constant)
	return ok && c.Kind == syntax.Int && c.Value == "0"
}
