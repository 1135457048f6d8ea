package deploy

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/source"
)

// Build is an image that the deployment builds: a target of a Dockerfile with its context and arguments.
type Build struct {
	Dockerfile *source.File
	Context    string   // the folder that is sent to the build, relative to the tree's root
	Target     *Stage   // the stage that becomes the image
	Stages     []*Stage // all of the file, in order
	Args       []Variable
	// IgnoreFile is the path of the .dockerignore that counts, "" when there is none; Ignored are its lines without comments.
	IgnoreFile string
	Ignored    []IgnoreLine
	Processes  []*Process // that run in it
	Foreign    bool       // it holds another service than the project
	Production bool
	Reason     string
}

// IgnoreLine is a pattern of a .dockerignore.
type IgnoreLine struct {
	Pattern string // without the "!"
	Negated bool
	At      source.Span
}

// Stage is one FROM and what follows it.
type Stage struct {
	Name   string
	Base   string // the image or stage, arguments filled in as far as they are known
	Parent *Stage // when Base is a stage of this file
	At     source.Span
	BaseAt source.Span // the image in FROM
	Env    []Variable  // of this stage alone
	Args   []Variable  // of this stage alone: ARG with its default
	Steps  []Step
	User   Told[string] // as the last USER says, of this stage or those below it
	Health *Probe       // of this stage or those below it; nil for none
	Ports  []Port
	// Volumes are those that VOLUME declares.
	Volumes    []Volume
	StopSignal Told[string]
	Workdir    string

	vars       map[string]string // known arguments and variables
	entrypoint *instruction
	cmd        *instruction
	copies     []copied
	takesFrom  []string // stages and images that COPY --from names
}

// StepKind is what a step of a build does.
type StepKind uint8

const (
	RunStep StepKind = iota + 1
	CopyStep
)

// Step is one RUN, COPY or ADD.
type Step struct {
	Kind     StepKind
	Argv     []string  // of RUN, as written: a shell string is /bin/sh -c
	Commands []Command // of RUN: what it does
	From     string    // of COPY --from: the stage or image, "" for the context
	Sources  []string  // of COPY and ADD
	Target   string    // absolute as far as the working folder is known
	Owner    string    // --chown
	Secrets  []string  // the ids of secrets that are mounted for RUN
	User     string    // who runs it, "" for the base's own
	At       source.Span
}

// Chain are the stage and the stages that it is built upon.
func (s *Stage) Chain() []*Stage {
	var all []*Stage
	for ; s != nil && len(all) < maxInstructions; s = s.Parent {
		all = append(all, s)
	}
	return all
}

// BaseImage is the image that the lowest stage of the chain is built upon, and where that stands.
func (s *Stage) BaseImage() (Image, source.Span) {
	chain := s.Chain()
	last := chain[len(chain)-1]
	return ParseImage(last.Base), last.BaseAt
}

// Stages that end in the image: the target's chain, and those that files are copied from.
func (b *Build) Used() []*Stage {
	d := &dockerfile{file: b.Dockerfile, stages: b.Stages}
	return d.builtFrom(b.Target)
}

// buildKey tells builds apart.
type buildKey struct{ file, context, target, args string }

// builder keeps one Build for each combination of Dockerfile, context, target and arguments.
type builder struct {
	all  []*Build
	seen map[buildKey]*Build
}

// build is the image that a Dockerfile with a context, target and arguments makes; nil when it can't be read.
func (r *reader) build(file, context, target string, args map[string]string) *Build {
	key := buildKey{file: file, context: context, target: target}
	for _, name := range sortedKeys(args) {
		key.args += name + "=" + args[name] + "\n"
	}
	if b, seen := r.builds.seen[key]; seen {
		return b
	}
	d := r.dockerfile(file, args)
	if d == nil {
		return nil
	}
	b := &Build{Dockerfile: d.file, Context: context, Target: d.target(target), Stages: d.stages}
	for _, name := range sortedKeys(args) {
		b.Args = append(b.Args, Variable{Name: name, Value: args[name], Given: true})
	}
	r.ignoreFile(b)
	r.followSteps(b)
	r.builds.seen[key] = b
	r.builds.all = append(r.builds.all, b)
	return b
}

// ignoreFile reads the file of what is not sent to the build: Dockerfile.dockerignore beside the Dockerfile, else .dockerignore of the context
// (https://docs.docker.com/build/concepts/context/#dockerignore-files).
func (r *reader) ignoreFile(b *Build) {
	for _, name := range []string{b.Dockerfile.Path + ".dockerignore", path.Join(b.Context, ".dockerignore")} {
		f, ok := r.tree.Read(name)
		if !ok {
			continue
		}
		b.IgnoreFile = name
		for n := 1; n <= f.LineCount(); n++ {
			text := strings.TrimSpace(f.Line(n))
			if text == "" || text[0] == '#' {
				continue
			}
			pattern, negated := strings.CutPrefix(text, "!")
			b.Ignored = append(b.Ignored, IgnoreLine{Pattern: path.Clean(strings.Trim(strings.TrimSpace(pattern), "/")), Negated: negated, At: lineSpan(f, n)})
		}
		return
	}
}

// Ignores reports whether a path of the context, slash-separated, is left out of the build. The last pattern that matches decides.
func (b *Build) Ignores(name string) bool {
	ignored := false
	for _, line := range b.Ignored {
		if ignored == line.Negated && matchesIgnore(line.Pattern, name) {
			ignored = !line.Negated
		}
	}
	return ignored
}

// matchesIgnore reports whether a pattern matches a path or a folder above it. ** stands for any number of folders.
func matchesIgnore(pattern, name string) bool {
	parts := strings.Split(name, "/")
	for n := range parts {
		if matchParts(strings.Split(pattern, "/"), parts[:n+1], 0) {
			return true
		}
	}
	return false
}

func matchParts(pattern, parts []string, depth int) bool {
	if depth > maxInterpolation {
		return false
	}
	if len(pattern) == 0 {
		return len(parts) == 0
	}
	if pattern[0] == "**" {
		for n := 0; n <= len(parts); n++ {
			if matchParts(pattern[1:], parts[n:], depth+1) {
				return true
			}
		}
		return false
	}
	if len(parts) == 0 {
		return false
	}
	ok, err := path.Match(pattern[0], parts[0])
	return err == nil && ok && matchParts(pattern[1:], parts[1:], depth)
}

// followSteps fills in what the steps of the stages that end in the image run.
func (r *reader) followSteps(b *Build) {
	for _, st := range b.Used() {
		find := r.scripts(b.Context, st)
		for i := range st.Steps {
			step := &st.Steps[i]
			if step.Kind != RunStep || step.Commands != nil {
				continue
			}
			x := newExecution(nil, find)
			for k, v := range st.vars {
				x.vars[k] = v
			}
			x.run(step.Argv, step.At, false)
			step.Commands = x.commands
		}
	}
}

// settleBuilds says which builds are production's: those that its processes run in, and those of a Dockerfile that is judged to be.
func (r *reader) settleBuilds(artefacts []*artefact) []*Build {
	for _, a := range artefacts {
		for _, p := range a.processes {
			if p.Built == nil {
				continue
			}
			b := p.Built
			b.Processes = append(b.Processes, p)
			b.Foreign = b.Foreign || a.foreign || !r.belongs(b.Context)
			if p.Production && !b.Production {
				b.Production, b.Reason = true, p.Artefact+" runs it"
			}
			if b.Reason == "" || !b.Production && a.kind == dockerKind {
				b.Reason = p.Reason
			}
		}
	}
	return r.withoutImages(artefacts)
}

// builtAlone reports whether a Dockerfile by itself is an image of production.
func builtAlone(artefacts []*artefact, dockerfile string) bool {
	return slices.ContainsFunc(artefacts, func(a *artefact) bool {
		return a.kind == dockerKind && a.file == dockerfile && len(a.processes) > 0 && a.processes[0].Production
	})
}

// withoutImages leaves out the build that stands for a Dockerfile alone where another artefact builds the Dockerfile and says more.
func (r *reader) withoutImages(artefacts []*artefact) []*Build {
	alone := map[*Build]bool{}
	others := map[string]bool{}
	for _, a := range artefacts {
		for _, p := range a.processes {
			switch {
			case p.Built == nil:
			case a.kind == dockerKind:
				alone[p.Built] = true
			default: // one that is for developers does not stand for production's image
				others[p.Built.Dockerfile.Path] = others[p.Built.Dockerfile.Path] || p.Production || !builtAlone(artefacts, p.Built.Dockerfile.Path)
			}
		}
	}
	used := map[*Build]bool{}
	for _, a := range artefacts {
		if a.kind != dockerKind {
			for _, p := range a.processes {
				used[p.Built] = true
			}
		}
	}
	var kept []*Build
	for _, b := range r.builds.all {
		if alone[b] && !used[b] && others[b.Dockerfile.Path] {
			continue
		}
		if len(b.Processes) > 0 {
			kept = append(kept, b)
		}
	}
	return kept
}
