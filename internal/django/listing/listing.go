// Package listing tells what serializers, templates and the admin read from each row of the lists that they show, against what the
// queryset of the list fetches.
package listing

import (
	"slices"
	"strings"

	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Kind is what reads the rows.
type Kind uint8

// The kinds of readers.
const (
	Serializer Kind = iota + 1
	Template
	Admin
)

// List is a list of rows that is shown, with the relations that are read from each of them and that its queryset does not fetch.
type List struct {
	Kind  Kind
	View  string         // the view's or the admin class's name, without its module
	Query *queries.Query // what is shown
	At    source.Span    // the place of the fix: the queryset, or the admin class
	Reads []Read         // in order of their paths, each once
	// Kept are the relations which the admin fetches by itself as long as list_select_related names none, and which are read.
	Kept []string
}

// Read is a relation that is read from each row without having been fetched.
type Read struct {
	Path  string      // "customer", "lines__product"
	Many  bool        // the other rows are asked for in a query of their own
	Count bool        // only their number is asked for
	By    string      // what reads it: "OrderSerializer.customer", "orders/list.html"
	At    source.Span // where
}

// Input is what lists are found in.
type Input struct {
	Session   *eval.Session
	Routes    *routes.Routes
	Reader    *queries.Reader
	Templates TemplateFinder
	// Admins are the modules of the applications that the admin imports ("shop.admin").
	Admins []string
	// Version is Django's; unknown where the project does not tell.
	Version knowledge.Version
	// Touch is told of each attribute of a row that a template asks for, where it is not nil.
	Touch func(m *queries.Model, q *queries.Query, name, template string, at source.Span)
}

// Find reads the lists of a project. It must run while the session is held, and its result holds no values of the session.
func Find(in Input) []List {
	f := &finder{Input: in, seen: map[string]bool{}, modules: map[string]eval.Value{}}
	f.views()
	f.admins()
	return f.lists
}

// Visit reads the templates that views render, for Input.Touch alone. It must run while the session is held.
func Visit(in Input) {
	f := &finder{Input: in, seen: map[string]bool{}, modules: map[string]eval.Value{}}
	f.views()
}

type finder struct {
	Input
	lists []List
	seen  map[string]bool // classes that were read
	// modules are those that were imported, the invalid value for one that could not be.
	modules map[string]eval.Value
}

// module imports a module, once also where that fails.
func (f *finder) module(dotted string) eval.Value {
	m, ok := f.modules[dotted]
	if !ok {
		m = f.Session.Import(dotted).Module
		f.modules[dotted] = m
	}
	return m
}

// classOf is the class of a view as the session has it; ok is false where its name stands for something else.
func (f *finder) classOf(d eval.Definition) (class eval.Value, ok bool) {
	if d.Class == nil || d.Module == "" {
		return eval.Value{}, false
	}
	class = undecorated(f.module(d.Module).Attr(d.Class.Name))
	own, ok := class.Definition()
	return class, ok && own.Class == d.Class
}

// undecorated is the class below decorators of packages.
func undecorated(v eval.Value) eval.Value {
	for range 10 {
		s, ok := v.Symbol()
		if v.Kind() == eval.Class || !ok || !s.Func.IsValid() || len(s.Args) != 1 {
			return v
		}
		v = s.Args[0]
	}
	return v
}

// row is what stands for each row of a list, or for what a relation leads to from there.
type row struct {
	model *queries.Model
	path  string // from the rows, "" for a row itself
	known string // the attribute under which it has the row that it came from
}

// step follows a relation.
func (r row) step(s queries.Step) row { return row{s.To, join(r.path, s.Name), s.Known} }

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "__" + name
}

// collector gathers what is read from the rows of one list.
type collector struct {
	*finder
	query *queries.Query
	reads []Read
	// required says that the foreign keys which cannot be null are fetched, as select_related() without a name does.
	required bool
	named    []string // relations that the admin fetches by itself because they are columns
	kept     []string
}

// read notes a relation; fetched ones and those that were noted are left out.
func (c *collector) read(r Read) {
	if c.required && c.query.Model.Required(r.Path) || slices.Contains(c.named, r.Path) {
		if !slices.Contains(c.kept, r.Path) {
			c.kept = append(c.kept, r.Path)
		}
		return
	}
	if c.query.Fetches(r.Path) || slices.ContainsFunc(c.reads, func(o Read) bool { return o.Path == r.Path }) {
		return
	}
	c.reads = append(c.reads, r)
}

// follow reads the relation of a step from a row; it is false where the row has it already.
func (c *collector) follow(from row, s queries.Step, by string, at source.Span) bool {
	if s.Name == from.known {
		return false
	}
	c.read(Read{Path: join(from.path, s.Name), Many: s.Many, By: by, At: at})
	return true
}

// method adds what a method or property of the model reads.
func (c *collector) method(from row, name, by string, at source.Span) {
	if from.model.Generic(name) && !at.IsZero() {
		c.read(Read{Path: join(from.path, name), Many: true, By: by, At: at})
		return
	}
	c.all(from, c.Reader.ReadsOf(from.model, name), by, at)
}

// all adds what a function reads of a row.
func (c *collector) all(from row, reads []queries.RowRead, by string, at source.Span) {
	for _, r := range reads {
		if first, _, _ := strings.Cut(r.Path, "__"); first == from.known {
			continue
		}
		if at.IsZero() {
			at = r.At
		}
		c.read(Read{Path: join(from.path, r.Path), Many: r.Many, Count: r.Count, By: by, At: at})
	}
}

// text adds what str() of a row reads.
func (c *collector) text(from row, by string, at source.Span) { c.method(from, "__str__", by, at) }

// add keeps a list of which anything is read.
func (c *collector) add(kind Kind, view string, at source.Span) {
	if len(c.reads) == 0 {
		return
	}
	slices.SortStableFunc(c.reads, func(a, b Read) int { return strings.Compare(a.Path, b.Path) })
	slices.Sort(c.kept)
	c.lists = append(c.lists, List{Kind: kind, View: view, Query: c.query, At: at, Reads: c.reads, Kept: c.kept})
}

func lastName(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// Prefetches reports whether prefetch_related() fetches a relation of the list, rather than select_related(): where many rows are on the way.
func (l *List) Prefetches(path string) bool {
	m := l.Query.Model
	for _, part := range strings.Split(path, "__") {
		s, ok := m.Step(part)
		if !ok || s.Many {
			return true
		}
		m = s.To
	}
	return false
}
