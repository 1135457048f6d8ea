package library

import (
	"strconv"
	"strings"

	"gonogo/internal/python/eval"
)

// djangoSafeString is django.utils.safestring: a safe text is the text. Source: django/utils/safestring.py.
func djangoSafeString() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"mark_safe": eval.NewNative("django.utils.safestring.mark_safe", func(c *eval.Call) eval.Value {
			if text, ok := str(c.Arg(0, "s")); ok {
				return eval.MakeStr(text)
			}
			return c.UnknownFrom("a text that is marked as safe", c.Args...)
		}),
	}}
}

// djangoRegexHelper is django.utils.regex_helper: a pattern that is compiled when it is first used.
func djangoRegexHelper() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"_lazy_re_compile": eval.NewNative("django.utils.regex_helper._lazy_re_compile", func(c *eval.Call) eval.Value {
			return c.CallKw(c.GetAttr(c.Import("re"), "compile"), c.Args, c.Kwargs)
		}),
	}}
}

// djangoTimezone is django.utils.timezone with what it has from datetime; its functions are names.
func djangoTimezone() eval.Model {
	names := map[string]eval.Value{}
	for _, name := range []string{"datetime", "timedelta", "timezone"} {
		if v, ok := datetimeModel().Names[name]; ok {
			names[name] = v
		}
	}
	return eval.Model{Open: true, Names: names}
}

// restStatus is rest_framework.status: HTTP_404_NOT_FOUND is 404.
func restStatus() eval.Model {
	return eval.Model{Open: true, Getattr: func(name string) (eval.Value, bool) {
		rest, ok := strings.CutPrefix(name, "HTTP_")
		code, _, more := strings.Cut(rest, "_")
		n, err := strconv.Atoi(code)
		if !ok || !more || err != nil || n < 100 || n > 599 {
			return eval.Value{}, false
		}
		return eval.MakeInt(int64(n)), true
	}}
}

// celeryStates are the names of the states of tasks. Source: celery/states.py.
func celeryStates() eval.Model {
	names := map[string]eval.Value{}
	for _, name := range []string{"PENDING", "RECEIVED", "STARTED", "SUCCESS", "FAILURE", "REVOKED", "REJECTED", "RETRY", "IGNORED"} {
		names[name] = eval.MakeStr(name)
	}
	set := func(list ...string) eval.Value {
		elems := make([]eval.Value, len(list))
		for i, name := range list {
			elems[i] = names[name]
		}
		return eval.MakeFrozenSet(elems...)
	}
	names["READY_STATES"] = set("SUCCESS", "FAILURE", "REVOKED")
	names["UNREADY_STATES"] = set("PENDING", "RECEIVED", "STARTED", "REJECTED", "RETRY")
	names["EXCEPTION_STATES"] = set("RETRY", "FAILURE", "REVOKED")
	names["PROPAGATE_STATES"] = set("FAILURE", "REVOKED")
	names["ALL_STATES"] = set("PENDING", "RECEIVED", "STARTED", "SUCCESS", "FAILURE", "RETRY", "REVOKED")
	return eval.Model{Open: true, Names: names}
}
