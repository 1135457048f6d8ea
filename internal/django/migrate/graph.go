package migrate

import (
	"slices"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/source"
)

// Graph is the order of migrations: which one needs which.
// Source: django/db/migrations/graph.py and loader.py.
type Graph struct {
	nodes map[Key]*node
	// Replaced are the migrations that a squashed one stands for; they are no nodes.
	Replaced map[Key]Key
	// Missing are dependencies that do not exist.
	Missing []Missing
	// Cycle is a circle of dependencies, nil when there is none.
	Cycle []Key
	// Unknown says why an edge may lack, "" when none does.
	Unknown string
}

type node struct {
	key               Key
	parents, children map[Key]bool
}

// Missing is a dependency that does not exist.
type Missing struct {
	Of   *Migration
	On   Key
	At   source.Span
	Text string // why, one clause
}

func newGraph(m *Migrations, models *orm.Models) *Graph {
	g := &Graph{nodes: map[Key]*node{}, Replaced: map[Key]Key{}}
	keys := m.sorted()
	for _, key := range keys {
		g.nodes[key] = &node{key, map[Key]bool{}, map[Key]bool{}}
		if x := m.All[key]; x.Unlinked != "" && g.Unknown == "" {
			g.Unknown = x.String() + ": " + x.Unlinked
		}
	}
	for _, key := range keys { // within applications first: __first__ needs them
		for _, d := range m.All[key].Dependencies {
			if d.App == key.App && d.Name != "__first__" {
				g.link(m, models, key, d, false)
			}
		}
	}
	for _, key := range keys {
		for _, d := range m.All[key].Dependencies {
			if d.App != key.App {
				g.link(m, models, key, d, false)
			}
		}
		for _, d := range m.All[key].RunBefore {
			g.link(m, models, key, d, true)
		}
	}
	for _, key := range keys {
		if x := m.All[key]; len(x.Replaces) > 0 {
			g.replace(key, x.Replaces)
		}
	}
	g.keepMissing(m)
	g.findCycle()
	return g
}

// sorted are the keys of all migrations in order.
func (m *Migrations) sorted() []Key {
	keys := make([]Key, 0, len(m.All))
	for key := range m.All {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, Key.compare)
	return keys
}

func (k Key) compare(other Key) int {
	if c := strings.Compare(k.App, other.App); c != 0 {
		return c
	}
	return strings.Compare(k.Name, other.Name)
}

// link adds an edge: child needs d, or d needs child where before is true.
func (g *Graph) link(m *Migrations, models *orm.Models, child Key, d Dependency, before bool) {
	target := d.Key
	if target.Name == "__first__" || target.Name == "__latest__" {
		ends := g.ends(target.App, target.Name == "__first__")
		if len(ends) == 0 {
			if reason := absentApp(m, models, target.App); reason != "" {
				g.Missing = append(g.Missing, Missing{m.All[child], target, d.At, reason})
			}
			return
		}
		target = ends[0]
	}
	other := g.nodes[target]
	if other == nil {
		if reason := absent(m, models, target); reason != "" {
			g.Missing = append(g.Missing, Missing{m.All[child], target, d.At, reason})
		}
		return
	}
	self := g.nodes[child]
	if before {
		self, other = other, self
	}
	self.parents[other.key], other.children[self.key] = true, true
}

// absent says why a migration does not exist; "" when it may.
func absent(m *Migrations, models *orm.Models, key Key) string {
	a := m.App(key.App)
	if a == nil {
		return absentApp(m, models, key.App)
	}
	if a.Unknown != "" {
		return ""
	}
	if a.Unmigrated {
		return "the application " + key.App + " has no migrations"
	}
	return "the application " + key.App + " has no migration of that name"
}

// absentApp says why an application does not exist; "" when it may.
func absentApp(m *Migrations, models *orm.Models, label string) string {
	if a := m.App(label); a != nil || models.Undecided[""] != "" {
		return ""
	}
	for _, app := range models.Apps {
		if app.Unknown != "" || app.Label == label {
			return ""
		}
	}
	return "no application in INSTALLED_APPS has the label " + label
}

// ends are the roots or leaves of an application, sorted by name.
func (g *Graph) ends(app string, roots bool) []Key {
	var out []Key
	for key, n := range g.nodes {
		if key.App != app {
			continue
		}
		inner := n.children
		if roots {
			inner = n.parents
		}
		if !hasApp(inner, app) {
			out = append(out, key)
		}
	}
	slices.SortFunc(out, Key.compare)
	return out
}

func hasApp(keys map[Key]bool, app string) bool {
	for k := range keys {
		if k.App == app {
			return true
		}
	}
	return false
}

// Leaves are the migrations of an application on which none of it depends, sorted.
func (g *Graph) Leaves(app string) []Key { return g.ends(app, false) }

// replace puts a squashed migration in place of those that it stands for.
func (g *Graph) replace(key Key, replaced []Key) {
	self := g.nodes[key]
	if self == nil {
		return
	}
	among := map[Key]bool{}
	for _, k := range replaced {
		among[k] = true
	}
	for k := range among {
		n := g.nodes[k]
		g.Replaced[k] = key
		if n == nil || n == self {
			continue
		}
		delete(g.nodes, k)
		for c := range n.children {
			if child := g.nodes[c]; child != nil {
				delete(child.parents, k)
				if !among[c] {
					child.parents[key], self.children[c] = true, true
				}
			}
		}
		for p := range n.parents {
			if parent := g.nodes[p]; parent != nil {
				delete(parent.children, k)
				if !among[p] {
					self.parents[p], parent.children[key] = true, true
				}
			}
		}
	}
}

// keepMissing forgets what only replaced migrations lack, and what a squashed one replaces.
func (g *Graph) keepMissing(m *Migrations) {
	g.Missing = slices.DeleteFunc(g.Missing, func(x Missing) bool {
		if to, ok := g.Replaced[x.On]; ok && g.nodes[to] != nil {
			self := g.nodes[x.Of.Key]
			if self != nil && to != x.Of.Key {
				self.parents[to], g.nodes[to].children[self.key] = true, true
			}
			return true
		}
		return g.nodes[x.Of.Key] == nil
	})
}

// findCycle looks for a circle.
func (g *Graph) findCycle() {
	const (
		open = iota + 1
		done
	)
	marks := map[Key]int{}
	keys := g.keys()
	for _, start := range keys {
		if marks[start] != 0 {
			continue
		}
		path := []Key{start}
		marks[start] = open
		for len(path) > 0 {
			top := path[len(path)-1]
			next, found := g.unvisited(top, marks)
			switch {
			case !found:
				marks[top] = done
				path = path[:len(path)-1]
			case marks[next] == open:
				g.Cycle = slices.Clone(path[slices.Index(path, next):])
				return
			default:
				marks[next] = open
				path = append(path, next)
			}
		}
	}
}

// unvisited is a child that is not done, one that is open first.
func (g *Graph) unvisited(key Key, marks map[Key]int) (next Key, found bool) {
	for _, c := range sortedKeys(g.nodes[key].children) {
		if marks[c] == 1 {
			return c, true
		}
		if marks[c] == 0 && !found {
			next, found = c, true
		}
	}
	return next, found
}

func (g *Graph) keys() []Key {
	out := make([]Key, 0, len(g.nodes))
	for k := range g.nodes {
		out = append(out, k)
	}
	slices.SortFunc(out, Key.compare)
	return out
}

func sortedKeys(set map[Key]bool) []Key {
	out := make([]Key, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.SortFunc(out, Key.compare)
	return out
}

// Plan are all migrations in the order in which Django applies them; nil when there is a circle.
func (g *Graph) Plan() []Key {
	if g.Cycle != nil {
		return nil
	}
	var plan []Key
	visited := map[Key]bool{}
	for _, leaf := range g.keys() {
		if hasApp(g.nodes[leaf].children, leaf.App) {
			continue
		}
		g.visit(leaf, visited, &plan)
	}
	return plan
}

// visit is MigrationGraph.iterative_dfs.
func (g *Graph) visit(start Key, visited map[Key]bool, plan *[]Key) {
	type item struct {
		key       Key
		processed bool
	}
	stack := []item{{start, false}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch {
		case visited[top.key]:
		case top.processed:
			visited[top.key] = true
			*plan = append(*plan, top.key)
		default:
			stack = append(stack, item{top.key, true})
			for _, p := range sortedKeys(g.nodes[top.key].parents) {
				stack = append(stack, item{p, false})
			}
		}
	}
}

// Order are the keys of all migrations that are applied: as Django applies them, or by name where there is a circle.
func (m *Migrations) Order() []Key {
	if plan := m.Graph.Plan(); plan != nil {
		return plan
	}
	return m.Graph.keys()
}
