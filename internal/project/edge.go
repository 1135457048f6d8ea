package project

import (
	"path"
	"slices"
	"strings"
	"sync"
)

// ProxyFiles are the paths of the tree that configure a proxy, load balancer or edge by their names: nginx, Apache, Caddy, Traefik, HAProxy,
// an Ingress, or a platform file that can set headers. They are named, not read. Sorted.
func (s *Snapshot) ProxyFiles() []string {
	s.proxies.once.Do(func() {
		if s.Tree == nil {
			return
		}
		for _, p := range s.Tree.Paths() {
			if isProxyFile(strings.ToLower(p)) {
				s.proxies.files = append(s.proxies.files, p)
			}
		}
	})
	return slices.Clone(s.proxies.files)
}

// lazyProxyFiles looks for the files once.
type lazyProxyFiles struct {
	once  sync.Once
	files []string
}

// UnreadProxyFiles are those of ProxyFiles that are no part of a proxy of the deployment, so that what they do is not known.
func (s *Snapshot) UnreadProxyFiles() []string {
	files := s.ProxyFiles()
	if s.Deployment == nil {
		return files
	}
	read := map[string]bool{}
	for _, proxy := range s.Deployment.Proxies {
		for _, f := range proxy.Files {
			read[f.Path] = true
		}
	}
	return slices.DeleteFunc(files, func(file string) bool { return read[file] })
}

func isProxyFile(p string) bool {
	base := path.Base(p)
	for _, suffix := range []string{".j2", ".template", ".tmpl", ".tpl", ".conf"} {
		base = strings.TrimSuffix(base, suffix)
	}
	configuration := base != path.Base(p) || strings.HasSuffix(base, ".conf")
	switch base {
	case "caddyfile", "haproxy.cfg", "traefik.yml", "traefik.yaml", "traefik.toml":
		return true
	case "netlify.toml", "vercel.json", "staticwebapp.config.json":
		return !isDocumentation(path.Dir(p))
	}
	if strings.Contains(base, "ingress") && (strings.HasSuffix(base, ".yml") || strings.HasSuffix(base, ".yaml")) {
		return true
	}
	for _, server := range []string{"nginx", "apache", "httpd"} {
		if configuration && strings.Contains(p, server) || strings.HasSuffix(base, "."+server) {
			return true
		}
	}
	return false
}

// isDocumentation reports whether a folder holds documentation: what publishes that stands before no Django project.
func isDocumentation(folder string) bool {
	for _, part := range strings.Split(folder, "/") {
		switch part {
		case "doc", "docs", "documentation":
			return true
		}
	}
	return false
}

// Platform is a hosting platform that a file of the tree is written for.
type Platform struct {
	Name string // "Heroku"
	File string // path of the file that shows it
}

// Platform recognises a hosting platform whose router ends TLS, writes X-Forwarded-Proto itself and lets nobody reach the application
// beside it: Heroku (devcenter.heroku.com/articles/http-routing) and Fly.io (fly.io/docs/networking/request-headers).
// ok is false where the tree shows another way to deploy as well: a proxy's configuration or a compose file.
func (s *Snapshot) Platform() (platform Platform, ok bool) {
	if s.Tree == nil || len(s.ProxyFiles()) > 0 || s.hasCompose() {
		return Platform{}, false
	}
	in := func(name string) string { return path.Join(s.Root, name) }
	for _, root := range []func(string) string{in, func(name string) string { return name }} {
		switch {
		case s.Tree.IsFile(root("fly.toml")):
			return Platform{Name: "Fly.io", File: root("fly.toml")}, true
		case s.Tree.IsFile(root("heroku.yml")):
			return Platform{Name: "Heroku", File: root("heroku.yml")}, true
		case s.Tree.IsFile(root("Procfile")) && s.Tree.IsFile(root("app.json")):
			return Platform{Name: "Heroku", File: root("app.json")}, true
		}
	}
	return Platform{}, false
}

// hasCompose reports whether the tree has a compose file, whichever it is for.
func (s *Snapshot) hasCompose() bool {
	for _, p := range s.Tree.WithExt(".yml", ".yaml") {
		if base := path.Base(p); strings.HasPrefix(base, "compose.") || strings.HasPrefix(base, "docker-compose") {
			return true
		}
	}
	return false
}
