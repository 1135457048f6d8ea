package health

import (
	"net"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Question is a GET as a probe makes it, when it reaches the application.
type Question struct {
	Path string // decoded, without the query: "/healthz/"
	Host string // the Host header without its port; "" for an address that is not known before, such as a pod's
	// Secure says that Django takes the request for one over HTTPS: over TLS, or with the header that SECURE_PROXY_SSL_HEADER names.
	Secure bool
}

// Outcome is what Django answers.
type Outcome struct {
	// Status is the status, or its hundreds where the view decides the rest: 200 for a view that is asked and lets strangers in, 301, 302, 400,
	// 401, 403 (one that a permission sends; it may be 401), 404, 405. 0 where it is not known.
	Status int
	By     Obstacle    // what answers in the place of the view; 0 for the view itself and for 404
	At     source.Span // the setting, the pattern or what asks for a login; zero without a place
	What   string      // what asks for a login or permission, or sends elsewhere, by its name
	To     string      // where a redirect leads: "https", or a path; "" where that is not known
	// Endpoint is the endpoint of the URL configuration that takes the path, nil for none and for one that a middleware or server answers.
	Endpoint *routes.Endpoint
	Health   *Endpoint // the health endpoint, where the path leads to one
	Doubt    string    // says for 0 why
}

// Further obstacles of a question, beside those of Meets.
const (
	ToLogin   Obstacle = iota + 20 // a login or permission is asked for
	Elsewhere                      // the view itself redirects
	NoMethod                       // the view answers no GET
)

// Answer is what Django answers to a question: by its middleware in their order, its URL configuration, and the view.
// Source: SecurityMiddleware, CommonMiddleware, LocaleMiddleware; HttpRequest.get_host and validate_host; URLResolver.resolve.
func (h *Health) Answer(from Sources, q Question) Outcome {
	early, sure := h.early(q.Path)
	if early != nil && !sure {
		return Outcome{Doubt: "whether " + early.Name + " answers " + q.Path + " as it does " + early.Path + " is not known"}
	}
	if early != nil && early.By == Server {
		return Outcome{Status: 200, Health: early}
	}
	for i, entry := range from.Setting("MIDDLEWARE").Elems() {
		if early != nil && i >= early.Entry {
			return Outcome{Status: 200, Health: early}
		}
		name, ok := entry.AsStr()
		if !ok {
			return Outcome{Doubt: "a part of MIDDLEWARE is not known"}
		}
		switch name {
		case securityMiddleware:
			if has, at := redirectsToHTTPS(q.Path, from.Setting); has != eval.No && !q.Secure {
				if has == eval.Maybe {
					return Outcome{Doubt: "whether SECURE_SSL_REDIRECT redirects it is not known"}
				}
				if refused, o := hostRefused(from, q); refused {
					return o
				}
				return Outcome{Status: 301, By: ToHTTPS, At: at, To: "https", What: "SECURE_SSL_REDIRECT"}
			}
		case commonMiddleware:
			if refused, o := hostRefused(from, q); refused {
				return o
			}
			if www := from.Setting("PREPEND_WWW"); www.IsValid() && www.Truth() != eval.No {
				return Outcome{Doubt: "PREPEND_WWW may send it elsewhere"}
			}
		}
	}
	if from.Setting("MIDDLEWARE").IsUnknown() || from.Setting("MIDDLEWARE").IsOpen() {
		return Outcome{Doubt: "MIDDLEWARE is not known in full"}
	}
	return h.resolve(from, q)
}

// early is the endpoint that a server's wrapper or a middleware answers at a path, nil for none; it is not sure where the two differ in the
// slash at the end.
func (h *Health) early(path string) (e *Endpoint, sure bool) {
	for i := range h.Endpoints {
		if e := &h.Endpoints[i]; e.By != View && e.Path != "" && samePath(e.Path, path) {
			return e, strings.TrimSuffix(e.Path, "?") == path
		}
	}
	return nil, false
}

// hostRefused reports whether the Host is compared with ALLOWED_HOSTS and not found there, or that this is not known.
func hostRefused(from Sources, q Question) (refused bool, o Outcome) {
	hosts := from.Setting("ALLOWED_HOSTS")
	switch HostAllowed(hosts, q.Host, from.Setting("DEBUG")) {
	case eval.No:
		return true, Outcome{Status: 400, By: HostRefuse, At: hosts.At(), What: "ALLOWED_HOSTS"}
	case eval.Maybe:
		return true, Outcome{Doubt: "whether ALLOWED_HOSTS has the Host of the probe is not known", By: HostRefuse}
	}
	if from.Setting("USE_X_FORWARDED_HOST").Truth() == eval.Maybe {
		return true, Outcome{Doubt: "USE_X_FORWARDED_HOST is not known"}
	}
	return false, o
}

// HostAllowed reports whether a Host without port passes ALLOWED_HOSTS; "" stands for an address that nobody knows before, which an asterisk
// alone lets through. debug is DEBUG: with it on, an empty list allows the machine's own names (django/http/request.py).
func HostAllowed(hosts eval.Value, host string, debug eval.Value) eval.Tri {
	answer := eval.No
	if hosts.IsUnknown() || hosts.IsOpen() {
		answer = eval.Maybe
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	list := hosts.Elems()
	for _, e := range list {
		pattern, ok := e.AsStr()
		pattern = strings.ToLower(pattern)
		switch {
		case !ok:
			answer = eval.Maybe
		case pattern == "*", host != "" && (pattern == host || strings.HasPrefix(pattern, ".") && (strings.HasSuffix(host, pattern) || host == pattern[1:])):
			return eval.Yes
		case host == "" && net.ParseIP(strings.Trim(pattern, "[]")) != nil && !loopback(pattern):
			answer = eval.Maybe // the address of one machine
		}
	}
	if len(list) == 0 && answer == eval.No && debug.Truth() != eval.No {
		if host == "localhost" || strings.HasSuffix(host, ".localhost") || loopback(host) {
			return debug.Truth()
		}
	}
	return answer
}

func loopback(text string) bool {
	ip := net.ParseIP(strings.Trim(text, "[]"))
	return ip != nil && ip.IsLoopback()
}

// resolve is what the URL configuration and the view answer.
func (h *Health) resolve(from Sources, q Question) Outcome {
	if from.Routes == nil {
		return Outcome{Doubt: "the URL configuration is not known"}
	}
	if from.Setting("FORCE_SCRIPT_NAME").Truth() != eval.No {
		return Outcome{Doubt: "FORCE_SCRIPT_NAME moves the paths"}
	}
	m := from.Routes.Find(q.Path)
	switch {
	case m.Unknown != "":
		return h.byList(q, m)
	case m.Endpoint != nil:
		return h.view(from, m.Endpoint, q)
	}
	return h.notFound(from, q)
}

// byList takes the health endpoint that was found at a path where the match itself is not certain.
func (h *Health) byList(q Question, m routes.Match) Outcome {
	for i := range h.Endpoints {
		if e := &h.Endpoints[i]; e.By == View && strings.TrimSuffix(e.Path, "?") == q.Path && e.Package != "" {
			return e.outcome()
		}
	}
	return Outcome{Doubt: m.Unknown}
}

// outcome is what a health endpoint answers.
func (e *Endpoint) outcome() Outcome {
	o := Outcome{Status: 200, Health: e, Endpoint: e.Route}
	switch {
	case e.Login.Has == eval.Yes:
		o.Status, o.By, o.At, o.What = 302, ToLogin, e.Login.At, e.Login.What
		if e.Route != nil && e.Route.View.Kind.REST() {
			o.Status = 403
		}
	case e.Redirect.Has == eval.Yes:
		o.Status, o.By, o.At, o.What = 302, Elsewhere, e.Redirect.At, e.Redirect.What
	case e.Login.Has == eval.Maybe:
		return Outcome{Doubt: "whether " + e.Path + " asks for a login is not known: " + e.Login.What, Health: e, Endpoint: e.Route}
	case e.Redirect.Has == eval.Maybe:
		return Outcome{Doubt: "whether " + e.Path + " redirects is not known: " + e.Redirect.What, Health: e, Endpoint: e.Route}
	}
	return o
}

// notFound is what becomes of a path that no pattern takes: CommonMiddleware may add a slash, LocaleMiddleware a language.
func (h *Health) notFound(from Sources, q Question) Outcome {
	middleware := from.Setting("MIDDLEWARE")
	has := func(class string) bool { return middleware.Contains(class) == eval.Yes }
	slashed := !strings.HasSuffix(q.Path, "/") && from.Setting("APPEND_SLASH").Truth() != eval.No && has(commonMiddleware)
	if slashed {
		switch m := from.Routes.Find(q.Path + "/"); {
		case m.Unknown != "":
			return Outcome{Doubt: m.Unknown}
		case m.Endpoint != nil && from.Setting("APPEND_SLASH").Truth() == eval.Maybe:
			return Outcome{Doubt: "APPEND_SLASH is not known"}
		case m.Endpoint != nil:
			return Outcome{Status: 301, By: ToSlash, At: m.Endpoint.At, To: q.Path + "/", What: "APPEND_SLASH", Endpoint: m.Endpoint}
		}
	}
	language, known := from.Setting("LANGUAGE_CODE").AsStr()
	if has(localeMiddleware) && !known {
		return Outcome{Doubt: "LANGUAGE_CODE is not known"}
	}
	if has(localeMiddleware) {
		for _, path := range []string{q.Path, q.Path + "/"} {
			if m := from.Routes.Find("/" + language + path); m.Unknown == "" && m.Endpoint != nil && m.Endpoint.Localized && (path == q.Path || slashed) {
				return Outcome{Status: 302, By: ToLanguage, At: m.Endpoint.At, What: "LocaleMiddleware", Endpoint: m.Endpoint}
			}
		}
	}
	return Outcome{Status: 404}
}

// view is what the view of an endpoint answers to somebody who is not logged in.
func (h *Health) view(from Sources, route *routes.Endpoint, q Question) Outcome {
	for i := range h.Endpoints {
		if e := &h.Endpoints[i]; e.Route == route && (route.Package == "" || strings.TrimSuffix(e.Path, "?") == q.Path) {
			return e.outcome()
		}
	}
	o := Outcome{Status: 200, Endpoint: route}
	switch {
	case route.View.Kind == routes.AdminSite && strings.HasSuffix(strings.TrimSuffix(q.Path, "/"), "/login"):
		return o
	case len(route.Policy.Guards) > 0:
		o.Status, o.By, o.What, o.At = 302, ToLogin, route.Policy.Guards[0], guardAt(route, route.Policy.Guards[0])
		return o
	case route.View.Name == "django.views.generic.base.RedirectView" || route.View.Is("django.views.generic.base.RedirectView"):
		o.Status, o.By, o.What, o.At = 302, Elsewhere, "RedirectView", route.At
		return o
	}
	if route.View.Kind.REST() {
		switch t := permissionOf(route.Policy.Permissions); t.Has {
		case eval.Yes:
			o.Status, o.By, o.What, o.At = 403, ToLogin, t.What, t.At
			return o
		case eval.Maybe:
			return Outcome{Doubt: "what " + route.Path() + " asks for is not known: " + t.What, Endpoint: route}
		}
	}
	if route.Methods != nil && route.MethodsUnknown == "" && !answersGet(route) {
		o.Status, o.By, o.At = 405, NoMethod, route.At
		return o
	}
	if route.Unknown != "" || route.Package != "" && route.View.Name == "" {
		return Outcome{Doubt: "what " + route.Path() + " answers is not known: " + firstOf(route.Unknown, route.Package), Endpoint: route}
	}
	read := (&finder{Sources: from, health: &Health{}}).ofView(route, Either)
	if o := read.outcome(); o.Status != 200 {
		o.Health, o.Endpoint = nil, route
		return o
	}
	return o
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
