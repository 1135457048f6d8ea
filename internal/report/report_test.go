package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"gonogo/internal/audit"
	"gonogo/internal/source"
)

var update = flag.Bool("update", false, "write the golden files anew")

// span finds a text in a file.
func span(t *testing.T, f *source.File, text string) source.Span {
	t.Helper()
	i := strings.Index(string(f.Data), text)
	if i < 0 {
		t.Fatalf("%q is not in %s", text, f.Path)
	}
	return f.Span(source.Pos(i), source.Pos(i+len(text)))
}

// sample is an audit with every kind of answer.
func sample(t *testing.T) *audit.Audit {
	base := source.NewFile("config/settings/base.py", []byte("import os\n\nSECRET_KEY = \"n0t-s0-secret\"\nDEBUG = os.environ.get(\"DEBUG\", \"1\") == \"1\"\n\nDATABASES = {\n    \"default\": {\n        \"ENGINE\": \"sqlite3\",\n    }\n}\n"))
	compose := source.NewFile("compose.yml", []byte("services:\n  web:\n    environment:\n      SECRET_KEY: x\n"))
	return &audit.Audit{
		Tool: "0.1.0", Verdict: audit.NoGo, Because: []string{"3 findings of severity critical"},
		Project: audit.Project{Root: "shop", Django: "5.2.8", Python: "3.12", Settings: "config.settings.production",
			SettingsReason: "DJANGO_SETTINGS_MODULE of the web process, compose.yml:14", Stack: []string{"Django REST framework", "Celery"}},
		Checks: []audit.Check{
			{ID: "secrets/secret-key-external", Title: "SECRET_KEY comes from outside the repository", Severity: audit.Critical, Status: audit.Fail, Findings: []audit.Finding{
				{Severity: audit.Critical, Message: "SECRET_KEY is a literal in the repository; read it from the environment and let the start fail without it.", At: span(t, base, `"n0t-s0-secret"`), Fix: `SECRET_KEY = os.environ["SECRET_KEY"]`, Fingerprint: "0011223344556677"},
			}},
			{ID: "secrets/secret-key-strong", Title: "SECRET_KEY is long", Severity: audit.Critical, Status: audit.Fail, Cause: "secrets/secret-key-external"},
			{ID: "errors/debug-fails-closed", Title: "DEBUG is off unless it is asked for", Severity: audit.Critical, Status: audit.Fail, Findings: []audit.Finding{
				{Severity: audit.Critical, Message: "DEBUG is True when the variable DEBUG is missing; default it to False.", At: span(t, base, `os.environ.get("DEBUG", "1") == "1"`),
					Related: []audit.Related{{Message: "the web process sets no DEBUG", At: span(t, compose, "web:")}}, Fix: `DEBUG = os.environ.get("DEBUG", "0") == "1"`, Fingerprint: "8899aabbccddeeff"},
			}},
			{ID: "errors/someone-is-told", Title: "Somebody is told of errors", Severity: audit.Recommended, Status: audit.Fail, Findings: []audit.Finding{
				{Severity: audit.Recommended, Message: "Nobody is told of an error: neither an error tracker nor ADMINS is set; add one.", At: base.Whole(), Fingerprint: "0123456789abcdef"},
			}},
			{ID: "https/hsts", Title: "HSTS", Severity: audit.Recommended, Status: audit.Unknown, Reason: "SECURE_HSTS_SECONDS is 0; whether the proxy sends the header stands in files that are not read"},
			{ID: "https/redirect", Title: "Redirect", Severity: audit.Critical, Status: audit.Pass, Reason: "SECURE_SSL_REDIRECT is True"},
			{ID: "mail/backend", Title: "Mail", Severity: audit.Critical, Status: audit.NotApplicable, Reason: "nothing sends mail"},
			{ID: "database/production-engine", Title: "Engine", Severity: audit.Critical, Status: audit.Fail, Findings: []audit.Finding{
				{Severity: audit.Critical, Message: "Production ends on SQLite.", At: span(t, base, "{\n    \"default\": {\n        \"ENGINE\": \"sqlite3\",\n    }\n}"), Fingerprint: "fedcba9876543210"},
				{Severity: audit.Optional, Message: "A small thing.", At: base.Whole(), Fingerprint: "fedcba9876543211"},
			}},
		},
		Diagnostics: []source.Diagnostic{{At: span(t, base, "import os"), Message: "an example of a line that could not be read"}},
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run the test with -update and read the change. Got:\n%s", name, got)
	}
}

func TestTextAndJSON(t *testing.T) {
	for _, c := range []struct {
		name  string
		style Style
	}{
		{"plain.txt", Style{}}, {"all.txt", Style{All: true}}, {"narrow.txt", Style{Width: 50}}, {"color.txt", Style{Color: true, Width: 100}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := Text(&out, sample(t), c.style); err != nil {
				t.Fatal(err)
			}
			golden(t, c.name, out.Bytes())
			if strings.Contains(out.String(), "n0t-s0-secret") {
				t.Error("the secret is shown")
			}
		})
	}
	var out bytes.Buffer
	if err := JSON(&out, sample(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, "audit.json", out.Bytes())
}

func TestTextFitsItsWidth(t *testing.T) {
	for _, width := range []int{80, 100} {
		var out bytes.Buffer
		if err := Text(&out, sample(t), Style{Width: width, All: true}); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(out.String(), "\n") {
			if n := utf8.RuneCountInString(line); n > width && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("width %d: a line has %d characters: %q", width, n, line)
			}
		}
	}
}

func TestFrame(t *testing.T) {
	long := strings.Repeat("x", 200)
	cases := []struct{ name, text, at, want string }{
		{"marker below its text", "a = b\n", "b", "1 | a = b\n  |     ^\n"},
		{"tabs before it", "\tif a:\n\t\tb = c\n", "c", "2 | \t\tb = c\n  | \t\t    ^\n"},
		{"long line", long + "here" + long + "\n", "here", "  |                    ^^^^\n"},
		{"control characters", "a = \"\x1b[31mred\"\n", "a", "1 | a = \"\ufffd[31mred\"\n"},
		{"wide text", "ä = ö\n", "ö", "1 | ä = ö\n  |     ^\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			p := newPrinter(&out, Style{})
			p.frame("", span(t, source.NewFile("f.py", []byte(c.text)), c.at), red, likelyKeys)
			p.flush()
			if !strings.Contains(out.String(), c.want) {
				t.Errorf("got\n%s\nwant in it\n%s", out.String(), c.want)
			}
		})
	}
}

func TestWriterErrorIsReported(t *testing.T) {
	if err := Text(brokenWriter{}, sample(t), Style{}); err == nil {
		t.Error("no error for a writer that fails")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestManyFindingsOfOneCheckAreShort(t *testing.T) {
	a := sample(t)
	file := source.NewFile("tasks.py", []byte(strings.Repeat("x\n", 40)))
	many := audit.Check{ID: "tasks/retries", Severity: audit.Recommended, Status: audit.Fail}
	for i := range 12 {
		at := source.Pos(2 * i)
		many.Findings = append(many.Findings, audit.Finding{Severity: audit.Recommended, Message: "A task is never retried.", At: file.Span(at, at+1)})
	}
	a.Checks = append(a.Checks, many)
	for _, c := range []struct {
		name         string
		style        Style
		told, places int
	}{
		{"short", Style{Width: 100}, 3, 9},
		{"all", Style{Width: 100, All: true}, 12, 12},
	} {
		var b bytes.Buffer
		if err := Text(&b, a, c.style); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "A task is never retried."); n != c.told {
			t.Errorf("%s: %d findings are told, want %d:\n%s", c.name, n, c.told, b.String())
		}
		if n := strings.Count(b.String(), "tasks.py:"); n != c.places {
			t.Errorf("%s: %d places, want %d", c.name, n, c.places)
		}
		if short := strings.Contains(b.String(), "and 9 more like these; --all shows them"); short == c.style.All {
			t.Errorf("%s: told to be more: %t", c.name, short)
		}
	}
}
