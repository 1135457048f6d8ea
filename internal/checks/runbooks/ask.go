package runbooks

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/knowledge"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/runbook"
	"gonogo/internal/source"
)

// topic is a subject that documents should say, in words for people.
type topic struct {
	subject project.Subject
	name    string
}

// missing are the names of the topics that no document says.
func missing(c *project.Coverage, topics []topic) (names []string) {
	for _, t := range topics {
		if _, said := c.Find(t.subject); !said {
			names = append(names, t.name)
		}
	}
	return names
}

// elsewhere says why documents can be somewhere else, "" where the repository must hold them: in a format that is not read, or on a site that the
// README points to and that is not built from the tree.
func elsewhere(p *check.SourcePass) string {
	if unread := p.Project.Documents().Unread; len(unread) > 0 {
		return "documents are in a format that is not read (" + unread[0] + ")"
	}
	if buildsSite(p.Project.Tree) {
		return ""
	}
	if site := check.DocumentationSite(p.Project.Tree); site != "" {
		return "the README points to " + site + ", which is not read"
	}
	return ""
}

// buildsSite reports whether the tree holds the source of a site of documents.
func buildsSite(tree *source.Tree) bool {
	for _, name := range tree.Named("mkdocs.yml", "mkdocs.yaml", "docusaurus.config.js", "docusaurus.config.ts", "hugo.toml", "hugo.yaml", "book.toml", "zensical.toml", "conf.py") {
		if path.Base(name) != "conf.py" || strings.Contains("/"+name, "/doc") {
			return true
		}
	}
	return false
}

// place is where something is missing: the document that says most of the topics, else the first one for operation, else manage.py.
func place(p *check.SourcePass, topics []topic) source.Span {
	c := p.Project.Coverage()
	var best *runbook.Document
	most := 0
	for _, d := range c.Documents {
		n := 0
		for _, t := range topics {
			if _, ok := c.In(d, t.subject); ok {
				n++
			}
		}
		if best == nil || n > most {
			best, most = d, n
		}
	}
	if best != nil {
		return best.File.Whole()
	}
	tree := p.Project.Tree
	for _, name := range append([]string{path.Join(p.Project.Root, "manage.py")}, tree.Paths()...) {
		if f, ok := tree.Read(name); ok {
			return f.Whole()
		}
	}
	return source.Span{}
}

// hasTasks reports whether the project works off tasks in processes of their own.
func hasTasks(p *check.SourcePass) bool {
	for _, f := range []project.Feature{project.Celery, project.RQ, project.Dramatiq, project.Huey, project.DjangoQ} {
		if has, _ := p.Project.Has(f); has == eval.Yes {
			return len(p.Project.Background().Tasks) > 0 || len(check.Running(p, workerRole)) > 0
		}
	}
	return false
}

// hasSchedule reports whether a process of its own sends periodic tasks.
func hasSchedule(p *check.SourcePass) bool {
	if has, _ := p.Project.Has(project.Celery); has != eval.Yes || p.Settings == nil {
		return len(check.Running(p, beatRole)) > 0
	}
	beat := p.Project.Background().Beat(p.Project.Celery(), p.Settings.Shipped())
	return len(beat.Periodic) > 0 || beat.Database || len(check.Running(p, beatRole)) > 0
}

// hasAccounts reports whether somebody administers the site in a browser.
func hasAccounts(p *check.SourcePass) bool {
	has, _ := p.Project.Has(project.Admin)
	return has == eval.Yes
}

// hasCache reports whether a server keeps what is cached.
func hasCache(p *check.SourcePass) bool {
	if p.Project.Deployment == nil {
		return false
	}
	return slices.ContainsFunc(p.Project.Deployment.Dependencies.Names(), func(name string) bool {
		return name == "redis" || name == "django-redis" || name == "pymemcache" || name == "pylibmc" || knowledge.HasRole(name, knowledge.CacheBackend)
	})
}
