package database

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func persistentConnections() check.Check {
	return check.Check{
		ID: "database/persistent-connections", Severity: check.Recommended, Source: answerPersistentConnections,
		Doc: check.Doc{
			Title: "Database connections are reused",
			Why: `With CONN_MAX_AGE at its default 0 Django opens a connection for each request and closes it at the end. On PostgreSQL that is a new server process, a TLS handshake and a login every time: often more work than the query itself, and the first thing to break under load.

Reused connections stay open while they idle, one per worker thread: count them against the server's limit. Under ASGI a thread is not tied to a worker, so persistent connections pile up; use the pool (Django 5.1 with psycopg 3) or PgBouncer there. A pool and CONN_MAX_AGE exclude each other.`,
			Fix:    "Set `\"CONN_MAX_AGE\": 60` and `\"CONN_HEALTH_CHECKS\": True` in the alias, or `\"OPTIONS\": {\"pool\": True}` on Django 5.1 and later with psycopg[pool], or put PgBouncer before the server.",
			Verify: "`python manage.py shell -c \"from django.db import connection; print(connection.settings_dict['CONN_MAX_AGE'])\"` prints `60`.",
			Bad: []check.Example{
				check.Project("A connection for every request.", "settings.py", `DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db.internal"},
}
`),
			},
			Good: []check.Example{
				check.Project("A connection lives a minute, and is tested before it is used again.", "settings.py", `DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "HOST": "db.internal",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    },
}
`),
				check.Project("Django's own pool.", "settings.py", `DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "HOST": "db.internal",
        "OPTIONS": {"pool": {"min_size": 2, "max_size": 8}},
    },
}
`),
			},
			References: []check.Reference{
				check.See("Django: persistent connections", check.DjangoDocs+"ref/databases/#persistent-connections"),
				check.See("Django: connection pool", check.DjangoDocs+"ref/databases/#connection-pool"),
				check.See("PgBouncer", "https://www.pgbouncer.org/usage.html"),
			},
			Triggers: []string{
				"CONN_MAX_AGE is 0, with neither a pool nor PgBouncer",
				"a pool together with CONN_MAX_AGE, which Django refuses",
				"persistent connections under an ASGI server",
			},
		},
	}
}

func answerPersistentConnections(p *check.SourcePass) check.Answer {
	server, named := asgi(p)
	return eachServer(p, "connections are reused", func(w *django.World, db django.Database) (check.Finding, string) {
		age := db.Option("CONN_MAX_AGE")
		pool, persistent := pooled(p, w, db), keeps(age)
		f := check.Finding{Severity: check.Recommended, At: where(w, db, "CONN_MAX_AGE")}
		switch {
		case pool == eval.Yes && persistent == eval.Yes && db.Option("OPTIONS", "pool").Truth() == eval.Yes:
			f.Message = fmt.Sprintf("%s has a pool and CONN_MAX_AGE %s, and Django refuses both together with ImproperlyConfigured; drop CONN_MAX_AGE", aliasName(db), age.Repr(20))
			return f, ""
		case pool == eval.Yes:
			return check.Finding{}, ""
		case persistent == eval.Yes && server != "":
			f.Message = fmt.Sprintf("%s keeps connections for %s seconds%s and the web process is %s: under ASGI every thread keeps one of its own; set CONN_MAX_AGE to 0 and use a pool", aliasName(db), age.Repr(20), check.EnvNote(age), server)
			f.Fix = `"CONN_MAX_AGE": 0, "OPTIONS": {"pool": True}`
			return f, ""
		case persistent == eval.Yes && named != "":
			return check.Finding{}, fmt.Sprintf("connections are kept, which is wrong under ASGI, and %s is installed; whether it serves the site stands in files that are not read", named)
		case persistent == eval.Yes:
			return check.Finding{}, ""
		case persistent == eval.Maybe || pool == eval.Maybe:
			return check.Finding{}, doubtOf(db, "CONN_MAX_AGE", age, db.Option("OPTIONS"))
		}
		f.Message = fmt.Sprintf("%s opens a new connection for every request: CONN_MAX_AGE is %s and neither a pool nor PgBouncer is there; set CONN_MAX_AGE to 60", aliasName(db), ageText(age))
		f.Fix = `"CONN_MAX_AGE": 60`
		return f, ""
	})
}

func ageText(age eval.Value) string {
	if !age.IsValid() {
		return "not set (0)"
	}
	return age.Repr(20) + check.EnvNote(age)
}

// keeps reports whether CONN_MAX_AGE keeps connections: None keeps them for ever.
func keeps(age eval.Value) eval.Tri {
	switch {
	case !age.IsValid():
		return eval.No
	case age.Kind() == eval.None:
		return eval.Yes
	}
	return age.Truth()
}

// pooled reports whether something reuses connections below CONN_MAX_AGE: Django's pool, an engine with a pool of its own, or PgBouncer.
func pooled(p *check.SourcePass, w *django.World, db django.Database) eval.Tri {
	engine, _ := db.Option("ENGINE").AsStr()
	for _, part := range []string{"pool", "geventpool"} {
		if strings.Contains(strings.ToLower(engine), part) {
			return eval.Yes
		}
	}
	if db.Option("DISABLE_SERVER_SIDE_CURSORS").Truth() == eval.Yes || bouncer(p, db) {
		return eval.Yes
	}
	pool := db.Option("OPTIONS", "pool")
	if !pool.IsValid() {
		return eval.No
	}
	return pool.Truth()
}

// bouncer reports whether PgBouncer, or another pooler of its kind, stands before the server: by host name, by its port,
// or as a process of the deployment.
func bouncer(p *check.SourcePass, db django.Database) bool {
	host, _ := db.Option("HOST").AsStr()
	for _, name := range []string{"pgbouncer", "pooler", "pgcat", "odyssey", "-pool."} {
		if strings.Contains(strings.ToLower(host), name) {
			return true
		}
	}
	port := db.Option("PORT")
	number, _ := port.AsInt()
	text, _ := port.AsStr()
	if number == 6432 || text == "6432" {
		return true
	}
	if p.Project.Deployment == nil {
		return false
	}
	for _, process := range p.Project.Deployment.Processes {
		if strings.Contains(strings.ToLower(process.Name), "pgbouncer") {
			return true
		}
	}
	return false
}

// asgi names the ASGI server of a production web process; without known web processes, named is one among the dependencies.
func asgi(p *check.SourcePass) (server, named string) {
	servers := []string{"daphne", "uvicorn", "hypercorn", "granian"}
	if p.Project.Deployment == nil {
		return "", ""
	}
	seen := false
	for _, process := range check.Described(p) {
		if process.Role != deploy.Web || !process.Production {
			continue
		}
		seen = true
		command := strings.Join(process.Argv, " ")
		for _, s := range servers {
			if strings.Contains(command, s) && !strings.Contains(command, "--interface wsgi") {
				return s + " (" + process.Artefact + ")", ""
			}
		}
	}
	if deps := p.Project.Deployment.Dependencies; !seen && deps != nil {
		for _, s := range append(servers, "uvicorn-worker") {
			if deps.Has(s) {
				return "", s
			}
		}
	}
	return "", ""
}

// doubtOf says why a key of an alias can't be known.
func doubtOf(db django.Database, key string, values ...eval.Value) string {
	names := outside(values...)
	if names == "" {
		names = outside(db.Config)
	}
	if names != "" {
		return fmt.Sprintf("%s of %s is not known: the address comes from %s and may carry it; give the environment with --env-file", key, aliasName(db), names)
	}
	return fmt.Sprintf("%s of %s is not known: %s", key, aliasName(db), reason(append(values, db.Config)...))
}
