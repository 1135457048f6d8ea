package library

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyurl"
)

// urllibParse is the module urllib.parse.
func urllibParse() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"urlparse":      eval.NewPure("urllib.parse.urlparse", urlparse),
		"urlsplit":      eval.NewPure("urllib.parse.urlsplit", urlsplit),
		"urlunparse":    eval.NewPure("urllib.parse.urlunparse", urlunparse),
		"urlunsplit":    eval.NewPure("urllib.parse.urlunsplit", urlunparse),
		"urljoin":       eval.NewPure("urllib.parse.urljoin", urljoin),
		"quote":         eval.NewPure("urllib.parse.quote", quote(pyurl.Quote, "/")),
		"quote_plus":    eval.NewPure("urllib.parse.quote_plus", quote(pyurl.QuotePlus, "")),
		"unquote":       eval.NewPure("urllib.parse.unquote", unquote(pyurl.Unquote)),
		"unquote_plus":  eval.NewPure("urllib.parse.unquote_plus", unquote(pyurl.UnquotePlus)),
		"parse_qs":      eval.NewPure("urllib.parse.parse_qs", parseQuery),
		"parse_qsl":     eval.NewPure("urllib.parse.parse_qsl", parseQueryList),
		"urlencode":     eval.NewPure("urllib.parse.urlencode", urlencode),
		"uses_netloc":   strs(nil),
		"uses_relative": strs(nil),
		"ParseResult":   eval.NewClass(urlResultClass(false)),
		"SplitResult":   eval.NewClass(urlResultClass(true)),
	}}
}

// urlResult is the state of a ParseResult or SplitResult.
type urlResult struct {
	pyurl.URL
	split bool
}

func newURLResult(u pyurl.URL, split bool) eval.Value {
	v := eval.NewObject(eval.NewClass(urlResultClass(split)), &urlResult{u, split})
	v.SetBody(eval.MakeTuple(values(urlFields(u, split))...))
	return v
}

func urlFields(u pyurl.URL, split bool) []string {
	if split {
		return []string{u.Scheme, u.Netloc, u.Path, u.Query, u.Fragment}
	}
	return []string{u.Scheme, u.Netloc, u.Path, u.Params, u.Query, u.Fragment}
}

// urlFieldNames are the names of the fields of a ParseResult in order.
var urlFieldNames = []string{"scheme", "netloc", "path", "params", "query", "fragment"}

func urlResultClass(split bool) eval.NativeClass {
	name := "urllib.parse.ParseResult"
	if split {
		name = "urllib.parse.SplitResult"
	}
	of := func(self eval.Value) pyurl.URL {
		r, _ := self.State().(*urlResult)
		if r == nil {
			return pyurl.URL{}
		}
		return r.URL
	}
	properties := map[string]method{
		"username": func(c *eval.Call, self eval.Value) eval.Value { return optional(of(self).Username()) },
		"password": func(c *eval.Call, self eval.Value) eval.Value { return optional(of(self).Password()) },
		"hostname": func(c *eval.Call, self eval.Value) eval.Value { return optional(of(self).Hostname()) },
		"port": func(c *eval.Call, self eval.Value) eval.Value {
			port, ok, err := of(self).Port()
			if err != nil {
				return urlError(c, err)
			}
			if !ok {
				return eval.MakeNone()
			}
			return eval.MakeInt(int64(port))
		},
	}
	for i, field := range urlFieldNames {
		if split && field == "params" {
			continue
		}
		properties[field] = func(c *eval.Call, self eval.Value) eval.Value {
			return eval.MakeStr(urlFields(of(self), false)[i])
		}
	}
	return eval.NativeClass{Name: name, Bases: []eval.Value{eval.BuiltinClass("tuple")}, Properties: properties, Methods: map[string]method{
		"geturl": func(c *eval.Call, self eval.Value) eval.Value {
			s, err := of(self).Unparse()
			if err != nil {
				return urlError(c, err)
			}
			return eval.MakeStr(s)
		},
		"_replace": pureMethod(func(c *eval.Call, self eval.Value) eval.Value {
			u := of(self)
			parts := map[string]*string{"scheme": &u.Scheme, "netloc": &u.Netloc, "path": &u.Path, "params": &u.Params, "query": &u.Query, "fragment": &u.Fragment}
			for _, k := range c.Kwargs {
				s, ok := str(k.Value)
				if parts[k.Name] == nil || !ok {
					return c.Unknown("a part of the URL is not known")
				}
				*parts[k.Name] = s
			}
			return newURLResult(u, split)
		}),
	}, New: func(c *eval.Call, _ eval.Value) eval.Value {
		return c.UnknownFrom("the parts of a URL are not known", c.Args...)
	}}
}

// optional is a text, or None.
func optional(s string, ok bool) eval.Value {
	if !ok {
		return eval.MakeNone()
	}
	return eval.MakeStr(s)
}

func urlparse(c *eval.Call) eval.Value { return urlResultOf(c, pyurl.Parse, false) }
func urlsplit(c *eval.Call) eval.Value { return urlResultOf(c, pyurl.Split, true) }

func urlResultOf(c *eval.Call, parse func(text, scheme string, fragments bool) (pyurl.URL, error), split bool) eval.Value {
	text, ok := str(c.Arg(0, "url"))
	scheme, ok2 := str(c.ArgOr(1, "scheme", eval.MakeStr("")))
	fragments, ok3 := truthy(c.Arg(2, "allow_fragments"), true)
	if !ok || !ok2 || !ok3 {
		return c.Unknown("what is parsed as a URL is no text")
	}
	u, err := parse(text, scheme, fragments)
	if err != nil {
		return urlError(c, err)
	}
	return newURLResult(u, split)
}

func urlunparse(c *eval.Call) eval.Value {
	var parts []string
	for _, v := range c.Iterate(c.Arg(0, "components")) {
		s, ok := str(v)
		if !ok {
			return c.Unknown("a part of the URL is not known")
		}
		parts = append(parts, s)
	}
	var u pyurl.URL
	switch len(parts) {
	case 5:
		u = pyurl.URL{Scheme: parts[0], Netloc: parts[1], Path: parts[2], Query: parts[3], Fragment: parts[4]}
	case 6:
		u = pyurl.URL{Scheme: parts[0], Netloc: parts[1], Path: parts[2], Params: parts[3], Query: parts[4], Fragment: parts[5]}
	default:
		return c.Unknown("a URL is made of an unusual number of parts")
	}
	s, err := u.Unparse()
	if err != nil {
		return urlError(c, err)
	}
	return eval.MakeStr(s)
}

func urljoin(c *eval.Call) eval.Value {
	base, ok := str(c.Arg(0, "base"))
	ref, ok2 := str(c.Arg(1, "url"))
	fragments, ok3 := truthy(c.Arg(2, "allow_fragments"), true)
	if !ok || !ok2 || !ok3 {
		return c.Unknown("what is joined as a URL is no text")
	}
	s, err := pyurl.Join(base, ref, fragments)
	if err != nil {
		return urlError(c, err)
	}
	return eval.MakeStr(s)
}

func quote(fn func(s, safe string) string, safe string) func(*eval.Call) eval.Value {
	return func(c *eval.Call) eval.Value {
		v := c.Arg(0, "string")
		s, ok := str(v)
		if b, isBytes := v.AsBytes(); isBytes {
			s, ok = b, true
		}
		keep, ok2 := str(c.ArgOr(1, "safe", eval.MakeStr(safe)))
		if !ok {
			return c.Raise("TypeError", "quote_from_bytes() expected bytes")
		}
		if !ok2 || c.HasArg(2, "encoding") || c.HasArg(3, "errors") {
			return c.Unknown("a text is quoted in a way that is not modelled")
		}
		return eval.MakeStr(fn(s, keep))
	}
}

func unquote(fn func(s string) (string, error)) func(*eval.Call) eval.Value {
	return func(c *eval.Call) eval.Value {
		s, ok := str(c.Arg(0, "string"))
		if !ok || c.HasArg(1, "encoding") {
			return c.Unknown("a text is unquoted in a way that is not modelled")
		}
		out, err := fn(s)
		if err != nil {
			return c.Unknown("a quoted text that is no UTF-8")
		}
		return eval.MakeStr(out)
	}
}

// queryArgs are the arguments of parse_qs that are modelled.
func queryArgs(c *eval.Call) (query string, blank bool, ok bool) {
	query, ok = str(c.Arg(0, "qs"))
	blank, ok2 := truthy(c.Arg(1, "keep_blank_values"), false)
	strict, ok3 := truthy(c.Arg(2, "strict_parsing"), false)
	return query, blank, ok && ok2 && ok3 && !strict && !c.HasArg(3, "encoding") && !c.HasArg(6, "separator") && !c.HasArg(5, "max_num_fields")
}

func parseQuery(c *eval.Call) eval.Value {
	query, blank, ok := queryArgs(c)
	if !ok {
		return c.Unknown("a query is read in a way that is not modelled")
	}
	fields, err := pyurl.GroupQuery(query, blank)
	if err != nil {
		return urlError(c, err)
	}
	d := eval.MakeDict()
	for _, f := range fields {
		d.SetKey(eval.MakeStr(f.Name), strs(f.Values))
	}
	return d
}

func parseQueryList(c *eval.Call) eval.Value {
	query, blank, ok := queryArgs(c)
	if !ok {
		return c.Unknown("a query is read in a way that is not modelled")
	}
	pairs, err := pyurl.ParseQuery(query, blank)
	if err != nil {
		return urlError(c, err)
	}
	out := eval.MakeList()
	for _, p := range pairs {
		out.Append(eval.MakeTuple(eval.MakeStr(p.Name), eval.MakeStr(p.Value)))
	}
	return out
}

func urlencode(c *eval.Call) eval.Value {
	doseq, ok := truthy(c.Arg(1, "doseq"), false)
	if !ok || c.HasArg(2, "safe") || c.HasArg(5, "quote_via") {
		return c.Unknown("a query is written in a way that is not modelled")
	}
	query := c.Arg(0, "query")
	var pairs [][2]eval.Value
	if query.Kind() == eval.Dict {
		for _, e := range query.Entries() {
			pairs = append(pairs, [2]eval.Value{e.Key, e.Value})
		}
	} else {
		for _, v := range c.Iterate(query) {
			e := v.Elems()
			if len(e) != 2 {
				return c.Unknown("a query is made of something that is not modelled")
			}
			pairs = append(pairs, [2]eval.Value{e[0], e[1]})
		}
	}
	var out []string
	for _, p := range pairs {
		list := []eval.Value{p[1]}
		if doseq && (p[1].Kind() == eval.List || p[1].Kind() == eval.Tuple) {
			list = p[1].Elems()
		}
		for _, v := range list {
			name, ok := str(c.Str(p[0]))
			value, ok2 := str(c.Str(v))
			if !ok || !ok2 || v.Kind() == eval.Bytes || v.Kind() == eval.Dict && doseq {
				return c.Unknown("a query is made of something that is not modelled")
			}
			out = append(out, pyurl.QuotePlus(name, "")+"="+pyurl.QuotePlus(value, ""))
		}
	}
	return eval.MakeStr(strings.Join(out, "&"))
}
