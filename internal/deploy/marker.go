package deploy

import "strings"

// appliesInProduction judges a PEP 508 marker by the platform alone: production is Linux with CPython. A marker that asks for another
// platform does not apply; everything else (Python versions, extras) is taken to apply.
func appliesInProduction(marker string) bool {
	if marker == "" {
		return true
	}
	for _, alternative := range strings.Split(strings.NewReplacer("(", " ", ")", " ").Replace(marker), " or ") {
		if allApply(strings.Split(alternative, " and ")) {
			return true
		}
	}
	return false
}

func allApply(clauses []string) bool {
	for _, clause := range clauses {
		if !clauseApplies(clause) {
			return false
		}
	}
	return true
}

// clauseApplies judges `sys_platform == "win32"` and the like.
func clauseApplies(clause string) bool {
	equal := true
	left, right, ok := strings.Cut(clause, "==")
	if !ok {
		if left, right, ok = strings.Cut(clause, "!="); !ok {
			return true
		}
		equal = false
	}
	left, right = strings.Trim(left, ` "'`), strings.Trim(right, ` "'`)
	if _, known := linuxMarker(left); !known {
		left, right = right, left
	}
	value, known := linuxMarker(left)
	return !known || (value == right) == equal
}

// linuxMarker is a marker variable's value on Linux with CPython.
func linuxMarker(variable string) (string, bool) {
	switch variable {
	case "sys_platform":
		return "linux", true
	case "platform_system":
		return "Linux", true
	case "os_name", "os.name":
		return "posix", true
	case "implementation_name":
		return "cpython", true
	case "platform_python_implementation":
		return "CPython", true
	}
	return "", false
}
