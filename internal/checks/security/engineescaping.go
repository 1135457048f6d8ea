package security

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/templates"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// engines tells which engines show everything without escaping, by what TEMPLATES says and by the function that makes Jinja2's environment.
type engines struct {
	django, jinja engineOff
}

// engineOff is where escaping is switched off for all templates of an engine; a zero place where it is not.
type engineOff struct {
	at    source.Span
	doubt string
	// first is the first template in which that shows, and what is found there.
	first    source.Span
	critical bool
	used     bool // by a page
}

// escapingEngines reads TEMPLATES. Source: django/template/backends/jinja2.py and django.py: autoescape is on unless OPTIONS says otherwise;
// the function of the option environment gets the options as keywords, and jinja2.Environment escapes nothing by default.
func escapingEngines(p *check.SourcePass, w *django.World) (e engines) {
	for _, entry := range w.Get("TEMPLATES").Value.Elems() {
		backend, _ := entry.Get("BACKEND").AsStr()
		engine := &e.django
		switch backend {
		case "django.template.backends.django.DjangoTemplates":
		case "django.template.backends.jinja2.Jinja2":
			engine = &e.jinja
		default:
			continue
		}
		options := entry.Get("OPTIONS")
		if auto, said := options.Lookup("autoescape"); said {
			switch at := auto.At(); {
			case auto.Truth() == eval.No && !at.IsZero():
				engine.at = at
			case auto.Truth() == eval.Maybe:
				engine.doubt = "whether templates are escaped is not known: OPTIONS has autoescape"
			}
		}
		if name, ok := options.Get("environment").AsStr(); ok && engine == &e.jinja {
			readEnvironment(p, name, engine)
		}
	}
	return e
}

// readEnvironment reads the function of the project that makes the environment.
func readEnvironment(p *check.SourcePass, name string, engine *engineOff) {
	d, ok := p.Project.Code.Graph().Define(name)
	if !ok || d.Function == nil {
		return
	}
	f := p.Project.Flow().Function(d.Function)
	if f == nil {
		return
	}
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Call:
			dotted, _ := f.Module.Resolve(n.Func)
			if dotted == "jinja2.Environment" || dotted == "jinja2.environment.Environment" || strings.HasPrefix(dotted, "jinja2.sandbox.") && strings.HasSuffix(dotted, "Environment") {
				made(f, n, engine)
			}
		case *syntax.Assign: // env.autoescape = False, options["autoescape"] = False
			for _, t := range n.Targets {
				if _, off := constantTruth(n.Value); off && namesAutoescape(t) {
					engine.at = f.Module.Syntax.Span(n)
				}
			}
		}
		return true
	})
}

// made judges the call that makes an environment.
func made(f *flow.Function, c *syntax.Call, engine *engineOff) {
	value := flow.Arg(c, -1, "autoescape")
	_, off := constantTruth(value)
	switch {
	case value == nil && !flow.Spreads(c), off:
		engine.at = f.Module.Syntax.Span(c)
	case value == nil:
	case flow.LastName(callee(value)) == "select_autoescape", namesAutoescape(value):
	default:
		if on, _ := constantTruth(value); !on {
			engine.doubt = "whether the environment of Jinja2 escapes is not known: " + f.Module.Syntax.Span(value).Text()
		}
	}
}

func callee(e syntax.Expr) syntax.Expr {
	if c, ok := e.(*syntax.Call); ok {
		return c.Func
	}
	return e
}

// namesAutoescape reports whether an expression is x.autoescape, x["autoescape"], x.get("autoescape") or x.pop("autoescape", ...).
func namesAutoescape(e syntax.Expr) bool {
	text := func(e syntax.Expr) bool { c, ok := e.(*syntax.Constant); return ok && c.Value == "autoescape" }
	switch e := e.(type) {
	case *syntax.Attribute:
		return e.Attr == "autoescape"
	case *syntax.Subscript:
		return text(e.Slice)
	case *syntax.Call:
		return len(e.Args) > 0 && text(e.Args[0])
	}
	return false
}

// constantTruth tells whether an expression is the constant True, or False.
func constantTruth(e syntax.Expr) (on, off bool) {
	c, ok := e.(*syntax.Constant)
	return ok && c.Kind == syntax.True, ok && c.Kind == syntax.False
}

// of is what is known of the engine of a template.
func (e *engines) of(t *templates.Template) *engineOff {
	if t.Tree != nil {
		return &e.jinja
	}
	return &e.django
}

// note keeps what a template shows because its engine escapes nothing.
func (o *engineOff) note(v *unescaped) {
	for _, f := range v.findings {
		if f.Severity == check.Critical && !o.critical {
			o.critical, o.first = true, f.At
		}
	}
	if o.first.IsZero() && v.found {
		o.first = v.template.File.Span(0, 0)
	}
}

// finding is the one finding about an engine that escapes nothing; ok is false where no template shows it.
func (o *engineOff) finding(engine string) (f check.Finding, ok bool) {
	if o.at.IsZero() || o.first.IsZero() {
		return f, false
	}
	f = check.Finding{Severity: check.Recommended, At: o.at, Fix: "autoescape=True",
		Message: engine + " escapes nothing with this: every value that a template shows becomes HTML, also what users wrote; pass the options on, or set autoescape to True"}
	if o.critical {
		f.Severity = check.Critical
		f.Related = []check.Related{{Message: "what clients send is shown here", At: o.first}}
	}
	return f, true
}
