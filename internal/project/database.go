package project

import (
	"strings"

	"gonogo/internal/django"
	"gonogo/internal/django/migrate"
	"gonogo/internal/knowledge"
)

// MigratedDatabase is the database that the migrations of production are applied to.
type MigratedDatabase struct {
	migrate.Database
	// Engine is the dotted name of the backend, "" when it is not known.
	Engine string
	// Unknown says why the server is not known, "" when it is.
	Unknown string
	// Guess says that the server is the one of a driver among the dependencies, and why the settings do not decide; "" where they do.
	Guess string
	// Online says that the backend makes indexes and constraints in steps that let others work (django-pg-zero-downtime-migrations).
	Online bool
	// LockTimeout says that connections give up waiting for a lock: OPTIONS has lock_timeout.
	LockTimeout bool
}

// Database is the server behind the default alias: what the production settings say in any of their worlds, else what the project's
// dependencies are for; its version is the one of the image that the deployment runs.
func (s *Snapshot) Database() MigratedDatabase {
	d := MigratedDatabase{Unknown: "the engine of DATABASES is not known"}
	d.Django = s.Django
	if s.Settings != nil {
		for _, w := range s.Settings.Worlds() {
			if d.read(w); d.Server != 0 && d.Server != knowledge.SQLite {
				break
			}
		}
	}
	if d.Server == 0 || d.Server == knowledge.SQLite && s.Given == nil {
		if server := s.driver(); server != 0 {
			d.Guess = "the project depends on its driver, and its settings name SQLite"
			if d.Server == 0 {
				d.Guess = "the project depends on its driver, and what its settings name is not known"
			}
			d.Server = server
		}
	}
	if d.Server != 0 {
		d.Unknown = ""
	}
	s.serverImage(&d)
	return d
}

// read takes the engine of the default alias in one world.
func (d *MigratedDatabase) read(w *django.World) {
	list, _ := w.Databases()
	for _, db := range list {
		if db.Alias != "default" {
			continue
		}
		d.Engine, _ = db.Option("ENGINE").AsStr()
		options := db.Option("OPTIONS")
		d.LockTimeout = strings.Contains(options.Repr(2000), "lock_timeout") || w.Get("ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT").Set
		d.Online = strings.HasPrefix(d.Engine, "django_zero_downtime_migrations.")
		switch db.Engine() {
		case django.PostgreSQL:
			d.Server = knowledge.PostgreSQL
		case django.MySQL:
			d.Server = knowledge.MySQL
		case django.SQLite:
			d.Server = knowledge.SQLite
		case django.Undecided:
		default:
			if d.Online {
				d.Server = knowledge.PostgreSQL
				return
			}
			d.Unknown = "the locks of " + d.Engine + " are not known"
		}
	}
}

// driver is the server of the database driver among the dependencies; 0 where there are several or none.
func (s *Snapshot) driver() (server knowledge.DatabaseServer) {
	if s.Deployment == nil || s.Deployment.Dependencies == nil {
		return 0
	}
	for _, r := range s.Deployment.Dependencies.Requirements {
		found := knowledge.DatabaseServer(0)
		switch r.Name {
		case "psycopg", "psycopg2", "psycopg2-binary", "psycopg-binary", "psycopg-c":
			found = knowledge.PostgreSQL
		case "mysqlclient", "pymysql":
			found = knowledge.MySQL
		}
		if !r.Production || found == 0 {
			continue
		}
		if server != 0 && server != found {
			return 0
		}
		server = found
	}
	return server
}

// serverImage finds the version of the server among the services of the deployment, those of production first.
func (s *Snapshot) serverImage(d *MigratedDatabase) {
	if s.Deployment == nil {
		return
	}
	for _, production := range []bool{true, false} {
		for _, x := range s.Deployment.Services {
			if x.Production != production {
				continue
			}
			v := knowledge.ParseVersion(x.Version.Value)
			if v.Major > 0 && v.Minor < 0 {
				v.Minor = 0 // of PostgreSQL 16 and MariaDB 11 the major version alone is told
			}
			switch {
			case d.Server == knowledge.PostgreSQL && x.Product == "postgresql", d.Server == knowledge.MySQL && x.Product == "mysql":
				d.Version = v
				return
			case d.Server == knowledge.MySQL && x.Product == "mariadb":
				d.Server, d.Version = knowledge.MariaDB, v
				return
			}
		}
	}
}
