package security

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/templates"
	fieldwriters "gonogo/internal/django/writers"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// markedInTemplates asks for what templates show without escaping: parts of the request, and fields of models by who writes them. staff names
// a field that the staff alone writes.
func markedInTemplates(p *check.SourcePass, w *django.World) (findings []check.Finding, doubts []string, found bool, staff string) {
	all := escapingEngines(p, w)
	for _, t := range p.Project.Templates(w).Pages() {
		text := string(t.File.Data)
		engine := all.of(t)
		off := !engine.at.IsZero()
		engine.used = engine.used || !isMail(t)
		if isMail(t) || !off && !strings.Contains(text, "safe") && !strings.Contains(text, "autoescape") {
			continue
		}
		v := unescaped{pass: p, template: t}
		switch {
		case t.Tree == nil:
			v.nodes(t.Nodes, off)
		case t.Tree.Fault != nil:
			v.unsure(t.File.Path + " could not be read")
		default:
			v.tree(t.Tree.Body, off)
		}
		found = found || v.found
		if off {
			engine.note(&v)
			continue
		}
		findings = append(findings, v.findings...)
		if staff == "" {
			staff = v.staff
		}
		if v.doubt != "" && len(doubts) == 0 {
			doubts = append(doubts, v.doubt)
		}
	}
	for _, x := range []struct {
		name   string
		engine engineOff
	}{{"Django's template engine", all.django}, {"Jinja2", all.jinja}} {
		if f, ok := x.engine.finding(x.name); ok {
			findings = append(findings, f)
		}
		if x.engine.doubt != "" && x.engine.used && len(doubts) == 0 {
			doubts = append(doubts, x.engine.doubt)
		}
	}
	return findings, doubts, found, staff
}

// unescaped goes through one template.
type unescaped struct {
	pass     *check.SourcePass
	template *templates.Template
	findings []check.Finding
	found    bool
	doubt    string
	staff    string   // a field that the staff alone writes
	blocks   []string // names that a template of Jinja2 gives to blocks of its own text
}

// nodes visits nodes; off says that escaping is switched off around them.
func (v *unescaped) nodes(list []*templates.Node, off bool) {
	for _, n := range list {
		if n.Kind == templates.Var {
			for _, e := range n.Exprs {
				v.expr(n, e, off)
			}
		}
		inside := off
		if n.Kind == templates.Block && n.Name == "autoescape" && len(n.Bits) > 0 {
			inside = n.Bits[0] == "off"
		}
		for _, b := range n.Bodies {
			v.nodes(b.Nodes, inside)
		}
	}
}

func (v *unescaped) expr(n *templates.Node, e *templates.Expr, off bool) {
	if e.Literal || !off && !e.Has("safe") && !e.Has("safeseq") || escapedBefore(e, off) || isOfForm(e) {
		return
	}
	v.found = true
	if name := foreignFilter(e); name != "" {
		if fn := filterFunction(v.pass, name); fn == nil || !v.pass.Project.Writers().Sanitises(fn) {
			v.unsure("what the filter " + name + " makes of the value that " + v.template.File.Path + " shows without escaping is not known")
		}
		return
	}
	if len(e.Lookups) > 2 && e.Lookups[0] == "request" && (e.Lookups[1] == "GET" || e.Lookups[1] == "POST") {
		v.add(v.template.Span(n), check.Critical, "What the client sent is shown without escaping, so that a link can run a script in this page; leave the filter safe out")
		return
	}
	field, whole := v.field(n, e)
	if field.Model == nil {
		v.unsure("whether what " + v.template.File.Path + " shows without escaping comes from users is not known")
		return
	}
	v.attributeAt(v.template.Span(n), field, whole)
}

func (v *unescaped) add(at source.Span, severity check.Severity, message string, related ...check.Related) {
	v.findings = append(v.findings, check.Finding{Severity: severity, Message: message, At: at, Related: related})
}

func (v *unescaped) unsure(why string) {
	if v.doubt == "" {
		v.doubt = why
	}
}

// escapedBefore reports whether a filter that the value goes through leaves no markup of the value: it escapes it, takes tags out, or gives
// no text. Django's filters that make HTML escape what they are given where escaping is on (django/template/defaultfilters.py).
func escapedBefore(e *templates.Expr, off bool) bool {
	return slices.ContainsFunc(e.Filters, func(f templates.Filter) bool {
		switch f.Name {
		case "escape", "force_escape", "escapeseq", "striptags", "urlencode", "slugify", "bleach", "nh3", "sanitize", "richtext", "json_script",
			"date", "time", "timesince", "timeuntil", "floatformat", "length", "wordcount", "filesizeformat", "intcomma", "intword", "naturaltime",
			"naturalday", "yesno", "pluralize", "divisibleby", "get_digit", "length_is":
			return true
		case "linebreaks", "linebreaksbr", "urlize", "urlizetrunc", "linenumbers", "unordered_list", "join":
			return !off
		}
		return false
	})
}

// foreignFilter is a filter that is none of Django's own, "" without one.
func foreignFilter(e *templates.Expr) string {
	for _, f := range e.Filters {
		if !templates.IsOwnFilter(f.Name) {
			return f.Name
		}
	}
	return ""
}

// filterFunction is the function of the project that is registered as a filter; nil where none or several may be.
func filterFunction(p *check.SourcePass, name string) (found *flow.Function) {
	for _, f := range p.Project.Flow().Functions {
		if f.Class != nil || len(f.Decorators) == 0 || !strings.Contains(f.Module.Dotted, "templatetags") || !registers(f, name) {
			continue
		}
		if found != nil {
			return nil
		}
		found = f
	}
	return found
}

// registers reports whether a decorator registers a function as a filter of a name: @register.filter, @register.filter(name="x").
func registers(f *flow.Function, name string) bool {
	for _, d := range f.Decorators {
		if c, ok := d.(*syntax.Call); ok {
			if flow.LastName(c.Func) != "filter" {
				continue
			}
			if given, ok := flow.Arg(c, 0, "name").(*syntax.Constant); ok {
				return given.Value == name
			}
			return f.Name == name
		}
		if flow.LastName(d) == "filter" {
			return f.Name == name
		}
	}
	return false
}

// isOfForm reports whether an expression is what the code of a form says of a field, which is a constant of the project.
func isOfForm(e *templates.Expr) bool {
	if len(e.Lookups) < 2 || !strings.Contains(e.Lookups[0], "field") && !strings.Contains(e.Lookups[0], "form") {
		return false
	}
	switch e.Lookups[len(e.Lookups)-1] {
	case "help_text", "label", "label_tag", "media", "id_for_label":
		return true
	}
	return false
}

// field is the attribute of a model's row that an expression shows; whole is false where it shows a part of it (story.content.rendered). No
// model is there where the views that render the template do not tell.
func (v *unescaped) field(n *templates.Node, e *templates.Expr) (found project.Attribute, whole bool) {
	list := v.pass.Project.AttributesAt(v.template.Span(n))
	for i := len(e.Lookups) - 1; i > 0; i-- {
		for _, a := range list {
			if a.Name == e.Lookups[i] {
				return a, i == len(e.Lookups)-1
			}
		}
	}
	return project.Attribute{}, false
}

// attributeAt judges one attribute of a model, which is shown at a place, by who writes it.
func (v *unescaped) attributeAt(at source.Span, a project.Attribute, whole bool) {
	name := a.Model.Name + "." + a.Name
	f := a.Model.Field(a.Name)
	if f == nil {
		if m, ok := a.Model.Method(a.Name); ok {
			if fn := v.pass.Project.Flow().Function(m.Function); fn != nil && v.pass.Project.Writers().Sanitises(fn) {
				return
			}
		}
		v.unsure("whether what " + name + " gives " + v.template.File.Path + " is sanitised is not known")
		return
	}
	if holdsNoText(f) {
		return
	}
	w := v.pass.Project.Writers()
	cleans := w.FieldCleans(f)
	if cleans == eval.Yes {
		return
	}
	client, mayClean, staff, cleaned := writersOf(w, f)
	switch {
	case client != nil && cleans == eval.No && whole:
		v.add(at, check.Critical, fmt.Sprintf("%s is shown as HTML, and %s takes it from clients as they send it, so that one's script runs in the browsers of the others; leave the filter safe out, or clean it with nh3", name, client.Name),
			check.Related{Message: "clients set it here", At: client.At})
	case client != nil || mayClean != nil:
		v.unsure(fmt.Sprintf("%s is shown as HTML in %s, and clients set it; whether it is sanitised on the way is not known", name, v.template.File.Path))
	case cleaned && whole:
	case staff || w.InAdmin(f.Model) || isOfEditors(v.pass, f):
		v.staff = name
	case whole && f.Kind != "" && cleans == eval.No && strings.HasPrefix(f.Class, "django.db.models."):
		v.add(at, check.Recommended, fmt.Sprintf("%s is shown as HTML, and who writes it is not known; leave the filter safe out, or clean it with nh3", name), relatedField(f)...)
	default:
		v.unsure("who writes " + name + ", which " + v.template.File.Path + " shows as HTML, is not known")
	}
}

func relatedField(f *queries.Field) []check.Related {
	if f.At == (source.Span{}) {
		return nil
	}
	return []check.Related{{Message: "the field", At: f.At}}
}

// writersOf are the first ways by which clients set a field: one that surely does not sanitise it, one that may; staff says that views for
// the staff do, cleaned that clients do and it is sanitised.
func writersOf(w *fieldwriters.Found, f *queries.Field) (client, mayClean *fieldwriters.Writer, staff, cleaned bool) {
	for _, each := range w.Of(f) {
		switch {
		case each.Staff:
			staff = true
		case each.Cleans == eval.No && client == nil:
			client = &each
		case each.Cleans == eval.Maybe && mayClean == nil:
			mayClean = &each
		case each.Cleans == eval.Yes:
			cleaned = true
		}
	}
	return client, mayClean, staff, cleaned
}

// holdsNoText reports whether the values of a field are no free text.
func holdsNoText(f *queries.Field) bool {
	switch f.Kind {
	case "CharField", "TextField", "", "JSONField", "URLField", "ArrayField", "FileField", "ImageField", "FilePathField", "HStoreField", "EmailField":
		return f.Choices
	}
	return true
}

// isOfEditors reports whether rows of a model are written by the editors of a content management system.
func isOfEditors(p *check.SourcePass, f *queries.Field) bool {
	if strings.HasPrefix(f.Class, "wagtail.") || strings.HasPrefix(f.Class, "cms.") || strings.HasPrefix(f.Class, "djangocms_text") {
		return true
	}
	return slices.ContainsFunc(p.Project.Code.Ancestors(f.Model.Class), func(a string) bool {
		return strings.HasPrefix(a, "wagtail.") || strings.HasPrefix(a, "cms.models.")
	})
}
