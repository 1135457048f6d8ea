package check

import (
	"net/url"
	"strings"

	"gonogo/internal/source"
)

// DocumentationSite is an address in the README at which the project's own documentation seems to live, or "".
func DocumentationSite(tree *source.Tree) string {
	if tree == nil {
		return ""
	}
	for _, name := range tree.Paths() {
		if strings.Contains(name, "/") || !strings.HasPrefix(strings.ToLower(name), "readme") {
			continue
		}
		f, ok := tree.Read(name)
		if !ok {
			continue
		}
		for _, word := range strings.FieldsFunc(string(f.Data), func(c rune) bool { return strings.ContainsRune(" \t\r\n()<>[]\"'`", c) }) {
			if site := ownDocumentation(word); site != "" {
				return site
			}
		}
	}
	return ""
}

// ownDocumentation is the host of an address that looks like a project's documentation; those of well-known tools are none.
func ownDocumentation(word string) string {
	address, err := url.Parse(strings.TrimRight(word, ".,;:"))
	if err != nil || address.Scheme != "https" && address.Scheme != "http" || address.Host == "" {
		return ""
	}
	host := address.Hostname()
	for _, other := range []string{"djangoproject.com", "docker.com", "python.org", "github.com", "celeryq.dev", "celeryproject.org", "heroku.com", "amazon.com", "astral.sh", "python-poetry.org", "pytest.org", "sentry.io", "google.com", "microsoft.com", "digitalocean.com", "nginx.org", "postgresql.org", "redis.io", "wagtail.org", "wagtail.io", "transifex.com", "pipenv.org", "pypa.io", "django-rest-framework.org", "gunicorn.org", "nodejs.org", "npmjs.com", "kubernetes.io", "helm.sh"} {
		if host == other || strings.HasSuffix(host, "."+other) {
			if strings.Contains(address.Path, "/wiki") {
				break
			}
			return ""
		}
	}
	if strings.HasSuffix(host, "localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".test") || strings.HasSuffix(host, "example.com") {
		return ""
	}
	documents := strings.HasPrefix(host, "docs.") || strings.HasPrefix(host, "documentation.") || strings.HasSuffix(host, ".readthedocs.io") || strings.HasSuffix(host, ".readthedocs.org") ||
		strings.HasSuffix(host, ".gitbook.io") || strings.HasPrefix(address.Path, "/docs") || strings.Contains(address.Path, "/wiki")
	if !documents {
		return ""
	}
	return host
}

// DocumentTexts are the texts of the repository that can describe variables: example environment files and prose.
func DocumentTexts(tree *source.Tree) []string {
	var texts []string
	if tree == nil {
		return nil
	}
	for _, name := range tree.Paths() {
		if !Describes(name) {
			continue
		}
		if f, ok := tree.Read(name); ok {
			texts = append(texts, string(f.Data))
		}
	}
	return texts
}

// Describes reports whether a file of this name can describe variables.
func Describes(name string) bool {
	lower := strings.ToLower(name)
	base := lower[strings.LastIndexByte(lower, '/')+1:]
	if strings.Contains(base, "requirements") || strings.Contains(base, "license") || strings.Contains(base, "changelog") || strings.Contains(base, "changes") || strings.Contains(base, "history") {
		return false
	}
	for _, ext := range []string{".md", ".rst", ".adoc", ".txt", ".mdx"} {
		if strings.HasSuffix(base, ext) {
			return true
		}
	}
	if strings.HasPrefix(base, "readme") || base == "app.json" {
		return true
	}
	example := strings.Contains(base, "example") || strings.Contains(base, "sample") || strings.Contains(base, "template") || strings.HasSuffix(base, ".dist")
	return example && (strings.Contains(base, "env") || strings.HasSuffix(base, ".ini") || strings.HasSuffix(base, ".toml") || strings.Contains(base, "config"))
}
