package project

import (
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

// Sockets are the paths at which the project's ASGI application takes WebSockets.
func (s *Snapshot) Sockets() *routes.Sockets {
	s.program.socketsOnce.Do(func() {
		if has, _ := s.Has(Channels); has != eval.Yes {
			s.program.sockets = &routes.Sockets{Takes: has, Unknown: "whether the project uses Channels is not known"}
			if has == eval.No {
				s.program.sockets.Unknown = ""
			}
			return
		}
		module, name, ok := s.asgiApplication()
		if !ok {
			s.program.sockets = &routes.Sockets{Takes: eval.Maybe, Unknown: "ASGI_APPLICATION is not known and no asgi.py was found"}
			return
		}
		s.Routes() // Django is set up before the application is made
		p := s.Program()
		p.Do(func(session *eval.Session) { s.program.sockets = p.routes.CollectSockets(session, module, name) })
	})
	return s.program.sockets
}

// asgiApplication is where the ASGI application is: what ASGI_APPLICATION names, else that of the project's asgi.py.
func (s *Snapshot) asgiApplication() (module, name string, ok bool) {
	if s.Settings != nil {
		if path, ok := s.Settings.Shipped().Get("ASGI_APPLICATION").Value.AsStr(); ok && strings.Contains(path, ".") {
			dot := strings.LastIndexByte(path, '.')
			return path[:dot], path[dot+1:], true
		}
	}
	if s.Code == nil {
		return "", "", false
	}
	for _, e := range s.EntryPoints {
		if e.Kind != ASGI || e.File == nil {
			continue
		}
		for _, m := range s.Code.Modules {
			if m.Syntax != nil && m.Syntax.File.Path == e.File.Path && m.Dotted != "" {
				return m.Dotted, "application", true
			}
		}
	}
	return "", "", false
}
