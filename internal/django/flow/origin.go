package flow

import (
	"strings"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// Kind is a set of the places that the parts of a value come from. None at all is a constant, or what cannot hold a text from outside.
type Kind uint16

const (
	// Request is what the client sent, as it was sent: parameters, body, headers.
	Request Kind = 1 << iota
	// Cookie is a cookie, which another site cannot choose for a visitor.
	Cookie
	// Referer is a header of the request that another site cannot choose at will for a visitor.
	Referer
	// Validated is what the client sent, behind a form or serializer.
	Validated
	// URL is a part of the address that the URLconf took.
	URL
	// Parameter is a parameter of the function, of which nothing more is known.
	Parameter
	// Setting is one of Django's settings.
	Setting
	// Stored is an attribute of an object.
	Stored
	// Unclear is anything else.
	Unclear

	// Sent is all that a client can send as it likes.
	Sent = Request | Cookie
)

// Origin is where a value comes from.
type Origin struct {
	Kinds Kind
	// At is the first part that the client sent, or nil.
	At syntax.Node
	// Names are the variables that the value went through.
	Names []string
}

// Has reports whether the origin has one of the kinds.
func (o Origin) Has(kinds Kind) bool { return o.Kinds&kinds != 0 }

func (o Origin) and(other Origin) Origin {
	o.Kinds |= other.Kinds
	if o.At == nil {
		o.At = other.At
	}
	o.Names = append(o.Names[:len(o.Names):len(o.Names)], other.Names...)
	return o
}

// Question is how origins are asked for.
type Question struct {
	// Clean reports whether the result of a call is harmless, by its last name and its dotted path ("" where not known).
	Clean func(name, dotted string) bool
	// Start asks for the start of a text alone: what a URL begins with.
	Start bool
}

// bounds on one question.
const (
	maxDepth   = 40
	maxSteps   = 1500
	maxCallers = 12
)

// Origin tells where a value at the call comes from.
func (c *Call) Origin(e syntax.Expr, q Question) Origin {
	a := asker{question: q, module: c.Module, function: c.In, class: c.Class, code: c.code, steps: new(int)}
	return a.expr(e)
}

// Origin tells where a value in the function's body comes from.
func (f *Function) Origin(e syntax.Expr, q Question) Origin {
	a := asker{question: q, module: f.Module, function: f, class: f.Class, code: f.code, steps: new(int)}
	return a.expr(e)
}

// asker answers one question.
type asker struct {
	question Question
	module   *resolve.Module
	function *Function
	class    *Class
	code     *Code
	locals   []local // of the comprehensions around
	depth    int
	steps    *int
	callers  int
}

// local is a name that a comprehension binds.
type local struct {
	name  string
	value syntax.Expr
}

func unclear() Origin { return Origin{Kinds: Unclear} }

// deeper is the asker one level down; ok is false when a bound is met.
func (a asker) deeper() (asker, bool) {
	a.depth++
	*a.steps++
	return a, a.depth <= maxDepth && *a.steps <= maxSteps
}

func (a asker) expr(e syntax.Expr) Origin {
	a, ok := a.deeper()
	if !ok {
		return unclear()
	}
	if o, ok := a.partOfInput(e); ok {
		return o
	}
	switch e := e.(type) {
	case nil:
		return Origin{}
	case *syntax.Constant, *syntax.Compare:
		return Origin{}
	case *syntax.Name:
		return a.name(e)
	case *syntax.Attribute:
		return a.attribute(e)
	case *syntax.Subscript:
		return a.subscript(e)
	case *syntax.Call:
		return a.call(e)
	case *syntax.JoinedStr:
		return a.joined(e)
	case *syntax.FormattedValue:
		return a.formatted(e)
	case *syntax.BinOp:
		return a.binOp(e)
	}
	return a.compound(e)
}

// compound is the origin of an expression that joins others.
func (a asker) compound(e syntax.Expr) Origin {
	switch e := e.(type) {
	case *syntax.BoolOp:
		return a.all(e.Values)
	case *syntax.IfExp:
		return a.expr(e.Body).and(a.expr(e.Orelse))
	case *syntax.Tuple:
		return a.all(e.Elts)
	case *syntax.List:
		return a.all(e.Elts)
	case *syntax.Set:
		return a.all(e.Elts)
	case *syntax.Dict:
		return a.all(e.Values)
	case *syntax.NamedExpr:
		return a.expr(e.Value)
	case *syntax.Await:
		return a.expr(e.Value)
	case *syntax.Starred:
		return a.expr(e.Value)
	case *syntax.UnaryOp:
		return Origin{}
	case *syntax.ListComp:
		return a.within(e.Generators).expr(e.Elt)
	case *syntax.SetComp:
		return a.within(e.Generators).expr(e.Elt)
	case *syntax.GeneratorExp:
		return a.within(e.Generators).expr(e.Elt)
	case *syntax.DictComp:
		return a.within(e.Generators).expr(e.Value)
	}
	return unclear()
}

// within is the asker with the names that a comprehension binds.
func (a asker) within(list []*syntax.Comprehension) asker {
	locals := a.locals[:len(a.locals):len(a.locals)]
	for _, c := range list {
		for _, name := range targetNames(c.Target) {
			locals = append(locals, local{name, c.Iter})
		}
	}
	a.locals = locals
	return a
}

func targetNames(e syntax.Expr) []string {
	switch e := e.(type) {
	case *syntax.Name:
		return []string{e.ID}
	case *syntax.Starred:
		return targetNames(e.Value)
	case *syntax.Tuple:
		var all []string
		for _, x := range e.Elts {
			all = append(all, targetNames(x)...)
		}
		return all
	}
	return nil
}

func (a asker) all(list []syntax.Expr) Origin {
	var o Origin
	for _, e := range list {
		if e != nil {
			o = o.and(a.expr(e))
		}
	}
	return o
}

// joined is an f-string. Its start is its first part that is not empty.
func (a asker) joined(e *syntax.JoinedStr) Origin {
	if a.question.Start && len(e.Values) > 0 {
		return a.expr(e.Values[0])
	}
	return a.all(e.Values)
}

// formatted is one {...}; a format for numbers lets no text through.
func (a asker) formatted(e *syntax.FormattedValue) Origin {
	if spec, ok := e.FormatSpec.(*syntax.JoinedStr); ok && len(spec.Values) == 1 {
		if c, ok := spec.Values[0].(*syntax.Constant); ok && c.Value != "" && strings.ContainsRune("dfnxeg%", rune(c.Value[len(c.Value)-1])) {
			return Origin{}
		}
	}
	return a.expr(e.Value)
}

func (a asker) binOp(e *syntax.BinOp) Origin {
	switch e.Op {
	case syntax.Add, syntax.BitOr, syntax.BitAnd:
		if c, ok := e.Left.(*syntax.Constant); a.question.Start && (!ok || c.Value != "") {
			return a.expr(e.Left)
		}
		return a.expr(e.Left).and(a.expr(e.Right))
	case syntax.Mod:
		c, ok := e.Left.(*syntax.Constant)
		if ok && a.question.Start && !strings.HasPrefix(c.Value, "%") {
			return Origin{}
		}
		if ok && onlyNumbers(c.Value) {
			return Origin{}
		}
		return a.expr(e.Left).and(a.expr(e.Right))
	case syntax.Mult:
		if _, ok := e.Left.(*syntax.Constant); ok {
			return Origin{}
		}
		if l, ok := e.Left.(*syntax.List); ok {
			return a.expr(l)
		}
		return a.expr(e.Left)
	case syntax.Div: // of paths
		return a.expr(e.Left).and(a.expr(e.Right))
	}
	return Origin{} // of numbers and sets
}

// onlyNumbers reports whether a format has no other conversions than those of numbers.
func onlyNumbers(format string) bool {
	found := false
	for i := 0; i+1 < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		rest := strings.TrimLeft(format[i+1:], "-+ #0123456789.")
		if rest == "" || !strings.ContainsRune("dfixeg%", rune(rest[0])) {
			return false
		}
		found = found || rest[0] != '%'
		i = len(format) - len(rest)
	}
	return found
}
