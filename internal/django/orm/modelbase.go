package orm

import (
	"maps"
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

const (
	modelPath     = "django.db.models.Model"
	metaclassPath = "django.db.models.base.ModelBase"
)

// define is ModelBase.__new__: it makes the _meta of a class that inherits from Model.
// Source: django/db/models/base.py.
func (r *registry) define(c *eval.Call, class eval.Value) {
	dotted := class.Dotted()
	m := &modelClass{registry: r, class: class, name: lastName(dotted), managed: true, at: c.At, meta: map[string]eval.Value{}}
	m.module = strings.TrimSuffix(dotted, "."+m.name)
	if d, ok := class.Written(); ok {
		m.module = d.Module
	}
	m.concrete = m
	if reason := unknownMetaclass(class); reason != "" {
		m.undecided, m.undecidedOptions = reason, reason
	}
	for _, b := range class.Bases() {
		if p := r.modelOf(b); p != nil {
			m.parents = append(m.parents, p)
		} else if reason := unknownBase(b); reason != "" {
			m.undecided, m.undecidedOptions = reason, reason
		}
	}
	for _, p := range m.parents {
		if p.undecided != "" && p.abstract {
			m.undecided = p.undecided
		}
		if p.undecidedOptions != "" && p.abstract {
			m.undecidedOptions = p.undecidedOptions
		}
	}
	m.readMeta()
	r.byName[dotted] = append(r.byName[dotted], m)
	class.SetField("_meta", m.metaObject())
	m.contribute(c)
	if m.proxy {
		m.setUpProxy()
	}
	m.inherit(c)
	r.classes = append(r.classes, m)
	if m.abstract {
		if own := ownAttr(class, "Meta"); own.Kind() == eval.Class {
			own.SetField("abstract", eval.MakeBool(false))
		}
		return
	}
	m.prepare()
	m.sendPrepared(c)
}

// unknownBase says why nothing is known of a base class; "" for Model, plain classes of the project and those of the standard library.
func unknownBase(b eval.Value) string {
	if b.IsUnknown() {
		return b.Reason()
	}
	for _, k := range b.MRO() {
		name := k.Dotted()
		if d, ok := k.Written(); ok || name == modelPath || name == "object" {
			if reason := unknownMetaclass(k); ok && d.Class != nil && reason != "" {
				return reason
			}
			continue
		}
		for _, inner := range k.Bases() {
			if inner.IsUnknown() {
				return inner.Reason()
			}
		}
		if top, _, dotted := strings.Cut(name, "."); dotted && !harmlessPackage(top) && !strings.HasPrefix(name, "django.utils.") {
			return "a base class from a package that is not in the project: " + name
		}
	}
	return ""
}

// unknownMetaclass says why it is not known what the metaclass of a class does to it; "" where it is written in Python and inherits from Django's,
// or is that of abstract classes.
func unknownMetaclass(class eval.Value) string {
	meta := class.Metaclass()
	if !meta.IsValid() {
		return ""
	}
	if reason := class.Unfollowed(); reason != "" {
		return reason
	}
	for _, k := range meta.MRO() {
		if _, ok := k.Written(); !ok && k.Dotted() != metaclassPath && k.Dotted() != "type" && k.Dotted() != "object" && lastName(k.Dotted()) != "ABCMeta" {
			return "a metaclass that is not known: " + k.Dotted()
		}
	}
	if meta.Kind() != eval.Class {
		return "a metaclass that is not known: " + meta.Path()
	}
	return ""
}

// harmlessPackage reports whether a package of the standard library gives no fields.
func harmlessPackage(top string) bool {
	switch top {
	case "abc", "typing", "enum", "collections", "functools", "dataclasses", "builtins", "types", "typing_extensions":
		return true
	}
	return false
}

// contribute adds what stands in the class's body and has a contribute_to_class.
func (m *modelClass) contribute(c *eval.Call) {
	for _, e := range append([]eval.Entry(nil), m.class.Fields()...) {
		name, _ := e.Key.AsStr()
		if name == "Meta" || strings.HasPrefix(name, "__") {
			continue
		}
		if name == "objects" && e.Value.Kind() == eval.None { // it is no manager, so that Model._prepare puts the default one in its place
			m.class.SetField(name, eval.NewRecorded(defaultManager(), nil, nil))
			continue
		}
		m.addToClass(c, name, e.Value)
	}
}

// isCertain reports whether something that is added to the class is added in any case, under a name that is known; the model is undecided
// otherwise.
func (m *modelClass) isCertain(c *eval.Call, named bool) bool {
	reason, uncertain := c.Uncertain()
	if named && !uncertain {
		return true
	}
	m.undecided = "fields are added to it, and which is not known"
	if reason != "" {
		m.undecided += ": " + reason
	}
	return false
}

// addToClass is ModelBase.add_to_class for a value that may be a field.
func (m *modelClass) addToClass(c *eval.Call, name string, v eval.Value) {
	if v.Kind() == eval.Object {
		switch method := v.ClassOf().Attr("contribute_to_class"); {
		case method.IsPython():
			c.CallKw(method, []eval.Value{v, m.class, eval.MakeStr(name)}, nil)
			switch {
			case isField(v) && !m.has(v):
				m.undecided = "what contribute_to_class of " + v.Class() + " does is not known"
			case !isField(v) && !m.has(v) && inheritsUnknown(v.ClassOf()):
				m.noteForeign(name, v) // it may be a field by way of a class that is not known
			}
			return
		case isField(v):
			if !ownAttr(v, "name").IsValid() {
				v.SetField("name", eval.MakeStr(name))
			}
			m.addField(name, v)
			return
		}
		m.noteForeign(name, v)
		return
	}
	s, ok := v.Symbol()
	if !v.IsUnknown() || !ok || !s.Func.IsValid() {
		return
	}
	if strings.HasSuffix(s.Func.Path(), "Field") || slices.ContainsFunc(s.Args, isField) { // deprecate_field(models.TextField())
		m.undecided = "a field that is computed: " + s.Func.Path()
	}
}

// has reports whether a field was added.
func (m *modelClass) has(v eval.Value) bool {
	for _, list := range [][]*bound{m.local, m.m2m, m.private} {
		for _, b := range list {
			if eval.Same(b.value, v) {
				return true
			}
		}
	}
	return false
}

// inheritsUnknown reports whether a class inherits from one that is neither written here nor object.
func inheritsUnknown(class eval.Value) bool {
	for _, k := range class.MRO() {
		if _, written := k.Written(); !written && k.Dotted() != "object" {
			return true
		}
		for _, b := range k.Bases() {
			if b.IsUnknown() {
				return true
			}
		}
	}
	return false
}

// fieldNamed reports whether the model has a field of its own by that name.
func (m *modelClass) fieldNamed(name string) bool {
	for _, list := range [][]*bound{m.local, m.m2m} {
		for _, b := range list {
			if b.name == name {
				return true
			}
		}
	}
	return false
}

// copyField is a copy of a field that is contributed to another class (Field.__deepcopy__).
func copyField(v eval.Value) eval.Value {
	args, kwargs := v.Args()
	c := eval.NewRecorded(v.ClassOf(), args, kwargs).WithOrigin(v.Origin())
	for _, e := range v.Fields() {
		if name, ok := e.Key.AsStr(); ok && name != "name" && name != "model" {
			c.SetField(name, e.Value)
		}
	}
	if s, ok := v.State().(*fieldState); ok {
		state := *s
		state.given = maps.Clone(s.given)
		c.SetState(&state)
	}
	return c
}

func isField(v eval.Value) bool {
	_, ok := v.State().(*fieldState)
	return ok
}

// noteForeign deals with an object of a package that is not in the project: it may be a field, or add some.
func (m *modelClass) noteForeign(name string, v eval.Value) {
	class := v.Class()
	switch foreignKind(class) {
	case foreignField:
		m.addField(name, v)
	case foreignFieldAndMore:
		m.addField(name, v)
		m.undecided = "a field of a package that is not in the project: " + class
	}
}

// setUpProxy finds the model that a proxy stands for.
func (m *modelClass) setUpProxy() {
	for _, p := range m.parents {
		if !p.abstract {
			m.concrete, m.pk = p.concrete, p.pk
			return
		}
	}
}

// names are those that the class itself has: its body, and its fields' descriptors.
func (m *modelClass) names() map[string]bool {
	out := map[string]bool{}
	for _, e := range m.class.Fields() {
		if name, ok := e.Key.AsStr(); ok {
			out[name] = true
		}
	}
	for _, list := range [][]*bound{m.local, m.m2m, m.private} {
		for _, b := range list {
			out[b.name] = true
		}
	}
	return out
}

// inherit adds the fields of abstract bases and the links to the tables of others.
func (m *modelClass) inherit(call *eval.Call) {
	links := m.parentLinks()
	hidden := m.names()
	own := m.names()
	for _, k := range m.class.MRO()[1:] {
		p := m.directParent(k)
		switch {
		case p == nil:
			if q := m.registry.modelOf(k); q != nil {
				for name := range q.names() {
					hidden[name] = true
				}
				continue
			}
			for _, e := range k.Fields() {
				if name, ok := e.Key.AsStr(); ok && k.Dotted() != modelPath {
					hidden[name] = true
				}
			}
		case p.abstract:
			m.inheritFields(call, p, own, hidden)
		default:
			for _, list := range [][]*bound{p.local, p.m2m} {
				for _, b := range list {
					hidden[b.name] = true
				}
			}
			m.linkParent(p.concrete, links)
		}
		if p != nil {
			m.inheritPrivate(call, p, own)
		}
	}
}

// inheritPrivate adds copies of the fields of a base that are no columns, such as generic relations; what contributes itself may add others.
func (m *modelClass) inheritPrivate(call *eval.Call, p *modelClass, own map[string]bool) {
	for _, b := range p.private {
		if own[b.name] {
			continue
		}
		if isField(b.value) && b.value.ClassOf().Attr("contribute_to_class").IsPython() {
			if v := copyField(b.value); v.IsValid() {
				m.addToClass(call, b.name, v)
				continue
			}
		}
		m.private = append(m.private, b.copyFor())
	}
}

func (m *modelClass) directParent(class eval.Value) *modelClass {
	for _, p := range m.parents {
		if eval.Same(p.class, class) {
			return p
		}
	}
	return nil
}

func (m *modelClass) inheritFields(call *eval.Call, p *modelClass, own, hidden map[string]bool) {
	copies := map[*bound]*bound{}
	for _, list := range [][]*bound{p.local, p.m2m} {
		for _, b := range list {
			if own[b.name] || hidden[b.name] || m.fieldNamed(b.name) {
				continue
			}
			c := b.copyFor()
			if isField(b.value) && b.value.ClassOf().Attr("contribute_to_class").IsPython() {
				c.value = copyField(b.value)
				own[b.name] = true
				if m.addToClass(call, b.name, c.value); m.has(c.value) {
					continue
				}
			} else if isField(b.value) { // what code sets on it later is set for this model alone
				c.value = copyField(b.value)
				c.value.SetField("name", eval.MakeStr(b.name))
				c.value.SetField("model", m.class)
				if state, ok := c.value.State().(*fieldState); ok && b.state != nil {
					c.state = state
				}
			}
			own[b.name] = true
			copies[b] = c
			m.insert(c)
		}
	}
	for _, l := range p.links {
		if c := copies[l.field]; c != nil {
			l.field = c
		}
		m.links = append(m.links, l)
	}
}

// linkParent adds the pointer to the table of a concrete parent.
func (m *modelClass) linkParent(base *modelClass, links map[*modelClass]*bound) {
	field := links[base]
	if field == nil && !m.proxy {
		name := strings.ToLower(base.name) + "_ptr"
		r := m.registry
		r.autoCounter--
		field = &bound{name: name, counter: r.autoCounter, auto: true, made: Deconstructed{Class: corePath + "OneToOneField", At: m.at,
			Kwargs: []eval.Kwarg{{Name: "auto_created", Value: eval.MakeBool(true)}, {Name: "on_delete", Value: r.classNames["CASCADE"]},
				{Name: "parent_link", Value: eval.MakeBool(true)}, {Name: "to", Value: eval.MakeStr(key(base.label, base.name))}}}}
		if !m.names()[name] && !m.class.Attr(name).IsValid() {
			m.insert(field)
		}
	}
	m.links = append(m.links, parentLink{base, field})
}

// parentLinks are the fields that are written as links to parents.
func (m *modelClass) parentLinks() map[*modelClass]*bound {
	out := map[*modelClass]*bound{}
	from := []*modelClass{}
	for i := len(m.parents) - 1; i >= 0; i-- {
		if m.parents[i].abstract {
			from = append([]*modelClass{m.parents[i]}, from...)
		}
	}
	for i := len(from) - 1; i >= 0; i-- {
		m.collectLinks(from[i], out)
	}
	m.collectLinks(m, out)
	return out
}

func (m *modelClass) collectLinks(from *modelClass, out map[*modelClass]*bound) {
	for _, b := range from.local {
		if b.state == nil || !b.state.class.isA(corePath+"OneToOneField") || b.state.arg("parent_link").Truth() != eval.Yes {
			continue
		}
		if to := m.registry.target(m, b.state.arg("to")); to != nil {
			out[to] = b
		}
	}
}

// target is the model that a relation of m points to, or nil.
func (r *registry) target(m *modelClass, to eval.Value) *modelClass {
	if text, ok := to.AsStr(); ok {
		app, name, dotted := strings.Cut(text, ".")
		switch {
		case text == "self":
			return m
		case dotted:
			return r.find(app, name)
		}
		return r.find(m.label, text)
	}
	return r.modelOf(to)
}

// prepare is Options._prepare: the primary key.
func (m *modelClass) prepare() {
	if m.pk != nil || m.proxy {
		return
	}
	if len(m.links) > 0 {
		field := m.links[0].field
		if field == nil {
			return
		}
		for _, b := range m.local {
			if b.name == field.name {
				field = b
			}
		}
		field.primaryKey = true
		m.setKey(field)
		return
	}
	if m.undecided != "" {
		return // a base that is not known may have one
	}
	r := m.registry
	r.autoCounter--
	class := r.autoField(m.label)
	made := Deconstructed{Class: class, At: m.at, Kwargs: []eval.Kwarg{{Name: "auto_created", Value: eval.MakeBool(true)},
		{Name: "primary_key", Value: eval.MakeBool(true)}, {Name: "verbose_name", Value: eval.MakeStr("ID")}}}
	if class == "" {
		made.Unknown = "the class of automatic primary keys is not known"
	}
	m.insert(&bound{name: "id", counter: r.autoCounter, auto: true, primaryKey: true, made: made})
}

// autoField is the class of automatic primary keys of an application; "" when it is not known.
func (r *registry) autoField(label string) string {
	for i := range r.apps {
		if r.apps[i].Label == label {
			return r.apps[i].DefaultAutoField
		}
	}
	return r.defaultAutoField()
}

// defaultAutoField is DEFAULT_AUTO_FIELD, which came with Django 3.2; "" when it is not known.
func (r *registry) defaultAutoField() string {
	v := r.setting("DEFAULT_AUTO_FIELD")
	if !v.IsValid() {
		return corePath + "AutoField"
	}
	text, _ := v.AsStr()
	return text
}
