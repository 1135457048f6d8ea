package deploy

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/deploy/helm"
	"gonogo/internal/redact"
	"gonogo/internal/source"
)

// This file turns charts into manifests: their templates are rendered with the values that production gives them, and each object is led back
// to the template that it comes from. What a chart leaves to its operator is unknown: values that are empty, placeholders or examples.

// maxChartsRead bounds how many charts of a tree are rendered.
const maxChartsRead = 50

// Unrendered is a template of a chart whose objects are not known.
type Unrendered struct {
	// Dependency says that it is a chart which the project's own asks for and which is not in the repository: a service, as a rule.
	Dependency bool
	At         source.Span
	Reason     string // a clause
}

// chartFile is a template of a chart.
type chartFile struct {
	reason  string // with which values it was rendered, in a clause
	shipped bool   // with the chart's own alone
}

// renderCharts adds the objects of all charts to the manifests, by the paths of their templates.
func (r *reader) renderCharts() {
	r.chartFiles = map[string]chartFile{}
	for _, file := range r.paths {
		if path.Base(file) != "Chart.yaml" || len(r.chartFiles) > maxFiles || r.isSubchart(path.Dir(file)) {
			continue
		}
		if r.chartsRead++; r.chartsRead > maxChartsRead {
			return
		}
		c, err := helm.Load(r.tree, path.Dir(file))
		if err != nil {
			r.unrendered = append(r.unrendered, Unrendered{At: r.whole(file), Reason: fmt.Sprintf("the chart could not be read: %v", err)})
			continue
		}
		if !c.IsLibrary() {
			r.renderChart(c)
		}
	}
}

func (r *reader) whole(file string) source.Span {
	if f, ok := r.tree.Read(file); ok {
		return f.Whole()
	}
	return source.Span{}
}

// isSubchart reports whether a folder stands in the charts/ folder of another chart.
func (r *reader) isSubchart(dir string) bool {
	outer := path.Dir(dir)
	return path.Base(outer) == "charts" && r.tree.IsFile(path.Join(path.Dir(outer), "Chart.yaml"))
}

func (r *reader) renderChart(c *helm.Chart) {
	release := r.releaseOf(c)
	for _, out := range c.Render(release.Release) {
		file := out.Template.Path
		if ext := path.Ext(file); ext != ".yaml" && ext != ".yml" {
			continue
		}
		if _, seen := r.chartFiles[file]; !seen {
			r.manifests[file] = nil // the template itself is no manifest
		}
		r.chartFiles[file] = chartFile{release.reason, release.shipped}
		if out.Err != nil {
			r.unrendered = append(r.unrendered, Unrendered{At: out.Template.Whole(), Reason: fmt.Sprintf("the template could not be rendered: %v", out.Err)})
			continue
		}
		virtual := source.NewFile(file, out.Text)
		docs, diagnostics := document.YAML(virtual)
		for _, d := range diagnostics {
			at := out.Source(int(d.At.Start), int(d.At.End))
			r.unrendered = append(r.unrendered, Unrendered{At: at, Reason: "what the template renders could not be read: " + d.Message})
		}
		for _, doc := range docs {
			m := &chartDocument{out: out, virtual: virtual, seen: map[*document.Node]bool{}}
			m.node(doc)
			if !isTestHook(doc) {
				m.switched(doc)
				r.manifests[file] = append(r.manifests[file], doc)
			}
		}
	}
	for _, name := range c.Missing {
		r.unrendered = append(r.unrendered, Unrendered{Dependency: true, At: r.whole(path.Join(c.Dir, "Chart.yaml")), Reason: fmt.Sprintf("the chart %s, which it asks for, is not in the repository", name)})
	}
}

// isTestHook reports whether an object is only made by `helm test` (https://helm.sh/docs/topics/chart_tests/).
func isTestHook(doc *document.Node) bool {
	hook := doc.Get("metadata", "annotations").Get("helm.sh/hook").Scalar()
	return hook == "test" || hook == "test-success" || hook == "test-failure"
}

// chartDocument is one document that a template rendered.
type chartDocument struct {
	out     *helm.Output
	virtual *source.File
	seen    map[*document.Node]bool
}

// node leads a node and all below it back to the templates, and makes unknown what the chart leaves to its operator.
func (m *chartDocument) node(n *document.Node) {
	if n == nil || m.seen[n] {
		return
	}
	m.seen[n] = true
	for _, item := range n.Items {
		m.node(item)
	}
	for i := range n.Entries {
		m.node(n.Entries[i].Value)
		n.Entries[i].KeyAt = m.span(n.Entries[i].KeyAt)
	}
	start, end := int(n.At.Start), int(n.At.End)
	filled := n.At.File == m.virtual && m.out.Filled(start, end)
	n.At = m.span(n.At)
	empty := len(n.Items) == 0 && len(n.Entries) == 0
	switch {
	case !filled || n.Kind == document.Null || n.Kind == document.Bool || n.Kind == document.Number:
	case (n.Kind == document.Map || n.Kind == document.List) && empty, n.Kind == document.String && isOperators(n.Text):
		n.Kind, n.Text = document.String, helm.Unknown+actionName(n.At)+"}"
	}
}

func (m *chartDocument) span(at source.Span) source.Span {
	if at.File != m.virtual {
		return at
	}
	return m.out.Source(int(at.Start), int(at.End))
}

// actionName is what an action writes, for people: "{{ .Values.host | quote }}" is ".Values.host | quote".
func actionName(at source.Span) string {
	text := strings.Join(strings.Fields(at.Text()), " ")
	if i := strings.Index(text, "{{"); i >= 0 {
		text = text[i+2:]
	}
	text, _, _ = strings.Cut(text, "}}")
	return strings.NewReplacer("{", "", "}", "").Replace(strings.Trim(text, " -"))
}

// isOperators reports whether a value that a chart is shipped with stands for one that its operator gives.
func isOperators(text string) bool {
	return text == "" || redact.Placeholder(text) || isExampleHost(text) && !strings.Contains(text, helm.Unknown)
}

// isExampleHost reports whether a text is a host name, or an address with one, that is no real one (RFC 2606, RFC 6762).
func isExampleHost(text string) bool {
	host := text
	if _, rest, ok := strings.Cut(host, "://"); ok {
		host = rest
	}
	host, _, _ = strings.Cut(host, "/")
	host, _, _ = strings.Cut(host, ":")
	if strings.ContainsAny(host, " ,") {
		return false
	}
	for _, end := range []string{"example.com", "example.org", "example.net", ".example", ".invalid", ".test", ".local", ".localhost"} {
		if host == end || strings.HasSuffix(host, "."+strings.TrimPrefix(end, ".")) {
			return true
		}
	}
	return false
}

// switched marks as unknown what the containers of an object lack and the template writes under a condition that the values switch off.
func (m *chartDocument) switched(object *document.Node) {
	pod := podSpec(object)
	if spec := object.Get("spec"); pod != nil && spec.Get("strategy") == nil && m.leavesOut(spec.Span().File, "strategy:") {
		spec.Entries = append(spec.Entries, unknownEntry("strategy", spec.At))
	}
	for _, list := range []string{"containers", "initContainers"} {
		for _, c := range pod.Get(list).Sequence() {
			if !c.IsMap() {
				continue
			}
			for _, key := range []string{"resources", "securityContext"} {
				if c.Get(key) == nil && m.leavesOut(c.At.File, key+":") {
					c.Entries = append(c.Entries, unknownEntry(key, c.At))
				}
			}
		}
	}
}

func unknownEntry(key string, at source.Span) document.Entry {
	return document.Entry{Key: key, KeyAt: at, Value: &document.Node{Kind: document.String, Text: helm.Unknown + key + "}", At: at}}
}

// leavesOut reports whether a template has a key more often than what it rendered.
func (m *chartDocument) leavesOut(template *source.File, key string) bool {
	return template != nil && strings.Count(string(template.Data), key) > strings.Count(string(m.out.Text), key)
}

// isUnknownText reports whether a text has a part that a chart does not tell.
func isUnknownText(text string) bool { return strings.Contains(text, helm.Unknown) }
