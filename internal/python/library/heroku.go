package library

import (
	"slices"

	"gonogo/internal/python/eval"
)

// djangoHeroku is the package django-heroku (and its fork django-on-heroku): settings(locals()) overwrites settings.
// Facts: django_heroku/core.py of 0.3.1.
func djangoHeroku(module string) func() eval.Model {
	return func() eval.Model {
		return eval.Model{Open: true, Names: map[string]eval.Value{
			"settings": eval.NewNative(module+".core.settings", func(c *eval.Call) eval.Value {
				herokuSettings(c, module)
				return eval.MakeNone()
			}),
		}}
	}
}

func herokuSettings(c *eval.Call, module string) {
	config := c.Arg(0, "config")
	if config.Kind() != eval.Dict {
		return
	}
	set := func(name string, v eval.Value) { config.SetKey(eval.MakeStr(name), v) }
	fork := module == "django_on_heroku"
	ci := c.Truth(c.EnvIsSet("CI"))
	if flag(c, -1, "databases", true) {
		herokuDatabases(c, config, ci, fork)
	}
	if flag(c, -1, "test_runner", true) && ci {
		set("TEST_RUNNER", eval.MakeStr(module+".HerokuDiscoverRunner"))
	}
	if flag(c, -1, "staticfiles", true) {
		base := c.Index(config, eval.MakeStr("BASE_DIR"))
		set("STATIC_ROOT", c.Call(c.GetAttr(c.Import("os.path"), "join"), base, eval.MakeStr("staticfiles")))
		set("STATIC_URL", eval.MakeStr("/static/"))
		herokuMiddleware(c, config, fork)
		set("STATICFILES_STORAGE", eval.MakeStr("whitenoise.storage.CompressedManifestStaticFilesStorage"))
	}
	if flag(c, -1, "allowed_hosts", true) {
		set("ALLOWED_HOSTS", eval.MakeList(eval.MakeStr("*")))
	}
	if flag(c, -1, "logging", true) {
		set("LOGGING", herokuLogging())
	}
	if flag(c, -1, "secret_key", true) && c.Truth(c.EnvIsSet("SECRET_KEY")) {
		set("SECRET_KEY", c.Env(eval.EnvRead{Name: "SECRET_KEY"}))
	}
}

// herokuDatabases puts DATABASE_URL in the place of the default database.
// In django-on-heroku (fork) CONN_MAX_AGE and db_ssl_required change how.
func herokuDatabases(c *eval.Call, config eval.Value, ci, fork bool) {
	databases, ok := config.Lookup("DATABASES")
	if !ok {
		databases = dict("default", eval.MakeNone())
		config.SetKey(eval.MakeStr("DATABASES"), databases)
	}
	if flag(c, -1, "db_colors", false) {
		databases.SetOpen("the databases that the platform adds are not known")
	}
	if !c.Truth(c.EnvIsSet("DATABASE_URL")) {
		return
	}
	age, ssl := eval.MakeInt(600), eval.MakeBool(true)
	if fork {
		age, ssl = herokuAge(c, config), c.ArgOr(-1, "db_ssl_required", ssl)
	}
	db := c.CallKw(c.GetAttr(c.Import("dj_database_url"), "config"), nil, []eval.Kwarg{{Name: "conn_max_age", Value: age}, {Name: "ssl_require", Value: ssl}})
	if fork && flag(c, -1, "geodjango", false) {
		db = c.UnknownFrom("the engine of a database is changed for GIS", db)
	}
	c.SetIndex(databases, eval.MakeStr("default"), db)
	if ci && db.Kind() == eval.Dict {
		test := db
		if fork {
			test = c.Call(eval.BuiltinClass("dict"), db)
		}
		db.SetKey(eval.MakeStr("TEST"), test)
	}
}

// herokuAge is the setting CONN_MAX_AGE, else the variable of that name, else ten minutes.
func herokuAge(c *eval.Call, config eval.Value) eval.Value {
	fallback := c.Env(eval.EnvRead{Name: "CONN_MAX_AGE", Default: eval.MakeInt(600), Cast: "int",
		Convert: func(c *eval.Call, text eval.Value) eval.Value { return c.Call(eval.BuiltinClass("int"), text) }})
	if v, ok := config.Lookup("CONN_MAX_AGE"); ok {
		return v
	}
	return fallback
}

// herokuMiddleware puts WhiteNoise first; django-on-heroku puts it behind the SecurityMiddleware.
func herokuMiddleware(c *eval.Call, config eval.Value, fork bool) {
	name := "MIDDLEWARE_CLASSES"
	list, ok := config.Lookup(name)
	if !ok {
		name = "MIDDLEWARE"
		list = c.Index(config, eval.MakeStr(name))
	}
	all, at := c.Iterate(list), 0
	if fork {
		for i, e := range all {
			if e.IsUnknown() {
				config.SetKey(eval.MakeStr(name), c.UnknownFrom("the place of a middleware", e))
				return
			}
			if s, ok := str(e); ok && s == "django.middleware.security.SecurityMiddleware" {
				at = i + 1
				break
			}
		}
	}
	all = slices.Insert(slices.Clone(all), at, eval.MakeStr("whitenoise.middleware.WhiteNoiseMiddleware"))
	config.SetKey(eval.MakeStr(name), eval.MakeTuple(all...))
}

func herokuLogging() eval.Value {
	text := eval.MakeStr
	return dict("version", eval.MakeInt(1), "disable_existing_loggers", eval.MakeBool(false),
		"formatters", dict(
			"verbose", dict("format", text("%(asctime)s [%(process)d] [%(levelname)s] pathname=%(pathname)s lineno=%(lineno)s "+
				"funcname=%(funcName)s %(message)s"), "datefmt", text("%Y-%m-%d %H:%M:%S")),
			"simple", dict("format", text("%(levelname)s %(message)s"))),
		"handlers", dict(
			"null", dict("level", text("DEBUG"), "class", text("logging.NullHandler")),
			"console", dict("level", text("DEBUG"), "class", text("logging.StreamHandler"), "formatter", text("verbose"))),
		"loggers", dict("testlogger", dict("handlers", eval.MakeList(text("console")), "level", text("INFO"))))
}
