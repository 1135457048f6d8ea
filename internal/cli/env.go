package cli

import (
	"fmt"

	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/redact"
	"gonogo/internal/report"
)

type envCommand struct {
	projectFlags
	Example bool   `help:"Write an example environment file." xor:"what"`
	Check   string `help:"Compare an environment file with what the settings need; exit code 1 when something is missing." placeholder:"FILE" xor:"what"`
	Format  string `enum:"text,json" default:"text" help:"text or json." placeholder:"FORMAT"`
}

// Run shows, writes or checks the variables that the settings read.
func (c *envCommand) Run(ctx *Context, f *flags) error {
	loaded, err := c.load(ctx, newStopwatch())
	if err != nil {
		return err
	}
	settings := loaded.snapshot.Settings
	if settings == nil {
		return unchecked(errNoSettings)
	}
	variables := report.Variables(settings.Result.Reads)
	switch {
	case c.Check != "":
		return c.compare(ctx, variables)
	case c.Example:
		return report.EnvExample(ctx.Stdout, settings.Module, variables)
	case c.Format == "json":
		return report.EnvJSON(ctx.Stdout, settings.Module, variables)
	}
	return report.EnvText(ctx.Stdout, variables, ctx.style(f))
}

// compare tells what a file lacks, leaves empty, or has without anything reading it.
func (c *envCommand) compare(ctx *Context, variables []report.Variable) error {
	file, err := (&projectFlags{EnvFile: c.Check}).environment(ctx)
	if err != nil {
		return err
	}
	given := make(map[string]project.EnvLine)
	for _, line := range project.ParseEnvFile(file).Vars {
		given[line.Name] = line
	}
	faults := 0
	for _, v := range variables {
		line, there := given[v.Name]
		delete(given, v.Name)
		switch {
		case !there && v.Required:
			faults++
			fmt.Fprintf(ctx.Stdout, "missing   %s, read at %s\n", v.Name, at(v.Reads[0]))
		case there && line.Value == "" && v.Required:
			faults++
			fmt.Fprintf(ctx.Stdout, "empty     %s, line %d\n", v.Name, line.At.Begin().Line)
		case there && v.Secret && redact.Placeholder(line.Value):
			faults++
			fmt.Fprintf(ctx.Stdout, "example   %s, line %d: still has the value of an example\n", v.Name, line.At.Begin().Line)
		}
	}
	for _, line := range project.ParseEnvFile(file).Vars {
		if _, left := given[line.Name]; left {
			fmt.Fprintf(ctx.Stdout, "not read  %s, line %d: no setting reads it\n", line.Name, line.At.Begin().Line)
		}
	}
	if faults > 0 {
		return verdict(ExitNoGo)
	}
	fmt.Fprintf(ctx.Stdout, "%s has all that the settings need (%d variables)\n", c.Check, len(variables))
	return nil
}

func at(r eval.Read) string {
	return fmt.Sprintf("%s:%d", r.At.Path(), r.At.Begin().Line)
}
