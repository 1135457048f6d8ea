package orm

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Models is everything that was found of a project's models.
type Models struct {
	Apps []App
	// State is what django.db.migrations.state.ProjectState.from_apps would give, for the applications of the project and of Django.
	State *State
	// All are the concrete, abstract and proxy models of the project in order of definition.
	All []*Model
	// Undecided says why there can be more models than State has, by application label ("" for any).
	Undecided map[string]string
	// Failures are the modules that could not be imported to their end.
	Failures []Failure
}

// Failure is a module that could not be imported to its end, with the reason.
type Failure struct {
	Module string
	Reason string
	At     source.Span
}

// Model is one class that is a model.
type Model struct {
	App      string // label, "" when it has none
	Name     string
	Class    eval.Value
	Abstract bool
	Proxy    bool
	Managed  bool
	// State is nil for abstract models.
	State *ModelState
	// Table is db_table as Django makes it; "" for abstract models and when it is not known.
	Table string
	At    source.Span
}

// App is an application by its label, or nil.
func (m *Models) App(label string) *App {
	for i := range m.Apps {
		if m.Apps[i].Label == label {
			return &m.Apps[i]
		}
	}
	return nil
}

func key(app, model string) string { return app + "." + strings.ToLower(model) }

// Reverse are the names of a relation at the model that it points to: the accessor of its rows, and the name in queries. ok is false for a
// relation without one, and where it is not known. Source: ForeignObjectRel.get_accessor_name and related_query_name of Django.
func (f *Field) Reverse(of *ModelState) (accessor, query string, ok bool) {
	if !f.Relation {
		return "", "", false
	}
	lower := strings.ToLower(of.Name)
	accessor, query = lower+"_set", lower
	if strings.HasSuffix(f.Kind, ".OneToOneField") {
		accessor = lower
	}
	if v := f.Arg("related_name"); v.IsValid() {
		name, known := v.AsStr()
		if !known || strings.HasSuffix(name, "+") || f.Auto {
			return "", "", false
		}
		name = strings.NewReplacer("%(class)s", lower, "%(model_name)s", lower, "%(app_label)s", of.App).Replace(name)
		accessor, query = name, name
	}
	if v, known := f.Arg("related_query_name").AsStr(); known {
		query = v
	}
	return accessor, query, true
}
