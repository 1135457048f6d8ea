package deploy

import (
	"path"
	"strings"

	"gonogo/internal/deploy/nginx"
)

// uwsgiParameters are the parameters that uwsgi_pass hands on at a level: its own, or where it has none those of the level outside. stock says that
// nginx's file uwsgi_params is among them.
func uwsgiParameters(s *nginx.Scope) (params []*nginx.Directive, stock bool) {
	for level := s; level != nil; level = level.Parent {
		params = level.Own("uwsgi_param")
		for _, d := range level.Own("include") {
			stock = stock || path.Base(d.Arg(0)) == "uwsgi_params"
		}
		if len(params) > 0 || stock {
			return params, stock
		}
	}
	return nil, false
}

// uwsgi fills in what the application behind uwsgi_pass gets beside the visitor's own headers, which go on as they are: a parameter HTTP_NAME takes
// the place of the visitor's header, and HTTPS or UWSGI_SCHEME is where uWSGI takes the scheme from (plugins/python/wsgi_subhandler.c). nginx's
// uwsgi_params holds HTTPS.
func (r *Route) uwsgi(s *nginx.Scope) {
	params, stock := uwsgiParameters(s)
	r.TellsScheme = stock
	for _, d := range params {
		name, value := d.Arg(0), d.Arg(1)
		switch header, isHeader := strings.CutPrefix(name, "HTTP_"); {
		case isHeader && len(d.Args) >= 2:
			r.RequestHeaders = append(r.RequestHeaders, Header{Name: headerName(header), Value: value, Unknown: d.Args[1].Unknown, At: d.At})
		case name == "HTTPS":
			r.TellsScheme = value == "$https"
		case name == "UWSGI_SCHEME":
			r.TellsScheme = value == "$scheme"
			return // counts before HTTPS
		}
	}
}

// headerName is a header as HTTP writes it, of its name in WSGI's environment.
func headerName(variable string) string {
	parts := strings.Split(strings.ToLower(variable), "_")
	for i, part := range parts {
		if part != "" {
			parts[i] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "-")
}
