package project

import (
	"path"
	"strings"
	"sync"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// parser parses each Python file of a tree once. It is safe for concurrent use.
type parser struct {
	tree  *source.Tree
	mu    sync.Mutex
	files map[string]*parsed
}

type parsed struct {
	once   sync.Once
	module *syntax.Module // nil when the file could not be read
}

func newParser(tree *source.Tree) *parser {
	return &parser{tree: tree, files: make(map[string]*parsed)}
}

// parse is the tree of a file; ok is false when there is no such file or it could not be read.
func (p *parser) parse(file string) (m *syntax.Module, ok bool) {
	p.mu.Lock()
	e := p.files[file]
	if e == nil {
		e = &parsed{}
		p.files[file] = e
	}
	p.mu.Unlock()
	e.once.Do(func() {
		if f, ok := p.tree.Read(file); ok {
			e.module = syntax.Parse(f)
		}
	})
	return e.module, e.module != nil
}

// index knows which file of the tree a dotted module name stands for, over the folders that Python imports from.
// It is the interpreter's view of the project (eval.Finder).
type index struct {
	*parser
	roots []string // folders of the tree, in the order of sys.path; "." is the tree itself
	empty map[string]*syntax.Module
	lock  sync.Mutex
}

func newIndex(p *parser, roots []string) *index {
	return &index{parser: p, roots: roots, empty: make(map[string]*syntax.Module)}
}

// locate is the file of a dotted module name: a module, or a package's __init__.py. For a folder without __init__.py that has Python in
// it (a namespace package, PEP 420) file is "" and dir the folder.
func (x *index) locate(dotted string) (file, dir string, isPackage, ok bool) {
	relative := strings.ReplaceAll(dotted, ".", "/")
	if dotted == "" || strings.ContainsAny(dotted, "/\\") || strings.Contains(relative, "//") || strings.HasPrefix(dotted, ".") || strings.HasSuffix(dotted, ".") {
		return "", "", false, false
	}
	for _, root := range x.roots {
		base := path.Join(root, relative)
		if init := base + "/__init__.py"; x.tree.IsFile(init) {
			return init, base, true, true
		}
		if x.tree.IsFile(base + ".py") {
			return base + ".py", "", false, true
		}
	}
	for _, root := range x.roots {
		if base := path.Join(root, relative); x.tree.IsDir(base) && x.hasPython(base) {
			return "", base, true, true
		}
	}
	return "", "", false, false
}

func (x *index) hasPython(dir string) bool {
	for _, p := range x.tree.Under(dir) {
		if strings.HasSuffix(p, ".py") {
			return true
		}
	}
	return false
}

// dotted is the name by which a file is imported; ok is false when it is below no import root or its path is no name.
func (x *index) dotted(file string) (name string, isPackage, ok bool) {
	root, found := x.rootOf(file)
	if !found {
		return "", false, false
	}
	name = strings.TrimSuffix(file, ".py")
	if root != "." {
		name = strings.TrimPrefix(name, root+"/")
	}
	if name == "__init__" {
		return "", false, false
	}
	name, isPackage = strings.CutSuffix(name, "/__init__")
	if strings.Contains(name, ".") {
		return "", false, false
	}
	return strings.ReplaceAll(name, "/", "."), isPackage, true
}

// rootOf is the import root that names a file: the deepest one above it. Roots that are packages themselves count only where there is no
// other (cookiecutter-django puts a package on sys.path whose modules are meant to be imported through it), but for the first, the folder
// of manage.py, in which an __init__.py is a common mistake.
func (x *index) rootOf(file string) (root string, ok bool) {
	packageRoot := ""
	for i, r := range x.roots {
		switch {
		case r != "." && !strings.HasPrefix(file, r+"/"):
		case i > 0 && x.tree.IsFile(path.Join(r, "__init__.py")):
			packageRoot = deeper(packageRoot, r)
		default:
			root = deeper(root, r)
		}
	}
	if root == "" {
		root = packageRoot
	}
	return root, root != ""
}

func deeper(a, b string) string {
	if a == "" || a == "." || len(b) > len(a) && b != "." {
		return b
	}
	return a
}

// Module is the parsed module of a dotted name.
func (x *index) Module(dotted string) (m *syntax.Module, isPackage, ok bool) {
	file, dir, isPackage, ok := x.locate(dotted)
	if !ok {
		return nil, false, false
	}
	if file == "" {
		return x.namespace(dir), true, true
	}
	m, ok = x.parse(file)
	return m, isPackage, ok
}

// namespace is the empty module of a folder without __init__.py.
func (x *index) namespace(dir string) *syntax.Module {
	x.lock.Lock()
	defer x.lock.Unlock()
	if x.empty[dir] == nil {
		x.empty[dir] = &syntax.Module{File: source.NewFile(dir+"/__init__.py", nil)}
	}
	return x.empty[dir]
}

// File is a file of the project by its path relative to the tree's root.
func (x *index) File(path string) (*source.File, bool) { return x.tree.Read(path) }

// Glob are the paths of the tree that match a shell pattern, sorted.
func (x *index) Glob(pattern string) []string { return x.tree.Glob(pattern) }

// Root is the absolute path under which the project is imagined to live.
func (x *index) Root() string {
	if dir := x.tree.Dir(); dir != "" {
		return dir
	}
	return "/project"
}

// ParseFile parses any file of the tree as Python.
func (x *index) ParseFile(path string) (*syntax.Module, bool) { return x.parse(path) }
