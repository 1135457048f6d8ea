package orm

import (
	"slices"
	"strings"
	"testing"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// files is a project in memory.
type files map[string]string

func (f files) Module(dotted string) (*syntax.Module, bool, bool) {
	for _, end := range []string{"/__init__.py", ".py"} {
		path := slashes(dotted) + end
		if m, ok := f.ParseFile(path); ok {
			return m, end != ".py", true
		}
	}
	return nil, false, false
}

func slashes(dotted string) string {
	out := []byte(dotted)
	for i, b := range out {
		if b == '.' {
			out[i] = '/'
		}
	}
	return string(out)
}

func (f files) File(path string) (*source.File, bool) {
	text, ok := f[path]
	return source.NewFile(path, []byte(text)), ok
}
func (f files) Glob(string) []string { return nil }
func (f files) Root() string         { return "/project" }
func (f files) ParseFile(path string) (*syntax.Module, bool) {
	file, ok := f.File(path)
	if !ok {
		return nil, false
	}
	return syntax.Parse(file), true
}

// collect gives the models of one application "shop" under Django 5.2.
func collect(t *testing.T, models string) (*Models, *Interpreter, *eval.Session) {
	t.Helper()
	project := files{"shop/__init__.py": "", "shop/models.py": models}
	i := New(knowledge.Version{Major: 5, Minor: 2}, func(name string) eval.Value {
		switch name {
		case "INSTALLED_APPS":
			return eval.MakeList(eval.MakeStr("django.contrib.auth"), eval.MakeStr("shop"))
		case "DEFAULT_AUTO_FIELD":
			return eval.MakeStr("django.db.models.BigAutoField")
		case "AUTH_USER_MODEL":
			return eval.MakeStr("auth.User")
		}
		return eval.Value{}
	}, func(module string) (string, bool) {
		_, _, ok := project.Module(module)
		return slashes(module), ok
	})
	s := eval.NewSession(eval.Config{Finder: project, Library: i.Library(library.Modules())})
	i.LoadApps(s)
	m := i.Collect(s)
	for _, f := range m.Failures {
		t.Errorf("%s: %s", f.Module, f.Reason)
	}
	return m, i, s
}

func shown(f Field) string {
	text := f.Class + "("
	for i, k := range f.Kwargs {
		if i > 0 {
			text += ", "
		}
		text += k.Name + "=" + k.Value.Repr(60)
	}
	return text + ")"
}

func TestModelsAreCollected(t *testing.T) {
	m, _, _ := collect(t, `
from django.db import models

class Stamped(models.Model):
    created = models.DateTimeField(auto_now_add=True)
    class Meta:
        abstract = True
        ordering = ["-created"]

class Upper(models.CharField):
    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 12
        super().__init__(*args, **kwargs)
    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

class Order(Stamped):
    code = Upper("the code", unique=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, to_field="id")

class Special(Order):
    note = models.TextField(blank=True)
`)
	for _, c := range []struct{ model, field, want string }{
		{"shop.order", "id", "django.db.models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')"},
		{"shop.order", "created", "django.db.models.DateTimeField(auto_now_add=True)"},
		{"shop.order", "code", "shop.models.Upper(unique=True, verbose_name='the code')"},
		{"shop.order", "parent", "django.db.models.ForeignKey(null=True, on_delete=<built-in function django.db.models.deletion.CASCADE>, to='shop.order')"},
		{"shop.special", "order_ptr", "django.db.models.OneToOneField(auto_created=True, on_delete=<built-in function django.db.models.deletion.CASCADE>, parent_link=True, primary_key=True, serialize=False, to='shop.order')"},
	} {
		state := m.State.Models[c.model]
		if state == nil || state.Field(c.field) == nil {
			t.Errorf("%s has no %s", c.model, c.field)
			continue
		}
		if got := shown(*state.Field(c.field)); got != c.want {
			t.Errorf("%s.%s\n got %s\nwant %s", c.model, c.field, got, c.want)
		}
	}
	if got := m.State.Models["shop.order"].Options["ordering"].Repr(50); got != "['-created']" {
		t.Errorf("ordering is %s", got)
	}
}

func TestPrimaryKeysBeforeTheSetting(t *testing.T) {
	r := newRegistry(knowledge.Version{Major: 2, Minor: 2}, func(string) eval.Value { return eval.Value{} })
	if got := r.autoField("shop"); got != "django.db.models.AutoField" {
		t.Errorf("the class is %q", got)
	}
}

func TestUnknownBaseLeavesModelUndecided(t *testing.T) {
	m, _, _ := collect(t, `
from django.db import models
from tree.models import TreeModel
class Node(TreeModel):
    name = models.CharField(max_length=10)
`)
	state := m.State.Models["shop.node"]
	if state == nil || state.Undecided == "" || state.Field("name") == nil || state.Field("name").Unknown != "" {
		t.Errorf("node is %+v", state)
	}
}

// TestColumnlessFields has classes of the project that stand beside fields, as descriptors do, and are called Field.
func TestColumnlessFields(t *testing.T) {
	const text = `
from django.db import models
from money import PriceField

class Columnless:
    def contribute_to_class(self, cls, name, **kwargs):
        self.name = name
        setattr(cls, name, self)

class MoneyField(Columnless):
    def __init__(self, amount):
        self.amount = amount

class PaidField(PriceField):
    def contribute_to_class(self, cls, name):
        self.name = name

class Order(models.Model):
    amount = models.IntegerField()
    total = MoneyField("amount")

class Payment(models.Model):
    paid = PaidField("amount")
`
	m, _, _ := collect(t, text)
	if o := m.State.Models["shop.order"]; o == nil || o.Undecided != "" || len(o.Fields) != 2 {
		t.Errorf("order is %+v", o)
	}
	if p := m.State.Models["shop.payment"]; p == nil || p.Undecided == "" {
		t.Errorf("payment is %+v, though a package's class may be a field that adds others", p)
	}
}

func TestWhatIsNoModel(t *testing.T) {
	m, _, _ := collect(t, `
from django.db import models
from pydantic import BaseModel
class Status(models.TextChoices):
    A = "a"
class Orders(models.QuerySet): pass
class OrderManager(models.Manager.from_queryset(Orders)):
    use_in_migrations = True
class Payload(BaseModel):
    a: int
class Order(models.Model):
    objects = OrderManager()
    others = Orders.as_manager()
`)
	for key, state := range m.State.Models {
		if state.App == "shop" && (key != "shop.order" || state.Undecided != "") {
			t.Errorf("%s is a model: %q", key, state.Undecided)
		}
	}
	if m.State.Models["shop.order"] == nil {
		t.Error("shop.order is no model")
	}
}

func TestFieldsOfMigrations(t *testing.T) {
	_, i, s := collect(t, `
from django.db import models
A = models.CharField("name", max_length=5, default=None)
B = models.ForeignKey(on_delete=models.deletion.CASCADE, to="shop.Order", db_index=False)
C = models.ManyToManyField("shop.Order", through="shop.Link")
`)
	module := s.Import("shop.models").Module
	for name, want := range map[string]string{
		"A": "django.db.models.CharField(default=None, max_length=5, verbose_name='name')",
		"B": "django.db.models.ForeignKey(db_index=False, on_delete=<built-in function django.db.models.deletion.CASCADE>, to='shop.order')",
		"C": "django.db.models.ManyToManyField(through='shop.Link', to='shop.order')",
	} {
		if got := shown(i.NormalizeField(s, name, module.Attr(name))); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestMetaclassesOfPackages(t *testing.T) {
	m, _, _ := collect(t, `
from django.db import models
from django.db.models.base import ModelBase

class TreeBase(ModelBase):
    def __new__(cls, name, bases, attrs):
        made = super().__new__(cls, name, bases, attrs)
        if not made._meta.abstract:
            there = {f.name for f in made._meta.local_fields}
            for field in ("lft", "name"):
                if field not in there:
                    models.PositiveIntegerField(editable=False).contribute_to_class(made, field)
        return made

class Tree(models.Model, metaclass=TreeBase):
    class Meta:
        abstract = True

class Node(Tree):
    name = models.CharField(max_length=5)

class Rendered(models.TextField):
    def contribute_to_class(self, cls, name):
        if not cls._meta.abstract:
            cls.add_to_class("_" + name, models.TextField(editable=False))
        super().contribute_to_class(cls, name)

class Text(models.Model):
    body = Rendered()
    class Meta:
        abstract = True

class Note(Text):
    pass
`)
	for model, want := range map[string]string{"shop.node": "id name lft", "shop.note": "id _body body"} {
		state := m.State.Models[model]
		if state == nil || state.Undecided != "" {
			t.Errorf("%s is %+v", model, state)
			continue
		}
		var names []string
		for _, f := range state.Fields {
			names = append(names, f.Name)
		}
		slices.Sort(names)
		sorted := strings.Fields(want)
		slices.Sort(sorted)
		if !slices.Equal(names, sorted) {
			t.Errorf("%s has %q, not %q", model, names, sorted)
		}
	}
}

func TestWhatIsContributedAndIsNoField(t *testing.T) {
	m, _, _ := collect(t, `
from django.db import models
from django.db.models.signals import class_prepared
from tree.models import Tree
from tags.fields import TagsField

class Money:
    def contribute_to_class(self, cls, name):
        self.name = name
        cls._meta.add_field(self, private=True)
        setattr(cls, name, self)

class PriceField(Money):
    pass

class Tagged(models.Model):
    tags = TagsField()
    class Meta:
        abstract = True

def add_index(sender, **kwargs):
    sender._meta.indexes.append(models.Index(fields=["id"], name=f"{sender.__name__}_id"))

class_prepared.connect(add_index)

class Price(models.Model):
    amount = models.IntegerField()
    price = PriceField()
    class Meta:
        indexes = []

class Node(Tagged, Tree):
    pass
`)
	price := m.State.Models["shop.price"]
	if price == nil || price.Undecided != "" || len(price.Fields) != 2 || len(price.Indexes) != 1 || price.Indexes[0].Name != "Price_id" {
		t.Errorf("price is %+v", price)
	}
	if node := m.State.Models["shop.node"]; node == nil || node.Undecided == "" || node.UndecidedOptions == "" {
		t.Errorf("node is %+v", node)
	}
}
