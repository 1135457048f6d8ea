package report

import (
	"encoding/base64"
	"encoding/json"
	"math"

	"gonogo/internal/python/eval"
	"gonogo/internal/redact"
)

// valueEncoder turns values into the JSON shapes of docs/json.md.
type valueEncoder struct {
	showSecrets bool
	depth       int
}

// valueDepth bounds nested values: a list can contain itself.
const valueDepth = 40

// encode gives the JSON of a value. secret says that its name is a secret's: then every text in it is hidden.
func (e valueEncoder) encode(v eval.Value, secret bool) any {
	if e.depth > valueDepth {
		return map[string]any{"$unknown": "nested too deeply"}
	}
	e.depth++
	switch v.Kind() {
	case eval.Unknown:
		return map[string]any{"$unknown": redact.Text(v.Reason())}
	case eval.None:
		return nil
	case eval.Bool:
		b, _ := v.AsBool()
		return b
	case eval.Int:
		return encodeInt(v)
	case eval.Float:
		return encodeFloat(v)
	case eval.Str:
		s, _ := v.AsStr()
		return e.text(s, secret)
	case eval.Bytes:
		b, _ := v.AsBytes()
		if secret && !e.showSecrets {
			return map[string]any{"$secret": len(b)}
		}
		return map[string]any{"$bytes": base64.StdEncoding.EncodeToString([]byte(b))}
	case eval.List:
		return e.list(v, secret)
	case eval.Tuple:
		return map[string]any{"$tuple": e.list(v, secret)}
	case eval.Set:
		return map[string]any{"$set": e.list(v, secret)}
	case eval.Dict:
		return e.dict(v, secret)
	case eval.Path:
		s, _ := v.AsStr()
		return map[string]any{"$path": s}
	case eval.Timedelta:
		d, _ := v.AsTimedelta()
		return map[string]any{"$timedelta": d.Seconds()}
	case eval.Object:
		return e.object(v, secret)
	case eval.Callable, eval.Class, eval.Module:
		return map[string]any{"$object": v.Dotted()}
	}
	return map[string]any{"$unknown": "no value"}
}

// object is what an instance of a subclass of a built-in type (a named tuple, an OrderedDict) holds, as one of that type; members of
// enumerations and all other instances are objects.
func (e valueEncoder) object(v eval.Value, secret bool) any {
	if body := v.Body(); body.IsValid() && !v.ClassOf().IsSubclass("enum.Enum") {
		return e.encode(body, secret)
	}
	if v.Class() == "tuple" || v.Class() == "dict" { // stands for one that is asked, not shown: django.VERSION, sys.modules
		return map[string]any{"$unknown": "known only where it is compared"}
	}
	return map[string]any{"$object": v.Class()}
}

func (e valueEncoder) text(s string, secret bool) any {
	if (secret && s != "" || redact.HasPassword(s)) && !e.showSecrets {
		return map[string]any{"$secret": len([]rune(s))}
	}
	return s
}

func encodeInt(v eval.Value) any {
	if i, ok := v.AsInt(); ok {
		return i
	}
	return json.Number(v.Repr(math.MaxInt))
}

func encodeFloat(v eval.Value) any {
	f, _ := v.AsFloat()
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return map[string]any{"$float": v.Repr(16)}
	}
	return json.Number(v.Repr(40))
}

func (e valueEncoder) list(v eval.Value, secret bool) []any {
	out := []any{}
	for _, element := range v.Elems() {
		if element.IsSpread() {
			out = append(out, map[string]any{"$unknown": "any number of elements: " + redact.Text(element.Reason())})
			continue
		}
		out = append(out, e.encode(element, secret))
	}
	return out
}

// dict is a JSON object when every key is text, else {"$dict": [[key, value], ...]}. An open one has a "$open" entry with the reason.
func (e valueEncoder) dict(v eval.Value, secret bool) any {
	object := ordered{}
	var pairs []any
	text := true
	for _, entry := range v.Entries() {
		key, ok := entry.Key.AsStr()
		text = text && ok && entry.Key.Kind() == eval.Str
		value := e.encode(entry.Value, secret || redact.SecretName(key))
		object = append(object, member{key, value})
		pairs = append(pairs, []any{e.encode(entry.Key, false), value})
	}
	if v.IsOpen() {
		object = append(object, member{"$open", true})
	}
	if text {
		return object
	}
	return map[string]any{"$dict": pairs}
}

// ordered is a JSON object that keeps its order.
type ordered []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (o ordered) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			out = append(out, ',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), value...)
	}
	return append(out, '}'), nil
}
