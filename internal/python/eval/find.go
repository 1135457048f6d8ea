package eval

import (
	"strings"
	"unicode/utf8"
)

func (r *run) replace(s string, c *Call) Value {
	old, u1 := r.strArg(c, 0, "")
	with, u2 := r.strArg(c, 1, "")
	n, ok := c.ArgOr(2, "count", MakeInt(-1)).AsInt()
	if u1.IsValid() || u2.IsValid() || !ok {
		return unknownFrom(c.At, "replace", c.Args...)
	}
	if !r.reserve((strings.Count(s, old)+1)*len(with) + len(s)) {
		return r.tooLarge(c.At, c.Args...)
	}
	return MakeStr(strings.Replace(s, old, with, int(n)))
}

// findText is find, rfind, index, rindex and count, with positions in characters.
func (r *run) findText(s, name string, c *Call) Value {
	sub, u := r.strArg(c, 0, "")
	if u.IsValid() {
		return unknownFrom(c.At, name, u)
	}
	length := utf8.RuneCountInString(s)
	start, stop := 0, length
	if len(c.Args) > 1 {
		lower, upper := c.Args[1], c.ArgOr(2, "", MakeNone())
		start, stop, _, _ = r.bounds(&sliceData{lower, upper, MakeNone()}, length, c.At)
	}
	if start > stop || start > length {
		if name == "count" {
			return MakeInt(0)
		}
		if strings.HasSuffix(name, "index") {
			return c.Raise("ValueError", "substring not found")
		}
		return MakeInt(-1)
	}
	part := s[byteOffset(s, length, start):byteOffset(s, length, stop)]
	if name == "count" {
		return MakeInt(int64(strings.Count(part, sub)))
	}
	i := strings.Index(part, sub)
	if name[0] == 'r' {
		i = strings.LastIndex(part, sub)
	}
	if i < 0 {
		if strings.HasSuffix(name, "index") {
			return c.Raise("ValueError", "substring not found")
		}
		return MakeInt(-1)
	}
	return MakeInt(int64(start + utf8.RuneCountInString(part[:i])))
}

// byteOffset is where the character with that number starts in a text of so many characters.
func byteOffset(s string, length, char int) int {
	if char >= length {
		return len(s)
	}
	if length == len(s) {
		return char
	}
	n := 0
	for range char {
		_, size := utf8.DecodeRuneInString(s[n:])
		n += size
	}
	return n
}

func (r *run) strip(s, name string, c *Call) Value {
	in := isSpace
	if v := c.Arg(0, "chars"); v.IsValid() && v.Kind() != None {
		set, u := r.strArg(c, 0, "chars")
		if u.IsValid() {
			return unknownFrom(c.At, name, u)
		}
		in = func(r rune) bool { return strings.ContainsRune(set, r) }
	}
	if name != "rstrip" {
		s = strings.TrimLeftFunc(s, in)
	}
	if name != "lstrip" {
		s = strings.TrimRightFunc(s, in)
	}
	return MakeStr(s)
}

func (r *run) justify(s, name string, c *Call) Value {
	width, ok := c.Arg(0, "width").AsInt()
	if !ok {
		return c.Raise("TypeError", "'"+r.typeName(c.Arg(0, "width"))+"' object cannot be interpreted as an integer")
	}
	if !r.reserve(int(min(max(width, 0), 1<<40))) {
		return r.tooLarge(c.At)
	}
	fill, _ := c.ArgOr(1, "fillchar", MakeStr(" ")).AsStr()
	if utf8.RuneCountInString(fill) != 1 {
		return c.Raise("TypeError", "The fill character must be exactly one character long")
	}
	pad := int(width) - utf8.RuneCountInString(s)
	if pad <= 0 {
		return MakeStr(s)
	}
	switch name {
	case "ljust":
		return MakeStr(s + strings.Repeat(fill, pad))
	case "rjust":
		return MakeStr(strings.Repeat(fill, pad) + s)
	case "zfill":
		sign := ""
		if s != "" && (s[0] == '+' || s[0] == '-') {
			sign, s = s[:1], s[1:]
		}
		return MakeStr(sign + strings.Repeat("0", pad) + s)
	}
	// CPython puts the odd one on the left when the width is odd (Objects/unicodeobject.c, unicode_center).
	left := pad/2 + pad&int(width)&1
	return MakeStr(strings.Repeat(fill, left) + s + strings.Repeat(fill, pad-left))
}

func expandTabs(s string, size int) string {
	var b strings.Builder
	column := 0
	for _, c := range s {
		switch {
		case c == '\t':
			if size > 0 {
				n := size - column%size
				b.WriteString(strings.Repeat(" ", n))
				column += n
			}
			continue
		case c == '\n' || c == '\r':
			column = -1
		}
		b.WriteRune(c)
		column++
	}
	return b.String()
}

// affix is startswith and endswith.
func (r *run) affix(s string, self Value, end bool, c *Call) Value {
	if len(c.Args) > 1 {
		start, stop, _, ok := r.bounds(&sliceData{c.Args[1], c.ArgOr(2, "", MakeNone()), MakeNone()}, len([]rune(s)), c.At)
		if !ok || start > stop {
			return c.UnknownFrom("a part of a text", c.Args...)
		}
		s = string([]rune(s)[start:stop])
	}
	affixes := []Value{c.Arg(0, "")}
	if t, ok := affixes[0].data.(*tupleData); ok {
		affixes = t.elems
	}
	unknown := Value{}
	for _, a := range affixes {
		if a.IsUnknown() {
			unknown = a
			continue
		}
		t, ok := a.AsStr()
		if !ok {
			return c.Raise("TypeError", "startswith first arg must be str or a tuple of str, not "+r.typeName(a))
		}
		if end && strings.HasSuffix(s, t) || !end && strings.HasPrefix(s, t) {
			return MakeBool(true)
		}
	}
	if unknown.IsValid() {
		return derived(Value{data: &unknownData{reason: unknown.Reason(), op: "startswith", args: []Value{self, unknown}, typ: "bool"}}, c.At, self, unknown)
	}
	return MakeBool(false)
}

// maketrans is str.maketrans: a Dict from code points to texts, code points or None.
func (r *run) maketrans(c *Call) Value {
	if u := c.FirstUnknown(); u.IsValid() {
		return unknownFrom(c.At, "maketrans", u)
	}
	d := newDict()
	if len(c.Args) == 1 {
		for _, e := range c.Args[0].Entries() {
			k := e.Key
			if s, ok := k.AsStr(); ok {
				char, _ := utf8.DecodeRuneInString(s)
				k = MakeInt(int64(char))
			}
			d.set(k, e.Value)
		}
		return Value{data: d}
	}
	from, _ := r.strArg(c, 0, "")
	to, _ := r.strArg(c, 1, "")
	x, y := []rune(from), []rune(to)
	if len(x) != len(y) {
		return c.Raise("ValueError", "the first two maketrans arguments must have equal length")
	}
	for i := range x {
		d.set(MakeInt(int64(x[i])), MakeInt(int64(y[i])))
	}
	if len(c.Args) > 2 {
		gone, _ := r.strArg(c, 2, "")
		for _, char := range gone {
			d.set(MakeInt(int64(char)), MakeNone())
		}
	}
	return Value{data: d}
}

func (r *run) translate(s string, self Value, c *Call) Value {
	table := c.Arg(0, "")
	d := dictOf(table.data)
	if d == nil || d.open.IsValid() {
		return textUnknown(unknownFrom(c.At, "translate", self, table))
	}
	r.steps -= len(s) / elementsPerStep
	var b strings.Builder
	for _, char := range s {
		v, ok := d.get(MakeInt(int64(char)))
		if !ok {
			b.WriteRune(char)
			continue
		}
		if t, isText := v.AsStr(); isText {
			b.WriteString(t)
		} else if n, isInt := v.AsInt(); isInt {
			b.WriteRune(rune(n))
		} else if v.IsUnknown() {
			return textUnknown(unknownFrom(c.At, "translate", v))
		}
	}
	return MakeStr(b.String())
}
