// Package readyshop is the shop of examples/ready with something changed in its files, and what gonogo says of it.
package readyshop

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strings"
)

// Files are the files of a project: text by path, slash-separated.
type Files map[string]string

// Read reads a project's folder.
func Read(folder string) (Files, error) {
	files := make(Files)
	root := os.DirFS(folder)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "__pycache__":
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		data, err := fs.ReadFile(root, name)
		files[name] = string(data)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the project: %w", err)
	}
	return files, nil
}

// Edit replaces text in one file.
type Edit struct {
	File string
	// Old is what stands there, at every place where it does; "" stands for the whole file, which may be new.
	Old, New string
}

// With are the files after the edits. An edit that finds nothing to replace is an error.
func (f Files) With(edits ...Edit) (Files, error) {
	files := maps.Clone(f)
	for _, e := range edits {
		if e.Old == "" {
			files[e.File] = e.New
			continue
		}
		text := strings.ReplaceAll(files[e.File], e.Old, e.New)
		if text == files[e.File] {
			return nil, fmt.Errorf("%s has no %q to replace", e.File, e.Old)
		}
		files[e.File] = text
	}
	return files, nil
}
