package queries

import (
	"strings"

	"gonogo/internal/python/syntax"
)

// chain is the classes of a view in order of resolution, as one of them sees it.
type chain struct {
	reader *Reader
	texts  []Text
	at     int // the class whose method runs
	action string
	state  *chainState
}

// chainState is what the classes of a view share.
type chainState struct {
	base  value // of the attributes queryset and model
	depth int
}

func (r *Reader) chain(classes []Text, action string) *chain {
	c := &chain{reader: r, texts: classes, action: action, state: &chainState{}}
	c.state.base = c.attributes()
	return c
}

// Rows is the queryset of a view's get_queryset for a request that lists: of a viewset's action "list", of a GET. classes are those of the
// view in order of resolution, whole: with what stands in none of them being Django's or REST framework's. nil where it is not known.
func (r *Reader) Rows(classes []Text, action string) *Query {
	if v := r.chain(classes, action).rows(0); v.kind == rows && v.query.Rows && !bindsElsewhere(classes) {
		return v.query
	}
	return nil
}

// isAction reports whether a method answers requests of its own (@action).
func isAction(f *syntax.FunctionDef) bool {
	for _, d := range f.Decorators {
		if call, ok := d.(*syntax.Call); ok && lastName(call.Func) == "action" {
			return true
		}
	}
	return false
}

// bindsElsewhere reports whether another method than get_queryset sets self.queryset or self.model.
func bindsElsewhere(classes []Text) (found bool) {
	for _, t := range classes {
		for _, s := range t.Class.Body {
			if f, ok := s.(*syntax.FunctionDef); !ok || f.Name == "get_queryset" || isAction(f) {
				continue
			}
			syntax.InspectBody([]syntax.Stmt{s}, func(n syntax.Node) bool {
				a, ok := n.(*syntax.Assign)
				if !ok {
					return !found
				}
				for _, target := range a.Targets {
					t, isField := target.(*syntax.Attribute)
					found = found || isField && (t.Attr == "queryset" || t.Attr == "model" || t.Attr == "object_list")
				}
				return !found
			})
		}
	}
	return found
}

// RowsOf is the queryset of an admin class for a model: that of its get_queryset, else of the model's default manager. nil where it is not known.
func (r *Reader) RowsOf(classes []Text, model *Model) *Query {
	c := r.chain(classes, "")
	c.state.base = value{kind: rows, model: model, query: newQuery(model, model.At, model.managers["objects"])}
	if v := c.rows(0); v.kind == rows && v.query.Rows {
		return v.query
	}
	return nil
}

// With is the query with relations fetched by select_related.
func (q *Query) With(paths ...string) *Query {
	c := q.clone()
	c.Fetched, c.Joined = append(c.Fetched, paths...), true
	return c
}

// maxJoins is how deep select_related() goes without a name (SQLCompiler.get_related_selections, Query.max_depth).
const maxJoins = 5

// Required reports whether a path goes over foreign keys alone that cannot be null, as those do that select_related() follows without a name.
func (m *Model) Required(path string) bool {
	parts := strings.Split(path, "__")
	for _, part := range parts {
		f := m.fields[part]
		if f == nil || !f.Relation || f.Many || f.Null || f.To == nil {
			return false
		}
		m = f.To
	}
	return len(parts) <= maxJoins
}

// attributes is the queryset that the attributes queryset and model make.
func (c *chain) attributes() value {
	if e, in, ok := FindAttribute(c.texts, "queryset"); ok {
		if w := c.reader.walker(in.Module); w != nil && !isNone(e) {
			return w.eval(e, 0)
		}
	}
	if e, in, ok := FindAttribute(c.texts, "model"); ok {
		if w := c.reader.walker(in.Module); w != nil {
			if v := w.eval(e, 0); v.kind == modelClass {
				return value{kind: rows, model: v.model, query: newQuery(v.model, w.span(e), v.model.managers["objects"])}
			}
		}
	}
	return value{}
}

func isNone(e syntax.Expr) bool {
	k, ok := e.(*syntax.Constant)
	return ok && k.Kind == syntax.None
}

// rows is what get_queryset gives, sought from a class on.
func (c *chain) rows(from int) value {
	if c.state.depth++; c.state.depth > 10 {
		return value{}
	}
	defer func() { c.state.depth-- }()
	for i := from; i < len(c.texts); i++ {
		m, ok := FindMethod(c.texts[i:i+1], "get_queryset")
		if !ok {
			continue
		}
		w := c.scope(i)
		if w == nil {
			return value{}
		}
		return joined(w.function(m.Function))
	}
	return c.state.base
}

// scope is a walker in which self is the view, as a method of one of its classes sees it.
func (c *chain) scope(i int) *walker {
	w := c.reader.walker(c.texts[i].Module)
	if w == nil {
		return nil
	}
	inner := *c
	inner.at = i
	w.class = &classScope{node: c.texts[i].Class, chain: &inner}
	return w
}

// joined is what a function gives that returns one of several.
func joined(returned []value) value {
	var out value
	for i, v := range returned {
		if v.kind != rows || i > 0 && v.model != out.model {
			return value{}
		}
		if i == 0 {
			out = v
			continue
		}
		out = join(out, v)
	}
	return out
}

// decide is a test that the kind of request decides: self.action of a viewset, request.method.
func (w *walker) decide(test syntax.Expr) (taken, decided bool) {
	if w.class == nil || w.class.chain == nil {
		return false, false
	}
	switch e := test.(type) {
	case *syntax.UnaryOp:
		taken, decided = w.decide(e.Operand)
		return !taken, decided && e.Op == syntax.Not
	case *syntax.Call: // getattr(self, "swagger_fake_view", False)
		name, _ := e.Func.(*syntax.Name)
		if name != nil && name.ID == "getattr" && len(e.Args) == 3 {
			if text, ok := constant(e.Args[1]); ok && text == "swagger_fake_view" {
				return false, true
			}
		}
	case *syntax.Compare:
		return w.compared(e)
	}
	return false, false
}

func (w *walker) compared(e *syntax.Compare) (taken, decided bool) {
	have := w.requested(e.Left)
	if len(e.Ops) != 1 || have == "" {
		return false, false
	}
	var options []syntax.Expr
	switch o := e.Comparators[0].(type) {
	case *syntax.Constant:
		options = []syntax.Expr{o}
	case *syntax.List:
		options = o.Elts
	case *syntax.Tuple:
		options = o.Elts
	case *syntax.Set:
		options = o.Elts
	}
	if len(options) == 0 {
		return false, false
	}
	found := false
	for _, o := range options {
		text, ok := constant(o)
		if !ok {
			return false, false
		}
		found = found || text == have
	}
	switch e.Ops[0] {
	case syntax.Eq, syntax.In:
		return found, true
	case syntax.NotEq, syntax.NotIn:
		return !found, true
	}
	return false, false
}

// requested is what self.action or self.request.method is; "" for another expression.
func (w *walker) requested(e syntax.Expr) string {
	a, ok := e.(*syntax.Attribute)
	if !ok {
		return ""
	}
	switch {
	case a.Attr == "action" && w.isSelf(a.Value):
		return w.class.chain.action
	case a.Attr == "method":
		if of, ok := a.Value.(*syntax.Attribute); ok && of.Attr == "request" && w.isSelf(of.Value) {
			return "GET"
		}
	}
	return ""
}

// chosen is the branch that a decided test takes.
func chosen(s *syntax.If, taken bool) []syntax.Stmt {
	if taken {
		return s.Body
	}
	return s.Orelse
}

// viewCall is a call of a view's own method that gives the rows that it is given.
func (w *walker) viewCall(e *syntax.Call, a *syntax.Attribute, depth int) (v value, ok bool) {
	if w.class == nil || len(e.Args) != 1 || !w.isSelf(a.Value) || a.Attr != "filter_queryset" && a.Attr != "paginate_queryset" {
		return value{}, false
	}
	if w.class.chain != nil {
		if _, own := FindMethod(w.class.chain.texts, a.Attr); own {
			return value{}, false
		}
	} else if w.class.methodNamed(a.Attr) != nil {
		return value{}, false
	}
	v = w.eval(e.Args[0], depth+1)
	if v.kind != rows {
		return value{}, true
	}
	if a.Attr == "paginate_queryset" {
		q := v.query.clone()
		q.Paged = true
		v.query = q
	}
	return v, true
}

// Chosen is the class that a view's method returns for a request that lists, as an expression of the module that it stands in: that of
// get_serializer_class. ok is false where more than one can be meant.
func (r *Reader) Chosen(classes []Text, m Method, action string) (e syntax.Expr, ok bool) {
	w := r.chain(classes, action).scope(0)
	if w == nil {
		return nil, false
	}
	return w.returns(m.Function.Body)
}

// returns is the one expression that a body returns, as far as decided tests tell.
func (w *walker) returns(body []syntax.Stmt) (e syntax.Expr, ok bool) {
	for _, s := range body {
		switch s := s.(type) {
		case *syntax.Return:
			return s.Value, s.Value != nil
		case *syntax.If:
			taken, decided := w.decide(s.Test)
			if !decided {
				return nil, false
			}
			if e, ok := w.returns(chosen(s, taken)); ok || e != nil {
				return e, ok
			}
		case *syntax.ExprStmt:
			if _, isDoc := s.Value.(*syntax.Constant); !isDoc {
				return nil, false
			}
		default:
			return nil, false
		}
	}
	return nil, false
}

// bind is self.queryset = rows in a method of a view.
func (w *walker) bind(t *syntax.Attribute, v value) {
	if w.class == nil || w.class.chain == nil || !w.isSelf(t.Value) || t.Attr != "queryset" {
		return
	}
	state := w.class.chain.state
	switch {
	case w.branching == 0:
		state.base = v
	case v.kind == rows && state.base.kind == rows && v.model == state.base.model:
		state.base = join(state.base, v)
	default:
		state.base = value{}
	}
}
