package tasks

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django/flow"
	"gonogo/internal/python/syntax"
)

// A scheduler of APScheduler runs its jobs in a thread of the process that starts it. Started where Django starts, it runs in every worker of
// the site, and a shared job store does not keep them apart.
// Source: APScheduler 3.11, user guide and FAQ ("How do I share a single job store among one or more worker processes?"); django-apscheduler 0.7.

// clock is a call of start() of a scheduler that runs in the processes of the site.
type clock struct {
	start *flow.Call
	// doubt says what may keep all but one from starting it, "" when nothing does.
	doubt string
}

// clocksInSite are the schedulers that start when the site does.
func clocksInSite(p *check.SourcePass) (list []clock) {
	made := map[*syntax.Call]bool{}
	for _, c := range p.Project.Flow().Named("BackgroundScheduler", "AsyncIOScheduler", "GeventScheduler") {
		if strings.HasPrefix(c.Dotted(), "apscheduler.schedulers.") {
			made[c.Call] = true
		}
	}
	if len(made) == 0 {
		return nil
	}
	for _, c := range p.Project.Flow().Named("start") {
		if m, ok := c.Func.(*syntax.Attribute); ok && made[madeBy(p, c, m.Value)] {
			if in, doubt := startsWithSite(p, c, 0); in {
				list = append(list, clock{c, doubt})
			}
		}
	}
	return list
}

// madeBy is the call that gave a variable its value, in the function or in a module; nil for anything else.
func madeBy(p *check.SourcePass, c *flow.Call, e syntax.Expr) *syntax.Call {
	if name, ok := e.(*syntax.Name); ok && c.In != nil {
		if made, ok := c.In.Value(name).(*syntax.Call); ok {
			return made
		}
	}
	dotted, ok := c.Module.Resolve(e)
	if !ok {
		return nil
	}
	d, ok := p.Project.Code.Graph().Define(dotted)
	if !ok {
		return nil
	}
	made, _ := d.Value.(*syntax.Call)
	return made
}

// maxStarts is how many calls may lie between ready() and start().
const maxStarts = 3

// startsWithSite reports whether a call runs when Django loads the applications, or imports the module for the site.
func startsWithSite(p *check.SourcePass, c *flow.Call, depth int) (in bool, doubt string) {
	if c.In == nil {
		return importedBySite(p, c), whyOnce(nil, c)
	}
	doubt = whyOnce(c.In, c)
	switch f := c.In; {
	case f.Name == "ready" && f.Class != nil:
		ancestors, _ := p.Project.Code.Graph().Ancestors(f.Module.Dotted + "." + f.Class.Name)
		return slices.ContainsFunc(ancestors, func(a string) bool { return strings.HasPrefix(a, "django.apps.") }), doubt
	case f.Class != nil || f.Outer != nil || depth > maxStarts:
		return false, ""
	default:
		for _, caller := range p.Project.Flow().Named(f.Name) {
			if p.Project.Code.Graph().Follow(caller.Dotted()) != f.Module.Dotted+"."+f.Name {
				continue
			}
			if starts, why := startsWithSite(p, caller, depth+1); starts {
				if doubt == "" {
					doubt = why
				}
				return true, doubt
			}
		}
	}
	return false, ""
}

// importedBySite reports whether Django imports a module for the site: the URL configuration, the entry points, modules of applications.
func importedBySite(p *check.SourcePass, c *flow.Call) bool {
	name := c.Module.Dotted
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "urls", "wsgi", "asgi", "models", "apps", "admin":
		return true
	}
	return name == p.Project.Routes().Module
}

// whyOnce says what can keep a call from running in every process: a condition around it, or a lock.
func whyOnce(f *flow.Function, c *flow.Call) string {
	body := c.Module.Syntax.Body
	if f != nil {
		body = f.Body
		if f.Mentions("flock", "lockf", "lock", "Lock", "FileLock", "acquire", "bind", "pg_try_advisory_lock", "setnx", "add") {
			return "it may take a lock first"
		}
	}
	doubt := ""
	syntax.InspectBody(body, func(n syntax.Node) bool {
		if s, ok := n.(*syntax.If); ok && s.Start <= c.Start && c.Start < s.End {
			doubt = "it starts under a condition: " + c.Module.Syntax.Span(s.Test).Text()
		}
		return doubt == ""
	})
	return doubt
}

// clockFindings are the findings about schedulers of which several run, and where one runs alone.
func clockFindings(p *check.SourcePass) (findings []check.Finding, doubts []string, told string) {
	clocks := clocksInSite(p)
	if len(clocks) == 0 {
		return nil, nil, ""
	}
	running := check.Running(p, deploy.Web)
	if len(running) == 0 {
		return nil, []string{"APScheduler starts in every process of the site, and how many there are is not known"}, ""
	}
	for _, k := range clocks {
		at := k.start.Module.Syntax.Span(k.start.Call)
		for _, process := range running {
			times, why := copies(process)
			switch {
			case why != "":
				doubts = append(doubts, "APScheduler starts in every process of the site, and how many "+process.Artefact+" starts is not known: "+why)
			case times > 1 && k.doubt != "":
				doubts = append(doubts, fmt.Sprintf("whether APScheduler runs in all %d processes of %s is not known: %s", times, process.Artefact, k.doubt))
			case times > 1:
				findings = append(findings, check.Finding{Severity: check.Critical, At: at, Fix: "a management command that starts a BlockingScheduler",
					Message: fmt.Sprintf("The scheduler starts in every process of the site, and %s runs %d of them: each job runs %d times; start it in one process of its own", process.Artefact, times, times),
					Related: []check.Related{{Message: "the processes", At: process.At}}})
			default:
				told = process.Artefact
			}
		}
	}
	return findings, doubts, told
}

// copies is in how many processes of the site a thread that starts with Django runs: gunicorn's master alone under preload_app, as threads
// do not survive the fork, else each worker of each replica.
func copies(process *deploy.Process) (times int, why string) {
	times = 1
	server, ok := process.Server()
	switch {
	case !ok:
		return 0, "its server is not read"
	case server.Program == "uwsgi":
		return 0, "uWSGI forks after the start, and runs threads only with enable-threads"
	case server.Preload.Known && server.Preload.Value:
	case server.Preload.Said() && !server.Preload.Known:
		return 0, "whether the application is loaded before the fork is not known"
	case server.Workers.Known:
		times = max(server.Workers.Value, 1)
	case server.Workers.Said():
		return 0, "the number of workers is " + strings.TrimSpace(server.Workers.Written)
	case server.Unread != "":
		return 0, server.Unread
	}
	switch {
	case process.Replicas.Known:
		times *= max(process.Replicas.Value, 1)
	case process.Replicas.Said():
		return 0, "the number of replicas is " + process.Replicas.Written
	case times == 1 && scaledByPlatform(process):
		return 0, "the platform runs as many as it is told to"
	}
	return times, ""
}
