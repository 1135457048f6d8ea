package database

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

const pgbouncer = `services:
  web:
    image: shop
    command: gunicorn wsgi
  pool:
    image: edoburu/pgbouncer:1.24.0
    environment:
      DB_HOST: db.internal
      POOL_MODE: transaction
`

func poolerCompatible() check.Check {
	return check.Check{
		ID: "database/pooler-compatible", Severity: check.Critical, Source: answerPoolerCompatible,
		Doc: check.Doc{
			Title: "Django uses nothing that PgBouncer's pooling mode breaks",
			Why: `In transaction mode each transaction can go to another connection of the server. What lives in a session is then gone or somebody else's: Django's server-side cursors (each iterator(), and the choices of every ModelChoiceField) end in "cursor does not exist", an advisory lock of a session is taken on one connection and released on another, and prepared statements are not there unless the pooler tracks them.

PgBouncer also refuses connections that set parameters in their start (OPTIONS["options"]), unless it is told to ignore them: nothing works at all then. All of that shows under load, and seldom on a developer's machine.`,
			Fix:    "`\"DISABLE_SERVER_SIDE_CURSORS\": True` in the alias that leads to the pooler, pg_advisory_xact_lock in place of pg_advisory_lock, and limits like statement_timeout on the role (`ALTER ROLE shop SET statement_timeout = '30s'`).",
			Verify: "With two workers behind the pooler, `list(Order.objects.iterator(chunk_size=1))` in a loop in both raises nothing.",
			Bad: []check.Example{
				check.Project("Cursors that live in a session.", "settings.py", `DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "pool", "PORT": 5432}}
`, "wsgi.py", "", "compose.yml", pgbouncer),
			},
			Good: []check.Example{
				check.Project("Each query gets its rows at once.", "settings.py", `DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "pool", "PORT": 5432, "DISABLE_SERVER_SIDE_CURSORS": True},
}
`, "wsgi.py", "", "compose.yml", pgbouncer),
			},
			References: []check.Reference{
				check.See("Django: transaction pooling and server-side cursors", check.DjangoDocs+"ref/databases/#transaction-pooling-and-server-side-cursors"),
				check.See("PgBouncer: features by pooling mode", "https://www.pgbouncer.org/features.html"),
				check.See("PgBouncer: ignore_startup_parameters", "https://www.pgbouncer.org/config.html#ignore_startup_parameters"),
			},
			Triggers: []string{
				"server-side cursors are on for an alias that leads to a pooler in transaction or statement mode",
				"OPTIONS sets parameters that the pooler refuses at the start of a connection",
				"statements are prepared on the server, and the pooler does not track them",
				"code takes an advisory lock of a session",
			},
		},
	}
}

func answerPoolerCompatible(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		list, open := w.Databases()
		var findings []check.Finding
		var doubts []string
		pooled := ""
		for _, db := range list {
			pooler, why := poolerOf(p, db)
			if why != "" {
				doubts = append(doubts, why)
			}
			if pooler == nil {
				continue
			}
			pooled = pooler.Name
			f, more := judgePooler(p, w, db, pooler)
			findings, doubts = append(findings, f...), append(doubts, more...)
		}
		switch {
		case pooled == "" && len(doubts) > 0:
			return check.Unclear(doubts[0])
		case pooled == "" && open:
			return check.Unclear(check.Doubt(w, w.Get("DATABASES")))
		case pooled == "":
			return check.Absent("no alias of DATABASES is shown to lead to PgBouncer")
		}
		return check.Gather(findings, doubts, "Django asks nothing of "+pooled+" that its mode breaks")
	}, "DATABASES")
}

// defaultPoolerPort is the port that PgBouncer listens on unless it is told otherwise.
const defaultPoolerPort = "6432"

// poolerOf is the pooler that an alias leads to, nil for none. why says what keeps that from being known.
func poolerOf(p *check.SourcePass, db django.Database) (found *deploy.ConnectionPooler, why string) {
	if db.Engine() != django.PostgreSQL && db.Engine() != django.Undecided {
		return nil, ""
	}
	var poolers []*deploy.ConnectionPooler
	for _, c := range p.Project.Deployment.Poolers() {
		if c.Production {
			poolers = append(poolers, c)
		}
	}
	host, known := db.Option("HOST").AsStr()
	port := portOf(db.Option("PORT"))
	for _, c := range poolers {
		for _, name := range c.Hosts {
			if known && name == host && (c.Service != nil || c.Port.Known && port == fmt.Sprint(c.Port.Value)) {
				return c, ""
			}
		}
	}
	switch {
	case len(poolers) > 0 && !known && db.Option("HOST").IsUnknown():
		return nil, fmt.Sprintf("whether %s leads to %s is not known: its address comes from outside; give the environment with --env-file", aliasName(db), poolers[0].Name)
	case port == defaultPoolerPort:
		return nil, aliasName(db) + " has the port of PgBouncer; its pooling mode stands in a configuration that is not in the repository"
	}
	return nil, ""
}

func portOf(v eval.Value) string {
	if n, ok := v.AsInt(); ok {
		return fmt.Sprint(n)
	}
	text, _ := v.AsStr()
	return text
}

// judgePooler asks what an alias does that its pooler breaks.
func judgePooler(p *check.SourcePass, w *django.World, db django.Database, c *deploy.ConnectionPooler) (findings []check.Finding, doubts []string) {
	if f, why := startParameters(w, db, c); f.Message != "" {
		findings = append(findings, f)
	} else if why != "" {
		doubts = append(doubts, why)
	}
	if !c.Mode.Known {
		return findings, append(doubts, "the pooling mode of "+c.Name+" is not known: "+c.Mode.Written)
	}
	if c.Mode.Value != "transaction" && c.Mode.Value != "statement" {
		return findings, doubts
	}
	mode := check.Related{Message: "the pooler's mode", At: firstPlace(c.Mode.At, c.At)}
	switch off := check.IsOn(db.Option("DISABLE_SERVER_SIDE_CURSORS")); {
	case off == eval.Maybe:
		doubts = append(doubts, doubtOf(db, "DISABLE_SERVER_SIDE_CURSORS", db.Option("DISABLE_SERVER_SIDE_CURSORS")))
	case off == eval.No && check.IsOn(db.Option("ATOMIC_REQUESTS")) == eval.Yes:
		findings = append(findings, check.Finding{Severity: check.Recommended, At: where(w, db, "HOST"), Fix: `"DISABLE_SERVER_SIDE_CURSORS": True`, Related: []check.Related{mode},
			Message: fmt.Sprintf("%s leads to %s, which pools by %s, with server-side cursors on: outside of ATOMIC_REQUESTS (commands, tasks, streamed answers) iterator() ends in \"cursor does not exist\"; set DISABLE_SERVER_SIDE_CURSORS", aliasName(db), c.Name, c.Mode.Value)})
	case off == eval.No:
		findings = append(findings, check.Finding{Severity: check.Critical, At: where(w, db, "HOST"), Fix: `"DISABLE_SERVER_SIDE_CURSORS": True`, Related: []check.Related{mode},
			Message: fmt.Sprintf("%s leads to %s, which pools by %s, with server-side cursors on: iterator() and the choices of every ModelChoiceField end in \"cursor does not exist\" under load; set DISABLE_SERVER_SIDE_CURSORS", aliasName(db), c.Name, c.Mode.Value)})
	}
	if f := preparedStatements(w, db, c); f.Message != "" {
		findings = append(findings, f)
	}
	return append(findings, sessionLocks(p, c)...), doubts
}

// startParameters asks whether the pooler refuses what OPTIONS["options"] sets. PgBouncer refuses all of "options" before 1.20, and since
// then what it does not know by name ("unsupported startup parameter").
func startParameters(w *django.World, db django.Database, c *deploy.ConnectionPooler) (check.Finding, string) {
	v := db.Option("OPTIONS", "options")
	text, ok := v.AsStr()
	if !ok || strings.TrimSpace(text) == "" {
		return check.Finding{}, ""
	}
	if !c.Ignored.Known {
		return check.Finding{}, "whether " + c.Name + " accepts the parameters of " + aliasName(db) + " is not known: " + c.Ignored.Written
	}
	for _, name := range strings.Split(c.Ignored.Value, ",") {
		if name = strings.TrimSpace(name); name == "options" || name != "" && strings.Contains(text, name) {
			return check.Finding{}, ""
		}
	}
	return check.Finding{Severity: check.Critical, At: where(w, db, "OPTIONS", "options"),
		Message: fmt.Sprintf("PgBouncer refuses connections that set parameters at their start (OPTIONS[\"options\"] of %s): \"unsupported startup parameter\"; set them on the role, or add options to ignore_startup_parameters, which drops them", aliasName(db)),
		Related: []check.Related{{Message: "the pooler", At: firstPlace(c.Ignored.At, c.At)}}}, ""
}

// preparedStatements is the finding about statements that psycopg prepares on the server. Django turns that off unless OPTIONS asks for it,
// and without server_side_binding nothing is prepared (django/db/backends/postgresql/base.py).
func preparedStatements(w *django.World, db django.Database, c *deploy.ConnectionPooler) check.Finding {
	threshold := db.Option("OPTIONS", "prepare_threshold")
	_, on := threshold.AsInt()
	if !on || check.IsOn(db.Option("OPTIONS", "server_side_binding")) != eval.Yes || c.Prepared.Known && c.Prepared.Value > 0 || c.Prepared.Said() && !c.Prepared.Known {
		return check.Finding{}
	}
	severity, when := check.Recommended, "unless its version tracks them (max_prepared_statements)"
	if c.Prepared.Known {
		severity, when = check.Critical, "since max_prepared_statements is 0"
	}
	return check.Finding{Severity: severity, At: where(w, db, "OPTIONS", "prepare_threshold"), Related: []check.Related{{Message: "the pooler", At: firstPlace(c.Prepared.At, c.At)}},
		Message: fmt.Sprintf("%s prepares statements on the server, which %s gives to another connection: \"prepared statement does not exist\", %s; leave prepare_threshold out", aliasName(db), c.Name, when)}
}

// sessionLocks are the findings about advisory locks of a session.
func sessionLocks(p *check.SourcePass, c *deploy.ConnectionPooler) (findings []check.Finding) {
	add := func(at source.Span) {
		findings = append(findings, check.Finding{Severity: check.Critical, At: at, Related: []check.Related{{Message: "the pooler's mode", At: firstPlace(c.Mode.At, c.At)}},
			Message: fmt.Sprintf("An advisory lock of a session is taken through %s, which pools by %s: it is released on another connection, or never, and two processes can hold it; take pg_advisory_xact_lock inside a transaction", c.Name, c.Mode.Value)})
	}
	for _, site := range p.Project.Code.Calls("django_pglocks.advisory_lock", "pglock.advisory") {
		add(site.Module.Syntax.Span(site.Call))
	}
	for _, m := range p.Project.ProductionModules() {
		if !strings.Contains(string(m.Syntax.File.Data), "advisory_lock") {
			continue
		}
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			if k, ok := n.(*syntax.Constant); ok && k.Kind == syntax.Str && (strings.Contains(strings.ToLower(k.Value), "pg_advisory_lock(") || strings.Contains(strings.ToLower(k.Value), "pg_try_advisory_lock(")) && len(findings) < 10 {
				add(m.Syntax.Span(k))
			}
			return true
		})
	}
	return findings
}

func firstPlace(spans ...source.Span) source.Span {
	for _, at := range spans {
		if !at.IsZero() {
			return at
		}
	}
	return source.Span{}
}
