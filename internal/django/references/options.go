package references

import (
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// options finds class Meta of models: ordering, unique_together, indexes. Django's system checks refuse a name that is no field
// (models.E012, models.E015).
func (f *finder) options() {
	for _, om := range f.Models.All {
		if om.State == nil || om.Abstract {
			continue
		}
		for i := range om.State.Indexes {
			f.optionTexts(om, om.State.Indexes[i].Arg("fields"), "an index of "+om.Name+" is about", "models.E012")
		}
		for i := range om.State.Checks {
			f.optionTexts(om, om.State.Checks[i].Arg("fields"), "a constraint of "+om.Name+" is about", "models.E012")
		}
		f.optionTexts(om, om.State.Options["ordering"], "rows of "+om.Name+" are ordered by", "models.E015")
		for _, group := range om.State.Options["unique_together"].Elems() {
			f.optionTexts(om, group, "unique_together of "+om.Name+" names", "models.E012")
		}
	}
}

func (f *finder) optionTexts(om *orm.Model, list eval.Value, does, raises string) {
	m := f.Schema.Model(om.Class.Dotted())
	for _, e := range list.Elems() {
		name, ok := e.AsStr()
		if !ok {
			continue
		}
		name, _, _ = strings.Cut(strings.TrimLeft(name, "-"), "__")
		if i, ok := f.lost(m, name); ok {
			f.add(Reference{Lost: i, Does: does + " " + name, Raises: raises, When: AtCheck, At: place(e, list, om.At)})
		}
	}
}

// place is where a value was written, else the list that it is of, else another place.
func place(v, list eval.Value, otherwise source.Span) source.Span {
	for _, at := range []source.Span{v.At(), list.At()} {
		if !at.IsZero() {
			return at
		}
	}
	return otherwise
}
