package knowledge

// CVE is one security issue that a release fixes.
type CVE struct {
	ID       string `json:"id"`       // "CVE-2025-64458"
	Title    string `json:"title"`    // as the release notes head it; "" in old ones
	Severity string `json:"severity"` // "low", "moderate" or "high" by Django's security policy; "" where the notes don't say
}

// Release is one final release of Django, by its release notes.
type Release struct {
	Version  Version `json:"version"`
	Date     Date    `json:"date"`
	Security bool    `json:"security"` // fixes a security issue
	CVEs     []CVE   `json:"cves"`     // ordered by id; can be empty for a security release of 2015 or earlier
}

// UnmarshalText of Version leaves the patch of "5.2" unknown, which for a release is 0.
func (r Release) exact() Release {
	r.Version.Patch = max(r.Version.Patch, 0)
	return r
}

// DjangoSeries is one release series of Django.
type DjangoSeries struct {
	Series        Version // {5, 2, -1}
	LTS           bool
	Released      Date      // of the first final release; unknown for a series that the release notes lack
	MainstreamEnd Date      // the last day of fixes other than for security and data loss
	SecurityEnd   Date      // the last day of security fixes
	Releases      []Release // in order
}

// Latest is the newest patch release at AsOf.
func (s DjangoSeries) Latest() Release { return s.Releases[len(s.Releases)-1] }

// Series is the series of a Django version. ok is false when the facts don't have it: older than 1.8, or newer than the facts.
// Sources: the release notes in Django's source archive, https://www.djangoproject.com/download/#supported-versions.
func Series(v Version) (series DjangoSeries, ok bool) {
	for _, s := range AllSeries() {
		if v.SameSeries(s.Series) {
			return s, true
		}
	}
	return DjangoSeries{}, false
}

// AllSeries are the series that the facts have, oldest first.
func AllSeries() []DjangoSeries {
	var all []DjangoSeries
	for _, f := range facts().Series {
		s := DjangoSeries{Series: f.Name}
		for _, r := range f.Releases {
			s.Releases = append(s.Releases, r.exact())
		}
		s.Released = s.Releases[0].Date
		for _, d := range support().Django {
			if d.Series == f.Name {
				s.LTS, s.MainstreamEnd, s.SecurityEnd = d.LTS, d.MainstreamEnd, d.SecurityEnd
			}
		}
		all = append(all, s)
	}
	return all
}

// SecurityFixesAfter are the later releases of a version's series that fix security issues: what the version still lacks.
// It is empty when the patch is not known.
func SecurityFixesAfter(v Version) []Release {
	s, ok := Series(v)
	if !ok || v.Patch < 0 {
		return nil
	}
	var later []Release
	for _, r := range s.Releases {
		if r.Security && r.Version.Compare(v) > 0 {
			later = append(later, r)
		}
	}
	return later
}

// supportedSeries are the series that get security fixes at AsOf.
func supportedSeries() []Version {
	var series []Version
	for _, s := range support().Django {
		if !s.SecurityEnd.Before(AsOf()) {
			series = append(series, s.Series)
		}
	}
	return series
}

// nearest is the series of the facts that a version belongs to: its own, else the newest for a newer one, the oldest for an older one,
// and the one before it in between.
func nearest(v Version) Version {
	all := facts().Series
	found := all[0].Name
	for _, s := range all {
		if v.AtLeast(s.Name.Major, s.Name.Minor) {
			found = s.Name
		}
	}
	return found
}

// PythonSeries is one release series of CPython.
type PythonSeries struct {
	Series      Version // {3, 12, -1}
	Released    Date
	SecurityEnd Date // the last day of security fixes
}

// Python is the series of a Python version. ok is false when the facts don't have it.
// Source: https://devguide.python.org/versions/.
func Python(v Version) (series PythonSeries, ok bool) {
	for _, p := range support().Python {
		if v.SameSeries(p.Series) {
			return PythonSeries{Series: p.Series, Released: p.Released, SecurityEnd: p.SecurityEnd}, true
		}
	}
	return PythonSeries{}, false
}

// DjangoPython is a Python series that a Django series supports.
type DjangoPython struct {
	Python Version
	// Since is the Django release from which on it does; unknown when the series always did.
	Since Version
}

// PythonsOf are the Python series that the series of a Django version supports, oldest first; nil when the facts don't have it.
// Source: the classifiers of the series' latest release, and the table in docs/faq/install.txt.
func PythonsOf(django Version) []DjangoPython {
	for _, s := range facts().Series {
		if !django.SameSeries(s.Name) {
			continue
		}
		var pythons []DjangoPython
		for _, p := range s.Pythons {
			pythons = append(pythons, DjangoPython{Python: p.Python, Since: p.Since})
		}
		return pythons
	}
	return nil
}
