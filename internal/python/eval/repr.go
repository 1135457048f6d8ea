package eval

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// repr writes a value as Python would, about limit bytes of it; unknown parts are "?".
func repr(v Value, limit int) string {
	p := printer{limit: limit}
	p.value(v)
	s := p.b.String()
	if len(s) > limit && limit > 0 {
		cut := limit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		return s[:cut] + "…"
	}
	return s
}

type printer struct {
	b     strings.Builder
	limit int
	stack []data // containers being printed, against those that hold themselves
}

func (p *printer) full() bool { return p.limit > 0 && p.b.Len() > p.limit }

func (p *printer) value(v Value) {
	if p.full() {
		return
	}
	switch d := v.data.(type) {
	case *unknownData:
		if d.spread {
			p.b.WriteString("*?")
		} else {
			p.b.WriteString("?")
		}
	case *listData:
		p.sequence(d, "[", d.elems, "]")
	case *tupleData:
		p.tuple(d)
	case *setData:
		p.set(d)
	case *dictData:
		p.dict(d)
	case *objectData:
		p.object(d)
	default:
		p.b.WriteString(reprScalar(v))
	}
}

// enter reports false for a container that is being printed already.
func (p *printer) enter(d data) bool {
	for _, s := range p.stack {
		if s == d {
			return false
		}
	}
	if len(p.stack) > maxNesting {
		return false
	}
	p.stack = append(p.stack, d)
	return true
}

func (p *printer) leave() { p.stack = p.stack[:len(p.stack)-1] }

func (p *printer) sequence(d data, open string, elems []Value, end string) {
	if !p.enter(d) {
		p.b.WriteString(open + "..." + end)
		return
	}
	defer p.leave()
	p.b.WriteString(open)
	for i, e := range elems {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if p.full() {
			break
		}
		p.value(e)
	}
	p.b.WriteString(end)
}

func (p *printer) tuple(d *tupleData) {
	end := ")"
	if len(d.elems) == 1 {
		end = ",)"
	}
	p.sequence(d, "(", d.elems, end)
}

func (p *printer) set(d *setData) {
	open, end := "{", "}"
	list := d.elems()
	if len(list) == 0 {
		open, end = "set(", ")"
	}
	if d.frozen {
		open, end = "frozenset({", "})"
		if len(list) == 0 {
			open, end = "frozenset(", ")"
		}
	}
	p.sequence(d, open, list, end)
}

func (p *printer) dict(d *dictData) {
	if !p.enter(d) {
		p.b.WriteString("{...}")
		return
	}
	defer p.leave()
	p.b.WriteString("{")
	for i, e := range d.entries() {
		if i > 0 {
			p.b.WriteString(", ")
		}
		if p.full() {
			break
		}
		p.value(e.Key)
		p.b.WriteString(": ")
		p.value(e.Value)
	}
	if d.open.IsValid() {
		if d.size() > 0 {
			p.b.WriteString(", ")
		}
		p.b.WriteString("**?")
	}
	p.b.WriteString("}")
}

func (p *printer) object(d *objectData) {
	if d.value.IsValid() {
		p.value(d.value)
		return
	}
	if d.args == nil && d.kwargs == nil {
		p.b.WriteString("<" + d.class.name + " object>")
		return
	}
	if !p.enter(d) {
		p.b.WriteString(d.class.name + "(...)")
		return
	}
	defer p.leave()
	p.b.WriteString(d.class.simpleName() + "(")
	for i, a := range d.args {
		if i > 0 {
			p.b.WriteString(", ")
		}
		p.value(a)
	}
	for i, k := range d.kwargs {
		if i > 0 || len(d.args) > 0 {
			p.b.WriteString(", ")
		}
		p.b.WriteString(k.Name + "=")
		p.value(k.Value)
	}
	p.b.WriteString(")")
}

// reprScalar writes what has no parts.
func reprScalar(v Value) string {
	switch d := v.data.(type) {
	case noneData:
		return "None"
	case boolData:
		if d {
			return "True"
		}
		return "False"
	case intData:
		return strconv.FormatInt(int64(d), 10)
	case bigData:
		return d.i.String()
	case floatData:
		return reprFloat(float64(d))
	case complexData:
		return reprComplex(complex128(d))
	case strData:
		return quoteStr(string(d))
	case bytesData:
		return "b" + quoteBytes(string(d))
	case pathData:
		return "PosixPath(" + quoteStr(string(d)) + ")"
	case purePathData:
		return "PurePosixPath(" + quoteStr(string(d)) + ")"
	case timedeltaData:
		return reprTimedelta(time.Duration(d))
	case ellipsisData:
		return "Ellipsis"
	case notImplementedData:
		return "NotImplemented"
	case *rangeData:
		s := "range(" + strconv.FormatInt(d.start, 10) + ", " + strconv.FormatInt(d.stop, 10)
		if d.step != 1 {
			s += ", " + strconv.FormatInt(d.step, 10)
		}
		return s + ")"
	case *classData:
		return "<class '" + d.name + "'>"
	case *moduleData:
		return "<module '" + d.name + "'>"
	case *funcData:
		return "<function " + d.name + ">"
	case *nativeData:
		return "<built-in function " + d.name + ">"
	case *methodData:
		return "<bound method " + d.name + ">"
	case *sliceData:
		return "slice(" + repr(d.lower, 100) + ", " + repr(d.upper, 100) + ", " + repr(d.step, 100) + ")"
	case *iteratorData:
		if d.view != nil {
			return reprView(d)
		}
	}
	return "<" + className(v.data) + " object>"
}

func reprView(d *iteratorData) string {
	list := viewElems(d)
	return d.what + "(" + repr(MakeList(list...), 1<<16) + ")"
}

// viewed is what a view of a dictionary shows of an entry.
func (d *iteratorData) viewed(e Entry) Value {
	switch d.what {
	case "dict_keys":
		return e.Key
	case "dict_values":
		return e.Value
	}
	return MakeTuple(e.Key, e.Value)
}

// viewElems are the elements of a view of a dictionary as it is now.
func viewElems(d *iteratorData) []Value {
	var out []Value
	for _, e := range d.view.entries() {
		out = append(out, d.viewed(e))
	}
	if d.view.open.IsValid() {
		out = append(out, d.view.open)
	}
	return out
}

// reprFloat is float.__repr__: the shortest text that reads back as the same number.
func reprFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	abs := math.Abs(f)
	if abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.ContainsRune(s, '.') {
		s += ".0"
	}
	return s
}

func reprComplex(c complex128) string {
	part := func(f float64) string { return strings.TrimSuffix(reprFloat(f), ".0") }
	if real(c) == 0 && !math.Signbit(real(c)) {
		return part(imag(c)) + "j"
	}
	sign := "+"
	if math.Signbit(imag(c)) {
		sign = ""
	}
	return "(" + part(real(c)) + sign + part(imag(c)) + "j)"
}

func reprTimedelta(d time.Duration) string {
	days, seconds, micros := splitTimedelta(d)
	var parts []string
	if days != 0 {
		parts = append(parts, "days="+strconv.FormatInt(days, 10))
	}
	if seconds != 0 {
		parts = append(parts, "seconds="+strconv.FormatInt(seconds, 10))
	}
	if micros != 0 {
		parts = append(parts, "microseconds="+strconv.FormatInt(micros, 10))
	}
	if parts == nil {
		parts = []string{"0"}
	}
	return "datetime.timedelta(" + strings.Join(parts, ", ") + ")"
}

// splitTimedelta normalises as Python does: 0 <= seconds < 86400, 0 <= microseconds < 1000000.
func splitTimedelta(d time.Duration) (days, seconds, micros int64) {
	total := int64(d / time.Microsecond)
	const day = 86400 * 1000000
	days = total / day
	rest := total % day
	if rest < 0 {
		rest += day
		days--
	}
	return days, rest / 1000000, rest % 1000000
}

// quoteStr is str.__repr__.
func quoteStr(s string) string {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	var b strings.Builder
	b.WriteByte(quote)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString(`\x` + hex(uint32(s[i]), 2))
		case r == rune(quote) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x20 || r == 0x7f:
			b.WriteString(`\x` + hex(uint32(r), 2))
		case r < 0x7f || unicode.IsPrint(r):
			b.WriteString(s[i : i+n])
		case r < 0x100:
			b.WriteString(`\x` + hex(uint32(r), 2))
		case r < 0x10000:
			b.WriteString(`\u` + hex(uint32(r), 4))
		default:
			b.WriteString(`\U` + hex(uint32(r), 8))
		}
		i += n
	}
	b.WriteByte(quote)
	return b.String()
}

func quoteBytes(s string) string {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	var b strings.Builder
	b.WriteByte(quote)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == quote || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < 0x20 || c >= 0x7f:
			b.WriteString(`\x` + hex(uint32(c), 2))
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte(quote)
	return b.String()
}

func hex(n uint32, width int) string {
	s := strconv.FormatUint(uint64(n), 16)
	return strings.Repeat("0", max(0, width-len(s))) + s
}
