package access

import (
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/python/syntax"
)

// Asks reports whether a body may ask who is there before it goes on: it uses the user for more than noting it, speaks of permissions, or
// hands the request to code that is not followed.
func Asks(f *flow.Function) bool {
	a := asker{}
	syntax.InspectBody(f.Body, a.visit)
	return a.found
}

// asker looks for such a question.
type asker struct{ found bool }

func (a *asker) visit(n syntax.Node) bool {
	if a.found {
		return false
	}
	switch n := n.(type) {
	case *syntax.Assign:
		return a.assign(n)
	case *syntax.Name:
		a.found = isQuestion(n.ID)
	case *syntax.Attribute:
		if isLoginTest(n) {
			return false
		}
		a.found = n.Attr == "user" || n.Attr == "session" || isQuestion(n.Attr)
	case *syntax.Call:
		return a.call(n)
	case *syntax.Constant:
		a.found = n.Kind == syntax.Str && isQuestion(n.Value)
	case *syntax.FunctionDef, *syntax.ClassDef:
		return true
	}
	return !a.found
}

// assign is `order.user = request.user`, which notes the user and asks nothing.
func (a *asker) assign(s *syntax.Assign) bool {
	if len(s.Targets) == 1 && isRequestUser(s.Value) {
		if _, ok := s.Targets[0].(*syntax.Attribute); ok {
			return false
		}
	}
	return true
}

// call goes into a call. What makes a row or a page may be given the user; what else gets the request may ask.
func (a *asker) call(c *syntax.Call) bool {
	name := flow.LastName(c.Func)
	if isQuestion(name) {
		a.found = true
		return false
	}
	if name == "create" || name == "save" {
		syntax.Inspect(c.Func, a.visit)
		for _, k := range c.Keywords {
			if !isRequestUser(k.Value) {
				syntax.Inspect(k.Value, a.visit)
			}
		}
		return false
	}
	if !takesRequestHarmlessly(c, name) {
		for _, e := range c.Args {
			a.found = a.found || isRequest(e)
		}
		for _, k := range c.Keywords {
			a.found = a.found || isRequest(k.Value)
		}
	}
	return !a.found
}

func isRequest(e syntax.Expr) bool {
	switch flow.Path(e) {
	case "request", "self.request", "self":
		_, call := e.(*syntax.Call)
		return !call
	}
	return false
}

func isRequestUser(e syntax.Expr) bool {
	a, ok := e.(*syntax.Attribute)
	return ok && a.Attr == "user" && isRequest(a.Value)
}

// isLoginTest is request.user.is_authenticated.
func isLoginTest(a *syntax.Attribute) bool {
	return (a.Attr == "is_authenticated" || a.Attr == "is_anonymous") && isRequestUser(a.Value)
}

// takesRequestHarmlessly reports whether a function that gets the request asks for nothing.
func takesRequestHarmlessly(c *syntax.Call, name string) bool {
	switch name {
	case "render", "TemplateResponse", "get_current_site", "super", "success", "error", "warning", "info", "debug", "add_message",
		"get", "post", "put", "patch", "delete", "dispatch", "form_valid", "form_invalid", "get_context_data":
		return true
	}
	return strings.HasSuffix(name, "Form") || strings.HasSuffix(name, "Serializer")
}

// isQuestion reports whether a word speaks of rights, or of a key that cannot be guessed.
func isQuestion(word string) bool {
	if len(word) > 80 || strings.ContainsAny(word, " <") {
		return false
	}
	lower := strings.ToLower(word)
	for _, part := range []string{"perm", "forbidden", "is_staff", "superuser", "is_admin", "isadmin", "allowed", "authoriz", "authoris",
		"owner", "tenant", "organization", "organisation", "token", "signature", "secret", "hmac", "webhook", "check_", "verify", "restrict", "visible",
		"can_", "guard", "policy", "role", "current_user", "for_user", "belongs", "access", "member", "session", "uuid"} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}
