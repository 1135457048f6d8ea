package performance

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django/queries"
)

func listsPaginated() check.Check {
	return check.Check{
		ID: "performance/lists-paginated", Severity: check.Critical, Source: answerListsPaginated,
		Doc: check.Doc{
			Title: "No page shows a whole table that grows",
			Why: `A page that lists every row of a table works on the day it is written. With the table it grows slower, then needs more memory than a worker has, and one visitor (or crawler) who opens it takes the site down.

A table that stays small, as one of countries does, needs no pages. A table counts as growing here when its rows keep when they were made, or belong to a user.`,
			Fix:    "Set `paginate_by` in a ListView; elsewhere give the template a page of `Paginator(queryset, 50)`, or a slice.",
			Verify: "Fill the table with 10,000 rows; the page has 50 of them and answers as fast as before.",
			Bad: []check.Example{
				shopExample("Every order there ever was.", `from django.views.generic import ListView
from shop.models import Order


class Orders(ListView):
    model = Order
`),
			},
			Good: []check.Example{
				shopExample("Fifty a page.", `from django.views.generic import ListView
from shop.models import Order


class Orders(ListView):
    model = Order
    paginate_by = 50
`),
			},
			References: []check.Reference{
				check.See("Django: pagination", check.DjangoDocs+"topics/pagination/"),
				check.See("Django: paginate_by", check.DjangoDocs+"ref/class-based-views/mixins-multiple-object/#django.views.generic.list.MultipleObjectMixin.paginate_by"),
			},
			Triggers: []string{
				"a ListView without paginate_by over a whole growing table",
				"render(), TemplateResponse or JsonResponse is given a queryset of a growing table without filter, slice or paginator",
			},
		},
	}
}

func answerListsPaginated(p *check.SourcePass) check.Answer {
	facts := p.Project.Queries()
	if a, done := unread(facts); done {
		return a
	}
	var findings []check.Finding
	for _, l := range facts.Lists {
		if !l.Query.Model.Grows(facts.Schema) {
			continue
		}
		findings = append(findings, check.Finding{Severity: check.Recommended, At: l.At, Message: listMessage(l)})
	}
	return check.Gather(findings, nil, "no view that could be followed shows a whole table that grows")
}

func listMessage(l queries.List) string {
	if l.Into == "list view" {
		return fmt.Sprintf("%s shows every %s there is on one page, and the table grows; set paginate_by", l.Name, l.Query.Model.Name)
	}
	return fmt.Sprintf("every %s there is goes to the %s, and the table grows; give it a page of Paginator(...), or a slice", l.Query.Model.Name, l.Into)
}
