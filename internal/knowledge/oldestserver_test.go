package knowledge

import "testing"

func TestOldestServer(t *testing.T) {
	rows := []struct {
		name   string
		server DatabaseServer
		django Version
		oldest Version
		of     string
	}{
		{"Django 4.2", PostgreSQL, Version{4, 2, 16}, Version{12, 0, 0}, "4.2"},
		{"Django 5.0, as 4.2", PostgreSQL, Version{5, 0, 3}, Version{12, 0, 0}, "5.0"},
		{"Django 5.1", PostgreSQL, Version{5, 1, 0}, Version{13, 0, 0}, "5.1"},
		{"a Django whose patch is not known", PostgreSQL, Version{5, 2, -1}, Version{14, 0, 0}, "5.2"},
		{"Django 6.0 and MariaDB", MariaDB, Version{6, 0, 1}, Version{10, 6, 0}, "6.0"},
		{"Django 6.1 and MySQL", MySQL, Version{6, 1, 0}, Version{8, 4, 0}, "6.1"},
		{"a newer Django", PostgreSQL, Version{6, 2, 0}, Version{15, 0, 0}, "6.1"},
		{"an older Django", PostgreSQL, Version{3, 2, 25}, Version{12, 0, 0}, "4.2"},
		{"a Django that is not known", MySQL, Version{}, Version{8, 0, 11}, "4.2"},
		{"SQLite", SQLite, Version{5, 2, 0}, Version{}, "5.2"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got, of := OldestServer(row.server, row.django), OldestServerOf(row.django).Series(); got != row.oldest || of != row.of {
				t.Errorf("got %v of Django %s", got, of)
			}
		})
	}
}
