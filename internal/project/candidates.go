package project

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// candidate is a module that has the content of Django settings.
type candidate struct {
	module  string
	file    string
	purpose purpose
	// base says that another candidate builds on it.
	base bool
	// from are the candidates that it builds on, directly or not.
	from []*candidate
	own  bool // assigns INSTALLED_APPS or ROOT_URLCONF itself, not only through what it builds on
}

// inheritsDevelopment is the first development or test module that the candidate builds on, or nil.
func (c *candidate) inheritsDevelopment() *candidate {
	for _, from := range c.from {
		if from.purpose == forDevelopment || from.purpose == forTests {
			return from
		}
	}
	return nil
}

// findCandidates are the settings modules below a project's folder and import roots, ordered by how likely they are production.
func findCandidates(x *index, l layout, all []layout) []*candidate {
	s := scanner{x: x, seen: make(map[string]*content)}
	platforms := platformsOf(x.tree)
	isPackage := func(dir string) bool { return x.tree.IsFile(path.Join(l.root, dir, "__init__.py")) }
	byFile := make(map[string]*candidate)
	var found []*candidate
	for _, file := range x.tree.WithExt(".py") {
		if belongsToOther(file, l, all) || !couldBeSettings(x, file) {
			continue
		}
		module, _, ok := x.dotted(file)
		if !ok || !s.content(file).whole {
			continue
		}
		c := &candidate{module: module, file: file, purpose: purposeOf(module, relativeTo(l.root, file), platforms, isPackage), own: s.content(file).own}
		byFile[file] = c
		found = append(found, c)
	}
	for _, c := range found {
		for _, file := range s.closure(c.file) {
			if base := byFile[file]; base != nil {
				base.base = true
				c.from = append(c.from, base)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(strings.Count(a.module, "."), strings.Count(b.module, ".")), cmp.Compare(a.module, b.module))
	})
	return found
}

// relativeTo is a path below a folder as seen from it; other paths stay.
func relativeTo(dir, file string) string {
	if dir == "." {
		return file
	}
	return strings.TrimPrefix(file, dir+"/")
}

// rank orders candidates by likelihood, the likeliest first.
func (c *candidate) rank() int {
	n := map[purpose]int{forProduction: 0, forPlatform: 2, anyPurpose: 4, forOtherPlatform: 6, forStaging: 8, forDevelopment: 10, forTests: 12, forExample: 14}[c.purpose]
	if c.base {
		n++
	}
	if n < 8 && c.inheritsDevelopment() != nil {
		n += 5
	}
	return n
}

// couldBeSettings looks for the words without which a file cannot be settings, before it is parsed.
func couldBeSettings(x *index, file string) bool {
	if isTestFile(file) && !namesSettings(file) {
		return false
	}
	f, ok := x.tree.Read(file)
	if !ok {
		return false
	}
	return f.ContainsAny("INSTALLED_APPS", "ROOT_URLCONF", "DjangoDynaconf", "import *") || namesSettings(file) && f.ContainsAny("include(", "class ")
}

// namesSettings reports whether a file's path speaks of settings or configuration.
func namesSettings(file string) bool {
	return strings.Contains(file, "settings") || strings.Contains(file, "conf")
}

// content is what a file has of settings.
type content struct {
	own   bool     // it assigns INSTALLED_APPS or ROOT_URLCONF, in the module or in a class
	whole bool     // it has them, by itself or through what it builds on
	from  []string // files of the project that it star-imports, includes, or takes classes of settings from
	done  bool
}

// scanner reads what files have of settings, each once.
type scanner struct {
	x    *index
	seen map[string]*content
}

func (s *scanner) content(file string) *content {
	if c := s.seen[file]; c != nil {
		return c // also while it is being read: modules can import each other
	}
	c := &content{}
	s.seen[file] = c
	m, ok := s.x.parse(file)
	if !ok {
		return c
	}
	c.own = assignsSettings(m.Body)
	c.from = s.builtOn(m)
	c.whole = c.own
	for _, f := range c.from {
		if s.content(f).whole {
			c.whole = true
		}
	}
	c.done = true
	return c
}

// closure are the files that a file builds on, directly or not, without itself.
func (s *scanner) closure(file string) []string {
	var all []string
	seen := map[string]bool{file: true}
	var visit func(string)
	visit = func(f string) {
		for _, next := range s.content(f).from {
			if !seen[next] {
				seen[next] = true
				all = append(all, next)
				visit(next)
			}
		}
	}
	visit(file)
	return all
}

// assignsSettings reports whether code at the top level, or a class at the top level, gives INSTALLED_APPS or ROOT_URLCONF a value.
func assignsSettings(body []syntax.Stmt) bool {
	found := false
	eachTopLevel(body, func(s syntax.Stmt) {
		switch s := s.(type) {
		case *syntax.Assign:
			for _, t := range s.Targets {
				found = found || isWholeName(targetName(t))
			}
			if call, ok := s.Value.(*syntax.Call); ok && lastName(call.Func) == "DjangoDynaconf" {
				found = true
			}
		case *syntax.AnnAssign:
			found = found || s.Value != nil && isWholeName(targetName(s.Target))
		case *syntax.ClassDef:
			found = found || classAssigns(s)
		}
	})
	return found
}

// classAssigns reports whether a class has the settings as attributes or properties.
func classAssigns(c *syntax.ClassDef) bool {
	for _, s := range c.Body {
		switch s := s.(type) {
		case *syntax.FunctionDef:
			if isWholeName(s.Name) {
				return true
			}
		case *syntax.Assign:
			for _, t := range s.Targets {
				if isWholeName(targetName(t)) {
					return true
				}
			}
		case *syntax.AnnAssign:
			if s.Value != nil && isWholeName(targetName(s.Target)) {
				return true
			}
		}
	}
	return false
}

// targetName is the global name that an assignment gives a value: X, globals()["X"], locals()["X"]; "" for anything else.
func targetName(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID
	case *syntax.Subscript:
		call, ok := e.Value.(*syntax.Call)
		if !ok {
			return ""
		}
		switch lastName(call.Func) {
		case "globals", "locals", "vars":
			key, _ := constantText(e.Slice)
			return key
		}
	}
	return ""
}

func isWholeName(name string) bool { return name == "INSTALLED_APPS" || name == "ROOT_URLCONF" }

// builtOn are the files whose names a settings file takes over.
func (s *scanner) builtOn(m *syntax.Module) []string {
	module, isPackage, ok := s.x.dotted(m.File.Path)
	if !ok {
		module = ""
	}
	var files []string
	add := func(file string) {
		if file != "" && file != m.File.Path && !slices.Contains(files, file) {
			files = append(files, file)
		}
	}
	bases := baseNames(m.Body)
	eachTopLevel(m.Body, func(st syntax.Stmt) {
		switch st := st.(type) {
		case *syntax.ImportFrom:
			from := resolve.Absolute(module, isPackage, st)
			for _, a := range st.Names {
				if a.Name != "*" && !bases[cmp.Or(a.AsName, a.Name)] {
					continue
				}
				if file, _, _, ok := s.x.locate(from); ok {
					add(file)
				}
			}
		case *syntax.ExprStmt:
			for _, file := range s.included(m, st.Value) {
				add(file)
			}
		}
	})
	return files
}

// baseNames are the names that classes at the top level have as bases.
func baseNames(body []syntax.Stmt) map[string]bool {
	names := make(map[string]bool)
	eachTopLevel(body, func(s syntax.Stmt) {
		if c, ok := s.(*syntax.ClassDef); ok {
			for _, b := range c.Bases {
				if n, ok := b.(*syntax.Name); ok {
					names[n.ID] = true
				}
			}
		}
	})
	return names
}

// included are the files of a call of split-settings' include("base.py", optional("local_*.py")), relative to the including file.
func (s *scanner) included(m *syntax.Module, e syntax.Expr) []string {
	call, ok := e.(*syntax.Call)
	if !ok || lastName(call.Func) != "include" {
		return nil
	}
	var files []string
	for _, arg := range s.includedNames(m, call.Args, 0) {
		for _, file := range s.x.tree.Glob(path.Join(path.Dir(m.File.Path), arg)) {
			if s.x.tree.IsFile(file) {
				files = append(files, file)
			}
		}
	}
	return files
}

// includedNames are the patterns among the arguments of include; lists that are spread over them are followed, and a part of a name that
// is computed matches anything.
func (s *scanner) includedNames(m *syntax.Module, args []syntax.Expr, depth int) []string {
	var names []string
	for _, arg := range args {
		switch a := arg.(type) {
		case *syntax.Constant:
			if a.Kind == syntax.Str && !path.IsAbs(a.Value) {
				names = append(names, a.Value)
			}
		case *syntax.JoinedStr:
			names = append(names, joinedPattern(a))
		case *syntax.Call:
			if lastName(a.Func) == "optional" && depth < 4 {
				names = append(names, s.includedNames(m, a.Args, depth+1)...)
			}
		case *syntax.Starred:
			if list := elementsOf(m, a.Value); depth < 4 {
				names = append(names, s.includedNames(m, list, depth+1)...)
			}
		}
	}
	return names
}

// joinedPattern is an f-string as a pattern of file names.
func joinedPattern(s *syntax.JoinedStr) string {
	var b strings.Builder
	for _, part := range s.Values {
		if text, ok := constantText(part); ok {
			b.WriteString(text)
		} else {
			b.WriteByte('*')
		}
	}
	return b.String()
}

// elementsOf are the elements of a list or tuple that stands there or was assigned to the name at the top level.
func elementsOf(m *syntax.Module, e syntax.Expr) (elements []syntax.Expr) {
	switch e := e.(type) {
	case *syntax.List:
		return e.Elts
	case *syntax.Tuple:
		return e.Elts
	case *syntax.Name:
		eachTopLevel(m.Body, func(s syntax.Stmt) {
			if a, ok := s.(*syntax.Assign); ok && bindsName(a.Targets, e.ID) {
				switch list := a.Value.(type) {
				case *syntax.List:
					elements = list.Elts
				case *syntax.Tuple:
					elements = list.Elts
				}
			}
		})
	}
	return elements
}
