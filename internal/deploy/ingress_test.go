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
