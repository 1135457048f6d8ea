package orm

import (
	"testing"

	"gonogo/internal/python/eval"
)

func TestSameDeconstructed(t *testing.T) {
	text := func(max int64, more ...eval.Kwarg) Deconstructed {
		return Deconstructed{Class: "django.db.models.CharField", Kwargs: append([]eval.Kwarg{{Name: "max_length", Value: eval.MakeInt(max)}}, more...)}
	}
	unknown := eval.Kwarg{Name: "default", Value: eval.MakeUnknown("a package that is not there")}
	for _, c := range []struct {
		name string
		a, b Deconstructed
		want eval.Tri
	}{
		{"the same", text(20), text(20), eval.Yes},
		{"another length", text(20), text(21), eval.No},
		{"one argument more", text(20), text(20, eval.Kwarg{Name: "null", Value: eval.MakeBool(true)}), eval.No},
		{"an unknown argument", text(20, unknown), text(20, unknown), eval.Yes},
		{"two unknown arguments", text(20, unknown), text(20, eval.Kwarg{Name: "default", Value: eval.MakeUnknown("else")}), eval.Maybe},
		{"an unknown argument beside one that differs", text(20, unknown), text(21, unknown), eval.No},
		{"an unknown object", Deconstructed{Class: "a.B", Unknown: "not there"}, Deconstructed{Class: "a.B"}, eval.Maybe},
		{"two paths of one name", Deconstructed{Class: "a.b.Field"}, Deconstructed{Class: "a.Field"}, eval.Maybe},
		{"two classes", Deconstructed{Class: "a.Field"}, Deconstructed{Class: "a.Other"}, eval.No},
	} {
		if got := SameDeconstructed(&c.a, &c.b); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
		if got := SameDeconstructed(&c.b, &c.a); got != c.want {
			t.Errorf("%s, turned around: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestSameValue(t *testing.T) {
	one, two := eval.MakeInt(1), eval.MakeInt(2)
	entry := func(k, v eval.Value) eval.Entry { return eval.Entry{Key: k, Value: v} }
	for _, c := range []struct {
		name string
		a, b eval.Value
		want eval.Tri
	}{
		{"a list is no tuple", eval.MakeList(one), eval.MakeTuple(one), eval.No},
		{"order of a set", eval.MakeSet(one, two), eval.MakeSet(two, one), eval.Yes},
		{"order of a dictionary", eval.MakeDict(entry(one, one), entry(two, two)), eval.MakeDict(entry(two, two), entry(one, one)), eval.Yes},
		{"an element that is not known", eval.MakeList(one, eval.MakeUnknown("x")), eval.MakeList(one, two), eval.Maybe},
		{"True and 1", eval.MakeBool(true), one, eval.Yes},
		{"two texts", eval.MakeStr("a"), eval.MakeStr("b"), eval.No},
		{"no value", eval.Value{}, eval.Value{}, eval.Yes},
	} {
		if got := SameValue(c.a, c.b); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// TestSetBesideList: Django takes a set in a condition for a list in the order of the set.
func TestSetBesideList(t *testing.T) {
	m, _, _ := collect(t, "from django.db import models\nclass A(models.Model):\n    x = models.IntegerField(default={60, 61})\n    y = models.IntegerField(default=[60, 61])\n    z = models.IntegerField(default=(60, 61))\n")
	a := m.State.Models["shop.a"]
	x, y, z := a.Field("x").Arg("default"), a.Field("y").Arg("default"), a.Field("z").Arg("default")
	if SameValue(x, y) != eval.Maybe || SameValue(z, x) != eval.Maybe || SameValue(y, z) != eval.No {
		t.Errorf("%v %v %v", SameValue(x, y), SameValue(z, x), SameValue(y, z))
	}
}
