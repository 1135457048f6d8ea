package project

import (
	"path"
	"strings"
)

// AppFolder is the folder of an application of the project, relative to the tree, from its entry in INSTALLED_APPS (a package, or the
// class that configures it); "" for applications of other packages.
func (s *Snapshot) AppFolder(entry string) string {
	app, _, _ := strings.Cut(entry, ".apps.")
	if dot := strings.LastIndexByte(app, '.'); dot >= 0 && app[dot+1:] != strings.ToLower(app[dot+1:]) {
		if m, ok := s.Code.Module(app[:dot]); ok {
			return path.Dir(m.Syntax.File.Path) // a class: its module stands in the application's folder
		}
	}
	if m, ok := s.Code.Module(app); ok && path.Base(m.Syntax.File.Path) == "__init__.py" {
		return path.Dir(m.Syntax.File.Path)
	}
	if dir := path.Join(s.Root, strings.ReplaceAll(app, ".", "/")); s.Code.Owns(app) && s.Tree.IsDir(dir) {
		return dir
	}
	return ""
}
