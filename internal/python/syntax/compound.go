package syntax

// block: NEWLINE INDENT statement+ DEDENT | simple_stmts, behind a header and its ':'.
// A header with an error is given up; the block behind it is still read. It reports whether the header was whole.
func (p *parser) block(of string) (body []Stmt, ok bool) {
	if p.tok.kind != kColon {
		p.unexpected("expected ':'")
	}
	ok = !p.failed
	if !ok {
		p.resyncFrom(true)
		p.endOfText(p.toks[p.lineFirst].start)
	} else {
		p.advance()
		if p.tok.kind != kNewline {
			mark := p.stmts.mark()
			p.lineFirst = p.i
			p.simpleLine()
			return p.stmts.take(mark), ok
		}
	}
	at := p.prevEnd
	p.newLine()
	if p.tok.kind != kIndent {
		if ok {
			p.missing("expected an indented block after " + of)
		}
		return []Stmt{&BadStmt{Range{at, at}}}, ok
	}
	p.advance()
	return p.indented(), ok
}

// indented: statement+ DEDENT
func (p *parser) indented() []Stmt {
	mark := p.stmts.mark()
	for p.tok.kind != kDedent && p.tok.kind != kEOF {
		p.statement()
	}
	p.accept(kDedent)
	return p.stmts.take(mark)
}

// header gives an expression of a header, or a bad one when the header is broken: a condition that was misread must not count.
func (p *parser) header(start Pos, e Expr) Expr {
	switch {
	case p.failed:
		p.resyncFrom(true)
		p.endOfText(p.toks[p.lineFirst].start)
		p.failed = true
		return &BadExpr{Range{min(start, p.prevEnd), p.prevEnd}}
	case e == nil:
		return &BadExpr{Range{start, max(start, p.prevEnd)}}
	}
	return e
}

// ifStmt: 'if' named_expression block ('elif' named_expression block)* ['else' block]
func (p *parser) ifStmt() Stmt {
	first := p.ifHeader()
	last := first
	var chain []*If
	for p.tok.kind == kElif {
		p.lineFirst = p.i
		if len(chain) >= maxHeight {
			p.unexpected("too many 'elif' branches")
			break
		}
		n := p.ifHeader()
		last.Orelse = []Stmt{n}
		chain = append(chain, last)
		last = n
	}
	if p.tok.kind == kElse {
		last.Orelse = p.orelse()
	}
	last.End = max(last.Start, p.prevEnd)
	for _, n := range chain {
		n.End = last.End
	}
	return first
}

func (p *parser) ifHeader() *If {
	n := p.slabs.ifStmt.alloc()
	start := p.tok.start
	p.advance()
	n.Test = p.colonAfter(p.named())
	n.Body, _ = p.block("'if' statement")
	n.Range = p.since(start)
	return n
}

// colonAfter makes sure that a header's last expression is followed by ':', and drops it when not.
func (p *parser) colonAfter(e Expr) Expr {
	if p.tok.kind != kColon {
		p.unexpected("expected ':'")
	}
	return p.header(e.Extent().Start, e)
}

// orelse: ['else' block]
func (p *parser) orelse() []Stmt {
	if p.tok.kind != kElse {
		return nil
	}
	p.lineFirst = p.i
	p.advance()
	body, _ := p.block("'else' statement")
	return body
}

// forStmt: 'for' star_targets 'in' star_expressions block ['else' block]
func (p *parser) forStmt(start Pos, async bool) Stmt {
	p.advance()
	n := &For{Async: async}
	n.Target = p.targetList()
	p.expect(kIn, "'in'")
	at := p.tok.start
	n.Iter = p.starExpressions()
	if t, ok := n.Iter.(*Tuple); ok && t.Start == at && hasStarred(t.Elts) && p.src[at] != '(' {
		p.noteSince(at, 309, "starred expression in a for statement")
	}
	n.Iter = p.colonAfter(n.Iter)
	n.Target = p.header(n.Target.Extent().Start, n.Target)
	n.Body, _ = p.block("'for' statement")
	n.Orelse = p.orelse()
	n.Range = p.since(start)
	return n
}

func hasStarred(elts []Expr) bool {
	for _, e := range elts {
		if isStarred(e) {
			return true
		}
	}
	return false
}

// whileStmt: 'while' named_expression block ['else' block]
func (p *parser) whileStmt() Stmt {
	start := p.tok.start
	p.advance()
	n := &While{Test: p.colonAfter(p.named())}
	n.Body, _ = p.block("'while' statement")
	n.Orelse = p.orelse()
	n.Range = p.since(start)
	return n
}

// tryStmt: 'try' block (except_block+ ['else' block] ['finally' block] | 'finally' block)
func (p *parser) tryStmt() Stmt {
	start := p.tok.start
	p.advance()
	n := &Try{}
	n.Body, _ = p.block("'try' statement")
	for p.tok.kind == kExcept {
		p.lineFirst = p.i
		n.Handlers = append(n.Handlers, p.except(n))
	}
	if len(n.Handlers) > 0 {
		n.Orelse = p.orelse()
	}
	if p.tok.kind == kFinally {
		p.lineFirst = p.i
		p.advance()
		n.Finalbody, _ = p.block("'finally' statement")
	} else if len(n.Handlers) == 0 {
		p.missing("expected 'except' or 'finally' block")
	}
	n.Range = p.since(start)
	return n
}

// except: 'except' ['*'] [expression (',' expression)* ['as' NAME]] block (PEP 654, PEP 758)
func (p *parser) except(n *Try) *ExceptHandler {
	start := p.tok.start
	p.advance()
	h := &ExceptHandler{}
	star := p.tok.kind == kStar
	if star {
		p.advance()
		p.noteSince(start, 311, "except*")
	}
	if len(n.Handlers) > 0 && star != n.Star {
		p.fail(start, p.prevEnd, "cannot have both 'except' and 'except*' on the same 'try'")
	}
	n.Star = star
	if star || p.tok.kind != kColon {
		h.Type = p.exceptType()
	}
	if p.tok.kind == kAs {
		p.advance()
		if p.tok.kind != kName {
			p.unexpected("expected a name after 'as'")
		} else {
			h.Name = identifierText(p.src, p.tok)
			p.advance()
		}
	}
	if p.tok.kind != kColon {
		p.unexpected("expected ':'")
	}
	if p.failed {
		h.Type = p.header(start, nil)
	}
	h.Body, _ = p.block("'except' statement")
	h.Range = p.since(start)
	return h
}

func (p *parser) exceptType() Expr {
	at := p.tok.start
	e := p.expression()
	if p.tok.kind != kComma {
		return e
	}
	e = p.tupleRest(at, e, (*parser).expression)
	if p.tok.kind == kAs {
		p.fail(at, p.prevEnd, "multiple exception types must be parenthesized when using 'as'")
	}
	p.noteSince(at, 314, "except with several types and no parentheses")
	return e
}

// async: 'async' (def | for | with)
func (p *parser) async(decorators []Expr) Stmt {
	start := p.tok.start
	switch p.peek(1) {
	case kDef:
		p.advance()
		return p.functionDef(start, decorators, true)
	case kFor:
		if decorators == nil {
			p.advance()
			return p.forStmt(start, true)
		}
	case kWith:
		if decorators == nil {
			p.advance()
			return p.withStmt(start, true)
		}
	}
	p.advance()
	p.unexpected("expected 'def', 'for' or 'with' after 'async'")
	return p.badHeader(start)
}

// badHeader gives up a compound statement of which nothing is known. The block behind it, if any, is read but belongs to nothing.
func (p *parser) badHeader(start Pos) Stmt {
	p.resync()
	end := p.endOfText(start)
	p.newLine()
	return &BadStmt{Range{start, end}}
}

// decorated: ('@' named_expression NEWLINE)+ (class_def | function_def)
func (p *parser) decorated() Stmt {
	start := p.tok.start
	var decorators []Expr
	for p.tok.kind == kAt {
		p.lineFirst = p.i
		p.advance()
		e := p.named()
		p.decoratorNote(e)
		if p.tok.kind != kNewline {
			p.unexpected("expected the end of the line after a decorator")
		}
		if p.failed {
			p.resync()
			e = &BadExpr{Range{e.Extent().Start, p.endOfText(e.Extent().Start)}}
		}
		decorators = append(decorators, e)
		p.newLine()
	}
	p.lineFirst = p.i
	switch p.tok.kind {
	case kDef:
		return p.functionDef(p.tok.start, decorators, false)
	case kClass:
		return p.classDef(decorators)
	case kAsync:
		return p.async(decorators)
	}
	p.missing("expected a function or class after a decorator")
	return &BadStmt{Range{start, p.prevEnd}}
}

// decoratorNote marks what PEP 614 allowed: anything but a dotted name or a call of one.
func (p *parser) decoratorNote(e Expr) {
	at := e.Extent().Start
	x := e
	if c, ok := x.(*Call); ok {
		x = c.Func
	}
	for {
		a, ok := x.(*Attribute)
		if !ok {
			break
		}
		x = a.Value
	}
	if _, ok := x.(*Name); !ok {
		p.noteSince(at, 309, "decorator that is not a dotted name")
	}
}

// functionDef: 'def' NAME [type_params] '(' [params] ')' ['->' expression] block
func (p *parser) functionDef(start Pos, decorators []Expr, async bool) Stmt {
	p.advance()
	n := p.slabs.functionDef.alloc()
	*n = FunctionDef{Decorators: decorators, Async: async, NamePos: p.tok.start}
	if p.tok.kind != kName {
		p.unexpected("expected a function name")
		n.Args = &Arguments{}
	} else {
		n.Name = identifierText(p.src, p.tok)
		p.advance()
		n.TypeParams = p.typeParams()
		p.expect(kLPar, "'('")
		n.Args = p.parameters(kRPar)
		p.expect(kRPar, "')' or ','")
		if p.accept(kArrow) {
			n.Returns = p.expression()
		}
	}
	body, ok := p.block("function definition")
	n.Body, n.Range = body, p.since(start)
	if !ok {
		n.dropHeader()
	}
	return n
}

// dropHeader forgets what a broken header has read from lines that turned out to be statements of their own.
func (n *FunctionDef) dropHeader() {
	end := n.End
	if len(n.Body) > 0 {
		end = n.Body[0].Extent().Start
	}
	inside := true
	w := walker{func(e Node) bool {
		inside = inside && e.Extent().End <= end
		return false
	}}
	w.typeParams(n.TypeParams)
	w.arguments(n.Args)
	w.expr(n.Returns)
	if !inside {
		n.TypeParams, n.Args, n.Returns = nil, &Arguments{}, nil
	}
}

// classDef: 'class' NAME [type_params] ['(' [arguments] ')'] block
func (p *parser) classDef(decorators []Expr) Stmt {
	start := p.tok.start
	p.advance()
	n := &ClassDef{Decorators: decorators, NamePos: p.tok.start}
	if p.tok.kind != kName {
		p.unexpected("expected a class name")
	} else {
		n.Name = identifierText(p.src, p.tok)
		p.advance()
		n.TypeParams = p.typeParams()
		if p.tok.kind == kLPar {
			n.Bases, n.Keywords = p.arguments()
		}
	}
	if p.tok.kind != kColon {
		p.unexpected("expected ':'")
	}
	if p.failed {
		at := min(n.NamePos, p.prevEnd)
		n.Bases = []Expr{&BadExpr{Range{at, at}}}
		n.Keywords = nil
	} else {
		p.refuseGenerator(n.Bases)
	}
	n.Body, _ = p.block("class definition")
	n.Range = p.since(start)
	return n
}

// refuseGenerator: the base of a class is never a generator expression without parentheses of its own.
func (p *parser) refuseGenerator(bases []Expr) {
	if len(bases) == 1 {
		if g, ok := bases[0].(*GeneratorExp); ok && p.prevEnd == g.End {
			p.fail(g.Start, g.End, "invalid base of a class")
		}
	}
}
