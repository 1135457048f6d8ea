package cli

import (
	"path/filepath"
	"slices"

	"gonogo/internal/advisory"
	"gonogo/internal/check"
	"gonogo/internal/config"
)

// readAdvisories reads what --advisories or the configuration names, when the check that asks for it is selected. The flag is relative
// to the working directory, the configuration to the tree.
func (c *checkCommand) readAdvisories(ctx *Context, l *loaded, selected []check.Check) error {
	named, base := c.Advisories, ctx.Dir
	configured := named == ""
	if configured {
		named, base = l.configured.Advisories.Value, l.snapshot.Tree.Dir()
	}
	asked := slices.ContainsFunc(selected, func(c check.Check) bool { return c.ID == "environments/vulnerable-dependencies" })
	if named == "" || !asked {
		return nil
	}
	path := filepath.FromSlash(named)
	if !filepath.IsAbs(path) {
		path = filepath.Join(base, path)
	}
	set, err := advisory.Read(path, l.snapshot.Deployment.Dependencies.Names(), advisory.Limits{})
	switch {
	case err == nil:
		l.snapshot.Advisories = set
		return nil
	case configured:
		return usage("%s", &config.Error{At: l.configured.Advisories.At, Message: "the advisories " + named + " can't be read: " + err.Error()})
	}
	return usage("the advisories %s can't be read: %v", named, err)
}
