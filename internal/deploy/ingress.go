package deploy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gonogo/internal/deploy/document"
	"gonogo/internal/deploy/nginx"
	"gonogo/internal/source"
)

// This file turns Kubernetes' Ingress objects into proxies. What holds is decided by the controller, which is installed elsewhere and has
// options of its own: only what the object itself says is known.

// ingressProxies are the Ingress objects of all manifests.
func (r *reader) ingressProxies(processes []*Process) []*Proxy {
	var all []*Proxy
	documents := r.kubernetesDocuments()
	var objects []*document.Node
	for _, file := range sortedKeys(documents) {
		for _, doc := range documents[file] {
			objects = append(objects, objectsOf(doc)...)
		}
	}
	for _, file := range sortedKeys(documents) {
		f, ok := r.tree.Read(file)
		if !ok {
			continue
		}
		for _, doc := range documents[file] {
			for _, object := range objectsOf(doc) {
				if object.Get("kind").Scalar() != "Ingress" || len(all) >= maxFiles {
					continue
				}
				if proxy := r.ingress(f, object, objects, processes); len(proxy.Hosts) > 0 {
					all = append(all, proxy)
				}
			}
		}
	}
	return all
}

// ingress is one Ingress: a site for each of its hosts.
func (r *reader) ingress(f *source.File, object *document.Node, objects []*document.Node, processes []*Process) *Proxy {
	proxy := &Proxy{Program: "Ingress", File: f, Files: []*source.File{f}}
	if r.chartFiles[f.Path].shipped && object.Get("metadata", "annotations") == nil && strings.Contains(string(f.Data), "annotations:") {
		proxy.Files = nil // the operator's annotations tell more
	}
	r.usedAs(proxy, nil)
	proxy.Orphan = false
	x := &ingressReader{services: r.servicesOfCluster(), objects: objects, object: object, annotations: object.Get("metadata", "annotations"), routeReader: &routeReader{config: &nginx.Config{}, process: ingressProcess(f, processes), processes: processes}}
	for _, rule := range object.Get("spec", "rules").List() {
		proxy.Hosts = append(proxy.Hosts, x.host(rule))
	}
	if backend := object.Get("spec", "defaultBackend"); backend != nil {
		proxy.Hosts = append(proxy.Hosts, x.hostOf("", object.At, []*document.Node{{Kind: document.Map, At: backend.At}}, backend))
	}
	return proxy
}

// ingressProcess stands for the place of the controller: in the cluster of the file's artefact.
func ingressProcess(f *source.File, processes []*Process) *Process {
	for _, p := range processes {
		if p.Runtime == InPod && p.Production {
			return &Process{Artefact: p.Artefact, Running: Running{Runtime: InPod}}
		}
	}
	return &Process{Artefact: f.Path, Running: Running{Runtime: InPod}}
}

type ingressReader struct {
	*routeReader
	services            []kubernetesService
	objects             []*document.Node // of all manifests
	object, annotations *document.Node
}

// isNginx reports whether the object is written for the controller of ingress-nginx.
func (x *ingressReader) isNginx() bool {
	class := x.object.Get("spec", "ingressClassName").Scalar()
	if class == "" {
		class = x.annotations.Get("kubernetes.io/ingress.class").Scalar()
	}
	if strings.Contains(class, "nginx") {
		return true
	}
	return class == "" && slices.ContainsFunc(x.annotations.Map(), func(e document.Entry) bool { return strings.HasPrefix(e.Key, "nginx.ingress.kubernetes.io/") })
}

// annotation is one of ingress-nginx by its short name.
func (x *ingressReader) annotation(name string) *document.Node {
	return x.annotations.Get("nginx.ingress.kubernetes.io/" + name)
}

func (x *ingressReader) host(rule *document.Node) *VirtualHost {
	at := rule.Get("host").Span()
	if at.IsZero() {
		at = rule.At
	}
	return x.hostOf(rule.Get("host").Scalar(), at, rule.Get("http", "paths").List(), nil)
}

// hostOf is the site of one host with its paths; fallback is the backend of all paths, or nil.
func (x *ingressReader) hostOf(name string, at source.Span, paths []*document.Node, fallback *document.Node) *VirtualHost {
	h := &VirtualHost{At: at}
	if name != "" {
		h.Names = []Word{{Text: name, At: at}}
	}
	h.Listens = []Listen{{Address: "*", Port: 80, At: at, Unknown: !x.isNginx() && x.cloud() == 0}} // other controllers have annotations of their own for it
	if tls := x.encrypts(name); tls != nil {
		h.Listens = append(h.Listens, Listen{Address: "*", Port: 443, TLS: true, HTTP2: true, At: tls.At})
		h.TLS.Certificate = scalarTold(tls.Get("secretName"), parseText)
	}
	x.balancer(h)
	h.Site = x.route(nil, at)
	h.Site.Redirect = x.redirects(h)
	type found struct {
		path   string
		exact  bool
		route  *Route
		reason string
	}
	var all []found
	for _, p := range paths {
		backend := p.Get("backend")
		if fallback != nil {
			backend = fallback
		}
		r := x.route(h.Site, firstSpan(p.Get("path").Span(), p.At))
		r.Pattern = firstNonEmpty(p.Get("path").Scalar(), "/")
		r.Backend = x.service(backend)
		r.forwardedByIngress(x.isNginx(), x.cloud() != 0)
		x.asksHealth(r.Backend)
		h.Routes = append(h.Routes, r)
		one := found{path: r.Pattern, exact: p.Get("pathType").Scalar() == "Exact", route: r}
		if strings.ContainsAny(r.Pattern, `()[]^$*\`) {
			one.reason = "the expression " + r.Pattern + " was not understood"
		}
		all = append(all, one)
	}
	h.match = func(uri string) (*Route, string) { // the longest prefix of whole segments; Exact before Prefix
		var best *found
		for i := range all {
			f := &all[i]
			prefix := strings.TrimSuffix(f.path, "/")
			switch {
			case f.reason != "":
				return f.route, f.reason
			case f.exact && uri == f.path:
				return f.route, ""
			case !f.exact && (uri == prefix || strings.HasPrefix(uri, prefix+"/")) && (best == nil || len(f.path) > len(best.path)):
				best = f
			}
		}
		if best == nil {
			return nil, ""
		}
		return best.route, ""
	}
	return h
}

// encrypts is the entry of spec.tls that holds for a host, nil without.
func (x *ingressReader) encrypts(host string) *document.Node {
	for _, tls := range x.object.Get("spec", "tls").List() {
		hosts := tls.Get("hosts").Strings()
		for _, h := range hosts {
			if h == host || strings.HasPrefix(h, "*.") && strings.HasSuffix(host, h[1:]) {
				return tls
			}
		}
		if len(hosts) == 0 {
			return tls
		}
	}
	return nil
}

// redirects tells whether ingress-nginx sends plain HTTP to HTTPS: where it is told to, and by default where the host has a certificate.
// Source: https://kubernetes.github.io/ingress-nginx/user-guide/tls/#server-side-https-enforcement-through-redirect
func (x *ingressReader) redirects(h *VirtualHost) *Redirect {
	force, soft := x.annotation("force-ssl-redirect"), x.annotation("ssl-redirect")
	if cloud := x.cloud(); cloud != 0 {
		return x.balancerRedirects(cloud)
	}
	switch {
	case force.Scalar() == "true":
		return toHTTPS(308, force.At)
	case x.isNginx() && h.IsTLS() && soft.Scalar() != "false":
		return toHTTPS(308, h.At)
	}
	return nil
}

// route is a route with what the annotations say.
func (x *ingressReader) route(outer *Route, at source.Span) *Route {
	r := &Route{Outer: outer, At: at, HidesVersion: byDefault(true)}
	own := "the controller's own"
	r.MaxBody, r.ReadTimeout, r.HTTPVersion = Told[int64]{Written: own}, Told[time.Duration]{Written: own}, byDefault("1.1")
	if n := x.annotation("proxy-body-size"); n != nil {
		r.MaxBody = parsed(n.Scalar(), n.At, nginx.Size)
	}
	if n := x.annotation("proxy-read-timeout"); n != nil {
		r.ReadTimeout = parsed(n.Scalar(), n.At, nginx.Time)
	}
	if n := x.annotation("proxy-connect-timeout"); n != nil {
		r.ConnectTimeout = parsed(n.Scalar(), n.At, nginx.Time)
	}
	for _, name := range []string{"limit-rps", "limit-rpm", "limit-connections"} {
		if n := x.annotation(name); n != nil {
			r.Limits = append(r.Limits, Word{Text: name, At: n.At})
		}
	}
	if n := x.annotation("whitelist-source-range"); n != nil {
		r.Allows, r.Denies = []Word{{Text: n.Scalar(), At: n.At}}, []Word{{Text: "all", At: n.At}}
	}
	x.balancerWaits(r)
	for _, name := range []string{"auth-type", "auth-url"} {
		if n := x.annotation(name); n != nil {
			r.Auth = said(n.Scalar(), n.At)
		}
	}
	return r
}

// forwardedByIngress fills in what controllers send: host, scheme and the visitor's address, which ingress-nginx takes from the connection
// unless its own options name proxies before it.
// The balancers of clouds write the scheme, hand Host on, and leave X-Forwarded-Host as the visitor sent it.
func (r *Route) forwardedByIngress(isNginx, isBalancer bool) {
	for _, h := range []Header{{Name: "Host", means: MeansHost}, {Name: "X-Forwarded-Proto", means: MeansScheme}, {Name: "X-Forwarded-Host", means: MeansHost}, {Name: "X-Forwarded-For", Unknown: true}} {
		if isBalancer && h.Name == "X-Forwarded-Host" {
			continue
		}
		h.At, h.Unknown = r.At, h.Unknown || !isNginx && !isBalancer
		if h.Unknown {
			h.means = 0
		}
		r.RequestHeaders = append(r.RequestHeaders, h)
	}
	r.PassesUpgrade = isNginx || isBalancer
}

// service is the backend of a path: the Service's name leads to the containers behind it. networking.k8s.io/v1beta1 has other keys.
func (x *ingressReader) service(n *document.Node) *Backend {
	name, port := n.Get("service", "name"), n.Get("service", "port", "number")
	if name == nil {
		name, port = n.Get("serviceName"), n.Get("servicePort")
	}
	b := &Backend{Protocol: "http", Written: "Service " + name.Scalar(), At: firstSpan(name.Span(), n.Span()), Unknown: name == nil}
	if name == nil {
		return b
	}
	b.Addresses = []string{name.Scalar()}
	if number := port.Scalar(); number != "" {
		b.Addresses = []string{fmt.Sprintf("%s:%s", name.Scalar(), number)}
	}
	for _, p := range x.processes {
		if p.Runtime == InPod && p.Production && slices.Contains(p.Names, name.Scalar()) {
			b.Processes = append(b.Processes, p)
		}
	}
	b.Processes = behindPort(b.Processes, x.targetPort(n, name.Scalar()))
	return b
}

// targetPort is the port of the pods that a backend's port leads to: by number or name, as the Service says; nil when that is not found.
func (x *ingressReader) targetPort(backend *document.Node, service string) *document.Node {
	wanted := backend.Get("servicePort").Scalar()
	if port := backend.Get("service", "port"); port != nil {
		wanted = firstNonEmpty(port.Get("number").Scalar(), port.Get("name").Scalar())
	}
	for _, s := range x.services {
		if s.name != service || wanted == "" {
			continue
		}
		for _, port := range s.object.Get("spec", "ports").Sequence() {
			if port.Get("port").Scalar() == wanted || port.Get("name").Scalar() == wanted {
				if target := port.Get("targetPort"); target != nil {
					return target
				}
				return port.Get("port")
			}
		}
	}
	return nil
}

// behindPort are those processes of a pod that listen on a port, all of them when none says so.
func behindPort(all []*Process, target *document.Node) []*Process {
	var found []*Process
	for _, p := range all {
		wanted := p.portOf(target)
		if slices.ContainsFunc(p.Ports, func(port Port) bool {
			return wanted.Known && port.Container.Known && port.Container.Value == wanted.Value
		}) {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return all
	}
	return found
}
