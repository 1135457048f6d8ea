package deploy

import (
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/knowledge"
)

// conda reads the dependencies of an environment.yml: conda's own (`django=5.2`) and those under pip.
func (r *dependencyReader) conda(file string) {
	f, ok := r.tree.Read(file)
	if !ok {
		return
	}
	docs, diagnostics := document.YAML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	if len(docs) == 0 {
		return
	}
	u, _ := usageOf(file)
	as := Requirement{Production: u == neutral || u == production, Direct: true}
	r.addSource(f, "environment.yml", false, as.Production)
	for _, item := range docs[0].Get("dependencies").List() {
		if text, ok := item.Str(); ok {
			r.condaPackage(text, item, as)
			continue
		}
		r.specifications(item.Get("pip"), as)
	}
}

// condaPackage reads a conda match specification of the simple kind: name, name=version, name==version, name>=version.
func (r *dependencyReader) condaPackage(text string, item *document.Node, as Requirement) {
	if cut := strings.LastIndex(text, "::"); cut >= 0 {
		text = text[cut+2:] // the channel
	}
	n := nameLength(text)
	name, rest := text[:n], strings.TrimSpace(text[n:])
	if name == "" || name == "python" || name == "pip" {
		return
	}
	parsed := parsedRequirement{name: knowledge.NormalName(name), constraint: condaConstraint(rest)}
	parsed.version = exactVersion(parsed.constraint)
	as.At = item.At
	r.add(parsed, as)
}

// condaConstraint writes conda's `=5.2` (any release of 5.2) as PEP 440 does; a build string is dropped.
func condaConstraint(text string) string {
	if strings.HasPrefix(text, "=") && !strings.HasPrefix(text, "==") {
		version, _, build := strings.Cut(text[1:], "=")
		if build || strings.Count(version, ".") >= 2 && !strings.HasSuffix(version, "*") {
			return "==" + version
		}
		return "==" + strings.TrimSuffix(strings.TrimSuffix(version, "*"), ".") + ".*"
	}
	return text
}
