package migrations

import "gonogo/internal/check"

// shop is a small project with an application "shop" and the given files.
func shop(note string, pathsAndTexts ...string) check.Example {
	return check.Project(note, append([]string{
		"settings.py", "INSTALLED_APPS = [\"shop\"]\nDEFAULT_AUTO_FIELD = \"django.db.models.BigAutoField\"\n",
		"shop/__init__.py", "",
	}, pathsAndTexts...)...)
}

const (
	productModel = "from django.db import models\n\n\nclass Product(models.Model):\n    name = models.CharField(max_length=100)\n"
	pricedModel  = productModel + "    price = models.IntegerField(default=0)\n"

	initial = `from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Product", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=100)),
        ]),
    ]
`
	price = `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.AddField("product", "price", models.IntegerField(default=0))]
`
	empty = `from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = []
`
)

const mixed = `from django.db import migrations, models


def fill(apps, schema_editor):
    apps.get_model("shop", "Product").objects.update(price=1)


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("product", "price", models.IntegerField(default=0)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
`

// filled is a migration that runs a function.
func filled(arguments string) string {
	return `from django.db import migrations


def fill(apps, schema_editor):
    apps.get_model("shop", "Product").objects.filter(name="").update(name="?")


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunPython(` + arguments + `)]
`
}

// released says that the last release had the first migration alone.
func released(e check.Example) check.Example {
	e.Released = []string{"shop/migrations/0001_initial.py"}
	return e
}
