package oracle

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"gonogo/internal/django/routes"
	projects "gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// graphQLView is a view of GraphQL as testdata/graphql_dump.py tells it.
type graphQLView struct {
	Route string `json:"route"`
	// Fields tells by field whether a client without credentials is answered without an error; nil where the view answers with no JSON.
	Fields         map[string]*bool `json:"fields"`
	DeepRefused    *bool            `json:"deep_refused"` // a query of thirteen levels; nil where no type leads to itself
	AliasesRefused bool             `json:"aliases_refused"`
	Introspection  bool             `json:"introspection"`
	Editor         bool             `json:"editor"`
}

const galleryAnswers = "testdata/routes/answers/gallery.json"

// TestGraphQLAnswers compares schemas, who may ask their fields and what bounds queries with recorded answers of running views;
// TestGraphQLAgree records them with -update.
func TestGraphQLAnswers(t *testing.T) {
	text, err := os.ReadFile(galleryAnswers)
	if err != nil {
		t.Fatal(err)
	}
	var real []graphQLView
	if err := json.Unmarshal(text, &real); err != nil {
		t.Fatal(err)
	}
	compareGraphQL(t, layGallery(t), real)
}

// TestGraphQLAgree compares the same with graphene-django, Strawberry and Ariadne as they run.
func TestGraphQLAgree(t *testing.T) {
	startDjango(t, "venv-apis") // skips, or fails when the environment is missing
	folder := layGallery(t)
	var real []graphQLView
	askScript(t, "venv-apis", "graphql_dump.py", folder, "conf.settings", nil, &real)
	recordAnswers(t, galleryAnswers, real)
	compareGraphQL(t, folder, real)
}

func layGallery(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	unpack(t, filepath.Join("testdata", "routes", "gallery.txtar"), folder)
	requirements := "django==5.2.8\ngraphene-django==3.2.3\nstrawberry-graphql==0.280.0\nariadne==0.26.2\n"
	if err := os.WriteFile(filepath.Join(folder, "requirements.txt"), []byte(requirements), 0o644); err != nil {
		t.Fatal(err)
	}
	return folder
}

func compareGraphQL(t *testing.T, folder string, real []graphQLView) {
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
		g := e.GraphQL
		if e.Route() != r.Route || g == nil || g.Unknown != "" {
			t.Errorf("%s is %s, and its schema is not known: %+v", r.Route, e.Route(), g)
			continue
		}
		k, u := compareFields(t, g, r)
		known, unknown = known+k, unknown+u
		compareLimits(t, g, r)
	}
	t.Logf("%d views; whether a stranger may ask is known of %d fields, and not of %d", len(real), known, unknown)
	if known < 230 {
		t.Errorf("access is known of %d fields only", known)
	}
}

// compareFields compares the fields by name, and who may ask them.
func compareFields(t *testing.T, g *routes.GraphQL, r graphQLView) (known, unknown int) {
	t.Helper()
	if len(g.Fields) != len(r.Fields) {
		t.Errorf("%s: %d fields, the real schema has %d", r.Route, len(g.Fields), len(r.Fields))
	}
	for n := range g.Fields {
		f := &g.Fields[n]
		answered, there := r.Fields[f.FullName()]
		switch {
		case !there:
			t.Errorf("%s: the real schema has no field %s", r.Route, f.FullName())
		case f.Access.Anyone == eval.Maybe:
			unknown++
		case (answered != nil && *answered) != (f.Access.Anyone == eval.Yes): // nil: a login is asked for before
			t.Errorf("%s %s: a stranger is let in: %v (%s), the real answer is the opposite", r.Route, f.FullName(), f.Access.Anyone, f.Access.Why)
		default:
			known++
		}
	}
	return known, unknown
}

// compareLimits compares what bounds queries where that is known.
func compareLimits(t *testing.T, g *routes.GraphQL, r graphQLView) {
	t.Helper()
	for _, answered := range r.Fields {
		if answered == nil {
			return // the view answers nobody who is not logged in
		}
	}
	refused := r.AliasesRefused || r.DeepRefused != nil && *r.DeepRefused
	if limited := len(g.Limits) > 0; limited != refused && (limited || g.LimitsUnknown == "") {
		t.Errorf("%s: limits %v (%s), the real view refuses: %t", r.Route, g.Limits, g.LimitsUnknown, refused)
	}
	for _, c := range []struct {
		what string
		ours eval.Tri
		real bool
	}{{"editor", g.Editor, r.Editor}, {"introspection", g.Introspection, r.Introspection}} {
		if c.ours != eval.Maybe && (c.ours == eval.Yes) != c.real {
			t.Errorf("%s: %s: %v, the real view: %t", r.Route, c.what, c.ours, c.real)
		}
	}
}
