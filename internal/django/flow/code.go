// Package flow tells where values in the bodies of functions come from: constants, parameters, what a client sent, objects.
// It reads syntax within one function, with a look at module constants, at simple helpers and at who calls a helper; it runs nothing.
package flow

import (
	"runtime"
	"strings"
	"sync"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// Code is the functions, classes and calls of a project, found in one walk. It is safe for concurrent use.
type Code struct {
	Functions []*Function
	Classes   []*Class
	graph     *resolve.Graph
	calls     map[string][]*Call
	functions map[*syntax.FunctionDef]*Function
	classes   map[*syntax.ClassDef]*Class
}

// Class is a class statement.
type Class struct {
	*syntax.ClassDef
	Module  *resolve.Module
	Methods []*Function
}

// Function is a def statement with its surroundings.
type Function struct {
	*syntax.FunctionDef
	Module *resolve.Module
	Class  *Class    // whose body holds it, or nil
	Outer  *Function // the function around it, or nil

	code  *Code
	once  sync.Once
	names map[string][]definition
}

// Call is a call with its surroundings.
type Call struct {
	*syntax.Call
	Module *resolve.Module
	In     *Function // or nil: at the level of a module or class
	Class  *Class    // the class around it, or nil

	code *Code
	name string // of what is called, behind an import's alias
}

// New walks modules once. Graph must hold them.
func New(graph *resolve.Graph, modules []*resolve.Module) *Code {
	parts := make([]part, len(modules))
	var running sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		running.Go(func() {
			for i := worker; i < len(modules); i += workers {
				parts[i] = collect(modules[i])
			}
		})
	}
	running.Wait()
	functions, classes := 0, 0
	for i := range parts {
		functions += len(parts[i].functions)
		classes += len(parts[i].classes)
	}
	c := &Code{graph: graph, calls: make(map[string][]*Call), functions: make(map[*syntax.FunctionDef]*Function, functions),
		classes: make(map[*syntax.ClassDef]*Class, classes), Functions: make([]*Function, 0, functions), Classes: make([]*Class, 0, classes)}
	for i := range parts {
		for _, f := range parts[i].functions {
			f.code = c
			c.functions[f.FunctionDef] = f
		}
		c.Functions = append(c.Functions, parts[i].functions...)
		c.Classes = append(c.Classes, parts[i].classes...)
		for _, k := range parts[i].classes {
			c.classes[k.ClassDef] = k
		}
		for j := range parts[i].calls {
			call := &parts[i].calls[j]
			call.code = c
			c.calls[call.name] = append(c.calls[call.name], call)
		}
	}
	return c
}

// Named are the calls of anything of these names: the function's own name, behind an alias of
// an import, or the last attribute.
func (c *Code) Named(names ...string) []*Call {
	var found []*Call
	for _, name := range names {
		found = append(found, c.calls[name]...)
	}
	return found
}

// Function is the function of a def statement, nil when it stands in a module that was not walked.
func (c *Code) Function(def *syntax.FunctionDef) *Function { return c.functions[def] }

// Class is the class of a class statement, nil when it stands in a module that was not walked.
func (c *Code) Class(def *syntax.ClassDef) *Class { return c.classes[def] }

// Dotted is what the call calls, as a dotted path; "" where it is not known.
func (c *Call) Dotted() string { return dotted(c.Module, c.Func) }

func dotted(m *resolve.Module, e syntax.Expr) string {
	if name, ok := m.Resolve(e); ok {
		return name
	}
	return ""
}

// Arg is the argument at a position, or of a name; nil without it. An empty name asks for the position alone.
func Arg(c *syntax.Call, position int, name string) syntax.Expr {
	if position >= 0 && position < len(c.Args) {
		for _, a := range c.Args[:position+1] {
			if _, starred := a.(*syntax.Starred); starred {
				return nil
			}
		}
		return c.Args[position]
	}
	for _, k := range c.Keywords {
		if name != "" && k.Name == name {
			return k.Value
		}
	}
	return nil
}

// Spreads reports whether a call passes *args or **kwargs, so that it may have any argument.
func Spreads(c *syntax.Call) bool {
	for _, k := range c.Keywords {
		if k.Name == "" {
			return true
		}
	}
	for _, a := range c.Args {
		if _, starred := a.(*syntax.Starred); starred {
			return true
		}
	}
	return false
}

// LastName is a name, or the last attribute of an expression; "" for anything else.
func LastName(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID
	case *syntax.Attribute:
		return e.Attr
	}
	return ""
}

// Path is a chain of names and attributes as it is written, "self.request.GET"; calls and subscripts in it are passed through.
// "" for anything else.
func Path(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID
	case *syntax.Attribute:
		if left := Path(e.Value); left != "" {
			return left + "." + e.Attr
		}
	case *syntax.Call:
		return Path(e.Func)
	case *syntax.Subscript:
		return Path(e.Value)
	}
	return ""
}

// Parameters are the names that a function takes, self and cls among them, in order.
func (f *Function) Parameters() []*syntax.Arg {
	a := f.Args
	if a == nil {
		return nil
	}
	var list []*syntax.Arg
	for _, group := range [][]*syntax.Arg{a.Posonlyargs, a.Args, {a.Vararg}, a.Kwonlyargs, {a.Kwarg}} {
		for _, p := range group {
			if p != nil {
				list = append(list, p)
			}
		}
	}
	return list
}

// TakesRequest reports whether a function gets the request as its first parameter, or as the second one of a method.
func (f *Function) TakesRequest() bool {
	list := f.Parameters()
	if f.Class != nil && len(list) > 0 {
		list = list[1:]
	}
	return len(list) > 0 && isRequestParameter(list[0])
}

func isRequestParameter(p *syntax.Arg) bool {
	if p.Name == "request" {
		return p.Annotation == nil || strings.HasSuffix(LastName(p.Annotation), "Request")
	}
	switch LastName(p.Annotation) {
	case "HttpRequest", "WSGIRequest", "AuthenticatedHttpRequest":
		return true
	}
	return false
}
