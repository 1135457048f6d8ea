package templates

import (
	"strings"
	"unicode/utf8"

	"gonogo/internal/knowledge"
)

// Expr is a filter expression: an operand and the filters that it goes through.
type Expr struct {
	Text string // as it stands
	Operand
	Filters []Filter
}

// Operand is a literal or a variable with its lookups.
type Operand struct {
	// Literal says that the operand is a constant: a text, or a number.
	Literal    bool
	Value      string   // of a literal: its text without quotes and escapes
	Quoted     bool     // the literal is a text in quotes
	Translated bool     // _("...")
	Lookups    []string // of a variable: user.name is ["user", "name"]
}

// Filter is one filter with its argument, if it has one.
type Filter struct {
	Name string
	Arg  *Operand
}

// Root is the name of the variable that a lookup starts from, "" for literals.
func (o Operand) Root() string {
	if len(o.Lookups) == 0 {
		return ""
	}
	return o.Lookups[0]
}

// Path is the variable as it is written, "" for literals.
func (o Operand) Path() string { return strings.Join(o.Lookups, ".") }

// Has reports whether the expression goes through a filter of that name.
func (e *Expr) Has(filter string) bool {
	for _, f := range e.Filters {
		if f.Name == filter {
			return true
		}
	}
	return false
}

// exprReader reads one filter expression as django.template.base.FilterExpression does.
type exprReader struct {
	text    string
	at      int
	version knowledge.Version
	fault   string // the first thing that Django refuses
}

// readExpr reads a filter expression; fault says what Django refuses in it, "" for nothing. Whether its filters exist is not asked.
func readExpr(text string, version knowledge.Version) (e *Expr, fault string) {
	r := exprReader{text: text, version: version}
	e = &Expr{Text: text}
	if text == "" {
		return e, ""
	}
	operand, ok := r.operand(false)
	if !ok {
		return e, "Could not find variable at start of " + text + "."
	}
	e.Operand = operand
	for r.at < len(text) && r.fault == "" {
		filter, ok := r.filter()
		if !ok {
			return e, "Could not parse the remainder: '" + text[r.at:] + "' from '" + text + "'"
		}
		e.Filters = append(e.Filters, filter)
	}
	return e, r.fault
}

// filter reads `|name` or `|name:argument`.
func (r *exprReader) filter() (Filter, bool) {
	at := r.skipSpace(r.at)
	if at >= len(r.text) || r.text[at] != '|' {
		return Filter{}, false
	}
	at = r.skipSpace(at + 1)
	end := at + span(r.text[at:], isWord)
	if end == at {
		return Filter{}, false
	}
	f := Filter{Name: r.text[at:end]}
	r.at = end
	if end < len(r.text) && r.text[end] == ':' {
		r.at++
		arg, ok := r.operand(true)
		if !ok {
			r.at = end
			return f, true // the colon is a remainder that cannot be parsed
		}
		f.Arg = &arg
	}
	return f, true
}

func (r *exprReader) skipSpace(at int) int { return at + span(r.text[at:], isSpace) }

// span is how many bytes of s, from its start, consist of characters that fit.
func span(s string, fits func(rune) bool) int {
	for i, c := range s {
		if !fits(c) {
			return i
		}
	}
	return len(s)
}

// operand reads a constant or a variable at r.at.
func (r *exprReader) operand(argument bool) (Operand, bool) {
	rest := r.text[r.at:]
	if o, n := constant(rest); n > 0 {
		r.at += n
		return o, true
	}
	n := r.variable(rest)
	if n == 0 {
		return Operand{}, false
	}
	r.at += n
	return r.lookups(rest[:n]), true
}

// constant reads a quoted text, translated or not; n is 0 where there is none.
func constant(s string) (o Operand, n int) {
	inner, translated := strings.CutPrefix(s, "_(")
	if inner == "" || inner[0] != '"' && inner[0] != '\'' {
		return o, 0
	}
	length := quoted(inner)
	if length == 0 || translated && !strings.HasPrefix(inner[length:], ")") {
		return o, 0
	}
	o = Operand{Literal: true, Quoted: true, Translated: translated, Value: unescape(inner[:length])}
	if translated {
		return o, len("_(") + length + len(")")
	}
	return o, length
}

// unescape is django.utils.text.unescape_string_literal for a text with its quotes.
func unescape(literal string) string {
	quote := literal[:1]
	s := literal[1 : len(literal)-1]
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, `\`+quote, quote), `\\`, `\`)
}

// variable is the length of the variable or number with which s begins. Signs belong to variables since Django 6.1.
func (r *exprReader) variable(s string) int {
	signs := r.version.AtLeast(6, 1)
	n := span(s, func(c rune) bool { return c == '.' || isWord(c) || signs && (c == '+' || c == '-') })
	if n > 0 {
		return n
	}
	if s == "" || s[0] != '-' && s[0] != '+' {
		return 0
	}
	digits := span(s[1:], func(c rune) bool { return c == '.' || c == 'e' || isDigit(c) })
	if digits == 0 {
		return 0
	}
	if first, _ := utf8.DecodeRuneInString(s[1:]); !isDigit(first) {
		return 0
	}
	return 1 + digits
}

// lookups tells numbers from variables as django.template.base.Variable does.
func (r *exprReader) lookups(s string) Operand {
	if isNumber(s) {
		return Operand{Literal: true, Value: s}
	}
	if s[0] == '_' || strings.Contains(s, "._") {
		r.fail("Variables and attributes may not begin with underscores: '" + s + "'")
	}
	if strings.ContainsAny(s, "+-") && r.version.AtLeast(6, 1) {
		r.fail("Invalid character ('+' or '-') in variable name: '" + s + "'")
	}
	return Operand{Lookups: strings.Split(s, ".")}
}

func (r *exprReader) fail(fault string) {
	if r.fault == "" {
		r.fault = fault
	}
}
