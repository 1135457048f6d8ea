package eval

import (
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// thrown is a Python exception on its way up; it travels as a panic.
type thrown struct {
	value  Value // the exception: an instance of a subclass of BaseException
	at     source.Span
	causes []string // decisions for their shipped side that it may hang on ("env:SECRET_KEY"), the nearest last
}

// raise raises an exception of a class by name; args are what it was computed from.
func (r *run) raise(at source.Span, class, message string, args ...Value) {
	r.raiseWith(at, class, []Value{MakeStr(message)}, args...)
}

// raiseWith raises an exception with given arguments.
func (r *run) raiseWith(at source.Span, class string, excArgs []Value, from ...Value) {
	exc := newException(r.exceptionClass(class), excArgs)
	panic(&thrown{value: exc, at: at, causes: r.causes(from...)})
}

func newException(class *classData, args []Value) Value {
	o := &objectData{class: class, attrs: newDict()}
	o.attrs.setStr("args", MakeTuple(args...))
	return Value{data: o}
}

// exceptionClass finds a class by its dotted name: a builtin, one of a model, or else a new Exception of that name.
func (r *run) exceptionClass(name string) *classData {
	if v := builtinClass(name); v.IsValid() {
		return v.data.(*classData)
	}
	if c, ok := r.classes[name]; ok {
		return c
	}
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		if m := r.model(name[:i]); m != nil {
			if v, ok := m.globals.getStr(name[i+1:]); ok {
				if c, ok := v.data.(*classData); ok {
					return c
				}
			}
		}
	}
	c := newNativeClass(NativeClass{Name: name, Bases: []Value{builtinClass(parentException(name))}})
	r.classes[name] = c
	return c
}

// parentException is what an exception of a library that has no model inherits from, where that matters to except clauses.
func parentException(name string) string {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "JSONDecodeError", "TOMLDecodeError", "ValidationError":
		return "ValueError"
	case "KeyError", "UndefinedValueError":
		return "Exception"
	}
	return "Exception"
}

// protect runs body and gives the exception that left it, or nil. The run's nesting is what it was before.
func (r *run) protect(body func()) (t *thrown) {
	dyn, depth, nested := r.dyn, r.dyn.depth, r.nested
	handlers, controls, weak := len(r.dyn.handlers), len(r.dyn.controls), r.weak
	defer func() {
		if r.exiting {
			return
		}
		x := recover()
		if x == nil {
			return
		}
		var ok bool
		if t, ok = x.(*thrown); !ok {
			panic(x)
		}
		r.dyn, r.nested, r.weak = dyn, nested, weak
		dyn.depth, dyn.handlers, dyn.controls = depth, dyn.handlers[:handlers], dyn.controls[:controls]
	}()
	body()
	return nil
}

// causes are the decisions that an exception computed from values, raised now, hangs on.
func (r *run) causes(from ...Value) []string {
	var keys []string
	for d := r.dyn; d != nil; d = d.outer {
		for _, c := range d.controls {
			keys = append(keys, c.keys...)
		}
	}
	for _, v := range from {
		keys = append(keys, r.shippedKeys(v)...)
	}
	return keys
}

// wouldCatch reports whether an active try statement would catch an exception of a class.
func (r *run) wouldCatch(class string) bool {
	c := r.exceptionClass(class)
	for d := r.dyn; d != nil; d = d.outer {
		for i := len(d.handlers) - 1; i >= 0; i-- {
			h := d.handlers[i]
			if h.suppressed.IsValid() && r.matchesClass(h.suppressed, c) == Yes {
				return true
			}
			for _, clause := range h.clauses {
				if clause.Type == nil || r.clauseMatches(h.frame, clause.Type, c) == Yes {
					return true
				}
			}
		}
	}
	return false
}

// clauseMatches asks whether the expression of an except clause covers a class, without running anything but name look-ups.
func (r *run) clauseMatches(f *frame, e syntax.Expr, c *classData) (answer Tri) {
	answer = Maybe
	r.protect(func() {
		saved := r.dyn.handlers
		r.dyn.handlers = nil
		defer func() { r.dyn.handlers = saved }()
		answer = r.matchesClass(r.eval(f, e), c)
	})
	return answer
}

// matchesClass reports whether a class or tuple of classes covers the class.
func (r *run) matchesClass(v Value, c *classData) Tri {
	switch d := v.data.(type) {
	case *classData:
		if c.isSubclass(d) {
			return Yes
		}
		if d.open || c.isOpen() {
			return Maybe
		}
		return No
	case *tupleData:
		answer := No
		for _, e := range d.elems {
			switch r.matchesClass(e, c) {
			case Yes:
				return Yes
			case Maybe:
				answer = Maybe
			}
		}
		return answer
	}
	return Maybe
}

// exceptionText is str() of an exception.
func (r *run) exceptionText(v Value) string {
	o, ok := v.data.(*objectData)
	if !ok {
		return repr(v, 500)
	}
	if m, ok := o.class.find("__str__"); ok {
		var text string
		if t := r.protect(func() { text, _ = r.call(m, []Value{v}, nil, r.at, nil).AsStr() }); t == nil {
			return text
		}
	}
	args := attribute(o, "args").Elems()
	switch {
	case len(args) == 0:
		return ""
	case len(args) == 1 && o.class.isSubclass(builtinClass("KeyError").data.(*classData)):
		return repr(args[0], 500)
	case len(args) == 1:
		if s, ok := args[0].AsStr(); ok {
			return s
		}
		return repr(args[0], 500)
	}
	return repr(MakeTuple(args...), 500)
}

// execTry runs a try statement.
func (r *run) execTry(f *frame, s *syntax.Try) flow {
	var result flow
	var pending *thrown
	pending = r.protect(func() { result = r.tryBody(f, s) })
	if pending != nil && s.Star {
		r.exhaust("an exception in a try statement with except*")
	}
	if pending != nil && len(s.Handlers) > 0 {
		if clause, ok := r.handlerFor(f, s, pending); ok {
			caught := pending
			pending = r.protect(func() { result = r.handle(f, clause, caught) })
			if pending != nil {
				pending.causes = append(append([]string(nil), caught.causes...), pending.causes...)
			}
		}
	} else if pending == nil && result == flowNext && len(s.Orelse) > 0 {
		pending = r.protect(func() { result = r.execBlock(f, s.Orelse) })
	}
	if len(s.Finalbody) > 0 {
		ret := f.ret
		if end := r.execBlock(f, s.Finalbody); end != flowNext {
			return end
		}
		f.ret = ret
	}
	if pending != nil {
		panic(pending)
	}
	return result
}

func (r *run) tryBody(f *frame, s *syntax.Try) flow {
	if len(s.Handlers) == 0 {
		return r.execBlock(f, s.Body)
	}
	r.dyn.handlers = append(r.dyn.handlers, handler{frame: f, clauses: s.Handlers})
	result := r.execBlock(f, s.Body)
	r.dyn.handlers = r.dyn.handlers[:len(r.dyn.handlers)-1]
	return result
}

// handlerFor finds the clause that catches an exception.
func (r *run) handlerFor(f *frame, s *syntax.Try, t *thrown) (*syntax.ExceptHandler, bool) {
	o, ok := t.value.data.(*objectData)
	for _, clause := range s.Handlers {
		if clause.Type == nil {
			return clause, true
		}
		v := r.eval(f, clause.Type)
		if !ok {
			continue
		}
		switch r.matchesClass(v, o.class) {
		case Yes:
			return clause, true
		case Maybe:
			at := f.span(clause.Type)
			if r.decide(decision{kind: Opaque, key: "except@" + place(at), at: at, shipped: true,
				text: o.class.name + " is a " + at.Text()}) {
				return clause, true
			}
		}
	}
	return nil, false
}

// handle runs the body of an except clause.
func (r *run) handle(f *frame, clause *syntax.ExceptHandler, t *thrown) flow {
	if len(t.causes) > 0 {
		r.dyn.controls = append(r.dyn.controls, control{t.causes})
		defer func(n int) {
			if n <= len(r.dyn.controls) {
				r.dyn.controls = r.dyn.controls[:n]
			}
		}(len(r.dyn.controls) - 1)
	}
	outer := f.handling
	f.handling = t
	defer func() { f.handling = outer }()
	if clause.Name != "" {
		at := f.span(clause)
		r.store(f, clause.Name, t.value, at)
		defer r.forget(f, clause.Name)
	}
	return r.execBlock(f, clause.Body)
}

// forget unbinds the name of an except clause at its end, which may have been deleted already.
func (r *run) forget(f *frame, name string) {
	g := f.function()
	if p := g.slot(name); p != nil {
		*p = Value{}
	} else if g.code == nil {
		g.space.delete(MakeStr(name))
	}
}

// execRaise runs a raise statement.
func (r *run) execRaise(f *frame, s *syntax.Raise) {
	at := f.span(s)
	if s.Exc == nil {
		for g := f; g != nil; g = g.caller {
			if g.handling != nil {
				again := *g.handling
				panic(&again)
			}
		}
		r.raise(at, "RuntimeError", "No active exception to reraise")
	}
	v := r.eval(f, s.Exc)
	cause := Value{}
	if s.Cause != nil {
		cause = r.eval(f, s.Cause)
	}
	if c, ok := v.data.(*classData); ok {
		v = r.call(v, nil, nil, at, f)
		if v.Kind() != Object {
			v = newException(c, nil)
		}
	}
	switch v.Kind() {
	case Object:
	case Unknown:
		v = newException(r.exceptionClass("Exception"), []Value{v})
	default:
		r.raise(at, "TypeError", "exceptions must derive from BaseException")
	}
	if _, isClass := cause.data.(*classData); isClass {
		cause = r.call(cause, nil, nil, at, f)
	}
	if cause.IsValid() {
		v.SetField("__cause__", cause)
	}
	panic(&thrown{value: v, at: at, causes: r.causes(v)})
}

// place is a span as part of a key.
func place(at source.Span) string {
	return at.Path() + ":" + itoa(int(at.Start)) + "-" + itoa(int(at.End))
}
