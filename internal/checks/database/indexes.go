package database

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/queries"
)

const orderModels = `from django.db import models


class Order(models.Model):
    reference = models.CharField(max_length=20%s)
    created = models.DateTimeField(auto_now_add=True)
`

const orderViews = `from django.shortcuts import get_object_or_404, render
from shop.models import Order


def order(request, reference):
    return render(request, "order.html", {"order": get_object_or_404(Order, reference=reference)})
`

func orderExample(note, options string) check.Example {
	return check.Project(note, "settings.py", "INSTALLED_APPS = [\"shop\"]\n", "shop/__init__.py", "",
		"shop/models.py", fmt.Sprintf(orderModels, options), "shop/views.py", orderViews)
}

func indexes() check.Check {
	return check.Check{
		ID: "database/indexes", Severity: check.Critical, Source: answerIndexes,
		Doc: check.Doc{
			Title: "Fields that the code looks rows up by have an index where the table grows",
			Why: `Without an index the database reads the whole table for every question. Nobody notices with a thousand rows; with a million the same view takes seconds, and every request that asks waits for the disk.

An index costs space and makes every write a little slower, so it is worth it where a field is looked up by often and narrows the rows well. Fields with few values (booleans, choices) gain nothing and are not asked for here, nor are lookups that an ordinary index does not serve (icontains, regex), nor filters that begin with an indexed field anyway. A table counts as growing when its rows keep when they were made, or belong to a user. An index that a migration makes in SQL is not seen.`,
			Fix:    "Give the field `db_index=True`, or name it first in an index of `Meta.indexes`; in PostgreSQL add it with AddIndexConcurrently where the table is large.",
			Verify: "`EXPLAIN` of the query shows an index scan, on a table of the size that production has.",
			Bad:    []check.Example{orderExample("Every visit of an order's page reads the whole table.", "")},
			Good:   []check.Example{orderExample("The database finds the row at once.", ", unique=True")},
			References: []check.Reference{
				check.See("Django: database indexes", check.DjangoDocs+"topics/db/optimization/#use-standard-db-optimization-techniques"),
				check.See("Django: Meta.indexes", check.DjangoDocs+"ref/models/options/#indexes"),
				check.See("PostgreSQL: indexes", check.PostgresDocs+"indexes-intro.html"),
			},
			Triggers: []string{"a field without an index is looked up by, or ordered by, on a table that grows"},
		},
	}
}

// asked is a field with the places at which the code asks for it.
type asked struct {
	field   *queries.Field
	lookups []queries.Lookup
	hot     int // lookups while a visitor waits; an ordering alone says too little of how many rows there are
}

func answerIndexes(p *check.SourcePass) check.Answer {
	facts := p.Project.Queries()
	if facts.Models() == 0 {
		return check.Unclear("no model could be read; INSTALLED_APPS must be known, and the models importable")
	}
	var list []*asked
	byField := map[*queries.Field]*asked{}
	for _, l := range facts.Lookups {
		if !wantsIndex(l, facts.Schema) {
			continue
		}
		a := byField[l.Field]
		if a == nil {
			a = &asked{field: l.Field}
			byField[l.Field] = a
			list = append(list, a)
		}
		a.lookups = append(a.lookups, l)
		if !l.Order && (l.Place == queries.View || l.Place == queries.Elsewhere && !strings.HasPrefix(l.Field.Kind, "Date")) {
			a.hot++
		}
	}
	list = slices.DeleteFunc(list, func(a *asked) bool { return a.hot == 0 })
	slices.SortStableFunc(list, func(a, b *asked) int { return b.hot - a.hot })
	var findings []check.Finding
	for _, a := range list {
		findings = append(findings, a.finding())
	}
	return check.Gather(findings, nil, "every field that lookups of growing tables could be followed to has an index, or too few values for one")
}

// wantsIndex reports whether an ordinary index would serve a lookup that has none.
func wantsIndex(l queries.Lookup, s *queries.Schema) bool {
	f := l.Field
	if f.At.IsZero() || fewValues(f.Name) || f.Indexed || f.Choices || f.Relation || f.Model.Undecided != "" || !f.Model.Grows(s) {
		return false
	}
	switch f.Kind {
	case "CharField", "EmailField", "URLField", "DateTimeField", "DateField", "IntegerField", "BigIntegerField", "PositiveIntegerField",
		"PositiveBigIntegerField", "UUIDField", "GenericIPAddressField":
	default:
		return false
	}
	switch l.Lookup {
	case "exact", "in":
		return !strings.HasSuffix(f.Kind, "TimeField")
	case "gt", "gte", "lt", "lte", "range", "order_by":
		return strings.HasPrefix(f.Kind, "Date")
	}
	return false
}

// fewValues reports whether a field is called as those are that tell rows apart into a few kinds.
func fewValues(name string) bool {
	for _, end := range []string{"action", "status", "state", "type", "kind", "level", "role", "category", "sort_field", "size", "gender", "language",
		"locale", "currency", "visibility", "privacy", "priority", "version", "format", "mode", "country", "country_code", "language_code", "order", "position"} {
		if name == end || strings.HasSuffix(name, "_"+end) {
			return true
		}
	}
	return false
}

const shownPlaces = 5

func (a *asked) finding() check.Finding {
	f := a.field
	places := ""
	if n := len(a.lookups); n > 1 {
		places = fmt.Sprintf(" at %d places", n)
	}
	found := check.Finding{Severity: check.Recommended, At: f.At, Message: fmt.Sprintf(
		"%s.%s is looked up by%s and has no index, so the database reads all of a table that grows; add db_index=True, or an index that begins with it",
		f.Model.Name, f.Name, places)}
	for i, l := range a.lookups {
		if i == shownPlaces {
			break
		}
		found.Related = append(found.Related, check.Related{Message: l.Path + " (" + l.Lookup + ")", At: l.At})
	}
	return found
}
