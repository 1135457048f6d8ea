package syntax

// primary: atom ('.' NAME | '(' arguments ')' | '[' slices ']')*
func (p *parser) primary() Expr {
	start := p.tok.start
	e := p.atom()
	for {
		switch p.tok.kind {
		case kDot:
			e = p.attribute(start, e)
		case kLPar:
			e = p.call(start, e)
		case kLBrack:
			e = p.subscript(start, e)
		default:
			return e
		}
		if p.tooDeep() {
			return e
		}
	}
}

func (p *parser) attribute(start Pos, value Expr) Expr {
	p.advance()
	t := p.tok
	if t.kind != kName {
		p.unexpected("expected a name after '.'")
		return value
	}
	p.advance()
	p.height++
	n := p.slabs.attribute.alloc()
	*n = Attribute{Range{start, t.end}, value, identifierText(p.src, t), t.start, Load}
	return n
}

func (p *parser) subscript(start Pos, value Expr) Expr {
	h := p.height
	p.advance()
	at := p.tok.start
	index := p.slice()
	if p.tok.kind == kComma || isStarred(index) {
		index = p.sliceTuple(at, index)
	}
	p.expect(kRBrack, "']'")
	p.height = max(h, p.height) + 1
	n := p.slabs.subscript.alloc()
	*n = Subscript{p.since(start), value, index, Load}
	return n
}

// sliceTuple: slice (',' slice)* [',']
func (p *parser) sliceTuple(start Pos, first Expr) Expr {
	mark := p.exprs.mark()
	p.exprs.push(first)
	h := p.height
	for p.accept(kComma) && p.tok.kind != kRBrack {
		p.exprs.push(p.slice())
		h = max(h, p.height)
	}
	p.height = h + 1
	return p.newTuple(start, mark)
}

func isStarred(e Expr) bool {
	_, ok := e.(*Starred)
	return ok
}

// slice: [expression] ':' [expression] [':' [expression]] | named_expression | starred_expression
func (p *parser) slice() Expr {
	start := p.tok.start
	var lower Expr
	h := 0
	switch {
	case p.tok.kind == kStar:
		e := p.starred()
		p.noteSince(start, 311, "starred expression in an index")
		return e
	case p.tok.kind != kColon:
		walrus := p.peek(1) == kWalrus
		lower = p.named()
		if p.tok.kind != kColon || walrus {
			if walrus {
				p.noteSince(start, 310, "assignment expression without parentheses in an index")
			}
			return lower
		}
		h = p.height
	}
	s := &Slice{Lower: lower}
	p.advance()
	s.Upper = p.slicePart()
	h = max(h, p.height)
	if p.accept(kColon) {
		s.Step = p.slicePart()
	}
	p.height = max(h, p.height) + 1
	s.Range = p.since(start)
	return s
}

func (p *parser) slicePart() Expr {
	p.height = 0
	if k := p.tok.kind; k == kColon || k == kComma || k == kRBrack {
		return nil
	}
	return p.expression()
}

// call: '(' [arguments] ')'
func (p *parser) call(start Pos, fn Expr) Expr {
	h := p.height
	p.depth++
	defer func() { p.depth-- }()
	args, keywords := p.arguments()
	p.height = max(h, p.height) + 1
	n := p.slabs.call.alloc()
	*n = Call{p.since(start), fn, args, keywords}
	return n
}

// arguments: '(' [args [',']] ')'. The order of kinds is what CPython's grammar allows.
func (p *parser) arguments() ([]Expr, []*Keyword) {
	open := p.tok
	p.advance()
	args, keys := p.exprs.mark(), p.keywords.mark()
	h := 0
	var seen argumentKinds
	for p.tok.kind != kRPar && !p.failed {
		p.argument(open, &seen)
		h = max(h, p.height)
		if p.tok.kind != kComma {
			break
		}
		p.advance()
		if seen.generator {
			p.refuse(seen.generatorAt, p.prevEnd, "generator expression must be parenthesized")
		}
	}
	p.expect(kRPar, "')' or ','")
	p.height = h
	return p.exprs.take(args), p.keywords.take(keys)
}

// argumentKinds is what stood before an argument.
type argumentKinds struct {
	positional, keyword, unpacked, generator bool
	generatorAt                              Pos // of its element
}

// argument: '*' expression | '**' expression | NAME '=' expression | named_expression [comprehension]
func (p *parser) argument(open token, seen *argumentKinds) {
	start := p.tok
	switch {
	case start.kind == kStar:
		if seen.unpacked {
			p.fail(start.start, start.end, "iterable argument unpacking follows keyword argument unpacking")
		}
		p.advance()
		v := p.expression()
		p.height++
		p.exprs.push(&Starred{p.since(start.start), v, Load})
		seen.positional = true
	case start.kind == kDoubleStar:
		p.advance()
		p.pushKeyword(start, "")
		seen.unpacked = true
	case p.peek(1) == kAssign && start.kind == kName:
		p.advance()
		p.advance()
		if p.tok.kind == kComma || p.tok.kind == kRPar {
			p.fail(start.start, p.prevEnd, "expected a value behind '"+p.text(start)+"='")
		}
		p.pushKeyword(start, identifierText(p.src, start))
		seen.keyword = true
	default:
		p.positional(open, seen)
	}
}

func (p *parser) pushKeyword(start token, name string) {
	v := p.expression()
	p.height++
	k := p.slabs.keyword.alloc()
	*k = Keyword{p.since(start.start), name, v}
	p.keywords.push(k)
}

func (p *parser) positional(open token, seen *argumentKinds) {
	start := p.tok
	e := p.named()
	switch {
	case p.tok.kind == kFor || p.tok.kind == kAsync:
		gens := p.comprehension()
		if seen.positional || seen.keyword || seen.unpacked {
			p.refuse(start.start, p.prevEnd, "generator expression must be parenthesized")
		}
		end := p.prevEnd
		if p.tok.kind == kRPar {
			end = p.tok.end
		}
		p.height++
		e = &GeneratorExp{Range{open.start, end}, e, gens}
		seen.generator, seen.generatorAt = true, start.start
	case p.tok.kind == kAssign:
		p.refuse(start.start, p.tok.end, "expression cannot contain assignment; did you mean '=='?")
	case seen.unpacked:
		p.refuse(start.start, p.prevEnd, "positional argument follows keyword argument unpacking")
	case seen.keyword:
		p.refuse(start.start, p.prevEnd, "positional argument follows keyword argument")
	}
	p.exprs.push(e)
	seen.positional = true
}
