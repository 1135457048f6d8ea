package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// refusesStrangers runs a resolver for a request without credentials, whose arguments are not known. It names the exception in which every
// way ends that its code can go; "" where one way ends in an answer, or cannot be followed. What it answers to strangers says nothing about
// what it does for them, so that an answer settles nothing.
func (f *fields) refusesStrangers(fn, self eval.Value) (exception string) {
	if inner, ok := fn.Static(); ok {
		fn = inner
	}
	d, ok := innermost(fn).Definition()
	if !ok || d.Function == nil || fn.Kind() != eval.Callable {
		return ""
	}
	call := func(c *eval.Call) eval.Value {
		args, kwargs := f.resolverArguments(c, d.Function, self)
		return c.CallKw(fn, args, kwargs)
	}
	answers := func(t eval.Trial) bool { return t.GivenUp != "" || t.Failure == nil || isSlip(t.Failure.Class) }
	trials, whole := f.i.session.TryUntil(maxWays, maxRefusalSteps, call, answers)
	if !whole || len(trials) == 0 {
		return ""
	}
	return last(trials[len(trials)-1].Failure.Class)
}

// maxRefusalSteps bounds one way of a resolver: who refuses strangers does so before the work begins.
const maxRefusalSteps = 1_200

// resolverArguments are the arguments with which a package calls a resolver: the object above, info, and those of the field by name.
func (f *fields) resolverArguments(c *eval.Call, fn *syntax.FunctionDef, self eval.Value) (args []eval.Value, kwargs []eval.Kwarg) {
	if fn.Args == nil {
		return nil, nil
	}
	info, given := f.info(c), false
	for n, p := range append(fn.Args.Posonlyargs[:len(fn.Args.Posonlyargs):len(fn.Args.Posonlyargs)], fn.Args.Args...) {
		switch {
		case p.Name == "cls" && n == 0 && self.IsValid():
			args = append(args, self)
		case p.Name == "queryset" || p.Name == "qs":
			args = append(args, c.Unknown("the rows of the type"))
		case !given && isInfo(p):
			args, given = append(args, info), true
		case !given && n < 2 && f.pkg != "strawberry" || p.Name == "self" || p.Name == "root":
			args = append(args, eval.MakeNone())
		default:
			kwargs = append(kwargs, eval.Kwarg{Name: p.Name, Value: c.Unknown("the argument " + p.Name)})
		}
	}
	for _, p := range fn.Args.Kwonlyargs {
		value := c.Unknown("the argument " + p.Name)
		if !given && isInfo(p) {
			value, given = info, true
		}
		kwargs = append(kwargs, eval.Kwarg{Name: p.Name, Value: value})
	}
	if fn.Args.Kwarg != nil {
		kwargs = append(kwargs, eval.Kwarg{Name: "**", Value: c.Unknown("the arguments of the field")})
	}
	return args, kwargs
}

// isInfo reports whether a parameter is the one that holds the request.
func isInfo(p *syntax.Arg) bool {
	note := p.Annotation
	if s, ok := note.(*syntax.Subscript); ok {
		note = s.Value
	}
	name := lastName(note)
	return p.Name == "info" || p.Name == "_info" || name == "Info" || strings.HasSuffix(name, "ResolveInfo")
}

// info is what a resolver gets for a request without credentials: graphene's context is the request itself, or what the view makes of it.
func (f *fields) info(c *eval.Call) eval.Value {
	if f.pkg != "graphene" {
		return f.i.info()
	}
	info := eval.NewObject(f.i.resolveInfo(), nil)
	info.SetField("context", f.context(c))
	return info
}

// isSlip reports whether an exception is one that code raises by mistake, which can be one of what is known of its values.
func isSlip(class string) bool {
	switch last(class) {
	case "AttributeError", "TypeError", "NameError", "UnboundLocalError", "KeyError", "IndexError", "LookupError", "ImportError", "ModuleNotFoundError", "StopIteration",
		"RecursionError", "NotImplementedError", "ZeroDivisionError", "UnicodeDecodeError", "SyntaxError", "AppRegistryNotReady", "ImproperlyConfigured":
		return true
	}
	return false
}

// handsOn reports whether a decorator of the project is by its text one that calls what it stands around, and looks at nobody: no word of
// it speaks of who calls, and the request goes to nothing else than the function itself.
func (f *fields) handsOn(name string) bool {
	at := strings.LastIndexByte(name, '.')
	if at < 0 {
		return false
	}
	d, ok := f.i.session.Import(name[:at]).Module.Attr(name[at+1:]).Definition()
	if !ok || d.Function == nil || speaksOfCaller(d) {
		return false
	}
	around := map[string]bool{}
	calls, others := false, false
	syntax.InspectBody([]syntax.Stmt{d.Function}, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef:
			if n == d.Function && n.Args != nil && len(n.Args.Args) > 0 {
				around[n.Args.Args[0].Name] = true
			}
		case *syntax.Raise:
			others = true
		case *syntax.Call:
			if around[calledName(n)] {
				calls = true
			} else if handsInfo(n) {
				others = true
			}
		}
		return true
	})
	return calls && !others
}
