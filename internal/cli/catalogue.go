package cli

import (
	"gonogo/internal/check"
	"gonogo/internal/checks"
	"gonogo/internal/engine"
	"gonogo/internal/report"
)

type listCommand struct {
	Format string `enum:"text,json,markdown" default:"text" help:"text, json or markdown." placeholder:"FORMAT"`
}

// Run lists all checks.
func (c *listCommand) Run(ctx *Context, f *flags) error {
	switch c.Format {
	case "json":
		return report.ListJSON(ctx.Stdout, checks.All())
	case "markdown":
		return report.ListMarkdown(ctx.Stdout, checks.All())
	}
	return report.ListText(ctx.Stdout, checks.All(), ctx.style(f))
}

type explainCommand struct {
	Check  string `arg:"" help:"The check's id, as in https/hsts."`
	Format string `enum:"text,json" default:"text" help:"text or json." placeholder:"FORMAT"`
}

// Run prints the documentation of one check.
func (c *explainCommand) Run(ctx *Context, f *flags) error {
	all := checks.All()
	found, err := named(all, c.Check)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return report.ExplainJSON(ctx.Stdout, found)
	}
	return report.Explain(ctx.Stdout, found, ctx.style(f))
}

// named finds a check by its id.
func named(all []check.Check, id string) (check.Check, error) {
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	if near := engine.Nearest(all, id); near != "" {
		return check.Check{}, usage("there is no check %q; did you mean %s?", id, near)
	}
	return check.Check{}, usage("there is no check %q; gonogo list shows all", id)
}
