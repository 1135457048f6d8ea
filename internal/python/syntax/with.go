package syntax

// withStmt: 'with' (with_items | '(' with_items [','] ')') block
func (p *parser) withStmt(start Pos, async bool) Stmt {
	p.advance()
	n := &With{Async: async}
	at := p.tok.start
	if p.tok.kind == kLPar && p.closedBeforeColon() {
		n.Items = p.parenthesizedItems()
	} else {
		n.Items = p.withItems()
	}
	if p.tok.kind != kColon {
		p.unexpected("expected ':'")
	}
	if p.failed {
		bad := p.header(at, nil)
		n.Items = []*WithItem{{bad.Extent(), bad, nil}}
	}
	n.Body, _ = p.block("'with' statement")
	n.Range = p.since(start)
	return n
}

// closedBeforeColon reports whether the bracket that opens here is closed directly before a ':'.
func (p *parser) closedBeforeColon() bool {
	depth := 0
	for i := p.i; i < len(p.toks); i++ {
		switch p.toks[i].kind {
		case kLPar, kLBrack, kLBrace:
			depth++
		case kRPar, kRBrack, kRBrace:
			depth--
			if depth == 0 {
				return p.toks[i+1].kind == kColon
			}
		}
	}
	return false
}

// withItems: expression ['as' star_target] (',' expression ['as' star_target])*
func (p *parser) withItems() []*WithItem {
	var items []*WithItem
	for {
		start := p.tok.start
		e := p.expression()
		items = append(items, p.withItem(start, e))
		if !p.accept(kComma) {
			return items
		}
	}
}

func (p *parser) withItem(start Pos, e Expr) *WithItem {
	n := &WithItem{ContextExpr: e}
	if p.accept(kAs) {
		n.OptionalVars = p.starTarget()
		p.setContext(n.OptionalVars, Store)
	}
	n.Range = p.since(start)
	return n
}

// parenthesizedItems reads '(' ... ')' before a ':': items in parentheses, or else one expression.
func (p *parser) parenthesizedItems() []*WithItem {
	open := p.tok.start
	p.advance()
	if p.tok.kind == kRPar || p.tok.kind == kYield {
		return p.oneItem(open, p.restOfParentheses(open))
	}
	var items []*WithItem
	plain, named := true, false
	comma := false
	for p.tok.kind != kRPar && !p.failed {
		start := p.tok.start
		plain = plain && p.tok.kind != kStar && !(p.tok.kind == kName && p.peek(1) == kWalrus)
		e := p.starNamed()
		if (p.tok.kind == kFor || p.tok.kind == kAsync) && len(items) == 0 {
			return p.oneItem(open, p.parenthesizedRest(open, e))
		}
		named = named || p.tok.kind == kAs
		items = append(items, p.withItem(start, e))
		if comma = p.accept(kComma); !comma {
			break
		}
	}
	p.expect(kRPar, "')' or ','")
	if plain {
		if named || comma || len(items) > 1 {
			p.noteSince(open, 309, "parenthesized list of with items")
		}
		return items
	}
	return p.oneItem(open, p.itemsAsExpression(open, items, comma, named))
}

// itemsAsExpression makes what was read as items the tuple or expression that it is.
func (p *parser) itemsAsExpression(open Pos, items []*WithItem, comma, named bool) Expr {
	if named {
		p.fail(open, p.prevEnd, "starred or assignment expression among with items")
	}
	if len(items) == 1 && !comma {
		p.refuseStarred(items[0].ContextExpr, "cannot use starred expression here")
		return items[0].ContextExpr
	}
	mark := p.exprs.mark()
	for _, it := range items {
		p.exprs.push(it.ContextExpr)
	}
	return p.newTuple(open, mark)
}

func (p *parser) oneItem(start Pos, e Expr) []*WithItem {
	return []*WithItem{{p.since(start), e, nil}}
}

// restOfParentheses reads an empty tuple or a yield expression whose '(' was consumed.
func (p *parser) restOfParentheses(open Pos) Expr {
	if p.accept(kRPar) {
		return p.newTuple(open, p.exprs.mark())
	}
	e := p.yield()
	p.expect(kRPar, "')'")
	return e
}
