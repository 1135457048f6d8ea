package check

import (
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/django/health"
	"gonogo/internal/python/eval"
)

// AskedProbe is a probe of a web process of production that asks over HTTP, with what Django answers to it.
type AskedProbe struct {
	Process *deploy.Process
	Probe   deploy.Probe
	Request *deploy.Request
	Outcome health.Outcome
	// Doubt says why it is not known what the probe asks, "" when it is.
	Doubt string
}

// AskedProbes are the probes by HTTP of production's web processes, in order of the processes.
func AskedProbes(p *SourcePass) (list []AskedProbe) {
	for _, process := range Running(p, deploy.Web) {
		for _, probe := range probesOf(p, process) {
			if probe.Disabled || probe.Request == nil {
				continue
			}
			a := AskedProbe{Process: process, Probe: probe, Request: probe.Request}
			a.Doubt = unaskable(process, probe.Request)
			if a.Doubt == "" {
				a.Outcome = p.Project.Answer(question(p, probe.Request, probe.Request.PathOnly(), process))
			}
			list = append(list, a)
		}
	}
	return list
}

// probesOf are the probes of a process: its own, else those of the container in which a supervisor starts it.
func probesOf(p *SourcePass, process *deploy.Process) []deploy.Probe {
	if len(process.Probes) > 0 || process.Built == nil || process.Runtime != deploy.AsProgram && process.Runtime != deploy.AsS6Service {
		return process.Probes
	}
	for _, container := range p.Project.Deployment.Processes {
		if container.Production && container.Built == process.Built && container.Role == deploy.Other {
			return container.Probes
		}
	}
	return nil
}

// Follow is what Django answers to the probe when it goes on to another path.
func (a AskedProbe) Follow(p *SourcePass, path string) health.Outcome {
	return p.Project.Answer(question(p, a.Request, path, a.Process))
}

// unaskable says why it is not known what a probe asks.
func unaskable(process *deploy.Process, r *deploy.Request) string {
	switch {
	case strings.ContainsAny(r.Path, "${}"):
		return "the path of its probe is " + r.Path
	case strings.ContainsAny(r.Host, "${}"):
		return "the Host of its probe is " + r.Host
	case process.Runtime == deploy.OnPlatform && r.Host == "" && process.Restart.By != "Railway":
		return "which Host " + process.Restart.By + " asks with, and whether it passes for HTTPS, is not told"
	case process.Runtime != deploy.InPod && process.Runtime != deploy.OnPlatform && !local(r.Target) && !slices.Contains(process.Names, r.Target):
		return "its probe asks " + r.Target + ", another machine"
	}
	return ""
}

func local(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1" || host == "0.0.0.0"
}

// question is the request as Django sees it.
func question(p *SourcePass, r *deploy.Request, path string, process *deploy.Process) health.Question {
	q := health.Question{Path: path, Host: r.Host, Secure: r.Scheme == "https"}
	if i := strings.LastIndexByte(q.Host, ':'); i >= 0 && strings.Count(q.Host, ":") == 1 {
		q.Host = q.Host[:i]
	}
	if q.Host == "::1" {
		q.Host = "[::1]"
	}
	if process.Runtime == deploy.OnPlatform && q.Host == "" {
		q.Host = "healthcheck.railway.app" // https://docs.railway.com/guides/healthchecks
	}
	pair := p.Settings.Get("SECURE_PROXY_SSL_HEADER").Value.Elems()
	if len(pair) != 2 {
		return q
	}
	name, _ := pair[0].AsStr()
	value, _ := pair[1].AsStr()
	for _, h := range r.Headers {
		if "HTTP_"+strings.ToUpper(strings.ReplaceAll(h.Name, "-", "_")) == name {
			first, _, _ := strings.Cut(h.Value, ",")
			q.Secure = strings.TrimSpace(first) == value
		}
	}
	return q
}

// HostsFromOutside reports whether ALLOWED_HOSTS rests on the default of a variable that production surely sets.
func HostsFromOutside(p *SourcePass) bool {
	v := p.Settings.Get("ALLOWED_HOSTS").Value
	return v.IsUnknown() || len(Defaulted(v)) > 0 || slices.ContainsFunc(v.Elems(), func(e eval.Value) bool { return len(Defaulted(e)) > 0 })
}
