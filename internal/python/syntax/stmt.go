package syntax

// statement reads a compound statement, or a line of simple ones, and pushes what it finds.
func (p *parser) statement() {
	p.lineFirst = p.i
	start := p.tok.start
	var s Stmt
	switch p.tok.kind {
	case kIndent:
		p.unexpectedIndent()
		return
	case kIf:
		s = p.ifStmt()
	case kFor:
		s = p.forStmt(start, false)
	case kWhile:
		s = p.whileStmt()
	case kTry:
		s = p.tryStmt()
	case kWith:
		s = p.withStmt(start, false)
	case kDef:
		s = p.functionDef(start, nil, false)
	case kClass:
		s = p.classDef(nil)
	case kAt:
		s = p.decorated()
	case kAsync:
		s = p.async(nil)
	default:
		if p.startsMatch() {
			s = p.matchStmt()
		} else {
			p.simpleLine()
			return
		}
	}
	p.stmts.push(s)
}

// unexpectedIndent reads a block that belongs to nothing, and keeps its statements.
func (p *parser) unexpectedIndent() {
	p.report(p.tok.end, p.tok.end, "unexpected indent")
	p.advance()
	p.depth++
	defer func() { p.depth-- }()
	for p.tok.kind != kDedent && p.tok.kind != kEOF {
		p.statement()
	}
	p.accept(kDedent)
}

// simpleLine: simple_stmt (';' simple_stmt)* [';'] NEWLINE
func (p *parser) simpleLine() {
	for {
		start := p.tok.start
		s := p.simple()
		if p.tok.kind != kSemi && p.tok.kind != kNewline && !p.failed {
			p.afterStatement(s)
		}
		if p.failed {
			p.resync()
			p.stmts.push(&BadStmt{Range{start, p.endOfText(start)}})
			break
		}
		p.stmts.push(s)
		if !p.accept(kSemi) || p.tok.kind == kNewline {
			break
		}
	}
	p.newLine()
}

// endOfText is the end of the last token before the current one.
func (p *parser) endOfText(start Pos) Pos {
	end := start
	for _, t := range p.toks[max(p.i-2, 0):p.i] { // the last may be an error token that stands where the fault began
		end = max(end, t.end)
	}
	p.prevEnd = end
	return end
}

// afterStatement fails at what follows a complete statement.
func (p *parser) afterStatement(s Stmt) {
	if e, ok := s.(*ExprStmt); ok {
		if n, ok := e.Value.(*Name); ok && (n.ID == "print" || n.ID == "exec") && startsExpression(p.tok.kind) {
			p.fail(n.Start, n.End, "missing parentheses in call to '"+n.ID+"'; this is Python 2")
			return
		}
	}
	p.unexpected("expected the end of the statement")
}

// simple reads one simple statement.
func (p *parser) simple() Stmt {
	start := p.tok.start
	switch p.tok.kind {
	case kReturn:
		return p.returnStmt()
	case kImport:
		return p.importStmt()
	case kFrom:
		return p.importFrom()
	case kRaise:
		return p.raiseStmt()
	case kPass:
		p.advance()
		return &Pass{p.since(start)}
	case kBreak:
		p.advance()
		return &Break{p.since(start)}
	case kContinue:
		p.advance()
		return &Continue{p.since(start)}
	case kDel:
		return p.delStmt()
	case kAssert:
		return p.assertStmt()
	case kGlobal:
		names := p.nameList()
		return &Global{p.since(start), names}
	case kNonlocal:
		names := p.nameList()
		return &Nonlocal{p.since(start), names}
	case kName:
		if p.startsTypeAlias() {
			return p.typeAlias()
		}
	}
	return p.expressionStatement()
}

// expressionStatement: assignment, augmented or annotated assignment, or expression
func (p *parser) expressionStatement() Stmt {
	first := p.tok
	e := p.yieldOrStar()
	switch k := p.tok.kind; {
	case k == kAssign:
		return p.assign(first.start, e)
	case k == kColon:
		return p.annAssign(first, e)
	case k >= kPlusEq && k <= kAtEq:
		return p.augAssign(first.start, e)
	}
	n := p.slabs.exprStmt.alloc()
	*n = ExprStmt{p.since(first.start), e}
	return n
}

// assign: (star_targets '=')+ (yield_expr | star_expressions)
func (p *parser) assign(start Pos, e Expr) Stmt {
	mark := p.exprs.mark()
	for p.tok.kind == kAssign {
		p.setContext(e, Store)
		p.exprs.push(e)
		p.advance()
		e = p.yieldOrStar()
	}
	n := p.slabs.assign.alloc()
	*n = Assign{p.since(start), p.exprs.take(mark), e}
	return n
}

// annAssign: (NAME | '(' single_target ')' | attribute or subscript) ':' expression ['=' annotated_rhs]
func (p *parser) annAssign(first token, e Expr) Stmt {
	simple := false
	switch t := e.(type) {
	case *Name:
		simple = first.kind == kName
	case *Attribute, *Subscript:
		if first.kind == kLPar && startsWithTarget(e, first.start) {
			p.illegalTarget(first)
		}
	case *List:
		p.fail(t.Start, t.End, "only single target (not list) can be annotated")
	case *Tuple:
		p.fail(t.Start, t.End, "only single target (not tuple) can be annotated")
	default:
		p.illegalTarget(first)
	}
	p.setContext(e, Store)
	p.advance()
	annotation := p.expression()
	var value Expr
	if p.accept(kAssign) {
		value = p.yieldOrStar()
	}
	return &AnnAssign{p.since(first.start), e, annotation, value, simple}
}

// illegalTarget fails at what is annotated, or at the ':' when no annotation follows.
func (p *parser) illegalTarget(first token) {
	const message = "illegal target for annotation"
	if !startsExpression(p.peek(1)) {
		p.unexpected(message)
	} else {
		p.refuse(first.start, p.prevEnd, message)
	}
}

// startsWithTarget reports whether a chain like (a).b begins with a target in parentheses, behind which CPython's grammar
// wants the ':' at once.
func startsWithTarget(e Expr, start Pos) bool {
	if e.Extent().Start != start {
		return false
	}
	for e.Extent().Start == start {
		switch x := e.(type) {
		case *Attribute:
			e = x.Value
		case *Subscript:
			e = x.Value
		case *Call:
			e = x.Func
		default:
			return false
		}
	}
	switch e.(type) {
	case *Name, *Attribute, *Subscript:
		return true
	}
	return false
}

// augAssign: single_target augassign (yield_expr | star_expressions)
func (p *parser) augAssign(start Pos, e Expr) Stmt {
	switch e.(type) {
	case *Name, *Attribute, *Subscript:
		p.setContext(e, Store)
	default:
		r := e.Extent()
		p.fail(r.Start, r.End, describe(e)+" is an illegal expression for augmented assignment")
	}
	op := augmented(p.tok.kind)
	p.advance()
	value := p.yieldOrStar()
	return &AugAssign{p.since(start), e, op, value}
}

func (p *parser) returnStmt() Stmt {
	start := p.tok.start
	p.advance()
	var v Expr
	if startsExpression(p.tok.kind) {
		v = p.starExpressions()
	}
	n := p.slabs.returnStmt.alloc()
	*n = Return{p.since(start), v}
	return n
}

// raiseStmt: 'raise' [expression ['from' expression]]
func (p *parser) raiseStmt() Stmt {
	start := p.tok.start
	p.advance()
	n := &Raise{}
	if startsExpression(p.tok.kind) {
		n.Exc = p.expression()
		if p.accept(kFrom) {
			n.Cause = p.expression()
		}
	}
	n.Range = p.since(start)
	return n
}

// delStmt: 'del' del_target (',' del_target)* [',']
func (p *parser) delStmt() Stmt {
	start := p.tok.start
	p.advance()
	mark := p.exprs.mark()
	for {
		e := p.primary()
		p.setContext(e, Del)
		p.exprs.push(e)
		if !p.accept(kComma) || !startsExpression(p.tok.kind) {
			break
		}
	}
	return &Delete{p.since(start), p.exprs.take(mark)}
}

// assertStmt: 'assert' expression [',' expression]
func (p *parser) assertStmt() Stmt {
	start := p.tok.start
	p.advance()
	n := &Assert{Test: p.expression()}
	if p.accept(kComma) {
		n.Msg = p.expression()
	}
	n.Range = p.since(start)
	return n
}

// nameList: ('global' | 'nonlocal') NAME (',' NAME)*
func (p *parser) nameList() []string {
	p.advance()
	var names []string
	for {
		if p.tok.kind != kName {
			p.unexpected("expected a name")
			return names
		}
		names = append(names, identifierText(p.src, p.tok))
		p.advance()
		if !p.accept(kComma) {
			return names
		}
	}
}

// startsTypeAlias decides whether 'type' is the soft keyword: a name and then '=' or '[' follow.
func (p *parser) startsTypeAlias() bool {
	return p.peek(1) == kName && p.isName("type") && (p.peek(2) == kAssign || p.peek(2) == kLBrack)
}

// typeAlias: 'type' NAME [type_params] '=' expression
func (p *parser) typeAlias() Stmt {
	start := p.tok.start
	p.advance()
	n := &TypeAlias{Name: p.newName(Store)}
	n.TypeParams = p.typeParams()
	p.expect(kAssign, "'='")
	n.Value = p.expression()
	n.Range = p.since(start)
	p.noteSince(start, 312, "type statement")
	return n
}
