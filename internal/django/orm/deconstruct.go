package orm

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// deconstructNative is Field.deconstruct of Django's own classes, of which a class may be a Python subclass.
func (r *registry) deconstructNative(self eval.Value) Deconstructed {
	s, ok := self.State().(*fieldState)
	if !ok {
		return Deconstructed{Class: self.Class(), Unknown: "a field that was not initialised"}
	}
	d := Deconstructed{Class: self.Class(), Args: s.args, At: self.At(), Unknown: s.open}
	for _, o := range s.class.options {
		v := ownAttr(self, attributeName(o.name))
		if !v.IsValid() {
			v = s.arg(o.name)
		}
		if o.name == "choices" {
			v = r.normalizeChoices(v)
		}
		if (o.always || !isDefault(v, o)) && v.IsValid() {
			d.set(o.name, v)
		}
	}
	for class := s.class; class != nil; class = class.parent {
		for _, o := range class.elide {
			if v := d.Arg(o.name); v.IsValid() && eval.Equal(v, o.def) {
				d.remove(o.name)
			}
		}
		if class.dropWhen != nil && class.dropWhen(s.arg) {
			for _, name := range class.drop {
				d.remove(name)
			}
		}
	}
	switch {
	case s.class.isTaggable():
		r.deconstructTaggable(&d, s)
	case s.class.relation:
		r.deconstructRelation(&d, s)
	}
	r.adaptToVersion(&d)
	slices.SortFunc(d.Kwargs, func(a, b eval.Kwarg) int { return strings.Compare(a.Name, b.Name) })
	return d
}

// attributeName is the attribute in which a field keeps an argument.
func attributeName(option string) string {
	switch option {
	case "unique", "error_messages", "validators", "verbose_name", "db_tablespace", "related_name", "related_query_name", "limit_choices_to",
		"extent", "tolerance":
		return "_" + option
	}
	return option
}

// ownAttr is an attribute that was set on an object itself; invalid when none was.
func ownAttr(self eval.Value, name string) eval.Value {
	for _, e := range self.Fields() {
		if s, _ := e.Key.AsStr(); s == name {
			return e.Value
		}
	}
	return eval.Value{}
}

// isDefault reports whether deconstruct leaves an argument out.
func isDefault(v eval.Value, o option) bool {
	switch {
	case !v.IsValid():
		return true
	case o.name == "default" || o.name == "db_default":
		return lastName(v.Path()) == "NOT_PROVIDED"
	case o.name == "limit_choices_to" || o.name == "db_collation" || o.name == "width_field" || o.name == "height_field":
		return v.Truth() == eval.No
	case o.name == "validators":
		n, ok := v.Len()
		return ok && n == 0
	case o.def.Kind() == eval.Bool, o.def.Kind() == eval.Str, o.def.Kind() == eval.None:
		return v.Kind() == o.def.Kind() && eval.Equal(v, o.def)
	}
	return eval.Equal(v, o.def)
}

func (d *Deconstructed) set(name string, v eval.Value) {
	for i := range d.Kwargs {
		if d.Kwargs[i].Name == name {
			d.Kwargs[i].Value = v
			return
		}
	}
	d.Kwargs = append(d.Kwargs, eval.Kwarg{Name: name, Value: v})
}

func (d *Deconstructed) remove(name string) {
	d.Kwargs = slices.DeleteFunc(d.Kwargs, func(k eval.Kwarg) bool { return k.Name == name })
}

// deconstructRelation gives the other model of a relation as text.
func (r *registry) deconstructRelation(d *Deconstructed, s *fieldState) {
	d.set("to", r.modelReference(d.Arg("to"), strings.ToLower))
	if through := d.Arg("through"); through.IsValid() && through.Kind() != eval.Str {
		d.set("through", r.modelReference(through, func(name string) string { return name }))
	}
	if swappable := s.arg("swappable"); swappable.IsValid() && swappable.Truth() != eval.Yes {
		d.set("to", d.Arg("to"))
	}
}

// modelReference is "app.Model", with the name written by change, for a model that is given as a class or as text.
func (r *registry) modelReference(v eval.Value, change func(string) string) eval.Value {
	if text, ok := v.AsStr(); ok && v.Kind() != eval.Path {
		app, name, dotted := strings.Cut(text, ".")
		if !dotted {
			return eval.MakeStr(change(text)).WithOrigin(v.Origin())
		}
		return eval.MakeStr(app + "." + change(name)).WithOrigin(v.Origin())
	}
	if m := r.modelOf(v); m != nil && m.label != "" {
		return eval.MakeStr(m.label + "." + change(m.name)).WithOrigin(v.Origin())
	}
	if app, name, ok := r.labelOf(v); ok {
		return eval.MakeStr(app + "." + change(name)).WithOrigin(v.Origin())
	}
	if v.IsUnknown() {
		return v
	}
	return eval.MakeUnknown("the model of a relation is not known: " + v.Repr(80)).WithOrigin(v.Origin())
}

// labelOf is the application and name of a class of the project that is a model because of a base that is not known.
func (r *registry) labelOf(v eval.Value) (app, name string, ok bool) {
	d, defined := v.Written()
	if v.Kind() != eval.Class || !defined {
		return "", "", false
	}
	if meta := v.Attr("Meta"); meta.Kind() == eval.Class {
		if label := meta.Attr("app_label"); label.IsValid() {
			app, ok = label.AsStr()
			return app, lastName(v.Dotted()), ok
		}
	}
	if a := r.containing(d.Module); a != nil && a.Unknown == "" {
		return a.Label, lastName(v.Dotted()), true
	}
	return "", "", false
}

// adaptToVersion makes what versions of Django do differently.
func (r *registry) adaptToVersion(d *Deconstructed) {
	if d.Class == postgresPath+"ArrayField" && r.since(6, 1) {
		if v := d.Arg("size"); v.Kind() == eval.None {
			d.remove("size")
		}
	}
	if !r.since(5, 2) && d.Arg("through_fields").IsValid() {
		d.remove("through_fields")
	}
	if v := d.Arg("validators"); v.Kind() == eval.Tuple {
		d.set("validators", eval.MakeList(v.Elems()...).WithOrigin(v.Origin()))
	}
}

func (r *registry) since(major, minor int) bool {
	v := r.version
	return !v.Known() || v.Major > major || v.Major == major && v.Minor >= minor
}

// normalizeChoices is the list that a field keeps of its choices.
// Source: django/utils/choices.py, normalize_choices; before 5.0 Field.deconstruct, which makes a list of anything iterable.
func (r *registry) normalizeChoices(v eval.Value) eval.Value {
	if !v.IsValid() || v.Kind() == eval.None || v.IsUnknown() {
		return v
	}
	if !r.since(5, 0) {
		if v.Kind() == eval.Tuple {
			return eval.MakeList(v.Elems()...).WithOrigin(v.Origin())
		}
		return v
	}
	return normalizeChoices(v, 0)
}

func normalizeChoices(v eval.Value, depth int) eval.Value {
	if v.Kind() == eval.Class {
		if choices := v.Attr("choices"); choices.IsValid() {
			return choices
		}
		return v
	}
	var pairs []eval.Value
	switch v.Kind() {
	case eval.Dict:
		for _, e := range v.Entries() {
			pairs = append(pairs, eval.MakeTuple(e.Key, e.Value))
		}
		if v.IsOpen() {
			return eval.MakeUnknown("choices of which some are not known").WithOrigin(v.Origin())
		}
	case eval.List, eval.Tuple:
		pairs = v.Elems()
	case eval.Set, eval.Object:
		return eval.MakeUnknown("choices whose order is not known").WithOrigin(v.Origin())
	default:
		return v
	}
	if depth >= 2 {
		return v
	}
	out := make([]eval.Value, 0, len(pairs))
	for _, p := range pairs {
		if p.Kind() == eval.Str {
			return v
		}
		both := p.Elems()
		switch {
		case p.IsUnknown():
			out = append(out, p)
			continue
		case len(both) != 2:
			return v
		}
		out = append(out, eval.MakeTuple(both[0], normalizeChoices(both[1], depth+1)).WithOrigin(p.Origin()))
	}
	return eval.MakeList(out...).WithOrigin(v.Origin())
}
