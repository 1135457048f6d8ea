package syntax

// targetList: star_targets of for and comprehensions. It stops before 'in'.
func (p *parser) targetList() Expr {
	start := p.tok.start
	e := p.starTarget()
	if p.tok.kind == kComma {
		e = p.tupleRest(start, e, (*parser).starTarget)
	}
	p.setContext(e, Store)
	return e
}

func (p *parser) starTarget() Expr {
	if p.tok.kind == kStar {
		return p.starred()
	}
	return p.binary(precBitOr)
}

// setContext sets what is done with a target and its parts, and refuses what cannot be one.
func (p *parser) setContext(e Expr, ctx Context) {
	switch e := e.(type) {
	case *Name:
		e.Ctx = ctx
	case *Attribute:
		e.Ctx = ctx
	case *Subscript:
		e.Ctx = ctx
	case *Tuple:
		e.Ctx = ctx
		for _, x := range e.Elts {
			p.setContext(x, ctx)
		}
	case *List:
		e.Ctx = ctx
		for _, x := range e.Elts {
			p.setContext(x, ctx)
		}
	case *Starred:
		if ctx == Del {
			p.fail(e.Start, e.End, "cannot delete starred")
			return
		}
		e.Ctx = ctx
		if isStarred(e.Value) {
			p.fail(e.Start, e.End, "cannot assign to starred")
			return
		}
		p.setContext(e.Value, ctx)
	case *BadExpr:
	default:
		r := e.Extent()
		verb := "assign to"
		if ctx == Del {
			verb = "delete"
		}
		p.fail(r.Start, r.End, "cannot "+verb+" "+describe(e))
	}
}

// describe names an expression as CPython's messages do.
func describe(e Expr) string {
	switch e := e.(type) {
	case *Name:
		return "name"
	case *Attribute:
		return "attribute"
	case *Subscript:
		return "subscript"
	case *Tuple:
		return "tuple"
	case *List:
		return "list"
	case *Call:
		return "function call"
	case *Constant:
		switch e.Kind {
		case None:
			return "None"
		case True:
			return "True"
		case False:
			return "False"
		case Ellipsis:
			return "ellipsis"
		}
		return "literal"
	case *JoinedStr:
		return "f-string expression"
	case *TemplateStr:
		return "t-string expression"
	case *BinOp, *UnaryOp, *BoolOp:
		return "expression"
	case *Compare:
		return "comparison"
	case *Lambda:
		return "lambda"
	case *IfExp:
		return "conditional expression"
	case *Dict:
		return "dict literal"
	case *Set:
		return "set display"
	case *ListComp:
		return "list comprehension"
	case *SetComp:
		return "set comprehension"
	case *DictComp:
		return "dict comprehension"
	case *GeneratorExp:
		return "generator expression"
	case *Yield, *YieldFrom:
		return "yield expression"
	case *Await:
		return "await expression"
	case *NamedExpr:
		return "named expression"
	case *Starred:
		return "starred"
	}
	return "expression"
}
