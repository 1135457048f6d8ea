package eval

import (
	"sort"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// linearize gives the method resolution order by C3; ok is false when the bases contradict each other.
func linearize(c *classData) (mro []*classData, ok bool) {
	if len(c.bases) == 1 && len(c.bases[0].mro) > 0 {
		return append(append(make([]*classData, 0, 1+len(c.bases[0].mro)), c), c.bases[0].mro...), true
	}
	lists := make([][]*classData, 0, len(c.bases)+1)
	for _, b := range c.bases {
		lists = append(lists, b.mro)
	}
	lists = append(lists, c.bases)
	mro = []*classData{c}
	for {
		var next *classData
		done := true
		for _, l := range lists {
			if len(l) == 0 {
				continue
			}
			done = false
			if !inTail(l[0], lists) {
				next = l[0]
				break
			}
		}
		if done {
			return mro, true
		}
		if next == nil {
			return mro, false
		}
		mro = append(mro, next)
		for i, l := range lists {
			if len(l) > 0 && l[0] == next {
				lists[i] = l[1:]
			}
		}
	}
}

func inTail(c *classData, lists [][]*classData) bool {
	for _, l := range lists {
		for i := 1; i < len(l); i++ {
			if l[i] == c {
				return true
			}
		}
	}
	return false
}

// newNativeClass makes a class of Go's.
func newNativeClass(n NativeClass) *classData {
	c := &classData{name: n.Name, native: &n, attrs: newDict(), open: n.Open && n.Init == nil && n.New == nil && len(n.Methods) == 0}
	for _, b := range n.Bases {
		if k, ok := b.data.(*classData); ok {
			c.bases = append(c.bases, k)
		}
	}
	if len(c.bases) == 0 && n.Name != "object" {
		c.bases = []*classData{builtinClass("object").data.(*classData)}
	}
	c.metaclass = n.Metaclass
	if n.Partial {
		c.open, c.reason = true, "not modelled: "+n.Name
	}
	c.mro, _ = linearize(c)
	c.attrs.reserve(len(n.Attrs) + len(n.Methods) + len(n.ClassMethods) + len(n.Properties) + 1)
	for _, name := range sortedKeys(n.Attrs) {
		v := n.Attrs[name]
		if _, ok := v.data.(*nativeData); ok {
			v = Value{data: &descriptorData{what: "staticmethod", get: v}}
		}
		c.attrs.setStr(name, v)
	}
	add := func(mode nativeMode, methods map[string]func(*Call, Value) Value) {
		for _, name := range sortedKeys(methods) {
			c.attrs.setStr(name, Value{data: &nativeData{name: n.Name + "." + name, method: methods[name], mode: mode}})
		}
	}
	add(instanceMethod, n.Methods)
	add(classMethod, n.ClassMethods)
	add(propertyMethod, n.Properties)
	if n.Init != nil {
		init := n.Init
		c.attrs.setStr("__init__", Value{data: &nativeData{name: n.Name + ".__init__", mode: instanceMethod,
			method: func(c *Call, self Value) Value { init(c, self); return MakeNone() }}})
	}
	return c
}

// nativeMode tells how a function in Go that is part of a class is bound.
type nativeMode uint8

const (
	plainFunction nativeMode = iota
	instanceMethod
	classMethod
	propertyMethod
)

// execClassDef runs a class statement.
func (r *run) execClassDef(f *frame, s *syntax.ClassDef) {
	at := spanOfName(f, s.NamePos, s.Name)
	bases := r.basesOf(f, s)
	c := &classData{name: qualified(f, s.Name), attrs: newDict(), at: at, node: s, given: bases}
	kwargs := r.classKeywords(f, s, c)
	for _, b := range bases {
		r.addBase(c, b, at, f)
	}
	if len(c.bases) == 0 {
		c.bases = []*classData{builtinClass("object").data.(*classData)}
	}
	r.chargeBases(c)
	var ok bool
	if c.mro, ok = linearize(c); !ok {
		r.raise(at, "TypeError", "Cannot create a consistent method resolution\norder (MRO) for bases "+baseNames(c))
	}
	c.attrs.expect(len(s.Body) + 2)
	body := &frame{module: f.module, global: f.global, space: c.attrs, isBody: true, class: c.name, caller: f.caller, callAt: f.callAt,
		file: f.file, fn: f.fn, self: f.self, handling: f.handling}
	if f.code != nil {
		body.parent = f
	} else if f.isBody {
		body.parent = f.parent
	}
	body.owner, body.within = c, f
	r.enter()
	r.execBlock(body, s.Body)
	r.dyn.depth--
	c.notes, c.body = body.notes, body
	c.inheritMetaclass()
	v := Value{data: c, origin: &Origin{At: at}}
	if m := c.projectMetaclass(); m != nil {
		v = r.makeByMetaclass(c, m, kwargs, at, f)
	} else {
		r.classMade(c, v, kwargs, at, f)
	}
	for i := len(s.Decorators) - 1; i >= 0; i-- {
		v = r.call(r.eval(f, s.Decorators[i]), []Value{v}, nil, f.span(s.Decorators[i]), f)
	}
	r.store(f, s.Name, v, at)
}

// basesOf evaluates the bases of a class statement, in which its type parameters are known.
func (r *run) basesOf(f *frame, s *syntax.ClassDef) []Value {
	outer := f.typeParams
	f.typeParams = append(s.TypeParams[:len(s.TypeParams):len(s.TypeParams)], outer...)
	defer func() { f.typeParams = outer }()
	return r.elements(f, s.Bases)
}

// classKeywords are the keyword arguments of a class statement but its metaclass, which is noted.
func (r *run) classKeywords(f *frame, s *syntax.ClassDef, c *classData) []Kwarg {
	var kwargs []Kwarg
	for _, k := range s.Keywords {
		v := r.eval(f, k.Value)
		switch k.Name {
		case "metaclass":
			c.metaclass = v
		case "":
			kwargs = append(kwargs, Kwarg{"**", unknownFrom(f.span(k), "class", MakeUnknown("arguments of a class statement"), v)})
		default:
			kwargs = append(kwargs, Kwarg{k.Name, v})
		}
	}
	return kwargs
}

func baseNames(c *classData) string {
	s := ""
	for i, b := range c.bases {
		if i > 0 {
			s += ", "
		}
		s += b.simpleName()
	}
	return s
}

// isHarmlessMetaclass reports whether a metaclass changes nothing about the values that a class has.
func isHarmlessMetaclass(v Value) bool {
	d := dotted(v.data)
	return d == "abc.ABCMeta" || d == "type" || d == "enum.EnumMeta" || d == "enum.EnumType" || d == "django.db.models.base.ModelBase"
}

// addBase adds a base class; what is no known class opens the new one.
func (r *run) addBase(c *classData, b Value, at source.Span, f *frame) {
	switch d := b.data.(type) {
	case *classData:
		c.bases = append(c.bases, d)
	case *unknownData:
		c.open, c.reason = true, d.reason
	case *objectData, *methodData, *nativeData, *funcData:
		// typing.NamedTuple and the like: __mro_entries__
		if fn, ok := r.findAttr(b, "__mro_entries__", at, f); ok {
			for _, e := range r.iterate(r.call(fn, []Value{MakeTuple(b)}, nil, at, f), at, f) {
				r.addBase(c, e, at, f)
			}
			return
		}
		c.open, c.reason = true, "a base class that is computed"
	default:
		r.raise(at, "TypeError", "bases must be types", b)
	}
}

// classMade tells the bases of a new class, and its attributes their names.
// kwargs are those of the class statement, which __init_subclass__ gets.
func (r *run) classMade(c *classData, v Value, kwargs []Kwarg, at source.Span, f *frame) {
	for _, e := range c.attrs.entries() {
		if o, ok := e.Value.data.(*objectData); ok && !o.class.open {
			if fn, ok := r.special(e.Value, "__set_name__", at, f); ok {
				r.call(fn, []Value{v, e.Key}, nil, at, f)
			}
		}
	}
	for _, k := range c.mro[1:] {
		if k.native != nil && k.native.Subclassed != nil {
			k.native.Subclassed(&Call{At: at, run: r, frame: f}, v)
			break
		}
	}
	for _, k := range c.mro[1:] {
		fn, ok := k.attrs.getStr("__init_subclass__")
		if !ok {
			continue
		}
		if d, ok := fn.data.(*descriptorData); ok {
			fn = d.get
		}
		if fn.Kind() == Callable && k.native == nil {
			r.call(fn, []Value{v}, kwargs, at, f)
		}
		break
	}
	if c.metaclass.IsValid() && c.projectMetaclass() == nil && !isHarmlessMetaclass(c.metaclass) {
		c.open, c.reason = true, "a metaclass that is not in the project"
	}
}

// inheritMetaclass gives a class the metaclass of its bases that is derived the most, when it names none itself that is.
func (c *classData) inheritMetaclass() {
	for _, b := range c.bases {
		if !c.metaclass.IsValid() {
			c.metaclass = b.metaclass
			continue
		}
		own, ok := c.metaclass.data.(*classData)
		other, ok2 := b.metaclass.data.(*classData)
		if ok && ok2 && own != other && other.isSubclass(own) {
			c.metaclass = b.metaclass
		}
	}
}

// doc is the text at the beginning of a class's body.
func (c *classData) doc() Value {
	if c.node == nil {
		return MakeUnknown("the documentation of " + c.name)
	}
	return docstring(c.node.Body)
}

// annotations are those of a class's body.
func (r *run) annotations(class Value) []Entry {
	c, ok := class.data.(*classData)
	if !ok || c.body == nil {
		return nil
	}
	var out []Entry
	for _, n := range c.notes {
		v := MakeUnknown("an annotation that cannot be evaluated")
		if n.expr != nil {
			r.protect(func() { v = r.eval(c.body, n.expr) })
		}
		out = append(out, Entry{MakeStr(n.name), v})
	}
	return out
}

// sortEntries orders entries by their text keys.
func sortEntries(list []Entry) {
	sort.SliceStable(list, func(i, j int) bool {
		a, _ := list[i].Key.AsStr()
		b, _ := list[j].Key.AsStr()
		return a < b
	})
}
