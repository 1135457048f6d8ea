package syntax

// Inspect calls visit for a statement or expression and, where visit returns true, for every statement and expression inside it,
// in order of the text, except that a call's keywords come behind its other arguments and defaults behind annotations.
// Parts that are neither (arguments, handlers, patterns) are passed through. A nil node is skipped.
func Inspect(n Node, visit func(Node) bool) {
	w := walker{visit}
	switch n := n.(type) {
	case Stmt:
		w.stmt(n)
	case Expr:
		w.expr(n)
	}
}

// InspectBody is Inspect over statements in order.
func InspectBody(body []Stmt, visit func(Node) bool) { walker{visit}.body(body) }

// walker goes through the tree; its depth is that of the tree, which the parser bounds.
type walker struct{ visit func(Node) bool }

func (w walker) body(list []Stmt) {
	for _, s := range list {
		w.stmt(s)
	}
}

func (w walker) exprs(list []Expr) {
	for _, e := range list {
		w.expr(e)
	}
}

func (w walker) stmt(s Stmt) {
	if s == nil || !w.visit(s) {
		return
	}
	switch s := s.(type) {
	case *FunctionDef:
		w.exprs(s.Decorators)
		w.typeParams(s.TypeParams)
		w.arguments(s.Args)
		w.expr(s.Returns)
		w.body(s.Body)
	case *ClassDef:
		w.exprs(s.Decorators)
		w.typeParams(s.TypeParams)
		w.exprs(s.Bases)
		w.keywords(s.Keywords)
		w.body(s.Body)
	case *For:
		w.expr(s.Target)
		w.expr(s.Iter)
		w.body(s.Body)
		w.body(s.Orelse)
	case *While:
		w.expr(s.Test)
		w.body(s.Body)
		w.body(s.Orelse)
	case *If:
		w.expr(s.Test)
		w.body(s.Body)
		w.body(s.Orelse)
	case *With:
		for _, item := range s.Items {
			w.expr(item.ContextExpr)
			w.expr(item.OptionalVars)
		}
		w.body(s.Body)
	case *Match:
		w.expr(s.Subject)
		for _, c := range s.Cases {
			w.pattern(c.Pattern)
			w.expr(c.Guard)
			w.body(c.Body)
		}
	case *Try:
		w.body(s.Body)
		for _, h := range s.Handlers {
			w.expr(h.Type)
			w.body(h.Body)
		}
		w.body(s.Orelse)
		w.body(s.Finalbody)
	default:
		w.simple(s)
	}
}

// simple goes through a statement that holds no other statements.
func (w walker) simple(s Stmt) {
	switch s := s.(type) {
	case *Return:
		w.expr(s.Value)
	case *Delete:
		w.exprs(s.Targets)
	case *Assign:
		w.exprs(s.Targets)
		w.expr(s.Value)
	case *TypeAlias:
		w.expr(s.Name)
		w.typeParams(s.TypeParams)
		w.expr(s.Value)
	case *AugAssign:
		w.expr(s.Target)
		w.expr(s.Value)
	case *AnnAssign:
		w.expr(s.Target)
		w.expr(s.Annotation)
		w.expr(s.Value)
	case *Raise:
		w.expr(s.Exc)
		w.expr(s.Cause)
	case *Assert:
		w.expr(s.Test)
		w.expr(s.Msg)
	case *ExprStmt:
		w.expr(s.Value)
	}
}

func (w walker) arguments(a *Arguments) {
	if a == nil {
		return
	}
	for _, list := range [][]*Arg{a.Posonlyargs, a.Args, {a.Vararg}, a.Kwonlyargs, {a.Kwarg}} {
		for _, arg := range list {
			if arg != nil {
				w.expr(arg.Annotation)
			}
		}
	}
	w.exprs(a.Defaults)
	w.exprs(a.KwDefaults)
}

func (w walker) typeParams(list []TypeParam) {
	for _, p := range list {
		w.expr(p.Bound)
		w.expr(p.Default)
	}
}

// pattern goes through the expressions in a pattern: values, keys and classes.
func (w walker) pattern(p Pattern) {
	switch p := p.(type) {
	case *MatchValue:
		w.expr(p.Value)
	case *MatchSequence:
		w.patterns(p.Patterns)
	case *MatchMapping:
		for i, key := range p.Keys {
			w.expr(key)
			w.pattern(p.Patterns[i])
		}
	case *MatchClass:
		w.expr(p.Cls)
		w.patterns(p.Patterns)
		w.patterns(p.KwdPatterns)
	case *MatchAs:
		w.pattern(p.Pattern)
	case *MatchOr:
		w.patterns(p.Patterns)
	}
}

func (w walker) patterns(list []Pattern) {
	for _, p := range list {
		w.pattern(p)
	}
}

func (w walker) keywords(list []*Keyword) {
	for _, k := range list {
		w.expr(k.Value)
	}
}

func (w walker) comprehension(list []*Comprehension) {
	for _, c := range list {
		w.expr(c.Target)
		w.expr(c.Iter)
		w.exprs(c.Ifs)
	}
}

func (w walker) expr(e Expr) {
	if e == nil || !w.visit(e) {
		return
	}
	switch e := e.(type) {
	case *BoolOp:
		w.exprs(e.Values)
	case *NamedExpr:
		w.expr(e.Target)
		w.expr(e.Value)
	case *BinOp:
		w.expr(e.Left)
		w.expr(e.Right)
	case *UnaryOp:
		w.expr(e.Operand)
	case *Lambda:
		w.arguments(e.Args)
		w.expr(e.Body)
	case *IfExp:
		w.expr(e.Body)
		w.expr(e.Test)
		w.expr(e.Orelse)
	case *Dict:
		for i, v := range e.Values {
			w.expr(e.Keys[i])
			w.expr(v)
		}
	case *Set:
		w.exprs(e.Elts)
	case *List:
		w.exprs(e.Elts)
	case *Tuple:
		w.exprs(e.Elts)
	case *Compare:
		w.expr(e.Left)
		w.exprs(e.Comparators)
	case *Call:
		w.expr(e.Func)
		w.exprs(e.Args)
		w.keywords(e.Keywords)
	default:
		w.part(e)
	}
}

// part goes through the kinds of expression that expr leaves.
func (w walker) part(e Expr) {
	switch e := e.(type) {
	case *ListComp:
		w.expr(e.Elt)
		w.comprehension(e.Generators)
	case *SetComp:
		w.expr(e.Elt)
		w.comprehension(e.Generators)
	case *GeneratorExp:
		w.expr(e.Elt)
		w.comprehension(e.Generators)
	case *DictComp:
		w.expr(e.Key)
		w.expr(e.Value)
		w.comprehension(e.Generators)
	case *Await:
		w.expr(e.Value)
	case *Yield:
		w.expr(e.Value)
	case *YieldFrom:
		w.expr(e.Value)
	case *FormattedValue:
		w.expr(e.Value)
		w.expr(e.FormatSpec)
	case *JoinedStr:
		w.exprs(e.Values)
	case *Interpolation:
		w.expr(e.Value)
		w.expr(e.FormatSpec)
	case *TemplateStr:
		w.exprs(e.Values)
	case *Attribute:
		w.expr(e.Value)
	case *Subscript:
		w.expr(e.Value)
		w.expr(e.Slice)
	case *Starred:
		w.expr(e.Value)
	case *Slice:
		w.expr(e.Lower)
		w.expr(e.Upper)
		w.expr(e.Step)
	}
}
