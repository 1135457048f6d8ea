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
	if call == nil {
		return
	}
	places := map[string]syntax.Expr{}
	for _, k := range call.Keywords {
		if k.Name == "" {
			t.Opaque = true
		}
		places[k.Name] = k.Value
	}
	var given []eval.Kwarg
	if global && t.Module.Dotted != "" {
		given, _ = decorated(f.session.Import(t.Module.Dotted).Module.Attr(t.Name), 0)
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

// decorated finds the arguments of the decorator that made a task in the value that stands for it; other decorators may lie around it.
func decorated(v eval.Value, depth int) ([]eval.Kwarg, bool) {
	s, ok := v.Symbol()
	if !ok || !s.Func.IsValid() || depth > 20 {
		return nil, false
	}
	if makesTask(s.Func.Path()) {
		return s.Kwargs, true
	}
	if inner, ok := s.Func.Symbol(); ok && inner.Func.IsValid() && makesTask(inner.Func.Path()) {
		return inner.Kwargs, true
	}
	for _, a := range s.Args {
		if given, ok := decorated(a, depth+1); ok {
			return given, true
		}
	}
	return nil, false
}

func makesTask(path string) bool {
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "shared_task", "task", "periodic_task", "job", "actor", "db_task", "db_periodic_task", "on_commit_task":
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
