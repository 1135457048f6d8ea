package deploy

import (
	"strconv"

	"gonogo/internal/deploy/document"
	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

func itoa(n int) string { return strconv.Itoa(n) }

// locked is one package of a lock file.
type locked struct {
	name, version string
	needs         []need
	extras        map[string][]need // what its extras need beside
	groups        []string          // the groups that need it; nil when the lock doesn't say
	markers       []string          // it is installed where one of them holds; none: everywhere
	hashed        bool
	local         bool // the project itself or a neighbour in its workspace
	at            source.Span
}

// need is that a package, or an extra of it, depends on another one with extras.
type need struct {
	name   string
	extras []string
	marker string
}

// askedFor is what the manifests read so far ask for: true for the names that they ask for directly.
func (r *dependencyReader) askedFor() map[string]bool {
	out := map[string]bool{}
	for _, q := range r.out.Requirements {
		if q.Direct && !q.ConstraintOnly {
			out[q.Name] = true
		}
	}
	return out
}

// seeds are what production asks for by the manifests read so far.
func (r *dependencyReader) seeds() []need {
	var all []need
	for _, q := range r.out.Requirements {
		if q.Direct && !q.ConstraintOnly && q.Production {
			all = append(all, need{name: q.Name, extras: q.Extras})
		}
	}
	return all
}

// addLocked adds the packages of a lock file. Where the lock doesn't tell groups, a package belongs to production when the project's
// production dependencies reach it.
func (r *dependencyReader) addLocked(f *source.File, format string, packages []locked) {
	r.addSource(f, format, true, true)
	wanted := r.askedFor()
	reached := r.reachable(packages, r.seeds())
	for _, p := range packages {
		if p.local || p.name == "" || p.version == "" {
			continue
		}
		inProduction := reached[p.name] || len(wanted) == 0
		if p.groups != nil {
			inProduction = anyInProduction(p.groups)
		}
		inProduction = inProduction && r.anyApplies(p.markers)
		r.out.Requirements = append(r.out.Requirements, Requirement{
			Name: p.name, Constraint: "==" + p.version, Version: p.version, Production: inProduction, Direct: wanted[p.name] || len(wanted) == 0, Hashed: p.hashed, At: p.at,
		})
	}
}

// anyApplies reports whether production can be where one of the markers holds; true for none.
func (r *dependencyReader) anyApplies(markers []string) bool {
	for _, marker := range markers {
		if appliesInProduction(marker, r.out.Python.Version) {
			return true
		}
	}
	return len(markers) == 0
}

func anyInProduction(groups []string) bool {
	for _, g := range groups {
		if groupInProduction(g, false) {
			return true
		}
	}
	return false
}

// reachable are the packages that what production asks for needs, directly or not, with the extras that are asked for.
func (r *dependencyReader) reachable(packages []locked, queue []need) map[string]bool {
	byName := map[string][]locked{}
	for _, p := range packages {
		byName[p.name] = append(byName[p.name], p)
	}
	reached, taken := map[string]bool{}, map[string]bool{}
	for len(queue) > 0 {
		next := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if !appliesInProduction(next.marker, r.out.Python.Version) {
			continue
		}
		for _, p := range byName[next.name] {
			if !reached[next.name] {
				queue = append(queue, p.needs...)
			}
			for _, extra := range next.extras {
				if !taken[next.name+"["+extra] {
					queue = append(queue, p.extras[extra]...)
				}
			}
		}
		reached[next.name] = true
		for _, extra := range next.extras {
			taken[next.name+"["+extra] = true
		}
	}
	return reached
}

func normalNames(names []string) []string {
	var out []string
	for _, name := range names {
		out = append(out, knowledge.NormalName(name))
	}
	return out
}

// parsedNeeds reads PEP 508 texts.
func parsedNeeds(texts []string) []need {
	var all []need
	for _, text := range texts {
		if parsed, ok := parseRequirement(text); ok {
			all = append(all, need{name: parsed.name, extras: parsed.extras, marker: parsed.marker})
		}
	}
	return all
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
			p.needs = append(p.needs, poetryNeeds(e)...)
		}
		p.extras = map[string][]need{}
		for _, e := range table.Get("extras").Map() {
			p.extras[knowledge.NormalName(e.Key)] = parsedNeeds(e.Value.Strings())
		}
		p.groups = table.Get("groups").Strings()
		if category := table.Get("category").Scalar(); category != "" && p.groups == nil {
			p.groups = []string{category}
		}
		p.markers = poetryGroupMarkers(table.Get("markers"))
		p.hashed = len(table.Get("files").List()) > 0
		p.local = table.Get("source", "type").Scalar() == "directory"
		packages = append(packages, p)
	}
	r.addLocked(f, "poetry.lock", packages)
}

// poetryNeeds reads `name = ">=1"`, `name = {version = ..., extras = [...], markers = ...}`, or a list of such tables. What an optional one needs
// is among the extras.
func poetryNeeds(e document.Entry) []need {
	var all []need
	for _, value := range append(e.Value.Sequence(), oneMap(e.Value)...) {
		if value.Get("optional").Scalar() != "true" {
			all = append(all, need{name: knowledge.NormalName(e.Key), extras: normalNames(value.Get("extras").Strings()), marker: value.Get("markers").Scalar()})
		}
	}
	if _, short := e.Value.Str(); short {
		all = append(all, need{name: knowledge.NormalName(e.Key)})
	}
	return all
}

// poetryGroupMarkers is `markers`, one text or one for each group that is not always installed.
func poetryGroupMarkers(n *document.Node) []string {
	if text, ok := n.Str(); ok {
		return []string{text}
	}
	var all []string
	for _, e := range n.Map() {
		if groupInProduction(e.Key, false) {
			all = append(all, e.Value.Scalar())
		}
	}
	return all
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
		p.needs = uvNeeds(table.Get("dependencies"))
		p.extras = map[string][]need{}
		for _, e := range table.Get("optional-dependencies").Map() {
			p.extras[knowledge.NormalName(e.Key)] = uvNeeds(e.Value)
		}
		p.markers = table.Get("resolution-markers").Strings()
		origin := table.Get("source")
		p.local = origin.Get("virtual") != nil || origin.Get("editable") != nil || origin.Get("directory") != nil
		p.hashed = origin.Get("registry") != nil
		packages = append(packages, p)
	}
	r.addLocked(f, "uv.lock", packages)
}

func uvNeeds(list *document.Node) []need {
	var all []need
	for _, n := range list.List() {
		all = append(all, need{name: knowledge.NormalName(n.Get("name").Scalar()), extras: normalNames(n.Get("extra").Strings()), marker: n.Get("marker").Scalar()})
	}
	return all
}

// pdmLock reads pdm.lock, which names the groups of each package. A package with extras stands in it once more.
func (r *dependencyReader) pdmLock(file string) {
	f, tables := r.lockTables(file, "package")
	if f == nil {
		return
	}
	var packages []locked
	for _, table := range tables.List() {
		p := lockedPackage(table)
		p.needs = parsedNeeds(table.Get("dependencies").Strings())
		p.groups = table.Get("groups").Strings()
		if marker := table.Get("marker").Scalar(); marker != "" {
			p.markers = []string{marker}
		}
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
		p.needs = uvNeeds(table.Get("dependencies"))
		if marker := table.Get("marker").Scalar(); marker != "" {
			p.markers = []string{marker}
		}
		p.hashed = len(table.Get("wheels").List()) > 0 || table.Get("sdist", "hashes") != nil
		p.local = table.Get("directory") != nil
		packages = append(packages, p)
	}
	r.withoutEdges(packages)
	r.addLocked(f, "pylock.toml", packages)
}

// withoutEdges gives packages of a lock that doesn't tell who needs whom the group of those who install all of it; those that the project asks for
// only when it is developed or tested are left out.
func (r *dependencyReader) withoutEdges(packages []locked) {
	for _, p := range packages {
		if len(p.needs) > 0 {
			return
		}
	}
	asked, wanted := r.askedFor(), map[string]bool{}
	for _, s := range r.seeds() {
		wanted[s.name] = true
	}
	for i, p := range packages {
		packages[i].groups = []string{"default"}
		if asked[p.name] && !wanted[p.name] {
			packages[i].groups = []string{"dev"}
		}
	}
}
