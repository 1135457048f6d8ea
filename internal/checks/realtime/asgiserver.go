package realtime

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func asgiServer() check.Check {
	return check.Check{
		ID: "realtime/asgi-server", Severity: check.Critical, Source: answerASGIServer,
		Doc: check.Doc{
			Title: "What keeps connections open is served by an ASGI server",
			Why: `A WSGI server answers a request and is done: it cannot take a WebSocket at all, whatever the routing in asgi.py says, and the browser sees the handshake fail. An async view does run under WSGI, each in an event loop of its own and in a worker that nobody else has meanwhile: a hundred clients that wait for events take a hundred workers.

One process for everything is the simplest. Two, one for WSGI and one for what stays open, keep slow synchronous code away from the sockets, and need a proxy that tells the paths apart.`,
			Fix:    "Start `uvicorn shop.asgi:application --workers 4`, or `gunicorn -k uvicorn_worker.UvicornWorker shop.asgi:application`, `daphne`, `hypercorn`, or `granian --interface asgi`.",
			Verify: "`curl -si --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' -H 'Origin: https://example.com' https://example.com/ws/` answers 101.",
			Bad:    []check.Example{servedBy("gunicorn's own workers cannot take the sockets of asgi.py.", "gunicorn shop.wsgi --workers 3")},
			Good:   []check.Example{servedBy("uvicorn can.", "uvicorn shop.asgi:application --host 0.0.0.0 --workers 3")},
			References: []check.Reference{
				check.See("Channels: deploying", check.ChannelsDocs+"deploying.html"),
				check.See("Django: async views and performance", check.DjangoDocs+"topics/async/#performance"),
			},
			Triggers: []string{"the ASGI application takes WebSockets, and every web process of production runs a WSGI server", "async views are served by WSGI servers alone"},
		},
	}
}

// servedBy is a project with a WebSocket whose web process runs a command.
func servedBy(note, command string) check.Example {
	e := originExample(note, `AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([path("ws/", Chat.as_asgi())])))`)
	e.Files = append(e.Files, check.ExampleFile{Path: "Procfile", Text: "web: " + command + "\n"})
	return e
}

func answerASGIServer(p *check.SourcePass) check.Answer {
	sockets := p.Project.Sockets()
	views, open := asyncViews(p)
	switch {
	case sockets.Takes != eval.No && sockets.Takes != eval.Yes:
		return check.Unclear("whether the project takes WebSockets is not known: " + sockets.Unknown)
	case sockets.Takes == eval.No && len(views) == 0 && open != "":
		return check.Unclear(open)
	case sockets.Takes == eval.No && len(views) == 0:
		return check.Absent("the project takes no WebSockets and has no async views")
	}
	what := "async views"
	if sockets.Takes == eval.Yes {
		what = "WebSockets"
	}
	var wsgi []*deploy.Process
	doubt := ""
	for _, process := range check.Running(p, deploy.Web) {
		s, ok := process.Server()
		if !ok {
			doubt = "what " + process.Artefact + " serves with is not known"
			continue
		}
		if deploy.DevelopmentServer(s.Command.Argv) != "" {
			continue // another check speaks of it
		}
		switch yes, known := s.ASGI(); {
		case yes:
			return check.Passed(fmt.Sprintf("%s serves %s (%s)", s.Program, what, process.Artefact))
		case !known:
			doubt = fmt.Sprintf("whether %s of %s serves by ASGI is not known", s.Program, process.Artefact)
		default:
			wsgi = append(wsgi, process)
		}
	}
	switch {
	case doubt != "":
		return check.Unclear(doubt)
	case len(wsgi) == 0:
		return check.NoProcess(p, deploy.Web)
	}
	s, _ := wsgi[0].Server()
	f := check.Finding{Severity: check.Recommended, At: s.Command.At, Fix: "uvicorn shop.asgi:application"}
	if sockets.Takes == eval.Yes {
		f.Severity = check.Critical
		f.Message = fmt.Sprintf("%s serves by WSGI (%s), and no process of production by ASGI, so no WebSocket ever opens; start an ASGI server", s.Program, wsgi[0].Artefact)
		if !sockets.At.IsZero() {
			f.Related = append(f.Related, check.Related{Message: "WebSockets are taken here", At: sockets.At})
		}
		return check.Failed(f)
	}
	f.Message = fmt.Sprintf("%s serves by WSGI (%s), so each async view holds a worker for as long as it waits; start an ASGI server, or write the view without async", s.Program, wsgi[0].Artefact)
	for _, at := range views[:min(len(views), 3)] {
		f.Related = append(f.Related, check.Related{Message: "an async view", At: at})
	}
	return check.Failed(f)
}

// asyncViews are the views of the URL configuration that are coroutines; open says why there may be more.
func asyncViews(p *check.SourcePass) (list []source.Span, open string) {
	all := p.Project.Routes()
	if all.Unknown != "" {
		open = "whether the project has async views is not known: " + all.Unknown
	}
	for n := range all.Endpoints {
		e := &all.Endpoints[n]
		if isAsync(p, e) && !slices.Contains(list, e.View.At) {
			list = append(list, e.View.At)
		}
	}
	return list, open
}

// isAsync reports whether a view is a coroutine: a function, or a class whose methods for HTTP are.
func isAsync(p *check.SourcePass, e *routes.Endpoint) bool {
	d := e.View.Definition
	if d.Function != nil {
		return d.Function.Async
	}
	if d.Class == nil {
		return false
	}
	c := p.Project.Flow().Class(d.Class)
	if c == nil {
		return false
	}
	for _, m := range c.Methods {
		switch m.Name {
		case "get", "post", "put", "patch", "delete":
			if m.Async {
				return true
			}
		}
	}
	return false
}
