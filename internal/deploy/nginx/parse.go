// Package nginx reads nginx's configuration as nginx does: its words and blocks, includes, what each server and location ends up with,
// and which of them answers a request.
package nginx

import (
	"fmt"
	"strings"

	"gonogo/internal/source"
)

// Directive is one statement: a simple one that ends with a semicolon, or one with a block.
type Directive struct {
	Name  string
	Args  []Arg
	Block []*Directive // what stands in the braces
	// HasBlock tells an empty block from none.
	HasBlock bool
	At       source.Span // from the name to the semicolon or the opening brace, without it
	// Conditional says that a template decides whether the directive is there.
	Conditional bool
}

// Arg is a word behind a directive's name.
type Arg struct {
	Text   string // without quotes and escapes
	Quoted bool
	At     source.Span
	// Unknown says that a template fills in a part of it.
	Unknown bool
}

// Arg is the text of an argument counted from 0, "" when there is none.
func (d *Directive) Arg(n int) string {
	if d == nil || n >= len(d.Args) {
		return ""
	}
	return d.Args[n].Text
}

// Texts are the texts of the arguments.
func (d *Directive) Texts() []string {
	out := make([]string, len(d.Args))
	for n, a := range d.Args {
		out[n] = a.Text
	}
	return out
}

const (
	maxDirectives = 50_000
	maxDepth      = 100
)

// Parse reads a file. What follows a syntax error is not read, and the diagnostic says where it is, as nginx does.
func Parse(f *source.File) ([]*Directive, []source.Diagnostic) {
	p := &parser{file: f, data: f.Data}
	if isTemplate(f.Path) {
		p.data, p.branches = withoutTemplate(f.Data)
	}
	list, end := p.block(0)
	if p.fault == nil && end == blockEnd {
		p.fail(p.pos-1, `unexpected "}"`)
	}
	if p.fault != nil {
		return list, []source.Diagnostic{*p.fault}
	}
	return list, nil
}

type parser struct {
	file     *source.File
	data     []byte
	pos      int
	count    int
	branches []branch // of a template
	fault    *source.Diagnostic
}

// ending is what a statement or block ended on.
type ending uint8

const (
	semicolon ending = iota + 1
	blockStart
	blockEnd
	fileEnd
	failed
)

func (p *parser) fail(at int, message string) ending {
	if p.fault == nil {
		at = min(max(at, 0), len(p.data))
		p.fault = &source.Diagnostic{At: p.file.Span(source.Pos(at), source.Pos(min(at+1, len(p.data)))), Message: message}
	}
	return failed
}

// block reads statements to the closing brace or the end of the file.
func (p *parser) block(depth int) ([]*Directive, ending) {
	var list []*Directive
	for {
		words, end := p.statement()
		switch end {
		case failed, blockEnd, fileEnd:
			return list, end
		}
		d := &Directive{Name: words[0].Text, Args: words[1:], At: p.file.Span(words[0].At.Start, words[len(words)-1].At.End)}
		d.Conditional = p.conditional(int(d.At.Start))
		if p.count++; p.count > maxDirectives {
			return list, p.fail(p.pos, "the file has more directives than gonogo reads")
		}
		list = append(list, d)
		if end == semicolon {
			continue
		}
		d.HasBlock = true
		if depth >= maxDepth {
			return list, p.fail(p.pos, "blocks are nested too deeply")
		}
		if strings.HasSuffix(d.Name, "_by_lua_block") {
			if !p.skipLua() {
				return list, p.fail(p.pos, "unexpected end of file, expecting the end of a block of Lua")
			}
			continue
		}
		inner, innerEnd := p.block(depth + 1)
		d.Block = inner
		switch innerEnd {
		case failed:
			return list, failed
		case fileEnd:
			return list, p.fail(len(p.data), `unexpected end of file, expecting "}"`)
		}
	}
}

// statement reads words to a semicolon or an opening brace (ngx_conf_read_token in nginx's core/ngx_conf_file.c).
func (p *parser) statement() ([]Arg, ending) {
	var words []Arg
	for {
		p.skipSpace()
		if p.pos >= len(p.data) {
			if len(words) > 0 {
				return nil, p.fail(p.pos, `unexpected end of file, expecting ";" or "}"`)
			}
			return nil, fileEnd
		}
		switch c := p.data[p.pos]; c {
		case ';', '{':
			if len(words) == 0 {
				return nil, p.fail(p.pos, fmt.Sprintf("unexpected %q", c))
			}
			p.pos++
			if c == '{' {
				return words, blockStart
			}
			return words, semicolon
		case '}':
			if len(words) > 0 {
				return nil, p.fail(p.pos, `unexpected "}"`)
			}
			p.pos++
			return nil, blockEnd
		}
		word, ok := p.word()
		if !ok {
			return nil, failed
		}
		words = append(words, word)
	}
}

// skipSpace skips white space and comments, which begin where a word could.
func (p *parser) skipSpace() {
	for p.pos < len(p.data) {
		switch p.data[p.pos] {
		case ' ', '\t', '\r', '\n':
			p.pos++
		case '#':
			for p.pos < len(p.data) && p.data[p.pos] != '\n' {
				p.pos++
			}
		default:
			return
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// word reads one word. A quote counts where the word begins with it; behind the closing one must stand a space, ; { or ).
func (p *parser) word() (Arg, bool) {
	start := p.pos
	if c := p.data[p.pos]; c == '"' || c == '\'' {
		return p.quoted(c)
	}
	variable := false
	for ; p.pos < len(p.data); p.pos++ {
		c := p.data[p.pos]
		if c == '{' && variable {
			variable = false
			continue
		}
		variable = false
		if c == '\\' {
			p.pos++
			continue
		}
		if c == '$' {
			variable = true
			continue
		}
		if isSpace(c) || c == ';' || c == '{' {
			break
		}
	}
	p.pos = min(p.pos, len(p.data))
	return p.made(start, p.pos, false, start, p.pos), true
}

func (p *parser) quoted(quote byte) (Arg, bool) {
	start := p.pos
	for p.pos++; p.pos < len(p.data) && p.data[p.pos] != quote; p.pos++ {
		if p.data[p.pos] == '\\' {
			p.pos++
		}
	}
	if p.pos >= len(p.data) {
		p.fail(len(p.data), `unexpected end of file, expecting ";" or "}"`)
		return Arg{}, false
	}
	p.pos++
	word := p.made(start+1, p.pos-1, true, start, p.pos)
	if p.pos < len(p.data) {
		if c := p.data[p.pos]; !isSpace(c) && c != ';' && c != '{' && c != ')' {
			p.fail(p.pos, fmt.Sprintf("unexpected %q", c))
			return Arg{}, false
		}
	}
	return word, true
}

// made is a word of the bytes between two places. A backslash goes before a quote or another one; \t, \r and \n stand for what they say.
func (p *parser) made(from, to int, quoted bool, start, end int) Arg {
	raw := p.data[from:to]
	var b strings.Builder
	unknown := false
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c == '\\' && i+1 < len(raw) {
			switch raw[i+1] {
			case '"', '\'', '\\':
				i++
				c = raw[i]
			case 't', 'r', 'n':
				i++
				c = map[byte]byte{'t': '\t', 'r': '\r', 'n': '\n'}[raw[i]]
			}
		}
		unknown = unknown || c == placeholder
		b.WriteByte(c)
	}
	at := p.file.Span(source.Pos(start), source.Pos(end))
	arg := Arg{Text: b.String(), Quoted: quoted, At: at, Unknown: unknown}
	if unknown {
		arg.Text = strings.Trim(at.Text(), `"'`)
	}
	return arg
}

// skipLua skips a block of Lua with its strings and comments, the opening brace being read.
func (p *parser) skipLua() bool {
	depth := 1
	for p.pos < len(p.data) {
		rest := p.data[p.pos:]
		switch c := rest[0]; {
		case c == '{':
			depth++
			p.pos++
		case c == '}':
			p.pos++
			if depth--; depth == 0 {
				return true
			}
		case c == '"' || c == '\'':
			p.skipLuaString(c)
		case strings.HasPrefix(string(rest[:min(len(rest), 4)]), "--[["):
			p.skipTo("]]")
		case strings.HasPrefix(string(rest[:min(len(rest), 2)]), "--"):
			p.skipTo("\n")
		case strings.HasPrefix(string(rest[:min(len(rest), 2)]), "[["):
			p.skipTo("]]")
		default:
			p.pos++
		}
	}
	return false
}

func (p *parser) skipLuaString(quote byte) {
	for p.pos++; p.pos < len(p.data) && p.data[p.pos] != quote && p.data[p.pos] != '\n'; p.pos++ {
		if p.data[p.pos] == '\\' {
			p.pos++
		}
	}
	p.pos = min(p.pos+1, len(p.data))
}

func (p *parser) skipTo(end string) {
	i := strings.Index(string(p.data[p.pos:]), end)
	if i < 0 {
		p.pos = len(p.data)
		return
	}
	p.pos += i + len(end)
}
