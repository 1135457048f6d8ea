package queries

import (
	"maps"
	"slices"
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// call is a call: of a method of a queryset, of a shortcut, of a model.
func (w *walker) call(e *syntax.Call, depth int) value {
	if a, ok := e.Func.(*syntax.Attribute); ok {
		if v, done := w.methodCall(e, a, depth); done {
			return v
		}
	}
	w.guard(e)
	dotted := w.resolve(e.Func)
	if n, ok := e.Func.(*syntax.Name); ok && dotted == "" && !w.bound[n.ID] {
		dotted = "builtins." + n.ID
		if _, local := w.env[n.ID]; local {
			dotted = ""
		}
	}
	switch dotted {
	case "django.shortcuts.get_object_or_404", "django.shortcuts.get_list_or_404", "django.shortcuts.aget_object_or_404":
		return w.shortcut(e, dotted, depth)
	case "django.contrib.auth.get_user_model":
		if w.schema.user != nil {
			return value{kind: modelClass, model: w.schema.user}
		}
		return value{}
	case "builtins.list", "builtins.tuple", "builtins.sorted", "builtins.reversed", "builtins.iter":
		return w.first(e, depth)
	case "builtins.enumerate", "builtins.zip", "builtins.map", "builtins.filter":
		w.arguments(e, depth)
		return value{}
	case "builtins.len":
		w.length(e)
	case "builtins.str":
		w.texts(e, depth)
		return value{}
	case "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.datetime.fromtimestamp", "datetime.datetime.utcfromtimestamp":
		w.arguments(e, depth)
		return w.moment(e, dotted)
	case "django.core.paginator.Paginator":
		return w.paginator(e, depth)
	case "django.shortcuts.render", "django.http.JsonResponse", "django.template.response.TemplateResponse":
		w.answer(e, dotted, depth)
		if dotted != "django.http.JsonResponse" {
			w.rendered(e, depth)
		}
		return value{}
	}
	w.given(e, depth)
	w.serialized(e, depth)
	f := w.global(dotted)
	switch e.Func.(type) {
	case *syntax.Name:
		f = w.eval(e.Func, depth+1)
	case *syntax.Attribute: // what it is of was gone through as that of a method
	default:
		w.eval(e.Func, depth+1)
	}
	w.arguments(e, depth)
	if f.kind == modelClass {
		w.fill(f.model, e.Keywords)
		if w.uses != nil {
			w.keywordNames(newQuery(f.model, w.span(e), true), e, Given, f.model.Name)
			return w.rowOf(f.model, w.span(e))
		}
	}
	return value{}
}

// arguments goes through arguments, which are then out of sight: a queryset that is given away may be sliced there.
func (w *walker) arguments(e *syntax.Call, depth int) {
	for _, a := range e.Args {
		w.eval(a, depth+1)
	}
	for _, k := range e.Keywords {
		w.eval(k.Value, depth+1)
	}
}

func (w *walker) first(e *syntax.Call, depth int) value {
	var v value
	for i, a := range e.Args {
		x := w.eval(a, depth+1)
		if i == 0 {
			v = x
		}
	}
	for _, k := range e.Keywords {
		w.eval(k.Value, depth+1)
	}
	if v.kind != rows {
		return value{}
	}
	w.used(v)
	v.owner = nil
	return v
}

// methodCall is a call of a method of something that is followed.
func (w *walker) methodCall(e *syntax.Call, a *syntax.Attribute, depth int) (v value, done bool) {
	if w.isSelf(a.Value) && a.Attr == "get_queryset" && w.class != nil {
		return w.class.querySet(w), true
	}
	if w.isSuper(a.Value) && a.Attr == "get_context_data" {
		w.arguments(e, depth)
		return w.parentContext(e, depth), true
	}
	if v, ok := w.viewCall(e, a, depth); ok {
		return v, true
	}
	if w.isSuper(a.Value) && a.Attr == "get_queryset" && w.class != nil {
		w.arguments(e, depth)
		return w.class.parent(w), true
	}
	of := w.eval(a.Value, depth+1)
	switch {
	case of.kind == mapping:
		w.updated(e, a, of, depth)
		return value{}, true
	case of.kind == pager && (a.Attr == "get_page" || a.Attr == "page"):
		w.arguments(e, depth)
		return paged(of), true
	}
	if of.kind != rows {
		if of.kind == unknown {
			return value{}, false
		}
		if of.kind == keyed && a.Attr == "values" {
			of.kind = rows
			return of, true
		}
		if of.kind == instance && of.loop && (w.reading != nil || w.perRow(of)) {
			w.readRow(of, a.Attr, w.span(a))
		}
		if of.kind == instance {
			w.useOf(of, a)
			if a.Attr == "save" || a.Attr == "asave" || a.Attr == "refresh_from_db" {
				w.namesIn(of.query, e, a.Attr)
			}
		}
		w.arguments(e, depth)
		return value{}, true
	}
	w.arguments(e, depth)
	if of.owner != nil && (a.Attr == "count" || a.Attr == "exists") {
		w.counts(of, w.span(a))
	}
	if a.Attr == "create" || a.Attr == "update" || a.Attr == "get_or_create" || a.Attr == "update_or_create" {
		w.fill(of.model, e.Keywords)
	}
	w.fetch(of.query, e, a.Attr)
	w.namesIn(of.query, e, a.Attr)
	q, row := w.method(of.query, e, a.Attr)
	switch {
	case row && of.owner != nil && (a.Attr == "first" || a.Attr == "last"):
		w.used(of)
		return value{kind: instance, model: of.model, query: q}, true
	case q != nil && a.Attr == "in_bulk":
		return value{kind: keyed, model: of.model, query: q}, true
	case q == nil:
		return value{}, true
	case row:
		return value{kind: instance, model: of.model, query: q}, true
	}
	v = value{kind: rows, model: of.model, query: q}
	switch {
	case a.Attr == "all":
		v.owner, v.fetched, v.again, v.path, v.at = of.owner, of.fetched, of.again, of.path, of.at
	case a.Attr != "iterator" && !w.namesTurn(e): // what depends on the row, Prefetch() cannot be given
		v.owner, v.again, v.path, v.at = of.owner, true, of.path, w.span(a)
		if v.owner == nil {
			v.owner = of.fetched
		}
	}
	return v, true
}

func (w *walker) isSelf(e syntax.Expr) bool {
	n, ok := e.(*syntax.Name)
	return ok && n.ID == "self"
}

func (w *walker) isSuper(e syntax.Expr) bool {
	c, ok := e.(*syntax.Call)
	if !ok {
		return false
	}
	n, ok := c.Func.(*syntax.Name)
	return ok && n.ID == "super"
}

// counts notes a related manager that counts for each row.
func (w *walker) counts(of value, at source.Span) {
	if w.reading.unsure() {
		return
	}
	w.facts.Follows = append(w.facts.Follows, Follow{Query: of.owner, Field: of.path, Many: true, Count: true, Place: w.place, Name: w.name, At: at})
}

// shortcut is get_object_or_404(Order, slug=...).
func (w *walker) shortcut(e *syntax.Call, dotted string, depth int) value {
	w.arguments(e, depth)
	if len(e.Args) == 0 {
		return value{}
	}
	of := w.eval(e.Args[0], depth+1)
	q := of.query
	switch of.kind {
	case modelClass:
		q = newQuery(of.model, w.span(e), of.model.managers["objects"])
	case rows:
	default:
		return value{}
	}
	c := q.clone()
	rest := *e
	rest.Args = e.Args[1:]
	w.lookups(c, &rest, false)
	w.namesIn(c, &rest, dotted[strings.LastIndexByte(dotted, '.')+1:])
	c.Filtered = true
	c.narrow(&rest)
	w.fetch(c, e, dotted[strings.LastIndexByte(dotted, '.')+1:])
	if dotted == "django.shortcuts.get_list_or_404" {
		return value{kind: rows, model: of.model, query: c}
	}
	return value{kind: instance, model: of.model, query: c}
}

// moment is a time of the server without a zone.
func (w *walker) moment(e *syntax.Call, dotted string) value {
	most := 0
	if dotted == "datetime.datetime.fromtimestamp" || dotted == "datetime.datetime.utcfromtimestamp" {
		most = 1
	}
	if len(e.Args) > most || len(e.Keywords) > 0 {
		return value{}
	}
	return value{kind: naive, call: dotted, at: w.span(e)}
}

// fill is what a new row, or an update, is given.
func (w *walker) fill(m *Model, keywords []*syntax.Keyword) {
	for _, k := range keywords {
		if f := m.fields[k.Name]; f != nil && f.Kind == "DateTimeField" {
			if v := w.momentOf(k.Value); v.kind == naive {
				w.addNaive(v, f, w.span(k))
			}
		}
	}
}

// naiveLookup notes a moment without a zone that a DateTimeField is compared with.
func (w *walker) naiveLookup(l Lookup) {
	switch l.Lookup {
	case "exact", "gt", "gte", "lt", "lte", "range":
	default:
		return
	}
	if l.Field.Kind != "DateTimeField" {
		return
	}
	if v := w.momentOf(l.Value); v.kind == naive {
		w.addNaive(v, l.Field, l.At)
	}
}

// momentOf is the moment that an expression is: alone, or with a span of time added or taken away.
func (w *walker) momentOf(e syntax.Expr) value {
	switch e := e.(type) {
	case *syntax.Name:
		if v, ok := w.env[e.ID]; ok && v.kind == naive {
			return v
		}
	case *syntax.Call:
		if dotted := w.resolve(e.Func); dotted != "" {
			switch dotted {
			case "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.datetime.fromtimestamp", "datetime.datetime.utcfromtimestamp":
				return w.moment(e, dotted)
			}
		}
	case *syntax.BinOp:
		if e.Op == syntax.Add || e.Op == syntax.Sub {
			return w.momentOf(e.Left)
		}
	}
	return value{}
}

func (w *walker) addNaive(v value, f *Field, into source.Span) {
	n := Naive{Call: v.call, Field: f, At: v.at}
	if into.Start > v.at.Start || into.End < v.at.End {
		n.Into = into
	}
	for _, known := range w.facts.Naive {
		if known.At == n.At {
			return
		}
	}
	w.facts.Naive = append(w.facts.Naive, n)
}

// length is len(queryset) of one that is made for it.
func (w *walker) length(e *syntax.Call) {
	if len(e.Args) != 1 {
		return
	}
	if _, isCall := e.Args[0].(*syntax.Call); !isCall {
		return // a name may be used again, with its rows
	}
	before := len(w.facts.Lookups)
	v := w.eval(e.Args[0], 0)
	w.facts.Lookups = w.facts.Lookups[:before]
	if v.kind == rows {
		w.used(v)
	}
	if call := e.Args[0].(*syntax.Call); v.kind == rows && !w.isBuiltinCall(call) && !v.query.Bounded {
		w.facts.Waste = append(w.facts.Waste, Waste{Kind: LenOfQuery, Query: v.query, Place: w.place, Name: w.name, At: w.span(e)})
	}
}

func (w *walker) isBuiltinCall(c *syntax.Call) bool {
	_, ok := c.Func.(*syntax.Name)
	return ok
}

// countIsZero is queryset.count() compared with zero, which exists() answers at the first row.
func (w *walker) countIsZero(e *syntax.Compare) {
	if len(e.Ops) != 1 {
		return
	}
	call, ok := e.Left.(*syntax.Call)
	if !ok || len(call.Args) > 0 {
		return
	}
	a, ok := call.Func.(*syntax.Attribute)
	zero, isConstant := e.Comparators[0].(*syntax.Constant)
	if !ok || !isConstant || a.Attr != "count" || zero.Kind != syntax.Int || zero.Value != "0" {
		return
	}
	if _, isName := a.Value.(*syntax.Name); isName {
		return // its rows may be there already, or its number be needed too
	}
	before := len(w.facts.Lookups)
	follows := len(w.facts.Follows)
	v := w.eval(a.Value, 0)
	w.facts.Lookups, w.facts.Follows = w.facts.Lookups[:before], w.facts.Follows[:follows]
	if v.kind == rows {
		w.facts.Waste = append(w.facts.Waste, Waste{Kind: CountIsZero, Query: v.query, Place: w.place, Name: w.name, At: w.span(e)})
	}
}

// answer is a page or an answer in JSON with what it is given.
func (w *walker) answer(e *syntax.Call, dotted string, depth int) {
	into := "template"
	if dotted == "django.http.JsonResponse" {
		into = "JSON answer"
	}
	var visit func(syntax.Expr)
	visit = func(x syntax.Expr) {
		switch x := x.(type) {
		case *syntax.Dict:
			for _, v := range x.Values {
				visit(v)
			}
			return
		}
		v := w.eval(x, depth+1)
		for _, name := range slices.Sorted(maps.Keys(v.entries)) {
			w.whole(v.entries[name], into, v.entries[name].placed(w.span(x)))
		}
		w.whole(v, into, w.span(x))
	}
	for _, a := range e.Args {
		visit(a)
	}
	for _, k := range e.Keywords {
		visit(k.Value)
	}
}

// whole notes a queryset that is neither filtered nor bounded.
func (w *walker) whole(v value, into string, at source.Span) {
	if v.kind == rows && !v.query.Filtered && !v.query.Bounded && !v.query.Paged {
		w.facts.Lists = append(w.facts.Lists, List{Query: v.query, Into: into, Name: w.name, At: at})
	}
}
