package project

import (
	"slices"
	"strings"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Definition is the place at which the project defines a name. Exactly one of Function, Class and Other is set.
type Definition struct {
	Module   *CodeModule
	Function *syntax.FunctionDef
	Class    *syntax.ClassDef
	Other    syntax.Stmt // an assignment, or an import from outside the project
	// Outside is the dotted name that Other imports, "" when it is no import.
	Outside string
}

// At is the definition's place.
func (d Definition) At() source.Span {
	switch {
	case d.Function != nil:
		return d.Module.Syntax.Span(d.Function)
	case d.Class != nil:
		return d.Module.Syntax.Span(d.Class)
	case d.Other != nil:
		return d.Module.Syntax.Span(d.Other)
	}
	return source.Span{}
}

// Module is the parsed module of a dotted name.
func (c *Code) Module(dotted string) (*CodeModule, bool) {
	if c == nil {
		return nil, false
	}
	m, ok := c.graph().byName[dotted]
	return m, ok
}

// Owns reports whether the first part of a dotted name is a package or module of the project.
func (c *Code) Owns(dotted string) bool { return c != nil && c.graph().Owns(dotted) }

// maxHops bounds how many bases are followed.
const maxHops = 20

// search is one query for a definition: what it has found so far by dotted name, so that each name is looked for once.
// A name that is still being looked for is not found, which ends cycles of imports.
type search struct {
	code  *Code
	known map[string]lookup
}

type lookup struct {
	definition Definition
	ok         bool
}

// Define finds what a dotted name ("shop.views.csrf_failure") stands for, through the project's own re-exports.
// ok is false when the project does not define it.
func (c *Code) Define(dotted string) (Definition, bool) {
	if c == nil {
		return Definition{}, false
	}
	if l, asked := c.defined.Load(dotted); asked {
		return l.(lookup).definition, l.(lookup).ok
	}
	d, ok := search{code: c, known: make(map[string]lookup)}.define(dotted)
	c.defined.Store(dotted, lookup{d, ok})
	return d, ok
}

func (q search) define(dotted string) (Definition, bool) {
	if l, asked := q.known[dotted]; asked {
		return l.definition, l.ok
	}
	q.known[dotted] = lookup{}
	dot := strings.LastIndexByte(dotted, '.')
	if dot < 0 {
		return Definition{}, false
	}
	m, ok := q.code.Module(dotted[:dot])
	if !ok {
		return Definition{}, false
	}
	d, ok := q.defineIn(m, dotted[dot+1:])
	q.known[dotted] = lookup{d, ok}
	return d, ok
}

// defineIn finds a global name of a module: the last statement that binds it, in any branch.
func (q search) defineIn(m *CodeModule, name string) (Definition, bool) {
	var found Definition
	var ok bool
	eachTopLevel(m.Syntax.Body, func(s syntax.Stmt) {
		d := Definition{Module: m}
		switch s := s.(type) {
		case *syntax.FunctionDef:
			if s.Name != name {
				return
			}
			d.Function = s
		case *syntax.ClassDef:
			if s.Name != name {
				return
			}
			d.Class = s
		case *syntax.Assign:
			if !bindsName(s.Targets, name) {
				return
			}
			d.Other = s
		case *syntax.AnnAssign:
			if s.Value == nil || !bindsName([]syntax.Expr{s.Target}, name) {
				return
			}
			d.Other = s
		case *syntax.ImportFrom:
			imported, bound := q.defineImported(m, s, name)
			if !bound {
				return
			}
			d = imported
		default:
			return
		}
		found, ok = d, true
	})
	return found, ok
}

// defineImported follows `from x import name`; bound is false when the statement does not bind the name.
func (q search) defineImported(m *CodeModule, s *syntax.ImportFrom, name string) (d Definition, bound bool) {
	from := m.absolute(s)
	for _, alias := range s.Names {
		if alias.Name == "*" {
			if d, ok := q.define(from + "." + name); ok {
				return d, true
			}
			continue
		}
		if alias.AsName != name && (alias.AsName != "" || alias.Name != name) {
			continue
		}
		if d, ok := q.define(from + "." + alias.Name); ok {
			return d, true
		}
		return Definition{Module: m, Other: s, Outside: from + "." + alias.Name}, true
	}
	return Definition{}, false
}

// absolute is the dotted name of the module that an ImportFrom reads.
func (m *CodeModule) absolute(s *syntax.ImportFrom) string {
	return resolve.Absolute(m.Dotted, isPackageFile(m.Syntax.File.Path), s)
}

// Inherits reports whether a class of the project has a class, by its dotted name, among its ancestors.
// It is false when the bases lead to a package outside the project that is not base itself.
func (c *Code) Inherits(class, base string) bool { return slices.Contains(c.Ancestors(class), base) }

// Ancestors are the dotted names of the classes from which a class of the project inherits, nearest first, those outside the project included;
// nil when the project does not define the class.
func (c *Code) Ancestors(class string) []string {
	d, ok := c.Define(class)
	if !ok || d.Class == nil {
		return nil
	}
	return c.ancestors(d, nil)
}

func (c *Code) ancestors(d Definition, found []string) []string {
	var parents []Definition
	for _, b := range d.Class.Bases {
		name := c.Refer(d.Module, b)
		parent, ok := c.Define(name)
		if ok && parent.Outside != "" {
			name = parent.Outside
		}
		if name == "" || slices.Contains(found, name) || len(found) >= maxHops {
			continue
		}
		found = append(found, name)
		if ok && parent.Class != nil {
			parents = append(parents, parent)
		}
	}
	for _, parent := range parents {
		found = c.ancestors(parent, found)
	}
	return found
}

// Refer is the dotted name that a name or an attribute chain stands for at its place in a module, through imports, aliases and the
// project's re-exports; "" where it cannot be known. See resolve.Module.
func (c *Code) Refer(m *CodeModule, e syntax.Expr) string {
	if c == nil {
		return ""
	}
	if named, ok := c.graph().byModule[m]; ok {
		dotted, _ := named.Resolve(e)
		return dotted
	}
	return ""
}

func bindsName(targets []syntax.Expr, name string) bool {
	for _, t := range targets {
		if n, ok := t.(*syntax.Name); ok && n.ID == name {
			return true
		}
	}
	return false
}

// eachTopLevel visits the statements of a module that run when it is imported, branches included, but not the bodies of functions and classes.
func eachTopLevel(body []syntax.Stmt, visit func(syntax.Stmt)) {
	for _, s := range body {
		visit(s)
		switch s := s.(type) {
		case *syntax.If:
			eachTopLevel(s.Body, visit)
			eachTopLevel(s.Orelse, visit)
		case *syntax.Try:
			eachTopLevel(s.Body, visit)
			for _, h := range s.Handlers {
				eachTopLevel(h.Body, visit)
			}
			eachTopLevel(s.Orelse, visit)
			eachTopLevel(s.Finalbody, visit)
		case *syntax.With:
			eachTopLevel(s.Body, visit)
		}
	}
}
