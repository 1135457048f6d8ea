package syntax

import "strings"

// importStmt: 'import' dotted_as_name (',' dotted_as_name)*
func (p *parser) importStmt() Stmt {
	start := p.tok.start
	p.advance()
	var names []*Alias
	for {
		at := p.tok.start
		a := p.slabs.alias.alloc()
		*a = Alias{Name: p.dottedName()}
		p.asName(a)
		a.Range = p.since(at)
		names = append(names, a)
		if !p.accept(kComma) {
			return &Import{p.since(start), names}
		}
	}
}

func (p *parser) asName(a *Alias) {
	if !p.accept(kAs) {
		return
	}
	if p.tok.kind != kName {
		p.unexpected("expected a name after 'as'")
		return
	}
	a.AsName = identifierText(p.src, p.tok)
	p.advance()
}

// dottedName: NAME ('.' NAME)*
func (p *parser) dottedName() string {
	first := p.tok
	if first.kind != kName {
		p.unexpected("expected a module name")
		return ""
	}
	p.advance()
	if p.tok.kind != kDot {
		return identifierText(p.src, first)
	}
	parts := []string{identifierText(p.src, first)}
	plain := first.flags&flagUnicode == 0
	end := first.end
	for p.accept(kDot) {
		if p.tok.kind != kName {
			p.unexpected("expected a name after '.'")
			return ""
		}
		plain = plain && p.tok.flags&flagUnicode == 0 && p.tok.start == end+1
		end = p.tok.end
		parts = append(parts, identifierText(p.src, p.tok))
		p.advance()
	}
	if plain {
		return p.src[first.start:end]
	}
	return strings.Join(parts, ".")
}

// importFrom: 'from' ('.' | '...')* [dotted_name] 'import' ('*' | '(' names [','] ')' | names)
func (p *parser) importFrom() Stmt {
	start := p.tok.start
	p.advance()
	n := &ImportFrom{}
	for p.tok.kind == kDot || p.tok.kind == kEllipsis {
		n.Level++
		if p.tok.kind == kEllipsis {
			n.Level += 2
		}
		p.advance()
	}
	if n.Level == 0 || p.tok.kind != kImport {
		n.Module = p.dottedName()
	}
	p.expect(kImport, "'import'")
	switch {
	case p.tok.kind == kStar:
		p.advance()
		n.Names = []*Alias{{Range: Range{p.prevEnd - 1, p.prevEnd}, Name: "*"}}
	case p.accept(kLPar):
		n.Names = p.importedNames(kRPar)
		p.expect(kRPar, "')' or ','")
	default:
		n.Names = p.importedNames(kNewline)
	}
	n.Range = p.since(start)
	return n
}

// importedNames: NAME ['as' NAME] (',' NAME ['as' NAME])*, with a comma at the end only in parentheses.
func (p *parser) importedNames(until kind) []*Alias {
	var names []*Alias
	for {
		t := p.tok
		if t.kind != kName {
			p.unexpected("expected a name to import")
			return names
		}
		p.advance()
		a := p.slabs.alias.alloc()
		*a = Alias{Name: identifierText(p.src, t)}
		p.asName(a)
		a.Range = p.since(t.start)
		names = append(names, a)
		if !p.accept(kComma) || until == kRPar && p.tok.kind == kRPar {
			return names
		}
	}
}
