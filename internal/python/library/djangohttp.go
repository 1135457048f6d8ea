package library

import (
	"regexp"
	"strings"

	"gonogo/internal/python/eval"
)

// djangoHTTPRequest is django.http.request, of which settings use what takes a host apart.
// Facts: django/http/request.py of 4.2 to 6.0, which agree for what is ASCII and ends in no line break.
func djangoHTTPRequest() eval.Model {
	names := unmodelled("django.http.request", "HttpRequest", "QueryDict", "HttpHeaders", "RawPostDataException", "UnreadablePostError")
	names["split_domain_port"] = eval.NewPure("django.http.request.split_domain_port", func(c *eval.Call) eval.Value {
		host, ok := str(c.Arg(0, "host"))
		if !ok || !isASCII(host) || strings.HasSuffix(host, "\n") {
			return c.Unknown("a host is taken apart in a way that is not modelled")
		}
		m := hostAndPort.FindStringSubmatch(strings.ToLower(host))
		if m == nil {
			m = []string{"", "", ""}
		}
		return eval.MakeTuple(eval.MakeStr(strings.TrimSuffix(m[1], ".")), eval.MakeStr(m[2]))
	})
	names["validate_host"] = eval.NewPure("django.http.request.validate_host", func(c *eval.Call) eval.Value {
		host, ok := str(c.Arg(0, "host"))
		if !ok {
			return c.Unknown("a host is compared in a way that is not modelled")
		}
		for _, e := range c.Iterate(c.Arg(1, "allowed_hosts")) {
			pattern, ok := str(e)
			if !ok || !isASCII(pattern) {
				return c.Unknown("a host is compared in a way that is not modelled")
			}
			if pattern == "*" || isSameDomain(host, strings.ToLower(pattern)) {
				return eval.MakeBool(true)
			}
		}
		return eval.MakeBool(false)
	})
	return eval.Model{Names: names, Open: true}
}

var hostAndPort = regexp.MustCompile(`^([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::([0-9]+))?$`)

// isSameDomain is django.utils.http.is_same_domain for a pattern in lower case.
func isSameDomain(host, pattern string) bool {
	if domain, ok := strings.CutPrefix(pattern, "."); ok {
		return strings.HasSuffix(host, pattern) || host == domain || host == pattern
	}
	return pattern != "" && host == pattern
}
