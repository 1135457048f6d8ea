package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// gate is the first entry of MIDDLEWARE that can keep strangers out of every view, "" when there is none. Those of Django and of packages that
// are known to let strangers pass are left out, and LoginRequiredMiddleware, which guards each view by itself.
func (i *Interpreter) gate(session *eval.Session) string {
	for _, e := range i.setting("MIDDLEWARE").Elems() {
		name, ok := e.AsStr()
		if !ok || strings.HasPrefix(name, "django.") {
			continue
		}
		if lower := strings.ToLower(name); strings.Contains(lower, "loginrequired") || strings.Contains(lower, "login_required") || strings.HasPrefix(lower, "stronghold.") {
			return name
		}
		at := strings.LastIndexByte(name, '.')
		if at < 0 {
			continue
		}
		if i.keepsOut(session.Import(name[:at]).Module.Attr(name[at+1:])) {
			return name
		}
	}
	return ""
}

// keepsOut reports whether the text of a middleware looks at the user and can answer in the place of the view.
func (i *Interpreter) keepsOut(v eval.Value) bool {
	user, refuses := false, false
	read := func(body []syntax.Stmt) {
		syntax.InspectBody(body, func(n syntax.Node) bool {
			word := ""
			switch n := n.(type) {
			case *syntax.Attribute:
				word = n.Attr
				user = user || word == "user" || word == "is_authenticated" || word == "is_anonymous"
			case *syntax.Name:
				word = n.ID
			}
			switch word {
			case "redirect", "HttpResponseRedirect", "redirect_to_login", "login_required", "LOGIN_URL":
				refuses = true
			}
			refuses = refuses || word != "" && strings.Contains(refusals(), " "+word+" ")
			return true
		})
	}
	if v.Kind() == eval.Class {
		for _, k := range v.MRO() {
			if d, ok := k.Definition(); ok && d.Class != nil {
				read(d.Class.Body)
			}
		}
	} else if d, ok := v.Definition(); ok && d.Function != nil {
		read(d.Function.Body)
	}
	return user && refuses
}

// behindGate makes it unknown whether strangers reach a view, where a middleware can keep them out before it.
func (i *Interpreter) behindGate(e *Endpoint) {
	for method, a := range e.Policy.Access {
		if a.Anyone == eval.Yes && i.gated != "" {
			e.setAccess(method, Access{eval.Maybe, "the middleware " + i.gated + " looks at who calls"})
		}
	}
}
