package deploy

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// Find is the statement about a package that counts: production before the rest, a lock's exact version before a pin, a pin before a range.
// name is normalised as in PEP 503. Statements of constraints files, which ask for nothing, don't count.
func (d *Dependencies) Find(name string) (Requirement, bool) {
	best, found, bestRank := Requirement{}, false, 0
	for _, r := range d.Requirements {
		if r.Name != name || r.ConstraintOnly {
			continue
		}
		if rank := d.rank(r); !found || rank > bestRank {
			best, found, bestRank = r, true, rank
		}
	}
	return best, found
}

func (d *Dependencies) rank(r Requirement) int {
	n := 0
	if r.Production {
		n += 8
	}
	if d.fromLock(r) {
		n += 4
	}
	if r.Version != "" {
		n += 2
	}
	if r.Constraint != "" {
		n++
	}
	n *= 2
	if !forDevelopers(path.Base(r.At.Path())) {
		n++ // an image may install those of its tests in a stage of its own
	}
	return n
}

// forDevelopers reports whether a file of requirements is by its name for development or tests.
func forDevelopers(base string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(base), func(c rune) bool { return c < 'a' || c > 'z' }) {
		switch word {
		case "dev", "devel", "development", "test", "tests", "testing", "local", "ci", "docs":
			return true
		}
	}
	return false
}

// fromLock reports whether a lock file makes the statement.
func (d *Dependencies) fromLock(r Requirement) bool {
	for _, s := range d.Sources {
		if s.Lock && s.File == r.At.File {
			return true
		}
	}
	return false
}

// Names are the packages that production installs by what the files say, sorted, each once. Constraints files name none.
func (d *Dependencies) Names() []string {
	seen := map[string]bool{}
	for _, r := range d.Requirements {
		if r.Production && !r.ConstraintOnly {
			seen[r.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Has reports whether a package is among the dependencies of production.
func (d *Dependencies) Has(name string) bool {
	r, ok := d.Find(name)
	return ok && r.Production
}
