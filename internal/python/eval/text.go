package eval

import (
	"strings"
	"unicode"
	"unicode/utf8"

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

// strArg is an argument that must be a text.
func (r *run) strArg(c *Call, position int, name string) (s string, unknown Value) {
	v := c.Arg(position, name)
	if v.IsUnknown() {
		return "", v
	}
	s, ok := v.AsStr()
	if !ok || v.Kind() == Path {
		if v.IsValid() && isOpenObject(v) {
			return "", r.openReason(v)
		}
		c.Raise("TypeError", "expected a string argument, not "+r.typeName(v))
	}
	return s, Value{}
}

// strMethod is a method of str.
func (r *run) strMethod(s string, self Value, name string, c *Call) Value {
	switch name {
	case "join":
		return r.joinText(s, self, c)
	case "format":
		return r.strFormat(s, self, c)
	case "format_map":
		return r.formatWith(s, self, nil, c.Arg(0, ""), c)
	case "maketrans":
		return r.maketrans(c)
	case "translate":
		return r.translate(s, self, c)
	case "startswith", "endswith":
		return r.affix(s, self, name == "endswith", c)
	}
	if u := c.FirstUnknown(); u.IsValid() {
		return r.unknownStrMethod(self, name, c)
	}
	if out, ok := simpleStrMethod(s, name, c); ok {
		return MakeStr(out)
	}
	if test, ok := strTest(s, name); ok {
		return MakeBool(test)
	}
	switch name {
	case "split", "rsplit":
		return r.split(s, name == "rsplit", c)
	case "splitlines":
		keep := c.Arg(0, "keepends")
		return strList(splitLines(s, keep.IsValid() && c.Truth(keep)))
	case "partition", "rpartition":
		return r.partition(s, name == "rpartition", c)
	case "replace":
		return r.replace(s, c)
	case "find", "rfind", "index", "rindex", "count":
		return r.findText(s, name, c)
	case "strip", "lstrip", "rstrip":
		return r.strip(s, name, c)
	case "center", "ljust", "rjust", "zfill":
		return r.justify(s, name, c)
	case "encode":
		return r.encode(s, c.ArgOr(0, "encoding", MakeStr("utf-8")), c.ArgOr(1, "errors", MakeStr("strict")), c)
	case "expandtabs":
		n, _ := c.ArgOr(0, "tabsize", MakeInt(8)).AsInt()
		return MakeStr(expandTabs(s, int(n)))
	case "removeprefix":
		p, _ := r.strArg(c, 0, "")
		return MakeStr(strings.TrimPrefix(s, p))
	case "removesuffix":
		p, _ := r.strArg(c, 0, "")
		return MakeStr(strings.TrimSuffix(s, p))
	}
	return r.commonMethod(self, name, c)
}

// unknownStrMethod is a method of a known text with an unknown argument: the type of the result is known.
func (r *run) unknownStrMethod(self Value, name string, c *Call) Value {
	v := unknownFrom(c.At, name, append([]Value{self}, c.Args...)...)
	u := v.data.(*unknownData)
	switch name {
	case "split", "rsplit", "splitlines":
		u.typ = "list"
	case "partition", "rpartition":
		u.typ = "tuple"
	case "find", "rfind", "index", "rindex", "count":
		u.typ = "int"
	case "encode":
		u.typ = "bytes"
	default:
		u.typ = "str"
	}
	return v
}

func simpleStrMethod(s, name string, c *Call) (string, bool) {
	switch name {
	case "lower":
		return strings.ToLower(s), true
	case "upper":
		return upper(s), true
	case "casefold":
		return strings.ReplaceAll(strings.ToLower(s), "ß", "ss"), true
	case "capitalize":
		r, n := utf8.DecodeRuneInString(s)
		if n == 0 {
			return "", true
		}
		return string(unicode.ToTitle(r)) + strings.ToLower(s[n:]), true
	case "title":
		return title(s), true
	case "swapcase":
		return strings.Map(func(r rune) rune {
			if unicode.IsUpper(r) {
				return unicode.ToLower(r)
			}
			return unicode.ToUpper(r)
		}, s), true
	}
	return "", false
}

// upper is str.upper, which expands some letters.
func upper(s string) string {
	return strings.ReplaceAll(strings.ToUpper(s), "ß", "SS")
}

// title is str.title: the first letter of each run of cased letters is a capital.
func title(s string) string {
	inWord := false
	return strings.Map(func(r rune) rune {
		cased := unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r)
		defer func() { inWord = cased }()
		if !cased {
			return r
		}
		if inWord {
			return unicode.ToLower(r)
		}
		return unicode.ToTitle(r)
	}, s)
}

// strTest is a method that asks something of every character.
func strTest(s, name string) (answer, ok bool) {
	all := func(test func(rune) bool) bool {
		for _, c := range s {
			if !test(c) {
				return false
			}
		}
		return s != ""
	}
	switch name {
	case "isalpha":
		return all(unicode.IsLetter), true
	case "isdigit":
		return all(func(c rune) bool { return unicode.IsDigit(c) || isSuperscript(c) }), true
	case "isdecimal":
		return all(unicode.IsDigit), true
	case "isnumeric":
		return all(unicode.IsNumber), true
	case "isalnum":
		return all(func(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) }), true
	case "isspace":
		return all(isSpace), true
	case "isascii":
		return s == "" || all(func(c rune) bool { return c < 0x80 }), true
	case "isprintable":
		return s == "" || all(func(c rune) bool { return unicode.IsPrint(c) }), true
	case "islower":
		return hasCase(s) && s == strings.ToLower(s), true
	case "isupper":
		return hasCase(s) && s == strings.ToUpper(s), true
	case "istitle":
		return hasCase(s) && s == title(s), true
	case "isidentifier":
		for i, c := range s {
			if !(c == '_' || unicode.IsLetter(c) || i > 0 && unicode.IsDigit(c)) {
				return false, true
			}
		}
		return s != "", true
	}
	return false, false
}

func isSuperscript(c rune) bool {
	return c == 0xb2 || c == 0xb3 || c == 0xb9 || c == 0x2070 || c >= 0x2074 && c <= 0x2079 || c >= 0x2080 && c <= 0x2089
}

func hasCase(s string) bool {
	for _, c := range s {
		if unicode.IsUpper(c) || unicode.IsLower(c) {
			return true
		}
	}
	return false
}

// isSpace is str.isspace, which has the four ASCII separators beside Unicode's white space.
func isSpace(c rune) bool { return unicode.IsSpace(c) || c >= 0x1c && c <= 0x1f }

func strList(list []string) Value {
	out := make([]Value, len(list))
	for i, s := range list {
		out[i] = MakeStr(s)
	}
	return MakeList(out...)
}

// joinText is str.join.
func (r *run) joinText(sep string, self Value, c *Call) Value {
	list := c.Iterate(c.one("function"))
	var b strings.Builder
	for i, e := range list {
		if e.IsUnknown() {
			v := unknownFrom(c.At, "join", append([]Value{self}, list...)...)
			v.data.(*unknownData).typ = "str"
			return v
		}
		s, ok := e.AsStr()
		if !ok || e.Kind() == Path {
			return c.Raise("TypeError", "sequence item "+itoa(i)+": expected str instance, "+r.typeName(e)+" found")
		}
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(s)
	}
	if !r.reserve(b.Len()) {
		return r.tooLarge(c.At)
	}
	return derived(MakeStr(b.String()), c.At, append([]Value{self, c.Args[0]}, list...)...)
}

// split is str.split and rsplit. The pieces keep the text's provenance.
func (r *run) split(s string, right bool, c *Call) Value {
	sep := c.ArgOr(0, "sep", MakeNone())
	limit, ok := c.ArgOr(1, "maxsplit", MakeInt(-1)).AsInt()
	if !ok {
		return c.Raise("TypeError", "'"+r.typeName(c.Arg(1, "maxsplit"))+"' object cannot be interpreted as an integer")
	}
	if sep.Kind() == None {
		return strList(splitFields(s, int(limit), right))
	}
	t, u := r.strArg(c, 0, "sep")
	if u.IsValid() {
		return unknownFrom(c.At, "split", u)
	}
	if t == "" {
		return c.Raise("ValueError", "empty separator")
	}
	return strList(splitOn(s, t, int(limit), right))
}

func splitOn(s, sep string, limit int, right bool) []string {
	if limit < 0 {
		return strings.Split(s, sep)
	}
	if !right {
		return strings.SplitN(s, sep, limit+1)
	}
	parts := strings.Split(s, sep)
	if len(parts) <= limit+1 {
		return parts
	}
	head := strings.Join(parts[:len(parts)-limit], sep)
	return append([]string{head}, parts[len(parts)-limit:]...)
}

// splitFields splits at runs of white space.
func splitFields(s string, limit int, right bool) []string {
	if limit < 0 {
		return strings.FieldsFunc(s, isSpace)
	}
	var out []string
	if right {
		for {
			s = strings.TrimRightFunc(s, isSpace)
			i := strings.LastIndexFunc(s, isSpace)
			if s == "" {
				break
			}
			if len(out) == limit || i < 0 {
				out = append([]string{s}, out...)
				break
			}
			_, n := utf8.DecodeRuneInString(s[i:])
			out = append([]string{s[i+n:]}, out...)
			s = s[:i]
		}
		return out
	}
	for {
		s = strings.TrimLeftFunc(s, isSpace)
		i := strings.IndexFunc(s, isSpace)
		if s == "" {
			break
		}
		if len(out) == limit || i < 0 {
			out = append(out, s)
			break
		}
		out = append(out, s[:i])
		s = s[i:]
	}
	return out
}

func splitLines(s string, keep bool) []string {
	var out []string
	start := 0
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		end := i + n
		switch c {
		case '\r':
			if end < len(s) && s[end] == '\n' {
				end++
			}
		case '\n', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		default:
			i = end
			continue
		}
		if keep {
			out = append(out, s[start:end])
		} else {
			out = append(out, s[start:i])
		}
		start, i = end, end
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

func (r *run) partition(s string, right bool, c *Call) Value {
	sep, u := r.strArg(c, 0, "")
	if u.IsValid() {
		return unknownFrom(c.At, "partition", u)
	}
	if sep == "" {
		return c.Raise("ValueError", "empty separator")
	}
	i := strings.Index(s, sep)
	if right {
		i = strings.LastIndex(s, sep)
	}
	switch {
	case i >= 0:
		return MakeTuple(MakeStr(s[:i]), MakeStr(sep), MakeStr(s[i+len(sep):]))
	case right:
		return MakeTuple(MakeStr(""), MakeStr(""), MakeStr(s))
	}
	return MakeTuple(MakeStr(s), MakeStr(""), MakeStr(""))
}

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
	runes := []rune(s)
	start, stop := 0, len(runes)
	if len(c.Args) > 1 {
		lower, upper := c.Args[1], c.ArgOr(2, "", MakeNone())
		start, stop, _, _ = r.bounds(&sliceData{lower, upper, MakeNone()}, len(runes), c.At)
	}
	if start > stop || start > len(runes) {
		if name == "count" {
			return MakeInt(0)
		}
		if strings.HasSuffix(name, "index") {
			return c.Raise("ValueError", "substring not found")
		}
		return MakeInt(-1)
	}
	part := string(runes[start:stop])
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
