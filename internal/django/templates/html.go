package templates

import (
	"slices"
	"sort"
	"strings"

	"gonogo/internal/source"
)

// HTML is the markup of a template as far as it is written out: elements in the order of the text, whichever branch they stand in,
// with the template's own tags between them.
type HTML struct {
	Elements []Element
	// Nodes are the variables and tags, with where they stand among the elements.
	Nodes  []Placed
	t      *Template
	text   string // the markup, with one hole for each node
	pieces []piece
}

// hole stands for a variable or a tag in the markup.
const hole = '\x01'

// Placed is a node and its offset in the markup; offsets grow in the order of the text.
type Placed struct {
	*Node
	Offset int
}

// Element is a start tag or an end tag.
type Element struct {
	Name       string // in lower case
	Closing    bool
	Attrs      []Attr
	Start, End int    // offsets in the markup
	Text       string // of script and style: what stands inside
}

// Attr is an attribute. Holes in a value are what the template computes.
type Attr struct {
	Name, Value string // the name in lower case
	Nodes       []*Node
}

type piece struct {
	offset int
	pos    source.Pos
}

// Attr is the attribute of a name; ok is false when the element has none.
func (e *Element) Attr(name string) (Attr, bool) {
	for _, a := range e.Attrs {
		if a.Name == name {
			return a, true
		}
	}
	return Attr{}, false
}

// Literal reports whether the whole value is written out, so that no part of it is computed.
func (a Attr) Literal() bool { return len(a.Nodes) == 0 }

// Span is the place of an element in the file.
func (h *HTML) Span(e *Element) source.Span { return h.t.File.Span(h.pos(e.Start), h.pos(e.End)) }

func (h *HTML) pos(offset int) source.Pos {
	i := sort.Search(len(h.pieces), func(i int) bool { return h.pieces[i].offset > offset }) - 1
	if i < 0 {
		return 0
	}
	return min(h.pieces[i].pos+source.Pos(offset-h.pieces[i].offset), source.Pos(len(h.t.File.Data)))
}

// HTML reads the markup of a template. Comments of HTML are left out.
func (t *Template) HTML() *HTML {
	h := &HTML{t: t}
	var b strings.Builder
	var add func(nodes []*Node)
	add = func(nodes []*Node) {
		for _, n := range nodes {
			h.pieces = append(h.pieces, piece{b.Len(), n.Start})
			if n.Kind == Text {
				b.WriteString(n.Contents)
				continue
			}
			h.Nodes = append(h.Nodes, Placed{n, b.Len()})
			b.WriteByte(hole)
			for _, body := range n.Bodies {
				add(body.Nodes)
			}
		}
	}
	add(t.Nodes)
	h.pieces = append(h.pieces, piece{b.Len(), source.Pos(len(t.File.Data))})
	h.text = b.String()
	h.scan()
	return h
}

// scan finds the elements.
func (h *HTML) scan() {
	for at := 0; at < len(h.text); {
		open := strings.IndexByte(h.text[at:], '<')
		if open < 0 {
			return
		}
		at += open
		rest := h.text[at:]
		switch {
		case strings.HasPrefix(rest, "<!--"):
			end := strings.Index(rest, "-->")
			if end < 0 {
				return
			}
			at += end + len("-->")
		case len(rest) > 1 && isLetter(rest[1]), len(rest) > 2 && rest[1] == '/' && isLetter(rest[2]):
			at = h.element(at)
		default:
			at++
		}
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// element reads the tag at an offset and returns where it ends.
func (h *HTML) element(start int) int {
	e := Element{Start: start}
	at := start + 1
	if h.text[at] == '/' {
		e.Closing = true
		at++
	}
	name := at
	for at < len(h.text) && (isLetter(h.text[at]) || h.text[at] >= '0' && h.text[at] <= '9' || h.text[at] == '-' || h.text[at] == ':') {
		at++
	}
	e.Name = strings.ToLower(h.text[name:at])
	at = h.attributes(&e, at)
	e.End = at
	if !e.Closing && (e.Name == "script" || e.Name == "style") {
		end := h.rawEnd(at, e.Name)
		e.Text = h.text[at:end]
		at = end
	}
	h.Elements = append(h.Elements, e)
	return at
}

// rawEnd is where the text of a script or style ends.
func (h *HTML) rawEnd(at int, name string) int {
	for {
		n := strings.Index(h.text[at:], "</")
		if n < 0 {
			return len(h.text)
		}
		at += n
		if after := h.text[at+2:]; len(after) >= len(name) && strings.EqualFold(after[:len(name)], name) {
			return at
		}
		at += 2
	}
}

// attributes reads up to the end of a tag.
func (h *HTML) attributes(e *Element, at int) int {
	for at < len(h.text) {
		switch c := h.text[at]; {
		case c == '>':
			return at + 1
		case c == '<':
			return at
		case c == '/' || c == hole || c == '"' || c == '\'' || c == '=' || c <= ' ':
			at++
		default:
			at = h.attribute(e, at)
		}
	}
	return at
}

func (h *HTML) attribute(e *Element, at int) int {
	start := at
	for at < len(h.text) && !strings.ContainsRune(" \t\r\n=>/", rune(h.text[at])) {
		at++
	}
	a := Attr{Name: strings.ToLower(strings.Trim(h.text[start:at], string(hole)))}
	after := at + span(h.text[at:], isSpace)
	if after < len(h.text) && h.text[after] == '=' {
		after++
		after += span(h.text[after:], isSpace)
		start, at = after, after
		if after < len(h.text) && (h.text[after] == '"' || h.text[after] == '\'') {
			start++
			end := strings.IndexByte(h.text[start:], h.text[after])
			if end < 0 {
				end = len(h.text) - start
			}
			a.Value, at = h.text[start:start+end], min(start+end+1, len(h.text))
		} else {
			for at < len(h.text) && h.text[at] > ' ' && h.text[at] != '>' {
				at++
			}
			a.Value = h.text[start:at]
		}
		a.Nodes = h.within(start, start+len(a.Value))
	}
	e.Attrs = append(e.Attrs, a)
	return max(at, start+1)
}

// within are the nodes between two offsets.
func (h *HTML) within(start, end int) []*Node {
	i, _ := slices.BinarySearchFunc(h.Nodes, start, func(p Placed, at int) int { return p.Offset - at })
	var found []*Node
	for ; i < len(h.Nodes) && h.Nodes[i].Offset < end; i++ {
		found = append(found, h.Nodes[i].Node)
	}
	return found
}
