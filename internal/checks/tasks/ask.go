package tasks

import (
	"net/url"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

// withCelery asks a question about the Celery application in every world; a project without Celery is not asked.
func withCelery(p *check.SourcePass, question func(*django.Celery, *django.World) check.Answer) check.Answer {
	has, _ := p.Project.Has(project.Celery)
	switch has {
	case eval.No:
		return check.Absent("the project does not use Celery")
	case eval.Maybe:
		return check.Unclear("whether the project uses Celery is not known: not all of its code could be read")
	}
	c := p.Project.Celery()
	return check.Weigh(p.Settings, func(w *django.World) check.Answer { return question(c, w) })
}

// celeryTasks are the project's tasks of Celery.
func celeryTasks(p *check.SourcePass) (list []*background.Task) {
	for _, t := range p.Project.Background().Tasks {
		if t.Library == background.Celery {
			list = append(list, t)
		}
	}
	return list
}

// queues are the task queues other than Celery that a project may have.
func queues() []project.Feature {
	return []project.Feature{project.RQ, project.Dramatiq, project.Huey, project.DjangoQ, project.Tasks}
}

// uses are the features of a list that the project has.
func uses(p *check.SourcePass, features ...project.Feature) (list []project.Feature) {
	for _, f := range features {
		if has, _ := p.Project.Has(f); has == eval.Yes {
			list = append(list, f)
		}
	}
	return list
}

// noQueue is the answer for a project in which no question about a queue applies; ok is false when it has one of the features.
func noQueue(p *check.SourcePass, features ...project.Feature) (answer check.Answer, none bool) {
	maybe := false
	for _, f := range features {
		has, _ := p.Project.Has(f)
		if has == eval.Yes {
			return check.Answer{}, false
		}
		maybe = maybe || has == eval.Maybe
	}
	if maybe {
		return check.Unclear("whether the project has background tasks is not known: not all of its code could be read"), true
	}
	return check.Absent("the project has no background tasks"), true
}

// workers are the production processes that work off a queue.
func workers(p *check.SourcePass) []*deploy.Process {
	var list []*deploy.Process
	if p.Project.Deployment == nil {
		return nil
	}
	for _, process := range p.Project.Deployment.Processes {
		if process.Role == deploy.Worker && process.Production {
			list = append(list, process)
		}
	}
	return list
}

// flag is an option of Celery's command line: "-c 4", "--concurrency=4". The names are given with their dashes.
// What stands before the program, a shell and its own options, does not count.
func flag(command []string, names ...string) (value string, ok bool) {
	argv := strings.Fields(strings.Join(command, " "))
	for len(argv) > 0 && !strings.HasSuffix(strings.Trim(argv[0], `"'`), "celery") {
		argv = argv[1:]
	}
	for i, word := range argv {
		for _, name := range names {
			switch {
			case word == name && i+1 < len(argv):
				return argv[i+1], true
			case word == name:
				return "", true
			case strings.HasPrefix(word, name+"="):
				return word[len(name)+1:], true
			case !strings.HasPrefix(name, "--") && len(word) > len(name) && strings.HasPrefix(word, name) && word[1] != '-':
				return word[len(name):], true
			}
		}
	}
	return "", false
}

// address is a broker's or backend's URL, as far as a question needs it. It holds no secret.
type address struct {
	transport string // scheme in lower case, without what stands behind a "+"
	secured   bool   // the scheme itself means TLS, or the URL asks for it
	password  bool
	host      string // lower case, "" for this host
}

// addresses are the parts of a URL setting; Celery takes several, separated by semicolons, and a list.
// ok is false when the value is not known or is no URL.
func addresses(v eval.Value) (list []address, ok bool) {
	var texts []string
	if s, isText := v.AsStr(); isText {
		texts = strings.Split(s, ";")
	} else {
		items, whole := check.Strings(v)
		if !whole {
			return nil, false
		}
		texts = items
	}
	for _, text := range texts {
		a, good := parseAddress(text)
		if !good {
			return nil, false
		}
		list = append(list, a)
	}
	return list, len(list) > 0
}

func parseAddress(text string) (address, bool) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "://") {
		return address{transport: strings.ToLower(text)}, text != ""
	}
	u, err := url.Parse(text)
	if err != nil {
		// Passwords with characters that a URL does not allow: the parts that matter can still be told.
		scheme, rest, _ := strings.Cut(text, "://")
		credentials, host, found := strings.Cut(rest, "@")
		if !found {
			return address{}, false
		}
		_, password, _ := strings.Cut(credentials, ":")
		host = host[:len(host)-len(strings.TrimLeft(host, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_"))]
		return newAddress(scheme, strings.ToLower(host), password != "", ""), true
	}
	_, password := u.User.Password()
	return newAddress(u.Scheme, strings.ToLower(u.Hostname()), password, u.RawQuery), true
}

func newAddress(scheme, host string, password bool, query string) address {
	scheme, _, _ = strings.Cut(strings.ToLower(scheme), "+")
	secured := scheme == "rediss" || scheme == "amqps" || scheme == "valkeys" || scheme == "https" ||
		strings.Contains(query, "ssl_cert_reqs=required") || strings.Contains(query, "ssl=true") || strings.Contains(query, "tls=true")
	return address{transport: scheme, secured: secured, password: password, host: host}
}

// isLocal reports whether a host is the one on which the process runs.
func isLocal(host string) bool {
	return host == "" || host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "/")
}

// isService reports whether a host is a service of the same deployment: a name that one of its processes bears.
func isService(p *check.SourcePass, host string) bool {
	if strings.Contains(host, ".") {
		return false
	}
	for _, process := range check.Described(p) {
		if process.Name == host {
			return true
		}
	}
	return false
}

// outside names the variables that a value comes from and that nobody has given.
func outside(v eval.Value) string {
	var names []string
	for _, ref := range v.Env() {
		if !ref.Set {
			names = append(names, ref.Name)
		}
	}
	return check.And(names)
}

// doubt says why an option of Celery is not known.
func doubt(w *django.World, s django.Setting) string {
	if names := outside(s.Value); names != "" && s.Value.IsUnknown() {
		return s.Name + " is given by " + names + "; give the environment with --env-file"
	}
	return check.Doubt(w, s)
}

// weighed is a finding with its severity: critical, or recommended where it rests on the default of variables that the set-up of the
// project replaces.
func weighed(p *check.SourcePass, f check.Finding, variables []string) check.Finding {
	f.Severity = check.Critical
	if at, ok := check.SetUp(p, variables, variables); ok && len(variables) > 0 {
		f.Severity = check.Recommended
		f.Related = append(f.Related, check.Related{Message: "the set-up of the project names it", At: at})
	}
	return f
}
