package deploy

import (
	"path"
	"regexp"
	"slices"

	"gonogo/internal/deploy/document"
)

// defaultSettings finds the settings module that a manage.py falls back to.
var defaultSettings = regexp.MustCompile(`DJANGO_SETTINGS_MODULE["'], *["']([A-Za-z_]\w*)`)

// ownNames are the words of the names that the project goes by: the package of its settings, and its name in pyproject.toml.
func (r *reader) ownNames() [][]string {
	if r.names != nil {
		return r.names
	}
	r.names = [][]string{}
	add := func(name string) {
		switch list := words(name); {
		case len(list) == 0:
		case len(list) == 1 && slices.Contains([]string{"config", "settings", "conf", "core", "project", "app", "backend", "main", "src", "server", "web", "api", "mysite", "site"}, list[0]):
		default:
			r.names = append(r.names, list)
		}
	}
	if f, ok := r.tree.Read(path.Join(r.root, "manage.py")); ok {
		if m := defaultSettings.FindSubmatch(f.Data); m != nil {
			add(string(m[1]))
		}
	}
	for dir := r.root; ; dir = path.Dir(dir) {
		if f, ok := r.tree.Read(path.Join(dir, "pyproject.toml")); ok {
			root, _ := document.TOML(f)
			add(firstNonEmpty(root.Get("project", "name").Scalar(), root.Get("tool", "poetry", "name").Scalar()))
		}
		if dir == "." || dir == "/" {
			return r.names
		}
	}
}

// isOwnImage reports whether an image that is taken from a registry is the project's own, by its name: the project's name alone, or with
// words that say which part of it holds Django.
func (r *reader) isOwnImage(image string) bool {
	if _, kind := productOf(image); image == "" || kind != 0 || isPublicImage(image) {
		return false
	}
	of := words(ParseImage(image).Base())
	for _, own := range r.ownNames() {
		if len(of) < len(own) || !slices.Equal(of[:len(own)], own) && !slices.Equal(of, own[:min(len(of), len(own))]) {
			continue
		}
		rest := of[len(own):]
		if !slices.ContainsFunc(rest, func(w string) bool { return slices.Contains(otherParts, w) }) {
			return true
		}
	}
	return false
}

// otherParts are words for parts of a project that are not Django.
var otherParts = []string{"frontend", "front", "ui", "nginx", "proxy", "client", "docs", "admin", "live", "space", "worker", "postgres", "db", "redis", "mobile", "static", "assets", "cli", "agent", "init", "dev", "test"}
