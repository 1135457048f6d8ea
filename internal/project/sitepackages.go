package project

import (
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"gonogo/internal/source"
)

// NoSitePackages, as the only one of Options.SitePackages, says that no installed package is to be read.
const NoSitePackages = "none"

// maxPackageFile bounds a file of a package that is read, in bytes.
const maxPackageFile = 2 << 20

// sitePackages are the folders of installed packages that the project's code may be read with: those that were named, else that of a virtual
// environment in the project's folder or the tree's. Nothing of them runs; VIRTUAL_ENV is not asked, for whose shell gonogo runs in says
// nothing about the project.
func sitePackages(tree *source.Tree, root string, named []string) ([]*source.Folder, error) {
	limits := source.Limits{FileBytes: maxPackageFile}
	if len(named) == 1 && named[0] == NoSitePackages {
		return nil, nil
	}
	var folders []*source.Folder
	for _, dir := range named {
		abs, err := filepath.Abs(dir)
		if err != nil {
			return nil, optionError("the folder of packages %s cannot be found: %v", dir, err)
		}
		f, err := source.OpenFolder(abs, abs, limits)
		if err != nil {
			return nil, optionError("the folder of installed packages cannot be read: %v", err)
		}
		if below := ofEnvironment(f, "."); below != "" {
			if f, err = source.OpenFolder(filepath.Join(abs, below), filepath.Join(abs, below), limits); err != nil {
				return nil, optionError("the folder of installed packages cannot be read: %v", err)
			}
		}
		folders = append(folders, f)
	}
	if len(named) > 0 || tree.Dir() == "" {
		return folders, nil
	}
	if f := environmentIn(tree, root, limits); f != nil {
		folders = append(folders, f)
	}
	return folders, nil
}

// environmentIn is the folder of packages of a virtual environment in the project; nil when there is none.
func environmentIn(tree *source.Tree, root string, limits source.Limits) *source.Folder {
	whole, err := source.OpenFolder(tree.Dir(), ".", limits)
	if err != nil {
		return nil
	}
	for _, dir := range []string{root, "."} {
		for _, name := range []string{".venv", "venv", "env"} {
			below := ofEnvironment(whole, path.Join(dir, name))
			if below == "" {
				continue
			}
			if f, err := source.OpenFolder(filepath.Join(tree.Dir(), filepath.FromSlash(below)), below, limits); err == nil {
				return f
			}
		}
	}
	return nil
}

// ofEnvironment is the folder of packages within a virtual environment (PEP 405), "" when a folder is none.
func ofEnvironment(f *source.Folder, dir string) string {
	if !f.IsFile(path.Join(dir, "pyvenv.cfg")) {
		return ""
	}
	best, newest := "", -1
	for name, isDir := range f.Names(path.Join(dir, "lib")) {
		minor, isPython := strings.CutPrefix(name, "python3.")
		n, err := strconv.Atoi(strings.TrimSuffix(minor, "t"))
		at := path.Join(dir, "lib", name, "site-packages")
		if isDir && isPython && err == nil && (n > newest || n == newest && name < path.Base(path.Dir(best))) && f.IsDir(at) {
			best, newest = at, n
		}
	}
	if windows := path.Join(dir, "Lib", "site-packages"); best == "" && f.IsDir(windows) {
		best = windows
	}
	return best
}
