package deploy

import (
	"path"
	"slices"
	"sort"
	"strings"

	"gonogo/internal/source"
)

// dependencyReader gathers what the files of a project say of its packages.
type dependencyReader struct {
	tree        *source.Tree
	out         *Dependencies // Python is known before the requirements are read
	entered     map[string]visit
	diagnostics []source.Diagnostic
}

// visit is how a requirement file was read before.
type visit struct{ production, requirement bool }

func newDependencyReader(tree *source.Tree, python PythonVersion) *dependencyReader {
	return &dependencyReader{tree: tree, out: &Dependencies{Python: python}, entered: map[string]visit{}}
}

// applies reports whether production installs a requirement as far as its marker tells.
func (r *dependencyReader) applies(parsed parsedRequirement) bool {
	return appliesInProduction(parsed.marker, r.out.Python.Version)
}

// enter reports whether a file has to be read: for the first time, or again because now it belongs to production.
func (r *dependencyReader) enter(file string, inProduction, constraintOnly bool) bool {
	before, seen := r.entered[file]
	if seen && (before.production || !inProduction) && (before.requirement || constraintOnly) {
		return false
	}
	if seen {
		r.forget(file)
	}
	r.entered[file] = visit{production: inProduction || before.production, requirement: !constraintOnly || before.requirement}
	return true
}

// forget drops what a file said, before it is read again.
func (r *dependencyReader) forget(file string) {
	kept := r.out.Requirements[:0]
	for _, q := range r.out.Requirements {
		if q.At.Path() != file {
			kept = append(kept, q)
		}
	}
	r.out.Requirements = kept
	sources := r.out.Sources[:0]
	for _, s := range r.out.Sources {
		if s.File.Path != file {
			sources = append(sources, s)
		}
	}
	r.out.Sources = sources
	told := r.diagnostics[:0]
	for _, d := range r.diagnostics {
		if d.At.Path() != file {
			told = append(told, d)
		}
	}
	r.diagnostics = told
}

func (r *dependencyReader) diagnose(at source.Span, message string) {
	r.diagnostics = append(r.diagnostics, source.Diagnostic{At: at, Message: message})
}

func (r *dependencyReader) addSource(f *source.File, format string, lock, inProduction bool) {
	r.out.Sources = append(r.out.Sources, Source{File: f, Format: format, Lock: lock, Production: inProduction})
}

// add joins what was parsed with what the place says.
func (r *dependencyReader) add(parsed parsedRequirement, q Requirement) {
	q.Name, q.Extras, q.Constraint, q.URL, q.Marker = parsed.name, parsed.extras, parsed.constraint, parsed.url, parsed.marker
	if parsed.version != "" {
		q.Version = parsed.version
	}
	r.out.Requirements = append(r.out.Requirements, q)
}

// manifest is one kind of file that names dependencies.
type manifest struct {
	matches func(file string) bool
	read    func(r *dependencyReader, file string)
}

func named(names ...string) func(string) bool {
	return func(file string) bool {
		base := path.Base(file)
		for _, n := range names {
			if base == n {
				return true
			}
		}
		return false
	}
}

// manifests are the kinds of files that are read, lock files after the files that they lock: which locked package belongs to production
// follows from what the project asks for.
func manifests() []manifest {
	return []manifest{
		{named("pyproject.toml"), (*dependencyReader).pyproject},
		{named("setup.cfg"), (*dependencyReader).setupCfg},
		{named("setup.py"), (*dependencyReader).setupPy},
		{named("Pipfile"), (*dependencyReader).pipfile},
		{named("environment.yml", "environment.yaml"), (*dependencyReader).conda},
		{isRequirementsFile, (*dependencyReader).requirementsByName},
		{named("Pipfile.lock"), (*dependencyReader).pipfileLock},
		{named("poetry.lock"), (*dependencyReader).poetryLock},
		{named("uv.lock"), (*dependencyReader).uvLock},
		{named("pdm.lock"), (*dependencyReader).pdmLock},
		{named("pylock.toml"), (*dependencyReader).pylock},
	}
}

// isManifest reports whether a file names dependencies.
func isManifest(file string) bool {
	for _, m := range manifests() {
		if m.matches(file) {
			return true
		}
	}
	return false
}

// requirementsByName reads a requirement file that belongs to production if its name doesn't say otherwise.
func (r *dependencyReader) requirementsByName(file string) {
	if _, seen := r.entered[file]; seen {
		return
	}
	u, _ := usageOf(file)
	r.requirements(file, u == production || u == neutral && !r.gathersAll(file), isConstraintsFile(file), 0)
}

// gathersAll reports whether a file is by its name the sum of those beside it, of which one is production's.
func (r *dependencyReader) gathersAll(file string) bool {
	if !slices.Contains(words(path.Base(file)), "all") {
		return false
	}
	return slices.ContainsFunc(r.tree.Glob(path.Join(path.Dir(file), "*.txt")), func(other string) bool {
		u, _ := usageOfName(path.Base(other))
		return u == production
	})
}

// readManifests reads the files in the order of manifests.
func (r *dependencyReader) readManifests(files []string) {
	sort.SliceStable(files, func(i, j int) bool { return includesFirst(files[i], files[j]) })
	for _, m := range manifests() {
		for _, file := range files {
			if m.matches(file) {
				m.read(r, file)
			}
		}
	}
}

// includesFirst puts files of production before the others, so that what they include is known to be of production.
func includesFirst(a, b string) bool {
	ua, _ := usageOf(a)
	ub, _ := usageOf(b)
	return rankUsage(ua) < rankUsage(ub)
}

func rankUsage(u usage) int {
	switch u {
	case production:
		return 0
	case neutral:
		return 1
	}
	return 2
}

// readFor reads the manifests that belong to the project in a folder: those of the nearest folder, going up from it, in which any names a package
// (in itself or in its folders of requirements), and where no folder above has one, the shallowest ones below.
// Lock files of a folder further up (a workspace) are read when the nearest has none.
func (r *dependencyReader) readFor(root string) {
	locked := false
	for dir := root; ; dir = path.Dir(dir) {
		here := r.manifestsIn(dir)
		if len(r.out.Requirements) > 0 {
			here = onlyLocks(here)
			if locked {
				here = nil
			}
		}
		locked = locked || len(onlyLocks(here)) > 0
		r.readManifests(here)
		if dir == "." || dir == "/" || dir == "" {
			break
		}
	}
	if len(r.out.Requirements) == 0 {
		r.readManifests(shallowest(r.tree, root))
	}
}

// manifestsIn are the manifests of a folder and of its folders of requirements.
func (r *dependencyReader) manifestsIn(dir string) []string {
	var here []string
	for _, file := range notCode(r.tree.Under(dir)) {
		if belongsTo(dir, file) && isManifest(file) {
			here = append(here, file)
		}
	}
	return here
}

func isLock(file string) bool {
	return named("Pipfile.lock", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml")(file)
}

func onlyLocks(files []string) []string {
	var locks []string
	for _, file := range files {
		if isLock(file) {
			locks = append(locks, file)
		}
	}
	return locks
}

// belongsTo reports whether a manifest stands in the folder itself or in one of its folders that hold requirements or deployment files.
func belongsTo(dir, file string) bool {
	rel := strings.TrimPrefix(strings.TrimPrefix(file, dir), "/")
	if dir == "." {
		rel = file
	}
	segments := strings.Split(rel, "/")
	switch {
	case len(segments) == 1:
		return true
	case len(segments) > 4:
		return false
	}
	for i, folder := range segments[:len(segments)-1] {
		if !requirementsFolder.MatchString(folder) && !(i == 0 && isDeploymentFolder(folder)) && !requirementsFolder.MatchString(segments[0]) {
			return false
		}
	}
	return isRequirementsFile(file)
}

// isDeploymentFolder reports whether a folder's name says that it holds what runs or builds a project.
func isDeploymentFolder(folder string) bool {
	switch strings.ToLower(folder) {
	case "deploy", "deployment", "docker", "config", "conf", "etc", "ops", "infra", "build", "compose", "provision", "install", "env", "envs":
		return true
	}
	return false
}

// shallowest are the manifests below a folder with the fewest folders above them, those of documentation and tests left out.
func shallowest(tree *source.Tree, root string) []string {
	best := -1
	var found []string
	for _, file := range notCode(tree.Under(root)) {
		if !isManifest(file) {
			continue
		}
		if u, _ := usageOf(path.Dir(file) + "/x"); u == development {
			continue
		}
		depth := strings.Count(file, "/")
		if requirementsFolder.MatchString(path.Base(path.Dir(file))) {
			depth--
		}
		if best < 0 || depth < best {
			best, found = depth, nil
		}
		if depth == best {
			found = append(found, file)
		}
	}
	return found
}

// finish brings what was read into its order.
func (r *dependencyReader) finish() *Dependencies {
	sort.SliceStable(r.out.Requirements, func(i, j int) bool {
		a, b := r.out.Requirements[i].At, r.out.Requirements[j].At
		if a.Path() != b.Path() {
			return a.Path() < b.Path()
		}
		return a.Start < b.Start
	})
	sort.SliceStable(r.out.Sources, func(i, j int) bool {
		a, b := r.out.Sources[i], r.out.Sources[j]
		if a.Lock != b.Lock {
			return a.Lock
		}
		if a.Production != b.Production {
			return a.Production
		}
		return a.File.Path < b.File.Path
	})
	return r.out
}
