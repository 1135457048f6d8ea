package ci

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/deploy/document"
)

// others reads the systems whose files hold their commands under few keys, and names those that are not read.
func (r *reader) others() {
	r.circle()
	r.keyed("bitbucket-pipelines.yml", []string{"script", "after-script"})
	r.keyed("azure-pipelines.yml", []string{"script", "bash"})
	r.keyed(".travis.yml", []string{"before_install", "install", "before_script", "script", "after_success"})
	for _, name := range []string{"Jenkinsfile", ".drone.yml", ".woodpecker.yml", ".woodpecker", ".buildkite", ".semaphore", "cloudbuild.yaml", "appveyor.yml", ".appveyor.yml",
		".cirrus.yml", "buildspec.yml", ".builds", ".forgejo/workflows", ".gitea/workflows", ".teamcity", "azure-pipelines.yaml", ".azure-pipelines", "codeship-steps.yml", "wercker.yml", ".zuul.yaml", ".zuul.d", ".tekton", "cloudbuild.yml", ".harness", ".build.yml"} {
		if !r.tree.Exists(name) {
			continue
		}
		d := Doubt{Reason: name + " is not read"}
		if f, ok := r.tree.Read(name); ok {
			r.out.Files = append(r.out.Files, f)
			d.At = f.Whole()
		}
		r.out.Doubts = append(r.out.Doubts, d)
	}
}

// circle reads CircleCI's configuration. One that is a set-up chooses which configuration the pipeline goes on with; these stand beside it.
// Source: https://circleci.com/docs/dynamic-config/
func (r *reader) circle() {
	const name = ".circleci/config.yml"
	r.keyed(name, []string{"run"})
	if !r.tree.IsFile(name) {
		return
	}
	f, doc := r.yaml(name)
	if doc == nil {
		return
	}
	if setup := doc.Get("setup"); setup == nil || setup.Text != "true" {
		return
	}
	found := false
	for _, pattern := range []string{"*.yml", "*.yaml"} {
		for _, other := range r.tree.Glob(".circleci/" + pattern) {
			if other != name && r.tree.IsFile(other) {
				r.keyed(other, []string{"run"})
				found = true
			}
		}
	}
	if !found {
		r.out.Doubts = append(r.out.Doubts, Doubt{Reason: "the configuration that " + name + " goes on with is not in the repository", At: f.Whole()})
	}
}

// keyed reads a file whose commands stand under the keys, wherever those are.
func (r *reader) keyed(name string, keys []string) {
	if !r.tree.IsFile(name) {
		return
	}
	f, doc := r.yaml(name)
	if f == nil {
		return
	}
	r.out.Files = append(r.out.Files, f)
	if doc == nil {
		r.out.Doubts = append(r.out.Doubts, Doubt{Reason: name + " can't be read", At: f.Whole()})
		return
	}
	k := &keyedReader{reader: r, keys: keys, job: r.job(path.Base(name), f.Whole(), nil)}
	k.node(doc, 0)
	k.orbs(doc.Get("orbs"))
}

type keyedReader struct {
	*reader
	keys []string
	job  *Job
}

func (k *keyedReader) node(n *document.Node, depth int) {
	if n == nil || depth > 30 || !k.visit() {
		return
	}
	for _, item := range n.Items {
		k.node(item, depth+1)
	}
	for _, e := range n.Entries {
		switch {
		case slices.Contains(k.keys, e.Key):
			k.commands(e.Value)
		case e.Key == "template" && e.Value.Kind == document.String:
			k.job.doubt(e.Value.At, "the template %s is not read", e.Value.Text)
		case e.Key == "pipe" && !strings.HasPrefix(e.Value.Scalar(), "atlassian/"):
			k.job.doubt(e.Value.At, "the pipe %s is not known", e.Value.Scalar())
		default:
			k.node(e.Value, depth+1)
		}
	}
}

func (k *keyedReader) commands(n *document.Node) {
	if n.IsMap() {
		n = n.Get("command")
	}
	for _, item := range n.List() {
		if text, ok := item.Str(); ok {
			k.text(k.job, plain(text), ".", item.At)
		} else {
			k.node(item, 20)
		}
	}
}

func (k *keyedReader) orbs(n *document.Node) {
	for _, e := range n.Map() {
		name, _, _ := strings.Cut(e.Value.Scalar(), "@")
		k.job.Actions = append(k.job.Actions, Action{Name: name, At: e.Value.At})
		if !strings.HasPrefix(name, "circleci/") || name == "circleci/python" {
			k.job.doubt(e.Value.At, "what the orb %s does is not known", name)
		}
	}
}
