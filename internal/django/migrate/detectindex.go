package migrate

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
)

// indexes compares the indexes; one that only changed its name is renamed.
func (d *detector) indexes(old, now *orm.ModelState) {
	if old.UndecidedOptions+now.UndecidedOptions != "" {
		return
	}
	var added, removed []*orm.Index
	for i := range now.Indexes {
		if d.found(named{now.Indexes[i].Name, &now.Indexes[i].Deconstructed}, namedIndexes(old), "an index", now) == eval.No {
			added = append(added, &now.Indexes[i])
		}
	}
	for i := range old.Indexes {
		if d.found(named{old.Indexes[i].Name, &old.Indexes[i].Deconstructed}, namedIndexes(now), "an index", now) == eval.No {
			removed = append(removed, &old.Indexes[i])
		}
	}
	for _, x := range added {
		at := slices.IndexFunc(removed, func(y *orm.Index) bool { return sameWithout(&x.Deconstructed, &y.Deconstructed, "name") })
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
		if !altered[c.Name] && d.found(named{c.Name, &c.Deconstructed}, namedConstraints(now), "a constraint", now) == eval.No {
			d.add(now, "RemoveConstraint", c.Name, fmt.Sprintf("Remove constraint %s from model %s", c.Name, lower(now)), now.At)
		}
	}
	for i := range now.Checks {
		c := &now.Checks[i]
		if !altered[c.Name] && d.found(named{c.Name, &c.Deconstructed}, namedConstraints(old), "a constraint", now) == eval.No {
			d.add(now, "AddConstraint", c.Name, fmt.Sprintf("Create constraint %s on model %s", c.Name, lower(now)), c.At)
		}
	}
}

// onlyMessages reports whether two constraints differ in nothing but what the database does not hold (AlterConstraint, since Django 5.2).
func (d *detector) onlyMessages(a, b *orm.Constraint) bool {
	if v := d.Version; v.Known() && (v.Major < 5 || v.Major == 5 && v.Minor < 2) || orm.SameDeconstructed(&a.Deconstructed, &b.Deconstructed) != eval.No {
		return false
	}
	return sameWithout(&a.Deconstructed, &b.Deconstructed, "violation_error_code", "violation_error_message")
}

// named is an index or a constraint.
type named struct {
	name string
	of   *orm.Deconstructed
}

func namedIndexes(s *orm.ModelState) (list []named) {
	for i := range s.Indexes {
		list = append(list, named{s.Indexes[i].Name, &s.Indexes[i].Deconstructed})
	}
	return list
}

func namedConstraints(s *orm.ModelState) (list []named) {
	for i := range s.Checks {
		list = append(list, named{s.Checks[i].Name, &s.Checks[i].Deconstructed})
	}
	return list
}

// found reports whether a list has an index or a constraint; what says which of them it is, for the doubt of a model.
func (d *detector) found(x named, list []named, what string, model *orm.ModelState) eval.Tri {
	found := eval.No
	for _, y := range list {
		switch orm.SameDeconstructed(x.of, y.of) {
		case eval.Yes:
			return eval.Yes
		case eval.Maybe:
			if y.name == x.name || y.name == "" || x.name == "" {
				found = eval.Maybe
			}
		}
	}
	if found == eval.Maybe {
		d.doubt(model, "whether "+what+" changed is not known: "+first(x.of.Unknown, x.name))
	}
	return found
}

// sameWithout compares two objects without some of their arguments.
func sameWithout(a, b *orm.Deconstructed, names ...string) bool {
	x, y := *a, *b
	drop := func(k eval.Kwarg) bool { return slices.Contains(names, k.Name) }
	x.Kwargs, y.Kwargs = slices.DeleteFunc(slices.Clone(a.Kwargs), drop), slices.DeleteFunc(slices.Clone(b.Kwargs), drop)
	return orm.SameDeconstructed(&x, &y) == eval.Yes
}
