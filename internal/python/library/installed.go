package library

import (
	"strconv"
	"strings"

	"gonogo/internal/python/eval"
)

// atLeast reports whether the installed version of a distribution is at least major.minor. A version that is not known is taken for
// the newest: that is what an installation without a pin gives.
func atLeast(c *eval.Call, distribution string, major, minor int) bool {
	installed := c.Config().Installed
	if installed == nil {
		return true
	}
	v, _ := installed(distribution)
	if v == "" {
		return true
	}
	a, b := twoNumbers(v)
	return a > major || a == major && b >= minor
}

// isInstalled reports whether a distribution is installed; Maybe when the dependencies are not known.
func isInstalled(c *eval.Call, distribution string) eval.Tri {
	installed := c.Config().Installed
	if installed == nil {
		return eval.Maybe
	}
	_, there := installed(distribution)
	return there
}

// twoNumbers are the first two numbers of a version; what is no number is 0.
func twoNumbers(version string) (major, minor int) {
	parts := strings.SplitN(version, ".", 3)
	major = leadingNumber(parts[0])
	if len(parts) > 1 {
		minor = leadingNumber(parts[1])
	}
	return major, minor
}

func leadingNumber(s string) int {
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, _ := strconv.Atoi(s[:end])
	return n
}
