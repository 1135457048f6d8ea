package project

import (
	"slices"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// TestModelsMadeByCalls defines models by calls of their metaclass, as packages do that keep settings for each row. The names are those that
// django.apps has of them.
func TestModelsMadeByCalls(t *testing.T) {
	tree := source.FromMap(map[string][]byte{"manage.py": []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"),
		"settings.py":      []byte("INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.auth', 'django.contrib.admin', 'shop']\nAUTH_USER_MODEL = 'shop.User'\n"),
		"requirements.txt": []byte("Django==5.2.8\n"), "stores.py": []byte(`from django.db import models


def store(base):
    attrs = {"__module__": base.__module__, "owner": models.ForeignKey(base, models.CASCADE)}
    return models.base.ModelBase(base.__name__ + "Store", (models.Model,), attrs)
`), "shop/__init__.py": nil, "shop/models.py": []byte(`from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from stores import store


class User(AbstractBaseUser):
    email = models.EmailField(unique=True)


UserStore = store(User)
Note = type("Note", (models.Model,), {"__module__": __name__, "text": models.TextField()})
`)})
	s, err := Load(tree, Options{Repository: &Repository{}})
	if err != nil {
		t.Fatal(err)
	}
	models := s.Models()
	s.Program().Do(func(*eval.Session) {
		var own []string
		for _, key := range models.State.Keys() {
			if models.State.Models[key].App == "shop" {
				own = append(own, key)
			}
		}
		if want := []string{"shop.note", "shop.user", "shop.userstore"}; !slices.Equal(own, want) {
			t.Errorf("models %v, Django has %v", own, want)
		}
		if to, _ := models.State.Models["admin.logentry"].Field("user").Arg("to").AsStr(); to != "shop.user" {
			t.Errorf("LogEntry.user points to %s, in Django to the model of AUTH_USER_MODEL", to)
		}
	})
}
