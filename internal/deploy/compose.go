package deploy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// composeName matches the names that Compose files go by: compose.yaml, docker-compose.prod.yml, production.compose.yml, local.yml beside them is not one.
var composeName = regexp.MustCompile(`(?i)^(.*[-_.])?(docker[-_]?)?compose([-_.].*)?\.ya?ml$|^(docker-)?stack([-_.].*)?\.ya?ml$`)

// isComposeFile reports whether a path looks like a Compose file by its name.
func isComposeFile(file string) bool { return composeName.MatchString(path.Base(file)) }

// composeFile is one Compose file (https://github.com/compose-spec/compose-spec/blob/main/spec.md).
type composeFile struct {
	file     *source.File
	services []*composeService
	removed  []string // services of a base that the file takes away with !reset
}

// composeService is one service as the file, and what it extends, describe it.
type composeService struct {
	name       string
	at         source.Span
	node       *document.Node // with what it extends and what is laid over it
	image      string
	build      *composeBuild
	command    *document.Node
	entrypoint *document.Node
	env        []Variable
	envFiles   []envFile
	profiles   []string
	mounts     []string // folders of the project that are mounted into it
}

type envFile struct {
	path string
	at   source.Span
}

type composeBuild struct {
	context, dockerfile, target string
	args                        map[string]string
	at                          source.Span
	placed                      bool // it names its context or its Dockerfile
}

// partial reports whether the build only changes one that a file below it describes: it names neither context nor Dockerfile.
func (b *composeBuild) partial() bool { return b != nil && !b.placed }

const maxExtends = 10

// readCompose reads a Compose file with those that it includes; nil when it has no services.
func (r *reader) readCompose(file string) *composeFile {
	f, ok := r.tree.Read(file)
	if !ok {
		return nil
	}
	docs, diagnostics := document.YAML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	if len(docs) == 0 || !docs[0].Get("services").IsMap() && docs[0].Get("include") == nil {
		return nil
	}
	c := &composeFile{file: f}
	r.composeServices(c, docs[0], f, 0)
	if len(c.services) == 0 {
		return nil
	}
	return c
}

// composeServices adds the services of a document and of those that it includes; its own win
// (https://github.com/compose-spec/compose-spec/blob/main/14-include.md).
func (r *reader) composeServices(c *composeFile, doc *document.Node, f *source.File, depth int) {
	for _, e := range doc.Get("services").Map() {
		if e.Value.Tag == "!reset" {
			c.removed = append(c.removed, e.Key)
			continue
		}
		if node := r.composeNode(doc, f, e.Key, 0); node != nil && c.service(e.Key) == nil {
			c.services = append(c.services, newComposeService(e.Key, e.KeyAt, node))
		}
	}
	if depth >= maxExtends {
		return
	}
	for _, item := range doc.Get("include").List() {
		names := item.List()
		if item.IsMap() {
			names = item.Get("path").List()
		}
		for _, name := range names {
			other, ok := r.tree.Read(path.Join(path.Dir(f.Path), filled(name)))
			if !ok {
				continue
			}
			r.included[other.Path] = c.file.Path
			if docs, _ := document.YAML(other); len(docs) > 0 { // its faults are told when it is read for itself
				r.composeServices(c, docs[0], other, depth+1)
			}
		}
	}
}

// composeNode is a service's node, laid over what it extends.
func (r *reader) composeNode(doc *document.Node, f *source.File, name string, depth int) *document.Node {
	n := doc.Get("services").Get(name)
	if !n.IsMap() || depth > maxExtends {
		return nil
	}
	extends := n.Get("extends")
	if extends == nil {
		return n
	}
	base, file := extends.Scalar(), ""
	if extends.IsMap() {
		base, file = extends.Get("service").Scalar(), extends.Get("file").Scalar()
	}
	if parent := r.extended(doc, f, file, base, depth); parent != nil {
		return mergedService(parent, n)
	}
	return n
}

// extended is the service that another one extends, in the same file or in another one.
func (r *reader) extended(doc *document.Node, f *source.File, file, service string, depth int) *document.Node {
	if file == "" {
		return r.composeNode(doc, f, service, depth+1)
	}
	other, ok := r.tree.Read(path.Join(path.Dir(f.Path), file))
	if !ok {
		return nil
	}
	docs, _ := document.YAML(other) // its faults are told when it is read for itself
	if len(docs) == 0 {
		return nil
	}
	return r.composeNode(docs[0], other, service, depth+1)
}

// fill replaces ${NAME} by its default; known is false where there is none.
func fill(text string) (string, bool) {
	return interpolate(text, '$', func(string) (string, bool) { return "", false })
}

func filled(n *document.Node) string {
	out, _ := fill(n.Scalar())
	return out
}

func newComposeService(name string, at source.Span, n *document.Node) *composeService {
	s := &composeService{name: name, at: at, node: n, image: keptVariables(n.Get("image").Scalar()), command: n.Get("command"), entrypoint: n.Get("entrypoint")}
	s.profiles = n.Get("profiles").Strings()
	s.env = composeEnvironment(n.Get("environment"))
	for _, item := range n.Get("env_file").List() {
		file := item.Scalar()
		if item.IsMap() {
			file = item.Get("path").Scalar()
		}
		if file, known := fill(file); known && file != "" {
			s.envFiles = append(s.envFiles, envFile{path: path.Join(folderOf(item), file), at: item.At})
		}
	}
	if build := n.Get("build"); build != nil {
		s.build = readBuild(build)
	}
	probe := &Process{}
	s.volumes(probe)
	s.mounts = mountsOf(probe.Volumes)
	return s
}

func readBuild(n *document.Node) *composeBuild {
	b := &composeBuild{args: map[string]string{}, at: n.At}
	context, dockerfile := n.Get("context"), n.Get("dockerfile")
	if _, short := n.Str(); short {
		context = n
	}
	b.placed = context != nil || dockerfile != nil || n.Get("dockerfile_inline") != nil
	b.target = filled(n.Get("target"))
	for _, v := range composeEnvironment(n.Get("args")) {
		if v.Given {
			b.args[v.Name] = v.Value
		}
	}
	dir := folderOf(n)
	if context != nil {
		dir = folderOf(context)
	}
	b.context = path.Join(dir, firstNonEmpty(filled(context), "."))
	b.dockerfile = path.Join(b.context, firstNonEmpty(filled(dockerfile), "Dockerfile"))
	return b
}

// composeEnvironment reads `environment` in both shapes: a map, or a list of NAME=value.
func composeEnvironment(n *document.Node) []Variable {
	var vars []Variable
	for _, e := range n.Map() {
		v := Variable{Name: e.Key, At: spanning(e.KeyAt, e.Value.Span())}
		if text, ok := e.Value.Str(); ok {
			if e.Value.Kind == document.Number {
				text = yamlNumber(text)
			}
			v.Value, v.Given = fill(text)
			v.Written = text
		}
		vars = append(vars, onlyGiven(v))
	}
	if n.IsList() {
		for _, item := range n.Items {
			name, value, ok := strings.Cut(item.Scalar(), "=")
			v := Variable{Name: name, At: item.At}
			if ok {
				v.Value, v.Given = fill(value)
				v.Written = value
			}
			if name != "" {
				vars = append(vars, onlyGiven(v))
			}
		}
	}
	return vars
}

// yamlNumber is how Compose writes a number that stands without quotes: 1.50 is 1.5, 0x10 is 16.
func yamlNumber(text string) string {
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return strconv.FormatInt(n, 10)
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return fmt.Sprint(f)
	}
	return text
}

// onlyGiven keeps of a variable the value that it is given, or what is written where that is not known.
func onlyGiven(v Variable) Variable {
	if v.Given {
		v.Written = ""
	} else {
		v.Value = ""
	}
	return v
}

// overlays reports whether a file only changes services of another one: it has a service without image, build or extension,
// or with a build that lacks its place, or that waits for a service which only the other file has.
func (c *composeFile) overlays(base *composeFile) bool {
	for _, s := range c.services {
		if (s.image == "" && s.build == nil || s.build.partial()) && base.service(s.name) != nil {
			return true
		}
		for _, d := range composeDependencies(s.node.Get("depends_on")) {
			if c.service(d.Name) == nil && base.service(d.Name) != nil { // Compose refuses the file alone
				return true
			}
		}
	}
	return false
}

// partial reports whether a service's build makes no sense without a base.
func (c *composeFile) partial() bool {
	return slices.ContainsFunc(c.services, func(s *composeService) bool { return s.build.partial() })
}

func (c *composeFile) service(name string) *composeService {
	for _, s := range c.services {
		if s.name == name {
			return s
		}
	}
	return nil
}

// over is the file laid over a base. Services that only the base has are kept: `docker compose -f base -f this` starts them, too.
func (c *composeFile) over(base *composeFile) *composeFile {
	merged := &composeFile{file: c.file}
	for _, s := range base.services {
		if slices.Contains(c.removed, s.name) {
			continue
		}
		if o := c.service(s.name); o != nil {
			merged.services = append(merged.services, newComposeService(s.name, o.at, mergedService(s.node, o.node)))
		} else {
			merged.services = append(merged.services, s)
		}
	}
	for _, s := range c.services {
		if base.service(s.name) == nil {
			merged.services = append(merged.services, s)
		}
	}
	return merged
}

// composeProcesses are the service as a process, and those that its image's init starts. The image's command and variables come first where the service is built here.
func (r *reader) composeProcesses(c *composeFile, s *composeService) []*Process {
	p := &Process{Name: s.name, Artefact: fmt.Sprintf("%s, service %s", c.file.Path, s.name), At: s.at, Image: s.image}
	p.ImageAt = s.node.Get("image").Span()
	find := r.scripts(path.Dir(c.file.Path), nil)
	var entryPoint []string
	if s.build != nil {
		p.Build, p.BuiltHere = s.build.dockerfile, true
		b := r.build(s.build.dockerfile, s.build.context, s.build.target, s.build.args)
		r.inImage(p, b, find)
		entryPoint = b.entryPoint()
	} else if r.isOwnImage(s.image) {
		if d := r.onlyDockerfile(s.image); d != nil {
			b := r.build(d.file.Path, r.contextOf(d), "", nil)
			r.inImage(p, b, find)
			entryPoint = b.entryPoint()
		}
	}
	r.addEnvFiles(p, s.envFiles, func(f *source.File, before []Variable) []Variable { return composeEnvFile(f, before, s.env) })
	p.Env = append(p.Env, s.env...)
	switch {
	case s.entrypoint != nil:
		p.Argv, p.argvAt = append(composeArgv(s.entrypoint), composeArgv(s.command)...), argvSpan(s.command, s.entrypoint)
	case s.command != nil && s.command.Kind != document.Null:
		p.Argv, p.argvAt = append(entryPoint, composeArgv(s.command)...), s.command.At
	}
	p.follow(find)
	s.running(p, find)
	all := append([]*Process{p}, p.ofeliaJobs(find)...)
	if s.build == nil {
		return all // what the init of an image starts is told where the image is built
	}
	return append(all, r.s6Processes(p, find)...)
}

// addEnvFiles adds the variables of files in the tree. Those of a file that is a machine's own by its name (.env) are named, not given:
// what stands in the copy at hand is not what production has. read is how their reader does; it gets the variables that came before.
func (r *reader) addEnvFiles(p *Process, files []envFile, read func(f *source.File, before []Variable) []Variable) {
	var all []Variable
	for _, e := range files {
		f, ok := r.tree.Read(e.path)
		p.EnvFrom = append(p.EnvFrom, EnvSource{Name: e.path, At: e.at, Read: ok})
		if !ok {
			continue
		}
		own := isMachinesOwn(e.path)
		for _, v := range read(f, all) {
			if own {
				v.Given = false
			}
			all = append(all, onlyGiven(v))
		}
	}
	p.Env = append(p.Env, all...)
}

// isMachinesOwn reports whether an environment file is one that each machine has for itself (.env), or one of developers.
func isMachinesOwn(file string) bool {
	base := path.Base(file)
	u, _ := usageOf(file)
	return base == ".env" || base == "env" || u == development
}

// composeArgv is a command in both shapes. A text is split as a shell would, without running one.
func composeArgv(n *document.Node) []string {
	if n == nil || n.Kind == document.Null {
		return nil
	}
	if n.IsList() {
		var argv []string
		for _, item := range n.Items {
			argv = append(argv, keptVariables(item.Scalar()))
		}
		return argv
	}
	return splitWords(keptVariables(n.Scalar()))
}

// keptVariables fills in defaults, and leaves what has none as it is written; $$ is a dollar for the container.
func keptVariables(text string) string {
	return interpolateKnown(text, '$', func(string) (string, bool) { return "", false })
}
