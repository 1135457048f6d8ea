package oracle

import "gonogo/internal/oracle/readyshop"

// readVariants are broken in ways that nobody sees at once from outside, or that take long to show: they are read alone.
func readVariants() []variant {
	one := func(name, file, old, text string, named ...string) variant {
		return variant{name: name, edits: []readyshop.Edit{{File: file, Old: old, New: text}}, named: named}
	}
	return []variant{
		one("Django lacks security fixes", "requirements.txt", "django==5.2.19", "django==5.2.8", "environments/supported-django"),
		one("Python gets no fixes", "Dockerfile", "3.12.11", "3.8.20", "environments/supported-python"),
		one("a package has no exact version", "requirements.txt", "gunicorn==27.0.1", "gunicorn", "environments/pinned-dependencies"),
		one("a developer's tool is installed in production", baseFile, `"django_otp",`, `"debug_toolbar", "django_otp",`, "environments/no-development-packages"),
		one("the key stands in the settings", siteFile, `os.environ["SECRET_KEY"]`, `"k7Vq2m9Zt4Xw8Rb1Ns6Yd3Hf5Jg0LpcAeUiOoTzMnBvCxQwErTy"`, "secrets/secret-key-external"),
		one("the key has a default", siteFile, `os.environ["SECRET_KEY"]`, `os.environ.get("SECRET_KEY", "k7Vq2m9Zt4Xw8Rb1Ns6Yd3Hf5Jg0LpcAeUiOoTzMnBvCxQwErTy")`, "secrets/secret-key-external"),
		one("no former keys are taken", siteFile, `SECRET_KEY_FALLBACKS = os.environ.get("SECRET_KEY_FALLBACKS", "").split()`, "", "secrets/secret-key-rotation"),
		one("the database's password stands in compose.yml", composeFile, "${DB_PASSWORD:?}", "d8Kq2wZt4Xw8", "secrets/credentials-external"),
		one("there is no page for 404", "templates/404.html", "<!doctype html>", "{% block %}", "errors/error-pages"),
		one("exceptions are passed on to the server", siteFile, "DEBUG = False", "DEBUG = False\nDEBUG_PROPAGATE_EXCEPTIONS = True", "errors/no-propagated-exceptions"),
		one("SecurityMiddleware is missing", baseFile, `    "django.middleware.security.SecurityMiddleware",`+"\n", "", "https/security-middleware"),
		one("the session cookie goes without Secure", siteFile, "SESSION_COOKIE_SECURE = True", "SESSION_COOKIE_SECURE = False", "https/session-cookie-secure"),
		one("scripts may read the session cookie", siteFile, "SESSION_COOKIE_SECURE = True", "SESSION_COOKIE_SECURE = True\nSESSION_COOKIE_HTTPONLY = False", "https/session-cookie-httponly"),
		one("no HSTS is sent", siteFile, "SECURE_HSTS_SECONDS = 31536000", "SECURE_HSTS_SECONDS = 0", "https/hsts"),
		one("types of content are guessed", siteFile, `X_FRAME_OPTIONS = "DENY"`, `X_FRAME_OPTIONS = "DENY"`+"\nSECURE_CONTENT_TYPE_NOSNIFF = False", "https/content-type-nosniff"),
		one("scripts of everybody run", baseFile, `"default-src": [SELF],`, `"default-src": ["*", "'unsafe-inline'"],`, "https/content-security-policy"),
		one("mail is printed", siteFile, "smtp.EmailBackend", "console.EmailBackend", "mail/backend"),
		one("mail goes in clear", siteFile, "EMAIL_USE_TLS = True", "EMAIL_USE_TLS = False", "mail/transport"),
		one("the database is a file", siteFile, "django.db.backends.postgresql", "django.db.backends.sqlite3", "database/production-engine"),
		one("each request opens a connection", siteFile, `"CONN_MAX_AGE": 60`, `"CONN_MAX_AGE": 0`, "database/persistent-connections"),
		one("a model has no migration", "catalog/models.py", "    sku = models.CharField(max_length=20, unique=True)\n", "    sku = models.CharField(max_length=20, unique=True)\n    weight = models.PositiveIntegerField(default=0)\n", "migrations/none-missing"),
		one("tasks have no limit of time", baseFile, "CELERY_TASK_SOFT_TIME_LIMIT = 50\nCELERY_TASK_TIME_LIMIT = 60\n", "", "tasks/time-limits"),
		one("a task is queued before the row is there", "contact/views.py", "    if request.method", "    with transaction.atomic():\n        deliver.delay(1)\n    if request.method", "tasks/after-commit"),
		one("logs are lines of prose", siteFile, `"()": "pythonjsonlogger.json.JsonFormatter",`, "", "observability/structured-logs"),
		one("requests have no id", baseFile, `    "config.middleware.RequestId",`+"\n", "", "observability/request-id"),
		one("liveness asks the database", "config/health.py", "def live(request):\n", "def live(request):\n    connection.ensure_connection()\n", "observability/liveness"),
		one("CsrfViewMiddleware is missing", baseFile, `    "django.middleware.csrf.CsrfViewMiddleware",`+"\n", "", "security/csrf-middleware"),
		one("a form has no token", "contact/templates/contact/write.html", "  {% csrf_token %}\n", "", "security/csrf-token-in-forms"),
		one("passwords may be short", baseFile, `"OPTIONS": {"min_length": 12}`, `"OPTIONS": {"min_length": 6}`, "security/password-validators"),
		one("passwords are hashed fast", baseFile, "USE_TZ = True", "USE_TZ = True\nPASSWORD_HASHERS = [\"django.contrib.auth.hashers.MD5PasswordHasher\"]", "security/password-hashers"),
		one("sessions are pickled", siteFile, "SESSION_ENGINE =", "SESSION_SERIALIZER = \"django.contrib.sessions.serializers.PickleSerializer\"\nSESSION_ENGINE =", "security/session-serializer"),
		one("nothing slows who guesses passwords", proxyFile, "            limit_req zone=login burst=5 nodelay;\n", "", "security/login-throttled"),
		one("the API has no throttle", baseFile, `    "DEFAULT_THROTTLE_RATES": {"anon": "30/min", "user": "300/min"},`+"\n", "", "api/throttling"),
		one("lists have no pages", baseFile, `    "PAGE_SIZE": 50,`+"\n", "", "api/pagination"),
		one("a page asks once for each row", "catalog/views.py", "    queryset = Product.objects.select_related(\"category\")\n    paginate_by", "    queryset = Product.objects.all()\n    paginate_by", "performance/n-plus-one"),
		one("workers are never replaced", "gunicorn.conf.py", "max_requests = 1000\nmax_requests_jitter = 100\n", "", "server/recycling"),
		one("nothing starts the worker again", composeFile, "  worker:\n    <<: *app\n", "  worker:\n    <<: *app\n    restart: \"no\"\n", "server/supervised"),
		one("the container runs as root", "Dockerfile", "USER shop\n", "", "containers/unprivileged"),
		one("the base has no version", "Dockerfile", "nginx:1.28.0", "nginx:latest", "containers/pinned-base"),
		one("compilers stay in the image", "Dockerfile", "--no-install-recommends curl", "--no-install-recommends curl build-essential", "containers/multi-stage"),
		one("the build copies git's folder", ".dockerignore", ".git\n", "", "containers/ignore-file"),
		one("old protocols of TLS are taken", proxyFile, "TLSv1.2 TLSv1.3", "TLSv1 TLSv1.1 TLSv1.2", "proxy/tls"),
		one("continuous integration runs no tests", ".github/workflows/ci.yml", "      - run: python manage.py test\n", "", "delivery/tests-in-ci"),
		one("continuous integration makes no deployment checks", ".github/workflows/ci.yml", "python manage.py check --deploy --fail-level WARNING", "python manage.py check", "delivery/deploy-check-in-ci"),
		one("continuous integration does not look for migrations", ".github/workflows/ci.yml", "      - run: python manage.py makemigrations --check --dry-run\n", "", "delivery/migrations-check-in-ci"),
		one("a runbook names a service that is not there", "docs/production-readiness.md", "docker compose logs worker", "docker compose logs celery", "runbooks/current"),
		{name: "the admin asks for a password alone", edits: edit("config/urls.py", "admin.site.__class__ = OTPAdminSite\n", ""), gap: "django_otp is installed, and may guard the admin elsewhere"},
		{name: "the proxy gives up before the server", edits: []readyshop.Edit{{File: "gunicorn.conf.py", Old: "threads = 4\n", New: "worker_class = \"sync\"\n"}, {File: proxyFile, Old: "proxy_read_timeout 40s", New: "proxy_read_timeout 10s"}},
			named: []string{"server/timeouts"}},
	}
}
