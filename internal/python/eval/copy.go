package eval

// Copy is copy.copy(v): a container of its own with the same elements, or a new object with the same attributes.
func (c *Call) Copy(v Value) Value {
	if o, ok := v.data.(*objectData); ok {
		return c.copyObject(o, v, nil)
	}
	if _, ok := v.data.(*tupleData); ok {
		return v
	}
	return (&copier{call: c}).container(v, func(e Value) Value { return e })
}

// DeepCopy is copy.deepcopy(v). What is reached twice is copied once.
func (c *Call) DeepCopy(v Value) Value { return (&copier{call: c, done: map[data]Value{}}).deep(v, 0) }

// copier makes one deep copy.
type copier struct {
	call *Call
	done map[data]Value // copies by what they are copies of
}

func (k *copier) deep(v Value, depth int) Value {
	switch v.data.(type) {
	case *listData, *tupleData, *setData, *dictData, *objectData:
	default:
		return v
	}
	if copied, ok := k.done[v.data]; ok {
		return copied
	}
	if depth > maxNesting {
		return k.call.UnknownFrom("a copy of something nested too deeply", v)
	}
	k.call.run.step()
	inner := func(e Value) Value { return k.deep(e, depth+1) }
	if o, ok := v.data.(*objectData); ok {
		return k.call.copyObject(o, v, &deepObject{k, inner})
	}
	return k.container(v, inner)
}

// container copies a list, tuple, set or dictionary; other values are shared.
func (k *copier) container(v Value, inner func(Value) Value) Value {
	remember := func(copied Value) Value {
		if k.done != nil {
			k.done[v.data] = copied
		}
		return copied
	}
	switch d := v.data.(type) {
	case *listData:
		out := &listData{}
		copied := remember(Value{data: out, origin: v.origin})
		for _, e := range d.elems {
			out.elems = append(out.elems, inner(e))
		}
		return copied
	case *tupleData:
		out := make([]Value, len(d.elems))
		for i, e := range d.elems {
			out[i] = inner(e)
		}
		return remember(MakeTuple(out...).WithOrigin(v.origin))
	case *setData:
		if d.frozen {
			return v
		}
		return remember(Value{data: newSet(d.elems(), false), origin: v.origin})
	case *dictData:
		out := newDict()
		copied := remember(Value{data: out, origin: v.origin})
		for _, e := range d.entries() {
			out.set(e.Key, inner(e.Value))
		}
		out.open = d.open
		return copied
	}
	return v
}

// deepObject says how the attributes of an object are copied.
type deepObject struct {
	copier *copier
	inner  func(Value) Value
}

// copyObject copies an instance: as its class says, or attribute by attribute. Instances of classes in Go, of which no program can
// tell whether they were copied, are shared.
func (c *Call) copyObject(o *objectData, v Value, deep *deepObject) Value {
	method := "__copy__"
	if deep != nil {
		method = "__deepcopy__"
	}
	if fn, ok := c.run.special(v, method, c.At, c.frame); ok {
		if deep == nil {
			return c.Call(fn)
		}
		copied := c.Call(fn, MakeDict())
		deep.copier.done[o] = copied
		return copied
	}
	if o.open || o.class.isOpen() {
		return v
	}
	if o.value.IsValid() {
		return c.copyBodied(o, v, deep)
	}
	if o.class.native != nil {
		return v
	}
	out := *o
	copied := Value{data: &out, origin: v.origin}
	if deep != nil {
		deep.copier.done[o] = copied
	}
	out.attrs = c.copyAttrs(o, deep)
	return copied
}

func (c *Call) copyAttrs(o *objectData, deep *deepObject) *dictData {
	if o.attrs == nil {
		return nil
	}
	out := o.attrs.copy()
	if deep != nil {
		for i, e := range out.list {
			if e.Key.IsValid() {
				out.list[i].Value = deep.inner(e.Value)
			}
		}
	}
	return out
}

// copyBodied copies an instance of a subclass of a built-in type, unless that can't change.
func (c *Call) copyBodied(o *objectData, v Value, deep *deepObject) Value {
	switch o.value.data.(type) {
	case *listData, *dictData, *setData:
	default:
		return v
	}
	out := *o
	copied := Value{data: &out, origin: v.origin}
	if deep == nil {
		out.value = c.Copy(o.value)
	} else {
		deep.copier.done[o] = copied
		out.value = deep.inner(o.value)
	}
	out.attrs = c.copyAttrs(o, deep)
	return copied
}
