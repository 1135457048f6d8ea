package syntax

// startsMatch decides whether 'match' is the soft keyword: the logical line must end in ':', which no other line beginning with a name does.
func (p *parser) startsMatch() bool {
	if p.tok.kind != kName || !p.isName("match") {
		return false
	}
	n := len(p.toks) - 2
	return n > p.i+1 && p.toks[n].kind == kColon && p.toks[n+1].kind == kNewline && p.peek(1) != kColon
}

// matchStmt: 'match' subject ':' NEWLINE INDENT case_block+ DEDENT
func (p *parser) matchStmt() Stmt {
	start := p.tok.start
	p.advance()
	at := p.tok.start
	n := &Match{Subject: p.starNamed()}
	if p.tok.kind == kComma {
		n.Subject = p.tupleRest(at, n.Subject, (*parser).starNamed)
	} else {
		p.refuseStarred(n.Subject, "cannot use starred expression here")
	}
	p.noteSince(start, 310, "match statement")
	n.Subject = p.colonAfter(n.Subject)
	p.advance()
	if p.tok.kind != kNewline {
		p.unexpected("expected the end of the line after ':'")
	}
	if p.failed {
		p.resync()
	}
	p.newLine()
	if !p.accept(kIndent) {
		p.missing("expected an indented block after 'match' statement")
		n.Range = p.since(start)
		return n
	}
	p.cases(n)
	n.Range = p.since(start)
	return n
}

// cases: case_block+ DEDENT. Other statements are errors, and are dropped.
func (p *parser) cases(n *Match) {
	for p.tok.kind != kDedent && p.tok.kind != kEOF {
		p.lineFirst = p.i
		if p.isName("case") {
			n.Cases = append(n.Cases, p.caseBlock())
			continue
		}
		p.report(p.tok.start, p.tok.end, "expected 'case'")
		mark := p.stmts.mark()
		p.statement()
		p.stmts.take(mark)
	}
	p.accept(kDedent)
}

// caseBlock: 'case' patterns ['if' named_expression] block
func (p *parser) caseBlock() *MatchCase {
	start := p.tok.start
	p.advance()
	n := &MatchCase{Pattern: p.patterns()}
	if p.accept(kIf) {
		n.Guard = p.named()
	}
	if p.tok.kind != kColon {
		p.unexpected("expected ':'")
	}
	if p.failed {
		n.Pattern = &MatchAs{Range: Range{start, start}}
		n.Guard = p.header(start, nil)
	}
	n.Body, _ = p.block("'case' statement")
	n.Range = p.since(start)
	return n
}

// patterns: open_sequence_pattern | pattern
func (p *parser) patterns() Pattern {
	start := p.tok.start
	first := p.maybeStar()
	if p.tok.kind != kComma {
		if s, ok := first.(*MatchStar); ok {
			p.fail(s.Start, s.End, "a starred pattern needs a sequence around it")
		}
		return first
	}
	out := []Pattern{first}
	for p.accept(kComma) && p.tok.kind != kColon && p.tok.kind != kIf {
		out = append(out, p.maybeStar())
	}
	return &MatchSequence{p.since(start), out}
}

// maybeStar: '*' NAME | pattern
func (p *parser) maybeStar() Pattern {
	if p.tok.kind != kStar {
		return p.pattern()
	}
	start := p.tok.start
	p.advance()
	name := p.captureName()
	return &MatchStar{p.since(start), name}
}

// captureName consumes a name; "" stands for '_'.
func (p *parser) captureName() string {
	if p.tok.kind != kName {
		p.unexpected("expected a name in a pattern")
		return ""
	}
	name := identifierText(p.src, p.tok)
	p.advance()
	if k := p.tok.kind; k == kDot || k == kLPar {
		p.unexpected("a capture cannot be an attribute or call")
	}
	if name == "_" {
		return ""
	}
	return name
}

// pattern: or_pattern ['as' NAME]
func (p *parser) pattern() Pattern {
	p.depth++
	defer func() { p.depth-- }()
	start := p.tok.start
	if p.tooDeep() {
		return &MatchAs{Range: p.since(start)}
	}
	e := p.orPattern()
	if !p.accept(kAs) {
		return e
	}
	if p.isName("_") {
		p.unexpected("cannot use '_' as a target")
	}
	name := p.captureName()
	return &MatchAs{p.since(start), e, name}
}

// orPattern: closed_pattern ('|' closed_pattern)*
func (p *parser) orPattern() Pattern {
	start := p.tok.start
	first := p.closedPattern()
	if p.tok.kind != kPipe {
		return first
	}
	out := []Pattern{first}
	for p.accept(kPipe) {
		out = append(out, p.closedPattern())
	}
	return &MatchOr{p.since(start), out}
}

func (p *parser) closedPattern() Pattern {
	start := p.tok.start
	switch p.tok.kind {
	case kNone, kTrue, kFalse:
		c := p.singleton()
		return &MatchSingleton{c.Range, c.Kind}
	case kInt, kFloat, kImag, kMinus:
		v := p.complexNumber()
		return &MatchValue{p.since(start), v}
	case kString, kFStart:
		v := p.strings()
		return &MatchValue{p.since(start), v}
	case kName:
		return p.namePattern()
	case kLPar, kLBrack:
		return p.groupOrSequence()
	case kLBrace:
		return p.mappingPattern()
	}
	p.unexpected("expected a pattern")
	return &MatchAs{Range: p.since(start)}
}

// singleton: 'None' | 'True' | 'False'
func (p *parser) singleton() *Constant {
	k := None
	switch p.tok.kind {
	case kTrue:
		k = True
	case kFalse:
		k = False
	}
	return p.literal(k).(*Constant)
}

// complexNumber: ['-'] NUMBER [('+' | '-') NUMBER], the second of which is imaginary
func (p *parser) complexNumber() Expr {
	start := p.tok.start
	left, imag := p.signedNumber()
	op := Add
	switch p.tok.kind {
	case kMinus:
		op = Sub
	case kPlus:
	default:
		return left
	}
	if imag {
		p.unexpected("real number required in complex literal")
		return left
	}
	p.advance()
	if p.tok.kind != kImag {
		p.unexpected("imaginary number required in complex literal")
		return left
	}
	right := p.literal(Imaginary)
	return &BinOp{p.since(start), left, op, right}
}

func (p *parser) signedNumber() (e Expr, imag bool) {
	start := p.tok.start
	minus := p.accept(kMinus)
	switch p.tok.kind {
	case kInt:
		e = p.literal(Int)
	case kFloat:
		e = p.literal(Float)
	case kImag:
		e, imag = p.literal(Imaginary), true
	default:
		p.unexpected("expected a number in a pattern")
		return p.bad(start), false
	}
	if minus {
		e = &UnaryOp{p.since(start), USub, e}
	}
	return e, imag
}

// namePattern: '_' | NAME | dotted name | class pattern
func (p *parser) namePattern() Pattern {
	start := p.tok.start
	if k := p.peek(1); k != kDot && k != kLPar {
		t := p.tok
		p.advance()
		name := identifierText(p.src, t)
		if name == "_" {
			name = ""
		}
		return &MatchAs{Range: Range{t.start, t.end}, Name: name}
	}
	var e Expr = p.newName(Load)
	for p.tok.kind == kDot && !p.failed {
		e = p.attribute(start, e)
	}
	if p.tok.kind == kLPar {
		return p.classPattern(start, e)
	}
	return &MatchValue{p.since(start), e}
}

// groupOrSequence: '(' pattern ')' | '(' [patterns] ')' | '[' [patterns] ']'
func (p *parser) groupOrSequence() Pattern {
	start := p.tok.start
	until := kRBrack
	if p.tok.kind == kLPar {
		until = kRPar
	}
	p.advance()
	var out []Pattern
	comma := false
	for p.tok.kind != until && !p.failed {
		out = append(out, p.maybeStar())
		if comma = p.accept(kComma); !comma {
			break
		}
	}
	p.expect(until, "a closing bracket or ','")
	if until == kRPar && len(out) == 1 && !comma {
		if _, ok := out[0].(*MatchStar); !ok {
			return out[0]
		}
		p.unexpected("a starred pattern needs a sequence around it")
	}
	return &MatchSequence{p.since(start), out}
}

// mappingPattern: '{' [(key ':' pattern | '**' NAME) ...] '}'; the double star comes last.
func (p *parser) mappingPattern() Pattern {
	start := p.tok.start
	p.advance()
	n := &MatchMapping{}
	for p.tok.kind != kRBrace && !p.failed {
		if n.Rest != "" {
			p.unexpected("double star pattern must be the last")
		}
		if p.accept(kDoubleStar) {
			if p.isName("_") {
				p.unexpected("cannot use '_' after '**'")
			}
			n.Rest = p.captureName()
		} else {
			n.Keys = append(n.Keys, p.patternKey())
			p.expect(kColon, "':'")
			n.Patterns = append(n.Patterns, p.pattern())
		}
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRBrace, "'}' or ','")
	n.Range = p.since(start)
	return n
}

// patternKey: literal | dotted name
func (p *parser) patternKey() Expr {
	start := p.tok.start
	switch p.tok.kind {
	case kNone, kTrue, kFalse:
		return p.singleton()
	case kString, kFStart:
		return p.strings()
	case kName:
		if p.peek(1) != kDot {
			break
		}
		var e Expr = p.newName(Load)
		for p.tok.kind == kDot && !p.failed {
			e = p.attribute(start, e)
		}
		return e
	case kInt, kFloat, kImag, kMinus:
		return p.complexNumber()
	}
	p.unexpected("expected a literal or dotted name as key")
	return p.bad(start)
}

// classPattern: name '(' [patterns] [NAME '=' pattern ...] [','] ')'
func (p *parser) classPattern(start Pos, cls Expr) Pattern {
	n := &MatchClass{Cls: cls}
	p.advance()
	for p.tok.kind != kRPar && !p.failed {
		switch {
		case p.tok.kind == kName && p.peek(1) == kAssign:
			n.KwdAttrs = append(n.KwdAttrs, identifierText(p.src, p.tok))
			p.advance()
			p.advance()
			n.KwdPatterns = append(n.KwdPatterns, p.pattern())
		case len(n.KwdAttrs) > 0:
			p.unexpected("positional patterns follow keyword patterns")
		default:
			n.Patterns = append(n.Patterns, p.pattern())
		}
		if !p.accept(kComma) {
			break
		}
	}
	p.expect(kRPar, "')' or ','")
	n.Range = p.since(start)
	return n
}
