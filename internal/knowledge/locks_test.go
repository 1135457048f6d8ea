package knowledge

import (
	"strings"
	"testing"
)

// Each server has at most one answer for a change at a version, with its source.
func TestLockTables(t *testing.T) {
	for server, rows := range map[DatabaseServer][]Locking{PostgreSQL: postgresLocks(), MySQL: mysqlLocks(), MariaDB: mariaLocks(), SQLite: sqliteLocks()} {
		seen := map[TableChange]map[Version]bool{}
		for _, r := range rows {
			if seen[r.Change] == nil {
				seen[r.Change] = map[Version]bool{}
			}
			if seen[r.Change][r.Since] {
				t.Errorf("%s: %s has two rows since %v", server, r.Change, r.Since)
			}
			seen[r.Change][r.Since] = true
			if !strings.HasPrefix(r.Source, "https://") || r.Blocked == 0 || r.Work == 0 || (r.Other == "") != (r.OtherBlocked == 0) {
				t.Errorf("%s: the row of %s is not whole: %+v", server, r.Change, r)
			}
			if strings.HasPrefix(r.Change.String(), "unnamed") {
				t.Errorf("the change %d has no name", r.Change)
			}
		}
	}
	for c := AddColumnNull; c <= AlterOther; c++ {
		if _, ok := HowLocks(PostgreSQL, Version{}, c); !ok {
			t.Errorf("PostgreSQL has no row for: %s", c)
		}
	}
}

func TestHowLocks(t *testing.T) {
	rows := []struct {
		name    string
		server  DatabaseServer
		version Version
		change  TableChange
		work    Work
		blocked Blocked
	}{
		{"a constant default before PostgreSQL 11", PostgreSQL, Version{10, 0, 0}, AddColumnDefault, Rewrite, Everybody},
		{"a constant default since PostgreSQL 11", PostgreSQL, Version{11, 0, 0}, AddColumnDefault, Moment, Everybody},
		{"NOT NULL under a check before 12", PostgreSQL, Version{11, 0, 0}, SetNotNullChecked, Scan, Everybody},
		{"NOT NULL under a check since 12", PostgreSQL, Version{16, 0, 0}, SetNotNullChecked, Moment, Everybody},
		{"an index on a PostgreSQL that is not known", PostgreSQL, Version{}, CreateIndex, Build, Writers},
		{"a column is dropped from MySQL 8.0.28", MySQL, Version{8, 0, 28}, DropColumn, Rewrite, Nobody},
		{"a column is dropped from MySQL 8.0.29", MySQL, Version{8, 0, 29}, DropColumn, Moment, Everybody},
		{"another type on MariaDB 10.11", MariaDB, Version{10, 11, 0}, ChangeType, Rewrite, Writers},
		{"another type on MariaDB 11.4", MariaDB, Version{11, 4, 0}, ChangeType, Rewrite, Nobody},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got, ok := HowLocks(row.server, row.version, row.change)
			if !ok || got.Work != row.work || got.Blocked != row.blocked {
				t.Errorf("got %+v, %t", got, ok)
			}
		})
	}
}
