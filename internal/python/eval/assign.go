package eval

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func spanOfName(f *frame, at syntax.Pos, name string) source.Span {
	return source.Span{File: f.file, Start: at, End: at + syntax.Pos(len(name))}
}

// assign gives a target its value.
func (r *run) assign(f *frame, target syntax.Expr, v Value) {
	at := f.span(target)
	switch t := target.(type) {
	case *syntax.Name:
		r.storeLocal(f, t.ID, v, at)
	case *syntax.Tuple:
		r.unpack(f, t.Elts, v, at)
	case *syntax.List:
		r.unpack(f, t.Elts, v, at)
	case *syntax.Starred:
		r.assign(f, t.Value, v)
	case *syntax.Subscript:
		base := r.eval(f, t.Value)
		key := r.evalSlice(f, t.Slice)
		r.at = at
		r.setItem(base, key, v, at, f)
		r.touched(f, t, base)
	case *syntax.Attribute:
		base := r.eval(f, t.Value)
		r.at = at
		r.setAttr(base, t.Attr, v, at, f)
	}
}

// unpack assigns the elements of a value to several targets.
func (r *run) unpack(f *frame, targets []syntax.Expr, v Value, at source.Span) {
	star := -1
	for i, t := range targets {
		if _, ok := t.(*syntax.Starred); ok {
			star = i
		}
	}
	if v.IsUnknown() {
		r.unpackUnknown(f, targets, v, at)
		return
	}
	list := r.iterate(v, at, f)
	if hasSpread(list) {
		r.unpackOpen(f, targets, list, at)
		return
	}
	n := len(targets)
	switch {
	case star < 0 && len(list) > n:
		r.raise(at, "ValueError", "too many values to unpack (expected "+itoa(n)+")", v)
	case star < 0 && len(list) < n:
		r.raise(at, "ValueError", "not enough values to unpack (expected "+itoa(n)+", got "+itoa(len(list))+")", v)
	case star >= 0 && len(list) < n-1:
		r.raise(at, "ValueError", "not enough values to unpack (expected at least "+itoa(n-1)+", got "+itoa(len(list))+")", v)
	}
	if star < 0 {
		for i, t := range targets {
			r.assign(f, t, list[i])
		}
		return
	}
	tail := n - star - 1
	for i := 0; i < star; i++ {
		r.assign(f, targets[i], list[i])
	}
	rest := append([]Value(nil), list[star:len(list)-tail]...)
	r.assign(f, targets[star], derived(MakeList(rest...), at, v))
	for i := 0; i < tail; i++ {
		r.assign(f, targets[star+1+i], list[len(list)-tail+i])
	}
}

func (r *run) unpackUnknown(f *frame, targets []syntax.Expr, v Value, at source.Span) {
	for i, t := range targets {
		if _, ok := t.(*syntax.Starred); ok {
			r.assign(f, t, derived(MakeList(spread(v)), at, v))
			continue
		}
		part := &unknownData{reason: v.Reason(), op: "item " + itoa(i), args: []Value{v}}
		r.assign(f, t, derived(Value{data: part}, at, v))
	}
}

// unpackOpen gives the targets before the unknown part what is known of them.
func (r *run) unpackOpen(f *frame, targets []syntax.Expr, list []Value, at source.Span) {
	known := true
	for i, t := range targets {
		if i < len(list) && list[i].IsSpread() {
			known = false
		}
		if _, ok := t.(*syntax.Starred); ok || !known || i >= len(list) {
			known = false
			r.unpackUnknown(f, []syntax.Expr{t}, unknownFrom(at, "item "+itoa(i), list...), at)
			continue
		}
		r.assign(f, t, list[i])
	}
}

func (r *run) execAnnAssign(f *frame, s *syntax.AnnAssign) {
	if name, ok := s.Target.(*syntax.Name); ok && f.code == nil {
		f.notes = append(f.notes, annotation{name.ID, s.Annotation})
	}
	if s.Value != nil {
		r.assign(f, s.Target, r.eval(f, s.Value))
	}
}

// annotation is a name that a class body annotates.
type annotation struct {
	name string
	expr syntax.Expr
}

func (r *run) execAugAssign(f *frame, s *syntax.AugAssign) {
	at := f.span(s)
	op := operatorText(s.Op)
	switch t := s.Target.(type) {
	case *syntax.Name:
		old := r.lookup(f, t.ID, f.span(t))
		v := r.inPlace(op, old, r.eval(f, s.Value), at, f)
		r.store(f, t.ID, v, at)
	case *syntax.Subscript:
		base := r.eval(f, t.Value)
		key := r.evalSlice(f, t.Slice)
		old := r.getItem(base, key, f.span(t), f)
		v := r.inPlace(op, old, r.eval(f, s.Value), at, f)
		r.at = at
		r.setItem(base, key, v, at, f)
		r.touched(f, t, base)
	case *syntax.Attribute:
		base := r.eval(f, t.Value)
		old := r.getAttr(base, t.Attr, f.span(t), f)
		v := r.inPlace(op, old, r.eval(f, s.Value), at, f)
		r.at = at
		r.setAttr(base, t.Attr, v, at, f)
	}
}

// touched notes that the value of a global name was changed through an expression: DATABASES["default"]["HOST"] = ...
func (r *run) touched(f *frame, e syntax.Expr, changed Value) {
	at := f.span(e)
	if f.function().code == nil {
		if name, ok := rootName(e); ok {
			if _, global := f.global.getStr(name); global && isUpper(name) {
				r.noteAssigned(f.global, name, at)
				return
			}
		}
	}
	r.noteOwners(f.global, changed, at)
}

// rootName is the name at the beginning of a chain of subscripts, attributes and calls.
func rootName(e syntax.Expr) (string, bool) {
	for {
		switch x := e.(type) {
		case *syntax.Subscript:
			e = x.Value
		case *syntax.Attribute:
			e = x.Value
		case *syntax.Call:
			e = x.Func
		case *syntax.Name:
			return x.ID, true
		default:
			return "", false
		}
	}
}

func isUpper(name string) bool {
	upper := false
	for i := 0; i < len(name); i++ {
		if name[i] >= 'a' && name[i] <= 'z' {
			return false
		}
		upper = upper || name[i] >= 'A' && name[i] <= 'Z'
	}
	return upper
}

// noteAssigned records a place for a global name.
func (r *run) noteAssigned(global *dictData, name string, at source.Span) {
	if global.assigned == nil || at.IsZero() {
		return
	}
	list := global.assigned[name]
	if n := len(list); n > 0 && list[n-1] == at || len(list) > 1000 {
		return
	}
	global.assigned[name] = append(list, at)
}

// maxScans bounds the searches for the names that hold a container which was changed through an alias.
const maxScans = 300

// noteOwners finds the global settings that hold a container, directly or nested, and records the place of its change.
func (r *run) noteOwners(global *dictData, changed Value, at source.Span) {
	if !isPart(changed) || r.scans >= maxScans || global.assigned == nil {
		return
	}
	r.scans++
	for _, e := range global.entries() {
		name, ok := e.Key.AsStr()
		if ok && isUpper(name) && holds(e.Value, changed.data, 0) {
			r.noteAssigned(global, name, at)
		}
	}
}

func holds(v Value, target data, depth int) bool {
	if !isPart(v) {
		return false
	}
	if v.data == target {
		return true
	}
	if depth >= 4 {
		return false
	}
	for _, e := range v.Elems() {
		if isPart(e) && holds(e, target, depth+1) {
			return true
		}
	}
	for _, e := range v.Entries() {
		if isPart(e.Value) && holds(e.Value, target, depth+1) {
			return true
		}
	}
	return false
}
