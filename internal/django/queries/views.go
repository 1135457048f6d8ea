package queries

import (
	"slices"
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// classScope is the class whose methods are read.
type classScope struct {
	node      *syntax.ClassDef
	dotted    string
	walked    bool
	ancestors []string // see inherited
	base      value    // of the attributes queryset and model
	asked     bool
	result    value
	chain     *chain // where the class is one of a view's whose order of resolution is known, or nil
}

func (w *walker) newClass(c *syntax.ClassDef) *classScope {
	k := &classScope{node: c}
	if w.module.Dotted != "" {
		k.dotted = w.module.Dotted + "." + c.Name
	}
	for _, s := range c.Body {
		a, ok := s.(*syntax.Assign)
		if !ok || len(a.Targets) != 1 {
			continue
		}
		n, ok := a.Targets[0].(*syntax.Name)
		if !ok {
			continue
		}
		switch n.ID {
		case "queryset":
			outer := w.env
			w.env = env{}
			k.base = w.eval(a.Value, 0)
			w.env = outer
		case "model":
			if v := w.eval(a.Value, 0); v.kind == modelClass && k.base.kind == unknown {
				k.base = value{kind: rows, model: v.model, query: newQuery(v.model, w.span(a.Value), v.model.managers["objects"])}
			}
		}
	}
	return k
}

// inherited are the dotted names of all ancestors.
func (k *classScope) inherited(w *walker) []string {
	if !k.walked && k.dotted != "" {
		k.ancestors, _ = w.graph.Ancestors(k.dotted)
	}
	k.walked = true
	return k.ancestors
}

// querySet is self.get_queryset().
func (k *classScope) querySet(w *walker) value {
	if k.chain != nil {
		return k.chain.rows(0)
	}
	if k.asked {
		return k.result
	}
	k.asked = true
	own := k.methodNamed("get_queryset")
	if own == nil {
		k.result = k.parent(w)
		return k.result
	}
	fetches := len(w.facts.Fetches)
	sizes := [5]int{len(w.facts.Lookups), len(w.facts.Follows), len(w.facts.Lists), len(w.facts.Waste), len(w.facts.Naive)}
	returned := w.function(own)
	// The method is read for its own sake too; what is found in it counts once.
	w.facts.Lookups, w.facts.Follows, w.facts.Lists = w.facts.Lookups[:sizes[0]], w.facts.Follows[:sizes[1]], w.facts.Lists[:sizes[2]]
	w.facts.Waste, w.facts.Naive = w.facts.Waste[:sizes[3]], w.facts.Naive[:sizes[4]]
	w.facts.Fetches = w.facts.Fetches[:fetches]
	for i, v := range returned {
		if v.kind != rows || i > 0 && v.model != k.result.model {
			k.result = value{}
			return k.result
		}
		if i == 0 {
			k.result = v
			continue
		}
		k.result = join(k.result, v)
	}
	return k.result
}

// parent is super().get_queryset(): the queryset of the class's attributes where no class of the project between makes it.
func (k *classScope) parent(w *walker) value {
	if k.chain != nil {
		return k.chain.rows(k.chain.at + 1)
	}
	for _, a := range k.inherited(w) {
		if d, ok := w.graph.Define(a); ok && d.Class != nil {
			if (&classScope{node: d.Class}).methodNamed("get_queryset") != nil {
				return value{}
			}
			continue
		}
		if !strings.HasPrefix(a, "django.views.") && !strings.HasPrefix(a, "rest_framework.") && !strings.HasPrefix(a, "django.contrib.auth.mixins.") {
			return value{}
		}
	}
	return k.base
}

func (k *classScope) methodNamed(name string) *syntax.FunctionDef {
	for _, s := range k.node.Body {
		if f, ok := s.(*syntax.FunctionDef); ok && f.Name == name {
			return f
		}
	}
	return nil
}

func (k *classScope) attribute(name string) syntax.Expr {
	for _, s := range k.node.Body {
		if a, ok := s.(*syntax.Assign); ok && len(a.Targets) == 1 {
			if n, ok := a.Targets[0].(*syntax.Name); ok && n.ID == name {
				return a.Value
			}
		}
	}
	return nil
}

// listView notes a ListView that shows a whole table: neither it nor a class of the project that it inherits from paginates, filters or
// slices.
func (w *walker) listView(c *syntax.ClassDef) {
	k := w.class
	if w.views != nil && w.views.Whole && !w.views.Class(c) || !slices.ContainsFunc(c.Bases, isNamedView) && !w.views.Class(c) {
		return
	}
	if !slices.Contains(k.inherited(w), "django.views.generic.ListView") && !slices.Contains(k.inherited(w), "django.views.generic.list.ListView") {
		return
	}
	classes := []*classScope{k}
	for _, a := range k.inherited(w) {
		d, ok := w.graph.Define(a)
		switch {
		case ok && d.Class != nil:
			classes = append(classes, &classScope{node: d.Class})
		case strings.HasPrefix(a, "django."), a == "builtins.object":
		default:
			return // a mixin of a package may paginate
		}
	}
	for i, each := range classes {
		if each.attribute("paginate_by") != nil || each.methodNamed("get_paginate_by") != nil || each.methodNamed("paginate_queryset") != nil ||
			each.methodNamed("get_context_data") != nil || i > 0 && each.methodNamed("get_queryset") != nil || each.methodNamed("get") != nil {
			return
		}
	}
	v := k.querySet(w)
	if v.kind != rows || v.query.Filtered || v.query.Bounded {
		return
	}
	w.facts.Lists = append(w.facts.Lists, List{Query: v.query, Into: "list view", Name: c.Name, At: nameSpan(w, c)})
}

func nameSpan(w *walker, c *syntax.ClassDef) source.Span {
	return source.Span{File: w.module.Syntax.File, Start: c.NamePos, End: c.NamePos + syntax.Pos(len(c.Name))}
}

// isNamedView reports whether a base class is called a view.
func isNamedView(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Name:
		return strings.Contains(e.ID, "View")
	case *syntax.Attribute:
		return strings.Contains(e.Attr, "View")
	}
	return false
}
