package migrate

import (
	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
)

// managers compares the managers that migrations keep.
func (d *detector) managers(old, now *orm.ModelState) {
	if now.Undecided != "" { // fields tells it
		return
	}
	if now.UndecidedManagers != "" {
		d.doubt(now, now.UndecidedManagers)
		return
	}
	list := now.Managers
	same := eval.Yes
	if len(list) != len(old.Managers) {
		same = eval.No
	}
	for i := range old.Managers {
		a := &old.Managers[i]
		if a.Unknown != "" {
			d.doubt(now, a.Unknown)
			return
		}
		if same == eval.No {
			continue
		}
		b := &list[i]
		switch s := orm.SameDeconstructed(&a.Deconstructed, &b.Deconstructed); {
		case a.Name != b.Name:
			same = eval.No
		case s != eval.Yes:
			same = s
		}
	}
	switch same {
	case eval.No:
		d.add(now, "AlterModelManagers", "", "Change managers on "+lower(now), now.At)
	case eval.Maybe:
		d.doubt(now, "whether the managers changed is not known")
	}
}
