package deploy

import (
	"path"
	"slices"
	"strings"
	"time"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// This file reads how a service of a Compose file is run.

// filledTold is a scalar whose expansions are filled in and which parse reads.
func filledTold[T any](n *document.Node, parse func(string) (T, bool)) Told[T] {
	text, ok := n.Str()
	if !ok {
		return Told[T]{}
	}
	value, known := fill(text)
	if !known {
		return unread[T](text, n.At)
	}
	return parsed(value, n.At, parse)
}

// running fills in how the service is run. What the image says stands there before.
func (s *composeService) running(p *Process, find *scripts) {
	n := s.node
	p.Runtime = InContainer
	p.Names = append([]string{s.name}, s.hostNames()...)
	for _, port := range n.Get("ports").List() {
		p.Ports = append(p.Ports, composePort(port))
	}
	for _, port := range n.Get("expose").List() {
		p.Ports = append(p.Ports, Port{Container: filledTold(port, parsePort), Protocol: "tcp", At: port.At})
	}
	s.volumes(p)
	s.healthcheck(p, find)
	s.resources(p)
	s.restart(p)
	p.User = filledTold(n.Get("user"), parseText).or(p.User)
	p.Privileged = filledTold(n.Get("privileged"), parseBool)
	p.Directory = filledTold(n.Get("working_dir"), parseText)
	p.StopGrace = filledTold(n.Get("stop_grace_period"), parseDuration).or(byDefault(10 * time.Second)) // Docker's default
	p.StopSignal = filledTold(n.Get("stop_signal"), parseText).or(p.StopSignal)
	p.Replicas = filledTold(n.Get("deploy", "replicas"), parseInt).or(filledTold(n.Get("scale"), parseInt)).or(byDefault(1))
	if mode := n.Get("network_mode"); mode != nil {
		p.HostNet = said(mode.Scalar() == "host", mode.At)
	}
	p.Logging = composeLogging(n.Get("logging"))
	p.Labels = composeEnvironment(n.Get("labels"))
	p.Labels = append(p.Labels, composeEnvironment(n.Get("deploy", "labels"))...)
	p.DependsOn = composeDependencies(n.Get("depends_on"))
}

// hostNames are the other names by which the service is reached: its container's, its host's, and aliases in its networks.
func (s *composeService) hostNames() []string {
	var names []string
	for _, key := range []string{"container_name", "hostname"} {
		if name, known := fill(s.node.Get(key).Scalar()); known && name != "" && name != s.name {
			names = append(names, name)
		}
	}
	for _, network := range s.node.Get("networks").Map() {
		names = append(names, network.Value.Get("aliases").Strings()...)
	}
	return names
}

func parsePort(text string) (int, bool) {
	text, _, _ = strings.Cut(text, "/")
	if from, _, ranged := strings.Cut(text, "-"); ranged {
		text = from
	}
	n, ok := parseInt(text)
	return n, ok && n >= 0 && n < 1<<16
}

// composePort reads [address:][published:]container[/protocol], or the long form. Of a range the first port counts.
func composePort(n *document.Node) Port {
	if n.IsMap() {
		p := Port{Name: n.Get("name").Scalar(), Published: true, Protocol: firstNonEmpty(n.Get("protocol").Scalar(), "tcp"), At: n.At}
		p.Container, p.Host = filledTold(n.Get("target"), parsePort), filledTold(n.Get("published"), parsePort)
		p.Address = filledTold(n.Get("host_ip"), parseText)
		return p
	}
	p := Port{Published: true, Protocol: "tcp", At: n.Span()}
	text := n.Scalar()
	if i := strings.LastIndexByte(text, '/'); i >= 0 && !strings.Contains(text[i:], "}") {
		text, p.Protocol = text[:i], text[i+1:]
	}
	parts := portParts(text)
	told := func(text string) Told[int] {
		if value, known := fill(text); known {
			return parsed(value, n.At, parsePort)
		}
		return unread[int](text, n.At)
	}
	last := len(parts) - 1
	p.Container = told(parts[last])
	if last >= 1 && parts[last-1] != "" {
		p.Host = told(parts[last-1])
	}
	if last >= 2 {
		address := strings.Trim(strings.Join(parts[:last-1], ":"), "[]")
		if value, known := fill(address); known {
			p.Address = said(value, n.At)
		} else {
			p.Address = unread[string](address, n.At)
		}
	} else if last >= 1 { // "${BIND:-127.0.0.1:8000}:8000"
		if value, known := fill(parts[last-1]); known && strings.Contains(value, ":") {
			i := strings.LastIndexByte(value, ':')
			p.Address, p.Host = said(value[:i], n.At), parsed(value[i+1:], n.At, parsePort)
		}
	}
	return p
}

// portParts splits at colons outside of ${...} and [...].
func portParts(text string) []string {
	var parts []string
	depth, from := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ':':
			if depth <= 0 {
				parts = append(parts, text[from:i])
				from = i + 1
			}
		}
	}
	return append(parts, text[from:])
}

func (s *composeService) volumes(p *Process) {
	for _, n := range s.node.Get("volumes").List() {
		v := Volume{At: n.At}
		if n.IsMap() {
			v.Source, v.Target = filled(n.Get("source")), filled(n.Get("target"))
			v.Kind = map[string]VolumeKind{"bind": BindMount, "tmpfs": MemoryVolume, "volume": NamedVolume}[n.Get("type").Scalar()]
			v.ReadOnly = n.Get("read_only").Scalar() == "true"
			if v.Kind == NamedVolume && v.Source == "" {
				v.Kind = AnonymousVolume
			}
		} else {
			v.short(volumeParts(n.Scalar()))
		}
		if v.Kind == BindMount {
			v.Path = inProject(v.Source, folderOf(n))
		}
		p.mount(v)
	}
	for _, n := range s.node.Get("tmpfs").List() {
		target, _, _ := strings.Cut(n.Scalar(), ":")
		p.mount(Volume{Kind: MemoryVolume, Target: target, At: n.At})
	}
	for _, n := range s.node.Get("secrets").List() {
		name := firstNonEmpty(n.Scalar(), n.Get("source").Scalar())
		p.mount(Volume{Kind: SecretVolume, Source: name, Target: path.Join("/run/secrets", firstNonEmpty(n.Get("target").Scalar(), name)), ReadOnly: true, At: n.At})
	}
	for _, n := range s.node.Get("configs").List() {
		name := firstNonEmpty(n.Scalar(), n.Get("source").Scalar())
		p.mount(Volume{Kind: ConfigVolume, Source: name, Target: firstNonEmpty(n.Get("target").Scalar(), "/"+name), ReadOnly: true, At: n.At})
	}
}

// mount puts a volume in the place of one that the image declares there.
func (p *Process) mount(v Volume) {
	p.Volumes = slices.DeleteFunc(p.Volumes, func(w Volume) bool {
		return w.Kind == AnonymousVolume && path.Clean(w.Target) == path.Clean(v.Target)
	})
	p.Volumes = append(p.Volumes, v)
}

// short reads source:target[:mode].
func (v *Volume) short(parts []string) {
	if len(parts) == 1 {
		v.Kind, v.Target = AnonymousVolume, parts[0]
		return
	}
	v.Source = keptVariables(parts[0])
	v.Target, _ = fill(parts[1])
	v.Kind = NamedVolume
	if strings.HasPrefix(v.Source, ".") || strings.HasPrefix(v.Source, "/") || strings.HasPrefix(v.Source, "~") || strings.HasPrefix(v.Source, "$") || strings.Contains(v.Source, "/") {
		v.Kind = BindMount
	}
	if len(parts) > 2 {
		for _, mode := range strings.Split(parts[2], ",") {
			v.ReadOnly = v.ReadOnly || mode == "ro"
		}
	}
}

// inProject is the path in the tree of what a mount's source names, "" when it lies outside.
func inProject(host, dir string) string {
	for _, here := range []string{"${PWD}", "$PWD", "$(pwd)", "${COMPOSE_PROJECT_DIR}"} {
		if rest, ok := strings.CutPrefix(host, here); ok {
			host = "./" + strings.TrimPrefix(rest, "/")
		}
	}
	if !strings.HasPrefix(host, ".") {
		return ""
	}
	file := path.Join(dir, host)
	if strings.HasPrefix(file, "..") {
		return ""
	}
	return file
}

func (s *composeService) healthcheck(p *Process, find *scripts) {
	n := s.node.Get("healthcheck")
	if !n.IsMap() {
		return
	}
	probe := Probe{Kind: HealthCheck, At: firstSpan(n.Get("test").Span(), n.At)}
	probe.Interval = filledTold(n.Get("interval"), parseDuration).or(byDefault(30 * time.Second))
	probe.Timeout = filledTold(n.Get("timeout"), parseDuration).or(byDefault(30 * time.Second))
	probe.StartPeriod = filledTold(n.Get("start_period"), parseDuration).or(byDefault(time.Duration(0)))
	probe.Failures = filledTold(n.Get("retries"), parseInt).or(byDefault(3))
	test := n.Get("test")
	switch {
	case n.Get("disable").Scalar() == "true":
		probe.Disabled = true
	case test.IsList():
		var words []string
		for _, item := range test.Items {
			words = append(words, keptVariables(item.Scalar()))
		}
		probe.composeTest(words, "", find, p.Env)
	case test != nil:
		probe.composeTest(nil, keptVariables(test.Scalar()), find, p.Env)
	case len(p.Probes) > 0: // the image's command with other times
		image := p.Probes[0]
		probe.Commands, probe.Request = image.Commands, image.Request
	}
	p.Probes = []Probe{probe}
}

// resources reads deploy.resources, and the older mem_limit, mem_reservation and cpus.
func (s *composeService) resources(p *Process) {
	deploy := s.node.Get("deploy", "resources")
	p.Resources = Resources{
		MemoryLimit:   filledTold(deploy.Get("limits", "memory"), dockerBytes).or(filledTold(s.node.Get("mem_limit"), dockerBytes)),
		MemoryRequest: filledTold(deploy.Get("reservations", "memory"), dockerBytes).or(filledTold(s.node.Get("mem_reservation"), dockerBytes)),
		CPULimit:      filledTold(deploy.Get("limits", "cpus"), parseCores).or(filledTold(s.node.Get("cpus"), parseCores)),
		CPURequest:    filledTold(deploy.Get("reservations", "cpus"), parseCores),
	}
}

// restart reads restart, and Swarm's deploy.restart_policy, which wins where both stand. Without either Docker starts nothing again.
func (s *composeService) restart(p *Process) {
	p.Restart = Restart{Policy: RestartNever, By: "Docker"}
	if n := s.node.Get("restart"); n != nil {
		text, known := fill(n.Scalar())
		p.Restart = Restart{By: "Docker", At: n.At}
		word, _, _ := strings.Cut(text, ":")
		switch {
		case !known:
			p.Restart.Written = n.Scalar()
		case word == "always" || word == "unless-stopped":
			p.Restart.Policy = RestartAlways
		case word == "on-failure":
			p.Restart.Policy = RestartOnFailure
		case word == "no" || word == "false" || word == "":
			p.Restart.Policy = RestartNever
		default:
			p.Restart.Written = text
		}
	}
	if policy := s.node.Get("deploy", "restart_policy"); policy.IsMap() {
		p.Restart = Restart{Policy: RestartAlways, By: "Docker Swarm", At: firstSpan(policy.Get("condition").Span(), policy.At)}
		switch condition, _ := fill(policy.Get("condition").Scalar()); condition {
		case "none":
			p.Restart.Policy = RestartNever
		case "on-failure":
			p.Restart.Policy = RestartOnFailure
		}
	}
}

func composeLogging(n *document.Node) Logging {
	if !n.IsMap() {
		return Logging{}
	}
	l := Logging{Driver: filledTold(n.Get("driver"), parseText), At: n.At}
	for _, e := range n.Get("options").Map() {
		value, known := fill(e.Value.Scalar())
		l.Options = append(l.Options, onlyGiven(Variable{Name: e.Key, Value: value, Given: known, At: spanning(e.KeyAt, e.Value.Span())}))
	}
	return l
}

func composeDependencies(n *document.Node) []Dependency {
	var all []Dependency
	for _, e := range n.Map() {
		all = append(all, Dependency{Name: e.Key, Condition: firstNonEmpty(e.Value.Get("condition").Scalar(), "service_started"), At: e.KeyAt})
	}
	if n.IsList() {
		for _, item := range n.Items {
			all = append(all, Dependency{Name: item.Scalar(), Condition: "service_started", At: item.At})
		}
	}
	return all
}

// mountsOf are the folders of the project that are mounted into a service.
func mountsOf(volumes []Volume) []string {
	var all []string
	for _, v := range volumes {
		if v.Path != "" {
			all = append(all, v.Path)
		}
	}
	return all
}

// argvSpan is where a command of a Compose file stands.
func argvSpan(command, entrypoint *document.Node) source.Span {
	return firstSpan(command.Span(), entrypoint.Span())
}
