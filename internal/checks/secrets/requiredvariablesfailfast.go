package secrets

import (
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/redact"
)

func requiredVariablesFailFast() check.Check {
	return check.Check{
		ID:       "secrets/required-variables-fail-fast",
		Severity: check.Recommended,
		Doc: check.Doc{
			Title: "The site refuses to start when a variable that it needs is missing",
			Why: `A fallback turns a missing variable from a start that fails, which the deploy notices, into a fault that a user notices: a database password that is empty, a webhook whose signature is checked against an empty key and so can be forged, a "postgres" password that works on some forgotten host.

Defaults are right for what really has one: a port, a time limit, a feature that is off. They are wrong for what each environment must have of its own. The cost of requiring is a longer example file for developers.`,
			Fix:    `Read it without a default: env("DB_PASSWORD"), config("DB_PASSWORD"), os.environ["DB_PASSWORD"]. Give developers their values in .env.example.`,
			Verify: `Run "env -u DB_PASSWORD python manage.py check" with the production settings: it fails and names the variable.`,
			Bad: []check.Example{
				check.SettingsExample("A password that everybody knows.", "import os\n\nDATABASES = {\n    \"default\": {\n        \"ENGINE\": \"django.db.backends.postgresql\",\n        \"NAME\": \"shop\",\n        \"HOST\": os.environ[\"DB_HOST\"],\n        \"PASSWORD\": os.environ.get(\"DB_PASSWORD\", \"postgres\"),\n    }\n}\n"),
				check.SettingsExample("An empty key makes every signature right.", "import os\n\nPAYMENT_WEBHOOK_SECRET = os.environ.get(\"PAYMENT_WEBHOOK_SECRET\", \"\")\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Required.", "import os\n\nDATABASES = {\n    \"default\": {\n        \"ENGINE\": \"django.db.backends.postgresql\",\n        \"NAME\": \"shop\",\n        \"HOST\": os.environ[\"DB_HOST\"],\n        \"PASSWORD\": os.environ[\"DB_PASSWORD\"],\n    }\n}\n"),
				check.SettingsExample("A feature that is off without its key.", "import os\n\nMAPS_API_KEY = os.environ.get(\"MAPS_API_KEY\")\nMAPS_ENABLED = bool(MAPS_API_KEY)\n"),
			},
			References: []check.Reference{
				check.See("django-environ: required variables", "https://django-environ.readthedocs.io/en/latest/quickstart.html"),
				check.See("The Twelve-Factor App: config", "https://12factor.net/config"),
				check.See("CWE-1188: Initialization of a Resource with an Insecure Default", "https://cwe.mitre.org/data/definitions/1188.html"),
			},
			Triggers: []string{
				"a secret falls back to a literal",
				"a database's name, or the password of a database on another host, falls back to nothing",
				"a key that signs, encrypts or verifies falls back to nothing",
			},
		},
		Source: failFastSource,
	}
}

func failFastSource(p *check.SourcePass) check.Answer {
	reads := p.Settings.Result.Reads
	if len(reads) == 0 {
		return check.Absent("the settings read no environment variable")
	}
	w := p.Settings.Shipped()
	needed := neededByDatabases(w)
	switches := switchNames(p.Settings)
	owned, elsewhere := ownedVariables(w), credentialVariables(p)
	told := false
	var findings []check.Finding
	seen := map[string]bool{}
	for _, r := range reads {
		if seen[r.Name] || !r.HasDefault || slices.Contains(owned, r.Name) {
			continue
		}
		message := fallbackFault(r, needed[r.Name], slices.Contains(switches, r.Name))
		if message == "" {
			continue
		}
		seen[r.Name] = true
		if slices.Contains(elsewhere, r.Name) {
			told = true
			continue
		}
		findings = append(findings, check.Finding{Severity: check.Recommended, Message: message, At: r.At})
	}
	if len(findings) > 0 {
		return check.Failed(findings...)
	}
	if told {
		return check.CausedBy(credentialsExternalID, "a secret falls back to a value that stands in the repository")
	}
	return check.Passed("")
}

// fallbackFault says what is wrong with the default of a variable, or "".
func fallbackFault(r eval.Read, databaseKey string, isSwitch bool) string {
	text, literal := stringLiteral(r.Default)
	empty := emptyDefault(r.Default)
	switch {
	case databaseKey != "" && empty:
		return "The database's " + databaseKey + " is empty when the variable " + r.Name + " is missing, which shows at the first query; read it without a default"
	case literal && text != "" && redact.HasPassword(text):
		return "The variable " + r.Name + " falls back to an address with a password; read it without a default, so that a host without it does not start"
	case literal && text != "" && r.Secret && isSecret(r.Name) && !strings.Contains(text, "://"):
		return "The secret " + r.Name + " falls back to a value that stands in the repository; read it without a default, so that a host without it does not start"
	case empty && proves(r.Name) && !isSwitch:
		return "The key " + r.Name + " is empty when the variable is missing, and an empty key proves nothing; read it without a default"
	}
	return ""
}

// emptyDefault reports whether a default is None or an empty string.
func emptyDefault(literal string) bool {
	text, ok := stringLiteral(literal)
	return literal == "None" || ok && text == ""
}

// isSecret keeps names that hold a secret by themselves from those that only go to one.
func isSecret(name string) bool { return redact.SecretName(name) && !strings.HasSuffix(name, "DSN") }

// proves reports whether a variable's name says that its value signs, encrypts or verifies something.
func proves(name string) bool {
	name = strings.ToUpper(name)
	for _, words := range []string{"WEBHOOK_SECRET", "WEBHOOK_SIGNING", "SIGNING_KEY", "SIGNING_SECRET", "ENCRYPTION_KEY", "ENCRYPT_KEY", "FERNET_KEY", "JWT_SECRET", "JWT_KEY", "HMAC_KEY", "HMAC_SECRET"} {
		if strings.Contains(name, words) {
			return true
		}
	}
	return false
}

// neededByDatabases are the variables without whose value a database can't be reached, with the key that they fill: NAME always,
// PASSWORD where the database is on another host. A socket on this machine needs no password (peer authentication).
func neededByDatabases(w *django.World) map[string]string {
	needed := map[string]string{}
	for _, alias := range w.Get("DATABASES").Value.Entries() {
		engine, known := alias.Value.Get("ENGINE").AsStr()
		if !known || strings.Contains(engine, "sqlite") || strings.Contains(engine, "spatialite") || strings.HasSuffix(engine, "dummy") {
			continue
		}
		options := alias.Value.Get("OPTIONS")
		if options.IsValid() && (options.Get("service").IsValid() || options.Get("passfile").IsValid()) {
			continue
		}
		keys := []string{"NAME"}
		if host := alias.Value.Get("HOST"); host.IsValid() && host.Truth() != eval.No {
			if name, ok := host.AsStr(); !ok || !strings.HasPrefix(name, "/") {
				keys = append(keys, "PASSWORD")
			}
		}
		for _, key := range keys {
			for _, ref := range readFor(alias.Value.Get(key)) {
				if ref.HasDefault && emptyDefault(ref.Default) && (ref.Set || isEmpty(alias.Value.Get(key))) {
					needed[ref.Name] = key
				}
			}
		}
	}
	return needed
}

// readFor are the variables that give a value: those that are read where it is made, and not the one that chose the branch; all, where none is.
func readFor(v eval.Value) []eval.EnvRef {
	var here []eval.EnvRef
	at := v.At()
	for _, ref := range v.Env() {
		if at.File != nil && at.File == ref.At.File && at.Start <= ref.At.Start && ref.At.End <= at.End {
			here = append(here, ref)
		}
	}
	if len(here) == 0 {
		return v.Env()
	}
	return here
}

// switchNames are the variables on which a branch of the settings depends: being unset, they turn something off.
func switchNames(s *django.Settings) []string {
	var names []string
	for _, w := range s.Worlds() {
		for _, c := range w.Conditions {
			if c.Kind == eval.EnvSet && !slices.Contains(names, c.Name) {
				names = append(names, c.Name)
			}
		}
	}
	return names
}

// ownedVariables are those whose default another check judges: they give SECRET_KEY, DEBUG, ALLOWED_HOSTS and the mail server's password.
func ownedVariables(w *django.World) []string {
	var names []string
	for _, setting := range []string{"SECRET_KEY", "SECRET_KEY_FALLBACKS", "DEBUG", "ALLOWED_HOSTS", "EMAIL_HOST_PASSWORD", "CELERY_BROKER_URL", "BROKER_URL"} {
		for _, ref := range w.Get(setting).Value.Env() {
			names = append(names, ref.Name)
		}
	}
	return names
}

// stringLiteral is the text of a Python string literal without escapes or prefixes.
func stringLiteral(literal string) (text string, ok bool) {
	literal = strings.TrimSpace(literal)
	if len(literal) < 2 || literal[0] != '"' && literal[0] != '\'' || literal[len(literal)-1] != literal[0] || strings.Contains(literal, `\`) {
		return "", false
	}
	return literal[1 : len(literal)-1], true
}
