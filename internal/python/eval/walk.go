package eval

import "gonogo/internal/python/syntax"

// eachExpr visits an expression and those in it until visit returns false for one, whose parts are then left out.
func eachExpr(e syntax.Expr, visit func(syntax.Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, part := range exprParts(e) {
		eachExpr(part, visit)
	}
}

// exprParts are the expressions directly in another one; some may be nil.
func exprParts(e syntax.Expr) []syntax.Expr {
	switch e := e.(type) {
	case *syntax.BoolOp:
		return e.Values
	case *syntax.NamedExpr:
		return []syntax.Expr{e.Target, e.Value}
	case *syntax.BinOp:
		return []syntax.Expr{e.Left, e.Right}
	case *syntax.UnaryOp:
		return []syntax.Expr{e.Operand}
	case *syntax.Lambda:
		return []syntax.Expr{e.Body}
	case *syntax.IfExp:
		return []syntax.Expr{e.Test, e.Body, e.Orelse}
	case *syntax.Dict:
		return append(append([]syntax.Expr(nil), e.Keys...), e.Values...)
	case *syntax.Set:
		return e.Elts
	case *syntax.ListComp:
		return append(generatorParts(e.Generators), e.Elt)
	case *syntax.SetComp:
		return append(generatorParts(e.Generators), e.Elt)
	case *syntax.DictComp:
		return append(generatorParts(e.Generators), e.Key, e.Value)
	case *syntax.GeneratorExp:
		return append(generatorParts(e.Generators), e.Elt)
	case *syntax.Await:
		return []syntax.Expr{e.Value}
	case *syntax.Yield:
		return []syntax.Expr{e.Value}
	case *syntax.YieldFrom:
		return []syntax.Expr{e.Value}
	case *syntax.Compare:
		return append([]syntax.Expr{e.Left}, e.Comparators...)
	case *syntax.Call:
		parts := append([]syntax.Expr{e.Func}, e.Args...)
		for _, k := range e.Keywords {
			parts = append(parts, k.Value)
		}
		return parts
	case *syntax.FormattedValue:
		return []syntax.Expr{e.Value, e.FormatSpec}
	case *syntax.Interpolation:
		return []syntax.Expr{e.Value, e.FormatSpec}
	case *syntax.JoinedStr:
		return e.Values
	case *syntax.TemplateStr:
		return e.Values
	case *syntax.Attribute:
		return []syntax.Expr{e.Value}
	case *syntax.Subscript:
		return []syntax.Expr{e.Value, e.Slice}
	case *syntax.Starred:
		return []syntax.Expr{e.Value}
	case *syntax.List:
		return e.Elts
	case *syntax.Tuple:
		return e.Elts
	case *syntax.Slice:
		return []syntax.Expr{e.Lower, e.Upper, e.Step}
	}
	return nil
}

func generatorParts(list []*syntax.Comprehension) []syntax.Expr {
	var parts []syntax.Expr
	for _, g := range list {
		parts = append(parts, g.Iter)
		parts = append(parts, g.Ifs...)
	}
	return parts
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
