package library

import (
	"errors"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyurl"
)

// parseURL is urlparse of a text; it raises ValueError, or says in unknown why the parts cannot be told.
func parseURL(c *eval.Call, text string) (u pyurl.URL, unknown eval.Value) {
	u, err := pyurl.Parse(text, "", true)
	return u, urlError(c, err)
}

// urlError raises Python's error, or gives an Unknown for what is uncertain; it is invalid when there is no error.
func urlError(c *eval.Call, err error) eval.Value {
	var bad pyurl.ValueError
	switch {
	case err == nil:
		return eval.Value{}
	case errors.As(err, &bad):
		return c.Raise("ValueError", bad.Error())
	}
	return c.Unknown("a URL is read differently by different Python versions")
}

// urlParts are the parts that packages for database, cache and mail URLs use, unquoted or not.
type urlParts struct {
	pyurl.URL
	user, password, host eval.Value // Str or None
	port                 eval.Value // Int or None
}

// splitURL reads the parts of a URL. unquote is applied to user and password. Like Python's attributes it raises
// ValueError for a bad port.
func splitURL(c *eval.Call, u pyurl.URL, unquote bool) (p urlParts, unknown eval.Value) {
	p = urlParts{URL: u, user: eval.MakeNone(), password: eval.MakeNone(), host: eval.MakeNone(), port: eval.MakeNone()}
	text := func(s string, ok bool) (eval.Value, error) {
		if !ok {
			return eval.MakeNone(), nil
		}
		if !unquote {
			return eval.MakeStr(s), nil
		}
		s, err := pyurl.Unquote(s)
		return eval.MakeStr(s), err
	}
	var err error
	if p.user, err = text(u.Username()); err != nil {
		return p, urlError(c, err)
	}
	if p.password, err = text(u.Password()); err != nil {
		return p, urlError(c, err)
	}
	if host, ok := u.Hostname(); ok {
		p.host = eval.MakeStr(host)
	}
	port, ok, err := u.Port()
	if err != nil {
		return p, urlError(c, err)
	}
	if ok {
		p.port = eval.MakeInt(int64(port))
	}
	return p, eval.Value{}
}

// or is `value or other`.
func or(v, other eval.Value) eval.Value {
	if v.Truth() == eval.No {
		return other
	}
	return v
}

func emptyOr(v eval.Value) eval.Value { return or(v, eval.MakeStr("")) }

// isDigits is str.isdigit for text in ASCII; certain is false when other characters could be digits.
func isDigits(s string) (digits, certain bool) {
	digits = s != ""
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false, false
		}
		digits = digits && '0' <= s[i] && s[i] <= '9'
	}
	return digits, true
}

// afterFirst is text[1:].
func afterFirst(text string) string {
	for i := range text {
		if i > 0 {
			return text[i:]
		}
	}
	return ""
}
