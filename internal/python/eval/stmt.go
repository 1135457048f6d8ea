package eval

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// flow is how a statement ended.
type flow uint8

const (
	flowNext flow = iota
	flowBreak
	flowContinue
	flowReturn
)

// execBlock runs statements until one of them leaves the block.
func (r *run) execBlock(f *frame, body []syntax.Stmt) flow {
	for _, s := range body {
		if end := r.exec(f, s); end != flowNext {
			return end
		}
	}
	return flowNext
}

func (r *run) exec(f *frame, s syntax.Stmt) flow {
	r.step()
	r.at = f.span(s)
	switch s := s.(type) {
	case *syntax.Assign:
		v := r.eval(f, s.Value)
		for _, t := range s.Targets {
			r.assign(f, t, v)
		}
	case *syntax.ExprStmt:
		r.evalStatement(f, s.Value)
	case *syntax.If:
		return r.execIf(f, s)
	case *syntax.FunctionDef:
		r.execFunctionDef(f, s)
	case *syntax.ClassDef:
		r.execClassDef(f, s)
	case *syntax.Import:
		r.execImport(f, s)
	case *syntax.ImportFrom:
		r.execImportFrom(f, s)
	case *syntax.AugAssign:
		r.execAugAssign(f, s)
	case *syntax.AnnAssign:
		r.execAnnAssign(f, s)
	case *syntax.For:
		return r.execFor(f, s)
	case *syntax.While:
		return r.execWhile(f, s)
	case *syntax.Return:
		f.ret = MakeNone()
		if s.Value != nil {
			f.ret = r.eval(f, s.Value)
		}
		return flowReturn
	case *syntax.Try:
		return r.execTry(f, s)
	case *syntax.With:
		return r.execWith(f, s, 0)
	case *syntax.Raise:
		r.execRaise(f, s)
	case *syntax.Delete:
		for _, t := range s.Targets {
			r.execDelete(f, t)
		}
	case *syntax.Assert:
		r.execAssert(f, s)
	case *syntax.Match:
		return r.execMatch(f, s)
	case *syntax.Break:
		return flowBreak
	case *syntax.Continue:
		return flowContinue
	case *syntax.TypeAlias:
		at := f.span(s)
		r.store(f, s.Name.ID, r.unknownAt(at, "a type alias"), at)
	case *syntax.BadStmt:
		r.diagnose(f.span(s), "this statement cannot be read, so what it would do is not known")
	}
	return flowNext
}

func (r *run) execIf(f *frame, s *syntax.If) flow {
	cond := r.eval(f, s.Test)
	at := f.span(s.Test)
	if r.weak != nil && r.truth(cond, at, f) == Maybe {
		return r.bothArms(f, cond, s.Body, s.Orelse)
	}
	taken, keys := r.branchOn(cond, at, f)
	if r.keepEffects && cond.IsUnknown() {
		taken = r.goesOn(taken, s)
	}
	arm := s.Orelse
	if taken {
		arm = s.Body
	}
	if len(keys) == 0 {
		return r.execBlock(f, arm)
	}
	if !taken {
		cond = Value{}
	}
	n := len(r.dyn.controls)
	if n < 500 {
		r.dyn.controls = append(r.dyn.controls, control{keys})
	}
	var end flow
	r.bounded(cond, func() { end = r.execBlock(f, arm) })
	// What follows in a function depends on the condition too: the other arm may have left it.
	if f.code == nil {
		r.dyn.controls = r.dyn.controls[:n]
	}
	return end
}

// goesOn takes the arm of an unknown condition in a session that does not end in an exception, where only one of them does: a project
// that is deployed can be imported.
func (r *run) goesOn(taken bool, s *syntax.If) bool {
	body, orelse := endsInRaise(s.Body), endsInRaise(s.Orelse)
	if body == orelse {
		return taken
	}
	return orelse
}

// endsInRaise reports whether a block always raises at its end.
func endsInRaise(body []syntax.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	_, ok := body[len(body)-1].(*syntax.Raise)
	return ok
}

// bothArms runs both arms of an unknown condition in a region that is weak anyway.
func (r *run) bothArms(f *frame, cond Value, body, orelse []syntax.Stmt) flow {
	var first, second flow
	r.weakly(cond, func() { r.bounded(cond, func() { first = r.execBlock(f, body) }) })
	r.weakly(cond, func() { second = r.execBlock(f, orelse) })
	if first == flowReturn || second == flowReturn {
		f.weakReturn = cond
	}
	if first != flowNext && second != flowNext {
		if first == second {
			return first
		}
		return flowBreak
	}
	return flowNext
}

func (r *run) execAssert(f *frame, s *syntax.Assert) {
	taken, keys := r.branchOn(r.eval(f, s.Test), f.span(s.Test), f)
	if taken {
		return
	}
	r.dyn.controls = append(r.dyn.controls, control{keys})
	var args []Value
	if s.Msg != nil {
		args = []Value{r.eval(f, s.Msg)}
	}
	r.raiseWith(f.span(s), "AssertionError", args)
}

func (r *run) execWhile(f *frame, s *syntax.While) flow {
	for {
		r.step()
		cond := r.eval(f, s.Test)
		at := f.span(s.Test)
		if r.truth(cond, at, f) == Maybe {
			var end flow
			r.weakly(cond, func() { end = r.execBlock(f, s.Body) })
			if end == flowReturn {
				f.weakReturn = cond
			}
			break
		}
		taken, _ := r.branchOn(cond, at, f)
		if !taken {
			break
		}
		switch r.execBlock(f, s.Body) {
		case flowBreak:
			return flowNext
		case flowReturn:
			return flowReturn
		}
	}
	return r.execBlock(f, s.Orelse)
}

func (r *run) execFor(f *frame, s *syntax.For) flow {
	next := r.iterator(r.eval(f, s.Iter), f.span(s.Iter), f)
	defer next.close()
	for {
		r.step()
		v, ok := next.next()
		if !ok {
			break
		}
		if v.IsSpread() {
			r.forUnknown(f, s, v)
			continue
		}
		r.assign(f, s.Target, v)
		switch r.execBlock(f, s.Body) {
		case flowBreak:
			return flowNext
		case flowReturn:
			return flowReturn
		}
	}
	return r.execBlock(f, s.Orelse)
}

// forUnknown runs the body of a loop once for all elements that are not known.
func (r *run) forUnknown(f *frame, s *syntax.For, v Value) {
	element := derived(Value{data: &unknownData{reason: v.Reason(), op: "element", args: []Value{v}}}, f.span(s.Iter), v)
	var end flow
	r.weakly(element, func() {
		r.assign(f, s.Target, element)
		end = r.execBlock(f, s.Body)
	})
	if end == flowReturn {
		f.weakReturn = element
	}
}

// execWith runs a with statement from its item i on.
func (r *run) execWith(f *frame, s *syntax.With, i int) flow {
	if i == len(s.Items) {
		return r.execBlock(f, s.Body)
	}
	item := s.Items[i]
	at := f.span(item.ContextExpr)
	manager := r.eval(f, item.ContextExpr)
	entered := r.enterContext(manager, at, f)
	if item.OptionalVars != nil {
		r.assign(f, item.OptionalVars, entered)
	}
	var end flow
	t := r.protect(func() {
		r.dyn.handlers = append(r.dyn.handlers, handler{frame: f, suppressed: suppressed(manager)})
		end = r.execWith(f, s, i+1)
		r.dyn.handlers = r.dyn.handlers[:len(r.dyn.handlers)-1]
	})
	if r.exitContext(manager, t, at, f) {
		return flowNext
	}
	if t != nil {
		panic(t)
	}
	return end
}

func (r *run) enterContext(manager Value, at source.Span, f *frame) Value {
	if manager.IsUnknown() {
		return unknownFrom(at, "__enter__", manager)
	}
	fn, ok := r.special(manager, "__enter__", at, f)
	if !ok {
		if isOpenObject(manager) {
			return manager
		}
		r.raise(at, "TypeError", "'"+r.typeName(manager)+"' object does not support the context manager protocol")
	}
	return r.call(fn, nil, nil, at, f)
}

// suppressed are the exceptions that contextlib.suppress was given; invalid for other context managers.
func suppressed(manager Value) Value {
	o, ok := manager.data.(*objectData)
	if !ok || o.class.name != "contextlib.suppress" {
		return Value{}
	}
	return manager.Attr("_exceptions")
}

// exitContext calls __exit__; it reports whether the exception was swallowed.
func (r *run) exitContext(manager Value, t *thrown, at source.Span, f *frame) bool {
	fn, ok := r.special(manager, "__exit__", at, f)
	if !ok {
		return false
	}
	args := []Value{MakeNone(), MakeNone(), MakeNone()}
	if t != nil {
		args = []Value{r.typeOf(t.value), t.value, MakeNone()}
	}
	result := r.call(fn, args, nil, at, f)
	return t != nil && r.branch(result, at, f)
}

func (r *run) execDelete(f *frame, t syntax.Expr) {
	at := f.span(t)
	switch t := t.(type) {
	case *syntax.Name:
		r.unbind(f, t.ID, at)
	case *syntax.Tuple:
		for _, e := range t.Elts {
			r.execDelete(f, e)
		}
	case *syntax.List:
		for _, e := range t.Elts {
			r.execDelete(f, e)
		}
	case *syntax.Subscript:
		base := r.eval(f, t.Value)
		key := r.evalSlice(f, t.Slice)
		r.delItem(base, key, at, f)
		r.touched(f, t, base)
	case *syntax.Attribute:
		r.delAttr(r.eval(f, t.Value), t.Attr, at, f)
	}
}

func (r *run) execFunctionDef(f *frame, s *syntax.FunctionDef) {
	v := r.makeFunction(f, r.codeOf(s), s.Args, s)
	at := spanOfName(f, s.NamePos, s.Name)
	for i := len(s.Decorators) - 1; i >= 0; i-- {
		d := r.eval(f, s.Decorators[i])
		v = r.call(d, []Value{v}, nil, f.span(s.Decorators[i]), f)
	}
	r.store(f, s.Name, v, at)
}

// makeFunction evaluates the defaults of a function or lambda and closes it over the frame.
func (r *run) makeFunction(f *frame, code *functionCode, a *syntax.Arguments, n syntax.Node) Value {
	fn := &funcData{name: qualified(f, code.name), def: code, module: f.module, global: f.global, file: f.file}
	if f.code != nil {
		fn.parent = f
	} else if f.isBody {
		fn.parent = f.parent
		fn.class = f.owner
	}
	if f.code != nil && f.fn != nil {
		fn.class = f.fn.class
	}
	if a != nil {
		for _, d := range a.Defaults {
			fn.defaults = append(fn.defaults, r.eval(f, d))
		}
		for i, d := range a.KwDefaults {
			if d != nil && i < len(a.Kwonlyargs) {
				if fn.kwonly == nil {
					fn.kwonly = map[string]Value{}
				}
				fn.kwonly[a.Kwonlyargs[i].Name] = r.eval(f, d)
			}
		}
	}
	return Value{data: fn, origin: &Origin{At: f.span(n)}}
}

// qualified is the dotted name of something defined in a frame.
func qualified(f *frame, name string) string {
	prefix := f.module.name
	if f.isBody {
		prefix = f.class
	} else if f.fn != nil {
		prefix = f.fn.name + ".<locals>"
	}
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}
