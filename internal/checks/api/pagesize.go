package api

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

// unboundedPages finds classes of pagination by which a client chooses any size of a page, each once.
func unboundedPages(views []project.RESTView) (findings []check.Finding) {
	seen := map[string]bool{}
	for _, v := range views {
		for _, e := range v.Endpoints {
			c, p := e.Policy.Pagination, e.Policy.Paginator
			at := p.At
			if at.IsZero() {
				at = c.At
			}
			if e.Policy.Lists == eval.No || p.Unbounded == "" || p.Sized == eval.No || at.IsZero() || seen[c.Classes[0]] {
				continue
			}
			seen[c.Classes[0]] = true
			limit := "max_page_size"
			if p.Unbounded == "limit" {
				limit = "max_limit"
			}
			findings = append(findings, check.Finding{Severity: check.Recommended, At: at, Fix: limit + " = 200",
				Related: []check.Related{{Message: v.Name + " is paginated by it", At: v.At}},
				Message: fmt.Sprintf("%s lets a client ask for any number of objects (?%s=1000000), as it has no %s; set it in a class of your own",
					last(c.Classes[0]), p.Unbounded, limit)})
		}
	}
	return findings
}

// together adds findings to an answer.
func together(a check.Answer, more []check.Finding) check.Answer {
	switch {
	case len(more) == 0 || a.Status == check.NotApplicable:
		return a
	case a.Status == check.Fail:
		return check.Failed(append(a.Findings, more...)...)
	}
	return check.Failed(more...)
}
