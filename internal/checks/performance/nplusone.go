package performance

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/queries"
)

const shopModels = `from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=50)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
    created = models.DateTimeField(auto_now_add=True)
`

const shopSettings = `INSTALLED_APPS = ["shop"]
`

// shopExample is an example with the application shop and one module of views.
func shopExample(note, views string) check.Example {
	return check.Project(note, "settings.py", shopSettings, "shop/__init__.py", "", "shop/models.py", shopModels, "shop/views.py", views)
}

func nPlusOne() check.Check {
	return check.Check{
		ID: "performance/n-plus-one", Severity: check.Recommended, Source: answerNPlusOne,
		Doc: check.Doc{
			Title: "Relations that a loop reads are fetched with its rows",
			Why: `A relation that is read from a row asks the database for one more row. In a loop over a queryset that is a query for every row: a page with 50 orders asks 51 times, and gets slower with every order. In development, with five rows and the database on the same machine, nobody sees it.

select_related() joins the other table into the one query, prefetch_related() asks once more for all rows together. The price is more data in one go, so fetch only what the loop reads.`,
			Fix:    "Add `.select_related(\"customer\")` for a foreign key, `.prefetch_related(\"lines\")` for many rows, to the queryset that the loop goes through.",
			Verify: "`with self.assertNumQueries(1):` around the view in a test passes with one row and with ten.",
			Bad: []check.Example{
				shopExample("One query for each order's customer.", `from django.http import JsonResponse
from shop.models import Order


def orders(request):
    recent = Order.objects.order_by("-pk")
    return JsonResponse({"names": [order.customer.name for order in recent]})
`),
			},
			Good: []check.Example{
				shopExample("One query with a join.", `from django.http import JsonResponse
from shop.models import Order


def orders(request):
    recent = Order.objects.select_related("customer").order_by("-pk")
    return JsonResponse({"names": [order.customer.name for order in recent]})
`),
			},
			References: []check.Reference{
				check.See("Django: select_related", check.DjangoDocs+"ref/models/querysets/#select-related"),
				check.See("Django: database access optimization", check.DjangoDocs+"topics/db/optimization/#retrieve-everything-at-once-if-you-know-you-will-need-it"),
			},
			Triggers: []string{
				"a loop reads a foreign key of rows whose queryset does not fetch it",
				"a loop asks the related manager of each row of a queryset that does not prefetch it",
			},
		},
	}
}

func answerNPlusOne(p *check.SourcePass) check.Answer {
	facts := p.Project.Queries()
	if a, done := unread(facts); done {
		return a
	}
	var findings []check.Finding
	told := map[string]bool{}
	for _, f := range facts.Follows {
		key := f.At.Path() + " " + f.Name + " " + fmt.Sprint(f.Query.At.Start) + " " + f.Field
		if told[key] {
			continue
		}
		told[key] = true
		findings = append(findings, check.Finding{Severity: check.Recommended, At: f.At, Message: followMessage(f),
			Related: []check.Related{{Message: "the queryset of the loop", At: f.Query.At}}})
	}
	return check.Gather(findings, nil, "every loop over a queryset that could be followed fetches the relations that it reads")
}

// unread answers where no queryset of a known model was found.
func unread(facts *queries.Facts) (check.Answer, bool) {
	if facts.Models() == 0 {
		return check.Unclear("no model could be read; INSTALLED_APPS must be known, and the models importable"), true
	}
	return check.Answer{}, false
}

func followMessage(f queries.Follow) string {
	path := strings.ReplaceAll(f.Field, "__", ".")
	if f.Count {
		return fmt.Sprintf("%s is counted for each %s of a loop, one query a row; add .annotate(Count(%q)) to the queryset", path, f.Query.Model.Name, f.Field)
	}
	method := "select_related"
	if f.Many {
		method = "prefetch_related"
	}
	return fmt.Sprintf("%s is read from each %s of a loop, one query a row; add .%s(%q) to the queryset", path, f.Query.Model.Name, method, f.Field)
}
