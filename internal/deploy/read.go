package deploy

import (
	"path"
	"sort"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// maxFiles bounds how many files of one format are read.
const maxFiles = 2000

// Read reads what runs the project in the tree's own folder.
func Read(tree *source.Tree) *Deployment { return ReadProject(tree, ".") }

// ReadProject reads what runs the Django project in a folder of the tree, "." for the tree itself. Deployment files are looked for in the
// whole tree, dependencies in the folder and those above it. What can't be read is in Diagnostics; nothing else fails.
func ReadProject(tree *source.Tree, root string) *Deployment {
	r := &reader{tree: tree, root: path.Clean(root), dockerfiles: map[string]*dockerfile{}, paths: notCode(tree.Paths()), programs: newPrograms(), patches: map[string][]string{}, included: map[string]string{}, builds: builder{seen: map[buildKey]*Build{}}}
	var artefacts []*artefact
	artefacts = append(artefacts, r.composeArtefacts()...)
	artefacts = append(artefacts, r.dockerfileArtefacts()...)
	for _, format := range formats() {
		artefacts = append(artefacts, r.artefactsOf(format)...)
	}
	r.leaveOutOthers(artefacts)
	for _, a := range artefacts {
		if f, ok := tree.Read(a.file); ok {
			a.disclaimed = disclaims(f)
		}
	}
	judgeAll(artefacts, r.root)
	r.judgeCharts(artefacts)
	r.judgePatched(artefacts)
	artefacts = r.placeCrontabs(artefacts)
	d := &Deployment{}
	for _, a := range artefacts {
		d.Processes = append(d.Processes, a.processes...)
	}
	sortProcesses(d.Processes)
	d.Builds = r.settleBuilds(artefacts)
	d.Services = servicesOf(d.Processes, r.settleManaged())
	d.poolers = r.strayPoolers(d.Services)
	d.Proxies = r.proxies(d.Processes, d.Services)
	d.Proxies = append(d.Proxies, r.caddyProxies(d.Processes, d.Services)...)
	d.Proxies = append(d.Proxies, r.traefikProxies(d.Processes, d.Services)...)
	d.Proxies = append(d.Proxies, r.ingressProxies(d.Processes)...)
	d.Proxies = append(d.Proxies, r.apacheProxies(d.Processes, d.Services, d.Proxies)...)
	d.Dependencies = r.dependencies(artefacts)
	d.Unrendered = r.unrendered
	for _, u := range r.unrendered {
		r.diagnostics = append(r.diagnostics, source.Diagnostic{At: u.At, Message: u.Reason})
	}
	d.Diagnostics = sortedDiagnostics(r.diagnostics)
	r.programs.named(tree, "") // what is asked for later, by several at once, must not have to be made
	return d
}

// notCode leaves out files that are source code, pages or media by their extension, which are most of a tree.
func notCode(paths []string) []string {
	var kept []string
	for _, file := range paths {
		switch path.Ext(file) {
		case ".py":
			if path.Base(file) != "setup.py" {
				continue
			}
		case ".pyi", ".html", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".vue", ".css", ".scss", ".po", ".mo", ".svg", ".png", ".jpg", ".gif", ".graphql", ".md", ".rst", ".map":
			continue
		}
		kept = append(kept, file)
	}
	return kept
}

// reader reads the files of one tree.
type reader struct {
	tree        *source.Tree
	root        string
	paths       []string               // the tree's files without those that are code by their names
	dockerfiles map[string]*dockerfile // by path, nil for one that can't be read
	programs    *programs
	builds      builder
	names       [][]string                  // the words of the project's names; nil until they are asked for
	managed     []*Service                  // that platforms run
	cluster     []kubernetesService         // the Services of Kubernetes; nil until they are asked for
	manifests   map[string][]*document.Node // the documents of Kubernetes manifests by file; nil until they are asked for
	overlays    []*kustomization            // nil until they are asked for
	patches     map[string][]string         // by the name of a container of Kubernetes, the manifests that change it
	// supervisorPatterns are what files of supervisord include, by their paths; nil until it is asked for.
	supervisorPatterns map[string][]string
	included           map[string]string    // by the path of a Compose file, one that includes it
	chartFiles         map[string]chartFile // by the paths of charts' templates
	chartsRead         int
	// helmCommands are the commands of the tree that install charts; nil until they are asked for.
	helmCommands []*helmCommand
	unrendered   []Unrendered
	diagnostics  []source.Diagnostic
}

// artefact is one file that runs something, and the processes that it describes.
type artefact struct {
	kind      kind
	file      string
	judgement judgement
	processes []*Process
	docker    *dockerfile                // of a Dockerfile
	services  map[string]*composeService // of a Compose file, by name
	// includedBy is the Compose file that includes this one, "" for none.
	includedBy string
	serves     bool              // a Dockerfile that is used in production, by itself or by another artefact
	foreign    bool              // a Dockerfile of a service that is not this project
	disclaimed bool              // the comment at its head says that it is not for production
	target     string            // the stage of a Dockerfile that production builds, "" for the last
	args       map[string]string // the build arguments with which production builds it
}

// kind is the kind of an artefact, as far as judging it differs.
type kind uint8

const (
	composeKind kind = iota + 1
	dockerKind
	otherKind // formats that only production has: Procfile, systemd, Kubernetes, platform files
)

// format is a kind of file that describes processes and nothing else matters for judging it.
type format struct {
	matches func(file string) bool
	read    func(r *reader, f *source.File) []*Process
}

// formats are the formats beside Compose files and Dockerfiles, one file of this package each.
func formats() []format {
	return []format{
		{isProcfile, (*reader).procfile},
		{isKubernetesFile, (*reader).kubernetes},
		{isSystemdUnit, (*reader).systemd},
		{isCrontab, (*reader).crontab},
		{isSupervisorFile, (*reader).supervisor},
		{isFlyFile, (*reader).fly},
		{named("render.yaml", "render.yml"), (*reader).render},
		{named("app.json"), (*reader).appJSON},
		{named("heroku.yml"), (*reader).herokuYML},
		{named("app.yaml", "app.yml"), (*reader).appEngine},
		{named("railway.json", "railway.toml"), (*reader).railway},
		{isPlatformSH, (*reader).platformSH},
		{isBeanstalkFile, (*reader).beanstalk},
		{isBeanstalkHook, (*reader).beanstalkHook},
		{named("zappa_settings.json", "zappa_settings.toml"), (*reader).zappa},
		{func(file string) bool { return file == ".do/app.yaml" || file == ".do/deploy.template.yaml" }, (*reader).digitalOcean},
	}
}

func (r *reader) artefactsOf(f format) []*artefact {
	var all []*artefact
	for _, file := range r.paths {
		if !f.matches(file) || len(all) >= maxFiles {
			continue
		}
		source, ok := r.tree.Read(file)
		if !ok {
			continue
		}
		if processes := f.read(r, source); len(processes) > 0 {
			all = append(all, &artefact{kind: otherKind, file: file, processes: processes})
		}
	}
	return all
}

// dockerfile is a parsed Dockerfile; build arguments, where there are any, make it be read for itself.
func (r *reader) dockerfile(file string, args map[string]string) *dockerfile {
	if d, seen := r.dockerfiles[file]; seen && (len(args) == 0 || d == nil) {
		return d
	}
	f, ok := r.tree.Read(file)
	if !ok {
		return nil
	}
	d, diagnostics := readDockerfile(f, args)
	if _, seen := r.dockerfiles[file]; !seen {
		r.diagnostics = append(r.diagnostics, diagnostics...)
	}
	if len(args) == 0 || d == nil {
		r.dockerfiles[file] = d
	}
	return d
}

func (r *reader) dockerfileArtefacts() []*artefact {
	var all []*artefact
	for _, file := range r.paths {
		if !isDockerfile(file) || len(all) >= maxFiles {
			continue
		}
		d := r.dockerfile(file, nil)
		if d == nil {
			continue
		}
		all = append(all, &artefact{kind: dockerKind, file: file, docker: d, processes: r.dockerProcesses(d)})
	}
	return all
}

// dockerProcesses are what a container of the Dockerfile's final stage runs when nothing else is said; the first is the one that it starts.
func (r *reader) dockerProcesses(d *dockerfile) []*Process {
	b := r.build(d.file.Path, r.contextOf(d), "", nil)
	if b == nil {
		return nil
	}
	p := &Process{Name: "container", Artefact: d.file.Path, At: b.Target.At, Running: Running{Runtime: InImage}}
	find := r.scripts(b.Context, nil)
	r.inImage(p, b, find)
	if !p.argvAt.IsZero() {
		p.At = p.argvAt
	}
	p.follow(find)
	return append([]*Process{p}, r.s6Processes(p, find)...)
}

// contextOf guesses the build context of a Dockerfile that no other file builds: the nearest folder, going up, that has what the first COPY of
// the project names; of one that copies all, what a folder of a project has; else the Dockerfile's own folder.
func (r *reader) contextOf(d *dockerfile) string {
	dir := path.Dir(d.file.Path)
	whole := false
	for _, st := range d.stages {
		for _, c := range st.copies {
			whole = whole || c.from == "."
			if c.from == "." {
				continue
			}
			if up, ok := above(dir, func(up string) bool { return r.has(path.Join(up, c.from)) }); ok {
				return up
			}
		}
	}
	if whole {
		for _, marks := range [][]string{{"manage.py"}, {"pyproject.toml", "requirements.txt", "setup.py", "Pipfile", "requirements"}} {
			for _, mark := range marks {
				if up, ok := above(dir, func(up string) bool { return r.tree.Exists(path.Join(up, mark)) }); ok {
					return up
				}
			}
		}
	}
	return dir
}

// above is the nearest folder, going up from one, for which something holds.
func above(dir string, holds func(string) bool) (string, bool) {
	for up := dir; ; up = path.Dir(up) {
		if holds(up) {
			return up, true
		}
		if up == "." || up == "/" {
			return "", false
		}
	}
}

// has reports whether the tree has a file or folder, or one that a pattern matches.
func (r *reader) has(name string) bool {
	if !strings.Contains(name, "*") {
		return r.tree.Exists(name)
	}
	for _, file := range r.paths {
		if ok, err := path.Match(name, file); err == nil && ok {
			return true
		}
	}
	return false
}

// isComposeCandidate reports whether a file can be a Compose file: by its name, or because it is named after an environment alone (production.yml).
func isComposeCandidate(file string) bool {
	if isComposeFile(file) {
		return true
	}
	ext := path.Ext(file)
	stem := strings.TrimSuffix(path.Base(file), ext)
	return (ext == ".yml" || ext == ".yaml") && strings.Count(file, "/") <= 2 && usageWord(stem) != neutral && !strings.HasPrefix(file, ".")
}

func (r *reader) composeArtefacts() []*artefact {
	var files []*composeFile
	for _, file := range r.paths {
		if isComposeCandidate(file) && len(files) < maxFiles {
			if c := r.readCompose(file); c != nil {
				files = append(files, c)
			}
		}
	}
	var all []*artefact
	for _, c := range files {
		effective := c
		if base := baseOf(c, files); base != nil && c.overlays(base) {
			effective = c.over(base)
		}
		a := &artefact{kind: composeKind, file: c.file.Path, services: map[string]*composeService{}, includedBy: r.included[c.file.Path]}
		for _, s := range effective.services {
			a.services[s.name] = s
			a.processes = append(a.processes, r.composeProcesses(effective, s)...)
		}
		all = append(all, a)
	}
	return all
}

// baseOf is the Compose file that names no environment, which others are laid over: of the same folder, or of the one above for a file
// whose builds lack their place.
func baseOf(c *composeFile, files []*composeFile) *composeFile {
	dir := path.Dir(c.file.Path)
	if base := baseIn(dir, c, files); base != nil || !c.partial() {
		return base
	}
	return baseIn(path.Dir(dir), c, files)
}

func baseIn(dir string, c *composeFile, files []*composeFile) *composeFile {
	for _, other := range files {
		if other == c || path.Dir(other.file.Path) != dir {
			continue
		}
		switch path.Base(other.file.Path) {
		case "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml", "docker-compose.base.yml", "compose.base.yml", "docker-compose.common.yml":
			return other
		}
	}
	return nil
}

func sortedDiagnostics(all []source.Diagnostic) []source.Diagnostic {
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		switch {
		case a.At.Path() != b.At.Path():
			return a.At.Path() < b.At.Path()
		case a.At.Start != b.At.Start:
			return a.At.Start < b.At.Start
		}
		return a.Message < b.Message
	})
	var out []source.Diagnostic
	for i, d := range all {
		if i == 0 || d != all[i-1] {
			out = append(out, d)
		}
	}
	return out
}
