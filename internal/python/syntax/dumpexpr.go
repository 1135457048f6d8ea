package syntax

import "strconv"

func (d *dumper) expr(e Expr) {
	switch e := e.(type) {
	case nil:
		d.raw("null")
		return
	case *Name:
		d.begin("Name")
		d.fieldStr("id", e.ID)
		d.class("ctx", e.Ctx.String())
	case *Constant:
		d.constant(e)
	case *Attribute:
		d.begin("Attribute")
		d.fieldExpr("value", e.Value)
		d.fieldStr("attr", e.Attr)
		d.class("ctx", e.Ctx.String())
	case *Call:
		d.begin("Call")
		d.fieldExpr("func", e.Func)
		d.fieldExprs("args", e.Args)
		each(d, "keywords", e.Keywords, d.keyword)
	case *Subscript:
		d.begin("Subscript")
		d.fieldExpr("value", e.Value)
		d.fieldExpr("slice", e.Slice)
		d.class("ctx", e.Ctx.String())
	case *Starred:
		d.begin("Starred")
		d.fieldExpr("value", e.Value)
		d.class("ctx", e.Ctx.String())
	case *JoinedStr, *TemplateStr, *FormattedValue, *Interpolation:
		d.formatted(e)
	case *BadExpr:
		d.begin("BadExpr")
	case *List, *Tuple, *Set, *Dict, *Slice, *ListComp, *SetComp, *DictComp, *GeneratorExp:
		d.container(e)
	default:
		d.operation(e)
	}
	d.end(e.Extent())
}

func (d *dumper) container(e Expr) {
	switch e := e.(type) {
	case *List:
		d.begin("List")
		d.fieldExprs("elts", e.Elts)
		d.class("ctx", e.Ctx.String())
	case *Tuple:
		d.begin("Tuple")
		d.fieldExprs("elts", e.Elts)
		d.class("ctx", e.Ctx.String())
	case *Set:
		d.begin("Set")
		d.fieldExprs("elts", e.Elts)
	case *Dict:
		d.begin("Dict")
		d.fieldExprs("keys", e.Keys)
		d.fieldExprs("values", e.Values)
	case *Slice:
		d.begin("Slice")
		d.fieldExpr("lower", e.Lower)
		d.fieldExpr("upper", e.Upper)
		d.fieldExpr("step", e.Step)
	case *ListComp:
		d.begin("ListComp")
		d.fieldExpr("elt", e.Elt)
		each(d, "generators", e.Generators, d.comprehension)
	case *SetComp:
		d.begin("SetComp")
		d.fieldExpr("elt", e.Elt)
		each(d, "generators", e.Generators, d.comprehension)
	case *GeneratorExp:
		d.begin("GeneratorExp")
		d.fieldExpr("elt", e.Elt)
		each(d, "generators", e.Generators, d.comprehension)
	case *DictComp:
		d.begin("DictComp")
		d.fieldExpr("key", e.Key)
		d.fieldExpr("value", e.Value)
		each(d, "generators", e.Generators, d.comprehension)
	}
}

func (d *dumper) operation(e Expr) {
	switch e := e.(type) {
	case *BinOp:
		d.begin("BinOp")
		d.fieldExpr("left", e.Left)
		d.class("op", e.Op.String())
		d.fieldExpr("right", e.Right)
	case *BoolOp:
		d.begin("BoolOp")
		if e.Or {
			d.class("op", "Or")
		} else {
			d.class("op", "And")
		}
		d.fieldExprs("values", e.Values)
	case *UnaryOp:
		d.begin("UnaryOp")
		d.class("op", e.Op.String())
		d.fieldExpr("operand", e.Operand)
	case *Compare:
		d.begin("Compare")
		d.fieldExpr("left", e.Left)
		each(d, "ops", e.Ops, func(op CompareOperator) { d.begin(op.String()); d.raw("}") })
		d.fieldExprs("comparators", e.Comparators)
	case *NamedExpr:
		d.begin("NamedExpr")
		d.fieldExpr("target", e.Target)
		d.fieldExpr("value", e.Value)
	case *Lambda:
		d.begin("Lambda")
		d.key("args")
		d.arguments(e.Args)
		d.fieldExpr("body", e.Body)
	case *IfExp:
		d.begin("IfExp")
		d.fieldExpr("test", e.Test)
		d.fieldExpr("body", e.Body)
		d.fieldExpr("orelse", e.Orelse)
	case *Await:
		d.begin("Await")
		d.fieldExpr("value", e.Value)
	case *Yield:
		d.begin("Yield")
		d.fieldExpr("value", e.Value)
	case *YieldFrom:
		d.begin("YieldFrom")
		d.fieldExpr("value", e.Value)
	}
}

func (d *dumper) comprehension(c *Comprehension) {
	d.begin("comprehension")
	d.fieldExpr("target", c.Target)
	d.fieldExpr("iter", c.Iter)
	d.fieldExprs("ifs", c.Ifs)
	d.key("is_async")
	if c.Async {
		d.raw("1}")
	} else {
		d.raw("0}")
	}
}

// formatted writes strings with replacement fields. What is inside one has no place in blind mode.
func (d *dumper) formatted(e Expr) {
	outer := d.inF
	d.inF = true
	switch e := e.(type) {
	case *JoinedStr:
		d.begin("JoinedStr")
		d.fieldExprs("values", e.Values)
	case *TemplateStr:
		d.begin("TemplateStr")
		d.fieldExprs("values", e.Values)
	case *FormattedValue:
		d.begin("FormattedValue")
		d.fieldExpr("value", e.Value)
		d.key("conversion")
		d.raw(strconv.Itoa(e.Conversion))
		d.fieldExpr("format_spec", e.FormatSpec)
	case *Interpolation:
		d.begin("Interpolation")
		d.fieldExpr("value", e.Value)
		d.fieldStr("str", e.Str)
		d.key("conversion")
		d.raw(strconv.Itoa(e.Conversion))
		d.fieldExpr("format_spec", e.FormatSpec)
	}
	d.inF = outer
}
