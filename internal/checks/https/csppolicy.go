package https

import (
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

const (
	djangoCSPMiddleware  = "django.middleware.csp.ContentSecurityPolicyMiddleware" // Django >= 6.0
	packageCSPMiddleware = "csp.middleware.CSPMiddleware"                          // django-csp
)

// nonceSource stands for a nonce: the value of django.utils.csp.CSP.NONCE, of csp.constants.NONCE as text, and for CSP_INCLUDE_NONCE_IN.
const nonceSource = "<CSP_NONCE_SENTINEL>"

// cspPolicy is a Content-Security-Policy as the settings give it.
type cspPolicy struct {
	setting    string      // "SECURE_CSP"; "" when there is none
	at         source.Span // where it is given
	directives map[string]cspSources
	whole      bool // false: there can be directives beside these
	doubt      string
}

// cspSources are the sources of one directive.
type cspSources struct {
	sources []string
	whole   bool // false: there can be sources beside these
	at      source.Span
}

func (s cspSources) has(source string) bool { return slices.Contains(s.sources, source) }

// guarded reports whether a nonce or a hash makes browsers ignore 'unsafe-inline' (CSP level 3, 6.7.3.2).
func (s cspSources) guarded() bool {
	return slices.ContainsFunc(s.sources, func(v string) bool {
		return v == nonceSource || strings.HasPrefix(v, "'nonce-") || strings.HasPrefix(v, "'sha256-") ||
			strings.HasPrefix(v, "'sha384-") || strings.HasPrefix(v, "'sha512-")
	})
}

// cspFault says why the settings that ask for a policy don't give one that browsers enforce.
type cspFault struct {
	message string
	at      source.Span
	fix     string
}

// enforcedPolicy is the policy that browsers enforce, from Django's own middleware or django-csp.
// With a fault there is none, although the settings ask for one; with neither, the settings know nothing of it.
func enforcedPolicy(p *check.SourcePass, w *django.World) (cspPolicy, *cspFault) {
	if policy, fault := djangoPolicy(p, w); policy.setting != "" || fault != nil {
		return policy, fault
	}
	return packagePolicy(p, w)
}

// djangoPolicy reads SECURE_CSP (django/middleware/csp.py; Django >= 6.0).
func djangoPolicy(p *check.SourcePass, w *django.World) (cspPolicy, *cspFault) {
	s, report := w.Get("SECURE_CSP"), w.Get("SECURE_CSP_REPORT_ONLY")
	if p.Settings.Version.Before(6, 0) || !s.Set && !report.Set && !s.Value.IsUnknown() {
		return cspPolicy{}, nil
	}
	if !s.Set && !s.Value.IsUnknown() || check.IsOn(s.Value) == eval.No {
		if report.Set && check.IsOn(report.Value) != eval.No {
			return cspPolicy{}, &cspFault{
				message: "SECURE_CSP_REPORT_ONLY is set and SECURE_CSP is not, so browsers report and block nothing; move the policy to SECURE_CSP",
				at:      check.Where(report), fix: "SECURE_CSP = {...}",
			}
		}
		return cspPolicy{}, nil
	}
	switch there := check.HasMiddlewareLike(p, w, djangoCSPMiddleware); {
	case there == eval.No && !s.Set:
		return cspPolicy{}, nil
	case there == eval.No:
		return cspPolicy{}, &cspFault{
			message: "SECURE_CSP is set, but ContentSecurityPolicyMiddleware is not in MIDDLEWARE, so no policy is sent; add \"" + djangoCSPMiddleware + "\"",
			at:      check.Where(s), fix: "MIDDLEWARE = [..., \"" + djangoCSPMiddleware + "\"]",
		}
	}
	if k := s.Value.Kind(); k != eval.Dict && k != eval.Unknown {
		return cspPolicy{}, &cspFault{
			message: "SECURE_CSP is " + s.Value.Repr(40) + ", not a dictionary of directives, so every answer is an error",
			at:      check.Where(s), fix: `SECURE_CSP = {"default-src": [CSP.SELF]}`,
		}
	}
	return readDirectives("SECURE_CSP", check.Where(s), s.Value, w), nil
}

// packagePolicy reads the settings of django-csp: CONTENT_SECURITY_POLICY from 4.0 on, CSP_* before.
func packagePolicy(p *check.SourcePass, w *django.World) (cspPolicy, *cspFault) {
	if check.HasMiddlewareLike(p, w, packageCSPMiddleware) != eval.Yes {
		return cspPolicy{}, nil
	}
	version := p.Project.Package("django-csp")
	s := w.Get("CONTENT_SECURITY_POLICY")
	if s.Set && !version.Before(4, 0) && check.IsOn(s.Value) != eval.No {
		directives := s.Value.Get("DIRECTIVES")
		if !directives.IsValid() {
			directives = eval.Value{}
		}
		return withDefault(readDirectives(s.Name, check.Where(s), directives, w)), nil
	}
	old := oldSettings(w)
	if old == "" && version.Before(4, 0) {
		old = "CSP_DEFAULT_SRC"
	}
	entry := check.MiddlewareEntry(p, w, packageCSPMiddleware)
	switch report := w.Get("CONTENT_SECURITY_POLICY_REPORT_ONLY"); {
	case version.AtLeast(4, 0) && old != "" && !report.Set:
		return cspPolicy{}, &cspFault{
			message: old + " has no effect since django-csp 4.0, so no policy is sent; write the directives into CONTENT_SECURITY_POLICY",
			at:      check.Where(w.Get(old)), fix: `CONTENT_SECURITY_POLICY = {"DIRECTIVES": {...}}`,
		}
	case report.Set && !version.Before(4, 0):
		return cspPolicy{}, &cspFault{
			message: "CONTENT_SECURITY_POLICY_REPORT_ONLY is set and CONTENT_SECURITY_POLICY is not, so browsers report and block nothing; move the directives over",
			at:      check.Where(report), fix: `CONTENT_SECURITY_POLICY = {"DIRECTIVES": {...}}`,
		}
	case old == "":
		return cspPolicy{}, &cspFault{
			message: "CSPMiddleware is in MIDDLEWARE and CONTENT_SECURITY_POLICY is not set, so no policy is sent; set it",
			at:      entry.At(), fix: `CONTENT_SECURITY_POLICY = {"DIRECTIVES": {...}}`,
		}
	}
	if s := w.Get("CSP_REPORT_ONLY"); s.Set && check.IsOn(s.Value) == eval.Yes {
		return cspPolicy{}, &cspFault{
			message: check.Describe(s) + ", so browsers report and block nothing; set it to False once the reports are quiet",
			at:      check.Where(s), fix: "CSP_REPORT_ONLY = False",
		}
	}
	return oldPolicy(w, old), nil
}

// oldNames are the settings of django-csp before 4.0 that matter here, and their directives.
var oldNames = [...][2]string{
	{"CSP_DEFAULT_SRC", "default-src"}, {"CSP_SCRIPT_SRC", "script-src"}, {"CSP_SCRIPT_SRC_ELEM", "script-src-elem"},
	{"CSP_SCRIPT_SRC_ATTR", "script-src-attr"}, {"CSP_FRAME_ANCESTORS", "frame-ancestors"},
}

// oldSettings is the first CSP_*_SRC setting that the project gives, "" when it gives none.
func oldSettings(w *django.World) string {
	for _, n := range oldNames {
		if w.Get(n[0]).Set {
			return n[0]
		}
	}
	for _, name := range w.SettingNames() {
		if strings.HasPrefix(name, "CSP_") && (strings.HasSuffix(name, "_SRC") || strings.HasSuffix(name, "_URI")) {
			return name
		}
	}
	return ""
}

func oldPolicy(w *django.World, first string) cspPolicy {
	policy := cspPolicy{setting: first, at: check.Where(w.Get(first)), directives: map[string]cspSources{}, whole: true}
	nonces := w.Get("CSP_INCLUDE_NONCE_IN").Value
	for _, n := range oldNames {
		s := w.Get(n[0])
		if !s.Set || s.Value.Kind() == eval.None {
			continue
		}
		sources := readSources(s.Value, check.Where(s), w, s)
		if nonces.Contains(n[1]) == eval.Yes {
			sources.sources = append(sources.sources, nonceSource)
		}
		policy.directives[n[1]] = sources
	}
	return withDefault(policy)
}

// withDefault adds the default-src that django-csp sends when none is given.
func withDefault(policy cspPolicy) cspPolicy {
	if _, ok := policy.directives["default-src"]; !ok && policy.whole {
		policy.directives["default-src"] = cspSources{sources: []string{"'self'"}, whole: true, at: policy.at}
	}
	return policy
}

// readDirectives reads a dictionary of directives. The invalid value has none.
func readDirectives(setting string, at source.Span, v eval.Value, w *django.World) cspPolicy {
	policy := cspPolicy{setting: setting, at: at, directives: map[string]cspSources{}, whole: !v.IsUnknown() && !v.IsOpen()}
	if !policy.whole {
		policy.doubt = check.Doubt(w, w.Get(setting))
	}
	for _, e := range v.Entries() {
		name, ok := e.Key.AsStr()
		if !ok {
			policy.whole = false
			continue
		}
		if e.Value.Kind() == eval.None || e.Value.Kind() == eval.Bool {
			continue // left out, or a directive without sources
		}
		place := e.Value.At()
		if place.IsZero() {
			place = at
		}
		policy.directives[name] = readSources(e.Value, place, w, w.Get(setting))
	}
	return policy
}

// readSources reads one directive's sources: a text, or a list, tuple or set of texts.
func readSources(v eval.Value, at source.Span, w *django.World, s django.Setting) cspSources {
	if text, ok := v.AsStr(); ok {
		return cspSources{sources: strings.Fields(text), whole: true, at: at}
	}
	if name, ok := constantSource(v); ok {
		return cspSources{sources: []string{name}, whole: true, at: at}
	}
	sources := cspSources{whole: !v.IsUnknown() && !v.IsOpen(), at: at}
	for _, e := range v.Elems() {
		if text, ok := e.AsStr(); ok {
			sources.sources = append(sources.sources, strings.Fields(text)...)
		} else if name, ok := constantSource(e); ok {
			sources.sources = append(sources.sources, name)
		} else {
			sources.whole = false
		}
	}
	return sources
}

// constantSource is the source that a constant of django.utils.csp.CSP or csp.constants stands for, by the expression that names it:
// these modules are not part of the project.
func constantSource(v eval.Value) (string, bool) {
	text := v.At().Text()
	name := text[strings.LastIndexByte(text, '.')+1:]
	switch name {
	case "NONCE":
		return nonceSource, true
	case "SELF", "NONE", "REPORT_SAMPLE", "STRICT_DYNAMIC", "UNSAFE_EVAL", "UNSAFE_HASHES", "UNSAFE_INLINE", "WASM_UNSAFE_EVAL":
		return "'" + strings.ToLower(strings.ReplaceAll(name, "_", "-")) + "'", true
	}
	return "", false
}
