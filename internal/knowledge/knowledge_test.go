package knowledge

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestDjangoDefault(t *testing.T) {
	tests := []struct {
		name, version, setting string
		want                   string
		missing                bool
	}{
		{name: "plain value", version: "5.2.8", setting: "SESSION_COOKIE_SECURE", want: `false`},
		{name: "default that changed, before", version: "4.2", setting: "USE_TZ", want: `false`},
		{name: "default that changed, after", version: "5.0.1", setting: "USE_TZ", want: `true`},
		{name: "default that changed in 3.0", version: "2.2.28", setting: "X_FRAME_OPTIONS", want: `"SAMEORIGIN"`},
		{name: "the same, after", version: "3.0", setting: "X_FRAME_OPTIONS", want: `"DENY"`},
		{name: "not yet there", version: "4.1.13", setting: "STORAGES", missing: true},
		{name: "no longer there", version: "5.1", setting: "STATICFILES_STORAGE", missing: true},
		{name: "documented without a value", version: "6.1", setting: "MAILERS", missing: true},
		{name: "no such setting", version: "5.2", setting: "SECURE_SSL_REDIRET", missing: true},
		{name: "empty list", version: "5.2", setting: "ALLOWED_HOSTS", want: `[]`},
		{name: "tuple in a list of languages", version: "5.2", setting: "LANGUAGES", want: `[{"$tuple":["af","Afrikaans"]},`},
		{name: "unknown version, all supported series agree", version: "", setting: "SECURE_HSTS_SECONDS", want: `0`},
		{name: "unknown version, supported series differ", version: "", setting: "SECURE_CSP", missing: true},
		{name: "newer than the facts", version: "6.2", setting: "USE_TZ", want: `true`},
		{name: "older than the facts", version: "1.4", setting: "USE_TZ", want: `false`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := DjangoDefault(ParseVersion(tt.version), tt.setting)
			if ok == tt.missing {
				t.Fatalf("ok = %v", ok)
			}
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %.80s, want %s", got, tt.want)
			}
			if ok && !json.Valid([]byte(got)) {
				t.Errorf("not JSON: %s", got)
			}
		})
	}
}

func TestDjangoSetting(t *testing.T) {
	tests := []struct{ name, added, deprecated, removed string }{
		{"STATICFILES_STORAGE", "1.8", "4.2", "5.1"},
		{"DEFAULT_FILE_STORAGE", "1.8", "4.2", "5.1"},
		{"USE_L10N", "1.8", "4.0", "5.0"},
		{"STORAGES", "4.2", "unknown", "unknown"},
		{"SECURE_CSP", "6.0", "unknown", "unknown"},
		{"MAILERS", "6.1", "unknown", "unknown"},
		{"EMAIL_HOST", "1.8", "6.1", "unknown"},
		{"MIDDLEWARE_CLASSES", "1.8", "1.10", "2.0"},
		{"DEFAULT_AUTO_FIELD", "3.2", "unknown", "unknown"},
		{"SECRET_KEY_FALLBACKS", "4.1", "unknown", "unknown"},
		{"SECRET_KEY", "1.8", "unknown", "unknown"},
		{"SITE_ID", "1.8", "unknown", "unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, ok := DjangoSetting(tt.name)
			if !ok {
				t.Fatal("not known")
			}
			if got := [3]string{s.Added.String(), s.Deprecated.String(), s.Removed.String()}; got != [3]string{tt.added, tt.deprecated, tt.removed} {
				t.Errorf("got added, deprecated, removed %q", got)
			}
		})
	}
	if _, ok := DjangoSetting("SESION_COOKIE_SECURE"); ok {
		t.Error("a misspelt setting is known")
	}
}

func TestHasSetting(t *testing.T) {
	tests := []struct {
		version, setting string
		want             bool
	}{
		{"4.2", "USE_L10N", true},
		{"5.0", "USE_L10N", false},
		{"4.1", "STORAGES", false},
		{"4.2", "STORAGES", true},
		{"", "STORAGES", true},
		{"", "USE_L10N", false},
		{"5.2", "CELERY_BROKER_URL", false},
	}
	for _, tt := range tests {
		if got := HasSetting(ParseVersion(tt.version), tt.setting); got != tt.want {
			t.Errorf("HasSetting(%q, %s) = %v", tt.version, tt.setting, got)
		}
	}
}

func TestSeriesAreWhole(t *testing.T) {
	for _, s := range AllSeries() {
		if s.SecurityEnd.IsZero() || s.MainstreamEnd.IsZero() || s.Released.IsZero() {
			t.Errorf("%s: a date of its support is missing", s.Series)
		}
		if len(PythonsOf(s.Series)) == 0 {
			t.Errorf("%s: no Python", s.Series)
		}
		for i, r := range s.Releases {
			if i > 0 && r.Date.Before(s.Releases[i-1].Date) {
				t.Errorf("%s is dated before the release before it", r.Version)
			}
			if i > 0 && r.Version.Compare(s.Releases[i-1].Version) <= 0 {
				t.Errorf("%s does not follow the release before it", r.Version)
			}
			// 2.2.28 came on the very last day; no series had a release after its end.
			if r.Date.After(s.SecurityEnd) {
				t.Errorf("%s was released on %s, after the end of support %s", r.Version, r.Date, s.SecurityEnd)
			}
			if r.Date.Year >= 2018 && r.Security && len(r.CVEs) == 0 {
				t.Errorf("%s fixes security issues without a CVE", r.Version)
			}
		}
	}
}

func TestSecurityFixesAfter(t *testing.T) {
	fixes := SecurityFixesAfter(ParseExact("5.2.7"))
	if len(fixes) == 0 || fixes[0].Version.String() != "5.2.8" || fixes[0].CVEs[0].ID != "CVE-2025-64458" {
		t.Errorf("after 5.2.7: %+v", fixes)
	}
	if s, _ := Series(Version{5, 2, -1}); len(SecurityFixesAfter(s.Latest().Version)) != 0 {
		t.Error("the latest release lacks a fix")
	}
	if fixes := SecurityFixesAfter(Version{5, 2, -1}); fixes != nil {
		t.Errorf("a version without a patch lacks %v", fixes)
	}
	if fixes := SecurityFixesAfter(ParseExact("5.0")); len(fixes) == 0 || fixes[0].Version.String() != "5.0.2" {
		t.Errorf("after 5.0: %+v", fixes)
	}
}

func TestPythons(t *testing.T) {
	var got []string
	for _, p := range PythonsOf(ParseVersion("5.2.8")) {
		got = append(got, p.Python.String()+" since "+p.Since.String())
	}
	want := "3.10 since unknown, 3.11 since unknown, 3.12 since unknown, 3.13 since unknown, 3.14 since 5.2.8"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s", strings.Join(got, ", "))
	}
	if p, ok := Python(Version{3, 9, 1}); !ok || !p.SecurityEnd.Before(Date{2025, 11, 1}) {
		t.Errorf("3.9: %+v, %v", p, ok)
	}
	if _, ok := Python(Version{3, 40, 0}); ok {
		t.Error("Python 3.40 is known")
	}
}

func TestParseVersion(t *testing.T) {
	tests := []struct {
		text, want, exact string
	}{
		{"5.2.8", "5.2.8", "5.2.8"}, {"5.2", "5.2", "5.2.0"}, {"5.2.*", "5.2", "5.2"}, {"5", "unknown", "unknown"}, {"", "unknown", "unknown"},
		{"5.2rc1", "5.2", "5.2.0"}, {"v4.2.1", "4.2.1", "4.2.1"}, {"latest", "unknown", "unknown"}, {"3.12.4-slim", "3.12.4", "3.12.4"},
		{"99999999999999999999.1", "unknown", "unknown"}, {"1.11.29.post1", "1.11.29", "1.11.29"},
	}
	for _, tt := range tests {
		if got := ParseVersion(tt.text).String(); got != tt.want {
			t.Errorf("ParseVersion(%q) = %s", tt.text, got)
		}
		if got := ParseExact(tt.text).String(); got != tt.exact {
			t.Errorf("ParseExact(%q) = %s", tt.text, got)
		}
	}
}

func TestPackages(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Packages() {
		if p.Name != NormalName(p.Name) {
			t.Errorf("%s is not normalised", p.Name)
		}
		if seen[p.Name] {
			t.Errorf("%s stands twice", p.Name)
		}
		seen[p.Name] = true
	}
	if !HasRole("Django_Debug.Toolbar", DevelopmentOnly) || HasRole("django-extensions", DevelopmentOnly) || HasRole("nobody-knows", Server) {
		t.Error("roles by distribution")
	}
	lookups := []struct {
		by   string
		find func(string) (Package, bool)
		name string
		want string
	}{
		{"import below", PackageOfImport, "sentry_sdk.integrations.django.DjangoIntegration", "sentry-sdk"},
		{"longest import", PackageOfImport, "opentelemetry.instrumentation.django.DjangoInstrumentor", "opentelemetry-instrumentation-django"},
		{"import that only begins alike", PackageOfImport, "silky.x", ""},
		{"AppConfig", PackageOfApp, "debug_toolbar.apps.DebugToolbarConfig", "django-debug-toolbar"},
		{"app", PackageOfApp, "axes", "django-axes"},
		{"unknown app", PackageOfApp, "shop", ""},
		{"middleware", PackageOfMiddleware, "whitenoise.middleware.WhiteNoiseMiddleware", "whitenoise"},
		{"unlisted middleware of a known package", PackageOfMiddleware, "debug_toolbar.middleware.show_toolbar", "django-debug-toolbar"},
	}
	for _, tt := range lookups {
		p, ok := tt.find(tt.name)
		if p.Name != tt.want || ok != (tt.want != "") {
			t.Errorf("%s %s: got %q", tt.by, tt.name, p.Name)
		}
	}
}

func TestHorizon(t *testing.T) {
	if !Horizon().After(AsOf()) {
		t.Errorf("facts of %s hold until %s", AsOf(), Horizon())
	}
	if support().Django[0].Series != facts().Series[0].Name {
		t.Error("support dates and releases begin with different series")
	}
}

// TestFactsAreCurrent builds the facts about Django again from what PyPI has. It is no part of ./test: it fails on the day on which Django
// publishes a release, which says nothing about a change to this code.
func TestFactsAreCurrent(t *testing.T) {
	if os.Getenv("GONOGO_FACTS") != "1" {
		t.Skip("set GONOGO_FACTS=1 to download Django's packages and compare")
	}
	for _, script := range []string{"gen/django.py", "gen/djangomodels.py"} {
		if out, err := exec.Command("python3", script, "--check").CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", script, err, out)
		}
	}
}

func TestDjangoModels(t *testing.T) {
	for _, series := range []string{"", "3.2", "4.2", "5.2", "6.1"} {
		modules := DjangoModels(ParseVersion(series))
		var names []string
		for _, m := range modules {
			for _, model := range m.Models {
				names = append(names, m.Module+"."+model.Name)
			}
		}
		for _, want := range []string{"django.contrib.auth.base_user.AbstractBaseUser", "django.contrib.auth.models.User", "django.contrib.sites.models.Site"} {
			if !slices.Contains(names, want) {
				t.Errorf("%q: no %s among %q", series, want, names)
			}
		}
	}
	if got := DjangoPath("django.db.models.functions.Lower"); got != "django.db.models.functions.text.Lower" {
		t.Errorf("Lower is %s", got)
	}
}

func BenchmarkFacts(b *testing.B) {
	for range b.N {
		f := &djangoFacts{}
		mustDecode(djangoJSON, f)
	}
	b.SetBytes(int64(len(djangoJSON)))
}
