package deploycheck

// reading says what a finding, or an answer without one, says in Django's terms.
type reading struct {
	check   string
	words   string   // in the message of the finding, else in the reason of the answer; "" matches every one
	ids     []string // Django's ids that it stands for: one of them is to be reported; nil where gonogo asks more than Django
	because string   // why gonogo asks more
}

// readings are tried in order.
func readings() []reading {
	return []reading{
		{check: "errors/debug-off", ids: []string{"security.W018"}},
		{check: "https/clickjacking", words: "XFrameOptionsMiddleware is not in", ids: []string{"security.W002"}},
		{check: "https/clickjacking", words: "X_FRAME_OPTIONS is", ids: []string{"security.W019"}},
		{check: "https/content-type-nosniff", ids: []string{"security.W006"}},
		{check: "https/cross-origin-opener-policy", words: "so a page of another site", because: "a policy that is turned off protects nobody; Django accepts None and unsafe-none"},
		{check: "https/cross-origin-opener-policy", ids: []string{"security.E024"}},
		{check: "https/csrf-cookie-secure", ids: []string{"security.W016"}},
		{check: "https/hsts", words: "into max-age as it is", because: "Django asks whether SECURE_HSTS_SECONDS is true, not whether it is a number of seconds"},
		{check: "https/hsts", ids: []string{"security.W004"}},
		{check: "https/hsts-ramp", because: "a promise that does not fit the max-age is a fault; Django asks for every promise at once"},
		{check: "https/redirect", ids: []string{"security.W008"}},
		{check: "https/referrer-policy", words: "browser's own default", ids: []string{"security.W022"}},
		{check: "https/referrer-policy", words: "which is no policy", ids: []string{"security.E023"}},
		{check: "https/referrer-policy", because: "an empty policy, one that breaks CSRF and one that tells whole addresses are valid to Django"},
		{check: "https/session-cookie-secure", ids: []string{"security.W010", "security.W011", "security.W012"}},
		{check: "https/session-cookie-httponly", ids: []string{"security.W013", "security.W014", "security.W015"}},
		{check: "https/security-middleware", words: "stands below", because: "Django does not ask where the middleware stands"},
		{check: "https/security-middleware", ids: []string{"security.W001"}},
		{check: "https/content-security-policy", words: "(security.E026)", ids: []string{"security.E026"}},
		{check: "https/content-security-policy", words: "no template gets it", ids: []string{"security.W027"}},
		{check: "https/content-security-policy", because: "Django asks whether a policy is well formed, not whether there is one that restricts and is sent"},
		{check: "mail/backend", words: "EMAIL_BACKEND", because: "Django asks of MAILERS only"},
		{check: "mail/backend", words: "has no entry", ids: []string{"mail.W001"}},
		{check: "mail/backend", ids: []string{"mail.E001"}},
		{check: "performance/cache-backend", words: "so its entries can be read", ids: []string{"caches.W002"}},
		{check: "performance/cache-backend", words: "caches.E001", ids: []string{"caches.E001"}},
		{check: "performance/cache-backend", words: "(caches.W003)", ids: []string{"caches.W003"}},
		{check: "performance/cache-backend", because: "Django accepts caches that processes do not share"},
		{check: "security/csrf-failure-view", words: "which it does not take", ids: []string{"security.E101"}},
		{check: "security/csrf-failure-view", ids: []string{"security.E102"}},
		{check: "security/csrf-middleware", ids: []string{"security.W003"}},
		{check: "server/async-safety", ids: []string{"async.E001"}},
		{check: "hosts/allowed-hosts", words: "neither a list nor a tuple", because: "Django does not load such settings at all"},
		{check: "hosts/allowed-hosts", words: "ALLOWED_HOSTS is", ids: []string{"security.W020"}},
		{check: "hosts/allowed-hosts", because: "Django accepts every list that is not empty, \"*\" and the empty name too"},
		{check: "hosts/csrf-trusted-origins", words: "(4_0.E001)", ids: []string{"4_0.E001"}},
		{check: "hosts/csrf-trusted-origins", because: "Django asks for a scheme only"},
		{check: "secrets/secret-key-rotation", words: "SECRET_KEY_FALLBACKS is", because: "Django does not ask for a way to rotate the key"},
		{check: "secrets/secret-key-rotation", words: "is written in the repository", because: "Django does not ask where a key stands"},
		{check: "secrets/secret-key-rotation", ids: []string{"security.W025"}},
		{check: "secrets/secret-key-strong", ids: []string{"security.W009"}},
	}
}

// difference is a place where gonogo knowingly does not say what Django says.
type difference struct {
	check   string
	status  string
	words   string // in the reason of the answer, or in one of its messages
	setting string // a line of the settings; "" for any
	ids     []string
	because string
}

func differences() []difference {
	return []difference{
		{"https/hsts", "unknown", "whether the proxy or the platform", "", []string{"security.W004"}, "the proxy may send the header"},
		{"https/redirect", "unknown", "whether the proxy or the platform", "", []string{"security.W008"}, "the proxy may redirect"},
		{"https/hsts-ramp", "pass", "", "", []string{"security.W005", "security.W021"}, "to promise nothing for subdomains or the preload list is a choice"},
		{"https/hsts-ramp", "fail", "", "", []string{"security.W005", "security.W021"}, "to promise nothing for subdomains or the preload list is a choice"},
		{"https/clickjacking", "pass", "has frame-ancestors", "", []string{"security.W002", "security.W019"}, "frame-ancestors of a policy does it"},
		{"https/security-middleware", "pass", "", subclass, []string{"security.W001"}, "a class that inherits from the middleware does its work"},
		{"secrets/secret-key-strong", "pass", "", `SECRET_KEY = b"`, []string{"security.W009"}, "a key of bytes signs as one of text does; only Django's check breaks on it"},
		{"security/csrf-failure-view", "unknown", "is not in this project", "", []string{"security.E102"}, "a package outside of the project may define the view"},
	}
}

// subclass is a middleware that Django's checks do not recognise.
const subclass = `MIDDLEWARE = ["middleware.Secure"]`

// sightings are settings of which gonogo sees more than Django's checks do, so that it says ids which they do not report.
type sightings struct {
	setting string
	checks  []string
	because string
}

func moreSeen() []sightings {
	return []sightings{
		{subclass, []string{"https/redirect", "https/hsts", "https/content-type-nosniff", "https/referrer-policy", "https/cross-origin-opener-policy"},
			"a class that inherits from SecurityMiddleware sends what it sends; Django's checks ask nothing of its settings"},
		{"django.contrib.sessions.apps.SessionsConfig", []string{"https/session-cookie-secure", "https/session-cookie-httponly"},
			"an application may be given by its configuration class; Django's checks look for its name only"},
	}
}

// breaking are Django's checks that break on some settings, with the ids that they would give.
func breaking() map[string][]string {
	return map[string][]string{
		"!check_security_middleware":          {"security.W001"},
		"!check_xframe_options_middleware":    {"security.W002"},
		"!check_csrf_middleware":              {"security.W003"},
		"!check_sts":                          {"security.W004"},
		"!check_sts_include_subdomains":       {"security.W005"},
		"!check_content_type_nosniff":         {"security.W006"},
		"!check_ssl_redirect":                 {"security.W008"},
		"!check_secret_key":                   {"security.W009"},
		"!check_session_cookie_secure":        {"security.W010", "security.W011", "security.W012"},
		"!check_session_cookie_httponly":      {"security.W013", "security.W014", "security.W015"},
		"!check_csrf_cookie_secure":           {"security.W016"},
		"!check_xframe_deny":                  {"security.W019"},
		"!check_sts_preload":                  {"security.W021"},
		"!check_referrer_policy":              {"security.W022", "security.E023"},
		"!check_cross_origin_opener_policy":   {"security.E024"},
		"!check_secret_key_fallbacks":         {"security.W025"},
		"!check_csp_nonce_context_processor":  {"security.W027"},
		"!check_csrf_failure_view":            {"security.E101", "security.E102"},
		"!check_csrf_trusted_origins":         {"4_0.E001"},
		"!check_default_cache_is_configured":  {"caches.E001"},
		"!check_cache_location_not_exposed":   {"caches.W002"},
		"!check_file_based_cache_is_absolute": {"caches.W003"},
	}
}

// notAsked are ids that Django reports of these settings and no question of gonogo's is about, with the reason.
func notAsked() map[string]string {
	const planned = "server/async-safety of the catalogue is not asked yet"
	const always = "not of --deploy: every start of the development server and every migration already stops at it"
	return map[string]string{
		"async.E001": planned,
		"files.E001": always, "urls.E006": always, "templates.E002": always, "staticfiles.E005": always, "!check_middleware": always, "!check_models_permissions": always,
	}
}
