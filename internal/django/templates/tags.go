package templates

import (
	"slices"
	"strings"

	"gonogo/internal/knowledge"
)

// builtinTags are the tags of django.template.defaulttags and loader_tags. For a version that is not known they are those of all.
func builtinTags(version knowledge.Version) map[string]compiler {
	tags := map[string]compiler{
		"autoescape": compileAutoescape, "block": compileBlock, "comment": compileComment, "csrf_token": func(*parser, *Node) {},
		"cycle": compileCycle, "debug": func(*parser, *Node) {}, "extends": compileExtends, "filter": compileFilter,
		"firstof": compileFirstof, "for": compileFor, "if": compileIf, "ifchanged": compileIfchanged, "include": compileInclude,
		"load": compileLoad, "lorem": compileLorem, "now": compileNow, "regroup": compileRegroup, "resetcycle": compileResetcycle,
		"spaceless": simpleBlock, "templatetag": compileTemplatetag, "url": compileURL, "verbatim": simpleBlock,
		"widthratio": compileWidthratio, "with": compileWith,
	}
	if !version.Before(5, 1) {
		tags["querystring"] = compileQuerystring
	}
	if !version.Before(6, 0) {
		tags["partialdef"], tags["partial"] = compilePartialdef, compilePartial
	}
	if !version.Before(6, 1) {
		tags["csp_nonce_attr"] = func(p *parser, n *Node) { p.exprs(n, p.split(n)) }
	}
	if !version.AtLeast(4, 0) {
		tags["ifequal"], tags["ifnotequal"] = compileIfequal, compileIfequal
	}
	return tags
}

// keyword tells name=value from a value alone.
func keyword(bit string) (name, value string) {
	equals := strings.IndexByte(bit, '=')
	if equals <= 0 || equals == len(bit)-1 || span(bit, isWord) != equals {
		return "", bit
	}
	return bit[:equals], bit[equals+1:]
}

// simpleBlock is a tag whose words mean nothing and that has one body.
func simpleBlock(p *parser, n *Node) { p.body(n, n.Token, nil, "end"+n.Name) }

func compileAutoescape(p *parser, n *Node) {
	n.Bits = words(n.Contents)[1:]
	if len(n.Bits) != 1 || n.Bits[0] != "on" && n.Bits[0] != "off" {
		p.fail(n.Token, "'autoescape' argument should be 'on' or 'off'")
	}
	simpleBlock(p, n)
}

func compileComment(p *parser, n *Node) {
	for p.at < len(p.tokens) {
		tok := p.tokens[p.at]
		p.at++
		if tok.Kind == Block && tok.Contents == "endcomment" {
			return
		}
	}
	p.fail(n.Token, "Unclosed tag: 'comment'. Looking for one of: endcomment.")
}

func compileCycle(p *parser, n *Node) {
	args := p.split(n)
	switch {
	case len(args) == 0:
		p.fail(n.Token, "'cycle' tag requires at least two arguments")
	case len(args) == 1:
		if !slices.Contains(p.cycles, args[0]) {
			p.fail(n.Token, "Named cycle '%s' does not exist", args[0])
		}
		return
	}
	if last := len(args) - 1; last >= 3 {
		switch {
		case args[last-2] == "as": // values as name flag
			if args[last] != "silent" {
				p.fail(n.Token, "Only 'silent' flag is allowed after cycle's name, not '%s'.", args[last])
			}
			n.AsVar, args = args[last-1], args[:last-2]
		case args[last-1] == "as":
			n.AsVar, args = args[last], args[:last-1]
		}
	}
	p.exprs(n, args)
	if n.AsVar != "" {
		p.cycles = append(p.cycles, n.AsVar)
	}
	p.cycled = true
}

func compileResetcycle(p *parser, n *Node) {
	args := p.split(n)
	switch {
	case len(args) > 1:
		p.fail(n.Token, "'resetcycle' tag accepts at most one argument.")
	case len(args) == 1 && !slices.Contains(p.cycles, args[0]):
		p.fail(n.Token, "Named cycle '%s' does not exist.", args[0])
	case !p.cycled:
		p.fail(n.Token, "No cycles in template.")
	}
}

func compileFilter(p *parser, n *Node) {
	rest := strings.TrimLeftFunc(strings.TrimPrefix(n.Contents, n.Name), isSpace)
	if rest == "" {
		p.fail(n.Token, "'filter' needs the name of a filter")
	}
	e := p.expr(n, "var|"+rest)
	if e.Has("escape") || e.Has("safe") {
		p.fail(n.Token, "\"filter escape\" and \"filter safe\" are not permitted. Use the \"autoescape\" tag instead.")
	}
	simpleBlock(p, n)
}

func compileFirstof(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) == 0 {
		p.fail(n.Token, "'firstof' statement requires at least one argument")
	}
	p.exprs(n, n.takeAs(bits))
}

// takeAs cuts "as name" from the end of a tag's words.
func (n *Node) takeAs(bits []string) []string {
	if len(bits) >= 2 && bits[len(bits)-2] == "as" {
		n.AsVar = bits[len(bits)-1]
		return bits[:len(bits)-2]
	}
	return bits
}

func compileFor(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) < 3 {
		p.fail(n.Token, "'for' statements should have at least four words: %s", n.Contents)
	}
	in := len(bits) - 2
	if bits[len(bits)-1] == "reversed" {
		in--
	}
	if in < 0 || bits[in] != "in" {
		p.fail(n.Token, "'for' statements should use the format 'for x in y': %s", n.Contents)
	}
	for _, name := range splitCommas(strings.Join(bits[:in], " ")) {
		if name == "" || strings.ContainsAny(name, ` "'|`) {
			p.fail(n.Token, "'for' tag received an invalid argument: %s", n.Contents)
		}
		n.Assigns = append(n.Assigns, Assign{Name: name})
	}
	p.expr(n, bits[in+1])
	end := p.body(n, n.Token, nil, "empty", "endfor")
	if end.Contents == "empty" {
		p.body(n, end, nil, "endfor")
	}
}

// splitCommas is Python's re.split(r" *, *", s).
func splitCommas(s string) []string {
	parts := strings.Split(s, ",")
	for i := range parts {
		if i > 0 {
			parts[i] = strings.TrimLeft(parts[i], " ")
		}
		if i < len(parts)-1 {
			parts[i] = strings.TrimRight(parts[i], " ")
		}
	}
	return parts
}

func compileIfchanged(p *parser, n *Node) {
	bits := p.split(n)
	end := p.body(n, n.Token, nil, "else", "endifchanged")
	if end.Contents == "else" {
		p.body(n, end, nil, "endifchanged")
	}
	p.exprs(n, bits)
}

func compileIfequal(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) != 2 {
		p.fail(n.Token, "'%s' takes two arguments", n.Name)
	}
	p.exprs(n, bits)
	end := p.body(n, n.Token, nil, "else", "end"+n.Name)
	if end.Contents == "else" {
		p.body(n, end, nil, "end"+n.Name)
	}
}

func compileLoad(p *parser, n *Node) {
	n.Bits = words(n.Contents)[1:]
	if last := len(n.Bits) - 1; last >= 2 && n.Bits[last-1] == "from" {
		p.addLibrary(n.Bits[last], n.Bits[:last-1])
		return
	}
	for _, name := range n.Bits {
		p.addLibrary(name, nil)
	}
}

func compileLorem(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) > 0 && bits[len(bits)-1] == "random" {
		bits = bits[:len(bits)-1]
	}
	if len(bits) > 0 && slices.Contains([]string{"w", "p", "b"}, bits[len(bits)-1]) {
		bits = bits[:len(bits)-1]
	}
	if len(bits) > 1 {
		p.fail(n.Token, "Incorrect format for 'lorem' tag")
	}
	p.exprs(n, bits)
}

func compileNow(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) == 3 {
		bits = n.takeAs(bits)
	}
	if len(bits) != 1 {
		p.fail(n.Token, "'now' statement takes one argument")
	}
}

func compileRegroup(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) != 5 || bits[1] != "by" || bits[3] != "as" {
		p.fail(n.Token, "'regroup' tag is written: regroup list by attribute as name")
	}
	n.AsVar = bits[4]
	p.expr(n, bits[0])
	p.expr(n, n.AsVar+"."+bits[2])
}

func compileTemplatetag(p *parser, n *Node) {
	n.Bits = words(n.Contents)[1:]
	if len(n.Bits) != 1 || !slices.Contains([]string{"openblock", "closeblock", "openvariable", "closevariable", "openbrace", "closebrace",
		"opencomment", "closecomment"}, n.Bits[0]) {
		p.fail(n.Token, "Invalid templatetag argument: '%s'.", strings.Join(n.Bits, " "))
	}
}

func compileURL(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) == 0 {
		p.fail(n.Token, "'url' takes at least one argument, a URL pattern name.")
	}
	p.expr(n, bits[0])
	p.arguments(n, n.takeAs(bits[1:]))
}

// arguments reads values, with or without a name.
func (p *parser) arguments(n *Node, bits []string) {
	for _, bit := range bits {
		if name, value := keyword(bit); name != "" {
			n.Assigns = append(n.Assigns, Assign{name, p.compile(n.Token, value)})
		} else {
			p.expr(n, bit)
		}
	}
}

func compileWidthratio(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) == 5 {
		bits = n.takeAs(bits)
	}
	if len(bits) != 3 {
		p.fail(n.Token, "widthratio takes at least three arguments")
	}
	p.exprs(n, bits)
}

func compileWith(p *parser, n *Node) {
	rest := p.assigns(n, p.split(n), true)
	switch {
	case len(n.Assigns) == 0:
		p.fail(n.Token, "'with' expected at least one variable assignment")
	case len(rest) > 0:
		p.fail(n.Token, "'with' received an invalid token: '%s'", rest[0])
	}
	simpleBlock(p, n)
}

// assigns reads name=value from the front of words (django.template.base.token_kwargs), or "value as name and ..." where legacy is set.
func (p *parser) assigns(n *Node, bits []string, legacy bool) (rest []string) {
	if len(bits) == 0 {
		return bits
	}
	first, _ := keyword(bits[0])
	named := first != ""
	if !named && !legacy {
		return bits
	}
	for len(bits) > 0 {
		var name, value string
		if named {
			if name, value = keyword(bits[0]); name == "" {
				return bits
			}
			bits = bits[1:]
		} else {
			if len(bits) < 3 || bits[1] != "as" {
				return bits
			}
			name, value, bits = bits[2], bits[0], bits[3:]
		}
		n.assign(name, p.compile(n.Token, value))
		if len(bits) > 0 && !named {
			if bits[0] != "and" {
				return bits
			}
			bits = bits[1:]
		}
	}
	return bits
}

// assign notes a value; a later one of the same name replaces it.
func (n *Node) assign(name string, value *Expr) {
	for i := range n.Assigns {
		if n.Assigns[i].Name == name {
			n.Assigns[i].Value = value
			return
		}
	}
	n.Assigns = append(n.Assigns, Assign{name, value})
}

func compileQuerystring(p *parser, n *Node) {
	bits := n.takeAs(p.split(n))
	p.arguments(n, bits)
	if len(n.Exprs) > 1 && p.Version.Before(6, 0) {
		p.fail(n.Token, "'querystring' received too many positional arguments")
	}
	positionalLast(p, n, bits)
}

// positionalLast refuses a value without a name behind one that has a name (django.template.library.parse_bits).
func positionalLast(p *parser, n *Node, bits []string) {
	named := make(map[string]bool)
	for _, bit := range bits {
		name, _ := keyword(bit)
		switch {
		case name == "" && len(named) > 0:
			p.fail(n.Token, "'%s' received some positional argument(s) after some keyword argument(s)", n.Name)
		case named[name]:
			p.fail(n.Token, "'%s' received multiple values for keyword argument '%s'", n.Name, name)
		case name != "":
			named[name] = true
		}
	}
}

func compilePartialdef(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) == 0 || len(bits) > 2 || len(bits) == 2 && bits[1] != "inline" {
		p.fail(n.Token, "'partialdef' takes a name, and the word inline")
	}
	end := p.body(n, n.Token, nil, "endpartialdef", "endpartialdef "+bits[0])
	if end.Contents != "endpartialdef" && end.Contents != "endpartialdef "+bits[0] {
		p.fail(end, "Invalid block tag: '%s', expected 'endpartialdef'", end.Contents)
	}
	if slices.Contains(p.partials, bits[0]) {
		p.fail(n.Token, "Partial '%s' is already defined in the template.", bits[0])
	}
	p.partials = append(p.partials, bits[0])
}

func compilePartial(p *parser, n *Node) {
	if len(p.split(n)) != 1 {
		p.fail(n.Token, "'partial' tag requires a single argument")
	}
}
