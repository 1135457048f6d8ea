package eval

import (
	enchex "encoding/hex"
	"strings"
	"unicode/utf8"
)

// encode is str.encode for the encodings that settings use.
func (r *run) encode(s string, encoding, errors Value, c *Call) Value {
	name, ok := encoding.AsStr()
	mode, ok2 := errors.AsStr()
	if !ok || !ok2 {
		return c.UnknownFrom("an encoding that is not known", encoding, errors)
	}
	limit := rune(0)
	switch normalEncoding(name) {
	case "utf8":
		return MakeBytes(s)
	case "ascii":
		limit = 0x80
	case "latin1":
		limit = 0x100
	default:
		return c.Unknown("text in encoding " + name)
	}
	var b []byte
	for _, char := range s {
		switch {
		case char < limit:
			b = append(b, byte(char))
		case mode == "ignore":
		case mode == "replace":
			b = append(b, '?')
		case mode == "strict":
			return c.Raise("UnicodeEncodeError", "'"+name+"' codec can't encode characters: ordinal not in range("+itoa(int(limit))+")")
		default:
			return c.Unknown("text encoded with error handler " + mode)
		}
	}
	return MakeBytes(string(b))
}

// decode is bytes.decode.
func (r *run) decode(s string, encoding, errors Value, c *Call) Value {
	name, ok := encoding.AsStr()
	mode, ok2 := errors.AsStr()
	if !ok || !ok2 {
		return c.UnknownFrom("an encoding that is not known", encoding, errors)
	}
	switch normalEncoding(name) {
	case "utf8sig":
		s = strings.TrimPrefix(s, "\ufeff")
		fallthrough
	case "utf8":
		if utf8.ValidString(s) {
			return MakeStr(s)
		}
		if mode == "ignore" {
			return MakeStr(strings.ToValidUTF8(s, ""))
		}
	case "ascii":
		if strings.IndexFunc(s, func(c rune) bool { return c >= 0x80 }) < 0 {
			return MakeStr(s)
		}
	case "latin1":
		runes := make([]rune, len(s))
		for i := range runes {
			runes[i] = rune(s[i])
		}
		return MakeStr(string(runes))
	default:
		return c.Unknown("text in encoding " + name)
	}
	if mode == "strict" {
		return c.Raise("UnicodeDecodeError", "'"+name+"' codec can't decode bytes")
	}
	return c.Unknown("text decoded with error handler " + mode)
}

func normalEncoding(name string) string {
	switch n := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name)); n {
	case "utf8", "u8", "utf":
		return "utf8"
	case "ascii", "usascii":
		return "ascii"
	case "latin1", "latin", "iso88591", "l1":
		return "latin1"
	default:
		return n
	}
}

// bytesMethod is a method of bytes. Those that treat ASCII letters as text do are done on text with one character a byte.
func (r *run) bytesMethod(s string, self Value, name string, c *Call) Value {
	switch name {
	case "decode":
		return r.decode(s, c.ArgOr(0, "encoding", MakeStr("utf-8")), c.ArgOr(1, "errors", MakeStr("strict")), c)
	case "hex":
		return MakeStr(enchex.EncodeToString([]byte(s)))
	case "fromhex":
		text, u := r.strArg(c, 0, "")
		if u.IsValid() {
			return unknownFrom(c.At, name, u)
		}
		b, err := enchex.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return c.Raise("ValueError", "non-hexadecimal number found in fromhex() arg")
		}
		return MakeBytes(string(b))
	}
	inner := *c
	inner.Args = make([]Value, len(c.Args))
	for i, a := range c.Args {
		inner.Args[i] = widenBytes(a)
	}
	if name == "join" {
		inner.Args[0] = MakeList(widenAll(c.Iterate(c.one("function")))...)
	}
	wide := widenBytes(MakeBytes(s))
	text, _ := wide.AsStr()
	return narrowText(r.strMethod(text, wide, name, &inner))
}

func widenAll(list []Value) []Value {
	out := make([]Value, len(list))
	for i, v := range list {
		out[i] = widenBytes(v)
	}
	return out
}

// widenBytes turns bytes into text with a character for each byte.
func widenBytes(v Value) Value {
	b, ok := v.AsBytes()
	if !ok {
		if t, isTuple := v.data.(*tupleData); isTuple {
			return MakeTuple(widenAll(t.elems)...)
		}
		return v
	}
	runes := make([]rune, len(b))
	for i := range runes {
		runes[i] = rune(b[i])
	}
	return MakeStr(string(runes)).WithOrigin(v.origin)
}

// narrowText is the way back.
func narrowText(v Value) Value {
	switch d := v.data.(type) {
	case strData:
		b := make([]byte, 0, len(d))
		for _, c := range string(d) {
			b = append(b, byte(c))
		}
		return MakeBytes(string(b)).WithOrigin(v.origin)
	case *listData:
		out := make([]Value, len(d.elems))
		for i, e := range d.elems {
			out[i] = narrowText(e)
		}
		return MakeList(out...).WithOrigin(v.origin)
	case *tupleData:
		out := make([]Value, len(d.elems))
		for i, e := range d.elems {
			out[i] = narrowText(e)
		}
		return MakeTuple(out...).WithOrigin(v.origin)
	}
	return v
}
