package flow

import (
	"slices"
	"strings"

	"gonogo/internal/python/syntax"
)

// name is the origin of a variable at its place.
func (a asker) name(e *syntax.Name) Origin {
	for i := len(a.locals) - 1; i >= 0; i-- {
		if a.locals[i].name == e.ID {
			value := a.locals[i].value
			a.locals = a.locals[:i]
			return a.expr(value)
		}
	}
	for f := a.function; f != nil; f = f.Outer {
		b := a
		b.function, b.class = f, f.Class
		if o, ok := b.variable(e); ok {
			o.Names = append(o.Names, e.ID)
			return o
		}
	}
	return a.global(e)
}

// variable is the origin of a name of the asker's function; ok is false when it binds no such name.
func (a asker) variable(e *syntax.Name) (o Origin, ok bool) {
	f := a.function
	list, sure := f.reaching(e.ID, e.Start)
	parameter := f.parameter(e.ID)
	for _, x := range list {
		if x.value == nil || x.how == opaque {
			o = o.and(unclear())
			continue
		}
		if x.how == added && a.question.Start {
			continue
		}
		o = o.and(a.expr(x.value))
	}
	if parameter != nil && !sure {
		o = o.and(a.parameter(parameter))
	}
	return o, len(list) > 0 || parameter != nil
}

func (f *Function) parameter(name string) *syntax.Arg {
	for _, p := range f.Parameters() {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// parameter is the origin of a function's parameter, by those who call the function where all of them are known.
func (a asker) parameter(p *syntax.Arg) Origin {
	switch LastName(p.Annotation) {
	case "int", "float", "bool", "UUID", "date", "datetime", "Decimal":
		return Origin{}
	}
	f := a.function
	if isRequestParameter(p) {
		return unclear()
	}
	if o, ok := a.ofResolver(f, p); ok {
		return o
	}
	if o, ok := a.byCallers(f, p); ok {
		return o
	}
	if f.TakesRequest() && f.Class == nil {
		return Origin{Kinds: URL}
	}
	return Origin{Kinds: Parameter}
}

// byCallers joins what the callers of a function pass; ok is false when not all of them are known.
func (a asker) byCallers(f *Function, p *syntax.Arg) (o Origin, ok bool) {
	if a.callers >= 2 || a.code == nil || f.Outer != nil || strings.HasPrefix(f.Name, "__") || !f.plain() {
		return o, false
	}
	position := f.position(p.Name)
	calls := a.code.calls[f.Name]
	if position < 0 || len(calls) == 0 || len(calls) > maxCallers {
		return o, false
	}
	for _, c := range calls {
		if !f.calledBy(c) || Spreads(c.Call) {
			return o, false
		}
		arg := Arg(c.Call, position, p.Name)
		if arg == nil {
			continue // the default
		}
		b := asker{question: a.question, module: c.Module, function: c.In, class: c.Class, code: a.code, steps: a.steps, depth: a.depth, callers: a.callers + 1}
		from := b.expr(arg)
		from.Names = nil
		o = o.and(from)
	}
	return o, true
}

// plain reports whether a call of the function runs its body with the arguments as they are given.
func (f *Function) plain() bool {
	return len(f.Decorators) == 0 || len(f.Decorators) == 1 && (f.decoratedBy("classmethod") || f.decoratedBy("staticmethod"))
}

func (f *Function) decoratedBy(name string) bool {
	return slices.ContainsFunc(f.Decorators, func(d syntax.Expr) bool { n, ok := d.(*syntax.Name); return ok && n.ID == name })
}

// position is the place of a parameter among those that a caller gives; -1 for *args and **kwargs.
func (f *Function) position(name string) int {
	var list []*syntax.Arg
	list = append(list, f.Args.Posonlyargs...)
	list = append(list, f.Args.Args...)
	first := 0
	if f.Class != nil && !f.decoratedBy("staticmethod") {
		first = 1
	}
	for i, p := range list {
		if p.Name == name && i >= first {
			return i - first
		}
	}
	for _, p := range f.Args.Kwonlyargs {
		if p.Name == name {
			return len(list)
		}
	}
	return -1
}

// calledBy reports whether a call of the function's name calls this very function.
func (f *Function) calledBy(c *Call) bool {
	if f.Class != nil {
		path := Path(c.Func)
		return c.Module == f.Module && (path == "self."+f.Name || path == "cls."+f.Name || path == f.Class.Name+"."+f.Name)
	}
	name := dotted(c.Module, c.Func)
	return name == f.Module.Dotted+"."+f.Name
}

// global is the origin of a name of the module, or of one that it imports.
func (a asker) global(e syntax.Expr) Origin {
	name := dotted(a.module, e)
	switch {
	case name == "":
		return unclear()
	case strings.HasPrefix(name, "django.conf.settings."):
		return Origin{Kinds: Setting}
	case strings.HasPrefix(name, "builtins."):
		return Origin{}
	case a.code == nil:
		return unclear()
	}
	d, ok := a.code.graph.Define(name)
	switch {
	case !ok && a.code.graph.Owns(name):
		return unclear()
	case !ok: // a constant of a package
		return Origin{}
	case d.Value == nil:
		if d.Function != nil || d.Class != nil {
			return Origin{}
		}
		return unclear()
	}
	b := asker{question: a.question, module: d.Module, code: a.code, steps: a.steps, depth: a.depth, callers: a.callers}
	return b.expr(d.Value)
}
