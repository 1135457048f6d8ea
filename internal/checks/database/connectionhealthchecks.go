package database

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func connectionHealthChecks() check.Check {
	return check.Check{
		ID: "database/connection-health-checks", Severity: check.Recommended, Source: answerConnectionHealthChecks,
		Doc: check.Doc{
			Title: "A kept connection is tested before it is used again",
			Why: `A connection that waited between two requests may be dead: the server restarted, failed over, or a firewall dropped it. Without a test the next request on it ends in "server closed the connection unexpectedly", one error page for each worker after every restart of the database.

CONN_HEALTH_CHECKS costs one tiny round trip for a request that touches the database, and nothing for one that does not.`,
			Fix:    "Set `\"CONN_HEALTH_CHECKS\": True` beside CONN_MAX_AGE (Django 4.1 and later); with dj-database-url pass `conn_health_checks=True`.",
			Verify: "`python manage.py shell -c \"from django.db import connection; print(connection.settings_dict['CONN_HEALTH_CHECKS'])\"` prints `True`.",
			Bad: []check.Example{
				check.Project("Connections are kept for ten minutes and used blindly.", "settings.py", `DATABASES = {
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db.internal", "CONN_MAX_AGE": 600},
}
`),
			},
			Good: []check.Example{
				check.Project("Kept and tested.", "settings.py", `DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "HOST": "db.internal",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    },
}
`),
			},
			References: []check.Reference{
				check.See("Django: CONN_HEALTH_CHECKS", check.DjangoDocs+"ref/settings/#conn-health-checks"),
				check.See("Django: connection management", check.DjangoDocs+"ref/databases/#connection-management"),
			},
			Triggers: []string{"CONN_MAX_AGE or a pool keeps connections, and CONN_HEALTH_CHECKS is off"},
		},
	}
}

func answerConnectionHealthChecks(p *check.SourcePass) check.Answer {
	if p.Settings.Version.Before(4, 1) {
		return check.Absent("CONN_HEALTH_CHECKS is new in Django 4.1, and this is " + p.Settings.Version.String())
	}
	kept := false
	answer := eachServer(p, "kept connections are tested", func(w *django.World, db django.Database) (check.Finding, string) {
		age, pool := db.Option("CONN_MAX_AGE"), db.Option("OPTIONS", "pool")
		keeping := check.Any(keeps(age), check.IsOn(pool))
		if keeping == eval.No {
			return check.Finding{}, ""
		}
		kept = true
		tested := db.Option("CONN_HEALTH_CHECKS")
		switch {
		case check.IsOn(tested) == eval.Yes:
			return check.Finding{}, ""
		case keeping == eval.Maybe:
			return check.Finding{}, doubtOf(db, "CONN_MAX_AGE", age, pool)
		case check.IsOn(tested) == eval.Maybe:
			return check.Finding{}, doubtOf(db, "CONN_HEALTH_CHECKS", tested)
		}
		by, key := "CONN_MAX_AGE "+age.Repr(20)+check.EnvNote(age), "CONN_MAX_AGE"
		if keeps(age) != eval.Yes {
			by, key = "the pool", "ENGINE"
		}
		return check.Finding{
			Severity: check.Recommended, At: where(w, db, key), Fix: `"CONN_HEALTH_CHECKS": True`,
			Message: fmt.Sprintf("%s keeps connections (%s) and does not test them, so each one that the server closed costs a request; set CONN_HEALTH_CHECKS to True", aliasName(db), by),
		}, ""
	})
	if answer.Status == check.Pass && !kept {
		return check.Absent("no connection is kept between requests")
	}
	return answer
}
