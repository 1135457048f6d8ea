package migrate

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/knowledge"
	"gonogo/internal/pgsql"
	"gonogo/internal/python/eval"
)

// Phase is the place of an operation in a release that goes on while the old one still serves.
type Phase string

// The phases.
const (
	Expand    Phase = "expand"   // adds what the old release does not use
	Data      Phase = "data"     // changes rows
	Contract  Phase = "contract" // takes away or narrows what the old release uses
	StateOnly Phase = "state"    // changes what Django knows, and nothing in the database
	Unclear   Phase = "unknown"
)

// Phase tells the place of an operation. What alters a field is judged by the field before it.
func (o *Operation) Phase() Phase {
	switch o.Kind {
	case "":
		return Unclear
	case "RunPython", "RunSQL":
		return Data
	case "SeparateDatabaseAndState":
		return phaseOf(o.Database)
	case "AlterModelOptions", "AlterModelManagers", "AlterConstraint":
		return StateOnly
	case "CreateModel", "AddField", "AddIndex", "AlterModelTableComment", "RemoveConstraint", "RenameIndex", "AlterIndexTogether":
		return Expand
	case "DeleteModel", "RemoveField", "RemoveIndex", "RenameField", "RenameModel", "AlterModelTable", "AddConstraint", "ValidateConstraint",
		"AlterUniqueTogether", "AlterOrderWithRespectTo":
		return Contract
	case "AlterField":
		return o.alterPhase()
	}
	return Expand
}

// PhaseOf is Phase, with the SQL of RunSQL read where the database is PostgreSQL.
func (m *Migrations) PhaseOf(o *Operation, d Database) Phase {
	if o.Kind == "SeparateDatabaseAndState" {
		var phases []Phase
		for _, inner := range o.Database {
			phases = append(phases, m.PhaseOf(inner, d))
		}
		return lastPhase(phases)
	}
	if o.Kind != "RunSQL" || d.Server != knowledge.PostgreSQL {
		return o.Phase()
	}
	s := m.SQL(o)
	switch {
	case s.Uncertain != "":
		return Unclear
	case slices.ContainsFunc(s.Statements, func(x pgsql.Statement) bool { return len(x.Removes) > 0 }), slices.ContainsFunc(s.Effects, narrows):
		return Contract
	case s.Rows:
		return Data
	case len(s.Statements) == 0:
		return StateOnly
	}
	return Expand
}

// narrows reports whether a change refuses what was allowed.
func narrows(e Effect) bool {
	switch e.Change {
	case knowledge.SetNotNull, knowledge.AddUnique, knowledge.AddUniqueIndexed, knowledge.AddExclusion, knowledge.AddCheck, knowledge.AddCheckUnchecked,
		knowledge.AddForeignKey, knowledge.AddForeignKeyUnchecked, knowledge.DropIndex, knowledge.DropIndexOnline, knowledge.TruncateTable:
		return true
	}
	return false
}

// widens reports whether a change allows all that was allowed.
func widens(e Effect) bool {
	switch e.Change {
	case knowledge.WidenText, knowledge.WidenDecimal, knowledge.DropNotNull, knowledge.SetDefault, knowledge.CreateIndex, knowledge.DropConstraint, knowledge.CommentOn:
		return true
	}
	return false
}

// phaseOf is the last phase of several operations: contract after data after expand.
func phaseOf(list []*Operation) Phase {
	var phases []Phase
	for _, o := range list {
		phases = append(phases, o.Phase())
	}
	return lastPhase(phases)
}

func lastPhase(phases []Phase) Phase {
	order := []Phase{StateOnly, Expand, Data, Unclear, Contract}
	last := StateOnly
	for _, p := range phases {
		if slices.Index(order, p) > slices.Index(order, last) {
			last = p
		}
	}
	return last
}

// alterPhase judges AlterField: what is only wider, or only Django's, breaks nothing.
func (o *Operation) alterPhase() Phase {
	if o.Before == nil || o.After == nil || o.Before.Unknown != "" || o.After.Unknown != "" {
		return Unclear
	}
	switch {
	case onlyDjango(o.Before, o.After), o.Table != "" && o.Uncertain == "" && len(o.Effects) == 0:
		return StateOnly
	case o.Table != "" && o.Uncertain == "" && !slices.ContainsFunc(o.Effects, func(e Effect) bool { return !widens(e) }):
		return Expand
	}
	a, b := *o.Before, *o.After
	length, ok := a.Arg("max_length").AsInt()
	longer, ok2 := b.Arg("max_length").AsInt()
	if ok && ok2 && longer < length || a.Class != b.Class || isTrue(a.Arg("null")) && !isTrue(b.Arg("null")) ||
		!isTrue(a.Arg("unique")) && isTrue(b.Arg("unique")) {
		return Contract
	}
	wider := func(k eval.Kwarg) bool {
		return k.Name == "max_length" || k.Name == "null" || k.Name == "unique" || k.Name == "db_index"
	}
	a.Kwargs, b.Kwargs = slices.DeleteFunc(slices.Clone(a.Kwargs), wider), slices.DeleteFunc(slices.Clone(b.Kwargs), wider)
	if onlyDjango(&a, &b) {
		return Expand
	}
	return Contract
}

func isTrue(v eval.Value) bool { return v.IsValid() && v.Truth() == eval.Yes }

// Reversible reports whether Django can take the operation back.
func (o *Operation) Reversible() eval.Tri {
	switch o.Kind {
	case "":
		return eval.Maybe
	case "RunPython", "RunSQL":
		reverse := o.Arg("reverse_code")
		if o.Kind == "RunSQL" {
			reverse = o.Arg("reverse_sql")
		}
		switch {
		case !reverse.IsValid(), reverse.Kind() == eval.None:
			if o.customised("database_backwards") || o.customised("__init__") || o.customised("reversible") {
				return eval.Maybe
			}
			return eval.No
		}
		return eval.Yes
	case "SeparateDatabaseAndState":
		answer := eval.Yes
		for _, inner := range o.Database {
			if r := inner.Reversible(); r == eval.No || r == eval.Maybe && answer == eval.Yes {
				answer = r
			}
		}
		return answer
	}
	return eval.Yes
}

// customised reports whether a class of the project that the operation is of defines a name.
func (o *Operation) customised(name string) bool {
	for _, k := range o.Value.ClassOf().MRO() {
		if _, own := k.Definition(); !own {
			continue
		}
		for _, e := range k.Fields() {
			if text, _ := e.Key.AsStr(); text == name {
				return true
			}
		}
	}
	return false
}

// LosesData reports whether taking the operation back does not bring back what it removed.
func (o *Operation) LosesData() bool {
	return o.Kind == "DeleteModel" || o.Kind == "RemoveField" || slices.ContainsFunc(o.Database, (*Operation).LosesData)
}

// Describe is what Django says of an operation: "Add field price to product".
func (o *Operation) Describe() string {
	text := func(name string) string { return textOf(o.Arg(name)) }
	switch o.Kind {
	case "":
		return "Custom operation " + o.Class
	case "CreateModel":
		return "Create model " + text("name")
	case "DeleteModel":
		return "Delete model " + text("name")
	case "RenameModel":
		return fmt.Sprintf("Rename model %s to %s", text("old_name"), text("new_name"))
	case "AddField":
		return fmt.Sprintf("Add field %s to %s", o.Name, o.Model)
	case "RemoveField":
		return fmt.Sprintf("Remove field %s from %s", o.Name, o.Model)
	case "AlterField":
		return fmt.Sprintf("Alter field %s on %s", o.Name, o.Model)
	case "RenameField":
		return fmt.Sprintf("Rename field %s on %s to %s", o.Name, o.Model, text("new_name"))
	case "AddIndex":
		return fmt.Sprintf("Create index %s on %s", o.Name, o.Model)
	case "RemoveIndex":
		return fmt.Sprintf("Remove index %s from %s", o.Name, o.Model)
	case "RenameIndex":
		return fmt.Sprintf("Rename index %s on %s to %s", o.Name, o.Model, text("new_name"))
	case "AddConstraint":
		return fmt.Sprintf("Create constraint %s on model %s", o.Name, o.Model)
	case "RemoveConstraint":
		return fmt.Sprintf("Remove constraint %s from model %s", o.Name, o.Model)
	case "AlterModelOptions":
		return "Change Meta options on " + o.Model
	case "AlterModelManagers":
		return "Change managers on " + o.Model
	case "AlterUniqueTogether", "AlterIndexTogether":
		return fmt.Sprintf("Alter %s for %s", signatures(o.Kind)[1], o.Model)
	case "AlterModelTable":
		return "Rename table for " + o.Model
	case "RunPython":
		return strings.TrimSpace("Run Python " + lastPart(o.Arg("code").Dotted()))
	case "RunSQL":
		return "Run SQL"
	case "SeparateDatabaseAndState":
		var parts []string
		for _, inner := range o.Database {
			parts = append(parts, inner.Describe())
		}
		if len(parts) == 0 {
			return "Change Django's state alone"
		}
		return "In the database alone: " + strings.Join(parts, ", ")
	}
	if o.Model != "" {
		return o.Kind + " on " + o.Model
	}
	return o.Kind
}

func lastPart(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }
