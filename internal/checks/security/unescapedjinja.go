package security

import (
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/django/jinja"
)

// tree goes through a template of Jinja2: every expression that goes through the filter safe, and every one that is shown where escaping is off.
func (v *unescaped) tree(list []*jinja.Node, off bool) {
	for _, n := range list {
		inside := off
		switch {
		case n.Kind == jinja.Autoescape && n.Exprs[0].Kind == jinja.Constant:
			inside = n.Exprs[0].Text == "False"
		case n.Kind == jinja.SetBlock:
			v.blocks = append(v.blocks, n.Target.Text)
		}
		for _, e := range n.Exprs {
			if off && n.Kind == jinja.Output {
				v.shown(e, nil)
			} else {
				v.marked(e)
			}
		}
		v.tree(n.Body, inside)
		v.tree(n.Else, inside)
	}
}

// marked looks for the filter safe in an expression.
func (v *unescaped) marked(e *jinja.Expr) {
	jinja.Inspect(e, func(x *jinja.Expr) bool {
		if x.Kind != jinja.Filter || x.Text != "safe" {
			return true
		}
		v.shown(x, nil)
		return false
	})
}

// shown judges an expression that is shown without escaping; filters are those that it goes through.
func (v *unescaped) shown(e *jinja.Expr, filters []*jinja.Expr) {
	switch e.Kind {
	case jinja.Filter:
		v.shownOrNone(e.Of, append(filters, e))
	case jinja.String, jinja.Number, jinja.Constant, jinja.Test, jinja.Compare:
	case jinja.Operator:
		for _, a := range e.Args {
			v.shown(a, filters)
		}
	case jinja.Cond:
		for _, a := range e.Args {
			v.shownOrNone(a, filters)
		}
	default:
		v.source(e, filters)
	}
}

func (v *unescaped) shownOrNone(e *jinja.Expr, filters []*jinja.Expr) {
	if e != nil {
		v.shown(e, filters)
	}
}

// source judges what is neither a constant nor made of parts.
func (v *unescaped) source(e *jinja.Expr, filters []*jinja.Expr) {
	if slices.ContainsFunc(filters, func(f *jinja.Expr) bool { return leavesNoMarkup(f.Text) }) || v.isConstant(e, filters) || isOfJinjaForm(e) {
		return
	}
	v.found = true
	for _, f := range filters {
		if !isJinjaFilter(f.Text) {
			if fn := filterFunction(v.pass, f.Text); fn == nil || !v.pass.Project.Writers().Sanitises(fn) {
				v.unsure("what the filter " + f.Text + " makes of the value that " + v.template.File.Path + " shows without escaping is not known")
			}
			return
		}
	}
	if fromRequest(e) {
		v.add(v.template.File.Span(e.Start, e.End), check.Critical, "What the client sent is shown without escaping, so that a link can run a script in this page; leave the filter safe out")
		return
	}
	whole := true
	for x := e; x != nil; x, whole = x.Of, false {
		if x.Kind != jinja.Getattr {
			continue
		}
		for _, a := range v.pass.Project.AttributesAt(v.template.File.Span(x.Start, x.End)) {
			if a.Name == x.Text {
				v.attributeAt(v.template.File.Span(e.Start, e.End), a, whole)
				return
			}
		}
	}
	v.unsure("whether what " + v.template.File.Path + " shows without escaping comes from users is not known")
}

// isConstant reports whether an expression is a text of the project: a translated one with constants in it, or a block that the template set.
func (v *unescaped) isConstant(e *jinja.Expr, filters []*jinja.Expr) bool {
	if e.Kind == jinja.Name && slices.Contains(v.blocks, e.Text) {
		return true
	}
	if e.Kind != jinja.Call || e.Of.Kind != jinja.Name || len(e.Args) == 0 || e.Args[0].Kind != jinja.String {
		return false
	}
	if !slices.Contains([]string{"_", "gettext", "ngettext", "pgettext", "npgettext"}, e.Of.Text) {
		return false
	}
	for _, f := range filters { // values that are put into the text
		for _, k := range f.Keywords {
			if k.Value.Kind != jinja.String && k.Value.Kind != jinja.Number {
				return false
			}
		}
		if f.Text != "safe" && slices.ContainsFunc(f.Args, func(a *jinja.Expr) bool { return a.Kind != jinja.String && a.Kind != jinja.Number }) {
			return false
		}
	}
	return true
}

// fromRequest reports whether an expression is a part of the request: request.GET.q, request.GET["q"], request.POST.get("q").
func fromRequest(e *jinja.Expr) bool {
	for x := e.Of; x != nil; x = x.Of {
		if x.Kind == jinja.Getattr && (x.Text == "GET" || x.Text == "POST") && x.Of.Kind == jinja.Name && x.Of.Text == "request" {
			return true
		}
	}
	return false
}

// isOfJinjaForm reports whether an expression is what the code of a form says of a field, or what the form renders, which escapes values.
func isOfJinjaForm(e *jinja.Expr) bool {
	if e.Kind == jinja.Call {
		e = e.Of
	}
	if e.Kind != jinja.Getattr {
		return false
	}
	switch e.Text {
	case "help_text", "label", "label_tag", "media", "id_for_label", "as_ul", "as_p", "as_table", "as_div", "as_hidden", "hidden_fields":
		return true
	}
	return false
}

// leavesNoMarkup reports whether a filter of Jinja2 or Django leaves no markup of a value.
func leavesNoMarkup(filter string) bool {
	switch filter {
	case "escape", "e", "forceescape", "force_escape", "striptags", "urlencode", "urlize", "tojson", "xmlattr", "length", "count", "int", "float", "round", "wordcount",
		"filesizeformat", "slugify", "bleach", "nh3", "sanitize", "date", "time", "timesince", "timeuntil", "floatformat", "intcomma", "yesno", "pluralize", "linebreaks", "linebreaksbr":
		return true
	}
	return false
}

// isJinjaFilter reports whether a filter is one of Jinja2's that give what they are given, or parts of it (jinja2/filters.py).
func isJinjaFilter(name string) bool {
	return slices.Contains([]string{"safe", "trim", "default", "d", "replace", "truncate", "upper", "lower", "title", "capitalize", "join", "first", "last", "string", "indent", "wordwrap", "center",
		"reverse", "sort", "list", "unique", "attr", "format"}, name)
}
