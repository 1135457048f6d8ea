package deploy

import (
	"strings"

	pep440 "github.com/aquasecurity/go-pep440-version"

	"gonogo/internal/knowledge"
)

// Resolved is the version of a package in production: exact is true when a lock or pin gives it. Otherwise version is "".
// r is the statement that counts (Find), the zero Requirement when no file names the package.
// A constraints file (`pip -c`) can make the version exact of a package that another file asks for.
func (d *Dependencies) Resolved(name string) (version string, exact bool, r Requirement) {
	r, ok := d.Find(name)
	if !ok {
		return "", false, Requirement{}
	}
	if r.Version != "" {
		return r.Version, !d.disputed(r), r
	}
	for _, q := range d.Requirements {
		if q.Name == name && q.ConstraintOnly && q.Production && q.Version != "" {
			return q.Version, true, q
		}
	}
	return "", false, r
}

// disputed reports whether another statement that counts as much gives another version, and markers or the forks of a lock decide between them.
func (d *Dependencies) disputed(r Requirement) bool {
	for _, q := range d.Requirements {
		other := q.Name == r.Name && !q.ConstraintOnly && q.Version != "" && q.Version != r.Version && d.rank(q) == d.rank(r)
		if other && (q.Marker != "" || r.Marker != "" || d.fromLock(q) && q.At.File == r.At.File) {
			return true
		}
	}
	return false
}

// Django is the version of Django in production as far as the dependencies tell, and the statement that tells it.
//
// certain is true when only one series is possible: a pin or lock, or a range within one series ("~=5.2.0"). For a wider range the
// version is its lowest series ("Django>=4.2" gives 4.2), and certain is false. The version is unknown when nothing bounds it from below.
func (d *Dependencies) Django() (v knowledge.Version, certain bool, r Requirement) {
	version, exact, r := d.Resolved("django")
	if exact {
		return knowledge.ParseExact(version), true, r
	}
	series := allowedSeries(r.Constraint)
	switch {
	case r.Constraint == "" || len(series) == 0:
		return lowerBound(r.Constraint), false, r
	case len(series) == 1:
		return series[0], !openAbove(r.Constraint), r
	}
	if lower := lowerBound(r.Constraint); lower.Known() {
		return series[0], false, r
	}
	return knowledge.Version{}, false, r
}

// allowedSeries are the series of Django that the facts have and of which the specifiers allow a release, oldest first.
func allowedSeries(specifiers string) []knowledge.Version {
	var allowed []knowledge.Version
	for _, s := range knowledge.AllSeries() {
		for _, release := range s.Releases {
			if Allows(specifiers, release.Version.String()) {
				allowed = append(allowed, s.Series)
				break
			}
		}
	}
	return allowed
}

// Allows reports whether PEP 440 specifiers allow a version. Specifiers or versions that can't be read allow nothing.
func Allows(specifiers, version string) bool {
	v, err := pep440.Parse(version)
	if err != nil {
		return false
	}
	parsed, err := pep440.NewSpecifiers(specifiers, pep440.WithPreRelease(true))
	if err != nil {
		return false
	}
	return parsed.Check(v)
}

// openAbove reports whether specifiers have no upper bound, so that a later series is allowed, too.
func openAbove(specifiers string) bool {
	for _, clause := range strings.Split(specifiers, ",") {
		clause = strings.TrimSpace(clause)
		if strings.HasPrefix(clause, "<") || strings.HasPrefix(clause, "~=") || strings.HasPrefix(clause, "==") {
			return false
		}
	}
	return true
}

// lowerBound is the series of the highest version that specifiers demand at least.
func lowerBound(specifiers string) knowledge.Version {
	best := knowledge.Version{}
	for _, clause := range strings.Split(specifiers, ",") {
		clause = strings.TrimSpace(clause)
		if !strings.HasPrefix(clause, ">") && !strings.HasPrefix(clause, "~=") && !strings.HasPrefix(clause, "==") {
			continue
		}
		v := knowledge.ParseVersion(strings.TrimLeft(clause, "<>=~ "))
		if v.Major > 0 && v.Minor < 0 {
			v.Minor = 0
		}
		v.Patch = -1
		if v.Known() && (!best.Known() || best.Compare(v) < 0) {
			best = v
		}
	}
	return best
}
