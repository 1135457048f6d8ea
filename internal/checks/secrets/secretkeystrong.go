package secrets

import (
	"fmt"
	"unicode/utf8"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Django's rule for keys: django/core/checks/security/base.py, _check_secret_key.
const (
	keyLength     = 50
	keyCharacters = 5
	keyPrefix     = "django-insecure-"
)

func secretKeyStrong() check.Check {
	return check.Check{
		ID:       "secrets/secret-key-strong",
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "SECRET_KEY is long, random and no example",
			Why: `A signature is as strong as its key. A short or guessable key can be found on an attacker's own machine: one signed cookie or password reset link is enough to try keys against, millions a second, without a single request to the site. Keys from tutorials and templates are in every word list.

Django asks for 50 characters, five of them distinct, and no "django-insecure-" in front, which marks the key that startproject wrote for development. This check asks the same, and finds example values besides.`,
			Fix:    `Make a key with "python -c 'from django.core.management.utils import get_random_secret_key as k; print(k())'" and put it where production's environment comes from. Keep the old one in SECRET_KEY_FALLBACKS for a while if sessions are to survive.`,
			Verify: `Run "python manage.py check --deploy" with production's environment: it prints no security.W009.`,
			Bad: []check.Example{
				{Note: "The host's environment gives an example value.", Given: "host.env", Files: []check.ExampleFile{
					{Path: "settings.py", Text: "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\n"},
					{Path: "host.env", Text: "SECRET_KEY=change-me\n"},
				}},
				check.SettingsExample("The key that startproject wrote.", "SECRET_KEY = \"django-insecure-u7!k2p#v9x@q4w$z6r^t8y*b3n(m5)c1-d0+f_ghj=ls\"\n"),
			},
			Good: []check.Example{
				{Note: "Fifty random characters from outside.", Given: "host.env", Files: []check.ExampleFile{
					{Path: "settings.py", Text: "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\n"},
					{Path: "host.env", Text: "SECRET_KEY=u7k2pv9xq4wz6rt8yb3nm5c1d0fghjlseiaU7K2PV9XQ4WZ6RT8YB3\n"},
				}},
			},
			References: []check.Reference{
				check.See("Django settings: SECRET_KEY", check.DjangoDocs+"ref/settings/#secret-key"),
				check.See("Django system checks: security.W009", check.DjangoDocs+"ref/checks/#security"),
				check.See("CWE-521: Weak Password Requirements", "https://cwe.mitre.org/data/definitions/521.html"),
			},
			Django: []string{"security.W009"},
			Triggers: []string{
				"fewer than 50 characters, or fewer than five distinct ones",
				`the prefix "django-insecure-"`,
				"an example value",
			},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, func(w *django.World) check.Answer { return keyStrength(p, w) })
		},
	}
}

func keyStrength(p *check.SourcePass, w *django.World) check.Answer {
	key := w.Get("SECRET_KEY")
	v := key.Value
	switch {
	case v.IsRandom() && v.IsUnknown():
		return check.Unclear("the key is made at each start, so that its strength is not known")
	case v.IsUnknown():
		return check.Unclear(check.Doubt(w, key))
	case isEmpty(v) || !v.IsValid():
		return noKey(p, w, key)
	}
	fault := keyWeakness(v)
	if fault == "" {
		return check.Passed("")
	}
	_, inRepository := givenInRepository(p, v)
	if _, given := givenRef(v); inRepository || !given && (v.IsLiteral() || v.IsRandom()) {
		return check.CausedBy(secretKeyExternalID, "the key that stands in the repository "+fault)
	}
	return check.Failed(check.Finding{
		Severity: check.Critical,
		Message:  "SECRET_KEY" + givenBy(v) + " " + fault + "; make one of at least 50 random characters",
		At:       valuePlace(p, v, key),
	})
}

// noKey is the answer where there is no key as shipped.
func noKey(p *check.SourcePass, w *django.World, key django.Setting) check.Answer {
	if refs := key.Value.Env(); len(refs) > 0 && !refs[0].Set {
		return check.Unclear("the key comes from the variable " + refs[0].Name + ", which is not given; name the environment with --env-file")
	}
	place := keyPlace(p, w)
	switch place.Status {
	case check.Fail:
		return check.CausedBy(secretKeyExternalID, "there is no key")
	case check.Unknown:
		return place
	}
	if _, given := givenRef(key.Value); given {
		return check.Failed(check.Finding{
			Severity: check.Critical,
			Message:  "SECRET_KEY" + givenBy(key.Value) + " is empty, so Django refuses to start; make one of at least 50 random characters",
			At:       valuePlace(p, key.Value, key),
		})
	}
	return check.Unclear("the key is given elsewhere; name the environment with --env-file")
}

// keyWeakness says what is wrong with a key, without showing any of it; "" when nothing is.
func keyWeakness(v eval.Value) string {
	text, ok := v.AsStr()
	if !ok {
		if text, ok = v.AsBytes(); !ok {
			return "is no string"
		}
	}
	distinct := map[rune]bool{}
	for _, r := range text {
		distinct[r] = true
	}
	switch length := utf8.RuneCountInString(text); {
	case len(text) >= len(keyPrefix) && text[:len(keyPrefix)] == keyPrefix:
		return `begins with "` + keyPrefix + `", which marks a key for development`
	case length == 0:
		return "is empty"
	case length < keyLength && check.IsExampleValue(text):
		return "is an example value"
	case length < keyLength:
		return fmt.Sprintf("has only %d character%s", length, plural(length))
	case len(distinct) < keyCharacters:
		return fmt.Sprintf("has only %d distinct character%s", len(distinct), plural(len(distinct)))
	case check.IsExampleValue(text):
		return "is an example value"
	}
	return ""
}

// givenBy names the variable that gave a value: ", given by the variable A,".
func givenBy(v eval.Value) string {
	if ref, ok := givenRef(v); ok {
		return ", given by the variable " + ref.Name + ","
	}
	return ""
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// valuePlace is where the environment file that was named gives the variable of a value, else where the settings have it.
func valuePlace(p *check.SourcePass, v eval.Value, s django.Setting) source.Span {
	ref, ok := givenRef(v)
	if ok && p.Project.Given != nil {
		for _, line := range p.Project.Given.Vars {
			if line.Name == ref.Name {
				return line.ValueAt
			}
		}
	}
	if at, found := givenInRepository(p, v); found {
		return at
	}
	return check.Where(s)
}
