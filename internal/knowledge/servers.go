package knowledge

// ServerSeries is a series of a database or cache server whose end of support is known.
type ServerSeries struct {
	Product string // "postgresql", "mysql", "mariadb", "redis"
	Name    string // as a tag begins: "16", "8.0"
	End     Date   // the last day on which it gets fixes
	Source  string
}

// ServerSupport is the series of a server that a version belongs to. ok is false for one whose end is not known: a series that is still
// supported without an end in the source, one that is newer than the facts, and a version that leaves the series open ("redis 7").
//
// The dates are those of https://endoflife.date as of 2026-11-21, which collects them from the pages that Source names: the final release of
// PostgreSQL, the end of extended support of MySQL (of an innovation release, the next one), MariaDB's maintenance policy, and for Redis the
// day on which a series is no longer listed. They were not compared with those pages one by one.
func ServerSupport(product string, v Version) (s ServerSeries, ok bool) {
	if v.Major < 0 {
		return ServerSeries{}, false
	}
	for _, known := range serverSeries() {
		series := ParseVersion(known.Name)
		if known.Product != product || series.Major != v.Major {
			continue
		}
		if series.Minor < 0 || series.Minor == v.Minor {
			return known, true
		}
	}
	return ServerSeries{}, false
}

func serverSeries() []ServerSeries {
	var all []ServerSeries
	add := func(product, source string, series ...ServerSeries) {
		for _, s := range series {
			s.Product, s.Source = product, source
			all = append(all, s)
		}
	}
	s := func(name string, year, month, day int) ServerSeries {
		return ServerSeries{Name: name, End: Date{year, month, day}}
	}
	add("postgresql", "https://www.postgresql.org/support/versioning/",
		s("9.5", 2021, 2, 11), s("9.6", 2021, 11, 11), s("10", 2022, 11, 10), s("11", 2023, 11, 9), s("12", 2024, 11, 21), s("13", 2025, 11, 13), s("14", 2026, 11, 12),
		s("15", 2027, 11, 11), s("16", 2028, 11, 9), s("17", 2029, 11, 8), s("18", 2030, 11, 14))
	add("mysql", "https://www.mysql.com/support/",
		s("5.5", 2018, 12, 31), s("5.6", 2021, 2, 28), s("5.7", 2023, 10, 31), s("8.0", 2026, 4, 30), s("8.1", 2023, 10, 25), s("8.2", 2023, 12, 14), s("8.3", 2024, 4, 10), s("8.4", 2032, 4, 30),
		s("9.0", 2024, 10, 15), s("9.1", 2025, 1, 21), s("9.2", 2025, 4, 15), s("9.3", 2025, 7, 22), s("9.4", 2025, 10, 21), s("9.5", 2026, 1, 20), s("9.6", 2026, 4, 21))
	add("mariadb", "https://mariadb.org/about/#maintenance-policy",
		s("5.5", 2020, 4, 11), s("10.0", 2019, 3, 31), s("10.1", 2020, 10, 17), s("10.2", 2022, 5, 23), s("10.3", 2023, 5, 25), s("10.4", 2024, 6, 18), s("10.5", 2025, 6, 24),
		s("10.6", 2026, 7, 6), s("10.7", 2023, 2, 14), s("10.8", 2023, 5, 20), s("10.9", 2023, 8, 22), s("10.10", 2023, 11, 17), s("10.11", 2028, 2, 16))
	add("redis", "https://github.com/redis/redis/security",
		s("3", 2018, 10, 17), s("4", 2020, 4, 30), s("5", 2022, 4, 27), s("6.0", 2022, 5, 31), s("7.0", 2024, 7, 29), s("8.0", 2026, 2, 11))
	return all
}
