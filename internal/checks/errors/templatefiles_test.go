package errors

import (
	"testing"
	"testing/fstest"

	"gonogo/internal/source"
)

func TestPlain(t *testing.T) {
	tests := []struct {
		name, text string
		jinja      bool
		want       bool
	}{
		{name: "text", text: "<h1>Broken</h1>", want: true},
		{name: "variable", text: "{{ user }}"},
		{name: "variable over two lines is text in Django, and not judged", text: "{{ user\n}}"},
		{name: "token", text: "<form>{% csrf_token %}</form>"},
		{name: "base", text: `{% extends "base.html" %}{% block body %}x{% endblock body %}`, want: true},
		{name: "base that is not there", text: `{% extends "none.html" %}`},
		{name: "base behind a tag", text: `{% load i18n %}{% extends "base.html" %}`},
		{name: "base that reads the request", text: `{% extends "rich.html" %}`},
		{name: "base named by a variable", text: `{% extends base %}`},
		{name: "block twice", text: "{% block a %}{% endblock %}{% block a %}{% endblock %}"},
		{name: "block with another's end", text: "{% block a %}{% endblock b %}"},
		{name: "block left open", text: "{% block a %}"},
		{name: "end without a beginning", text: "{% endblock %}"},
		{name: "translation", text: `{% load i18n %}{% translate "Sorry for this" %}`, want: true},
		{name: "translation of a variable", text: `{% load i18n %}{% translate title %}`},
		{name: "translated text with a tag in it", text: `{% load i18n %}{% blocktrans %}{% translate "x" %}{% endblocktrans %}`},
		{name: "library that is not known", text: "{% load acme %}"},
		{name: "variable in a comment", text: "{% comment %}{{ user }}{% if %}{% endcomment %}", want: true},
		{name: "Jinja2 with a base", jinja: true, text: `{% extends "base.html" %}`, want: true},
		{name: "Jinja2 has no load", jinja: true, text: "{% load static %}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree, err := source.OpenFS(fstest.MapFS{
				"templates/500.html":  {Data: []byte(test.text)},
				"templates/base.html": {Data: []byte("<p>{% block body %}{% endblock %}</p>")},
				"templates/rich.html": {Data: []byte("<p>{{ request.path }}</p>")},
			}, source.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			f := &folders{tree: tree, list: []templateFolder{{"templates", test.jinja}}, judged: make(map[string]bool)}
			page, ok := f.find("500.html")
			if !ok {
				t.Fatal("500.html was not found")
			}
			if got := f.plain(page, 0); got != test.want {
				t.Errorf("plain is %v, want %v", got, test.want)
			}
		})
	}
}
