package deploy

import (
	"strings"

	"gonogo/internal/deploy/document"
)

// poetryMarker is the marker of an entry, to which Poetry adds `python` and `platform` (https://python-poetry.org/docs/dependency-specification/).
func poetryMarker(entry *document.Node) string {
	var all []string
	add := func(marker string) {
		if marker != "" {
			all = append(all, marker)
		}
	}
	add(entry.Get("markers").Scalar())
	add(pythonMarker(entry.Get("python").Scalar()))
	if platform := entry.Get("platform").Scalar(); platform != "" {
		add(`sys_platform == "` + platform + `"`)
	}
	if len(all) == 1 {
		return all[0]
	}
	for i := range all {
		all[i] = "(" + all[i] + ")"
	}
	return strings.Join(all, " and ")
}

// pythonMarker writes a constraint of Python in Poetry's notation as a marker: "^3.8 || ~2.7".
func pythonMarker(constraint string) string {
	var alternatives []string
	for _, alternative := range strings.Split(strings.ReplaceAll(constraint, "||", "|"), "|") {
		var clauses []string
		for _, clause := range strings.Split(poetryConstraint(alternative), ",") {
			version := strings.TrimLeft(clause, "<>=!~ ")
			if operator := strings.TrimSpace(clause[:len(clause)-len(version)]); operator != "" && version != "" {
				variable := "python_version"
				if strings.Count(strings.TrimSuffix(version, ".*"), ".") > 1 {
					variable = "python_full_version"
				}
				clauses = append(clauses, variable+" "+operator+` "`+version+`"`)
			}
		}
		if len(clauses) > 0 {
			alternatives = append(alternatives, strings.Join(clauses, " and "))
		}
	}
	return strings.Join(alternatives, " or ")
}
