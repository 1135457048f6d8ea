package markup

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gonogo/internal/source"
)

// rstReader reads what gonogo needs of one reStructuredText document: sections, text, literal blocks, directives with code or text, tables,
// inline literals and links (https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html).
type rstReader struct {
	*builder
	lines     []rstLine
	styles    []string // adornments in the order in which they appear: the level of a section is the place of its own
	highlight string   // the language of literal blocks without one
	directive *regexp.Regexp
	item      *regexp.Regexp
	field     *regexp.Regexp
	marks     *rstMarks
}

type rstLine struct {
	text   string // without its line end, tabs as they are
	start  source.Pos
	indent int // columns that are no content; a list's marker counts once its item is read
	blank  bool
}

func readRST(b *builder) {
	r := &rstReader{
		builder:   b,
		directive: regexp.MustCompile(`^\.\. +(?:\|[^|]+\| +)?([A-Za-z][\w:.+-]*?) ?::(?:\s+(.*))?$`),
		item:      regexp.MustCompile(`^(?:[-*+•]|(?:\d{1,3}|#|[a-zA-Z])[.)]|\((?:\d{1,3}|#|[a-zA-Z])\)) +`),
		field:     regexp.MustCompile(`^:([^:]+):(?:\s+|$)`),
		marks:     newRSTMarks(),
	}
	for n := 1; n <= b.file.LineCount(); n++ {
		text := strings.TrimRight(b.file.Line(n), " \t\r\n\f\v")
		r.lines = append(r.lines, rstLine{text: text, start: b.file.LineStart(n), indent: len(text) - len(strings.TrimLeft(text, " \t")), blank: text == ""})
	}
	r.blocks(0, len(r.lines), 0, 0)
}

// blocks reads the lines of a body whose content begins in a column.
func (r *rstReader) blocks(from, to, indent, depth int) {
	if depth > maxDepth {
		return
	}
	for i := from; i < to; {
		line := r.lines[i]
		switch {
		case line.blank || line.indent < indent:
			i++
		case line.indent > indent: // a quotation, or the body of something that is not known
			end := r.bodyEnd(i, to, indent)
			r.blocks(i, end, r.leastIndent(i, end), depth+1)
			i = end
		default:
			i = r.block(i, to, indent, depth)
		}
	}
}

// block reads one block that begins in a line and returns the line behind it.
func (r *rstReader) block(i, to, indent, depth int) int {
	text := r.lines[i].text[indent:]
	switch {
	case strings.HasPrefix(text, ".. ") || text == "..":
		return r.explicit(i, to, indent, depth)
	case r.isOverlined(i, to, indent):
		r.title(i+1, string(text[0])+"=")
		return i + 3
	case r.isUnderlined(i, to, indent):
		r.title(i, string(r.lines[i+1].text[indent]))
		return i + 2
	case isAdornment(text):
		return i + 1
	case strings.HasPrefix(text, "+-"):
		return r.gridTable(i, to, indent)
	case isSimpleTable(text):
		return r.simpleTable(i, to, indent)
	case strings.HasPrefix(text, ">>> "):
		return r.doctest(i, to, indent)
	case r.item.MatchString(text):
		width := indent + len(r.item.FindString(text))
		r.lines[i].indent = width
		end := r.bodyEnd(i+1, to, indent)
		r.blocks(i, end, width, depth+1)
		return end
	case r.field.MatchString(text):
		end := r.bodyEnd(i+1, to, indent)
		r.text(i, end, indent)
		return end
	}
	return r.paragraph(i, to, indent, depth)
}

// bodyEnd is the line behind a body that is indented further than a column, blank lines within it included.
func (r *rstReader) bodyEnd(i, to, indent int) int {
	end := i
	for ; i < to && (r.lines[i].blank || r.lines[i].indent > indent); i++ {
		if !r.lines[i].blank {
			end = i + 1
		}
	}
	return end
}

func (r *rstReader) leastIndent(from, to int) int {
	least := -1
	for _, line := range r.lines[from:to] {
		if !line.blank && (least < 0 || line.indent < least) {
			least = line.indent
		}
	}
	return max(least, 0)
}

// isAdornment reports whether a line is one punctuation character, repeated.
func isAdornment(text string) bool {
	return len(text) >= 3 && strings.IndexByte(`=-~^"'#*+.:_<>`+"`!$%&(),/;?@[]{}|\\", text[0]) >= 0 && strings.Trim(text, text[:1]) == ""
}

func (r *rstReader) isUnderlined(i, to, indent int) bool {
	if i+1 >= to || r.lines[i+1].blank || r.lines[i+1].indent != indent {
		return false
	}
	under := r.lines[i+1].text[indent:]
	return isAdornment(under) && !isAdornment(r.lines[i].text[indent:]) && len(under) >= min(4, utf8.RuneCountInString(r.lines[i].text[indent:]))
}

func (r *rstReader) isOverlined(i, to, indent int) bool {
	if i+2 >= to || r.lines[i+1].blank || r.lines[i+2].blank {
		return false
	}
	over, under := r.lines[i].text, r.lines[i+2].text
	return indent == 0 && isAdornment(over) && over == under && !isAdornment(strings.TrimSpace(r.lines[i+1].text))
}

// title begins a section whose adornment is a style.
func (r *rstReader) title(i int, style string) {
	level := 0
	for n, known := range r.styles {
		if known == style {
			level = n + 1
		}
	}
	if level == 0 {
		r.styles = append(r.styles, style)
		level = len(r.styles)
	}
	plain := r.marks.plain(strings.TrimSpace(r.lines[i].text))
	r.heading(plain, level, r.spanOf(i, i+1, r.lines[i].indent))
}

// spanOf is the place of some lines, the first of them from a column on.
func (r *rstReader) spanOf(from, to, indent int) source.Span {
	last := r.lines[to-1]
	start := r.lines[from].start + source.Pos(min(indent, len(r.lines[from].text)))
	return r.file.Span(start, max(start, last.start+source.Pos(len(last.text))))
}

// explicit reads a directive, a target or a comment.
func (r *rstReader) explicit(i, to, indent, depth int) int {
	end := r.bodyEnd(i+1, to, indent)
	found := r.directive.FindStringSubmatch(r.lines[i].text[indent:])
	if found == nil {
		return end // a comment, a target, a footnote
	}
	name, argument := found[1], strings.TrimSpace(found[2])
	body := i + 1
	for body < end && !r.lines[body].blank && strings.HasPrefix(strings.TrimSpace(r.lines[body].text), ":") {
		body++ // options
	}
	switch name {
	case "code-block", "code", "sourcecode", "prompt", "parsed-literal", "console", "terminal":
		language, _, _ := strings.Cut(argument, " ")
		if name == "console" || name == "terminal" {
			language = "console"
		}
		r.literal(body, end, strings.ToLower(language))
	case "highlight":
		r.highlight = strings.ToLower(argument)
	case "image", "figure", "toctree", "include", "literalinclude", "raw", "math", "meta", "index", "graphviz", "contents", "automodule", "autoclass", "autofunction", "role", "default-role":
	default:
		if argument != "" {
			b := Block{Kind: Text, Text: argument, At: r.spanOf(i, i+1, indent)}
			if name == "envvar" || name == "setting" || name == "django-admin" || name == "djadmin" || name == "confval" || name == "describe" {
				b.Literals = []Literal{{Text: argument, Role: name, At: b.At, First: true}}
			}
			r.add(b)
		}
		r.blocks(body, end, r.leastIndent(body, end), depth+1)
	}
	return end
}

// literal reads lines as code.
func (r *rstReader) literal(from, to int, language string) {
	for from < to && r.lines[from].blank {
		from++
	}
	if from >= to {
		return
	}
	if language == "" {
		language = r.highlight
	}
	indent := r.leastIndent(from, to)
	b := Block{Kind: Code, Language: language, At: r.spanOf(from, to, indent)}
	for _, line := range r.lines[from:to] {
		if line.blank {
			b.addLine("", line.start)
			continue
		}
		b.addLine(line.text[indent:], line.start+source.Pos(indent))
	}
	r.add(b)
}

func (r *rstReader) doctest(i, to, indent int) int {
	end := i
	for end < to && !r.lines[end].blank && r.lines[end].indent >= indent {
		end++
	}
	r.literal(i, end, "pycon")
	return end
}

// paragraph reads lines up to a blank one. What is indented beneath one line is its definition; what follows a last "::" is code.
func (r *rstReader) paragraph(i, to, indent, depth int) int {
	end := i + 1
	for end < to && !r.lines[end].blank && r.lines[end].indent == indent {
		end++
	}
	opensCode := strings.HasSuffix(r.lines[end-1].text, "::")
	r.text(i, end, indent)
	if end < to && end == i+1 && !r.lines[end].blank && r.lines[end].indent > indent {
		if n := len(r.section.Blocks); n > 0 && len(r.section.Blocks[n-1].Literals) == 0 && !strings.ContainsAny(r.section.Blocks[n-1].Text, " \t") {
			r.section.Blocks[n-1].Literals = []Literal{{Text: r.section.Blocks[n-1].Text, At: r.section.Blocks[n-1].At, First: true}} // a term
		}
		body := r.bodyEnd(end, to, indent)
		r.blocks(end, body, r.lines[end].indent, depth+1)
		return body
	}
	if !opensCode {
		return end
	}
	body := r.bodyEnd(end, to, indent)
	r.literal(end, body, "")
	return max(body, end)
}

// text adds lines as one block of text.
func (r *rstReader) text(from, to, indent int) {
	b := Block{Kind: Text, At: r.spanOf(from, to, indent)}
	for n := from; n < to; n++ {
		r.inline(&b, n, min(indent, len(r.lines[n].text)), len(r.lines[n].text), n == from)
	}
	b.Text = strings.TrimSpace(strings.TrimSuffix(b.Text, "::"))
	r.add(b)
}

// inline adds a part of a line to a block.
func (r *rstReader) inline(b *Block, n, from, to int, first bool) {
	line := r.lines[n]
	from = min(from, to, len(line.text))
	text := line.text[from:min(to, len(line.text))]
	at := line.start + source.Pos(from)
	for _, m := range r.marks.find(text) {
		span := r.file.Span(at+source.Pos(m.start), at+source.Pos(m.end))
		if m.target != "" {
			b.Links = append(b.Links, Link{Target: m.target, At: span})
			continue
		}
		leads := first && strings.Trim(text[:m.start], " \t*`:|") == "" || first && m.role != "" && strings.TrimSpace(text[:m.start]) == ":"+m.role+":`"
		b.Literals = append(b.Literals, Literal{Text: m.text, Role: m.role, At: span, First: leads})
	}
	if b.Text != "" {
		b.Text += " "
	}
	b.Text += r.marks.plain(strings.TrimSpace(text))
}
