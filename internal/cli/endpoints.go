package cli

import (
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/report"
)

type endpointsCommand struct {
	projectFlags
	Anyone    bool   `help:"Only those that anyone may call, without a login."`
	Changes   bool   `help:"Only those that answer a method which changes something (POST, PUT, PATCH, DELETE), or any method."`
	Unbounded bool   `help:"Only those that answer with all objects there are, without pages."`
	Unscoped  bool   `help:"Only those that take a user's object by its key and do not ask whose it is."`
	Format    string `enum:"text,json,markdown" default:"text" help:"text, json or markdown." placeholder:"FORMAT"`
}

// Run lists the endpoints of the project's URL configuration under the production settings.
func (c *endpointsCommand) Run(ctx *Context, f *flags) error {
	loaded, err := c.load(ctx, newStopwatch())
	if err != nil {
		return err
	}
	if loaded.snapshot.Settings == nil {
		return unchecked(errNoSettings)
	}
	all := loaded.snapshot.Endpoints()
	list := report.Endpoints{Routes: all, Total: report.CountEndpoints(all), Filtered: c.Anyone || c.Changes || c.Unbounded || c.Unscoped}
	if list.Filtered {
		list.Routes = c.filter(all)
	}
	switch c.Format {
	case "json":
		return report.EndpointsJSON(ctx.Stdout, list)
	case "markdown":
		return report.EndpointsMarkdown(ctx.Stdout, list)
	}
	return report.EndpointsText(ctx.Stdout, list, ctx.style(f))
}

// filter keeps the endpoints for which all that is asked is known to hold; a view that answers any method may change something.
func (c *endpointsCommand) filter(all *routes.Routes) *routes.Routes {
	kept := *all
	kept.Endpoints = nil
	for n := range all.Endpoints {
		e := &all.Endpoints[n]
		if g := e.GraphQL; g != nil && len(g.Fields) > 0 {
			if one := c.filterFields(e); one != nil {
				kept.Endpoints = append(kept.Endpoints, *one)
			}
			continue
		}
		switch {
		case c.Anyone && e.Anyone() != eval.Yes,
			c.Changes && e.Changes() == eval.No,
			c.Changes && c.Anyone && e.StrangersChange() == eval.No,
			c.Unbounded && e.Unbounded() != eval.Yes,
			c.Unscoped && e.Unscoped == "":
			continue
		}
		kept.Endpoints = append(kept.Endpoints, *e)
	}
	return &kept
}

// filterFields keeps the fields of a view of GraphQL for which all that is asked is known to hold; nil when there are none.
func (c *endpointsCommand) filterFields(e *routes.Endpoint) *routes.Endpoint {
	one, g := *e, *e.GraphQL
	g.Fields = nil
	for n := range e.GraphQL.Fields {
		f := &e.GraphQL.Fields[n]
		switch {
		case c.Anyone && f.Access.Anyone != eval.Yes, c.Changes && f.Type != "Mutation", c.Unbounded && f.Lists != eval.Yes,
			c.Unscoped && f.Unscoped == "":
			continue
		}
		g.Fields = append(g.Fields, *f)
	}
	if len(g.Fields) == 0 {
		return nil
	}
	one.GraphQL = &g
	return &one
}
