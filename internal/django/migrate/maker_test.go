package migrate

import (
	"slices"
	"testing"

	"gonogo/internal/knowledge"
)

// Whether a table is new goes by the table, not by the name that it has at the end.
func TestTablesOfAReleaseAreKnownThroughTheirNames(t *testing.T) {
	const base = `migrations.CreateModel("Base", [("id", models.BigAutoField(primary_key=True))]), `
	const size = `"size", models.IntegerField(db_index=True)`
	const replaced = base + `migrations.DeleteModel("Product"), migrations.RenameModel("Base", "Product")`
	rows := []struct {
		name, operations string
		all              bool     // each migration is a release of its own
		old              []string // tables that are there and are held, by operation
		fails            int      // operations that fail on a table with rows
	}{
		{"a table that a new one replaces", `migrations.AddField("product", ` + size + `), ` + replaced, false, []string{"AddField shop.product", "DeleteModel shop.product", "DeleteModel shop_product_friends"}, 1},
		{"SQL on a table that a new one replaces", `migrations.RunSQL("CREATE INDEX i ON shop_product (name)"), ` + replaced, false, []string{"RunSQL shop.product", "DeleteModel shop.product", "DeleteModel shop_product_friends"}, 0},
		{"a table that replaces another one", replaced + `, migrations.AddField("product", ` + size + `), migrations.RunSQL("CREATE INDEX i ON shop_product (id)")`, false, []string{"DeleteModel shop.product", "DeleteModel shop_product_friends"}, 0},
		{"a new table whose name an old one gets", base + `migrations.AddField("base", ` + size + `), migrations.DeleteModel("Base"), migrations.RenameModel("Product", "Base")`, false, []string{"RenameModel shop.product", "RenameModel shop_product_friends"}, 0},
		{"a field of the first migration, of a model that a later one replaces", replaced, true, []string{"DeleteModel shop.product", "DeleteModel shop_product_friends"}, 0},
		{"the table of a relation of a model that is renamed", `migrations.RenameModel("Product", "Item"), migrations.RemoveField("item", "friends")`, false,
			[]string{"RenameModel shop.product", "RenameModel shop_product_friends", "RemoveField shop_item_friends"}, 0},
		{"the table of a new relation", `migrations.AddField("product", "near", models.ManyToManyField("shop.product")), migrations.RenameModel("Product", "Item"), migrations.RemoveField("item", "near")`, false,
			[]string{"AddField shop.product", "RenameModel shop.product", "RenameModel shop_product_friends"}, 0},
	}
	const first = head + `
class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Product", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField()), ("friends", models.ManyToManyField("shop.product"))]),
        migrations.AddField("product", "weight", models.IntegerField()),
    ]
`
	database := Database{Server: knowledge.PostgreSQL, Version: knowledge.Version{Major: 16}}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			m := load(files{"shop/models.py": "", "shop/migrations/0001_initial.py": first, "shop/migrations/0002_more.py": second(row.operations)})
			var old []string
			fails := 0
			for _, x := range m.App("shop").Migrations {
				if !row.all && x.Name == "0001_initial" {
					continue
				}
				fresh := func(k Key) bool { return k == x.Key }
				holds, doubts := m.Holds(x, database, fresh)
				for _, d := range doubts {
					t.Errorf("doubt: %s", d.Reason)
				}
				for _, h := range holds {
					if text := h.Operation.Kind + " " + h.Table; !h.Fresh && h.Blocked > knowledge.Nobody && !slices.Contains(old, text) {
						old = append(old, text)
					}
				}
				for _, b := range m.Breaks(x, database, fresh) {
					if b.Fails {
						fails++
					}
				}
			}
			if !slices.Equal(old, row.old) || fails != row.fails {
				t.Errorf("held: %q, want %q; %d fail, want %d", old, row.old, fails, row.fails)
			}
		})
	}
}
