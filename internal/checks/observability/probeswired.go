package observability

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django/health"
	"gonogo/internal/source"
)

func probesWired() check.Check {
	return check.Check{
		ID: "observability/probes-wired", Severity: check.Critical, Source: answerProbesWired,
		Doc: check.Doc{
			Title: "Each probe reaches the endpoint that it is meant for, by path, port, scheme and Host",
			Why: `An endpoint for health is of use when something asks it. The path stands in a manifest, the endpoint in the URL configuration, the port in the server's command line, and what lies between in the middleware: a redirect to HTTPS, a slash that is missing, a login. Nothing compares them until the first deploy.

Wired wrongly, a probe does one of two things. It never succeeds: pods don't become ready, or are restarted for ever. Or it always succeeds, which is worse for being quiet: a redirect counts as healthy for Kubernetes (to another host) and for curl, and a process that answers nothing else stays in service.`,
			Fix:    "Give probes the path as the URL configuration has it, slash included; exempt it with SECURE_REDIRECT_EXEMPT, or send the header of SECURE_PROXY_SSL_HEADER; ask the port that the server binds; and let curl fail with `-f`.",
			Verify: "Inside of the container, `curl -s -o /dev/null -w '%{http_code}' http://localhost:8000/livez/` prints 200, and no 301, 302 or 400.",
			Bad: []check.Example{
				wiredExample("Nothing answers at the path.", "", "/health/"),
				wiredExample("SecurityMiddleware redirects the pod's own probe to HTTPS.", "SECURE_SSL_REDIRECT = True\n", "/livez/"),
			},
			Good: []check.Example{
				wiredExample("The probe asks what is there.", "", "/livez/"),
				wiredExample("The endpoint is exempt from the redirect.", "SECURE_SSL_REDIRECT = True\nSECURE_REDIRECT_EXEMPT = [r\"^livez/$\"]\n", "/livez/"),
			},
			References: []check.Reference{
				check.See("Kubernetes: HTTP probes", "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes"),
				check.See("Django: SECURE_REDIRECT_EXEMPT", check.DjangoDocs+"ref/settings/#secure-redirect-exempt"),
				check.See("Dockerfile: HEALTHCHECK", "https://docs.docker.com/reference/dockerfile/#healthcheck"),
			},
			Triggers: []string{
				"the path of a probe is answered 404, 405, or by a permission",
				"the path is answered by a redirect: to HTTPS, to the path with a slash or a language, to the login page",
				"no server of the process listens on the port of the probe, or on the loopback interface alone where Kubernetes asks",
				"the program that the check runs is not in the image",
				"curl without -f, which takes every answer for a good one, asks a path that is answered with an error",
				"a worker has the HEALTHCHECK of its image, which asks a server that it does not run",
			},
		},
	}
}

func wiredExample(note, settings, probed string) check.Example {
	return check.Project(note, "settings.py", "ALLOWED_HOSTS = [\"*\"]\nROOT_URLCONF = \"urls\"\nMIDDLEWARE = [\"django.middleware.security.SecurityMiddleware\", \"django.middleware.common.CommonMiddleware\"]\n"+settings,
		"urls.py", "from django.http import HttpResponse\nfrom django.urls import path\n\n\ndef livez(request):\n    return HttpResponse(\"ok\")\n\n\nurlpatterns = [path(\"livez/\", livez)]\n",
		"k8s/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: web\n          image: registry.example.com/shop:1\n          command: [gunicorn, shop.wsgi, -b, \"0.0.0.0:8000\"]\n          readinessProbe:\n            httpGet: {path: "+probed+", port: 8000}\n")
}

func answerProbesWired(p *check.SourcePass) check.Answer {
	web := check.Running(p, deploy.Web)
	if len(web) == 0 {
		return check.NoProcess(p, deploy.Web)
	}
	probes := check.AskedProbes(p)
	var findings []check.Finding
	var doubts []string
	host, reached := false, ""
	for _, a := range probes {
		f, doubt, byHost := judgeProbe(p, a)
		switch {
		case f != nil:
			findings = append(findings, *f)
		case byHost:
			host = true
		case doubt != "":
			doubts = append(doubts, a.Process.Artefact+": "+doubt)
		case reached == "":
			reached = fmt.Sprintf("the %s probe of %s reaches %s", a.Probe.Kind, a.Process.Artefact, a.Request.PathOnly())
		}
	}
	findings = append(findings, workerProbes(p)...)
	switch {
	case len(findings) > 0:
		return check.Failed(onePerPlace(findings)...)
	case host:
		return check.CausedBy("hosts/probe-host-allowed", "Django answers a probe with 400, since its Host is not allowed")
	case len(probes) == 0:
		return unprobed(web)
	}
	return check.Gather(nil, doubts, reached)
}

// unprobed is the answer where nothing asks the application over HTTP.
func unprobed(web []*deploy.Process) check.Answer {
	for _, process := range web {
		if len(process.Probes) > 0 {
			return check.Unclear("the probe of " + process.Artefact + " asks no path of the application; what it tells of it was not followed")
		}
	}
	for _, process := range web {
		if process.Runtime == deploy.InPod || process.Runtime == deploy.InContainer && process.Built != nil {
			return check.CausedBy("containers/health", "nothing asks "+process.Artefact+" whether it is well")
		}
	}
	return check.Unclear("nothing in the repository probes " + web[0].Artefact + "; look what does, and which path it asks")
}

func onePerPlace(list []check.Finding) (kept []check.Finding) {
	seen := map[source.Span]bool{}
	for _, f := range list {
		if !seen[f.At] {
			seen[f.At] = true
			kept = append(kept, f)
		}
	}
	return kept
}

// effect is what a wrongly wired probe does.
type effect uint8

const (
	never  effect = iota + 1 // it never succeeds
	always                   // it succeeds whatever the application does
)

// judgeProbe judges one probe: a finding, a doubt, or that its Host is refused, which another check tells.
func judgeProbe(p *check.SourcePass, a check.AskedProbe) (f *check.Finding, doubt string, byHost bool) {
	if f := lacksProgram(p, a); f != nil {
		return f, "", false
	}
	if f, doubt := judgePort(p, a); f != nil || doubt != "" {
		return f, doubt, false
	}
	if a.Doubt != "" {
		return nil, a.Doubt, false
	}
	o := a.Outcome
	if o.By == health.HostRefuse {
		return nil, "whether ALLOWED_HOSTS lets it through is not known", o.Status == 400 && !check.HostsFromOutside(p)
	}
	for hops := 0; o.By == health.ToSlash && a.Request.Follows && hops < 3; hops++ {
		o = a.Follow(p, o.To)
	}
	switch {
	case o.Status == 0:
		return nil, o.Doubt, false
	case o.Status == 200:
		return nil, "", false
	case o.Status >= 400:
		return refused(p, a, o), "", false
	case o.By == health.Elsewhere && a.Request.Follows:
		return nil, a.Request.PathOnly() + " redirects, and where that ends was not followed", false
	}
	return redirected(p, a, o), "", false
}

// refused is the finding about a path that is answered with an error.
func refused(p *check.SourcePass, a check.AskedProbe, o health.Outcome) *check.Finding {
	why := map[int]string{404: "no pattern of the URL configuration takes it", 405: "its view answers no GET", 403: "it asks for a permission (" + o.What + ")", 401: "it asks for a login (" + o.What + ")"}[o.Status]
	does := never
	if !a.Request.Strict {
		does = always
	}
	return wrong(p, a, o, does, fmt.Sprintf("asks %s, which Django answers with %d: %s", a.Request.PathOnly(), o.Status, why), "ask a path that is there and open to everybody")
}

// redirected is the finding about a path that is answered with a redirect.
func redirected(p *check.SourcePass, a check.AskedProbe, o health.Outcome) *check.Finding {
	asked := a.Request.PathOnly()
	switch o.By {
	case health.ToHTTPS:
		does := always
		if a.Request.Follows && !(a.Process.Runtime == deploy.InPod && a.Request.HostGiven) {
			does = never // it goes on with TLS to the same port, which speaks none
		}
		return wrong(p, a, o, does, fmt.Sprintf("asks %s over plain HTTP, and SECURE_SSL_REDIRECT sends it to HTTPS before the view is asked", asked), "name the path in SECURE_REDIRECT_EXEMPT")
	case health.ToSlash:
		return wrong(p, a, o, always, fmt.Sprintf("asks %s, which Django redirects to %s, so the view is never asked", asked, o.To), "ask "+o.To)
	case health.ToLanguage:
		return wrong(p, a, o, always, fmt.Sprintf("asks %s, which Django redirects to the path with a language, so the view is never asked", asked), "move the pattern out of i18n_patterns")
	case health.ToLogin:
		return wrong(p, a, o, always, fmt.Sprintf("asks %s, which sends strangers to the login page (%s)", asked, o.What), "ask a path that is open to everybody")
	}
	return wrong(p, a, o, always, fmt.Sprintf("asks %s, which answers with a redirect", asked), "ask a path that answers 200")
}

// wrong makes the finding about a probe, with what comes of it.
func wrong(p *check.SourcePass, a check.AskedProbe, o health.Outcome, does effect, what, instead string) *check.Finding {
	f := &check.Finding{Severity: check.Recommended, At: a.Request.At}
	consequence := "so it succeeds whatever state the application is in"
	if does == never {
		consequence, f.Severity = failing(p, a)
	}
	f.Message = fmt.Sprintf("The %s probe of %s %s, %s; %s", a.Probe.Kind, a.Process.Artefact, what, consequence, instead)
	if !o.At.IsZero() {
		f.Related = []check.Related{{Message: "this answers it", At: o.At}}
	}
	return f
}

// failing says what comes of a probe that never succeeds.
func failing(p *check.SourcePass, a check.AskedProbe) (consequence string, severity check.Severity) {
	switch {
	case a.Process.Runtime == deploy.InPod && a.Probe.Kind == deploy.Readiness:
		return "so the pod never becomes ready and gets no requests", check.Critical
	case a.Process.Runtime == deploy.InPod:
		return "so the pod is restarted for ever", check.Critical
	case a.Process.Runtime == deploy.OnPlatform:
		return "so no release ever counts as healthy", check.Critical
	}
	for _, other := range p.Project.Deployment.Processes {
		for _, d := range other.DependsOn {
			if other.Production && d.Condition == "service_healthy" && slices.Contains(a.Process.Names, d.Name) && check.ArtefactFile(other) == check.ArtefactFile(a.Process) {
				return "so the container never counts as healthy, and " + other.Name + ", which waits for that, never starts", check.Critical
			}
		}
	}
	return "so the container never counts as healthy", check.Recommended
}

// judgePort compares the port of a probe with those that the server of the process binds.
func judgePort(p *check.SourcePass, a check.AskedProbe) (f *check.Finding, doubt string) {
	s, ok := a.Process.Server()
	if !ok || !a.Request.Port.Known || len(s.Binds) == 0 || s.Unread != "" || runsOther(a.Process) {
		return nil, ""
	}
	var ports []string
	for _, b := range s.Binds {
		switch {
		case b.Socket != "":
			ports = append(ports, b.Socket)
			continue
		case !b.Port.Known || !b.Host.Known:
			return nil, ""
		case b.Port.Value != a.Request.Port.Value:
			ports = append(ports, fmt.Sprintf("port %d", b.Port.Value))
			continue
		case b.Loopback() && a.Process.Runtime == deploy.InPod && a.Probe.Commands == nil:
			at := b.At
			return wrong(p, a, health.Outcome{At: at}, never, fmt.Sprintf("asks port %d, and %s listens there on the loopback interface alone, which Kubernetes does not reach", b.Port.Value, s.Program), "bind 0.0.0.0"), ""
		}
		return nil, ""
	}
	if a.Process.Runtime == deploy.OnPlatform || !local(a.Request.Target) && a.Process.Runtime != deploy.InPod {
		return nil, ""
	}
	return wrong(p, a, health.Outcome{At: s.Binds[0].At}, never, fmt.Sprintf("asks port %d, where nothing listens: %s is on %s", a.Request.Port.Value, s.Program, check.And(ports)), "ask the port that the server binds"), ""
}

func local(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1" || host == "0.0.0.0"
}

// runsOther reports whether a process starts another server beside the application's.
func runsOther(process *deploy.Process) bool {
	return slices.ContainsFunc(process.Commands, func(c deploy.Command) bool {
		switch name, _ := deploy.Program(c.Argv); name {
		case "nginx", "supervisord", "caddy", "apache2", "httpd", "haproxy", "service", "s6-svscan", "circusd", "honcho", "foreman", "unitd", "socat", "pgbouncer":
			return true
		}
		return false
	})
}

// lacksProgram is the finding about a check that runs curl or wget in an image that is known to have none.
func lacksProgram(p *check.SourcePass, a check.AskedProbe) *check.Finding {
	if len(a.Probe.Commands) == 0 || a.Process.Built == nil || a.Process.Runtime == deploy.OnPlatform {
		return nil
	}
	name, _ := deploy.Program(a.Probe.Commands[0].Argv)
	if name != "curl" && name != "wget" {
		return nil
	}
	image, at := a.Process.Built.Target.BaseImage()
	base := strings.TrimPrefix(strings.TrimPrefix(image.Name, "docker.io/"), "library/")
	without := image.Known && (base == "python" && strings.Contains(image.Tag, "slim") || base == "debian" || base == "ubuntu" || name == "curl" && (base == "alpine" || base == "python" && strings.Contains(image.Tag, "alpine")))
	if !without || mayHave(a.Process.Built, name) {
		return nil
	}
	return wrong(p, a, health.Outcome{At: at}, never, fmt.Sprintf("runs %s, which the image %s does not have and no step installs", name, image.Written), "install it, or ask with python -c")
}

// mayHave reports whether a step of an image can bring a program: one that names it, takes files of another image, or installs what is not told.
func mayHave(b *deploy.Build, name string) bool {
	for _, st := range b.Target.Chain() {
		for _, step := range st.Steps {
			text := step.At.Text()
			if strings.Contains(text, name) || step.From != "" && (step.Target == "/" || strings.HasPrefix(step.Target, "/usr") || strings.HasPrefix(step.Target, "/bin")) {
				return true
			}
			if step.Kind != deploy.RunStep {
				continue
			}
			for _, c := range step.Commands {
				program, args := deploy.Program(c.Argv)
				installs := program == "apt-get" || program == "apt" || program == "apk" || program == "xargs" || program == "aptitude"
				if installs && slices.ContainsFunc(append(args, c.Argv...), func(w string) bool { return strings.ContainsAny(w, "$<(") || w == "build-essential" || w == "git" }) || program == "xargs" {
					return true
				}
				if path.Ext(program) == ".sh" {
					return true
				}
			}
			if len(step.Commands) == 0 {
				return true
			}
		}
	}
	return false
}

// workerProbes are the findings about workers that have the check of an image in which a server is asked.
func workerProbes(p *check.SourcePass) (findings []check.Finding) {
	for _, process := range check.Running(p, deploy.Worker, deploy.Beat) {
		probe, ok := process.Probe(deploy.HealthCheck)
		if !ok || probe.Request == nil || process.Runtime != deploy.InContainer || process.Built == nil || probe.At.File != process.Built.Dockerfile || !local(probe.Request.Target) {
			continue
		}
		findings = append(findings, check.Finding{Severity: check.Recommended, At: process.At, Related: []check.Related{{Message: "the check of the image", At: probe.At}},
			Message: fmt.Sprintf("%s has the check of its image, which asks %s, and a worker serves nothing there, so it never counts as healthy; give it a healthcheck of its own, or `disable: true`", process.Artefact, probe.Request.URL())})
	}
	return findings
}
