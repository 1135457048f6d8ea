package project

import (
	"slices"
	"strings"

	"gonogo/internal/python/syntax"
)

// folder works out the strings that an expression of an entry point can have. Entry points are short; what is not text, a name given
// once, or a variable of the environment is not followed.
type folder struct {
	env   map[string]string // variables that production's processes are given
	names map[string][]syntax.Expr
	left  int
}

func newFolder(m *syntax.Module, env map[string]string) *folder {
	f := &folder{env: env, names: make(map[string][]syntax.Expr), left: 500}
	syntax.InspectBody(m.Body, func(n syntax.Node) bool {
		if a, ok := n.(*syntax.Assign); ok && len(a.Targets) == 1 {
			if name, ok := a.Targets[0].(*syntax.Name); ok {
				f.names[name.ID] = append(f.names[name.ID], a.Value)
			}
		}
		return true
	})
	return f
}

// strings are the values that an expression can have, the one that applies when nothing is set first. given says that the
// environment decides.
func (f *folder) strings(e syntax.Expr) (values []string, given bool) {
	if f.left--; f.left < 0 {
		return nil, false
	}
	switch e := e.(type) {
	case *syntax.Constant:
		if e.Kind == syntax.Str {
			return []string{e.Value}, false
		}
	case *syntax.Name:
		return f.name(e)
	case *syntax.IfExp:
		return f.either(e.Orelse, e.Body)
	case *syntax.BoolOp:
		if e.Or {
			return f.or(e.Values)
		}
	case *syntax.BinOp:
		return f.binary(e)
	case *syntax.JoinedStr:
		return f.joined(e.Values)
	case *syntax.FormattedValue:
		if e.FormatSpec == nil {
			return f.strings(e.Value)
		}
	case *syntax.Call:
		return f.call(e)
	case *syntax.Subscript:
		if key, ok := constantText(e.Slice); ok && lastName(e.Value) == "environ" {
			return f.variable(key, nil)
		}
	}
	return nil, false
}

// name takes the last assignment first: what stands in branches comes before it in the text.
func (f *folder) name(e *syntax.Name) (values []string, given bool) {
	assigned := f.names[e.ID]
	for i := len(assigned) - 1; i >= 0; i-- {
		v, g := f.strings(assigned[i])
		values, given = union(values, v), given || g
	}
	return values, given
}

func (f *folder) either(a, b syntax.Expr) ([]string, bool) {
	x, given := f.strings(a)
	y, alsoGiven := f.strings(b)
	return union(x, y), given || alsoGiven
}

func (f *folder) or(parts []syntax.Expr) (values []string, given bool) {
	for _, e := range parts {
		v, g := f.strings(e)
		values, given = union(values, v), given || g
	}
	return values, given
}

func (f *folder) binary(e *syntax.BinOp) ([]string, bool) {
	switch e.Op {
	case syntax.Add:
		return f.joined([]syntax.Expr{e.Left, e.Right})
	case syntax.Mod:
		format, ok := constantText(e.Left)
		if ok && strings.Count(format, "%") == 1 && strings.Contains(format, "%s") {
			right := e.Right
			if t, isTuple := right.(*syntax.Tuple); isTuple && len(t.Elts) == 1 {
				right = t.Elts[0]
			}
			return f.around(format, "%s", right)
		}
	}
	return nil, false
}

// around puts the values of an expression in place of a mark.
func (f *folder) around(format, mark string, e syntax.Expr) ([]string, bool) {
	values, given := f.strings(e)
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strings.Replace(format, mark, v, 1)
	}
	return out, given
}

// joined puts parts together; a part with several values gives several results.
func (f *folder) joined(parts []syntax.Expr) (values []string, given bool) {
	values = []string{""}
	for _, part := range parts {
		v, g := f.strings(part)
		given = given || g
		var next []string
		for _, tail := range v {
			for _, head := range values {
				if len(next) < 16 {
					next = append(next, head+tail)
				}
			}
		}
		values = next
	}
	return values, given
}

// call knows os.environ.get, os.getenv, env(...), config(...) and "...".format(x), and functions that only change the case.
func (f *folder) call(e *syntax.Call) ([]string, bool) {
	method, isMethod := e.Func.(*syntax.Attribute)
	name := lastName(e.Func)
	switch {
	case isMethod && name == "format" && len(e.Args) == 1:
		if format, ok := constantText(method.Value); ok && strings.Count(format, "{}") == 1 {
			return f.around(format, "{}", e.Args[0])
		}
	case isMethod && (name == "lower" || name == "strip") && len(e.Args) == 0:
		values, given := f.strings(method.Value)
		for i, v := range values {
			if name == "lower" {
				v = strings.ToLower(v)
			}
			values[i] = strings.TrimSpace(v)
		}
		return values, given
	case name == "get" && isMethod && lastName(method.Value) == "environ", name == "getenv", name == "env", name == "config", name == "str" && isMethod:
		if len(e.Args) == 0 {
			return nil, false
		}
		variable, ok := constantText(e.Args[0])
		if !ok {
			return nil, false
		}
		return f.variable(variable, defaultArgument(e))
	}
	return nil, false
}

// variable is what an environment variable gives: its value where production sets it, else its default.
func (f *folder) variable(name string, fallback syntax.Expr) ([]string, bool) {
	if v, ok := f.env[name]; ok {
		return []string{v}, true
	}
	if fallback == nil {
		return nil, true
	}
	values, _ := f.strings(fallback)
	return values, true
}

// defaultArgument is the second argument of a reader of the environment, or its default=; nil without one.
func defaultArgument(e *syntax.Call) syntax.Expr {
	if len(e.Args) > 1 {
		return e.Args[1]
	}
	for _, k := range e.Keywords {
		if k.Name == "default" {
			return k.Value
		}
	}
	return nil
}

func constantText(e syntax.Expr) (string, bool) {
	c, ok := e.(*syntax.Constant)
	if !ok || c.Kind != syntax.Str {
		return "", false
	}
	return c.Value, true
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
