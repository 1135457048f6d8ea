package jinja

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for name, c := range map[string]struct{ text, tree, fault string }{
		"text alone":             {"a { b } %} c", "{}", ""},
		"a variable":             {"{{ a.b[0]|f(1)|g }}", "{print(a.b[number]|f(number)|g())}", ""},
		"signs":                  {"{%- if a -%}{{- b -}}{%+ endif +%}", "{if(a){print(b)}{}}", ""},
		"raw":                    {"{% raw %}{{ a }}{% if %}{%- endraw -%}{{ b }}", "{print(b)}", ""},
		"a comment":              {"{# {% if #}{{ a }}", "{print(a)}", ""},
		"elif":                   {"{% if a %}1{% elif b %}2{% else %}{{ c }}{% endif %}", "{if(a){}{if(b){}{print(c)}}}", ""},
		"a loop":                 {"{% for a, b in c.items() if b recursive %}{{ a }}{% else %}{{ d }}{% endfor %}", "{for(tuple[a b] c.items() b True){print(a)}{print(d)}}", ""},
		"brackets at the end":    {"{{ {'a': {}}}}", `{print(dict["a" dict[]])}`, ""},
		"a test":                 {"{{ a is not divisibleby 3 or b is none }}", "{print((or (not is(a divisibleby(number))) is(b none())))}", ""},
		"precedence":             {"{{ a + b * c ** -d ~ 'e' if f else g }}", `{print(cond(f (+ a (~ (* b (** c (u- d))) "e")) g))}`, ""},
		"macros":                 {"{% from 'a' import b as c, d with context %}{% macro e(f, g=1) %}{% endmacro %}", `{from("a" b:c d True) macro(e [f g] [number]){}}`, ""},
		"a call":                 {"{% call(x) f(1) %}{{ x }}{% endcall %}", "{call(f(number) [x] []){print(x)}}", ""},
		"set":                    {"{% set a, b = 1, 2 %}{% set ns.x = 3 %}{% set c | upper %}x{% endset %}", "{set(tuple[a b] tuple[number number]) set(ns.x number) set(c -|upper()){}}", ""},
		"a tag of an extension":  {"{% csrf_token %}{{ a }}", "{unknown(csrf_token) print(a)}", ""},
		"a body that is open":    {"{{ x }}{% for a in b %}", "{print(x)}", "Unexpected end of template"},
		"an end without a start": {"{% endif %}", "{}", "Encountered unknown tag 'endif'"},
		"no expression":          {"{{ }}", "{}", "Expected an expression"},
		"an open comment":        {"{# a", "{}", "Missing end of comment tag"},
		"an open text":           {"{{ 'a }}", "{}", "unexpected char"},
		"a wrong bracket":        {"{{ (a] }}", "{}", "unexpected ']'"},
		"a constant as a target": {"{% set true = 1 %}", "{}", "can't assign"},
		"deep":                   {"{{ " + strings.Repeat("(", 5000) + "a" + strings.Repeat(")", 5000) + " }}", "{}", "too many parts"},
	} {
		got := Parse(c.text)
		fault := ""
		if got.Fault != nil {
			fault = got.Fault.Message
		}
		if tree := dump(got.Body); tree != c.tree || !strings.Contains(fault, c.fault) || c.fault == "" && fault != "" {
			t.Errorf("%s: %s %q, want %s %q", name, tree, fault, c.tree, c.fault)
		}
	}
}

// FuzzParse holds that no input makes the parser panic, and that the places of its nodes lie in the text and in order.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "{{", "{% if a %}{% else %}{% endif %}", "{{ a|b(c, *d, **e) is f[1:2] }}", "{% raw %}{% endraw %}", "{% trans a=1 %}x{% pluralize %}y{% endtrans %}",
		"{% for a in b %}{% endfor %}{# c #}", `{{ "\x41\N{BULLET}" ~ 0x1f ~ 1_0.5e-3 }}`, "{% block a scoped required %}{% endblock a %}", "{% from 'a' import b, c as d without context %}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed := Parse(text)
		if parsed.Fault == nil {
			_ = dump(parsed.Body)
		}
		last := 0
		Walk(parsed.Body, func(n *Node) bool {
			if int(n.Start) < last || n.End < n.Start || int(n.End) > len(text) {
				t.Fatalf("a tag from %d to %d, behind %d", n.Start, n.End, last)
			}
			last = int(n.Start)
			return true
		})
	})
}
