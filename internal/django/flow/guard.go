package flow

import (
	"strings"

	"gonogo/internal/python/syntax"
)

// Tests reports whether the function, or one around it, decides something on one of the variables: `name in ALLOWED`,
// `check(name)`, `name == "x"`, `PATTERN.match(name)`. A test that the variable is there decides nothing.
func (f *Function) Tests(names []string) bool {
	found := false
	for at := f; at != nil && !found; at = at.Outer {
		syntax.InspectBody(at.Body, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.If:
				found = found || testsName(n.Test, names)
			case *syntax.IfExp:
				found = found || testsName(n.Test, names)
			case *syntax.Assert:
				found = found || testsName(n.Test, names)
			case *syntax.ExprStmt: // validate(name)
				found = found || isCheckCall(n.Value, names)
			}
			return !found
		})
	}
	return found
}

func testsName(test syntax.Expr, names []string) bool {
	found := false
	syntax.Inspect(test, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Compare:
			if !mentionsName(n.Left, names) && (len(n.Comparators) == 0 || !mentionsName(n.Comparators[0], names)) {
				return true
			}
			switch n.Ops[0] {
			case syntax.In, syntax.NotIn:
				found = found || mentionsName(n.Left, names)
			case syntax.Eq, syntax.NotEq:
				c, ok := n.Comparators[0].(*syntax.Constant)
				found = found || !ok || c.Value != ""
			}
		case *syntax.Call:
			found = found || isCheckCall(n, names) || strings.HasPrefix(LastName(n.Func), "is")
		}
		return !found
	})
	return found
}

// isCheckCall reports whether an expression is a call that takes one of the variables, or a method of one.
func isCheckCall(e syntax.Expr, names []string) bool {
	c, ok := e.(*syntax.Call)
	if !ok {
		return false
	}
	lower := strings.ToLower(LastName(c.Func))
	word := false
	for _, w := range []string{"valid", "check", "verify", "allow", "safe", "match", "startswith", "clean", "isdigit", "isalnum", "isidentifier", "isnumeric"} {
		word = word || strings.Contains(lower, w)
	}
	if !word {
		return false
	}
	for _, a := range c.Args {
		if mentionsName(a, names) {
			return true
		}
	}
	m, ok := c.Func.(*syntax.Attribute)
	return ok && mentionsName(m.Value, names)
}

func mentionsName(e syntax.Expr, names []string) bool {
	found := false
	syntax.Inspect(e, func(n syntax.Node) bool {
		if name, ok := n.(*syntax.Name); ok {
			for _, want := range names {
				found = found || name.ID == want && want != "request" && want != "self"
			}
		}
		return !found
	})
	return found
}

// Made reports whether a variable is bound to the result of a call of something of that name.
func (f *Function) Made(variable string, by ...string) bool {
	for at := f; at != nil; at = at.Outer {
		for _, d := range at.definitions(variable) {
			if c, ok := d.value.(*syntax.Call); ok && d.how == whole {
				for _, name := range by {
					if LastName(c.Func) == name {
						return true
					}
				}
			}
		}
	}
	return false
}

// Value is the one expression that a variable surely has at its place; nil where there are several, or none.
func (f *Function) Value(e *syntax.Name) syntax.Expr {
	list, sure := f.reaching(e.ID, e.Start)
	if sure && len(list) == 1 && list[0].how == whole {
		return list[0].value
	}
	return nil
}

// Binds reports whether the body of the function gives a name a value.
func (f *Function) Binds(name string) bool { return len(f.definitions(name)) > 0 }

// Mentions reports whether the body of the function holds one of the names: a variable, an attribute, or the name of an argument.
func (f *Function) Mentions(names ...string) bool {
	found := false
	has := func(name string) {
		for _, want := range names {
			found = found || name == want
		}
	}
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Name:
			has(n.ID)
		case *syntax.Attribute:
			has(n.Attr)
		case *syntax.Call:
			for _, k := range n.Keywords {
				has(k.Name)
			}
		}
		return !found
	})
	return found
}
