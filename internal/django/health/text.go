package health

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// text is what a function returns of an exception.
type text struct {
	at source.Span // where the text is made
	// element is its place in a tuple that is returned, -1 for the value as a whole.
	element int
}

// texter looks for the text of an exception in what one function returns.
type texter struct {
	*reader
	in       place
	returned map[string]bool // the variables that the function returns, or parts of what it returns
	found    text
	ok       bool
}

// textOf tells whether a function returns the text of an exception: from a handler of its own, or from a function that it calls.
func (r *reader) textOf(in place, f *syntax.FunctionDef) (text, bool) {
	t := texter{reader: r, in: in, returned: map[string]bool{}}
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if ret, ok := n.(*syntax.Return); ok && ret.Value != nil {
			syntax.Inspect(ret.Value, func(n syntax.Node) bool {
				if name, ok := n.(*syntax.Name); ok {
					t.returned[name.ID] = true
				}
				return true
			})
		}
		return true
	})
	t.body(f.Body, "")
	return t.found, t.ok
}

// body looks at statements; exception is the name of the handler's exception, "" outside of handlers.
func (t *texter) body(list []syntax.Stmt, exception string) {
	for _, s := range list {
		syntax.Inspect(s, func(n syntax.Node) bool { return t.node(n, exception) })
	}
}

func (t *texter) node(n syntax.Node, exception string) bool {
	switch n := n.(type) {
	case *syntax.Raise, *syntax.Lambda:
		return false
	case *syntax.Try:
		t.body(n.Body, exception)
		for _, h := range n.Handlers {
			name := h.Name
			if name == "" {
				name = exception
			}
			t.body(h.Body, name)
		}
		t.body(n.Orelse, exception)
		t.body(n.Finalbody, exception)
		return false
	case *syntax.Return:
		if n.Value != nil {
			t.returns(n.Value, exception)
		}
		return false
	case *syntax.Assign:
		for _, target := range n.Targets {
			t.assigned(target, n.Value, exception)
		}
		return false
	case *syntax.AugAssign:
		t.assigned(n.Target, n.Value, exception)
		return false
	case *syntax.ExprStmt:
		t.grown(n.Value, exception)
		return false
	}
	return true
}

// returns looks at a returned value.
func (t *texter) returns(e syntax.Expr, exception string) {
	if tuple, ok := e.(*syntax.Tuple); ok {
		for i, part := range tuple.Elts {
			if n := t.holds(part, exception); n != nil {
				t.note(n, i)
			}
		}
		return
	}
	if n := t.holds(e, exception); n != nil {
		t.note(n, -1)
	}
}

// assigned looks at a value that goes to a variable which is returned.
func (t *texter) assigned(target, value syntax.Expr, exception string) {
	if tuple, ok := target.(*syntax.Tuple); ok {
		call, isCall := value.(*syntax.Call)
		if !isCall {
			return
		}
		if from, ok := t.called(call); ok && from.element >= 0 && from.element < len(tuple.Elts) && t.isReturned(tuple.Elts[from.element]) {
			t.found, t.ok = text{from.at, -1}, true
		}
		return
	}
	if t.isReturned(target) {
		if n := t.holds(value, exception); n != nil {
			t.note(n, -1)
		}
	}
}

// grown looks at errors.append(str(e)) and result.update({...}).
func (t *texter) grown(e syntax.Expr, exception string) {
	call, ok := e.(*syntax.Call)
	if !ok {
		return
	}
	method, ok := call.Func.(*syntax.Attribute)
	if !ok || !t.isReturned(method.Value) {
		return
	}
	switch method.Attr {
	case "append", "extend", "update", "add", "insert", "setdefault", "write":
		for _, a := range call.Args {
			if n := t.holds(a, exception); n != nil {
				t.note(n, -1)
			}
		}
		for _, k := range call.Keywords {
			if n := t.holds(k.Value, exception); n != nil {
				t.note(n, -1)
			}
		}
	}
}

// isReturned reports whether a target is, or is part of, a variable that the function returns.
func (t *texter) isReturned(target syntax.Expr) bool {
	path := attributes(target)
	return len(path) > 0 && path[0] != "self" && t.returned[path[0]]
}

func (t *texter) note(n syntax.Node, element int) {
	if t.ok {
		return
	}
	t.found, t.ok = text{t.in.module.Syntax.Span(n), element}, true
	if c, isCall := n.(*syntax.Call); isCall {
		if from, ok := t.called(c); ok {
			t.found.at = from.at
		}
	}
}

// holds is the part of an expression that is the text of an exception, nil without one.
func (t *texter) holds(e syntax.Expr, exception string) syntax.Node {
	var found syntax.Node
	isException := func(e syntax.Expr) bool {
		name, ok := e.(*syntax.Name)
		return ok && exception != "" && name.ID == exception
	}
	syntax.Inspect(e, func(n syntax.Node) bool {
		if found != nil {
			return false
		}
		switch n := n.(type) {
		case *syntax.FormattedValue:
			if isException(n.Value) {
				found = n
			}
		case *syntax.BinOp:
			if n.Op == syntax.Mod && isException(n.Right) {
				found = n
			}
		case *syntax.Attribute:
			if n.Attr == "args" && isException(n.Value) {
				found = n
			}
		case *syntax.Call:
			if t.makesText(n, isException) {
				found = n
			}
		}
		return found == nil
	})
	return found
}

// makesText reports whether a call gives the text of an exception.
func (t *texter) makesText(c *syntax.Call, isException func(syntax.Expr) bool) bool {
	name, _ := t.in.module.Resolve(c.Func)
	switch name {
	case "traceback.format_exc", "traceback.format_exception":
		return true
	case "builtins.str", "builtins.repr", "django.utils.encoding.force_str":
		return len(c.Args) > 0 && isException(c.Args[0])
	}
	if path := attributes(c.Func); len(path) > 1 && path[len(path)-1] == "format" {
		for _, a := range c.Args {
			if isException(a) {
				return true
			}
		}
	}
	from, ok := t.called(c)
	return ok && from.element < 0
}

// called is what a function of the project that is called returns of an exception.
func (t *texter) called(c *syntax.Call) (text, bool) {
	dotted, ok := t.in.module.Resolve(c.Func)
	if !ok && len(attributes(c.Func)) == 2 && attributes(c.Func)[0] == "self" && t.in.class != "" {
		dotted = t.in.class + "." + attributes(c.Func)[1]
	}
	if d, ok := t.graph.Define(dotted); ok && d.Function != nil {
		from, known := t.texts[d.Function]
		return from, known
	}
	return text{}, false
}
