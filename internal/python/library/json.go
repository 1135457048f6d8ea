package library

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"gonogo/internal/python/eval"
)

// jsonModel is the module json.
func jsonModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"loads":           eval.NewNative("json.loads", jsonLoads),
		"load":            eval.NewNative("json.load", jsonLoad),
		"dumps":           eval.NewPure("json.dumps", jsonDumps),
		"dump":            inert("json.dump"),
		"JSONDecodeError": exception("json.decoder.JSONDecodeError", "ValueError"),
	}}
}

func jsonLoads(c *eval.Call) eval.Value {
	v := c.Arg(0, "s")
	s, ok := str(v)
	if b, isBytes := v.AsBytes(); isBytes {
		s, ok = b, true
	}
	if v.IsUnknown() || hasHooks(c) {
		return c.UnknownFrom("JSON that is not known, or read in a way of its own", v)
	}
	if !ok {
		return c.Raise("TypeError", "the JSON object must be str, bytes or bytearray, not "+typeName(c, v))
	}
	return jsonValue(c, s, v)
}

// hasHooks reports whether arguments change how the text is read.
func hasHooks(c *eval.Call) bool {
	for _, k := range c.Kwargs {
		if k.Name != "s" && k.Name != "fp" && k.Name != "encoding" && k.Name != "strict" {
			return true
		}
	}
	return false
}

func jsonLoad(c *eval.Call) eval.Value {
	content := c.Call(c.GetAttr(c.Arg(0, "fp"), "read"))
	s, ok := str(content)
	if b, isBytes := content.AsBytes(); isBytes {
		s, ok = b, true
	}
	if !ok || hasHooks(c) {
		return c.UnknownFrom("JSON that is not known, or read in a way of its own", content)
	}
	return jsonValue(c, s, content)
}

// jsonValue is what a text that came from a value stands for.
func jsonValue(c *eval.Call, text string, from eval.Value) eval.Value {
	v, err := parseJSON(text)
	var bad errJSON
	switch {
	case err == nil:
		return withFile(v, from)
	case errors.As(err, &bad):
		return c.Raise("json.JSONDecodeError", bad.message)
	}
	return c.Unknown(err.Error())
}

// withFile gives the parts of a value that was made from a text the text's provenance.
func withFile(v, from eval.Value) eval.Value {
	origin := from.Origin()
	if origin == nil {
		return v
	}
	return mark(v, origin, 0)
}

func mark(v eval.Value, origin *eval.Origin, depth int) eval.Value {
	if depth < 50 {
		switch v.Kind() {
		case eval.List:
			elems := v.Elems()
			for i := range elems {
				elems[i] = mark(elems[i], origin, depth+1)
			}
		case eval.Dict:
			for _, e := range v.Entries() {
				v.SetKey(e.Key, mark(e.Value, origin, depth+1))
			}
		}
	}
	return v.WithOrigin(origin)
}

// errJSON is what is wrong with a text that is no JSON.
type errJSON struct{ message string }

func (e errJSON) Error() string { return e.message }

const maxJSONDepth = 200

// parseJSON reads JSON as Python's json does: NaN and infinities are numbers, integers have any size, the last of equal keys counts.
func parseJSON(s string) (v eval.Value, err error) {
	p := &jsonReader{text: s}
	if strings.HasPrefix(s, "\ufeff") {
		return v, errJSON{"Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"}
	}
	p.space()
	if v, err = p.value(0); err != nil {
		return v, err
	}
	p.space()
	if p.pos < len(s) {
		return v, p.fault("Extra data")
	}
	return v, nil
}

type jsonReader struct {
	text string
	pos  int
}

func (p *jsonReader) fault(message string) error {
	before := p.text[:p.pos]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return errJSON{message + ": line " + itoa(line) + " column " + itoa(column) + " (char " + itoa(utf8.RuneCountInString(before)) + ")"}
}

func (p *jsonReader) space() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\n\r", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *jsonReader) value(depth int) (eval.Value, error) {
	if depth > maxJSONDepth {
		return eval.Value{}, errDepth
	}
	if p.pos >= len(p.text) {
		return eval.Value{}, p.fault("Expecting value")
	}
	switch c := p.text[p.pos]; {
	case c == '"':
		s, err := p.str()
		return eval.MakeStr(s), err
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	}
	for word, v := range map[string]eval.Value{"null": eval.MakeNone(), "true": eval.MakeBool(true), "false": eval.MakeBool(false),
		"NaN": eval.MakeFloat(math.NaN()), "Infinity": eval.MakeFloat(math.Inf(1)), "-Infinity": eval.MakeFloat(math.Inf(-1))} {
		if strings.HasPrefix(p.text[p.pos:], word) {
			p.pos += len(word)
			return v, nil
		}
	}
	return p.number()
}

func (p *jsonReader) number() (eval.Value, error) {
	rest := p.text[p.pos:]
	i := 0
	digits := func() int {
		start := i
		for i < len(rest) && rest[i] >= '0' && rest[i] <= '9' {
			i++
		}
		return i - start
	}
	if i < len(rest) && rest[i] == '-' {
		i++
	}
	if i < len(rest) && rest[i] == '0' {
		i++
	} else if digits() == 0 {
		return eval.Value{}, p.fault("Expecting value")
	}
	end, float := i, false
	if i < len(rest) && rest[i] == '.' {
		i++
		if digits() > 0 {
			end, float = i, true
		}
	}
	i = end
	if i < len(rest) && rest[i]|0x20 == 'e' {
		i++
		if i < len(rest) && (rest[i] == '+' || rest[i] == '-') {
			i++
		}
		if digits() > 0 {
			end, float = i, true
		}
	}
	text := rest[:end]
	p.pos += end
	if float {
		f, _ := strconv.ParseFloat(text, 64)
		return eval.MakeFloat(f), nil
	}
	n, ok := parseInt(text)
	if !ok {
		return eval.Value{}, p.fault("Expecting value")
	}
	return eval.MakeBigInt(n), nil
}

func (p *jsonReader) array(depth int) (eval.Value, error) {
	p.pos++
	out := eval.MakeList()
	p.space()
	if p.take(']') {
		return out, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return out, err
		}
		out.Append(v)
		p.space()
		if p.take(']') {
			return out, nil
		}
		if !p.take(',') {
			return out, p.fault("Expecting ',' delimiter")
		}
		p.space()
	}
}

func (p *jsonReader) take(c byte) bool {
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *jsonReader) object(depth int) (eval.Value, error) {
	p.pos++
	out := eval.MakeDict()
	p.space()
	if p.take('}') {
		return out, nil
	}
	for {
		if p.pos >= len(p.text) || p.text[p.pos] != '"' {
			return out, p.fault("Expecting property name enclosed in double quotes")
		}
		key, err := p.str()
		if err != nil {
			return out, err
		}
		p.space()
		if !p.take(':') {
			return out, p.fault("Expecting ':' delimiter")
		}
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return out, err
		}
		out.SetKey(eval.MakeStr(key), v)
		p.space()
		if p.take('}') {
			return out, nil
		}
		if !p.take(',') {
			return out, p.fault("Expecting ',' delimiter")
		}
		p.space()
	}
}

// What is not an error in Python, but cannot be told here.
var (
	errSurrogate = errors.New("a text with half a pair of surrogates")
	errDepth     = errors.New("JSON that is nested too deeply")
)

func (p *jsonReader) str() (string, error) {
	start := p.pos
	p.pos++
	var b strings.Builder
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		switch {
		case c == '"':
			p.pos++
			return b.String(), nil
		case c < 0x20:
			return "", p.fault("Invalid control character at")
		case c != '\\':
			b.WriteByte(c)
			p.pos++
		default:
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		}
	}
	p.pos = start
	return "", p.fault("Unterminated string starting at")
}

func (p *jsonReader) escape() (rune, error) {
	if p.pos+1 >= len(p.text) {
		return 0, p.fault("Unterminated string starting at")
	}
	c := p.text[p.pos+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		p.pos += 2
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return 0, p.fault("Invalid \\escape")
	}
	r, ok := p.hex()
	if !ok {
		return 0, p.fault("Invalid \\uXXXX escape")
	}
	if utf16.IsSurrogate(r) {
		low, ok := p.hex()
		if joined := utf16.DecodeRune(r, low); ok && joined != utf8.RuneError {
			return joined, nil
		}
		return 0, errSurrogate
	}
	return r, nil
}

func (p *jsonReader) hex() (rune, bool) {
	if p.pos+6 > len(p.text) || p.text[p.pos] != '\\' || p.text[p.pos+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[p.pos+2:p.pos+6], 16, 32)
	p.pos += 6
	return rune(n), err == nil
}
