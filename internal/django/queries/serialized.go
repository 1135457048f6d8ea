package queries

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Serialized is a call that gives rows to a serializer of REST framework: OrderSerializer(orders, many=True).
type Serialized struct {
	Class string // dotted
	Query *Query
	At    source.Span
}

// Serialized are the serializers that a view's function gives rows to; classes are those of the view whose method it is, none for a function.
func (r *Reader) Serialized(m Method, classes []Text) []Serialized {
	var found []Serialized
	w := r.walker(m.Module)
	if len(classes) > 0 {
		w = r.scopeOf(classes, m)
	}
	if w == nil {
		return nil
	}
	w.many = func(s Serialized) { found = append(found, s) }
	w.function(m.Function)
	return found
}

// serialized notes a class that is called with rows and many=True.
func (w *walker) serialized(e *syntax.Call, depth int) {
	if w.many == nil {
		return
	}
	var given syntax.Expr
	if len(e.Args) > 0 {
		given = e.Args[0]
	}
	many := false
	for _, k := range e.Keywords {
		switch c, constant := k.Value.(*syntax.Constant); {
		case k.Name == "instance":
			given = k.Value
		case k.Name == "many":
			many = constant && c.Kind == syntax.True
		}
	}
	class, _ := w.module.Names.Resolve(e.Func)
	if !many || given == nil || class == "" {
		return
	}
	if v := w.eval(given, depth+1); v.kind == rows && v.owner == nil && v.query.Rows && !v.query.Bounded {
		w.many(Serialized{Class: class, Query: v.query, At: w.span(e)})
	}
}
