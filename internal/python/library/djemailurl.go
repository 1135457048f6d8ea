package library

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyurl"
)

// djEmailURL is the package dj-email-url (dj_email_url). Facts: its README and dj_email_url.py of 0.1 to 1.0.
func djEmailURL() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"DEFAULT_ENV": eval.MakeStr("EMAIL_URL"),
		"parse": eval.NewNative("dj_email_url.parse", func(c *eval.Call) eval.Value {
			return mailOf(c, c.Arg(0, "url"))
		}),
		"config": eval.NewNative("dj_email_url.config", func(c *eval.Call) eval.Value {
			return urlConfig(c, "EMAIL_URL", eval.MakeNone(), mailOf)
		}),
	}}
}

// urlConfig is the function config of the packages for URLs: the variable or the default, parsed when it is not empty.
func urlConfig(c *eval.Call, variable string, def eval.Value, parse func(*eval.Call, eval.Value) eval.Value) eval.Value {
	name, ok := str(c.ArgOr(0, "env", eval.MakeStr(variable)))
	if !ok {
		return c.UnknownFrom("the name of an environment variable is not known", c.Arg(0, "env"))
	}
	return c.Env(eval.EnvRead{Name: name, Default: c.ArgOr(1, "default", def), Cast: "url", ConvertDefault: true,
		Convert: func(c *eval.Call, url eval.Value) eval.Value {
			switch url.Truth() {
			case eval.No:
				return eval.MakeDict()
			case eval.Maybe:
				return c.UnknownFrom("the URL is not known", url)
			}
			return parse(c, url)
		}})
}

var djMails = []scheme{
	{"smtp", "django.core.mail.backends.smtp.EmailBackend"}, {"submission", "django.core.mail.backends.smtp.EmailBackend"},
	{"submit", "django.core.mail.backends.smtp.EmailBackend"}, {"smtps", "django.core.mail.backends.smtp.EmailBackend"},
	{"console", "django.core.mail.backends.console.EmailBackend"}, {"file", "django.core.mail.backends.filebased.EmailBackend"},
	{"memory", "django.core.mail.backends.locmem.EmailBackend"}, {"dummy", "django.core.mail.backends.dummy.EmailBackend"},
}

var djMailTrue = []string{"1", "y", "Y", "yes", "Yes", "YES", "t", "T", "true", "True", "TRUE", "on", "On", "ON"}

// mailOf is dj_email_url.parse.
func mailOf(c *eval.Call, v eval.Value) eval.Value {
	s, ok := str(v)
	if !ok {
		return c.UnknownFrom("the URL is not known", v)
	}
	u, unknown := parseURL(c, s)
	if unknown.IsValid() {
		return unknown
	}
	query, err := pyurl.GroupQuery(u.Query, false)
	if err != nil {
		return urlError(c, err)
	}
	p, unknown := splitURL(c, u, true)
	if unknown.IsValid() {
		return unknown
	}
	config := dict("EMAIL_FILE_PATH", eval.MakeStr(afterFirst(u.Path)), "EMAIL_HOST_USER", p.user, "EMAIL_HOST_PASSWORD", p.password,
		"EMAIL_HOST", p.host, "EMAIL_PORT", p.port, "EMAIL_USE_SSL", eval.MakeBool(false), "EMAIL_USE_TLS", eval.MakeBool(false),
		"EMAIL_TIMEOUT", eval.MakeNone())
	set := func(name string, v eval.Value) { config.SetKey(eval.MakeStr(name), v) }
	if class, ok := classOf(c, djMails, u.Scheme); ok {
		set("EMAIL_BACKEND", class)
	}
	switch u.Scheme {
	case "smtp":
		set("EMAIL_HOST", or(p.host, eval.MakeStr("localhost")))
		set("EMAIL_PORT", or(p.port, eval.MakeInt(25)))
	case "smtps":
		set("EMAIL_USE_TLS", eval.MakeBool(true))
	case "submission", "submit":
		set("EMAIL_USE_TLS", eval.MakeBool(true))
		set("EMAIL_PORT", or(p.port, eval.MakeInt(587)))
	}
	return mailOptions(c, config, query)
}

// mailOptions applies the query: transport security, the timeout and the sender.
func mailOptions(c *eval.Call, config eval.Value, query []pyurl.Field) eval.Value {
	first := map[string]string{}
	for _, f := range query {
		first[f.Name] = f.Values[0]
	}
	set := func(name string, v eval.Value) { config.SetKey(eval.MakeStr(name), v) }
	if ssl, ok := first["ssl"]; ok {
		if slices.Contains(djMailTrue, ssl) {
			set("EMAIL_USE_SSL", eval.MakeBool(true))
			set("EMAIL_USE_TLS", eval.MakeBool(false))
		}
	} else if slices.Contains(djMailTrue, first["tls"]) {
		set("EMAIL_USE_SSL", eval.MakeBool(false))
		set("EMAIL_USE_TLS", eval.MakeBool(true))
	}
	if timeout, ok := first["timeout"]; ok {
		set("EMAIL_TIMEOUT", c.Call(eval.BuiltinClass("int"), eval.MakeStr(timeout)))
	}
	if s, ok := first["_server_email"]; ok {
		set("SERVER_EMAIL", eval.MakeStr(s))
	}
	if s, ok := first["_default_from_email"]; ok {
		set("DEFAULT_FROM_EMAIL", eval.MakeStr(s))
	}
	return config
}

// djangoCacheURL is the package django-cache-url (django_cache_url). Facts: its README and source text of 3.4.
func djangoCacheURL() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"DEFAULT_ENV": eval.MakeStr("CACHE_URL"),
		"parse": eval.NewNative("django_cache_url.parse", func(c *eval.Call) eval.Value {
			return cacheOf(c, c.Arg(0, "url"))
		}),
		"config": eval.NewNative("django_cache_url.config", func(c *eval.Call) eval.Value {
			return urlConfig(c, "CACHE_URL", eval.MakeStr("locmem://"), cacheOf)
		}),
	}}
}

var djCaches = []scheme{
	{"db", "django.core.cache.backends.db.DatabaseCache"}, {"dummy", "django.core.cache.backends.dummy.DummyCache"},
	{"elasticache", "django_elasticache.memcached.ElastiCache"}, {"file", "django.core.cache.backends.filebased.FileBasedCache"},
	{"locmem", "django.core.cache.backends.locmem.LocMemCache"}, {"uwsgicache", "uwsgicache.UWSGICache"},
	{"memcached", "django.core.cache.backends.memcached.PyLibMCCache"}, {"djangopylibmc", "django_pylibmc.memcached.PyLibMCCache"},
	{"pymemcached", "django.core.cache.backends.memcached.MemcachedCache"}, {"pymemcache", "django.core.cache.backends.memcached.PyMemcacheCache"},
	{"redis-cache", "redis_cache.RedisCache"}, {"redis", ""}, {"rediss", ""}, {"hiredis", ""},
}

// cacheOf is django_cache_url.parse.
func cacheOf(c *eval.Call, v eval.Value) eval.Value {
	s, ok := str(v)
	if !ok {
		return c.UnknownFrom("the URL is not known", v)
	}
	u, unknown := parseURL(c, s)
	if unknown.IsValid() {
		return unknown
	}
	query, err := pyurl.GroupQuery(u.Query, false)
	if err != nil {
		return urlError(c, err)
	}
	i := slices.IndexFunc(djCaches, func(k scheme) bool { return k.name == u.Scheme })
	if i < 0 {
		return c.Raise("Exception", `Unknown backend: "`+u.Scheme+`"`)
	}
	backend := djCaches[i].class
	if backend == "" {
		if !atLeast(c, "django-cache-url", 3, 4) {
			return c.Unknown("versions of django-cache-url make another cache of " + u.Scheme)
		}
		backend = "django.core.cache.backends.redis.RedisCache"
	}
	for _, f := range query {
		if strings.EqualFold(f.Name, "lib") || strings.Contains(u.Scheme, "redis-") {
			return c.Unknown("a cache URL that names a library")
		}
	}
	config := dict("BACKEND", eval.MakeStr(backend))
	location, unknown := cacheLocation(c, u)
	if unknown.IsValid() {
		return unknown
	}
	config.SetKey(eval.MakeStr("LOCATION"), eval.MakeStr(location))
	options := eval.MakeDict()
	if u.Scheme == "hiredis" {
		options.SetKey(eval.MakeStr("PARSER_CLASS"), eval.MakeStr("redis.connection.HiredisParser"))
	}
	return cacheArguments(c, config, options, query)
}

// cacheLocation is the LOCATION of a cache URL.
func cacheLocation(c *eval.Call, u pyurl.URL) (location string, unknown eval.Value) {
	redis := u.Scheme == "redis" || u.Scheme == "rediss" || u.Scheme == "hiredis"
	switch {
	case u.Netloc == "" && (redis || strings.Contains(u.Scheme, "redis")):
		return "", c.Unknown("a cache URL of a socket")
	case u.Netloc == "":
		switch u.Scheme {
		case "memcached", "pymemcached", "pymemcache", "djangopylibmc":
			return "unix://" + u.Path, eval.Value{}
		case "uwsgicache":
			if u.Path == "" {
				return "default", eval.Value{}
			}
		}
		return u.Path, eval.Value{}
	case !redis:
		return strings.ReplaceAll(u.Netloc, ",", ";"), eval.Value{}
	}
	p, unknown := splitURL(c, u, false)
	if unknown.IsValid() {
		return "", unknown
	}
	db := afterFirst(u.Path)
	if db == "" {
		db = "0"
	}
	scheme := "redis"
	if u.Scheme == "rediss" {
		scheme = "rediss"
	}
	login := ""
	if p.password.Truth() == eval.Yes {
		login = ":" + text(p.password) + "@"
	}
	return scheme + "://" + login + text(p.host) + ":" + text(or(p.port, eval.MakeInt(6379))) + "/" + db, eval.Value{}
}

// cacheArguments adds the query: MAX_ENTRIES and CULL_FREQUENCY are options, the rest are arguments of the cache, as texts.
func cacheArguments(c *eval.Call, config, options eval.Value, query []pyurl.Field) eval.Value {
	for _, name := range []string{"MAX_ENTRIES", "CULL_FREQUENCY"} {
		for _, f := range query {
			if strings.ToUpper(f.Name) == name {
				options.SetKey(eval.MakeStr(name), c.Call(eval.BuiltinClass("int"), eval.MakeStr(strings.Join(f.Values, ";"))))
			}
		}
	}
	if n, _ := options.Len(); n > 0 {
		config.SetKey(eval.MakeStr("OPTIONS"), options)
	}
	for _, f := range query {
		name := strings.ToUpper(f.Name)
		if name != "MAX_ENTRIES" && name != "CULL_FREQUENCY" {
			config.SetKey(eval.MakeStr(name), eval.MakeStr(strings.Join(f.Values, ";")))
		}
	}
	return config
}
