package document

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"gonogo/internal/source"
)

// maxYAML is how large a YAML file may be: the parser's time grows faster than the size of a map.
const maxYAML = 1 << 20

// maxMerged bounds how many entries merge keys (`<<`) may bring into all maps of one document.
const maxMerged = 10_000

// YAML reads all documents of a YAML 1.2 file, one node each; an empty document is left out. Aliases share the node of their anchor,
// merge keys are resolved. A document that is broken gives a diagnostic, and the others are read.
func YAML(file *source.File) ([]*Node, []source.Diagnostic) {
	if why := tooLarge(file); why != "" {
		return nil, []source.Diagnostic{{At: file.Whole(), Message: why}}
	}
	if len(file.Data) > maxYAML {
		return nil, []source.Diagnostic{{At: file.Whole(), Message: "the file is larger than 1 MB and was not read"}}
	}
	var docs []*Node
	var diagnostics []source.Diagnostic
	for _, part := range splitDocuments(file.Data) {
		doc, diagnostic := readDocument(file, part)
		if diagnostic != nil {
			diagnostics = append(diagnostics, *diagnostic)
		}
		if doc != nil && doc.Kind != Null {
			docs = append(docs, doc)
		}
	}
	return docs, diagnostics
}

// part is the text of one document, and how many lines stand before it.
type part struct {
	text   []byte
	before int
}

// splitDocuments cuts a stream at its `---` lines, so that a fault in one document doesn't cost the others.
// Line ends become \n: the parser counts a \r\n behind a comment twice.
func splitDocuments(data []byte) []part {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	parts := []part{{}}
	for i, line := range bytes.SplitAfter(data, []byte("\n")) {
		if bytes.HasPrefix(line, []byte("---")) && len(bytes.TrimSpace(line)) == 3 {
			parts = append(parts, part{before: i + 1})
			continue
		}
		last := &parts[len(parts)-1]
		last.text = append(last.text, line...)
	}
	return parts
}

func readDocument(file *source.File, p part) (doc *Node, diagnostic *source.Diagnostic) {
	r := &yamlReader{file: file, before: p.before, anchors: map[string]*Node{}}
	defer func() {
		if fault := recover(); fault != nil { // the parser is not ours; its crash must not be the tool's
			doc, diagnostic = nil, &source.Diagnostic{At: file.Whole(), Message: "the file could not be read as YAML"}
		}
	}()
	if why := deepLine(p.text); why > 0 {
		return nil, &source.Diagnostic{At: r.line(why), Message: "the file is nested too deeply and was not read"}
	}
	parsed, err := parser.ParseBytes(p.text, 0, parser.AllowDuplicateMapKey())
	if err != nil && bytes.Contains(p.text, []byte("{%")) {
		return nil, &source.Diagnostic{At: file.Whole(), Message: "this is a template that something else turns into YAML, and was not read"}
	}
	if err != nil {
		return nil, r.fault(err)
	}
	for _, d := range parsed.Docs {
		if d.Body != nil {
			return r.node(d.Body, 0), nil
		}
	}
	return nil, nil
}

// deepLine is the number of a line (from 1) with more indicators in a row than any real file has, or that is indented too far; or 0.
func deepLine(text []byte) int {
	for i, line := range bytes.Split(text, []byte("\n")) {
		indicators := 0
		for rest := bytes.TrimLeft(line, " "); len(rest) > 1 && rest[1] == ' ' && bytes.IndexByte([]byte("-?:"), rest[0]) >= 0; indicators++ {
			rest = bytes.TrimLeft(rest[1:], " ")
		}
		tags := bytes.Count(line, []byte("!")) + bytes.Count(line, []byte("&"))
		indent := len(line) - len(bytes.TrimLeft(line, " \t"))
		if indicators > maxDepth || tags > 10*maxDepth || indent > 10*maxDepth && indent < len(line) {
			return i + 1
		}
	}
	return 0
}

type yamlReader struct {
	file    *source.File
	before  int // lines before this document
	anchors map[string]*Node
	merged  int
}

// fault turns an error of the parser into a diagnostic with the place that it names.
func (r *yamlReader) fault(err error) *source.Diagnostic {
	at, message := r.file.Whole(), "not valid YAML"
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) {
		message = fmt.Sprintf("not valid YAML: %s", syntax.Message)
		if syntax.Token != nil {
			at = r.span(syntax.Token)
		}
	}
	return &source.Diagnostic{At: at, Message: message}
}

func (r *yamlReader) node(n ast.Node, depth int) *Node {
	if depth > maxDepth || n == nil {
		return &Node{Kind: Null, At: r.file.Whole()}
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		m := &Node{Kind: Map, At: r.span(n.GetToken())}
		r.entries(m, n.Values, depth)
		if n.IsFlowStyle {
			m.cover()
			m.At.End = max(m.At.End, r.span(n.End).End)
		} else {
			m.block()
		}
		return m
	case *ast.MappingValueNode:
		m := &Node{Kind: Map, At: r.span(n.GetToken())}
		r.entries(m, []*ast.MappingValueNode{n}, depth)
		m.block()
		return m
	case *ast.SequenceNode:
		l := &Node{Kind: List, At: r.span(n.GetToken())}
		for _, item := range n.Values {
			l.Items = append(l.Items, r.node(item, depth+1))
		}
		l.cover()
		if n.IsFlowStyle {
			l.At.End = max(l.At.End, r.span(n.End).End)
		}
		return l
	case *ast.AnchorNode:
		value := r.node(n.Value, depth+1)
		if n.Name != nil {
			r.anchors[n.Name.GetToken().Value] = value
		}
		return value
	case *ast.AliasNode:
		if n.Value != nil {
			if value := r.anchors[n.Value.GetToken().Value]; value != nil {
				return value
			}
		}
		return &Node{Kind: Null, At: r.span(n.GetToken())}
	case *ast.TagNode:
		return tagged(r.node(n.Value, depth+1), n.GetToken().Value)
	case *ast.CommentGroupNode, *ast.CommentNode, *ast.DirectiveNode:
		return &Node{Kind: Null, At: r.span(n.GetToken())}
	}
	return r.scalar(n)
}

// tagged is the node with a tag that is not one of YAML's own.
func tagged(n *Node, tag string) *Node {
	if strings.HasPrefix(tag, "!!") || !strings.HasPrefix(tag, "!") {
		return n
	}
	with := *n
	with.Tag = tag
	return &with
}

// block gives a block map, whose token is its first colon, the span from its first key on.
func (n *Node) block() {
	if len(n.Entries) > 0 {
		first := n.Entries[0].KeyAt
		if first.File == n.At.File && first.Start < n.At.Start {
			n.At = first
		}
	}
	n.cover()
}

func (r *yamlReader) scalar(n ast.Node) *Node {
	tk := n.GetToken()
	out := &Node{Kind: String, Text: tk.Value, At: r.span(tk)}
	switch n := n.(type) {
	case *ast.NullNode:
		out.Kind, out.Text = Null, ""
	case *ast.BoolNode:
		out.Kind, out.Text = Bool, fmt.Sprint(n.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		out.Kind = Number
	case *ast.StringNode:
		out.Text = n.Value
	case *ast.LiteralNode:
		if n.Value != nil {
			out.Text = n.Value.Value
			out.At.End = r.blockEnd(tk)
		}
	}
	return out
}

// entries fills a map; its own keys win over merged ones, wherever they stand.
func (r *yamlReader) entries(m *Node, values []*ast.MappingValueNode, depth int) {
	var merges []*Node
	for _, v := range values {
		value := r.node(v.Value, depth+1)
		if _, merge := v.Key.(*ast.MergeKeyNode); merge {
			if value.Kind == List {
				merges = append(merges, value.Items...)
			} else {
				merges = append(merges, value)
			}
			continue
		}
		key := r.node(v.Key, depth+1)
		m.set(Entry{Key: key.Text, KeyAt: key.At, Value: value})
	}
	for _, from := range merges { // the first one of a list wins (https://yaml.org/type/merge.html)
		for _, e := range from.Entries {
			if r.merged++; r.merged > maxMerged {
				return
			}
			if m.place(e.Key) < 0 {
				m.set(e)
			}
		}
	}
}

// span is the place of a token: its text where the token stands as it is, else to the end of the line.
func (r *yamlReader) span(tk *token.Token) source.Span {
	if tk == nil || tk.Position == nil {
		return source.Span{File: r.file}
	}
	start := r.offset(tk.Position.Line, tk.Position.Column)
	for int(start) < len(r.file.Data) && r.file.Data[start] == ' ' && !strings.HasPrefix(tk.Value, " ") { // behind a tag the column is that of the space
		start++
	}
	rest := r.file.Data[start:]
	if end := bytes.IndexAny(rest, "\r\n"); end >= 0 {
		rest = rest[:end]
	}
	length := len(rest)
	switch {
	case len(rest) > 0 && (rest[0] == '"' || rest[0] == '\''):
		length = quoted(rest)
	case bytes.HasPrefix(rest, []byte(tk.Value)):
		length = len(tk.Value)
	case tk.Value != "":
		length = len(strings.TrimRight(string(rest), " "))
	}
	return r.file.Span(start, start+source.Pos(length))
}

// quoted is the length of a quoted scalar as far as it stands on this line.
func quoted(rest []byte) int {
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && rest[0] == '"':
			i++
		case rest[i] == rest[0] && i+1 < len(rest) && rest[i+1] == rest[0] && rest[0] == '\'':
			i++
		case rest[i] == rest[0]:
			return i + 1
		}
	}
	return len(rest)
}

// offset is the byte offset of a line of the document (from 1) and a column in characters (from 1).
func (r *yamlReader) offset(line, column int) source.Pos {
	start := r.file.LineStart(line + r.before)
	text := r.file.Line(line + r.before)
	for i := range text {
		if column--; column <= 0 {
			return start + source.Pos(i)
		}
	}
	return start + source.Pos(len(text))
}

// blockEnd is where the lines of a block scalar end: those that follow its header and are indented further than the header's line.
func (r *yamlReader) blockEnd(header *token.Token) source.Pos {
	line := header.Position.Line + r.before
	indent := indentation(r.file.Line(line))
	last := line
	for n := line + 1; n <= r.file.LineCount(); n++ {
		text := r.file.Line(n)
		if strings.TrimSpace(text) == "" {
			continue
		}
		if indentation(text) <= indent {
			break
		}
		last = n
	}
	return r.file.LineStart(last) + source.Pos(len(r.file.Line(last)))
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// line is the span of a line of the document (from 1).
func (r *yamlReader) line(n int) source.Span {
	start := r.file.LineStart(n + r.before)
	return r.file.Span(start, start+source.Pos(len(r.file.Line(n+r.before))))
}
