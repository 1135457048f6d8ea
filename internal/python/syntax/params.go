package syntax

// parameters reads the parameters of a def (until ')') or lambda (until ':'), which lacks annotations.
func (p *parser) parameters(until kind) *Arguments {
	a := p.slabs.arguments.alloc()
	*a = Arguments{}
	s := paramState{annotated: until == kRPar, args: p.args.mark(), defaults: p.exprs.mark()}
	for p.tok.kind != until && !p.failed {
		p.parameter(a, &s)
		if !p.accept(kComma) {
			break
		}
	}
	if !s.star {
		a.Args, a.Defaults = p.args.take(s.args), p.exprs.take(s.defaults)
		return a
	}
	a.Kwonlyargs, a.KwDefaults = p.args.take(s.args), p.exprs.take(s.defaults)
	if s.bareStar && len(a.Kwonlyargs) == 0 {
		p.fail(s.starAt, s.starAt+1, "named arguments must follow bare *")
	}
	return a
}

// paramState is what stood before a parameter.
type paramState struct {
	annotated       bool
	slash, star     bool
	bareStar, kwarg bool
	starAt          Pos
	args, defaults  int // marks of the parameters and defaults that are not yet in a slice
}

func (p *parser) parameter(a *Arguments, s *paramState) {
	if s.kwarg {
		p.unexpected("arguments cannot follow var-keyword argument")
		return
	}
	switch p.tok.kind {
	case kSlash:
		p.slash(a, s)
	case kStar:
		p.starParameter(a, s)
	case kDoubleStar:
		if s.bareStar && p.args.mark() == s.args {
			p.fail(s.starAt, s.starAt+1, "named arguments must follow bare *")
		}
		p.advance()
		a.Kwarg = p.param(s.annotated, false)
		s.kwarg = true
		if p.tok.kind == kAssign {
			p.unexpected("var-keyword argument cannot have default value")
		}
	case kName:
		p.namedParameter(s)
	default:
		p.unexpected("expected a parameter")
	}
}

func (p *parser) slash(a *Arguments, s *paramState) {
	switch {
	case s.slash:
		p.unexpected("/ may appear only once")
	case s.star:
		p.unexpected("/ must be ahead of *")
	case p.args.mark() == s.args:
		p.unexpected("at least one argument must precede /")
	}
	p.advance()
	if !p.failed {
		s.slash = true
		a.Posonlyargs = p.args.take(s.args)
	}
}

func (p *parser) starParameter(a *Arguments, s *paramState) {
	if s.star {
		p.unexpected("* argument may appear only once")
		return
	}
	s.star, s.starAt = true, p.tok.start
	a.Args, a.Defaults = p.args.take(s.args), p.exprs.take(s.defaults)
	p.advance()
	if p.tok.kind != kName {
		s.bareStar = true
		return
	}
	a.Vararg = p.param(s.annotated, true)
	if p.tok.kind == kAssign {
		p.unexpected("var-positional argument cannot have default value")
	}
}

func (p *parser) namedParameter(s *paramState) {
	at := p.tok
	arg := p.param(s.annotated, false)
	var value Expr
	if equals := p.tok; p.accept(kAssign) {
		if k := p.tok.kind; k == kComma || k == kRPar {
			p.fail(equals.start, equals.end, "expected a default value behind '='")
		}
		value = p.expression()
	}
	p.args.push(arg)
	switch {
	case s.star || value != nil:
		p.exprs.push(value)
	case p.exprs.mark() > s.defaults:
		p.refuse(at.start, at.end, "parameter without a default follows parameter with a default")
	}
}

// param: NAME [':' expression]; the annotation of *args may be starred (PEP 646).
func (p *parser) param(annotated, star bool) *Arg {
	t := p.tok
	if t.kind != kName {
		p.unexpected("expected a parameter name")
		return &Arg{Range: Range{t.start, t.start}}
	}
	p.advance()
	arg := p.slabs.arg.alloc()
	*arg = Arg{Range: Range{t.start, t.end}, Name: identifierText(p.src, t)}
	if annotated && p.accept(kColon) {
		at := p.tok.start
		if star && p.tok.kind == kStar {
			arg.Annotation = p.starred()
			p.noteSince(at, 311, "starred annotation")
		} else {
			arg.Annotation = p.expression()
		}
		arg.Range = p.since(t.start)
	}
	return arg
}

// typeParams: ['[' type_param (',' type_param)* [','] ']'] (PEP 695)
func (p *parser) typeParams() []TypeParam {
	if p.tok.kind != kLBrack {
		return nil
	}
	start := p.tok.start
	p.advance()
	var out []TypeParam
	for p.tok.kind != kRBrack && !p.failed {
		out = append(out, p.typeParam())
		if !p.accept(kComma) {
			break
		}
	}
	if len(out) == 0 {
		p.unexpected("type parameter list cannot be empty")
	}
	p.expect(kRBrack, "']'")
	p.noteSince(start, 312, "type parameter list")
	return out
}

// typeParam: NAME [':' expression] ['=' expression] | '*' NAME ['=' star_expression] | '**' NAME ['=' expression]
func (p *parser) typeParam() TypeParam {
	start := p.tok.start
	tp := TypeParam{Kind: TypeVar}
	switch {
	case p.accept(kStar):
		tp.Kind = TypeVarTuple
	case p.accept(kDoubleStar):
		tp.Kind = ParamSpec
	}
	if p.tok.kind != kName {
		p.unexpected("expected a type parameter")
	}
	tp.Name = identifierText(p.src, p.tok)
	p.advance()
	if p.tok.kind == kColon && tp.Kind == TypeVar {
		p.advance()
		tp.Bound = p.expression()
	}
	if at := p.tok.start; p.accept(kAssign) {
		if tp.Kind == TypeVarTuple {
			tp.Default = p.starExpression()
		} else {
			tp.Default = p.expression()
		}
		p.noteSince(at, 313, "default of a type parameter")
	}
	tp.Range = p.since(start)
	return tp
}
