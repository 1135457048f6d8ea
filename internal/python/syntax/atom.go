package syntax

// atom: NAME | literal | strings | '(' ... ')' | '[' ... ']' | '{' ... '}' | '...'
func (p *parser) atom() Expr {
	p.height = 1
	switch p.tok.kind {
	case kName:
		return p.newName(Load)
	case kString, kFStart:
		return p.strings()
	case kInt:
		return p.literal(Int)
	case kFloat:
		return p.literal(Float)
	case kImag:
		return p.literal(Imaginary)
	case kNone:
		return p.literal(None)
	case kTrue:
		return p.literal(True)
	case kFalse:
		return p.literal(False)
	case kEllipsis:
		return p.literal(Ellipsis)
	case kLPar, kLBrack, kLBrace:
		return p.display()
	}
	p.unexpected("expected an expression")
	return &BadExpr{Range{p.prevEnd, p.prevEnd}}
}

func (p *parser) newName(ctx Context) *Name {
	t := p.tok
	p.advance()
	n := p.slabs.name.alloc()
	*n = Name{Range{t.start, t.end}, identifierText(p.src, t), ctx}
	return n
}

func (p *parser) literal(k ConstantKind) Expr {
	t := p.tok
	p.advance()
	n := p.slabs.constant.alloc()
	*n = Constant{Range: Range{t.start, t.end}, Kind: k}
	if k >= Int {
		n.Value = p.text(t)
	}
	return n
}

// display reads what brackets enclose.
func (p *parser) display() Expr {
	p.depth++
	defer func() { p.depth-- }()
	if p.tooDeep() {
		return p.bad(p.tok.start)
	}
	switch p.tok.kind {
	case kLPar:
		return p.parenthesized()
	case kLBrack:
		return p.listDisplay()
	}
	return p.braces()
}

// parenthesized: '(' ')' | '(' yield_expr ')' | '(' named_expression ')' | tuple | genexp
func (p *parser) parenthesized() Expr {
	start := p.tok.start
	p.advance()
	switch p.tok.kind {
	case kRPar:
		p.advance()
		return p.newTuple(start, p.exprs.mark())
	case kYield:
		e := p.yield()
		p.expect(kRPar, "')'")
		return e
	}
	e := p.starNamed()
	return p.parenthesizedRest(start, e)
}

// parenthesizedRest goes on behind the first element.
func (p *parser) parenthesizedRest(start Pos, e Expr) Expr {
	switch p.tok.kind {
	case kComma:
		t := p.tupleRest(start, e, (*parser).starNamed).(*Tuple)
		p.expect(kRPar, "')' or ','")
		t.Range = p.since(start)
		return t
	case kFor, kAsync:
		p.refuseStarred(e, "iterable unpacking cannot be used in comprehension")
		gens := p.comprehension()
		p.expect(kRPar, "')'")
		p.height++
		return &GeneratorExp{p.since(start), e, gens}
	}
	p.refuseStarred(e, "cannot use starred expression here")
	p.expect(kRPar, "')' or ','")
	return e
}

func (p *parser) refuseStarred(e Expr, message string) {
	if s, ok := e.(*Starred); ok {
		p.fail(s.Start, s.End, message)
	}
}

// listDisplay: '[' [star_named_expressions] ']' | '[' named_expression comprehension ']'
func (p *parser) listDisplay() Expr {
	start := p.tok.start
	p.advance()
	mark := p.exprs.mark()
	h := 0
	for p.tok.kind != kRBrack && !p.failed {
		e := p.starNamed()
		h = max(h, p.height)
		if (p.tok.kind == kFor || p.tok.kind == kAsync) && p.exprs.mark() == mark {
			p.refuseStarred(e, "iterable unpacking cannot be used in comprehension")
			gens := p.comprehension()
			p.expect(kRBrack, "']'")
			p.height++
			return &ListComp{p.since(start), e, gens}
		}
		p.exprs.push(e)
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRBrack, "']' or ','")
	p.height = h + 1
	n := p.slabs.list.alloc()
	*n = List{p.since(start), p.exprs.take(mark), Load}
	return n
}

// braces: dict, set or their comprehensions
func (p *parser) braces() Expr {
	start := p.tok.start
	p.advance()
	if p.tok.kind == kRBrace || p.tok.kind == kDoubleStar {
		return p.dictDisplay(start, nil)
	}
	at := p.tok.start
	walrus := p.peek(1) == kWalrus
	first := p.starNamed()
	if p.tok.kind == kColon && !walrus && !isStarred(first) {
		return p.dictDisplay(start, first)
	}
	if walrus {
		p.noteSince(at, 309, "assignment expression without parentheses in a set")
	}
	return p.setDisplay(start, first)
}

func (p *parser) setDisplay(start Pos, first Expr) Expr {
	if p.tok.kind == kFor || p.tok.kind == kAsync {
		p.refuseStarred(first, "iterable unpacking cannot be used in comprehension")
		gens := p.comprehension()
		p.expect(kRBrace, "'}'")
		p.height++
		return &SetComp{p.since(start), first, gens}
	}
	mark := p.exprs.mark()
	p.exprs.push(first)
	h := p.height
	for p.accept(kComma) && p.tok.kind != kRBrace {
		p.exprs.push(p.starNamed())
		h = max(h, p.height)
	}
	p.expect(kRBrace, "'}' or ','")
	p.height = h + 1
	return &Set{p.since(start), p.exprs.take(mark)}
}

// dictDisplay: '{' (expression ':' expression | '**' bitwise_or) ... '}'; first is a key that was read already, or nil.
func (p *parser) dictDisplay(start Pos, first Expr) Expr {
	var values []Expr // pushed behind the keys in pairs: key, value, key, value
	mark := p.exprs.mark()
	h := 0
	for (p.tok.kind != kRBrace || first != nil) && !p.failed {
		key, value := p.dictItem(first)
		h = max(h, p.height)
		if (p.tok.kind == kFor || p.tok.kind == kAsync) && first != nil && p.exprs.mark() == mark {
			gens := p.comprehension()
			p.expect(kRBrace, "'}'")
			p.height++
			return &DictComp{p.since(start), key, value, gens}
		}
		first = nil
		p.exprs.push(key)
		p.exprs.push(value)
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRBrace, "'}' or ','")
	p.height = h + 1
	pairs := p.exprs.stack[mark:]
	n := p.slabs.dict.alloc()
	if len(pairs) > 0 {
		both := make([]Expr, len(pairs))
		half := len(pairs) / 2
		for i := range half {
			both[i], both[half+i] = pairs[2*i], pairs[2*i+1]
		}
		p.exprs.stack = p.exprs.stack[:mark]
		n.Keys, values = both[:half:half], both[half:]
	}
	n.Range, n.Values = p.since(start), values
	return n
}

// dictItem reads a pair; key is nil for **value.
func (p *parser) dictItem(first Expr) (key, value Expr) {
	h := 0
	switch {
	case first != nil:
		key, h = first, p.height
	case p.accept(kDoubleStar):
		return nil, p.binary(precBitOr)
	default:
		key = p.expression()
		h = p.height
	}
	colon := p.tok
	p.expect(kColon, "':'")
	if k := p.tok.kind; k == kComma || k == kRBrace {
		p.fail(colon.start, colon.end, "expected a value behind ':'")
	}
	value = p.expression()
	p.height = max(h, p.height)
	return key, value
}

// comprehension: (['async'] 'for' star_targets 'in' disjunction ('if' disjunction)*)+
func (p *parser) comprehension() []*Comprehension {
	var gens []*Comprehension
	h := p.height
	for p.tok.kind == kFor || p.tok.kind == kAsync {
		c := &Comprehension{Async: p.tok.kind == kAsync}
		start := p.tok.start
		if c.Async {
			p.advance()
		}
		p.expect(kFor, "'for'")
		c.Target = p.targetList()
		p.expect(kIn, "'in'")
		c.Iter = p.binary(precOr)
		h = max(h, p.height)
		mark := p.exprs.mark()
		for p.accept(kIf) {
			p.exprs.push(p.comprehensionTest())
			h = max(h, p.height)
		}
		c.Ifs = p.exprs.take(mark)
		c.Range = p.since(start)
		gens = append(gens, c)
	}
	p.height = h
	return gens
}

func (p *parser) comprehensionTest() Expr { return p.binary(precOr) }
