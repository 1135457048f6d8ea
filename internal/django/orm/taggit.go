package orm

import (
	"strings"

	"gonogo/internal/python/eval"
)

const (
	// TaggableManagerPath is the field of django-taggit: a many-to-many relation whose table is always a model of its own.
	TaggableManagerPath = "taggit.managers.TaggableManager"
	taggedItem          = "taggit.TaggedItem" // the model of its table where none is given
	taggedItemTag       = "taggit.tag"
)

// taggitFields are the field classes of django-taggit. What they deconstruct to hangs on models, which the fields of other packages leave to
// their source.
// Source: taggit/managers.py, TaggableManager.__init__ and deconstruct, 1.0 to 6.1.
func taggitFields() []fieldSpec {
	return []fieldSpec{{name: TaggableManagerPath, relation: true, column: eval.No,
		params: []string{"verbose_name", "help_text", "through", "blank", "related_name", "to", "ordering", "manager"},
		preset: []preset{{name: "verbose_name", value: eval.MakeStr("Tags")}, {name: "help_text", value: eval.MakeStr("A comma-separated list of tags.")}},
		own:    []option{always("through", eval.Value{}), always("to", eval.Value{})}}}
}

func (k *fieldClass) isTaggable() bool { return k.isA(TaggableManagerPath) }

// deconstructTaggable names the models of a TaggableManager. That of the tags is known here where it is given or the default.
func (r *registry) deconstructTaggable(d *Deconstructed, s *fieldState) {
	through, to := d.Arg("through"), d.Arg("to")
	switch {
	case !given(through):
		d.set("through", eval.MakeStr(taggedItem))
	case through.Kind() != eval.Str:
		d.set("through", r.modelReference(through, func(name string) string { return name }))
	}
	switch {
	case given(to):
		d.set("to", r.modelReference(to, strings.ToLower))
	case !given(through):
		d.set("to", eval.MakeStr(taggedItemTag))
	default:
		d.set("to", eval.MakeUnknown("the model of the tags is what the table's model points to"))
	}
}

// fillIn gives a field what its copy has, which is made from the arguments that deconstruct() gives: an empty help_text becomes the default again.
func (f *Field) fillIn(class *fieldClass) {
	for _, p := range class.preset {
		if !f.Arg(p.name).IsValid() {
			f.set(p.name, p.value)
		}
	}
}

// given reports whether an argument has a value that Python takes for true.
func given(v eval.Value) bool {
	return v.IsValid() && v.Truth() != eval.No
}

// tagModel is the model of the tags of a TaggableManager that does not name it: what the field "tag" of its table's model points to.
// Source: taggit/managers.py, TaggableManager.post_through_setup.
func (r *registry) tagModel(f *Field) {
	through, _ := f.Arg("through").AsStr()
	app, name, _ := strings.Cut(through, ".")
	table := r.find(app, name)
	if table == nil {
		return
	}
	for _, b := range table.local {
		if b.name != "tag" || b.state == nil || !b.state.class.relation {
			continue
		}
		if to := r.target(table, b.state.arg("to")); to != nil && to.label != "" {
			f.set("to", eval.MakeStr(key(to.label, to.name)).WithOrigin(f.Arg("through").Origin()))
		}
	}
}
