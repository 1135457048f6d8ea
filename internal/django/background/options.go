package background

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// options reads what the decorator of a task is given: from the value that the function's name has after the import, where there is
// one, else from the text.
func (f *finder) options(t *Task, call *syntax.Call, global bool) {
	t.options = map[string]Option{}
	places := t.places(call)
	given, whole := f.givenBy(t, global)
	if whole {
		t.Opaque = false
	}
	for _, k := range given {
		at := t.At
		if e := places[k.Name]; e != nil {
			at = t.Module.Syntax.Span(e)
		}
		t.options[k.Name] = Option{k.Value, at}
		delete(places, k.Name)
	}
	for name, e := range places {
		if name != "" {
			t.options[name] = Option{literal(e), t.Module.Syntax.Span(e)}
		}
	}
	if base, ok := t.options["base"]; ok {
		f.attributes(t, base.Value)
	}
}

// places are the options that stand in a decorator's call, by their names. What it is given with stars makes the task opaque.
func (t *Task) places(call *syntax.Call) map[string]syntax.Expr {
	places := map[string]syntax.Expr{}
	if call == nil {
		return places
	}
	for _, k := range call.Keywords {
		if k.Name == "" {
			t.Opaque = true
		}
		places[k.Name] = k.Value
	}
	for i, e := range call.Args {
		name := positional(t.Library, lastName(call.Func), i)
		if _, starred := e.(*syntax.Starred); starred || name == "" {
			t.Opaque = true
			break
		}
		places[name] = e
	}
	return places
}

// givenBy are the options that the decorator of a task was given, by their names, where the session has its value. whole says that these are
// all.
func (f *finder) givenBy(t *Task, global bool) (given []eval.Kwarg, whole bool) {
	if !global || t.Module.Dotted == "" {
		return nil, false
	}
	made, ok := decorated(f.session.Import(t.Module.Dotted).Module.Attr(t.Name), 0)
	if !ok {
		return nil, false
	}
	whole = true
	for _, k := range made.Kwargs {
		if k.Name == "**" {
			whole = false
			continue
		}
		given = append(given, k)
	}
	kind := lastPart(made.Func.Path())
	for i, v := range made.Args {
		switch name := positional(t.Library, kind, i); {
		case v.Kind() == eval.Callable: // the function itself, or what tells when a periodic task is due
		case name == "":
			whole = false
		default:
			given = append(given, eval.Kwarg{Name: name, Value: v})
		}
	}
	return given, whole
}

// decorated finds the call of the decorator that made a task in the value that stands for it; other decorators may lie around it.
func decorated(v eval.Value, depth int) (made eval.Symbol, ok bool) {
	s, ok := v.Symbol()
	if !ok || !s.Func.IsValid() || depth > 20 {
		return eval.Symbol{}, false
	}
	if makesTask(s.Func.Path()) {
		return s, true
	}
	if inner, ok := s.Func.Symbol(); ok && inner.Func.IsValid() && makesTask(inner.Func.Path()) {
		return inner, true
	}
	for _, a := range s.Args {
		if made, ok := decorated(a, depth+1); ok {
			return made, true
		}
	}
	return eval.Symbol{}, false
}

func makesTask(path string) bool {
	switch lastPart(path) {
	case "shared_task", "task", "periodic_task", "job", "actor", "db_task", "db_periodic_task", "on_commit_task", "context_task":
		return true
	}
	return false
}

// attributes adds what the class of a task gives it, itself and through its bases, nearest first.
func (f *finder) attributes(t *Task, class eval.Value) {
	if t.options == nil {
		t.options = map[string]Option{}
	}
	mro := class.MRO()
	if len(mro) == 0 {
		t.Opaque = true
		return
	}
	for _, c := range mro {
		if strings.HasPrefix(c.Dotted(), "celery.") {
			continue
		}
		for _, field := range c.Fields() {
			name, ok := field.Key.AsStr()
			if _, given := t.options[name]; ok && !given {
				at := field.Value.At()
				if at.IsZero() {
					at = t.At
				}
				t.options[name] = Option{field.Value, at}
			}
		}
	}
}

// literal is the value of a constant in the text; anything else is unknown.
func literal(e syntax.Expr) eval.Value {
	switch e := e.(type) {
	case *syntax.Constant:
		switch e.Kind {
		case syntax.None:
			return eval.MakeNone()
		case syntax.True, syntax.False:
			return eval.MakeBool(e.Kind == syntax.True)
		case syntax.Str:
			return eval.MakeStr(e.Value)
		case syntax.Int:
			if n, ok := wholeNumber(e.Value); ok {
				return eval.MakeInt(n)
			}
		}
	case *syntax.BinOp:
		if e.Op == syntax.Mult {
			a, okA := literal(e.Left).AsInt()
			b, okB := literal(e.Right).AsInt()
			if okA && okB && a < 1<<31 && b < 1<<31 && a > -1<<31 && b > -1<<31 {
				return eval.MakeInt(a * b)
			}
		}
	}
	return eval.MakeUnknown("it is computed where the task is defined")
}

// wholeNumber reads a decimal number that fits 40 bits.
func wholeNumber(text string) (n int64, ok bool) {
	text = strings.ReplaceAll(text, "_", "")
	for _, r := range text {
		if r < '0' || r > '9' || n > 1<<40 {
			return 0, false
		}
		n = n*10 + int64(r-'0')
	}
	return n, text != ""
}
