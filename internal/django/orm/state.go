// Package orm is what Django's ORM sees of a project: its applications and models, in the form in which the autodetector of migrations
// compares them.
package orm

import (
	"slices"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// State is django.db.migrations.state.ProjectState: models by "app_label.modelname" in lower case.
type State struct {
	Models map[string]*ModelState
}

// Keys are the keys of the models, sorted.
func (s *State) Keys() []string {
	keys := make([]string, 0, len(s.Models))
	for key := range s.Models {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// ModelState is django.db.migrations.state.ModelState: one model, in the form that a migration holds.
type ModelState struct {
	App      string // app_label
	Name     string // as written, "OrderLine"
	Fields   []Field
	Options  map[string]eval.Value // as Django's options: without those that are at their defaults; never "indexes" and "constraints"
	Indexes  []Index
	Checks   []Constraint // options["constraints"]
	Bases    []Base
	Managers []Manager   // those that migrations keep
	At       source.Span // the name in the class statement, or the operation
	// Undecided says why the model can have more fields, or others, than Fields (a base class from a package that cannot be read);
	// "" when it can't. UndecidedOptions likewise.
	Undecided, UndecidedOptions string
	// UndecidedManagers says why Managers are not known, "" when they are.
	UndecidedManagers string
}

// Key is "app_label.modelname" in lower case.
func (m *ModelState) Key() string { return key(m.App, m.Name) }

// Field is a field by name, or nil.
func (m *ModelState) Field(name string) *Field {
	for i := range m.Fields {
		if m.Fields[i].Name == name {
			return &m.Fields[i]
		}
	}
	return nil
}

// Deconstructed is an object as its deconstruct() tells it: what a migration writes of it.
type Deconstructed struct {
	// Class is the dotted path that Django writes: "django.db.models.CharField", "phonenumber_field.modelfields.PhoneNumberField".
	Class  string
	Args   []eval.Value
	Kwargs []eval.Kwarg // in order of their names
	At     source.Span  // the expression that made it
	// Unknown says why Args and Kwargs are not what deconstruct() gives; "" when they are. A single argument of which nothing is known
	// is an Unknown among them and leaves this empty.
	Unknown string
}

// Arg is an argument by name; the invalid Value when it has none.
func (d *Deconstructed) Arg(name string) eval.Value {
	for _, k := range d.Kwargs {
		if k.Name == name {
			return k.Value
		}
	}
	return eval.Value{}
}

// Field is one field of a model.
type Field struct {
	Name string
	Deconstructed
	// Relation says that it points to another model (ForeignKey, OneToOneField, ManyToManyField and what inherits from them).
	Relation bool
	// Column says that the table has a column for it (not so ManyToManyField, and some fields of packages); Maybe when it is not known.
	Column eval.Tri
	// Swappable is the setting that names the model to which it points ("AUTH_USER_MODEL"), "" when none does. Arg("to") is then the
	// model, as in any other relation.
	Swappable string
	// Kind is the class of Django that it is, or inherits from: "django.db.models.CharField"; "" when that is not known.
	Kind string
	// LikelyTo is the model to which a relation to a class of a package that is not there likely points, "app.model"; "" for all others.
	LikelyTo string
	// Cloned says that the arguments are those of a copy, as Django makes one of each field of a model before it compares.
	Cloned bool
	// Auto says that no code of the project wrote it: the automatic primary key, the pointer to a parent's table, _order.
	Auto bool
	// Value is the field object; invalid for one that was not written.
	Value eval.Value
}

// Index is an index of a model, with its name.
type Index struct {
	Name string
	Deconstructed
}

// Constraint is a constraint of a model, with its name.
type Constraint struct {
	Name string
	Deconstructed
}

// Base is a base class of a model: another model by its key, or a class by its dotted path. Exactly one is given.
type Base struct {
	Model string // "app_label.modelname" in lower case
	Class string // "django.db.models.Model", "shop.mixins.Stamped"
}

// Manager is a manager that migrations keep (use_in_migrations).
type Manager struct {
	Name string
	Deconstructed
}

// App is one application of INSTALLED_APPS.
type App struct {
	Label  string
	Module string // dotted, of the application's package
	Entry  string // as it stands in INSTALLED_APPS
	Dir    string // its folder relative to the tree, "" when it is no application of the project
	// Config is the class that configures it; invalid when it has none of its own, or none that can be read.
	Config eval.Value
	// DefaultAutoField is the class of automatic primary keys, as a dotted path; "" when it is not known.
	DefaultAutoField string
	VerboseName      string
	// Project says that its code is the project's.
	Project bool
	// Unknown says why Label and the rest are not known, "" when they are.
	Unknown string
	At      source.Span // in INSTALLED_APPS
}
