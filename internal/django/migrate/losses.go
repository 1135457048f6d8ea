package migrate

import "gonogo/internal/django/orm"

// Loss is a field or a model that an operation takes out of the state, so that the code after it cannot use it any more: what it removes,
// or what has another name from then on.
type Loss struct {
	Operation *Operation // of the list of the migration
	// App is the label of the application, Model the model's key before the operation, Class the name of its class.
	App, Model, Class string
	// Field is the name of the field, "" for the whole model; Now its new name, or that of the model, "" for what is removed.
	Field, Now string
	// Names are the names under which queries and rows know it, by the keys of models: its own, and that at the other end of a relation.
	Names []NameOf
	// Table and Column are what goes in the database, for what Drops tells.
	Table, Column string
	// Made says which migration made the table or the field, the zero Key where that is not known.
	Made Key
}

// NameOf is a name that queries and rows of a model know.
type NameOf struct{ Model, Name string }

// Losses are what a migration takes out of the state, in order.
func (m *Migrations) Losses(x *Migration) []Loss { return m.losses[x.Key] }

// lose notes what an operation takes out of the state, before it does.
func (l *loader) lose(x *Migration, o *Operation) {
	list := []*Operation{o}
	if o.Kind == "SeparateDatabaseAndState" || o.Kind == "RunSQL" {
		list = o.State
	}
	for _, inner := range list {
		model := l.m.State.Models[x.App+"."+inner.Model]
		if model == nil || inner.Unknown != "" {
			continue
		}
		loss := Loss{Operation: o, App: x.App, Model: model.Key(), Class: model.Name, Made: l.m.created[model.Key()]}
		switch inner.Kind {
		case "RemoveField", "RenameField":
			f := model.Field(inner.Name)
			if f == nil {
				continue
			}
			loss.Field = f.Name
			loss.Now, _ = inner.Arg("new_name").AsStr()
			if made, ok := l.m.fieldMade[model.Key()+"."+f.Name]; ok {
				loss.Made = made
			}
			loss.Names = namesOf(model, f)
			if inner.Kind == "RenameField" {
				loss.Names = ownNames(model, f)
			}
		case "DeleteModel", "RenameModel":
			loss.Now, _ = inner.Arg("new_name").AsStr()
			for i := range model.Fields {
				loss.Names = append(loss.Names, reverseNames(model, &model.Fields[i])...)
			}
		default:
			continue
		}
		l.m.losses[x.Key] = append(l.m.losses[x.Key], loss)
	}
}

// ownNames are the names of a field on its own model.
func ownNames(model *orm.ModelState, f *orm.Field) []NameOf {
	names := []NameOf{{model.Key(), f.Name}}
	if f.Relation && !isManyToMany(f) {
		names = append(names, NameOf{model.Key(), f.Name + "_id"})
	}
	return names
}

func namesOf(model *orm.ModelState, f *orm.Field) []NameOf {
	return append(ownNames(model, f), reverseNames(model, f)...)
}

// reverseNames are the names of a relation at the model that it points to.
func reverseNames(model *orm.ModelState, f *orm.Field) []NameOf {
	accessor, query, ok := f.Reverse(model)
	key := targetKey(model, f)
	if !ok || key == "" {
		return nil
	}
	names := []NameOf{{key, accessor}}
	if query != accessor {
		names = append(names, NameOf{key, query})
	}
	return names
}
