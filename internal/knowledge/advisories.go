package knowledge

import (
	_ "embed"
	"sync"

	pep440 "github.com/aquasecurity/go-pep440-version"
)

//go:embed data/advisories.json
var advisoriesJSON []byte

// Advisory is a known vulnerability of some versions of a package.
type Advisory struct {
	Package string   // the distribution, normalised
	ID      string   // "PYSEC-2023-120", or the CVE for Django
	Aliases []string // CVE and GHSA identifiers
	// Fixed is the version from which on the affected range is fixed; "" when none is known.
	Fixed string
}

// advisoryFacts is data/advisories.json, which gen/advisories.py writes.
type advisoryFacts struct {
	AsOf       Date     `json:"as_of"`
	Packages   []string `json:"packages"`
	Advisories []struct {
		Package string         `json:"package"`
		ID      string         `json:"id"`
		Aliases []string       `json:"aliases"`
		Ranges  []versionRange `json:"ranges"`
	} `json:"advisories"`
}

// versionRange is [Introduced, Fixed), or [Introduced, Last] when no fix is known.
type versionRange struct {
	Introduced string `json:"introduced"`
	Fixed      string `json:"fixed"`
	Last       string `json:"last"`
}

var advisories = sync.OnceValue(func() *advisoryFacts {
	f := &advisoryFacts{}
	mustDecode(advisoriesJSON, f)
	return f
})

// AdvisoriesAsOf is the day on which the embedded advisories of packages other than Django were gathered. They are a selection:
// a version in one of them is vulnerable, a version in none of them may be, too.
// Source: https://github.com/pypa/advisory-database (CC-BY 4.0).
func AdvisoriesAsOf() Date { return advisories().AsOf }

// AdvisoriesKnow reports whether the embedded advisories cover a distribution, up to AdvisoriesAsOf, or AsOf for Django.
func AdvisoriesKnow(distribution string) bool {
	name := NormalName(distribution)
	if name == "django" {
		return true
	}
	for _, p := range advisories().Packages {
		if p == name {
			return true
		}
	}
	return false
}

// AdvisoriesFor are the known advisories that an exact version of a distribution is in, ordered by identifier. For Django they are the
// issues that later releases of its series fix. It is empty when the version can't be read as PEP 440 has it.
func AdvisoriesFor(distribution, version string) []Advisory {
	name := NormalName(distribution)
	if name == "django" {
		return djangoAdvisories(version)
	}
	v, err := pep440.Parse(version)
	if err != nil {
		return nil
	}
	var found []Advisory
	for _, a := range advisories().Advisories {
		if a.Package != name {
			continue
		}
		for _, r := range a.Ranges {
			if r.has(v) {
				found = append(found, Advisory{Package: name, ID: a.ID, Aliases: a.Aliases, Fixed: r.Fixed})
				break
			}
		}
	}
	return found
}

func djangoAdvisories(version string) []Advisory {
	var found []Advisory
	for _, r := range SecurityFixesAfter(ParseExact(version)) {
		for _, c := range r.CVEs {
			found = append(found, Advisory{Package: "django", ID: c.ID, Fixed: r.Version.String()})
		}
	}
	return found
}

// has reports whether a version lies in the range. A bound that can't be read excludes it.
func (r versionRange) has(v pep440.Version) bool {
	introduced, err := pep440.Parse(r.Introduced)
	if err != nil || v.LessThan(introduced) {
		return false
	}
	if r.Fixed != "" {
		fixed, err := pep440.Parse(r.Fixed)
		return err == nil && v.LessThan(fixed)
	}
	last, err := pep440.Parse(r.Last)
	return err == nil && v.LessThanOrEqual(last)
}
