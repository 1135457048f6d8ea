// Package checktest runs a check over small projects and compares its answers with what the projects say is expected.
//
// The fixtures of the check "https/hsts" are the archives testdata/hsts/*.txtar beside the section's tests. A file name's prefix is the
// expected status: bad- fail, good- pass, unknown- unknown, na- not-applicable. The comment before the first file holds directives,
// one a line; other lines are prose:
//
//	settings: config.settings.production    the settings module, where it is not to be discovered
//	today: 2026-11-21                       the date of the audit; this is the default
//	env: NAME=value                         a variable of a complete environment (repeatable); `env: none` is an empty one
//	executable: bin/start.sh                those of them that git has as executable, beside all others
//	tracked: .env settings.py               the project is a git checkout that tracks exactly these; `*` is all that .gitignore lets through
//	released: shop/migrations/0001_initial.py    the files that the last release had; without it that is not known
//	                                             (files named v1:shop/models.py are what it had where it differs)
//	finding: settings.py:12:9 critical words of the message (every finding of a bad fixture is listed)
//	reason: words that the answer's reason contains
//	cause: other/check
//
// A project without manage.py gets one, and a requirements.txt with a supported Django where it names no dependencies.
package checktest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/internal/check"
)

// Section tests every check of a section: its documentation is complete, its examples and fixtures give the answers that they should,
// and it has fixtures of both kinds, two at least of each. It is to be called from the folder of the section.
func Section(t *testing.T, section string, checks []check.Check) {
	t.Helper()
	seen := make(map[string]bool)
	for _, c := range checks {
		_, name, _ := strings.Cut(c.ID, "/")
		if seen[c.ID] {
			t.Errorf("%s is listed twice", c.ID)
		}
		seen[c.ID] = true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, wrong := range incomplete(section, c) {
				t.Error(wrong)
			}
			if c.Source == nil {
				return
			}
			examples(t, c, "Bad", c.Doc.Bad, check.Fail)
			examples(t, c, "Good", c.Doc.Good, check.Pass)
			fixtures(t, c, filepath.Join("testdata", name))
		})
	}
	orphans(t, seen, section)
}

// Answer is what a check says of a project in memory, by path, to which what fixtures may lack was added.
func Answer(t testing.TB, c check.Check, files map[string]string) check.Answer {
	t.Helper()
	return ask(t, c, &fixture{files: files, today: defaultDate()})
}

// examples runs the small projects of a check's documentation.
func examples(t *testing.T, c check.Check, kind string, list []check.Example, want check.Status) {
	for _, e := range list {
		t.Run(kind+" example "+e.Note, func(t *testing.T) {
			a := ask(t, c, exampleFixture(e))
			if p := contract(c, a); p != "" {
				t.Error(p)
			}
			if a.Status != want {
				t.Errorf("answered %s, want %s\n%s", a.Status, want, indent(shown(a)))
			}
		})
	}
}

// exampleFixture is an example as a fixture. The file that it is given as the environment is no file of the project.
func exampleFixture(e check.Example) *fixture {
	f := &fixture{files: make(map[string]string), today: defaultDate(), tracked: e.Tracked, released: e.Released, advisories: e.Advisories}
	for _, file := range e.Files {
		if file.Path == e.Given {
			f.env = &file.Text
			continue
		}
		f.files[file.Path] = file.Text
	}
	return f
}

// fixtures runs every archive of a folder.
func fixtures(t *testing.T, c check.Check, dir string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	count := make(map[check.Status]int)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parseFixture(file, data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		count[f.expect.status]++
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a := ask(t, c, f)
			if wrong := f.expect.problems(c, a); len(wrong) > 0 {
				t.Errorf("%s\n%s\nthe check answered:\n%s", file, indent(strings.Join(wrong, "\n")), indent(shown(a)))
			}
		})
	}
	if count[check.Fail] < 2 || count[check.Pass] < 2 {
		t.Errorf("%s has %d bad-*.txtar and %d good-*.txtar; two of each at least", dir, count[check.Fail], count[check.Pass])
	}
}

// ask runs the check over a fixture as the engine does.
func ask(t testing.TB, c check.Check, f *fixture) check.Answer {
	t.Helper()
	passes, err := f.passes()
	if err != nil {
		t.Fatal(err)
	}
	answers := make([]check.Answer, len(passes))
	for i, pass := range passes {
		if pass.Settings == nil && !c.WithoutSettings {
			return check.Unclear("no settings module could be determined; name it with --settings")
		}
		answers[i] = c.Source(pass)
	}
	return check.Join(passes, answers)
}

// orphans finds folders of fixtures that belong to no check.
func orphans(t *testing.T, seen map[string]bool, section string) {
	folders, err := os.ReadDir("testdata")
	if err != nil {
		return // a section without checks has no fixtures
	}
	for _, folder := range folders {
		if folder.IsDir() && folder.Name() != "fuzz" && !seen[section+"/"+folder.Name()] {
			t.Errorf("testdata/%s belongs to no check of the section", folder.Name())
		}
	}
}

func indent(s string) string {
	return "\t" + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n\t")
}
