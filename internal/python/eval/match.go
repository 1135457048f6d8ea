package eval

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// execMatch runs a match statement. A case that may match is decided, or run weakly in a weak region.
func (r *run) execMatch(f *frame, s *syntax.Match) flow {
	subject := r.eval(f, s.Subject)
	for _, c := range s.Cases {
		r.step()
		at := f.span(c.Pattern)
		switch r.matches(f, c.Pattern, subject, at) {
		case No:
			continue
		case Maybe:
			if r.weak != nil {
				r.weakly(subject, func() { r.execBlock(f, c.Body) })
				continue
			}
			cond := derived(Value{data: &unknownData{reason: r.openReason(subject).Reason(), op: "match " + place(at), args: []Value{subject}}}, at, subject)
			if !r.branch(cond, at, f) {
				continue
			}
		default:
			if names := r.symbolic(subject); len(names) > 0 {
				for _, n := range names {
					r.offer(n, at, true)
				}
			}
		}
		if c.Guard != nil && !r.branch(r.eval(f, c.Guard), f.span(c.Guard), f) {
			continue
		}
		return r.execBlock(f, c.Body)
	}
	for _, n := range r.symbolic(subject) {
		r.offer(n, f.span(s.Subject), false)
	}
	return flowNext
}

// matches tells whether a pattern matches, and binds its names.
func (r *run) matches(f *frame, p syntax.Pattern, v Value, at source.Span) Tri {
	switch p := p.(type) {
	case *syntax.MatchValue:
		return r.truth(r.compare("==", v, r.eval(f, p.Value), at, f), at, f)
	case *syntax.MatchSingleton:
		want := MakeNone()
		if p.Kind != syntax.None {
			want = MakeBool(p.Kind == syntax.True)
		}
		return r.identical(v, want)
	case *syntax.MatchAs:
		t := Yes
		if p.Pattern != nil {
			t = r.matches(f, p.Pattern, v, at)
		}
		if t != No && p.Name != "" {
			r.store(f, p.Name, v, f.span(p))
		}
		return t
	case *syntax.MatchOr:
		answer := No
		for _, q := range p.Patterns {
			switch r.matches(f, q, v, at) {
			case Yes:
				return Yes
			case Maybe:
				answer = Maybe
			}
		}
		return answer
	case *syntax.MatchSequence:
		return r.matchSequence(f, p, v, at)
	case *syntax.MatchMapping:
		return r.matchMapping(f, p, v, at)
	case *syntax.MatchClass:
		return r.matchClass(f, p, v, at)
	}
	return Maybe
}

func (r *run) matchSequence(f *frame, p *syntax.MatchSequence, v Value, at source.Span) Tri {
	body := v.bodied()
	if body.IsUnknown() {
		r.bindPattern(f, p, v)
		return Maybe
	}
	if body.Kind() != List && body.Kind() != Tuple {
		return No
	}
	list := body.Elems()
	if hasSpread(list) {
		r.bindPattern(f, p, unknownFrom(at, "match", list...))
		return Maybe
	}
	star := -1
	for i, q := range p.Patterns {
		if _, ok := q.(*syntax.MatchStar); ok {
			star = i
		}
	}
	n := len(p.Patterns)
	if star < 0 && len(list) != n || star >= 0 && len(list) < n-1 {
		return No
	}
	answer := Yes
	for i, q := range p.Patterns {
		j := i
		if star >= 0 && i > star {
			j = len(list) - (n - i)
		}
		if i == star {
			if name := q.(*syntax.MatchStar).Name; name != "" {
				rest := append([]Value(nil), list[star:len(list)-(n-star-1)]...)
				r.store(f, name, derived(MakeList(rest...), at, v), f.span(q))
			}
			continue
		}
		switch r.matches(f, q, list[j], at) {
		case No:
			return No
		case Maybe:
			answer = Maybe
		}
	}
	return answer
}

func (r *run) matchMapping(f *frame, p *syntax.MatchMapping, v Value, at source.Span) Tri {
	d := dictOf(v.data)
	if d == nil {
		if v.IsUnknown() {
			r.bindPattern(f, p, v)
			return Maybe
		}
		return No
	}
	answer := Yes
	rest := d.copy()
	for i, k := range p.Keys {
		key := r.eval(f, k)
		value, ok := d.get(key)
		if !ok {
			if !d.open.IsValid() {
				return No
			}
			value, answer = unknownFrom(at, "[]", d.open), Maybe
		}
		rest.delete(key)
		switch r.matches(f, p.Patterns[i], value, at) {
		case No:
			return No
		case Maybe:
			answer = Maybe
		}
	}
	if p.Rest != "" {
		r.store(f, p.Rest, Value{data: rest}, at)
	}
	return answer
}

func (r *run) matchClass(f *frame, p *syntax.MatchClass, v Value, at source.Span) Tri {
	class := r.eval(f, p.Cls)
	answer := r.isInstance(v, class)
	if answer == No {
		return No
	}
	both := func(t Tri) bool {
		if t == Maybe {
			answer = Maybe
		}
		return t != No
	}
	names := r.matchArgs(class)
	for i, q := range p.Patterns {
		if i == 0 && len(names) == 0 {
			if !both(r.matches(f, q, v, at)) {
				return No
			}
			continue
		}
		if i >= len(names) {
			return Maybe
		}
		field, ok := r.findAttr(v, names[i], at, f)
		if !ok || !both(r.matches(f, q, field, at)) {
			return No
		}
	}
	for i, name := range p.KwdAttrs {
		field, ok := r.findAttr(v, name, at, f)
		if !ok || !both(r.matches(f, p.KwdPatterns[i], field, at)) {
			return No
		}
	}
	return answer
}

func (r *run) matchArgs(class Value) []string {
	var names []string
	for _, e := range attribute(class.data, "__match_args__").Elems() {
		if s, ok := e.AsStr(); ok {
			names = append(names, s)
		}
	}
	return names
}

// bindPattern gives the names of a pattern that may match unknown values.
func (r *run) bindPattern(f *frame, p syntax.Pattern, v Value) {
	c := newCode(nil, "")
	nameWalk{code: c}.pattern(p)
	for _, name := range c.names {
		r.store(f, name, unknownFrom(f.span(p), "match "+name, v), f.span(p))
	}
}

// classIter are the elements of a class that can be iterated over: the members of an enumeration.
func (r *run) classIter(c *classData) ([]Value, bool) {
	for _, k := range c.mro {
		if k.native == nil {
			continue
		}
		if fn, ok := k.native.ClassMethods["__iter__"]; ok {
			v := fn(&Call{At: r.at, run: r}, Value{data: c})
			return r.iterate(v, r.at, nil), true
		}
	}
	if c.isOpen() {
		return []Value{MakeSpread(classReason(c))}, true
	}
	return nil, false
}
