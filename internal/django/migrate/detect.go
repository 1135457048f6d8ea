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

func lower(s *orm.ModelState) string { return strings.ToLower(s.Name) }

func shown(v eval.Value) string {
	if text, ok := v.AsStr(); ok {
		return text
	}
	return "None"
}

// options compares what AlterModelOptions is about.
func (d *detector) options(old, now *orm.ModelState) {
	if reason := first(old.UndecidedOptions, now.UndecidedOptions); reason != "" {
		d.doubt(now, reason)
		return
	}
	same := eval.Yes
	var why, changed string
	for _, name := range alterOptionKeys() {
		a, b := old.Options[name], now.Options[name]
		switch s := sameOption(a, b); {
		case s == eval.No:
			same, changed = eval.No, name
		case s == eval.Maybe && same == eval.Yes:
			same, why = eval.Maybe, "whether the option "+name+" changed is not known"
		}
	}
	switch same {
	case eval.No:
		d.add(now, "AlterModelOptions", changed, "Change Meta options on "+lower(now), optionAt(now, changed))
	case eval.Maybe:
		d.doubt(now, why)
	}
}

// optionAt is where an option is given, else the model.
func optionAt(s *orm.ModelState, name string) source.Span {
	if at := s.Options[name].At(); !at.IsZero() {
		return at
	}
	return s.At
}

// sameOption compares two options, which either side may lack.
func sameOption(a, b eval.Value) eval.Tri {
	if a.IsValid() != b.IsValid() {
		return eval.No
	}
	if !a.IsValid() {
		return eval.Yes
	}
	return orm.SameValue(a, b)
}

func first(reasons ...string) string {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return ""
}

// option compares one option that has an operation of its own; None and nothing are the same.
func (d *detector) option(old, now *orm.ModelState, name, kind string, text func(eval.Value) string) {
	if old.UndecidedOptions+now.UndecidedOptions != "" {
		return // options tells it
	}
	none := func(v eval.Value) eval.Value {
		if v.Kind() == eval.None {
			return eval.Value{}
		}
		return v
	}
	a, b := none(old.Options[name]), none(now.Options[name])
	switch sameOption(a, b) {
	case eval.No:
		if a.IsValid() && a.IsUnknown() || b.IsValid() && b.IsUnknown() {
			d.doubt(now, "whether the option "+name+" changed is not known")
			return
		}
		d.add(now, kind, "", text(b), optionAt(now, name))
	case eval.Maybe:
		d.doubt(now, "whether the option "+name+" changed is not known")
	}
}

// together compares unique_together.
func (d *detector) together(old, now *orm.ModelState, name, kind string) {
	if old.UndecidedOptions+now.UndecidedOptions != "" {
		return
	}
	empty := func(v eval.Value) eval.Value {
		if !v.IsValid() || v.Truth() == eval.No {
			return eval.MakeSet()
		}
		return v
	}
	a, b := empty(old.Options[name]), empty(now.Options[name])
	switch orm.SameValue(a, b) {
	case eval.No:
		n, _ := b.Len()
		d.add(now, kind, "", fmt.Sprintf("Alter %s for %s (%d constraint(s))", name, lower(now), n), optionAt(now, name))
	case eval.Maybe:
		d.doubt(now, "whether "+name+" changed is not known")
	}
}

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

func isManyToMany(f *orm.Field) bool { return f.Kind == "django.db.models.ManyToManyField" }

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

// indexes compares the indexes; one that only changed its name is renamed.
func (d *detector) indexes(old, now *orm.ModelState) {
	if old.UndecidedOptions+now.UndecidedOptions != "" {
		return
	}
	var added, removed []*orm.Index
	for i := range now.Indexes {
		if d.foundIndex(&now.Indexes[i], old.Indexes, now) == eval.No {
			added = append(added, &now.Indexes[i])
		}
	}
	for i := range old.Indexes {
		if d.foundIndex(&old.Indexes[i], now.Indexes, now) == eval.No {
			removed = append(removed, &old.Indexes[i])
		}
	}
	for _, x := range added {
		at := slices.IndexFunc(removed, func(y *orm.Index) bool { return sameButName(&x.Deconstructed, &y.Deconstructed) })
		if at >= 0 {
			y := removed[at]
			removed = slices.Delete(removed, at, at+1)
			d.add(now, "RenameIndex", y.Name, fmt.Sprintf("Rename index %s on %s to %s", y.Name, lower(now), x.Name), x.At)
			continue
		}
		if fields, ok := d.fromTogether(x, old, now); ok {
			d.add(now, "RenameIndex", x.Name, fmt.Sprintf("Rename unnamed index for %s on %s to %s", fields.Repr(200), lower(now), x.Name), x.At)
			continue
		}
		d.add(now, "AddIndex", x.Name, indexText(x, now), x.At)
	}
	for _, y := range removed {
		d.add(now, "RemoveIndex", y.Name, fmt.Sprintf("Remove index %s from %s", y.Name, lower(now)), now.At)
	}
	d.indexTogether(old, now)
}

// indexTogether compares the option of Django before 5.1.
func (d *detector) indexTogether(old, now *orm.ModelState) {
	v := d.Version
	if !v.Known() || v.Major > 5 || v.Major == 5 && v.Minor >= 1 {
		return
	}
	for _, x := range d.m.Changes {
		if x.App == now.App && x.Model == lower(now) && x.Kind == "RenameIndex" && strings.HasPrefix(x.Text, "Rename unnamed") {
			return
		}
	}
	d.together(old, now, "index_together", "AlterIndexTogether")
}

// fromTogether is the group of index_together that became an index.
func (d *detector) fromTogether(x *orm.Index, old, now *orm.ModelState) (fields eval.Value, ok bool) {
	if len(x.Args) > 0 || len(x.Kwargs) != 2 || !x.Arg("fields").IsValid() {
		return eval.Value{}, false
	}
	want := eval.MakeTuple(x.Arg("fields").Elems()...)
	for _, group := range old.Options["index_together"].Elems() {
		if orm.SameValue(group, want) == eval.Yes && now.Options["index_together"].Truth() != eval.Yes {
			return group, true
		}
	}
	return eval.Value{}, false
}

// indexText is AddIndex.describe.
func indexText(x *orm.Index, s *orm.ModelState) string {
	if len(x.Args) > 0 {
		return fmt.Sprintf("Create index %s on %s on model %s", x.Name, "expressions", lower(s))
	}
	var names []string
	for _, f := range x.Arg("fields").Elems() {
		text, _ := f.AsStr()
		names = append(names, text)
	}
	return fmt.Sprintf("Create index %s on field(s) %s of model %s", x.Name, strings.Join(names, ", "), lower(s))
}

// foundIndex reports whether a list has an index.
func (d *detector) foundIndex(x *orm.Index, list []orm.Index, model *orm.ModelState) eval.Tri {
	found := eval.No
	for i := range list {
		switch orm.SameDeconstructed(&x.Deconstructed, &list[i].Deconstructed) {
		case eval.Yes:
			return eval.Yes
		case eval.Maybe:
			if list[i].Name == x.Name || list[i].Name == "" || x.Name == "" {
				found = eval.Maybe
			}
		}
	}
	if found == eval.Maybe {
		d.doubt(model, "whether an index changed is not known: "+first(x.Unknown, x.Name))
	}
	return found
}

// sameButName compares two indexes without their names.
func sameButName(a, b *orm.Deconstructed) bool {
	x, y := *a, *b
	drop := func(k eval.Kwarg) bool { return k.Name == "name" }
	x.Kwargs, y.Kwargs = slices.DeleteFunc(slices.Clone(a.Kwargs), drop), slices.DeleteFunc(slices.Clone(b.Kwargs), drop)
	return orm.SameDeconstructed(&x, &y) == eval.Yes
}

// constraints compares the constraints.
func (d *detector) constraints(old, now *orm.ModelState) {
	if old.UndecidedOptions+now.UndecidedOptions != "" {
		return
	}
	altered := map[string]bool{}
	for i := range old.Checks {
		for k := range now.Checks {
			a, b := &old.Checks[i], &now.Checks[k]
			if a.Name == b.Name && d.onlyMessages(a, b) {
				altered[b.Name] = true
				d.add(now, "AlterConstraint", b.Name, fmt.Sprintf("Alter constraint %s on %s", b.Name, lower(now)), b.At)
			}
		}
	}
	for i := range old.Checks {
		c := &old.Checks[i]
		if !altered[c.Name] && d.foundConstraint(c, now.Checks, now) == eval.No {
			d.add(now, "RemoveConstraint", c.Name, fmt.Sprintf("Remove constraint %s from model %s", c.Name, lower(now)), now.At)
		}
	}
	for i := range now.Checks {
		c := &now.Checks[i]
		if !altered[c.Name] && d.foundConstraint(c, old.Checks, now) == eval.No {
			d.add(now, "AddConstraint", c.Name, fmt.Sprintf("Create constraint %s on model %s", c.Name, lower(now)), c.At)
		}
	}
}

// onlyMessages reports whether two constraints differ in nothing but what the database does not hold (AlterConstraint, since Django 5.2).
func (d *detector) onlyMessages(a, b *orm.Constraint) bool {
	if v := d.Version; v.Known() && (v.Major < 5 || v.Major == 5 && v.Minor < 2) || orm.SameDeconstructed(&a.Deconstructed, &b.Deconstructed) != eval.No {
		return false
	}
	x, y := a.Deconstructed, b.Deconstructed
	drop := func(k eval.Kwarg) bool {
		return k.Name == "violation_error_code" || k.Name == "violation_error_message"
	}
	x.Kwargs, y.Kwargs = slices.DeleteFunc(slices.Clone(a.Kwargs), drop), slices.DeleteFunc(slices.Clone(b.Kwargs), drop)
	return orm.SameDeconstructed(&x, &y) == eval.Yes
}

func (d *detector) foundConstraint(x *orm.Constraint, list []orm.Constraint, model *orm.ModelState) eval.Tri {
	found := eval.No
	for i := range list {
		switch orm.SameDeconstructed(&x.Deconstructed, &list[i].Deconstructed) {
		case eval.Yes:
			return eval.Yes
		case eval.Maybe:
			if list[i].Name == x.Name || list[i].Name == "" || x.Name == "" {
				found = eval.Maybe
			}
		}
	}
	if found == eval.Maybe {
		d.doubt(model, "whether a constraint changed is not known: "+first(x.Unknown, x.Name))
	}
	return found
}
