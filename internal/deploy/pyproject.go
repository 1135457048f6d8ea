package deploy

import (
	"path"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

// pyproject reads the dependencies in a pyproject.toml: PEP 621, PEP 735, and the tables of Poetry, PDM, uv, Hatch and setuptools.
func (r *dependencyReader) pyproject(file string) {
	f, ok := r.tree.Read(file)
	if !ok {
		return
	}
	root, diagnostics := document.TOML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	before := len(r.out.Requirements)
	format := r.standardTables(root)
	if r.poetryTables(root.Get("tool", "poetry")) {
		format = "pyproject.toml (Poetry)"
	}
	r.toolTables(root.Get("tool"))
	r.setuptoolsFiles(file, root)
	if len(r.out.Requirements) > before {
		r.addSource(f, format, false, true)
	}
}

// standardTables reads [project] (PEP 621) and [dependency-groups] (PEP 735).
func (r *dependencyReader) standardTables(root *document.Node) (format string) {
	project := root.Get("project")
	r.specifications(project.Get("dependencies"), Requirement{Production: true, Direct: true})
	for _, extra := range project.Get("optional-dependencies").Map() {
		r.specifications(extra.Value, Requirement{Production: groupInProduction(extra.Key, true), Direct: true, Group: extra.Key})
	}
	for _, group := range root.Get("dependency-groups").Map() {
		r.specifications(group.Value, Requirement{Production: groupInProduction(group.Key, false), Direct: true, Group: group.Key})
	}
	return "pyproject.toml (PEP 621)"
}

// specifications reads a list of PEP 508 texts. Tables in it ({include-group = "test"}) name groups that are read themselves.
func (r *dependencyReader) specifications(list *document.Node, as Requirement) {
	for _, item := range list.List() {
		text, ok := item.Str()
		if !ok {
			continue
		}
		parsed, ok := parseRequirement(text)
		if !ok {
			r.diagnose(item.At, "this is no dependency specification: write it as NAME>=VERSION (PEP 508)")
			continue
		}
		as.At = within(item.At, text)
		q := as
		q.Production = q.Production && r.applies(parsed)
		if parsed.name != "" {
			r.add(parsed, q)
		}
	}
}

// groupInProduction judges a group or extra by its name. Extras that name nothing else are features which production may install;
// groups are for developers (PEP 735) unless they are named after production.
func groupInProduction(name string, extra bool) bool {
	u, _ := usageOfName(name)
	switch {
	case u == production:
		return true
	case u != neutral:
		return false
	}
	switch strings.ToLower(name) {
	case "main", "deploy", "deployment", "server", "runtime", "web", "gunicorn", "app", "base", "default":
		return true
	case "all", "types", "typecheck", "tools", "release", "build", "coverage", "security", "profiling", "notebook", "jupyter":
		return false
	}
	return extra
}

// poetryTables reads [tool.poetry]; true when it names packages.
func (r *dependencyReader) poetryTables(poetry *document.Node) bool {
	found := r.poetryTable(poetry.Get("dependencies"), Requirement{Production: true, Direct: true})
	found = r.poetryTable(poetry.Get("dev-dependencies"), Requirement{Direct: true, Group: "dev"}) || found
	for _, group := range poetry.Get("group").Map() {
		// Poetry installs groups that are not optional unless it is told otherwise; what they are called tells what they are for.
		in := groupInProduction(group.Key, group.Value.Get("optional").Scalar() != "true")
		found = r.poetryTable(group.Value.Get("dependencies"), Requirement{Production: in, Direct: true, Group: group.Key}) || found
	}
	return found
}

// poetryTable reads `name = "^1.2"` and `name = {version = "^1.2", ...}`, or a list of such tables, of which each has its conditions.
func (r *dependencyReader) poetryTable(table *document.Node, as Requirement) bool {
	for _, e := range table.Map() {
		if e.Key == "python" {
			continue
		}
		if !e.Value.IsList() {
			r.poetryEntry(e, e.Value, as)
			continue
		}
		for _, value := range e.Value.Items {
			r.poetryEntry(e, value, as)
		}
	}
	return len(table.Map()) > 0
}

func (r *dependencyReader) poetryEntry(e document.Entry, value *document.Node, as Requirement) {
	version, _ := value.Str()
	if value.IsMap() {
		version = value.Get("version").Scalar()
	}
	parsed := parsedRequirement{name: knowledge.NormalName(e.Key), constraint: poetryConstraint(version), marker: poetryMarker(value)}
	parsed.url = firstNonEmpty(value.Get("git").Scalar(), value.Get("url").Scalar(), value.Get("path").Scalar())
	parsed.version, parsed.extras = exactVersion(parsed.constraint), normalNames(value.Get("extras").Strings())
	as.At = spanning(e.KeyAt, value.Span())
	if e.Value.IsList() {
		as.At = value.Span()
	}
	as.Production = as.Production && r.applies(parsed) && value.Get("optional").Scalar() != "true"
	r.add(parsed, as)
}

// spanning is the span from the first to the second when both stand on one line of one file; else the first.
func spanning(first, second source.Span) source.Span {
	if first.File == nil || first.File != second.File || second.End <= first.Start || first.Begin().Line != second.Finish().Line {
		return first
	}
	return first.File.Span(first.Start, second.End)
}

// poetryConstraint writes Poetry's own notations (^1.2, ~1.2, 1.2, 1.2.*) as PEP 440 specifiers, of which they are abbreviations
// (https://python-poetry.org/docs/dependency-specification/). What it doesn't know stays as it is.
func poetryConstraint(text string) string {
	var out []string
	for _, clause := range strings.Split(text, ",") {
		clause = strings.TrimSpace(clause)
		switch {
		case clause == "" || clause == "*":
		case clause[0] == '^':
			out = append(out, bumped(strings.TrimSpace(clause[1:]), caretPlace))
		case clause[0] == '~' && !strings.HasPrefix(clause, "~="):
			out = append(out, bumped(strings.TrimSpace(clause[1:]), tildePlace))
		case clause[0] >= '0' && clause[0] <= '9':
			out = append(out, "=="+clause)
		default:
			out = append(out, clause)
		}
	}
	return strings.Join(out, ",")
}

// bumped is ">=V,<W", where W is V with the part at place raised by one.
func bumped(version string, place func(parts []string) int) string {
	parts := strings.Split(version, ".")
	at := place(parts)
	next := append([]string(nil), parts[:at+1]...)
	next[at] = increment(next[at])
	return ">=" + version + ",<" + strings.Join(next, ".")
}

// caretPlace is the first part that is not zero.
func caretPlace(parts []string) int {
	for i, p := range parts {
		if p != "0" {
			return i
		}
	}
	return len(parts) - 1
}

// tildePlace is the minor part, or the major one when there is no other.
func tildePlace(parts []string) int { return min(1, len(parts)-1) }

// increment adds one to the number at the beginning of a part.
func increment(part string) string {
	n := 0
	for i := 0; i < len(part) && part[i] >= '0' && part[i] <= '9' && n < 1_000_000; i++ {
		n = n*10 + int(part[i]-'0')
	}
	return itoa(n + 1)
}

// toolTables reads the development dependencies of PDM, uv and Hatch.
func (r *dependencyReader) toolTables(tool *document.Node) {
	for _, group := range tool.Get("pdm", "dev-dependencies").Map() {
		r.specifications(group.Value, Requirement{Direct: true, Group: group.Key})
	}
	r.specifications(tool.Get("uv", "dev-dependencies"), Requirement{Direct: true, Group: "dev"})
	for _, env := range tool.Get("hatch", "envs").Map() {
		in := groupInProduction(env.Key, false) && env.Key != "default"
		r.specifications(env.Value.Get("dependencies"), Requirement{Production: in, Direct: true, Group: env.Key})
		r.specifications(env.Value.Get("extra-dependencies"), Requirement{Production: in, Direct: true, Group: env.Key})
	}
}

// setuptoolsFiles reads the requirement files that [tool.setuptools.dynamic] or hatch-requirements-txt take the dependencies from.
func (r *dependencyReader) setuptoolsFiles(file string, root *document.Node) {
	for _, list := range []*document.Node{
		root.Get("tool", "setuptools", "dynamic", "dependencies", "file"),
		root.Get("tool", "hatch", "metadata", "hooks", "requirements_txt", "files"),
	} {
		for _, name := range list.Strings() {
			r.requirements(path.Join(path.Dir(file), name), true, false, 0)
		}
	}
}
