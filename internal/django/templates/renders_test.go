package templates

import (
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func TestRenders(t *testing.T) {
	tests := []struct {
		name, text string
		jinja      bool
		want       eval.Tri
	}{
		{name: "text", text: "<h1>Broken</h1>", want: eval.Yes},
		{name: "variable is empty", text: "{{ user }}", want: eval.Yes},
		{name: "token", text: "<form>{% csrf_token %}</form>", want: eval.Yes},
		{name: "base", text: `{% extends "base.html" %}{% block body %}x{% endblock body %}`, want: eval.Yes},
		{name: "base that is not there", text: `{% extends "none.html" %}`, want: eval.Maybe},
		{name: "base behind a tag", text: `{% load i18n %}{% extends "base.html" %}`, want: eval.No},
		{name: "base that does not compile", text: `{% extends "broken.html" %}`, want: eval.No},
		{name: "base named by a variable", text: `{% extends base %}`, want: eval.Maybe},
		{name: "block twice", text: "{% block a %}{% endblock %}{% block a %}{% endblock %}", want: eval.No},
		{name: "block left open", text: "{% block a %}", want: eval.No},
		{name: "end without a beginning", text: "{% endblock %}", want: eval.No},
		{name: "translation", text: `{% load i18n %}{% translate "Sorry for this" %}`, want: eval.Yes},
		{name: "static that is not loaded", text: `{% static "a.css" %}`, want: eval.No},
		{name: "library that is not known", text: "{% load acme %}{% news %}", want: eval.Maybe},
		{name: "address of a variable", text: "{% url 'order' order.pk %}", want: eval.Maybe},
		{name: "address without one", text: "{% url 'home' %}", want: eval.Yes},
		{name: "address that may be missing", text: "{% url 'order' order.pk as address %}", want: eval.Yes},
		{name: "variable in a comment", text: "{% comment %}{{ user }}{% if %}{% endcomment %}", want: eval.Yes},
		{name: "address under what is not there", text: "{% if user.is_authenticated %}{% url 'order' order.pk %}{% endif %}", want: eval.Yes},
		{name: "address under what is not there and more", text: "{% if request.user and x == 'a' or not 1 %}{% url 'order' order.pk %}{% endif %}", want: eval.Yes},
		{name: "address where something is not there", text: "{% if not user %}{% url 'order' order.pk %}{% endif %}", want: eval.Maybe},
		{name: "address behind else", text: "{% if user %}a{% else %}{% url 'order' order.pk %}{% endif %}", want: eval.Maybe},
		{name: "address under a filter", text: "{% if user|default:'x' %}{% url 'order' order.pk %}{% endif %}", want: eval.Maybe},
		{name: "address under a name that a tag makes", text: "{% with user='x' %}{% if user %}{% url 'order' order.pk %}{% endif %}{% endwith %}", want: eval.Maybe},
		{name: "address in a loop over nothing", text: "{% for o in orders %}{% url 'order' o.pk %}{% empty %}none{% endfor %}", want: eval.Yes},
		{name: "address where a loop is empty", text: "{% for o in orders %}{% empty %}{% url 'order' o.pk %}{% endfor %}", want: eval.Maybe},
		{name: "block of the base that is filled", text: `{% extends "menu.html" %}{% block menu %}{% endblock %}`, want: eval.Yes},
		{name: "block of the base that is not filled", text: `{% extends "menu.html" %}`, want: eval.Maybe},
		{name: "block of the base that is shown too", text: `{% extends "menu.html" %}{% block menu %}{{ block.super }}{% endblock %}`, want: eval.Maybe},
		{name: "outside of the blocks", text: `{% extends "base.html" %}{% url 'order' order.pk %}`, want: eval.Yes},
		{name: "comparison with nothing", text: "{% if page == 'cart' or page in pages or page > 3 %}{% url 'order' order.pk %}{% endif %}", want: eval.Yes},
		{name: "difference from nothing", text: "{% if page != 'cart' %}{% url 'order' order.pk %}{% endif %}", want: eval.Maybe},
		{name: "itself", text: `{% include "500.html" %}`, want: eval.Maybe},
		{name: "Jinja2 with a base", jinja: true, text: `{% extends "base.html" %}`, want: eval.Yes},
		{name: "Jinja2 with a call", jinja: true, text: "{{ url('home') }}", want: eval.Maybe},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &Set{
				place: Place{Tree: source.FromMap(map[string][]byte{
					"templates/500.html":    []byte(test.text),
					"templates/base.html":   []byte("<p>{% block body %}{% endblock %}</p>"),
					"templates/menu.html":   []byte("{% block menu %}{% url 'order' order.pk %}{% endblock %}"),
					"templates/broken.html": []byte("{% if %}"),
				})},
				folders: []folder{{path: "templates", jinja: test.jinja}}, parsed: make(map[string]*Template),
			}
			page, ok := s.Find("500.html")
			if !ok {
				t.Fatal("500.html was not found")
			}
			if got := s.Renders(page); got.Renders != test.want {
				t.Errorf("renders is %v (%s), want %v", got.Renders, got.Doubt, test.want)
			}
		})
	}
}
