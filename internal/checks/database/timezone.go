package database

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func timeZone() check.Check {
	return check.Check{
		ID: "database/time-zone", Severity: check.Recommended, Source: answerTimeZone,
		Doc: check.Doc{
			Title: "Times are stored with their zone (USE_TZ)",
			Why: `With USE_TZ off Django stores local time without saying whose. When the clocks go back an hour exists twice and two events cannot be ordered; when the server's zone changes every stored time shifts; and a comparison with a time from another system is off by hours.

Turning it on for a site with data is a migration of its own: columns become timestamps with a zone, and existing values are read as if in TIME_ZONE. Early is cheap, later is not.`,
			Fix:    "Set `USE_TZ = True` (the default from Django 5.0 on), and use `django.utils.timezone.now()` in place of `datetime.now()`.",
			Verify: "`python manage.py diffsettings --all | grep USE_TZ` prints `USE_TZ = True`, with or without `###` before it.",
			Bad: []check.Example{
				check.Project("Local times without a zone.", "settings.py", "TIME_ZONE = \"Europe/Berlin\"\nUSE_TZ = False\n"),
			},
			Good: []check.Example{
				check.Project("Stored in UTC, shown in the local zone.", "settings.py", "TIME_ZONE = \"Europe/Berlin\"\nUSE_TZ = True\n"),
			},
			References: []check.Reference{
				check.See("Django: time zones", check.DjangoDocs+"topics/i18n/timezones/"),
				check.See("Django: USE_TZ", check.DjangoDocs+"ref/settings/#use-tz"),
			},
			Triggers: []string{"USE_TZ is False", "USE_TZ is not set before Django 5.0"},
		},
	}
}

func answerTimeZone(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		s := w.Get("USE_TZ")
		if !s.Set && !p.Settings.Version.Known() {
			return check.Unclear("USE_TZ is not set, and its default depends on Django's version, which the dependencies do not tell")
		}
		switch check.IsOn(s.Value) {
		case eval.Yes:
			return check.Passed(check.Describe(s))
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, s))
		}
		what := check.Describe(s)
		if !s.Set {
			what += ", and before Django 5.0 that is False"
		}
		return check.Failed(check.Finding{
			Severity: check.Recommended, At: check.Where(s), Fix: "USE_TZ = True",
			Message: what + ": times are stored without their zone, and an hour exists twice when the clocks go back; set USE_TZ = True",
		})
	}, "USE_TZ")
}
