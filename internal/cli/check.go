package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"gonogo/internal/audit"
	"gonogo/internal/check"
	"gonogo/internal/checks"
	"gonogo/internal/config"
	"gonogo/internal/engine"
	"gonogo/internal/gate"
	"gonogo/internal/report"
)

type checkCommand struct {
	projectFlags
	Select []string `help:"Only these checks: ids, sections, or globs over ids, as in https/*." placeholder:"IDS"`
	Ignore []string `help:"All checks but these." placeholder:"IDS"`
	FailOn string   `enum:",critical,recommended,optional" default:"" help:"The verdict is NO-GO from this severity on: critical (default), recommended, optional." placeholder:"SEVERITY"`
	// StopOnUnknown is the policy for critical checks that could not be answered.
	StopOnUnknown bool   `help:"The verdict is NO-GO too when a critical check could not be answered."`
	Since         string `help:"Revision of the last release, for the questions about what this one migrates. Default: the latest tag, else where the branch left the main one." placeholder:"REV"`
	History       bool   `help:"Search all that was ever committed for secrets, and not only the files of the checkout."`
	Advisories    string `help:"Known vulnerabilities of PyPI's packages in OSV's JSON, a zip file or a folder. Default: the embedded ones of some packages." placeholder:"PATH"`
	All           bool   `help:"Also list what passes, what does not apply, and optional findings."`
	Format        string `enum:"text,json" default:"text" help:"text or json." placeholder:"FORMAT"`
	Timing        bool   `help:"Tell on standard error how long each step took."`
}

// Run audits a project and ends in a verdict.
func (c *checkCommand) Run(ctx *Context, f *flags) error {
	watch := newStopwatch()
	if _, err := engine.Select(checks.All(), c.Select, c.Ignore); err != nil {
		return usage("%s", err) // told before anything is read
	}
	c.since, c.history, c.leaks = c.Since, c.History, len(c.Select) == 0
	loaded, err := c.load(ctx, watch)
	if err != nil {
		return err
	}
	selected, err := c.selection(loaded.configured)
	if err != nil {
		return usage("%s", err)
	}
	if err := c.readAdvisories(ctx, loaded, selected); err != nil {
		return err
	}
	answers := engine.Run(selected, loaded.snapshot, ctx.Today)
	if owners, err := engine.Select(checks.All(), nil, slices.Concat(c.Ignore, loaded.configured.Ignore)); err == nil {
		answers = engine.Complete(owners, answers, loaded.snapshot, ctx.Today)
	}
	watch.step("checks", fmt.Sprintf("%d checks", len(answers)))
	result := loaded.audit(answers)
	result.Verdict, result.Because = gate.Decide(answers, c.policy(loaded.configured))
	if err := c.write(ctx, f, result); err != nil {
		return unchecked(fmt.Errorf("the report could not be written: %w", err))
	}
	watch.step("report", "")
	if c.Timing {
		watch.print(ctx.Stderr, answers)
	}
	switch {
	case nothingKnown(answers):
		return unchecked(nothingChecked(loaded))
	case result.Verdict != audit.Go:
		return verdict(ExitNoGo)
	}
	return nil
}

// nothingChecked says why a run in which every answer is unknown is no audit, and what to do.
func nothingChecked(l *loaded) error {
	if l.snapshot.Settings == nil {
		return errors.New("nothing could be checked: no settings module was found; name it with --settings")
	}
	return errors.New("nothing could be checked: every answer is unknown, for the reasons above; an environment given with --env-file settles most")
}

// nothingKnown reports whether not one check could be answered.
func nothingKnown(answers []audit.Check) bool {
	return !slices.ContainsFunc(answers, func(c audit.Check) bool { return c.Status != audit.Unknown })
}

func (c *checkCommand) write(ctx *Context, f *flags, result *audit.Audit) error {
	if c.Format == "json" {
		return report.JSON(ctx.Stdout, result)
	}
	style := ctx.style(f)
	style.All = c.All
	return report.Text(ctx.Stdout, result, style)
}

// selection is what the flags select, else what the configuration does.
func (c *checkCommand) selection(configured *config.Config) ([]check.Check, error) {
	only, except := c.Select, c.Ignore
	if len(only) == 0 {
		only = configured.Select
	}
	return engine.Select(checks.All(), only, slices.Concat(except, configured.Ignore))
}

func (c *checkCommand) policy(configured *config.Config) gate.Policy {
	return gate.Policy{
		FailOn:       severity(cmp.Or(c.FailOn, configured.FailOn.Value)),
		UnknownStops: c.StopOnUnknown || configured.StopOnUnknown,
	}
}

func severity(name string) audit.Severity {
	for _, s := range []audit.Severity{audit.Optional, audit.Recommended} {
		if s.String() == name {
			return s
		}
	}
	return audit.Critical
}
