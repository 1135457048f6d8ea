package project

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// layout is one Django project of the tree before anything of it is evaluated.
type layout struct {
	root   string // the folder of manage.py, or what stands for it
	manage string // path of manage.py, "" when there is none
	shown  string // the file by which the project was found
}

// findLayouts finds every Django project: by manage.py, where there is none by wsgi.py or asgi.py, else by settings modules.
// The likeliest to be deployed is first.
func findLayouts(p *parser) []layout {
	found := managed(p.tree)
	if len(found) == 0 {
		found = served(p)
	}
	if len(found) == 0 {
		found = settled(p)
	}
	slices.SortStableFunc(found, func(a, b layout) int {
		return cmp.Or(
			cmp.Compare(remoteness(a.shown), remoteness(b.shown)),
			cmp.Compare(strings.Count(a.root, "/"), strings.Count(b.root, "/")),
			cmp.Compare(a.root, b.root))
	})
	return found
}

// managed are the folders with a manage.py that speaks of Django.
func managed(tree *source.Tree) []layout {
	var found []layout
	for _, file := range tree.Named("manage.py") {
		if f, ok := tree.Read(file); ok && f.ContainsAny("django", "DJANGO", "manage") {
			found = append(found, layout{root: path.Dir(file), manage: file, shown: file})
		}
	}
	return found
}

// served are the folders from which the settings of a wsgi.py or asgi.py are imported.
func served(p *parser) []layout {
	var found []layout
	for _, file := range p.tree.Named("wsgi.py", "asgi.py") {
		f, ok := p.tree.Read(file)
		if !ok || !f.ContainsAny("django", "DJANGO") {
			continue
		}
		found = addLayout(found, layout{root: importRootOf(p, file), shown: file})
	}
	return found
}

// settled are the folders from which modules that look like settings are imported.
func settled(p *parser) []layout {
	var found []layout
	for _, file := range p.tree.WithExt(".py") {
		f, ok := p.tree.Read(file)
		if !ok || !f.ContainsAny("INSTALLED_APPS", "ROOT_URLCONF") {
			continue
		}
		if m, ok := p.parse(file); ok && assignsSettings(m.Body) {
			found = addLayout(found, layout{root: importRootOf(p, file), shown: file})
		}
	}
	return found
}

// addLayout keeps one layout for each folder, and none below another.
func addLayout(list []layout, l layout) []layout {
	for _, other := range list {
		if other.root == l.root || other.root == "." || strings.HasPrefix(l.root, other.root+"/") {
			return list
		}
	}
	return append(list, l)
}

// importRootOf is the folder above the outermost package that a file stands in: what must be on sys.path to import it. Where the
// file names a settings module, the folder in which that module is found.
func importRootOf(p *parser, file string) string {
	dir := path.Dir(file)
	if m, ok := p.parse(file); ok {
		for at := dir; ; at = path.Dir(at) {
			for _, s := range settingsNamed(m, nil) {
				if _, _, _, ok := newIndex(p, []string{at}).locate(s.module); ok {
					return at
				}
			}
			if at == "." {
				break
			}
		}
	}
	for dir != "." && p.tree.IsFile(path.Join(dir, "__init__.py")) {
		dir = path.Dir(dir)
	}
	if base := path.Base(dir); dir != "." && (base == "settings" || base == "config") && path.Base(file) != "wsgi.py" && path.Base(file) != "asgi.py" {
		dir = path.Dir(dir) // settings/production.py without __init__.py
	}
	return dir
}

// remoteness counts the folders of a path that say that what is in them is not the product: tests, examples, documentation, templates.
func remoteness(file string) int {
	n := 0
	for _, segment := range strings.Split(path.Dir(file), "/") {
		if isAside(segment) {
			n++
		}
	}
	return n
}

// isAside reports whether a folder by that name holds tests, examples, documentation or templates of projects.
func isAside(segment string) bool {
	if strings.Contains(segment, "{{") {
		return true
	}
	switch word := strings.ToLower(strings.Trim(segment, "._-")); word {
	case "test", "tests", "testing", "test_project", "testproject", "testapp", "tests_app", "example", "examples", "example_project",
		"sample", "samples", "demo", "demos", "doc", "docs", "sandbox", "project_template", "templates", "fixtures", "benchmarks",
		"cookiecutter", "tutorial", "tutorials", "playground", "spike", "archive", "vendor", "third_party":
		return true
	}
	return false
}

// importRoots are the folders of the tree that Python imports the project's modules from, in the order of sys.path.
func (l layout) importRoots(p *parser, d *deploy.Deployment) []string {
	roots := []string{l.root}
	add := func(dir string) {
		if dir = path.Clean(dir); p.tree.IsDir(dir) && !slices.Contains(roots, dir) {
			roots = append(roots, dir)
		}
	}
	for _, dir := range l.pathAdditions(p) {
		add(dir)
	}
	for _, dir := range pythonPath(p.tree, l.root, d) {
		add(dir)
	}
	for _, dir := range []string{path.Join(l.root, "src"), path.Join(l.root, ".."), "src", "."} {
		if dir == ".." {
			continue
		}
		if !p.tree.IsFile(path.Join(dir, "__init__.py")) {
			add(dir)
		}
	}
	return roots
}

// pathAdditions are the folders that entry points and settings put on sys.path, where that can be followed.
func (l layout) pathAdditions(p *parser) []string {
	var dirs []string
	for _, file := range p.tree.Under(l.root) {
		if !strings.HasSuffix(file, ".py") || strings.Count(file, "/") > strings.Count(l.root, "/")+5 {
			continue
		}
		if base := path.Base(file); base != "manage.py" && base != "wsgi.py" && base != "asgi.py" && !strings.Contains(file, "settings") && !strings.Contains(file, "conf") {
			continue
		}
		if f, ok := p.tree.Read(file); !ok || !f.Contains("sys.path") {
			continue
		}
		if m, ok := p.parse(file); ok {
			dirs = append(dirs, sysPathIn(m, l.root)...)
		}
	}
	return dirs
}

// sysPathIn are the folders of sys.path.append(x) and sys.path.insert(0, x).
func sysPathIn(m *syntax.Module, cwd string) []string {
	var dirs []string
	known := newPaths(m, cwd)
	syntax.InspectBody(m.Body, func(n syntax.Node) bool {
		call, ok := n.(*syntax.Call)
		if !ok || len(call.Args) == 0 {
			return true
		}
		method, ok := call.Func.(*syntax.Attribute)
		if !ok || dottedText(method.Value) != "sys.path" || method.Attr != "append" && method.Attr != "insert" {
			return true
		}
		if dir, ok := known.eval(call.Args[len(call.Args)-1]); ok {
			dirs = append(dirs, dir)
		}
		return true
	})
	return dirs
}

// pythonPath are the folders of the tree that PYTHONPATH of production processes names, seen through the paths of a container:
// the longest end of a path that is a folder of the tree.
func pythonPath(tree *source.Tree, root string, d *deploy.Deployment) []string {
	var dirs []string
	if d == nil {
		return nil
	}
	for _, process := range d.Processes {
		v, ok := process.Lookup("PYTHONPATH")
		if !ok || !v.Given {
			continue
		}
		for _, entry := range strings.Split(v.Value, ":") {
			parts := strings.Split(strings.Trim(path.Clean(entry), "/"), "/")
			for i := range parts {
				tail := path.Join(parts[i:]...)
				if in := path.Join(root, tail); tail != "." && tree.IsDir(in) {
					dirs = append(dirs, in)
					break
				}
				if tail != "." && tree.IsDir(tail) {
					dirs = append(dirs, tail)
					break
				}
			}
		}
	}
	return dirs
}

// dottedText is a chain of names as written, "" for anything else.
func dottedText(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID
	case *syntax.Attribute:
		if left := dottedText(e.Value); left != "" {
			return left + "." + e.Attr
		}
	}
	return ""
}
