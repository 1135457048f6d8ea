package deploy

import (
	"fmt"
	"path"
	"slices"
	"sort"
	"strings"
)

// judgeAll decides which artefacts are those of production, and says so on their processes.
//
// Names come first. A Compose file or Dockerfile that names no environment is production's unless another one does, or what it runs
// shows that it is for developers: the development server on mounted source, development settings.
func judgeAll(all []*artefact, root string) {
	for _, a := range all {
		a.judgement = byName(a.file)
		if a.disclaimed && a.judgement.usage == neutral {
			a.judgement = judgement{development, "the comment at its head says that it is not for production"}
		}
		if a.kind == otherKind && a.judgement.usage == neutral {
			a.judgement.usage = production
			if name := a.startsCompose(); name != "" {
				a.judgement = judgement{development, fmt.Sprintf("its process %s starts containers with Compose, as on a developer's machine", name)}
			}
		}
	}
	judgeDockerNames(all)
	judgeCompose(all, root)
	judgeDockerUse(all)
	for _, a := range all {
		a.judge(a.judgement)
	}
}

// startsCompose is the process of a Procfile that runs `docker compose up`, "" without one.
func (a *artefact) startsCompose() string {
	if path.Base(a.file) != "Procfile" {
		return ""
	}
	for _, p := range a.processes {
		for _, c := range append([]Command{{Argv: p.Argv}}, p.Commands...) {
			name, args := program(c.Argv)
			if (name == "docker-compose" || name == "docker" && len(args) > 0 && args[0] == "compose") && slices.Contains(args, "up") {
				return p.Name
			}
		}
	}
	return ""
}

// judge says on the processes what the artefact is judged to be.
func (a *artefact) judge(j judgement) {
	a.judgement = j
	for _, p := range a.processes {
		p.Production, p.Reason = j.usage == production, j.reason
		p.Explicit = p.Production && byName(a.file).usage == production
		a.judgeProfile(p)
	}
}

// judgeProfile takes services out of production that are only started with a profile for developers.
func (a *artefact) judgeProfile(p *Process) {
	s := a.services[p.Name]
	if s == nil || len(s.profiles) == 0 || !p.Production {
		return
	}
	for _, profile := range s.profiles {
		if u, _ := usageOfName(profile); u == neutral || u == production {
			return
		}
	}
	p.Production, p.Reason = false, fmt.Sprintf("it is only started with the profile %s", strings.Join(s.profiles, " or "))
}

// runsDjango reports whether an artefact runs a process of a Django project, as far as that can be told.
func (a *artefact) runsDjango() bool {
	for _, p := range a.processes {
		if v, ok := p.Lookup("DJANGO_SETTINGS_MODULE"); p.Role != Other || ok && v.Given {
			return true
		}
	}
	return false
}

// judgeDockerNames settles Dockerfiles that name no environment beside one of the same folder or family that is named after production.
func judgeDockerNames(all []*artefact) {
	for _, a := range all {
		if a.kind != dockerKind || a.judgement.usage != neutral {
			continue
		}
		for _, other := range all {
			if other.kind == dockerKind && other.judgement.usage == production && path.Dir(other.file) == path.Dir(a.file) && other.runsDjango() && a.runsDjango() {
				a.judgement = judgement{development, fmt.Sprintf("%s is the Dockerfile of production", other.file)}
			}
		}
	}
}

func judgeCompose(all []*artefact, root string) {
	explicit := ""
	for _, a := range all {
		if a.kind == composeKind && a.judgement.usage == production && a.runsDjango() && explicit == "" {
			explicit = a.file
		}
	}
	for _, a := range all {
		if a.kind != composeKind || a.judgement.usage != neutral {
			continue
		}
		if a.includedBy != "" {
			a.judgement = judgement{neutral, a.includedBy + " includes it, and says more"}
		} else if explicit != "" {
			a.judgement = judgement{development, fmt.Sprintf("%s is the Compose file of production", explicit)}
		} else if sign := developmentSign(a, all, root); sign != "" {
			a.judgement = judgement{development, sign}
		} else {
			a.judgement = judgement{production, fmt.Sprintf("no other Compose file is named after production, and %s names no other environment", path.Base(a.file))}
		}
	}
}

// developmentSign says what shows that a Compose file which names no environment is for developers, or "".
func developmentSign(a *artefact, all []*artefact, root string) string {
	for _, p := range a.processes {
		s := a.services[p.Name]
		if s == nil {
			continue
		}
		for _, name := range []string{"DJANGO_SETTINGS_MODULE", "DJANGO_CONFIGURATION"} {
			v, ok := p.Lookup(name)
			if !ok || !v.Given {
				continue
			}
			if u, word := usageOfName(v.Value[strings.LastIndexByte(v.Value, '.')+1:]); u == development && !a.namesProduction() {
				return fmt.Sprintf("service %s uses settings that are named after something else than production (%q)", p.Name, word)
			}
		}
		mounted := s.mountsSource(root)
		if server := developmentCommand(p.Argv); p.Role == Other && mounted && server != "" {
			return fmt.Sprintf("service %s is told to run %s on source that is mounted into it", p.Name, server)
		}
		if mounted && p.Role == Other && p.debugGiven() && p.runsManagement() {
			return fmt.Sprintf("service %s turns DEBUG on for source that is mounted into it", p.Name)
		}
		if p.Role == Other {
			continue
		}
		if catcher := a.mailCatcher(); mounted && catcher != "" {
			return fmt.Sprintf("service %s runs source that is mounted into it, beside %s, which catches mail in place of sending it", p.Name, catcher)
		}
		if server := p.developmentServer(); server != "" {
			switch {
			case mounted:
				return fmt.Sprintf("service %s runs %s on source that is mounted into it", p.Name, server)
			case servesElsewhere(all, a):
				return fmt.Sprintf("service %s runs %s, and another artefact runs a server for production", p.Name, server)
			}
		}
		if mounted && p.debugGiven() {
			return fmt.Sprintf("service %s turns DEBUG on for source that is mounted into it", p.Name)
		}
	}
	if a.runsServicesAlone() && servesElsewhere(all, a) {
		return "it runs nothing but services, which nothing starts again, and another artefact runs the site"
	}
	return ""
}

// developmentCommand names the server for developers that stands among the words of a command, also behind a program that is not followed.
func developmentCommand(argv []string) string {
	words := strings.Fields(strings.Join(argv, " "))
	for i := range words {
		if path.Base(words[i]) == "manage.py" && i+1 < len(words) {
			if server := DevelopmentServer(words[i:]); server != "" {
				return strings.TrimRight(server, ";")
			}
		}
	}
	return ""
}

// runsManagement reports whether a process runs a management command.
func (p *Process) runsManagement() bool {
	return slices.ContainsFunc(p.Commands, func(c Command) bool { _, _, ok := ManagementCommand(c.Argv); return ok })
}

// mailCatcher names the service that catches the mail which the application sends, "" without one.
func (a *artefact) mailCatcher() string {
	for _, p := range a.processes {
		switch ParseImage(p.Image).Base() {
		case "mailhog", "mailpit", "mailcatcher", "maildev", "mailtrap", "fake-smtp-server":
			return p.Name
		}
	}
	return ""
}

// runsServicesAlone reports whether a Compose file runs databases, caches and the like and nothing else, and Docker starts none of them
// again: what developers keep beside the code that they run by hand.
func (a *artefact) runsServicesAlone() bool {
	for _, p := range a.processes {
		if _, kind := productOf(p.Image); kind == 0 || kind == Proxying || p.BuiltHere || p.Restart.Policy != RestartNever {
			return false
		}
	}
	return len(a.processes) > 0
}

// namesProduction reports whether a process of the project is given settings that are named after production: one beside it with others is a
// mistake, and no sign that the artefact is for developers.
func (a *artefact) namesProduction() bool {
	return slices.ContainsFunc(a.processes, func(p *Process) bool {
		v, ok := p.Lookup("DJANGO_SETTINGS_MODULE")
		if p.Role != Web || !ok || !v.Given {
			return false
		}
		u, _ := usageOfName(v.Value[strings.LastIndexByte(v.Value, '.')+1:])
		return u == production
	})
}

// mountsSource reports whether the service sees the project's folder, or one above or below it that its code is built from, as it is on the host.
func (s *composeService) mountsSource(root string) bool {
	for _, m := range s.mounts {
		if m == root || m == "." || strings.HasPrefix(root, m+"/") || s.build != nil && m == s.build.context {
			return true
		}
	}
	return false
}

// developmentServer names the server for developers that the process ends on, or is "".
func (p *Process) developmentServer() string {
	main, ok := p.Main()
	if !ok {
		return ""
	}
	return DevelopmentServer(main.Argv)
}

// DevelopmentServer names what makes a command one for developers: a management command that serves without being a server for
// production, or a server that reloads its code; "" for any other command.
func DevelopmentServer(argv []string) string {
	if name, _, ok := ManagementCommand(argv); ok {
		switch name {
		case "runserver", "runserver_plus", "runsslserver", "testserver", "devserver", "livereload_runserver", "tailwind_runserver":
			return name
		}
		return ""
	}
	name, args := program(argv)
	if indexOf(args, "--reload") >= 0 && roleOf(argv) == Web {
		return name + " --reload"
	}
	return ""
}

// debugGiven reports whether the process is given a variable that is named DEBUG and true.
func (p *Process) debugGiven() bool {
	for _, v := range p.Env {
		if (v.Name == "DEBUG" || strings.HasSuffix(v.Name, "_DEBUG")) && v.Given {
			switch strings.ToLower(v.Value) {
			case "1", "true", "yes", "on":
				return true
			}
		}
	}
	return false
}

// servesElsewhere reports whether another artefact, not for developers by its name, serves with a server for production.
func servesElsewhere(all []*artefact, but *artefact) bool {
	for _, a := range all {
		if a == but || a.judgement.usage != production && a.judgement.usage != neutral {
			continue
		}
		for _, p := range a.processes {
			if p.Role == Web && p.developmentServer() == "" {
				return true
			}
		}
	}
	return false
}

// judgeDockerUse settles Dockerfiles by what builds or starts them. What production's Compose files, manifests and platform files start
// is told by their processes.
func judgeDockerUse(all []*artefact) {
	for _, a := range all {
		if a.kind != dockerKind {
			continue
		}
		by, forDevelopers := "", false
		for _, user := range all {
			service, uses := user.uses(a.file)
			if !uses {
				continue
			}
			switch user.judgement.usage {
			case development, staging:
				forDevelopers = true
			case production:
				if by == "" || user.file < by {
					by = user.file
					a.target, a.args = "", nil
					if service != nil {
						a.target, a.args = service.build.target, service.build.args
					}
				}
			}
		}
		a.judgeUse(by, forDevelopers, servesElsewhere(all, a))
	}
}

// uses reports whether the artefact builds or starts the Dockerfile, and with which service of a Compose file.
func (a *artefact) uses(dockerfile string) (*composeService, bool) {
	for _, name := range sortedKeys(a.services) {
		if s := a.services[name]; s.build != nil && s.build.dockerfile == dockerfile {
			return s, true
		}
	}
	if a.kind == otherKind {
		for _, p := range a.processes {
			if p.Build == dockerfile {
				return nil, true
			}
		}
	}
	return nil, false
}

// sortedKeys are the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (a *artefact) judgeUse(by string, forDevelopers, servesElsewhere bool) {
	server := a.processes[0].developmentServer()
	switch {
	case by != "":
		a.serves = true
		a.judgement = judgement{neutral, fmt.Sprintf("%s starts it, and says more", by)}
	case a.judgement.usage == production:
		a.serves = true
	case a.judgement.usage != neutral:
	case server != "" && forDevelopers:
		a.judgement = judgement{development, fmt.Sprintf("it runs %s, and only files for developers build it", server)}
	case server != "" && servesElsewhere:
		a.judgement = judgement{development, fmt.Sprintf("it runs %s, and another artefact runs a server for production", server)}
	default:
		a.serves = true
		a.judgement = judgement{production, fmt.Sprintf("no other Dockerfile is named after production, and %s names no other environment", path.Base(a.file))}
	}
}
