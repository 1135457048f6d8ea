package deploy

import (
	"strings"
	"time"

	"gonogo/internal/deploy/nginx"
	"gonogo/internal/source"
)

// Proxy is a server in front of the application: it ends connections, serves files and hands requests on.
type Proxy struct {
	Program string // "nginx", "Ingress"
	File    *source.File
	// Files are all files of its configuration, the main one first.
	Files   []*source.File
	Process *Process // the container that it runs in, nil when that is not known
	Hosts   []*VirtualHost
	// Absent are files that the configuration includes and the repository lacks: what they say is not known.
	Absent     []Absence
	Production bool
	Reason     string
	// Orphan says that nothing in the repository refers to the configuration.
	Orphan bool
}

// Absence is a file that is named and not there.
type Absence struct {
	Name string
	At   source.Span
}

// Word is one word of a configuration with its place.
type Word struct {
	Text    string
	Unknown bool // a template or variable fills in a part of it
	At      source.Span
}

// VirtualHost is one site of a proxy: what it is called, where it listens, and its routes.
type VirtualHost struct {
	Names   []Word // "shop.example.com", "*.example.com", "~^www"; empty for one that answers for no name of its own
	Listens []Listen
	// Default is true for the site that answers on one of its ports for names that no site has.
	Default bool
	TLS     TLS
	Routes  []*Route // outermost first, those inside them behind each
	// Site is what holds for requests that no route matches, and where routes inherit from.
	Site *Route
	At   source.Span

	server     *nginx.Server
	byLocation map[*nginx.Location]*Route
	match      func(uri string) (r *Route, unknown string) // of other programs than nginx
}

// Listen is an address that a site answers on.
type Listen struct {
	Address string
	Port    int // 0 for a socket and for what is not known
	TLS     bool
	HTTP2   bool
	Default bool // said to be the default
	Unknown bool
	At      source.Span
}

// TLS is how a site ends encryption.
type TLS struct {
	Certificate Told[string]
	Protocols   []Word // as written; empty when nothing says, and the program's default holds
	Ciphers     Told[string]
}

// Header is a header that a proxy sets: for the application or for the browser.
type Header struct {
	Name, Value string // the value as written: "$host"
	Always      bool   // on answers of every status
	Unknown     bool
	At          source.Span

	means Meaning // where the program's own words don't tell, or the program sets the header by itself
}

// Route is one location of a site with all that holds for it.
type Route struct {
	Pattern string // "/static/", "~ \.php$", "" for the site itself
	Outer   *Route // the one it stands in, nil for the outermost
	Backend *Backend
	// RequestHeaders are sent to the backend. ResponseHeaders are added to answers; DroppedHeaders would be, by what stands further out, if
	// the route had none of its own.
	RequestHeaders, ResponseHeaders, DroppedHeaders []Header
	// HiddenHeaders are the names of headers that the backend's answers have and the proxy does not pass on.
	HiddenHeaders []Word
	// Files is the folder that is served: of alias, or of root with the pattern added.
	Files Told[string]
	// Alias says that Files takes the place of the pattern.
	Alias bool
	// Tries are what try_files looks for, in order; empty without it.
	Tries    []Word
	Listing  Told[bool] // a folder is answered with a list of what is in it (autoindex)
	Redirect *Redirect
	// Answer is the status that is returned without a backend, 0 for none (nginx: 444 closes the connection).
	Answer                                   int
	MaxBody                                  Told[int64] // bytes, 0 for no limit
	ReadTimeout, SendTimeout, ConnectTimeout Told[time.Duration]
	Limits                                   []Word       // rate limits: the names of their zones
	Auth                                     Told[string] // of auth_basic
	AuthRequest                              Told[string] // the path that is asked whether to let a request through
	// TrustedPeers are those whose word on the visitor's address the proxy takes, from PeerHeader (nginx: set_real_ip_from, real_ip_header).
	TrustedPeers []Word
	PeerHeader   Told[string]
	HidesVersion Told[bool]
	Internal     bool
	AccessLog    Told[string] // "off", or where
	LogFormat    Told[string] // the text of the access log's format; known where all of the configuration is
	Compression  Told[bool]
	HTTPVersion  Told[string] // towards the backend
	// TellsScheme says that uWSGI learns the scheme of the visitor's connection to the proxy from its parameters.
	TellsScheme bool
	// PassesUpgrade says that the program passes WebSockets on by itself.
	PassesUpgrade  bool
	Buffering      Told[bool]
	Allows, Denies []Word
	Expires        Told[string]
	Conditional    bool // a template decides whether it is there
	// Climbs is the alias through which a path such as /static../settings.py gets out of the folder that is served; zero for none.
	Climbs source.Span
	At     source.Span

	scope *nginx.Scope
}

// Compresses reports whether answers of a media type ("text/css") go out compressed; known is false where the files don't tell.
func (r *Route) Compresses(mediaType string) (on, known bool) {
	if r.scope == nil {
		return r.Compression.Value, r.Compression.Known
	}
	return r.scope.Compresses(mediaType)
}

// Precompressed reports whether a compressed copy that lies beside a file is sent in its place.
func (r *Route) Precompressed() bool { return r.scope != nil && r.scope.Precompressed() }

// Redirect is an answer that sends the browser elsewhere.
type Redirect struct {
	Status int
	To     string // as written: "https://$host$request_uri"
	// Conditional says that it only happens under a condition (nginx's if).
	Conditional bool
	Condition   string // as written, without parentheses: "$scheme != https"; "" for none
	At          source.Span
}

// ToHTTPS reports whether the redirect leads to HTTPS.
func (r *Redirect) ToHTTPS() bool { return r != nil && strings.HasPrefix(r.To, "https://") }

// Backend is what a route hands requests to.
type Backend struct {
	Protocol string // "http", "https", "uwsgi", "fastcgi", "grpc"
	Written  string // as it stands there: "http://app", "http://unix:/run/x.sock"
	// Addresses are host:port or unix:path, those of the upstream where it is one.
	Addresses []string
	Processes []*Process // that listen there
	URI       string     // what takes the place of the pattern, "" when the path is passed on as it is
	Unknown   bool       // a variable or template decides where it leads
	// KeepAlive is how long the proxy keeps an idle connection to the backend for the next request; not said where it keeps none.
	KeepAlive Told[time.Duration]
	At        source.Span
}

// RequestHeader is the header that the backend gets from the proxy by its name; ok is false when the proxy does not set it.
func (r *Route) RequestHeader(name string) (Header, bool) { return findHeader(r.RequestHeaders, name) }

// ResponseHeader is the header that is added to answers.
func (r *Route) ResponseHeader(name string) (Header, bool) {
	return findHeader(r.ResponseHeaders, name)
}

func findHeader(list []Header, name string) (Header, bool) {
	for i := len(list) - 1; i >= 0; i-- {
		if strings.EqualFold(list[i].Name, name) {
			return list[i], true
		}
	}
	return Header{}, false
}

// IsTLS reports whether the site answers over TLS.
func (h *VirtualHost) IsTLS() bool {
	for _, l := range h.Listens {
		if l.TLS {
			return true
		}
	}
	return false
}

// Application are the routes of the site that hand requests to the project's web processes, or to a backend that is not known to be
// something else.
func (h *VirtualHost) Application() []*Route {
	var all []*Route
	for _, r := range append([]*Route{h.Site}, h.Routes...) {
		if r.Backend != nil && r.Backend.IsApplication() {
			all = append(all, r)
		}
	}
	return all
}

// IsApplication reports whether a backend can be the Django application: a web process of the project listens there, or nothing of the
// deployment that is known to be something else does.
func (b *Backend) IsApplication() bool {
	for _, p := range b.Processes {
		if p.Role == Web {
			return true
		}
	}
	return len(b.Processes) == 0 && !b.Unknown && b.Protocol != "fastcgi"
}

// Certain reports whether a web process of the project is known to listen there.
func (b *Backend) Certain() bool { return len(b.Processes) > 0 && b.IsApplication() }
