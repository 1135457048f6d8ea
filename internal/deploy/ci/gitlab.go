package ci

import (
	"path"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// gitlab reads .gitlab-ci.yml and the local files that it includes.
func (r *reader) gitlab() {
	const name = ".gitlab-ci.yml"
	if !r.tree.IsFile(name) {
		return
	}
	g := &gitlabReader{reader: r, jobs: map[string]*document.Node{}, seen: map[string]bool{}}
	g.file(name, 0)
	g.run()
}

type gitlabReader struct {
	*reader
	jobs   map[string]*document.Node
	order  []document.Entry
	global *document.Node
	seen   map[string]bool
}

func (g *gitlabReader) doubt(at source.Span, reason string) {
	g.out.Doubts = append(g.out.Doubts, Doubt{Reason: reason, At: at})
}

func (g *gitlabReader) file(name string, depth int) {
	if g.seen[name] || depth > maxDepth {
		return
	}
	g.seen[name] = true
	f, doc := g.yaml(name)
	if f == nil {
		return
	}
	g.out.Files = append(g.out.Files, f)
	if doc == nil {
		g.doubt(f.Whole(), name+" can't be read")
		return
	}
	if depth == 0 {
		g.global = doc
	}
	g.includes(doc.Get("include"), depth)
	for _, e := range doc.Map() {
		if e.Value.IsMap() {
			g.jobs[e.Key] = e.Value
			g.order = append(g.order, e)
		}
	}
}

func (g *gitlabReader) includes(n *document.Node, depth int) {
	items := n.List()
	if n.IsMap() {
		items = []*document.Node{n}
	}
	for _, item := range items {
		local := item.Get("local").Scalar()
		if local == "" && item.Kind == document.String && !strings.Contains(item.Text, "://") {
			local = item.Text
		}
		template := item.Get("template").Scalar()
		switch {
		case local != "" && g.tree.IsFile(path.Clean(strings.TrimPrefix(local, "/"))):
			g.file(path.Clean(strings.TrimPrefix(local, "/")), depth+1)
		case template != "":
			j := g.job("template "+template, item.At, nil)
			j.Actions = append(j.Actions, Action{Name: template, At: item.At})
			if strings.Contains(template, "Auto-DevOps") {
				j.doubt(item.At, "the template %s is not read", template)
			}
		default:
			g.doubt(item.At, "a file that the pipeline includes is not in the repository")
		}
	}
}

// run reads the jobs: those whose names begin with a dot are parts of others.
func (g *gitlabReader) run() {
	for _, e := range g.order {
		switch {
		case strings.HasPrefix(e.Key, "."), e.Key == "default", e.Key == "variables", e.Key == "workflow", e.Key == "include", e.Key == "stages", e.Key == "cache":
			continue
		}
		j := g.job(e.Key, e.KeyAt, nil)
		for _, key := range []string{"before_script", "script", "after_script"} {
			n := g.part(e.Value, key, 0)
			if n == nil && key != "script" {
				if n = g.global.Get("default", key); n == nil {
					n = g.global.Get(key)
				}
			}
			g.script(j, n, 0)
		}
		if g.part(e.Value, "allow_failure", 0).Scalar() == "true" {
			j.ignore(0, 0, "allow_failure")
		}
		j.Manual = g.part(e.Value, "when", 0).Scalar() == "manual"
		if trigger := e.Value.Get("trigger"); trigger != nil {
			if local := trigger.Get("include").Scalar(); local != "" && g.tree.IsFile(strings.TrimPrefix(local, "/")) {
				g.file(strings.TrimPrefix(local, "/"), 1)
			}
			j.doubt(trigger.At, "the pipeline that %s starts is not read", e.Key)
		}
	}
}

// part is what a job says, itself or by the jobs that it extends, the last of which wins.
func (g *gitlabReader) part(job *document.Node, key string, depth int) *document.Node {
	if n := job.Get(key); n != nil || depth > maxDepth {
		return n
	}
	names := job.Get("extends").Strings()
	for i := len(names) - 1; i >= 0; i-- {
		if n := g.part(g.jobs[names[i]], key, depth+1); n != nil {
			return n
		}
	}
	return nil
}

func (g *gitlabReader) script(j *Job, n *document.Node, depth int) {
	if depth > maxDepth || n == nil || !g.visit() {
		return
	}
	if n.IsList() && len(n.Items) == 2 && g.reference(n) != nil {
		g.script(j, g.reference(n), depth+1)
		return
	}
	for _, item := range n.List() {
		if item.IsList() {
			g.script(j, item, depth+1)
			continue
		}
		if text, ok := item.Str(); ok {
			g.text(j, plain(text), ".", item.At)
		}
	}
}

// reference is what `!reference [job, key]` stands for, nil when the list is none.
func (g *gitlabReader) reference(n *document.Node) *document.Node {
	job, key := n.Items[0].Scalar(), n.Items[1].Scalar()
	if !strings.HasSuffix(key, "script") || strings.ContainsAny(key, " ./") {
		return nil
	}
	return g.part(g.jobs[job], key, 0)
}
