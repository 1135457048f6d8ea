package database

import (
	"fmt"
	"regexp"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func timeouts() check.Check {
	return check.Check{
		ID: "database/timeouts", Severity: check.Recommended, Source: answerTimeouts,
		Doc: check.Doc{
			Title: "A query and an idle transaction end after a limit",
			Why: `PostgreSQL's own limit is none. One slow report, one forgotten lock, one process that stopped inside a transaction, and the queries behind it wait until every worker is taken and the site is down; an idle transaction also keeps dead rows from being cleaned.

A limit turns that into one error for one request. Set it a little above what the slowest wanted query takes, and give migrations, which may take longer, a role or an alias of their own.`,
			Fix:    "`\"OPTIONS\": {\"options\": \"-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s\"}`, or on the server `ALTER ROLE shop SET statement_timeout = '30s'`. Behind PgBouncer set them on the role. MySQL: `read_timeout` in OPTIONS, or `max_execution_time` in init_command.",
			Verify: "`python manage.py dbshell -- -c \"show statement_timeout\"` prints `30s`.",
			Bad: []check.Example{
				check.Project("Queries run as long as they like.", "settings.py", `DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db.internal"},
}
`),
			},
			Good: []check.Example{
				check.Project("Both limits.", "settings.py", `DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "HOST": "db.internal",
        "OPTIONS": {"options": "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"},
    },
}
`),
			},
			References: []check.Reference{
				check.See("PostgreSQL: statement_timeout", check.PostgresDocs+"runtime-config-client.html#GUC-STATEMENT-TIMEOUT"),
				check.See("Django: PostgreSQL connection settings", check.DjangoDocs+"ref/databases/#postgresql-connection-settings"),
				check.See("MySQL: max_execution_time", "https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_max_execution_time"),
			},
			Triggers: []string{
				"PostgreSQL without statement_timeout, without idle_in_transaction_session_timeout, or with 0",
				"MySQL without read_timeout and without max_execution_time",
			},
		},
	}
}

func answerTimeouts(p *check.SourcePass) check.Answer {
	return eachServer(p, "queries have a time limit", func(w *django.World, db django.Database) (check.Finding, string) {
		switch db.Engine() {
		case django.PostgreSQL:
			return postgresTimeouts(p, w, db)
		case django.MySQL:
			return mysqlTimeouts(w, db)
		case django.Undecided:
			return check.Finding{}, doubtOf(db, "OPTIONS", db.Option("ENGINE"))
		}
		return check.Finding{}, fmt.Sprintf("the time limits of %s are set on the server, which is not read", db.Engine())
	})
}

func postgresTimeouts(p *check.SourcePass, w *django.World, db django.Database) (check.Finding, string) {
	options := db.Option("OPTIONS")
	line := db.Option("OPTIONS", "options")
	if options.IsUnknown() || line.IsUnknown() {
		return check.Finding{}, doubtOf(db, "OPTIONS", options, line)
	}
	text, _ := line.AsStr()
	text += " " + serverArguments(p)
	var missing []string
	for _, name := range []string{"statement_timeout", "idle_in_transaction_session_timeout"} {
		if !limits(text, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return check.Finding{}, ""
	}
	return check.Finding{
		Severity: check.Recommended, At: where(w, db, "OPTIONS", "options"),
		Message: fmt.Sprintf("%s sets no %s, and PostgreSQL's own is no limit: one stuck query or transaction can hold every worker; add it to OPTIONS, or to the role on the server", aliasName(db), strings.Join(missing, " and no ")),
		Fix:     `"options": "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"`,
	}, ""
}

// limits reports whether a command line of PostgreSQL options sets a limit that is not 0, which means none.
func limits(text, name string) bool {
	m := regexp.MustCompile(`\b` + name + `\s*=\s*'?(\d+)`).FindStringSubmatch(text)
	return m != nil && strings.Trim(m[1], "0") != ""
}

// serverArguments are the arguments with which the deployment starts its own database server.
func serverArguments(p *check.SourcePass) string {
	if p.Project.Deployment == nil {
		return ""
	}
	for _, process := range p.Project.Deployment.Processes {
		if len(process.Argv) > 0 && strings.HasSuffix(process.Argv[0], "postgres") {
			return strings.Join(process.Argv, " ")
		}
	}
	return ""
}

func mysqlTimeouts(w *django.World, db django.Database) (check.Finding, string) {
	options := db.Option("OPTIONS")
	if options.IsUnknown() {
		return check.Finding{}, doubtOf(db, "OPTIONS", options)
	}
	command, _ := db.Option("OPTIONS", "init_command").AsStr()
	read := db.Option("OPTIONS", "read_timeout")
	if check.IsOn(read) != eval.No || strings.Contains(strings.ToLower(command), "max_execution_time") || strings.Contains(strings.ToLower(command), "max_statement_time") {
		return check.Finding{}, ""
	}
	return check.Finding{
		Severity: check.Recommended, At: where(w, db, "OPTIONS"),
		Message: aliasName(db) + " has neither read_timeout nor max_execution_time, so one stuck query can hold every worker; add read_timeout to OPTIONS",
		Fix:     `"OPTIONS": {"read_timeout": 30}`,
	}, ""
}
