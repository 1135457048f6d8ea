package eval

import "gonogo/internal/python/syntax"

// eachExpr visits an expression and those in it until visit returns false for one, whose parts are then left out.
func eachExpr(e syntax.Expr, visit func(syntax.Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	switch e := e.(type) {
	case *syntax.BoolOp:
		eachOf(e.Values, visit)
	case *syntax.NamedExpr:
		eachExpr(e.Target, visit)
		eachExpr(e.Value, visit)
	case *syntax.BinOp:
		eachExpr(e.Left, visit)
		eachExpr(e.Right, visit)
	case *syntax.UnaryOp:
		eachExpr(e.Operand, visit)
	case *syntax.Lambda:
		eachExpr(e.Body, visit)
	case *syntax.IfExp:
		eachExpr(e.Test, visit)
		eachExpr(e.Body, visit)
		eachExpr(e.Orelse, visit)
	case *syntax.Dict:
		eachOf(e.Keys, visit)
		eachOf(e.Values, visit)
	case *syntax.Set:
		eachOf(e.Elts, visit)
	case *syntax.Await:
		eachExpr(e.Value, visit)
	case *syntax.Yield:
		eachExpr(e.Value, visit)
	case *syntax.YieldFrom:
		eachExpr(e.Value, visit)
	case *syntax.Compare:
		eachExpr(e.Left, visit)
		eachOf(e.Comparators, visit)
	case *syntax.Call:
		eachExpr(e.Func, visit)
		eachOf(e.Args, visit)
		for _, k := range e.Keywords {
			eachExpr(k.Value, visit)
		}
	case *syntax.Attribute:
		eachExpr(e.Value, visit)
	case *syntax.Subscript:
		eachExpr(e.Value, visit)
		eachExpr(e.Slice, visit)
	case *syntax.Starred:
		eachExpr(e.Value, visit)
	case *syntax.List:
		eachOf(e.Elts, visit)
	case *syntax.Tuple:
		eachOf(e.Elts, visit)
	case *syntax.Slice:
		eachExpr(e.Lower, visit)
		eachExpr(e.Upper, visit)
		eachExpr(e.Step, visit)
	default:
		eachInText(e, visit)
	}
}

func eachOf(list []syntax.Expr, visit func(syntax.Expr) bool) {
	for _, e := range list {
		eachExpr(e, visit)
	}
}

// eachInText goes through texts with expressions in them, and comprehensions.
func eachInText(e syntax.Expr, visit func(syntax.Expr) bool) {
	switch e := e.(type) {
	case *syntax.FormattedValue:
		eachExpr(e.Value, visit)
		eachExpr(e.FormatSpec, visit)
	case *syntax.Interpolation:
		eachExpr(e.Value, visit)
		eachExpr(e.FormatSpec, visit)
	case *syntax.JoinedStr:
		eachOf(e.Values, visit)
	case *syntax.TemplateStr:
		eachOf(e.Values, visit)
	case *syntax.ListComp:
		eachGenerator(e.Generators, visit)
		eachExpr(e.Elt, visit)
	case *syntax.SetComp:
		eachGenerator(e.Generators, visit)
		eachExpr(e.Elt, visit)
	case *syntax.GeneratorExp:
		eachGenerator(e.Generators, visit)
		eachExpr(e.Elt, visit)
	case *syntax.DictComp:
		eachGenerator(e.Generators, visit)
		eachExpr(e.Key, visit)
		eachExpr(e.Value, visit)
	}
}

func eachGenerator(list []*syntax.Comprehension, visit func(syntax.Expr) bool) {
	for _, g := range list {
		eachExpr(g.Iter, visit)
		eachOf(g.Ifs, visit)
	}
}

// assignedNames are the names that statements bind in their own scope, in order, each once; and the names that they only mention.
func assignedNames(body []syntax.Stmt) (bound, mentioned []string) {
	c := newCode(nil, "")
	w := nameWalk{code: c}
	w.stmts(body)
	seen := map[string]bool{}
	note := func(e syntax.Expr) {
		eachExpr(e, func(e syntax.Expr) bool {
			if n, ok := e.(*syntax.Name); ok && !seen[n.ID] {
				seen[n.ID] = true
				mentioned = append(mentioned, n.ID)
			}
			return true
		})
	}
	eachStmt(body, func(s syntax.Stmt) {
		for _, e := range stmtExprs(s) {
			note(e)
		}
	})
	return c.names, mentioned
}

// stmtExprs are the expressions directly in a statement that can change something.
func stmtExprs(s syntax.Stmt) []syntax.Expr {
	switch s := s.(type) {
	case *syntax.Assign:
		return append(append([]syntax.Expr(nil), s.Targets...), s.Value)
	case *syntax.AugAssign:
		return []syntax.Expr{s.Target, s.Value}
	case *syntax.AnnAssign:
		return []syntax.Expr{s.Target, s.Value}
	case *syntax.Delete:
		return s.Targets
	case *syntax.ExprStmt:
		return []syntax.Expr{s.Value}
	case *syntax.For:
		return []syntax.Expr{s.Target}
	case *syntax.Return:
		return []syntax.Expr{s.Value}
	}
	return nil
}
