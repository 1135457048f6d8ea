// Package knowledge holds facts as data: Django's defaults and deprecations by version, support dates, the roles of packages.
// Every fact names its source and the date on which it was true.
package knowledge

import "fmt"

// Version is a release as numbers, {5, 2, 8}. Minor or patch are -1 when they are not known ("Django>=5.2" gives {5, 2, -1}).
// The zero Version is unknown.
type Version struct{ Major, Minor, Patch int }

// Known reports whether at least the series is known.
func (v Version) Known() bool { return v.Major > 0 && v.Minor >= 0 }

// Series is the release series, "5.2".
func (v Version) Series() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// AtLeast reports whether the series is major.minor or newer. It is false for an unknown version: ask Known first.
func (v Version) AtLeast(major, minor int) bool {
	return v.Known() && (v.Major > major || v.Major == major && v.Minor >= minor)
}

// Before reports whether the series is older than major.minor. It is false for an unknown version.
func (v Version) Before(major, minor int) bool { return v.Known() && !v.AtLeast(major, minor) }

// String is the version as people write it: "5.2.8", "5.2" without a patch, "unknown".
func (v Version) String() string {
	switch {
	case !v.Known():
		return "unknown"
	case v.Patch < 0:
		return v.Series()
	}
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
}
