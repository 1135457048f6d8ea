package routes

import (
	"fmt"
	"strings"

	"gonogo/internal/python/eval"
)

// Access tells whether a stranger, somebody who is not logged in, is let in.
type Access struct {
	Anyone eval.Tri
	// Why says what lets a stranger in, keeps one out, or is not known.
	Why string
}

// anonymousUser is the class of the user of a request without a login. Source: django/contrib/auth/models.py.
func (i *Interpreter) anonymousUser() eval.Value {
	if i.anonymous.IsValid() {
		return i.anonymous
	}
	no := eval.MakeBool(false)
	may := func(c *eval.Call, _ eval.Value) eval.Value {
		if i.grantsToStrangers() {
			return c.Unknown("what an authentication backend grants to strangers")
		}
		return no
	}
	empty := func(c *eval.Call, _ eval.Value) eval.Value { return c.Unknown("an empty queryset") }
	i.anonymous = eval.NewClass(eval.NativeClass{Name: "django.contrib.auth.models.AnonymousUser",
		Attrs: map[string]eval.Value{"id": eval.MakeNone(), "pk": eval.MakeNone(), "username": eval.MakeStr(""), "is_staff": no, "is_active": no,
			"is_superuser": no, "is_authenticated": no, "is_anonymous": eval.MakeBool(true)},
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{"has_perm": may, "has_perms": may, "has_module_perms": may,
			"get_username": func(*eval.Call, eval.Value) eval.Value { return eval.MakeStr("") },
			"__str__":      func(*eval.Call, eval.Value) eval.Value { return eval.MakeStr("AnonymousUser") }},
		Properties: map[string]func(*eval.Call, eval.Value) eval.Value{"groups": empty, "user_permissions": empty},
	})
	return i.anonymous
}

// grantsToStrangers reports whether an authentication backend can give permissions to an anonymous user. Django's own give none.
func (i *Interpreter) grantsToStrangers() bool {
	backends := i.setting("AUTHENTICATION_BACKENDS")
	if backends.IsUnknown() || backends.IsOpen() {
		return true
	}
	for _, b := range backends.Elems() {
		name, ok := b.AsStr()
		if !ok || !strings.HasPrefix(name, "django.contrib.auth.backends.") && !strings.HasPrefix(name, "allauth.") &&
			!strings.HasPrefix(name, "axes.") && !strings.HasPrefix(name, "social_core.") {
			return true
		}
	}
	return false
}

// stranger is a user who is not logged in.
func (i *Interpreter) stranger() eval.Value { return eval.NewObject(i.anonymousUser(), nil) }

// accessOfREST fills who may call a view of Django REST framework, by method. permissions gives the permissions of one request, in a call.
func (i *Interpreter) accessOfREST(e *Endpoint, view func(request) eval.Value, permissions func(c *eval.Call, view eval.Value) eval.Value) {
	for _, m := range accessMethods(e) {
		q := request{method: m, user: i.stranger()}
		trials, whole := i.session.Try(maxWays, func(c *eval.Call) eval.Value {
			self := view(q)
			return letsIn(c, c.GetAttr(self, "request"), self, permissions(c, self))
		})
		e.setAccess(m, verdict(trials, whole))
	}
}

// accessMethods are the methods of which access is told: "" when they are not known or any.
func accessMethods(e *Endpoint) []string {
	if e.Methods == nil || e.MethodsUnknown != "" {
		return []string{""}
	}
	return e.Methods
}

func (e *Endpoint) setAccess(method string, a Access) {
	if e.Policy.Access == nil {
		e.Policy.Access = map[string]Access{}
	}
	e.Policy.Access[method] = a
}

// letsIn is what APIView.check_permissions comes to: True when it lets the request in, False when it does not, Unknown with a reason.
func letsIn(c *eval.Call, request, view, permissions eval.Value) eval.Value {
	if permissions.IsUnknown() {
		return permissions
	}
	doubt := eval.Value{}
	for _, p := range c.Iterate(permissions) {
		name, unknown := instanceName(p)
		if unknown != "" {
			doubt = c.Unknown(unknown)
			continue
		}
		if asksForCredentials(name) {
			return eval.MakeStr(last(name))
		}
		has, ok := c.FindAttr(p, "has_permission")
		if !ok {
			doubt = c.Unknown(name + " has no has_permission")
			continue
		}
		switch v := c.Call(has, request, view); v.Truth() {
		case eval.No:
			return eval.MakeStr(last(name))
		case eval.Maybe:
			doubt = c.Unknown("what " + last(name) + " lets in")
		}
	}
	if doubt.IsValid() {
		return doubt
	}
	return eval.MakeBool(true)
}

// asksForCredentials reports whether a class of permission of a package lets no stranger in.
// Source: oauth2_provider/contrib/rest_framework/permissions.py, rest_framework_api_key/permissions.py, and so on.
func asksForCredentials(name string) bool {
	switch {
	case strings.HasPrefix(name, "oauth2_provider.") && (strings.Contains(name, "TokenHas") || strings.HasSuffix(name, ".IsAuthenticatedOrTokenHasScope")),
		strings.HasPrefix(name, "rest_framework_api_key.permissions.HasAPIKey"),
		strings.HasPrefix(name, "dj_rest_auth.") && strings.HasSuffix(name, ".IsAuthenticated"):
		return true
	}
	return false
}

// verdict joins what the ways of a call come to.
func verdict(trials []eval.Trial, whole bool) Access {
	if !whole {
		return Access{eval.Maybe, "the permissions decide in more ways than are followed"}
	}
	open, closed, why := 0, 0, ""
	for _, t := range trials {
		switch {
		case t.GivenUp != "":
			return Access{eval.Maybe, "the permissions were given up after " + t.GivenUp}
		case t.Failure != nil && refuses(t.Failure.Class):
			closed, why = closed+1, last(t.Failure.Class)
		case t.Failure != nil:
			return Access{eval.Maybe, fmt.Sprintf("the permissions raise %s: %s", t.Failure.Class, t.Failure.Message)}
		case t.Result.IsUnknown():
			return Access{eval.Maybe, t.Result.Reason()}
		case t.Result.Kind() == eval.Str:
			closed++
			why, _ = t.Result.AsStr()
		default:
			open++
		}
	}
	switch {
	case closed == 0 && open > 0:
		return Access{eval.Yes, ""}
	case open == 0 && closed > 0:
		return Access{eval.No, why}
	}
	return Access{eval.Maybe, strings.TrimPrefix(conditionsOf(trials), " by ")}
}

// refuses reports whether an exception is an answer that keeps a stranger out.
func refuses(class string) bool {
	if strings.HasPrefix(class, ninjaPath+"errors.") {
		return true
	}
	switch last(class) {
	case "PermissionDenied", "NotAuthenticated", "AuthenticationFailed", "Http404", "NotFound", "MethodNotAllowed", "Throttled":
		return true
	}
	return false
}

// Anyone reports whether a stranger is let in by one of the methods.
func (e *Endpoint) Anyone() eval.Tri {
	result := eval.No
	if e.Policy.Access == nil {
		return eval.Maybe
	}
	for _, a := range e.Policy.Access {
		switch a.Anyone {
		case eval.Yes:
			return eval.Yes
		case eval.Maybe:
			result = eval.Maybe
		}
	}
	return result
}

// StrangersChange reports whether a stranger is let in by a method that changes something; Maybe where the view answers any method.
func (e *Endpoint) StrangersChange() eval.Tri {
	if e.Changes() == eval.No {
		return eval.No
	}
	result := eval.No
	for method, a := range e.Policy.Access {
		switch method {
		case "POST", "PUT", "PATCH", "DELETE":
			if a.Anyone == eval.Yes {
				return eval.Yes
			}
		case "":
			if a.Anyone != eval.No {
				result = eval.Maybe
			}
		}
	}
	return result
}
