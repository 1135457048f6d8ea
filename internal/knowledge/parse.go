package knowledge

import (
	"fmt"
	"strconv"
	"strings"
)

// ParseVersion reads the numbers at the beginning of a release: "5.2.8" and "5.2.8rc1" are {5, 2, 8}, "5.2" is {5, 2, -1},
// "5.2.*" is {5, 2, -1}, "5" is {5, -1, -1} (not Known). The zero Version means that the text begins with no number.
func ParseVersion(text string) Version {
	text = strings.TrimPrefix(strings.TrimSpace(text), "v")
	v := Version{0, -1, -1}
	for i, part := range []*int{&v.Major, &v.Minor, &v.Patch} {
		digits := 0
		for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
			digits++
		}
		n, err := strconv.Atoi(text[:digits])
		if err != nil {
			if i == 0 {
				return Version{}
			}
			return v
		}
		*part = n
		text = text[digits:]
		if !strings.HasPrefix(text, ".") {
			return v
		}
		text = text[1:]
	}
	return v
}

// ParseExact is ParseVersion for the version of one release, in which a patch that is not written is 0: "5.2" is {5, 2, 0}.
func ParseExact(text string) Version {
	v := ParseVersion(text)
	if v.Known() && v.Patch < 0 && !strings.Contains(text, "*") {
		v.Patch = 0
	}
	return v
}

// UnmarshalText reads a version as ParseVersion does.
func (v *Version) UnmarshalText(text []byte) error {
	*v = ParseVersion(string(text))
	if !v.Known() {
		return fmt.Errorf("read the version %q: no series", text)
	}
	return nil
}

// Compare orders two known versions by their numbers: -1, 0 or 1. An unknown patch counts as 0.
func (v Version) Compare(other Version) int {
	for _, pair := range [][2]int{{v.Major, other.Major}, {v.Minor, other.Minor}, {max(v.Patch, 0), max(other.Patch, 0)}} {
		if pair[0] != pair[1] {
			if pair[0] < pair[1] {
				return -1
			}
			return 1
		}
	}
	return 0
}

// SameSeries reports whether two versions are of one release series.
func (v Version) SameSeries(other Version) bool {
	return v.Known() && v.Major == other.Major && v.Minor == other.Minor
}
