package source

import (
	"path"
	"sort"
	"strings"
)

// Under are the files below a folder, sorted; all of them for ".".
func (t *Tree) Under(dir string) []string {
	dir, ok := t.canonical(dir)
	if !ok {
		return nil
	}
	if dir == "." {
		return t.paths
	}
	prefix := dir + "/"
	from := sort.SearchStrings(t.paths, prefix)
	length := sort.Search(len(t.paths)-from, func(i int) bool { return !strings.HasPrefix(t.paths[from+i], prefix) })
	return t.paths[from : from+length : from+length]
}

// WithExt are the files whose names end with one of the extensions (".py", ".yml"), sorted.
func (t *Tree) WithExt(extensions ...string) []string {
	return t.matching(func(p string) bool {
		for _, ext := range extensions {
			if strings.HasSuffix(p, ext) {
				return true
			}
		}
		return false
	})
}

// Named are the files with one of the names, in whichever folder, sorted.
func (t *Tree) Named(names ...string) []string {
	return t.matching(func(p string) bool {
		base := path.Base(p)
		for _, name := range names {
			if base == name {
				return true
			}
		}
		return false
	})
}

func (t *Tree) matching(keep func(path string) bool) []string {
	var found []string
	for _, p := range t.paths {
		if keep(p) {
			found = append(found, p)
		}
	}
	return found
}

// Glob are the files and folders that match a shell pattern as Python's glob module has it: `*` and `?` stay within a path segment
// and don't match a leading dot, `**` as a whole segment matches any number of folders. Sorted; nothing for a malformed pattern.
func (t *Tree) Glob(pattern string) []string {
	pattern, ok := clean(pattern)
	if !ok {
		return nil
	}
	fixed, rest := literalPrefix(pattern)
	if rest == "" {
		if t.Exists(fixed) {
			return []string{fixed}
		}
		return nil
	}
	base, ok := t.canonical(fixed)
	if !ok {
		return nil
	}
	segments := strings.Split(rest, "/")
	var found []string
	for _, p := range t.Under(base) {
		if matchSegments(segments, split(base, p)) {
			found = append(found, path.Join(fixed, relative(base, p)))
		}
	}
	for d := range t.dirs {
		if d != base && (base == "." || strings.HasPrefix(d, base+"/")) && matchSegments(segments, split(base, d)) {
			found = append(found, path.Join(fixed, relative(base, d)))
		}
	}
	sort.Strings(found)
	return found
}

// literalPrefix cuts a pattern before its first segment with a special character.
func literalPrefix(pattern string) (fixed, rest string) {
	segments := strings.Split(pattern, "/")
	for i, s := range segments {
		if strings.ContainsAny(s, `*?[\`) {
			return path.Join(".", path.Join(segments[:i]...)), strings.Join(segments[i:], "/")
		}
	}
	return pattern, ""
}

func relative(base, p string) string {
	if base == "." {
		return p
	}
	return strings.TrimPrefix(p, base+"/")
}

func split(base, p string) []string { return strings.Split(relative(base, p), "/") }

// matchSegments matches a path, segment by segment. Every `**` is tried at each place that is left; patterns with many of them are
// bounded by the depth of the tree.
func matchSegments(pattern, segments []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			for len(pattern) > 1 && pattern[1] == "**" {
				pattern = pattern[1:]
			}
			for i := 0; i <= len(segments); i++ {
				if matchSegments(pattern[1:], segments[i:]) {
					return true
				}
				if i < len(segments) && strings.HasPrefix(segments[i], ".") {
					return false
				}
			}
			return false
		}
		if len(segments) == 0 || strings.HasPrefix(segments[0], ".") && !strings.HasPrefix(pattern[0], ".") {
			return false
		}
		if ok, err := path.Match(pattern[0], segments[0]); err != nil || !ok {
			return false
		}
		pattern, segments = pattern[1:], segments[1:]
	}
	return len(segments) == 0
}
