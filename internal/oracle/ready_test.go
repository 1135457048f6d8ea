package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/audit"
	"gonogo/internal/oracle/readyshop"
)

// variant is the shop of examples/ready with one thing broken.
type variant struct {
	name  string
	edits []readyshop.Edit
	// named are the checks that fail for it and don't for the shop as it is; those that name one of them as their cause are left out.
	named []string
	// see tells what a person outside sees, and whether that is broken; it must not be so in the shop as it is. nil for what is only read.
	see  func(s *liveShop) (what string, broken bool)
	runs []string // the services that run; nil for those that answer requests
	// both are edits that make what is seen happen sooner; they are in both shops that are started, and in no files that are audited.
	both []readyshop.Edit
	// fresh asks for a database and volumes without anything in them.
	fresh bool
}

func variants() []variant {
	return slices.Concat(proxyVariants(), staticVariants(), settingsVariants(), taskVariants(), serviceVariants(), probeVariants())
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
			if got := owners(turned); !slices.Equal(got, slices.Sorted(slices.Values(v.named))) {
				t.Errorf("turned %v, want %v\n%s", got, v.named, tell(turned))
			}
		})
	}
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
	for _, v := range variants() {
		if v.see == nil {
			continue
		}
		t.Run(v.name, func(t *testing.T) {
			s.t = t
			for _, broken := range []bool{false, true} {
				name, edits := "good", v.both
				if broken {
					name, edits = v.name, slices.Concat(v.edits, v.both)
				}
				if what, saw := s.observe(t, files, name, edits, v, !broken); saw != broken {
					t.Errorf("%s: broken is %t, want %t: %s", name, saw, broken, what)
				} else {
					t.Logf("%s: %s", name, what)
				}
			}
		})
	}
}

// observe starts one form and looks at it.
func (s *liveShop) observe(t *testing.T, files readyshop.Files, name string, edits []readyshop.Edit, v variant, must bool) (what string, broken bool) {
	t.Helper()
	edited, err := files.With(edits...)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.both) > 0 {
		name += " of " + v.name
	}
	f := s.forms[name]
	if f == nil {
		f = s.build(t, name, edited)
		s.forms[name] = f
	}
	runs := v.runs
	if runs == nil {
		runs = []string{"db", "redis", "web", "nginx"}
	}
	errors := s.run(f, runs...)
	for _, service := range slices.Sorted(maps.Keys(errors)) {
		if must {
			t.Fatalf("%s: %v", service, errors[service])
		}
		t.Logf("%s: %v", service, errors[service])
	}
	return v.see(s)
}
