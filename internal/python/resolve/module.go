// Package resolve tells what a name in Python code refers to, as a dotted path: through scopes, imports, aliases, star imports
// and the re-exports of the project's own packages.
package resolve

import (
	"strings"
	"sync"

	"gonogo/internal/python/syntax"
)

// Module is one parsed file by the name under which it is imported. It is safe for concurrent use.
type Module struct {
	Dotted  string // "shop.models"; for a package its name, "shop"
	Package bool   // the file is an __init__.py
	Syntax  *syntax.Module

	graph *Graph
	once  sync.Once
	root  *scope
}

// scopes builds the module's scopes on first use.
func (m *Module) scopes() *scope {
	m.once.Do(func() {
		m.root = &scope{}
		b := binder{module: m, scope: m.root}
		b.body(m.Syntax.Body)
	})
	return m.root
}

// absolute is the dotted name of the module that an ImportFrom reads (Language Reference, 5.7).
func (m *Module) absolute(s *syntax.ImportFrom) string { return Absolute(m.Dotted, m.Package, s) }

// Absolute is the dotted name of the module that `from x import` in a module reads (Language Reference, 5.7).
// A relative import that leads above the top gives what is behind the dots.
func Absolute(module string, isPackage bool, s *syntax.ImportFrom) string {
	if s.Level == 0 {
		return s.Module
	}
	parts := strings.Split(module, ".")
	up := s.Level
	if isPackage {
		up--
	}
	return join(strings.Join(parts[:max(len(parts)-up, 0)], "."), s.Module)
}

// budget bounds how many imports and aliases are followed for one question; imports can go round in circles.
type budget struct{ left int }

func newBudget() *budget { return &budget{left: 200} }

// spend takes one step; it is false when none is left.
func (b *budget) spend() bool {
	b.left--
	return b.left >= 0
}

// Resolve is the dotted path that a name or an attribute chain of this module stands for, at its place in the text, with imports and
// re-exports followed to where the thing is defined: "django.core.mail.send_mail", "shop.models.Order", "builtins.open".
// ok is false where it cannot be known: parameters, local variables, attributes of values, names from foreign star imports.
func (m *Module) Resolve(e syntax.Expr) (dotted string, ok bool) { return m.resolve(e, newBudget()) }

func (m *Module) resolve(e syntax.Expr, steps *budget) (string, bool) {
	if !steps.spend() {
		return "", false
	}
	switch e := e.(type) {
	case *syntax.Name:
		return m.resolveName(m.scopes().at(e.Start), e.ID, steps)
	case *syntax.Attribute:
		left, ok := m.resolve(e.Value, steps)
		if !ok {
			return "", false
		}
		return m.graph.follow(left+"."+e.Attr, steps), true
	}
	return "", false
}

// resolveName is what a name stands for in a scope.
func (m *Module) resolveName(in *scope, name string, steps *budget) (string, bool) {
	b, where, ok := in.lookup(name)
	switch {
	case ok && b.dotted != "" && !b.imported:
		return b.dotted, true // defined here: it leads nowhere further
	case ok && b.dotted != "":
		return m.graph.follow(b.dotted, steps), true
	case ok && b.value != nil && where.parent == nil:
		if dotted, ok := m.alias(b.value, steps); ok {
			return dotted, true
		}
		return join(m.Dotted, name), true
	case ok && where.parent == nil:
		return join(m.Dotted, name), true
	case ok:
		return "", false
	}
	if dotted, ok := m.fromStars(name, steps); ok {
		return dotted, true
	}
	if len(m.scopes().stars) == 0 && isBuiltin(name) {
		return "builtins." + name, true
	}
	return "", false
}

// alias follows `name = other.thing` where the other thing is one of a module.
func (m *Module) alias(value syntax.Expr, steps *budget) (string, bool) {
	switch value.(type) {
	case *syntax.Name, *syntax.Attribute:
		return m.resolve(value, steps)
	}
	return "", false
}

// fromStars looks for a name in the project's modules that this one star-imports, the last first.
func (m *Module) fromStars(name string, steps *budget) (string, bool) {
	stars := m.scopes().stars
	for i := len(stars) - 1; i >= 0 && steps.spend(); i-- {
		source, ok := m.graph.Module(stars[i])
		if !ok {
			continue
		}
		if dotted, ok := source.export(name, steps); ok {
			return dotted, true
		}
	}
	return "", false
}

// export is what a global name of the module stands for; ok is false when the module does not bind it.
func (m *Module) export(name string, steps *budget) (string, bool) {
	if !steps.spend() {
		return "", false
	}
	if _, ok := m.scopes().names.get(name); ok {
		return m.resolveName(m.scopes(), name, steps)
	}
	return m.fromStars(name, steps)
}

func firstPart(dotted string) string {
	first, _, _ := strings.Cut(dotted, ".")
	return first
}

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + "." + b
}

// isBuiltin reports whether a name is one of the builtin functions that questions are asked about; others stay unresolved.
// Source: https://docs.python.org/3/library/functions.html
func isBuiltin(name string) bool {
	switch name {
	case "abs", "all", "any", "bool", "breakpoint", "bytes", "callable", "chr", "compile", "dict", "dir", "enumerate", "eval", "exec",
		"filter", "float", "format", "frozenset", "getattr", "globals", "hasattr", "hash", "id", "input", "int", "isinstance", "issubclass",
		"iter", "len", "list", "locals", "map", "max", "min", "next", "object", "open", "ord", "pow", "print", "property", "range", "repr",
		"reversed", "round", "set", "setattr", "sorted", "staticmethod", "classmethod", "str", "sum", "super", "tuple", "type", "vars", "zip", "__import__":
		return true
	}
	return false
}
