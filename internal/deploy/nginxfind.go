package deploy

import (
	"strings"

	"gonogo/internal/deploy/nginx"
)

// Find are the routes through which a request for a path goes: the one that answers it, and behind it the one that try_files ends on. The
// path is decoded and begins with a slash. unknown says why that is not certain, "" when it is.
func (h *VirtualHost) Find(uri string) (routes []*Route, unknown string) {
	if h.match != nil {
		if r, unknown := h.match(uri); r != nil {
			return []*Route{r}, unknown
		} else {
			return []*Route{h.Site}, unknown
		}
	}
	if h.server == nil {
		return nil, "its configuration is not read"
	}
	found := h.server.Find(uri)
	if found.Location == nil {
		return []*Route{h.Site}, found.Unknown
	}
	routes = append(routes, h.byLocation[found.Location])
	tries := found.Location.Own("try_files")
	if len(tries) == 0 || len(tries[len(tries)-1].Args) == 0 {
		return routes, found.Unknown
	}
	args := tries[len(tries)-1].Args
	last := args[len(args)-1].Text
	if !strings.HasPrefix(last, "@") {
		return routes, found.Unknown
	}
	for _, l := range h.server.Locations {
		if l.Kind == nginx.Named && l.Pattern == last {
			return append(routes, h.byLocation[l]), found.Unknown
		}
	}
	return routes, "the location " + last + " was not found"
}

// combinedFormat is nginx's own format, of which the name is "combined" (http/modules/ngx_http_log_module.c).
const combinedFormat = `$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"`

// logFormat is the format of the access logs that hold at a level, one after the other. By default nginx writes one in its own format; where
// what stands outside of the servers is in another file that is not there, neither is known.
func (x *routeReader) logFormat(s *nginx.Scope) Told[string] {
	logs := s.Effective("access_log")
	if len(logs) == 0 {
		if x.process == nil && len(x.config.MainScope.Directives) == 0 {
			return Told[string]{}
		}
		return byDefault(combinedFormat)
	}
	var texts []string
	for _, log := range logs {
		if len(log.Args) > 0 && strings.HasPrefix(log.Args[len(log.Args)-1].Text, "if=") {
			return unread[string](log.Args[len(log.Args)-1].Text, log.At)
		}
		name := log.Arg(1)
		if name == "" || strings.Contains(name, "=") && !strings.HasPrefix(name, "$") {
			name = "combined"
		}
		text, ok := x.namedFormat(name)
		if !ok {
			return unread[string](name, log.At)
		}
		texts = append(texts, text)
	}
	return said(strings.Join(texts, "\n"), logs[0].At)
}

// namedFormat is the text of a log_format.
func (x *routeReader) namedFormat(name string) (text string, ok bool) {
	if name == "combined" {
		return combinedFormat, true
	}
	for _, d := range x.config.HTTP.Own("log_format") {
		if d.Arg(0) != name {
			continue
		}
		var parts []string
		for _, a := range d.Args[1:] {
			if a.Unknown {
				return "", false
			}
			if !strings.HasPrefix(a.Text, "escape=") {
				parts = append(parts, a.Text)
			}
		}
		return strings.Join(parts, ""), true
	}
	return "", false
}

// Opens is the file that a request for a path leads to, in the file system of the proxy; ok is false where that is not known.
func (h *VirtualHost) Opens(uri string) (file string, ok bool) {
	if h.server == nil {
		return "", false
	}
	return h.server.Find(uri).Opens(uri)
}
