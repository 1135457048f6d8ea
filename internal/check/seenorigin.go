package check

import (
	"fmt"
	"strconv"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// SeenOrigin is what Django takes for its own origin while it answers a visitor who asked for a site over HTTPS: scheme and host are what
// request.is_secure() and request.get_host() lead to. CsrfViewMiddleware compares it with the Origin of a form
// (django/middleware/csrf.py, _origin_verified).
type SeenOrigin struct {
	Visitors string // the origin that the visitor's browser sends: "https://shop.example.com"
	Scheme   string // "https" or "http"
	Host     string // with the port, if the proxy passes one on
	// Owner is the check that tells why the scheme or the host is another one, "" where that is this site's names and ports alone.
	Owner string
	// HostAt is the header by which the proxy passes the host on; it has no place where the proxy sets it by itself.
	HostAt deploy.Header
	// Moved says that the visitor's port is known to be another than 443, because the proxy itself sends visitors there.
	Moved bool
}

// Own reports whether the visitor's origin is what Django takes for its own.
func (s SeenOrigin) Own() bool { return s.Scheme+"://"+s.Host == s.Visitors }

// Origin is what Django takes for its own origin.
func (s SeenOrigin) Origin() string { return s.Scheme + "://" + s.Host }

// SeenThrough tells what Django takes for its own origin where a visitor asks a site for a name, by the route that answers pages with forms.
// doubt says why that is not known, "" when it is.
func SeenThrough(p *SourcePass, w *django.World, e Edge, f Front, name string) (seen SeenOrigin, doubt string) {
	route := formRoute(f)
	if route == nil {
		return SeenOrigin{}, f.Proxy.File.Path + " hands none of /, /admin/login/ and /accounts/login/ to the application"
	}
	port, moved, known := visitorPort(f)
	if !known {
		return SeenOrigin{}, "the port on which visitors reach " + f.Proxy.File.Path + " is not told"
	}
	seen.Visitors, seen.Moved = "https://"+name, moved
	if port != 443 {
		seen.Visitors += ":" + strconv.Itoa(port)
	}
	if seen.Scheme, seen.Owner, doubt = seenScheme(p, w, e, f, route); doubt != "" {
		return SeenOrigin{}, doubt
	}
	owner := ""
	if seen.Host, seen.HostAt, owner, doubt = seenHost(w, f, route, name, strings.TrimPrefix(seen.Visitors, "https://")); doubt != "" {
		return SeenOrigin{}, doubt
	}
	if seen.Owner == "" {
		seen.Owner = owner
	}
	return seen, ""
}

// RefusedOrigin is a site whose forms Django refuses, because the origin that visitors' browsers send is neither what it takes for its own nor
// one of CSRF_TRUSTED_ORIGINS.
type RefusedOrigin struct {
	SeenOrigin
	Front Front
	Name  deploy.Word // of the site
	// All says that the site has no name whose forms are accepted.
	All bool
}

// RefusedOrigins are the names of the sites that end TLS whose forms Django refuses; accepted is a site with a name whose forms it accepts, nil
// without one. doubt says why that is not known, "" when it is.
func RefusedOrigins(p *SourcePass, w *django.World, e Edge) (refused []RefusedOrigin, accepted *Front, doubt string) {
	trusted, whole := Strings(w.Get("CSRF_TRUSTED_ORIGINS").Value)
	if !whole {
		return nil, nil, Doubt(w, w.Get("CSRF_TRUSTED_ORIGINS"))
	}
	for _, f := range e.Encrypted() {
		if redirectsNames(f) {
			return nil, nil, f.Proxy.File.Path + " redirects some of its names"
		}
		var list []RefusedOrigin
		any := false
		for _, name := range namesOf(w, f, len(trusted) == 0) {
			seen, doubt := SeenThrough(p, w, e, f, strings.ToLower(name.Text))
			if doubt != "" {
				return nil, nil, doubt
			}
			if seen.Own() || TrustsOrigin(trusted, seen.Visitors) {
				accepted, any = &f, true
				continue
			}
			list = append(list, RefusedOrigin{SeenOrigin: seen, Front: f, Name: name})
		}
		for i := range list {
			list[i].All = !any
		}
		refused = append(refused, list...)
	}
	return refused, accepted, ""
}

// namesOf are the names that visitors ask a site for: its own; for one that answers for every name those of ALLOWED_HOSTS, and where these are
// not known and anyOther is set, a word that stands for them.
func namesOf(w *django.World, f Front, anyOther bool) (names []deploy.Word) {
	for _, name := range f.Host.Names {
		if IsSiteName(name) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		return names
	}
	allowed, _ := Strings(w.Get("ALLOWED_HOSTS").Value)
	for _, text := range allowed {
		if name := (deploy.Word{Text: text, At: f.Host.At}); IsSiteName(name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 && anyOther {
		names = append(names, deploy.Word{Text: "<host>", At: f.Host.At})
	}
	return names
}

// IsSiteName reports whether a name of a proxy's site is one name for visitors, and no pattern, placeholder or name of the machine.
func IsSiteName(name deploy.Word) bool {
	return !name.Unknown && strings.Contains(name.Text, ".") && !strings.ContainsAny(name.Text, "*~$_{}<>%") && !strings.HasPrefix(name.Text, ".") &&
		!strings.HasPrefix(name.Text, "127.")
}

// TrustsOrigin reports whether an origin is in CSRF_TRUSTED_ORIGINS, wildcards included (django/middleware/csrf.py, _origin_verified).
func TrustsOrigin(list []string, origin string) bool {
	for _, t := range list {
		if t == origin {
			return true
		}
		if scheme, domain, ok := strings.Cut(t, "://*"); ok && strings.HasPrefix(origin, scheme+"://") && strings.HasSuffix(origin, domain) && domain != "" {
			return true
		}
	}
	return false
}

// redirectsNames reports whether a site redirects some of its names.
func redirectsNames(f Front) bool {
	for _, r := range append([]*deploy.Route{f.Host.Site}, f.Routes...) {
		if r.Redirect != nil && strings.Contains(r.Redirect.Condition, "host") {
			return true
		}
	}
	return false
}

// formRoute is the route of the application that answers pages with forms, nil where that is not known.
func formRoute(f Front) *deploy.Route {
	for _, uri := range []string{"/", "/admin/login/", "/accounts/login/"} {
		found, unknown := f.Host.Find(uri)
		if unknown != "" {
			continue
		}
		for _, route := range found {
			for _, r := range f.Routes {
				if r == route {
					return r
				}
			}
		}
	}
	return nil
}

// visitorPort is the port on which visitors reach a site over TLS: the one under which the container of the proxy publishes it, or the one of
// the machine. moved says that the proxy sends visitors of plain HTTP to that port by a redirect of its own.
func visitorPort(f Front) (port int, moved, known bool) {
	for _, l := range f.Host.Listens {
		if !l.TLS || l.Unknown || l.Port == 0 {
			continue
		}
		port = l.Port
		if process := f.Proxy.Process; process != nil && !(process.HostNet.Known && process.HostNet.Value) {
			if port, known = publishedAs(process, l.Port); !known {
				continue
			}
		}
		if port == 443 {
			return port, false, true
		}
		return port, redirectsTo(f.Proxy, port), true
	}
	return 0, false, false
}

func publishedAs(process *deploy.Process, container int) (port int, known bool) {
	for _, p := range process.Ports {
		if p.Published && p.Container.Known && p.Container.Value == container {
			if p.Through != "" || !p.Host.Known || !p.Host.Said() || p.Loopback() {
				return 0, false
			}
			return p.Host.Value, true
		}
	}
	return 0, false
}

// redirectsTo reports whether a site of the proxy redirects to HTTPS on a port.
func redirectsTo(proxy *deploy.Proxy, port int) bool {
	for _, host := range proxy.Hosts {
		for _, r := range append([]*deploy.Route{host.Site}, host.Routes...) {
			if r != nil && r.Redirect.ToHTTPS() && strings.Contains(r.Redirect.To+"/", ":"+strconv.Itoa(port)+"/") || r != nil && r.Redirect.ToHTTPS() && strings.Contains(r.Redirect.To, ":"+strconv.Itoa(port)+"$") {
				return true
			}
		}
	}
	return false
}

// seenScheme is the scheme for which Django takes a request that came over HTTPS (django/http/request.py, HttpRequest.scheme), and the check
// that tells why it is "http".
func seenScheme(p *SourcePass, w *django.World, e Edge, f Front, route *deploy.Route) (scheme, owner, doubt string) {
	file := f.Proxy.File.Path
	yes, no := ServerTakesScheme(f, route)
	untold := no && e.Lacking() == "" && !SpeaksOfScheme(p)
	s := w.Get("SECURE_PROXY_SSL_HEADER")
	if s.Value.IsUnknown() || s.Value.IsOpen() {
		return "", "", Doubt(w, s)
	}
	if !s.Value.IsValid() || s.Value.Kind() == eval.None {
		switch {
		case yes:
			return "https", "", ""
		case untold:
			return "http", "https/proxy-ssl-header", ""
		}
		return "", "", "whether the application's server takes the scheme from " + file + " is not known"
	}
	name, value, ok := TrustedScheme(s.Value)
	if !ok || route.Backend.Protocol != "http" && route.Backend.Protocol != "https" {
		return "", "", "what " + file + " tells of the scheme is not known"
	}
	h, set := route.RequestHeader(name)
	switch {
	case set && Overwrites(f, h, value):
		return "https", "", ""
	case set && h.Means() == deploy.MeansText && h.Value != value:
		return "http", "proxy/headers", ""
	case !set && yes:
		return "https", "", ""
	case !set && no && e.Lacking() == "" && strings.HasPrefix(name, "X-"):
		return "http", "proxy/headers", ""
	}
	return "", "", fmt.Sprintf("%s does not set %s by itself, and what is in front of it is not told", file, name)
}

// seenHost is what request.get_host() answers (django/http/request.py): the Host that the proxy passes on, its port included. host is what the
// visitor's browser sends, name that without its port.
func seenHost(w *django.World, f Front, route *deploy.Route, name, host string) (seen string, by deploy.Header, owner, doubt string) {
	h, set := route.RequestHeader("Host")
	if other, ok := route.RequestHeader("X-Forwarded-Host"); ok {
		switch IsOn(w.Get("USE_X_FORWARDED_HOST").Value) {
		case eval.Yes:
			h, set = other, true
		case eval.Maybe:
			return "", h, "", "whether Django reads X-Forwarded-Host is not known"
		}
	}
	switch {
	case !set && Lacking(f.Proxy) != "":
		return "", h, "", Lacking(f.Proxy)
	case !set || h.Value == "$proxy_host":
		return route.Backend.Written, h, "proxy/headers", ""
	case h.Unknown:
	case h.Value == "$host" || h.Value == "{host}" || h.Value == "{http.request.host}":
		return name, h, "", ""
	case h.Value == "$http_host" || (h.Value == "" || strings.HasPrefix(h.Value, "{")) && h.Means() == deploy.MeansHost:
		return host, h, "", ""
	case h.Value == "$host:$server_port":
		if port := listenPort(f); port != 0 {
			return name + ":" + strconv.Itoa(port), h, "", ""
		}
	case strings.HasPrefix(h.Value, "$host:") && !strings.Contains(h.Value[1:], "$"):
		return name + strings.TrimPrefix(h.Value, "$host"), h, "", ""
	case h.Value == "$server_name" && len(f.Host.Names) > 0:
		return f.Host.Names[0].Text, h, "", ""
	case h.Means() == deploy.MeansText && h.Value != "":
		return h.Value, h, "", ""
	}
	return "", h, "", "what " + f.Proxy.File.Path + " passes on as Host is not followed: " + h.Value
}

// listenPort is the port on which the site itself listens for TLS, 0 where it has several.
func listenPort(f Front) (port int) {
	for _, l := range f.Host.Listens {
		if l.TLS {
			if l.Unknown || port != 0 && port != l.Port {
				return 0
			}
			port = l.Port
		}
	}
	return port
}
