package deploy

import (
	"sort"
	"strconv"

	"gonogo/internal/deploy/document"
	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

func itoa(n int) string { return strconv.Itoa(n) }

// locked is one package of a lock file.
type locked struct {
	name, version string
	needs         []string // packages that it depends on, normalised
	groups        []string // the groups that need it; nil when the lock doesn't say
	hashed        bool
	local         bool // the project itself or a neighbour in its workspace
	at            source.Span
}

// asked is what the project's own files said about a package before the lock was read.
type asked struct{ direct, production bool }

// askedFor is what the manifests read so far ask for, by name.
func (r *dependencyReader) askedFor() map[string]asked {
	out := map[string]asked{}
	for _, q := range r.out.Requirements {
		if q.Direct && !q.ConstraintOnly {
			a := out[q.Name]
			out[q.Name] = asked{direct: true, production: a.production || q.Production}
		}
	}
	return out
}

// addLocked adds the packages of a lock file. Where the lock doesn't tell groups, a package belongs to production when the project's
// production dependencies reach it.
func (r *dependencyReader) addLocked(f *source.File, format string, packages []locked) {
	r.addSource(f, format, true, true)
	wanted := r.askedFor()
	reached := reachable(packages, wanted)
	for _, p := range packages {
		if p.local || p.name == "" || p.version == "" {
			continue
		}
		inProduction := reached[p.name] || len(wanted) == 0
		if p.groups != nil {
			inProduction = anyInProduction(p.groups)
		}
		_, isDirect := wanted[p.name]
		r.out.Requirements = append(r.out.Requirements, Requirement{
			Name: p.name, Constraint: "==" + p.version, Version: p.version, Production: inProduction, Direct: isDirect || len(wanted) == 0, Hashed: p.hashed, At: p.at,
		})
	}
}

func anyInProduction(groups []string) bool {
	for _, g := range groups {
		if groupInProduction(g, false) {
			return true
		}
	}
	return false
}

// reachable are the packages that production's direct dependencies need, directly or not.
func reachable(packages []locked, wanted map[string]asked) map[string]bool {
	needs := map[string][]string{}
	for _, p := range packages {
		needs[p.name] = append(needs[p.name], p.needs...)
	}
	var queue []string
	for name, a := range wanted {
		if a.production {
			queue = append(queue, name)
		}
	}
	sort.Strings(queue)
	reached := map[string]bool{}
	for len(queue) > 0 {
		name := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !reached[name] {
			reached[name] = true
			queue = append(queue, needs[name]...)
		}
	}
	return reached
}

// lockTables reads the [[package]] tables of a lock file in TOML.
func (r *dependencyReader) lockTables(file, key string) (*source.File, *document.Node) {
	f, ok := r.tree.Read(file)
	if !ok {
		return nil, nil
	}
	root, diagnostics := document.TOML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	return f, root.Get(key)
}

func lockedPackage(table *document.Node) locked {
	name, version := table.Get("name"), table.Get("version")
	return locked{name: knowledge.NormalName(name.Scalar()), version: version.Scalar(), at: firstSpan(version.Span(), name.Span(), table.Span())}
}

func firstSpan(spans ...source.Span) source.Span {
	for _, s := range spans {
		if !s.IsZero() {
			return s
		}
	}
	return source.Span{}
}

// poetryLock reads poetry.lock. Poetry 2 writes the groups of each package, Poetry before 1.5 a category, the versions between neither.
func (r *dependencyReader) poetryLock(file string) {
	f, tables := r.lockTables(file, "package")
	if f == nil {
		return
	}
	var packages []locked
	for _, table := range tables.List() {
		p := lockedPackage(table)
		for _, e := range table.Get("dependencies").Map() {
			p.needs = append(p.needs, knowledge.NormalName(e.Key))
		}
		p.groups = table.Get("groups").Strings()
		if category := table.Get("category").Scalar(); category != "" && p.groups == nil {
			p.groups = []string{category}
		}
		p.hashed = len(table.Get("files").List()) > 0
		p.local = table.Get("source", "type").Scalar() == "directory"
		packages = append(packages, p)
	}
	r.addLocked(f, "poetry.lock", packages)
}

// uvLock reads uv.lock. The project itself stands in it with what it asks for.
func (r *dependencyReader) uvLock(file string) {
	f, tables := r.lockTables(file, "package")
	if f == nil {
		return
	}
	var packages []locked
	for _, table := range tables.List() {
		p := lockedPackage(table)
		for _, need := range table.Get("dependencies").List() {
			p.needs = append(p.needs, knowledge.NormalName(need.Get("name").Scalar()))
		}
		origin := table.Get("source")
		p.local = origin.Get("virtual") != nil || origin.Get("editable") != nil || origin.Get("directory") != nil
		p.hashed = origin.Get("registry") != nil
		packages = append(packages, p)
	}
	r.addLocked(f, "uv.lock", packages)
}

// pdmLock reads pdm.lock, which names the groups of each package.
func (r *dependencyReader) pdmLock(file string) {
	f, tables := r.lockTables(file, "package")
	if f == nil {
		return
	}
	var packages []locked
	for _, table := range tables.List() {
		p := lockedPackage(table)
		for _, need := range table.Get("dependencies").Strings() {
			if parsed, ok := parseRequirement(need); ok {
				p.needs = append(p.needs, parsed.name)
			}
		}
		p.groups = table.Get("groups").Strings()
		p.hashed = len(table.Get("files").List()) > 0
		packages = append(packages, p)
	}
	r.addLocked(f, "pdm.lock", packages)
}

// pylock reads pylock.toml (PEP 751).
func (r *dependencyReader) pylock(file string) {
	f, tables := r.lockTables(file, "packages")
	if f == nil {
		return
	}
	var packages []locked
	for _, table := range tables.List() {
		p := lockedPackage(table)
		for _, need := range table.Get("dependencies").List() {
			p.needs = append(p.needs, knowledge.NormalName(need.Get("name").Scalar()))
		}
		p.hashed = len(table.Get("wheels").List()) > 0 || table.Get("sdist", "hashes") != nil
		p.local = table.Get("directory") != nil
		packages = append(packages, p)
	}
	r.addLocked(f, "pylock.toml", packages)
}
