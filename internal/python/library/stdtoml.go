package library

import (
	"bytes"
	"math/big"
	"sort"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"gonogo/internal/python/eval"
)

// tomlModel is the module tomllib and the packages tomli and toml, which read the same files.
func tomlModel(module string) func() eval.Model {
	return func() eval.Model {
		failure := exception(module+".TOMLDecodeError", "ValueError")
		loads := func(c *eval.Call, text eval.Value) eval.Value {
			s, ok := octetsOrText(text)
			if !ok {
				return c.UnknownFrom("TOML that is not known", text)
			}
			var tree map[string]any
			decoder := toml.NewDecoder(bytes.NewReader([]byte(s)))
			if err := decoder.Decode(&tree); err != nil {
				return c.Raise(module+".TOMLDecodeError", "Invalid TOML")
			}
			return withFile(tomlValue(tree, tomlOrder(s)), text)
		}
		return eval.Model{Open: true, Names: map[string]eval.Value{
			"TOMLDecodeError": failure, "TomlDecodeError": failure,
			"loads": eval.NewNative(module+".loads", func(c *eval.Call) eval.Value { return loads(c, c.Arg(0, "s")) }),
			"load": eval.NewNative(module+".load", func(c *eval.Call) eval.Value {
				file := c.Arg(0, "fp")
				if path, ok := fspath(file); ok {
					return loads(c, c.ReadText(path))
				}
				content := c.Call(c.GetAttr(file, "read"))
				if content.Kind() == eval.Str && module != "toml" {
					return c.Raise("TypeError", "File must be opened in binary mode, e.g. use `open('foo.toml', 'rb')`")
				}
				return loads(c, content)
			}),
		}}
	}
}

// tomlOrder are the places at which names first stand in a text: the decoder does not keep the order of keys.
func tomlOrder(text string) func(name string) int {
	return func(name string) int { return strings.Index(text, name) }
}

func tomlValue(v any, order func(string) int) eval.Value {
	switch v := v.(type) {
	case bool:
		return eval.MakeBool(v)
	case int64:
		return eval.MakeInt(v)
	case *big.Int:
		return eval.MakeBigInt(v)
	case float64:
		return eval.MakeFloat(v)
	case string:
		return eval.MakeStr(v)
	case []any:
		out := eval.MakeList()
		for _, e := range v {
			out.Append(tomlValue(e, order))
		}
		return out
	case map[string]any:
		names := make([]string, 0, len(v))
		for n := range v {
			names = append(names, n)
		}
		sort.Slice(names, func(i, j int) bool {
			a, b := order(names[i]), order(names[j])
			return a < b || a == b && names[i] < names[j]
		})
		d := eval.MakeDict()
		for _, n := range names {
			d.SetKey(eval.MakeStr(n), tomlValue(v[n], order))
		}
		return d
	case time.Time, toml.LocalDate, toml.LocalTime, toml.LocalDateTime:
		return eval.MakeUnknown("a point in time")
	}
	return eval.MakeUnknown("a value of TOML that is not modelled")
}
