package knowledge

import "testing"

func TestServerSupport(t *testing.T) {
	for _, c := range []struct {
		product, version, end string
	}{
		{"postgresql", "13", "2025-11-13"}, {"postgresql", "15.3", "2027-11-11"}, {"postgresql", "9.6.24", "2021-11-11"},
		{"postgresql", "2.14", ""}, // the tag of an extension
		{"postgresql", "99", ""}, {"mysql", "8.0.36", "2026-04-30"}, {"mysql", "8", ""}, {"mysql", "5.7", "2023-10-31"},
		{"mariadb", "10.6", "2026-07-06"}, {"mariadb", "10", ""}, {"mariadb", "10.11.8", "2028-02-16"},
		{"redis", "5", "2022-04-27"}, {"redis", "3", "2018-10-17"}, {"redis", "6.2", ""}, {"redis", "7", ""}, {"redis", "7.0.15", "2024-07-29"}, {"valkey", "7.2", ""},
	} {
		s, ok := ServerSupport(c.product, ParseVersion(c.version))
		got := ""
		if ok {
			got = s.End.String()
		}
		if got != c.end {
			t.Errorf("%s %s: ends %q, want %q", c.product, c.version, got, c.end)
		}
	}
}
