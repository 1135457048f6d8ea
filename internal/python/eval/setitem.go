package eval

import (
	"gonogo/internal/source"
)

// setItem is v[key] = value.
func (r *run) setItem(v, key, value Value, at source.Span, f *frame) {
	if o, ok := v.data.(*objectData); ok {
		if fn, ok := r.special(v, "__setitem__", at, f); ok {
			r.call(fn, []Value{key, value}, nil, at, f)
			return
		}
		if o.value.IsValid() {
			v = o.value
		} else if isOpenObject(v) {
			return
		}
	}
	switch d := v.data.(type) {
	case *dictData:
		r.checkHashable(key, at)
		r.setKey(d, key, value)
	case *listData:
		r.setElement(d, v, key, value, at, f)
	case *unknownData:
	default:
		r.raise(at, "TypeError", "'"+r.typeName(v)+"' object does not support item assignment", v)
	}
}

// setKey stores an entry; in a weak region the entry may be there.
func (r *run) setKey(d *dictData, key, value Value) {
	if list := r.prefixes(key); list != nil {
		d.overlayBounded(key, list)
		return
	}
	if r.weak == nil {
		d.set(key, value)
		return
	}
	if d.owner != nil {
		if name, ok := key.AsStr(); ok && !key.IsUnknown() {
			r.weakStoreDict(d, name)
			d.set(key, value)
			return
		}
	}
	old, ok := d.get(key)
	switch {
	case ok:
		d.set(key, r.join(old, value, r.weak.reason))
	case key.IsUnknown():
		d.overlay(key)
	default:
		d.open = spread(r.weak.reason)
	}
}

func (r *run) setElement(d *listData, v, key, value Value, at source.Span, f *frame) {
	if s, ok := key.data.(*sliceData); ok {
		r.setSlice(d, s, value, at, f)
		return
	}
	if hasSpread(d.elems) || key.IsUnknown() || r.weak != nil {
		if i, ok := key.AsInt(); ok && r.weak == nil && i >= 0 && int(i) < len(d.elems) && !hasSpread(d.elems[:i+1]) {
			d.elems[i] = value
			return
		}
		u := unknownFrom(at, "[]=", key, v, value)
		d.elems = []Value{spread(u)}
		return
	}
	i, _ := r.position(len(d.elems), "list assignment", v, key, at)
	d.elems[i] = value
}

func (r *run) setSlice(d *listData, s *sliceData, value Value, at source.Span, f *frame) {
	list := r.iterate(value, at, f)
	r.chargeResult(Value{data: d})
	start, stop, step, ok := r.bounds(s, len(d.elems), at)
	if !ok || hasSpread(d.elems) || r.weak != nil {
		whole := s.lower.Kind() == None && s.upper.Kind() == None && s.step.Kind() == None
		if whole && r.weak == nil {
			d.elems = list
			return
		}
		d.elems = []Value{spread(unknownFrom(at, "[:]=", append([]Value{s.lower, s.upper, value}, d.elems...)...))}
		return
	}
	if step == 1 {
		stop = max(start, stop)
		out := append([]Value(nil), d.elems[:start]...)
		d.elems = append(append(out, list...), d.elems[stop:]...)
		return
	}
	places := indices(start, stop, step)
	if len(places) != len(list) {
		r.raise(at, "ValueError", "attempt to assign sequence of size "+itoa(len(list))+" to extended slice of size "+itoa(len(places)))
	}
	for i, p := range places {
		d.elems[p] = list[i]
	}
}

// delItem is del v[key].
func (r *run) delItem(v, key Value, at source.Span, f *frame) {
	if o, ok := v.data.(*objectData); ok {
		if fn, ok := r.special(v, "__delitem__", at, f); ok {
			r.call(fn, []Value{key}, nil, at, f)
			return
		}
		if !o.value.IsValid() && isOpenObject(v) {
			return
		}
		v = v.bodied()
	}
	switch d := v.data.(type) {
	case *dictData:
		r.deleteKey(d, v, key, at)
	case *listData:
		r.deleteElement(d, v, key, at)
	case *unknownData:
	default:
		r.raise(at, "TypeError", "'"+r.typeName(v)+"' object doesn't support item deletion", v)
	}
}

func (r *run) deleteKey(d *dictData, v, key Value, at source.Span) {
	if key.IsUnknown() || r.weak != nil {
		u := key
		if !u.IsUnknown() {
			u = r.weak.reason
		}
		r.forgetEntries(d, u)
		return
	}
	if _, ok := d.delete(key); !ok && !d.open.IsValid() {
		r.raiseWith(at, "KeyError", []Value{key}, key, v)
	}
}

// forgetEntries is what removing an unknown key leaves: nothing that is certain.
func (r *run) forgetEntries(d *dictData, u Value) {
	d.clear()
	d.open = spread(u)
}

func (r *run) deleteElement(d *listData, v, key Value, at source.Span) {
	if s, ok := key.data.(*sliceData); ok {
		start, stop, step, ok := r.bounds(s, len(d.elems), at)
		if !ok || hasSpread(d.elems) || r.weak != nil {
			d.elems = []Value{spread(unknownFrom(at, "del", append([]Value{s.lower, s.upper}, d.elems...)...))}
			return
		}
		gone := map[int]bool{}
		for _, i := range indices(start, stop, step) {
			gone[i] = true
		}
		var kept []Value
		for i, e := range d.elems {
			if !gone[i] {
				kept = append(kept, e)
			}
		}
		d.elems = kept
		return
	}
	if hasSpread(d.elems) || key.IsUnknown() || r.weak != nil {
		d.elems = []Value{spread(unknownFrom(at, "del", append([]Value{key}, d.elems...)...))}
		return
	}
	i, _ := r.position(len(d.elems), "list assignment", v, key, at)
	d.elems = append(append([]Value(nil), d.elems[:i]...), d.elems[i+1:]...)
}
