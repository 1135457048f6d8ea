package library

import (
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// newMember is what a __new__ of an enumeration makes of a member.
type newMember struct {
	params     map[string]eval.Value
	value      eval.Value
	attributes []eval.Entry
	from, body string // the parameters that are the value, and the text or number of the member; "" for none
}

// madeByNew reads what a __new__ makes of the value that a member is written with, where it only takes the parts of it to attributes; ok is
// false for any other. Source: https://docs.python.org/3/howto/enum.html#when-to-use-new-vs-init
func madeByNew(class, written eval.Value) (made newMember, ok bool) {
	parts := []eval.Value{written}
	if written.Kind() == eval.Tuple {
		parts = written.Elems()
	}
	d, _ := class.Attr("__new__").Definition()
	if d.Function == nil {
		return made, false
	}
	args := d.Function.Args
	names := append(append([]*syntax.Arg{}, args.Posonlyargs...), args.Args...)
	if len(names) != len(parts)+1 || args.Vararg != nil || args.Kwarg != nil || len(args.Kwonlyargs) > 0 {
		return made, false
	}
	made.params = map[string]eval.Value{}
	for i, p := range names[1:] {
		made.params[p.Name] = parts[i]
	}
	for _, s := range d.Function.Body {
		if !made.statement(s) {
			return made, false
		}
	}
	return made, made.value.IsValid() && (made.body == "" || made.body == made.from)
}

// statement takes one statement of the body; false for one that it cannot read.
func (m *newMember) statement(s syntax.Stmt) bool {
	switch s := s.(type) {
	case *syntax.Return:
		return true
	case *syntax.ExprStmt:
		_, text := s.Value.(*syntax.Constant)
		return text
	case *syntax.Assign:
		if len(s.Targets) != 1 {
			return false
		}
		switch target := s.Targets[0].(type) {
		case *syntax.Name: // obj = int.__new__(cls, value)
			return !m.params[target.ID].IsValid() && m.made(s.Value)
		case *syntax.Attribute:
			name, plain := s.Value.(*syntax.Name)
			if !plain || !m.params[name.ID].IsValid() {
				return false
			}
			if target.Attr == "_value_" {
				m.value, m.from = m.params[name.ID], name.ID
			} else {
				m.attributes = append(m.attributes, eval.Entry{Key: eval.MakeStr(target.Attr), Value: m.params[name.ID]})
			}
			return true
		}
	}
	return false
}

// made reads the call of another __new__: object's, or the one of the type that the members are, with a parameter.
func (m *newMember) made(e syntax.Expr) bool {
	calls := 0
	plain := true
	syntax.Inspect(e, func(n syntax.Node) bool {
		call, isCall := n.(*syntax.Call)
		if !isCall {
			return true
		}
		if f, ok := call.Func.(*syntax.Attribute); ok && f.Attr == "__new__" {
			calls++
			if len(call.Args) == 2 {
				name, ok := call.Args[1].(*syntax.Name)
				if plain = ok && m.params[name.ID].IsValid(); plain {
					m.body = name.ID
				}
			} else if len(call.Args) != 1 {
				plain = false
			}
		}
		return true
	})
	return calls == 1 && plain
}
