package performance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/listing"
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
				"a loop gives a row to a function, a property or str() that reads a relation, or reads a column that only() or defer() left out",
				"a view of REST framework gives rows to a serializer itself (many=True) that reads a relation which the rows lack",
				"a loop asks the related manager of each row of a queryset that does not prefetch it",
				"a serializer of REST framework with which a view lists reads a relation (a nested serializer, source, a method, __str__) that its queryset does not fetch",
				"a template goes in a loop through rows that its view gives it, and reads a relation that the view's queryset does not fetch",
				"a column of the admin's list reads a relation that neither get_queryset() nor list_select_related fetches (because of a foreign key in list_display Django fetches those by itself that can't be null; since 6.1 those that stand there)",
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
	for _, l := range p.Project.Lists() {
		findings = append(findings, listFinding(l))
	}
	return check.Gather(findings, nil, "every loop, list and page whose queryset could be followed fetches the relations that it reads")
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
	switch {
	case f.Again:
		return fmt.Sprintf("%s is asked anew for each %s of a loop, one query a row, whatever was prefetched; give the filter or order to prefetch_related(Prefetch(%q, queryset=...))", path, f.Query.Model.Name, f.Field)
	case f.Deferred:
		return fmt.Sprintf("%s is read from each %s of a loop, but only() or defer() left it out, so that each row asks for it again; load it with the rows", path, f.Query.Model.Name)
	}
	method := "select_related"
	if f.Many {
		method = "prefetch_related"
	}
	return fmt.Sprintf("%s is read from each %s of a loop, one query a row; add .%s(%q) to the queryset", path, f.Query.Model.Name, method, f.Field)
}

// maxNamed bounds the relations and the places that one finding lists.
const maxNamed = 6

// listFinding tells all that is read from the rows of one list.
func listFinding(l listing.List) check.Finding {
	f := check.Finding{Severity: check.Recommended, At: l.At}
	var paths, by []string
	for _, r := range l.Reads {
		path := strings.ReplaceAll(r.Path, "__", ".")
		paths = append(paths, path)
		if !slices.Contains(by, r.By) && len(by) < maxNamed {
			by = append(by, r.By)
			f.Related = append(f.Related, check.Related{Message: r.By + " reads " + path, At: r.At})
		}
	}
	if more := len(paths) - maxNamed; more > 0 {
		paths = append(paths[:maxNamed], fmt.Sprintf("%d more", more))
	}
	joined, many := fetches(l)
	if l.Kind == listing.Admin {
		f.Severity, f.Fix = check.Optional, adminFix(joined, many)
		f.Message = fmt.Sprintf("the list of %s reads %s from each %s, one query a row; fetch them with the list", l.View, check.And(paths), l.Query.Model.Name)
		return f
	}
	f.Fix = methods(joined, many)
	if l.Kind == listing.Template {
		f.Message = fmt.Sprintf("the page of %s reads %s of each %s in a loop, one query a turn; fetch them with the queryset", l.View, check.And(paths), l.Query.Model.Name)
		return f
	}
	f.Message = fmt.Sprintf("%s reads %s from each %s of its list, one query a row; fetch them with the queryset", l.View, check.And(paths), l.Query.Model.Name)
	return f
}

// methods are the calls that fetch relations.
func methods(joined, many []string) string {
	text := ""
	if len(joined) > 0 {
		text += ".select_related(" + strings.Join(joined, ", ") + ")"
	}
	if len(many) > 0 {
		text += ".prefetch_related(" + strings.Join(many, ", ") + ")"
	}
	return text
}

// adminFix is what an admin class is to be given.
func adminFix(joined, many []string) string {
	var fix []string
	if len(joined) > 0 {
		fix = append(fix, "list_select_related = ["+strings.Join(joined, ", ")+"]")
	}
	if len(many) > 0 {
		fix = append(fix, "in get_queryset(): "+methods(nil, many))
	}
	return strings.Join(fix, "; ")
}

// fetches are the arguments of select_related() and prefetch_related() that a list lacks, those left out that are on the way to others.
func fetches(l listing.List) (joined, many []string) {
	var paths []string
	for _, r := range l.Reads {
		paths = append(paths, r.Path)
	}
	if l.Kind == listing.Admin {
		paths = append(paths, l.Kept...)
		slices.Sort(paths)
	}
	for _, path := range paths {
		switch {
		case slices.ContainsFunc(paths, func(o string) bool { return strings.HasPrefix(o, path+"__") && l.Prefetches(o) == l.Prefetches(path) }):
		case l.Prefetches(path):
			many = append(many, strconv.Quote(path))
		default:
			joined = append(joined, strconv.Quote(path))
		}
	}
	return joined, many
}
