package eval

import (
	"strings"
	"unicode/utf8"
)

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
