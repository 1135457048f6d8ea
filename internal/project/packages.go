package project

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Bounds of what is read of one package.
const (
	maxPackageFiles = 5_000
	maxPackageFile  = 2 << 20 // bytes
)

// packagesFinder finds modules of installed packages where the project has none. They are read only, and are no files of the project.
type packagesFinder struct {
	eval.Finder
	roots   []string // site-packages folders
	library eval.Library
	mu      sync.Mutex
	found   map[string]*index // by top-level name; nil where there is no such package
}

func newPackagesFinder(project eval.Finder, roots []string, library eval.Library) *packagesFinder {
	return &packagesFinder{Finder: project, roots: roots, library: library, found: map[string]*index{}}
}

// Module is a module of the project, or of a package that is not modelled.
func (p *packagesFinder) Module(dotted string) (m *syntax.Module, isPackage, ok bool) {
	if m, isPackage, ok = p.Finder.Module(dotted); ok {
		return m, isPackage, true
	}
	if x := p.indexOf(dotted); x != nil {
		return x.Module(dotted)
	}
	return nil, false, false
}

// indexOf is the package that a module stands in; nil where it is not there, or is modelled.
func (p *packagesFinder) indexOf(dotted string) *index {
	top, _, _ := strings.Cut(dotted, ".")
	if p == nil || top == "" || strings.ContainsAny(top, `/\`) {
		return nil
	}
	if _, modelled := p.library[top]; modelled {
		return nil
	}
	return p.load(top)
}

// load reads a package once.
func (p *packagesFinder) load(top string) *index {
	p.mu.Lock()
	defer p.mu.Unlock()
	if x, done := p.found[top]; done {
		return x
	}
	var x *index
	for _, root := range p.roots {
		if files := readPackage(root, top); len(files) > 0 {
			x = newIndex(newParser(source.FromMap(files)), []string{"."})
			break
		}
	}
	p.found[top] = x
	return x
}

// readPackage reads the Python files of a top-level package or module. Links are not followed.
func readPackage(root, top string) map[string][]byte {
	files := map[string][]byte{}
	read := func(path string, info fs.DirEntry) {
		relative, err := filepath.Rel(root, path)
		if err != nil || !info.Type().IsRegular() || filepath.Ext(path) != ".py" || len(files) >= maxPackageFiles {
			return
		}
		if stat, err := info.Info(); err != nil || stat.Size() > maxPackageFile {
			return
		}
		if data, err := os.ReadFile(path); err == nil {
			files[filepath.ToSlash(relative)] = data
		}
	}
	// What cannot be read is not there.
	_ = filepath.WalkDir(filepath.Join(root, top), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			read(path, entry)
		}
		return nil
	})
	if info, err := os.Lstat(filepath.Join(root, top+".py")); err == nil {
		read(filepath.Join(root, top+".py"), fs.FileInfoToDirEntry(info))
	}
	return files
}
