package markup

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"gonogo/internal/source"
)

// maxMarkers bounds quotes and lists within each other on one line, which cost goldmark more than their length.
const maxMarkers = 100

// markdownReader reads one Markdown document (CommonMark with tables).
type markdownReader struct {
	*builder
	data  []byte     // what goldmark reads: the file, or a part of it
	base  source.Pos // where data begins in the file; used when place is nil
	block *Block     // the code block whose text data is, nil for none
}

func readMarkdown(b *builder) {
	r := &markdownReader{builder: b, data: withoutFrontMatter(b.file.Data)}
	r.read()
}

// withoutFrontMatter blanks the metadata with which site generators let a document begin, so that no place moves.
func withoutFrontMatter(data []byte) []byte {
	for _, fence := range []string{"---", "+++"} {
		if !bytes.HasPrefix(data, []byte(fence+"\n")) && !bytes.HasPrefix(data, []byte(fence+"\r\n")) {
			continue
		}
		end := bytes.Index(data[3:], []byte("\n"+fence))
		if end < 0 {
			continue
		}
		out := bytes.Clone(data)
		for i := range out[:3+end+1+len(fence)] {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
		return out
	}
	return data
}

// read walks what goldmark makes of the text.
func (r *markdownReader) read() {
	if tooNested(r.data) {
		return
	}
	root := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(r.data))
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			if r.block == nil {
				r.heading(plainHeading(r.text(n)), n.Level, r.linesOf(n))
			}
			return ast.WalkSkipChildren, nil
		case *ast.FencedCodeBlock:
			r.fenced(n)
			return ast.WalkSkipChildren, nil
		case *ast.CodeBlock:
			r.indented(n)
			return ast.WalkSkipChildren, nil
		case *ast.Paragraph, *ast.TextBlock:
			r.paragraph(n)
			return ast.WalkSkipChildren, nil
		case *east.TableRow, *east.TableHeader:
			r.row(n)
			return ast.WalkSkipChildren, nil
		case *ast.HTMLBlock:
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
}

// tooNested reports whether a line has more markers of quotes and lists than any that people write.
func tooNested(data []byte) bool {
	run := 0
	for _, c := range data {
		switch c {
		case '>', '-', '*', '+', ' ', '\t', '[', '!', '_':
			if c != ' ' && c != '\t' {
				run++
			}
		default:
			run = 0
		}
		if run > 50*maxMarkers {
			return true
		}
	}
	return longestQuote(data) > maxMarkers
}

// longestQuote is the largest number of markers with which a line begins, dashes that stand together counted once.
func longestQuote(data []byte) (longest int) {
	for line := range bytes.Lines(data) {
		n, last := 0, byte(0)
		for _, c := range line {
			if c == '>' || (c == '-' || c == '*' || c == '+') && last != c {
				n++
			} else if c != ' ' && c != '\t' && c != last {
				break
			}
			last = c
		}
		longest = max(longest, n)
	}
	return longest
}

// span is the place of a part of the data.
func (r *markdownReader) span(start, end int) source.Span {
	if r.block != nil {
		return r.block.Span(start, end)
	}
	return r.file.Span(r.base+source.Pos(start), r.base+source.Pos(end))
}

// linesOf is the place of the lines of a block.
func (r *markdownReader) linesOf(n ast.Node) source.Span {
	lines := n.Lines()
	if lines == nil || lines.Len() == 0 {
		return r.span(0, 0)
	}
	end := lines.At(lines.Len() - 1).Stop
	for end > lines.At(0).Start && (r.data[end-1] == '\n' || r.data[end-1] == '\r') {
		end--
	}
	return r.span(lines.At(0).Start, end)
}

// text is the plain text of a node's inline content.
func (r *markdownReader) text(n ast.Node) string {
	var b strings.Builder
	r.textInto(&b, n, 0)
	return strings.TrimSpace(b.String())
}

func (r *markdownReader) textInto(b *strings.Builder, n ast.Node, depth int) {
	if depth > 10*maxDepth {
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(c.Value(r.data))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.URL(r.data))
		default:
			r.textInto(b, c, depth+1)
		}
	}
}

// plainHeading takes off the attributes of a heading: "Backup {#backup}".
func plainHeading(title string) string {
	if i := strings.LastIndex(title, "{"); i > 0 && strings.HasSuffix(title, "}") {
		title = strings.TrimSpace(title[:i])
	}
	return strings.Trim(title, "# ")
}

func (r *markdownReader) fenced(n *ast.FencedCodeBlock) {
	language := ""
	if n.Info != nil {
		language = string(n.Info.Value(r.data))
	}
	b := r.code(n)
	directive, rest, _ := strings.Cut(strings.TrimPrefix(language, "{"), "}")
	switch {
	case !strings.HasPrefix(language, "{"):
		b.Language = infoLanguage(language)
	case strings.HasPrefix(directive, "code") || directive == "sourcecode" || directive == "prompt":
		b.Language = infoLanguage(strings.TrimSpace(rest))
	case isNote(directive):
		r.inner(b)
		return
	default:
		b.Language = infoLanguage(strings.TrimLeft(directive, ".:"))
	}
	r.add(b)
}

// infoLanguage is the language that the line above a code block names: "bash" of "bash title=x", "Bash" and ".bash".
func infoLanguage(info string) string {
	info = strings.TrimLeft(info, ".:{ ")
	if i := strings.IndexAny(info, " ,{}:;\t"); i >= 0 {
		info = info[:i]
	}
	return strings.ToLower(info)
}

// isNote reports whether a directive holds text for people.
func isNote(directive string) bool {
	switch directive {
	case "note", "tip", "warning", "important", "caution", "danger", "hint", "attention", "error", "admonition", "seealso", "dropdown", "tab-set", "tab-item", "tabs", "tab", "group-tab",
		"details", "versionadded", "versionchanged", "container", "only", "grid", "grid-item", "grid-item-card", "card", "rst-class", "topic", "sidebar", "collapse":
		return true
	}
	return false
}

// indented is code by its indentation. What follows a note of MkDocs is text that is indented, and so are tabs.
func (r *markdownReader) indented(n *ast.CodeBlock) {
	b := r.code(n)
	if previous := n.PreviousSibling(); previous != nil && r.opensNote(previous) {
		r.inner(b)
		return
	}
	r.add(b)
}

// opensNote reports whether a paragraph opens a note or tab of MkDocs ("!!! note", "=== "Docker""), or an indented block belongs to one.
func (r *markdownReader) opensNote(n ast.Node) bool {
	for steps := 0; n != nil && steps < 50; steps++ {
		switch n.(type) {
		case *ast.CodeBlock:
			n = n.PreviousSibling()
			continue
		case *ast.Paragraph:
			text := strings.TrimSpace(r.text(n))
			return strings.HasPrefix(text, "!!! ") || strings.HasPrefix(text, "??? ") || strings.HasPrefix(text, "???+ ") || strings.HasPrefix(text, "=== ")
		}
		return false
	}
	return false
}

// inner reads the text of a block as Markdown again.
func (r *markdownReader) inner(b Block) {
	if r.block != nil { // one level keeps exact places; what stands deeper is kept as the code that it looks like
		r.add(b)
		return
	}
	inner := &markdownReader{builder: r.builder, data: []byte(b.Text), block: &b}
	inner.read()
}

// code is the block of a node's lines.
func (r *markdownReader) code(n ast.Node) Block {
	b := Block{Kind: Code, At: r.linesOf(n)}
	lines := n.Lines()
	var text strings.Builder
	for i := range lines.Len() {
		segment := lines.At(i)
		b.lines = append(b.lines, codeLine{text.Len() + segment.Padding, r.span(segment.Start, segment.Start).Start})
		text.Write(segment.Value(r.data))
	}
	b.Text = text.String()
	return b
}

func (r *markdownReader) paragraph(n ast.Node) {
	b := Block{Kind: Text, Text: r.text(n), At: r.linesOf(n)}
	r.inline(&b, n, 0)
	r.add(b)
}

// row is a row of a table: its cells, the first of which leads it.
func (r *markdownReader) row(n ast.Node) {
	b := Block{Kind: Row}
	var cells []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		cells = append(cells, r.text(c))
		first := len(b.Literals)
		r.inline(&b, c, 0)
		for i := first; i < len(b.Literals); i++ {
			b.Literals[i].First = b.Literals[i].First && len(cells) == 1
		}
		at := r.linesOf(c)
		if b.At.IsZero() {
			b.At = at
		}
		if b.At.End < at.End {
			b.At.End = at.End
		}
		if len(cells) == 1 && first == len(b.Literals) && cells[0] != "" && !strings.ContainsAny(cells[0], " \t") {
			b.Literals = append(b.Literals, Literal{Text: cells[0], At: at, First: true})
		}
	}
	b.Text = strings.Join(cells, " | ")
	r.add(b)
}

// inline collects the literals and links of a block.
func (r *markdownReader) inline(b *Block, n ast.Node, depth int) {
	if depth > maxDepth {
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.CodeSpan:
			l := Literal{Text: r.text(c), At: r.childrenOf(c), First: c.PreviousSibling() == nil && depth == 0 || depth > 0 && len(b.Literals) == 0 && leads(c)}
			b.Literals = append(b.Literals, l)
		case *ast.Link:
			b.Links = append(b.Links, Link{Target: string(c.Destination), At: r.childrenOf(c)})
			r.inline(b, c, depth+1)
		case *ast.AutoLink:
			b.Links = append(b.Links, Link{Target: string(c.URL(r.data)), At: b.At})
		case *ast.Image:
			b.Links = append(b.Links, Link{Target: string(c.Destination), At: b.At})
		default:
			r.inline(b, c, depth+1)
		}
	}
}

// leads reports whether nothing stands before a node in its block.
func leads(n ast.Node) bool {
	for steps := 0; n != nil && n.Type() == ast.TypeInline && steps < maxDepth; steps++ {
		if n.PreviousSibling() != nil {
			return false
		}
		n = n.Parent()
	}
	return true
}

// childrenOf is the place of the text within an inline node.
func (r *markdownReader) childrenOf(n ast.Node) source.Span {
	start, end := -1, -1
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && entering {
			if start < 0 {
				start = t.Segment.Start
			}
			end = t.Segment.Stop
		}
		return ast.WalkContinue, nil
	})
	if start < 0 {
		for p := n.Parent(); p != nil; p = p.Parent() {
			if p.Type() == ast.TypeBlock {
				return r.linesOf(p)
			}
		}
		return r.span(0, 0)
	}
	return r.span(start, end)
}
