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
