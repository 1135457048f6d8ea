package hosts

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django/health"
)

func probeHostAllowed() check.Check {
	return check.Check{
		ID: "hosts/probe-host-allowed", Severity: check.Recommended, Source: answerProbeHost,
		Doc: check.Doc{
			Title: "The Host with which probes ask is in ALLOWED_HOSTS, or the probe names one that is",
			Why: `Kubernetes asks a pod by its address and sends that as the Host, a load balancer that of its target, and curl in a container "localhost". None of these is a name of the site, so Django answers 400 before any view runs: the pod never becomes ready and the deploy stops, or, where the probe takes any answer for a good one, a container counts as healthy whatever happens in it.

An asterisk in ALLOWED_HOSTS would heal the probe and open what the setting is for (hosts/allowed-hosts). A header in the probe heals it at the cost of one line.`,
			Fix:    "Kubernetes: `httpHeaders: [{name: Host, value: shop.example.com}]` in httpGet; curl: `-H 'Host: shop.example.com'`; or add \"localhost\" to ALLOWED_HOSTS, or answer the probe in a middleware above CommonMiddleware.",
			Verify: "`curl -s -o /dev/null -w '%{http_code}' http://localhost:8000/livez/` inside of the container prints 200.",
			Bad:    []check.Example{probeExample("curl asks with the Host localhost.", "[\"shop.example.com\"]", "curl -f http://localhost:8000/livez/")},
			Good: []check.Example{
				probeExample("The machine's own name is allowed.", "[\"shop.example.com\", \"localhost\"]", "curl -f http://localhost:8000/livez/"),
				probeExample("The probe names the site.", "[\"shop.example.com\"]", "[CMD, curl, -f, -H, \"Host: shop.example.com\", \"http://localhost:8000/livez/\"]"),
			},
			References: []check.Reference{
				check.See("Django: ALLOWED_HOSTS", check.DjangoDocs+"ref/settings/#allowed-hosts"),
				check.See("Kubernetes: HTTP probes", "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes"),
			},
			Triggers: []string{
				"a probe of Kubernetes without a Host header, and ALLOWED_HOSTS without an asterisk",
				"a health check of Compose, a Dockerfile or a platform whose Host is not in ALLOWED_HOSTS",
			},
		},
	}
}

func probeExample(note, hosts, test string) check.Example {
	return check.Project(note, "settings.py", "ALLOWED_HOSTS = "+hosts+"\nROOT_URLCONF = \"urls\"\nMIDDLEWARE = [\"django.middleware.common.CommonMiddleware\"]\n",
		"urls.py", "from django.http import HttpResponse\nfrom django.urls import path\n\n\ndef livez(request):\n    return HttpResponse(\"ok\")\n\n\nurlpatterns = [path(\"livez/\", livez)]\n",
		"compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi -b 0.0.0.0:8000\n    healthcheck:\n      test: "+test+"\n", "Dockerfile", "FROM python:3.13\n")
}

func answerProbeHost(p *check.SourcePass) check.Answer {
	probes := check.AskedProbes(p)
	if len(probes) == 0 {
		return check.Absent("no probe of production asks the application over HTTP")
	}
	var findings []check.Finding
	var doubts []string
	ofSite := ""
	for _, a := range probes {
		switch {
		case a.Doubt != "":
			doubts = append(doubts, a.Process.Artefact+": "+a.Doubt)
		case a.Outcome.By == health.HostRefuse && (a.Outcome.Status == 0 || check.HostsFromOutside(p)):
			doubts = append(doubts, "ALLOWED_HOSTS is given from outside; look whether it has "+hostOf(a)+", with which "+a.Process.Artefact+" is probed")
		case a.Outcome.By == health.HostRefuse && nameOfSite(p, a.Request.Host):
			ofSite = a.Request.Host
		case a.Outcome.By == health.HostRefuse:
			findings = append(findings, refusedProbe(p, a))
		case a.Outcome.Status == 0 && a.Outcome.Endpoint == nil:
			doubts = append(doubts, "what a probe of "+a.Process.Artefact+" is answered is not known: "+a.Outcome.Doubt)
		}
	}
	if len(findings) == 0 && ofSite != "" {
		return check.CausedBy("hosts/allowed-hosts", "the probe names the site, "+ofSite+", which ALLOWED_HOSTS itself lacks")
	}
	return check.Gather(firstAt(findings), doubts, "the Host of each probe is allowed, or not asked for")
}

// nameOfSite reports whether a proxy before the application answers for a name: then every visitor is refused, not the probe alone.
func nameOfSite(p *check.SourcePass, host string) bool {
	for _, f := range check.Fronts(p) {
		for _, name := range f.Host.Names {
			if name.Text == host && host != "" {
				return true
			}
		}
	}
	return false
}

// firstAt leaves out findings about one place: a probe that several processes have.
func firstAt(list []check.Finding) (kept []check.Finding) {
	for _, f := range list {
		same := false
		for _, k := range kept {
			same = same || k.At == f.At
		}
		if !same {
			kept = append(kept, f)
		}
	}
	return kept
}

// hostOf names the Host of a probe for people.
func hostOf(a check.AskedProbe) string {
	switch {
	case a.Request.Host != "":
		return a.Request.Host
	case a.Process.Runtime == deploy.OnPlatform:
		return "healthcheck.railway.app"
	}
	return "the address of the pod"
}

func refusedProbe(p *check.SourcePass, a check.AskedProbe) check.Finding {
	f := check.Finding{Severity: check.Recommended, At: a.Request.At}
	effect := "so it never succeeds"
	if !a.Request.Strict {
		effect = "which it takes for healthy, since nothing makes it look at the status"
	}
	f.Message = fmt.Sprintf("The %s probe asks with the Host %s, which ALLOWED_HOSTS does not have, and Django answers 400, %s; name a host of the site in a Host header of the probe", a.Probe.Kind, hostOf(a), effect)
	if at := check.Where(p.Settings.Get("ALLOWED_HOSTS")); !at.IsZero() {
		f.Related = []check.Related{{Message: "the hosts that are allowed", At: at}}
	}
	return f
}
