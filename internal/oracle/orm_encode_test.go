package oracle

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"gonogo/internal/django/orm"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// ormEncoder writes values as testdata/orm_dump.py does. unknown is the first reason for which a value cannot be told.
type ormEncoder struct{ unknown string }

func (e *ormEncoder) note(reason string) any {
	if e.unknown == "" {
		e.unknown = reason
	}
	return nil
}

func (e *ormEncoder) value(v eval.Value) any {
	switch v.Kind() {
	case eval.None:
		return nil
	case eval.Bool:
		b, _ := v.AsBool()
		return b
	case eval.Str:
		s, _ := v.AsStr()
		return s
	case eval.Int, eval.Float:
		return map[string]any{"number": v.Repr(400)}
	case eval.Bytes:
		s, _ := v.AsBytes()
		runes := make([]rune, len(s))
		for i := range len(s) {
			runes[i] = rune(s[i])
		}
		return map[string]any{"bytes": string(runes)}
	case eval.Timedelta:
		d, _ := v.AsTimedelta()
		return map[string]any{"microseconds": fmt.Sprint(int64(d / time.Microsecond))}
	case eval.Path:
		s, _ := v.AsStr()
		return map[string]any{"path": s}
	case eval.List:
		return map[string]any{"list": e.values(v.Elems())}
	case eval.Tuple:
		return map[string]any{"tuple": e.values(v.Elems())}
	case eval.Set:
		return map[string]any{"set": e.sorted(e.values(v.Elems()))}
	case eval.Dict:
		pairs := []any{}
		for _, entry := range v.Entries() {
			pairs = append(pairs, []any{e.value(entry.Key), e.value(entry.Value)})
		}
		if v.IsOpen() {
			e.note("a dictionary that is open")
		}
		return map[string]any{"dict": e.sorted(pairs)}
	case eval.Callable, eval.Class:
		return map[string]any{"name": knowledge.DjangoPath(v.Dotted())}
	case eval.Object:
		return e.object(v)
	}
	return e.named(v)
}

// named is an unknown value that stands for a name of a package.
func (e *ormEncoder) named(v eval.Value) any {
	path := v.Path()
	if strings.HasPrefix(path, "django.core.validators.validate_") {
		return e.note("an object of Django's: " + path)
	}
	if path != "" {
		return map[string]any{"name": knowledge.DjangoPath(path)}
	}
	return e.note("unknown: " + v.Reason())
}

func (e *ormEncoder) values(list []eval.Value) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = e.value(v)
	}
	return out
}

func (e *ormEncoder) sorted(list []any) []any {
	slices.SortFunc(list, func(a, b any) int {
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		return strings.Compare(string(x), string(y))
	})
	return list
}

func (e *ormEncoder) object(v eval.Value) any {
	if d, ok := orm.DeconstructValue(v); ok {
		return e.made(&d, nil)
	}
	switch v.Class() {
	case "decimal.Decimal":
		text, ok := v.Arg(0, "value").AsStr()
		if _, isNumber := new(big.Rat).SetString(text); ok && isNumber {
			return map[string]any{"decimal": text}
		}
	case "re.Pattern":
		text, _ := v.Attr("pattern").AsStr()
		return map[string]any{"pattern": text}
	}
	if s, ok := v.AsStr(); ok {
		return s
	}
	if n, ok := v.AsInt(); ok {
		return map[string]any{"number": fmt.Sprint(n)}
	}
	return e.note("an object of " + v.Class())
}

// made is a deconstructed object; more are further members.
func (e *ormEncoder) made(d *orm.Deconstructed, more map[string]any) any {
	if d.Unknown != "" {
		return e.note(d.Unknown)
	}
	kwargs := map[string]any{}
	for _, k := range d.Kwargs {
		kwargs[k.Name] = e.value(k.Value)
	}
	out := map[string]any{"class": d.Class, "args": e.values(d.Args), "kwargs": kwargs}
	if more == nil {
		out["class"] = knowledge.DjangoPath(d.Class)
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}
