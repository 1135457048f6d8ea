package deploy

import "strings"

// ASGI tells whether a server calls its application by ASGI, so that one worker holds many open connections; known is false where the
// files don't tell. A WSGI server cannot take WebSockets.
func (s *Server) ASGI() (yes, known bool) {
	switch s.Program {
	case "daphne":
		return true, true
	case "uwsgi", "waitress":
		return false, true
	case "uvicorn": // --interface wsgi is for tests
		return !s.Interface.Said() || s.Interface.Value != "wsgi", !s.Interface.Said() || s.Interface.Known
	case "hypercorn": // "wsgi:shop.wsgi:application"; else it finds out by calling
		return !strings.HasPrefix(s.App, "wsgi:"), !strings.Contains(s.App, "wsgi") || strings.HasPrefix(s.App, "wsgi:")
	case "granian":
		return strings.HasPrefix(s.Interface.Value, "asgi"), s.Interface.Known
	case "gunicorn":
		return s.gunicornASGI()
	}
	return false, false
}

// gunicornASGI tells it by the worker class: those of uvicorn, and gunicorn's own of version 24.
func (s *Server) gunicornASGI() (yes, known bool) {
	class := strings.ToLower(s.WorkerClass.Value)
	switch {
	case !s.WorkerClass.Known:
		return false, false
	case strings.Contains(class, "uvicorn"), strings.Contains(class, "asgi"):
		return true, true
	case strings.HasPrefix(class, "gunicorn.workers."), !strings.Contains(class, "."):
		return false, true
	}
	return false, false // a class of the project or of a package
}
