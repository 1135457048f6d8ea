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
		if v := session.Import(name[:at]).Module.Attr(name[at+1:]); i.keepsOut(v) && !i.passesOn(session, v) {
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
			case *syntax.Call:
				refuses = refuses || refusingStatus(n)
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

// refusingStatus reports whether a call makes an answer with the status 401 or 403: HttpResponse("...", status=401).
func refusingStatus(c *syntax.Call) bool {
	for _, k := range c.Keywords {
		if v, ok := k.Value.(*syntax.Constant); ok && k.Name == "status" && v.Kind == syntax.Int && (v.Value == "401" || v.Value == "403") {
			return true
		}
	}
	return false
}

// passesOn reports whether a middleware hands a request of a stranger on to the view in every way in which its code can go.
func (i *Interpreter) passesOn(session *eval.Session, v eval.Value) bool {
	reached := eval.NewObject(eval.NewClass(eval.NativeClass{Name: "django.http.response.HttpResponse", Partial: true}), nil)
	hooks := v.Kind() == eval.Class && !v.Attr("__call__").IsValid()
	trials, whole := session.Try(4*maxWays, func(c *eval.Call) eval.Value {
		r := i.newRequest(request{user: i.stranger()})
		next := eval.NewNative("get_response", func(*eval.Call) eval.Value { return reached })
		if !hooks {
			return c.Call(c.Call(v, next), r)
		}
		self := eval.NewObject(v, nil)
		self.SetField("get_response", next)
		for _, name := range []string{"process_request", "process_view"} {
			hook := v.Attr(name)
			if _, own := hook.Definition(); !own {
				continue
			}
			args := []eval.Value{r}
			if name == "process_view" {
				args = append(args, c.Unknown("a view"), eval.MakeTuple(), eval.MakeDict())
			}
			if answer := c.Call(c.GetAttr(self, name), args...); answer.Kind() != eval.None {
				return answer
			}
		}
		return reached
	})
	for _, t := range trials {
		if t.Failure != nil || t.GivenUp != "" || !eval.Same(t.Result, reached) {
			return false
		}
	}
	return whole && len(trials) > 0
}

// behindGate makes it unknown whether strangers reach a view, where a middleware can keep them out before it.
func (i *Interpreter) behindGate(e *Endpoint) {
	for method, a := range e.Policy.Access {
		if a.Anyone == eval.Yes && i.gated != "" {
			e.setAccess(method, Access{eval.Maybe, "the middleware " + i.gated + " looks at who calls"})
		}
	}
}
