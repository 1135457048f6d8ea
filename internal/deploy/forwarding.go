package deploy

import (
	"strings"
	"time"

	"gonogo/internal/source"
)

// This file holds what the readers of other proxies than nginx share.

// forwarding fills in what Caddy, Traefik and their like do by themselves: they pass Host on, overwrite the X-Forwarded headers of visitors,
// pass WebSockets on, wait without limit, and tell no version.
func (r *Route) forwarding(at source.Span) {
	set := func(name string, means Meaning) {
		if _, own := r.RequestHeader(name); !own {
			r.RequestHeaders = append(r.RequestHeaders, Header{Name: name, At: at, means: means})
		}
	}
	set("Host", MeansHost)
	set("X-Forwarded-Host", MeansHost)
	set("X-Forwarded-Proto", MeansScheme)
	set("X-Forwarded-For", MeansPeer)
	r.PassesUpgrade = true
	r.HTTPVersion = byDefault("1.1")
	r.Buffering = byDefault(false)
	r.MaxBody = r.MaxBody.or(byDefault(int64(0)))
	r.ReadTimeout = r.ReadTimeout.or(byDefault(time.Duration(0)))
	r.HidesVersion = byDefault(true)
}

// toHTTPS is the redirect of plain HTTP that a proxy makes by itself or by an option.
func toHTTPS(status int, at source.Span) *Redirect {
	return &Redirect{Status: status, To: "https://$host$request_uri", Conditional: true, Condition: "$scheme != https", At: at}
}

// pathPattern is a path as Caddy writes it: exact, or with an asterisk at its end or its beginning; "" and "*" match every path.
type pathPattern string

func (p pathPattern) matches(uri string) bool {
	pattern, path := strings.ToLower(string(p)), strings.ToLower(uri)
	switch {
	case pattern == "" || pattern == "*" || pattern == "/*":
		return true
	case strings.HasPrefix(pattern, "*") && strings.HasSuffix(pattern, "*") && len(pattern) > 2:
		return strings.Contains(path, pattern[1:len(pattern)-1])
	case strings.HasSuffix(pattern, "*"):
		return strings.HasPrefix(path, pattern[:len(pattern)-1])
	case strings.HasPrefix(pattern, "*"):
		return strings.HasSuffix(path, pattern[1:])
	}
	return path == pattern
}
