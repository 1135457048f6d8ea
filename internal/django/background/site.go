package background

import (
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Site is a call with what stands around it in the text.
type Site struct {
	Module *resolve.Module
	Call   *syntax.Call
	// Callee is the dotted path of what is called ("django.core.mail.send_mail"), "" where it is not known.
	Callee   string
	Function *syntax.FunctionDef // the innermost def around it, nil for the module's own level
	Outer    *syntax.FunctionDef // the outermost def of its class or module around it
	Class    *syntax.ClassDef    // the class whose method Outer is, or nil
	// Deferred says that it stands in a lambda, so that it runs when that is called.
	Deferred bool
	Loop     bool        // in a loop or comprehension of its function
	Awaited  bool        // await f()
	Atomic   source.Span // what opens the transaction around it (transaction.atomic), zero without one
	Guarded  bool        // in the body of a try that handles an exception
	// Argument is the call of which it is an argument, or stands in one, or nil.
	Argument *syntax.Call
}

// At is the place of the call.
func (s *Site) At() source.Span { return s.Module.Syntax.Span(s.Call) }

// Walk visits every call of a module with what is around it, in order of the text.
func Walk(m *resolve.Module, visit func(*Site)) {
	w := siteWalker{module: m, visit: visit}
	w.body(m.Syntax.Body, Site{Module: m})
}

// siteWalker goes through a module; its depth is that of the tree, which the parser bounds.
type siteWalker struct {
	module *resolve.Module
	visit  func(*Site)
}

func (w *siteWalker) body(list []syntax.Stmt, around Site) {
	for _, s := range list {
		w.node(s, around)
	}
}

func (w *siteWalker) exprs(list []syntax.Expr, around Site) {
	for _, e := range list {
		w.node(e, around)
	}
}

// node visits a statement or expression; what changes the surroundings is visited with others.
func (w *siteWalker) node(n syntax.Node, around Site) {
	syntax.Inspect(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef:
			w.function(n, around)
			return false
		case *syntax.ClassDef:
			w.class(n, around)
			return false
		case *syntax.Lambda:
			inner := around
			inner.Deferred, inner.Atomic = true, source.Span{}
			w.node(n.Body, inner)
			return false
		case *syntax.With:
			w.with(n, around)
			return false
		case *syntax.Try:
			w.try(n, around)
			return false
		case *syntax.Call:
			w.call(n, around)
			return false
		case *syntax.Await:
			inner := around
			inner.Awaited = true
			w.node(n.Value, inner)
			return false
		}
		return w.loop(n, around)
	})
}

// loop visits loops and comprehensions; it is true for any other node.
func (w *siteWalker) loop(n syntax.Node, around Site) bool {
	inner := around
	inner.Loop = true
	switch n := n.(type) {
	case *syntax.For:
		w.node(n.Iter, around)
		w.body(n.Body, inner)
		w.body(n.Orelse, around)
	case *syntax.While:
		w.node(n.Test, inner)
		w.body(n.Body, inner)
		w.body(n.Orelse, around)
	case *syntax.ListComp:
		w.comprehension(n.Generators, around, n.Elt)
	case *syntax.SetComp:
		w.comprehension(n.Generators, around, n.Elt)
	case *syntax.GeneratorExp:
		w.comprehension(n.Generators, around, n.Elt)
	case *syntax.DictComp:
		w.comprehension(n.Generators, around, n.Key, n.Value)
	default:
		return true
	}
	return false
}

func (w *siteWalker) comprehension(generators []*syntax.Comprehension, around Site, elements ...syntax.Expr) {
	inner := around
	inner.Loop = true
	for i, g := range generators {
		if i == 0 {
			w.node(g.Iter, around)
		} else {
			w.node(g.Iter, inner)
		}
		w.exprs(g.Ifs, inner)
	}
	w.exprs(elements, inner)
}

func (w *siteWalker) function(f *syntax.FunctionDef, around Site) {
	w.exprs(f.Decorators, around)
	if f.Args != nil {
		for _, e := range append(append([]syntax.Expr{}, f.Args.Defaults...), f.Args.KwDefaults...) {
			if e != nil {
				w.node(e, around)
			}
		}
	}
	inner := Site{Module: w.module, Function: f, Outer: around.Outer, Class: around.Class}
	if inner.Outer == nil {
		inner.Outer = f
	}
	for _, d := range f.Decorators {
		if w.opensTransaction(d) {
			inner.Atomic = w.module.Syntax.Span(d)
		}
	}
	w.body(f.Body, inner)
}

func (w *siteWalker) class(c *syntax.ClassDef, around Site) {
	w.exprs(c.Decorators, around)
	inner := around
	if around.Outer == nil {
		inner.Class = c
	}
	w.body(c.Body, inner)
}

func (w *siteWalker) with(s *syntax.With, around Site) {
	inner := around
	for _, item := range s.Items {
		w.node(item.ContextExpr, inner)
		if w.opensTransaction(item.ContextExpr) && inner.Atomic.IsZero() {
			inner.Atomic = w.module.Syntax.Span(item.ContextExpr)
		}
	}
	w.body(s.Body, inner)
}

func (w *siteWalker) try(t *syntax.Try, around Site) {
	inner := around
	inner.Guarded = inner.Guarded || len(t.Handlers) > 0
	w.body(t.Body, inner)
	for _, h := range t.Handlers {
		w.body(h.Body, around)
	}
	w.body(t.Orelse, around)
	w.body(t.Finalbody, around)
}

func (w *siteWalker) call(c *syntax.Call, around Site) {
	site := around
	site.Call = c
	site.Callee, _ = w.module.Resolve(c.Func)
	w.visit(&site)
	around.Awaited = false
	if _, direct := c.Func.(*syntax.Name); !direct {
		w.node(c.Func, around)
	}
	around.Argument = c
	w.exprs(c.Args, around)
	for _, k := range c.Keywords {
		w.node(k.Value, around)
	}
}

// WalkFunction visits every call in the body of one function; class is the one whose method it is, or nil.
func WalkFunction(m *resolve.Module, f *syntax.FunctionDef, class *syntax.ClassDef, visit func(*Site)) {
	w := siteWalker{module: m, visit: visit}
	w.function(f, Site{Module: m, Class: class})
}
