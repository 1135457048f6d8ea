package pgsql

import (
	"fmt"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	rows := []struct{ name, sql, want string }{
		{"an index", "CREATE INDEX i ON shop.product (name)", "create an index product i"},
		{"an index beside writers", "CREATE UNIQUE INDEX CONCURRENTLY i ON product (name)", "create an index concurrently product i; alone"},
		{"a comment and a string that hold other SQL", "-- DROP TABLE a;\nUPDATE product SET name = 'DROP TABLE b; x'", "change rows product ; rows"},
		{"dollar quotes", "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; END $$", ""},
		{"a check that is not valid as yet", "ALTER TABLE a ADD CONSTRAINT c CHECK (b > 1) NOT VALID", "add a check that is not valid as yet a c"},
		{"validation", "ALTER TABLE a VALIDATE CONSTRAINT c", "validate a check a c"},
		{"a unique constraint of an index", "ALTER TABLE a ADD CONSTRAINT c UNIQUE USING INDEX i", "add a unique constraint of an index a c"},
		{"a foreign key", "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES s.c (id)", "add a foreign key a  -> c"},
		{"a constant default", "ALTER TABLE a ADD b int DEFAULT 3 NOT NULL", "add a column with a constant default a b"},
		{"the time of the transaction", "ALTER TABLE a ADD b timestamptz DEFAULT now()", "add a column with a constant default a b"},
		{"a default for each row", "ALTER TABLE a ADD b uuid DEFAULT gen_random_uuid()", "add a column whose default is computed for each row a b"},
		{"a default within another", "ALTER TABLE a ADD b text DEFAULT upper(now()::text || random())", "add a column whose default is computed for each row a b"},
		{"a column with constraints", "ALTER TABLE a ADD b int UNIQUE CHECK (b > 1) REFERENCES c",
			"add a column a b, add a unique column a b, add a column with a check a b, add a column that points to another table a b -> c"},
		{"a sequence", "ALTER TABLE a ADD b bigserial", "add a column that a sequence fills a b"},
		{"dropped", "ALTER TABLE a DROP COLUMN b; DROP TABLE IF EXISTS c, s.d CASCADE; DROP INDEX i",
			"drop a column a b; removes a.b | drop the table c , drop the table d ; removes c d | drop an index  i"},
		{"renamed", "ALTER TABLE a RENAME b TO c; ALTER TABLE a RENAME TO b", "rename a column a b; removes a.b | rename the table a ; removes a"},
		{"defaults", "ALTER TABLE a ALTER b SET DEFAULT 3, ALTER c DROP DEFAULT", "change a default a b, change a default a c; defaults a.b"},
		{"a type", "ALTER TABLE a ALTER b TYPE bigint", "alter the table a b; the type that the column b had is not known"},
		{"a block", "DO $$ BEGIN END $$", "; a DO block can do anything"},
		{"a view is no table", "ALTER VIEW v RENAME TO w; DROP VIEW w", " | "},
		{"a new table", "CREATE TABLE a (id int REFERENCES b, FOREIGN KEY (id) REFERENCES c)", "a new table points to it b , a new table points to it c ; makes a"},
		{"nothing", "", ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			statements, err := Parse(row.sql)
			if err != nil {
				t.Fatal(err)
			}
			var shown []string
			for _, s := range statements {
				shown = append(shown, show(s))
			}
			if got := strings.Join(shown, " | "); got != row.want {
				t.Errorf("got  %q\nwant %q", got, row.want)
			}
		})
	}
}

func show(s Statement) string {
	var changes []string
	for _, c := range s.Changes {
		text := fmt.Sprintf("%s %s %s", c.Kind, c.Table, c.Name)
		if c.Other != "" {
			text += " -> " + c.Other
		}
		changes = append(changes, text)
	}
	out := strings.Join(changes, ", ")
	if len(s.Makes) > 0 {
		out += "; makes " + strings.Join(s.Makes, " ")
	}
	if len(s.Removes) > 0 {
		out += "; removes " + strings.Join(s.Removes, " ")
	}
	if len(s.Defaults) > 0 {
		out += "; defaults " + strings.Join(s.Defaults, " ")
	}
	if s.Rows {
		out += "; rows"
	}
	if s.Alone {
		out += "; alone"
	}
	if s.Uncertain != "" {
		out += "; " + s.Uncertain
	}
	return out
}

func TestParseErrors(t *testing.T) {
	for name, sql := range map[string]string{"a syntax error": "ALTER TABL a", "too long": strings.Repeat(" ", longest+1),
		"deep": "SELECT " + strings.Repeat("(", 50000) + "1" + strings.Repeat(")", 50000)} {
		if _, err := Parse(sql); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Parse("SELECT 1"); err != nil {
		t.Errorf("after errors: %v", err)
	}
}
