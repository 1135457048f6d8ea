package checktest

import (
	"path"
	"sort"
	"strings"

	"gonogo/internal/python/eval"
)

// ignoreRules are the patterns of a fixture's .gitignore files. They are what fixtures need of gitignore(5), not all of it: patterns with
// and without a slash, `*`, `?`, `**` as a segment, a trailing slash, and negation.
type ignoreRules struct{ rules []ignoreRule }

type ignoreRule struct {
	base     string // the folder of the .gitignore
	segments []string
	anchored bool
	folder   bool
	negated  bool
}

// readIgnoreRules reads every .gitignore, outer folders first.
func readIgnoreRules(files map[string][]byte) ignoreRules {
	var names []string
	for name := range files {
		if path.Base(name) == ".gitignore" {
			names = append(names, name)
		}
	}
	sort.Slice(names, func(i, j int) bool {
		if a, b := strings.Count(names[i], "/"), strings.Count(names[j], "/"); a != b {
			return a < b
		}
		return names[i] < names[j]
	})
	var all ignoreRules
	for _, name := range names {
		for _, line := range strings.Split(string(files[name]), "\n") {
			if rule, ok := parseIgnoreRule(path.Dir(name), line); ok {
				all.rules = append(all.rules, rule)
			}
		}
	}
	return all
}

func parseIgnoreRule(base, line string) (ignoreRule, bool) {
	line = strings.TrimRight(line, " \t\r")
	if line == "" || strings.HasPrefix(line, "#") {
		return ignoreRule{}, false
	}
	rule := ignoreRule{base: base}
	if rest, ok := strings.CutPrefix(line, "!"); ok {
		rule.negated, line = true, rest
	}
	if rest, ok := strings.CutSuffix(line, "/"); ok {
		rule.folder, line = true, rest
	}
	rule.anchored = strings.Contains(line, "/")
	rule.segments = strings.Split(strings.TrimPrefix(line, "/"), "/")
	return rule, true
}

// judge answers as git check-ignore does.
func (r ignoreRules) judge(name string) eval.Tri {
	if r.ignored(name) {
		return eval.Yes
	}
	return eval.No
}

// ignored reports whether a file, or a folder above it, is ignored; what stands in an ignored folder cannot be brought back.
func (r ignoreRules) ignored(name string) bool {
	parts := strings.Split(name, "/")
	for i := 1; i <= len(parts); i++ {
		if r.matches(strings.Join(parts[:i], "/"), i < len(parts)) {
			return true
		}
	}
	return false
}

// matches goes by the last rule that speaks of the path.
func (r ignoreRules) matches(name string, folder bool) bool {
	for i := len(r.rules) - 1; i >= 0; i-- {
		if r.rules[i].speaksOf(name, folder) {
			return !r.rules[i].negated
		}
	}
	return false
}

func (rule ignoreRule) speaksOf(name string, folder bool) bool {
	if rule.folder && !folder {
		return false
	}
	if rule.base != "." {
		rest, ok := strings.CutPrefix(name, rule.base+"/")
		if !ok {
			return false
		}
		name = rest
	}
	if !rule.anchored {
		ok, _ := path.Match(rule.segments[0], path.Base(name))
		return ok
	}
	return matchSegments(rule.segments, strings.Split(name, "/"))
}

func matchSegments(pattern, segments []string) bool {
	if len(pattern) == 0 {
		return len(segments) == 0
	}
	if pattern[0] == "**" {
		for i := range len(segments) + 1 {
			if matchSegments(pattern[1:], segments[i:]) {
				return true
			}
		}
		return false
	}
	if len(segments) == 0 {
		return false
	}
	ok, _ := path.Match(pattern[0], segments[0])
	return ok && matchSegments(pattern[1:], segments[1:])
}
