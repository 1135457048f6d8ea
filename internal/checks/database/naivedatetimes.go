package database

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func naiveDatetimes() check.Check {
	example := func(note, call, imports string) check.Example {
		return check.Project(note, "settings.py", "INSTALLED_APPS = [\"shop\"]\nUSE_TZ = True\n", "shop/__init__.py", "",
			"shop/models.py", fmt.Sprintf(orderModels, ""), "shop/jobs.py", imports+"\nfrom shop.models import Order\n\n\ndef clean():\n    Order.objects.filter(created__lt="+call+").delete()\n")
	}
	return check.Check{
		ID: "database/naive-datetimes", Severity: check.Recommended, Source: answerNaiveDatetimes,
		Doc: check.Doc{
			Title: "Moments that reach the database know their time zone",
			Why: `With USE_TZ, datetime.now() and utcnow() are moments without a zone. Django warns, and takes them to be in TIME_ZONE: utcnow() is then wrong by the zone's offset, and now() is where the server's clock runs in another zone than TIME_ZONE says, and in the hour that the clocks are set back.

Rows are then deleted an hour too early, or tokens are valid two hours too long, depending on where the code runs.`,
			Fix:        "Write `django.utils.timezone.now()`, and `datetime.fromtimestamp(seconds, tz=datetime.timezone.utc)`.",
			Verify:     "`python -W error::RuntimeWarning manage.py test` passes: Django warns of every naive datetime that a DateTimeField gets.",
			Bad:        []check.Example{example("Wrong by the offset of TIME_ZONE.", "datetime.utcnow()", "from datetime import datetime\n")},
			Good:       []check.Example{example("A moment with its zone.", "timezone.now()", "from django.utils import timezone\n")},
			References: []check.Reference{check.See("Django: naive and aware datetime objects", check.DjangoDocs+"topics/i18n/timezones/#naive-and-aware-datetime-objects")},
			Triggers:   []string{"datetime.now(), utcnow(), today() or fromtimestamp() without a zone goes to a DateTimeField, or is compared with one"},
		},
	}
}

func answerNaiveDatetimes(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		switch w.Get("USE_TZ").Value.Truth() {
		case eval.No:
			return check.Absent("USE_TZ is off, so that every moment is without a zone")
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, w.Get("USE_TZ")))
		}
		facts := p.Project.Queries()
		if facts.Models() == 0 {
			return check.Unclear("no model could be read; INSTALLED_APPS must be known, and the models importable")
		}
		var findings []check.Finding
		for _, n := range facts.Naive {
			f := check.Finding{Severity: check.Recommended, At: n.At, Message: fmt.Sprintf(
				"%s() without a zone reaches %s.%s, which Django takes to be in TIME_ZONE; write %s", strings.TrimPrefix(n.Call, "datetime."),
				n.Field.Model.Name, n.Field.Name, aware(n.Call))}
			if !n.Into.IsZero() {
				f.Related = []check.Related{{Message: "where it is used", At: n.Into}}
			}
			findings = append(findings, f)
		}
		return check.Gather(findings, nil, "no moment without a zone could be followed to a DateTimeField")
	})
}

// aware is what to write instead of a call.
func aware(call string) string {
	if strings.HasSuffix(call, "fromtimestamp") {
		return "datetime.fromtimestamp(seconds, tz=timezone.utc)"
	}
	return "django.utils.timezone.now()"
}
