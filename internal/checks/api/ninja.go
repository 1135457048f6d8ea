package api

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django/routes"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

// withNinja asks a question of the operations of django-ninja below the URL configuration; whole is false when there can be more.
func withNinja(p *check.SourcePass, question func(list []*routes.Endpoint, whole bool) check.Answer) check.Answer {
	if has, _ := p.Project.Has(project.Ninja); has != eval.Yes {
		return check.Absent("the project does not use django-ninja")
	}
	all := p.Project.Routes()
	whole := all.Unknown == ""
	var list []*routes.Endpoint
	for n := range all.Endpoints {
		e := &all.Endpoints[n]
		if e.View.Kind == routes.Operation && !e.View.At.IsZero() {
			list = append(list, e)
		} else if e.Unknown != "" && e.Package == "" {
			whole = false
		}
	}
	if len(list) == 0 {
		return check.Unclear("no operation of django-ninja was found below the URL configuration")
	}
	return question(list, whole)
}

// openOperations judges operations for which nobody said who may call them: neither the API, nor a router, nor the operation.
func openOperations(list []*routes.Endpoint, whole bool) check.Answer {
	var open []*routes.Endpoint
	doubt := ""
	for _, e := range list {
		switch {
		case e.Policy.Permissions.From != routes.FromFramework || len(e.Policy.Guards) > 0:
		case e.Anyone() == eval.Maybe:
			for _, a := range e.Policy.Access {
				doubt = "whether anyone may call " + last(e.View.Name) + " is not known, as " + a.Why
			}
		case e.Anyone() == eval.Yes && !forStrangers(last(e.View.Name)):
			open = append(open, e)
		}
	}
	if len(open) == 0 {
		if doubt == "" && !whole {
			doubt = "not all operations of django-ninja are known"
		}
		if doubt != "" {
			return check.Unclear(doubt)
		}
		return check.Passed("every operation of django-ninja says who may call it")
	}
	first, severity := open[0], check.Recommended
	var related []check.Related
	for _, e := range open {
		if !deletes(e) {
			continue
		}
		if severity != check.Critical {
			first, severity = e, check.Critical
		}
		if e != first && len(related) < mostRelated {
			related = append(related, check.Related{Message: last(e.View.Name) + " changes or deletes and asks nobody", At: e.View.At})
		}
	}
	what := last(first.View.Name)
	if len(open) > 1 {
		what = fmt.Sprintf("%s and %d other operations", what, len(open)-1)
	}
	return check.Failed(check.Finding{Severity: severity, At: first.View.At, Related: related, Fix: "api = NinjaAPI(auth=django_auth)",
		Message: fmt.Sprintf("Neither the API, a router nor the operation asks who calls, so anyone may call %s; set auth of NinjaAPI, and auth=None where an operation is public", what)})
}

// deletes reports whether a stranger is let in by a method that changes or deletes what is there.
func deletes(e *routes.Endpoint) bool {
	for _, m := range []string{"PUT", "PATCH", "DELETE"} {
		if e.Policy.Access[m].Anyone == eval.Yes {
			return true
		}
	}
	return false
}

// unthrottledOperations judges an API of django-ninja of which nothing is throttled.
func unthrottledOperations(p *check.SourcePass, list []*routes.Endpoint, whole bool) check.Answer {
	var free []*routes.Endpoint
	for _, e := range list {
		if e.Policy.Throttles.Unknown == "" && len(e.Policy.Throttles.Classes) == 0 {
			free = append(free, e)
		}
	}
	switch {
	case len(free) == 0 && whole:
		return check.Passed("every operation of django-ninja is throttled")
	case len(free) < len(list) || !whole:
		return check.Unclear(fmt.Sprintf("%d of %d operations of django-ninja are not throttled", len(free), len(list)))
	}
	views := make([]project.RESTView, len(free))
	for n, e := range free {
		views[n] = project.RESTView{Endpoints: []*routes.Endpoint{e}}
	}
	return throttledByProxy(p, views, check.Finding{Severity: check.Recommended, At: free[0].View.At, Fix: `api = NinjaAPI(throttle=[AnonRateThrottle("60/m"), AuthRateThrottle("600/m")])`,
		Message: fmt.Sprintf("No operation of django-ninja is throttled (%d of them), so one client can try passwords or take every worker; set throttle of NinjaAPI, or limit requests at the proxy", len(free))})
}

// endlessOperations judges operations that answer with all rows of a model, and pages of any size.
func endlessOperations(list []*routes.Endpoint, whole bool) check.Answer {
	var findings []check.Finding
	maybe := !whole
	sizes := map[string]bool{}
	for _, e := range list {
		c, pages := e.Policy.Pagination, e.Policy.Paginator
		switch e.Unbounded() {
		case eval.Yes:
			findings = append(findings, check.Finding{Severity: check.Recommended, At: e.View.At, Fix: "@paginate",
				Message: last(e.View.Name) + " answers with all rows of its model, however many there are; put @paginate below the decorator of the router"})
		case eval.Maybe:
			maybe = true
		}
		if pages.Unbounded != "" && !c.At.IsZero() && !sizes[c.Classes[0]] {
			sizes[c.Classes[0]] = true
			findings = append(findings, check.Finding{Severity: check.Recommended, At: c.At, Fix: "NINJA_PAGINATION_MAX_LIMIT = 200",
				Related: []check.Related{{Message: last(e.View.Name) + " is paginated by it", At: e.View.At}},
				Message: fmt.Sprintf("%s lets a client ask for any number of objects (?%s=1000000), as NINJA_PAGINATION_MAX_LIMIT is not set; set it", last(c.Classes[0]), pages.Unbounded)})
		}
	}
	var doubts []string
	if maybe {
		doubts = []string{"whether all lists of django-ninja have pages is not known: some operations choose their rows themselves"}
	}
	return check.Gather(findings, doubts, "the lists of django-ninja have pages")
}
