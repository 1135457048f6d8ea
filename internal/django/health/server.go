package health

import (
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// servers finds the endpoints that a wrapper around the WSGI or ASGI application answers: functions of the module itself, and those
// that its own level calls.
func (f *finder) servers() {
	for _, m := range f.Servers {
		if m.Syntax == nil {
			continue
		}
		for _, s := range m.Syntax.Body {
			if d, ok := s.(*syntax.FunctionDef); ok {
				f.wrapper(m, d, nil)
			}
			assign, ok := s.(*syntax.Assign)
			if !ok {
				continue
			}
			call, ok := assign.Value.(*syntax.Call)
			if !ok {
				continue
			}
			dotted, _ := m.Resolve(call.Func)
			if d, ok := f.Graph.Define(dotted); ok && d.Function != nil {
				f.wrapper(d.Module, d.Function, f.given(m, d.Function, call))
			}
		}
	}
}

// given are the texts that a call gives to the parameters of a function.
func (f *finder) given(m *resolve.Module, d *syntax.FunctionDef, call *syntax.Call) map[string][]string {
	names := parameters(d)
	given := map[string][]string{}
	for i, a := range call.Args {
		if i < len(names) {
			given[names[i]] = f.texts(place{module: m}, a)
		}
	}
	for _, k := range call.Keywords {
		given[k.Name] = f.texts(place{module: m}, k.Value)
	}
	return given
}

// wrapper reads a function that compares the path of a request; given are the texts of its parameters.
func (f *finder) wrapper(m *resolve.Module, d *syntax.FunctionDef, given map[string][]string) {
	in := place{module: m, function: d}
	syntax.InspectBody(d.Body, func(n syntax.Node) bool {
		c, ok := n.(*syntax.Compare)
		if !ok || len(c.Ops) != 1 || !isPath(c.Left) {
			return true
		}
		switch c.Ops[0] {
		case syntax.Eq, syntax.NotEq, syntax.In, syntax.NotIn:
		default:
			return true
		}
		paths := f.texts(in, c.Comparators[0])
		if name, ok := c.Comparators[0].(*syntax.Name); ok && given[name.ID] != nil {
			paths = given[name.ID]
		}
		for _, p := range paths {
			if purpose, ok := purposeOfPath(p); ok {
				f.add(f.ofWrapper(in, p, purpose))
			}
		}
		return true
	})
}

// ofWrapper is an endpoint that a wrapper answers. What it calls of its own parameters is the application behind it.
func (f *finder) ofWrapper(in place, path string, purpose Purpose) Endpoint {
	e := Endpoint{Path: path, Purpose: purpose, By: Server, Name: in.module.Dotted + "." + in.function.Name, Entry: -1,
		At: in.module.Syntax.Span(in.function)}
	e.At.End = e.At.Start
	if in.function.NamePos > 0 {
		e.At.Start, e.At.End = in.function.NamePos, in.function.NamePos+syntax.Pos(len(in.function.Name))
	}
	r := newReader(f.Graph)
	for _, name := range []string{"application", "app", "environ", "start_response", "send", "receive", "inner", "django_application", "django_app"} {
		r.skip[name] = true
	}
	for _, name := range parameters(in.function) {
		r.skip[name] = true
	}
	r.function(in, in.function)
	e.take(r, in)
	e.Login = Touch{Has: eval.No}
	return e
}
