package library

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyurl"
)

// scheme pairs a URL's scheme with what Django imports for it.
type scheme struct{ name, class string }

// environDatabases is Env.DB_SCHEMES. Where versions differ the class is "": mssql was sql_server.pyodbc before 0.8.
var environDatabases = []scheme{
	{"postgres", "django.db.backends.postgresql"}, {"postgresql", "django.db.backends.postgresql"},
	{"psql", "django.db.backends.postgresql"}, {"pgsql", "django.db.backends.postgresql"},
	{"postgis", "django.contrib.gis.db.backends.postgis"},
	{"prometheus_postgresql", "django_prometheus.db.backends.postgresql"}, {"prometheus_postgis", "django_prometheus.db.backends.postgis"},
	{"cockroachdb", "django_cockroachdb"},
	{"mysql", "django.db.backends.mysql"}, {"mysql2", "django.db.backends.mysql"}, {"mysql-connector", "mysql.connector.django"},
	{"mysqlgis", "django.contrib.gis.db.backends.mysql"}, {"prometheus_mysql", "django_prometheus.db.backends.mysql"},
	{"mssql", ""}, {"oracle", "django.db.backends.oracle"}, {"pyodbc", "sql_server.pyodbc"}, {"redshift", "django_redshift_backend"},
	{"spatialite", "django.contrib.gis.db.backends.spatialite"}, {"prometheus_spatialite", "django_prometheus.db.backends.spatialite"},
	{"sqlite", "django.db.backends.sqlite3"}, {"prometheus_sqlite", "django_prometheus.db.backends.sqlite3"}, {"ldap", "ldapdb.backends.ldap"},
}

// environCaches is Env.CACHE_SCHEMES. The class of "redis" depends on what is installed.
var environCaches = []scheme{
	{"dbcache", "django.core.cache.backends.db.DatabaseCache"}, {"dummycache", "django.core.cache.backends.dummy.DummyCache"},
	{"filecache", "django.core.cache.backends.filebased.FileBasedCache"}, {"locmemcache", "django.core.cache.backends.locmem.LocMemCache"},
	{"memcache", "django.core.cache.backends.memcached.MemcachedCache"}, {"pymemcache", ""},
	{"pylibmc", "django.core.cache.backends.memcached.PyLibMCCache"},
	{"rediscache", ""}, {"redis", ""}, {"rediss", ""}, {"valkey", ""}, {"valkeys", ""},
}

var environMails = []scheme{
	{"smtp", "django.core.mail.backends.smtp.EmailBackend"}, {"smtps", "django.core.mail.backends.smtp.EmailBackend"},
	{"smtp+tls", "django.core.mail.backends.smtp.EmailBackend"}, {"smtp+ssl", "django.core.mail.backends.smtp.EmailBackend"},
	{"consolemail", "django.core.mail.backends.console.EmailBackend"}, {"filemail", "django.core.mail.backends.filebased.EmailBackend"},
	{"memorymail", "django.core.mail.backends.locmem.EmailBackend"}, {"dummymail", "django.core.mail.backends.dummy.EmailBackend"},
}

var environChannels = []scheme{
	{"inmemory", "channels.layers.InMemoryChannelLayer"}, {"redis", "channels_redis.core.RedisChannelLayer"},
	{"rediss", "channels_redis.core.RedisChannelLayer"}, {"redis+pubsub", "channels_redis.pubsub.RedisPubSubChannelLayer"},
	{"rediss+pubsub", "channels_redis.pubsub.RedisPubSubChannelLayer"},
}

func environSchemes(list []scheme) eval.Value {
	d := eval.MakeDict()
	for _, s := range list {
		class := eval.MakeStr(s.class)
		if s.class == "" {
			class = eval.MakeUnknownOf("str", "the backend depends on what is installed")
		}
		d.SetKey(eval.MakeStr(s.name), class)
	}
	return d
}

// classOf is the class for a URL's scheme; ok is false for a scheme that is not in the list.
func classOf(c *eval.Call, list []scheme, name string) (class eval.Value, ok bool) {
	for _, s := range list {
		if s.name == name {
			if s.class != "" {
				return eval.MakeStr(s.class), true
			}
			return environBackend(c, name), true
		}
	}
	return eval.Value{}, false
}

// environBackend is the class of a scheme that depends on what is installed (environ/compat.py).
func environBackend(c *eval.Call, scheme string) eval.Value {
	choose := func(distribution, there, missing string) eval.Value {
		switch isInstalled(c, distribution) {
		case eval.Yes:
			return eval.MakeStr(there)
		case eval.No:
			return eval.MakeStr(missing)
		}
		return c.Unknown("the backend depends on whether " + distribution + " is installed")
	}
	switch scheme {
	case "mssql":
		if atLeast(c, "django-environ", 0, 8) {
			return eval.MakeStr("mssql")
		}
		return eval.MakeStr("sql_server.pyodbc")
	case "pymemcache":
		return choose("pymemcache", "django.core.cache.backends.memcached.PyMemcacheCache", "django.core.cache.backends.memcached.PyLibMCCache")
	}
	missing := "redis_cache.RedisCache"
	if atLeast(c, "django", 4, 0) {
		missing = "django.core.cache.backends.redis.RedisCache"
	}
	return choose("django-redis", "django_redis.cache.RedisCache", missing)
}

// environPostgres are the schemes that may name several hosts or a socket.
var environPostgres = map[string]bool{"postgres": true, "postgresql": true, "psql": true, "pgsql": true, "postgis": true,
	"prometheus_postgresql": true, "prometheus_postgis": true}

// environURLMethods are db_url, cache_url and the like with their short names.
func environURLMethods() map[string]method {
	out := map[string]method{}
	for _, kind := range []struct {
		names      []string
		variable   string
		backendArg string
		config     func(c *eval.Call, u pyurl.URL, backend eval.Value) eval.Value
	}{
		{[]string{"cache_url", "cache"}, "CACHE_URL", "backend", environCache},
		{[]string{"email_url", "email"}, "EMAIL_URL", "backend", environMail},
		{[]string{"search_url", "search"}, "SEARCH_URL", "engine", environSearch},
		{[]string{"channels_url", "channels"}, "CHANNELS_URL", "backend", environChannel},
	} {
		fn := func(c *eval.Call, self eval.Value) eval.Value {
			v := environURL(c, self, c.ArgOr(0, "var", eval.MakeStr(kind.variable)), c.Arg(1, "default"))
			return environConfigured(c, v, c.Arg(2, kind.backendArg), kind.config)
		}
		for _, n := range kind.names {
			out[n] = fn
		}
	}
	db := func(c *eval.Call, self eval.Value) eval.Value {
		v := environValue(c, self, environRequest{name: c.ArgOr(0, "var", eval.MakeStr("DATABASE_URL")), def: c.Arg(1, "default"), label: "url"})
		return traced(environDatabaseOf(c, v, c.Arg(2, "engine")), v)
	}
	out["db_url"], out["db"] = db, db
	return out
}

// environURLConfigs are the class methods that take a URL itself.
func environURLConfigs() map[string]method {
	config := func(backendArg string, fn func(c *eval.Call, u pyurl.URL, backend eval.Value) eval.Value) method {
		return func(c *eval.Call, _ eval.Value) eval.Value {
			return environConfigured(c, c.Arg(0, "url"), c.Arg(1, backendArg), fn)
		}
	}
	return map[string]method{
		"db_url_config": func(c *eval.Call, _ eval.Value) eval.Value {
			return traced(environDatabaseOf(c, c.Arg(0, "url"), c.Arg(1, "engine")), c.Arg(0, "url"))
		},
		"cache_url_config":    config("backend", environCache),
		"email_url_config":    config("backend", environMail),
		"search_url_config":   config("engine", environSearch),
		"channels_url_config": config("backend", environChannel),
	}
}

// environURL is Env.url: a ParseResult.
func environURL(c *eval.Call, self, name, def eval.Value) eval.Value {
	return environValue(c, self, environRequest{name: name, def: def, parseDefault: true, label: "url",
		cast: eval.NewNative("urllib.parse.urlparse", func(c *eval.Call) eval.Value { return urlparse(c) })})
}

// environConfigured makes the dictionary of a URL that may be a text, a ParseResult, or not known.
func environConfigured(c *eval.Call, v, backend eval.Value, config func(*eval.Call, pyurl.URL, eval.Value) eval.Value) eval.Value {
	if v.IsUnknown() || backend.IsUnknown() {
		return c.UnknownFrom("the URL is not known", v, backend).WithOrigin(v.Origin())
	}
	if isNone(v) {
		return c.Raise("AttributeError", "'bytes' object has no attribute 'scheme'")
	}
	u, unknown := urlOf(c, v)
	if unknown.IsValid() {
		return unknown
	}
	return traced(config(c, u, backend), v)
}

// urlOf is the URL that a text or a ParseResult stands for.
func urlOf(c *eval.Call, v eval.Value) (u pyurl.URL, unknown eval.Value) {
	if r, ok := v.State().(*urlResult); ok {
		return r.URL, eval.Value{}
	}
	s, ok := str(v)
	if !ok {
		return u, c.Unknown("what is given as a URL is no text")
	}
	return parseURL(c, s)
}

// environDatabaseOf is Env.db_url_config.
func environDatabaseOf(c *eval.Call, v, engine eval.Value) eval.Value {
	if v.IsUnknown() || engine.IsUnknown() {
		return unknownDatabase(c.UnknownFrom("the URL is not known", v, engine).WithOrigin(v.Origin()))
	}
	if s, ok := str(v); ok && s == "sqlite://:memory:" {
		return dict("ENGINE", eval.MakeStr("django.db.backends.sqlite3"), "NAME", eval.MakeStr(":memory:"))
	}
	if isNone(v) {
		return c.Unknown("a database URL that is None")
	}
	var u pyurl.URL
	if s, ok := str(v); ok {
		parsed, err := pyurl.Parse(s, "", true)
		if _, bad := err.(pyurl.ValueError); bad {
			parsed, err = pyurl.Parse(quotedURL(s), "", true)
		}
		if unknown := urlError(c, err); unknown.IsValid() {
			return unknown
		}
		u = parsed
	} else {
		parsed, unknown := urlOf(c, v)
		if unknown.IsValid() {
			return unknown
		}
		u = parsed
	}
	if u.Path == "" && (u.Netloc != "" || u.Query != "" || u.Fragment != "") {
		// Signs that belong to the password end the netloc: the URL is quoted and read again.
		s, err := u.Unparse()
		if unknown := urlError(c, err); unknown.IsValid() {
			return unknown
		}
		if u, err = pyurl.Parse(quotedURL(s), "", true); err != nil {
			return urlError(c, err)
		}
	}
	return environDatabase(c, u, engine)
}

func quotedURL(s string) string { return pyurl.Quote(s, ":/?&=@") }

func environDatabase(c *eval.Call, u pyurl.URL, engine eval.Value) eval.Value {
	path, err := pyurl.UnquotePlus(afterFirst(u.Path))
	if err != nil {
		return urlError(c, err)
	}
	netloc, err := pyurl.Unquote(u.Netloc[strings.LastIndexByte(u.Netloc, '@')+1:])
	if err != nil {
		return urlError(c, err)
	}
	hosts, several := eval.Value{}, environPostgres[u.Scheme] && strings.Contains(netloc, ",")
	ports := eval.MakeStr("")
	if several {
		hosts, ports = environHosts(netloc)
		u.Netloc = u.Netloc[:strings.LastIndexByte(u.Netloc, '@')+1] // its port is no number
	}
	p, unknown := splitURL(c, u, true)
	if unknown.IsValid() {
		return unknown
	}
	if several {
		if strings.Contains(netloc, "[") {
			return c.Unknown("a database URL with several hosts")
		}
		p.host, p.port = hosts, ports
		if s, _ := str(ports); s != "" {
			if p.port = digitsOr(c, s); p.port.IsUnknown() {
				return p.port
			}
		}
	}
	switch u.Scheme {
	case "sqlite":
		if path == "" {
			path = ":memory:"
		}
	case "ldap":
		path = u.Scheme + "://" + text(p.host)
		if p.port.Truth() == eval.Yes {
			path += ":" + text(p.port)
		}
	}
	host, name := emptyOr(p.host), eval.MakeStr(path)
	if (environPostgres[u.Scheme] || strings.Contains(path, "cloudsql")) && strings.HasPrefix(path, "/") {
		slash := strings.LastIndexByte(path, '/')
		host, name = eval.MakeStr(path[:slash]), eval.MakeStr(path[slash+1:])
	}
	port := emptyOr(p.port)
	config := dict("NAME", name, "USER", emptyOr(p.user), "PASSWORD", emptyOr(p.password), "HOST", host, "PORT", port)
	if u.Scheme == "oracle" {
		if path == "" {
			config.SetKey(eval.MakeStr("NAME"), host)
			config.SetKey(eval.MakeStr("HOST"), eval.MakeStr(""))
		}
		if port.Truth() != eval.Yes {
			config.DeleteKey(eval.MakeStr("PORT"))
		} else {
			config.SetKey(eval.MakeStr("PORT"), eval.MakeStr(text(port)))
		}
	}
	if u.Query != "" {
		if unknown := environDatabaseOptions(c, config, u.Query); unknown.IsValid() {
			return unknown
		}
	}
	class := eval.MakeStr(u.Scheme)
	if given(engine) && engine.Truth() == eval.Yes {
		class = engine
	}
	key, _ := str(class)
	if known, ok := classOf(c, environDatabases, key); ok {
		class = known
	}
	if class.Truth() == eval.No {
		return eval.MakeDict()
	}
	config.SetKey(eval.MakeStr("ENGINE"), class)
	return config
}

// environHosts reads several hosts with or without ports, as PostgreSQL's client takes them.
func environHosts(netloc string) (hosts, ports eval.Value) {
	var names, numbers []string
	for _, host := range strings.Split(netloc, ",") {
		if i := strings.LastIndexByte(host, ':'); i >= 0 {
			if digits, _ := isDigits(host[i+1:]); digits {
				numbers = append(numbers, host[i+1:])
				host = host[:i]
			}
		}
		names = append(names, host)
	}
	return eval.MakeStr(strings.Join(names, ",")), eval.MakeStr(strings.Join(numbers, ","))
}

// environBaseOptions are the parameters of a query that are settings of the database itself. CONN_HEALTH_CHECKS came in 0.11.
var environBaseOptions = map[string]bool{"CONN_MAX_AGE": true, "ATOMIC_REQUESTS": true, "AUTOCOMMIT": true,
	"DISABLE_SERVER_SIDE_CURSORS": true, "CONN_HEALTH_CHECKS": true}

func environDatabaseOptions(c *eval.Call, config eval.Value, query string) (unknown eval.Value) {
	fields, err := pyurl.GroupQuery(query, false)
	if err != nil {
		return urlError(c, err)
	}
	options := eval.MakeDict()
	for _, f := range fields {
		upper := strings.ToUpper(f.Name)
		if environBaseOptions[upper] {
			config.SetKey(eval.MakeStr(upper), literalOr(c, f.Values[0]))
			continue
		}
		options.SetKey(eval.MakeStr(f.Name), digitsOr(c, f.Values[0]))
	}
	config.SetKey(eval.MakeStr("OPTIONS"), options)
	return eval.Value{}
}

// literalOr is ast.literal_eval of a text, or the text where that fails.
func literalOr(c *eval.Call, s string) eval.Value {
	v, err := literal(s)
	switch err {
	case nil:
		return v
	case errNoLiteral, errLiteralSyntax:
		return eval.MakeStr(s)
	}
	return c.Unknown("a text that may be a Python literal: " + s)
}

// digitsOr is the number that a text of digits stands for, or the text.
func digitsOr(c *eval.Call, s string) eval.Value {
	digits, certain := isDigits(s)
	if !certain {
		return c.Unknown("a text with characters that may be digits")
	}
	if digits {
		if i, ok := parseInt(s); ok {
			return eval.MakeBigInt(i)
		}
	}
	return eval.MakeStr(s)
}
