package templates

import "slices"

// library is a library of tags and filters that comes with Django and that templates load.
type library struct {
	tags    map[string]compiler
	filters []string
}

// djangoLibrary is one of the libraries whose tags are read as Django reads them. Others of Django's (humanize, the admin's) are taken
// as they come.
func djangoLibrary(name string) (library, bool) {
	switch name {
	case "i18n":
		return library{
			tags: map[string]compiler{
				"trans": compileTranslate, "translate": compileTranslate, "blocktrans": compileBlocktranslate,
				"blocktranslate": compileBlocktranslate, "language": oneArgument, "get_available_languages": onlyAs,
				"get_current_language": onlyAs, "get_current_language_bidi": onlyAs, "get_language_info": forAs, "get_language_info_list": forAs,
			},
			filters: []string{"language_name", "language_name_translated", "language_name_local", "language_bidi"},
		}, true
	case "l10n":
		return library{tags: map[string]compiler{"localize": onOff}, filters: []string{"localize", "unlocalize"}}, true
	case "tz":
		return library{
			tags:    map[string]compiler{"localtime": onOff, "timezone": oneArgument, "get_current_timezone": onlyAs},
			filters: []string{"localtime", "utc", "timezone"},
		}, true
	case "cache":
		return library{tags: map[string]compiler{"cache": compileCache}}, true
	case "static":
		return library{tags: map[string]compiler{"static": compileStatic, "get_static_prefix": compilePrefix, "get_media_prefix": compilePrefix}}, true
	}
	return library{}, false
}

// oneArgument is a block with one value: language, timezone.
func oneArgument(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) != 1 {
		p.fail(n.Token, "'%s' takes one argument", n.Name)
	}
	p.exprs(n, bits)
	simpleBlock(p, n)
}

// onOff is a block that takes on or off: localize, localtime.
func onOff(p *parser, n *Node) {
	if bits := p.split(n); len(bits) > 1 || len(bits) == 1 && bits[0] != "on" && bits[0] != "off" {
		p.fail(n.Token, "'%s' argument should be 'on' or 'off'", n.Name)
	}
	simpleBlock(p, n)
}

// onlyAs is a tag that sets a variable: get_current_language as name.
func onlyAs(p *parser, n *Node) {
	n.Bits = words(n.Contents)[1:]
	if len(n.Bits) != 2 || n.Bits[0] != "as" {
		p.fail(n.Token, "'%s' requires 'as variable'", n.Name)
	}
	n.AsVar = n.Bits[1]
}

// forAs is get_language_info for value as name.
func forAs(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) != 4 || bits[0] != "for" || bits[2] != "as" {
		p.fail(n.Token, "'%s' requires 'for string as variable'", n.Name)
	}
	n.AsVar = bits[3]
	p.expr(n, bits[1])
}

func compileTranslate(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) == 0 {
		p.fail(n.Token, "'%s' takes at least one argument", n.Name)
	}
	p.expr(n, bits[0])
	var seen []string
	for rest := bits[1:]; len(rest) > 0; {
		option := rest[0]
		rest = rest[1:]
		if slices.Contains(seen, option) {
			p.fail(n.Token, "The '%s' option was specified more than once.", option)
		}
		seen = append(seen, option)
		switch option {
		case "noop":
			continue
		case "context", "as":
			if len(rest) == 0 || option == "context" && (rest[0] == "as" || rest[0] == "noop") {
				p.fail(n.Token, "No argument provided to the '%s' tag for the %s option.", n.Name, option)
			}
			if option == "as" {
				n.AsVar = rest[0]
			} else {
				p.expr(n, rest[0])
			}
			rest = rest[1:]
		default:
			p.fail(n.Token, "Unknown argument for '%s' tag: '%s'.", n.Name, option)
		}
	}
}

func compileBlocktranslate(p *parser, n *Node) {
	counted := blocktranslateOptions(p, n, p.split(n))
	n.Bodies = append(n.Bodies, Body{Tag: n.Token, Name: n.Name})
	stop := p.translated(&n.Bodies[0])
	if counted {
		if strip(stop.Contents) != "plural" {
			p.fail(n.Token, "'%s' doesn't allow other block tags inside it", n.Name)
		}
		n.Bodies = append(n.Bodies, Body{Tag: stop, Name: "plural"})
		if next := p.translated(&n.Bodies[1]); next.Kind != 0 {
			stop = next
		}
	}
	if strip(stop.Contents) != "end"+n.Name {
		p.fail(n.Token, "'%s' doesn't allow other block tags (seen '%s') inside it", n.Name, stop.Contents)
	}
}

// blocktranslateOptions reads the words of the tag; counted says that a plural follows.
func blocktranslateOptions(p *parser, n *Node, rest []string) (counted bool) {
	var seen []string
	for len(rest) > 0 {
		option := rest[0]
		rest = rest[1:]
		if slices.Contains(seen, option) {
			p.fail(n.Token, "The '%s' option was specified more than once.", option)
		}
		seen = append(seen, option)
		switch option {
		case "trimmed":
			continue
		case "with", "count":
			var values Node
			values.Token = n.Token
			rest = p.assigns(&values, rest, true)
			if len(values.Assigns) == 0 || option == "count" && len(values.Assigns) != 1 {
				p.fail(n.Token, "\"%s\" in '%s' tag needs a keyword argument.", option, n.Name)
			}
			counted = counted || option == "count"
			for _, a := range values.Assigns {
				n.assign(a.Name, a.Value)
			}
		case "context", "asvar":
			if len(rest) == 0 {
				p.fail(n.Token, "No argument provided to the '%s' tag for the %s option.", n.Name, option)
			}
			if option == "asvar" {
				n.AsVar = rest[0]
			} else {
				p.expr(n, rest[0])
			}
			rest = rest[1:]
		default:
			p.fail(n.Token, "Unknown argument for '%s' tag: '%s'.", n.Name, option)
		}
	}
	return counted
}

// translated takes text and variables up to the first tag or comment, which it takes too; the last token where none follows.
// Variables take no filters there: what is between the braces is the name.
func (p *parser) translated(b *Body) (stop Token) {
	for p.at < len(p.tokens) {
		stop = p.tokens[p.at]
		p.at++
		if stop.Kind != Text && stop.Kind != Var {
			return stop
		}
		b.Nodes = append(b.Nodes, &Node{Token: stop})
	}
	return stop
}

func compileCache(p *parser, n *Node) {
	bits := p.split(n)
	simpleBlock(p, n)
	if len(bits) < 2 {
		p.fail(n.Token, "'cache' tag requires at least 2 arguments.")
	}
	if last := bits[len(bits)-1]; len(bits) > 2 && len(last) >= len("using=") && last[:len("using=")] == "using=" {
		p.expr(n, last[len("using="):])
		bits = bits[:len(bits)-1]
	}
	p.expr(n, bits[0])
	p.exprs(n, bits[2:])
}

func compileStatic(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) == 0 {
		p.fail(n.Token, "'static' takes at least one argument (path to file)")
	}
	p.expr(n, bits[0])
	if before := len(bits) - 2; before >= 0 && bits[before] == "as" {
		if len(bits) < 3 {
			p.fail(n.Token, "'static' has no name behind 'as'")
		}
		n.AsVar = bits[2]
	}
}

func compilePrefix(p *parser, n *Node) {
	n.Bits = words(n.Contents)[1:]
	switch {
	case len(n.Bits) == 0:
	case len(n.Bits) == 1 || n.Bits[0] != "as":
		p.fail(n.Token, "'%s' is written: %s as name", n.Name, n.Name)
	default:
		n.AsVar = n.Bits[1]
	}
}
