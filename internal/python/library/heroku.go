package library

import (
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
	ci := c.Truth(c.EnvIsSet("CI"))
	if flag(c, -1, "databases", true) {
		herokuDatabases(c, config, ci)
	}
	if flag(c, -1, "test_runner", true) && ci {
		set("TEST_RUNNER", eval.MakeStr(module+".HerokuDiscoverRunner"))
	}
	if flag(c, -1, "staticfiles", true) {
		base := c.Index(config, eval.MakeStr("BASE_DIR"))
		set("STATIC_ROOT", c.Call(c.GetAttr(c.Import("os.path"), "join"), base, eval.MakeStr("staticfiles")))
		set("STATIC_URL", eval.MakeStr("/static/"))
		herokuMiddleware(c, config)
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
func herokuDatabases(c *eval.Call, config eval.Value, ci bool) {
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
	db := c.CallKw(c.GetAttr(c.Import("dj_database_url"), "config"), nil, []eval.Kwarg{
		{Name: "conn_max_age", Value: eval.MakeInt(600)}, {Name: "ssl_require", Value: eval.MakeBool(true)}})
	c.SetIndex(databases, eval.MakeStr("default"), db)
	if ci && db.Kind() == eval.Dict {
		db.SetKey(eval.MakeStr("TEST"), db)
	}
}

func herokuMiddleware(c *eval.Call, config eval.Value) {
	name := "MIDDLEWARE_CLASSES"
	list, ok := config.Lookup(name)
	if !ok {
		name = "MIDDLEWARE"
		list = c.Index(config, eval.MakeStr(name))
	}
	all := append([]eval.Value{eval.MakeStr("whitenoise.middleware.WhiteNoiseMiddleware")}, c.Iterate(list)...)
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
