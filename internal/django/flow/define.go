package flow

import "gonogo/internal/python/syntax"

// definition is one place at which a name of a function gets a value.
type definition struct {
	value syntax.Expr  // nil where the value is none of an expression's
	how   how          // what becomes of the value
	at    syntax.Pos   // where the statement ends
	block syntax.Range // of the statements among which it stands
}

// how is what a name takes of a value.
type how uint8

const (
	whole   how = iota // name = value
	element            // for name in value; name, other = value
	added              // name += value, name.append(value): the earlier value stays
	opaque             // something that is not followed
)

// definitions are the names that the function binds, made once.
func (f *Function) definitions(name string) []definition {
	f.once.Do(func() {
		d := definer{names: make(map[string][]definition)}
		d.body(f.Body, f.Range)
		f.names = d.names
	})
	return f.names[name]
}

type definer struct{ names map[string][]definition }

func (d *definer) body(list []syntax.Stmt, block syntax.Range) {
	for _, s := range list {
		d.stmt(s, block)
	}
}

func (d *definer) stmt(s syntax.Stmt, block syntax.Range) {
	switch s := s.(type) {
	case *syntax.Assign:
		for _, t := range s.Targets {
			d.target(t, s.Value, whole, s.End, block)
		}
	case *syntax.AnnAssign:
		if s.Value != nil {
			d.target(s.Target, s.Value, whole, s.End, block)
		}
	case *syntax.AugAssign:
		d.target(s.Target, s.Value, added, s.End, block)
	case *syntax.ExprStmt:
		d.grow(s, block)
	case *syntax.For:
		d.target(s.Target, s.Iter, element, s.Iter.Extent().End, s.Range)
		d.body(s.Body, bodyOf(s.Body, s.Range))
		d.body(s.Orelse, bodyOf(s.Orelse, s.Range))
	case *syntax.While:
		d.body(s.Body, bodyOf(s.Body, s.Range))
		d.body(s.Orelse, bodyOf(s.Orelse, s.Range))
	case *syntax.If:
		d.body(s.Body, bodyOf(s.Body, s.Range))
		d.body(s.Orelse, bodyOf(s.Orelse, s.Range))
	case *syntax.With:
		for _, item := range s.Items {
			if item.OptionalVars != nil {
				d.target(item.OptionalVars, item.ContextExpr, whole, item.End, block)
			}
		}
		d.body(s.Body, block)
	case *syntax.Try:
		d.try(s, block)
	case *syntax.Match:
		for _, c := range s.Cases {
			d.body(c.Body, bodyOf(c.Body, c.Range))
		}
	case *syntax.FunctionDef:
		d.add(s.Name, definition{how: opaque, at: s.End, block: block})
		return
	case *syntax.ClassDef:
		d.add(s.Name, definition{how: opaque, at: s.End, block: block})
		return
	}
	d.walrus(s, block)
}

// bodyOf is where the statements of a branch stand.
func bodyOf(list []syntax.Stmt, otherwise syntax.Range) syntax.Range {
	if len(list) == 0 {
		return otherwise
	}
	return syntax.Range{Start: list[0].Extent().Start, End: list[len(list)-1].Extent().End}
}

func (d *definer) try(s *syntax.Try, block syntax.Range) {
	d.body(s.Body, bodyOf(s.Body, s.Range))
	for _, h := range s.Handlers {
		if h.Name != "" {
			d.add(h.Name, definition{how: opaque, at: h.Start, block: h.Range})
		}
		d.body(h.Body, bodyOf(h.Body, h.Range))
	}
	d.body(s.Orelse, bodyOf(s.Orelse, s.Range))
	d.body(s.Finalbody, block)
}

// grow notes name.append(value) and its like.
func (d *definer) grow(s *syntax.ExprStmt, block syntax.Range) {
	call, ok := s.Value.(*syntax.Call)
	if !ok || len(call.Args) == 0 {
		return
	}
	method, ok := call.Func.(*syntax.Attribute)
	if !ok {
		return
	}
	name, ok := method.Value.(*syntax.Name)
	if !ok {
		return
	}
	switch method.Attr {
	case "append", "extend", "add", "update", "insert", "write":
		d.add(name.ID, definition{value: call.Args[len(call.Args)-1], how: added, at: s.End, block: block})
	}
}

// walrus notes name := value in the expressions of a statement.
func (d *definer) walrus(s syntax.Stmt, block syntax.Range) {
	var test syntax.Expr
	switch s := s.(type) {
	case *syntax.If:
		test = s.Test
	case *syntax.While:
		test = s.Test
	case *syntax.Assign:
		test = s.Value
	case *syntax.Return:
		test = s.Value
	default:
		return
	}
	syntax.Inspect(test, func(n syntax.Node) bool {
		if n, ok := n.(*syntax.NamedExpr); ok {
			d.add(n.Target.ID, definition{value: n.Value, at: n.End, block: block})
		}
		return true
	})
}

// target binds the names of a target; two sides of the same length are matched one by one.
func (d *definer) target(target, value syntax.Expr, as how, at syntax.Pos, block syntax.Range) {
	switch t := target.(type) {
	case *syntax.Name:
		d.add(t.ID, definition{value: value, how: as, at: at, block: block})
	case *syntax.Subscript:
		if name, ok := t.Value.(*syntax.Name); ok {
			d.add(name.ID, definition{value: value, how: added, at: at, block: block})
		}
	case *syntax.Starred:
		d.target(t.Value, value, element, at, block)
	case *syntax.Tuple:
		d.targets(t.Elts, value, as, at, block)
	case *syntax.List:
		d.targets(t.Elts, value, as, at, block)
	}
}

func (d *definer) targets(list []syntax.Expr, value syntax.Expr, as how, at syntax.Pos, block syntax.Range) {
	values, ok := value.(*syntax.Tuple)
	matched := ok && as == whole && len(values.Elts) == len(list)
	for i, t := range list {
		if matched {
			d.target(t, values.Elts[i], whole, at, block)
		} else {
			d.target(t, value, element, at, block)
		}
	}
}

func (d *definer) add(name string, x definition) { d.names[name] = append(d.names[name], x) }

// reaching are the definitions of a name that may count at a place: those before it, from the last one that surely ran.
func (f *Function) reaching(name string, at syntax.Pos) (list []definition, sure bool) {
	all := f.definitions(name)
	for i := len(all) - 1; i >= 0; i-- {
		x := all[i]
		if x.at > at {
			continue
		}
		list = append(list, x)
		if x.how != added && x.block.Start <= at && at < x.block.End {
			return list, true
		}
	}
	if len(list) == 0 {
		return all, len(all) > 0 // bound later, in a loop or by a nested function: any of them may count
	}
	return list, false
}
