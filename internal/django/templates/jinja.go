package templates

import (
	"strings"
	"unicode/utf8"

	"gonogo/internal/django/jinja"
	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

// ParseJinja reads a template of Jinja2: its syntax tree, and, for the questions that are asked of templates of both languages, a flat list
// of its texts, variables and tags. Of an expression of that list it knows the filters at its end. A comment is left out, and what is raw is
// text.
func ParseJinja(f *source.File) *Template {
	t := &Template{File: f, Jinja: true, Unsure: true}
	if !utf8.Valid(f.Data) {
		t.Fault = &Fault{"the file is not UTF-8", f.Whole()}
		return t
	}
	t.Tree = jinja.Parse(string(f.Data))
	t.Tokens = lexJinja(string(f.Data))
	for _, tok := range t.Tokens {
		n := &Node{Token: tok}
		switch tok.Kind {
		case Comment:
			continue
		case Var:
			n.Exprs = []*Expr{jinjaExpr(tok.Contents)}
		case Block:
			n.Name = firstWord(tok.Contents)
			n.Bits = smartSplit(tok.Contents)
			if len(n.Bits) > 0 {
				n.Bits = n.Bits[1:]
			}
			if n.Name == "include" || n.Name == "extends" {
				if len(n.Bits) > 0 {
					n.Exprs = []*Expr{jinjaExpr(n.Bits[0])}
				}
			}
		}
		t.Nodes = append(t.Nodes, n)
	}
	return t
}

// lexJinja cuts a template of Jinja2 into tokens. Its tags may run over several lines, and may begin or end with a sign.
func lexJinja(text string) []Token {
	var tokens []Token
	add := func(kind Kind, contents string, start, end int) {
		if start < end {
			tokens = append(tokens, Token{kind, contents, source.Pos(start), source.Pos(end)})
		}
	}
	done, raw := 0, false
	for at := 0; ; {
		brace := strings.IndexByte(text[at:], '{')
		if brace < 0 || at+brace+1 >= len(text) {
			break
		}
		at += brace
		kind, closing := Kind(0), ""
		switch text[at+1] {
		case '%':
			kind, closing = Block, "%}"
		case '{':
			kind, closing = Var, "}}"
		case '#':
			kind, closing = Comment, "#}"
		default:
			at++
			continue
		}
		length := strings.Index(text[at+2:], closing)
		if length < 0 {
			break
		}
		contents := strip(strings.Trim(text[at+2:at+2+length], "-+"))
		end := at + 2 + length + 2
		if raw && (kind != Block || contents != "endraw") {
			at += 2
			continue
		}
		raw = kind == Block && contents == "raw"
		add(Text, text[done:at], done, at)
		add(kind, contents, at, end)
		done, at = end, end
	}
	add(Text, text[done:], done, len(text))
	return tokens
}

// jinjaExpr reads an expression as far as it is an operand with filters. What else it holds is a variable without lookups.
func jinjaExpr(text string) *Expr {
	e := &Expr{Text: text}
	parts := splitBars(text)
	operand, fault := readExpr(strip(parts[0]), knowledge.Version{})
	if fault == "" && len(operand.Filters) == 0 {
		e.Operand = operand.Operand
	} else {
		e.Lookups = []string{strip(parts[0])}
	}
	for _, part := range parts[1:] {
		part = strip(part)
		e.Filters = append(e.Filters, Filter{Name: part[:span(part, isWord)]})
	}
	return e
}

// splitBars cuts at the bars outside of quotes and brackets.
func splitBars(text string) []string {
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\'':
			if n := quoted(text[i:]); n > 0 {
				i += n - 1
			}
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '|':
			if depth == 0 {
				parts = append(parts, text[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, text[start:])
}
