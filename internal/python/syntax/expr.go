package syntax

// starExpressions: star_expression (',' star_expression)* [',']
func (p *parser) starExpressions() Expr {
	start := p.tok.start
	e := p.starExpression()
	if p.tok.kind != kComma {
		return e
	}
	return p.tupleRest(start, e, (*parser).starExpression)
}

// tupleRest reads the other elements of a tuple without parentheses.
func (p *parser) tupleRest(start Pos, first Expr, element func(*parser) Expr) Expr {
	mark := p.exprs.mark()
	p.exprs.push(first)
	h := p.height
	for p.accept(kComma) {
		if !startsExpression(p.tok.kind) {
			break
		}
		p.exprs.push(element(p))
		h = max(h, p.height)
	}
	p.height = h + 1
	return p.newTuple(start, mark)
}

func (p *parser) newTuple(start Pos, mark int) Expr {
	t := p.slabs.tuple.alloc()
	*t = Tuple{p.since(start), p.exprs.take(mark), Load}
	return t
}

// startsExpression reports whether an expression or starred expression can begin with a token.
func startsExpression(k kind) bool {
	switch k {
	case kName, kInt, kFloat, kImag, kString, kFStart, kLPar, kLBrack, kLBrace, kEllipsis,
		kPlus, kMinus, kTilde, kStar, kNot, kLambda, kAwait, kNone, kTrue, kFalse, kError:
		return true
	}
	return false
}

// starExpression: '*' bitwise_or | expression
func (p *parser) starExpression() Expr {
	if p.tok.kind == kStar {
		return p.starred()
	}
	return p.expression()
}

func (p *parser) starred() Expr {
	start := p.tok.start
	p.advance()
	v := p.binary(precBitOr)
	p.height++
	return &Starred{p.since(start), v, Load}
}

// starNamed: '*' bitwise_or | named_expression
func (p *parser) starNamed() Expr {
	if p.tok.kind == kStar {
		return p.starred()
	}
	return p.named()
}

// named: NAME ':=' expression | expression
func (p *parser) named() Expr {
	if p.tok.kind == kName && p.peek(1) == kWalrus {
		name := p.newName(Store)
		p.advance()
		v := p.expression()
		p.height++
		return &NamedExpr{p.since(name.Start), name, v}
	}
	e := p.expression()
	if p.tok.kind == kWalrus {
		p.refuse(e.Extent().Start, p.prevEnd, "cannot use assignment expressions with "+describe(e))
	}
	return e
}

// yield: 'yield' 'from' expression | 'yield' [star_expressions]
func (p *parser) yield() Expr {
	start := p.tok.start
	p.advance()
	if p.accept(kFrom) {
		v := p.expression()
		p.height++
		return &YieldFrom{p.since(start), v}
	}
	var v Expr
	if startsExpression(p.tok.kind) {
		v = p.starExpressions()
	}
	p.height++
	return &Yield{p.since(start), v}
}

// yieldOrStar: yield_expr | star_expressions
func (p *parser) yieldOrStar() Expr {
	if p.tok.kind == kYield {
		return p.yield()
	}
	return p.starExpressions()
}

// expression: disjunction ['if' disjunction 'else' expression] | lambdef
func (p *parser) expression() Expr {
	if p.tok.kind == kLambda {
		return p.lambda()
	}
	start := p.tok.start
	e := p.binary(precOr)
	if p.tok.kind != kIf {
		return e
	}
	return p.conditional(start, e)
}

func (p *parser) conditional(start Pos, body Expr) Expr {
	p.depth++
	defer func() { p.depth-- }()
	h := p.height
	if p.tooDeep() {
		return body
	}
	p.advance()
	test := p.binary(precOr)
	h = max(h, p.height)
	if p.tok.kind != kElse {
		p.lacksElse(start)
		return p.bad(start)
	}
	p.advance()
	orelse := p.expression()
	p.height = max(h, p.height) + 1
	return &IfExp{p.since(start), test, body, orelse}
}

// lacksElse fails at the expression so far; at a ':' it may be a statement that was misplaced.
func (p *parser) lacksElse(start Pos) {
	const message = "expected 'else' after 'if' expression"
	if k := p.tok.kind; k == kColon || k == kError {
		p.unexpected(message)
	}
	p.refuse(start, p.prevEnd, message)
}

// lambda: 'lambda' [lambda_params] ':' expression
func (p *parser) lambda() Expr {
	p.depth++
	defer func() { p.depth-- }()
	start := p.tok.start
	if p.tooDeep() {
		return p.bad(start)
	}
	p.advance()
	args := p.parameters(kColon)
	p.expect(kColon, "':'")
	body := p.expression()
	p.height++
	return &Lambda{p.since(start), args, body}
}

// binary reads operators that bind at least as tightly as prec, by precedence climbing.
func (p *parser) binary(prec uint8) Expr {
	start := p.tok.start
	left := p.unary(prec)
	for {
		in := infixes[p.tok.kind]
		if in.prec < prec || in.prec == 0 {
			return left
		}
		switch {
		case in.prec > precCompare:
			left = p.arithmetic(start, left, in)
		case in.prec == precCompare:
			if p.tok.kind == kNot && p.peek(1) != kIn {
				return left
			}
			left = p.comparison(start, left)
		default:
			left = p.boolOp(start, left, in.prec)
		}
		if p.tooDeep() {
			return left
		}
	}
}

func (p *parser) arithmetic(start Pos, left Expr, in infix) Expr {
	h := p.height
	p.advance()
	right := p.binary(in.prec + 1)
	p.height = max(h, p.height) + 1
	n := p.slabs.binOp.alloc()
	*n = BinOp{p.since(start), left, in.op, right}
	return n
}

// boolOp: operand ('or' operand)+, likewise 'and'; one node for the whole chain.
func (p *parser) boolOp(start Pos, left Expr, prec uint8) Expr {
	mark := p.exprs.mark()
	p.exprs.push(left)
	h, k := p.height, p.tok.kind
	for p.accept(k) {
		p.exprs.push(p.binary(prec + 1))
		h = max(h, p.height)
	}
	p.height = h + 1
	n := p.slabs.boolOp.alloc()
	*n = BoolOp{p.since(start), k == kOr, p.exprs.take(mark)}
	return n
}

// comparison: bitwise_or (operator bitwise_or)+
func (p *parser) comparison(start Pos, left Expr) Expr {
	var room [4]CompareOperator
	ops := room[:0]
	mark := p.exprs.mark()
	h := p.height
	for {
		op := p.compareOperator()
		if op == 0 {
			break
		}
		ops = append(ops, op)
		p.exprs.push(p.binary(precBitOr))
		h = max(h, p.height)
	}
	p.height = h + 1
	n := p.slabs.compare.alloc()
	*n = Compare{p.since(start), left, append([]CompareOperator(nil), ops...), p.exprs.take(mark)}
	return n
}

// compareOperator consumes a comparison operator, or gives 0.
func (p *parser) compareOperator() CompareOperator {
	var op CompareOperator
	switch p.tok.kind {
	case kLt:
		op = Lt
	case kGt:
		op = Gt
	case kLtE:
		op = LtE
	case kGtE:
		op = GtE
	case kEqEq:
		op = Eq
	case kNotEq:
		op = NotEq
	case kIn:
		op = In
	case kNot:
		if p.peek(1) != kIn {
			return 0
		}
		p.advance()
		op = NotIn
	case kIs:
		op = Is
		if p.peek(1) == kNot {
			p.advance()
			op = IsNot
		}
	default:
		return 0
	}
	p.advance()
	return op
}

// unary: 'not' inversion | ('+' | '-' | '~') factor | power. Not is refused where prec binds tighter.
func (p *parser) unary(prec uint8) Expr {
	var op UnaryOperator
	operand := precUnary
	switch p.tok.kind {
	case kNot:
		if prec > precNot {
			p.unexpected("'not' needs parentheses here")
			return p.bad(p.tok.start)
		}
		op, operand = Not, precNot
	case kPlus:
		op = UAdd
	case kMinus:
		op = USub
	case kTilde:
		op = Invert
	default:
		return p.power()
	}
	start := p.tok.start
	p.depth++
	defer func() { p.depth-- }()
	if p.tooDeep() {
		return p.bad(start)
	}
	p.advance()
	var v Expr
	if op == Not {
		v = p.binary(operand)
	} else {
		v = p.unary(operand)
	}
	p.height++
	n := p.slabs.unaryOp.alloc()
	*n = UnaryOp{p.since(start), op, v}
	return n
}

// power: await_primary ['**' factor]
func (p *parser) power() Expr {
	start := p.tok.start
	var e Expr
	if p.tok.kind == kAwait {
		p.advance()
		v := p.primary()
		p.height++
		e = &Await{p.since(start), v}
	} else {
		e = p.primary()
	}
	if p.tok.kind != kDoubleStar {
		return e
	}
	p.depth++
	defer func() { p.depth-- }()
	if p.tooDeep() {
		return e
	}
	h := p.height
	p.advance()
	right := p.unary(precUnary)
	p.height = max(h, p.height) + 1
	n := p.slabs.binOp.alloc()
	*n = BinOp{p.since(start), e, Pow, right}
	return n
}
