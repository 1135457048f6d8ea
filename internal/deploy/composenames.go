package deploy

import (
	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// IsComposeFile reports whether a path looks like a Compose file by its name.
func IsComposeFile(file string) bool { return isComposeFile(file) }

// ComposeServices are the names of the services that a Compose file declares itself, in order. whole is false when there can be others: it can't be
// read, or takes them from other files.
func ComposeServices(file *source.File) (names []string, whole bool) {
	docs, diagnostics := document.YAML(file)
	if len(docs) == 0 || len(diagnostics) > 0 {
		return nil, false
	}
	for _, e := range docs[0].Get("services").Map() {
		names = append(names, e.Key)
	}
	return names, docs[0].Get("include") == nil
}
