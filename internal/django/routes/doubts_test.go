package routes

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
)

// doubtfulViews are views below a mixin whose dispatch asks what nobody knows, or for a login where a class says so.
func doubtfulViews(n int, strict func(i int) bool) (urls, views string) {
	var u, v strings.Builder
	u.WriteString("from django.urls import path\nimport views\nurlpatterns = [\n")
	v.WriteString("from django.views import View\nfrom django.http import HttpResponse, HttpResponseForbidden\nfrom other import lets\n\nclass Gate(View):\n    strict = False\n\n" +
		"    def dispatch(self, request, *args, **kwargs):\n        if self.strict:\n            if not request.user.is_authenticated:\n                return HttpResponseForbidden()\n" +
		"        elif not lets(request):\n            return HttpResponseForbidden()\n        return super().dispatch(request, *args, **kwargs)\n\n")
	for i := range n {
		fmt.Fprintf(&u, "    path('v%d/', views.V%d.as_view()),\n", i, i)
		fmt.Fprintf(&v, "class V%d(Gate):\n", i)
		if strict(i) {
			v.WriteString("    strict = True\n\n")
		}
		v.WriteString("    def get(self, request):\n        return HttpResponse()\n\n")
	}
	return u.String() + "]\n", v.String()
}

// Views whose dispatch tells nothing are given up after some; a dispatch that once told is followed for all.
func TestDispatchThatTellsNothingIsGivenUp(t *testing.T) {
	const views = enoughDoubts + 20
	for name, c := range map[string]struct {
		strict func(i int) bool
		told   int
	}{
		"the operator's choice":                {func(int) bool { return false }, 0},
		"one that tells before many doubts":    {func(i int) bool { return i == 5 || i == views-1 }, 2},
		"one that tells after too many doubts": {func(i int) bool { return i == views-1 }, 0},
	} {
		r, _ := collect(doubtfulViews(views, c.strict))
		told := 0
		for n := range r.Endpoints {
			switch a := r.Endpoints[n].Policy.Access["GET"]; {
			case a.Anyone == eval.No:
				told++
			case a.Anyone == eval.Yes, a.Why == "":
				t.Errorf("%s: %s lets anyone in: %+v", name, r.Endpoints[n].Route(), a)
			}
		}
		if len(r.Endpoints) != views || told != c.told {
			t.Errorf("%s: %d of %d views are known to ask for a login, not %d", name, told, len(r.Endpoints), c.told)
		}
	}
}
