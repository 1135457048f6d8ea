package django

import (
	"strings"

	"gonogo/internal/python/eval"
)

// Family is the kind of server behind a database engine, whichever package the engine comes from.
type Family uint8

const (
	PostgreSQL Family = iota + 1 // also PostGIS, CockroachDB and tenant or pool wrappers around it
	MySQL                        // also MariaDB
	SQLite                       // also SpatiaLite
	Oracle
	SQLServer
	Dummy       // no ENGINE: Django raises at the first query
	OtherEngine // an engine that is not recognised
	Undecided   // the engine is not known
)

// Database is one alias of DATABASES in one world.
type Database struct {
	Alias  string
	Config eval.Value // the alias' dictionary
}

// Databases are the aliases of DATABASES in the order in which they are written. open is true when there can be others
// (a part of the setting is not known).
func (w *World) Databases() (list []Database, open bool) {
	all := w.Get("DATABASES").Value
	if all.Kind() != eval.Dict {
		return nil, all.IsUnknown()
	}
	open = all.IsOpen()
	for _, e := range all.Entries() {
		alias, ok := e.Key.AsStr()
		if !ok {
			open = true
			continue
		}
		list = append(list, Database{Alias: alias, Config: e.Value})
	}
	return list, open
}

// Option is a key of the alias, through nested keys ("OPTIONS", "pool"): invalid when it is not given,
// Unknown when it can't be known (an address that comes from outside may carry it).
func (d Database) Option(keys ...string) eval.Value {
	return inherit(d.Config.Get(keys...), d.Config)
}

// inherit gives an unknown part without provenance that of the whole.
func inherit(part, whole eval.Value) eval.Value {
	if part.IsUnknown() && part.Origin() == nil {
		if part.Reason() == "" && whole.IsUnknown() {
			return whole
		}
		return part.WithOrigin(whole.Origin())
	}
	return part
}

// Engine is the family of the alias' ENGINE.
func (d Database) Engine() Family {
	engine := d.Option("ENGINE")
	if !engine.IsValid() {
		return Dummy
	}
	name, ok := engine.AsStr()
	if !ok {
		return Undecided
	}
	return EngineFamily(name)
}

// EngineFamily tells the family of an engine by its dotted name. Packages that wrap a backend keep its name in theirs
// (django_prometheus.db.backends.postgresql, django_tenants.postgresql_backend, psqlextra.backend).
func EngineFamily(engine string) Family {
	if engine == "" {
		return Dummy
	}
	e := strings.ToLower(engine)
	for _, f := range []struct {
		part   string
		family Family
	}{
		{"sqlite", SQLite}, {"spatialite", SQLite},
		{"postg", PostgreSQL}, {"psql", PostgreSQL}, {"cockroach", PostgreSQL},
		{"mysql", MySQL}, {"mariadb", MySQL}, {"tidb", MySQL},
		{"oracle", Oracle}, {"mssql", SQLServer}, {"sql_server", SQLServer},
		{"backends.dummy", Dummy},
	} {
		if strings.Contains(e, f.part) {
			return f.family
		}
	}
	return OtherEngine
}

// String is the product's name for messages.
func (f Family) String() string {
	switch f {
	case PostgreSQL:
		return "PostgreSQL"
	case MySQL:
		return "MySQL"
	case SQLite:
		return "SQLite"
	case Oracle:
		return "Oracle"
	case SQLServer:
		return "SQL Server"
	case Dummy:
		return "no engine"
	case OtherEngine:
		return "another engine"
	}
	return "an engine that is not known"
}
