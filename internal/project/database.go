package project

import (
	"path"
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
	// Online says that the backend makes indexes and constraints in steps that let others work (django-pg-zero-downtime-migrations).
	Online bool
	// LockTimeout says that connections give up waiting for a lock: OPTIONS has lock_timeout.
	LockTimeout bool
}

// Database is the server behind the default alias: what the production settings say in any of their worlds, else what the project's
// dependencies are for; its version is the one of the image that the deployment runs.
func (s *Snapshot) Database() MigratedDatabase {
	d := MigratedDatabase{Unknown: "the engine of DATABASES is not known"}
	if s.Settings != nil {
		for _, w := range s.Settings.Worlds() {
			if d.read(w); d.Server != 0 && d.Server != knowledge.SQLite {
				break
			}
		}
	}
	if d.Server == 0 || d.Server == knowledge.SQLite {
		if server := s.driver(); server != 0 {
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

// serverImage finds the version of the server among the images of the deployment, those of production first.
func (s *Snapshot) serverImage(d *MigratedDatabase) {
	if s.Deployment == nil {
		return
	}
	found := false
	for _, production := range []bool{true, false} {
		for _, p := range s.Deployment.Processes {
			name, tag, _ := strings.Cut(path.Base(p.Image), ":")
			if p.Image == "" || p.Production != production || found {
				continue
			}
			v := knowledge.ParseVersion(leadingVersion(tag))
			switch {
			case d.Server == knowledge.PostgreSQL && (name == "postgres" || name == "postgis" || name == "pgvector" || name == "postgresql"):
				d.Version, found = whole(v), true
			case d.Server == knowledge.MySQL && name == "mysql":
				d.Version, found = v, v.Known()
			case d.Server == knowledge.MySQL && name == "mariadb":
				d.Server, d.Version, found = knowledge.MariaDB, v, true
			}
		}
	}
}

// leadingVersion is the number that a tag begins with: "16" of "16-alpine", "17" of "pg17".
func leadingVersion(tag string) string {
	tag = strings.TrimPrefix(tag, "pg")
	end := strings.IndexFunc(tag, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end >= 0 {
		tag = tag[:end]
	}
	return strings.TrimSuffix(tag, ".")
}

// whole makes a series of a major version alone, as PostgreSQL counts.
func whole(v knowledge.Version) knowledge.Version {
	if v.Major > 0 && v.Minor < 0 {
		v.Minor, v.Patch = 0, -1
	}
	return v
}
