// Package migrate is what Django's migrations say: their graph, the state of the models that they lead to, and how that differs from the
// models of the code.
package migrate

import (
	"gonogo/internal/django/orm"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Key names a migration: ("shop", "0002_price").
type Key struct{ App, Name string }

// String is "shop.0002_price".
func (k Key) String() string { return k.App + "." + k.Name }

// Migrations are the migrations of a project's applications, and what follows from them.
type Migrations struct {
	// Apps are the applications whose migrations are read, in the order of INSTALLED_APPS.
	Apps []*App
	// All are the migrations by their keys, those that a squashed one replaces among them.
	All map[Key]*Migration
	// Graph is the order in which they are applied to an empty database.
	Graph *Graph
	// State is what they lead to.
	State *orm.State
	// Undecided says why State is not known for an application, by its label.
	Undecided map[string]string
	// Changes are what makemigrations would write.
	Changes []Change
	// Doubts are the models for which it is not known whether something changed.
	Doubts []Doubt
	// created are the migrations that made the tables of models, by their keys (renamed ones by both), as of the operation that is replayed: a
	// key can pass to another table. tables are the models by their tables, makers who made the tables that had a name, in order.
	created map[string]Key
	tables  map[string]string
	makers  map[string][]maker
	// fieldMade are the migrations that added a field after the table was made, by "shop.product.note".
	fieldMade map[string]Key
	// forgotten are the migrations that take a field out of the state and leave its column, by "shop.product.note".
	forgotten map[string]Key
	losses    map[Key][]Loss
	django    knowledge.Version
	// Failure says why nothing of this is known (INSTALLED_APPS is not known), "" when it is.
	Failure string
	// Partial says why there can be more applications than Apps (an entry of INSTALLED_APPS is not known), "" when there can't be.
	Partial string
}

// App is one application with its migrations.
type App struct {
	Label  string
	Module string // dotted, of the package of migrations
	Dir    string // its folder, relative to the tree
	// HasModels says that the application has models that migrations are for.
	HasModels  eval.Tri
	Migrations []*Migration // sorted by name
	// Unmigrated says that Django takes the application for one without migrations: there is no such package, or it is switched off.
	Unmigrated bool
	// Off says that MIGRATION_MODULES switches them off.
	Off bool
	// Empty says that the package has no Python file but __init__.py.
	Empty bool
	// Project says that the application is the project's code.
	Project bool
	// Unknown says why its migrations cannot be read, "" when they can.
	Unknown string
	At      source.Span // in INSTALLED_APPS
}

// Migration is one file.
type Migration struct {
	Key
	Module       string
	File         *source.File
	At           source.Span // the name of the class, else the beginning of the file
	Dependencies []Dependency
	RunBefore    []Dependency
	Replaces     []Key
	Initial      eval.Tri
	Atomic       eval.Tri // Yes by default
	Operations   []*Operation
	// Unknown says why its operations are not all known, Unlinked why its dependencies are not; "" when they are.
	Unknown, Unlinked string
}

// Dependency is one migration that another one names.
type Dependency struct {
	Key
	At source.Span
}

// Change is an operation that no migration holds.
type Change struct {
	App   string // label
	Model string // in lower case
	// Kind is the operation that Django would write: "AddField".
	Kind string
	// Name is the field, index or constraint, "" where the operation is about none.
	Name string
	// Text is the operation as Django describes it: "Add field price to product".
	Text string
	At   source.Span // in the models, else in the migration that has it
	// Schema says that the database lacks something without it: tables, columns, indexes, constraints. It is false for what Django alone
	// knows of, like verbose_name and choices.
	Schema bool
}

// Doubt is a model of which it is not known whether something changed.
type Doubt struct {
	App, Model string // Model is "" for a whole application
	Reason     string // one clause
	At         source.Span
}

// App is an application by its label, or nil.
func (m *Migrations) App(label string) *App {
	for _, a := range m.Apps {
		if a.Label == label {
			return a
		}
	}
	return nil
}
