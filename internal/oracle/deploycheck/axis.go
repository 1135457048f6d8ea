package deploycheck

import (
	"fmt"
	"strings"
)

// axis is one setting, or several that only mean something together, with the values that it takes in turn.
type axis struct {
	name   string
	values []value // the first is the good one
}

// value is one choice of an axis: lines of Python, "" to leave the setting out.
type value struct {
	text    string
	refused bool // Django does not even load settings with it, so that combining it with others shows nothing
}

const (
	securityClass = "django.middleware.security.SecurityMiddleware"
	sessionClass  = "django.contrib.sessions.middleware.SessionMiddleware"
	commonClass   = "django.middleware.common.CommonMiddleware"
	csrfClass     = "django.middleware.csrf.CsrfViewMiddleware"
	authClass     = "django.contrib.auth.middleware.AuthenticationMiddleware"
	messageClass  = "django.contrib.messages.middleware.MessageMiddleware"
	frameClass    = "django.middleware.clickjacking.XFrameOptionsMiddleware"
	policyClass   = "django.middleware.csp.ContentSecurityPolicyMiddleware"

	strongKey  = "kD8s0fjGq2Lw9ZxV7b3Nm5QeRtYu1IoPaSdFgHjKlZxCvBnM64"
	strongKey2 = "Zx7vB3nM5qWe9RtY1uIo0PaSdFgHjKl2ZxCvBnMqWeRtYuIoP8"
)

// assigned are the values of one setting, written in Python. "-" leaves it out, a value after "!" is one that Django does not load.
func assigned(name string, values ...string) axis {
	a := axis{name: name}
	for _, v := range values {
		text, refused := strings.CutPrefix(v, "!")
		if text == "-" {
			a.values = append(a.values, value{refused: refused})
			continue
		}
		a.values = append(a.values, value{text: name + " = " + text, refused: refused})
	}
	return a
}

// without is the good list of middleware without some.
func without(classes ...string) string {
	gone := "|" + strings.Join(classes, "|") + "|"
	var kept []string
	for _, class := range middleware() {
		if !strings.Contains(gone, "|"+class+"|") {
			kept = append(kept, class)
		}
	}
	return list(kept...)
}

func middleware() []string {
	return []string{securityClass, sessionClass, commonClass, csrfClass, authClass, messageClass, frameClass}
}

func list(items ...string) string {
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = fmt.Sprintf("%q", item)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// axes are all settings that Django's deploy checks read, right and wrong, of the right type and of others.
func axes() []axis {
	return append(cookieAxes(), append(headerAxes(), append(keyAxes(), append(siteAxes(), storeAxes()...)...)...)...)
}

func siteAxes() []axis {
	const contrib = `"django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages"`
	return []axis{
		assigned("INSTALLED_APPS", "["+contrib+`, "django.contrib.sessions"]`, "["+contrib+"]", "("+contrib+`, "django.contrib.sessions")`, "[]", "-",
			`["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages.apps.MessagesConfig", "django.contrib.sessions.apps.SessionsConfig"]`,
			"["+contrib+`, "django.contrib.sessions", "django.contrib.staticfiles"]`, `!"django.contrib.sessions"`, "!None"),
		assigned("MIDDLEWARE", without(), without(securityClass), without(frameClass), without(csrfClass), without(sessionClass), "tuple("+without()+")",
			without(securityClass, frameClass), without(sessionClass, csrfClass), "[]", "-", without()+fmt.Sprintf(" + [%q]", policyClass),
			without(securityClass)+fmt.Sprintf(" + [%q]", securityClass), fmt.Sprintf(`["middleware.Secure"] + %s`, without(securityClass)), "None"),
		assigned("DEBUG", "False", "-", "True", "1", "0", `"False"`, `""`, "None", "[]"),
		assigned("ALLOWED_HOSTS", `["shop.example.com"]`, "-", "[]", `["*"]`, `("shop.example.com",)`, "()", `[".example.com"]`, `["shop.example.com", "*"]`, `[""]`, "[None]", `!"shop.example.com"`, "!None"),
		assigned("CSRF_TRUSTED_ORIGINS", "-", `["https://shop.example.com"]`, "[]", `["shop.example.com"]`, `["https://shop.example.com", "app.shop.example.com"]`,
			`("https://*.example.com",)`, `["//shop.example.com"]`, `["http://shop.example.com"]`, `"https://shop.example.com"`, `["https://*.example.com", ".example.org"]`, "None", "[5]"),
		assigned("CSRF_FAILURE_VIEW", "-", `"urls.refused"`, `"urls.short"`, `"urls.missing"`, `"nowhere.view"`, `""`, `"urls"`, "None"),
		{name: "DJANGO_ALLOW_ASYNC_UNSAFE", values: []value{{}, {text: `os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"`},
			{text: `os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "0"`}, {text: `os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = ""`},
			{text: `os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")`}}},
	}
}

func cookieAxes() []axis {
	return []axis{
		assigned("SESSION_COOKIE_SECURE", "True", "-", "False", "None", "1", "0", `"True"`, `"False"`, "[True]"),
		assigned("SESSION_COOKIE_HTTPONLY", "-", "True", "False", "None", "1", "0", `"True"`, `"False"`),
		assigned("CSRF_COOKIE_SECURE", "True", "-", "False", "None", "1", "0", `"True"`, `"False"`),
		assigned("CSRF_USE_SESSIONS", "-", "False", "True", "1", "0", "None", `"False"`),
	}
}

func headerAxes() []axis {
	return []axis{
		assigned("SECURE_SSL_REDIRECT", "True", "-", "False", "None", "1", "0", `"True"`, `""`),
		assigned("SECURE_HSTS_SECONDS", "31536000", "-", "0", "None", "3600", `"31536000"`, `"0"`, "True", "-1", "10 ** 12", "31536000.0"),
		assigned("SECURE_HSTS_INCLUDE_SUBDOMAINS", "True", "-", "False", "None", "1", `"True"`),
		assigned("SECURE_HSTS_PRELOAD", "True", "-", "False", "None", "1", `"True"`),
		assigned("SECURE_CONTENT_TYPE_NOSNIFF", "-", "True", "False", "None", "1", "0", `"True"`, `""`),
		assigned("SECURE_REFERRER_POLICY", "-", `"same-origin"`, "None", `"bogus"`, `""`, `"origin, same-origin"`, `["origin", "same-origin"]`, `("origin", "never")`,
			`"same-origin,bogus"`, `"no-referrer"`, `"unsafe-url"`, "[]", "{}", "5"),
		assigned("SECURE_CROSS_ORIGIN_OPENER_POLICY", "-", `"same-origin"`, `"same-origin-allow-popups"`, `"unsafe-none"`, "None", `"same_origin"`, `""`, `["same-origin"]`, "1"),
		assigned("X_FRAME_OPTIONS", "-", `"DENY"`, `"SAMEORIGIN"`, `"deny"`, `"ALLOWALL"`, "None", `""`, `["DENY"]`),
		assigned("SECURE_CSP", "-", `{"default-src": ["'self'"]}`, `"default-src 'self'"`, "[]", "{}", "None", `{"default-src": ["'self'"], "script-src": ["'self'", "<CSP_NONCE_SENTINEL>"]}`,
			`{"script-src": "<CSP_NONCE_SENTINEL>"}`, `{"default-src": None}`, `{"default-src": ["'self'"], "frame-ancestors": ["'none'"]}`, "True"),
		assigned("SECURE_CSP_REPORT_ONLY", "-", `{"default-src": ["'self'"]}`, `"default-src 'self'"`, `{"script-src": ["<CSP_NONCE_SENTINEL>"]}`, "()"),
		assigned("TEMPLATES", "[]", "-", `[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]`,
			`[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"context_processors": ["django.template.context_processors.csp"]}}]`,
			`({"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"context_processors": ["django.template.context_processors.debug"]}},)`,
			`[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"string_if_invalid": 5}}]`),
	}
}

func keyAxes() []axis {
	quoted := func(s string) string { return fmt.Sprintf("%q", s) }
	return []axis{
		assigned("SECRET_KEY", quoted(strongKey), "-", `""`, "None", quoted(strongKey[:49]), quoted(strongKey[:8]), `"abcd" * 20`, `"abcde" * 10`, `"a" * 60`,
			quoted("django-insecure-"+strongKey), quoted(strongKey)+" * 2000", `"é" * 25 + `+quoted(strongKey[:25]), "b"+quoted(strongKey), "12345", "["+quoted(strongKey)+"]"),
		assigned("SECRET_KEY_FALLBACKS", "-", "[]", "()", list(strongKey2), list(strongKey2[:49]), list(strongKey2, "short"), `("x" * 60,)`, list("django-insecure-"+strongKey2),
			`[""]`, "["+quoted(strongKey2)+", b\"\"]", "[5]", "["+quoted(strongKey)+"]", "!"+quoted(strongKey2), "!None"),
	}
}
