package deploy

import (
	"testing"

	"gonogo/internal/source"
)

const ingressWeb = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: registry.example.com/shop:1.4
          command: [gunicorn, shop.wsgi, --bind, "0.0.0.0:8000"]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80, targetPort: 8000}]
`

func ingressOf(t *testing.T, text string) *Proxy {
	t.Helper()
	d := Read(source.FromMap(map[string][]byte{"k8s/web.yaml": []byte(ingressWeb), "k8s/ingress.yaml": []byte(text)}))
	if len(d.Proxies) != 1 {
		t.Fatalf("%d proxies", len(d.Proxies))
	}
	return d.Proxies[0]
}

const ingressText = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/proxy-body-size: 20m
    nginx.ingress.kubernetes.io/proxy-read-timeout: "120"
    nginx.ingress.kubernetes.io/limit-rps: "5"
spec:
  ingressClassName: nginx
  tls: [{hosts: [shop.example.com], secretName: shop-tls}]
  rules:
    - host: shop.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
          - {path: /static, pathType: Prefix, backend: {service: {name: files, port: {number: 80}}}}
          - {path: /metrics, pathType: Exact, backend: {service: {name: files, port: {number: 80}}}}
    - host: plain.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
`

func TestIngress(t *testing.T) {
	proxy := ingressOf(t, ingressText)
	h := proxy.Hosts[0]
	for uri, want := range map[string]string{"/": "web", "/x": "web", "/static/a.css": "Service files", "/static": "Service files", "/staticx": "web", "/metrics": "Service files", "/metrics/": "web"} {
		if got := answer(h, uri); got != want {
			t.Errorf("%s: %s, want %s", uri, got, want)
		}
	}
	route := h.Application()[0]
	if !proxy.Production || !h.IsTLS() || !h.Site.Redirect.ToHTTPS() || route.MaxBody.Value != 20<<20 || route.ReadTimeout.Value.Minutes() != 2 || len(route.Limits) != 1 || !route.PassesUpgrade {
		t.Errorf("%+v %+v", h, route)
	}
	if plain := proxy.Hosts[1]; plain.IsTLS() || plain.Site.Redirect != nil {
		t.Errorf("%+v", plain)
	}
}

func TestIngressOfClouds(t *testing.T) {
	const rules = "  rules:\n    - host: shop.example.com\n      http:\n        paths:\n          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}\n"
	ingress := func(annotations string) string {
		return "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: shop\n  annotations:\n" + annotations + "spec:\n" + rules
	}
	for _, c := range []struct {
		name, text            string
		tls, plain, redirects bool
		waits                 float64 // seconds
		asked                 string
	}{
		{"Amazon with a certificate", ingress("    alb.ingress.kubernetes.io/certificate-arn: arn:aws:acm:x\n"), true, false, false, 60, ""},
		{"Amazon with a redirect", ingress("    alb.ingress.kubernetes.io/certificate-arn: arn:aws:acm:x\n    alb.ingress.kubernetes.io/listen-ports: '[{\"HTTP\": 80}, {\"HTTPS\": 443}]'\n    alb.ingress.kubernetes.io/ssl-redirect: '443'\n" +
			"    alb.ingress.kubernetes.io/load-balancer-attributes: a=b,idle_timeout.timeout_seconds=90\n    alb.ingress.kubernetes.io/healthcheck-path: /health/\n"), true, true, true, 90, "/health/"},
		{"Amazon without", ingress("    kubernetes.io/ingress.class: alb\n"), false, true, false, 60, ""},
		{"Google with a certificate", ingress("    networking.gke.io/managed-certificates: shop\n"), true, true, false, 30, ""},
		{"Google without plain HTTP", ingress("    ingress.gcp.kubernetes.io/pre-shared-cert: shop\n    kubernetes.io/ingress.allow-http: \"false\"\n"), true, false, false, 30, ""},
		{"Google with a redirect", ingress("    networking.gke.io/managed-certificates: shop\n    networking.gke.io/v1beta1.FrontendConfig: front\n") +
			"---\napiVersion: networking.gke.io/v1beta1\nkind: FrontendConfig\nmetadata: {name: front}\nspec: {redirectToHttps: {enabled: true}}\n", true, true, true, 30, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := ingressOf(t, c.text).Hosts[0]
			plain, asked := false, ""
			for _, l := range h.Listens {
				plain = plain || !l.TLS && !l.Unknown
			}
			route := h.Application()[0]
			for _, probe := range route.Backend.Processes[0].Probes {
				asked = probe.Request.Path
			}
			if h.IsTLS() != c.tls || plain != c.plain || h.Site.Redirect.ToHTTPS() != c.redirects || route.ReadTimeout.Value.Seconds() != c.waits || asked != c.asked || !route.PassesUpgrade {
				t.Errorf("TLS %v, plain %v, redirects %v, waits %v, asks %q", h.IsTLS(), plain, h.Site.Redirect.ToHTTPS(), route.ReadTimeout.Value, asked)
			}
			if proto, ok := route.RequestHeader("X-Forwarded-Proto"); !ok || proto.Means() != MeansScheme {
				t.Errorf("X-Forwarded-Proto %+v", proto)
			}
		})
	}
}
