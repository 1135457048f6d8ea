package orm

import "testing"

func TestAppRegistry(t *testing.T) {
	m, _, s := collect(t, `from django.apps import apps
from django.db import models

try:
    apps.get_registered_model("shop", "Order")
    known = True
except LookupError:
    known = False

if not known:
    class Order(models.Model):
        pass

LABELS = [c.label for c in apps.get_app_configs()]
NAME = apps.get_app_config("shop").verbose_name
SAME = apps.get_model("shop.order") is Order
THERE = apps.is_installed("shop"), apps.is_installed("blog")
`)
	if m.State.Models["shop.order"] == nil {
		t.Fatal("a model that is defined where none is registered is missing")
	}
	module := s.Import("shop.models").Module
	for name, want := range map[string]string{"LABELS": "['auth', 'shop']", "NAME": "'Shop'", "SAME": "True", "THERE": "(True, False)"} {
		if got := module.Attr(name).Repr(80); got != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
}
