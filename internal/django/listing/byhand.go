package listing

import (
	"strings"

	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

// byHand reads the lists that a view of REST framework gives to a serializer itself.
func (f *finder) byHand(e *routes.Endpoint) {
	d := e.View.Definition
	if d.Function != nil {
		f.serialized(e, f.Reader.Serialized(queries.Method{Text: queries.Text{Module: d.Module}, Function: d.Function}, nil))
		return
	}
	class, ok := f.classOf(d)
	if !ok {
		return
	}
	texts, _ := queries.Texts(class, isFramework)
	for _, name := range []string{"get", "list"} {
		if m, own := queries.FindMethod(texts, name); own {
			f.serialized(e, f.Reader.Serialized(m, texts))
		}
	}
}

// serialized keeps what serializers read of the rows that they are given.
func (f *finder) serialized(e *routes.Endpoint, calls []queries.Serialized) {
	for _, call := range calls {
		module, name, ok := cutLast(call.Class)
		if !ok {
			continue
		}
		class := f.module(module).Attr(name)
		if class.Kind() != eval.Class {
			continue
		}
		c := &collector{finder: f, query: call.Query}
		c.serializer(class, row{model: call.Query.Model}, 0)
		c.add(Serializer, lastName(e.View.Name), call.Query.At)
	}
}

// cutLast splits a dotted name before its last part.
func cutLast(dotted string) (before, last string, ok bool) {
	dot := strings.LastIndexByte(dotted, '.')
	if dot < 0 {
		return "", "", false
	}
	return dotted[:dot], dotted[dot+1:], true
}
