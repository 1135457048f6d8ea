package migrate

import (
	"path"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/django/orm"
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
		if m, ok := f.ParseFile(strings.ReplaceAll(dotted, ".", "/") + end); ok {
			return m, end != ".py", true
		}
	}
	return nil, false, false
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

func (f files) pkg(dotted string) (p Package, ok bool) {
	p.Dir = strings.ReplaceAll(dotted, ".", "/")
	_, ok = f[p.Dir+"/__init__.py"]
	for name := range f {
		if module, isPython := strings.CutSuffix(path.Base(name), ".py"); path.Dir(name) == p.Dir && isPython && module[0] != '_' {
			p.Modules = append(p.Modules, module)
		}
	}
	slices.Sort(p.Modules)
	return p, ok
}

// load reads the migrations of the applications "shop" and "crm", of which crm may be empty, under Django 5.2.
func load(project files) *Migrations {
	for _, name := range []string{"shop/__init__.py", "crm/__init__.py", "shop/migrations/__init__.py"} {
		project[name] += ""
	}
	owned := func(module string) (string, bool) {
		_, _, ok := project.Module(module)
		return strings.ReplaceAll(module, ".", "/"), ok
	}
	settings := map[string]eval.Value{"INSTALLED_APPS": eval.MakeList(eval.MakeStr("django.contrib.auth"), eval.MakeStr("shop"), eval.MakeStr("crm")),
		"DEFAULT_AUTO_FIELD": eval.MakeStr("django.db.models.BigAutoField"), "AUTH_USER_MODEL": eval.MakeStr("auth.User")}
	i := orm.New(knowledge.Version{Major: 5, Minor: 2}, func(name string) eval.Value { return settings[name] }, owned)
	s := eval.NewSession(eval.Config{Finder: project, Library: Library(i.Library(library.Modules()))})
	i.LoadApps(s)
	models := i.Collect(s)
	return Load(Input{Session: s, ORM: i, Models: models, Version: knowledge.Version{Major: 5, Minor: 2}, Modules: eval.MakeDict(),
		Package: project.pkg, HasClass: func(name string) bool { return strings.Contains(project["shop/models.py"], "class "+name) }})
}

const head = "from django.db import migrations, models\nfrom django.conf import settings\n"

// first is a migration that makes a model with a name and a price.
const firstMigration = head + `
class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("price", models.IntegerField(default=0)),
            ],
            options={"ordering": ["name"], "unique_together": {("name", "price")}},
        ),
    ]
`

func second(operations string) string {
	return head + `
class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [` + operations + `]
`
}

const product = `
from django.db import models
class Product(models.Model):
    name = models.CharField(max_length=100)
    price = models.IntegerField(default=0)
    class Meta:
        ordering = ["name"]
        unique_together = [["name", "price"]]
`

func texts(m *Migrations) string {
	var out []string
	for _, c := range m.Changes {
		out = append(out, c.Text)
	}
	for _, d := range m.Doubts {
		out = append(out, "? "+d.App+"."+d.Model+": "+d.Reason)
	}
	return strings.Join(out, "\n")
}

func TestChanges(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(product, old, new, 1) }
	for name, c := range map[string]struct{ models, second, want string }{
		"nothing":                               {product, "", ""},
		"a field":                               {with("    class Meta", "    size = models.IntegerField(null=True)\n    class Meta"), "", "Add field size to product"},
		"a field, added":                        {with("    class Meta", "    size = models.IntegerField(null=True)\n    class Meta"), `migrations.AddField("product", "size", models.IntegerField(null=True))`, ""},
		"a field gone":                          {product, `migrations.AddField("product", "size", models.IntegerField(null=True))`, "Remove field size from product"},
		"a field altered":                       {with("max_length=100", "max_length=50"), "", "Alter field name on product"},
		"a one-off default":                     {with("    class Meta", "    size = models.IntegerField()\n    class Meta"), `migrations.AddField(model_name="product", name="size", field=models.IntegerField(default=1), preserve_default=False)`, ""},
		"an option":                             {with(`["name"]`, `["-name"]`), "", "Change Meta options on product"},
		"unique_together":                       {with(`[["name", "price"]]`, `[]`), "", "Alter unique_together for product (0 constraint(s))"},
		"a renamed field":                       {with("price = ", "cost = "), `migrations.RenameField("product", "price", "cost")`, "Alter unique_together for product (1 constraint(s))"},
		"a renamed model":                       {strings.Replace(product, "Product", "Article", 1), `migrations.RenameModel("Product", "Article")`, ""},
		"a deleted model":                       {"", "", "Delete model Product"},
		"a new model":                           {product + "class Box(models.Model):\n    pass\n", "", "Create model Box"},
		"a proxy":                               {product + "class Box(Product):\n    class Meta:\n        proxy = True\n", "", "Create proxy model Box"},
		"an index":                              {product + "        indexes = [models.Index(fields=['name'], name='n')]\n", "", "Create index n on field(s) name of model product"},
		"a renamed index":                       {product + "        indexes = [models.Index(fields=['name'], name='n')]\n", `migrations.AddIndex("product", models.Index(fields=["name"], name="m"))`, "Rename index m on product to n"},
		"a constraint":                          {product + "        constraints = [models.CheckConstraint(condition=models.Q(price__gte=0), name='p')]\n", "", "Create constraint p on model product"},
		"a constraint's message":                {product + "        constraints = [models.CheckConstraint(condition=models.Q(price__gte=0), name='p', violation_error_message='x')]\n", `migrations.AddConstraint("product", models.CheckConstraint(condition=models.Q(price__gte=0), name="p"))`, "Alter constraint p on product"},
		"a table":                               {product + "        db_table = 'p'\n", "", "Rename table for product to p"},
		"managers":                              {product + "    objects = M()\n", "", "Change managers on product"},
		"state only":                            {with("max_length=100", "max_length=50"), `migrations.SeparateDatabaseAndState(state_operations=[migrations.AlterField("product", "name", models.CharField(max_length=50))])`, ""},
		"database only":                         {with("max_length=100", "max_length=50"), `migrations.SeparateDatabaseAndState(database_operations=[migrations.AlterField("product", "name", models.CharField(max_length=50))])`, "Alter field name on product"},
		"a package's operation":                 {with("max_length=100", "max_length=50"), `__import__("acme").Op()`, "? shop.: shop.0002_more: an operation"},
		"an operation about nothing":            {product, `migrations.RemoveField("box", "x")`, "? shop.: shop.0002_more: it is about shop.box, which no migration before it makes"},
		"a constructor of the project fills in": {"from django.db import models\nclass Own(models.CharField):\n    def __init__(self, *a, **k):\n        k.setdefault('editable', False)\n        super().__init__(*a, **k)\n" + with("name = models.CharField(max_length=100)", "name = Own(max_length=100, editable=True)"), `migrations.AlterField("product", "name", __import__("shop.models").models.Own(max_length=100, editable=False))`, ""},
		"data":                                  {product, `migrations.RunPython(migrations.RunPython.noop), migrations.RunSQL("SELECT 1")`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(c.models, "class Product", "class M(models.Manager):\n    use_in_migrations = True\nclass Product", 1)
			project := files{"shop/models.py": text, "shop/migrations/0001_initial.py": firstMigration}
			if c.second != "" {
				project["shop/migrations/0002_more.py"] = second(c.second)
			}
			if got := texts(load(project)); got != c.want && (c.want == "" || !strings.HasPrefix(got, c.want) || !strings.HasPrefix(got, "?")) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestGraph(t *testing.T) {
	migration := func(dependencies, more string) string {
		return head + "class Migration(migrations.Migration):\n    dependencies = [" + dependencies + "]\n" + more + "\n"
	}
	show := func(m *Migrations) string {
		var out []string
		for _, k := range m.Graph.Plan() {
			out = append(out, k.String())
		}
		for _, a := range m.Apps {
			if leaves := m.Graph.Leaves(a.Label); len(leaves) > 1 {
				out = append(out, "leaves of "+a.Label)
			}
		}
		for _, x := range m.Graph.Missing {
			out = append(out, x.Of.String()+" lacks "+x.On.String())
		}
		for _, k := range m.Graph.Cycle {
			out = append(out, "circle "+k.String())
		}
		return strings.Join(out, ", ")
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"a chain":                            {map[string]string{"0001_a": migration("", ""), "0002_b": migration(`("shop", "0001_a")`, "")}, "shop.0001_a, shop.0002_b"},
		"two ends":                           {map[string]string{"0001_a": migration("", ""), "0002_b": migration(`("shop", "0001_a")`, ""), "0002_c": migration(`("shop", "0001_a")`, "")}, "shop.0001_a, shop.0002_b, shop.0002_c, leaves of shop"},
		"missing":                            {map[string]string{"0002_b": migration(`("shop", "0001_a")`, "")}, "shop.0002_b, shop.0002_b lacks shop.0001_a"},
		"another application's is not there": {map[string]string{"0001_a": migration(`("blog", "0001_x")`, "")}, "shop.0001_a, shop.0001_a lacks blog.0001_x"},
		"Django's are taken as they are":     {map[string]string{"0001_a": migration(`migrations.swappable_dependency(settings.AUTH_USER_MODEL)`, "")}, "shop.0001_a"},
		"a circle":                           {map[string]string{"0001_a": migration(`("shop", "0002_b")`, ""), "0002_b": migration(`("shop", "0001_a")`, "")}, "circle shop.0001_a, circle shop.0002_b"},
		"squashed": {map[string]string{"0001_a": migration("", ""), "0002_b": migration(`("shop", "0001_a")`, ""), "0003_c": migration(`("shop", "0002_b")`, ""),
			"0001_squashed_0002": migration("", `    replaces = [("shop", "0001_a"), ("shop", "0002_b")]`)}, "shop.0001_squashed_0002, shop.0003_c"},
		"squashed, and the old ones removed": {map[string]string{"0003_c": migration(`("shop", "0002_b")`, ""),
			"0001_squashed_0002": migration("", `    replaces = [("shop", "0001_a"), ("shop", "0002_b")]`)}, "shop.0001_squashed_0002, shop.0003_c"},
		"run before": {map[string]string{"0001_a": migration("", ""), "0000_b": migration("", `    run_before = [("shop", "0001_a")]`)}, "shop.0000_b, shop.0001_a"},
	} {
		t.Run(name, func(t *testing.T) {
			project := files{"shop/models.py": ""}
			for file, text := range c.files {
				project["shop/migrations/"+file+".py"] = text
			}
			if got := show(load(project)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
