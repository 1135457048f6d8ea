package deploy

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

// python is the Python that production runs: that of the images which production builds, else of the files that platforms and version
// managers read, else a version that the project's own metadata allows as the only one, else that of CI.
func (r *reader) python(artefacts []*artefact) PythonVersion {
	for _, django := range []bool{true, false} {
		for _, a := range artefacts {
			if a.kind != dockerKind || !a.serves || a.foreign || a.runsDjango() != django {
				continue
			}
			if v, ok := r.imagePython(a); ok {
				return v
			}
		}
	}
	for _, read := range []func(dir string) (PythonVersion, bool){r.runtimeTxt, r.pythonVersionFile, r.toolVersions, r.pipfilePython, r.metadataPython, r.condaPython} {
		for dir := r.root; ; dir = path.Dir(dir) {
			if v, ok := read(dir); ok {
				return v
			}
			if dir == "." || dir == "/" {
				break
			}
		}
	}
	return PythonVersion{Version: knowledge.Version{}, Reason: "no file tells the version of Python"}
}

// pythonImage matches tags of images that carry Python: python:3.12-slim, ghcr.io/astral-sh/uv:python3.12-bookworm, circleci/python:3.9. The tag of another
// image of which the name speaks of Python (docker-python-web:1.0.0) is its own version.
var pythonImage = regexp.MustCompile(`(?:^|/)(?:[\w.-]+-)?python:(?:python)?([23]\.\d+(?:\.\d+)?)|:(?:[\w.-]*-)?python(\d+\.\d+(?:\.\d+)?)|(?:^|/)python-?(\d)(\d+)(?::|$)`)

// imagePython is the Python of the image that the final stage is built upon.
func (r *reader) imagePython(a *artefact) (PythonVersion, bool) {
	d := r.dockerfile(a.file, a.args)
	if d == nil {
		return PythonVersion{}, false
	}
	chain := d.target(a.target).Chain()
	last := chain[len(chain)-1]
	m := pythonImage.FindStringSubmatch(last.Base)
	if m == nil {
		return PythonVersion{}, false
	}
	text := firstNonEmpty(m[1], m[2])
	if text == "" {
		text = m[3] + "." + m[4] // registry.access.redhat.com/ubi9/python-312
	}
	return PythonVersion{Version: knowledge.ParseVersion(text), Reason: "FROM " + last.Base, At: last.At}, true
}

func (r *reader) firstLine(file string) (string, source.Span, bool) {
	f, ok := r.tree.Read(file)
	if !ok {
		return "", source.Span{}, false
	}
	for n := 1; n <= f.LineCount(); n++ {
		if text := strings.TrimSpace(f.Line(n)); text != "" && text[0] != '#' {
			return text, lineSpan(f, n), true
		}
	}
	return "", source.Span{}, false
}

func versionFrom(text, reason string, at source.Span) (PythonVersion, bool) {
	v := knowledge.ParseVersion(text)
	return PythonVersion{Version: v, Reason: reason, At: at}, v.Known()
}

// runtimeTxt reads Heroku's runtime.txt: python-3.12.4.
func (r *reader) runtimeTxt(dir string) (PythonVersion, bool) {
	text, at, ok := r.firstLine(path.Join(dir, "runtime.txt"))
	if !ok {
		return PythonVersion{}, false
	}
	return versionFrom(strings.TrimPrefix(text, "python-"), "runtime.txt", at)
}

func (r *reader) pythonVersionFile(dir string) (PythonVersion, bool) {
	text, at, ok := r.firstLine(path.Join(dir, ".python-version"))
	if !ok {
		return PythonVersion{}, false
	}
	return versionFrom(strings.TrimPrefix(strings.TrimPrefix(text, "cpython-"), "python-"), ".python-version", at)
}

// toolVersions reads asdf's .tool-versions and the tools of mise.toml.
func (r *reader) toolVersions(dir string) (PythonVersion, bool) {
	if f, ok := r.tree.Read(path.Join(dir, ".tool-versions")); ok {
		for n := 1; n <= f.LineCount(); n++ {
			if fields := strings.Fields(f.Line(n)); len(fields) >= 2 && fields[0] == "python" {
				return versionFrom(fields[1], ".tool-versions", lineSpan(f, n))
			}
		}
	}
	for _, name := range []string{"mise.toml", ".mise.toml"} {
		if f, ok := r.tree.Read(path.Join(dir, name)); ok {
			root, _ := document.TOML(f)
			if python := root.Get("tools", "python"); python != nil {
				return versionFrom(python.Scalar(), name, python.At)
			}
		}
	}
	return PythonVersion{}, false
}

func (r *reader) pipfilePython(dir string) (PythonVersion, bool) {
	f, ok := r.tree.Read(path.Join(dir, "Pipfile"))
	if !ok {
		return PythonVersion{}, false
	}
	root, _ := document.TOML(f)
	for _, key := range []string{"python_full_version", "python_version"} {
		if n := root.Get("requires", key); n != nil {
			return versionFrom(n.Scalar(), "Pipfile", n.At)
		}
	}
	return PythonVersion{}, false
}

// metadataPython reads requires-python of pyproject.toml, and Poetry's python, where they allow one series only.
func (r *reader) metadataPython(dir string) (PythonVersion, bool) {
	f, ok := r.tree.Read(path.Join(dir, "pyproject.toml"))
	if !ok {
		return PythonVersion{}, false
	}
	root, _ := document.TOML(f)
	requires := root.Get("project", "requires-python")
	constraint := requires.Scalar()
	if requires == nil {
		requires = root.Get("tool", "poetry", "dependencies", "python")
		constraint = poetryConstraint(requires.Scalar())
	}
	if v, ok := onlyPython(constraint); ok {
		return PythonVersion{Version: v, Reason: fmt.Sprintf("pyproject.toml allows Python %s only", v.Series()), At: requires.At}, true
	}
	return PythonVersion{}, false
}

// onlyPython is the one series of Python 3 that specifiers allow.
func onlyPython(specifiers string) (knowledge.Version, bool) {
	if specifiers == "" || openAbove(specifiers) {
		return knowledge.Version{}, false
	}
	found := knowledge.Version{}
	for minor := 0; minor < 40; minor++ {
		allowed := false
		for _, patch := range []string{"0", "5", "12", "99"} {
			allowed = allowed || Allows(specifiers, "3."+itoa(minor)+"."+patch)
		}
		if exact := knowledge.ParseVersion(exactVersion(specifiers)); exact.Known() && exact.Minor == minor {
			allowed = true
		}
		if allowed && found.Known() {
			return knowledge.Version{}, false
		}
		if allowed {
			found = knowledge.Version{Major: 3, Minor: minor, Patch: -1}
		}
	}
	return found, found.Known()
}

// condaPython reads `python=3.12` of environment.yml.
func (r *reader) condaPython(dir string) (PythonVersion, bool) {
	f, ok := r.tree.Read(path.Join(dir, "environment.yml"))
	if !ok {
		return PythonVersion{}, false
	}
	docs, _ := document.YAML(f)
	if len(docs) == 0 {
		return PythonVersion{}, false
	}
	for _, item := range docs[0].Get("dependencies").List() {
		if rest, ok := strings.CutPrefix(item.Scalar(), "python"); ok {
			return versionFrom(strings.TrimLeft(rest, "=~ "), "environment.yml", item.At)
		}
	}
	return PythonVersion{}, false
}
