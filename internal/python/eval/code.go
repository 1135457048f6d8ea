package eval

import (
	"gonogo/internal/python/syntax"
)

// functionCode is what can be said of a function, lambda or comprehension before it runs: its local names.
type functionCode struct {
	node      syntax.Node
	name      string
	args      *syntax.Arguments // nil for a comprehension
	body      []syntax.Stmt
	expr      syntax.Expr // of a lambda
	index     map[string]int
	names     []string
	globals   map[string]bool
	nonlocals map[string]bool
	generator bool
	async     bool
	implicit  bool // a comprehension
}

func (c *functionCode) local(name string) {
	if c.globals[name] || c.nonlocals[name] {
		return
	}
	if _, ok := c.index[name]; !ok {
		c.index[name] = len(c.names)
		c.names = append(c.names, name)
	}
}

func newCode(node syntax.Node, name string) *functionCode {
	return &functionCode{node: node, name: name, index: map[string]int{}}
}

// codeOf is the analysis of a function, made once for all runs.
func (r *run) codeOf(n syntax.Node) *functionCode {
	if c, ok := r.shared.code[n]; ok {
		return c
	}
	var c *functionCode
	switch n := n.(type) {
	case *syntax.FunctionDef:
		c = newCode(n, n.Name)
		c.args, c.body, c.async = n.Args, n.Body, n.Async
		c.parameters(n.Args)
		c.declarations(n.Body)
		w := nameWalk{code: c}
		w.stmts(n.Body)
	case *syntax.Lambda:
		c = newCode(n, "<lambda>")
		c.args, c.expr = n.Args, n.Body
		c.parameters(n.Args)
		w := nameWalk{code: c}
		w.expr(n.Body)
	}
	r.shared.code[n] = c
	return c
}

// comprehensionCode is the scope of a comprehension.
func (r *run) comprehensionCode(n syntax.Expr, generators []*syntax.Comprehension) *functionCode {
	if c, ok := r.shared.code[n]; ok {
		return c
	}
	c := newCode(n, "<comprehension>")
	c.implicit = true
	w := nameWalk{code: c}
	for _, g := range generators {
		w.target(g.Target)
	}
	r.shared.code[n] = c
	return c
}

func (c *functionCode) parameters(a *syntax.Arguments) {
	if a == nil {
		return
	}
	for _, list := range [][]*syntax.Arg{a.Posonlyargs, a.Args, a.Kwonlyargs} {
		for _, p := range list {
			c.local(p.Name)
		}
	}
	if a.Vararg != nil {
		c.local(a.Vararg.Name)
	}
	if a.Kwarg != nil {
		c.local(a.Kwarg.Name)
	}
}

// declarations finds global and nonlocal statements, which hold for the whole function.
func (c *functionCode) declarations(body []syntax.Stmt) {
	eachStmt(body, func(s syntax.Stmt) {
		switch s := s.(type) {
		case *syntax.Global:
			if c.globals == nil {
				c.globals = map[string]bool{}
			}
			for _, n := range s.Names {
				c.globals[n] = true
			}
		case *syntax.Nonlocal:
			if c.nonlocals == nil {
				c.nonlocals = map[string]bool{}
			}
			for _, n := range s.Names {
				c.nonlocals[n] = true
			}
		}
	})
}

// eachStmt visits statements and those nested in them, but not the bodies of functions and classes.
func eachStmt(body []syntax.Stmt, visit func(syntax.Stmt)) {
	for _, s := range body {
		visit(s)
		switch s := s.(type) {
		case *syntax.For:
			eachStmt(s.Body, visit)
			eachStmt(s.Orelse, visit)
		case *syntax.While:
			eachStmt(s.Body, visit)
			eachStmt(s.Orelse, visit)
		case *syntax.If:
			eachStmt(s.Body, visit)
			eachStmt(s.Orelse, visit)
		case *syntax.With:
			eachStmt(s.Body, visit)
		case *syntax.Match:
			for _, c := range s.Cases {
				eachStmt(c.Body, visit)
			}
		case *syntax.Try:
			eachStmt(s.Body, visit)
			for _, h := range s.Handlers {
				eachStmt(h.Body, visit)
			}
			eachStmt(s.Orelse, visit)
			eachStmt(s.Finalbody, visit)
		}
	}
}

// nameWalk finds the names that a function binds, and whether it yields.
type nameWalk struct{ code *functionCode }

func (w nameWalk) stmts(body []syntax.Stmt) { eachStmt(body, w.stmt) }

func (w nameWalk) stmt(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.FunctionDef:
		w.code.local(s.Name)
		w.exprs(s.Decorators...)
		if s.Args != nil {
			w.exprs(s.Args.Defaults...)
			w.exprs(s.Args.KwDefaults...)
		}
	case *syntax.ClassDef:
		w.code.local(s.Name)
		w.exprs(s.Decorators...)
		w.exprs(s.Bases...)
	case *syntax.Return:
		w.expr(s.Value)
	case *syntax.Delete:
		for _, t := range s.Targets {
			w.target(t)
		}
	case *syntax.Assign:
		for _, t := range s.Targets {
			w.target(t)
		}
		w.expr(s.Value)
	case *syntax.AugAssign:
		w.target(s.Target)
		w.expr(s.Value)
	case *syntax.AnnAssign:
		if s.Value != nil || s.Simple {
			w.target(s.Target)
		}
		w.expr(s.Value)
	case *syntax.TypeAlias:
		if s.Name != nil {
			w.code.local(s.Name.ID)
		}
	case *syntax.For:
		w.target(s.Target)
		w.expr(s.Iter)
	case *syntax.While:
		w.expr(s.Test)
	case *syntax.If:
		w.expr(s.Test)
	case *syntax.With:
		for _, i := range s.Items {
			w.expr(i.ContextExpr)
			w.target(i.OptionalVars)
		}
	case *syntax.Match:
		w.expr(s.Subject)
		for _, c := range s.Cases {
			w.pattern(c.Pattern)
			w.expr(c.Guard)
		}
	case *syntax.Raise:
		w.exprs(s.Exc, s.Cause)
	case *syntax.Try:
		for _, h := range s.Handlers {
			if h.Name != "" {
				w.code.local(h.Name)
			}
		}
	case *syntax.Assert:
		w.exprs(s.Test, s.Msg)
	case *syntax.Import:
		for _, a := range s.Names {
			w.code.local(boundName(a))
		}
	case *syntax.ImportFrom:
		for _, a := range s.Names {
			if a.Name != "*" {
				w.code.local(boundName(a))
			}
		}
	case *syntax.ExprStmt:
		w.expr(s.Value)
	}
}

// boundName is the name that `import a.b` or `import a.b as c` binds.
func boundName(a *syntax.Alias) string {
	if a.AsName != "" {
		return a.AsName
	}
	for i := 0; i < len(a.Name); i++ {
		if a.Name[i] == '.' {
			return a.Name[:i]
		}
	}
	return a.Name
}

func (w nameWalk) target(t syntax.Expr) {
	switch t := t.(type) {
	case *syntax.Name:
		w.code.local(t.ID)
	case *syntax.Tuple:
		for _, e := range t.Elts {
			w.target(e)
		}
	case *syntax.List:
		for _, e := range t.Elts {
			w.target(e)
		}
	case *syntax.Starred:
		w.target(t.Value)
	case nil:
	default:
		w.expr(t)
	}
}

func (w nameWalk) exprs(list ...syntax.Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

// expr looks for walrus targets and yields, which bind in the enclosing function even from inside a comprehension.
func (w nameWalk) expr(e syntax.Expr) {
	eachExpr(e, func(e syntax.Expr) bool {
		switch e := e.(type) {
		case *syntax.NamedExpr:
			w.target(e.Target)
		case *syntax.Yield, *syntax.YieldFrom:
			w.code.generator = true
		case *syntax.Lambda:
			return false
		}
		return true
	})
}

func (w nameWalk) pattern(p syntax.Pattern) {
	switch p := p.(type) {
	case *syntax.MatchSequence:
		for _, q := range p.Patterns {
			w.pattern(q)
		}
	case *syntax.MatchMapping:
		for _, q := range p.Patterns {
			w.pattern(q)
		}
		if p.Rest != "" {
			w.code.local(p.Rest)
		}
	case *syntax.MatchClass:
		for _, q := range p.Patterns {
			w.pattern(q)
		}
		for _, q := range p.KwdPatterns {
			w.pattern(q)
		}
	case *syntax.MatchStar:
		if p.Name != "" {
			w.code.local(p.Name)
		}
	case *syntax.MatchAs:
		if p.Pattern != nil {
			w.pattern(p.Pattern)
		}
		if p.Name != "" {
			w.code.local(p.Name)
		}
	case *syntax.MatchOr:
		for _, q := range p.Patterns {
			w.pattern(q)
		}
	}
}
