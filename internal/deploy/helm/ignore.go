package helm

import (
	"path"
	"strings"

	"gonogo/internal/source"
)

// This file reads .helmignore (https://helm.sh/docs/chart_template_guide/helm_ignore_file/).

// ignores are the rules of a .helmignore; one that holds is enough.
type ignores []ignoreRule

type ignoreRule struct {
	pattern string
	negated bool
	folder  bool // it ends in a slash
	rooted  bool // it has a slash that is not its last character
}

func ignoreRules(tree *source.Tree, dir string) ignores {
	rules := ignores{{pattern: "templates/.?*", rooted: true}}
	f, ok := tree.Read(path.Join(dir, ".helmignore"))
	if !ok {
		return rules
	}
	for _, line := range strings.Split(string(f.Data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || strings.Contains(line, "**") {
			continue
		}
		r := ignoreRule{}
		line, r.negated = strings.CutPrefix(line, "!")
		line, r.folder = strings.CutSuffix(line, "/")
		line, r.rooted = strings.CutPrefix(line, "/")
		r.rooted = r.rooted || strings.Contains(line, "/")
		r.pattern = line
		rules = append(rules, r)
	}
	return rules
}

// match reports whether a file, by its path in the chart, or a folder that it stands in, is left out.
func (all ignores) match(name string) bool {
	segments := strings.Split(name, "/")
	for i := range segments {
		if all.matchOne(strings.Join(segments[:i+1], "/"), i+1 < len(segments)) {
			return true
		}
	}
	return false
}

// matchOne asks all rules. A negated one leaves out what it does not match: Helm differs from Git here.
func (all ignores) matchOne(name string, isFolder bool) bool {
	for _, r := range all {
		subject := name
		if !r.rooted {
			subject = path.Base(name)
		}
		matched, err := path.Match(r.pattern, subject)
		matched = matched && err == nil
		switch {
		case r.negated && (r.folder && !isFolder || !matched):
			return true
		case !r.negated && matched && (isFolder || !r.folder):
			return true
		}
	}
	return false
}
