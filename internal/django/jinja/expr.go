package jinja

import (
	"slices"

	"gonogo/internal/source"
)

// maxDepth bounds expressions and statements in one another.
const maxDepth = 200

// stop is panicked with where the template has a fault; Parse recovers it.
type stop struct{ fault *Fault }

// parser reads statements and expressions. Its functions bear the names of Jinja2's grammar (jinja2/parser.py).
type parser struct {
	tokens  []token
	at      int
	depth   int
	foreign string
}

func (p *parser) current() token { return p.tokens[p.at] }

func (p *parser) look() token { return p.tokens[min(p.at+1, len(p.tokens)-1)] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if p.at < len(p.tokens)-1 {
		p.at++
	}
	return t
}

func (p *parser) fail(message string) {
	t := p.current()
	panic(stop{&Fault{message, t.start, t.end}})
}

// deeper counts what stands in one another; the result is called at its end.
func (p *parser) deeper() func() {
	if p.depth++; p.depth > maxDepth {
		p.fail("too many parts stand in one another")
	}
	return func() { p.depth-- }
}

func (t token) isName(names ...string) bool { return t.kind == name && slices.Contains(names, t.value) }

func (t token) isOperator(list ...string) bool {
	return t.kind == operator && slices.Contains(list, t.value)
}

func (p *parser) skipName(word string) bool {
	if p.current().isName(word) {
		p.next()
		return true
	}
	return false
}

func (p *parser) skipOperator(op string) bool {
	if p.current().isOperator(op) {
		p.next()
		return true
	}
	return false
}

func (p *parser) expectOperator(op string) token {
	if !p.current().isOperator(op) {
		p.fail("expected token '" + op + "'")
	}
	return p.next()
}

func (p *parser) expectName(words ...string) token {
	if t := p.current(); t.kind != name || len(words) > 0 && !t.isName(words...) {
		p.fail("expected a name")
	}
	return p.next()
}

// made gives an expression the place from a token to the last one that was read.
func (p *parser) made(e *Expr, start source.Pos) *Expr {
	e.Start, e.End = start, p.tokens[max(p.at-1, 0)].end
	return e
}

// expression: or ["if" or ["else" expression]]
func (p *parser) expression() *Expr {
	defer p.deeper()()
	start := p.current().start
	e := p.or()
	for p.skipName("if") {
		test := p.or()
		var other *Expr
		if p.skipName("else") {
			other = p.expression()
		}
		e = p.made(&Expr{Kind: Cond, Of: test, Args: []*Expr{e, other}}, start)
	}
	return e
}

func (p *parser) maybeCond(cond bool) *Expr {
	if cond {
		return p.expression()
	}
	return p.or()
}

// or: and ("or" and)*
func (p *parser) or() *Expr {
	start := p.current().start
	e := p.and()
	for p.skipName("or") {
		e = p.made(&Expr{Kind: Operator, Text: "or", Args: []*Expr{e, p.and()}}, start)
	}
	return e
}

// and: not ("and" not)*
func (p *parser) and() *Expr {
	start := p.current().start
	e := p.not()
	for p.skipName("and") {
		e = p.made(&Expr{Kind: Operator, Text: "and", Args: []*Expr{e, p.not()}}, start)
	}
	return e
}

// not: "not" not | compare
func (p *parser) not() *Expr {
	defer p.deeper()()
	start := p.current().start
	if p.skipName("not") {
		return p.made(&Expr{Kind: Operator, Text: "not", Args: []*Expr{p.not()}}, start)
	}
	return p.compare()
}

// compare: sum (operator sum)*
func (p *parser) compare() *Expr {
	start := p.current().start
	args, ops := []*Expr{p.sum()}, ""
	for {
		op := p.current()
		switch {
		case op.isOperator("==", "!=", "<", "<=", ">", ">="):
			p.next()
		case op.isName("in"):
			p.next()
		case op.isName("not") && p.look().isName("in"):
			p.next()
			p.next()
			op.value = "notin"
		default:
			if len(args) == 1 {
				return args[0]
			}
			return p.made(&Expr{Kind: Compare, Text: ops, Args: args}, start)
		}
		ops += " " + op.value
		args = append(args, p.sum())
	}
}

// binary reads operands with operators between them, the first ones closer.
func (p *parser) binary(operand func() *Expr, ops ...string) *Expr {
	start := p.current().start
	e := operand()
	for p.current().isOperator(ops...) {
		op := p.next()
		e = p.made(&Expr{Kind: Operator, Text: op.value, Args: []*Expr{e, operand()}}, start)
	}
	return e
}

func (p *parser) sum() *Expr { return p.binary(p.concat, "+", "-") }

// concat: product ("~" product)*
func (p *parser) concat() *Expr {
	start := p.current().start
	args := []*Expr{p.product()}
	for p.skipOperator("~") {
		args = append(args, p.product())
	}
	if len(args) == 1 {
		return args[0]
	}
	return p.made(&Expr{Kind: Operator, Text: "~", Args: args}, start)
}

func (p *parser) product() *Expr { return p.binary(p.power, "*", "/", "//", "%") }

func (p *parser) power() *Expr {
	return p.binary(func() *Expr { return p.unary(true) }, "**")
}

// unary: ("-" | "+") unary | primary, with what stands behind it
func (p *parser) unary(filters bool) *Expr {
	defer p.deeper()()
	t := p.current()
	var e *Expr
	if t.isOperator("-", "+") {
		p.next()
		e = p.made(&Expr{Kind: Operator, Text: "u" + t.value, Args: []*Expr{p.unary(false)}}, t.start)
	} else {
		e = p.primary(false)
	}
	e = p.postfix(e)
	if filters {
		e = p.filters(e)
	}
	return e
}

// primary: a name, a constant, or what stands in brackets
func (p *parser) primary(namespace bool) *Expr {
	t := p.current()
	switch {
	case t.kind == name:
		p.next()
		return p.named(t, namespace)
	case t.kind == text:
		value := ""
		for p.current().kind == text {
			value += p.next().value
		}
		return p.made(&Expr{Kind: String, Text: value}, t.start)
	case t.kind == integer || t.kind == float:
		p.next()
		return p.made(&Expr{Kind: Number, Text: t.value}, t.start)
	case t.isOperator("("):
		p.next()
		e := p.tuple(tupleOptions{cond: true, parentheses: true})
		p.expectOperator(")")
		return e
	case t.isOperator("["):
		return p.list()
	case t.isOperator("{"):
		return p.dict()
	}
	p.fail("unexpected token")
	return nil
}

func (p *parser) named(t token, namespace bool) *Expr {
	switch t.value {
	case "true", "True":
		return p.made(&Expr{Kind: Constant, Text: "True"}, t.start)
	case "false", "False":
		return p.made(&Expr{Kind: Constant, Text: "False"}, t.start)
	case "none", "None":
		return p.made(&Expr{Kind: Constant, Text: "None"}, t.start)
	}
	if namespace && p.skipOperator(".") {
		return p.made(&Expr{Kind: NSRef, Text: t.value + "." + p.expectName().value}, t.start)
	}
	return p.made(&Expr{Kind: Name, Text: t.value}, t.start)
}

// tupleOptions say what a tuple may hold, and which name ends it.
type tupleOptions struct {
	simple, cond, parentheses, namespace bool
	end                                  string
}

// tuple: expression ("," expression)* [","]; one expression without a comma is itself
func (p *parser) tuple(o tupleOptions) *Expr {
	defer p.deeper()()
	start := p.current().start
	var args []*Expr
	isTuple := false
	for {
		if len(args) > 0 {
			p.expectOperator(",")
		}
		t := p.current()
		if t.kind == variableEnd || t.kind == blockEnd || t.isOperator(")") || o.end != "" && t.isName(o.end) {
			break
		}
		if o.simple {
			args = append(args, p.primary(o.namespace))
		} else {
			args = append(args, p.maybeCond(o.cond))
		}
		if !p.current().isOperator(",") {
			break
		}
		isTuple = true
	}
	if !isTuple {
		if len(args) > 0 {
			return args[0]
		}
		if !o.parentheses {
			p.fail("Expected an expression")
		}
	}
	return p.made(&Expr{Kind: Tuple, Args: args}, start)
}

func (p *parser) list() *Expr {
	start := p.expectOperator("[").start
	e := &Expr{Kind: List}
	for !p.current().isOperator("]") {
		if len(e.Args) > 0 {
			p.expectOperator(",")
		}
		if p.current().isOperator("]") {
			break
		}
		e.Args = append(e.Args, p.expression())
	}
	p.expectOperator("]")
	return p.made(e, start)
}

func (p *parser) dict() *Expr {
	start := p.expectOperator("{").start
	e := &Expr{Kind: Dict}
	for !p.current().isOperator("}") {
		if len(e.Args) > 0 {
			p.expectOperator(",")
		}
		if p.current().isOperator("}") {
			break
		}
		key := p.expression()
		p.expectOperator(":")
		e.Args = append(e.Args, key, p.expression())
	}
	p.expectOperator("}")
	return p.made(e, start)
}

// postfix: attributes, items and calls behind an expression
func (p *parser) postfix(e *Expr) *Expr {
	for {
		switch t := p.current(); {
		case t.isOperator("."), t.isOperator("["):
			e = p.subscript(e)
		case t.isOperator("("):
			e = p.call(e)
		default:
			return e
		}
	}
}

// filters: filters, tests and calls behind an expression
func (p *parser) filters(e *Expr) *Expr {
	for {
		switch t := p.current(); {
		case t.isOperator("|"):
			e = p.filter(e, false)
		case t.isName("is"):
			e = p.test(e)
		case t.isOperator("("):
			e = p.call(e)
		default:
			return e
		}
	}
}

func (p *parser) subscript(of *Expr) *Expr {
	t := p.next()
	if t.value == "." {
		attr := p.next()
		switch attr.kind {
		case name:
			return p.made(&Expr{Kind: Getattr, Of: of, Text: attr.value}, of.Start)
		case integer:
			return p.made(&Expr{Kind: Getitem, Of: of, Args: []*Expr{{Kind: Number, Text: attr.value, Start: attr.start, End: attr.end}}}, of.Start)
		}
		p.fail("expected name or number")
	}
	var args []*Expr
	for !p.current().isOperator("]") {
		if len(args) > 0 {
			p.expectOperator(",")
		}
		args = append(args, p.subscribed())
	}
	p.expectOperator("]")
	item := &Expr{Kind: Tuple, Args: args, Start: t.start, End: t.end}
	if len(args) == 1 {
		item = args[0]
	}
	return p.made(&Expr{Kind: Getitem, Of: of, Args: []*Expr{item}}, of.Start)
}

// subscribed: an expression, or a slice
func (p *parser) subscribed() *Expr {
	start := p.current().start
	args := []*Expr{nil}
	if !p.skipOperator(":") {
		e := p.expression()
		if !p.skipOperator(":") {
			return e
		}
		args[0] = e
	}
	if p.current().isOperator(":", "]", ",") {
		args = append(args, nil)
	} else {
		args = append(args, p.expression())
	}
	var step *Expr
	if p.skipOperator(":") && !p.current().isOperator("]", ",") {
		step = p.expression()
	}
	return p.made(&Expr{Kind: Slice, Args: append(args, step)}, start)
}

func (p *parser) call(of *Expr) *Expr {
	e := &Expr{Kind: Call, Of: of}
	p.arguments(e)
	return p.made(e, of.Start)
}

// arguments: "(" positional ones, then name=value, *list and **dictionary ")"
func (p *parser) arguments(e *Expr) {
	p.expectOperator("(")
	ensure := func(ok bool) {
		if !ok {
			p.fail("invalid syntax for function call expression")
		}
	}
	for comma := false; !p.current().isOperator(")"); comma = true {
		if comma {
			p.expectOperator(",")
			if p.current().isOperator(")") {
				break
			}
		}
		switch t := p.current(); {
		case t.isOperator("*"):
			ensure(e.Star == nil && e.Stars == nil)
			p.next()
			e.Star = p.expression()
		case t.isOperator("**"):
			ensure(e.Stars == nil)
			p.next()
			e.Stars = p.expression()
		case t.kind == name && p.look().isOperator("="):
			ensure(e.Stars == nil)
			p.next()
			p.next()
			e.Keywords = append(e.Keywords, Keyword{t.value, p.expression()})
		default:
			ensure(e.Star == nil && e.Stars == nil && len(e.Keywords) == 0)
			e.Args = append(e.Args, p.expression())
		}
	}
	p.expectOperator(")")
}

// filter: ("|" name ["(" arguments ")"])*; the first bar is missing at the start of a block's filter
func (p *parser) filter(e *Expr, inline bool) *Expr {
	for inline || p.current().isOperator("|") {
		if !inline {
			p.next()
		}
		inline = false
		start := p.current().start
		if e != nil {
			start = e.Start
		}
		f := &Expr{Kind: Filter, Of: e, Text: p.dottedName()}
		if p.current().isOperator("(") {
			p.arguments(f)
		}
		e = p.made(f, start)
	}
	return e
}

func (p *parser) dottedName() string {
	value := p.expectName().value
	for p.skipOperator(".") {
		value += "." + p.expectName().value
	}
	return value
}

// test: "is" ["not"] name [arguments, or one operand without brackets]
func (p *parser) test(of *Expr) *Expr {
	p.next()
	negated := p.skipName("not")
	e := &Expr{Kind: Test, Of: of, Text: p.dottedName()}
	switch t := p.current(); {
	case t.isOperator("("):
		p.arguments(e)
	case t.isName("else", "or", "and"):
	case t.isName("is"):
		p.fail("You cannot chain multiple tests with is")
	case t.kind == name || t.kind == text || t.kind == integer || t.kind == float || t.isOperator("[", "{"):
		e.Args = []*Expr{p.postfix(p.primary(false))}
	}
	e = p.made(e, of.Start)
	if negated {
		e = p.made(&Expr{Kind: Operator, Text: "not", Args: []*Expr{e}}, of.Start)
	}
	return e
}
