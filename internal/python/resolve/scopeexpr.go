package resolve

import "gonogo/internal/python/syntax"

// exprs looks for what binds names within expressions: the walrus, lambdas and comprehensions. Expressions may be nil.
func (b *binder) exprs(list ...syntax.Expr) {
	for _, e := range list {
		if e != nil {
			b.inside(e)
		}
	}
}

// inside goes through a node and stops at those that have a scope of their own.
func (b *binder) inside(n syntax.Node) {
	syntax.Inspect(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.NamedExpr:
			b.walrus(n)
		case *syntax.Lambda:
			b.arguments(n.Args)
			b.enter(n.Range, false, func() {
				b.parameters(n.Args)
				b.exprs(n.Body)
			})
			return false
		case *syntax.ListComp:
			b.comprehension(n.Range, n.Generators, n.Elt)
			return false
		case *syntax.SetComp:
			b.comprehension(n.Range, n.Generators, n.Elt)
			return false
		case *syntax.DictComp:
			b.comprehension(n.Range, n.Generators, n.Key, n.Value)
			return false
		case *syntax.GeneratorExp:
			b.comprehension(n.Range, n.Generators, n.Elt)
			return false
		}
		return true
	})
}

// walrus binds in the function around, not in a comprehension (PEP 572).
func (b *binder) walrus(n *syntax.NamedExpr) {
	b.bind(n.Target.ID, binding{})
}

// comprehension takes the first iterable for a part of its own scope, which differs from Python only where a target has the same name.
func (b *binder) comprehension(r syntax.Range, generators []*syntax.Comprehension, results ...syntax.Expr) {
	b.enter(r, false, func() {
		for _, g := range generators {
			b.exprs(g.Iter)
			b.assign(g.Target, nil)
			b.exprs(g.Ifs...)
		}
		b.exprs(results...)
	})
}
