// Package advisory reads known vulnerabilities of Python packages in the Open Source Vulnerability format (OSV,
// https://ossf.github.io/osv-schema/) and tells which of them a version is in.
package advisory

import (
	"cmp"
	"slices"
	"strings"

	pep440 "github.com/aquasecurity/go-pep440-version"

	"gonogo/internal/knowledge"
)

// Set is the advisories of some distributions. The zero Set has none.
type Set struct {
	// Records is how many advisories of the PyPI ecosystem were read, those of other distributions included.
	Records int
	// AsOf is the latest day on which one of them was changed, in UTC; zero when none says.
	AsOf knowledge.Date

	packages map[string][]record // by normalised distribution, ordered by identifier
	named    map[[2]string]bool  // distribution and identifier of all that were read, withdrawn ones included
}

// Tells reports whether the set has an advisory of a distribution by its identifier, be it withdrawn.
func (s *Set) Tells(distribution, id string) bool {
	return s.named[[2]string{knowledge.NormalName(distribution), id}]
}

// Advisory is a vulnerability that a version is in.
type Advisory struct {
	ID      string   // "GHSA-h75v-3vvj-5mfj"
	Aliases []string // other identifiers of the same vulnerability, its CVE among them
	// Fixed is the lowest version above the asked one that the advisory calls fixed; "" when none is known.
	Fixed string
	Level Level
}

// Level is the severity that the database gives an advisory.
type Level uint8

// The levels, lightest first. LevelUnknown is that of an advisory which says none.
const (
	LevelUnknown Level = iota
	Low
	Moderate
	High
	LevelCritical
)

// record is one advisory as it concerns one distribution.
type record struct {
	id       string
	aliases  []string
	level    Level
	versions []string
	ranges   [][]event
}

// event is a bound of a range: exactly one field is set.
type event struct {
	Introduced   string `json:"introduced"`
	Fixed        string `json:"fixed"`
	LastAffected string `json:"last_affected"`
	Limit        string `json:"limit"`
}

// For are the advisories that an exact version of a distribution is in, ordered by identifier, and the identifiers of those that can't
// be judged because the version or one of their bounds is none of PEP 440.
func (s *Set) For(distribution, version string) (found []Advisory, unclear []string) {
	v, err := pep440.Parse(version)
	for _, r := range s.packages[knowledge.NormalName(distribution)] {
		if err != nil {
			unclear = append(unclear, r.id)
			continue
		}
		switch in, readable := r.has(v); {
		case in:
			found = append(found, Advisory{ID: r.id, Aliases: r.aliases, Fixed: r.fixedAfter(v), Level: r.level})
		case !readable:
			unclear = append(unclear, r.id)
		}
	}
	return found, unclear
}

// has evaluates a record as the OSV schema does: a version is affected when it is listed, or lies in a range.
// readable is false when a bound that could matter can't be read.
func (r *record) has(v pep440.Version) (in, readable bool) {
	readable = true
	for _, text := range r.versions {
		if listed, err := pep440.Parse(text); err == nil && listed.Equal(v) {
			return true, true
		}
	}
	for _, events := range r.ranges {
		inRange, ok := within(events, v)
		if inRange && ok {
			return true, true
		}
		readable = readable && ok
	}
	return false, readable
}

// within evaluates the events of one range in the order of their versions.
func within(events []event, v pep440.Version) (in, readable bool) {
	bounds, ok := boundsOf(events)
	if !ok {
		return false, false
	}
	limited, belowLimit := false, false
	for _, b := range bounds {
		switch {
		case b.kind == limit:
			limited = true
			belowLimit = belowLimit || b.open || v.LessThan(b.version)
		case b.kind == introduced:
			in = in || b.open || v.GreaterThanOrEqual(b.version)
		case b.kind == fixed:
			in = in && v.LessThan(b.version)
		case b.kind == lastAffected:
			in = in && v.LessThanOrEqual(b.version)
		}
	}
	return in && (!limited || belowLimit), true
}

// kind is what a bound says; at one version a fix stands before the introduction of the next range.
type kind uint8

const (
	fixed kind = iota + 1
	introduced
	lastAffected
	limit
)

// bound is a parsed event. open is "0" of an introduction and "*" of a limit: before and after all versions.
type bound struct {
	kind    kind
	open    bool
	version pep440.Version
}

func boundsOf(events []event) ([]bound, bool) {
	var bounds []bound
	for _, e := range events {
		for _, field := range []struct {
			kind kind
			text string
		}{{introduced, e.Introduced}, {fixed, e.Fixed}, {lastAffected, e.LastAffected}, {limit, e.Limit}} {
			if field.text == "" {
				continue
			}
			b := bound{kind: field.kind, open: field.kind == introduced && field.text == "0" || field.kind == limit && field.text == "*"}
			if !b.open {
				version, err := pep440.Parse(field.text)
				if err != nil {
					return nil, false
				}
				b.version = version
			}
			bounds = append(bounds, b)
		}
	}
	slices.SortStableFunc(bounds, compareBounds)
	return bounds, true
}

func compareBounds(a, b bound) int {
	switch {
	case a.open != b.open:
		return map[bool]int{true: -1, false: 1}[a.open]
	case !a.open && a.version.Compare(b.version) != 0:
		return a.version.Compare(b.version)
	}
	return cmp.Compare(a.kind, b.kind)
}

// fixedAfter is the lowest fixed version above v, of all ranges.
func (r *record) fixedAfter(v pep440.Version) string {
	best, text := pep440.Version{}, ""
	for _, events := range r.ranges {
		for _, e := range events {
			f, err := pep440.Parse(e.Fixed)
			if e.Fixed != "" && err == nil && f.GreaterThan(v) && (text == "" || f.LessThan(best)) {
				best, text = f, e.Fixed
			}
		}
	}
	return text
}

// Merge makes one of advisories that name each other, as databases tell one vulnerability under several identifiers. The merged one has
// the identifier of the first, the highest level, and the highest of the fixed versions.
func Merge(list []Advisory) []Advisory {
	var merged []Advisory
	for _, a := range list {
		for {
			i := slices.IndexFunc(merged, func(m Advisory) bool { return sameVulnerability(m, a) })
			if i < 0 {
				break
			}
			a = join(merged[i], a)
			merged = slices.Delete(merged, i, i+1)
		}
		merged = append(merged, a)
	}
	return merged
}

func sameVulnerability(a, b Advisory) bool {
	return slices.ContainsFunc(a.names(), func(n string) bool { return slices.Contains(b.names(), n) })
}

func join(a, b Advisory) Advisory {
	aliases := slices.Compact(slices.Sorted(slices.Values(slices.Concat(a.Aliases, b.names()))))
	aliases = slices.DeleteFunc(aliases, func(n string) bool { return n == a.ID })
	return Advisory{ID: a.ID, Aliases: aliases, Fixed: Later(a.Fixed, b.Fixed), Level: max(a.Level, b.Level)}
}

// Later is the later of two versions; one that is "" or can't be read loses.
func Later(a, b string) string {
	x, err := pep440.Parse(a)
	if err != nil {
		return b
	}
	if y, err := pep440.Parse(b); err == nil && y.GreaterThan(x) {
		return b
	}
	return a
}

func (a Advisory) names() []string { return append([]string{a.ID}, a.Aliases...) }

// Name is the identifier that people know: the CVE, else the advisory's own.
func (a Advisory) Name() string {
	for _, n := range a.names() {
		if strings.HasPrefix(n, "CVE-") {
			return n
		}
	}
	return a.ID
}

// Malicious reports whether the release itself was made to do harm, by the identifiers of the OpenSSF's list of malicious packages.
func (a Advisory) Malicious() bool {
	return slices.ContainsFunc(a.names(), func(n string) bool { return strings.HasPrefix(n, "MAL-") })
}
