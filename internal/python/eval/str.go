package eval

import (
	"strings"

	"gonogo/internal/source"
)

// str is str(v).
func (r *run) str(v Value, at source.Span, f *frame) Value {
	switch d := v.data.(type) {
	case strData:
		return v
	case *unknownData:
		if d.typ == "str" {
			return v
		}
		return derived(Value{data: &unknownData{reason: d.reason, op: "str", args: []Value{v}, typ: "str"}}, at, v)
	case pathData:
		return derived(MakeStr(string(d)), at, v)
	case purePathData:
		return derived(MakeStr(string(d)), at, v)
	case *objectData:
		return r.strOfObject(d, v, at, f)
	case timedeltaData:
		if fn, ok := r.special(v, "__str__", at, f); ok {
			return r.call(fn, nil, nil, at, f)
		}
		return textUnknown(unknownFrom(at, "str", v))
	case *classData:
		if m, ok := d.metaclass.data.(*classData); ok {
			if _, ok := m.find("__str__"); ok {
				return textUnknown(unknownFrom(at, "str", v))
			}
		}
	}
	return r.reprOf(v, at, f)
}

func (r *run) strOfObject(d *objectData, v Value, at source.Span, f *frame) Value {
	if fn, ok := r.special(v, "__str__", at, f); ok {
		return r.call(fn, nil, nil, at, f)
	}
	if d.class.isSubclass(builtinClasses()["BaseException"]) {
		return derived(MakeStr(r.exceptionText(v)), at, v, attribute(d, "args"))
	}
	if d.value.Kind() == Str {
		return derived(d.value, at, v)
	}
	return r.reprOf(v, at, f)
}

// reprOf is repr(v). What Python would write with an address in it is unknown.
func (r *run) reprOf(v Value, at source.Span, f *frame) Value {
	if o, ok := v.data.(*objectData); ok {
		if fn, ok := r.special(v, "__repr__", at, f); ok {
			return r.call(fn, nil, nil, at, f)
		}
		if o.class.isSubclass(builtinClasses()["BaseException"]) {
			args := repr(attribute(o, "args"), 1000)
			return derived(MakeStr(o.class.simpleName()+strings.TrimSuffix(strings.TrimSuffix(args, ",)"), ")")+")"), at, v)
		}
		if o.value.IsValid() {
			return r.reprOf(o.value, at, f)
		}
		reason := "the text of an object"
		if isOpenObject(v) {
			reason = classReason(o.class)
		}
		return derived(MakeUnknownOf("str", reason), at, v)
	}
	if u := r.unknownText(v, 0); u.IsValid() {
		return derived(Value{data: &unknownData{reason: u.Reason(), op: "repr", args: []Value{v}, typ: "str", truth: Yes}}, at, v)
	}
	if isPart(v) && hasOwnText(v, 0) {
		return r.reprOfContainer(v, at, f)
	}
	limit := min(r.bytes, 1<<26)
	s := repr(v, limit)
	if !r.reserve(len(s)) || len(s) >= limit {
		return r.tooLarge(at, v)
	}
	return derived(MakeStr(s), at, v)
}

// unknownText finds a part of a value whose text can't be told.
func (r *run) unknownText(v Value, depth int) Value {
	if depth > 50 {
		return Value{}
	}
	r.step()
	switch v.data.(type) {
	case *unknownData:
		return v
	case *funcData, *nativeData, *methodData, *moduleData, *superData, *descriptorData:
		return MakeUnknown("the text of a function or module")
	case *iteratorData:
		if v.data.(*iteratorData).view == nil {
			return MakeUnknown("the text of an iterator")
		}
		return r.unknownText(Value{data: v.data.(*iteratorData).view}, depth+1)
	case *setData:
		if n, _ := length(v.data); n > 1 {
			return MakeUnknown("the order of a set")
		}
	}
	for _, e := range v.Elems() {
		if u := r.unknownText(e, depth+1); u.IsValid() {
			return u
		}
	}
	if d, ok := v.data.(*dictData); ok {
		if d.open.IsValid() {
			return d.open
		}
		for _, e := range d.entries() {
			if u := r.unknownText(e.Value, depth+1); u.IsValid() {
				return u
			}
		}
	}
	return Value{}
}

func hasOwnText(v Value, depth int) bool {
	if depth > 50 {
		return false
	}
	if v.Kind() == Object || v.Kind() == Class {
		return true
	}
	for _, e := range v.Elems() {
		if hasOwnText(e, depth+1) {
			return true
		}
	}
	if d, ok := v.data.(*dictData); ok {
		for _, e := range d.entries() {
			if hasOwnText(e.Key, depth+1) || hasOwnText(e.Value, depth+1) {
				return true
			}
		}
	}
	return false
}

// reprOfContainer asks the elements for their text.
func (r *run) reprOfContainer(v Value, at source.Span, f *frame) Value {
	r.enter()
	defer func() { r.dyn.depth-- }()
	var parts []string
	var unknown Value
	text := func(e Value) string {
		s, ok := r.reprOf(e, at, f).AsStr()
		if !ok {
			unknown = e
		}
		return s
	}
	open, end := "[", "]"
	switch d := v.data.(type) {
	case *dictData:
		open, end = "{", "}"
		for _, e := range d.entries() {
			parts = append(parts, text(e.Key)+": "+text(e.Value))
		}
	case *tupleData:
		open, end = "(", ")"
		for _, e := range d.elems {
			parts = append(parts, text(e))
		}
		if len(parts) == 1 {
			end = ",)"
		}
	case *setData:
		open, end = "{", "}"
		for _, e := range d.elems() {
			parts = append(parts, text(e))
		}
	default:
		for _, e := range v.Elems() {
			parts = append(parts, text(e))
		}
	}
	if unknown.IsValid() {
		return derived(MakeUnknownOf("str", "the text of an object"), at, v)
	}
	return derived(MakeStr(open+strings.Join(parts, ", ")+end), at, v)
}

func (r *run) ascii(v Value, at source.Span, f *frame) Value {
	text := r.reprOf(v, at, f)
	s, ok := text.AsStr()
	if !ok {
		return text
	}
	var b strings.Builder
	for _, c := range s {
		switch {
		case c < 0x80:
			b.WriteRune(c)
		case c < 0x100:
			b.WriteString(`\x` + hex(uint32(c), 2))
		case c < 0x10000:
			b.WriteString(`\u` + hex(uint32(c), 4))
		default:
			b.WriteString(`\U` + hex(uint32(c), 8))
		}
	}
	return derived(MakeStr(b.String()), at, text)
}
