package health

import (
	"slices"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

// The sources of the facts in this file: health_check/views.py, checks.py and the backends of django-health-check 3.24 and 4.8;
// watchman/views.py, settings.py, constants.py and decorators.py of django-watchman 1.5; django_alive/views.py and utils.py of django-alive 2.0;
// dockerflow/django/middleware.py and checks.py of dockerflow 2026.3; healthz/middleware.py of django-healthz 0.0.5.

const loginMiddleware = "django.contrib.auth.middleware.LoginRequiredMiddleware"

// ofPackage are the endpoints of a package that is known for them, where the URL configuration leads to one.
func (f *finder) ofPackage(route *routes.Endpoint) (found []Endpoint, ok bool) {
	one := func(suffix string, purpose Purpose, distribution string) Endpoint {
		name := route.View.Name
		if name == "" {
			name = route.Package
		}
		e := Endpoint{Path: strings.TrimSuffix(route.Path(), "/") + "/" + suffix, Purpose: purpose, By: View, Name: name, Package: distribution, At: route.At, Route: route, Entry: -1}
		if suffix == "" && route.Package == "" {
			e.Path = route.Path()
		}
		e.quiet()
		e.Login = loginOf(route, Touch{})
		if f.Setting("MIDDLEWARE").Contains(loginMiddleware) == eval.Yes { // none of the views below is marked with login_not_required
			e.Login = Touch{Has: eval.Yes, At: route.At, What: loginMiddleware}
		}
		return e
	}
	switch {
	case route.Package == "health_check.urls":
		e := one("", Readiness, "django-health-check")
		f.backends(&e)
		return []Endpoint{e}, true
	case route.View.Name == "health_check.views.MainView":
		e := one("", Readiness, "django-health-check")
		f.backends(&e)
		return []Endpoint{e}, !strings.Contains(route.Path(), "<")
	case route.View.Name == "health_check.views.HealthCheckView":
		e := one("", Readiness, "django-health-check")
		checksOfView(&e, route)
		return []Endpoint{e}, true
	case route.Package == "watchman.urls":
		status, ping := one("", Readiness, "django-watchman"), one("ping/", Liveness, "django-watchman")
		f.watchman(&status, true)
		return []Endpoint{ping, status}, true
	case strings.HasPrefix(route.View.Name, "watchman.views."):
		switch strings.TrimPrefix(route.View.Name, "watchman.views.") {
		case "ping":
			return []Endpoint{one("", Liveness, "django-watchman")}, true
		case "status", "bare_status":
			e := one("", Readiness, "django-watchman")
			f.watchman(&e, strings.HasSuffix(route.View.Name, ".status"))
			return []Endpoint{e}, true
		}
		return nil, true // the dashboard, for people
	case route.Package == "django_alive.urls":
		alive, health := one("alive/", Liveness, "django-alive"), one("health/", Readiness, "django-alive")
		f.alive(&health)
		return []Endpoint{alive, health}, true
	case route.View.Name == "django_alive.views.alive":
		return []Endpoint{one("", Liveness, "django-alive")}, true
	case route.View.Name == "django_alive.views.healthcheck":
		e := one("", Readiness, "django-alive")
		f.alive(&e)
		return []Endpoint{e}, true
	case route.Package != "" && speaksOfHealth(strings.TrimSuffix(route.Package, ".urls")):
		e := one("", Either, "")
		e.doubted("it is of a package that is not known: " + route.Package)
		e.Login = Touch{Has: eval.Maybe, What: "it is of a package that is not known: " + route.Package}
		return []Endpoint{e}, true
	}
	return nil, false
}

// quiet says of an endpoint that it asks nothing and shows nothing.
func (e *Endpoint) quiet() {
	for _, t := range []*Touch{&e.Database, &e.Cache, &e.Broker, &e.Network, &e.Login, &e.Text, &e.Redirect} {
		*t = Touch{Has: eval.No}
	}
	e.Fails = eval.No
}

// asks says that an endpoint asks a service, as a package's code does.
func (e *Endpoint) asks(t *Touch, has eval.Tri, what string) {
	if t.Has == eval.Yes || has == eval.No {
		return
	}
	*t = Touch{Has: has, What: what}
	if e.Fails != eval.Yes {
		e.Fails = has
	}
}

// backends are the plugins of django-health-check before version 4, which are applications.
func (f *finder) backends(e *Endpoint) {
	apps := f.Setting("INSTALLED_APPS")
	has := func(name string) eval.Tri {
		answer := eval.No
		for _, a := range apps.Elems() {
			switch s, ok := a.AsStr(); {
			case ok && (s == name || strings.HasPrefix(s, name+".")):
				return eval.Yes
			case !ok:
				answer = eval.Maybe
			}
		}
		if apps.IsUnknown() || apps.IsOpen() {
			return eval.Maybe
		}
		return answer
	}
	for _, app := range []string{"health_check.db", "health_check.contrib.migrations", "health_check.contrib.db_heartbeat"} {
		e.asks(&e.Database, has(app), app)
	}
	for _, app := range []string{"health_check.cache", "health_check.contrib.redis"} {
		e.asks(&e.Cache, has(app), app)
	}
	for _, app := range []string{"health_check.contrib.celery", "health_check.contrib.celery_ping", "health_check.contrib.rabbitmq"} {
		e.asks(&e.Broker, has(app), app)
	}
	for _, app := range []string{"health_check.storage", "health_check.contrib.s3boto_storage", "health_check.contrib.s3boto3_storage", "health_check.contrib.mail"} {
		e.asks(&e.Network, has(app), app)
	}
}

// checksOfView are the checks of django-health-check from version 4, which the view is given.
func checksOfView(e *Endpoint, route *routes.Endpoint) {
	names := []string{"Cache", "Database", "DNS", "Mail", "Storage"}
	for _, k := range route.View.Initkwargs {
		if k.Name != "checks" {
			continue
		}
		names = k.Texts
		if !k.Whole {
			e.doubted("the checks of the view are not known")
		}
	}
	for _, name := range names {
		switch what := name; name[strings.LastIndexByte(name, '.')+1:] {
		case "Database":
			e.asks(&e.Database, eval.Yes, what)
		case "Cache", "Redis":
			e.asks(&e.Cache, eval.Yes, what)
		case "Ping", "RabbitMQ", "Kafka", "Threadmill":
			e.asks(&e.Broker, eval.Yes, what)
		case "DNS", "Mail", "Storage":
			e.asks(&e.Network, eval.Yes, what)
		case "Battery", "CPU", "Disk", "Memory", "Temperature":
		default:
			e.doubted("what the check " + name + " asks is not known")
		}
	}
}

// watchman is the view status of django-watchman; answers says that it shows what failed.
func (f *finder) watchman(e *Endpoint, answers bool) {
	checks := []string{"watchman.checks.caches", "watchman.checks.databases", "watchman.checks.storage"}
	if v := f.Setting("WATCHMAN_CHECKS"); v.IsValid() && v.Kind() != eval.None {
		checks = settingTexts(v)
		if v.IsUnknown() || v.IsOpen() {
			e.doubted("WATCHMAN_CHECKS is not known")
		}
	}
	for _, c := range checks {
		switch c {
		case "watchman.checks.databases":
			e.asks(&e.Database, eval.Yes, c)
		case "watchman.checks.caches":
			e.asks(&e.Cache, eval.Yes, c)
		case "watchman.checks.storage", "watchman.checks.email":
			e.asks(&e.Network, eval.Yes, c)
		default:
			e.doubted("what " + c + " asks is not known")
		}
	}
	if code, ok := f.Setting("WATCHMAN_ERROR_CODE").AsInt(); ok && code == 200 {
		e.Fails = eval.No
	}
	if !answers {
		return
	}
	e.Text = Touch{Has: eval.Yes, What: "watchman.views.status"}
	for _, name := range []string{"WATCHMAN_TOKENS", "WATCHMAN_TOKEN"} {
		switch v := f.Setting(name); {
		case v.IsUnknown():
			e.Login, e.Text.Has = Touch{Has: eval.Maybe, At: v.At(), What: name + " is not known"}, eval.Maybe
		case v.IsValid() && v.Truth() == eval.Yes:
			e.Login, e.Text = Touch{Has: eval.Yes, At: v.At(), What: name}, Touch{Has: eval.No}
		}
	}
	if v := f.Setting("WATCHMAN_AUTH_DECORATOR"); v.IsValid() && v.Kind() != eval.None {
		if name, _ := v.AsStr(); name != "watchman.decorators.token_required" {
			e.Login, e.Text.Has = Touch{Has: eval.Maybe, At: v.At(), What: "WATCHMAN_AUTH_DECORATOR is " + v.Repr(80)}, eval.Maybe
		}
	}
}

// alive is the view healthcheck of django-alive. Its answer holds what its checks say, which are texts of their own.
func (f *finder) alive(e *Endpoint) {
	v := f.Setting("ALIVE_CHECKS")
	if !v.IsValid() || v.Kind() == eval.None {
		e.asks(&e.Database, eval.Yes, "django_alive.checks.check_database")
		return
	}
	names := []string{}
	for _, entry := range v.Entries() {
		name, _ := entry.Key.AsStr()
		names = append(names, name)
	}
	for _, pair := range v.Elems() {
		if parts := pair.Elems(); len(parts) > 0 {
			name, _ := parts[0].AsStr()
			names = append(names, name)
		}
	}
	for _, name := range names {
		switch name {
		case "django_alive.checks.check_database", "django_alive.checks.check_migrations":
			e.asks(&e.Database, eval.Yes, name)
		case "django_alive.checks.check_cache":
			e.asks(&e.Cache, eval.Yes, name)
		case "django_alive.checks.check_staticfile":
		default:
			e.doubted("what " + name + " asks is not known")
		}
	}
	if v.IsUnknown() || v.IsOpen() {
		e.doubted("ALIVE_CHECKS is not known")
	}
}

// ofPackageMiddleware are the endpoints that the middleware of a known package answers.
func (f *finder) ofPackageMiddleware(name string) []Endpoint {
	one := func(path string, purpose Purpose, distribution string) Endpoint {
		e := Endpoint{Path: path, Purpose: purpose, Package: distribution}
		e.quiet()
		return e
	}
	switch name {
	case "dockerflow.django.middleware.DockerflowMiddleware":
		live, ready := one("/__lbheartbeat__", Liveness, "dockerflow"), one("/__heartbeat__", Readiness, "dockerflow")
		f.dockerflow(&ready)
		return []Endpoint{live, ready}
	case "healthz.middleware.HealthCheckMiddleware":
		live, ready := one("/healthz", Liveness, "django-healthz"), one("/readiness", Readiness, "django-healthz")
		checks := f.Setting("HEALTHCHECK").Get("READINESS_CHECKS")
		for _, c := range settingTexts(checks) {
			switch c {
			case "databases":
				ready.asks(&ready.Database, eval.Yes, c)
			case "caches":
				ready.asks(&ready.Cache, eval.Yes, c)
			case "queues":
				ready.asks(&ready.Broker, eval.Yes, c)
			}
		}
		if checks.IsUnknown() || f.Setting("HEALTHCHECK").IsUnknown() {
			ready.doubted("HEALTHCHECK is not known")
		}
		return []Endpoint{live, ready}
	}
	return nil
}

// dockerflow is /__heartbeat__: all system checks of Django, among which dockerflow registers its own; it shows them only with DEBUG.
func (f *finder) dockerflow(e *Endpoint) {
	checks := []string{"dockerflow.django.checks.check_database_connected", "dockerflow.django.checks.check_migrations_applied"}
	if v := f.Setting("DOCKERFLOW_CHECKS"); v.IsValid() && v.Kind() != eval.None {
		checks = settingTexts(v)
		if v.IsUnknown() || v.IsOpen() {
			e.doubted("DOCKERFLOW_CHECKS is not known")
		}
	}
	if slices.ContainsFunc(checks, func(c string) bool { return strings.Contains(c, "database") || strings.Contains(c, "migrations") }) {
		e.asks(&e.Database, eval.Yes, "dockerflow's check of the database")
	}
	if slices.ContainsFunc(checks, func(c string) bool { return strings.Contains(c, "redis") }) {
		e.asks(&e.Cache, eval.Yes, "dockerflow's check of Redis")
	}
}
