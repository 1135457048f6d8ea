package errors

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/templates"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// handler is what is known of handler404 or handler500 of the URLconf.
type handler struct {
	status string   // "404"
	own    eval.Tri // whether the URLconf names a view that is not Django's own
	doubt  string   // why it is not known whether the view answers well; "" when it does
	wrong  string   // the status with which the view answers instead, "" when none is known
	at     source.Span
	// page is the template that it renders, broken how that fails; nil where it does not, or is not known to.
	page   string
	broken *templates.Rendering
}

func (h handler) finding() check.Finding {
	return check.Finding{
		Severity: check.Recommended,
		Message: "handler" + h.status + " answers with the status " + h.wrong + " in place of " + h.status +
			", so search engines, caches and monitoring take the error for a page; pass status=" + h.status,
		At: h.at,
	}
}

// errorHandler looks at the handler of a status in the module of ROOT_URLCONF, the only place where Django looks for it
// (django/urls/resolvers.py, resolve_error_handler).
func errorHandler(p *check.SourcePass, w *django.World, set *templates.Set, status string) handler {
	h := handler{status: status, own: eval.No}
	urlconf := w.Get("ROOT_URLCONF")
	module, known := urlconf.Value.AsStr()
	if !known {
		h.own, h.doubt = eval.Maybe, check.Doubt(w, urlconf)
		return h
	}
	name := "handler" + status
	m, found := p.Project.Code.Module(module)
	if !found {
		h.own, h.doubt = eval.Maybe, "the URLconf "+module+" is not among the project's modules, so whether it names "+name+" is not known"
		return h
	}
	d, defined := p.Project.Code.Define(module + "." + name)
	if !defined {
		if outside := starImport(p, m); outside != "" {
			h.own, h.doubt = eval.Maybe, "the URLconf takes all names of "+outside+", which may have "+name
		}
		return h
	}
	view, dotted := handlerView(p.Project.Code, d)
	if strings.HasPrefix(dotted, "django.") {
		return h
	}
	h.own = eval.Yes
	h.judge(p.Project.Code, view)
	if h.wrong == "" && h.doubt == "" {
		h.render(p, w, set, view)
	}
	return h
}

// starImport is the module outside the project of which a module takes all names, "" without one.
func starImport(p *check.SourcePass, m *project.CodeModule) string {
	for _, i := range m.Imports {
		if from, all := strings.CutSuffix(i.Dotted, ".*"); all && !p.Project.Code.Owns(from) && !strings.HasPrefix(from, "django.") {
			return from
		}
	}
	return ""
}

// handlerView follows the definition of a handler to the view that it names, by a string or a name.
func handlerView(code *project.Code, d project.Definition) (view project.Definition, dotted string) {
	if d.Outside != "" {
		return project.Definition{}, d.Outside
	}
	assign, ok := d.Other.(*syntax.Assign)
	if !ok {
		return d, ""
	}
	if text, ok := assign.Value.(*syntax.Constant); ok && text.Kind == syntax.Str {
		dotted = text.Value
	} else {
		dotted = code.Refer(d.Module, assign.Value)
	}
	view, _ = code.Define(dotted)
	if view.Outside != "" {
		return project.Definition{}, view.Outside
	}
	return view, dotted
}

// judge reads the statuses with which the view answers.
func (h *handler) judge(code *project.Code, view project.Definition) {
	f := view.Function
	if f == nil || !plainDecorators(code, view) {
		h.doubt = "what the view of handler" + h.status + " answers is not known: it is not a function of the project without decorators"
		return
	}
	returns, setsStatus := returnsOf(f)
	right := len(returns) > 0
	for _, r := range returns {
		status := ""
		if !setsStatus {
			status = answeredStatus(code, view.Module, r.Value)
		}
		if status != "" && status != h.status {
			h.wrong, h.at = status, view.Module.Syntax.Span(r)
			return
		}
		right = right && status == h.status
	}
	if !right {
		h.doubt = "the status with which the view of handler" + h.status + " answers could not be followed"
	}
}

// plainDecorators reports whether all decorators of a view are Django's, which leave its answer alone.
func plainDecorators(code *project.Code, view project.Definition) bool {
	for _, d := range view.Function.Decorators {
		if c, ok := d.(*syntax.Call); ok {
			d = c.Func
		}
		if !strings.HasPrefix(code.Refer(view.Module, d), "django.views.decorators.") {
			return false
		}
	}
	return true
}

// render looks at the page that the view renders, and at what the view and the context processors ask before.
func (h *handler) render(p *check.SourcePass, w *django.World, set *templates.Set, view project.Definition) {
	f := p.Project.Flow().Function(view.Function)
	if f == nil {
		h.doubt = "the view of handler" + h.status + " could not be read"
		return
	}
	server := h.status == "500"
	if server && f.Mentions("objects", "user", "session") {
		h.doubt = "the view of handler500 may ask the database"
		return
	}
	pages, all := pagesOf(p.Project.Code, view)
	if !all {
		h.doubt = "what the view of handler" + h.status + " renders could not be followed"
		return
	}
	for _, name := range pages {
		page, ok := set.Find(name)
		if !ok {
			h.doubt = name + ", which the view of handler" + h.status + " renders, was not found"
			return
		}
		switch r := set.RendersIn(page, rendering(p, true, server)); r.Renders {
		case eval.No:
			h.page, h.broken = name, &r
			return
		case eval.Maybe:
			if server {
				h.doubt = "whether " + name + " renders when something is broken is not known: " + r.Doubt
				return
			}
		}
	}
	if server && len(pages) > 0 {
		if why := processorsDoubt(p, w); why != "" {
			h.doubt = "whether the page of handler500 renders when the database is broken is not known: " + why
		}
	}
}

// pagesOf are the templates that the view's answers are made of; all is false where one is not known.
func pagesOf(code *project.Code, view project.Definition) (names []string, all bool) {
	returns, _ := returnsOf(view.Function)
	for _, r := range returns {
		call, ok := r.Value.(*syntax.Call)
		if !ok {
			return nil, false
		}
		switch dotted := code.Refer(view.Module, call.Func); dotted {
		case "django.shortcuts.render", "django.template.response.TemplateResponse":
			if len(call.Args) < 2 {
				return nil, false
			}
			name, ok := call.Args[1].(*syntax.Constant)
			if !ok {
				return nil, false
			}
			names = append(names, name.Value)
		default:
			if status, _ := responseStatus(dotted); status == "" || len(call.Args) > 0 && !isText(call.Args[0]) {
				return nil, false
			}
		}
	}
	return names, true
}

// isText reports whether an expression is a constant, or a dictionary or list of constants.
func isText(e syntax.Expr) bool {
	constant := true
	syntax.Inspect(e, func(n syntax.Node) bool {
		switch n.(type) {
		case *syntax.Constant, *syntax.Dict, *syntax.List, *syntax.Tuple:
		default:
			constant = false
		}
		return constant
	})
	return constant
}

// returnsOf are the return statements of a function itself; setsStatus says that it may change a response's status.
func returnsOf(f *syntax.FunctionDef) (returns []*syntax.Return, setsStatus bool) {
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef, *syntax.ClassDef, *syntax.Lambda:
			return false
		case *syntax.Attribute:
			setsStatus = setsStatus || n.Attr == "status_code"
		case *syntax.Return:
			returns = append(returns, n)
		}
		return true
	})
	return returns, setsStatus
}

// answeredStatus is the status of the response that an expression makes, "" when it is not known.
func answeredStatus(code *project.Code, m *project.CodeModule, e syntax.Expr) string {
	call, ok := e.(*syntax.Call)
	if !ok {
		return ""
	}
	status, positional := responseStatus(code.Refer(m, call.Func))
	for _, k := range call.Keywords {
		switch k.Name {
		case "", "permanent": // redirect(..., permanent=True) answers with 301
			return ""
		case "status":
			if n, ok := k.Value.(*syntax.Constant); ok && n.Kind == syntax.Int && status != "" {
				return n.Value
			}
			return ""
		}
	}
	for _, a := range call.Args {
		if _, spread := a.(*syntax.Starred); spread {
			return ""
		}
	}
	if status == "200" && len(call.Args) > positional {
		return ""
	}
	return status
}

// responseStatus is the status of Django's response classes and shortcuts, "" for others; positional is how many arguments they take
// before one that may be the status (django/http/response.py, django/shortcuts.py, django/template/response.py).
func responseStatus(dotted string) (status string, positional int) {
	base := dotted[strings.LastIndexByte(dotted, '.')+1:]
	switch strings.TrimSuffix(dotted, "."+base) {
	case "django.shortcuts":
		switch base {
		case "render":
			return "200", 4
		case "redirect":
			return "302", 0
		}
	case "django.http", "django.http.response":
		switch base {
		case "HttpResponse":
			return "200", 2
		case "JsonResponse":
			return "200", 4
		case "HttpResponseNotFound":
			return "404", 0
		case "HttpResponseServerError":
			return "500", 0
		case "HttpResponseRedirect":
			return "302", 0
		}
	case "django.template.response":
		switch base {
		case "TemplateResponse":
			return "200", 4
		}
	}
	return "", 0
}
