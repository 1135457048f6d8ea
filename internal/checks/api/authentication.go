package api

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func authentication() check.Check {
	return check.Check{
		ID: "api/authentication", Severity: check.Recommended, Source: answerAuthentication,
		Doc: check.Doc{
			Title: "API credentials expire and are not passwords",
			Why: `Basic authentication sends the account's password with every request, past any second factor and any login throttle; it is in the framework's default. A token of rest_framework.authtoken lives until somebody deletes the row, so one that leaks in a log works for years. JWTs that are signed with SECRET_KEY tie two lifetimes together: whoever can read one key can log in as anyone, and it cannot be changed without ending every session.

Expiring tokens need a refresh in the client. A long-lived token for a machine can be right, if it can be revoked and its use is seen.`,
			Fix:    "List the classes you use in DEFAULT_AUTHENTICATION_CLASSES, without BasicAuthentication; take django-rest-knox or Simple JWT in place of TokenAuthentication; set `\"SIGNING_KEY\": os.environ[\"JWT_SIGNING_KEY\"]` in SIMPLE_JWT.",
			Verify: "`curl -s -o /dev/null -w '%{http_code}' -u user:password https://example.com/api/orders/` prints `401`.",
			Bad: []check.Example{
				apiExample("The default takes passwords.", "INSTALLED_APPS = [\"rest_framework\", \"shop\"]\n", ""),
				apiExample("Tokens that never expire.", `INSTALLED_APPS = ["rest_framework", "rest_framework.authtoken", "shop"]
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]}
`, ""),
			},
			Good: []check.Example{
				apiExample("The site's own session.", `INSTALLED_APPS = ["rest_framework", "shop"]
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"]}
`, ""),
			},
			References: []check.Reference{
				check.See("Django REST framework: authentication", check.RESTDocs+"api-guide/authentication/"),
				check.See("Simple JWT: SIGNING_KEY", "https://django-rest-framework-simplejwt.readthedocs.io/en/latest/settings.html#signing-key"),
				check.See("django-rest-knox: TOKEN_TTL", "https://jazzband.github.io/django-rest-knox/settings/#token_ttl"),
			},
			Triggers: []string{
				"BasicAuthentication is among the default classes, also by the framework's own default",
				"TokenAuthentication, or knox with TOKEN_TTL None",
				"Simple JWT signs with SECRET_KEY",
			},
		},
	}
}

func answerAuthentication(p *check.SourcePass) check.Answer {
	return withREST(p, func(w *django.World, _ viewsOf) check.Answer {
		s := w.REST("DEFAULT_AUTHENTICATION_CLASSES")
		if s.Value.IsUnknown() {
			return check.Unclear(doubt(s))
		}
		var findings []check.Finding
		add := func(at source.Span, fix, message string) {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: at, Message: message, Fix: fix})
		}
		list, whole := servedREST(p)
		const basic, token = "rest_framework.authentication.BasicAuthentication", "rest_framework.authentication.TokenAuthentication"
		if _, at, ok := entry(s, basic); ok && takes(list, whole, basic) {
			by := "DEFAULT_AUTHENTICATION_CLASSES has BasicAuthentication"
			if !s.Set {
				by = "DEFAULT_AUTHENTICATION_CLASSES is not set, and the framework's default has BasicAuthentication"
			}
			add(at, `"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"]`,
				by+": the API takes the account's password, past second factor and login throttle; list the classes without it")
		}
		if _, at, ok := entry(s, token); ok && takes(list, whole, token) {
			add(at, `"knox.auth.TokenAuthentication"`,
				"TokenAuthentication has tokens that never expire, so one that leaks works until somebody deletes it; use django-rest-knox or Simple JWT")
		}
		if _, _, ok := entry(s, basic); !ok {
			findings = append(findings, ownBasic(list)...)
		}
		for _, f := range []func(*django.World, django.Setting) (check.Finding, bool){knoxForever, sharedSigningKey} {
			if finding, ok := f(w, s); ok {
				findings = append(findings, finding)
			}
		}
		more, doubts := inherited(p, s, basic, token)
		findings = append(findings, more...)
		if !known(s) {
			doubts = append(doubts, doubt(s))
		}
		return check.Gather(findings, doubts, "no default class takes passwords or tokens without expiry")
	}, "REST_FRAMEWORK")
}

// takes reports whether an endpoint is left to a class of authentication, as far as is known.
func takes(list []*routes.Endpoint, whole bool, class string) bool {
	return !whole || slices.ContainsFunc(list, func(e *routes.Endpoint) bool { c := e.Policy.Authentication; return c.Unknown != "" || c.Has(class) })
}

// ownBasic finds views that take passwords with each request, where the default does not, each choice once.
func ownBasic(list []*routes.Endpoint) (findings []check.Finding) {
	seen := map[source.Span]bool{}
	for _, e := range list {
		c := e.Policy.Authentication
		if !c.Own() || c.From == routes.FromPackage || !c.Has("rest_framework.authentication.BasicAuthentication") || c.At.IsZero() || seen[c.At] {
			continue
		}
		seen[c.At] = true
		findings = append(findings, check.Finding{Severity: check.Recommended, At: c.At, Fix: "authentication_classes = [SessionAuthentication]",
			Message: last(e.View.Name) + " has BasicAuthentication, which the default does not: it takes the account's password with each request, past second factor and login throttle; leave it out"})
	}
	return findings
}

// inherited judges the default classes that the project derives from one that takes passwords or tokens without expiry. What looks at the
// credentials itself may refuse them for reasons that are not read.
func inherited(p *check.SourcePass, s django.Setting, basic, token string) (findings []check.Finding, doubts []string) {
	for _, e := range s.Value.Elems() {
		name, ok := e.AsStr()
		if !ok {
			name = e.Dotted()
		}
		base, what := "", ""
		switch ancestors := p.Project.Code.Ancestors(name); {
		case slices.Contains(ancestors, basic):
			base, what = basic, "it takes the account's password with each request, past second factor and login throttle; list the classes without it"
		case slices.Contains(ancestors, token):
			base, what = token, "it has tokens that never expire, so one that leaks works until somebody deletes it; use django-rest-knox or Simple JWT"
		default:
			continue
		}
		if d, ok := p.Project.Code.Define(name); ok && hasMethod(d.Class, "authenticate_credentials") {
			doubts = append(doubts, last(name)+" inherits from "+last(base)+" and looks at the credentials itself, which is not followed")
			continue
		}
		at := e.At()
		if at.IsZero() {
			at = s.At
		}
		findings = append(findings, check.Finding{Severity: check.Recommended, At: at, Message: last(name) + " inherits from " + last(base) + ": " + what})
	}
	return findings, doubts
}

// hasMethod reports whether a class has a method of its own by that name.
func hasMethod(class *syntax.ClassDef, name string) bool {
	return class != nil && slices.ContainsFunc(class.Body, func(s syntax.Stmt) bool {
		f, ok := s.(*syntax.FunctionDef)
		return ok && f.Name == name
	})
}

// knoxForever finds django-rest-knox with TOKEN_TTL None; its default is ten hours (knox/settings.py).
func knoxForever(w *django.World, s django.Setting) (check.Finding, bool) {
	if _, _, ok := entry(s, "knox.auth.TokenAuthentication"); !ok {
		return check.Finding{}, false
	}
	all := w.Get("REST_KNOX")
	ttl := all.Value.Get("TOKEN_TTL")
	if ttl.Kind() != eval.None {
		return check.Finding{}, false
	}
	at := all.At
	if place := ttl.At(); !place.IsZero() {
		at = place
	}
	return check.Finding{Severity: check.Recommended, At: at, Fix: `"TOKEN_TTL": timedelta(hours=10)`,
		Message: "TOKEN_TTL of REST_KNOX is None, so tokens never expire; set a timedelta"}, true
}

// sharedSigningKey finds Simple JWT that signs with SECRET_KEY, its default (rest_framework_simplejwt/settings.py), by an HMAC algorithm.
func sharedSigningKey(w *django.World, s django.Setting) (check.Finding, bool) {
	_, at, ok := entry(s, "rest_framework_simplejwt.authentication.JWTAuthentication", ".JWTStatelessUserAuthentication", ".JWTCookieAuthentication")
	if !ok {
		return check.Finding{}, false
	}
	jwt := w.Get("SIMPLE_JWT")
	algorithm, _ := jwt.Value.Get("ALGORITHM").AsStr()
	key := jwt.Value.Get("SIGNING_KEY")
	if jwt.Value.IsUnknown() || algorithm != "" && !strings.HasPrefix(algorithm, "HS") {
		return check.Finding{}, false
	}
	secret := w.Get("SECRET_KEY").Value
	switch {
	case !key.IsValid():
		if jwt.Set && !jwt.At.IsZero() {
			at = jwt.At
		}
	case key.IsUnknown() && sameVariable(key, secret), eval.Equal(key, secret):
		if place := key.At(); !place.IsZero() {
			at = place
		}
	default:
		return check.Finding{}, false
	}
	return check.Finding{Severity: check.Recommended, At: at, Fix: `SIMPLE_JWT = {"SIGNING_KEY": os.environ["JWT_SIGNING_KEY"]}`,
		Message: fmt.Sprintf("Tokens are signed with SECRET_KEY%s, so neither can be changed without the other; give SIMPLE_JWT a SIGNING_KEY of its own",
			map[bool]string{true: "", false: ", as SIGNING_KEY is not set"}[key.IsValid()])}, true
}

// sameVariable reports whether two unknown values come from the same single variable.
func sameVariable(a, b eval.Value) bool {
	x, y := a.Env(), b.Env()
	return len(x) == 1 && len(y) == 1 && x[0].Name == y[0].Name
}
