package oracle

import (
	"strings"
	"testing"

	"gonogo/internal/django/health"
)

// probeQuestion is one request for testdata/probe_ask.py; probeAnswer what came.
type probeQuestion struct {
	Path   string `json:"path"`
	Host   string `json:"host"`
	Secure bool   `json:"secure"`
}

type probeAnswer struct {
	Status int    `json:"status"`
	To     string `json:"to"`
}

// TestProbeAnswersAgree compares what gonogo says that a probe is answered with what real Django answers, for each of many paths over HTTP and
// HTTPS with a Host that is allowed and with others.
func TestProbeAnswersAgree(t *testing.T) {
	const venv = "venv-lib"
	startDjango(t, venv) // skips, or fails when the environment is missing
	folder, _, s := load(t, "probes", "clinic.txtar")
	questions := probeQuestions()
	known, differ := 0, 0
	for i, a := range askProbes(t, venv, folder, questions) {
		q := questions[i]
		host := strings.Trim(q.Host, "[]")
		if q.Host == "10.244.3.7" {
			host = "" // a pod's address is not known before
		}
		if q.Host == "[::1]" {
			host = q.Host
		}
		o := s.Answer(health.Question{Path: q.Path, Host: host, Secure: q.Secure})
		if o.Status == 0 {
			t.Logf("%+v: not known: %s", q, o.Doubt)
			continue
		}
		known++
		if got, want := family(o), a.Status; got != want && !(o.By == health.ToLogin && got == 403 && want == 401) {
			differ++
			t.Errorf("%+v: gonogo says %d (%s), Django answers %d %s", q, got, o.What, want, a.To)
		}
		if o.By == health.ToHTTPS && !strings.HasPrefix(a.To, "https:") || o.By == health.ToLogin && a.Status == 302 && !strings.Contains(a.To, "login") || o.By == health.ToSlash && a.To != o.To {
			t.Errorf("%+v: gonogo says %q to %q, Django leads to %s", q, o.What, o.To, a.To)
		}
	}
	if known < len(questions)*9/10 {
		t.Errorf("only %d of %d answers are known", known, len(questions))
	}
	t.Logf("%d questions, %d answers known, %d differ", len(questions), known, differ)
}

// family is the status; a view that redirects by itself may use any of the redirects, which Django's own use 302 of.
func family(o health.Outcome) int { return o.Status }

// probeQuestions are each path with each scheme and Host.
func probeQuestions() (all []probeQuestion) {
	for _, path := range []string{"/", "/livez/", "/livez", "/exempt", "/exempt/", "/readyz/", "/readyz", "/ping", "/ping/", "/status/health/", "/private/", "/private", "/healthz/moved/", "/old/", "/hook/",
		"/orders/3/", "/orders/x/", "/orders/3", "/files/a/b", "/names/a-b/x", "/names/a.b/x", "/re/health", "/re/health/", "/re/2024/", "/re/24/", "/api/guarded/health/", "/api/open/health/", "/api/open/health",
		"/api/deep/x", "/api/deep/xy", "/admin/", "/admin/login/", "/local/health/", "/local/health", "/en/local/health/", "/shop/", "/en/shop/", "/nothing", "/nothing/"} {
		for _, host := range []string{"clinic.example", "a.wild.example", "wild.example", "localhost", "127.0.0.1", "10.244.3.7", "[::1]"} {
			for _, secure := range []bool{false, true} {
				all = append(all, probeQuestion{path, host, secure})
			}
		}
	}
	return all
}

func askProbes(t *testing.T, venv, folder string, questions []probeQuestion) (answers []probeAnswer) {
	t.Helper()
	askScript(t, venv, "probe_ask.py", folder, "conf.settings", questions, &answers)
	return answers
}
