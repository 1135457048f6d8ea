package project

import (
	"path"
	"strings"
)

// AppFolder is the folder of an application of the project, relative to the tree, from its entry in INSTALLED_APPS (a package, or the
// class that configures it); "" for applications of other packages.
func (s *Snapshot) AppFolder(entry string) string {
	if dir := s.packageFolder(entry); dir != "" {
		return dir // also one that is called apps itself: shop.apps.orders
	}
	dot := strings.LastIndexByte(entry, '.')
	if dot < 0 {
		return ""
	}
	module := entry[:dot] // of a class: it stands in the application's folder
	if m, ok := s.Code.Module(module); ok {
		return path.Dir(m.Syntax.File.Path)
	}
	return s.packageFolder(strings.TrimSuffix(module, ".apps"))
}

// packageFolder is the folder of a package of the project, "" when there is none of that name.
func (s *Snapshot) packageFolder(dotted string) string {
	if m, ok := s.Code.Module(dotted); ok && path.Base(m.Syntax.File.Path) == "__init__.py" {
		return path.Dir(m.Syntax.File.Path)
	}
	if dir := path.Join(s.Root, strings.ReplaceAll(dotted, ".", "/")); s.Code.Owns(dotted) && s.Tree.IsDir(dir) {
		return dir
	}
	return ""
}
