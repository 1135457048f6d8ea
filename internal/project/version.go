package project

import (
	"slices"
	"strconv"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/knowledge"
	"gonogo/internal/source"

	version "github.com/aquasecurity/go-pep440-version"
)

// djangoVersion is the Django that production resolves to: an exact version from a lock or a pin, or the series that a range leads to.
// A range without an upper end leads to whatever is newest on the day of the build, so that it tells nothing, unless only one series
// satisfies it.
func djangoVersion(d *deploy.Dependencies) (knowledge.Version, source.Span) {
	r, ok := d.Find("django")
	if !ok {
		return knowledge.Version{}, source.Span{}
	}
	if r.Version != "" {
		return knowledge.ParseExact(r.Version), r.At
	}
	return seriesOf(r.Constraint), r.At
}

// seriesOf is the series that a constraint leads to, without a patch; unknown when it can lead to several.
func seriesOf(constraint string) knowledge.Version {
	constraint = caret(constraint)
	specifiers, err := version.NewSpecifiers(constraint)
	if err != nil || strings.TrimSpace(constraint) == "" {
		return knowledge.Version{}
	}
	var fitting []knowledge.Version
	for _, s := range knowledge.AllSeries() {
		if slices.ContainsFunc(s.Releases, func(r knowledge.Release) bool {
			v, err := version.Parse(r.Version.String())
			return err == nil && specifiers.Check(v)
		}) {
			fitting = append(fitting, s.Series)
		}
	}
	if len(fitting) == 0 || len(fitting) > 1 && !bounded(constraint) {
		return knowledge.Version{}
	}
	last := fitting[len(fitting)-1]
	return knowledge.Version{Major: last.Major, Minor: last.Minor, Patch: -1}
}

// bounded reports whether a constraint has an upper end.
func bounded(constraint string) bool {
	for _, part := range strings.Split(constraint, ",") {
		part = strings.TrimSpace(part)
		if strings.HasPrefix(part, "<") || strings.HasPrefix(part, "~=") || strings.HasPrefix(part, "==") {
			return true
		}
	}
	return false
}

// caret rewrites Poetry's ^5.2 and ~5.2 (https://python-poetry.org/docs/dependency-specification/) as PEP 440 has them.
func caret(constraint string) string {
	parts := strings.Split(constraint, ",")
	for i, part := range parts {
		part = strings.TrimSpace(part)
		caret := strings.HasPrefix(part, "^")
		if !caret && (!strings.HasPrefix(part, "~") || strings.HasPrefix(part, "~=")) {
			continue
		}
		low := strings.TrimSpace(part[1:])
		v := knowledge.ParseVersion(low)
		upper := strconv.Itoa(v.Major + 1)
		if !caret && v.Minor >= 0 {
			upper = strconv.Itoa(v.Major) + "." + strconv.Itoa(v.Minor+1)
		}
		parts[i] = ">=" + low + ",<" + upper
	}
	return strings.Join(parts, ",")
}
