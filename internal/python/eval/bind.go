package eval

import (
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

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
		r.tooManyPositional(fn, positional, args, kwargs, at)
	}
	if u := r.bindKeywords(f, fn, kwargs, at); u.IsValid() {
		open = u
	}
	r.bindDefaults(f, fn, positional, open, at)
}

// tooManyPositional words the error as CPython does (too_many_positional in Python/ceval.c).
func (r *run) tooManyPositional(fn *funcData, positional []*syntax.Arg, args []Value, kwargs []Kwarg, at source.Span) {
	takes, many := itoa(len(positional)), plural(len(positional))
	if n := len(fn.defaults); n > 0 {
		takes, many = "from "+itoa(len(positional)-n)+" to "+takes, "s"
	}
	given, keywords := itoa(len(args)), 0
	for _, k := range kwargs {
		for _, p := range fn.def.args.Kwonlyargs {
			if p.Name == k.Name {
				keywords++
			}
		}
	}
	if keywords > 0 {
		given += " positional argument" + plural(len(args)) + " (and " + itoa(keywords) + " keyword-only argument" + plural(keywords) + ")"
	}
	r.argumentError(fn, at, "takes "+takes+" positional argument"+many+" but "+given+wereGiven(len(args)+keywords))
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
		for _, p := range fn.def.args.Kwonlyargs {
			fill(p.Name, fn.kwonly[p.Name])
		}
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
	r.raise(at, "TypeError", strings.TrimPrefix(fn.name, fn.module.name+".")+"() "+message)
}
