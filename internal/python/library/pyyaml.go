package library

import (
	"errors"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"gonogo/internal/python/eval"
)

// The package PyYAML (yaml). It reads YAML 1.1, where yes and on are booleans: plain scalars are resolved here by PyYAML's
// own expressions (yaml/resolver.py), not by the parser's rules of YAML 1.2.

func yamlModel() eval.Model {
	load := eval.NewNative("yaml.load", func(c *eval.Call) eval.Value { return yamlLoad(c) })
	names := map[string]eval.Value{"safe_load": load, "load": load, "full_load": load, "unsafe_load": load,
		"YAMLError": exception("yaml.error.YAMLError", "Exception")}
	for _, n := range []string{"SafeLoader", "FullLoader", "Loader", "CSafeLoader", "CLoader", "UnsafeLoader"} {
		names[n] = eval.NewUnmodelledClass("yaml." + n)
	}
	names["safe_load_all"] = unknownFunc("yaml.safe_load_all", "several YAML documents")
	names["dump"] = unknownFunc("yaml.dump", "values written as YAML")
	names["safe_dump"] = names["dump"]
	return eval.Model{Names: names, Open: true}
}

func yamlLoad(c *eval.Call) eval.Value {
	stream := c.Arg(0, "stream")
	content := stream
	if stream.Kind() == eval.Object {
		content = c.Call(c.GetAttr(stream, "read"))
	}
	s, ok := octetsOrText(content)
	if !ok {
		return c.UnknownFrom("YAML that is not known", content)
	}
	v, err := parseYAML(s)
	if err != nil {
		c.MayRaise("yaml.YAMLError", "not readable")
		return c.Unknown("YAML that cannot be read exactly")
	}
	return withFile(v, content)
}

// octetsOrText is a text, or bytes that are UTF-8.
func octetsOrText(v eval.Value) (string, bool) {
	if b, ok := v.AsBytes(); ok {
		return b, true
	}
	return str(v)
}

var errYAML = errors.New("YAML that is not modelled")

const maxYAML = 4 << 20

func parseYAML(s string) (eval.Value, error) {
	if len(s) > maxYAML {
		return eval.Value{}, errYAML
	}
	file, err := parser.ParseBytes([]byte(s), 0)
	if err != nil {
		return eval.Value{}, err
	}
	switch len(file.Docs) {
	case 0:
		return eval.MakeNone(), nil
	case 1:
		return (&yamlReader{anchors: map[string]eval.Value{}}).node(file.Docs[0].Body, 0)
	}
	return eval.Value{}, errYAML
}

type yamlReader struct{ anchors map[string]eval.Value }

func (r *yamlReader) node(n ast.Node, depth int) (eval.Value, error) {
	if depth > 100 {
		return eval.Value{}, errYAML
	}
	switch n := n.(type) {
	case nil:
		return eval.MakeNone(), nil
	case *ast.MappingNode:
		return r.mapping(n.Values, depth)
	case *ast.MappingValueNode:
		return r.mapping([]*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		out := eval.MakeList()
		for _, e := range n.Values {
			v, err := r.node(e, depth+1)
			if err != nil {
				return out, err
			}
			out.Append(v)
		}
		return out, nil
	case *ast.AnchorNode:
		v, err := r.node(n.Value, depth+1)
		r.anchors[n.Name.String()] = v
		return v, err
	case *ast.AliasNode:
		if v, ok := r.anchors[n.Value.String()]; ok {
			return v, nil
		}
		return eval.Value{}, errYAML
	case *ast.LiteralNode:
		return eval.MakeStr(n.Value.Value), nil
	case *ast.StringNode:
		switch n.Token.Type {
		case token.SingleQuoteType, token.DoubleQuoteType:
			return eval.MakeStr(n.Value), nil
		}
		return plainYAML(n.Value)
	case *ast.NullNode, *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return plainYAML(n.GetToken().Value)
	}
	return eval.Value{}, errYAML // tags, merge keys elsewhere, complex keys
}

func (r *yamlReader) mapping(values []*ast.MappingValueNode, depth int) (eval.Value, error) {
	d := eval.MakeDict()
	var merged []eval.Value
	for _, e := range values {
		v, err := r.node(e.Value, depth+1)
		if err != nil {
			return d, err
		}
		if _, ok := e.Key.(*ast.MergeKeyNode); ok {
			merged = append(merged, v)
			continue
		}
		keyNode, ok := e.Key.(ast.Node)
		if !ok {
			return d, errYAML
		}
		k, err := r.node(keyNode, depth+1)
		if err != nil {
			return d, err
		}
		d.SetKey(k, v)
	}
	if merged == nil {
		return d, nil
	}
	return mergeYAML(merged, d)
}

// mergeYAML puts the entries of "<<" before a mapping's own ones, which win.
func mergeYAML(merged []eval.Value, own eval.Value) (eval.Value, error) {
	out := eval.MakeDict()
	for _, m := range merged {
		list := []eval.Value{m}
		if m.Kind() == eval.List {
			list = m.Elems()
		}
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].Kind() != eval.Dict {
				return out, errYAML
			}
			for _, e := range list[i].Entries() {
				out.SetKey(e.Key, e.Value)
			}
		}
	}
	for _, e := range own.Entries() {
		out.SetKey(e.Key, e.Value)
	}
	return out, nil
}

// The expressions of PyYAML's resolver.
var (
	yamlBool      = regexp.MustCompile(`^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$`)
	yamlNull      = regexp.MustCompile(`^(?:~|null|Null|NULL|)$`)
	yamlInt       = regexp.MustCompile(`^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$`)
	yamlFloat     = regexp.MustCompile(`^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)
	yamlTimestamp = regexp.MustCompile(`^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}`)
)

// plainYAML is what PyYAML makes of a scalar without quotes.
func plainYAML(s string) (eval.Value, error) {
	switch {
	case yamlNull.MatchString(s):
		return eval.MakeNone(), nil
	case yamlBool.MatchString(s):
		switch strings.ToLower(s) {
		case "yes", "true", "on":
			return eval.MakeBool(true), nil
		}
		return eval.MakeBool(false), nil
	case yamlInt.MatchString(s):
		return yamlInteger(s)
	case yamlFloat.MatchString(s):
		return yamlFloating(s)
	case yamlTimestamp.MatchString(s), s == "=", s == "<<":
		return eval.Value{}, errYAML
	}
	return eval.MakeStr(s), nil
}

func yamlInteger(s string) (eval.Value, error) {
	s = strings.ReplaceAll(s, "_", "")
	sign, digits := "", strings.TrimLeft(s, "+-")
	if strings.HasPrefix(s, "-") {
		sign = "-"
	}
	base := 10
	switch {
	case digits == "0":
	case strings.HasPrefix(digits, "0b"):
		base, digits = 2, digits[2:]
	case strings.HasPrefix(digits, "0x"):
		base, digits = 16, digits[2:]
	case strings.HasPrefix(digits, "0"):
		base = 8
	case strings.Contains(digits, ":"):
		return eval.Value{}, errYAML // sexagesimal
	}
	i, ok := new(big.Int).SetString(sign+digits, base)
	if !ok {
		return eval.Value{}, errYAML
	}
	return eval.MakeBigInt(i), nil
}

func yamlFloating(s string) (eval.Value, error) {
	low := strings.ToLower(strings.ReplaceAll(s, "_", ""))
	switch strings.TrimLeft(low, "+-") {
	case ".inf":
		if low[0] == '-' {
			return eval.MakeFloat(math.Inf(-1)), nil
		}
		return eval.MakeFloat(math.Inf(1)), nil
	case ".nan":
		return eval.MakeFloat(math.NaN()), nil
	}
	f, err := strconv.ParseFloat(low, 64)
	if err != nil {
		return eval.Value{}, errYAML
	}
	return eval.MakeFloat(f), nil
}
