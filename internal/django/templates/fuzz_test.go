package templates

import (
	"testing"

	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

// FuzzParse holds that no input makes the parser panic, and that its tokens cover the text without a gap.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "{", "{{", "{%", "{% %}", "{{ }}", "{#", "{% if a %}{% else %}{% endif %}", "{% load x %}{% foo %}{% bar %}{% endfoo %}",
		"{% verbatim a %}{{ x }}{% endverbatim a %}", "{{ a|b:'c\\'d'|e:f.g }}", "{% for a,b in c reversed %}{% empty %}{% endfor %}",
		"{% load i18n %}{% blocktranslate count a=b %}{{ a }}{% plural %}{% endblocktranslate %}", "{% cycle 'a' b as c silent %}",
		`{% with a=_("b c") d as e %}{% endwith %}`, "{% extends './a.html' %}{% block b %}{% endblock b %}", "\xff{% now 'Y' %}",
		"<form method=post action='{% url 'a' %}'>{% csrf_token %}</form><script src=//a.b/c></script>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("t.html", []byte(text))
		parsed := Parse(file, Options{Name: "app/t.html", Version: knowledge.Version{Major: 5, Minor: 2}})
		end := source.Pos(0)
		for _, tok := range parsed.Tokens {
			if tok.Start != end || tok.End <= tok.Start {
				t.Fatalf("a token from %d to %d follows one that ends at %d", tok.Start, tok.End, end)
			}
			end = tok.End
		}
		if parsed.Tokens != nil && int(end) != len(text) {
			t.Fatalf("the tokens end at %d of %d", end, len(text))
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := "{% load i18n static %}"
	for range 200 {
		text += "<ul class=\"list {% if page.first %}first{% endif %}\">{% for item in page.items|slice:\":5\" %}\n" +
			"  <li><a href=\"{% url 'shop:item' item.pk %}\">{{ item.name|truncatechars:30|default:_(\"none\") }}</a>\n" +
			"  {% blocktranslate with price=item.price %}It costs {{ price }} today.{% endblocktranslate %}</li>{% empty %}\n" +
			"  <li>Nothing is here: some more text that stands for what pages have between their tags.</li>{% endfor %}</ul>\n"
	}
	file := source.NewFile("t.html", []byte(text))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if t := Parse(file, Options{Version: knowledge.Version{Major: 5, Minor: 2}}); t.Fault != nil {
			b.Fatal(t.Fault.Message)
		}
	}
}
