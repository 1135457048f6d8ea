package pgsql

import "testing"

func TestMentioned(t *testing.T) {
	for _, c := range []struct {
		name, sql, table, column string
		want                     bool
	}{
		{"a plain name", "SELECT note FROM shop_product", "shop_product", "note", true},
		{"behind an alias", "SELECT p.note FROM shop_product p JOIN shop_category c ON c.id = p.category_id", "shop_product", "note", true},
		{"of the other table", "SELECT c.note FROM shop_product p JOIN shop_category c ON c.id = p.category_id", "shop_product", "note", false},
		{"in a condition", "DELETE FROM shop_product WHERE note IS NULL", "shop_product", "note", true},
		{"written", "UPDATE shop_product SET note = ''", "shop_product", "note", true},
		{"inserted", "INSERT INTO shop_product (name, note) VALUES ('a', 'b')", "shop_product", "note", true},
		{"the name of what comes out", "SELECT name AS note FROM shop_product", "shop_product", "note", false},
		{"another table", "SELECT note FROM shop_order", "shop_product", "note", false},
		{"a text", "SELECT 'note' FROM shop_product", "shop_product", "note", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := Mentioned(c.sql)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Has(c.table, c.column); got != c.want {
				t.Errorf("Has(%s, %s) is %v in %s: %+v", c.table, c.column, got, c.sql, m)
			}
		})
	}
	if _, err := Mentioned("note of shop_product"); err == nil {
		t.Error("prose was read as SQL")
	}
}
