package deploy

import (
	"path"
	"regexp"
	"sort"
	"strings"
	"time"

	"gonogo/internal/deploy/document"
	"gonogo/internal/deploy/nginx"
	"gonogo/internal/source"
)

// This file turns Traefik's configuration into proxies: its files, its command line, and the labels of the containers beside it. All of them
// have the same keys, so that they are read into one table.
// Source: https://doc.traefik.io/traefik/reference/static-configuration/file/ and .../dynamic-configuration/docker/

// traefikTable is the options of Traefik by their dotted names in lower case.
type traefikTable map[string]traefikValue

type traefikValue struct {
	text string
	at   source.Span
	of   *Process // whose label it is; nil for the configuration itself
}

// traefikProxies are the proxies that run Traefik in a container.
func (r *reader) traefikProxies(processes []*Process, services []*Service) []*Proxy {
	var all []*Proxy
	for _, p := range processes {
		if isProduct(p, "traefik", services) {
			if proxy := r.traefik(p, processes); proxy != nil {
				all = append(all, proxy)
			}
		}
	}
	return all
}

// traefik reads the configuration of one container; nil where no router is known.
func (r *reader) traefik(p *Process, processes []*Process) *Proxy {
	table := traefikTable{}
	proxy := &Proxy{Program: "Traefik", Process: p, Production: p.Production, Reason: p.Reason}
	for _, name := range r.paths {
		ext := path.Ext(name)
		if ext != ".yml" && ext != ".yaml" && ext != ".toml" || !brings(p, name) || len(proxy.Files) > 20 {
			continue
		}
		f, ok := r.tree.Read(name)
		if !ok || len(f.Data) > maxConfiguration {
			continue
		}
		var roots []*document.Node
		if ext == ".toml" {
			root, _ := document.TOML(f)
			roots = append(roots, root)
		} else {
			roots, _ = document.YAML(f)
		}
		before := len(table)
		for _, root := range roots {
			if root.Get("entryPoints") != nil || root.Get("http") != nil || root.Get("providers") != nil {
				table.flatten(root, "", 0)
			}
		}
		if len(table) > before {
			proxy.Files = append(proxy.Files, f)
		}
	}
	for _, c := range p.Commands {
		table.arguments(c.Argv, c.At)
	}
	if len(p.Commands) == 0 {
		table.arguments(p.Argv, p.CommandAt())
	}
	for _, other := range processes {
		if sameFile(other, p) {
			table.labels(other)
		}
	}
	if len(proxy.Files) == 0 {
		proxy.Files = []*source.File{p.At.File}
	}
	proxy.File = proxy.Files[0]
	x := &traefikReader{routeReader: &routeReader{config: &nginx.Config{}, process: p, processes: processes}, table: table}
	for _, name := range table.names("http.routers.") {
		proxy.Hosts = append(proxy.Hosts, x.router(name))
	}
	if len(proxy.Hosts) == 0 || proxy.File == nil {
		return nil
	}
	return proxy
}

// sameFile reports whether two processes are of one artefact, whose containers Traefik watches.
func sameFile(a, b *Process) bool {
	of := func(p *Process) string { file, _, _ := strings.Cut(p.Artefact, ","); return file }
	return of(a) == of(b)
}

// flatten adds a tree of options. A list of texts is one value, joined by commas; of a list of maps each has its number.
func (t traefikTable) flatten(n *document.Node, prefix string, depth int) {
	if n == nil || depth > maxMergeDepth {
		return
	}
	switch n.Kind {
	case document.Map:
		if len(n.Entries) == 0 && prefix != "" {
			t[strings.TrimSuffix(prefix, ".")] = traefikValue{text: "true", at: n.At}
		}
		for _, e := range n.Entries {
			t.flatten(e.Value, prefix+strings.ToLower(e.Key)+".", depth+1)
		}
	case document.List:
		var texts []string
		for _, item := range n.Items {
			if item.IsMap() {
				t.flatten(item, prefix, depth+1)
				continue
			}
			texts = append(texts, item.Scalar())
		}
		if len(texts) > 0 {
			t[strings.TrimSuffix(prefix, ".")] = traefikValue{text: strings.Join(texts, ","), at: n.At}
		}
	default:
		t[strings.TrimSuffix(prefix, ".")] = traefikValue{text: n.Scalar(), at: n.At}
	}
}

// arguments adds the options of a command line: --entrypoints.web.address=:80.
func (t traefikTable) arguments(argv []string, at source.Span) {
	for _, a := range argv {
		option, value, joined := strings.Cut(strings.TrimPrefix(a, "--"), "=")
		if !strings.HasPrefix(a, "--") || !strings.Contains(option, ".") {
			continue
		}
		if !joined {
			value = "true"
		}
		t[strings.ToLower(option)] = traefikValue{text: value, at: narrow(at, a)}
	}
}

// labels adds the labels of a container.
func (t traefikTable) labels(p *Process) {
	for _, l := range p.Labels {
		if name, ok := strings.CutPrefix(strings.ToLower(l.Name), "traefik."); ok {
			value := l.Value
			if !l.Given && value == "" {
				value = "${}"
			}
			t[name] = traefikValue{text: value, at: l.At, of: p}
		}
	}
}

// names are the names behind a prefix, sorted.
func (t traefikTable) names(prefix string) []string {
	seen := map[string]bool{}
	for key := range t {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			name, _, _ := strings.Cut(rest, ".")
			seen[name] = true
		}
	}
	names := sortedKeys(seen)
	sort.Strings(names)
	return names
}

type traefikReader struct {
	*routeReader
	table traefikTable
}

// router is the site of one router.
func (x *traefikReader) router(name string) *VirtualHost {
	key := "http.routers." + name
	rule := x.table[key+".rule"]
	h := &VirtualHost{At: rule.at}
	if h.At.IsZero() {
		for _, option := range sortedKeys(x.table) {
			if strings.HasPrefix(option, key+".") {
				h.At = x.table[option].at
				break
			}
		}
	}
	hosts, paths, unknown := traefikRule(rule.text)
	for _, host := range hosts {
		h.Names = append(h.Names, Word{Text: host, Unknown: strings.ContainsAny(host, "${"), At: h.At})
	}
	if unknown != "" && len(hosts) == 0 {
		h.Names = []Word{{Text: rule.text, Unknown: true, At: h.At}}
	}
	h.Site = &Route{At: h.At, HidesVersion: byDefault(true)}
	x.listens(h, key)
	route := &Route{Outer: h.Site, At: h.At, Pattern: "/", Backend: x.backendOf(name, rule)}
	if len(paths) > 0 {
		route.Pattern = paths[0]
	}
	x.middlewares(h, route, key)
	route.TrustedPeers = append(route.TrustedPeers, h.Site.TrustedPeers...)
	route.forwarding(h.At)
	if len(route.TrustedPeers) > 0 {
		for i := range route.RequestHeaders {
			if header := &route.RequestHeaders[i]; header.Value == "" && strings.HasPrefix(header.Name, "X-Forwarded-") {
				header.means, header.Unknown = 0, true
			}
		}
	}
	h.Routes = []*Route{route}
	h.match = func(uri string) (*Route, string) {
		if unknown != "" {
			return route, unknown
		}
		for _, p := range paths {
			if strings.HasPrefix(uri, p) {
				return route, ""
			}
		}
		if len(paths) == 0 {
			return route, ""
		}
		return nil, ""
	}
	return h
}

// traefikRule reads a rule of hosts and of beginnings of paths; unknown says what else stands in it.
func traefikRule(rule string) (hosts, paths []string, unknown string) {
	matchers := regexp.MustCompile(`(!?)\s*([A-Za-z]+)\(([^()]*)\)`).FindAllStringSubmatch(rule, 200)
	for _, m := range matchers {
		var args []string
		for _, a := range strings.Split(m[3], ",") {
			args = append(args, strings.Trim(strings.TrimSpace(a), "`\"'"))
		}
		switch {
		case m[1] == "" && m[2] == "Host":
			hosts = append(hosts, args...)
		case m[1] == "" && m[2] == "PathPrefix":
			paths = append(paths, args...)
		default:
			unknown = "the rule " + rule + " was not understood"
		}
	}
	if len(matchers) == 0 || strings.Contains(rule, "||") && len(paths) > 0 {
		unknown = "the rule " + rule + " was not understood"
	}
	return hosts, paths, unknown
}

// listens adds the entry points of a router: their ports, TLS, and where they redirect to.
func (x *traefikReader) listens(h *VirtualHost, key string) {
	entries := strings.Split(x.table[key+".entrypoints"].text, ",")
	if entries[0] == "" {
		entries = x.table.names("entrypoints.")
	}
	tls := false
	for option, v := range x.table {
		tls = tls || option == key+".tls" && v.text != "false" || strings.HasPrefix(option, key+".tls.")
	}
	for _, name := range entries {
		entry := "entrypoints." + strings.ToLower(strings.TrimSpace(name))
		address, ok := x.table[entry+".address"]
		l := Listen{Address: "*", TLS: tls, Unknown: !ok, At: h.At}
		for option := range x.table {
			l.TLS = l.TLS || strings.HasPrefix(option, entry+".http.tls")
		}
		_, l.Port = portOfAddress(strings.Split(address.text, "/")[0], "http")
		if !ok {
			l.Port = 0
		}
		h.Listens = append(h.Listens, l)
		x.trust(h, entry)
	}
	if !h.IsTLS() {
		return
	}
	for _, name := range x.table.names("entrypoints.") { // an entry point that sends all to another one
		entry := "entrypoints." + name
		if _, redirects := x.table[entry+".http.redirections.entrypoint.to"]; !redirects {
			continue
		}
		address := x.table[entry+".address"]
		_, port := portOfAddress(strings.Split(address.text, "/")[0], "http")
		h.Listens = append(h.Listens, Listen{Address: "*", Port: port, At: address.at})
		h.Site.Redirect = toHTTPS(301, address.at)
	}
}

// trust adds whose X-Forwarded headers an entry point believes.
func (x *traefikReader) trust(h *VirtualHost, entry string) {
	if v, ok := x.table[entry+".forwardedheaders.insecure"]; ok && v.text == "true" {
		h.Site.TrustedPeers = append(h.Site.TrustedPeers, Word{Text: "*", At: v.at})
	}
	if v, ok := x.table[entry+".forwardedheaders.trustedips"]; ok {
		for _, network := range strings.Split(v.text, ",") {
			h.Site.TrustedPeers = append(h.Site.TrustedPeers, Word{Text: strings.TrimSpace(network), At: v.at})
		}
	}
}

// backendOf is where a router hands requests to: the servers of its service, or the container whose label it is.
func (x *traefikReader) backendOf(name string, rule traefikValue) *Backend {
	service := x.table["http.routers."+name+".service"]
	b := &Backend{Protocol: "http", At: rule.at, Written: service.text, KeepAlive: byDefault(90 * time.Second)}
	if !service.at.IsZero() {
		b.At = service.at
	}
	wanted := strings.ToLower(strings.Split(service.text, "@")[0])
	if url, ok := x.table["http.services."+wanted+".loadbalancer.servers.url"]; ok && wanted != "" {
		scheme, address, _ := strings.Cut(url.text, "://")
		b.Protocol, b.Written, b.Addresses = scheme, url.text, []string{strings.TrimSuffix(address, "/")}
		b.Processes, b.At = x.listening(b.Addresses[0], scheme), url.at
		return b
	}
	if rule.of != nil {
		b.Written, b.Addresses, b.Processes = rule.of.Name, []string{rule.of.Name}, []*Process{rule.of}
		return b
	}
	b.Unknown = true
	return b
}

// middlewares adds what the middlewares of a router do.
func (x *traefikReader) middlewares(h *VirtualHost, r *Route, key string) {
	for _, name := range strings.Split(x.table[key+".middlewares"].text, ",") {
		name, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(name)), "@")
		if name == "" {
			continue
		}
		prefix := "http.middlewares." + name + "."
		for _, option := range sortedKeys(x.table) {
			rest, ok := strings.CutPrefix(option, prefix)
			if !ok {
				continue
			}
			v := x.table[option]
			kind, detail, _ := strings.Cut(rest, ".")
			switch {
			case kind == "redirectscheme" && detail == "scheme" && v.text == "https":
				h.Site.Redirect = toHTTPS(302, v.at)
			case kind == "ratelimit":
				r.Limits = append(r.Limits, Word{Text: name, At: v.at})
			case rest == "buffering.maxrequestbodybytes":
				r.MaxBody = parsed(v.text, v.at, dockerBytes)
			case strings.HasPrefix(rest, "headers.customrequestheaders."):
				r.RequestHeaders = append(r.RequestHeaders, Header{Name: strings.TrimPrefix(rest, "headers.customrequestheaders."), Value: v.text, At: v.at, means: MeansText})
			case rest == "headers.stsseconds":
				r.ResponseHeaders = append(r.ResponseHeaders, Header{Name: "Strict-Transport-Security", Value: "max-age=" + v.text, Always: true, At: v.at})
			case kind == "ipallowlist" || kind == "ipwhitelist":
				r.Allows, r.Denies = []Word{{Text: v.text, At: v.at}}, []Word{{Text: "all", At: v.at}}
			case kind == "basicauth" || kind == "forwardauth" || kind == "digestauth":
				r.Auth = said(kind, v.at)
			case kind == "stripprefix":
				r.Backend.URI = "/"
			case kind == "compress":
				r.Compression = said(true, v.at)
			}
		}
	}
}
