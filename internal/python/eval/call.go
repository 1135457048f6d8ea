package eval

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// evalCall is a call expression.
func (r *run) evalCall(f *frame, e *syntax.Call) Value {
	at := f.span(e)
	if n, ok := e.Func.(*syntax.Name); ok && n.ID == "super" && len(e.Args) == 0 {
		if v, ok := r.zeroSuper(f); ok {
			return v
		}
	}
	fn := r.eval(f, e.Func)
	args, kwargs := r.arguments(f, e)
	v := r.call(fn, args, kwargs, at, f)
	if v.IsUnknown() && isUnmodelled(fn) {
		r.openArguments(f, e, args, kwargs, v.Reason())
	}
	return v
}

// isUnmodelled reports whether nothing is known of what a callee does.
func isUnmodelled(fn Value) bool {
	switch d := fn.data.(type) {
	case *unknownData:
		return true
	case *methodData:
		return isOpenObject(d.self) && !d.fn.IsValid()
	}
	return false
}

// openArguments opens the containers that an unknown callee was given by name: it may change them. What the call makes only
// for it (a display, a literal) is not reachable afterwards.
func (r *run) openArguments(f *frame, e *syntax.Call, args []Value, kwargs []Kwarg, reason string) {
	named := func(x syntax.Expr) bool {
		switch x := x.(type) {
		case *syntax.Name, *syntax.Attribute, *syntax.Subscript:
			return true
		case *syntax.Call:
			n, ok := x.Func.(*syntax.Name)
			return ok && (n.ID == "locals" || n.ID == "globals" || n.ID == "vars")
		}
		return false
	}
	for i, x := range e.Args {
		if i < len(args) && named(x) {
			r.openArgument(args[i], reason, f.span(x))
		}
	}
	for i, k := range e.Keywords {
		if i < len(kwargs) && named(k.Value) {
			r.openArgument(kwargs[i].Value, reason, f.span(k))
		}
	}
}

func (r *run) openArgument(v Value, reason string, at source.Span) {
	if d, ok := v.data.(*dictData); ok && d.isModule {
		r.at = at
		r.openNames(d, MakeUnknown(reason).WithOrigin(&Origin{At: at}))
		return
	}
	openValue(v, reason, 0)
}

// openNames is what an unknown star import, or an unknown callee that was given the global names, does to them:
// every setting may have another value, and there may be more names. Names that are no settings stay.
func (r *run) openNames(d *dictData, u Value) {
	for i := range d.list {
		name, ok := d.list[i].Key.AsStr()
		if d.list[i].Key.IsValid() && ok && isUpper(name) {
			d.setStr(name, derived(Value{data: &unknownData{reason: u.Reason(), op: "name " + name, args: []Value{u}}}, u.At(), u))
		}
	}
	d.open = spread(u)
}

// arguments evaluates those of a call.
func (r *run) arguments(f *frame, e *syntax.Call) ([]Value, []Kwarg) {
	var args []Value
	if len(e.Args) > 0 {
		args = r.elements(f, e.Args)
	}
	var kwargs []Kwarg
	for _, k := range e.Keywords {
		v := r.eval(f, k.Value)
		if k.Name != "" {
			kwargs = append(kwargs, Kwarg{k.Name, v})
			continue
		}
		d := newDict()
		r.mergeInto(d, v, f.span(k), f)
		for _, entry := range d.entries() {
			name, ok := entry.Key.AsStr()
			if !ok {
				r.raise(f.span(k), "TypeError", "keywords must be strings")
			}
			kwargs = append(kwargs, Kwarg{name, entry.Value})
		}
		if d.open.IsValid() {
			kwargs = append(kwargs, Kwarg{"**", MakeUnknown(d.open.Reason()).WithOrigin(d.open.origin)})
		}
	}
	return args, kwargs
}

// call calls any value.
func (r *run) call(fn Value, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	r.step()
	switch d := fn.data.(type) {
	case *funcData:
		if d.module != nil && d.module.installed && r.installing+r.inPackage == 0 {
			return r.callInstalled(d, args, kwargs, at, f)
		}
		return r.callFunction(d, args, kwargs, at, f)
	case *methodData:
		return r.callMethod(d, args, kwargs, at, f)
	case *nativeData:
		return r.callNative(d, args, kwargs, at, f)
	case *classData:
		return r.instantiate(d, fn, args, kwargs, at, f)
	case *unknownData:
		return r.callUnknown(fn, d, args, kwargs, at)
	case *objectData:
		if m, ok := r.special(fn, "__call__", at, f); ok {
			return r.call(m, args, kwargs, at, f)
		}
		if isOpenObject(fn) {
			return r.callUnknown(fn, &unknownData{reason: r.openReason(fn).Reason()}, args, kwargs, at)
		}
	case *descriptorData:
		if d.what != "property" {
			return r.call(d.get, args, kwargs, at, f)
		}
	}
	r.raise(at, "TypeError", "'"+r.typeName(fn)+"' object is not callable", fn)
	return Value{}
}

// callUnknown is a call of what is not known. Two calls with the same arguments are not taken to give the same.
func (r *run) callUnknown(fn Value, d *unknownData, args []Value, kwargs []Kwarg, at source.Span) Value {
	from := append([]Value{fn}, args...)
	for _, k := range kwargs {
		from = append(from, k.Value)
	}
	out := r.unknownAt(at, d.reason, from...)
	out.data.(*unknownData).called = &called{fn, args, kwargs}
	if u, ok := fn.data.(*unknownData); ok && len(kwargs) == 0 {
		out.data.(*unknownData).bound = affixBound(u, args)
	}
	return out
}

func (r *run) callMethod(d *methodData, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	if !d.fn.IsValid() {
		c := &Call{Args: args, Kwargs: kwargs, At: at, run: r, frame: f}
		return r.callBuiltinMethod(d.self, d.name, c)
	}
	if n, ok := d.fn.data.(*nativeData); ok && n.method != nil {
		c := &Call{Args: args, Kwargs: kwargs, At: at, run: r, frame: f}
		return r.finishNative(n, n.method(c, d.self), append([]Value{d.self}, args...), kwargs, at)
	}
	all := make([]Value, 0, len(args)+1)
	all = append(append(all, d.self), args...)
	return r.call(d.fn, all, kwargs, at, f)
}

func (r *run) callNative(d *nativeData, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	c := &Call{Args: args, Kwargs: kwargs, At: at, run: r, frame: f}
	r.charge(args...)
	if d.method != nil {
		if len(args) == 0 {
			r.raise(at, "TypeError", "descriptor '"+lastPart(d.name)+"' needs an argument")
		}
		c.Args = args[1:]
		return r.finishNative(d, d.method(c, args[0]), args, kwargs, at)
	}
	if d.pure {
		if u := c.FirstUnknown(); u.IsValid() {
			from := append([]Value(nil), args...)
			for _, k := range kwargs {
				from = append(from, k.Value)
			}
			return derived(Value{data: &unknownData{reason: u.Reason(), op: d.name, args: from}}, at, from...)
		}
	}
	return r.finishNative(d, d.fn(c), args, kwargs, at)
}

// finishNative gives a result of Go code its provenance.
func (r *run) finishNative(d *nativeData, v Value, args []Value, kwargs []Kwarg, at source.Span) Value {
	if !v.IsValid() {
		return MakeNone()
	}
	r.chargeResult(v, args...)
	if v.origin != nil {
		return v
	}
	switch v.data.(type) {
	case *funcData, *classData, *moduleData, *nativeData, noneData:
		if v.Kind() != None {
			return v
		}
	}
	from := args
	if len(kwargs) > 0 {
		from = append([]Value(nil), args...)
		for _, k := range kwargs {
			from = append(from, k.Value)
		}
	}
	if u, ok := v.data.(*unknownData); ok && u.op == "" && !u.spread {
		place := "call " + d.name + " " + place(at)
		u.op = place + "#" + itoa(r.sites.next(place))
	}
	return derived(v, at, from...)
}

// zeroSuper is super() without arguments.
func (r *run) zeroSuper(f *frame) (Value, bool) {
	g := f
	for g != nil && (g.fn == nil || g.fn.class == nil || !g.self.IsValid()) {
		g = g.parent
	}
	if g == nil {
		return Value{}, false
	}
	return Value{data: &superData{class: g.fn.class, self: g.self}}, true
}

// seenFromCall gives a value that was made within a function the call as its place: a reader looks for DEBUG = flag("DEBUG"),
// not for the return statement of flag. Literals keep theirs, and so does what only passed through.
func seenFromCall(v Value, fn *funcData, at source.Span) Value {
	o := v.origin
	if o == nil || o.Literal || at.IsZero() || fn.file == nil || o.At.File != fn.file || fn.def == nil || fn.def.node == nil {
		return v
	}
	r := fn.def.node.Extent()
	if o.At.Start < r.Start || o.At.End > r.End {
		return v
	}
	return v.WithOrigin(&Origin{At: at, From: []*Origin{o}})
}
