package orm

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// fieldClass is a field class with what it inherits.
type fieldClass struct {
	fieldSpec
	parent  *fieldClass
	params  []string
	options []option // of Field and of all own ones, in order
	value   eval.Value
}

// fieldState is what a field of Django, or of a class that inherits from one, was made with.
type fieldState struct {
	registry *registry
	class    *fieldClass
	given    map[string]eval.Value
	args     []eval.Value // of a class that takes any number of them
	counter  int
	auto     bool
	open     string // why it may have been given more, "" when not
}

// arg is what an argument is, whether it was given or has its default; invalid when it is not given and has none.
func (s *fieldState) arg(name string) eval.Value {
	if v, ok := s.given[name]; ok {
		return v
	}
	for _, o := range s.class.options {
		if o.name == name {
			return o.def
		}
	}
	return eval.Value{}
}

// makeFieldClasses makes the classes, by their paths.
func (r *registry) makeFieldClasses() {
	r.fields = map[string]*fieldClass{}
	for _, spec := range fieldSpecs() {
		base := spec.base
		if base == "" && spec.name != corePath+"Field" {
			base = corePath + "Field"
		}
		k := &fieldClass{fieldSpec: spec, parent: r.fields[base]}
		k.inherit()
		native := eval.NativeClass{Name: spec.name, Partial: true,
			Init: func(c *eval.Call, self eval.Value) { r.initField(k, c, self) },
			Getattr: func(c *eval.Call, self eval.Value, name string) (eval.Value, bool) {
				if name == "related_model" && k.pointsToModel() && !r.ready { // RelatedField.related_model of Django
					return c.Raise("django.core.exceptions.AppRegistryNotReady", "Models aren't ready yet."), true
				}
				return fieldAttr(self, name)
			}}
		if k.parent != nil {
			native.Bases = []eval.Value{k.parent.value}
		} else {
			native.Methods = r.fieldMethods()
		}
		k.value = eval.NewClass(native)
		r.fields[spec.name] = k
	}
}

// pointsToModel reports whether the class inherits from RelatedField.
func (k *fieldClass) pointsToModel() bool {
	return k.relation || k.name == "django.contrib.contenttypes.fields.GenericRelation"
}

// inherit joins a class's own options with those of its base.
func (k *fieldClass) inherit() {
	k.params = k.fieldSpec.params
	base := fieldOptions()
	if k.parent != nil {
		base = k.parent.options
		if k.params == nil {
			k.params = k.parent.params
		}
		k.relation = k.relation || k.parent.relation
		k.private = k.private || k.parent.private
		if k.column == 0 {
			k.column = k.parent.column
		}
	} else {
		k.params = fieldParams()
	}
	for _, o := range base {
		if !hasOption(k.own, o.name) {
			k.options = append(k.options, o)
		}
	}
	k.options = append(k.options, k.own...)
}

func hasOption(list []option, name string) bool {
	for _, o := range list {
		if o.name == name {
			return true
		}
	}
	return false
}

// initField is the __init__ of a field class.
func (r *registry) initField(k *fieldClass, c *eval.Call, self eval.Value) {
	s := &fieldState{registry: r, class: k, given: map[string]eval.Value{}}
	k.bindArguments(c, s)
	for class := k; class != nil; class = class.parent {
		for _, p := range class.preset {
			_, given := s.given[p.name]
			if (p.always || !given) && (p.when == nil || p.when(s.arg)) {
				s.given[p.name] = p.value
			}
		}
	}
	if v, ok := s.given["auto_created"]; ok && v.Truth() == eval.Yes {
		r.autoCounter--
		s.auto, s.counter = true, r.autoCounter
	} else {
		r.counter++
		s.counter = r.counter
	}
	self.SetState(s)
}

// bindArguments gives the arguments of a call their names.
func (k *fieldClass) bindArguments(c *eval.Call, s *fieldState) {
	params := k.params
	if k.rest {
		tail := fieldParams()
		if len(params) > 0 {
			tail = tail[2:]
		}
		params = append(params[:len(params):len(params)], tail...)
	}
	for i, v := range c.Args {
		switch {
		case v.IsSpread():
			s.open = v.Reason()
			return
		case len(params) == 1 && params[0] == "*":
			s.args = append(s.args, v)
		case i < len(params):
			s.given[params[i]] = v
		default:
			c.Raise("TypeError", lastName(k.name)+".__init__() takes fewer positional arguments")
		}
	}
	for _, kw := range c.Kwargs {
		if kw.Name == "**" {
			s.open = kw.Value.Reason()
			continue
		}
		s.given[kw.Name] = kw.Value
	}
}

// Made is what a constructor in Python gave Django's own for an argument, which deconstruct() may leave out; else what deconstruct() gives.
// Invalid when the argument was not given.
func (f *Field) Made(name string) eval.Value {
	if s, ok := f.Value.State().(*fieldState); ok && f.Value.ClassOf().Attr("__init__").IsPython() {
		if v, given := s.given[name]; given {
			return v
		}
	}
	return f.Arg(name)
}

// fieldAttr is an attribute of a field that its arguments give.
func fieldAttr(self eval.Value, name string) (eval.Value, bool) {
	s, ok := self.State().(*fieldState)
	if !ok {
		return eval.Value{}, false
	}
	switch name {
	case "remote_field", "rel", "storage", "model", "db_default", "default":
		return eval.Value{}, false
	case "through": // of the descriptor that the class has in place of the field: without an own one, the model that Django makes
		if v := s.arg(name); !v.IsValid() || v.Kind() != eval.Class {
			return eval.Value{}, false
		}
	case "creation_counter":
		return eval.MakeInt(int64(s.counter)), true
	}
	v := s.arg(strings.TrimPrefix(name, "_"))
	if v.Kind() == eval.List { // what is done to the list is done to this field alone; deconstruct() tells _validators
		v = eval.MakeList(slices.Clone(v.Elems())...).WithOrigin(v.Origin())
		if name == "_validators" {
			s.given["validators"] = v
		}
	}
	return v, v.IsValid()
}

// fieldMethods are the methods of Field.
func (r *registry) fieldMethods() map[string]func(*eval.Call, eval.Value) eval.Value {
	return map[string]func(*eval.Call, eval.Value) eval.Value{
		"deconstruct": func(c *eval.Call, self eval.Value) eval.Value {
			d := r.deconstructNative(self)
			if d.Unknown != "" {
				return c.Unknown(d.Unknown)
			}
			entries := make([]eval.Entry, len(d.Kwargs))
			for i, k := range d.Kwargs {
				entries[i] = eval.Entry{Key: eval.MakeStr(k.Name), Value: k.Value}
			}
			name := self.Attr("name")
			if !name.IsValid() {
				name = eval.MakeNone()
			}
			return eval.MakeTuple(name, eval.MakeStr(d.Class), eval.MakeList(d.Args...), eval.MakeDict(entries...))
		},
		"contribute_to_class": func(c *eval.Call, self eval.Value) eval.Value {
			name, ok := c.Arg(1, "name").AsStr()
			if m := r.modelOf(c.Arg(0, "cls")); m != nil && m.isCertain(c, ok) {
				m.addField(name, self)
			}
			self.SetField("name", c.Arg(1, "name"))
			self.SetField("model", c.Arg(0, "cls"))
			return eval.MakeNone()
		},
		"clone": func(c *eval.Call, self eval.Value) eval.Value {
			parts := c.Call(c.GetAttr(self, "deconstruct"))
			if parts.IsUnknown() {
				return parts
			}
			elems := c.Iterate(parts)
			if len(elems) != 4 {
				return c.Unknown("a field that is copied")
			}
			var kwargs []eval.Kwarg
			for _, e := range elems[3].Entries() {
				name, _ := e.Key.AsStr()
				kwargs = append(kwargs, eval.Kwarg{Name: name, Value: e.Value})
			}
			return c.CallKw(self.ClassOf(), elems[2].Elems(), kwargs)
		},
		"set_attributes_from_name": func(c *eval.Call, self eval.Value) eval.Value {
			self.SetField("name", c.Arg(0, "name"))
			return eval.MakeNone()
		},
	}
}
