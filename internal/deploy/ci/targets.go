package ci

import (
	"regexp"
	"strings"

	"gonogo/internal/source"
)

// Targets are the names that a Makefile or justfile can be told to make. whole is false when there can be others: it includes files, has rules with
// patterns, or computes names.
func Targets(file *source.File) (names map[string]bool, whole bool) {
	read := readMakefile
	if strings.Contains(strings.ToLower(file.Path), "justfile") {
		read = readJustfile
	}
	m := read(file)
	names, whole = map[string]bool{}, true
	for name := range m.targets {
		expanded := m.expand(name, 0)
		if strings.ContainsAny(expanded, "%$*(") {
			whole = false
		}
		for _, word := range strings.Fields(expanded) {
			names[word] = true
		}
	}
	if regexp.MustCompile(`(?m)^\s*(-?include|sinclude|import|mod|alias)\s|^define\s|\$\(eval`).Match(file.Data) {
		whole = false
	}
	return names, whole
}
