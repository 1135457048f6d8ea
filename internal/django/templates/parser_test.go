package templates

import (
	"strings"
	"testing"

	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

func parseText(text string) *Template {
	return Parse(source.NewFile("t.html", []byte(text)), Options{Name: "app/t.html", Version: knowledge.Version{Major: 5, Minor: 2}})
}

// TestFaults gives, for each template, words of the fault; "" for one that Django takes. Django 5.2 agrees with each.
func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, text, fault string }{
		{"text", "a { b } c", ""},
		{"unclosed block", "{% if a %}b", "Unclosed tag: 'if'"},
		{"end without a beginning", "{% endif %}", "Invalid block tag: 'endif'"},
		{"wrong end", "{% if a %}{% endfor %}", "expected 'elif' or 'else' or 'endif'"},
		{"words behind endif", "{% if a %}{% endif a %}", "Malformed"},
		{"words behind endfor", "{% for a in b %}{% endfor a %}", ""},
		{"empty variable", "{{ }}", "Empty variable tag"},
		{"empty tag", "{% %}", "Empty block tag"},
		{"tag over two lines is text", "{% if a\n %}", ""},
		{"unknown tag", "{% trans 'a' %}", "forget to register or load"},
		{"loaded tag", "{% load i18n %}{% trans 'a' %}", ""},
		{"one tag of a library", "{% load trans from i18n %}{% language 'de' %}{% endlanguage %}", "Invalid block tag: 'language'"},
		{"tag of a library that is not known", "{% load shop %}{% price a %}", ""},
		{"block of a library that is not known", "{% load shop %}{% cart a %}{% else %}{% if a %}{% endif %}{% endcart %}", ""},
		{"end of Django's in spite of a library", "{% load shop %}{% endif %}", "Invalid block tag"},
		{"unknown filter", "{{ a|shout }}", "Invalid filter: 'shout'"},
		{"filter without its argument", "{{ a|cut }}", "wrong number"},
		{"filter with an argument too many", "{{ a|lower:'a' }}", "wrong number"},
		{"space before an argument", "{{ a|cut: 'x' }}", "Could not parse the remainder"},
		{"space around the bar", "{{ a | cut:'x' | lower }}", ""},
		{"underscore", "{{ a._b }}", "underscores"},
		{"underscore in a number", "{{ 1_000 }}", ""},
		{"sign", "{{ -1|add:-2 }}", ""},
		{"operator", "{{ a + b }}", "remainder"},
		{"escaped quote", `{{ "a \" b"|upper }}`, ""},
		{"unclosed text", `{{ "a|upper }}`, "start of"},
		{"assignment without a comparison", "{% if a = b %}{% endif %}", "variable at start of ="},
		{"not in", "{% if a not in b and not c is not d %}{% endif %}", ""},
		{"operator without its right side", "{% if a and %}{% endif %}", "Unexpected end"},
		{"operator first", "{% if == a %}{% endif %}", "Not expecting '=='"},
		{"block twice", "{% block a %}{% endblock %}{% block a %}{% endblock %}", "more than once"},
		{"end of another block", "{% block a %}{% endblock b %}", "expected 'endblock'"},
		{"extends after a tag", "{% load i18n %}{% extends 'a' %}", "must be the first tag"},
		{"extends after text and a comment", "a{# b #}{% extends 'a' %}", ""},
		{"extends twice", "{% extends 'a' %}{% extends 'b' %}", "must be the first tag"},
		{"extends itself", "{% extends './t.html' %}", "same template"},
		{"extends out of the folders", "{% extends '../../t.html' %}", "outside the file hierarchy"},
		{"include with and only", "{% include 'a' with b=1 c=d|lower only %}", ""},
		{"include with nothing", "{% include 'a' with %}", "needs at least one keyword"},
		{"tag within a translation", "{% load i18n %}{% blocktrans %}{% if a %}{% endif %}{% endblocktrans %}", "doesn't allow other block tags"},
		{"filter within a translation", "{% load i18n %}{% blocktrans %}{{ a|b|c }}{% endblocktrans %}", ""},
		{"plural without count", "{% load i18n %}{% blocktrans %}a{% plural %}b{% endblocktrans %}", "doesn't allow"},
		{"plural", "{% load i18n %}{% blocktrans count n=a|length %}a{% plural %}b{% endblocktrans %}", ""},
		{"verbatim", "{% verbatim x %}{{ }}{% endverbatim %}{% if %}{% endverbatim x %}", ""},
		{"comment", "{% comment %}{% if %}{{ }}{% endcomment %}", ""},
		{"unclosed comment", "{% comment %}{% endcomment x %}", "Unclosed tag: 'comment'"},
		{"cycle by name", "{% cycle 'a' 'b' as c %}{% cycle c %}{% resetcycle c %}", ""},
		{"cycle of an unknown name", "{% cycle c %}", "does not exist"},
		{"for without in", "{% for a of b %}{% endfor %}", "for x in y"},
		{"for with a tuple", "{% for a , b in c reversed %}{% empty %}{% endfor %}", ""},
		{"with of the old form", "{% with a.b as c and d as e %}{% endwith %}", ""},
		{"filter safe", "{% filter safe %}{% endfilter %}", "not permitted"},
		{"querystring", "{% querystring page=1 %}", ""},
		{"partial before its version", "{% partial a %}", "Invalid block tag"},
	} {
		t.Run(c.name, func(t *testing.T) {
			parsed := parseText(c.text)
			switch {
			case c.fault == "" && parsed.Fault != nil:
				t.Errorf("refused: %s", parsed.Fault.Message)
			case c.fault != "" && parsed.Fault == nil:
				t.Errorf("taken, expected %q", c.fault)
			case c.fault != "" && !strings.Contains(parsed.Fault.Message, c.fault):
				t.Errorf("%q, expected %q", parsed.Fault.Message, c.fault)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	parsed := parseText("a\n  {{ b.c|d:'e' }}")
	if parsed.Fault == nil {
		t.Fatal("the filter d is not one of Django's")
	}
	at := parsed.Fault.At.Begin()
	if at.Line != 2 || at.Column != 3 || parsed.Fault.At.Text() != "{{ b.c|d:'e' }}" {
		t.Errorf("the fault stands at %d:%d %q", at.Line, at.Column, parsed.Fault.At.Text())
	}
}

func TestExpression(t *testing.T) {
	e, fault := readExpr(`user.name|default:_("no \"one\"")|cut:x.y`, knowledge.Version{})
	if fault != "" {
		t.Fatal(fault)
	}
	if e.Path() != "user.name" || e.Root() != "user" || len(e.Filters) != 2 {
		t.Fatalf("%+v", e)
	}
	if arg := e.Filters[0].Arg; !arg.Translated || arg.Value != `no "one"` {
		t.Errorf("argument %+v", arg)
	}
	if arg := e.Filters[1].Arg; arg.Path() != "x.y" {
		t.Errorf("argument %+v", arg)
	}
}

// Hostile texts take time in proportion to their length.
func TestHostile(t *testing.T) {
	for name, text := range map[string]string{
		"openings": strings.Repeat("{%{{{#", 300_000),
		"blocks":   strings.Repeat("{% if a %}", 100_000),
		"foreign":  "{% load x %}" + strings.Repeat("{% a %}", 100_000) + strings.Repeat("{% enda %}", 100_000),
		"faults":   "{% load x %}" + strings.Repeat("{% a %}{% if %}", 10_000) + strings.Repeat("{% enda %}", 10_000),
		"nots":     "{% if " + strings.Repeat("not ", 10_000) + "a %}",
		"quotes":   "{{ " + strings.Repeat("'", 60_000) + " }}",
	} {
		t.Run(name, func(t *testing.T) { parseText(text) })
	}
}
