package resolve

import (
	"strings"
	"sync"

	"gonogo/internal/python/syntax"
)

// Graph is the modules of a project by dotted name.
type Graph struct {
	modules map[string]*Module
	tops    map[string]bool
	// followed keeps where paths lead, for those that were followed to their end.
	followed sync.Map
}

// NewGraph joins modules, which it then owns. Of two with one name the first counts; modules without a name can resolve and are not found.
func NewGraph(modules []*Module) *Graph {
	g := &Graph{modules: make(map[string]*Module, len(modules)), tops: make(map[string]bool)}
	for _, m := range modules {
		m.graph = g
		if m.Dotted == "" {
			continue
		}
		if _, twice := g.modules[m.Dotted]; !twice {
			g.modules[m.Dotted] = m
		}
		g.tops[firstPart(m.Dotted)] = true
	}
	return g
}

// Module is the module of a dotted name.
func (g *Graph) Module(dotted string) (*Module, bool) {
	m, ok := g.modules[dotted]
	return m, ok
}

// Owns reports whether the first part of a dotted name is a package or module of the project.
func (g *Graph) Owns(dotted string) bool { return g.tops[firstPart(dotted)] }

// Follow is where a dotted path leads through the project's re-exports: "shop.Order" becomes "shop.models.Order" when the package
// shop imports it. A path that leads nowhere further is returned as it is.
func (g *Graph) Follow(dotted string) string { return g.follow(dotted, newBudget()) }

func (g *Graph) follow(dotted string, steps *budget) string {
	if !steps.spend() || !g.Owns(dotted) {
		return dotted
	}
	if known, ok := g.followed.Load(dotted); ok {
		return known.(string)
	}
	target := g.step(dotted, steps)
	if steps.left > 0 {
		g.followed.Store(dotted, target)
	}
	return target
}

// step follows a path of the project.
func (g *Graph) step(dotted string, steps *budget) string {
	m, rest, ok := g.split(dotted)
	switch {
	case !ok:
		return dotted
	case rest == "":
		return g.rebound(dotted, steps)
	}
	name, tail, _ := strings.Cut(rest, ".")
	target, ok := m.export(name, steps)
	switch next := join(target, tail); {
	case !ok || next == dotted:
		return dotted
	case tail == "":
		return target
	default:
		return g.follow(next, steps)
	}
}

// rebound is what a package gives by the name of a submodule. The import of the submodule binds the name to the module, and an import in
// the package's __init__ from that very submodule (from .celery import app as celery) then binds it to something else (Language Reference, 5.4.2).
func (g *Graph) rebound(module string, steps *budget) string {
	dot := strings.LastIndexByte(module, '.')
	if dot < 0 {
		return module
	}
	p, ok := g.modules[module[:dot]]
	if !ok || !p.Package {
		return module
	}
	b, ok := p.scopes().names.get(module[dot+1:])
	if !ok || !b.imported || !strings.HasPrefix(b.dotted, module+".") {
		return module
	}
	return g.follow(b.dotted, steps)
}

// split finds the longest module that begins a dotted path, and what is behind it.
func (g *Graph) split(dotted string) (m *Module, rest string, ok bool) {
	for at := dotted; ; {
		if m, ok := g.modules[at]; ok {
			return m, strings.TrimPrefix(strings.TrimPrefix(dotted, at), "."), true
		}
		dot := strings.LastIndexByte(at, '.')
		if dot < 0 {
			return nil, "", false
		}
		at = at[:dot]
	}
}

// Definition is where a dotted path is defined in the project: a function, a class, or the module's name for another value (both nil).
type Definition struct {
	Dotted   string // after re-exports
	Module   *Module
	Name     string // behind the module, "Order" or "Order.Meta"
	Function *syntax.FunctionDef
	Class    *syntax.ClassDef
	Value    syntax.Expr // what a plain assignment to the name alone gives it, else nil
}

// Define finds the definition of a dotted path, through re-exports. ok is false when the project does not define it.
func (g *Graph) Define(dotted string) (d Definition, ok bool) {
	dotted = g.Follow(dotted)
	m, rest, ok := g.split(dotted)
	if !ok || rest == "" {
		return Definition{}, false
	}
	d = Definition{Dotted: dotted, Module: m, Name: rest}
	in := m.scopes()
	for rest != "" {
		var name string
		name, rest, _ = strings.Cut(rest, ".")
		b, bound := in.names.get(name)
		if !bound || b.imported {
			return Definition{}, false
		}
		d.Function, d.Class, d.Value = b.function, b.class, b.value
		if rest == "" {
			return d, true
		}
		if b.body == nil {
			return Definition{}, false
		}
		in = b.body
	}
	return Definition{}, false
}

// Ancestors are the dotted names of a class's bases, their bases and so on, each once, nearest first. whole is false when a base could
// not be resolved, or comes from outside the project and can have ancestors that are not known.
func (g *Graph) Ancestors(class string) (names []string, whole bool) {
	whole = true
	seen := map[string]bool{class: true}
	queue := []string{g.Follow(class)}
	for len(queue) > 0 && len(names) < 1000 {
		d, ok := g.Define(queue[0])
		queue = queue[1:]
		if !ok || d.Class == nil {
			whole = false
			continue
		}
		for _, base := range d.Class.Bases {
			dotted, ok := d.Module.Resolve(unsubscripted(base))
			if !ok {
				whole = false
				continue
			}
			if !seen[dotted] {
				seen[dotted] = true
				names = append(names, dotted)
				if dotted != "builtins.object" {
					queue = append(queue, dotted)
				}
			}
		}
	}
	return names, whole
}

// unsubscripted is Base for Base[T].
func unsubscripted(e syntax.Expr) syntax.Expr {
	if s, ok := e.(*syntax.Subscript); ok {
		return s.Value
	}
	return e
}

// Inherits reports whether a class of the project has a class among its ancestors. sure is false when it was not found, and ancestors
// are missing that could be it.
func (g *Graph) Inherits(class string, base string) (yes, sure bool) {
	names, whole := g.Ancestors(class)
	for _, n := range names {
		if n == base {
			return true, true
		}
	}
	return false, whole
}
