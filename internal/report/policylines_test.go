package report

import (
	"slices"
	"testing"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

func TestWhoIsKeptOutIsToldOnce(t *testing.T) {
	closed := map[string]routes.Access{"GET": {Anyone: eval.No, Why: "django.contrib.auth.views.redirect_to_login"}}
	for name, c := range map[string]struct {
		policy routes.Policy
		line   string
		told   bool
	}{
		"by its code":  {routes.Policy{Access: closed}, "not everyone may call: redirect_to_login", true},
		"by a guard":   {routes.Policy{Access: closed, Guards: []string{"django.contrib.auth.decorators.login_required"}}, "not everyone may call: redirect_to_login", false},
		"not at all":   {routes.Policy{Access: map[string]routes.Access{"GET": {Anyone: eval.Yes}}}, "anyone may call", true},
		"by an option": {routes.Policy{Access: closed, Permissions: routes.Choice{From: routes.FromSettings}}, "not everyone may call: redirect_to_login", false},
	} {
		if told := slices.Contains(policyLines(&routes.Endpoint{Policy: c.policy}), c.line); told != c.told {
			t.Errorf("%s: %q is told: %t", name, c.line, told)
		}
	}
}

func TestWhyAListHasNoPages(t *testing.T) {
	lists := routes.Policy{Lists: eval.Yes}
	lists.Pagination = routes.Choice{From: routes.FromSettings, Classes: []string{"rest_framework.pagination.PageNumberPagination"}}
	lists.Paginator.Sized = eval.No
	if lines := policyLines(&routes.Endpoint{Policy: lists}); !slices.Contains(lines, "lists all objects: the pagination has no size of a page") {
		t.Errorf("%q", lines)
	}
	lists.Pagination.Classes = nil
	if lines := policyLines(&routes.Endpoint{Policy: lists}); !slices.Contains(lines, "lists all objects, without pages") {
		t.Errorf("%q", lines)
	}
}
