package migrate

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// fields compares the fields.
func (d *detector) fields(old, now *orm.ModelState) {
	undecided := first(old.Undecided, now.Undecided)
	if undecided != "" {
		d.doubt(now, undecided)
	}
	for i := range old.Fields {
		f := &old.Fields[i]
		if now.Field(f.Name) != nil || now.Undecided != "" {
			continue
		}
		if f.Unknown != "" {
			d.doubt(now, "whether the field "+f.Name+" is still there is not known: "+f.Unknown)
		} else {
			d.add(now, "RemoveField", f.Name, fmt.Sprintf("Remove field %s from %s", f.Name, lower(now)), now.At)
		}
	}
	for i := range now.Fields {
		f := &now.Fields[i]
		before := old.Field(f.Name)
		switch {
		case before == nil && old.Undecided == "":
			d.add(now, "AddField", f.Name, fmt.Sprintf("Add field %s to %s", f.Name, lower(now)), fieldAt(f, now))
		case before != nil:
			d.field(before, f, now)
		}
	}
}

func fieldAt(f *orm.Field, s *orm.ModelState) source.Span {
	if !f.At.IsZero() {
		return f.At
	}
	return s.At
}

// field compares one field.
func (d *detector) field(old, now *orm.Field, model *orm.ModelState) {
	switch d.sameField(old, now, model) {
	case eval.Maybe:
		reason := "whether the field " + now.Name + " changed is not known"
		if why := first(now.Unknown, old.Unknown); why != "" {
			reason += ": " + why
		}
		d.doubt(model, reason)
	case eval.No:
		if isManyToMany(old) != isManyToMany(now) {
			d.add(model, "RemoveField", now.Name, fmt.Sprintf("Remove field %s from %s", now.Name, lower(model)), fieldAt(now, model))
			d.add(model, "AddField", now.Name, fmt.Sprintf("Add field %s to %s", now.Name, lower(model)), fieldAt(now, model))
			return
		}
		d.add(model, "AlterField", now.Name, fmt.Sprintf("Alter field %s on %s", now.Name, lower(model)), fieldAt(now, model))
		if onlyDjango(old, now) {
			d.m.Changes[len(d.m.Changes)-1].Schema = false
		}
	}
}

func isManyToMany(f *orm.Field) bool {
	return f.Kind == "django.db.models.ManyToManyField" || f.Kind == orm.TaggableManagerPath
}

// sameField compares two fields. Objects of classes that are not known are the same when they are made in the same way.
func (d *detector) sameField(old, now *orm.Field, model *orm.ModelState) eval.Tri {
	if old.Unknown != "" && now.Unknown != "" && old.Class == now.Class && old.Class != "" {
		a, b := old.Deconstructed, now.Deconstructed
		a.Unknown, b.Unknown = "", ""
		if old.Value.Kind() == eval.Object && now.Value.Kind() == eval.Object && orm.SameDeconstructed(&a, &b) == eval.Yes {
			return eval.Yes
		}
		return eval.Maybe
	}
	same := orm.SameField(old, now)
	if same == eval.Maybe && madeAlike(old, now) {
		return eval.Yes
	}
	if same == eval.No && !now.Cloned && now.Value.ClassOf().Attr("__init__").IsPython() && d.sameButLeftOut(old, now) {
		return eval.Maybe
	}
	if v := d.Version; same == eval.No && v.Known() && v.Major < 4 && strings.Contains(textOf(now.Arg("related_name")), "%(") {
		return d.sameFilledIn(old, now, model)
	}
	if same == eval.Maybe && now.LikelyTo != "" && now.Arg("to").IsUnknown() {
		likely := *now
		likely.Kwargs = replaced(now.Kwargs, "to", eval.MakeStr(now.LikelyTo))
		if orm.SameField(old, &likely) == eval.Yes {
			return eval.Yes // the migration says what the application is called
		}
	}
	if same == eval.No && old.Relation && now.Relation && d.renamedElsewhere(old, now) {
		return eval.Maybe
	}
	return same
}

// madeAlike reports whether two fields of one class were made with the same arguments, so that they deconstruct to the same, whatever that is.
func madeAlike(old, now *orm.Field) bool {
	class := now.Value.ClassOf()
	if old.Value.Kind() != eval.Object || !eval.Same(old.Value.ClassOf(), class) || class.Attr("contribute_to_class").IsPython() {
		return false
	}
	a, b := orm.Deconstructed{Class: now.Class}, orm.Deconstructed{Class: now.Class}
	a.Args, a.Kwargs = old.Value.Args()
	b.Args, b.Kwargs = now.Value.Args()
	return len(a.Args)+len(a.Kwargs) > 0 && orm.SameDeconstructed(&a, &b) == eval.Yes
}

// sameFilledIn compares a field whose related_name has places for the names of the model: before Django 4.0 deconstruct() gives it filled in.
// Source: django/db/models/fields/related.py, RelatedField.contribute_to_class.
func (d *detector) sameFilledIn(old, now *orm.Field, model *orm.ModelState) eval.Tri {
	name := strings.NewReplacer("%(class)s", lower(model), "%(model_name)s", lower(model), "%(app_label)s", strings.ToLower(model.App)).
		Replace(textOf(now.Arg("related_name")))
	filled := *now
	filled.Kwargs = replaced(now.Kwargs, "related_name", eval.MakeStr(name))
	if orm.SameField(old, &filled) == eval.Yes {
		return eval.Yes
	}
	return eval.Maybe
}

// replaced are arguments with another value for one of them.
func replaced(kwargs []eval.Kwarg, name string, v eval.Value) []eval.Kwarg {
	kwargs = slices.Clone(kwargs)
	for i := range kwargs {
		if kwargs[i].Name == name {
			kwargs[i].Value = v
		}
	}
	return kwargs
}

// sameButLeftOut reports whether two fields differ in nothing but arguments that deconstruct() leaves out now. Django makes the field anew from
// what deconstruct() gives, and a constructor of the project may fill them in then.
// Source: django/db/migrations/state.py, ModelState.from_model, which clones each field.
func (d *detector) sameButLeftOut(old, now *orm.Field) bool {
	a, b := old.Deconstructed, now.Deconstructed
	a.Kwargs = slices.DeleteFunc(slices.Clone(a.Kwargs), func(k eval.Kwarg) bool { return !b.Arg(k.Name).IsValid() })
	return orm.SameDeconstructed(&a, &b) != eval.No
}

// renamedElsewhere reports whether a relation points to another model now, and the one before is of an application whose migrations are not
// read: they may have renamed it.
func (d *detector) renamedElsewhere(old, now *orm.Field) bool {
	a, _ := old.Arg("to").AsStr()
	b, _ := now.Arg("to").AsStr()
	app, _, dotted := strings.Cut(a, ".")
	if a == b || !dotted {
		return false
	}
	known := d.m.App(app)
	return known == nil || known.Unknown != "" || d.m.Undecided[app] != ""
}
