package deploy

import (
	"bytes"
	"errors"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"gonogo/internal/source"
)

// dockerfile is a Dockerfile as far as its final stage's processes need it.
type dockerfile struct {
	file   *source.File
	args   map[string]string // of ARG before the first FROM
	given  map[string]string // build arguments that the build gives
	stages []*Stage
}

// instruction is the argument vector of CMD, ENTRYPOINT or RUN.
type instruction struct {
	argv  []string
	shell bool // the shell form
	at    source.Span
}

// copied is one file or folder that COPY or ADD brings in. here says that its text stands in the Dockerfile (COPY <<EOF).
type copied struct {
	from, to string
	here     bool
	text     string // of what stands in the Dockerfile; "" where it is not known
	in       string // the Dockerfile
	line     int    // of the text's beginning there
}

// maxInstructions bounds how much of a Dockerfile is kept.
const maxInstructions = 5000

// dockerfileName matches Dockerfile, Dockerfile.prod, prod.Dockerfile, Containerfile.
var dockerfileName = regexp.MustCompile(`(?i)^((docker|container)file([-_.].*)?|.*[-_.](docker|container)file)$`)

func isDockerfile(file string) bool {
	base := path.Base(file)
	return dockerfileName.MatchString(base) && !strings.HasSuffix(base, ".dockerignore") && !strings.HasSuffix(base, ".j2") && !strings.HasSuffix(base, ".md")
}

// readDockerfile parses a Dockerfile that is built with the given arguments. It is nil when there is no stage in it.
func readDockerfile(f *source.File, args map[string]string) (d *dockerfile, diagnostics []source.Diagnostic) {
	defer func() {
		if fault := recover(); fault != nil { // the parser is not ours; its crash must not be the tool's
			d, diagnostics = nil, []source.Diagnostic{{At: f.Whole(), Message: "the file could not be read as a Dockerfile"}}
		}
	}()
	result, err := parser.Parse(bytes.NewReader(f.Data))
	if err != nil {
		at := f.Whole()
		var located *parser.LocationError
		if errors.As(err, &located) && len(located.Locations) > 0 && len(located.Locations[0]) > 0 {
			at = lineSpan(f, located.Locations[0][0].Start.Line)
		}
		return nil, []source.Diagnostic{{At: at, Message: "not a valid Dockerfile: " + strings.TrimSpace(err.Error())}}
	}
	d = &dockerfile{file: f, args: map[string]string{}, given: args}
	for i, node := range result.AST.Children {
		if i >= maxInstructions {
			break
		}
		d.instruction(node)
	}
	if len(d.stages) == 0 {
		return nil, nil
	}
	return d, nil
}

// lineSpan is a line from its first to its last character.
func lineSpan(f *source.File, line int) source.Span {
	text := f.Line(line)
	start := f.LineStart(line) + source.Pos(len(text)-len(strings.TrimLeft(text, " \t")))
	return f.Span(start, start+source.Pos(len(strings.TrimSpace(text))))
}

// nodeSpan is an instruction with its continued lines.
func (d *dockerfile) nodeSpan(node *parser.Node) source.Span {
	first, last := lineSpan(d.file, node.StartLine), lineSpan(d.file, max(node.EndLine, node.StartLine))
	return d.file.Span(first.Start, last.End)
}

func (d *dockerfile) instruction(node *parser.Node) {
	at := d.nodeSpan(node)
	name := strings.ToUpper(node.Value)
	if len(d.stages) == 0 && name != "FROM" {
		if name == "ARG" {
			d.globalArg(node)
		}
		return
	}
	if name == "FROM" {
		d.from(node, at)
		return
	}
	s := d.stages[len(d.stages)-1]
	switch name {
	case "ENV":
		s.environment(node, at)
	case "ARG":
		s.arg(node, d.args, d.given, at)
	case "CMD":
		s.cmd = newInstruction(node, at)
	case "ENTRYPOINT":
		s.entrypoint = newInstruction(node, at)
		if s.Parent != nil && s.cmd == s.Parent.cmd {
			s.cmd = nil // an ENTRYPOINT drops the CMD of the image below (https://docs.docker.com/reference/dockerfile/)
		}
	case "RUN":
		s.run(node, at)
	case "COPY", "ADD":
		s.copy(node, at)
		s.copyHere(node, d.file)
	case "WORKDIR":
		if node.Next != nil {
			s.Workdir = path.Join("/", s.Workdir, s.fill(node.Next.Value))
			if dir := s.fill(node.Next.Value); path.IsAbs(dir) {
				s.Workdir = path.Clean(dir)
			}
		}
	case "USER":
		if node.Next != nil {
			s.User = filledText(s.fillKnown(node.Next.Value))(within(at, node.Next.Value))
		}
	case "HEALTHCHECK":
		s.Health = newHealthcheck(node, at)
	case "EXPOSE":
		s.expose(node, at)
	case "VOLUME":
		for n := node.Next; n != nil; n = n.Next {
			s.Volumes = append(s.Volumes, Volume{Kind: AnonymousVolume, Target: s.fill(n.Value), At: at})
		}
	case "STOPSIGNAL":
		if node.Next != nil {
			s.StopSignal = said(s.fill(node.Next.Value), at)
		}
	}
}

func (d *dockerfile) globalArg(node *parser.Node) {
	for n := node.Next; n != nil; n = n.Next {
		name, value, ok := strings.Cut(n.Value, "=")
		if given, isGiven := d.given[name]; isGiven {
			d.args[name] = given
			continue
		}
		if ok {
			filled, known := interpolate(unquote(value), '\\', mapLookup(d.args))
			if known {
				d.args[name] = filled
			}
		}
	}
}

func mapLookup(m map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := m[name]
		return v, ok
	}
}

// from begins a stage. One that is built upon another stage of the file has its variables, commands and folder.
func (d *dockerfile) from(node *parser.Node, at source.Span) {
	if node.Next == nil {
		return
	}
	base, _ := interpolate(unquote(node.Next.Value), '\\', mapLookup(d.args))
	s := &Stage{Base: base, At: at, BaseAt: within(at, node.Next.Value), vars: map[string]string{}}
	if as := node.Next.Next; as != nil && strings.EqualFold(as.Value, "as") && as.Next != nil {
		s.Name = strings.ToLower(as.Next.Value)
	}
	if parent := d.stage(base); parent != nil {
		s.Parent, s.entrypoint, s.cmd, s.Workdir, s.User = parent, parent.entrypoint, parent.cmd, parent.Workdir, parent.User
		s.Health, s.StopSignal = parent.Health, parent.StopSignal
		for k, v := range parent.vars {
			s.vars[k] = v
		}
	}
	d.stages = append(d.stages, s)
}

// stage is a stage by its name or number, nil when there is none.
func (d *dockerfile) stage(name string) *Stage {
	for i := len(d.stages) - 1; i >= 0; i-- {
		if d.stages[i].Name != "" && d.stages[i].Name == strings.ToLower(name) || itoa(i) == name {
			return d.stages[i]
		}
	}
	return nil
}

// target is the stage that a build makes: the named one, else the last.
func (d *dockerfile) target(name string) *Stage {
	if s := d.stage(name); name != "" && s != nil {
		return s
	}
	return d.stages[len(d.stages)-1]
}

// fillKnown is a text with its variables filled in, and whether all of them are known.
func (s *Stage) fillKnown(text string) (string, bool) {
	return interpolate(unquote(text), '\\', mapLookup(s.vars))
}

// filledText is a text that was filled in, as an artefact tells it.
func filledText(text string, known bool) func(at source.Span) Told[string] {
	return func(at source.Span) Told[string] {
		if !known {
			return unread[string](at.Text(), at)
		}
		return said(text, at)
	}
}

func (s *Stage) fill(text string) string {
	out, _ := interpolate(unquote(text), '\\', mapLookup(s.vars))
	return out
}

// unquote takes off quotes around a word.
func unquote(text string) string {
	if len(text) >= 2 && (text[0] == '"' || text[0] == '\'') && text[len(text)-1] == text[0] {
		return text[1 : len(text)-1]
	}
	return text
}

// environment reads ENV. The parser gives name, value and separator by turns.
func (s *Stage) environment(node *parser.Node, at source.Span) {
	for n := node.Next; n != nil && n.Next != nil; {
		raw := n.Next.Value
		value, known := interpolate(unquote(raw), '\\', mapLookup(s.vars))
		if raw != "" && raw[0] == '\'' {
			value, known = unquote(raw), true
		}
		v := Variable{Name: unquote(n.Value), Value: value, Given: known, At: narrowed(at, n.Value, raw)}
		if !known {
			v.Value = ""
			delete(s.vars, v.Name)
		} else {
			s.vars[v.Name] = value
		}
		s.Env = append(s.Env, v)
		n = n.Next.Next
		if n != nil {
			n = n.Next
		}
	}
}

// narrowed is the place of NAME=value or NAME value in an instruction.
func narrowed(at source.Span, name, value string) source.Span {
	text := at.Text()
	for _, separator := range []string{"=", " "} {
		if i := strings.Index(text, name+separator+value); i >= 0 {
			return at.File.Span(at.Start+source.Pos(i), at.Start+source.Pos(i+len(name)+1+len(value)))
		}
	}
	return at
}

// arg reads ARG in a stage: its default, or that of the ARG before the first FROM.
func (s *Stage) arg(node *parser.Node, global, given map[string]string, at source.Span) {
	for n := node.Next; n != nil; n = n.Next {
		name, value, ok := strings.Cut(n.Value, "=")
		s.Args = append(s.Args, Variable{Name: name, Value: unquote(value), Given: ok, At: within(at, n.Value)})
		if v, isGiven := given[name]; isGiven {
			s.vars[name] = v
			continue
		}
		if !ok {
			if v, known := global[name]; known {
				s.vars[name] = v
			}
			continue
		}
		if filled, known := interpolate(unquote(value), '\\', mapLookup(s.vars)); known {
			s.vars[name] = filled
		}
	}
}

func newInstruction(node *parser.Node, at source.Span) *instruction {
	in := &instruction{at: at, shell: !node.Attributes["json"]}
	for n := node.Next; n != nil; n = n.Next {
		in.argv = append(in.argv, n.Value)
	}
	if in.shell {
		text := strings.Join(in.argv, " ")
		for _, heredoc := range node.Heredocs {
			text = heredoc.Content
		}
		in.argv = []string{"/bin/sh", "-c", text}
	}
	return in
}

// run reads RUN.
func (s *Stage) run(node *parser.Node, at source.Span) {
	in := newInstruction(node, at)
	step := Step{Kind: RunStep, Argv: in.argv, At: at, User: s.User.Value}
	for _, flag := range node.Flags {
		if mount, ok := strings.CutPrefix(flag, "--mount="); ok && strings.Contains(mount, "type=secret") {
			for _, part := range strings.Split(mount, ",") {
				if id, ok := strings.CutPrefix(part, "id="); ok {
					step.Secrets = append(step.Secrets, id)
				}
			}
		}
	}
	s.Steps = append(s.Steps, step)
}

func (s *Stage) copy(node *parser.Node, at source.Span) {
	step := Step{Kind: CopyStep, At: at, User: s.User.Value}
	for _, flag := range node.Flags {
		if from, ok := strings.CutPrefix(flag, "--from="); ok {
			step.From = s.fill(from)
			s.takesFrom = append(s.takesFrom, step.From)
		}
		if owner, ok := strings.CutPrefix(flag, "--chown="); ok {
			step.Owner = s.fill(owner)
		}
	}
	var words []string
	for n := node.Next; n != nil; n = n.Next {
		words = append(words, s.fill(n.Value))
	}
	if len(words) < 2 {
		return
	}
	to := words[len(words)-1]
	isFolder := strings.HasSuffix(to, "/") || to == "." || len(words) > 2
	if !path.IsAbs(to) {
		to = path.Join("/", s.Workdir, to)
	}
	step.Sources, step.Target = words[:len(words)-1], path.Clean(to)
	s.Steps = append(s.Steps, step)
	if step.From != "" {
		return
	}
	for _, from := range step.Sources {
		if len(node.Heredocs) > 0 && strings.HasPrefix(from, "<<") {
			continue
		}
		s.copies = append(s.copies, copied{from: path.Clean(from), to: copyTarget(path.Clean(from), path.Clean(to), isFolder)})
	}
}

// expose reads EXPOSE: ports, each with a protocol.
func (s *Stage) expose(node *parser.Node, at source.Span) {
	for n := node.Next; n != nil; n = n.Next {
		text := s.fill(n.Value)
		number, protocol, _ := strings.Cut(text, "/")
		s.Ports = append(s.Ports, Port{Container: parsed(number, within(at, n.Value), parseInt), Protocol: firstNonEmpty(protocol, "tcp"), At: within(at, n.Value)})
	}
}

// newHealthcheck reads HEALTHCHECK. What its command does is followed later, when the image's files are known.
func newHealthcheck(node *parser.Node, at source.Span) *Probe {
	p := &Probe{Kind: HealthCheck, At: at}
	var words []string
	for n := node.Next; n != nil; n = n.Next {
		words = append(words, n.Value)
	}
	if len(words) > 0 && strings.EqualFold(words[0], "NONE") {
		p.Disabled = true
		return p
	}
	p.Interval, p.Timeout, p.StartPeriod, p.Failures = byDefault(30*time.Second), byDefault(30*time.Second), byDefault(time.Duration(0)), byDefault(3)
	for _, flag := range node.Flags {
		name, value, _ := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		where := within(at, flag)
		switch name {
		case "interval":
			p.Interval = parsed(value, where, parseDuration)
		case "timeout":
			p.Timeout = parsed(value, where, parseDuration)
		case "start-period":
			p.StartPeriod = parsed(value, where, parseDuration)
		case "retries":
			p.Failures = parsed(value, where, parseInt)
		}
	}
	if len(words) > 0 && (words[0] == "CMD" || words[0] == "CMD-SHELL") {
		argv := words[1:]
		if !node.Attributes["json"] {
			argv = []string{"/bin/sh", "-c", strings.Join(argv, " ")}
		}
		p.Commands = []Command{{Argv: argv, At: at}}
	}
	return p
}

// copyTarget is where a source ends: below the target when that is a folder and the source looks like a file.
func copyTarget(from, to string, isFolder bool) string {
	if isFolder && strings.Contains(path.Base(from), ".") && from != "." {
		return path.Join(to, path.Base(from))
	}
	return to
}

// environ are the stage's variables, those of the stages that it is built upon first.
func (s *Stage) environ() []Variable {
	var all []Variable
	if s.Parent != nil {
		all = s.Parent.environ()
	}
	return append(all[:len(all):len(all)], s.Env...)
}

// argv is the stage's entry point and command, and where they stand.
func (s *Stage) argv() (argv []string, at source.Span) {
	if s.entrypoint != nil {
		argv, at = append(argv, s.entrypoint.argv...), s.entrypoint.at
		if s.entrypoint.shell {
			return argv, at // the shell form ignores CMD
		}
	}
	if s.cmd != nil {
		argv, at = append(argv, s.cmd.argv...), s.cmd.at
	}
	return argv, at
}

// inContext is the path in the build context of what a path in the image was copied from; ok is false when no COPY tells.
func (s *Stage) inContext(inImage string) (string, bool) {
	c, rest, ok := s.copiedTo(inImage)
	if !ok || c.here {
		return "", false
	}
	return path.Join(c.from, rest), true
}

// copiedTo is the last COPY that brings in a path of the image, and the part of the path below its target.
func (s *Stage) copiedTo(inImage string) (c copied, rest string, ok bool) {
	for _, st := range s.Chain() {
		abs := inImage
		if !path.IsAbs(abs) {
			abs = path.Join("/", s.Workdir, abs)
		}
		for i := len(st.copies) - 1; i >= 0; i-- {
			c := st.copies[i]
			if c.to == abs {
				return c, "", true
			}
			if rest, ok := strings.CutPrefix(abs, strings.TrimSuffix(c.to, "/")+"/"); ok && !c.here {
				return c, rest, true
			}
		}
	}
	return copied{}, "", false
}
