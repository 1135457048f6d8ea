package oracle

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/django/routes"
	projects "gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// ninjaOperation is a pattern of an API of django-ninja as testdata/ninja_dump.py tells it.
type ninjaOperation struct {
	Route     string         `json:"route"`
	Name      string         `json:"name"`
	Methods   []string       `json:"methods"`
	View      string         `json:"view"`
	Callbacks []string       `json:"callbacks"`
	Throttles []string       `json:"throttles"`
	Paginated bool           `json:"paginated"`
	Status    map[string]int `json:"status"` // by method, of a request without credentials
}

const workshopAnswers = "testdata/routes/answers/workshop.json"

// TestOperationsAnswers compares operations of django-ninja with recorded answers of the real one; TestOperationsAgree records them with
// -update.
func TestOperationsAnswers(t *testing.T) {
	text, err := os.ReadFile(workshopAnswers)
	if err != nil {
		t.Fatal(err)
	}
	var real []ninjaOperation
	if err := json.Unmarshal(text, &real); err != nil {
		t.Fatal(err)
	}
	compareOperations(t, layWorkshop(t), real)
}

// TestOperationsAgree compares operations with those of a running django-ninja: their routes, methods, functions, callbacks and throttles, and
// whether Django's test client, which has no credentials, is let in.
func TestOperationsAgree(t *testing.T) {
	startDjango(t, "venv-apis") // skips, or fails when the environment is missing
	folder := layWorkshop(t)
	var real []ninjaOperation
	askScript(t, "venv-apis", "ninja_dump.py", folder, "conf.settings", nil, &real)
	recordAnswers(t, workshopAnswers, real)
	compareOperations(t, folder, real)
}

func layWorkshop(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	unpack(t, filepath.Join("testdata", "routes", "workshop.txtar"), folder)
	if err := os.WriteFile(filepath.Join(folder, "requirements.txt"), []byte("django==5.2.8\ndjango-ninja==1.7.1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

func compareOperations(t *testing.T, folder string, real []ninjaOperation) {
	t.Helper()
	tree, err := source.Open(folder, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := projects.Load(tree, projects.Options{Settings: "conf.settings"})
	if err != nil {
		t.Fatal(err)
	}
	ours := s.Routes()
	if ours.Unknown != "" || len(ours.Endpoints) != len(real) {
		t.Fatalf("%d endpoints (%s), Django has %d", len(ours.Endpoints), ours.Unknown, len(real))
	}
	known, unknown := 0, 0
	for n := range real {
		e, r := &ours.Endpoints[n], real[n]
		if e.Route() != r.Route || e.FullName() != r.Name || e.Unknown != "" {
			t.Errorf("endpoint %d is %s (%s) %s, Django has %s (%s)", n, e.Route(), e.FullName(), e.Unknown, r.Route, r.Name)
			continue
		}
		if r.Methods != nil {
			compareOperation(t, e, r)
		}
		for method, status := range r.Status {
			access, told := e.Policy.Access[method]
			if !told {
				access = e.Policy.Access[""]
			}
			refused := status == 401 || status == 403 || status == 302 || status == 404
			switch {
			case status >= 500:
				t.Errorf("%s %s: Django answers %d", method, r.Route, status)
			case access.Anyone == eval.Maybe || access.Anyone == 0:
				unknown++
				t.Logf("%s %s: %s", method, r.Route, access.Why)
			case refused != (access.Anyone == eval.No):
				t.Errorf("%s %s: a stranger is let in: %v (%s), Django answers %d", method, r.Route, access.Anyone, access.Why, status)
			default:
				known++
			}
		}
	}
	t.Logf("%d operations; whether a stranger is let in is known of %d methods, and not of %d", len(real), known, unknown)
	if known < 41 {
		t.Errorf("access is known of %d methods only", known)
	}
}

func compareOperation(t *testing.T, e *routes.Endpoint, r ninjaOperation) {
	t.Helper()
	if e.View.Kind != routes.Operation || e.View.Name != r.View || !slices.Equal(e.Methods, r.Methods) {
		t.Errorf("%s: %v %s, Django has %v %s", r.Route, e.Methods, e.View.Name, r.Methods, r.View)
	}
	for _, c := range []struct {
		what   string
		choice routes.Choice
		real   []string
	}{{"callbacks", e.Policy.Permissions, r.Callbacks}, {"throttles", e.Policy.Throttles, r.Throttles}} {
		if c.choice.Unknown != "" || !slices.Equal(c.choice.Classes, c.real) {
			t.Errorf("%s: %s %v %s, Django has %v", r.Route, c.what, c.choice.Classes, c.choice.Unknown, c.real)
		}
	}
	if e.Methods[0] == "GET" && len(e.Policy.Pagination.Classes) > 0 != r.Paginated {
		t.Errorf("%s: pagination %s, Django has %v", r.Route, strings.Join(e.Policy.Pagination.Classes, ", "), r.Paginated)
	}
}
