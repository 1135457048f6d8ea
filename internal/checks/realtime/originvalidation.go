package realtime

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// routed is an asgi.py whose WebSockets go through a stack.
func routed(stack string) string {
	return `from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

from shop.consumers import Chat

application = ProtocolTypeRouter({
    "http": get_asgi_application(),
    "websocket": ` + stack + `,
})
`
}

func originExample(note, stack string) check.Example {
	return check.Project(note, "settings.py", "INSTALLED_APPS = [\"channels\"]\nASGI_APPLICATION = \"shop.asgi.application\"\n", "shop/__init__.py", "", "shop/asgi.py", routed(stack),
		"shop/consumers.py", "from channels.generic.websocket import WebsocketConsumer\n\n\nclass Chat(WebsocketConsumer):\n    pass\n",
		"requirements.txt", "Django==5.2.8\nchannels==4.2.2\nchannels-redis==4.2.1\n")
}

func originValidation() check.Check {
	return check.Check{
		ID: "realtime/origin-validation", Severity: check.Critical, Source: answerOriginValidation,
		Doc: check.Doc{
			Title: "WebSockets are accepted from the site's own pages only",
			Why: `A browser lets every page open a WebSocket to every site, and sends the cookies of that site with it. CSRF tokens and the same-origin rule do not apply. Without a look at the Origin header a page elsewhere opens a socket in the name of the user who visits it, and reads and sends all that the user may.

The SameSite attribute of the session's cookie (Lax unless SESSION_COOKIE_SAMESITE says otherwise) keeps other sites out in current browsers; a page on another subdomain, or a cookie that is sent to every site, gets through.

The validator refuses clients without a browser only where they send a foreign Origin; one that sends none is refused as well, unless "*" is allowed.`,
			Fix:    "Wrap the stack in asgi.py: `\"websocket\": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([...])))`.",
			Verify: "`curl -si --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' -H 'Origin: https://evil.example' https://example.com/ws/` answers 403.",
			Bad: []check.Example{
				originExample("The user's session is enough, whichever page opens the socket.", `AuthMiddlewareStack(URLRouter([path("ws/", Chat.as_asgi())]))`),
			},
			Good: []check.Example{
				originExample("The Origin must be one of ALLOWED_HOSTS.", `AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([path("ws/", Chat.as_asgi())])))`),
			},
			References: []check.Reference{
				check.See("Channels: security, WebSockets", check.ChannelsDocs+"topics/security.html#websockets"),
				check.See("CWE-1385: missing origin validation in WebSockets", "https://cwe.mitre.org/data/definitions/1385.html"),
			},
			Triggers: []string{
				"the websocket application has neither AllowedHostsOriginValidator nor OriginValidator (critical where it reads the session, and the cookie is sent from other sites)",
				"OriginValidator allows every origin",
			},
		},
	}
}

func answerOriginValidation(p *check.SourcePass) check.Answer {
	has, _ := p.Project.Has(project.Channels)
	switch has {
	case eval.No:
		return check.Absent("the project does not use Channels")
	case eval.Maybe:
		return check.Unclear("whether the project uses Channels is not known: not all of its code could be read")
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		module, name, why := application(p, w)
		if why != "" {
			return check.Unclear(why)
		}
		var answer check.Answer
		p.Project.Program().Do(func(session *eval.Session) {
			answer = judgeApplication(session.Import(module), name, crossSite(w))
		})
		return answer
	})
}

// application is where the ASGI application is: what ASGI_APPLICATION names, else the only asgi.py of the project.
func application(p *check.SourcePass, w *django.World) (module, name, why string) {
	s := w.Get("ASGI_APPLICATION")
	if path, ok := s.Value.AsStr(); ok && strings.Contains(path, ".") {
		dot := strings.LastIndexByte(path, '.')
		return path[:dot], path[dot+1:], ""
	}
	for _, e := range p.Project.EntryPoints {
		if e.Kind != project.ASGI || e.File == nil {
			continue
		}
		for _, m := range p.Project.Code.Modules {
			if m.Syntax != nil && m.Syntax.File.Path == e.File.Path && m.Dotted != "" {
				return m.Dotted, "application", ""
			}
		}
	}
	if s.Value.IsUnknown() {
		return "", "", check.Doubt(w, s)
	}
	return "", "", "ASGI_APPLICATION is not set and no asgi.py was found, so the application that takes WebSockets is not known"
}

// judgeApplication looks for a validator in what "websocket" leads to.
func judgeApplication(m eval.Imported, name string, cookies bool) check.Answer {
	app := m.Module.Attr(name)
	if !app.IsValid() {
		return check.Unclear("the ASGI application " + name + " was not found in the module that ASGI_APPLICATION names")
	}
	router := find(app, "ProtocolTypeRouter", 0)
	if !router.IsValid() {
		if app.IsUnknown() {
			return check.Unclear("the ASGI application is made in a way that is not followed")
		}
		return check.Absent("the ASGI application takes no WebSockets")
	}
	table := router.Arg(0, "application_mapping")
	socket, ok := table.Lookup("websocket")
	switch {
	case !ok && (table.IsUnknown() || table.IsOpen()):
		return check.Unclear("the protocols of the ASGI application are not all known")
	case !ok:
		return check.Absent("the ASGI application takes no WebSockets")
	}
	return judgeSocket(socket, router.At(), cookies)
}

// crossSite reports whether browsers send the session's cookie with the requests of other sites: with Lax, Django's default, and Strict they
// do not, and only pages of the same site (another subdomain) open a socket with it.
func crossSite(w *django.World) bool {
	same, ok := w.Get("SESSION_COOKIE_SAMESITE").Value.AsStr()
	return !(ok && (strings.EqualFold(same, "lax") || strings.EqualFold(same, "strict")))
}

// judgeSocket judges the application of WebSockets; at is where the router is made, cookies what crossSite says.
func judgeSocket(socket eval.Value, at source.Span, cookies bool) check.Answer {
	if !socket.At().IsZero() {
		at = socket.At()
	}
	if find(socket, "AllowedHostsOriginValidator", 0).IsValid() {
		return check.Passed("AllowedHostsOriginValidator looks at the Origin of WebSockets")
	}
	if v := find(socket, "OriginValidator", 0); v.IsValid() {
		if v.Arg(1, "allowed_origins").Contains("*") != eval.Yes {
			return check.Passed("OriginValidator looks at the Origin of WebSockets")
		}
		return check.Failed(check.Finding{Severity: check.Recommended, At: v.At(), Fix: "AllowedHostsOriginValidator(...)",
			Message: "OriginValidator allows every origin (\"*\"), so a page elsewhere can open a WebSocket in the name of its visitor; name the site's origins"})
	}
	if own := foreignPart(socket, 0); own != "" {
		return check.Unclear("WebSockets go through " + own + ", which may look at the Origin; it is not read")
	}
	f := check.Finding{
		Severity: check.Recommended, At: at, Fix: `"websocket": AllowedHostsOriginValidator(...)`,
		Message: "WebSockets are accepted from every origin; wrap their application in AllowedHostsOriginValidator",
	}
	session := find(socket, "AuthMiddlewareStack", 0).IsValid() || find(socket, "SessionMiddlewareStack", 0).IsValid() || find(socket, "AuthMiddleware", 0).IsValid()
	switch {
	case session && cookies:
		f.Severity = check.Critical
		f.Message = "WebSockets with the session of the user are accepted from every origin, so a page elsewhere acts in the name of its visitor; wrap their application in AllowedHostsOriginValidator"
	case session:
		f.Message = "WebSockets with the session of the user are accepted from every origin, and only SESSION_COOKIE_SAMESITE keeps other sites out, not other subdomains; wrap their application in AllowedHostsOriginValidator"
	}
	return check.Failed(f)
}

// find is the part of an application, through the arguments of what wraps it, that was made by a class or function of a name.
func find(v eval.Value, name string, depth int) eval.Value {
	if depth > 20 {
		return eval.Value{}
	}
	made, inner := parts(v)
	if made[strings.LastIndexByte(made, '.')+1:] == name {
		return v
	}
	for _, part := range inner {
		if found := find(part, name, depth+1); found.IsValid() {
			return found
		}
	}
	return eval.Value{}
}

// parts are what made a value, as a dotted path, and what that was given.
func parts(v eval.Value) (made string, inner []eval.Value) {
	if s, ok := v.Symbol(); ok && s.Func.IsValid() {
		for _, k := range s.Kwargs {
			inner = append(inner, k.Value)
		}
		return s.Func.Path(), append(inner, s.Args...)
	}
	args, kwargs := v.Args()
	for _, k := range kwargs {
		inner = append(inner, k.Value)
	}
	return v.Class(), append(inner, args...)
}

// foreignPart names a wrapper of the application that is neither Channels' nor known, "" without one.
func foreignPart(v eval.Value, depth int) string {
	made, inner := parts(v)
	last := made[strings.LastIndexByte(made, '.')+1:]
	switch {
	case depth > 20:
		return "more wrappers than are followed"
	case made == "" && v.IsUnknown():
		return "something that is not known"
	case last == "URLRouter" || made == "channels.routing.ChannelNameRouter":
		return ""
	case !strings.HasPrefix(made, "channels."):
		return made
	}
	for _, part := range inner {
		if own := foreignPart(part, depth+1); own != "" {
			return own
		}
	}
	return ""
}
