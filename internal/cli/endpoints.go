package cli

import "gonogo/internal/report"

type endpointsCommand struct {
	projectFlags
	Format string `enum:"text,json,markdown" default:"text" help:"text, json or markdown." placeholder:"FORMAT"`
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
	routes := loaded.snapshot.Routes()
	switch c.Format {
	case "json":
		return report.EndpointsJSON(ctx.Stdout, routes)
	case "markdown":
		return report.EndpointsMarkdown(ctx.Stdout, routes)
	}
	return report.EndpointsText(ctx.Stdout, routes, ctx.style(f))
}
