package database

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func slowQueriesVisible() check.Check {
	const settings = `DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db"}}
`
	return check.Check{
		ID: "database/slow-queries-visible", Severity: check.Optional, Source: answerSlowQueries,
		Doc: check.Doc{
			Title:  "Slow queries can be seen",
			Why:    `Without a log of slow queries, or statistics of all of them, the question "what is the database doing?" is answered by guessing, on the day on which there is least time for it. The server's own log costs nothing as long as the limit is above what is normal; pg_stat_statements costs about a percent and shows the query that is fast and asked a million times, too.`,
			Fix:    "On the server `log_min_duration_statement = 500` (milliseconds) and `shared_preload_libraries = 'pg_stat_statements'`; MySQL: `slow_query_log = 1`, `long_query_time = 0.5`. An APM that traces queries does as well.",
			Verify: "`SELECT pg_sleep(1)` appears in the server's log.",
			Bad: []check.Example{check.Project("The database of the deployment logs none.", "settings.py", settings, "wsgi.py", "",
				"compose.yml", "services:\n  web:\n    image: shop\n    command: gunicorn wsgi\n  db:\n    image: postgres:17\n")},
			Good: []check.Example{check.Project("It logs what takes half a second.", "settings.py", settings, "wsgi.py", "",
				"compose.yml", "services:\n  web:\n    image: shop\n    command: gunicorn wsgi\n  db:\n    image: postgres:17\n    command: postgres -c log_min_duration_statement=500\n")},
			References: []check.Reference{
				check.See("PostgreSQL: log_min_duration_statement", check.PostgresDocs+"runtime-config-logging.html#GUC-LOG-MIN-DURATION-STATEMENT"),
				check.See("PostgreSQL: pg_stat_statements", check.PostgresDocs+"pgstatstatements.html"),
				check.See("MySQL: the slow query log", "https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html"),
			},
			Triggers: []string{"the deployment's own database neither logs slow queries nor keeps statistics, and nothing in the application traces queries"},
		},
	}
}

func answerSlowQueries(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		list, open := w.Databases()
		if !open && onlyFiles(list) {
			return check.Absent("no alias of DATABASES is on a database server")
		}
		if how := tracesQueries(p, w); how != "" {
			return check.Passed(how)
		}
		var findings []check.Finding
		var doubts []string
		good := ""
		for _, s := range p.Project.Deployment.Services {
			if s.Kind != deploy.Database || !s.Production || s.Product == "mongodb" {
				continue
			}
			switch shown, why := logsSlow(s); {
			case shown != "":
				good = s.Name + " shows slow queries (" + shown + ")"
			case why != "":
				doubts = append(doubts, "whether "+s.Name+" shows slow queries is not known: "+why)
			default:
				findings = append(findings, check.Finding{Severity: check.Optional, At: s.At,
					Message: s.Name + " neither logs slow queries nor keeps statistics of them, and nothing in the application traces queries; set " + slowFix(s) + " on it"})
			}
		}
		if len(findings) == 0 && len(doubts) == 0 && good == "" {
			return check.Unclear("the database is not run by the files of the repository; whether it logs slow queries is not known")
		}
		return check.Gather(findings, doubts, good)
	})
}

// slowFix names the parameters that make a server log slow queries.
func slowFix(s *deploy.Service) string {
	if s.Product == "postgresql" {
		return "log_min_duration_statement"
	}
	return "slow_query_log and long_query_time"
}

// tracesQueries says what in the application makes slow queries visible, "" for nothing. Django's own logger django.db.backends writes
// nothing unless DEBUG is on.
func tracesQueries(p *check.SourcePass, w *django.World) string {
	if check.HasApp(w, "silk") == eval.Yes {
		return "django-silk records queries"
	}
	if t := check.FindTracker(p, w); t.On == eval.Yes {
		switch t.Name {
		case "newrelic", "ddtrace", "elastic-apm", "logfire", "scout-apm", "appsignal":
			return t.Name + " traces queries"
		case "sentry-sdk":
			if sampled(t) {
				return "Sentry traces queries"
			}
		}
	}
	for _, name := range []string{"opentelemetry-instrumentation-psycopg", "opentelemetry-instrumentation-psycopg2", "opentelemetry-instrumentation-mysqlclient"} {
		if p.Project.Deployment.Dependencies != nil && p.Project.Deployment.Dependencies.Has(name) {
			return name + " traces queries"
		}
	}
	return ""
}

// sampled reports whether Sentry is told to trace at all.
func sampled(t check.Tracker) bool {
	if t.Call == nil {
		return false
	}
	for _, k := range t.Call.Call.Keywords {
		if k.Name == "traces_sample_rate" || k.Name == "traces_sampler" {
			return true
		}
	}
	return false
}

// logsSlow says which parameter of a server makes slow queries visible; why is what keeps that from being known.
func logsSlow(s *deploy.Service) (shown, why string) {
	params := s.Parameters()
	if s.Product == "postgresql" {
		if t := params.Parameter("log_min_duration_statement"); t.Said() && t.Value != "-1" {
			return "log_min_duration_statement", ""
		}
		if t := params.Parameter("shared_preload_libraries"); t.Said() && (!t.Known || strings.Contains(t.Value, "pg_stat_statements")) {
			return "pg_stat_statements", ""
		}
		if t := params.Parameter("log_statement"); t.Said() && t.Value == "all" && params.Parameter("log_duration").Said() {
			return "log_duration", ""
		}
		return "", params.Unread
	}
	for _, name := range []string{"slow_query_log", "log_slow_query"} {
		if t := params.Parameter(name); t.Said() && t.Value != "0" && !strings.EqualFold(t.Value, "off") {
			return name, ""
		}
	}
	return "", params.Unread
}
