package django

import (
	"encoding/json"
	"strings"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// defaultOf is Django's own default of a setting for a version; the invalid Value when Django has none by that name.
// Source: django/conf/global_settings.py, as package knowledge has it.
func defaultOf(version knowledge.Version, name string) eval.Value {
	text, ok := knowledge.DjangoDefault(version, name)
	if !ok {
		return eval.Value{}
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	v, err := decodeValue(decoder)
	if err != nil {
		return eval.Value{}
	}
	return v
}

// decodeValue reads one value in the JSON form of `gonogo settings`, keys in their order.
func decodeValue(d *json.Decoder) (eval.Value, error) {
	token, err := d.Token()
	if err != nil {
		return eval.Value{}, err
	}
	switch t := token.(type) {
	case nil:
		return eval.MakeNone(), nil
	case bool:
		return eval.MakeBool(t), nil
	case string:
		return eval.MakeStr(t), nil
	case json.Number:
		return number(t)
	case json.Delim:
		if t == '[' {
			elems, err := decodeElems(d)
			return eval.MakeList(elems...), err
		}
		return decodeObject(d)
	}
	return eval.Value{}, nil
}

func number(n json.Number) (eval.Value, error) {
	if i, err := n.Int64(); err == nil {
		return eval.MakeInt(i), nil
	}
	f, err := n.Float64()
	return eval.MakeFloat(f), err
}

// decodeElems reads the rest of an array.
func decodeElems(d *json.Decoder) (elems []eval.Value, err error) {
	for d.More() {
		v, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		elems = append(elems, v)
	}
	_, err = d.Token() // the closing bracket
	return elems, err
}

// decodeObject reads the rest of an object: a dictionary, or one of the marked forms for what JSON lacks.
func decodeObject(d *json.Decoder) (eval.Value, error) {
	var entries []eval.Entry
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return eval.Value{}, err
		}
		v, err := decodeValue(d)
		if err != nil {
			return eval.Value{}, err
		}
		entries = append(entries, eval.Entry{Key: eval.MakeStr(key.(string)), Value: v})
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return eval.Value{}, err
	}
	if len(entries) == 1 {
		if v, ok := marked(entries[0]); ok {
			return v, nil
		}
	}
	return eval.MakeDict(entries...), nil
}

// marked reads {"$tuple": [...]}, {"$set": [...]} and {"$path": "..."}; the facts have no other forms.
func marked(e eval.Entry) (eval.Value, bool) {
	key, _ := e.Key.AsStr()
	switch key {
	case "$tuple":
		return eval.MakeTuple(e.Value.Elems()...), true
	case "$set":
		return eval.MakeSet(e.Value.Elems()...), true
	case "$path":
		p, ok := e.Value.AsStr()
		return eval.MakePath(p), ok
	}
	return eval.Value{}, false
}
