package source

import (
	"path"
	"sort"
	"strings"
)

// FromMap is a tree in memory, by path. The same files are left out as on disk, and text is decoded in the same way.
func FromMap(files map[string][]byte) *Tree {
	t := newTree(nil, Limits{})
	t.memory = make(map[string][]byte, len(files))
	environments := environmentFolders(files)
	for name, data := range files {
		name, ok := clean(name)
		if !ok || generated(path.Base(name)) || below(name, environments) {
			continue
		}
		t.paths = append(t.paths, name)
		t.memory[name] = data
		e := &entry{}
		e.once.Do(func() { e.file = t.accept(name, data) })
		t.files[name] = e
		for dir := path.Dir(name); !t.dirs[dir]; dir = path.Dir(dir) {
			t.dirs[dir] = true
		}
	}
	sort.Strings(t.paths)
	return t
}

// environmentFolders are the folders that a virtual environment's marker makes one.
func environmentFolders(files map[string][]byte) map[string]bool {
	found := make(map[string]bool)
	for name := range files {
		if base := path.Base(name); (base == "pyvenv.cfg" || base == "CACHEDIR.TAG") && path.Dir(name) != "." {
			found[path.Dir(name)] = true
		}
	}
	return found
}

// below reports whether a file stands in a folder that is left out, by its name or because it is one of the given.
func below(name string, folders map[string]bool) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if folders[dir] || leftOut(path.Base(dir)) {
			return true
		}
	}
	return strings.HasPrefix(name, "/")
}
