package checktest

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	"gonogo/internal/advisory"
	"gonogo/internal/check"
	"gonogo/internal/project"
	"gonogo/internal/source"

	"github.com/rogpeppe/go-internal/txtar"
)

// defaultDate is the day on which a fixture is audited unless it says another.
func defaultDate() time.Time { return time.Date(2026, time.November, 21, 0, 0, 0, 0, time.UTC) }

// fixture is one small project and what a check must say of it.
type fixture struct {
	files    map[string]string
	settings string
	today    time.Time
	env      *string  // the text of a complete environment file; nil: none is given
	tracked  []string // nil: no git checkout
	modes    []string // tracked files that are executable; nil: not known
	released []string // files of the last release; nil: it is not known
	expect   expectation
	// advisories is the folder whose files are given as advisories, "" for none; they are no files of the project.
	advisories string
}

// expectation is what a fixture's directives and name ask for.
type expectation struct {
	status   check.Status
	findings []expectedFinding
	reasons  []string
	cause    string
}

// expectedFinding is one `finding:` directive.
type expectedFinding struct {
	text     string // as written
	at       string // "path:line:column", "path:line" or "path"
	severity string
	words    string
}

// statusOf is the status that a fixture's file name asks for.
func statusOf(file string) (check.Status, error) {
	prefix, _, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".txtar"), "-")
	switch prefix {
	case "bad":
		return check.Fail, nil
	case "good":
		return check.Pass, nil
	case "unknown":
		return check.Unknown, nil
	case "na":
		return check.NotApplicable, nil
	}
	return 0, fmt.Errorf("name it bad-*, good-*, unknown-* or na-*.txtar")
}

// parseFixture reads an archive. Lines of its comment that are no directive are prose.
func parseFixture(name string, data []byte) (*fixture, error) {
	status, err := statusOf(name)
	if err != nil {
		return nil, err
	}
	archive := txtar.Parse(data)
	f := &fixture{files: make(map[string]string), today: defaultDate(), expect: expectation{status: status}}
	for _, file := range archive.Files {
		if _, twice := f.files[file.Name]; twice {
			return nil, fmt.Errorf("the file %s stands in it twice", file.Name)
		}
		f.files[file.Name] = string(file.Data)
	}
	for _, line := range strings.Split(string(archive.Comment), "\n") {
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		if err := f.directive(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return nil, err
		}
	}
	return f, f.valid()
}

// directive takes one line of the comment.
func (f *fixture) directive(key, value string) (err error) {
	switch key {
	case "settings":
		f.settings = value
	case "today":
		if f.today, err = time.Parse(time.DateOnly, value); err != nil {
			return fmt.Errorf("today: write a date like 2026-11-21, not %q", value)
		}
	case "env":
		if f.env == nil {
			f.env = new(string)
		}
		if value != "none" {
			*f.env += envLine(value) + "\n"
		}
	case "tracked":
		f.tracked = strings.Fields(value)
	case "executable":
		f.modes = append([]string{}, strings.Fields(value)...)
	case "released":
		f.released = append([]string{}, strings.Fields(value)...)
	case "advisories":
		f.advisories = value
	case "finding":
		finding, err := parseFinding(value)
		if err != nil {
			return err
		}
		f.expect.findings = append(f.expect.findings, finding)
	case "reason":
		f.expect.reasons = append(f.expect.reasons, value)
	case "cause":
		f.expect.cause = value
	}
	return nil
}

// envLine quotes a value, so that none of its characters has a meaning in an environment file.
func envLine(assignment string) string {
	name, value, _ := strings.Cut(assignment, "=")
	if strings.ContainsAny(value, `'\`) {
		return assignment
	}
	return name + "='" + value + "'"
}

func parseFinding(text string) (expectedFinding, error) {
	words := strings.Fields(text)
	if len(words) < 3 {
		return expectedFinding{}, fmt.Errorf("finding: write path:line:column, the severity and words of the message, not %q", text)
	}
	switch words[1] {
	case "critical", "recommended", "optional":
	default:
		return expectedFinding{}, fmt.Errorf("finding: %q is no severity", words[1])
	}
	return expectedFinding{text: text, at: words[0], severity: words[1], words: strings.Join(words[2:], " ")}, nil
}

// valid looks for directives that contradict the fixture's name.
func (f *fixture) valid() error {
	switch {
	case f.expect.status == check.Fail && len(f.expect.findings) == 0 && f.expect.cause == "":
		return fmt.Errorf("a bad fixture lists every finding (finding: path:line:column severity words) or names its cause")
	case f.expect.status != check.Fail && len(f.expect.findings)+len(f.expect.cause) > 0:
		return fmt.Errorf("only a bad fixture has findings or a cause")
	}
	return nil
}

// pass builds the project of the fixture and what a check may know of it.
func (f *fixture) passes() ([]*check.SourcePass, error) {
	files := make(map[string][]byte, len(f.files)+2)
	given := fstest.MapFS{}
	for name, text := range f.files {
		if below, ok := strings.CutPrefix(name, f.advisories+"/"); ok && f.advisories != "" {
			given[below] = &fstest.MapFile{Data: []byte(text)}
			continue
		}
		if !isBefore(name) {
			files[name] = []byte(text)
		}
	}
	addWhatIsMissing(files, f.settings)
	options := project.Options{Settings: f.settings, Repository: f.repository(files), Release: f.release()}
	if f.env != nil {
		options.EnvFile = source.NewFile("given.env", []byte(*f.env))
	}
	snapshot, err := project.Load(source.FromMap(files), options)
	if err != nil {
		return nil, fmt.Errorf("load the project: %w", err)
	}
	if f.advisories != "" {
		if snapshot.Advisories, err = advisory.ReadFS(given, snapshot.Deployment.Dependencies.Names(), advisory.Limits{}); err != nil {
			return nil, fmt.Errorf("read the advisories: %w", err)
		}
	}
	return check.Passes(snapshot, f.today), nil
}

// release is the last release that the fixture declares.
func (f *fixture) release() *project.Release {
	if f.released == nil {
		return &project.Release{Unknown: "the last release is not known"}
	}
	r := project.NewRelease(lastRelease, "as the fixture says", f.released)
	if files := f.before(); files != nil {
		r.With(files)
	}
	return r
}

// lastRelease is the revision of the last release; files below "v1:" are what it had where it differs.
const lastRelease = "v1"

// before are the files of the last release: those of the fixture, with its own in place of those that differ, and without the migrations
// that came after it. It is nil when the fixture has none that differ, so that they are not known.
func (f *fixture) before() map[string][]byte {
	files := map[string][]byte{}
	for name, text := range f.files {
		if !isBefore(name) && (path.Base(path.Dir(name)) != "migrations" || path.Base(name) == "__init__.py" || slices.Contains(f.released, name)) {
			files[name] = []byte(text)
		}
	}
	differs := false
	for name, text := range f.files {
		if isBefore(name) {
			files[strings.TrimPrefix(name, lastRelease+":")], differs = []byte(text), true
		}
	}
	if !differs {
		return nil
	}
	addWhatIsMissing(files, f.settings)
	return files
}

func isBefore(name string) bool { return strings.HasPrefix(name, lastRelease+":") }

// repository is the git checkout that the fixture declares; without one the project is in no checkout.
func (f *fixture) repository(files map[string][]byte) *project.Repository {
	if f.tracked == nil {
		return &project.Repository{Reason: "the project is in no git checkout"}
	}
	rules := readIgnoreRules(files)
	tracked := f.tracked
	if len(tracked) == 1 && tracked[0] == "*" {
		tracked = nil
		for name := range files {
			if !rules.ignored(name) {
				tracked = append(tracked, name)
			}
		}
	}
	r := project.NewRepository(tracked, rules.judge)
	if f.modes != nil {
		r.WithExecutable(f.modes)
	}
	return r
}

// addWhatIsMissing adds the parts of a project that a fixture need not repeat: a manage.py and a file of dependencies.
func addWhatIsMissing(files map[string][]byte, settings string) {
	manage, dependencies := false, false
	for name := range files {
		manage = manage || path.Base(name) == "manage.py"
		dependencies = dependencies || isDependencyFile(name)
	}
	if settings == "" {
		settings = "settings"
	}
	if !manage {
		files["manage.py"] = fmt.Appendf(nil, manageTemplate, settings)
	}
	if !dependencies {
		files["requirements.txt"] = []byte("Django==5.2.8\n")
	}
}

const manageTemplate = `#!/usr/bin/env python
import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", %q)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
`

func isDependencyFile(name string) bool {
	switch base := path.Base(name); base {
	case "pyproject.toml", "Pipfile", "Pipfile.lock", "setup.py", "setup.cfg", "uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "environment.yml":
		return true
	default:
		return strings.HasSuffix(base, ".txt") && strings.Contains(name, "requirements") || strings.HasSuffix(base, ".in") && strings.Contains(name, "requirements")
	}
}
