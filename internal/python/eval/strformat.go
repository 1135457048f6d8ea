package eval

import (
	"strconv"
	"strings"
)

func (r *run) strFormat(s string, self Value, c *Call) Value {
	return r.formatWith(s, self, c.Args, Value{}, c)
}

// formatWith is str.format and format_map.
func (r *run) formatWith(s string, self Value, args []Value, mapping Value, c *Call) Value {
	p := fieldFormatter{run: r, call: c, args: args, mapping: mapping}
	out, ok := p.text(s, 0)
	from := append([]Value{self}, p.used...)
	if !ok {
		return textUnknown(unknownFrom(c.At, "format", append(from, p.unknown)...))
	}
	if !r.reserve(len(out)) {
		return r.tooLarge(c.At, self)
	}
	return derived(MakeStr(out), c.At, from...)
}

type fieldFormatter struct {
	run     *run
	call    *Call
	args    []Value
	mapping Value
	auto    int
	used    []Value
	unknown Value
}

// text fills in the fields of a format string; ok is false when a value is unknown.
func (p *fieldFormatter) text(s string, depth int) (string, bool) {
	var b strings.Builder
	ok := true
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '{' && i+1 < len(s) && s[i+1] == '{':
			b.WriteByte('{')
			i++
		case s[i] == '}' && i+1 < len(s) && s[i+1] == '}':
			b.WriteByte('}')
			i++
		case s[i] == '}':
			p.call.Raise("ValueError", "Single '}' encountered in format string")
		case s[i] == '{':
			end := closingBrace(s, i)
			if end < 0 {
				if i == len(s)-1 {
					p.call.Raise("ValueError", "Single '{' encountered in format string")
				}
				p.call.Raise("ValueError", "expected '}' before end of string")
			}
			text, known := p.field(s[i+1:end], depth)
			ok = ok && known
			b.WriteString(text)
			i = end
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ok
}

func closingBrace(s string, open int) int {
	depth := 0
	for i := open; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

// field is one replacement field: name, conversion and specification.
func (p *fieldFormatter) field(s string, depth int) (string, bool) {
	if depth > 2 {
		p.call.Raise("ValueError", "Max string recursion exceeded")
	}
	name, spec, conversion := s, "", byte(0)
	bracket := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '[' {
			bracket++
		} else if s[i] == ']' {
			bracket--
		}
		if bracket == 0 && (s[i] == '!' || s[i] == ':') {
			name = s[:i]
			rest := s[i:]
			if rest[0] == '!' {
				if len(rest) < 2 || len(rest) > 2 && rest[2] != ':' {
					p.call.Raise("ValueError", "expected ':' after conversion specifier")
				}
				conversion, rest = rest[1], rest[2:]
			}
			if rest != "" {
				spec = rest[1:]
			}
			break
		}
	}
	v := p.value(name)
	p.used = append(p.used, v)
	r, c := p.run, p.call
	switch conversion {
	case 'r':
		v = r.reprOf(v, c.At, c.frame)
	case 's':
		v = r.str(v, c.At, c.frame)
	case 'a':
		v = r.ascii(v, c.At, c.frame)
	}
	spec, ok := p.text(spec, depth+1)
	if !ok {
		return "", false
	}
	out := r.format(v, MakeStr(spec), c.At, c.frame)
	text, known := out.AsStr()
	if !known {
		p.unknown = out
	}
	return text, known
}

// value resolves a field name: a number, a keyword, then attributes and indices.
func (p *fieldFormatter) value(name string) Value {
	end := strings.IndexAny(name, ".[")
	head, rest := name, ""
	if end >= 0 {
		head, rest = name[:end], name[end:]
	}
	v := p.head(head)
	c := p.call
	for rest != "" {
		if rest[0] == '.' {
			rest = rest[1:]
			i := strings.IndexAny(rest, ".[")
			if i < 0 {
				i = len(rest)
			}
			v = c.GetAttr(v, rest[:i])
			rest = rest[i:]
			continue
		}
		i := strings.IndexByte(rest, ']')
		if i < 0 {
			c.Raise("ValueError", "Missing ']' in format string")
		}
		key := MakeStr(rest[1:i])
		if n, err := strconv.ParseInt(rest[1:i], 10, 64); err == nil {
			key = MakeInt(n)
		}
		v = c.Index(v, key)
		rest = rest[i+1:]
	}
	return v
}

func (p *fieldFormatter) head(name string) Value {
	c := p.call
	if p.mapping.IsValid() {
		return c.Index(p.mapping, MakeStr(name))
	}
	n, err := strconv.Atoi(name)
	if name == "" {
		n, err = p.auto, nil
		p.auto++
	}
	if err == nil {
		if n < 0 || n >= len(p.args) {
			if len(p.args) > 0 && p.args[len(p.args)-1].IsSpread() {
				return MakeUnknown(p.args[len(p.args)-1].Reason())
			}
			c.Raise("IndexError", "Replacement index "+itoa(n)+" out of range for positional args tuple")
		}
		if p.args[n].IsSpread() {
			return MakeUnknown(p.args[n].Reason())
		}
		return p.args[n]
	}
	if v := argument(nil, c.Kwargs, -1, name); v.IsValid() {
		return v
	}
	if v := argument(nil, c.Kwargs, -1, "**"); v.IsValid() {
		return MakeUnknown(v.Reason())
	}
	p.run.raiseWith(c.At, "KeyError", []Value{MakeStr(name)})
	return Value{}
}
