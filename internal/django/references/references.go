// Package references finds where code refers to fields and models by their names: those that a release takes away.
package references

import (
	"slices"
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/listing"
	"gonogo/internal/django/orm"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// When is the moment at which a reference to what is not there shows.
type When uint8

// The moments, worst first.
const (
	AtImport When = iota + 1 // the module cannot be imported
	AtCheck                  // a system check of Django refuses the project, and with it migrate
	OnUse                    // what stands there raises when it runs
	Silently                 // nothing raises, and something is missing
)

// Name is a name under which code asks for something of a model.
type Name struct{ Model, Name string } // Model is its key, "shop.product"

// Lost is a field or a model that a release takes away, with the names under which code may ask for it.
type Lost struct {
	Names []Name
	// App is the label of the application of a model that is taken away whole, and Class the name of its class; both "" for a field.
	App, Class string
	// Table is the table of the database that goes, or whose Column goes; "" where the database keeps it.
	Table, Column string
}

// Reference is a place at which code refers to what is lost.
type Reference struct {
	Lost int    // of Input.Lost
	Does string // one clause without a subject: "filter() asks for note"
	// Raises is the exception of Python or Django, or the id of the system check; "" where nothing raises.
	Raises string
	When   When
	Place  queries.Place
	At     source.Span
}

// Input is the tree in which references are looked for.
type Input struct {
	Session *eval.Session
	Schema  *queries.Schema
	Models  *orm.Models
	Graph   *resolve.Graph
	Modules []queries.Module // without tests and migrations
	Views   *routes.Views
	Code    *flow.Code
	// Rows are what classes name as their rows.
	Rows map[*syntax.ClassDef]queries.ClassRows
	// Lists is what templates are found with; its Session is set, its Touch is not.
	Lists listing.Input
	Lost  []Lost
	// Postgres says that the SQL of the code is PostgreSQL's.
	Postgres bool
	// Gone says that the tree is one without what is lost: what its models still have under such a name is none of it.
	Gone bool
}

// Find looks for references, in the order of their places. It must run while the session is held; what it gives holds no values of it.
func Find(in Input) []Reference {
	f := &finder{Input: in, wanted: map[Name]int{}, classes: map[string]eval.Value{}, seen: map[source.Span]bool{}, mentioned: map[*source.File]bool{}}
	for i, l := range in.Lost {
		for _, n := range l.Names {
			if _, twice := f.wanted[n]; !twice {
				f.wanted[n] = i
			}
			f.words = append(f.words, n.Name)
		}
		if l.Class != "" {
			f.words = append(f.words, l.Class)
		}
	}
	f.sql()
	if len(f.words) == 0 {
		return f.found
	}
	for _, m := range in.Models.All {
		if m.State != nil {
			f.classes[m.State.Key()] = m.Class
		}
	}
	f.readAssigned()
	f.imports()
	f.options()
	f.ofClasses()
	f.bodies()
	f.pages()
	slices.SortStableFunc(f.found, func(a, b Reference) int {
		if c := strings.Compare(a.At.Path(), b.At.Path()); c != 0 {
			return c
		}
		return int(int64(a.At.Start) - int64(b.At.Start))
	})
	return f.found
}

type finder struct {
	Input
	wanted  map[Name]int
	words   []string              // that a file must hold to be of interest
	classes map[string]eval.Value // of models, by key
	// added are the names that annotate() and its like give to rows anywhere, put those of attributes that are set on anything but the self
	// of a class that is no model.
	added, put map[string]bool
	// generic are the names that generic relations give to the queries of the model that they point to.
	generic   map[string]bool
	seen      map[source.Span]bool
	mentioned map[*source.File]bool // see mentions
	found     []Reference
}

// add notes a reference, once for each place.
func (f *finder) add(r Reference) {
	if !r.At.IsZero() && !f.seen[r.At] {
		f.seen[r.At] = true
		f.found = append(f.found, r)
	}
}

// mentions reports whether a file holds any of the names.
func (f *finder) mentions(file *source.File) bool {
	has, known := f.mentioned[file]
	if !known {
		has = slices.ContainsFunc(f.words, func(w string) bool { return file.Contains(w) })
		f.mentioned[file] = has
	}
	return has
}

// lost is what a name of a model stands for, over the tables that it inherits from; ok is false for a name that is not lost, or that the
// model has another field or relation by.
func (f *finder) lost(m *queries.Model, name string) (i int, ok bool) {
	if m == nil {
		return 0, false
	}
	for _, key := range append([]string{m.Key}, f.Schema.Lineage(m)...) {
		if i, ok = f.wanted[Name{key, name}]; ok {
			break
		}
	}
	if !ok || f.Gone && (m.Undecided != "" || m.Has(name) || f.generic[name] || f.isField(m, name)) {
		return 0, false
	}
	return i, true
}

// isField reports whether a class has an attribute that may be a field which makes no column: a generic relation, one of a package.
func (f *finder) isField(m *queries.Model, name string) bool {
	v := f.classes[m.Key].Attr(name)
	d, own := v.Definition()
	return v.IsValid() && !(own && d.Function != nil) && v.Class() != "property" && v.Class() != "builtins.property"
}

// lostAttribute is lost for what is read of a row: a method, property or attribute of the class by that name is none.
func (f *finder) lostAttribute(m *queries.Model, name string) (i int, ok bool) {
	i, ok = f.lost(m, name)
	if !ok || !f.Gone {
		return i, ok
	}
	class := f.classes[m.Key]
	if f.added[name] || f.put[name] || class.Attr(name).IsValid() || class.Attr("__getattr__").IsValid() || class.Attr("__getattribute__").IsValid() {
		return 0, false
	}
	return i, true
}

// readAssigned collects the names that code gives to rows by itself.
func (f *finder) readAssigned() {
	f.added, f.put, f.generic = map[string]bool{}, map[string]bool{}, map[string]bool{}
	names := map[string]bool{}
	for _, w := range f.words {
		names[w] = true
	}
	for i := range f.Modules {
		m := &f.Modules[i]
		if !f.mentions(m.Syntax.File) {
			continue
		}
		f.assignedIn(m, m.Syntax.Body, false, names, 0)
	}
}

// assignedIn reads statements; plain says that self is no model.
func (f *finder) assignedIn(m *queries.Module, body []syntax.Stmt, plain bool, names map[string]bool, depth int) {
	if depth > 60 {
		return
	}
	syntax.InspectBody(body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ClassDef:
			f.assignedIn(m, n.Body, f.Schema.Model(m.Dotted+"."+n.Name) == nil, names, depth+1)
			return false
		case *syntax.Attribute:
			if of, isName := n.Value.(*syntax.Name); n.Ctx == syntax.Store && names[n.Attr] && (!isName || of.ID != "self" || !plain) {
				f.put[n.Attr] = true
			}
		case *syntax.Call:
			switch flow.LastName(n.Func) {
			case "GenericRelation":
				if name, ok := text(flow.Arg(n, -1, "related_query_name")); ok {
					f.generic[name] = true
				}
			case "add_to_class", "contribute_to_class":
				for i, keyword := range []string{"name", "name"} {
					if name, ok := text(flow.Arg(n, i, keyword)); ok {
						f.put[name], f.generic[name] = true, true
					}
				}
			case "setattr":
				if name, ok := text(flow.Arg(n, 1, "")); ok {
					f.put[name] = true
				}
			case "Prefetch":
				if name, ok := text(flow.Arg(n, 2, "to_attr")); ok {
					f.added[name] = true
				}
			case "annotate", "alias", "extra", "attach":
				for _, k := range n.Keywords {
					f.added[k.Name] = true
					if k.Name == "" { // any that the module writes as a text
						f.addTexts(m, names)
					}
				}
			}
		}
		return true
	})
}

// addTexts takes each wanted name that a module holds as a text for one that its annotate(**more) gives.
func (f *finder) addTexts(m *queries.Module, names map[string]bool) {
	syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
		if e, ok := n.(syntax.Expr); ok {
			if s, isText := text(e); isText && names[s] {
				f.added[s] = true
			}
		}
		return true
	})
}

func text(e syntax.Expr) (string, bool) {
	c, ok := e.(*syntax.Constant)
	if !ok || c.Kind != syntax.Str {
		return "", false
	}
	return c.Value, true
}
