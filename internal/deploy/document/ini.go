package document

import (
	"strings"

	"gonogo/internal/source"
)

// INIStyle says how a dialect of INI files continues lines.
type INIStyle uint8

const (
	Indented  INIStyle = iota + 1 // a value goes on in indented lines: Python's configparser, supervisor, uWSGI
	Backslash                     // a value goes on behind a backslash at the line's end: systemd
)

// INI reads sections of `name = value` lines (setup.cfg, supervisor, uWSGI, systemd). The result is a Map of sections, each a Map of which a key
// can stand several times, in order: use Entries. Lines before the first section are in the section "".
// Comments are lines that begin with # or ;, and for Indented what follows " #" or " ;".
func INI(file *source.File, style INIStyle) (*Node, []source.Diagnostic) {
	root := &Node{Kind: Map, At: file.Whole()}
	if len(file.Data) > MaxBytes {
		return root, []source.Diagnostic{{At: file.Whole(), Message: "the file is larger than 8 MB and was not read"}}
	}
	r := &iniReader{file: file, style: style, root: root}
	for n := 1; n <= file.LineCount(); n++ {
		r.line(n)
	}
	r.flush()
	return root, r.diagnostics
}

type iniReader struct {
	file        *source.File
	style       INIStyle
	root        *Node
	section     *Node
	open        *Entry // the entry that following lines can continue
	more        bool   // the last line ended with a backslash
	diagnostics []source.Diagnostic
}

func (r *iniReader) flush() {
	if r.open == nil {
		return
	}
	r.open.Value.Text = strings.Trim(r.open.Value.Text, "\n")
	r.in().Entries = append(r.in().Entries, *r.open)
	r.open = nil
}

// in is the section that entries belong to.
func (r *iniReader) in() *Node {
	if r.section == nil {
		r.section = &Node{Kind: Map, At: r.file.Whole()}
		r.root.Entries = append(r.root.Entries, Entry{Key: "", Value: r.section})
	}
	return r.section
}

func (r *iniReader) line(n int) {
	text := r.file.Line(n)
	start := r.file.LineStart(n)
	trimmed := strings.TrimSpace(text)
	end := start + source.Pos(len(strings.TrimRight(text, " \t")))
	comment := strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, ";")
	if r.style == Indented && strings.HasPrefix(trimmed, "[") {
		trimmed = withoutComment(trimmed)
	}
	switch {
	case comment || trimmed == "" && !r.more:
		return
	case r.open != nil && (r.style == Backslash && r.more || r.style == Indented && (text[0] == ' ' || text[0] == '\t')):
		r.append(trimmed, end)
	case trimmed[0] == '[' && strings.HasSuffix(trimmed, "]"):
		r.flush()
		r.section = &Node{Kind: Map, At: r.file.Span(start, end)}
		r.root.Entries = append(r.root.Entries, Entry{Key: strings.TrimSpace(trimmed[1 : len(trimmed)-1]), KeyAt: r.section.At, Value: r.section})
	default:
		r.entry(text, trimmed, start, end)
	}
}

// entry begins a `name = value`.
func (r *iniReader) entry(text, trimmed string, start, end source.Pos) {
	r.flush()
	cut := strings.IndexByte(trimmed, '=')
	if colon := strings.IndexByte(trimmed, ':'); r.style == Indented && colon >= 0 && (cut < 0 || colon < cut) {
		cut = colon
	}
	if cut <= 0 {
		return
	}
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	keyEnd := indent + len(strings.TrimRight(trimmed[:cut], " \t"))
	valueStart := indent + cut + 1
	for valueStart < len(text) && (text[valueStart] == ' ' || text[valueStart] == '\t') {
		valueStart++
	}
	value := &Node{Kind: String, At: r.file.Span(min(start+source.Pos(valueStart), end), end)}
	r.open = &Entry{Key: text[indent:keyEnd], KeyAt: r.file.Span(start+source.Pos(indent), start+source.Pos(keyEnd)), Value: value}
	r.append(strings.TrimSpace(trimmed[cut+1:]), end)
}

// append adds a line to the open entry.
func (r *iniReader) append(text string, end source.Pos) {
	value := r.open.Value
	r.more = false
	switch r.style {
	case Backslash:
		if strings.HasSuffix(text, "\\") {
			r.more = true
			text = strings.TrimSpace(strings.TrimSuffix(text, "\\"))
		}
		if value.Text != "" {
			text = " " + text
		}
	case Indented:
		text = withoutComment(text)
		if value.Text != "" || value.At.Start == value.At.End && text != "" {
			text = "\n" + text
		}
	}
	value.Text += text
	value.At.End = end
}

// withoutComment cuts a line before a # or ; that stands behind white space.
func withoutComment(text string) string {
	for _, mark := range []string{" #", " ;", "\t#", "\t;"} {
		if i := strings.Index(text, mark); i >= 0 {
			text = strings.TrimSpace(text[:i])
		}
	}
	return text
}
