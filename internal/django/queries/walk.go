package queries

import (
	"maps"
	"slices"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// walker reads the bodies of one module.
type walker struct {
	facts     *Facts
	schema    *Schema
	graph     *resolve.Graph
	module    *Module
	views     *routes.Views
	place     Place
	name      string // of the function
	user      map[string]bool
	bound     map[string]bool // names that the module imports or defines
	wanted    map[string]bool // last names of paths that mean something here
	renamed   map[string]bool // names that an import gives
	stars     bool            // it star-imports, so that a name can be any
	class     *classScope
	env       env
	returned  []value
	depth     int
	branching int              // branches around the statement
	page      func(Page)       // takes the templates that are rendered, or nil
	many      func(Serialized) // takes the serializers that are given rows, or nil
	reader    *Reader          // of the functions that rows are given to
	reading   *reading         // what a function that is read for itself asks of the rows that it is given, or nil
	uses      *uses            // what looks for names of fields, or nil
}

// env is what local names stand for.
type env map[string]value

// kind of a value that is followed.
type kind uint8

const (
	unknown kind = iota
	modelClass
	rows     // a queryset, or a list of its rows
	keyed    // a dictionary of rows by their keys
	instance // one row
	mapping  // a dictionary by texts, as the context of a template
	pager    // a paginator of rows
	naive    // a moment without a zone
)

type value struct {
	kind    kind
	model   *Model
	query   *Query
	path    string           // of an instance: from the rows of query, "" for a row itself
	loop    bool             // the instance is a different one in each turn of a loop
	owner   *Query           // of a related manager that asks the database for each row of it
	fetched *Query           // of a related manager whose rows were fetched with those of this queryset
	again   bool             // it asks anew, whatever was fetched: a filter behind a related manager
	still   bool             // of rows: the loop over them writes, so that it asks the database for each row anyway
	known   string           // of an instance: the attribute under which it has the row that it came from
	entries map[string]value // of a mapping
	call    string           // of a naive moment
	at      source.Span
}

const maxNesting = 60

// PlaceOf is what kind of code a module holds, by its dotted name.
func PlaceOf(module string) Place {
	has := func(words ...string) bool {
		for _, word := range words {
			if strings.Contains(module, word) {
				return true
			}
		}
		return false
	}
	switch {
	case has(".management.commands.", "scripts", "tools.", "random_data", "dummy", "populate", "seed", "housekeeping", "cleanup"):
		return Command
	case has("task", "jobs", "cron"):
		return Task
	case has(".admin"):
		return Admin
	case has("view", "api", "serializer", "templatetags", "resolver", "graphql", "mutation", "dataloader", "middleware", "context_processors"):
		return View
	}
	return Elsewhere
}

// placeWithin is the place of what stands in a function or class: what answers requests is a view wherever it stands.
func (w *walker) placeWithin(answers bool) Place {
	if answers {
		return View
	}
	return w.place
}

// read goes through the functions of the module and the methods of its classes.
func (w *walker) read() {
	w.prepare()
	w.statements(w.module.Syntax.Body)
}

// prepare notes what the names of the module stand for.
func (w *walker) prepare() {
	w.user = map[string]bool{}
	w.bindNames()
	for _, s := range w.module.Syntax.Body {
		if a, ok := s.(*syntax.Assign); ok && len(a.Targets) == 1 && w.isUserModel(a.Value) {
			if n, ok := a.Targets[0].(*syntax.Name); ok {
				w.user[n.ID] = true
			}
		}
	}
}

// bindNames notes the names that the module imports anywhere, and those of its classes, functions and globals.
func (w *walker) bindNames() {
	w.bound, w.renamed = map[string]bool{}, map[string]bool{}
	syntax.InspectBody(w.module.Syntax.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Import:
			for _, a := range n.Names {
				top, _, _ := strings.Cut(a.Name, ".")
				w.bound[top], w.bound[a.AsName] = true, true
			}
		case *syntax.ImportFrom:
			for _, a := range n.Names {
				w.bound[a.Name], w.bound[a.AsName] = true, true
				if a.AsName != "" {
					w.renamed[a.AsName] = true
				}
				w.stars = w.stars || a.Name == "*"
			}
		case *syntax.ClassDef:
			w.bound[n.Name] = true
		case *syntax.FunctionDef:
			w.bound[n.Name] = true
		case syntax.Expr:
			return false
		}
		return true
	})
	for _, s := range w.module.Syntax.Body {
		if a, ok := s.(*syntax.Assign); ok {
			for _, t := range a.Targets {
				if n, ok := t.(*syntax.Name); ok {
					w.bound[n.ID] = true
				}
			}
		}
	}
}

func (w *walker) isUserModel(e syntax.Expr) bool {
	call, ok := e.(*syntax.Call)
	if !ok {
		return false
	}
	return w.resolve(call.Func) == "django.contrib.auth.get_user_model"
}

// statements finds definitions.
func (w *walker) statements(body []syntax.Stmt) {
	for _, s := range body {
		switch s := s.(type) {
		case *syntax.FunctionDef:
			place := w.place
			w.place = w.placeWithin(w.views.Function(s))
			w.function(s)
			w.place = place
		case *syntax.ClassDef:
			outer, place := w.class, w.place
			w.place = w.placeWithin(w.views.Class(s))
			w.class = w.newClass(s)
			w.statements(s.Body)
			w.listView(s)
			w.classRows(s)
			w.class, w.place = outer, place
		case *syntax.If:
			w.statements(s.Body)
			w.statements(s.Orelse)
		case *syntax.Try:
			w.statements(s.Body)
		}
	}
}

// function reads a body with nothing known of its parameters, and gives what it returns.
func (w *walker) function(f *syntax.FunctionDef) []value {
	if w.depth > 5 {
		return nil
	}
	env0, name, returned := w.env, w.name, w.returned
	w.env, w.name, w.returned = env{}, f.Name, nil
	w.depth++
	w.parameters(f)
	w.facts.Functions++
	w.body(f.Body, 0)
	out := w.returned
	w.depth--
	w.env, w.name, w.returned = env0, name, returned
	return out
}

// body goes through statements in order.
func (w *walker) body(list []syntax.Stmt, depth int) {
	if depth > maxNesting {
		return
	}
	for _, s := range list {
		w.stmt(s, depth)
	}
}

func (w *walker) stmt(s syntax.Stmt, depth int) {
	switch s := s.(type) {
	case *syntax.FunctionDef:
		w.function(s)
	case *syntax.ClassDef:
	case *syntax.Assign:
		v := w.eval(s.Value, 0)
		for _, t := range s.Targets {
			w.assign(t, v)
		}
	case *syntax.AnnAssign:
		if s.Value != nil {
			w.assign(s.Target, w.eval(s.Value, 0))
		}
	case *syntax.AugAssign:
		w.eval(s.Value, 0)
		w.assign(s.Target, value{})
	case *syntax.Return:
		if s.Value != nil {
			w.returned = append(w.returned, w.eval(s.Value, 0))
		}
	case *syntax.ExprStmt:
		w.eval(s.Value, 0)
	case *syntax.If:
		if taken, decided := w.decide(s.Test); decided {
			w.body(chosen(s, taken), depth+1)
			return
		}
		w.eval(s.Test, 0)
		w.branches(depth, s.Body, s.Orelse)
	case *syntax.For:
		w.loop(s, depth)
	case *syntax.While:
		w.eval(s.Test, 0)
		w.branches(depth, s.Body, nil)
	case *syntax.With:
		for _, i := range s.Items {
			w.eval(i.ContextExpr, 0)
			if i.OptionalVars != nil {
				w.assign(i.OptionalVars, value{})
			}
		}
		w.body(s.Body, depth+1)
	case *syntax.Try:
		if w.reading != nil {
			w.body(s.Body, depth+1)
		} else {
			w.branches(depth, s.Body, nil)
		}
		for _, h := range s.Handlers {
			w.branches(depth, h.Body, nil)
		}
		w.body(s.Orelse, depth+1)
		w.body(s.Finalbody, depth+1)
	case *syntax.Match:
		for _, c := range s.Cases {
			w.branches(depth, c.Body, nil)
		}
	default:
		syntax.Inspect(s, func(n syntax.Node) bool {
			if e, ok := n.(syntax.Expr); ok {
				w.eval(e, 0)
				return false
			}
			return true
		})
	}
}

// branches runs two ways from one state, and keeps what they agree on.
func (w *walker) branches(depth int, a, b []syntax.Stmt) {
	w.reading.branch(1)
	w.branching++
	defer func() {
		w.reading.branch(-1)
		w.branching--
	}()
	before := w.env
	w.env = maps.Clone(before)
	w.body(a, depth+1)
	first := w.env
	w.env = maps.Clone(before)
	w.body(b, depth+1)
	if ends(a) {
		return
	}
	if ends(b) {
		w.env = first
		return
	}
	w.env = merge(first, w.env)
}

// ends reports whether what follows a block is not reached from it.
func ends(body []syntax.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	switch body[len(body)-1].(type) {
	case *syntax.Return, *syntax.Raise, *syntax.Continue, *syntax.Break:
		return true
	}
	return false
}

// merge keeps names that stand for the same model on both ways; a queryset is then taken for the better of both.
func merge(a, b env) env {
	out := env{}
	for name, x := range a {
		y, ok := b[name]
		if !ok || x.kind != y.kind || x.model != y.model {
			continue
		}
		out[name] = join(x, y)
	}
	return out
}

func join(x, y value) value {
	if x.kind == mapping {
		return joinMappings(x, y)
	}
	if x.query == y.query || x.query == nil || y.query == nil {
		if x.query != y.query {
			return value{}
		}
		return x
	}
	q := x.query.clone()
	q.Filtered = q.Filtered || y.query.Filtered
	q.Bounded = q.Bounded || y.query.Bounded
	q.Joined, q.Paged = q.Joined || y.query.Joined, q.Paged || y.query.Paged
	q.Rows = q.Rows && y.query.Rows
	q.FetchesAny = q.FetchesAny || y.query.FetchesAny
	q.added, q.own = append(slices.Clip(q.added), y.query.added...), q.own || y.query.own
	q.selective = q.selective || y.query.selective
	q.Narrowed = q.Narrowed || y.query.Narrowed || len(q.Keys) != len(y.query.Keys)
	q.Fetched = append(q.Fetched, y.query.Fetched...)
	if q.Known != y.query.Known {
		q.FetchesAny = true
	}
	x.query = q
	return x
}

// assign binds a target.
func (w *walker) assign(target syntax.Expr, v value) {
	switch t := target.(type) {
	case *syntax.Name:
		if v.kind == unknown {
			delete(w.env, t.ID)
		} else {
			w.env[t.ID] = v
		}
	case *syntax.Tuple:
		for _, e := range t.Elts {
			w.assign(e, value{})
		}
	case *syntax.List:
		for _, e := range t.Elts {
			w.assign(e, value{})
		}
	case *syntax.Attribute:
		w.assignField(t, v)
	case *syntax.Subscript:
		w.put(t, v)
	case *syntax.Starred:
		w.assign(t.Value, value{})
	}
}

// assignField is `order.paid_at = value`: the object of a relation that is set is there without a query.
func (w *walker) assignField(t *syntax.Attribute, v value) {
	w.bind(t, v)
	of := w.eval(t.Value, 0)
	if of.kind != instance {
		return
	}
	w.useOf(of, t)
	if f := of.model.Field(t.Attr); f != nil && v.kind == naive && f.Kind == "DateTimeField" {
		w.addNaive(v, f, w.module.Syntax.Span(t))
	}
	if name, ok := t.Value.(*syntax.Name); ok && of.query != nil {
		q := of.query.clone()
		q.FetchesAny = true
		of.query = q
		w.env[name.ID] = of
	}
}

// loop is a for statement.
func (w *walker) loop(s *syntax.For, depth int) {
	over := w.eval(s.Iter, 0)
	before := w.env
	w.env = maps.Clone(before)
	if writes(s.Body) {
		over.still = true
	}
	w.target(s.Target, over)
	w.body(s.Body, depth+1)
	w.saves(s, over)
	w.env = merge(before, w.env)
	w.body(s.Orelse, depth+1)
}

// target binds the variable of a loop.
func (w *walker) target(t syntax.Expr, over value) {
	if over.kind == rows && over.query.Rows {
		w.used(over)
		if w.reading != nil && over.owner != nil { // told from the row that is given
			w.assign(t, value{kind: instance, model: over.model, query: over.owner, path: over.path, loop: true, known: over.query.Known})
			return
		}
		w.assign(t, value{kind: instance, model: over.model, query: over.query, loop: !over.still})
		return
	}
	w.assign(t, value{})
}

// saves finds `for row in queryset: row.field = constant; row.save()`, which update() does at once.
func (w *walker) saves(s *syntax.For, over value) {
	name, ok := s.Target.(*syntax.Name)
	if !ok || over.kind != rows || over.query == nil || over.model.OwnSave || len(s.Body) < 2 {
		return
	}
	var save *syntax.Call
	for i, b := range s.Body {
		switch b := b.(type) {
		case *syntax.Assign:
			a, isField := b.Targets[0].(*syntax.Attribute)
			if !isField || len(b.Targets) > 1 {
				return
			}
			owner, isName := a.Value.(*syntax.Name)
			if !isName || owner.ID != name.ID || over.model.Field(a.Attr) == nil || !isPlain(b.Value) {
				return
			}
		case *syntax.ExprStmt:
			call, isCall := b.Value.(*syntax.Call)
			if !isCall || i != len(s.Body)-1 {
				return
			}
			a, isMethod := call.Func.(*syntax.Attribute)
			if !isMethod || a.Attr != "save" {
				return
			}
			if owner, isName := a.Value.(*syntax.Name); !isName || owner.ID != name.ID {
				return
			}
			save = call
		default:
			return
		}
	}
	if save != nil {
		w.facts.Waste = append(w.facts.Waste, Waste{Kind: SaveInLoop, Query: over.query, Place: w.place, Name: w.name, At: w.module.Syntax.Span(save)})
	}
}

// isPlain reports whether a value is the same for every row.
func isPlain(e syntax.Expr) bool {
	_, ok := e.(*syntax.Constant)
	return ok
}

// writes reports whether statements save, make or delete rows.
func writes(body []syntax.Stmt) bool {
	found := false
	syntax.InspectBody(body, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.Call); ok {
			if a, ok := call.Func.(*syntax.Attribute); ok {
				switch a.Attr {
				case "save", "create", "delete", "get_or_create", "update_or_create", "remove", "set", "bulk_create":
					found = true
				}
			}
		}
		return !found
	})
	return found
}
