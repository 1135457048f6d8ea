package templates

import (
	"path"
	"slices"
	"strings"
)

func compileBlock(p *parser, n *Node) {
	n.Bits = words(n.Contents)[1:]
	if len(n.Bits) != 1 {
		p.fail(n.Token, "'block' tag takes only one argument")
	}
	name := n.Bits[0]
	if slices.Contains(p.blocks, name) {
		p.fail(n.Token, "'block' tag with name '%s' appears more than once", name)
	}
	p.blocks = append(p.blocks, name)
	end := p.body(n, n.Token, nil, "endblock")
	if end.Contents != "endblock" && end.Contents != "endblock "+name {
		p.fail(end, "Invalid block tag: 'endblock', expected 'endblock' or 'endblock %s'", name)
	}
}

func compileExtends(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) != 1 {
		p.fail(n.Token, "'extends' takes one argument")
	}
	p.expr(n, p.relative(n, bits[0], false))
	if p.depth > 1 {
		// What follows is read to the end of the file, so that the end of the tag around is out of place.
		p.fail(n.Token, "{%% %s %%} stands within another tag", n.Contents)
	}
}

func compileInclude(p *parser, n *Node) {
	bits := p.split(n)
	if len(bits) == 0 {
		p.fail(n.Token, "'include' tag takes at least one argument: the name of the template to be included.")
	}
	var seen []string
	for rest := bits[1:]; len(rest) > 0; {
		option := rest[0]
		rest = rest[1:]
		switch {
		case slices.Contains(seen, option):
			p.fail(n.Token, "The '%s' option was specified more than once.", option)
		case option == "with":
			if rest = p.assigns(n, rest, false); len(n.Assigns) == 0 {
				p.fail(n.Token, "\"with\" in 'include' tag needs at least one keyword argument.")
			}
		case option != "only":
			p.fail(n.Token, "Unknown argument for 'include' tag: '%s'.", option)
		}
		seen = append(seen, option)
	}
	p.expr(n, p.relative(n, bits[0], true))
}

// relative makes the full name of a template of one that begins with ./ or ../, as a quoted text.
func (p *parser) relative(n *Node, name string, itself bool) string {
	plain := strings.Trim(name, `'"`)
	if p.Name == "" || !strings.HasPrefix(plain, "./") && !strings.HasPrefix(plain, "../") {
		return name
	}
	own := strings.TrimLeft(p.Name, "/")
	full := path.Join(path.Dir(own), plain)
	if strings.HasPrefix(full, "../") {
		p.fail(n.Token, "The relative path '%s' points outside the file hierarchy that template '%s' is in.", name, p.Name)
	}
	if full == own && !itself {
		p.fail(n.Token, "The relative path '%s' was translated to template name '%s', the same template in which the tag appears.", name, full)
	}
	if name[0] == name[len(name)-1] && (name[0] == '"' || name[0] == '\'') {
		return `"` + full + `"`
	}
	return full
}

// TemplateName is the name of the template that extends or include names, "" when it is computed.
func (n *Node) TemplateName() string {
	if len(n.Exprs) == 0 {
		return ""
	}
	e := n.Exprs[len(n.Exprs)-1]
	if !e.Literal || !e.Quoted || len(e.Filters) > 0 {
		return ""
	}
	return e.Value
}
