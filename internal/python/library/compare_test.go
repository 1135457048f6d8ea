package library_test

import (
	"encoding/base64"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"gonogo/internal/python/eval"
)

// comparison compares a value with what Python has, as run.py encodes it. Unknown parts are counted, not compared.
type comparison struct {
	unknown    int
	difference string
}

func (c *comparison) differ(at, format string, args ...any) {
	if c.difference == "" {
		c.difference = at + ": " + fmt.Sprintf(format, args...)
	}
}

func (c *comparison) value(got eval.Value, want any, at string) {
	if got.IsUnknown() {
		c.unknown++
		return
	}
	switch want := want.(type) {
	case nil:
		c.is(got.Kind() == eval.None, got, want, at)
	case bool:
		b, ok := got.AsBool()
		c.is(ok && b == want && got.Kind() == eval.Bool, got, want, at)
	case string:
		s, ok := got.AsStr()
		c.is(ok && s == want && got.Kind() != eval.Path, got, want, at)
	case map[string]any:
		c.tagged(got, want, at)
	default:
		c.differ(at, "an answer of an unexpected kind: %v", want)
	}
}

func (c *comparison) is(equal bool, got eval.Value, want any, at string) {
	if !equal {
		c.differ(at, "%s instead of %.300s", got.Repr(300), fmt.Sprint(want))
	}
}

func (c *comparison) tagged(got eval.Value, want map[string]any, at string) {
	if want["$deep"] == true {
		return // run.py stops at some depth
	}
	for tag, v := range want {
		text, _ := v.(string)
		switch tag {
		case "$int":
			c.is(got.Kind() == eval.Int && got.Repr(0) == text, got, text, at)
		case "$float":
			f, _ := strconv.ParseFloat(text, 64)
			g, ok := got.AsFloat()
			c.is(ok && got.Kind() == eval.Float && (f == g || f != f && g != g), got, text, at)
		case "$bytes":
			b, ok := got.AsBytes()
			c.is(ok && base64.StdEncoding.EncodeToString([]byte(b)) == text, got, text, at)
		case "$timedelta":
			d, ok := got.AsTimedelta()
			c.is(ok && strconv.FormatInt(int64(d/time.Microsecond), 10) == text, got, text, at)
		case "$path":
			s, ok := got.AsStr()
			c.is(ok && got.Kind() == eval.Path && s == text, got, text, at)
		case "$list", "$tuple":
			c.sequence(got, v.([]any), map[string]eval.Kind{"$list": eval.List, "$tuple": eval.Tuple}[tag], at)
		case "$set":
			c.set(got, v.([]any), at)
		case "$dict":
			c.dict(got, v.([]any), at)
		case "$value":
			c.value(body(got), v, at)
		case "$enum":
			c.is(got.Kind() == eval.Object && text == nameOf(got), got, want, at)
		case "$object":
			c.object(got, text, want, at)
		case "$class", "$callable", "$module":
			c.is(lastName(got.Dotted()) == lastName(text) || got.Kind() == eval.Object || strings.HasPrefix(text, "<lambda>"), got, text, at)
		case "$surrogates":
			c.differ(at, "%s is known, Python has %v", got.Repr(100), want)
		case "class", "pattern":
		default:
			c.differ(at, "an answer of an unexpected kind: %v", want)
		}
	}
}

// body is an instance of a subclass of a built-in type as a value of that type.
func body(v eval.Value) eval.Value {
	if s, ok := v.AsStr(); ok {
		return eval.MakeStr(s)
	}
	if i, ok := v.AsInt(); ok {
		return eval.MakeInt(i)
	}
	return v
}

func nameOf(v eval.Value) string {
	s, _ := v.Attr("_name_").AsStr()
	if s == "" {
		s, _ = v.Attr("name").AsStr()
	}
	return s
}

func (c *comparison) object(got eval.Value, class string, want map[string]any, at string) {
	if got.Kind() != eval.Object && got.Kind() != eval.Callable && got.Kind() != eval.Module {
		c.differ(at, "%s instead of an instance of %s", got.Repr(200), class)
		return
	}
	if got.Kind() == eval.Object && lastName(got.Class()) != lastName(class) && class != "django.utils.functional.lazy.<locals>.__proxy__" {
		c.differ(at, "an instance of %s instead of %s", got.Class(), class)
	}
	if pattern, ok := want["pattern"].(string); ok {
		c.value(got.Attr("pattern"), pattern, at+".pattern")
	}
}

func (c *comparison) sequence(got eval.Value, want []any, kind eval.Kind, at string) {
	elems := got.Elems()
	if got.Kind() != kind && !(got.Kind() == eval.Object && (elems != nil || len(want) == 0)) {
		c.differ(at, "%s instead of a sequence", got.Repr(300))
		return
	}
	if got.IsOpen() {
		c.unknown++
		c.prefix(elems, want, at)
		return
	}
	if len(elems) != len(want) {
		c.differ(at, "%d elements instead of %d", len(elems), len(want))
		return
	}
	for i := range elems {
		c.value(elems[i], want[i], fmt.Sprintf("%s[%d]", at, i))
	}
}

// prefix compares what stands before the first unknown part, and what stands behind the last.
func (c *comparison) prefix(elems []eval.Value, want []any, at string) {
	for i := 0; i < len(elems) && !elems[i].IsSpread(); i++ {
		if i >= len(want) {
			c.differ(at, "more elements than %d", len(want))
			return
		}
		c.value(elems[i], want[i], fmt.Sprintf("%s[%d]", at, i))
	}
	for i := 1; i <= len(elems) && !elems[len(elems)-i].IsSpread(); i++ {
		if i > len(want) {
			c.differ(at, "more elements than %d", len(want))
			return
		}
		c.value(elems[len(elems)-i], want[len(want)-i], fmt.Sprintf("%s[-%d]", at, i))
	}
}

func (c *comparison) set(got eval.Value, want []any, at string) {
	if got.Kind() != eval.Set {
		c.differ(at, "%s instead of a set", got.Repr(300))
		return
	}
	if got.IsOpen() {
		c.unknown++
		return
	}
	list := append([]eval.Value{}, got.Elems()...)
	sort.Slice(list, func(i, j int) bool { return list[i].Repr(0) < list[j].Repr(0) })
	if len(list) != len(want) {
		c.differ(at, "%d elements instead of %d", len(list), len(want))
		return
	}
next:
	for _, w := range want {
		for _, g := range list {
			one := comparison{}
			if one.value(g, w, at); one.difference == "" {
				continue next
			}
		}
		c.differ(at, "%v is not in the set %s", w, got.Repr(300))
	}
}

func (c *comparison) dict(got eval.Value, want []any, at string) {
	entries := got.Entries()
	if got.Kind() != eval.Dict && !(got.Kind() == eval.Object && (entries != nil || len(want) == 0)) {
		c.differ(at, "%s instead of a dictionary", got.Repr(300))
		return
	}
	if got.IsOpen() {
		c.unknown++
	} else if len(entries) != len(want) {
		c.differ(at, "%d entries instead of %d: %s", len(entries), len(want), got.Repr(300))
		return
	}
next:
	for _, e := range entries {
		for _, w := range want {
			pair := w.([]any)
			key := comparison{}
			if key.value(e.Key, pair[0], at); key.difference == "" {
				c.value(e.Value, pair[1], at+"["+e.Key.Repr(60)+"]")
				continue next
			}
		}
		c.differ(at, "Python has no key %s", e.Key.Repr(100))
	}
}
