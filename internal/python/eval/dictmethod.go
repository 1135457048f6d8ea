package eval

import (
	"gonogo/internal/source"
)

// dictUpdateCall is dict(...) and dict.update(...).
func (r *run) dictUpdateCall(d *dictData, c *Call) {
	if len(c.Args) > 0 {
		r.updateDict(d, c.Args[0], c.At, c.frame)
	}
	for _, k := range c.Kwargs {
		if k.Name == "**" {
			d.overlay(k.Value)
			continue
		}
		r.setKey(d, MakeStr(k.Name).WithOrigin(k.Value.origin), k.Value)
	}
}

// updateDict is d.update(v) for a mapping or an iterable of pairs.
func (r *run) updateDict(d *dictData, v Value, at source.Span, f *frame) {
	if v.Kind() == None {
		r.raise(at, "TypeError", "'NoneType' object is not iterable", v)
	}
	if r.weak != nil {
		d.overlay(derived(MakeUnknown(r.weak.reason.Reason()), at, r.weak.reason, v))
		return
	}
	if dictOf(v.data) == nil && !v.IsUnknown() {
		if _, ok := r.findAttr(v, "keys", at, f); !ok || isPart(v) {
			r.updatePairs(d, v, at, f)
			return
		}
	}
	if d.owner != nil {
		r.at = at
		if v.IsUnknown() {
			r.openNames(d, v)
			return
		}
	}
	r.mergeInto(d, v, at, f)
}

func (r *run) updatePairs(d *dictData, v Value, at source.Span, f *frame) {
	for i, e := range r.iterate(v, at, f) {
		if e.IsSpread() {
			d.overlay(e)
			continue
		}
		if e.IsUnknown() {
			d.overlay(e)
			continue
		}
		pair := r.iterate(e, at, f)
		if len(pair) != 2 || hasSpread(pair) {
			if hasSpread(pair) {
				d.overlay(pair[len(pair)-1])
				continue
			}
			r.raise(at, "ValueError", "dictionary update sequence element #"+itoa(i)+" has length "+itoa(len(pair))+"; 2 is required", v)
		}
		r.checkHashable(pair[0], at)
		d.set(pair[0], pair[1])
	}
}

// dictMethod is a method of dict.
func (r *run) dictMethod(d *dictData, self Value, name string, c *Call) Value {
	key := c.Arg(0, "")
	switch name {
	case "get":
		return r.dictGet(d, self, key, c.ArgOr(1, "default", MakeNone()), c)
	case "keys", "values", "items":
		return Value{data: &iteratorData{what: "dict_" + name, view: d}}
	case "copy":
		return Value{data: d.copy()}
	case "update":
		r.dictUpdateCall(d, c)
		return MakeNone()
	case "setdefault":
		return r.dictSetdefault(d, self, key, c)
	case "pop":
		return r.dictPop(d, self, key, c)
	case "popitem":
		list := d.entries()
		if r.weak != nil || d.open.IsValid() {
			u := unknownFrom(c.At, "popitem", d.open, Value{origin: c.At0()})
			r.forgetEntries(d, u)
			return u
		}
		if len(list) == 0 {
			return c.Raise("KeyError", "popitem(): dictionary is empty")
		}
		e := list[len(list)-1]
		d.delete(e.Key)
		return MakeTuple(e.Key, e.Value)
	case "clear":
		if r.weak != nil {
			d.overlay(r.weak.reason)
			return MakeNone()
		}
		d.clear()
		return MakeNone()
	case "fromkeys":
		return fromKeys(c)
	}
	return r.commonMethod(self, name, c)
}

// At0 is the provenance of nothing but the place of the call.
func (c *Call) At0() *Origin { return &Origin{At: c.At} }

func (r *run) dictGet(d *dictData, self, key, def Value, c *Call) Value {
	if key.IsUnknown() {
		if d.size() == 0 && !d.open.IsValid() {
			return keepOrigin(def)
		}
		return derived(Value{data: &unknownData{reason: key.Reason(), op: "get", args: []Value{self, key}}}, c.At, key)
	}
	r.checkHashable(key, c.At)
	r.offerKeys(d, key, c.At)
	v, ok := d.get(key)
	if !ok && d.open.IsValid() {
		return derived(Value{data: &unknownData{reason: d.open.Reason(), op: "get", args: []Value{d.open, key}}}, c.At, d.open)
	}
	if !ok {
		v = def
	}
	if key.origin != nil && len(envNames(key)) > 0 {
		return choseBy(v, key)
	}
	return keepOrigin(v)
}

func (r *run) dictSetdefault(d *dictData, self, key Value, c *Call) Value {
	v, ok := d.get(key)
	if ok {
		return keepOrigin(v)
	}
	def := c.ArgOr(1, "default", MakeNone())
	if d.open.IsValid() || key.IsUnknown() || r.weak != nil {
		u := d.open
		if !u.IsValid() {
			u = key
		}
		if !u.IsUnknown() {
			u = r.weak.reason
		}
		v := derived(Value{data: &unknownData{reason: u.Reason(), op: "setdefault", args: []Value{u, key}}}, c.At, u, def)
		if !key.IsUnknown() && r.weak == nil {
			d.set(key, v)
		}
		return v
	}
	r.checkHashable(key, c.At)
	d.set(key, def)
	return keepOrigin(def)
}

func (r *run) dictPop(d *dictData, self, key Value, c *Call) Value {
	if key.IsUnknown() || r.weak != nil {
		u := key
		if !u.IsUnknown() {
			u = r.weak.reason
		}
		v := unknownFrom(c.At, "pop", u)
		r.forgetEntries(d, u)
		return v
	}
	v, ok := d.delete(key)
	if ok {
		if d.owner != nil {
			r.at = c.At
		}
		return keepOrigin(v)
	}
	if d.open.IsValid() {
		return derived(Value{data: &unknownData{reason: d.open.Reason(), op: "pop", args: []Value{d.open, key}}}, c.At, d.open)
	}
	if c.HasArg(1, "") {
		return keepOrigin(c.Arg(1, ""))
	}
	r.raiseWith(c.At, "KeyError", []Value{key}, key, self)
	return Value{}
}

func fromKeys(c *Call) Value {
	d := newDict()
	v := c.ArgOr(1, "", MakeNone())
	for _, k := range c.Iterate(c.Arg(0, "")) {
		if k.IsSpread() {
			d.overlay(k)
			continue
		}
		d.set(k, v)
	}
	return Value{data: d}
}
