package api

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/routes"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

// beside joins what a question comes to for Django REST framework with what it comes to for django-ninja and GraphQL.
func beside(rest check.Answer, others ...check.Answer) check.Answer {
	result := rest
	for _, o := range others {
		switch {
		case o.Status == check.NotApplicable || result.Status == check.Fail && o.Status != check.Fail:
		case result.Status == check.NotApplicable, o.Status == check.Fail && result.Status != check.Fail:
			result = o
		case o.Status == check.Fail && len(result.Findings) > 0:
			result = check.Failed(append(result.Findings[:len(result.Findings):len(result.Findings)], o.Findings...)...)
		case o.Status == check.Unknown && result.Status == check.Pass:
			result = o
		}
	}
	return result
}

// withGraphQL asks a question of the views of GraphQL that are read.
func withGraphQL(p *check.SourcePass, question func([]*routes.Endpoint) check.Answer) check.Answer {
	if has, _ := p.Project.Has(project.GraphQL); has != eval.Yes {
		return check.Absent("the project does not use GraphQL")
	}
	var list []*routes.Endpoint
	for _, e := range graphQLEndpoints(p) {
		if e.GraphQL != nil {
			list = append(list, e)
		}
	}
	if len(list) == 0 {
		return check.Absent("no view of GraphQL is read")
	}
	return question(list)
}

// openFields judges who may ask the fields of GraphQL: mutations that anyone may call.
func openFields(list []*routes.Endpoint) check.Answer {
	var findings []check.Finding
	var doubts []string
	total, unsure, why := 0, 0, ""
	for _, e := range list {
		var open []*routes.Field
		for n := range e.GraphQL.Fields {
			f := &e.GraphQL.Fields[n]
			total++
			switch f.Access.Anyone {
			case eval.Maybe:
				if unsure++; why == "" {
					why = f.FullName() + ": " + f.Access.Why
				}
			case eval.Yes:
				if f.Type == "Mutation" && f.Permissions.From == routes.FromNowhere && !forStrangers(f.Name) {
					open = append(open, f)
				}
			}
		}
		if len(open) > 0 {
			findings = append(findings, openMutations(e, open))
		}
		if e.GraphQL.Unknown != "" {
			doubts = append(doubts, "not all fields of "+e.Path()+" are known: "+e.GraphQL.Unknown)
		}
	}
	if unsure > 0 {
		doubts = append(doubts, fmt.Sprintf("who may ask %d of %d fields of GraphQL is not known, as %s", unsure, total, why))
	}
	return check.Gather(findings, doubts, "no mutation of GraphQL is open to strangers but those that say so")
}

func openMutations(e *routes.Endpoint, open []*routes.Field) check.Finding {
	at := open[0].At
	if at.IsZero() {
		at = e.At
	}
	what := open[0].FullName()
	switch len(open) {
	case 1:
	case 2:
		what += " and " + open[1].FullName()
	default:
		what = fmt.Sprintf("%s and %d other mutations", what, len(open)-1)
	}
	f := check.Finding{Severity: check.Recommended, At: at,
		Message: fmt.Sprintf("Anyone can call %s at %s, without a login: nothing before it asks who calls; ask for a permission, or say in the schema that it is public", what, e.Path())}
	for _, o := range open[1:] {
		if len(f.Related) < mostRelated && !o.At.IsZero() {
			f.Related = append(f.Related, check.Related{Message: o.FullName() + " is open too", At: o.At})
		}
	}
	return f
}

// forStrangers reports whether an operation is by its name one that strangers must reach: a login, a sign-up, a message to the site.
func forStrangers(name string) bool {
	lower := strings.ToLower(strings.ReplaceAll(name, "_", ""))
	for _, part := range []string{"login", "logout", "signin", "signup", "signout", "register", "token", "password", "webhook", "verify", "confirm", "activate", "contact", "subscri",
		"feedback", "health", "ping", "callback", "oauth", "sso", "auth"} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}

// endlessFields judges the fields of GraphQL that answer with all rows of a model.
func endlessFields(list []*routes.Endpoint) check.Answer {
	var findings []check.Finding
	seen := map[string]bool{}
	maybe := false
	for _, e := range list {
		for n := range e.GraphQL.Fields {
			f := &e.GraphQL.Fields[n]
			maybe = maybe || f.Lists == eval.Maybe
			if key := f.FullName() + f.At.Path(); f.Lists == eval.Yes && !f.At.IsZero() && !seen[key] {
				seen[key] = true
				findings = append(findings, check.Finding{Severity: check.Recommended, At: f.At,
					Message: f.FullName() + " answers with all rows of its model, however many there are; use a connection with pages, or take a limit"})
			}
		}
	}
	var doubts []string
	if maybe {
		doubts = []string{"whether the lists of GraphQL are bounded is not known: their resolvers choose the rows"}
	}
	return check.Gather(findings, doubts, "no field of GraphQL answers with a whole table")
}
