package security

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

// tool is a program with pages for those who run the site.
type tool struct {
	name  string
	ports []int // that its pages stand on
	shows string
	// asks says that the pages ask for a name and password by themselves; what it shows is what stands behind them.
	asks bool
	// variables and options are those of which each gives it a password.
	variables, options []string
	// forDevelopers says that the tool has no use in production, so that an artefact with it is hardly production's unless it says so.
	forDevelopers bool
}

// toolsByImage are the tools by the last part of their images' names. Ports and variables are those of the images' documentation.
func toolsByImage(image string) (tool, bool) {
	switch strings.ToLower(image) {
	case "flower":
		return flower(), true
	case "mailhog":
		return tool{name: "MailHog", ports: []int{8025}, shows: "every mail, links that reset passwords among them", variables: []string{"MH_AUTH_FILE"}, options: []string{"auth-file"}, forDevelopers: true}, true
	case "mailpit":
		return tool{name: "Mailpit", ports: []int{8025}, shows: "every mail, links that reset passwords among them", variables: []string{"MP_UI_AUTH_FILE", "MP_UI_AUTH"}, options: []string{"ui-auth-file"}, forDevelopers: true}, true
	case "maildev":
		return tool{name: "MailDev", ports: []int{1080}, shows: "every mail, links that reset passwords among them", variables: []string{"MAILDEV_WEB_PASS"}, options: []string{"web-pass"}, forDevelopers: true}, true
	case "mailcatcher":
		return tool{name: "MailCatcher", ports: []int{1080}, shows: "every mail, links that reset passwords among them", forDevelopers: true}, true
	case "adminer":
		return tool{name: "Adminer", ports: []int{8080}, shows: "the login of the database", asks: true, forDevelopers: true}, true
	case "phpmyadmin":
		return tool{name: "phpMyAdmin", ports: []int{80}, shows: "the login of the database", asks: true, forDevelopers: true}, true
	case "pgadmin4", "pgadmin":
		return tool{name: "pgAdmin", ports: []int{80, 443, 5050}, shows: "the console of the database", asks: true, forDevelopers: true}, true
	case "redis-commander":
		return tool{name: "Redis Commander", ports: []int{8081}, shows: "all that Redis holds, sessions among it, and lets it be changed", variables: []string{"HTTP_PASSWORD", "HTTP_PASSWORD_HASH"}, options: []string{"http-auth-password"}, forDevelopers: true}, true
	case "redisinsight":
		return tool{name: "Redis Insight", ports: []int{5540, 8001}, shows: "all that Redis holds, sessions among it, and lets it be changed", forDevelopers: true}, true
	case "rabbitmq":
		return tool{name: "RabbitMQ's management", ports: []int{15672}, shows: "the queues with their messages", asks: true}, true
	case "prometheus":
		return tool{name: "Prometheus", ports: []int{9090}, shows: "all metrics", options: []string{"web.config.file"}}, true
	case "cadvisor":
		return tool{name: "cAdvisor", ports: []int{8080}, shows: "the containers with their loads", options: []string{"http_auth_file"}}, true
	}
	return tool{}, false
}

func flower() tool {
	return tool{name: "Flower", ports: []int{5555}, shows: "all tasks with their arguments and results", variables: []string{"FLOWER_BASIC_AUTH", "FLOWER_AUTH", "FLOWER_OAUTH2_KEY"},
		options: []string{"basic_auth", "basic-auth", "auth", "oauth2_key", "conf"}}
}

// toolOf is the tool that a process is.
func toolOf(process *deploy.Process) (tool, bool) {
	for _, c := range process.Commands {
		if name, args := deploy.Program(c.Argv); name == "flower" || name == "celery" && slices.Contains(args, "flower") {
			return flower(), true
		}
	}
	image := deploy.ParseImage(process.Image)
	if process.Built != nil {
		image, _ = process.Built.Target.BaseImage()
	}
	return toolsByImage(image.Base())
}

// exposedTools are the tools of production that are reached from outside and ask for no password.
func exposedTools(p *check.SourcePass) (findings []check.Finding, doubts []string) {
	if p.Project.Deployment == nil {
		return nil, nil
	}
	for _, process := range p.Project.Deployment.Processes {
		t, ok := toolOf(process)
		if !ok || !process.Production {
			continue
		}
		at, by, reached := reachedFromOutside(p, process, t)
		if files := p.Project.Tree.Named("flowerconfig.py"); reached && t.name == "Flower" && len(files) > 0 {
			doubts = append(doubts, "whether "+files[0]+" gives Flower a password is not read")
			continue
		}
		if !reached || t.hasPassword(process) {
			continue
		}
		switch f, doubt := t.judge(process); {
		case doubt != "":
			doubts = append(doubts, doubt)
		default:
			f.At, f.Message = at, fmt.Sprintf(f.Message, by)
			findings = append(findings, f)
		}
	}
	return findings, doubts
}

// judge is the finding about a tool that is reached from outside, with %s for by what; or a doubt.
func (t tool) judge(process *deploy.Process) (f check.Finding, doubt string) {
	switch {
	case t.mayHavePassword(process):
		return f, fmt.Sprintf("%s of %s is reached from outside; whether it asks for a password depends on variables that are not in the repository", t.name, process.Artefact)
	case t.forDevelopers && !process.Explicit:
		return f, fmt.Sprintf("%s publishes %s, and it is not certain that it is production's", check.ArtefactFile(process), t.name)
	case t.asks && !t.opensByDefault(process):
		return check.Finding{Severity: check.Recommended, Message: t.name + " %s, so that everybody finds " + t.shows + " and can try passwords; publish it on 127.0.0.1"}, ""
	}
	f = check.Finding{Severity: check.Recommended, Message: t.name + " %s without a password, so that everybody sees " + t.shows + "; publish it on 127.0.0.1, or give it a password"}
	if process.Explicit && t.name != "Prometheus" && t.name != "cAdvisor" {
		f.Severity = check.Critical
	}
	return f, ""
}

// opensByDefault reports whether the tool's login is the one that its image is delivered with, or is filled in.
func (t tool) opensByDefault(process *deploy.Process) bool {
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { _, ok := process.Lookup(name); return ok })
	}
	switch t.name {
	case "RabbitMQ's management": // guest and guest, from every address: the image's own configuration lifts the restriction to the host itself
		mounted := slices.ContainsFunc(process.Volumes, func(v deploy.Volume) bool { return strings.HasPrefix(v.Target, "/etc/rabbitmq") })
		return process.Built == nil && !mounted && !has("RABBITMQ_DEFAULT_PASS", "RABBITMQ_DEFAULT_PASS_FILE", "RABBITMQ_CONFIG_FILE", "RABBITMQ_PASSWORD")
	case "phpMyAdmin":
		return has("PMA_PASSWORD") && has("PMA_USER")
	}
	return false
}

// hasPassword reports whether a variable or option gives the tool a password, or a file that can.
func (t tool) hasPassword(process *deploy.Process) bool {
	for _, name := range t.variables {
		if v, ok := process.Lookup(name); ok && (!v.Given || v.Value != "") {
			return true
		}
	}
	for _, c := range process.Commands {
		for _, word := range c.Argv {
			name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
			if strings.HasPrefix(word, "-") && slices.Contains(t.options, name) {
				return true
			}
		}
	}
	return false
}

// mayHavePassword reports whether a place that the repository does not show can give one.
func (t tool) mayHavePassword(process *deploy.Process) bool {
	if t.asks && t.name != "RabbitMQ's management" || len(t.variables) == 0 && !t.asks {
		return false
	}
	return slices.ContainsFunc(process.EnvFrom, func(s deploy.EnvSource) bool { return !s.Read })
}

// reachedFromOutside tells by what the pages of a tool are reached from other machines: a published port, or a location of nginx that asks for
// nothing.
func reachedFromOutside(p *check.SourcePass, process *deploy.Process, t tool) (at source.Span, by string, reached bool) {
	for _, port := range process.Publishes() {
		if port.Loopback() || !port.Address.Known && port.Address.Said() || port.Container.Known && !slices.Contains(t.ports, port.Container.Value) || !port.Container.Known {
			continue
		}
		if port.Through != "" {
			return port.At, "is published through " + port.Through, true
		}
		return port.At, "is published on all addresses", true
	}
	for _, proxy := range productionProxies(p) {
		for _, host := range proxy.Hosts {
			for _, r := range append([]*deploy.Route{host.Site}, host.Routes...) {
				if r.Backend != nil && slices.Contains(r.Backend.Processes, process) && leadsToPages(r.Backend, t) && !r.Guarded() && !host.Site.Guarded() && !r.Internal {
					return r.Backend.At, "gets requests from " + path.Base(r.Backend.At.Path()), true
				}
			}
		}
	}
	return at, "", false
}

// leadsToPages reports whether a backend is the port of a tool's pages, and not another of its ports.
func leadsToPages(b *deploy.Backend, t tool) bool {
	return slices.ContainsFunc(b.Addresses, func(address string) bool {
		_, port, found := strings.Cut(address, ":")
		return !found || slices.ContainsFunc(t.ports, func(n int) bool { return port == strconv.Itoa(n) })
	})
}
