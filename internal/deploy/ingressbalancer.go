package deploy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gonogo/internal/deploy/document"
)

// This file reads Ingress objects that a cloud's own load balancer answers: the ALB of Amazon and the one of Google.
// Sources: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
// and https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration

// balancerKind is whose load balancer answers.
type balancerKind uint8

const (
	amazonBalancer balancerKind = iota + 1
	googleBalancer
)

const (
	amazonPrefix = "alb.ingress.kubernetes.io/"
	// amazonTimeout and googleTimeout are how long the balancers wait for an answer when nobody says otherwise.
	amazonTimeout = 60 * time.Second
	googleTimeout = 30 * time.Second
)

// cloud is the balancer that the object is written for, 0 for another controller.
func (x *ingressReader) cloud() balancerKind {
	class := x.object.Get("spec", "ingressClassName").Scalar()
	if class == "" {
		class = x.annotations.Get("kubernetes.io/ingress.class").Scalar()
	}
	has := func(prefix string) bool {
		return slices.ContainsFunc(x.annotations.Map(), func(e document.Entry) bool { return strings.HasPrefix(e.Key, prefix) })
	}
	switch {
	case class == "alb", class == "" && has(amazonPrefix):
		return amazonBalancer
	case class == "gce", class == "gce-internal", class == "" && (has("networking.gke.io/") || has("ingress.gcp.kubernetes.io/")):
		return googleBalancer
	}
	return 0
}

// certificates are the annotation that gives the balancer its certificates, nil for none.
func (x *ingressReader) certificates() *document.Node {
	names := []string{amazonPrefix + "certificate-arn"}
	if x.cloud() == googleBalancer {
		names = []string{"networking.gke.io/managed-certificates", "ingress.gcp.kubernetes.io/pre-shared-cert"}
	}
	for _, name := range names {
		if n := x.annotations.Get(name); n != nil {
			return n
		}
	}
	return nil
}

var listenPort = regexp.MustCompile(`"(HTTPS?)"\s*:\s*(\d+)`)

// balancer puts the ports of a cloud's balancer into a site.
func (x *ingressReader) balancer(h *VirtualHost) {
	cloud, certificates := x.cloud(), x.certificates()
	if cloud == 0 {
		return
	}
	at := firstSpan(certificates.Span(), h.At)
	encrypted := Listen{Address: "*", Port: 443, TLS: true, HTTP2: true, At: at}
	h.Listens = slices.DeleteFunc(h.Listens, func(l Listen) bool { return l.Port == 80 })
	plain := Listen{Address: "*", Port: 80, At: h.At}
	if certificates != nil {
		h.TLS.Certificate = scalarTold(certificates, parseText)
		h.Listens = slices.DeleteFunc(h.Listens, func(l Listen) bool { return l.TLS })
	}
	ports := x.annotations.Get(amazonPrefix + "listen-ports")
	switch {
	case cloud == amazonBalancer && ports != nil:
		for _, m := range listenPort.FindAllStringSubmatch(ports.Scalar(), -1) {
			number, _ := strconv.Atoi(m[2])
			h.Listens = append(h.Listens, Listen{Address: "*", Port: number, TLS: m[1] == "HTTPS", At: ports.At})
		}
	case cloud == amazonBalancer && certificates != nil:
		h.Listens = append(h.Listens, encrypted) // and nothing on 80
	default:
		if allow := x.annotations.Get("kubernetes.io/ingress.allow-http"); cloud == amazonBalancer || allow.Scalar() != "false" {
			h.Listens = append(h.Listens, plain)
		}
		if certificates != nil {
			h.Listens = append(h.Listens, encrypted)
		}
	}
}

// balancerRedirects tells whether a cloud's balancer sends plain HTTP to HTTPS.
func (x *ingressReader) balancerRedirects(cloud balancerKind) *Redirect {
	if cloud == amazonBalancer {
		if n := x.annotations.Get(amazonPrefix + "ssl-redirect"); n.Scalar() != "" {
			return toHTTPS(301, n.At)
		}
		return nil
	}
	name := firstNonEmpty(x.annotations.Get("networking.gke.io/v1beta1.FrontendConfig").Scalar(), x.annotations.Get("networking.gke.io/frontend-config").Scalar())
	if config := x.found("FrontendConfig", name); config.Get("spec", "redirectToHttps", "enabled").Scalar() == "true" {
		return toHTTPS(301, config.Get("spec", "redirectToHttps").At)
	}
	return nil
}

// found is an object of the manifests by kind and name, nil without one.
func (x *ingressReader) found(kind, name string) *document.Node {
	if name == "" {
		return nil
	}
	for _, object := range x.objects {
		if object.Get("kind").Scalar() == kind && object.Get("metadata", "name").Scalar() == name {
			return object
		}
	}
	return nil
}

var idleTimeout = regexp.MustCompile(`(?:^|,)\s*idle_timeout\.timeout_seconds=(\d+)`)

// balancerWaits fills in how long a cloud's balancer waits for the application, and that it passes WebSockets on.
func (x *ingressReader) balancerWaits(r *Route) {
	switch x.cloud() {
	case amazonBalancer:
		r.ReadTimeout = byDefault(amazonTimeout)
		if n := x.annotations.Get(amazonPrefix + "load-balancer-attributes"); n != nil {
			if m := idleTimeout.FindStringSubmatch(n.Scalar()); m != nil {
				r.ReadTimeout = parsed(m[1], n.At, parseSeconds)
			}
		}
	case googleBalancer:
		r.ReadTimeout = byDefault(googleTimeout)
		if slices.ContainsFunc(x.services, func(s kubernetesService) bool {
			return s.object.Get("metadata", "annotations", "cloud.google.com/backend-config") != nil
		}) {
			r.ReadTimeout = Told[time.Duration]{Written: "a BackendConfig's"}
		}
	}
}

// asksHealth adds the request with which Amazon's balancer asks the pods whether they are well. Whatever is not success-codes, 200 alone by
// default, takes them out.
func (x *ingressReader) asksHealth(b *Backend) {
	n := x.annotations.Get(amazonPrefix + "healthcheck-path")
	if x.cloud() != amazonBalancer || n.Scalar() == "" || strings.Contains(n.Scalar(), "$") || x.annotations.Get(amazonPrefix+"success-codes") != nil {
		return
	}
	for _, p := range b.Processes {
		if !slices.ContainsFunc(p.Probes, func(probe Probe) bool { return probe.At == n.Span() }) {
			p.Probes = append(p.Probes, Probe{Kind: HealthCheck, At: n.Span(), Request: requestPath(n, x.portAsked(p), "http")})
		}
	}
}

// portAsked is the port of a process that the balancer asks, where there is one alone.
func (x *ingressReader) portAsked(p *Process) Told[int] {
	if len(p.Ports) == 1 {
		return p.Ports[0].Container
	}
	return Told[int]{}
}
