package deploy

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Group is one description of production's processes: a Compose file, the manifests of Kubernetes, the units of systemd, a Procfile. Several
// groups are several ways to deploy the project, so that what one lacks another does not make up for.
type Group struct {
	Name      string // for people: "compose.yml", "the units of systemd in deploy"
	Runtime   Runtime
	Processes []*Process // in order of place; what supervisord or s6 starts inside a container of the group included
	// Whole says that the group describes all that it runs. An image alone does not: what starts it, and what else, stands elsewhere. Nor do
	// manifests beside a template of a chart that could not be rendered: what is missing may stand in it.
	Whole bool
}

// Groups are the descriptions of production's processes, in order of the first process of each.
func (d *Deployment) Groups() []*Group {
	if d == nil {
		return nil
	}
	var groups []*Group
	byName := map[string]*Group{}
	for _, p := range d.Processes {
		if !p.Production {
			continue
		}
		name := groupName(p)
		g := byName[name]
		if g == nil {
			g = &Group{Name: name, Runtime: p.Runtime}
			g.Whole = !g.imageAlone() && !(p.Runtime == InPod && d.lacksTemplate())
			byName[name] = g
			groups = append(groups, g)
		}
		g.Processes = append(g.Processes, p)
	}
	for _, g := range groups {
		for _, p := range g.Processes {
			for _, inner := range d.startedInside(p) {
				if !slices.Contains(g.Processes, inner) {
					g.Processes = append(g.Processes, inner)
				}
			}
		}
	}
	return groups
}

// lacksTemplate reports whether a template of the project's own charts is there whose objects are not known.
func (d *Deployment) lacksTemplate() bool {
	return slices.ContainsFunc(d.Unrendered, func(u Unrendered) bool { return !u.Dependency })
}

// groupName names the description that a process belongs to.
func groupName(p *Process) string {
	file := artefactFile(p)
	switch p.Runtime {
	case InPod:
		return "the manifests of Kubernetes"
	case AsUnit:
		return "the units of systemd in " + path.Dir(file)
	case AsProgram:
		if path.Dir(file) != "." {
			return "the programs of supervisord in " + path.Dir(file)
		}
	}
	return file
}

// startedInside are the processes that the main command of a container starts when it is an init of its own: those of supervisord, and of
// s6-overlay. They stand where the program's configuration, or the image, is.
func (d *Deployment) startedInside(p *Process) []*Process {
	main, ok := p.Main()
	if !ok {
		return nil
	}
	runtime := Runtime(0)
	name, args := program(main.Argv)
	config := ""
	switch {
	case isInit(main.Argv):
		runtime = AsS6Service
	case name == "supervisord":
		runtime = AsProgram
		if i := slices.IndexFunc(args, func(a string) bool { return a == "-c" || a == "--configuration" }); i >= 0 && i+1 < len(args) {
			config = path.Base(args[i+1])
		}
	default:
		return nil
	}
	var found, other []*Process
	for _, x := range d.Processes {
		switch {
		case x.Runtime != runtime || x == p:
		case runtime == AsS6Service && x.Build == p.Build && p.Build != "":
			found = append(found, x)
		case runtime == AsProgram && (config == "" || path.Base(artefactFile(x)) == config):
			found = append(found, x)
		case runtime == AsProgram:
			other = append(other, x)
		}
	}
	if len(found) == 0 {
		return other // the file has another name in the image
	}
	return found
}

// artefactFile is the path of the file that describes a process.
func artefactFile(p *Process) string {
	file, _, _ := strings.Cut(p.Artefact, ",")
	return file
}

// With are the processes of the group with a role.
func (g *Group) With(role Role) []*Process {
	var list []*Process
	for _, p := range g.Processes {
		if p.Role == role {
			list = append(list, p)
		}
	}
	return list
}

// Started is a command of a process, and the process.
type Started struct {
	Process *Process
	Command Command
}

// Starts are the commands of a role that the processes of the group run whenever they start: the main ones, and those in the background.
func (g *Group) Starts(role Role) []Started {
	var list []Started
	for _, p := range g.Processes {
		n := len(list)
		for _, c := range p.Commands {
			if !c.Conditional && roleOf(c.Argv) == role {
				list = append(list, Started{p, c})
			}
		}
		if main, ok := p.Main(); ok && n == len(list) && p.Role == role {
			list = append(list, Started{p, main})
		}
	}
	return list
}

// builtFrom tells images that are built apart: the Dockerfile with the stage that becomes the image, "" for none.
func (p *Process) builtFrom() string {
	if p.Built == nil || p.Built.Target == nil {
		return p.Build
	}
	return fmt.Sprint(p.Build, " ", p.Built.Target.At.Start)
}

// Obscure are the processes of the group of which it is not known what they do for the project: they may run any part of it.
func (g *Group) Obscure() []*Process {
	own := map[string]bool{} // images and builds of the project
	for _, p := range g.Processes {
		if p.Role != Other && p.Role != Periodic {
			own[p.builtFrom()], own[ParseImage(p.Image).Name] = true, true
		}
	}
	var list []*Process
	for _, p := range g.Processes {
		if p.Role != Other || p.Schedule.Said() || len(p.Commands) > 0 && isErrand(p) {
			continue
		}
		image := ParseImage(p.Image)
		if _, kind := productOf(image.Written); kind != 0 || isPublicImage(image.Written) {
			continue
		}
		inner := strings.Contains(p.Artefact, "s6 service")
		foreign := !inner && (p.Build != "" || p.Image != "") && !own[p.builtFrom()] && !own[image.Name]
		if (p.Build != "" || p.Image != "") && foreign {
			continue
		}
		if main, ok := p.Main(); ok && knownTool(main.Argv) {
			continue
		}
		list = append(list, p)
	}
	return list
}

// knownTool reports whether a command is one of a program that never runs tasks of the project: a proxy, a front end, a database, a shell's
// own tools, Celery's monitor, a management command of Django itself.
func knownTool(argv []string) bool {
	if name, _, ok := ManagementCommand(argv); ok {
		return roleOfManagement(name, nil) != Other || slices.Contains([]string{"shell", "dbshell", "clearsessions", "flush", "dumpdata", "sendtestemail", "test", "diffsettings"}, name)
	}
	name, args := program(argv)
	switch name {
	case "npm", "npx", "node", "yarn", "pnpm", "bun", "nginx", "caddy", "traefik", "haproxy", "httpd", "apache2ctl", "apache2", "redis-server", "postgres", "memcached", "rabbitmq-server",
		"rsyslogd", "crond", "certbot", "flower", "prometheus", "tail", "sleep", "cat", "true", "echo", "chown", "chmod", "mkdir", "find", "sed", "rm", "cp", "ln", "touch", "envsubst",
		"apt-get", "pg_isready", "groupmod", "usermod", "id", "webpack", "vite", "sass", "pg_dump", "receptor", "s6-svc":
		return true
	case "celery":
		return slices.ContainsFunc(args, func(a string) bool {
			return slices.Contains([]string{"flower", "inspect", "control", "purge", "status", "events", "report"}, a)
		})
	case "/init", "init", "supervisord":
		return true
	}
	return false
}
