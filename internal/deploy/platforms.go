package deploy

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// platformProcess is a process of a platform file: run by a shell, or by what the image of the project says when command is nil.
func (r *reader) platformProcess(f *source.File, name string, role Role, command *document.Node, at source.Span, env []Variable, dockerfile string, run Running) *Process {
	p := &Process{Name: name, Artefact: fmt.Sprintf("%s, %s", f.Path, name), At: at, Build: dockerfile, Running: run}
	find := r.scripts(path.Dir(f.Path), nil)
	if d := r.dockerfile(dockerfile, nil); dockerfile != "" && d != nil {
		r.inImage(p, r.build(dockerfile, r.contextOf(d), "", nil), find)
	}
	p.Env = append(p.Env, env...)
	switch {
	case command.IsList():
		p.Argv, p.argvAt = command.Strings(), command.At
	case command != nil && command.Scalar() != "":
		p.Argv, p.argvAt = []string{"/bin/sh", "-c", command.Scalar()}, command.At
	}
	p.follow(find)
	if p.Role == Other && role != 0 {
		p.Role = role
	}
	return p
}

// platformBuild is what a platform runs once to make a release of a service, before anything of it is started.
func (r *reader) platformBuild(f *source.File, name string, command *document.Node, env []Variable, platform string) *Process {
	return r.platformProcess(f, name+" (build)", Release, command, command.At, env, "", onPlatform(platform))
}

// joinedCommands is a list of shell commands, run one after the other, as one.
func joinedCommands(list *document.Node) *document.Node {
	return &document.Node{Kind: document.String, Text: strings.Join(list.Strings(), " && "), At: list.Span()}
}

// mapVariables reads a map of names and values.
func mapVariables(n *document.Node) []Variable {
	var vars []Variable
	for _, e := range n.Map() {
		value, given := e.Value.Str()
		vars = append(vars, Variable{Name: e.Key, Value: value, Given: given, At: spanning(e.KeyAt, e.Value.Span())})
	}
	return vars
}

func isFlyFile(file string) bool {
	base := path.Base(file)
	return base == "fly.toml" || strings.HasPrefix(base, "fly.") && strings.HasSuffix(base, ".toml")
}

// fly reads fly.toml (https://fly.io/docs/reference/configuration/).
func (r *reader) fly(f *source.File) []*Process {
	root, diagnostics := document.TOML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	if root.Get("app") == nil && root.Get("build") == nil && root.Get("processes") == nil {
		return nil
	}
	dockerfile := path.Join(path.Dir(f.Path), "Dockerfile")
	if name := root.Get("build", "dockerfile").Scalar(); name != "" {
		dockerfile = path.Join(path.Dir(f.Path), name)
	}
	env := mapVariables(root.Get("env"))
	var all []*Process
	if release := root.Get("deploy", "release_command"); release != nil {
		all = append(all, r.platformProcess(f, "release", Release, release, release.At, env, dockerfile, onPlatform("Fly.io")))
	}
	for _, e := range root.Get("processes").Map() {
		all = append(all, r.platformProcess(f, e.Key, roleByName(e.Key), e.Value, e.Value.At, env, dockerfile, onPlatform("Fly.io")))
	}
	if len(root.Get("processes").Map()) == 0 {
		all = append(all, r.platformProcess(f, "app", Web, root.Get("experimental", "cmd"), f.Whole(), env, dockerfile, onPlatform("Fly.io")))
	}
	for _, p := range all {
		if p.Name != "release" {
			flyRunning(root, p)
		}
	}
	return all
}

// render reads a blueprint of Render (https://render.com/docs/blueprint-spec).
func (r *reader) render(f *source.File) []*Process {
	docs, diagnostics := document.YAML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	var all []*Process
	for _, doc := range docs {
		groups := map[string][]Variable{}
		for _, g := range doc.Get("envVarGroups").List() {
			groups[g.Get("name").Scalar()] = renderVariables(g.Get("envVars"), nil)
		}
		for _, s := range doc.Get("services").List() {
			all = append(all, r.renderService(f, s, groups)...)
		}
		r.renderServices(f, doc)
	}
	return all
}

func (r *reader) renderService(f *source.File, s *document.Node, groups map[string][]Variable) []*Process {
	roles := map[string]Role{"web": Web, "pserv": Web, "worker": Worker, "cron": Periodic}
	kind := s.Get("type").Scalar()
	role, ok := roles[kind]
	if !ok || s.Get("runtime").Scalar() == "static" || s.Get("env").Scalar() == "static" {
		return nil
	}
	dockerfile := ""
	if s.Get("runtime").Scalar() == "docker" || s.Get("env").Scalar() == "docker" {
		dockerfile = path.Join(path.Dir(f.Path), firstNonEmpty(s.Get("dockerfilePath").Scalar(), "Dockerfile"))
	}
	env := renderVariables(s.Get("envVars"), groups)
	name := s.Get("name").Scalar()
	at := firstSpan(s.Get("name").Span(), s.Span())
	var all []*Process
	if build := s.Get("buildCommand"); build != nil {
		all = append(all, r.platformBuild(f, name, build, env, "Render"))
	}
	if release := s.Get("preDeployCommand"); release != nil {
		all = append(all, r.platformProcess(f, name+" (before a deploy)", Release, release, release.At, env, dockerfile, onPlatform("Render")))
	}
	command := s.Get("startCommand")
	if command == nil {
		command = s.Get("dockerCommand")
	}
	p := r.platformProcess(f, name, role, command, at, env, dockerfile, onPlatform("Render"))
	renderRunning(s, p)
	p.Schedule = scalarTold(s.Get("schedule"), parseText)
	p.byTheClock()
	return append(all, p)
}

// renderVariables reads envVars: a key with a value, or with where it is taken from.
func renderVariables(n *document.Node, groups map[string][]Variable) []Variable {
	var vars []Variable
	for _, item := range n.List() {
		if group := item.Get("fromGroup"); group != nil {
			vars = append(vars, groups[group.Scalar()]...)
			continue
		}
		value, given := item.Get("value").Str()
		key := item.Get("key")
		if key.Scalar() != "" {
			vars = append(vars, Variable{Name: key.Scalar(), Value: value, Given: given, At: firstSpan(item.Get("value").Span(), key.Span())})
		}
	}
	return vars
}

// appVariables are the variables that Heroku's app.json gives to the processes of the Procfile beside it.
func (r *reader) appVariables(file string) []Variable {
	f, ok := r.tree.Read(file)
	if !ok {
		return nil
	}
	root, _ := document.JSON(f) // its faults are told when it is read for itself
	var env []Variable
	for _, e := range root.Get("env").Map() {
		value, given := e.Value.Str()
		at := spanning(e.KeyAt, e.Value.Span())
		if e.Value.IsMap() {
			value, given = e.Value.Get("value").Str()
			at = firstSpan(e.Value.Get("value").Span(), e.KeyAt)
		}
		env = append(env, Variable{Name: e.Key, Value: value, Given: given, At: at})
	}
	return env
}

// appJSON reads the script that Heroku's app.json has for after a release. Its processes are those of the Procfile, or of heroku.yml.
func (r *reader) appJSON(f *source.File) []*Process {
	root, diagnostics := document.JSON(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	r.herokuAddons(f, root.Get("addons"))
	post := root.Get("scripts", "postdeploy")
	if post == nil {
		return nil
	}
	return []*Process{r.platformProcess(f, "postdeploy", Release, post, post.At, r.appVariables(f.Path), "", onPlatform("Heroku"))}
}

// herokuYML reads heroku.yml (https://devcenter.heroku.com/articles/build-docker-images-heroku-yml).
func (r *reader) herokuYML(f *source.File) []*Process {
	docs, diagnostics := document.YAML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	var all []*Process
	for _, doc := range docs {
		env := mapVariables(doc.Get("setup", "config"))
		r.herokuAddons(f, doc.Get("setup", "addons"))
		dockerfile := path.Join(path.Dir(f.Path), firstNonEmpty(doc.Get("build", "docker", "web").Scalar(), "Dockerfile"))
		if release := doc.Get("release", "command"); release != nil {
			all = append(all, r.platformProcess(f, "release", Release, joinedCommands(release), release.At, env, dockerfile, onPlatform("Heroku")))
		}
		run := doc.Get("run")
		for _, e := range run.Map() {
			command := e.Value
			if command.IsMap() {
				command = command.Get("command")
			}
			if command.IsList() {
				command = joinedCommands(command)
			}
			all = append(all, r.platformProcess(f, e.Key, roleByName(e.Key), command, e.KeyAt, env, dockerfile, onPlatform("Heroku")))
		}
		if run == nil && doc.Get("build", "docker") != nil {
			all = append(all, r.platformProcess(f, "web", Web, nil, doc.Get("build", "docker").Span(), env, dockerfile, onPlatform("Heroku")))
		}
	}
	return all
}

// appEngine reads the entry point and variables of Google App Engine's app.yaml.
func (r *reader) appEngine(f *source.File) []*Process {
	docs, _ := document.YAML(f) // many other things are called app.yaml
	if len(docs) == 0 || !strings.HasPrefix(docs[0].Get("runtime").Scalar(), "python") {
		return nil
	}
	entry := docs[0].Get("entrypoint")
	return []*Process{r.platformProcess(f, "default", Web, entry, firstSpan(entry.Span(), docs[0].Get("runtime").Span()), mapVariables(docs[0].Get("env_variables")), "", onPlatform("App Engine"))}
}

// railway reads the start command of railway.json and railway.toml (https://docs.railway.com/reference/config-as-code).
func (r *reader) railway(f *source.File) []*Process {
	var root *document.Node
	var diagnostics []source.Diagnostic
	if path.Ext(f.Path) == ".json" {
		root, diagnostics = document.JSON(f)
	} else {
		root, diagnostics = document.TOML(f)
	}
	r.diagnostics = append(r.diagnostics, diagnostics...)
	dockerfile := ""
	if name := root.Get("build", "dockerfilePath").Scalar(); name != "" {
		dockerfile = path.Join(path.Dir(f.Path), name)
	}
	var all []*Process
	if build := root.Get("build", "buildCommand"); build != nil {
		all = append(all, r.platformBuild(f, "web", build, nil, "Railway"))
	}
	if release := root.Get("deploy", "preDeployCommand"); release != nil {
		all = append(all, r.platformProcess(f, "release", Release, joinedCommands(release), release.At, nil, dockerfile, onPlatform("Railway")))
	}
	if start := root.Get("deploy", "startCommand"); start != nil {
		schedule := scalarTold(root.Get("deploy", "cronSchedule"), parseText)
		name, role := "web", Web
		if schedule.Said() {
			name, role = "cron", Periodic
		}
		p := r.platformProcess(f, name, role, start, start.At, nil, dockerfile, onPlatform("Railway"))
		if n := root.Get("deploy", "healthcheckPath"); n != nil {
			p.Probes = append(p.Probes, Probe{Kind: HealthCheck, At: n.At, Request: requestPath(n, Told[int]{}, "http"), Timeout: scalarTold(root.Get("deploy", "healthcheckTimeout"), parseSeconds)})
		}
		p.Replicas = scalarTold(root.Get("deploy", "numReplicas"), parseInt).or(byDefault(1))
		p.Schedule = schedule
		p.byTheClock()
		all = append(all, p)
	}
	return all
}

// digitalOcean reads an app specification of the App Platform (https://docs.digitalocean.com/products/app-platform/reference/app-spec/).
func (r *reader) digitalOcean(f *source.File) []*Process {
	docs, diagnostics := document.YAML(f)
	r.diagnostics = append(r.diagnostics, diagnostics...)
	var all []*Process
	for _, doc := range docs {
		if doc.Get("spec").IsMap() {
			doc = doc.Get("spec")
		}
		shared := digitalOceanVariables(doc.Get("envs"))
		r.digitalOceanDatabases(f, doc)
		for _, kind := range []struct {
			key  string
			role Role
		}{{"services", Web}, {"workers", Worker}, {"jobs", Release}} {
			for _, s := range doc.Get(kind.key).List() {
				dockerfile := s.Get("dockerfile_path").Scalar()
				if dockerfile != "" {
					dockerfile = path.Clean(dockerfile)
				}
				env := append(shared[:len(shared):len(shared)], digitalOceanVariables(s.Get("envs"))...)
				p := r.platformProcess(f, s.Get("name").Scalar(), kind.role, s.Get("run_command"), firstSpan(s.Get("name").Span(), s.Span()), env, dockerfile, onPlatform("App Platform"))
				if build := s.Get("build_command"); build != nil {
					all = append(all, r.platformBuild(f, p.Name, build, env, "App Platform"))
				}
				p.Replicas = scalarTold(s.Get("instance_count"), parseInt).or(byDefault(1))
				port := scalarTold(s.Get("http_port"), parsePort)
				if n := s.Get("health_check", "http_path"); n != nil {
					p.Probes = append(p.Probes, Probe{Kind: HealthCheck, At: n.At, Request: requestPath(n, port, "http")})
				}
				all = append(all, p)
			}
		}
	}
	return all
}

func digitalOceanVariables(n *document.Node) []Variable {
	var vars []Variable
	for _, item := range n.List() {
		value, given := item.Get("value").Str()
		given = given && item.Get("type").Scalar() != "SECRET" && !strings.HasPrefix(value, "${")
		vars = append(vars, onlyGiven(Variable{Name: item.Get("key").Scalar(), Value: value, Given: given, At: firstSpan(item.Get("value").Span(), item.Get("key").Span())}))
	}
	return vars
}

// digitalOceanDatabases are the databases of an app specification.
func (r *reader) digitalOceanDatabases(f *source.File, doc *document.Node) {
	for _, db := range doc.Get("databases").Sequence() {
		name := db.Get("name").Scalar()
		product, kind := "postgresql", Database
		switch db.Get("engine").Scalar() {
		case "REDIS", "VALKEY":
			product, kind = "redis", Cache
		case "MYSQL":
			product, kind = "mysql", Database
		}
		r.managed = append(r.managed, managed("App Platform", name, product, kind, scalarTold(db.Get("version"), parseText), fmt.Sprintf("%s, database %s", f.Path, name), db.At))
	}
}
