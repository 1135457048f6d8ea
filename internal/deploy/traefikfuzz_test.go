package deploy

import (
	"testing"

	"gonogo/internal/source"
)

// FuzzTraefikAndIngress gives Traefik's files, its rules in labels, and Ingress objects any text. Nothing may panic or hang, spans must lie in
// their files, and every path must have an answer.
func FuzzTraefikAndIngress(f *testing.F) {
	f.Add("http:\n  routers:\n    web:\n      rule: Host(`shop.example.com`) && PathPrefix(`/x`)\n      service: web\n      middlewares: [a]\n  middlewares:\n    a: {redirectScheme: {scheme: https}}\n  services:\n    web: {loadBalancer: {servers: [{url: http://web:8000}]}}\n", "Host(`a`) || !Path(`/x`)")
	f.Add("entryPoints:\n  web:\n    address: \":80\"\n    http: {redirections: {entryPoint: {to: websecure}}}\n", "HostRegexp(`{x:[a-z]+}`) && (PathPrefix(`/a`, `/b`))")
	f.Add("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, annotations: {nginx.ingress.kubernetes.io/proxy-body-size: 10m}}\nspec:\n  tls: [{hosts: [a]}]\n  rules:\n  - host: a\n    http: {paths: [{path: /x, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}\n", "Host(`")
	f.Fuzz(func(t *testing.T, text, rule string) {
		files := map[string][]byte{
			"traefik/traefik.yml": []byte(text), "traefik/dynamic.yml": []byte(text), "k8s/ingress.yaml": []byte(text),
			"k8s/web.yaml": []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8000}]}\n"),
			"compose.yml":  append([]byte("services:\n  traefik:\n    image: traefik:3\n    volumes: [\"./traefik:/etc/traefik\"]\n  web:\n    image: x\n    command: gunicorn shop.wsgi\n    labels:\n      traefik.http.routers.web.rule: "), append(quotedYAML(rule), '\n')...),
		}
		d := Read(source.FromMap(files))
		checkSpans(t, d)
		for _, p := range d.Proxies {
			for _, h := range p.Hosts {
				for _, uri := range []string{"/", "/x/y", ""} {
					h.Find(uri)
				}
			}
		}
		if describe(d) != describe(Read(source.FromMap(files))) {
			t.Error("reading twice gives two answers")
		}
	})
}

// quotedYAML is a text in single quotes.
func quotedYAML(text string) []byte {
	out := []byte{'\''}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\'':
			out = append(out, '\'', '\'')
		case text[i] >= ' ':
			out = append(out, text[i])
		}
	}
	return append(out, '\'')
}
