package eval

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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
		if !r.reserve(len(s) + strings.Count(s, "\t")*int(min(max(n, 0), 1<<30))) {
			return c.Unknown("a text that is too long")
		}
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
		return lower(s), true
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

// lower is str.lower, which differs from the letters' own mapping in two of them (Unicode's SpecialCasing.txt): a dotted capital I keeps
// its dot, and a sigma at the end of a word has a form of its own.
func lower(s string) string {
	if !strings.ContainsAny(s, "İΣ") {
		return strings.ToLower(s)
	}
	cased := func(c rune) bool { return unicode.IsUpper(c) || unicode.IsLower(c) || unicode.IsTitle(c) }
	runes := []rune(s)
	var out strings.Builder
	for i, c := range runes {
		switch {
		case c == 'İ':
			out.WriteString("i\u0307")
		case c == 'Σ' && i > 0 && cased(runes[i-1]) && (i+1 == len(runes) || !cased(runes[i+1])):
			out.WriteRune('ς')
		default:
			out.WriteRune(unicode.ToLower(c))
		}
	}
	return out.String()
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
