package report

import (
	"fmt"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

// Endpoints are what is to be shown of the endpoints of a project.
type Endpoints struct {
	*routes.Routes
	// Total counts all that there are, also those that a filter leaves out.
	Total EndpointCount
	// Filtered says that not all are shown.
	Filtered bool
}

// EndpointCount counts endpoints by what is known of them.
type EndpointCount struct {
	// Known are endpoints; Prefixes are entries that stand for all below a prefix. An admin site is an endpoint.
	Known, Prefixes int
	// Open are those that anyone may call by some method, OpenChanges those of them that may change something by it, Unsure those of which
	// it is not known whether anyone may call them.
	Open, OpenChanges, Unsure int
	// Changing answer a method that changes something, Unbounded list all objects, Unscoped take a user's object by its key alone.
	Changing, Unbounded, Unscoped int
	// Fields are those of views of GraphQL.
	Fields FieldCount
}

// CountEndpoints counts the endpoints of a project.
func CountEndpoints(r *routes.Routes) (c EndpointCount) {
	for n := range r.Endpoints {
		e := &r.Endpoints[n]
		if e.Prefix && e.View.Kind != routes.AdminSite {
			c.Prefixes++
			continue
		}
		c.Known++
		c.Fields.add(e.GraphQL)
		switch {
		case e.View.Kind == routes.AdminSite:
		case e.Anyone() == eval.Yes:
			c.Open++
			if e.StrangersChange() != eval.No {
				c.OpenChanges++
			}
		case e.Anyone() == eval.Maybe:
			c.Unsure++
		}
		if e.Changes() != eval.No {
			c.Changing++
		}
		if e.Unbounded() == eval.Yes {
			c.Unbounded++
		}
		if e.Unscoped != "" {
			c.Unscoped++
		}
	}
	return c
}

// lines are the counts in sentences.
func (c EndpointCount) lines() []string {
	list := []string{
		fmt.Sprintf("%d endpoints, %d prefixes below which they are not known", c.Known, c.Prefixes),
		fmt.Sprintf("%d anyone may call (--anyone), %d of them by a method that may change something (--anyone --changes); of %d it is not known", c.Open, c.OpenChanges, c.Unsure),
	}
	if c.Unbounded > 0 {
		list = append(list, fmt.Sprintf("%d list all objects there are, without pages (--unbounded)", c.Unbounded))
	}
	if c.Unscoped > 0 {
		list = append(list, fmt.Sprintf("%d take a user's object by its key and do not ask whose it is (--unscoped)", c.Unscoped))
	}
	return append(list, c.Fields.lines()...)
}
