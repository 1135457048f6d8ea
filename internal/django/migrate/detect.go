package migrate

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// detect compares the state of the migrations with the models of the code, as MigrationAutodetector does when it is asked nothing: what was
// renamed is removed and added.
// Source: django/db/migrations/autodetector.py.
func (l *loader) detect() {
	for _, a := range l.m.Apps {
		switch {
		case a.Unmigrated || !a.Empty && len(a.Migrations) == 0:
			continue
		case l.m.Undecided[a.Label] != "":
			if a.HasModels != eval.No {
				l.m.Doubts = append(l.m.Doubts, Doubt{App: a.Label, Reason: l.m.Undecided[a.Label], At: a.At})
			}
			continue
		}
		d := &detector{loader: l, app: a}
		d.run()
	}
}

// detector compares one application.
type detector struct {
	*loader
	app *App
}

// kind of a model in the eyes of the autodetector.
type modelKind uint8

const (
	absentModel modelKind = iota
	realModel
	proxyModel
	unmanagedModel
	unclearModel // it is there, as one or the other
)

// kindOf tells a model's kind.
func kindOf(s *orm.ModelState) modelKind {
	if s == nil {
		return absentModel
	}
	managed, proxy := s.Options["managed"], s.Options["proxy"]
	switch {
	case s.UndecidedOptions != "", managed.IsUnknown() && managed.IsValid() && managed.Truth() == eval.Maybe, proxy.IsValid() && proxy.Truth() == eval.Maybe:
		return unclearModel
	case managed.IsValid() && managed.Truth() == eval.No:
		return unmanagedModel
	case proxy.IsValid() && proxy.Truth() == eval.Yes:
		return proxyModel
	}
	return realModel
}

func (d *detector) run() {
	keys := map[string]bool{}
	for _, state := range []*orm.State{d.m.State, d.Models.State} {
		for key, s := range state.Models {
			if s.App == d.app.Label {
				keys[key] = true
			}
		}
	}
	sorted := make([]string, 0, len(keys))
	for key := range keys {
		sorted = append(sorted, key)
	}
	slices.Sort(sorted)
	for _, key := range sorted {
		d.model(d.m.State.Models[key], d.Models.State.Models[key])
	}
	if reason := d.Models.Undecided[d.app.Label]; reason != "" {
		d.m.Doubts = append(d.m.Doubts, Doubt{App: d.app.Label, Reason: reason, At: d.app.At})
	}
}

// model compares one model; either side may be nil.
func (d *detector) model(old, now *orm.ModelState) {
	from, to := kindOf(old), kindOf(now)
	switch {
	case from == unclearModel && to == absentModel, from == absentModel && to == unclearModel:
		// there is a change, whichever kind it is
	case from == unclearModel || to == unclearModel:
		if from == unclearModel && to != unclearModel && old.UndecidedOptions == "" || to == unclearModel && now.UndecidedOptions == "" {
			d.doubt(now, "whether the model is managed is not known")
			return
		}
		// The fields of both are compared, the options are not.
		from, to = realModel, realModel
	}
	switch {
	case from == absentModel:
		d.created(now, to)
	case to == absentModel:
		d.deleted(old, from)
	case from != to && (from == proxyModel || to == proxyModel):
		d.add(old, "DeleteModel", "", fmt.Sprintf("Delete model %s", old.Name), now.At)
		d.created(now, to)
	case from != to: // managed and unmanaged
		d.options(old, now)
	default:
		d.kept(old, now, from)
	}
}

func (d *detector) created(now *orm.ModelState, kind modelKind) {
	if d.couldBeOther(now) {
		return
	}
	text := "Create model " + now.Name
	if kind == proxyModel {
		text = "Create proxy model " + now.Name
	}
	d.add(now, "CreateModel", "", text, now.At)
}

// couldBeOther notes a model that is only taken for one.
func (d *detector) couldBeOther(now *orm.ModelState) bool {
	if now.Undecided == "" {
		return false
	}
	d.doubt(now, now.Undecided)
	return true
}

func (d *detector) deleted(old *orm.ModelState, _ modelKind) {
	if reason := d.Models.Undecided[d.app.Label]; reason != "" {
		return // run tells it
	}
	switch {
	case d.HasClass(old.Name):
		d.doubt(old, "the project has a class "+old.Name+", which is not seen to be a model of the application")
	case strings.HasPrefix(old.Name, "Historical"), generated(old), d.ofGenerated(old):
		d.doubt(old, "a package may make the model "+old.Name+" when the code is imported")
	default:
		d.add(old, "DeleteModel", "", "Delete model "+old.Name, old.At)
	}
}

// ofGenerated reports whether a model inherits from one that the code is not seen to have: a package may make both.
func (d *detector) ofGenerated(s *orm.ModelState) bool {
	for _, b := range s.Bases {
		if b.Model != "" && d.Models.State.Models[b.Model] == nil {
			return true
		}
	}
	return false
}

// generated reports whether a model looks like one that a package makes of another one: its bases or fields are not Django's.
func generated(s *orm.ModelState) bool {
	for _, b := range s.Bases {
		if b.Class != "" && b.Class != "django.db.models.Model" {
			return true
		}
	}
	for i := range s.Fields {
		if f := &s.Fields[i]; f.Unknown != "" || strings.HasPrefix(f.Name, "history_") || strings.HasPrefix(f.Name, "pgh_") {
			return true
		}
	}
	return false
}

func (d *detector) add(s *orm.ModelState, kind, name, text string, at source.Span) {
	d.m.Changes = append(d.m.Changes, Change{App: s.App, Model: strings.ToLower(s.Name), Kind: kind, Name: name, Text: text, At: at,
		Schema: hasSchema(s, kind)})
}

// hasSchema reports whether an operation changes the database.
func hasSchema(s *orm.ModelState, kind string) bool {
	switch kind {
	case "AlterModelOptions", "AlterModelManagers", "AlterConstraint", "AlterModelTableComment":
		return false
	}
	return kindOf(s) == realModel || kindOf(s) == unclearModel
}

// onlyDjango reports whether two fields differ in nothing but what the database does not hold.
// Source: django/db/models/fields/__init__.py, Field.non_db_attrs, and the arguments that only Python uses.
func onlyDjango(old, now *orm.Field) bool {
	drop := func(k eval.Kwarg) bool {
		switch k.Name {
		case "blank", "choices", "default", "editable", "error_messages", "help_text", "limit_choices_to", "on_delete", "related_name",
			"related_query_name", "validators", "verbose_name", "upload_to", "storage", "auto_now", "auto_now_add", "width_field", "height_field":
			return true
		}
		return false
	}
	a, b := old.Deconstructed, now.Deconstructed
	a.Kwargs, b.Kwargs = slices.DeleteFunc(slices.Clone(a.Kwargs), drop), slices.DeleteFunc(slices.Clone(b.Kwargs), drop)
	return orm.SameDeconstructed(&a, &b) == eval.Yes
}

func (d *detector) doubt(s *orm.ModelState, reason string) {
	name := strings.ToLower(s.Name)
	for _, x := range d.m.Doubts {
		if x.App == s.App && x.Model == name {
			return
		}
	}
	d.m.Doubts = append(d.m.Doubts, Doubt{App: s.App, Model: name, Reason: reason, At: s.At})
}

// kept compares a model that both sides have.
func (d *detector) kept(old, now *orm.ModelState, kind modelKind) {
	d.options(old, now)
	d.option(old, now, "db_table_comment", "AlterModelTableComment", func(eval.Value) string { return "Alter " + lower(now) + " table comment" })
	if kind == realModel {
		d.managers(old, now)
		d.fields(old, now)
		d.option(old, now, "order_with_respect_to", "AlterOrderWithRespectTo", func(v eval.Value) string {
			return "Set order_with_respect_to on " + lower(now) + " to " + shown(v)
		})
		d.together(old, now, "unique_together", "AlterUniqueTogether")
		d.indexes(old, now)
		d.constraints(old, now)
	}
	d.option(old, now, "db_table", "AlterModelTable", func(v eval.Value) string {
		table := "(default)"
		if text, ok := v.AsStr(); ok {
			table = text
		}
		return "Rename table for " + lower(now) + " to " + table
	})
}
