package library

import (
	"regexp"
	"strings"

	"gonogo/internal/python/eval"
)

// URLs of pydantic. Facts: https://docs.pydantic.dev/latest/api/networks/

// pydanticSchemes are the schemes that a type of URL takes; an empty list takes all.
var pydanticSchemes = map[string][]string{
	"AnyUrl": nil, "AnyHttpUrl": {"http", "https"}, "HttpUrl": {"http", "https"},
	"PostgresDsn": {"postgres", "postgresql", "postgresql+asyncpg", "postgresql+pg8000", "postgresql+psycopg", "postgresql+psycopg2",
		"postgresql+psycopg2cffi", "postgresql+py-postgresql", "postgresql+pygresql"},
	"RedisDsn": {"redis", "rediss"},
}

// plainURL is a URL that pydantic takes and writes without changing it.
var plainURL = regexp.MustCompile(`^([a-z][a-z0-9+.-]*)://(?:([A-Za-z0-9._~-]|%[0-9A-F]{2})*(?::(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*)?@)?` +
	`([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)*)(?::([1-9][0-9]{0,4}))?((?:/[A-Za-z0-9_~-]+)*/?)$`)

// pydanticURLClass is a type of URL: its instances are objects with the text as state.
func pydanticURLClass(name string) eval.Value {
	return eval.NewClass(eval.NativeClass{Name: "pydantic.networks." + name, Open: true,
		New: func(c *eval.Call, k eval.Value) eval.Value { return pydanticURL(c, k, c.Arg(0, "url")) },
		Methods: map[string]method{
			"__str__":        urlText,
			"unicode_string": urlText,
		}})
}

func urlText(c *eval.Call, self eval.Value) eval.Value {
	if s, ok := self.State().(string); ok {
		return eval.MakeStr(s)
	}
	return c.Unknown(reasonPydanticType)
}

// pydanticURL makes a URL of a text. What pydantic would write otherwise than it was given is not known.
func pydanticURL(c *eval.Call, class, v eval.Value) eval.Value {
	if v.Class() == class.Dotted() {
		return v
	}
	s, ok := str(v)
	if !ok {
		return c.UnknownFrom(reasonPydanticType, v)
	}
	if !strings.Contains(s, ":") {
		return pydanticFail(c, "Input should be a valid URL")
	}
	parts := plainURL.FindStringSubmatch(s)
	if parts == nil {
		return c.UnknownFrom("a URL that pydantic may write otherwise", v)
	}
	scheme, port, path := parts[1], parts[4], parts[5]
	if allowed := pydanticSchemes[lastName(class.Dotted())]; len(allowed) > 0 && !contains(allowed, scheme) {
		return pydanticFail(c, "URL scheme should be another one")
	}
	switch special := map[string]string{"http": "80", "https": "443", "ws": "80", "wss": "443", "ftp": "21"}[scheme]; {
	case special != "" && (port == special || path == "" || strings.Contains(s, "@")),
		strings.HasPrefix(scheme, "redis") && (port == "" || path == ""), scheme == "file":
		return c.UnknownFrom("a URL that pydantic may write otherwise", v)
	}
	out := eval.NewObject(class, s).WithOrigin(v.Origin())
	out.SetField("scheme", eval.MakeStr(scheme))
	out.SetField("query", eval.MakeNone())
	out.SetField("fragment", eval.MakeNone())
	out.SetField("path", eval.MakeNone())
	if path != "" {
		out.SetField("path", eval.MakeStr(path))
	}
	if !strings.HasPrefix(scheme, "postgres") {
		out.SetField("host", eval.MakeStr(parts[3]))
	}
	return out
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}
