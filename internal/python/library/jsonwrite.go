package library

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"gonogo/internal/python/eval"
)

// jsonDumps writes JSON as json.dumps does without arguments.
func jsonDumps(c *eval.Call) eval.Value {
	if len(c.Kwargs) > 0 {
		return c.Unknown("JSON that is written in a way of its own")
	}
	var b strings.Builder
	if !writeJSON(c, &b, c.Arg(0, "obj"), 0) {
		return c.Unknown("JSON of values that are not modelled")
	}
	return eval.MakeStr(b.String())
}

func writeJSON(c *eval.Call, b *strings.Builder, v eval.Value, depth int) bool {
	c.Step()
	if depth > maxJSONDepth {
		return false
	}
	switch v.Kind() {
	case eval.None:
		b.WriteString("null")
	case eval.Bool:
		t, _ := v.AsBool()
		b.WriteString(strconv.FormatBool(t))
	case eval.Int, eval.Float:
		s := v.Repr(0)
		if strings.HasSuffix(s, "nan") || strings.HasSuffix(s, "inf") {
			return false
		}
		b.WriteString(s)
	case eval.Str:
		s, _ := v.AsStr()
		writeJSONString(b, s)
	case eval.List, eval.Tuple:
		b.WriteByte('[')
		for i, e := range v.Elems() {
			if i > 0 {
				b.WriteString(", ")
			}
			if !writeJSON(c, b, e, depth+1) {
				return false
			}
		}
		b.WriteByte(']')
	case eval.Dict:
		b.WriteByte('{')
		for i, e := range v.Entries() {
			if i > 0 {
				b.WriteString(", ")
			}
			if e.Key.Kind() != eval.Str || !writeJSON(c, b, e.Key, depth+1) {
				return false
			}
			b.WriteString(": ")
			if !writeJSON(c, b, e.Value, depth+1) {
				return false
			}
		}
		b.WriteByte('}')
	default:
		return false
	}
	return true
}

// writeJSONString escapes all that is not ASCII.
func writeJSONString(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r >= 0x20 && r < 0x7f || r == 0x7f:
			b.WriteRune(r)
		default:
			if i := strings.IndexRune("\b\f\n\r\t", r); i >= 0 {
				b.WriteString(`\` + "bfnrt"[i:i+1])
				continue
			}
			for _, u := range utf16.Encode([]rune{r}) {
				hex := strconv.FormatUint(uint64(u), 16)
				b.WriteString(`\u` + strings.Repeat("0", 4-len(hex)) + hex)
			}
		}
	}
	b.WriteByte('"')
}
