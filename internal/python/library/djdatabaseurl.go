package library

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyurl"
)

// The package dj-database-url (dj_database_url). Facts: its README, CHANGELOG and source text of 0.5 to 3.1.

// djSchemes are the schemes of dj_database_url. Classes that changed between versions are "": mssqlms and mysql-connector and others
// were added over time; a scheme that is missing in an old version is a rare fault that the project would notice.
var djSchemes = []scheme{
	{"postgres", "django.db.backends.postgresql"}, {"postgresql", "django.db.backends.postgresql"}, {"pgsql", "django.db.backends.postgresql"},
	{"postgis", "django.contrib.gis.db.backends.postgis"}, {"redshift", "django_redshift_backend"},
	{"timescale", "timescale.db.backends.postgresql"}, {"timescalegis", "timescale.db.backends.postgis"},
	{"mysql", "django.db.backends.mysql"}, {"mysql2", "django.db.backends.mysql"}, {"mysqlgis", "django.contrib.gis.db.backends.mysql"},
	{"mysql-connector", "mysql.connector.django"}, {"mssql", "sql_server.pyodbc"}, {"mssqlms", "mssql"},
	{"spatialite", "django.contrib.gis.db.backends.spatialite"}, {"sqlite", "django.db.backends.sqlite3"},
	{"oracle", "django.db.backends.oracle"}, {"oraclegis", "django.contrib.gis.db.backends.oracle"}, {"cockroach", "django_cockroachdb"},
}

// djOptions are the arguments that config and parse share.
type djOptions struct {
	engine, connMaxAge, healthChecks, noServerCursors, sslRequire, test eval.Value
}

// djArguments reads them; first is the position of engine.
func djArguments(c *eval.Call, first int) djOptions {
	return djOptions{
		engine:          c.ArgOr(first, "engine", eval.MakeNone()),
		connMaxAge:      c.ArgOr(first+1, "conn_max_age", eval.MakeInt(0)),
		healthChecks:    c.ArgOr(first+2, "conn_health_checks", eval.MakeBool(false)),
		noServerCursors: c.ArgOr(first+3, "disable_server_side_cursors", eval.MakeBool(false)),
		sslRequire:      c.ArgOr(first+4, "ssl_require", eval.MakeBool(false)),
		test:            c.ArgOr(first+5, "test_options", eval.MakeNone()),
	}
}

func djDatabaseURL() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"DEFAULT_ENV": eval.MakeStr("DATABASE_URL"),
		"parse": eval.NewNative("dj_database_url.parse", func(c *eval.Call) eval.Value {
			return djParse(c, c.Arg(0, "url"), djArguments(c, 1))
		}),
		"config":             eval.NewNative("dj_database_url.config", djConfig),
		"register":           inert("dj_database_url.register"),
		"ParseError":         exception("dj_database_url.ParseError", "ValueError"),
		"UnknownSchemeError": exception("dj_database_url.UnknownSchemeError", "ValueError"),
	}}
}

// djConfig is dj_database_url.config: the variable, or the default; an empty text gives an empty dictionary.
func djConfig(c *eval.Call) eval.Value {
	name, ok := str(c.ArgOr(0, "env", eval.MakeStr("DATABASE_URL")))
	if !ok {
		return c.UnknownFrom("the name of an environment variable is not known", c.Arg(0, "env"))
	}
	options := djArguments(c, 2)
	def := c.ArgOr(1, "default", eval.MakeNone())
	return c.Env(eval.EnvRead{Name: name, Default: def, Cast: "url", ConvertDefault: true,
		Convert: func(c *eval.Call, url eval.Value) eval.Value {
			if url.Truth() == eval.No {
				return eval.MakeDict()
			}
			return djParse(c, url, options)
		}})
}

// djParse is dj_database_url.parse.
func djParse(c *eval.Call, v eval.Value, o djOptions) eval.Value {
	s, ok := str(v)
	if !ok {
		config, options := unknownDatabase(c.UnknownFrom("the database URL is not known", v)), eval.MakeDict()
		options.SetOpen("the database URL is not known")
		return djFinish(c, config, options, o)
	}
	if s == "sqlite://:memory:" {
		return dict("ENGINE", eval.MakeStr("django.db.backends.sqlite3"), "NAME", eval.MakeStr(":memory:"))
	}
	u, err := pyurl.Split(s, "", true)
	if err != nil {
		return djFault(c, err)
	}
	class, ok := classOf(c, djSchemes, u.Scheme)
	if !ok {
		return djUnknownScheme(c, u.Scheme)
	}
	return djBuild(c, v, u, class, o)
}

// djFault raises ParseError for a URL that Python cannot read; versions before 2 let the ValueError pass.
func djFault(c *eval.Call, err error) eval.Value {
	if _, bad := err.(pyurl.ValueError); bad {
		return c.Raise("dj_database_url.ParseError",
			"This string is not a valid url, possibly because some of its parts is not properly urllib.parse.quote()'ed.")
	}
	return urlError(c, err)
}

func djUnknownScheme(c *eval.Call, name string) eval.Value {
	var known []string
	for _, s := range djSchemes {
		known = append(known, s.name)
	}
	slices.Sort(known)
	return c.Raise("dj_database_url.UnknownSchemeError", "Scheme '"+name+"://' is unknown. Did you forget to register custom backend?"+
		" Following schemes have registered backends: "+strings.Join(known, ", ")+".")
}

func djBuild(c *eval.Call, v eval.Value, u pyurl.URL, class eval.Value, o djOptions) eval.Value {
	port, hasPort, err := u.Port()
	if err != nil {
		return djFault(c, err)
	}
	user, _ := u.Username()
	password, _ := u.Password()
	host, _ := u.Hostname()
	parts := []string{user, password, host, afterFirst(u.Path)}
	for i, p := range parts {
		if parts[i], err = pyurl.Unquote(p); err != nil {
			return urlError(c, err)
		}
	}
	fields, err := pyurl.GroupQuery(u.Query, false)
	if err != nil {
		return urlError(c, err)
	}
	options, unknown := djQuery(c, fields)
	if unknown.IsValid() {
		return unknown
	}
	portValue := eval.MakeStr("")
	if hasPort && port != 0 {
		portValue = eval.MakeInt(int64(port))
	}
	config := dict("ENGINE", class, "USER", eval.MakeStr(parts[0]), "PASSWORD", eval.MakeStr(parts[1]),
		"HOST", eval.MakeStr(parts[2]), "PORT", portValue, "NAME", eval.MakeStr(parts[3]))
	djPostprocess(c, u.Scheme, config, options)
	return djFinish(c, traced(config, v), options, o)
}

// djQuery are the OPTIONS of a query: digits are numbers, true and false are booleans, several values a list (2.0 and later).
func djQuery(c *eval.Call, fields []pyurl.Field) (options, unknown eval.Value) {
	options = eval.MakeDict()
	old := !atLeast(c, "dj-database-url", 2, 0)
	for _, f := range fields {
		list := make([]eval.Value, len(f.Values))
		for i, s := range f.Values {
			v := digitsOr(c, s)
			if t, ok := str(v); ok && (strings.EqualFold(t, "true") || strings.EqualFold(t, "false")) {
				v = eval.MakeBool(strings.EqualFold(t, "true"))
			}
			if old && v.Kind() != eval.Str {
				v = c.Unknown("versions of dj-database-url read the option " + f.Name + " differently")
			}
			list[i] = v
		}
		v := list[0]
		if len(list) > 1 {
			v = eval.MakeList(list...)
			if old {
				v = c.Unknown("versions of dj-database-url read the option " + f.Name + " differently")
			}
		}
		options.SetKey(eval.MakeStr(f.Name), v)
	}
	return options, eval.Value{}
}

// djPostprocess is what the schemes change: SQLite's memory, the text port of Oracle and SQL Server, MySQL's CA and PostgreSQL's schema.
func djPostprocess(c *eval.Call, scheme string, config, options eval.Value) {
	take := func(name string) (eval.Value, bool) {
		v, ok := options.DeleteKey(eval.MakeStr(name))
		return v, ok && v.Truth() == eval.Yes
	}
	switch scheme {
	case "sqlite":
		if name, _ := config.Lookup("NAME"); name.Truth() == eval.No {
			config.SetKey(eval.MakeStr("NAME"), eval.MakeStr(":memory:"))
		}
	case "oracle", "mssqlms", "mssql":
		port, _ := config.Lookup("PORT")
		config.SetKey(eval.MakeStr("PORT"), eval.MakeStr(text(port)))
	case "mysql", "mysql2":
		if ca, ok := take("ssl-ca"); ok {
			options.SetKey(eval.MakeStr("ssl"), dict("ca", ca))
		}
	case "postgres", "postgresql", "pgsql", "postgis", "redshift", "timescale", "timescalegis":
		if schema, ok := take("currentSchema"); ok {
			options.SetKey(eval.MakeStr("options"), eval.MakeStr("-c search_path="+text(schema)))
		}
	}
}

// djFinish adds what was given as arguments. conn_health_checks came in 1.2, disable_server_side_cursors in 2.2.
func djFinish(c *eval.Call, config, options eval.Value, o djOptions) eval.Value {
	switch truth, known := truthy(o.sslRequire, false); {
	case !known:
		options.SetOpen("whether TLS is required is not known")
		options.SetKey(eval.MakeStr("sslmode"), c.UnknownFrom("whether TLS is required is not known", o.sslRequire))
	case truth:
		options.SetKey(eval.MakeStr("sslmode"), eval.MakeStr("require"))
	}
	config.SetKey(eval.MakeStr("OPTIONS"), options)
	config.SetKey(eval.MakeStr("CONN_MAX_AGE"), o.connMaxAge)
	if atLeast(c, "dj-database-url", 1, 2) {
		config.SetKey(eval.MakeStr("CONN_HEALTH_CHECKS"), o.healthChecks)
	}
	if atLeast(c, "dj-database-url", 2, 2) {
		config.SetKey(eval.MakeStr("DISABLE_SERVER_SIDE_CURSORS"), o.noServerCursors)
	}
	if o.engine.Truth() == eval.Yes || o.engine.IsUnknown() {
		config.SetKey(eval.MakeStr("ENGINE"), o.engine)
	}
	if o.test.Truth() == eval.Yes || o.test.IsUnknown() {
		config.SetKey(eval.MakeStr("TEST"), o.test)
	}
	if n, exact := options.Len(); exact && n == 0 {
		config.DeleteKey(eval.MakeStr("OPTIONS"))
	}
	return config
}
