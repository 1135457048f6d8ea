package performance

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django/queries"
)

func evaluation() check.Check {
	return check.Check{
		ID: "performance/evaluation", Severity: check.Optional, Source: answerEvaluation,
		Doc: check.Doc{
			Title: "Querysets ask the database for no more than is needed",
			Why: `len() of a queryset that is used for nothing else loads every row to count them. count() that is compared with zero counts all rows where the first would do. Saving each row of a loop with the same value sends an UPDATE for every row, one after the other.

Where the rows are needed anyway, len() is right: it saves the second query. And save() in a loop is right where signals or an own save() must run.`,
			Fix:    "Write `queryset.count()`, `queryset.exists()`, `queryset.update(field=value)`.",
			Verify: "`print(connection.queries)` shows `SELECT COUNT(*)`, `SELECT 1 ... LIMIT 1`, or one UPDATE.",
			Bad: []check.Example{
				shopExample("All rows are loaded to be counted.", `from shop.models import Order


def amount():
    return len(Order.objects.filter(customer=1))
`),
			},
			Good: []check.Example{
				shopExample("The database counts.", `from shop.models import Order


def amount():
    return Order.objects.filter(customer=1).count()
`),
			},
			References: []check.Reference{
				check.See("Django: don't overuse count(), contains(), and exists()", check.DjangoDocs+"topics/db/optimization/#use-queryset-contains-obj"),
				check.See("Django: update()", check.DjangoDocs+"ref/models/querysets/#update"),
			},
			Triggers: []string{"len() of a queryset made for it", "count() compared with 0", "save() in a loop that sets the same values on every row"},
		},
	}
}

func answerEvaluation(p *check.SourcePass) check.Answer {
	facts := p.Project.Queries()
	if a, done := unread(facts); done {
		return a
	}
	var findings []check.Finding
	for _, w := range facts.Waste {
		findings = append(findings, check.Finding{Severity: check.Optional, At: w.At, Message: wasteMessage(w)})
	}
	return check.Gather(findings, nil, "no queryset that could be followed is evaluated for a number, or saved row by row with one value")
}

func wasteMessage(w queries.Waste) string {
	name := w.Query.Model.Name
	switch w.Kind {
	case queries.LenOfQuery:
		return fmt.Sprintf("len() loads every %s to count them; write .count()", name)
	case queries.SaveInLoop:
		return fmt.Sprintf("each %s is saved by a query of its own with the same value; write .update(...), unless save() or signals must run", name)
	}
	return fmt.Sprintf("count() goes through every %s to be compared with 0; write .exists()", name)
}
