package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Sockets are the paths at which the ASGI application takes WebSockets through Channels' routing.
type Sockets struct {
	// Takes tells whether the application takes WebSockets at all; Maybe says why in Unknown.
	Takes eval.Tri
	// Paths are the patterns of its URLRouters with their consumers, in the order in which they are tried.
	Paths   []Endpoint
	Unknown string      // why Paths may not be all, "" when they are
	At      source.Span // where the protocols are told apart; zero without
}

// CollectSockets imports a module and lists what its ASGI application routes WebSockets to.
// Source: channels/routing.py (ProtocolTypeRouter, URLRouter).
func (i *Interpreter) CollectSockets(session *eval.Session, module, name string) *Sockets {
	i.session = session
	s := &Sockets{Takes: eval.Maybe}
	var app eval.Value
	session.GoOn(func() {
		i.fillDefaults(session)
		app = session.Import(module).Module.Attr(name)
	})
	if !app.IsValid() {
		s.Unknown = "the ASGI application " + module + "." + name + " was not found"
		return s
	}
	if by := strings.TrimPrefix(maker(app), "django.core."); by == "asgi.get_asgi_application" || by == "handlers.asgi.ASGIHandler" {
		s.Takes = eval.No
		return s
	}
	router := made(app, "ProtocolTypeRouter", 0)
	if !router.IsValid() {
		s.Unknown = "the ASGI application is made in a way that is not followed"
		return s
	}
	s.At = router.At()
	table := router.Arg(0, "application_mapping")
	socket, ok := table.Lookup("websocket")
	switch {
	case !ok && (table.IsUnknown() || table.IsOpen()):
		s.Unknown = "the protocols of the ASGI application are not all known"
		return s
	case !ok:
		s.Takes = eval.No
		return s
	}
	s.Takes = eval.Yes
	inner := made(socket, "URLRouter", 0)
	if !inner.IsValid() {
		s.Unknown = "WebSockets are not routed by a URLRouter that is followed"
		return s
	}
	s.walk(inner.Arg(0, "routes"), nil, 0)
	return s
}

// walk lists the patterns of a URLRouter; a pattern can lead to another router.
func (s *Sockets) walk(list eval.Value, outer []string, depth int) {
	if list.Kind() != eval.List && list.Kind() != eval.Tuple || list.IsOpen() || depth > maxNesting {
		s.Unknown = "the paths of WebSockets are not all known"
	}
	for _, e := range list.Elems() {
		p, ok := e.State().(*pattern)
		if !ok || len(s.Paths) >= maxEndpoints {
			s.Unknown = "a path of WebSockets is not known"
			continue
		}
		patterns := append(append([]string{}, outer...), p.route)
		if inner := made(p.view, "URLRouter", 0); inner.IsValid() {
			s.walk(inner.Arg(0, "routes"), patterns, depth+1)
			continue
		}
		if p.included.IsValid() {
			s.Unknown = "a path of WebSockets is not known"
			continue
		}
		s.Paths = append(s.Paths, Endpoint{Patterns: patterns, RouteUnknown: p.unknown, At: p.at})
	}
}

// made is the part of an application, through the arguments of what wraps it, that a class or function of a name made.
func made(v eval.Value, name string, depth int) eval.Value {
	if depth > maxNesting {
		return eval.Value{}
	}
	path := maker(v)
	if path[strings.LastIndexByte(path, '.')+1:] == name {
		return v
	}
	args, kwargs := v.Args()
	if s, ok := v.Symbol(); ok && s.Func.IsValid() {
		args, kwargs = s.Args, nil
		for _, k := range s.Kwargs {
			args = append(args[:len(args):len(args)], k.Value)
		}
	}
	for _, k := range kwargs {
		args = append(args[:len(args):len(args)], k.Value)
	}
	for _, part := range args {
		if found := made(part, name, depth+1); found.IsValid() {
			return found
		}
	}
	return eval.Value{}
}

// maker is the dotted path of what made a value.
func maker(v eval.Value) string {
	if s, ok := v.Symbol(); ok && s.Func.IsValid() {
		return s.Func.Path()
	}
	return v.Class()
}
