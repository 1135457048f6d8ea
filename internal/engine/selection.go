package engine

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"gonogo/internal/check"
)

// Select keeps the checks that match a pattern of only (all of them when only is empty) and none of except.
// A pattern is an id, a section, or a glob over ids ("https/*", "*/secret-*"). A pattern that matches nothing is an error.
func Select(checks []check.Check, only, except []string) ([]check.Check, error) {
	for _, pattern := range slices.Concat(only, except) {
		if err := matchesSomething(checks, pattern); err != nil {
			return nil, err
		}
	}
	var kept []check.Check
	for _, c := range checks {
		if (len(only) == 0 || matchesAny(c.ID, only)) && !matchesAny(c.ID, except) {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("no check is left after --select and --ignore; see gonogo list")
	}
	return kept, nil
}

func matchesSomething(checks []check.Check, pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return fmt.Errorf("%q is not a valid pattern: close its bracket, or name a check as in gonogo list", pattern)
	}
	for _, c := range checks {
		if matches(c.ID, pattern) {
			return nil
		}
	}
	if near := Nearest(checks, pattern); near != "" {
		return fmt.Errorf("no check matches %q; did you mean %s?", pattern, near)
	}
	return fmt.Errorf("no check matches %q; see gonogo list", pattern)
}

func matchesAny(id string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(id, p) })
}

func matches(id, pattern string) bool {
	section, _, _ := strings.Cut(id, "/")
	if strings.TrimSuffix(pattern, "/") == section {
		return true
	}
	ok, _ := path.Match(pattern, id)
	return ok
}

// Nearest is the id that differs least from what was typed, or "" when none is near.
func Nearest(checks []check.Check, typed string) string {
	best, distance := "", len(typed)/2+1
	for _, c := range checks {
		_, name, _ := strings.Cut(c.ID, "/")
		d := min(levenshtein.ComputeDistance(typed, c.ID), levenshtein.ComputeDistance(typed, name))
		if d < distance {
			best, distance = c.ID, d
		}
	}
	return best
}
