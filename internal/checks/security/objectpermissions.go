package security

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/access"
	"gonogo/internal/django/routes"
)

func objectPermissions() check.Check {
	return check.Check{
		ID:       "security/object-permissions",
		Severity: check.Recommended,
		Source:   answerObjectPermissions,
		Doc: check.Doc{
			Title: "A view that takes an object by its key asks whose it is",
			Why: `Keys are counted up. Who sees /orders/1041/ tries /orders/1040/, and a view that looks the order up by its key alone shows, changes or deletes it for anybody who is logged in. It is the most common fault of web applications and of APIs, and no test fails: the tests ask for their own orders.

A login says who asks, not what they may have. Looking the object up among the user's own makes a stranger's answer 404, without a second place to forget.`,
			Fix:    "Look it up among the user's own: `get_object_or_404(Order, pk=pk, user=request.user)`; in class-based views and viewsets return `Order.objects.filter(user=self.request.user)` from get_queryset, or use a permission with has_object_permission.",
			Verify: "Log in as another user and open the address of the first one's object: the answer is 404 or 403.",
			Bad:    []check.Example{ordersExample("Every customer sees every order.", "get_object_or_404(Order, pk=pk)")},
			Good:   []check.Example{ordersExample("Each sees their own.", "get_object_or_404(Order, pk=pk, user=request.user)")},
			References: []check.Reference{
				check.See("OWASP API Security: broken object level authorization", "https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/"),
				check.See("Django REST framework: object level permissions", check.RESTDocs+"api-guide/permissions/#object-level-permissions"),
				check.See("CWE-639: authorization bypass through user-controlled key", "https://cwe.mitre.org/data/definitions/639.html"),
			},
			Triggers: []string{
				"a view shows, changes or deletes a user's row, or a part of one, that it takes by its primary key alone",
				"a view changes or deletes what another user made, or a user",
				"a view takes what belongs to an organization or team by its key, for members of every other",
				"a function or view of an API takes such a row itself, so that has_object_permission never runs",
				"a field of GraphQL, or the package behind it (a node of relay, a mutation of a model), takes such a row by its key",
			},
		},
	}
}

// ordersExample is a view of a customer's order, with the expression that looks it up.
func ordersExample(note, lookup string) check.Example {
	return check.Project(note, "settings.py", "ROOT_URLCONF = \"urls\"\nINSTALLED_APPS = [\"django.contrib.auth\", \"django.contrib.contenttypes\", \"shop\"]\n",
		"urls.py", "from django.urls import path\n\nfrom shop.views import order\n\nurlpatterns = [path(\"orders/<int:pk>/\", order)]\n",
		"shop/__init__.py", "",
		"shop/models.py", "from django.conf import settings\nfrom django.db import models\n\n\nclass Order(models.Model):\n    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)\n",
		"shop/views.py", "from django.contrib.auth.decorators import login_required\nfrom django.shortcuts import get_object_or_404, render\n\nfrom .models import Order\n\n\n@login_required\ndef order(request, pk):\n    return render(request, \"order.html\", {\"order\": "+lookup+"})\n")
}

func answerObjectPermissions(p *check.SourcePass) check.Answer {
	found := p.Project.Reaches()
	switch {
	case found.Owned == 0:
		return check.Absent("no model that is known belongs to a user")
	case found.Views == 0:
		return check.Unclear("no view of the URL configuration could be read")
	}
	var findings []check.Finding
	for _, r := range found.Reaches {
		related := check.Related{Message: "this leads to the view", At: r.Endpoint.At}
		if r.Field != nil {
			related.Message = "this leads to the schema, whose field " + r.Field.FullName() + " it answers"
		}
		findings = append(findings, check.Finding{Severity: check.Recommended, At: r.At, Message: reachMessage(r), Related: []check.Related{related}})
	}
	var doubts []string
	if n := len(found.Doubts); n > 0 {
		d := found.Doubts[0]
		others := ""
		if n > 1 {
			others = fmt.Sprintf(", and %d more such views", n-1)
		}
		what := "whose rows it takes"
		if d.Model != nil {
			what = "whose " + d.Model.Name + " it takes"
		}
		doubts = append(doubts, fmt.Sprintf("whether %s asks %s is not known: %s (%s%s)", d.Name(), what, d.Why, d.At.Path(), others))
	}
	if r := p.Project.Routes(); r.Unknown != "" {
		doubts = append(doubts, "there can be more views: "+r.Unknown)
	}
	if e, why := unreadGraphQL(p); e != nil {
		doubts = append(doubts, "what the resolvers behind "+e.Path()+" take is not read: "+why)
	}
	if found.Asked > 0 {
		return check.Gather(findings, doubts, fmt.Sprintf("where views take rows of users by keys that can be guessed (%d found), they ask whose they are", found.Asked))
	}
	return check.Gather(findings, doubts, "no view that is known takes a row of a user by a key that can be guessed")
}

func reachMessage(r access.Reach) string {
	name := r.Model.Name
	who, what := "anybody", "show"
	if r.Login {
		who = "any user who is logged in"
	}
	if r.Changes {
		what = "change or delete"
	}
	if r.Owner.Path == "" {
		return fmt.Sprintf("This lets %s %s every %s: it takes the row by its key and does not ask whether it is the user's own; compare it with request.user, or ask for a permission", who, what, name)
	}
	if r.Owner.Tenant {
		return fmt.Sprintf("This lets %s %s every %s of every %s: it takes the row by its key alone; filter it by the %s of request.user", who, what, name, r.Owner.Path, r.Owner.Path)
	}
	return fmt.Sprintf("This lets %s %s every %s, whosever it is: it takes the row by its key alone; filter it by %s=request.user", who, what, name, r.Owner.Path)
}

// unreadGraphQL is a view of GraphQL of which not all fields are known, with the reason; nil without one.
func unreadGraphQL(p *check.SourcePass) (e *routes.Endpoint, why string) {
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		if e.GraphQL != nil {
			if e.GraphQL.Unknown != "" {
				return e, e.GraphQL.Unknown
			}
			continue
		}
		for _, name := range append([]string{e.View.Name}, e.View.Ancestors...) {
			if strings.HasSuffix(name, "GraphQLView") {
				return e, "its schema is not found"
			}
		}
	}
	return nil, ""
}
