package cli

import (
	"errors"
	"fmt"

	"gonogo/internal/redact"
	"gonogo/internal/report"
	"gonogo/internal/source"
)

type settingsCommand struct {
	Names    []string `arg:"" optional:"" name:"name" help:"Only these settings, as in DATABASES. A folder among them is the project, as with --path."`
	Path     string   `default:"." help:"Folder of manage.py, or a repository above it." placeholder:"DIR"`
	Project  string   `help:"Folder of the Django project, where the repository has several." placeholder:"DIR"`
	Settings string   `help:"The settings module." placeholder:"MODULE"`
	EnvFile  string   `help:"The environment as NAME=value lines, taken as complete." placeholder:"FILE"`
	// SitePackages is as in projectFlags.
	SitePackages []string `sep:"none" help:"Folder of installed packages, or a virtual environment, whose source is read. Default: the one in the project; none reads none." placeholder:"DIR"`
	ShowSecrets  bool     `help:"Show the values of secrets."`
	Format       string   `enum:"text,json" default:"text" help:"text or json." placeholder:"FORMAT"`
}

// Run shows settings with where their values come from.
func (c *settingsCommand) Run(ctx *Context, f *flags) error {
	names, path := c.split(ctx)
	flags := projectFlags{Path: path, Project: c.Project, Settings: c.Settings, EnvFile: c.EnvFile, SitePackages: c.SitePackages}
	loaded, err := flags.load(ctx, newStopwatch())
	if err != nil {
		return err
	}
	settings := loaded.snapshot.Settings
	if settings == nil {
		return unchecked(errNoSettings)
	}
	options := report.SettingsOptions{Names: names, ShowSecrets: c.ShowSecrets}
	if c.Format == "json" {
		err = report.SettingsJSON(ctx.Stdout, settings, options)
	} else {
		err = report.SettingsText(ctx.Stdout, settings, options, ctx.style(f))
	}
	if failure := settings.Shipped().Failure; err == nil && failure != nil {
		return unchecked(fmt.Errorf("%s cannot be imported: %s: %s (%s:%d); the settings above are those until then", settings.Module,
			failure.Class, redact.Text(failure.Message), failure.At.Path(), line(failure.At)))
	}
	return err
}

// line is the line of a place, 0 when it has none.
func line(at source.Span) int {
	if at.IsZero() {
		return 0
	}
	return at.Begin().Line
}

// split tells names of settings from the folder of the project.
func (c *settingsCommand) split(ctx *Context) (names []string, path string) {
	path = c.Path
	for _, name := range c.Names {
		if isFolder(ctx, name) {
			path = name
		} else {
			names = append(names, name)
		}
	}
	return names, path
}

var errNoSettings = errors.New("no settings module could be found; name it with --settings, as in --settings config.settings.production")
