package oracle

import (
	"strings"
	"testing"

	"gonogo/internal/django/health"
	"gonogo/internal/python/eval"
)

// healthAnswer is what came for one path, as testdata/health_ask.py tells it.
type healthAnswer struct {
	There      healthResponse `json:"there"`
	Plain      healthResponse `json:"plain"`
	Host       healthResponse `json:"host"`
	NoCache    healthResponse `json:"no_cache"`
	NoDatabase healthResponse `json:"no_database"`
	Queries    int            `json:"queries"`
}

type healthResponse struct {
	Status int    `json:"status"`
	Text   string `json:"text"`
	To     string `json:"to"`
}

// TestHealthAgrees compares what is read of health endpoints with what real Django answers at them: with its database and cache there and
// away, over plain HTTP, and for a Host that is not allowed.
func TestHealthAgrees(t *testing.T) {
	const venv = "venv-lib"
	startDjango(t, venv) // skips, or fails when the environment is missing
	folder, _, s := load(t, "health", "ward.txtar")
	model := s.Health()
	if model.Unknown != "" || len(model.Endpoints) != 25 {
		t.Fatalf("%d endpoints were found, unknown: %q", len(model.Endpoints), model.Unknown)
	}
	var paths []string
	for i := range model.Endpoints {
		paths = append(paths, requestPath(model.Endpoints[i].Path))
	}
	answers := askHealth(t, venv, folder, paths)
	setting := func(name string) eval.Value { return s.Settings.Get(name).Value }
	for i := range model.Endpoints {
		e := &model.Endpoints[i]
		a := answers[requestPath(e.Path)]
		if a.There.Status >= 400 {
			t.Errorf("%s: Django answers %d", e.Path, a.There.Status)
		}
		want := map[string]bool{
			"asks the database": a.Queries > 0 || a.NoDatabase != a.There,
			"asks the cache":    a.NoCache != a.There,
			"fails":             a.NoDatabase.Status >= 400 || a.NoCache.Status >= 400,
			"shows the text":    strings.Contains(a.NoDatabase.Text+a.NoCache.Text, "no such table") || strings.Contains(a.NoCache.Text, "hidden.internal"),
			"asks for a login":  strings.Contains(a.There.To, "login"),
			"redirects":         a.There.Status/100 == 3 && !strings.Contains(a.There.To, "login"),
			"redirects to TLS":  a.Plain.Status == 301 && strings.HasPrefix(a.Plain.To, "https:"),
			"looks at the Host": a.Host.Status == 400,
		}
		got := map[string]eval.Tri{
			"asks the database": e.Database.Has, "asks the cache": e.Cache.Has, "fails": e.Fails, "shows the text": e.Text.Has,
			"asks for a login": e.Login.Has, "redirects": e.Redirect.Has, "redirects to TLS": meets(e, health.ToHTTPS, setting), "looks at the Host": meets(e, health.HostRefuse, setting),
		}
		for question, is := range want {
			if answer := got[question]; answer != eval.Maybe && (answer == eval.Yes) != is || answer == 0 {
				t.Errorf("%s %s: %v, Django says %t", e.Path, question, answer, is)
			}
		}
	}
}

// meets reports whether a request of plain HTTP meets an obstacle.
func meets(e *health.Endpoint, what health.Obstacle, setting func(string) eval.Value) eval.Tri {
	for _, m := range e.Meets(requestPath(e.Path), setting) {
		if m.Obstacle == what {
			return m.Has
		}
	}
	return eval.No
}

// requestPath is a path that the pattern takes.
func requestPath(path string) string { return strings.TrimSuffix(path, "?") }

func askHealth(t *testing.T, venv, folder string, paths []string) map[string]healthAnswer {
	t.Helper()
	var answers map[string]healthAnswer
	askScript(t, venv, "health_ask.py", folder, "conf.settings", paths, &answers)
	return answers
}
