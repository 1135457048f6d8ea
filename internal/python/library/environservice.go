package library

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyurl"
)

// What django-environ makes of the URLs of caches, mail servers, search engines and channel layers.

// environCache is Env.cache_url_config.
func environCache(c *eval.Call, u pyurl.URL, backend eval.Value) eval.Value {
	class, ok := classOf(c, environCaches, u.Scheme)
	if !ok {
		return c.Raise("django.core.exceptions.ImproperlyConfigured", "Invalid cache schema "+u.Scheme)
	}
	hosts := strings.Split(u.Netloc, ",")
	location := oneOrAll(hosts)
	if u.Scheme == "filecache" {
		location = eval.MakeStr(u.Netloc + u.Path)
	}
	switch {
	case u.Netloc == "" && (u.Scheme == "memcache" || u.Scheme == "pymemcache"):
		location = eval.MakeStr("unix:" + u.Path)
	case strings.HasPrefix(u.Scheme, "redis"):
		scheme := "unix"
		if _, ok := u.Hostname(); ok {
			scheme = strings.ReplaceAll(u.Scheme, "cache", "")
		}
		for i := range hosts {
			hosts[i] = scheme + "://" + hosts[i] + u.Path
		}
		location = oneOrAll(hosts)
	case strings.HasPrefix(u.Scheme, "valkey"):
		return c.Unknown("the location depends on the version of django-environ")
	}
	config := dict("BACKEND", class, "LOCATION", location)
	if given(backend) && backend.Truth() == eval.Yes {
		config.SetKey(eval.MakeStr("BACKEND"), backend)
		class = backend
	}
	if u.Query == "" {
		return config
	}
	return environCacheOptions(c, config, class, u.Query)
}

func oneOrAll(texts []string) eval.Value {
	if len(texts) == 1 {
		return eval.MakeStr(texts[0])
	}
	return strs(texts)
}

func environCacheOptions(c *eval.Call, config, class eval.Value, query string) eval.Value {
	fields, err := pyurl.GroupQuery(query, false)
	if err != nil {
		return urlError(c, err)
	}
	if class.IsUnknown() {
		config.SetOpen("the names of options depend on the backend")
		return config
	}
	change := strings.ToUpper
	if s, _ := str(class); s == "django.core.cache.backends.redis.RedisCache" {
		// Versions before 0.11 wrote these in capitals, which this backend does not take.
		change = strings.ToLower
	}
	options := eval.MakeDict()
	for _, f := range fields {
		switch strings.ToUpper(f.Name) {
		case "TIMEOUT", "KEY_PREFIX", "VERSION", "KEY_FUNCTION", "BINARY":
			config.SetKey(eval.MakeStr(change(f.Name)), literalOr(c, f.Values[0]))
		default:
			options.SetKey(eval.MakeStr(change(f.Name)), literalOr(c, f.Values[0]))
		}
	}
	config.SetKey(eval.MakeStr("OPTIONS"), options)
	return config
}

// environMail is Env.email_url_config.
func environMail(c *eval.Call, u pyurl.URL, backend eval.Value) eval.Value {
	p, unknown := splitURL(c, u, true)
	if unknown.IsValid() {
		return unknown
	}
	path, err := pyurl.UnquotePlus(afterFirst(u.Path))
	if err != nil {
		return urlError(c, err)
	}
	config := dict("EMAIL_FILE_PATH", eval.MakeStr(path), "EMAIL_HOST_USER", p.user, "EMAIL_HOST_PASSWORD", p.password,
		"EMAIL_HOST", p.host, "EMAIL_PORT", p.port)
	class, ok := classOf(c, environMails, u.Scheme)
	if given(backend) && backend.Truth() == eval.Yes {
		class, ok = backend, true
	}
	if !ok {
		return c.Raise("django.core.exceptions.ImproperlyConfigured", "Invalid email schema "+u.Scheme)
	}
	config.SetKey(eval.MakeStr("EMAIL_BACKEND"), class)
	switch u.Scheme {
	case "smtps", "smtp+tls":
		config.SetKey(eval.MakeStr("EMAIL_USE_TLS"), eval.MakeBool(true))
	case "smtp+ssl":
		config.SetKey(eval.MakeStr("EMAIL_USE_SSL"), eval.MakeBool(true))
	}
	if u.Query == "" {
		return config
	}
	fields, err := pyurl.GroupQuery(u.Query, false)
	if err != nil {
		return urlError(c, err)
	}
	options := eval.MakeDict()
	for _, f := range fields {
		key, v := strings.ToUpper(f.Name), digitsOr(c, f.Values[0])
		if key == "EMAIL_USE_TLS" || key == "EMAIL_USE_SSL" {
			config.SetKey(eval.MakeStr(key), v)
		} else {
			options.SetKey(eval.MakeStr(key), v)
		}
	}
	config.SetKey(eval.MakeStr("OPTIONS"), options)
	return config
}

// environSearch is Env.search_url_config; which search engine is used no check needs, and versions differ.
func environSearch(c *eval.Call, u pyurl.URL, backend eval.Value) eval.Value {
	return c.Unknown("the settings of a search engine are made from a URL")
}

// environChannel is Env.channels_url_config.
func environChannel(c *eval.Call, u pyurl.URL, backend eval.Value) eval.Value {
	if given(backend) && backend.Truth() == eval.Yes {
		return dict("BACKEND", backend)
	}
	class, ok := classOf(c, environChannels, u.Scheme)
	if !ok {
		return c.Raise("django.core.exceptions.ImproperlyConfigured", "Invalid channels schema "+u.Scheme)
	}
	config := dict("BACKEND", class)
	if strings.HasPrefix(u.Scheme, "redis") {
		u.Scheme, _, _ = strings.Cut(u.Scheme, "+")
		s, err := u.Unparse()
		if err != nil {
			return urlError(c, err)
		}
		config.SetKey(eval.MakeStr("CONFIG"), dict("hosts", eval.MakeList(eval.MakeStr(s))))
	}
	return config
}
