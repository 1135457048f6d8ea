package orm

import (
	"strings"

	"gonogo/internal/python/eval"
)

// optionsClass is the class of Model._meta: what metaclasses and contribute_to_class() of packages ask it, and how they change it.
// Source: django/db/models/options.py.
func (r *registry) optionsClass() eval.Value {
	return eval.NewClass(eval.NativeClass{Name: corePath + "options.Options", Partial: true,
		Getattr: func(c *eval.Call, self eval.Value, name string) (eval.Value, bool) {
			if m, ok := self.State().(*modelClass); ok {
				return m.metaAttr(name)
			}
			return eval.Value{}, false
		},
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
			"get_field": func(c *eval.Call, self eval.Value) eval.Value {
				m, _ := self.State().(*modelClass)
				name, ok := c.Arg(0, "field_name").AsStr()
				if m == nil || !ok {
					return c.Unknown("which field is asked for is not known")
				}
				if v := m.fieldObject(name); v.IsValid() {
					return v
				}
				return c.Unknown("a field that was not found: " + name)
			},
			"add_field": func(c *eval.Call, self eval.Value) eval.Value {
				m, _ := self.State().(*modelClass)
				v := c.Arg(0, "field")
				if m == nil || !isField(v) {
					return eval.MakeNone()
				}
				name, ok := ownAttr(v, "name").AsStr()
				private := c.ArgOr(1, "private", eval.MakeBool(false)).Truth()
				switch {
				case !ok || private == eval.Maybe:
					m.undecided = "a field is added of which not all is known"
				case private == eval.Yes:
					m.private = append(m.private, &bound{name: name, value: v})
				default:
					m.addField(name, v)
				}
				return eval.MakeNone()
			},
		}})
}

// metaObject is Model._meta, as far as code that runs at import asks it.
func (m *modelClass) metaObject() eval.Value {
	v := eval.NewObject(m.registry.classNames[corePath+"options.Options"], m)
	v.SetField("abstract", eval.MakeBool(m.abstract))
	v.SetField("proxy", eval.MakeBool(m.proxy))
	v.SetField("managed", eval.MakeBool(m.managed))
	v.SetField("object_name", eval.MakeStr(m.name))
	v.SetField("model_name", eval.MakeStr(strings.ToLower(m.name)))
	v.SetField("model", m.class)
	if m.label != "" {
		v.SetField("app_label", eval.MakeStr(m.label))
		v.SetField("label", eval.MakeStr(m.label+"."+m.name))
		v.SetField("label_lower", eval.MakeStr(key(m.label, m.name)))
	}
	for _, name := range []string{"indexes", "constraints"} {
		if given := m.meta[name]; !given.IsValid() || given.Kind() == eval.List || given.Kind() == eval.Tuple {
			list := eval.MakeList(given.Elems()...)
			if given.IsValid() && given.IsOpen() {
				list.SetOpen("the " + name + " are not all known")
			}
			v.SetField(name, list.WithOrigin(given.Origin()))
		}
	}
	return v
}

// metaAttr is an attribute of _meta that changes while the class is made.
func (m *modelClass) metaAttr(name string) (eval.Value, bool) {
	switch name {
	case "local_fields":
		return m.objects(m.local)
	case "local_many_to_many":
		return m.objects(m.m2m)
	case "private_fields", "virtual_fields":
		return m.objects(m.private)
	case "_forward_fields_map":
		return m.forwardFields()
	case "fields", "concrete_fields", "many_to_many":
		var all []*bound
		for _, p := range append(m.ancestors(), m) {
			if name == "many_to_many" {
				all = append(all, p.m2m...)
			} else {
				all = append(all, p.local...)
			}
		}
		return m.objects(all)
	case "pk":
		if m.pk == nil {
			return eval.MakeNone(), m.undecided == ""
		}
		return m.object(m.pk)
	case "concrete_model":
		return m.concrete.class, true
	case "parents":
		var entries []eval.Entry
		for _, l := range m.links {
			field := eval.MakeNone()
			if l.field != nil {
				field, _ = m.object(l.field)
			}
			entries = append(entries, eval.Entry{Key: l.to.class, Value: field})
		}
		return eval.MakeDict(entries...), m.undecided == ""
	case "all_parents":
		var list []eval.Value
		for _, p := range m.ancestors() {
			list = append(list, p.class)
		}
		return eval.MakeTuple(list...), m.undecided == ""
	case "auto_created", "swapped":
		if m.meta["swappable"].IsValid() {
			return eval.Value{}, false
		}
		return eval.MakeBool(false), true
	}
	return eval.Value{}, false
}

// ancestors are the models with tables that a model inherits from.
func (m *modelClass) ancestors() []*modelClass {
	var all []*modelClass
	seen := map[*modelClass]bool{}
	var walk func(*modelClass, int)
	walk = func(x *modelClass, depth int) {
		for _, l := range x.links {
			if l.to != nil && !seen[l.to] && depth < 100 {
				seen[l.to] = true
				walk(l.to, depth+1)
				all = append(all, l.to)
			}
		}
	}
	walk(m, 0)
	return all
}

// objects are field objects, with those that Django adds; ok is false where not all are known.
func (m *modelClass) objects(list []*bound) (v eval.Value, ok bool) {
	out := make([]eval.Value, 0, len(list))
	for _, b := range list {
		object, ok := m.object(b)
		if !ok {
			return eval.Value{}, false
		}
		out = append(out, object)
	}
	v = eval.MakeList(out...)
	if m.undecided != "" {
		v.SetOpen(m.undecided)
	}
	return v, true
}

// forwardFields is Options._forward_fields_map: all fields but those of other models' relations, by their names and those of their columns.
func (m *modelClass) forwardFields() (v eval.Value, ok bool) {
	var entries []eval.Entry
	for _, p := range append(m.ancestors(), m) {
		for _, list := range [][]*bound{p.local, p.m2m, p.private} {
			for _, b := range list {
				object, ok := m.object(b)
				if !ok {
					return eval.Value{}, false
				}
				entries = append(entries, eval.Entry{Key: eval.MakeStr(b.name), Value: object})
				if b.state != nil && b.state.class.relation && !b.isManyToMany() && !b.isPrivate() {
					entries = append(entries, eval.Entry{Key: eval.MakeStr(b.name + "_id"), Value: object})
				}
			}
		}
	}
	return eval.MakeDict(entries...), m.undecided == ""
}

// object is the field object of a field of the model; one is made for what Django adds.
func (m *modelClass) object(b *bound) (eval.Value, bool) {
	if b.value.IsValid() {
		return b.value, true
	}
	k := m.registry.fields[b.made.Class]
	if k == nil {
		return eval.Value{}, false
	}
	if !b.shown.IsValid() {
		r := m.registry
		counter, auto := r.counter, r.autoCounter
		b.shown = eval.NewObject(k.value, nil)
		r.initField(k, &eval.Call{Kwargs: b.made.Kwargs}, b.shown)
		r.counter, r.autoCounter = counter, auto
		b.shown.SetField("name", eval.MakeStr(b.name))
		b.shown.SetField("model", m.class)
	}
	return b.shown, true
}

// fieldObject is a field of the model or of those that it inherits from; invalid when there is none.
func (m *modelClass) fieldObject(name string) eval.Value {
	for _, p := range append([]*modelClass{m}, m.ancestors()...) {
		for _, list := range [][]*bound{p.local, p.m2m, p.private} {
			for _, b := range list {
				if b.name == name {
					v, _ := p.object(b)
					return v
				}
			}
		}
	}
	return eval.Value{}
}

// lacks reports whether a model certainly has no attribute of a name, though Model has more than is modelled: a private one that Model does
// not know, or a link to a parent that is no field.
func (r *registry) lacks(class eval.Value, name string) bool {
	if strings.HasSuffix(name, "_ptr") {
		m := r.modelOf(class)
		return m != nil && m.undecided == "" && !m.fieldObject(name).IsValid()
	}
	if !strings.HasPrefix(name, "_") || strings.HasPrefix(name, "__") {
		return false
	}
	for _, known := range []string{"_check", "_do_", "_get_", "_is_pk_set", "_parse_save_params", "_perform_", "_prepare", "_save", "_set_pk_val",
		"_validate", "_meta", "_default_manager", "_base_manager", "_state", "_prefetched_objects_cache", "_order"} {
		if strings.HasPrefix(name, known) {
			return false
		}
	}
	return true
}

// classPrepared is the signal that Django sends of each model that is made. What the project connects to it is called; what packages connect
// is not.
func (r *registry) classPrepared() eval.Value {
	return eval.NewObject(eval.NewClass(eval.NativeClass{Name: corePath + "signals.ClassPrepared", Open: true,
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{"connect": func(c *eval.Call, _ eval.Value) eval.Value {
			if fn := c.Arg(0, "receiver"); fn.IsPython() && !fn.Installed() && !c.Arg(1, "sender").IsValid() {
				r.prepared = append(r.prepared, fn)
			}
			return eval.MakeNone()
		}}}), nil)
}

// sendPrepared calls what is connected to class_prepared.
func (m *modelClass) sendPrepared(c *eval.Call) {
	if _, written := m.class.Written(); !written {
		return
	}
	for _, fn := range m.registry.prepared {
		c.CallKw(fn, nil, []eval.Kwarg{{Name: "sender", Value: m.class}, {Name: "signal", Value: eval.MakeUnknown("the signal class_prepared")}})
	}
}

// listed are the indexes or constraints that _meta has at the end: those of Meta, and what was added since. Without any in Meta none count.
// Source: django/db/migrations/state.py, ModelState.from_model, which asks original_attrs first.
func (m *modelClass) listed(name string) eval.Value {
	if !m.meta[name].IsValid() {
		return eval.Value{}
	}
	if v := ownAttr(ownAttr(m.class, "_meta"), name); v.IsValid() {
		return v
	}
	return m.meta[name]
}
