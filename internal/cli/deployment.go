package cli

import "gonogo/internal/report"

type deploymentCommand struct {
	projectFlags
	Format string `enum:"text,json,markdown" default:"text" help:"text, json or markdown." placeholder:"FORMAT"`
	All    bool   `help:"Show what is not of production, too."`
}

// Run shows what runs the project: processes, proxies, services and images.
func (c *deploymentCommand) Run(ctx *Context, f *flags) error {
	loaded, err := c.load(ctx, newStopwatch())
	if err != nil {
		return err
	}
	s := loaded.snapshot
	d := report.Deployment{Deployment: s.Deployment, Settings: s.Choice.Module, SettingsReason: s.Choice.Reason, All: c.All}
	for _, way := range s.Alternatives() {
		d.Ways = append(d.Ways, way.Group.Name)
	}
	switch c.Format {
	case "json":
		return report.DeploymentJSON(ctx.Stdout, d)
	case "markdown":
		return report.DeploymentMarkdown(ctx.Stdout, d)
	}
	return report.DeploymentText(ctx.Stdout, d, ctx.style(f))
}
