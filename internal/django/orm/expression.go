package orm

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// expressions are the classes of expressions, indexes and constraints; their instances keep their arguments.
func (r *registry) expressions() map[string]eval.Value {
	out := map[string]eval.Value{corePath + "Q": queryClass()}
	var combined, value eval.Value
	base := eval.NewClass(eval.NativeClass{Name: corePath + "expressions.Combinable", Partial: true, Methods: arithmetic(&combined, &value)})
	combined = eval.NewClass(eval.NativeClass{Name: corePath + "expressions.CombinedExpression", Partial: true, Bases: []eval.Value{base}})
	value = eval.NewClass(eval.NativeClass{Name: corePath + "Value", Partial: true, Bases: []eval.Value{base}})
	for _, path := range []string{"F", "Func", "ExpressionWrapper", "When", "Case", "expressions.Subquery", "expressions.Exists",
		"expressions.RawSQL"} {
		out[corePath+path] = eval.NewClass(eval.NativeClass{Name: corePath + path, Partial: true, Bases: []eval.Value{base}})
	}
	out[corePath+"Value"] = value
	for _, path := range []string{corePath + "Index", corePath + "CheckConstraint", corePath + "UniqueConstraint",
		"django.contrib.postgres.constraints.ExclusionConstraint", corePath + "SET"} {
		out[path] = eval.NewUnmodelledClass(path)
	}
	index := out[corePath+"Index"]
	for _, name := range []string{"BloomIndex", "BrinIndex", "BTreeIndex", "GinIndex", "GistIndex", "HashIndex", "SpGistIndex"} {
		path := "django.contrib.postgres.indexes." + name
		out[path] = eval.NewClass(eval.NativeClass{Name: path, Partial: true, Bases: []eval.Value{index}})
	}
	return out
}

// arithmetic are the operators of Combinable: what they give is recorded.
func arithmetic(combined, value *eval.Value) map[string]func(*eval.Call, eval.Value) eval.Value {
	out := map[string]func(*eval.Call, eval.Value) eval.Value{}
	wrap := func(v eval.Value) eval.Value {
		if v.Kind() == eval.Object || v.IsUnknown() {
			return v
		}
		return eval.NewRecorded(*value, []eval.Value{v}, nil)
	}
	for name, op := range map[string]string{"add": "+", "sub": "-", "mul": "*", "truediv": "/", "mod": "%%", "pow": "^"} {
		out["__"+name+"__"] = func(c *eval.Call, self eval.Value) eval.Value {
			return eval.NewRecorded(*combined, []eval.Value{self, eval.MakeStr(op), wrap(c.Arg(0, ""))}, nil)
		}
		out["__r"+name+"__"] = func(c *eval.Call, self eval.Value) eval.Value {
			return eval.NewRecorded(*combined, []eval.Value{wrap(c.Arg(0, "")), eval.MakeStr(op), self}, nil)
		}
	}
	order := eval.NewUnmodelledClass(corePath + "expressions.OrderBy")
	out["asc"] = func(c *eval.Call, self eval.Value) eval.Value {
		return eval.NewRecorded(order, []eval.Value{self}, c.Kwargs)
	}
	out["desc"] = func(c *eval.Call, self eval.Value) eval.Value {
		return eval.NewRecorded(order, []eval.Value{self}, append([]eval.Kwarg{{Name: "descending", Value: eval.MakeBool(true)}}, c.Kwargs...))
	}
	return out
}

// query is a Q: a node of conditions.
type query struct {
	connector string
	negated   bool
	children  []eval.Value
	open      string // why there can be more
}

// queryClass is django.db.models.Q.
// Source: django/db/models/query_utils.py, django/utils/tree.py.
func queryClass() eval.Value {
	var class eval.Value
	made := func(q *query) eval.Value { return eval.NewObject(class, q) }
	combine := func(connector string) func(*eval.Call, eval.Value) eval.Value {
		return func(c *eval.Call, self eval.Value) eval.Value {
			other := c.Arg(0, "other")
			a, ok := self.State().(*query)
			b, ok2 := other.State().(*query)
			if !ok || !ok2 {
				return c.UnknownFrom("a combination of conditions", self, other)
			}
			switch {
			case len(a.children) == 0 && a.open == "":
				return other
			case len(b.children) == 0 && b.open == "":
				return self
			}
			q := &query{connector: connector}
			q.add(self, a, connector)
			q.add(other, b, connector)
			return made(q)
		}
	}
	class = eval.NewClass(eval.NativeClass{Name: corePath + "Q", Partial: true, Init: initQuery,
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
			"__and__": combine("AND"), "__or__": combine("OR"), "__xor__": combine("XOR"),
			"__invert__": func(c *eval.Call, self eval.Value) eval.Value {
				q, ok := self.State().(*query)
				if !ok {
					return c.UnknownFrom("a negated condition", self)
				}
				inverted := *q
				inverted.negated = !q.negated
				return made(&inverted)
			},
		}})
	return class
}

func initQuery(c *eval.Call, self eval.Value) {
	q := &query{connector: "AND"}
	var named []eval.Kwarg
	for _, a := range c.Args {
		if a.IsSpread() {
			q.open = a.Reason()
			continue
		}
		q.children = append(q.children, a)
	}
	for _, k := range c.Kwargs {
		switch k.Name {
		case "_connector":
			if text, ok := k.Value.AsStr(); ok {
				q.connector = text
			} else if k.Value.IsUnknown() {
				q.open = k.Value.Reason()
			}
		case "_negated":
			q.negated = k.Value.Truth() == eval.Yes
			if k.Value.Truth() == eval.Maybe {
				q.open = "whether a condition is negated is not known"
			}
		case "**":
			q.open = k.Value.Reason()
		default:
			named = append(named, k)
		}
	}
	slices.SortFunc(named, func(a, b eval.Kwarg) int { return strings.Compare(a.Name, b.Name) })
	for _, k := range named {
		q.children = append(q.children, eval.MakeTuple(eval.MakeStr(k.Name), k.Value))
	}
	self.SetState(q)
}

// add is Node.add for a node that is being made.
func (q *query) add(v eval.Value, child *query, connector string) {
	if q.open == "" {
		q.open = child.open
	}
	if !child.negated && (child.connector == connector || len(child.children) == 1) {
		q.children = append(q.children, child.children...)
		return
	}
	q.children = append(q.children, v)
}

// deconstruct is Q.deconstruct.
func (q *query) deconstruct() Deconstructed {
	d := Deconstructed{Class: corePath + "Q", Args: q.children, Unknown: q.open}
	if q.connector != "AND" {
		d.set("_connector", eval.MakeStr(q.connector))
	}
	if q.negated {
		d.set("_negated", eval.MakeBool(true))
	}
	return d
}

func cut(text string) (before, after string, ok bool) { return strings.Cut(text, ".") }
