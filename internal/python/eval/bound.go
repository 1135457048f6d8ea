package eval

import "strings"

// bound is what is known of an unknown text: how it begins. A loop that copies what begins with "SOCIAL_AUTH_" from somewhere into
// globals() then leaves the other settings as they are.
type bound struct {
	of       *unknownData // the text, where the bound is that of a condition
	prefixes []string     // it begins with one of these
}

// affixBound is the bound that unknown.startswith(args) states when it is true; or nil.
func affixBound(fn *unknownData, args []Value) *bound {
	if fn.op != ".startswith" || len(fn.args) != 1 || len(args) != 1 {
		return nil
	}
	of, ok := fn.args[0].data.(*unknownData)
	if !ok {
		return nil
	}
	list := args
	if t, ok := args[0].data.(*tupleData); ok {
		list = t.elems
	}
	b := &bound{of: of}
	for _, v := range list {
		s, ok := v.data.(strData)
		if !ok || s == "" {
			return nil
		}
		b.prefixes = append(b.prefixes, string(s))
	}
	return b
}

// boundOf is what a condition says of a text when it is true; or nil.
func boundOf(cond Value, depth int) *bound {
	u, ok := cond.data.(*unknownData)
	if !ok || depth > 10 {
		return nil
	}
	if u.bound != nil {
		return u.bound
	}
	if u.op == "and" {
		for _, a := range u.args {
			if b := boundOf(a, depth+1); b != nil {
				return b
			}
		}
	}
	return nil
}

// bounded runs the arm of a condition that is true.
func (r *run) bounded(cond Value, arm func()) {
	b := boundOf(cond, 0)
	if b == nil || b.of == nil {
		arm()
		return
	}
	dyn := r.dyn
	n := len(dyn.bounds)
	dyn.bounds = append(dyn.bounds, b)
	defer func() { dyn.bounds = dyn.bounds[:n] }()
	arm()
}

// prefixes are those of which an unknown text is known to have one; nil when nothing is known.
func (r *run) prefixes(v Value) []string { return r.prefixesOf(v, 0) }

func (r *run) prefixesOf(v Value, depth int) []string {
	u, ok := v.data.(*unknownData)
	if !ok || depth > 10 {
		return nil
	}
	for i := len(r.dyn.bounds) - 1; i >= 0; i-- {
		if b := r.dyn.bounds[i]; b.of == u {
			return b.prefixes
		}
	}
	if text, change := cut(u); change != nil {
		return changed(r.prefixesOf(text, depth+1), change)
	}
	return nil
}

// cut is the text that an unknown one was cut from (name[8:], name.removeprefix("X_"), name.removesuffix("_FILE")), and what that does
// to the beginning of the text; nil when it was made otherwise.
func cut(u *unknownData) (text Value, change func(string) string) {
	if u.op == "[]" && len(u.args) == 2 {
		if s, ok := u.args[1].data.(*sliceData); ok {
			return u.args[0], withoutFirst(s)
		}
	}
	if u.called == nil || len(u.called.args) != 1 || len(u.called.kwargs) > 0 {
		return Value{}, nil
	}
	method, ok := u.called.fn.data.(*unknownData)
	affix, known := u.called.args[0].data.(strData)
	if !ok || !known || len(method.args) != 1 {
		return Value{}, nil
	}
	switch method.op {
	case ".removeprefix":
		return method.args[0], func(p string) string {
			if !strings.HasPrefix(p, string(affix)) {
				return "" // the text may begin with the affix or not
			}
			return p[len(affix):]
		}
	case ".removesuffix":
		return method.args[0], func(p string) string { return beforeSuffix(p, string(affix)) }
	}
	return Value{}, nil
}

// withoutFirst is what name[n:] does to the beginning of an ASCII text; nil for other slices.
func withoutFirst(s *sliceData) func(string) string {
	n, ok := s.lower.AsInt()
	if !ok || n < 0 || s.upper.Kind() != None || s.step.Kind() != None {
		return nil
	}
	return func(p string) string {
		if n >= int64(len(p)) || strings.IndexFunc(p, func(r rune) bool { return r > 127 }) >= 0 {
			return ""
		}
		return p[n:]
	}
}

// beforeSuffix is what remains for certain of the beginning of a text when a suffix is removed that may reach into it.
func beforeSuffix(p, suffix string) string {
	for n := min(len(p), len(suffix)); n > 0; n-- {
		if strings.HasSuffix(p, suffix[:n]) {
			return p[:len(p)-n]
		}
	}
	return p
}

// changed are the beginnings after a change; nil when one of them is lost.
func changed(list []string, change func(string) string) []string {
	var out []string
	for _, p := range list {
		p = change(p)
		if p == "" {
			return nil
		}
		out = append(out, p)
	}
	return out
}

// overlayBounded is overlay with a key that begins with one of some texts.
func (d *dictData) overlayBounded(unknown Value, prefixes []string) {
	for i := range d.list {
		if name, ok := d.list[i].Key.AsStr(); ok && d.list[i].Key.IsValid() && hasPrefix(name, prefixes) {
			d.list[i].Value = MakeUnknown(unknown.Reason()).WithOrigin(unknown.origin)
		}
	}
	d.open = openBoth(d.open, Value{data: &unknownData{reason: unknown.Reason(), spread: true, bound: &bound{prefixes: prefixes}}, origin: unknown.origin})
}

// openBoth is what two openings of a dictionary leave open together.
func openBoth(a, b Value) Value {
	p, q := openPrefixes(a), openPrefixes(b)
	switch {
	case !a.IsValid() || b.IsValid() && q == nil:
		return b
	case !b.IsValid() || p == nil:
		return a
	}
	all := append(append([]string(nil), p...), q...)
	return Value{data: &unknownData{reason: a.Reason(), spread: true, bound: &bound{prefixes: all}}, origin: a.origin}
}

// openPrefixes are the beginnings of the names that an opening of a dictionary may bring; nil for any.
func openPrefixes(open Value) []string {
	if u, ok := open.data.(*unknownData); ok && u.bound != nil {
		return u.bound.prefixes
	}
	return nil
}

func hasPrefix(name string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}
