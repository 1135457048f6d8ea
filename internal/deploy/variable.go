package deploy

import (
	"regexp"
	"slices"
)

// Differs reports whether two variables are known to have different values: both are given, or both are written with the same parts from
// elsewhere and other text around them.
func (v Variable) Differs(other Variable) bool {
	if v.Given && other.Given {
		return v.Value != other.Value
	}
	if v.Given || other.Given || v.Written == "" || other.Written == "" {
		return false
	}
	a, b := expansions(v.Written), expansions(other.Written)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b) && v.Written != other.Written
}

// StandIn is the value with the name of each part that is taken from elsewhere in its place, for comparing what two processes make of it;
// ok is false where nothing is written.
func (v Variable) StandIn() (value string, ok bool) {
	if v.Given {
		return v.Value, true
	}
	value = expansion().ReplaceAllString(v.Written, "$1$2")
	return value, v.Written != ""
}

func expansion() *regexp.Regexp { return regexp.MustCompile(`\$(?:\{(\w+)[^{}]*\}|(\w+))`) }

func expansions(text string) []string { return expansion().FindAllString(text, -1) }
