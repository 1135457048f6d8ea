package syntax

import "strconv"

func (d *dumper) stmt(s Stmt) {
	switch s := s.(type) {
	case *FunctionDef:
		d.functionDef(s)
	case *ClassDef:
		d.classDef(s)
	case *Return:
		d.begin("Return")
		d.fieldExpr("value", s.Value)
	case *Delete:
		d.begin("Delete")
		d.fieldExprs("targets", s.Targets)
	case *Assign:
		d.begin("Assign")
		d.fieldExprs("targets", s.Targets)
		d.fieldExpr("value", s.Value)
		d.raw(`,"type_comment":null`)
	case *TypeAlias:
		d.begin("TypeAlias")
		d.fieldExpr("name", s.Name)
		each(d, "type_params", s.TypeParams, d.typeParam)
		d.fieldExpr("value", s.Value)
	case *AugAssign:
		d.begin("AugAssign")
		d.fieldExpr("target", s.Target)
		d.class("op", s.Op.String())
		d.fieldExpr("value", s.Value)
	case *AnnAssign:
		d.annAssign(s)
	case *Raise:
		d.begin("Raise")
		d.fieldExpr("exc", s.Exc)
		d.fieldExpr("cause", s.Cause)
	case *Assert:
		d.begin("Assert")
		d.fieldExpr("test", s.Test)
		d.fieldExpr("msg", s.Msg)
	case *Global:
		d.begin("Global")
		d.fieldNames("names", s.Names)
	case *Nonlocal:
		d.begin("Nonlocal")
		d.fieldNames("names", s.Names)
	case *ExprStmt:
		d.begin("Expr")
		d.fieldExpr("value", s.Value)
	case *Import:
		d.begin("Import")
		each(d, "names", s.Names, d.alias)
	case *ImportFrom:
		d.begin("ImportFrom")
		d.fieldName("module", s.Module)
		each(d, "names", s.Names, d.alias)
		d.key("level")
		d.raw(strconv.Itoa(s.Level))
	case *Pass:
		d.begin("Pass")
	case *Break:
		d.begin("Break")
	case *Continue:
		d.begin("Continue")
	case *BadStmt:
		d.begin("BadStmt")
	default:
		d.block(s)
	}
	d.end(s.Extent())
}

// block writes the statements that hold others, without their place.
func (d *dumper) block(s Stmt) {
	switch s := s.(type) {
	case *For:
		d.begin(asyncName("For", s.Async))
		d.fieldExpr("target", s.Target)
		d.fieldExpr("iter", s.Iter)
		d.fieldStmts("body", s.Body)
		d.fieldStmts("orelse", s.Orelse)
		d.raw(`,"type_comment":null`)
	case *While:
		d.begin("While")
		d.fieldExpr("test", s.Test)
		d.fieldStmts("body", s.Body)
		d.fieldStmts("orelse", s.Orelse)
	case *If:
		d.begin("If")
		d.fieldExpr("test", s.Test)
		d.fieldStmts("body", s.Body)
		d.fieldStmts("orelse", s.Orelse)
	case *With:
		d.begin(asyncName("With", s.Async))
		each(d, "items", s.Items, d.withItem)
		d.fieldStmts("body", s.Body)
		d.raw(`,"type_comment":null`)
	case *Match:
		d.begin("Match")
		d.fieldExpr("subject", s.Subject)
		each(d, "cases", s.Cases, d.matchCase)
	case *Try:
		if s.Star {
			d.begin("TryStar")
		} else {
			d.begin("Try")
		}
		d.fieldStmts("body", s.Body)
		each(d, "handlers", s.Handlers, d.handler)
		d.fieldStmts("orelse", s.Orelse)
		d.fieldStmts("finalbody", s.Finalbody)
	}
}

func asyncName(class string, async bool) string {
	if async {
		return "Async" + class
	}
	return class
}

func (d *dumper) functionDef(s *FunctionDef) {
	d.begin(asyncName("FunctionDef", s.Async))
	d.fieldStr("name", s.Name)
	d.key("args")
	d.arguments(s.Args)
	d.fieldStmts("body", s.Body)
	d.fieldExprs("decorator_list", s.Decorators)
	d.fieldExpr("returns", s.Returns)
	d.raw(`,"type_comment":null`)
	each(d, "type_params", s.TypeParams, d.typeParam)
}

func (d *dumper) classDef(s *ClassDef) {
	d.begin("ClassDef")
	d.fieldStr("name", s.Name)
	d.fieldExprs("bases", s.Bases)
	each(d, "keywords", s.Keywords, d.keyword)
	d.fieldStmts("body", s.Body)
	d.fieldExprs("decorator_list", s.Decorators)
	each(d, "type_params", s.TypeParams, d.typeParam)
}

func (d *dumper) annAssign(s *AnnAssign) {
	d.begin("AnnAssign")
	d.fieldExpr("target", s.Target)
	d.fieldExpr("annotation", s.Annotation)
	d.fieldExpr("value", s.Value)
	d.key("simple")
	if s.Simple {
		d.raw("1")
	} else {
		d.raw("0")
	}
}

func (d *dumper) arguments(a *Arguments) {
	d.begin("arguments")
	each(d, "posonlyargs", a.Posonlyargs, d.arg)
	each(d, "args", a.Args, d.arg)
	d.key("vararg")
	d.arg(a.Vararg)
	each(d, "kwonlyargs", a.Kwonlyargs, d.arg)
	d.fieldExprs("kw_defaults", a.KwDefaults)
	d.key("kwarg")
	d.arg(a.Kwarg)
	d.fieldExprs("defaults", a.Defaults)
	d.raw("}")
}

func (d *dumper) arg(a *Arg) {
	if a == nil {
		d.raw("null")
		return
	}
	d.begin("arg")
	d.fieldStr("arg", a.Name)
	d.fieldExpr("annotation", a.Annotation)
	d.raw(`,"type_comment":null`)
	d.end(a.Range)
}

func (d *dumper) keyword(k *Keyword) {
	d.begin("keyword")
	d.fieldName("arg", k.Name)
	d.fieldExpr("value", k.Value)
	d.end(k.Range)
}

func (d *dumper) alias(a *Alias) {
	d.begin("alias")
	d.fieldStr("name", a.Name)
	d.fieldName("asname", a.AsName)
	d.end(a.Range)
}

func (d *dumper) withItem(w *WithItem) {
	d.begin("withitem")
	d.fieldExpr("context_expr", w.ContextExpr)
	d.fieldExpr("optional_vars", w.OptionalVars)
	d.raw("}")
}

func (d *dumper) handler(h *ExceptHandler) {
	d.begin("ExceptHandler")
	d.fieldExpr("type", h.Type)
	d.fieldName("name", h.Name)
	d.fieldStmts("body", h.Body)
	d.end(h.Range)
}

func (d *dumper) typeParam(t TypeParam) {
	switch t.Kind {
	case TypeVar:
		d.begin("TypeVar")
		d.fieldStr("name", t.Name)
		d.fieldExpr("bound", t.Bound)
	case ParamSpec:
		d.begin("ParamSpec")
		d.fieldStr("name", t.Name)
	default:
		d.begin("TypeVarTuple")
		d.fieldStr("name", t.Name)
	}
	d.fieldExpr("default_value", t.Default)
	d.end(t.Range)
}

func (d *dumper) matchCase(c *MatchCase) {
	d.begin("match_case")
	d.key("pattern")
	d.pattern(c.Pattern)
	d.fieldExpr("guard", c.Guard)
	d.fieldStmts("body", c.Body)
	d.raw("}")
}

func (d *dumper) pattern(p Pattern) {
	switch p := p.(type) {
	case nil:
		d.raw("null")
		return
	case *MatchValue:
		d.begin("MatchValue")
		d.fieldExpr("value", p.Value)
	case *MatchSingleton:
		d.begin("MatchSingleton")
		d.key("value")
		d.constantValue(&Constant{Kind: p.Kind})
	case *MatchSequence:
		d.begin("MatchSequence")
		each(d, "patterns", p.Patterns, d.pattern)
	case *MatchMapping:
		d.begin("MatchMapping")
		d.fieldExprs("keys", p.Keys)
		each(d, "patterns", p.Patterns, d.pattern)
		d.fieldName("rest", p.Rest)
	case *MatchClass:
		d.begin("MatchClass")
		d.fieldExpr("cls", p.Cls)
		each(d, "patterns", p.Patterns, d.pattern)
		d.fieldNames("kwd_attrs", p.KwdAttrs)
		each(d, "kwd_patterns", p.KwdPatterns, d.pattern)
	case *MatchStar:
		d.begin("MatchStar")
		d.fieldName("name", p.Name)
	case *MatchAs:
		d.begin("MatchAs")
		d.key("pattern")
		d.pattern(p.Pattern)
		d.fieldName("name", p.Name)
	case *MatchOr:
		d.begin("MatchOr")
		each(d, "patterns", p.Patterns, d.pattern)
	}
	d.end(p.Extent())
}
