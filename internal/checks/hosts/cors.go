package hosts

import (
	"regexp"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

const corsMiddleware = "corsheaders.middleware.CorsMiddleware"

// corsInstalled reports whether django-cors-headers answers cross-origin requests: its middleware, not its app, does the work.
func corsInstalled(w *django.World) eval.Tri { return check.HasMiddleware(w, corsMiddleware) }

// corsSetting is a setting of django-cors-headers by its name since 3.5, else by its former one (corsheaders/conf.py).
func corsSetting(w *django.World, name, former string) django.Setting {
	if s := w.Get(name); s.Set {
		return s
	}
	if s := w.Get(former); s.Set {
		return s
	}
	return django.Setting{Name: name, At: w.Get(name).At}
}

// allOrigins is the setting that allows every origin.
func allOrigins(w *django.World) django.Setting {
	return corsSetting(w, "CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL")
}

// originPattern is one regular expression of CORS_ALLOWED_ORIGIN_REGEXES.
type originPattern struct {
	text  string
	value eval.Value
}

// originPatterns are the regular expressions, written as strings or compiled; doubt is why one of them is not known.
func originPatterns(w *django.World) (patterns []originPattern, setting django.Setting, doubt string) {
	setting = corsSetting(w, "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST")
	if setting.Value.IsUnknown() {
		return nil, setting, check.Doubt(w, setting)
	}
	for _, e := range setting.Value.Elems() {
		text, ok := e.AsStr()
		if !ok && e.Kind() == eval.Object {
			text, ok = e.Attr("pattern").AsStr() // re.compile(...)
		}
		if ok {
			patterns = append(patterns, originPattern{text, e})
		} else {
			doubt = "a part of " + setting.Name + " is not known"
		}
	}
	return patterns, setting, doubt
}

// wildcardIntoName matches a wildcard that runs into the letters of a host name without a dot in between:
// https://.*shop\.example also matches https://evilshop.example. It is compiled once and never changes.
var wildcardIntoName = regexp.MustCompile(`(?:\.[*+]\??|\\[wS][*+]\??|\[[^\]]+\][*+]\??)\)?(?:\\\.\?)?[A-Za-z0-9]`)

// patternFault says what a regular expression of origins lets in, or "". The package applies re.match, which is anchored at the
// beginning only.
func patternFault(pattern string) string {
	trimmed := strings.TrimRight(pattern, ")")
	if !strings.HasSuffix(trimmed, "$") && !strings.HasSuffix(trimmed, `\Z`) && !strings.HasSuffix(trimmed, `\z`) {
		return "has no end, so that it also matches a longer host of a stranger; end it with $"
	}
	if matchesStranger(pattern) {
		return "matches every origin; name the hosts"
	}
	if wildcardIntoName.MatchString(pattern) {
		return `has a wildcard that runs into the host's name, so that it also matches a stranger's host which ends alike; put \. between them`
	}
	return ""
}

// matchesStranger reports whether a regular expression matches an origin that nobody can have meant.
// Expressions that Go's syntax does not have (look-around) are not tried.
func matchesStranger(pattern string) bool {
	re, err := regexp.Compile("^(?:" + strings.ReplaceAll(pattern, `\Z`, `\z`) + ")")
	return err == nil && re.MatchString("https://q7x2.stranger-zz9.invalid")
}
