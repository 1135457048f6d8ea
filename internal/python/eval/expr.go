package eval

import (
	"math/big"
	"strconv"
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// maxNested bounds expressions in each other, against trees that are deep enough to exhaust the stack.
const maxNested = 20000

// eval computes an expression.
func (r *run) eval(f *frame, e syntax.Expr) Value {
	r.step()
	switch e := e.(type) {
	case *syntax.Constant:
		return r.constant(f, e)
	case *syntax.Name:
		return r.lookup(f, e.ID, f.span(e))
	}
	r.nested++
	if r.nested > maxNested {
		r.exhaust("expressions nested too deeply")
	}
	v := r.evalNested(f, e)
	r.nested--
	return v
}

func (r *run) evalNested(f *frame, e syntax.Expr) Value {
	at := f.span(e)
	switch e := e.(type) {
	case *syntax.Attribute:
		return r.getAttr(r.eval(f, e.Value), e.Attr, at, f)
	case *syntax.Call:
		return r.evalCall(f, e)
	case *syntax.Subscript:
		base := r.eval(f, e.Value)
		return r.getItem(base, r.evalSlice(f, e.Slice), at, f)
	case *syntax.List:
		return placed(MakeList(r.elements(f, e.Elts)...), at)
	case *syntax.Tuple:
		return placed(MakeTuple(r.elements(f, e.Elts)...), at)
	case *syntax.Set:
		return placed(r.makeSet(r.elements(f, e.Elts), at), at)
	case *syntax.Dict:
		return r.evalDict(f, e)
	case *syntax.BinOp:
		a := r.eval(f, e.Left)
		return r.operator(operatorText(e.Op), a, r.eval(f, e.Right), at, f)
	case *syntax.BoolOp:
		return r.evalBoolOp(f, e)
	case *syntax.UnaryOp:
		return r.unary(e.Op, r.eval(f, e.Operand), at, f)
	case *syntax.Compare:
		return r.evalCompare(f, e)
	case *syntax.IfExp:
		return r.evalIfExp(f, e)
	case *syntax.JoinedStr:
		return r.joinedStr(f, e.Values, at)
	case *syntax.FormattedValue:
		return r.formatted(f, e.Value, e.Conversion, e.FormatSpec, at)
	case *syntax.ListComp:
		return r.listComp(f, e, e.Generators, e.Elt)
	case *syntax.SetComp:
		v := r.listComp(f, e, e.Generators, e.Elt)
		return derived(r.makeSet(v.Elems(), at), at, v)
	case *syntax.DictComp:
		return r.dictComp(f, e)
	case *syntax.GeneratorExp:
		return r.generatorExp(f, e)
	case *syntax.Lambda:
		return r.makeFunction(f, r.codeOf(e), e.Args, e)
	case *syntax.NamedExpr:
		v := r.eval(f, e.Value)
		r.store(f, e.Target.ID, v, f.span(e.Target))
		return v
	case *syntax.Yield:
		v := MakeNone()
		if e.Value != nil {
			v = r.eval(f, e.Value)
		}
		return r.yield(f, v, at)
	case *syntax.YieldFrom:
		return r.yieldFrom(f, r.eval(f, e.Value), at)
	case *syntax.Await:
		return unknownFrom(at, "await", r.eval(f, e.Value))
	case *syntax.Starred:
		return r.eval(f, e.Value)
	case *syntax.Slice:
		return r.evalSlice(f, e)
	case *syntax.TemplateStr:
		return r.unknownAt(at, "a template string")
	}
	return r.unknownAt(at, "an expression that cannot be read")
}

// placed gives a new container its place.
func placed(v Value, at source.Span) Value {
	v.origin = &Origin{At: at, plain: true}
	return v
}

// constant is a literal.
func (r *run) constant(f *frame, e *syntax.Constant) Value {
	if v, ok := r.shared.numbers[e]; ok {
		return v
	}
	var v Value
	switch e.Kind {
	case syntax.None:
		v = MakeNone()
	case syntax.True:
		v = MakeBool(true)
	case syntax.False:
		v = MakeBool(false)
	case syntax.Ellipsis:
		v = Value{data: ellipsisData{}}
	case syntax.Int:
		v = parseIntLiteral(e.Value)
	case syntax.Float:
		n, _ := strconv.ParseFloat(strings.ReplaceAll(e.Value, "_", ""), 64)
		v = MakeFloat(n)
	case syntax.Imaginary:
		n, _ := strconv.ParseFloat(strings.TrimRight(strings.ReplaceAll(e.Value, "_", ""), "jJ"), 64)
		v = Value{data: complexData(complex(0, n))}
	case syntax.Str:
		v = MakeStr(e.Value)
	case syntax.Bytes:
		v = MakeBytes(e.Value)
	default:
		return r.unknownAt(f.span(e), "an expression that cannot be read")
	}
	v.origin = &Origin{At: f.span(e), Literal: true, plain: true}
	v.origin.literal = v.origin
	r.shared.numbers[e] = v
	return v
}

func parseIntLiteral(s string) Value {
	s = strings.ReplaceAll(s, "_", "")
	if n, err := strconv.ParseInt(s, 0, 64); err == nil {
		return MakeInt(n)
	}
	if i, ok := new(big.Int).SetString(s, 0); ok {
		return MakeBigInt(i)
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil { // 00 is decimal in Python
		return MakeInt(n)
	}
	return MakeUnknown("a number that cannot be read")
}

// elements evaluates the elements of a display; *x is spread out.
func (r *run) elements(f *frame, list []syntax.Expr) []Value {
	out := make([]Value, 0, len(list))
	for _, e := range list {
		if s, ok := e.(*syntax.Starred); ok {
			v := r.eval(f, s.Value)
			if _, subscript := s.Value.(*syntax.Subscript); subscript && v.Kind() == Class {
				out = append(out, v) // *tuple[int, ...]: a generic alias gives itself, unpacked (PEP 646)
				continue
			}
			out = append(out, r.iterate(v, f.span(s), f)...)
			continue
		}
		out = append(out, r.eval(f, e))
	}
	if !r.reserve(32 * len(out)) {
		r.exhaust("too much memory")
	}
	return out
}

// makeSet makes a set; an element that is not hashable is a TypeError.
func (r *run) makeSet(list []Value, at source.Span) Value {
	s := &setData{}
	for _, e := range list {
		r.checkHashable(e, at)
		s.add(e)
	}
	return Value{data: s}
}

func (r *run) checkHashable(v Value, at source.Span) {
	switch d := v.bodied().data.(type) {
	case *listData, *dictData:
		r.raise(at, "TypeError", "unhashable type: '"+r.typeName(v)+"'")
	case *setData:
		if !d.frozen {
			r.raise(at, "TypeError", "unhashable type: 'set'")
		}
	}
}

func (r *run) evalDict(f *frame, e *syntax.Dict) Value {
	d := newDict()
	if !r.reserve(64 * len(e.Values)) {
		r.exhaust("too much memory")
	}
	for i, value := range e.Values {
		if e.Keys[i] == nil {
			r.mergeInto(d, r.eval(f, value), f.span(value), f)
			continue
		}
		k := r.eval(f, e.Keys[i])
		r.checkHashable(k, f.span(e.Keys[i]))
		d.set(k, r.eval(f, value))
	}
	return placed(Value{data: d}, f.span(e))
}

// mergeInto is `**v` in a dictionary display, or update(v).
func (r *run) mergeInto(d *dictData, v Value, at source.Span, f *frame) {
	if other := dictOf(v.data); other != nil {
		d.update(other)
		return
	}
	if v.IsUnknown() {
		d.overlay(v)
		return
	}
	keys, ok := r.findAttr(v, "keys", at, f)
	if !ok {
		r.raise(at, "TypeError", "'"+r.typeName(v)+"' object is not a mapping", v)
	}
	for _, k := range r.iterate(r.call(keys, nil, nil, at, f), at, f) {
		if k.IsSpread() {
			d.overlay(k)
			continue
		}
		d.set(k, r.getItem(v, k, at, f))
	}
}

func (r *run) evalBoolOp(f *frame, e *syntax.BoolOp) Value {
	var v Value
	for i, part := range e.Values {
		v2 := r.eval(f, part)
		if i > 0 && (v.origin != nil && len(envNames(v)) > 0) {
			// The operand was chosen by those before it, so it hangs on their variables.
			v2 = choseBy(v2, v)
		}
		v = v2
		if i == len(e.Values)-1 {
			return v
		}
		t := r.truth(v, f.span(part), f)
		if t == Maybe {
			return r.boolOpUnknown(f, e, i, v)
		}
		if (t == Yes) == e.Or {
			return v
		}
	}
	return v
}

// choseBy adds the provenance of a condition to the value that it chose.
func choseBy(v, condition Value) Value {
	names := envNames(condition)
	for _, n := range envNames(v) {
		if containsString(names, n) && len(names) == 1 {
			return v
		}
	}
	switch v.data.(type) {
	case *funcData, *classData, *moduleData, *nativeData:
		return v
	}
	return derived(v, v.At(), v, condition)
}

// boolOpUnknown goes on behind an operand of which the truth is not known. As a condition the operands are combined;
// where a value is wanted this world decides.
func (r *run) boolOpUnknown(f *frame, e *syntax.BoolOp, i int, v Value) Value {
	at := f.span(e)
	if r.weak != nil || len(envNames(v)) == 0 {
		var rest Value
		r.weakly(v, func() { rest = r.evalBoolOp(f, &syntax.BoolOp{Range: e.Range, Or: e.Or, Values: e.Values[i+1:]}) })
		return r.eitherOperand(v, rest, e.Or, at)
	}
	taken, keys := r.branchOn(v, f.span(e.Values[i]), f)
	if taken == e.Or {
		return refine(v, taken, keys)
	}
	rest := e.Values[i+1:]
	if len(rest) == 1 {
		return choseBy(r.eval(f, rest[0]), v)
	}
	return choseBy(r.evalBoolOp(f, &syntax.BoolOp{Range: e.Range, Or: e.Or, Values: rest}), v)
}

// eitherOperand is `v or rest` (or `v and rest`) when the truth of v is not known.
func (r *run) eitherOperand(v, rest Value, or bool, at source.Span) Value {
	op := "and"
	if or {
		op = "or"
	}
	out := unknownFrom(at, op, v, rest)
	u := out.data.(*unknownData)
	u.reason = r.openReason(v, rest).Reason()
	if !rest.IsValid() || truth(rest.data) == Maybe || (truth(rest.data) == Yes) != or {
		return out
	}
	u.truth = truth(rest.data)
	if x, ok := v.data.(*unknownData); ok && x.typ == "bool" && rest.Kind() == Bool {
		return derived(rest, at, v, rest)
	}
	return out
}

// refine is an unknown value of which the truth has been decided; keys are the decisions.
func refine(v Value, taken bool, keys []string) Value {
	u, ok := v.data.(*unknownData)
	if !ok || u.truth != 0 {
		return v
	}
	c := *u
	c.truth, c.decided = tri(taken), keys
	return Value{data: &c, origin: v.origin}
}

func (r *run) evalIfExp(f *frame, e *syntax.IfExp) Value {
	cond := r.eval(f, e.Test)
	at := f.span(e.Test)
	if r.weak != nil && r.truth(cond, at, f) == Maybe {
		var a, b Value
		r.weakly(cond, func() { a = r.eval(f, e.Body) })
		r.weakly(cond, func() { b = r.eval(f, e.Orelse) })
		return r.join(a, b, cond)
	}
	taken, keys := r.branchOn(cond, at, f)
	arm := e.Orelse
	if taken {
		arm = e.Body
	}
	if len(keys) == 0 {
		return r.eval(f, arm)
	}
	n := len(r.dyn.controls)
	r.dyn.controls = append(r.dyn.controls, control{keys})
	v := r.eval(f, arm)
	r.dyn.controls = r.dyn.controls[:n]
	return choseBy(v, cond)
}

func (r *run) evalCompare(f *frame, e *syntax.Compare) Value {
	at := f.span(e)
	left := r.eval(f, e.Left)
	var v Value
	for i, op := range e.Ops {
		right := r.eval(f, e.Comparators[i])
		one := r.compare(compareText(op), left, right, at, f)
		if v.IsValid() {
			one = derived(one, at, v, one)
		}
		v = one
		if i == len(e.Ops)-1 {
			break
		}
		if r.truth(v, at, f) == Maybe {
			if !r.branch(v, at, f) {
				return refine(v, false, nil)
			}
		} else if r.truth(v, at, f) == No {
			return v
		}
		left = right
	}
	return v
}

func (r *run) evalSlice(f *frame, e syntax.Expr) Value {
	s, ok := e.(*syntax.Slice)
	if !ok {
		return r.eval(f, e)
	}
	part := func(e syntax.Expr) Value {
		if e == nil {
			return MakeNone()
		}
		return r.eval(f, e)
	}
	return Value{data: &sliceData{part(s.Lower), part(s.Upper), part(s.Step)}}
}

// ---- f-strings

func (r *run) joinedStr(f *frame, parts []syntax.Expr, at source.Span) Value {
	var b strings.Builder
	values := make([]Value, 0, len(parts))
	unknown := false
	for _, p := range parts {
		v := r.eval(f, p)
		values = append(values, v)
		if s, ok := v.AsStr(); ok && !v.IsUnknown() {
			b.WriteString(s)
		} else {
			unknown = true
		}
	}
	if unknown {
		u := unknownFrom(at, "f-string", values...)
		u.data.(*unknownData).typ = "str"
		if b.Len() > 0 {
			u.data.(*unknownData).truth = Yes
		}
		return u
	}
	if !r.reserve(b.Len()) {
		r.exhaust("too much memory")
	}
	return derived(MakeStr(b.String()), at, values...)
}

func (r *run) formatted(f *frame, e syntax.Expr, conversion int, spec syntax.Expr, at source.Span) Value {
	v := r.eval(f, e)
	switch conversion {
	case 's':
		v = r.str(v, at, f)
	case 'r':
		v = r.reprOf(v, at, f)
	case 'a':
		v = r.ascii(v, at, f)
	}
	text := MakeStr("")
	if spec != nil {
		text = r.eval(f, spec)
	}
	return r.format(v, text, at, f)
}

// evalStatement evaluates an expression that stands as a statement, and notes what it changed.
func (r *run) evalStatement(f *frame, e syntax.Expr) {
	c, ok := e.(*syntax.Call)
	if !ok {
		r.eval(f, e)
		return
	}
	r.noteEffect(r.eval(f, e))
	a, ok := c.Func.(*syntax.Attribute)
	if !ok || !isMutator(a.Attr) {
		return
	}
	if name, ok := rootName(a.Value); ok && isUpper(name) && f.function().code == nil {
		if v, ok := f.global.getStr(name); ok && (isPart(v) || v.IsUnknown() || v.Kind() == Object) {
			r.noteAssigned(f.global, name, f.span(e))
			return
		}
	}
	if _, ok := a.Value.(*syntax.Name); ok {
		if v, ok := r.find(f, a.Value.(*syntax.Name).ID, f.span(e)); ok {
			r.noteOwners(f.global, v, f.span(e))
		}
	}
}

// isMutator reports whether a method of that name changes a list, dict or set.
func isMutator(name string) bool {
	switch name {
	case "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault", "popitem", "add", "discard",
		"difference_update", "intersection_update", "symmetric_difference_update", "__setitem__", "__delitem__":
		return true
	}
	return false
}
