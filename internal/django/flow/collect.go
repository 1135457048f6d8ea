package flow

import (
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// part is what one module holds.
type part struct {
	functions []*Function
	classes   []*Class
	calls     []Call
}

// collector walks one module.
type collector struct {
	part
	module   *resolve.Module
	function *Function
	class    *Class
	aliases  map[string]string // what `from x import name as alias` brings, by alias
}

func collect(m *resolve.Module) part {
	c := collector{module: m}
	if m.Syntax != nil {
		syntax.InspectBody(m.Syntax.Body, c.visit)
	}
	return c.part
}

// visit notes a node; definitions are entered with their surroundings, whose depth the parser bounds.
func (c *collector) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Call:
		if name := LastName(n.Func); name != "" {
			if _, plain := n.Func.(*syntax.Name); plain && c.aliases[name] != "" {
				name = c.aliases[name]
			}
			c.calls = append(c.calls, Call{Call: n, Module: c.module, In: c.function, Class: c.class, name: name})
		}
	case *syntax.ImportFrom:
		c.alias(n)
	case *syntax.FunctionDef:
		c.enterFunction(n)
		return false
	case *syntax.ClassDef:
		c.enterClass(n)
		return false
	}
	return true
}

func (c *collector) alias(n *syntax.ImportFrom) {
	for _, a := range n.Names {
		if a.AsName == "" || a.AsName == a.Name {
			continue
		}
		if c.aliases == nil {
			c.aliases = make(map[string]string)
		}
		c.aliases[a.AsName] = a.Name
	}
}

func (c *collector) enterFunction(n *syntax.FunctionDef) {
	for _, d := range n.Decorators {
		syntax.Inspect(d, c.visit)
	}
	f := &Function{FunctionDef: n, Module: c.module, Outer: c.function}
	if c.class != nil && (c.function == nil || c.function.Start < c.class.Start) {
		f.Class = c.class
		c.class.Methods = append(c.class.Methods, f)
	}
	c.functions = append(c.functions, f)
	outer := c.function
	c.function = f
	if n.Args != nil {
		for _, list := range [][]syntax.Expr{n.Args.Defaults, n.Args.KwDefaults} {
			for _, e := range list {
				syntax.Inspect(e, c.visit)
			}
		}
	}
	syntax.InspectBody(n.Body, c.visit)
	c.function = outer
}

func (c *collector) enterClass(n *syntax.ClassDef) {
	for _, d := range n.Decorators {
		syntax.Inspect(d, c.visit)
	}
	for _, b := range n.Bases {
		syntax.Inspect(b, c.visit)
	}
	class := &Class{ClassDef: n, Module: c.module}
	c.classes = append(c.classes, class)
	outer := c.class
	c.class = class
	syntax.InspectBody(n.Body, c.visit)
	c.class = outer
}
