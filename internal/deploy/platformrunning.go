package deploy

import (
	"fmt"
	"path"
	"strings"
	"time"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// This file reads what platform files say of how their processes run, and of the services that the platform runs beside them.

// onPlatform is a process that a platform starts again whenever it ends.
func onPlatform(name string) Running {
	return Running{Runtime: OnPlatform, Restart: Restart{Policy: RestartAlways, By: name}}
}

// managed is a service that a platform runs.
func managed(platform, name, product string, kind ServiceKind, version Told[string], artefact string, at source.Span) *Service {
	return &Service{Name: name, Kind: kind, Product: product, Version: version, Managed: platform, Artefact: artefact, At: at}
}

// requestPath is a platform's check by HTTP of a path.
func requestPath(n *document.Node, port Told[int], scheme string) *Request {
	return &Request{Scheme: scheme, Path: firstNonEmpty(n.Scalar(), "/"), Port: port, Strict: true, At: n.Span()}
}

// flyRunning adds ports, checks, memory and machines (https://fly.io/docs/reference/configuration/).
func flyRunning(root *document.Node, p *Process) {
	group := p.Name
	belongs := func(n *document.Node) bool {
		groups := n.Get("processes").Strings()
		if len(groups) == 0 {
			return p.Role == Web || group == "app"
		}
		for _, g := range groups {
			if g == group {
				return true
			}
		}
		return false
	}
	if http := root.Get("http_service"); http.IsMap() && belongs(http) {
		port := scalarTold(http.Get("internal_port"), parsePort).or(byDefault(8080))
		p.Ports = append(p.Ports, Port{Container: port, Protocol: "tcp", Published: true, Through: "Fly.io's proxy", At: firstSpan(http.Get("internal_port").Span(), http.At)})
		for _, check := range http.Get("checks").Sequence() {
			p.Probes = append(p.Probes, flyCheck(check, port))
		}
	}
	for _, service := range root.Get("services").Sequence() {
		if !belongs(service) {
			continue
		}
		port := scalarTold(service.Get("internal_port"), parsePort)
		p.Ports = append(p.Ports, Port{Container: port, Protocol: "tcp", Published: true, Through: "Fly.io's proxy", At: service.At})
		for _, check := range service.Get("http_checks").Sequence() {
			p.Probes = append(p.Probes, flyCheck(check, port))
		}
		for _, check := range service.Get("tcp_checks").Sequence() {
			p.Probes = append(p.Probes, Probe{Kind: HealthCheck, Port: port, At: check.At})
		}
	}
	for _, e := range root.Get("checks").Map() {
		if !belongs(e.Value) {
			continue
		}
		probe := flyCheck(e.Value, scalarTold(e.Value.Get("port"), parsePort))
		if e.Value.Get("type").Scalar() == "tcp" {
			probe.Request, probe.Port = nil, scalarTold(e.Value.Get("port"), parsePort)
		}
		p.Probes = append(p.Probes, probe)
	}
	for _, vm := range root.Get("vm").Sequence() {
		if belongs(vm) || vm.Get("processes") == nil {
			p.Resources.MemoryLimit = scalarTold(vm.Get("memory"), dockerBytes).or(scalarTold(vm.Get("memory_mb"), parseMegabytes))
			p.Resources.CPULimit = scalarTold(vm.Get("cpus"), parseCores)
		}
	}
	if grace := root.Get("kill_timeout"); grace != nil {
		p.StopGrace = scalarTold(grace, parseDuration)
	} else {
		p.StopGrace = byDefault(5 * time.Second)
	}
	p.StopSignal = scalarTold(root.Get("kill_signal"), parseText)
	for _, mount := range append(root.Get("mounts").Sequence(), oneMap(root.Get("mounts"))...) {
		p.Volumes = append(p.Volumes, Volume{Kind: NamedVolume, Source: mount.Get("source").Scalar(), Target: mount.Get("destination").Scalar(), At: mount.At})
	}
}

// oneMap is a map as a list of one: TOML writes [mounts] and [[mounts]].
func oneMap(n *document.Node) []*document.Node {
	if n.IsMap() {
		return []*document.Node{n}
	}
	return nil
}

func parseMegabytes(text string) (int64, bool) {
	n, ok := parseInt(text)
	return int64(n) << 20, ok
}

func flyCheck(n *document.Node, port Told[int]) Probe {
	probe := Probe{Kind: HealthCheck, At: n.At}
	probe.Interval, probe.Timeout = scalarTold(n.Get("interval"), parseDuration), scalarTold(n.Get("timeout"), parseDuration)
	probe.StartPeriod = scalarTold(n.Get("grace_period"), parseDuration)
	probe.Request = requestPath(n.Get("path"), port, firstNonEmpty(n.Get("protocol").Scalar(), "http"))
	if probe.Request.At.IsZero() {
		probe.Request.At = n.At
	}
	var headers []Variable
	for _, e := range n.Get("headers").Map() {
		headers = append(headers, Variable{Name: e.Key, Value: e.Value.Scalar(), Given: true, At: e.KeyAt})
	}
	probe.Request.setHeaders(headers)
	return probe
}

// renderRunning adds the health check and the number of instances (https://render.com/docs/blueprint-spec).
func renderRunning(s *document.Node, p *Process) {
	if n := s.Get("healthCheckPath"); n != nil {
		p.Probes = append(p.Probes, Probe{Kind: HealthCheck, At: n.At, Request: requestPath(n, Told[int]{}, "http")})
	}
	p.Replicas = scalarTold(s.Get("numInstances"), parseInt).or(byDefault(1))
	if s.Get("type").Scalar() == "web" {
		p.Ports = append(p.Ports, Port{Protocol: "tcp", Published: true, Through: "Render's router", At: s.Span()})
	}
	if n := s.Get("maxShutdownDelaySeconds"); n != nil {
		p.StopGrace = scalarTold(n, parseSeconds)
	} else {
		p.StopGrace = byDefault(30 * time.Second)
	}
	if disk := s.Get("disk"); disk.IsMap() {
		p.Volumes = append(p.Volumes, Volume{Kind: NamedVolume, Source: disk.Get("name").Scalar(), Target: disk.Get("mountPath").Scalar(), At: disk.At})
	}
}

// renderServices are the databases and key-value stores of a blueprint.
func (r *reader) renderServices(f *source.File, doc *document.Node) {
	for _, db := range doc.Get("databases").Sequence() {
		name := db.Get("name").Scalar()
		r.managed = append(r.managed, managed("Render", name, "postgresql", Database, scalarTold(db.Get("postgresMajorVersion"), parseText), fmt.Sprintf("%s, database %s", f.Path, name), firstSpan(db.Get("name").Span(), db.At)))
	}
	for _, s := range doc.Get("services").Sequence() {
		if kind := s.Get("type").Scalar(); kind == "redis" || kind == "keyvalue" {
			name := s.Get("name").Scalar()
			r.managed = append(r.managed, managed("Render", name, "redis", Cache, Told[string]{}, fmt.Sprintf("%s, service %s", f.Path, name), firstSpan(s.Get("name").Span(), s.At)))
		}
	}
}

// herokuAddons are the services that Heroku's app.json and heroku.yml ask for by the names of add-ons.
func (r *reader) herokuAddons(f *source.File, list *document.Node) {
	for _, n := range list.Sequence() {
		plan := n
		if n.IsMap() {
			plan = n.Get("plan")
		}
		name, _, _ := strings.Cut(plan.Scalar(), ":")
		product, kind := "", ServiceKind(0)
		switch name {
		case "heroku-postgresql":
			product, kind = "postgresql", Database
		case "heroku-redis", "rediscloud", "redistogo", "heroku-key-value-store":
			product, kind = "redis", Cache
		case "cloudamqp":
			product, kind = "rabbitmq", Broker
		case "memcachedcloud", "memcachier":
			product, kind = "memcached", Cache
		case "jawsdb", "cleardb":
			product, kind = "mysql", Database
		case "bonsai", "searchbox":
			product, kind = "elasticsearch", Search
		case "sendgrid", "mailgun", "postmark", "sparkpost", "mailtrap":
			product, kind = name, MailServer
		default:
			continue
		}
		version := scalarTold(n.Get("options", "version"), parseText)
		r.managed = append(r.managed, managed("Heroku", name, product, kind, version, fmt.Sprintf("%s, add-on %s", f.Path, name), plan.At))
	}
}

// isPlatformSH reports whether a path configures an application of Platform.sh (now Upsun).
func isPlatformSH(file string) bool {
	base := path.Base(file)
	return base == ".platform.app.yaml" || file == ".platform/applications.yaml" || file == ".upsun/config.yaml"
}

// platformSH reads .platform.app.yaml (https://docs.platform.sh/create-apps/app-reference/single-runtime-image.html).
func (r *reader) platformSH(f *source.File) []*Process {
	docs, diagnostics := document.YAML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	var all []*Process
	for _, doc := range docs {
		applications := []*document.Node{doc}
		if path.Base(f.Path) != ".platform.app.yaml" {
			applications = doc.Get("applications").Sequence()
			for _, e := range doc.Get("applications").Map() {
				applications = append(applications, e.Value)
			}
			r.platformServices(f, doc.Get("services"))
		}
		for _, app := range applications {
			all = append(all, r.platformApplication(f, app)...)
		}
	}
	if services, ok := r.tree.Read(path.Join(path.Dir(f.Path), ".platform/services.yaml")); ok {
		if docs, _ := document.YAML(services); len(docs) > 0 {
			r.platformServices(services, docs[0])
		}
	}
	return all
}

func (r *reader) platformApplication(f *source.File, app *document.Node) []*Process {
	if kind := app.Get("type").Scalar(); !strings.HasPrefix(kind, "python") && !strings.HasPrefix(kind, "composable") {
		return nil
	}
	env := mapVariables(app.Get("variables", "env"))
	var all []*Process
	add := func(name string, role Role, command *document.Node) {
		if command != nil {
			p := r.platformProcess(f, name, role, command, command.At, env, "", onPlatform("Platform.sh"))
			for _, e := range app.Get("mounts").Map() {
				p.Volumes = append(p.Volumes, Volume{Kind: NamedVolume, Source: e.Key, Target: path.Join("/app", e.Key), At: e.KeyAt})
			}
			all = append(all, p)
		}
	}
	add("build", Release, app.Get("hooks", "build"))
	add("deploy", Release, app.Get("hooks", "deploy"))
	add("web", Web, app.Get("web", "commands", "start"))
	for _, e := range app.Get("crons").Map() { // https://docs.upsun.com/create-apps/app-reference/single-runtime-image.html#crons
		command := e.Value.Get("commands", "start")
		if command == nil {
			command = e.Value.Get("cmd")
		}
		if add(e.Key, Periodic, command); command != nil {
			job := all[len(all)-1]
			job.Schedule = scalarTold(e.Value.Get("spec"), parseText)
			job.byTheClock()
		}
	}
	for _, e := range app.Get("workers").Map() {
		add(e.Key, roleByName(e.Key), e.Value.Get("commands", "start"))
	}
	return all
}

// platformServices reads .platform/services.yaml: a name with a type such as postgresql:16.
func (r *reader) platformServices(f *source.File, services *document.Node) {
	for _, e := range services.Map() {
		name, version, _ := strings.Cut(e.Value.Get("type").Scalar(), ":")
		product, kind := productOf(strings.TrimSuffix(name, "-persistent"))
		if kind == 0 {
			continue
		}
		told := Told[string]{}
		if version != "" {
			told = said(version, e.Value.Get("type").Span())
		}
		r.managed = append(r.managed, managed("Platform.sh", e.Key, product, kind, told, fmt.Sprintf("%s, service %s", f.Path, e.Key), e.KeyAt))
	}
}
