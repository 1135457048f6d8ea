package forms_test

import (
	"strings"
	"testing"

	"gonogo/internal/project"
	"gonogo/internal/source"
)

// settable are the fields that clients can set through the form F of a module, by name and in order; "none" where F is no form that is known.
func settable(t *testing.T, text string) string {
	t.Helper()
	tree := source.FromMap(map[string][]byte{
		"manage.py":        nil,
		"settings.py":      []byte("ROOT_URLCONF = 'urls'\nINSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'shop']\n"),
		"urls.py":          []byte("urlpatterns = []\n"),
		"requirements.txt": []byte("Django==5.2.8\ndjangorestframework==3.16.1\n"),
		"shop/__init__.py": nil,
		"shop/models.py": []byte(`from django.db import models


class Order(models.Model):
    title = models.CharField(max_length=20)
    price = models.IntegerField()
    made = models.DateTimeField(auto_now_add=True)
    secret = models.CharField(max_length=20, editable=False)
`),
		"shop/forms.py": []byte("from django import forms\nfrom rest_framework import serializers\n\nfrom .models import Order\n\n\n" + text),
	})
	s, err := project.Load(tree, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range s.Forms() {
		if f.Dotted == "shop.forms.F" {
			var names []string
			for _, field := range f.Settable {
				names = append(names, field.Name)
			}
			return strings.Join(names, " ")
		}
	}
	return "none"
}

func TestSettable(t *testing.T) {
	const form = "class F(forms.ModelForm):\n"
	const serializer = "class F(serializers.ModelSerializer):\n"
	for _, c := range []struct{ name, text, want string }{
		{"named", form + "    class Meta:\n        model = Order\n        fields = ['price', 'title']\n", "price title"},
		{"all but what is not edited", form + "    class Meta:\n        model = Order\n        fields = '__all__'\n", "title price"},
		{"all but those excluded", form + "    class Meta:\n        model = Order\n        exclude = ['price']\n", "title"},
		{"a disabled field", form + "    price = forms.IntegerField(disabled=True)\n\n    class Meta:\n        model = Order\n        fields = ['price', 'title']\n", "title"},
		{"read only", serializer + "    class Meta:\n        model = Order\n        fields = ['price', 'title']\n        read_only_fields = ['price']\n", "title"},
		{"read only by extra_kwargs", serializer + "    class Meta:\n        model = Order\n        fields = ['price', 'title']\n        extra_kwargs = {'title': {'read_only': True}}\n", "price"},
		{"a method", serializer + "    price = serializers.SerializerMethodField()\n\n    class Meta:\n        model = Order\n        fields = ['price', 'title']\n", "title"},
		{"inherited", "class B(forms.ModelForm):\n    price = forms.IntegerField(disabled=True)\n\n\nclass F(B):\n    class Meta:\n        model = Order\n        fields = ['price', 'title']\n", "title"},
		{"fields that are not known", "import acme\n\n\n" + form + "    class Meta:\n        model = Order\n        fields = acme.FIELDS\n", "none"},
		{"no model", "class F(forms.Form):\n    title = forms.CharField()\n", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := settable(t, c.text); got != c.want {
				t.Errorf("settable %q, want %q", got, c.want)
			}
		})
	}
}
