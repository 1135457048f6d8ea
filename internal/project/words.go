package project

import (
	"path"
	"strings"

	"gonogo/internal/runbook"
)

// maxWordsFile leaves bundles and data out: no hand-written file that names variables is as large.
const maxWordsFile = 1 << 20

// Occurring are those of some names (letters, digits and underscores) that stand as words of their own in a file of the tree that is no
// document: code, configuration, scripts, environment files.
func (s *Snapshot) Occurring(names map[string]bool) map[string]bool {
	found := map[string]bool{}
	if s.Tree == nil || len(names) == 0 {
		return found
	}
	for _, name := range s.Tree.Paths() {
		if runbook.IsDocument(name) || isData(name) {
			continue
		}
		f, ok := s.Tree.Read(name)
		if !ok || len(f.Data) > maxWordsFile {
			continue
		}
		eachWord(f.Data, func(word []byte) {
			if names[string(word)] {
				found[string(word)] = true
			}
		})
		if len(found) == len(names) {
			break
		}
	}
	return found
}

func isData(name string) bool {
	switch path.Ext(name) {
	case ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp", ".woff", ".woff2", ".ttf", ".eot", ".otf", ".pdf", ".zip", ".gz", ".po", ".mo", ".csv", ".lock", ".css", ".scss", ".map", ".mp4":
		return true
	}
	return strings.HasSuffix(name, "package-lock.json")
}

// eachWord visits the runs of letters, digits and underscores of a text that are long enough for a name.
func eachWord(data []byte, visit func([]byte)) {
	start := -1
	for i, c := range data {
		if c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && i-start > 2 {
			visit(data[start:i])
		}
		start = -1
	}
	if start >= 0 {
		visit(data[start:])
	}
}
