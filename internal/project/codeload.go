package project

import (
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// startCode parses the project's Python beside the rest of the loading.
func startCode(x *index, l layout, all []layout) *pending[*Code] {
	return start(func() *Code {
		own, rest := divide(x, l, all)
		code := &Code{Modules: parseModules(x, own)}
		code.adopt(x, rest)
		slices.SortFunc(code.Modules, func(a, b *CodeModule) int { return strings.Compare(a.Syntax.File.Path, b.Syntax.File.Path) })
		return code
	})
}

// divide tells the files of the project's folder and import roots from those elsewhere in the tree, which belong to it only
// where it imports them. Files of other Django projects belong to those.
func divide(x *index, l layout, all []layout) (own, rest []string) {
	for _, file := range x.tree.WithExt(".py") {
		if belongsToOther(file, l, all) {
			continue
		}
		if within(file, l.root) || slices.ContainsFunc(x.roots, func(r string) bool { return r != "." && !strings.HasPrefix(l.root, r+"/") && within(file, r) }) {
			own = append(own, file)
		} else {
			rest = append(rest, file)
		}
	}
	return own, rest
}

func within(file, dir string) bool { return dir == "." || strings.HasPrefix(file, dir+"/") }

// belongsToOther reports whether a deeper project's folder than the chosen one's holds the file.
func belongsToOther(file string, l layout, all []layout) bool {
	for _, other := range all {
		if other.root != l.root && other.root != "." && within(file, other.root) && !within(l.root+"/x", other.root) {
			return true
		}
	}
	return false
}

// adopt adds packages outside the project's folder that its modules import, and what these import, and so on.
func (c *Code) adopt(x *index, rest []string) {
	byTop := make(map[string][]string)
	for _, file := range rest {
		if dotted, _, ok := x.dotted(file); ok {
			top, _, _ := strings.Cut(dotted, ".")
			byTop[top] = append(byTop[top], file)
		}
	}
	for from := 0; from < len(c.Modules) && len(byTop) > 0; {
		var files []string
		for _, m := range c.Modules[from:] {
			for _, i := range m.Imports {
				top, _, _ := strings.Cut(i.Dotted, ".")
				files = append(files, byTop[top]...)
				delete(byTop, top)
			}
		}
		from = len(c.Modules)
		slices.Sort(files)
		c.Modules = append(c.Modules, parseModules(x, files)...)
	}
}

// parseModules parses files, several at a time, in the order of the paths.
func parseModules(x *index, files []string) []*CodeModule {
	modules := make([]*CodeModule, len(files))
	next := make(chan int, len(files))
	for i := range files {
		next <- i
	}
	close(next)
	var running sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		running.Go(func() {
			for i := range next {
				modules[i] = codeModule(x, files[i])
			}
		})
	}
	running.Wait()
	return slices.DeleteFunc(modules, func(m *CodeModule) bool { return m == nil })
}

// codeModule is one file with what it imports; nil when it could not be read. Tests are neither read nor parsed: they are most of the
// code of a large project, and no question is about what stands in them.
func codeModule(x *index, file string) *CodeModule {
	dotted, isPackage, _ := x.dotted(file)
	if isTestFile(file) {
		return &CodeModule{Dotted: dotted, Test: true, Syntax: &syntax.Module{File: source.NewFile(file, nil)}}
	}
	m, ok := x.parse(file)
	if !ok {
		return nil
	}
	imports := importsOf(m, dotted, isPackage)
	return &CodeModule{
		Dotted: dotted, Syntax: m, Other: isOtherFile(file, m.File.Data),
		Imports: imports, packages: topPackages(imports),
	}
}

// topPackages are the first parts of imported names, each once.
func topPackages(imports []Import) (tops []string) {
	for _, i := range imports {
		if top, _, _ := strings.Cut(i.Dotted, "."); !slices.Contains(tops, top) {
			tops = append(tops, top)
		}
	}
	return tops
}

// importsOf are the absolute names that a module imports, wherever the statement stands.
func importsOf(m *syntax.Module, dotted string, isPackage bool) []Import {
	var found []Import
	syntax.InspectBody(m.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case syntax.Expr:
			return false
		case *syntax.Import:
			for _, a := range n.Names {
				found = append(found, Import{Dotted: a.Name, At: m.Span(a)})
			}
		case *syntax.ImportFrom:
			from := resolve.Absolute(dotted, isPackage, n)
			for _, a := range n.Names {
				found = append(found, Import{Dotted: strings.TrimPrefix(from+"."+a.Name, "."), At: m.Span(a)})
			}
		}
		return true
	})
	return found
}

// diagnostics are the syntax errors of the project's code, tests and the like left out.
func (c *Code) diagnostics() []source.Diagnostic {
	var all []source.Diagnostic
	for _, m := range c.Modules {
		if m.Test || m.Other {
			continue
		}
		for _, d := range m.Syntax.Diagnostics {
			if d.Since == 0 {
				all = append(all, source.Diagnostic{At: m.Syntax.Span(d), Message: d.Message})
			}
		}
	}
	return all
}

// isPackageFile reports whether a path is a package's __init__.py.
func isPackageFile(file string) bool { return path.Base(file) == "__init__.py" }
