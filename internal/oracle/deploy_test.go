package oracle

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/checks"
)

// safeSettings pass every deploy check of Django.
const safeSettings = `
SECRET_KEY = "kD8s0fjGq2Lw9ZxV7b3Nm5QeRtYu1IoPaSdFgHjKlZxCvBnM64"
DEBUG = False
ALLOWED_HOSTS = ["shop.example.com"]
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "urls"
TEMPLATES = []
DATABASES = {}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
X_FRAME_OPTIONS = "DENY"
`

// variants are lines that change one thing each, wrong types included.
func variants() [][]string {
	without := func(path string) string { return fmt.Sprintf("MIDDLEWARE = [m for m in MIDDLEWARE if m != %q]", path) }
	return [][]string{
		{`SECRET_KEY = "short"`, `SECRET_KEY = "django-insecure-" + "kD8s0fjGq2Lw9ZxV7b3Nm5QeRtYu1IoPaSdFgHjKlZxCvBnM64"`, `SECRET_KEY = "a" * 60`, `SECRET_KEY = ""`, `SECRET_KEY = "abcd" * 20`, `SECRET_KEY = b"kD8s0fjGq2Lw9ZxV7b3Nm5QeRtYu1IoPaSdFgHjKlZxCvBnM64"`},
		{`SECRET_KEY_FALLBACKS = ["short"]`, `SECRET_KEY_FALLBACKS = ["kD8s0fjGq2Lw9ZxV7b3Nm5QeRtYu1IoPaSdFgHjKlZxCvBnM65"]`, `SECRET_KEY_FALLBACKS = ["kD8s0fjGq2Lw9ZxV7b3Nm5QeRtYu1IoPaSdFgHjKlZxCvBnM65", "django-insecure-x"]`, `SECRET_KEY_FALLBACKS = ()`},
		{`DEBUG = True`, `DEBUG = 1`, `DEBUG = "False"`, `DEBUG = ""`, `DEBUG = None`},
		{`ALLOWED_HOSTS = []`, `ALLOWED_HOSTS = ["*"]`, `ALLOWED_HOSTS = [".example.com"]`, `ALLOWED_HOSTS = ("a.example.com",)`},
		{without("django.middleware.security.SecurityMiddleware"), without("django.middleware.clickjacking.XFrameOptionsMiddleware"), without("django.middleware.csrf.CsrfViewMiddleware"), without("django.contrib.sessions.middleware.SessionMiddleware"), `MIDDLEWARE = tuple(MIDDLEWARE)`, `MIDDLEWARE = MIDDLEWARE[1:]`},
		{`INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]`, `INSTALLED_APPS = [a for a in INSTALLED_APPS if not a.endswith("sessions")]`},
		{`SECURE_HSTS_SECONDS = 0`, `SECURE_HSTS_SECONDS = 3600`, `SECURE_HSTS_SECONDS = None`, `SECURE_HSTS_SECONDS = "0"`},
		{`SECURE_HSTS_INCLUDE_SUBDOMAINS = False`, `SECURE_HSTS_INCLUDE_SUBDOMAINS = 1`, `SECURE_HSTS_INCLUDE_SUBDOMAINS = "True"`},
		{`SECURE_HSTS_PRELOAD = False`, `SECURE_HSTS_PRELOAD = 1`, `del SECURE_HSTS_PRELOAD`},
		{`SECURE_CONTENT_TYPE_NOSNIFF = False`, `SECURE_CONTENT_TYPE_NOSNIFF = 1`, `SECURE_CONTENT_TYPE_NOSNIFF = None`, `SECURE_CONTENT_TYPE_NOSNIFF = "True"`},
		{`SECURE_SSL_REDIRECT = False`, `SECURE_SSL_REDIRECT = 1`, `SECURE_SSL_REDIRECT = None`, `SECURE_SSL_REDIRECT = "True"`},
		{`SESSION_COOKIE_SECURE = False`, `SESSION_COOKIE_SECURE = 1`, `SESSION_COOKIE_SECURE = "1"`, `SESSION_COOKIE_SECURE = "TRUE"`, `SESSION_COOKIE_SECURE = "true"`, `SESSION_COOKIE_SECURE = None`, `del SESSION_COOKIE_SECURE`},
		{`SESSION_COOKIE_HTTPONLY = False`, `SESSION_COOKIE_HTTPONLY = 1`, `SESSION_COOKIE_HTTPONLY = "true"`, `SESSION_COOKIE_HTTPONLY = None`},
		{`CSRF_COOKIE_SECURE = False`, `CSRF_COOKIE_SECURE = 1`, `CSRF_COOKIE_SECURE = "True"`, `CSRF_COOKIE_SECURE = None`, `del CSRF_COOKIE_SECURE`},
		{`CSRF_USE_SESSIONS = True`, `CSRF_USE_SESSIONS = 1`},
		{`X_FRAME_OPTIONS = "SAMEORIGIN"`, `X_FRAME_OPTIONS = "deny"`, `X_FRAME_OPTIONS = None`, `X_FRAME_OPTIONS = "ALLOWALL"`, `del X_FRAME_OPTIONS`},
		{`SECURE_REFERRER_POLICY = None`, `SECURE_REFERRER_POLICY = "bogus"`, `SECURE_REFERRER_POLICY = "same-origin, strict-origin"`, `SECURE_REFERRER_POLICY = ["same-origin", "no-such"]`, `SECURE_REFERRER_POLICY = ("origin", "same-origin")`, `SECURE_REFERRER_POLICY = "same-origin,bogus"`, `SECURE_REFERRER_POLICY = ""`},
		{`SECURE_CROSS_ORIGIN_OPENER_POLICY = None`, `SECURE_CROSS_ORIGIN_OPENER_POLICY = "bogus"`, `SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"`, `SECURE_CROSS_ORIGIN_OPENER_POLICY = "unsafe-none"`, `SECURE_CROSS_ORIGIN_OPENER_POLICY = ""`},
		{`CSRF_TRUSTED_ORIGINS = ["example.com"]`, `CSRF_TRUSTED_ORIGINS = ["https://example.com"]`, `CSRF_TRUSTED_ORIGINS = ["https://*.example.com", ".example.org"]`},
		{`SECURE_CSP = {"default-src": ["'self'"]}`, `SECURE_CSP = "default-src 'self'"`, `SECURE_CSP = []`, `SECURE_CSP_REPORT_ONLY = "default-src 'self'"`, `MIDDLEWARE = MIDDLEWARE + ["django.middleware.csp.ContentSecurityPolicyMiddleware"]`},
		{`CSRF_FAILURE_VIEW = "urls.missing"`, `CSRF_FAILURE_VIEW = "urls.refused"`, `CSRF_FAILURE_VIEW = "urls.short"`, `CSRF_FAILURE_VIEW = "nowhere.view"`, `CSRF_FAILURE_VIEW = ""`},
	}
}

const oracleURLs = `
def refused(request, reason=""):
    return None


def short(request):
    return None


urlpatterns = []
`

// combinations are every variant alone, and then as many random ones of two to five changes; the seed is fixed.
func combinations(total int) []string {
	var out []string
	groups := variants()
	for _, g := range groups {
		out = append(out, g...)
	}
	random := rand.New(rand.NewPCG(7, 11))
	for len(out) < total {
		var lines []string
		for _, i := range random.Perm(len(groups))[:2+random.IntN(4)] {
			lines = append(lines, groups[i][random.IntN(len(groups[i]))])
		}
		out = append(out, strings.Join(lines, "\n"))
	}
	return out
}

// stricter are the checks that knowingly ask more than Django's own, so that a failure without Django's warning is no contradiction.
func stricter() map[string]string {
	return map[string]string{
		"hosts/allowed-hosts":              `Django accepts "*"`,
		"hosts/csrf-trusted-origins":       "Django only asks for a scheme",
		"secrets/secret-key-strong":        "example values count, and so does every reader of the key",
		"secrets/secret-key-rotation":      "Django only asks whether the fallbacks are strong",
		"https/hsts-ramp":                  "a ramp is asked for, not the promise of subdomains and preload",
		"https/clickjacking":               "another value than DENY needs a reason",
		"https/referrer-policy":            "no-referrer and unsafe values fail too",
		"https/security-middleware":        "its place counts too",
		"https/cross-origin-opener-policy": "turned off fails too",
		"errors/debug-off":                 "every true value counts",
		"https/content-security-policy":    "Django does not ask for a policy",
		"performance/cache-backend":        "per-process caches fail too",
		"mail/backend":                     "a backend that delivers nothing fails too",
		"https/session-cookie-secure":      "other cookies that carry a credential count too",
		"https/session-cookie-httponly":    "other cookies that carry a credential count too",
	}
}

// milder are the checks that may pass, or not apply, where Django warns.
func milder() map[string]string {
	return map[string]string{
		"https/hsts-ramp":    "leaving out subdomains and preload is a choice; Django warns of it",
		"https/clickjacking": "SAMEORIGIN with a reason; frame-ancestors of a policy",
	}
}

// answered is our answer to one check.
type answered struct {
	ID, Status string
	Cause      *string
}

// statuses runs the checks that Django has too, over one folder.
func statuses(t *testing.T, folder string) map[string]answered {
	t.Helper()
	var ids []string
	for _, c := range checks.All() {
		if len(c.Doc.Django) > 0 {
			ids = append(ids, c.ID)
		}
	}
	out, _ := run(t, "check", folder, "--settings", "settings", "--select", strings.Join(ids, ","), "--format", "json")
	var answer struct {
		Checks []answered
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	found := make(map[string]answered)
	for _, c := range answer.Checks {
		found[c.ID] = c
	}
	return found
}

func writeProject(t *testing.T, folder, version, change string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"settings.py": safeSettings + change + "\n", "urls.py": oracleURLs, "requirements.txt": "Django==" + version + "\n",
		"manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// parityTable is how many combinations are compared.
const parityTable = 260

func TestDeployChecks(t *testing.T) {
	t.Run("5.2", func(t *testing.T) { compareDeployChecks(t, "venv-django52", "5.2.8") })
	t.Run("6.1", func(t *testing.T) { compareDeployChecks(t, newestDjango, "6.1.3") })
}

// compareDeployChecks compares the answers of all checks that Django has too, for one version of it.
func compareDeployChecks(t *testing.T, venv, version string) {
	django := startDjango(t, venv)
	root := t.TempDir()
	compared, agreed := 0, 0
	for i, change := range combinations(parityTable) {
		folder := filepath.Join(root, fmt.Sprint(i))
		writeProject(t, folder, version, change)
		theirs := django.ask(t, request{Folder: folder, Module: "settings", Deploy: true})
		if theirs.Error != "" {
			continue // Django itself breaks on the type
		}
		ours := statuses(t, folder)
		for _, c := range checks.All() {
			if len(c.Doc.Django) == 0 {
				continue
			}
			compared++
			if problem := contradiction(ours[c.ID], c.Doc.Django, theirs.IDs); problem != "" {
				t.Errorf("%s\n%s: %s", change, c.ID, problem)
			} else {
				agreed++
			}
		}
	}
	t.Logf("%d answers over %d combinations compared, %d agree", compared, parityTable, agreed)
}

// contradiction says how our status of a check contradicts what Django reports under its ids, or "".
func contradiction(ours answered, ids, reported []string) string {
	id, status := ours.ID, ours.Status
	warned := ""
	for _, d := range ids {
		if slices.Contains(reported, d) {
			warned = d
		}
	}
	switch {
	case warned != "" && (status == "pass" || status == "not-applicable"):
		if _, deliberate := milder()[id]; !deliberate {
			return status + ", but Django reports " + warned
		}
	case warned == "" && status == "fail" && ours.Cause == nil: // a fault that another check owns is that one's to compare
		if _, deliberate := stricter()[id]; !deliberate {
			return "fail, but Django reports none of " + strings.Join(ids, ", ")
		}
	}
	return ""
}
