package deploy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
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
}

// composeService is one service as the file, and what it extends, describe it.
type composeService struct {
	name       string
	at         source.Span
	file       string // the path of the file whose relative paths it has
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

// over is the build laid over a base, as Compose merges them: what it names wins, arguments are joined.
func (b *composeBuild) over(base *composeBuild) *composeBuild {
	if base == nil || b.placed {
		return b
	}
	merged := *base
	merged.at, merged.args = b.at, map[string]string{}
	if b.target != "" {
		merged.target = b.target
	}
	for _, args := range []map[string]string{base.args, b.args} {
		for name, value := range args {
			merged.args[name] = value
		}
	}
	return &merged
}

const maxExtends = 10

// readCompose reads a Compose file; nil when it has no services.
func (r *reader) readCompose(file string) *composeFile {
	f, ok := r.tree.Read(file)
	if !ok {
		return nil
	}
	docs, diagnostics := document.YAML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	if len(docs) == 0 || !docs[0].Get("services").IsMap() {
		return nil
	}
	c := &composeFile{file: f}
	for _, e := range docs[0].Get("services").Map() {
		if s := r.composeService(docs[0], f, e.Key, 0); s != nil {
			c.services = append(c.services, s)
		}
	}
	return c
}

// composeService reads a service with what it extends.
func (r *reader) composeService(doc *document.Node, f *source.File, name string, depth int) *composeService {
	var entry document.Entry
	for _, e := range doc.Get("services").Map() {
		if e.Key == name {
			entry = e
		}
	}
	if !entry.Value.IsMap() || depth > maxExtends {
		return nil
	}
	s := &composeService{name: name, at: entry.KeyAt, file: f.Path}
	s.read(entry.Value)
	extends := entry.Value.Get("extends")
	if extends == nil {
		return s
	}
	base := extends.Scalar()
	if extends.IsMap() {
		base = extends.Get("service").Scalar()
	}
	if parent := r.extended(doc, f, extends.Get("file").Scalar(), base, depth); parent != nil {
		return parent.overlaid(s)
	}
	return s
}

// extended is the service that another one extends, in the same file or in another one.
func (r *reader) extended(doc *document.Node, f *source.File, file, service string, depth int) *composeService {
	if file == "" {
		return r.composeService(doc, f, service, depth+1)
	}
	other, ok := r.tree.Read(path.Join(path.Dir(f.Path), file))
	if !ok {
		return nil
	}
	docs, _ := document.YAML(other) // its faults are told when it is read for itself
	if len(docs) == 0 {
		return nil
	}
	return r.composeService(docs[0], other, service, depth+1)
}

// fill replaces ${NAME} by its default; known is false where there is none.
func fill(text string) (string, bool) {
	return interpolate(text, '$', func(string) (string, bool) { return "", false })
}

func filled(n *document.Node) string {
	out, _ := fill(n.Scalar())
	return out
}

func (s *composeService) read(n *document.Node) {
	dir := path.Dir(s.file)
	s.image = filled(n.Get("image"))
	s.command, s.entrypoint = n.Get("command"), n.Get("entrypoint")
	s.profiles = n.Get("profiles").Strings()
	s.env = composeEnvironment(n.Get("environment"))
	for _, item := range n.Get("env_file").List() {
		name := item.Scalar()
		if item.IsMap() {
			name = item.Get("path").Scalar()
		}
		if name, known := fill(name); known && name != "" {
			s.envFiles = append(s.envFiles, envFile{path: path.Join(dir, name), at: item.At})
		}
	}
	if build := n.Get("build"); build != nil {
		s.build = readBuild(build, dir)
	}
	for _, v := range n.Get("volumes").List() {
		host := v.Get("source").Scalar()
		if text, ok := v.Str(); ok {
			host, _, _ = strings.Cut(text, ":")
			if !strings.Contains(text, ":") {
				host = ""
			}
		}
		if strings.HasPrefix(host, ".") || strings.HasPrefix(host, "${PWD}") || strings.HasPrefix(host, "$PWD") {
			s.mounts = append(s.mounts, path.Join(dir, strings.TrimPrefix(strings.TrimPrefix(host, "${PWD}"), "$PWD")))
		}
	}
}

func readBuild(n *document.Node, dir string) *composeBuild {
	b := &composeBuild{context: ".", dockerfile: "Dockerfile", args: map[string]string{}, at: n.At}
	if text, ok := n.Str(); ok {
		b.context, _ = fill(text)
		b.placed = true
	} else {
		if c := n.Get("context"); c != nil {
			b.context = filled(c)
		}
		if d := n.Get("dockerfile"); d != nil {
			b.dockerfile = filled(d)
		}
		b.target = filled(n.Get("target"))
		b.placed = n.Get("context") != nil || n.Get("dockerfile") != nil || n.Get("dockerfile_inline") != nil
		for _, v := range composeEnvironment(n.Get("args")) {
			if v.Given {
				b.args[v.Name] = v.Value
			}
		}
	}
	b.context = path.Join(dir, b.context)
	b.dockerfile = path.Join(b.context, b.dockerfile)
	return b
}

// composeEnvironment reads `environment` in both shapes: a map, or a list of NAME=value.
func composeEnvironment(n *document.Node) []Variable {
	var vars []Variable
	for _, e := range n.Map() {
		v := Variable{Name: e.Key, At: spanning(e.KeyAt, e.Value.Span())}
		if text, ok := e.Value.Str(); ok {
			v.Value, v.Given = fill(text)
		}
		vars = append(vars, onlyGiven(v))
	}
	if n.IsList() {
		for _, item := range n.Items {
			name, value, ok := strings.Cut(item.Scalar(), "=")
			v := Variable{Name: name, At: item.At}
			if ok {
				v.Value, v.Given = fill(value)
			}
			if name != "" {
				vars = append(vars, onlyGiven(v))
			}
		}
	}
	return vars
}

func onlyGiven(v Variable) Variable {
	if !v.Given {
		v.Value = ""
	}
	return v
}

// overlaid is a service with another one laid over it, as Compose merges files: commands are replaced, variables joined.
func (s *composeService) overlaid(over *composeService) *composeService {
	merged := *s
	merged.name, merged.at, merged.file = over.name, over.at, over.file
	if over.image != "" {
		merged.image = over.image
	}
	if over.build != nil {
		merged.build = over.build.over(s.build)
	}
	if over.command != nil {
		merged.command = over.command
	}
	if over.entrypoint != nil {
		merged.entrypoint = over.entrypoint
		merged.command = over.command
	}
	merged.env = append(append([]Variable(nil), s.env...), over.env...)
	merged.envFiles = append(append([]envFile(nil), s.envFiles...), over.envFiles...)
	merged.mounts = append(append([]string(nil), s.mounts...), over.mounts...)
	if over.profiles != nil {
		merged.profiles = over.profiles
	}
	return &merged
}

// isOverlay reports whether a file only changes services of another one: it has a service without image, build or extension,
// or with a build that lacks its place.
func (c *composeFile) overlays(base *composeFile) bool {
	for _, s := range c.services {
		if (s.image == "" && s.build == nil || s.build.partial()) && base.service(s.name) != nil {
			return true
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
		if o := c.service(s.name); o != nil {
			merged.services = append(merged.services, s.overlaid(o))
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
	find := r.scripts(path.Dir(c.file.Path), nil)
	var imageArgv, imageCmd []string
	if s.build != nil {
		p.Build = s.build.dockerfile
		if d := r.dockerfile(s.build.dockerfile, s.build.args); d != nil {
			st := d.target(s.build.target)
			find.stage, find.context = st, s.build.context
			p.Env = append(p.Env, st.environ()...)
			imageArgv, p.argvAt = st.argv()
			if st.entrypoint != nil && !st.entrypoint.shell {
				imageCmd = st.entrypoint.argv
			}
		}
	}
	r.addEnvFiles(p, s.envFiles)
	p.Env = append(p.Env, s.env...)
	p.Argv = imageArgv
	switch {
	case s.entrypoint != nil:
		p.Argv, p.argvAt = append(composeArgv(s.entrypoint), composeArgv(s.command)...), firstSpan(s.command.Span(), s.entrypoint.Span())
	case s.command != nil && s.command.Kind != document.Null:
		p.Argv, p.argvAt = append(append([]string(nil), imageCmd...), composeArgv(s.command)...), s.command.At
	}
	p.follow(find)
	return append([]*Process{p}, r.s6Processes(p, find)...)
}

// addEnvFiles adds the variables of files in the tree. Those of a file that is a machine's own by its name (.env) are named, not given:
// what stands in the copy at hand is not what production has.
func (r *reader) addEnvFiles(p *Process, files []envFile) {
	for _, e := range files {
		f, ok := r.tree.Read(e.path)
		p.EnvFrom = append(p.EnvFrom, EnvSource{Name: e.path, At: e.at, Read: ok})
		if !ok {
			continue
		}
		own := isMachinesOwn(e.path)
		for _, v := range dotenv(f) {
			if own {
				v.Given = false
			}
			p.Env = append(p.Env, onlyGiven(v))
		}
	}
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
