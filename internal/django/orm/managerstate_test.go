package orm

import "testing"

func TestManagersThatMigrationsKeep(t *testing.T) {
	m, _, _ := collect(t, `
from django.db import models
from django.contrib.auth.models import AbstractUser
class Kept(models.Manager):
    use_in_migrations = True
class Plain(models.Model):
    objects = models.Manager()
class Named(models.Model):
    things = Kept()
class Second(models.Model):
    first = models.Manager()
    kept = Kept()
class User(AbstractUser):
    pass
`)
	for model, want := range map[string][]string{
		"shop.plain":  nil,
		"shop.named":  {"things shop.models.Kept"},
		"shop.second": {"first django.db.models.Manager", "kept shop.models.Kept"},
		"shop.user":   {"objects django.contrib.auth.models.UserManager"},
	} {
		state := m.State.Models[model]
		if state == nil || state.UndecidedManagers != "" || len(state.Managers) != len(want) {
			t.Errorf("%s: %+v", model, state)
			continue
		}
		for i, manager := range state.Managers {
			if got := manager.Name + " " + manager.Class; got != want[i] {
				t.Errorf("%s: manager %d is %s, not %s", model, i, got, want[i])
			}
		}
	}
}
