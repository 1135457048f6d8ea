package secrets

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func secretKeyRotation() check.Check {
	return check.Check{
		ID:       "secrets/secret-key-rotation",
		Severity: check.Recommended,
		Doc: check.Doc{
			Title: "SECRET_KEY can be changed without logging everybody out",
			Why: `Keys leak: in a log, a backup, with somebody who leaves. On that day the key must change at once. Without SECRET_KEY_FALLBACKS the change ends every session, password reset link and signed cookie in the same second, which is why people put it off. With it the former key still verifies for as long as you let it, while everything new is signed with the new one.

The list has to come from outside, as the key does, and a fallback is as good as a key to an attacker: it must be strong, and it must go when the oldest signature has expired.`,
			Fix:    `SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[]) beside SECRET_KEY; to rotate, put the former key there, and take it out after the longest session.`,
			Verify: `Start with the key in use moved to SECRET_KEY_FALLBACKS and a new SECRET_KEY: an open session stays logged in. "python manage.py check --deploy" prints no security.W025.`,
			Bad: []check.Example{
				check.SettingsExample("No way to keep the former key.", "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\n"),
				check.SettingsExample("A weak fallback verifies signatures too.", "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\nSECRET_KEY_FALLBACKS = [\"old-key\"]\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Empty until the key changes.", "import environ\n\nenv = environ.Env()\nSECRET_KEY = env(\"SECRET_KEY\")\nSECRET_KEY_FALLBACKS = env.list(\"SECRET_KEY_FALLBACKS\", default=[])\n"),
				check.SettingsExample("Without a package.", "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\nSECRET_KEY_FALLBACKS = [k for k in os.environ.get(\"SECRET_KEY_FALLBACKS\", \"\").split(\",\") if k]\n"),
			},
			References: []check.Reference{
				check.See("Django settings: SECRET_KEY_FALLBACKS", check.DjangoDocs+"ref/settings/#secret-key-fallbacks"),
				check.See("Django system checks: security.W025", check.DjangoDocs+"ref/checks/#security"),
				check.See("OWASP: Key Management, key rotation", "https://cheatsheetseries.owasp.org/cheatsheets/Key_Management_Cheat_Sheet.html"),
			},
			Django: []string{"security.W025"},
			Triggers: []string{
				"SECRET_KEY_FALLBACKS is not set, or is an empty literal",
				"a fallback is weak by Django's rule, or an example value",
				"a fallback stands in the repository",
				"the value is neither list nor tuple, so that Django refuses to start",
			},
		},
		Source: func(p *check.SourcePass) check.Answer {
			if p.Settings.Version.Before(4, 1) {
				return check.Absent("Django " + p.Settings.Version.Series() + " has no SECRET_KEY_FALLBACKS")
			}
			return check.Weigh(p.Settings, func(w *django.World) check.Answer { return rotationIn(p, w) })
		},
	}
}

func rotationIn(p *check.SourcePass, w *django.World) check.Answer {
	s := w.Get("SECRET_KEY_FALLBACKS")
	switch kind := s.Value.Kind(); {
	case kind == eval.Unknown:
		return outsideOr(s, check.Unclear(check.Doubt(w, s)))
	case !s.Set:
		return noFallbacks(p, s, "SECRET_KEY_FALLBACKS is not set")
	case kind != eval.List && kind != eval.Tuple:
		return check.Failed(check.Finding{
			Severity: check.Recommended,
			Message:  "SECRET_KEY_FALLBACKS is neither a list nor a tuple" + check.EnvNote(s.Value) + ", so Django refuses to start; split the variable into a list",
			At:       check.Where(s),
		})
	}
	findings := weakFallbacks(p, s)
	n, whole := s.Value.Len()
	switch {
	case len(findings) > 0:
		return check.Failed(findings...)
	case s.Value.FromEnv():
		return check.Passed("former keys come from the environment")
	case whole && n == 0:
		return noFallbacks(p, s, "SECRET_KEY_FALLBACKS is an empty list")
	case !whole:
		return check.Unclear(check.Doubt(w, s))
	}
	return outsideOr(s, check.Passed(""))
}

// noFallbacks is the answer where nothing can be given; a file of the operator can.
func noFallbacks(p *check.SourcePass, s django.Setting, what string) check.Answer {
	names, files := check.Escapes(p.Settings, func(w *django.World) eval.Tri {
		return check.Not(check.IsOn(w.Get("SECRET_KEY_FALLBACKS").Value))
	})
	if len(names) > 0 {
		return check.Passed("former keys come from " + check.And(names))
	}
	if len(files) > 0 {
		return check.Unclear(what + " here; " + check.And(files) + " may set it")
	}
	for _, o := range p.Settings.Result.Overrides {
		return check.Unclear(what + " here; " + o.What + ", may set it")
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended,
		Message:  what + ", so a change of SECRET_KEY ends every session and reset link at once; read former keys from the environment",
		At:       check.Where(s),
		Fix:      `SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])`,
	})
}

// outsideOr passes a value that comes from the environment or a file, else gives the other answer.
func outsideOr(s django.Setting, other check.Answer) check.Answer {
	if s.Value.FromEnv() {
		return check.Passed("former keys come from the environment")
	}
	if file := fileOf(s.Value.Origin(), 0); file != "" {
		return check.Passed("former keys are read from " + file)
	}
	return other
}

// weakFallbacks are the faults of single former keys.
func weakFallbacks(p *check.SourcePass, s django.Setting) []check.Finding {
	var findings []check.Finding
	for i, e := range s.Value.Elems() {
		if e.IsUnknown() {
			continue
		}
		at := e.At()
		if at.IsZero() || e.FromEnv() {
			at = valuePlace(p, e, s)
		}
		message := ""
		if fault := keyWeakness(e); fault != "" {
			message = fmt.Sprintf("SECRET_KEY_FALLBACKS[%d] %s%s, and verifies signatures as SECRET_KEY does; remove it", i, fault, check.EnvNote(e))
		} else if _, given := givenRef(e); !given && e.IsLiteral() {
			message = fmt.Sprintf("SECRET_KEY_FALLBACKS[%d] is written in the repository, and verifies signatures as SECRET_KEY does; read it from the environment", i)
		}
		if message != "" {
			findings = append(findings, check.Finding{Severity: check.Recommended, Message: message, At: at})
		}
	}
	return findings
}
