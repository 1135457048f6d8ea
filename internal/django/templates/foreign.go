package templates

import (
	"slices"
	"strings"
)

// stray reports whether a tag is the end or the middle of one of Django's own, out of place. Libraries use these words as well, but
// within their own tags only.
func (p *parser) stray(n *Node, until []string) bool {
	inForeign := false
	for _, end := range until {
		name, isEnd := strings.CutPrefix(end, "end")
		if _, known := p.tags[name]; isEnd && !known {
			inForeign = true
		}
	}
	switch n.Name {
	case "else", "elif", "empty", "plural":
		return !inForeign
	}
	name, isEnd := strings.CutPrefix(n.Name, "end")
	if !isEnd || inForeign {
		return false
	}
	_, known := p.tags[name]
	return known
}

// foreignTag takes a tag of a library that is not known: it has a body where an end<name> follows. Where the body is no template
// code, the library may well read it in its own way, so that it is skipped.
func (p *parser) foreignTag(n *Node) {
	p.foreignWords(n)
	end, isBlock := p.endOf(p.at - 1)
	if !isBlock {
		return
	}
	start, depth := p.at, p.depth
	if p.foreignBody(n, end) {
		return
	}
	n.Opaque = true
	n.Bodies = []Body{{Tag: n.Token, Name: n.Name}}
	p.at, p.depth = end+1, depth
	for _, tok := range p.tokens[start:end] {
		n.Bodies[0].Nodes = append(n.Bodies[0].Nodes, &Node{Token: Token{Kind: Text,
			Contents: string(p.t.File.Data[tok.Start:tok.End]), Start: tok.Start, End: tok.End}})
	}
}

// foreignWords reads the words of a tag as most libraries do: filter expressions, with or without a name, and "as name" at the end.
// Words that are none are left.
func (p *parser) foreignWords(n *Node) {
	bits, ok := splitContents(n.Contents)
	if !ok {
		bits = words(n.Contents)
	}
	n.Bits = bits[1:]
	rest := n.Bits
	if len(rest) >= 2 && rest[len(rest)-2] == "as" {
		n.AsVar = rest[len(rest)-1]
		rest = rest[:len(rest)-2]
	}
	for _, bit := range rest {
		name, value := keyword(bit)
		e, fault := readExpr(value, p.Version)
		if fault != "" {
			continue
		}
		if name == "" {
			n.Exprs = append(n.Exprs, e)
		} else {
			n.Assigns = append(n.Assigns, Assign{name, e})
		}
	}
}

// foreignBody reads the body of a foreign tag; false when it is no template code up to the end that was found.
func (p *parser) foreignBody(n *Node, end int) (ok bool) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case bail:
			ok = false
		default:
			panic(r)
		}
	}()
	blocks, partials, cycles := len(p.blocks), len(p.partials), len(p.cycles)
	p.body(n, n.Token, nil, "end"+n.Name)
	if p.at != end+1 {
		p.blocks, p.partials, p.cycles = p.blocks[:blocks], p.partials[:partials], p.cycles[:cycles]
		return false
	}
	return true
}

// endOf is the token that ends the foreign tag at a token. Each end belongs to the nearest tag of its name before it that has none.
func (p *parser) endOf(at int) (int, bool) {
	if p.ends == nil {
		p.ends = make(map[int]int)
		open := make(map[string][]int)
		for i, tok := range p.tokens {
			if tok.Kind != Block {
				continue
			}
			name := firstWord(tok.Contents)
			if opener, isEnd := strings.CutPrefix(name, "end"); isEnd && len(open[opener]) > 0 {
				waiting := open[opener]
				p.ends[waiting[len(waiting)-1]] = i
				open[opener] = waiting[:len(waiting)-1]
				continue
			}
			open[name] = append(open[name], i)
		}
	}
	end, ok := p.ends[at]
	return end, ok
}

// addLibrary makes the tags and filters of a library known: all of them, or those with the given names.
func (p *parser) addLibrary(name string, only []string) {
	if !slices.Contains(p.loaded, name) {
		p.loaded = append(p.loaded, name)
	}
	lib, known := djangoLibrary(name)
	if !known || slices.Contains(p.Replaced, name) {
		p.foreign = true
		return
	}
	for tag, compile := range lib.tags {
		if only == nil || slices.Contains(only, tag) {
			p.tags[tag] = compile
		}
	}
	for _, filter := range lib.filters {
		if only == nil || slices.Contains(only, filter) {
			p.filters = append(p.filters, filter)
		}
	}
}
