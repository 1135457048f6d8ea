package eval

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

var operatorTexts = [...]string{
	syntax.Add: "+", syntax.Sub: "-", syntax.Mult: "*", syntax.MatMult: "@", syntax.Div: "/", syntax.Mod: "%", syntax.Pow: "**",
	syntax.LShift: "<<", syntax.RShift: ">>", syntax.BitOr: "|", syntax.BitXor: "^", syntax.BitAnd: "&", syntax.FloorDiv: "//",
}

var compareTexts = [...]string{
	syntax.Eq: "==", syntax.NotEq: "!=", syntax.Lt: "<", syntax.LtE: "<=", syntax.Gt: ">", syntax.GtE: ">=",
	syntax.Is: "is", syntax.IsNot: "is not", syntax.In: "in", syntax.NotIn: "not in",
}

func operatorText(op syntax.Operator) string {
	if int(op) < len(operatorTexts) {
		return operatorTexts[op]
	}
	return "?"
}

func compareText(op syntax.CompareOperator) string {
	if int(op) < len(compareTexts) {
		return compareTexts[op]
	}
	return "?"
}

// specialNames are the method of an operator and the one of its right operand (data model, 3.3.8).
func specialNames(op string) (method, reflected string) {
	switch op {
	case "+":
		return "__add__", "__radd__"
	case "-":
		return "__sub__", "__rsub__"
	case "*":
		return "__mul__", "__rmul__"
	case "@":
		return "__matmul__", "__rmatmul__"
	case "/":
		return "__truediv__", "__rtruediv__"
	case "//":
		return "__floordiv__", "__rfloordiv__"
	case "%":
		return "__mod__", "__rmod__"
	case "**":
		return "__pow__", "__rpow__"
	case "<<":
		return "__lshift__", "__rlshift__"
	case ">>":
		return "__rshift__", "__rrshift__"
	case "|":
		return "__or__", "__ror__"
	case "^":
		return "__xor__", "__rxor__"
	case "&":
		return "__and__", "__rand__"
	case "==":
		return "__eq__", "__eq__"
	case "!=":
		return "__ne__", "__ne__"
	case "<":
		return "__lt__", "__gt__"
	case "<=":
		return "__le__", "__ge__"
	case ">":
		return "__gt__", "__lt__"
	case ">=":
		return "__ge__", "__le__"
	}
	return "", ""
}

// operator applies a binary operator or a comparison.
func (r *run) operator(op string, a, b Value, at source.Span, f *frame) Value {
	switch op {
	case "==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not":
		return r.compare(op, a, b, at, f)
	}
	if v := r.ownOperator(op, a, b, at, f); v.IsValid() {
		return v
	}
	x, y := a.bodied(), b.bodied()
	if v, ok := r.builtinOperator(op, x, y, at, f); ok {
		if v.IsUnknown() && v.origin != nil && len(v.origin.From) > 0 {
			return v
		}
		return derived(v, at, a, b)
	}
	if a.IsUnknown() || b.IsUnknown() {
		return r.unknownOperator(op, a, b, at)
	}
	if isOpenObject(a) || isOpenObject(b) || isOpenClass(a) || isOpenClass(b) {
		return derived(MakeUnknown(r.openReason(a, b).Reason()), at, a, b)
	}
	if op == "|" && isTypeLike(a) && isTypeLike(b) {
		return r.unknownAt(at, "a union of types")
	}
	r.raise(at, "TypeError", r.operandMessage(op, a, b), a, b)
	return Value{}
}

// operandMessage is CPython's message for operands that an operator does not take.
func (r *run) operandMessage(op string, a, b Value) string {
	switch {
	case op == "+" && isSequence(a):
		quote := "\""
		if a.Kind() == Bytes {
			return "can't concat " + r.typeName(b) + " to bytes"
		}
		return "can only concatenate " + r.typeName(a) + " (not " + quote + r.typeName(b) + quote + ") to " + r.typeName(a)
	case op == "*" && isSequence(a):
		return "can't multiply sequence by non-int of type '" + r.typeName(b) + "'"
	case op == "*" && isSequence(b):
		return "can't multiply sequence by non-int of type '" + r.typeName(a) + "'"
	}
	name := func(v Value) string {
		if v.Kind() == Timedelta {
			return "datetime.timedelta"
		}
		return r.typeName(v)
	}
	return "unsupported operand type(s) for " + op + ": '" + name(a) + "' and '" + name(b) + "'"
}

func isTypeLike(v Value) bool { return v.Kind() == Class || v.Kind() == None }

// builtinOperator is what the built-in types do.
func (r *run) builtinOperator(op string, a, b Value, at source.Span, f *frame) (Value, bool) {
	if isNumber(a) && isNumber(b) {
		return r.arithmetic(op, a, b, at), true
	}
	switch op {
	case "+":
		return r.concatenate(a, b, at)
	case "*":
		if isSequence(a) && bigOf(b) != nil {
			return r.repeat(a, b, at), true
		}
		if isSequence(b) && bigOf(a) != nil {
			return r.repeat(b, a, at), true
		}
	case "%":
		switch a.Kind() {
		case Str, Bytes:
			return r.percentFormat(a, b, at, f), true
		}
	case "|":
		x, ok1 := a.data.(*dictData)
		y, ok2 := b.data.(*dictData)
		if ok1 && ok2 {
			d := x.copy()
			d.update(y)
			return Value{data: d}, true
		}
		if ok1 && b.IsUnknown() {
			d := x.copy()
			d.overlay(b)
			return Value{data: d}, true
		}
	}
	return r.setOperator(op, a, b)
}

// unknownOperator is an operation with an unknown operand.
func (r *run) unknownOperator(op string, a, b Value, at source.Span) Value {
	v := unknownFrom(at, op, a, b)
	u := v.data.(*unknownData)
	text := func(v Value) bool {
		x, ok := v.data.(*unknownData)
		return v.Kind() == Str || ok && x.typ == "str"
	}
	switch {
	case op == "+" && text(a) && text(b):
		u.typ = "str"
		if truth(a.data) == Yes || truth(b.data) == Yes {
			u.truth = Yes
		}
	case op == "%" && a.Kind() == Str:
		u.typ = "str"
	case op == "/" && (a.Kind() == Path || b.Kind() == Path):
		u.truth = Yes
	}
	return v
}

// ownOperator asks the operands' classes for a method of the operator; invalid when they have none.
func (r *run) ownOperator(op string, a, b Value, at source.Span, f *frame) Value {
	if !hasOwnMethods(a) && !hasOwnMethods(b) {
		return Value{}
	}
	method, reflected := specialNames(op)
	if hasOwnMethods(a) {
		if v := r.trySpecial(a, method, b, at, f); v.IsValid() {
			return v
		}
	}
	if hasOwnMethods(b) {
		return r.trySpecial(b, reflected, a, at, f)
	}
	return Value{}
}

func hasOwnMethods(v Value) bool {
	switch v.data.(type) {
	case *objectData, pathData, purePathData, timedeltaData, *classData:
		return true
	}
	return false
}

func (r *run) trySpecial(v Value, method string, arg Value, at source.Span, f *frame) Value {
	if v.Kind() == Class {
		return r.classOperator(v, method, arg, at, f)
	}
	fn, ok := r.special(v, method, at, f)
	if !ok {
		return Value{}
	}
	result := r.call(fn, []Value{arg}, nil, at, f)
	if _, no := result.data.(notImplementedData); no {
		return Value{}
	}
	return result
}

// classOperator is an operator of a class itself, which a metaclass in Go gives; arg is invalid for one with a single operand.
func (r *run) classOperator(v Value, method string, arg Value, at source.Span, f *frame) Value {
	c, ok := v.data.(*classData)
	if !ok {
		return Value{}
	}
	for _, k := range c.mro {
		if k.native == nil || k.native.ClassOperators[method] == nil {
			continue
		}
		call := &Call{At: at, run: r, frame: f}
		if arg.IsValid() {
			call.Args = []Value{arg}
		}
		return derived(k.native.ClassOperators[method](call, v), at, v)
	}
	return Value{}
}

// inPlace is an augmented assignment: it changes lists, sets and dictionaries themselves.
func (r *run) inPlace(op string, a, b Value, at source.Span, f *frame) Value {
	switch d := a.data.(type) {
	case *listData:
		switch op {
		case "+":
			r.extend(d, b, at, f)
			return derived(a, at, a, Value{origin: b.origin})
		case "*":
			if n, ok := b.AsInt(); ok && r.weak == nil {
				d.elems = r.repeat(a, MakeInt(n), at).Elems()
				return a
			}
		}
	case *dictData:
		if op == "|" {
			r.updateDict(d, b, at, f)
			return a
		}
	case *setData:
		if d.frozen {
			break
		}
		if v, ok := r.setOperator(op, a, b); ok {
			r.replaceSet(d, v.data.(*setData), at)
			return a
		}
	case *objectData:
		method, _ := specialNames(op)
		if fn, ok := r.special(a, "__i"+method[min(2, len(method)):], at, f); ok {
			return r.call(fn, []Value{b}, nil, at, f)
		}
	}
	return r.operator(op, a, b, at, f)
}

func (r *run) unary(op syntax.UnaryOperator, v Value, at source.Span, f *frame) Value {
	if op == syntax.Not {
		switch t := r.truth(v, at, f); t {
		case Maybe:
			return derived(Value{data: &unknownData{reason: r.openReason(v).Reason(), op: "not", args: []Value{v}, typ: "bool"}}, at, v)
		default:
			return derived(MakeBool(t == No), at, v)
		}
	}
	method, sign := "__neg__", "-"
	switch op {
	case syntax.UAdd:
		method, sign = "__pos__", "+"
	case syntax.Invert:
		method, sign = "__invert__", "~"
	}
	if v.Kind() == Class {
		if result := r.classOperator(v, method, Value{}, at, f); result.IsValid() {
			return result
		}
	} else if hasOwnMethods(v) {
		if fn, ok := r.special(v, method, at, f); ok {
			return r.call(fn, nil, nil, at, f)
		}
	}
	v2 := v.bodied()
	if v.IsUnknown() {
		return unknownFrom(at, method, v)
	}
	if v2.IsValid() && isNumber(v2) {
		switch op {
		case syntax.USub:
			if x, ok := v2.data.(floatData); ok {
				return derived(MakeFloat(-float64(x)), at, v)
			}
			return derived(r.arithmetic("-", MakeInt(0), v2, at), at, v)
		case syntax.UAdd:
			return derived(r.arithmetic("+", MakeInt(0), v2, at), at, v)
		}
		if bigOf(v2) != nil {
			return derived(r.arithmetic("-", MakeInt(-1), v2, at), at, v)
		}
	}
	if isOpenObject(v) {
		return derived(MakeUnknown(r.openReason(v).Reason()), at, v)
	}
	r.raise(at, "TypeError", "bad operand type for unary "+sign+": '"+r.typeName(v)+"'", v)
	return Value{}
}
