package checktest

import (
	"slices"
	"strings"
	"testing"

	"gonogo/internal/check"
	"gonogo/internal/python/eval"
)

const sample = `A project whose key is in the repository. Note: this line is prose.
settings: config.prod
today: 2027-01-31
env: KEY=a # b
env: OTHER=it's
tracked: *
finding: settings.py:2:5 critical the key stands here
finding: compose.yml:7 optional as well
reason: two places
-- settings.py --
KEY = 1
-- a/.gitignore --
*.log
!keep.log
/out/
-- a/x.log --
-- a/keep.log --
-- a/out/y --
-- a/b/out/y --
`

func TestParseFixture(t *testing.T) {
	f, err := parseFixture("testdata/key/bad-literal.txtar", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if f.settings != "config.prod" || f.today.Format("2006-01-02") != "2027-01-31" || *f.env != "KEY='a # b'\nOTHER=it's\n" {
		t.Errorf("%+v %q", f, *f.env)
	}
	if f.expect.status != check.Fail || len(f.expect.findings) != 2 || f.expect.findings[0].words != "the key stands here" || len(f.expect.reasons) != 1 {
		t.Errorf("%+v", f.expect)
	}
	files := make(map[string][]byte)
	for name, text := range f.files {
		files[name] = []byte(text)
	}
	r := f.repository(files)
	for path, want := range map[string][2]eval.Tri{
		"settings.py": {eval.Yes, eval.No},
		"a/x.log":     {eval.No, eval.Yes},
		"a/keep.log":  {eval.Yes, eval.No},
		"a/out/y":     {eval.No, eval.Yes},
		"a/b/out/y":   {eval.Yes, eval.No},
		"other.log":   {eval.No, eval.No},
	} {
		if got := [2]eval.Tri{r.Tracked(path), r.Ignored(path)}; got != want {
			t.Errorf("%s: tracked, ignored %v, want %v", path, got, want)
		}
	}
}

func TestFixturesThatSayNothing(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"name":                {"fail-x.txtar", "-- a --\n", "name it bad-*"},
		"bad without finding": {"bad-x.txtar", "-- a --\n", "lists every finding"},
		"good with finding":   {"good-x.txtar", "finding: a:1:1 critical x\n-- a --\n", "only a bad fixture"},
		"finding in short":    {"bad-x.txtar", "finding: a:1:1 critical\n", "write path:line:column"},
		"no severity":         {"bad-x.txtar", "finding: a:1:1 severe it is\n", "no severity"},
		"date":                {"good-x.txtar", "today: tomorrow\n", "write a date"},
		"file twice":          {"good-x.txtar", "-- a --\n-- a --\n", "stands in it twice"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := parseFixture(c.file, []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// keyCheck finds settings files that contain the word KEY.
func keyCheck() check.Check {
	return check.Check{ID: "toy/key", Severity: check.Recommended, WithoutSettings: true,
		Source: func(p *check.SourcePass) check.Answer {
			f, ok := p.Project.Tree.Read("settings.py")
			if !ok {
				return check.Absent("there is no settings.py")
			}
			at := strings.Index(string(f.Data), "KEY")
			if at < 0 {
				return check.Passed("")
			}
			return check.Failed(check.Finding{Severity: check.Recommended, Message: "KEY stands here", At: f.Span(uint32(at), uint32(at+3))})
		}}
}

func TestProblems(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		want       []string // words of each problem
	}{
		"as expected":           {"bad-a.txtar", "finding: settings.py:2:1 recommended stands\n-- settings.py --\n\nKEY=1\n", nil},
		"by line alone":         {"bad-a.txtar", "finding: settings.py:2 recommended stands\n-- settings.py --\n\nKEY=1\n", nil},
		"another column":        {"bad-a.txtar", "finding: settings.py:2:2 recommended stands\n-- settings.py --\n\nKEY=1\n", []string{"missing: settings.py:2:2", "not expected: settings.py:2:1"}},
		"another severity":      {"bad-a.txtar", "finding: settings.py:1:1 optional stands\n-- settings.py --\nKEY=1\n", []string{"missing", "not expected"}},
		"line 1 is not line 12": {"bad-a.txtar", "finding: settings.py:1 recommended stands\n-- settings.py --\n" + strings.Repeat("\n", 11) + "KEY=1\n", []string{"missing", "not expected"}},
		"should pass":           {"good-a.txtar", "-- settings.py --\nKEY=1\n", []string{"answered fail, want pass"}},
		"passes":                {"good-a.txtar", "-- settings.py --\nA=1\n", nil},
		"should be unknown":     {"unknown-a.txtar", "-- settings.py --\nA=1\n", []string{"answered pass, want unknown"}},
		"reason":                {"na-a.txtar", "reason: no settings.py\n-- a.py --\n", nil},
		"another reason":        {"na-a.txtar", "reason: something else\n-- a.py --\n", []string{"does not contain"}},
		"cause":                 {"bad-a.txtar", "cause: other/check\n-- settings.py --\nKEY=1\n", []string{"cause", "not expected"}},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := parseFixture(c.file, []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			got := f.expect.problems(keyCheck(), ask(t, keyCheck(), f))
			if len(got) != len(c.want) {
				t.Fatalf("problems %q, want %q", got, c.want)
			}
			for i := range got {
				if !strings.Contains(got[i], c.want[i]) {
					t.Errorf("problem %q, want %q", got[i], c.want[i])
				}
			}
		})
	}
}

func TestContract(t *testing.T) {
	c := keyCheck()
	found := ask(t, c, &fixture{files: map[string]string{"settings.py": "KEY"}, today: defaultDate()}).Findings
	above := slices.Clone(found)
	above[0].Severity = check.Critical
	for name, a := range map[string]check.Answer{
		"no status":                    {},
		"pass with findings":           {Status: check.Pass, Findings: found},
		"fail without findings":        {Status: check.Fail},
		"unknown without a reason":     {Status: check.Unknown},
		"not applicable, and not why":  {Status: check.NotApplicable},
		"finding above the ceiling":    check.Failed(above...),
		"finding without a message":    check.Failed(check.Finding{Severity: check.Optional, At: found[0].At}),
		"finding without a place":      check.Failed(check.Finding{Severity: check.Optional, Message: "x"}),
		"finding behind the file":      check.Failed(check.Finding{Severity: check.Optional, Message: "x", At: found[0].At.File.Span(2, 99)}),
		"status of waivers, not check": {Status: 77},
	} {
		if contract(c, a) == "" {
			t.Errorf("%s is let through", name)
		}
	}
	if p := contract(c, check.Failed(found...)); p != "" {
		t.Error(p)
	}
}

func TestIncomplete(t *testing.T) {
	whole := keyCheck()
	whole.Doc = check.Doc{Title: "T", Why: "w", Fix: "f", Verify: "v", References: []check.Reference{{Title: "R", URL: "https://example.org/"}},
		Bad:  []check.Example{{Note: "n", Files: []check.ExampleFile{{Path: "a"}}}},
		Good: []check.Example{{Note: "n", Files: []check.ExampleFile{{Path: "a"}}}}}
	if wrong := incomplete("toy", whole); len(wrong) > 0 {
		t.Errorf("%q", wrong)
	}
	for name, spoil := range map[string]func(*check.Check){
		"id":        func(c *check.Check) { c.ID = "other/key" },
		"severity":  func(c *check.Check) { c.Severity = 0 },
		"source":    func(c *check.Check) { c.Source = nil },
		"title":     func(c *check.Check) { c.Doc.Title = " " },
		"full stop": func(c *check.Check) { c.Doc.Title = "It is." },
		"why":       func(c *check.Check) { c.Doc.Why = "" },
		"fix":       func(c *check.Check) { c.Doc.Fix = "" },
		"verify":    func(c *check.Check) { c.Doc.Verify = "" },
		"bad":       func(c *check.Check) { c.Doc.Bad = nil },
		"good":      func(c *check.Check) { c.Doc.Good = nil },
		"files":     func(c *check.Check) { c.Doc.Good = []check.Example{{Note: "n"}} },
		"note":      func(c *check.Check) { c.Doc.Good = []check.Example{{Files: whole.Doc.Bad[0].Files}} },
		"reference": func(c *check.Check) { c.Doc.References = []check.Reference{{Title: "R", URL: "http://example.org/"}} },
	} {
		c := whole
		spoil(&c)
		if wrong := incomplete("toy", c); len(wrong) != 1 {
			t.Errorf("%s: %q", name, wrong)
		}
	}
}
