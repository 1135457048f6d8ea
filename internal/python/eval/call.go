package eval

import (
	"strings"

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
	if d, ok := v.data.(*dictData); ok && d.assigned != nil {
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
	return r.unknownAt(at, d.reason, from...)
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
		r.sites[place]++
		u.op = place + "#" + itoa(r.sites[place])
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

// callFunction runs a Python function.
func (r *run) callFunction(fn *funcData, args []Value, kwargs []Kwarg, at source.Span, caller *frame) Value {
	code := fn.def
	f := &frame{module: fn.module, code: code, slots: make([]Value, len(code.names)), global: fn.global, parent: fn.parent,
		caller: caller, callAt: at, fn: fn, file: fn.file}
	r.bindArguments(f, fn, args, kwargs, at)
	if fn.class != nil && len(args) > 0 {
		f.self = args[0]
	} else if fn.parent != nil {
		f.self = fn.parent.self
	}
	if !r.reserve(64 + 32*len(code.names)) {
		r.exhaust("too much memory")
	}
	if code.async {
		return r.unknownAt(at, "the result of a coroutine")
	}
	if code.generator {
		return r.generator(f, at)
	}
	r.enter()
	controls := len(r.dyn.controls)
	var v Value
	if code.expr != nil {
		v = r.eval(f, code.expr)
	} else {
		f.ret = MakeNone()
		r.execBlock(f, code.body)
		v = f.ret
	}
	r.dyn.depth--
	if controls <= len(r.dyn.controls) {
		r.dyn.controls = r.dyn.controls[:controls]
	}
	if f.weakReturn.IsValid() {
		return unknownFrom(at, "return", f.weakReturn, v)
	}
	return seenFromCall(v, fn, at)
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

// bindArguments gives parameters their values (Language Reference, 6.3.4).
func (r *run) bindArguments(f *frame, fn *funcData, args []Value, kwargs []Kwarg, at source.Span) {
	a := fn.def.args
	if a == nil {
		return
	}
	set := func(name string, v Value) { f.slots[fn.def.index[name]] = v }
	positional := positionalParameters(a)
	open := Value{} // an unknown *args or **kwargs
	var extra []Value
	for i, v := range args {
		if v.IsSpread() {
			open = v
			if a.Vararg != nil {
				extra = append(extra, args[i:]...)
			}
			break
		}
		if i < len(positional) {
			set(positional[i].Name, v)
		} else {
			extra = append(extra, v)
		}
	}
	if a.Vararg != nil {
		set(a.Vararg.Name, MakeTuple(extra...))
	} else if len(extra) > 0 {
		r.argumentError(fn, at, "takes "+itoa(len(positional))+" positional argument"+plural(len(positional))+" but "+itoa(len(args))+wereGiven(len(args)))
	}
	if u := r.bindKeywords(f, fn, kwargs, at); u.IsValid() {
		open = u
	}
	r.bindDefaults(f, fn, positional, open, at)
}

func positionalParameters(a *syntax.Arguments) []*syntax.Arg {
	if len(a.Posonlyargs) == 0 {
		return a.Args
	}
	return append(append([]*syntax.Arg(nil), a.Posonlyargs...), a.Args...)
}

// bindKeywords binds keyword arguments; it gives an unknown **kwargs that was among them.
func (r *run) bindKeywords(f *frame, fn *funcData, kwargs []Kwarg, at source.Span) (open Value) {
	a := fn.def.args
	var rest *dictData
	if a.Kwarg != nil {
		rest = newDict()
		f.slots[fn.def.index[a.Kwarg.Name]] = Value{data: rest}
	}
	for _, k := range kwargs {
		if k.Name == "**" {
			open = k.Value
			if rest != nil {
				rest.open = spread(k.Value)
			}
			continue
		}
		if isKeywordParameter(a, k.Name) {
			p := &f.slots[fn.def.index[k.Name]]
			if p.IsValid() {
				r.argumentError(fn, at, "got multiple values for argument '"+k.Name+"'")
			}
			*p = k.Value
			continue
		}
		if rest == nil {
			r.argumentError(fn, at, "got an unexpected keyword argument '"+k.Name+"'")
		}
		rest.setStr(k.Name, k.Value)
	}
	return open
}

func isKeywordParameter(a *syntax.Arguments, name string) bool {
	for _, p := range a.Args {
		if p.Name == name {
			return true
		}
	}
	for _, p := range a.Kwonlyargs {
		if p.Name == name {
			return true
		}
	}
	return false
}

func (r *run) bindDefaults(f *frame, fn *funcData, positional []*syntax.Arg, open Value, at source.Span) {
	var missing []string
	what := "positional"
	fill := func(name string, def Value) {
		p := &f.slots[fn.def.index[name]]
		switch {
		case p.IsValid():
		case open.IsValid():
			*p = derived(Value{data: &unknownData{reason: open.Reason(), op: "argument " + name, args: []Value{open}}}, at, open)
		case def.IsValid():
			*p = def
		default:
			missing = append(missing, "'"+name+"'")
		}
	}
	first := len(positional) - len(fn.defaults)
	for i, p := range positional {
		def := Value{}
		if i >= first && i-first < len(fn.defaults) {
			def = fn.defaults[i-first]
		}
		fill(p.Name, def)
	}
	if len(missing) == 0 {
		what = "keyword-only"
	}
	for _, p := range fn.def.args.Kwonlyargs {
		fill(p.Name, fn.kwonly[p.Name])
	}
	if len(missing) > 0 {
		list := strings.Join(missing, ", ")
		if n := len(missing); n == 2 {
			list = missing[0] + " and " + missing[1]
		} else if n > 2 {
			list = strings.Join(missing[:n-1], ", ") + ", and " + missing[n-1]
		}
		r.argumentError(fn, at, "missing "+itoa(len(missing))+" required "+what+" argument"+plural(len(missing))+": "+list)
	}
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

func wereGiven(n int) string {
	if n == 1 {
		return " was given"
	}
	return " were given"
}

func (r *run) argumentError(fn *funcData, at source.Span, message string) {
	r.raise(at, "TypeError", fn.def.name+"() "+message)
}

// instantiate calls a class.
func (r *run) instantiate(c *classData, class Value, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	if c.builtin {
		call := &Call{Args: args, Kwargs: kwargs, At: at, run: r, frame: f}
		return r.constructBuiltin(c, call)
	}
	if m, ok := c.metaclass.data.(*classData); ok {
		if fn, ok := m.find("__call__"); ok && fn.Kind() == Callable {
			return r.call(r.bind(fn, class, m, at, f), args, kwargs, at, f)
		}
	}
	if fn, ok := c.find("__new__"); ok {
		if d, ok := fn.data.(*descriptorData); ok {
			fn = d.get
		}
		v := r.call(fn, append([]Value{class}, args...), kwargs, at, f)
		if o, ok := v.data.(*objectData); !ok || !o.class.isSubclass(c) {
			return v
		}
		return r.initialize(v, args, kwargs, at, f)
	}
	for _, k := range c.mro {
		if k.native != nil && k.native.New != nil {
			call := &Call{Args: args, Kwargs: kwargs, At: at, run: r, frame: f}
			v := k.native.New(call, class)
			if v.origin == nil {
				v = derived(v, at, args...)
			}
			return v
		}
	}
	return r.initialize(r.blankInstance(c, args, kwargs, at, f), args, kwargs, at, f)
}

// blankInstance is object.__new__, or that of the built-in type that the class inherits from.
func (r *run) blankInstance(c *classData, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	o := &objectData{class: c}
	from := args
	switch base := builtinBase(c); {
	case base == nil:
	case base.isSubclass(builtinClasses()["BaseException"]):
		o.attrs = newDict()
		o.attrs.setStr("args", MakeTuple(args...))
	default:
		switch base.name {
		case "list", "dict", "set":
			o.value = r.constructBuiltin(base, &Call{At: at, run: r, frame: f})
		case "str", "int", "float", "tuple", "bytes", "frozenset", "complex":
			o.value = r.constructBuiltin(base, &Call{Args: args, Kwargs: kwargs, At: at, run: r, frame: f})
		}
	}
	if c.isOpen() || keepsArguments(c) {
		o.args, o.kwargs = args, kwargs
		if o.args == nil {
			o.args = []Value{}
		}
		o.open = c.isOpen()
	}
	return derived(Value{data: o}, at, from...)
}

// keepsArguments reports whether a class in Go without a constructor takes any arguments and keeps them.
func keepsArguments(c *classData) bool {
	for _, k := range c.mro {
		if k.native != nil && k.native.Init == nil && k.native.New == nil {
			return true
		}
	}
	return false
}

// builtinBase is the built-in type that a class inherits from, other than object; or nil.
func builtinBase(c *classData) *classData {
	for _, k := range c.mro {
		if k.builtin && k.name != "object" {
			return k
		}
	}
	return nil
}

func (r *run) initialize(v Value, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	o, ok := v.data.(*objectData)
	if !ok {
		return v
	}
	if fn, ok := o.class.find("__init__"); ok {
		r.call(r.bind(fn, v, o.class, at, f), args, kwargs, at, f)
		return v
	}
	if o.value.IsValid() || o.args != nil {
		r.builtinInit(&Call{Args: append([]Value{v}, args...), Kwargs: kwargs, At: at, run: r, frame: f})
		return v
	}
	if builtinBase(o.class) == nil && (len(args) > 0 || len(kwargs) > 0) && !o.class.isOpen() {
		if _, ok := o.class.find("__new__"); !ok {
			r.raise(at, "TypeError", o.class.simpleName()+"() takes no arguments")
		}
	}
	return v
}

// builtinInit is __init__ of the built-in type that an instance inherits from; its first argument is the instance.
func (r *run) builtinInit(c *Call) {
	if len(c.Args) == 0 {
		return
	}
	o, ok := c.Args[0].data.(*objectData)
	if !ok {
		return
	}
	inner := *c
	inner.Args = c.Args[1:]
	switch d := o.value.data.(type) {
	case *listData:
		if len(inner.Args) > 0 {
			d.elems = r.iterate(inner.Args[0], c.At, c.frame)
		}
	case *dictData:
		r.dictUpdateCall(d, &inner)
	case *setData:
		if len(inner.Args) > 0 {
			o.value = r.makeSet(r.iterate(inner.Args[0], c.At, c.frame), c.At)
		}
	case nil:
		if o.class.isSubclass(builtinClasses()["BaseException"]) {
			o.attrs.setStr("args", MakeTuple(inner.Args...))
		}
	}
}
