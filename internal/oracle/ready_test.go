package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/audit"
	"gonogo/internal/checks"
	"gonogo/internal/oracle/readyshop"
)

// variant is the shop of examples/ready with one thing broken.
type variant struct {
	name  string
	edits []readyshop.Edit
	// named are the checks that fail for it and don't for the shop as it is; those that name one of them as their cause are left out.
	// One that is not asked yet is left out.
	named []string
	// gap says why nothing names it, where nothing does.
	gap string
	// see tells what a person outside sees, and whether that is broken; it must not be so in the shop as it is. nil for what is only read.
	see func(s *liveShop) (what string, broken bool)
	// shows are words of what is seen in the broken shop.
	shows string
	runs  []string // the services that run; nil for those that answer requests
	// both are edits that make what is seen happen sooner; they are in both shops that are started, and in no files that are audited.
	both []readyshop.Edit
}

func variants() []variant {
	return slices.Concat(proxyVariants(), staticVariants(), settingsVariants(), taskVariants(), serviceVariants(), probeVariants(), readVariants())
}

// accepted are the checks that the shop as it is does not pass, with the reason; those that have nothing to judge are left out.
func accepted() map[string]string {
	return map[string]string{
		"environments/vulnerable-dependencies": "no advisories are given",
		"secrets/secret-key-strong":            "the key is the operator's",
		"secrets/variables-present":            "the environment is the operator's",
		"tasks/broker-secured":                 "the password is the operator's",
		"tasks/monitored":                      "the length of queues is watched by hand, as the runbook says",
		"observability/metrics":                "Sentry's traces are what the shop measures",
		"media/access-decided":                 "the photos of products are public",
		"environments/staging":                 "a person states where a release is tried first",
		"observability/alerts":                 "the rules stand in Sentry",
		"delivery/feature-flags":               "the shop has no features that are turned off",
		"proxy/rate-limit":                     "the pages of the admin below its login are not followed",
	}
}

// TestReadyShopPasses asks every check about the shop as it is.
func TestReadyShopPasses(t *testing.T) {
	answers, err := readyshop.Audit(goodShop(t))
	if err != nil {
		t.Fatal(err)
	}
	rest := accepted()
	passed := 0
	for _, c := range answers {
		_, known := rest[c.ID]
		switch {
		case c.Status == audit.Pass:
			passed++
		case c.Status == audit.NotApplicable || c.Status == audit.Unknown && c.Severity == audit.Optional:
			delete(rest, c.ID)
		case !known || c.Worst() == audit.Critical:
			t.Errorf("%s: %v %s", c.ID, c.Status, c.Reason)
			for _, f := range c.Findings {
				t.Errorf("    %s", f.Message)
			}
			continue
		default:
			delete(rest, c.ID)
		}
	}
	for id := range rest {
		t.Logf("%s passes now, or has nothing to judge", id)
	}
	t.Logf("%d checks pass, %d are accepted", passed, len(accepted()))
}

// TestVariantsAreNamed breaks the shop in its files, and compares what gonogo says of it from them alone.
func TestVariantsAreNamed(t *testing.T) {
	files := goodShop(t)
	good, err := readyshop.Audit(files)
	if err != nil {
		t.Fatal(err)
	}
	names := make(map[string]bool)
	for _, v := range variants() {
		if names[v.name] {
			t.Errorf("two variants are called %q", v.name)
		}
		names[v.name] = true
		t.Run(v.name, func(t *testing.T) {
			broken, err := files.With(v.edits...)
			if err != nil {
				t.Fatal(err)
			}
			answers, err := readyshop.Audit(broken)
			if err != nil {
				t.Fatal(err)
			}
			turned := readyshop.Turned(good, answers)
			if (len(v.named) == 0) != (v.gap != "") {
				t.Error("a variant has the checks that name it, or says why none does")
			}
			if got, want := owners(turned), asked(v.named); !slices.Equal(got, want) {
				t.Errorf("turned %v, want %v\n%s", got, want, tell(turned))
			}
		})
	}
}

// asked are those of the checks that gonogo asks already, in order.
func asked(ids []string) (list []string) {
	for _, c := range checks.All() {
		if slices.Contains(ids, c.ID) {
			list = append(list, c.ID)
		}
	}
	slices.Sort(list)
	return list
}

// owners are the checks that turned by themselves, in order.
func owners(turned map[string]audit.Check) (ids []string) {
	for _, id := range slices.Sorted(maps.Keys(turned)) {
		if _, there := turned[turned[id].Cause]; !there {
			ids = append(ids, id)
		}
	}
	return ids
}

func tell(turned map[string]audit.Check) string {
	var text strings.Builder
	for _, id := range slices.Sorted(maps.Keys(turned)) {
		c := turned[id]
		fmt.Fprintf(&text, "%s (cause %q) %s\n", id, c.Cause, c.Reason)
		for _, f := range c.Findings {
			fmt.Fprintf(&text, "    %s: %s\n", f.Severity, f.Message)
		}
	}
	return text.String()
}

// TestShopIsStarted starts the shop as its artefacts say: as it is, and broken in each way that has something to see.
func TestShopIsStarted(t *testing.T) {
	s := newLiveShop(t)
	files := goodShop(t)
	good, err := s.form("good", files)
	if err != nil {
		t.Fatal(err)
	}
	s.mustRun(good, "db", "redis")
	if err := s.release(good); err != nil {
		t.Fatal(err)
	}
	var seen []variant
	for _, v := range variants() {
		if v.see != nil {
			seen = append(seen, v)
		}
	}
	for _, broken := range []bool{false, true} {
		for _, v := range seen {
			name := "good/" + v.name
			if broken {
				name = "broken/" + v.name
			}
			t.Run(name, func(t *testing.T) {
				s.t = t
				what, saw := s.observe(files, v, broken)
				if saw != broken || broken && !strings.Contains(what, v.shows) {
					t.Errorf("broken is %t, want %t (%s): %s", saw, broken, v.shows, what)
				}
				t.Log(what)
			})
		}
	}
}

// form builds a form, or returns the one that was built under the name.
func (s *liveShop) form(name string, files readyshop.Files) (*form, error) {
	if f := s.forms[name]; f != nil {
		return f, nil
	}
	f, err := s.build(name, files)
	if err == nil {
		s.forms[name] = f
	}
	return f, err
}

// mustRun makes services run that must all start.
func (s *liveShop) mustRun(f *form, services ...string) {
	s.t.Helper()
	for service, err := range s.run(f, services...) {
		s.t.Fatalf("%s: %v", service, err)
	}
}

// observe starts the shop, broken or as it is, and looks at it. A build that fails and a process that does not start are what is seen.
func (s *liveShop) observe(files readyshop.Files, v variant, broken bool) (what string, saw bool) {
	s.t.Helper()
	name, edits := "good", v.both
	if broken {
		name, edits = v.name, slices.Concat(v.edits, v.both)
	} else if len(v.both) > 0 {
		name = "good for " + v.name
	}
	edited, err := files.With(edits...)
	if err != nil {
		s.t.Fatal(err)
	}
	f, err := s.form(name, edited)
	if err != nil {
		return err.Error(), true
	}
	runs := v.runs
	if runs == nil {
		runs = []string{"db", "redis", "web", "nginx"}
	}
	if !broken {
		s.mustRun(f, runs...)
		return v.see(s)
	}
	errors := s.run(f, runs...)
	for _, service := range slices.Sorted(maps.Keys(errors)) {
		s.t.Logf("%s: %v", service, errors[service])
	}
	return v.see(s)
}
