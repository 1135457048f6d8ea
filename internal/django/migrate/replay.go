package migrate

import (
	"slices"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
)

// replay applies the operations of all migrations to an empty state.
func (l *loader) replay() {
	l.renamed, l.unchecked = map[string]string{}, map[string]bool{}
	if l.m.Graph.Cycle != nil {
		for _, k := range l.m.Graph.Cycle {
			l.doubt(k.App, "the migrations depend on each other in a circle")
		}
		return
	}
	for _, a := range l.m.Apps {
		if a.Unknown != "" {
			l.doubt(a.Label, a.Unknown)
		}
		for _, x := range a.Migrations {
			if x.Unlinked != "" {
				l.doubt(a.Label, x.String()+": "+x.Unlinked)
			}
		}
	}
	for _, key := range l.m.Graph.Plan() {
		x := l.m.All[key]
		if x.Unknown != "" {
			l.doubt(key.App, key.String()+": "+x.Unknown)
		}
		for _, o := range x.Operations {
			l.step++
			l.lose(x, o)
			l.effects(x, o)
			l.apply(x, []*Operation{o})
			l.noteTables(x, o)
		}
	}
}

// doubt notes why the state of an application is not known; the first reason stays.
func (l *loader) doubt(app, reason string) {
	if l.m.Undecided[app] == "" {
		l.m.Undecided[app] = reason
	}
}

func (l *loader) apply(x *Migration, operations []*Operation) {
	for _, o := range operations {
		if reason := l.forward(x, o); reason != "" {
			l.doubt(x.App, x.String()+": "+reason)
		}
	}
}

// forward is Operation.state_forwards. reason says why the state is not known after it.
func (l *loader) forward(x *Migration, o *Operation) (reason string) {
	switch {
	case o.Unknown != "" && o.Kind == "" && o.Model != "" && l.m.State.Models[x.App+"."+o.Model] != nil:
		// It is about one model, and so is the doubt.
		s := l.m.State.Models[x.App+"."+o.Model]
		s.Undecided, s.UndecidedOptions = o.Unknown, o.Unknown
		return ""
	case o.Unknown != "":
		return o.Unknown
	case o.Kind == "" || hasNoState(o.Kind):
		return ""
	}
	switch o.Kind {
	case "SeparateDatabaseAndState", "RunSQL":
		l.apply(x, o.State)
		return ""
	case "CreateModel":
		return l.createModel(x, o)
	}
	key := x.App + "." + o.Model
	model := l.m.State.Models[key]
	if model == nil {
		return "it is about " + key + ", which no migration before it makes"
	}
	switch o.Kind {
	case "DeleteModel":
		delete(l.m.State.Models, key)
		return ""
	case "RenameModel":
		return l.renameModel(model, o)
	case "AddField", "AlterField", "RemoveField", "RenameField":
		return l.changeField(model, o)
	case "AddIndex", "RemoveIndex", "RenameIndex":
		return l.changeIndex(model, o)
	case "AddConstraint", "RemoveConstraint", "AlterConstraint":
		return l.changeConstraint(model, o)
	}
	return l.changeOption(model, o)
}

func (l *loader) createModel(x *Migration, o *Operation) string {
	name, _ := o.Arg("name").AsStr()
	s := &orm.ModelState{App: x.App, Name: name, At: o.At, Options: map[string]eval.Value{}}
	fields := o.Arg("fields")
	if k := fields.Kind(); k != eval.List && k != eval.Tuple {
		s.Undecided = "the fields of CreateModel are not known"
	}
	for _, pair := range fields.Elems() {
		parts := pair.Elems()
		if len(parts) != 2 {
			s.Undecided = "a field of CreateModel is not known"
			continue
		}
		field, ok := parts[0].AsStr()
		if !ok {
			s.Undecided = "the name of a field of CreateModel is not known"
			continue
		}
		s.Fields = append(s.Fields, l.ORM.NormalizeField(l.Session, field, parts[1]))
	}
	l.options(s, o.Arg("options"))
	for _, b := range o.Arg("bases").Elems() {
		if text, ok := b.AsStr(); ok {
			s.Bases = append(s.Bases, orm.Base{Model: strings.ToLower(text)})
			continue
		}
		s.Bases = append(s.Bases, orm.Base{Class: b.Path()})
	}
	if v := o.Arg("managers"); v.IsValid() {
		s.Managers = readManagers(v)
	}
	l.m.State.Models[s.Key()] = s
	return ""
}

// options takes the options of CreateModel.
func (l *loader) options(s *orm.ModelState, options eval.Value) {
	if !options.IsValid() || options.Kind() == eval.None {
		return
	}
	if options.Kind() != eval.Dict || options.IsOpen() {
		s.UndecidedOptions = "the options of CreateModel are not known"
	}
	for _, e := range options.Entries() {
		name, _ := e.Key.AsStr()
		switch name {
		case "indexes":
			for _, v := range e.Value.Elems() {
				s.Indexes = append(s.Indexes, l.ORM.NormalizeIndex(v))
			}
		case "constraints":
			for _, v := range e.Value.Elems() {
				s.Checks = append(s.Checks, l.ORM.NormalizeConstraint(v))
			}
		default:
			s.Options[name] = option(name, e.Value)
			continue
		}
		if e.Value.IsUnknown() || e.Value.IsOpen() {
			s.UndecidedOptions = "the " + name + " of CreateModel are not known"
		}
	}
}

func option(name string, v eval.Value) eval.Value {
	if name == "unique_together" || name == "index_together" {
		return orm.NormalizeTogether(v)
	}
	return v
}

// readManagers are the pairs of names and managers of a migration.
func readManagers(v eval.Value) []orm.Manager {
	if v.Kind() != eval.List && v.Kind() != eval.Tuple {
		return []orm.Manager{{Deconstructed: orm.Deconstructed{Unknown: "the managers are not known"}}}
	}
	var out []orm.Manager
	for _, pair := range v.Elems() {
		parts := pair.Elems()
		if len(parts) != 2 {
			out = append(out, orm.Manager{Deconstructed: orm.Deconstructed{Unknown: "a manager is not known"}})
			continue
		}
		name, _ := parts[0].AsStr()
		out = append(out, orm.NormalizeManager(name, parts[1]))
	}
	return out
}

func (l *loader) renameModel(model *orm.ModelState, o *Operation) string {
	name, ok := o.Arg("new_name").AsStr()
	if !ok {
		return "the new name of a model is not known"
	}
	old := model.Key()
	delete(l.m.State.Models, old)
	model.Name = name
	now := model.Key()
	l.m.State.Models[now] = model
	for _, s := range l.m.State.Models {
		for i := range s.Fields {
			f := &s.Fields[i]
			if !f.Relation {
				continue
			}
			f.Kwargs = slices.Clone(f.Kwargs)
			for k := range f.Kwargs {
				text, isText := f.Kwargs[k].Value.AsStr()
				if !isText || !refersTo(text, s, old) {
					continue
				}
				switch f.Kwargs[k].Name {
				case "to":
					f.Kwargs[k].Value = eval.MakeStr(now).WithOrigin(f.Kwargs[k].Value.Origin())
				case "through":
					f.Kwargs[k].Value = eval.MakeStr(model.App + "." + name).WithOrigin(f.Kwargs[k].Value.Origin())
				}
			}
		}
	}
	return ""
}

// refersTo reports whether the text of a relation of a model means another one. "self" does too: Django writes the new name then.
func refersTo(text string, s *orm.ModelState, key string) bool {
	switch {
	case text == "self":
		return s.Key() == key
	case !strings.Contains(text, "."):
		return s.App+"."+strings.ToLower(text) == key
	}
	app, name, _ := strings.Cut(text, ".")
	return app+"."+strings.ToLower(name) == key
}

func (l *loader) changeField(model *orm.ModelState, o *Operation) string {
	at := slices.IndexFunc(model.Fields, func(f orm.Field) bool { return f.Name == o.Name })
	if o.Name == "" {
		return "the name of a field is not known"
	}
	if at < 0 && o.Kind != "AddField" {
		if model.Undecided != "" {
			return ""
		}
		return "it is about the field " + o.Name + " of " + model.Key() + ", which no migration before it makes"
	}
	switch o.Kind {
	case "RemoveField":
		model.Fields = slices.Delete(slices.Clone(model.Fields), at, at+1)
		return ""
	case "RenameField":
		name, ok := o.Arg("new_name").AsStr()
		if !ok {
			return "the new name of a field is not known"
		}
		l.renameField(model, at, name)
		return ""
	}
	f := l.ORM.NormalizeField(l.Session, o.Name, o.Arg("field"))
	if v := o.Arg("preserve_default"); v.IsValid() && v.Truth() != eval.Yes {
		f.Kwargs = slices.DeleteFunc(slices.Clone(f.Kwargs), func(k eval.Kwarg) bool { return k.Name == "default" })
		if v.Truth() == eval.Maybe {
			f.Unknown = "preserve_default is not known"
		}
	}
	if at < 0 {
		model.Fields = append(model.Fields, f)
	} else {
		model.Fields[at] = f
	}
	return ""
}

// renameField is ProjectState.rename_field.
func (l *loader) renameField(model *orm.ModelState, at int, name string) {
	f := model.Fields[at]
	old := f.Name
	f.Name = name
	model.Fields = append(slices.Delete(slices.Clone(model.Fields), at, at+1), f)
	for _, option := range []string{"unique_together", "index_together"} {
		if v, ok := model.Options[option]; ok {
			model.Options[option] = renamedTogether(v, old, name)
		}
	}
	for _, s := range l.m.State.Models {
		for i := range s.Fields {
			f := &s.Fields[i]
			to, _ := f.Arg("to").AsStr()
			if field, ok := f.Arg("to_field").AsStr(); ok && f.Relation && field == old && refersTo(to, s, model.Key()) {
				f.Kwargs = slices.Clone(f.Kwargs)
				for k := range f.Kwargs {
					if f.Kwargs[k].Name == "to_field" {
						f.Kwargs[k].Value = eval.MakeStr(name)
					}
				}
			}
		}
	}
}

// renamedTogether is a set of groups of names with one of them renamed.
func renamedTogether(v eval.Value, old, name string) eval.Value {
	if v.Kind() != eval.Set || v.IsOpen() {
		return v
	}
	var groups []eval.Value
	for _, group := range v.Elems() {
		var names []eval.Value
		for _, e := range group.Elems() {
			if text, ok := e.AsStr(); ok && text == old {
				e = eval.MakeStr(name)
			}
			names = append(names, e)
		}
		groups = append(groups, eval.MakeTuple(names...))
	}
	return eval.MakeSet(groups...)
}

func (l *loader) changeIndex(model *orm.ModelState, o *Operation) string {
	model.Indexes = slices.Clone(model.Indexes)
	switch o.Kind {
	case "AddIndex":
		model.Indexes = append(model.Indexes, l.ORM.NormalizeIndex(o.Arg("index")))
	case "RemoveIndex":
		model.Indexes = slices.DeleteFunc(model.Indexes, func(x orm.Index) bool { return x.Name == o.Name })
	case "RenameIndex":
		name, ok := o.Arg("new_name").AsStr()
		if !ok {
			return "the new name of an index is not known"
		}
		if fields := o.Arg("old_fields"); fields.IsValid() && fields.Kind() != eval.None {
			return nameTogether(model, fields, name)
		}
		for i := range model.Indexes {
			if x := &model.Indexes[i]; x.Name == o.Name {
				x.Name, x.Kwargs = name, slices.Clone(x.Kwargs)
				for k := range x.Kwargs {
					if x.Kwargs[k].Name == "name" {
						x.Kwargs[k].Value = eval.MakeStr(name)
					}
				}
			}
		}
	}
	return ""
}

// nameTogether makes an index with a name of a group of index_together.
func nameTogether(model *orm.ModelState, fields eval.Value, name string) string {
	list := eval.MakeList(fields.Elems()...)
	model.Indexes = append(model.Indexes, orm.Index{Name: name, Deconstructed: orm.Deconstructed{Class: "django.db.models.Index",
		Kwargs: []eval.Kwarg{{Name: "fields", Value: list}, {Name: "name", Value: eval.MakeStr(name)}}, At: fields.At()}})
	together := model.Options["index_together"]
	var groups []eval.Value
	for _, group := range together.Elems() {
		if orm.SameValue(eval.MakeTuple(fields.Elems()...), group) != eval.Yes {
			groups = append(groups, group)
		}
	}
	if together.Kind() == eval.Set {
		model.Options["index_together"] = eval.MakeSet(groups...)
	}
	return ""
}

func (l *loader) changeConstraint(model *orm.ModelState, o *Operation) string {
	model.Checks = slices.Clone(model.Checks)
	switch o.Kind {
	case "AddConstraint":
		model.Checks = append(model.Checks, l.ORM.NormalizeConstraint(o.Arg("constraint")))
	case "RemoveConstraint":
		model.Checks = slices.DeleteFunc(model.Checks, func(c orm.Constraint) bool { return c.Name == o.Name })
	case "AlterConstraint":
		for i := range model.Checks {
			if model.Checks[i].Name == o.Name {
				model.Checks[i] = l.ORM.NormalizeConstraint(o.Arg("constraint"))
			}
		}
	}
	return ""
}

// alterOptionKeys are the options that AlterModelOptions is about.
// Source: django/db/migrations/operations/models.py, AlterModelOptions.ALTER_OPTION_KEYS.
func alterOptionKeys() []string {
	return []string{"base_manager_name", "default_manager_name", "default_related_name", "get_latest_by", "managed", "ordering", "permissions",
		"default_permissions", "select_on_save", "verbose_name", "verbose_name_plural"}
}

func (l *loader) changeOption(model *orm.ModelState, o *Operation) string {
	switch o.Kind {
	case "AlterModelTable":
		model.Options["db_table"] = o.Arg("table")
	case "AlterModelTableComment":
		model.Options["db_table_comment"] = o.Arg("table_comment")
	case "AlterUniqueTogether":
		model.Options["unique_together"] = orm.NormalizeTogether(o.Arg("unique_together"))
	case "AlterIndexTogether":
		model.Options["index_together"] = orm.NormalizeTogether(o.Arg("index_together"))
	case "AlterOrderWithRespectTo":
		model.Options["order_with_respect_to"] = o.Arg("order_with_respect_to")
	case "AlterModelManagers":
		model.Managers = readManagers(o.Arg("managers"))
	case "AlterModelOptions":
		options := o.Arg("options")
		if options.Kind() != eval.Dict || options.IsOpen() {
			model.UndecidedOptions = "the options of AlterModelOptions are not known"
			return ""
		}
		for _, name := range alterOptionKeys() {
			delete(model.Options, name)
		}
		for _, e := range options.Entries() {
			name, _ := e.Key.AsStr()
			model.Options[name] = option(name, e.Value)
		}
	default:
		return "an operation that is not understood: " + o.Class
	}
	return ""
}
