package syntax

import (
	"encoding/base64"
	"unicode/utf8"
)

func (d *dumper) constant(c *Constant) {
	d.begin("Constant")
	d.key("value")
	d.constantValue(c)
	if c.U {
		d.raw(`,"kind":"u"`)
	} else {
		d.raw(`,"kind":null`)
	}
}

func (d *dumper) constantValue(c *Constant) {
	switch c.Kind {
	case None:
		d.raw("null")
	case True:
		d.raw("true")
	case False:
		d.raw("false")
	case Ellipsis:
		d.raw(`{"$ellipsis":true}`)
	case Int:
		d.raw(`{"$int":"` + c.decimal() + `"}`)
	case Float:
		d.raw(`{"$float":"` + floatRepr(c.Value) + `"}`)
	case Imaginary:
		d.raw(`{"$complex":"` + floatRepr(c.Value[:len(c.Value)-1]) + `"}`)
	case Str:
		d.str(c.Value)
	case Bytes:
		d.raw(`{"$bytes":"` + base64.StdEncoding.EncodeToString([]byte(c.Value)) + `"}`)
	}
}

// str writes a string as Python's json module does with ensure_ascii.
func (d *dumper) str(s string) {
	d.out = append(d.out, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7F && c != '"' && c != '\\' {
			i++
			continue
		}
		d.out = append(d.out, s[from:i]...)
		i += d.escaped(s[i:])
		from = i
	}
	d.out = append(d.out, s[from:]...)
	d.out = append(d.out, '"')
}

// escaped writes the first character of s as an escape, and gives its length.
func (d *dumper) escaped(s string) int {
	const short = "\"\"\\\\\nn\rr\tt\ff\bb"
	for i := 0; i < len(short); i += 2 {
		if short[i] == s[0] {
			d.out = append(d.out, '\\', short[i+1])
			return 1
		}
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 && len(s) >= 3 && s[0] == 0xED {
		d.unit(uint16(0xD000 | int(s[1]&0x3F)<<6 | int(s[2]&0x3F))) // a lone surrogate
		return 3
	}
	if r >= 0x10000 {
		r -= 0x10000
		d.unit(uint16(0xD800 + r>>10))
		d.unit(uint16(0xDC00 + r&0x3FF))
		return n
	}
	d.unit(uint16(r))
	return n
}

func (d *dumper) unit(u uint16) {
	const hex = "0123456789abcdef"
	d.out = append(d.out, '\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
}
