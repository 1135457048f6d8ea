package knowledge

// serverFloors are the oldest servers that a series of Django works with, and the series after it up to the next row.
type serverFloors struct {
	django                     Version
	postgresql, mysql, mariadb Version
}

// oldestServers are minimum_database_version of django/db/backends/postgresql/features.py and django/db/backends/mysql/features.py in Django
// 4.2, 5.0, 5.1, 5.2, 6.0 and 6.1, newest first. Django 4.2 says (8,) of MySQL; its documentation says 8.0.11.
// Source: https://docs.djangoproject.com/en/4.2/ref/databases/ and that page of the other series.
func oldestServers() []serverFloors {
	return []serverFloors{
		{Version{6, 1, 0}, Version{15, 0, 0}, Version{8, 4, 0}, Version{10, 11, 0}},
		{Version{6, 0, 0}, Version{14, 0, 0}, Version{8, 0, 11}, Version{10, 6, 0}},
		{Version{5, 2, 0}, Version{14, 0, 0}, Version{8, 0, 11}, Version{10, 5, 0}},
		{Version{5, 1, 0}, Version{13, 0, 0}, Version{8, 0, 11}, Version{10, 5, 0}},
		{Version{4, 2, 0}, Version{12, 0, 0}, Version{8, 0, 11}, Version{10, 4, 0}},
	}
}

// OldestServer is the oldest version of a server that a version of Django works with; the zero Version where its locks do not depend on it. Of
// a Django that is not known, or is older than the facts, it is what Django 4.2 works with, of a newer one what the newest known one does.
func OldestServer(server DatabaseServer, django Version) Version {
	list := oldestServers()
	floors := list[len(list)-1]
	for _, x := range list {
		if django.Known() && django.AtLeast(x.django.Major, x.django.Minor) {
			floors = x
			break
		}
	}
	switch server {
	case PostgreSQL:
		return floors.postgresql
	case MySQL:
		return floors.mysql
	case MariaDB:
		return floors.mariadb
	}
	return Version{}
}

// OldestServerOf is the series of Django whose oldest server OldestServer tells: the project's where the facts have it.
func OldestServerOf(django Version) Version {
	list := oldestServers()
	newest, oldest := list[0].django, list[len(list)-1].django
	switch {
	case !django.AtLeast(oldest.Major, oldest.Minor):
		return oldest
	case django.AtLeast(newest.Major, newest.Minor):
		return newest
	}
	return django
}
