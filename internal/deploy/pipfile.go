package deploy

import (
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/knowledge"
)

// pipfile reads a Pipfile (https://pipenv.pypa.io/en/latest/pipfile.html).
func (r *dependencyReader) pipfile(file string) {
	f, ok := r.tree.Read(file)
	if !ok {
		return
	}
	root, diagnostics := document.TOML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	r.addSource(f, "Pipfile", false, true)
	for _, category := range root.Map() {
		if !category.Value.IsMap() || category.Key == "requires" || category.Key == "scripts" || category.Key == "pipenv" {
			continue
		}
		as := Requirement{Production: category.Key == "packages" || groupInProduction(category.Key, false), Direct: true}
		if category.Key != "packages" {
			as.Group = strings.TrimSuffix(category.Key, "-packages")
		}
		for _, e := range category.Value.Map() {
			r.pipfileEntry(e, as)
		}
	}
}

func (r *dependencyReader) pipfileEntry(e document.Entry, as Requirement) {
	version, _ := e.Value.Str()
	if e.Value.IsMap() {
		version = e.Value.Get("version").Scalar()
	}
	parsed := parsedRequirement{name: knowledge.NormalName(e.Key), constraint: poetryConstraint(version), marker: pipfileMarker(e.Value)}
	parsed.url = firstNonEmpty(e.Value.Get("git").Scalar(), e.Value.Get("file").Scalar(), e.Value.Get("path").Scalar())
	parsed.version, parsed.extras = exactVersion(parsed.constraint), normalNames(e.Value.Get("extras").Strings())
	as.At = spanning(e.KeyAt, e.Value.Span())
	as.Production = as.Production && r.applies(parsed)
	r.add(parsed, as)
}

// pipfileMarker joins `markers` and the marker variables that can stand as keys of their own.
func pipfileMarker(entry *document.Node) string {
	marker := entry.Get("markers").Scalar()
	for _, variable := range []string{"sys_platform", "platform_system", "os_name"} {
		if condition := entry.Get(variable).Scalar(); condition != "" {
			if marker != "" {
				marker += " and "
			}
			marker += variable + " " + condition
		}
	}
	return marker
}

// pipfileLock reads Pipfile.lock: direct and indirect packages, in "default" those of production.
func (r *dependencyReader) pipfileLock(file string) {
	f, ok := r.tree.Read(file)
	if !ok {
		return
	}
	root, diagnostics := document.JSON(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	wanted := r.askedFor()
	r.addSource(f, "Pipfile.lock", true, true)
	for _, category := range root.Map() {
		if category.Key == "_meta" {
			continue
		}
		for _, e := range category.Value.Map() {
			name := knowledge.NormalName(e.Key)
			constraint := e.Value.Get("version").Scalar()
			isDirect := wanted[name]
			q := Requirement{
				Name: name, Constraint: constraint, Version: exactVersion(constraint), Marker: e.Value.Get("markers").Scalar(), URL: e.Value.Get("git").Scalar(),
				Production: (category.Key == "default" || groupInProduction(category.Key, false)) && appliesInProduction(e.Value.Get("markers").Scalar(), r.out.Python.Version),
				Direct:     isDirect || len(wanted) == 0,
				Hashed:     len(e.Value.Get("hashes").List()) > 0, At: firstSpan(e.Value.Get("version").Span(), e.KeyAt),
			}
			if category.Key != "default" {
				q.Group = category.Key
			}
			r.out.Requirements = append(r.out.Requirements, q)
		}
	}
}
