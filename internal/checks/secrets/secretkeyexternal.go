package secrets

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

const secretKeyExternalID = "secrets/secret-key-external"

func secretKeyExternal() check.Check {
	return check.Check{
		ID:       secretKeyExternalID,
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "SECRET_KEY comes from outside the repository",
			Why: `Django signs sessions (where they live in cookies), password reset links, messages and everything made with django.core.signing with SECRET_KEY. Whoever reads the repository, one of its clones, a build log or an image layer can make such signatures: log in as anybody, reset any password.

A key that stands as the default of a variable is no better: the first host where the variable is missing runs with it, and nothing tells. A key made at each start has the other fault: every restart logs everybody out, and each worker process refuses what another one signed.

The price of requiring the variable is that the first start of a new developer fails with a clear message.`,
			Fix:    `Read it without a default: SECRET_KEY = env("SECRET_KEY") with django-environ or environs, config("SECRET_KEY") with python-decouple, os.environ["SECRET_KEY"] without a package. Make a new key for production; the old one stays in the history.`,
			Verify: `Run "env -u SECRET_KEY python manage.py check" with the production settings: it fails and names the variable. "git grep -n SECRET_KEY" shows no value.`,
			Bad: []check.Example{
				check.SettingsExample("A literal.", "SECRET_KEY = \"u7!k2p#v9x@q4w$z6r^t8y*b3n(m5)c1-d0+f_ghj=lse&ia\"\n"),
				check.SettingsExample("A literal whenever the variable is missing.", "import os\n\nSECRET_KEY = os.environ.get(\"SECRET_KEY\", \"u7!k2p#v9x@q4w$z6r^t8y*b3n(m5)c1-d0+f_ghj=lse&ia\")\n"),
				check.SettingsExample("Another key at each start.", "from django.core.management.utils import get_random_secret_key\n\nSECRET_KEY = get_random_secret_key()\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Required from the environment.", "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\n"),
				check.SettingsExample("Read from a secret that the platform mounts.", "SECRET_KEY = open(\"/run/secrets/secret_key\").read().strip()\n"),
			},
			References: []check.Reference{
				check.See("Django settings: SECRET_KEY", check.DjangoDocs+"ref/settings/#secret-key"),
				check.See("Django deployment checklist: SECRET_KEY", check.DjangoDocs+"howto/deployment/checklist/#secret-key"),
				check.See("CWE-798: Use of Hard-coded Credentials", "https://cwe.mitre.org/data/definitions/798.html"),
				check.See("OWASP: Secrets Management", "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html"),
			},
			Triggers: []string{
				"the key is a literal in the repository, or read from a file of it",
				"the key falls back to a literal when a variable is missing",
				"the key is made anew at each start",
				"the key is set nowhere, so that Django refuses to start",
			},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, func(w *django.World) check.Answer { return keyPlace(p, w) })
		},
	}
}

// keyPlace judges where the key comes from in one world.
func keyPlace(p *check.SourcePass, w *django.World) check.Answer {
	key := w.Get("SECRET_KEY")
	v := key.Value
	switch {
	case isEmpty(v) || !v.IsValid():
		return emptyKey(p, key)
	case v.IsRandom() && keptInFile(p, v.At()):
		return check.Failed(check.Finding{
			Severity: check.Recommended, At: check.Where(key), Fix: `SECRET_KEY = env("SECRET_KEY")`,
			Message: "SECRET_KEY is made at the first start and kept in a file, so each host has another one, and a container without that disk makes a new one; read it from the environment",
		})
	case v.IsRandom():
		return keyFault(p, key, "is made anew at each start"+check.EnvNote(v), "so a restart logs everybody out and workers refuse each other's signatures")
	case v.IsUnknown():
		return unknownKey(p, w, key)
	}
	if at, ok := givenInRepository(p, v); ok {
		return check.Failed(check.Finding{
			Severity: check.Critical,
			Message:  "SECRET_KEY is written in " + at.Path() + ", so everybody who reads the repository can sign in as anybody; let the host's environment give it",
			At:       at,
		})
	}
	if ref, ok := givenRef(v); ok {
		return givenKey(ref, key)
	}
	if file := fileOf(v.Origin(), 0); file != "" {
		return fileKey(p, key, file)
	}
	if v.IsLiteral() && (v.Kind() == eval.Str || v.Kind() == eval.Bytes) {
		return literalKey(p, key)
	}
	return check.Unclear("where SECRET_KEY comes from could not be followed")
}

func literalKey(p *check.SourcePass, key django.Setting) check.Answer {
	const consequence = "so everybody who reads it can sign in as anybody"
	if len(check.Defaulted(key.Value)) > 0 {
		return keyFault(p, key, "falls back to a key that stands in the repository"+check.EnvNote(key.Value), consequence)
	}
	return keyFault(p, key, "is written in the repository", consequence)
}

// keyFault is the finding about a key, weaker where the project's set-up replaces it.
func keyFault(p *check.SourcePass, key django.Setting, what, consequence string) check.Answer {
	names, files := check.Escapes(p.Settings, func(w *django.World) eval.Tri {
		v := w.Get("SECRET_KEY").Value
		return check.If(v.IsRandom() || v.IsLiteral() && !v.IsUnknown())
	})
	defaulted := check.Defaulted(key.Value)
	if len(defaulted) == 0 {
		what += check.Unless(names, files)
	}
	f := check.Finding{
		Severity: check.Critical,
		Message:  "SECRET_KEY " + what + ", " + consequence + "; read it from the environment without a default",
		At:       check.Where(key),
		Fix:      `SECRET_KEY = env("SECRET_KEY")`,
	}
	if !check.ReplacedBySetUp(p, &f, append(defaulted, names...), files) && keyFileRead(p) {
		f.Severity = check.Recommended
	}
	return check.Failed(f)
}

// keyFileRead reports whether the key is read from a file of keys (by its name) that the repository lacks, wherever that file is there: what
// the repository has is then what is left when the file was never made.
func keyFileRead(p *check.SourcePass) bool {
	for _, w := range p.Settings.Worlds()[1:] {
		there := slices.ContainsFunc(w.Conditions, func(c eval.Condition) bool { return c.Kind == eval.FileThere && c.Taken })
		name := strings.ToLower(path.Base(fileOf(w.Get("SECRET_KEY").Value.Origin(), 0)))
		if there && (strings.Contains(name, "secret") || strings.Contains(name, "key")) {
			return true
		}
	}
	return false
}

// emptyKey is the answer for no key at all: Django refuses to start without one (django/conf/__init__.py).
func emptyKey(p *check.SourcePass, key django.Setting) check.Answer {
	if len(key.Value.Env()) > 0 {
		return check.Passed("Django refuses to start without it")
	}
	names, _ := check.Escapes(p.Settings, func(w *django.World) eval.Tri { return check.If(isEmpty(w.Get("SECRET_KEY").Value)) })
	if len(names) > 0 {
		return check.Passed("Django refuses to start without it, and " + check.And(names) + " gives it")
	}
	for _, o := range p.Settings.Result.Overrides {
		return check.Unclear("SECRET_KEY is not set here; " + o.What + ", may set it")
	}
	return check.Failed(check.Finding{
		Severity: check.Critical,
		Message:  "SECRET_KEY is not set, so Django refuses to start; read it from the environment",
		At:       check.Where(key),
		Fix:      `SECRET_KEY = env("SECRET_KEY")`,
	})
}

// unknownKey is the answer for a key whose value is not known: it passes where it is known to come from outside.
func unknownKey(p *check.SourcePass, w *django.World, key django.Setting) check.Answer {
	for _, ref := range key.Value.Env() {
		if givesKey(ref, key.Value) {
			return check.Passed("it comes from the variable " + ref.Name)
		}
	}
	if file := fileOf(key.Value.Origin(), 0); file != "" {
		return fileKey(p, key, file)
	}
	return check.Unclear(check.Doubt(w, key))
}

// givesKey reports whether a variable gives the key itself, rather than the name of a module or file that does: it is read where the
// value is made, or its name says so.
func givesKey(ref eval.EnvRef, v eval.Value) bool {
	at := v.At()
	if at.File != nil && at.File == ref.At.File && at.Start <= ref.At.Start && ref.At.End <= at.End {
		return true
	}
	name := strings.ToUpper(ref.Name)
	return strings.Contains(name, "KEY") || strings.Contains(name, "SECRET")
}

// fileKey is the answer for a key that is a file's content.
func fileKey(p *check.SourcePass, key django.Setting, file string) check.Answer {
	if p.Project.Tree == nil || !p.Project.Tree.IsFile(file) || p.Project.Repository.Tracked(file) == eval.No {
		return check.Passed("it is read from " + file)
	}
	return check.Failed(check.Finding{
		Severity: check.Critical,
		Message:  "SECRET_KEY is read from " + file + ", which stands in the repository; keep the file outside of it, or read the key from the environment",
		At:       check.Where(key),
	})
}

// givenKey is the answer for a key that the environment gives: what is left is the default that would apply without it.
func givenKey(ref eval.EnvRef, key django.Setting) check.Answer {
	text := strings.Trim(ref.Default, `"'`)
	if !ref.HasDefault || text == "" || text == "None" {
		return check.Passed("it comes from the variable " + ref.Name)
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended,
		Message:  "SECRET_KEY falls back to a default of the settings when the variable " + ref.Name + " is missing; read it without a default",
		At:       check.Where(key),
		Fix:      `SECRET_KEY = env("SECRET_KEY")`,
	})
}

// givenRef is the variable that gave the value, if one was set.
func givenRef(v eval.Value) (eval.EnvRef, bool) {
	for _, ref := range v.Env() {
		if ref.Set {
			return ref, true
		}
	}
	return eval.EnvRef{}, false
}

// givenInRepository finds the place in an artefact of the repository that gives a variable of the value its text.
func givenInRepository(p *check.SourcePass, v eval.Value) (source.Span, bool) {
	for _, ref := range v.Env() {
		for _, process := range check.Described(p) {
			given, ok := process.Lookup(ref.Name)
			if ok && process.Production && given.Given && ref.Set && given.Value != "" && p.Project.Given == nil && inRepository(p, given.At.Path()) {
				return given.At, true
			}
		}
	}
	return source.Span{}, false
}

// inRepository reports whether a file of the tree is part of the repository. Without git an environment file is taken for the
// operator's own, anything else for the repository's.
func inRepository(p *check.SourcePass, name string) bool {
	switch p.Project.Repository.Tracked(name) {
	case eval.Yes:
		return true
	case eval.No:
		return false
	}
	return !slices.ContainsFunc(p.Project.EnvFiles, func(file project.EnvFile) bool { return file.File.Path == name })
}

// fileOf is the file whose content a value came from, "" when it came from none. Origins have no cycles; the depth is bounded all the same.
func fileOf(o *eval.Origin, depth int) string {
	if o == nil || depth > 40 {
		return ""
	}
	if o.FromFile != "" {
		return o.FromFile
	}
	for _, from := range o.From {
		if file := fileOf(from, depth+1); file != "" {
			return file
		}
	}
	return ""
}

// isEmpty reports whether a value is known to be None or empty.
func isEmpty(v eval.Value) bool {
	return v.IsValid() && !v.IsUnknown() && v.Truth() == eval.No
}
