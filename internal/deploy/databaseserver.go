package deploy

import (
	"path"
	"regexp"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// ServerParameters are the parameters with which a database server of the deployment is started: those of its command line (-c name=value,
// --name=value), of its configuration file in the tree, and of the variables of its image. Names are in lower case with underscores.
type ServerParameters struct {
	values map[string]Told[string]
	// Unread says why others may hold, too: a configuration file that is not in the tree. "" when the server's defaults hold for the rest.
	Unread string
}

// Parameter is one parameter; a parameter that nobody gives says nothing.
func (s ServerParameters) Parameter(name string) Told[string] { return s.values[name] }

// Parameters are those of a database that the deployment runs in a container. What a platform runs is not told.
func (s *Service) Parameters() ServerParameters {
	params := ServerParameters{values: map[string]Told[string]{}}
	if s.Process == nil {
		params.Unread = "it is not run by the files of the repository"
		return params
	}
	p := s.Process
	for _, variable := range imageParameters() {
		if v, ok := p.Lookup(variable.name); ok {
			params.set(variable.parameter, v.Value, v.Given, v.At)
		}
	}
	argv := p.Argv
	if main, ok := p.Main(); ok && (len(argv) == 0 || strings.HasPrefix(argv[0], "/bin/sh")) {
		argv = main.Argv
	}
	for i := 0; i < len(argv); i++ {
		arg := argv[i]
		switch {
		case arg == "-c" && i+1 < len(argv):
			i++
			params.pair(argv[i], p.CommandAt())
		case strings.HasPrefix(arg, "--"):
			params.pair(arg[2:], p.CommandAt())
		case arg == "-N" && i+1 < len(argv):
			i++
			params.pair("max_connections="+argv[i], p.CommandAt())
		case strings.HasPrefix(arg, "-c") && strings.Contains(arg, "="):
			params.pair(arg[2:], p.CommandAt())
		}
	}
	params.file(p)
	return params
}

// imageParameters are the variables by which images of databases set parameters. Sources: the documentation of bitnami/postgresql and mariadb.
func imageParameters() []struct{ name, parameter string } {
	return []struct{ name, parameter string }{
		{"POSTGRESQL_MAX_CONNECTIONS", "max_connections"}, {"POSTGRESQL_SHARED_PRELOAD_LIBRARIES", "shared_preload_libraries"},
	}
}

func (s *ServerParameters) set(name, value string, known bool, at source.Span) {
	name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "-", "_")
	if !known || strings.Contains(value, "$") {
		s.values[name] = Told[string]{Written: value, At: at}
		return
	}
	s.values[name] = said(strings.Trim(strings.TrimSpace(value), `'"`), at)
}

func (s *ServerParameters) pair(text string, at source.Span) {
	name, value, ok := strings.Cut(text, "=")
	if ok {
		s.set(name, value, true, narrow(at, text, name))
	}
}

var configurationLine = regexp.MustCompile(`(?m)^[ \t]*([A-Za-z_][\w.]*)[ \t]*(?:=[ \t]*|[ \t])('[^'\n]*'|[^#'\s][^#\n]*)`)

// file reads the configuration file that is mounted or copied into the container. What the command line says wins.
func (s *ServerParameters) file(p *Process) {
	if named := s.values["config_file"]; named.Said() {
		f, ok := fileInside(p, named.Value)
		if !ok {
			s.Unread = "its configuration file " + named.Value + " is not in the repository"
			return
		}
		s.read(f)
		return
	}
	for _, v := range p.Volumes {
		switch base := path.Base(v.Target); {
		case base == "postgresql.conf" || base == "my.cnf" || strings.HasSuffix(base, ".cnf"):
			if f, ok := fileInside(p, v.Target); ok {
				s.read(f)
			} else {
				s.Unread = "its configuration file " + v.Target + " is not in the repository"
			}
		case strings.HasSuffix(path.Dir(v.Target+"/"), "/conf.d"):
			s.Unread = "its configuration lies in files that are mounted at " + v.Target
		}
	}
}

func (s *ServerParameters) read(f *source.File) {
	for _, m := range configurationLine.FindAllSubmatchIndex(f.Data, 2000) {
		name := strings.ToLower(string(f.Data[m[2]:m[3]]))
		name = strings.ReplaceAll(name, "-", "_")
		if _, given := s.values[name]; given {
			continue
		}
		s.set(name, strings.TrimSpace(string(f.Data[m[4]:m[5]])), true, f.Span(source.Pos(m[2]), source.Pos(m[5])))
	}
}

// fileInside is the file of the tree that stands at a path in a process: mounted there, or copied into its image.
func fileInside(p *Process, name string) (*source.File, bool) {
	if p.server == nil || p.server.find == nil {
		return nil, false
	}
	find := p.server.find
	for _, v := range p.Volumes {
		if v.Kind != BindMount || v.Path == "" || v.Target == "" || name != v.Target && !strings.HasPrefix(name, v.Target+"/") {
			continue
		}
		if f, ok := find.tree.Read(path.Join(v.Path, strings.TrimPrefix(name, v.Target))); ok {
			return f, true
		}
	}
	if find.stage != nil {
		if from, ok := find.stage.inContext(name); ok {
			return find.tree.Read(path.Join(find.context, from))
		}
	}
	return nil, false
}

// ConnectionPooler is PgBouncer as the deployment configures it. Defaults: https://www.pgbouncer.org/config.html
type ConnectionPooler struct {
	Name    string
	Service *Service // nil for a configuration file that no process of the tree uses
	Hosts   []string // by which the application reaches it
	Port    Told[int]
	// Mode is pool_mode: "session", "transaction", "statement".
	Mode Told[string]
	// PoolSize is the number of server connections for each database and user (20 by default), MaxServer the bound over all of a database
	// (max_db_connections, 0 for none), MaxClients how many clients may connect (100 by default).
	PoolSize, MaxServer, MaxClients Told[int]
	// Prepared is max_prepared_statements: 0 for a pooler that does not track them.
	Prepared Told[int]
	// Ignored are the start parameters that it does not refuse.
	Ignored    Told[string]
	Production bool
	At         source.Span
}

// Poolers are the poolers of the deployment, in order of place.
func (d *Deployment) Poolers() []*ConnectionPooler {
	if d == nil {
		return nil
	}
	var list []*ConnectionPooler
	for _, s := range d.Services {
		if s.Product == "pgbouncer" && s.Process != nil {
			list = append(list, poolerOf(s))
		}
	}
	return append(list, d.poolers...)
}

// poolerOf reads the variables of an image of PgBouncer, else the file that is mounted or copied into it. Sources: the entry points of
// edoburu/pgbouncer and bitnami/pgbouncer.
func poolerOf(s *Service) *ConnectionPooler {
	p := s.Process
	c := &ConnectionPooler{Name: s.Name, Service: s, Hosts: s.Hosts, Production: s.Production, At: s.At}
	port := 5432
	if strings.Contains(p.Image, "bitnami") {
		port = 6432
	}
	text := func(names ...string) Told[string] {
		for _, name := range names {
			if v, ok := p.Lookup(name); ok {
				if v.Given && !strings.Contains(v.Value, "$") {
					return said(v.Value, v.At)
				}
				return Told[string]{Written: "the variable " + name, At: v.At}
			}
		}
		for _, from := range p.EnvFrom {
			if !from.Read {
				return Told[string]{Written: "it may stand in " + from.Name, At: from.At}
			}
		}
		return Told[string]{}
	}
	number := func(names ...string) Told[int] {
		t := text(names...)
		if !t.Known {
			return Told[int]{Written: t.Written, At: t.At}
		}
		return parsed(t.Value, t.At, parseInt)
	}
	for _, name := range []string{"/etc/pgbouncer/pgbouncer.ini", "/bitnami/pgbouncer/conf/pgbouncer.ini", "/opt/bitnami/pgbouncer/conf/pgbouncer.ini", "/pgconf/pgbouncer.ini"} {
		if f, ok := fileInside(p, name); ok {
			c.ini(f)
			return c
		}
	}
	for _, v := range p.Volumes {
		if strings.HasSuffix(v.Target, "pgbouncer.ini") || v.Target == "/etc/pgbouncer" {
			why := Told[string]{Written: "its configuration, which is not in the repository", At: v.At}
			c.Mode, c.Ignored = why, why
			c.PoolSize, c.MaxServer, c.MaxClients = Told[int]{Written: why.Written, At: v.At}, Told[int]{Written: why.Written, At: v.At}, Told[int]{Written: why.Written, At: v.At}
			return c
		}
	}
	c.Mode = text("POOL_MODE", "PGBOUNCER_POOL_MODE").or(byDefault("session"))
	c.PoolSize = number("DEFAULT_POOL_SIZE", "PGBOUNCER_DEFAULT_POOL_SIZE").or(byDefault(20))
	c.MaxServer = number("MAX_DB_CONNECTIONS", "PGBOUNCER_MAX_DB_CONNECTIONS").or(byDefault(0))
	c.MaxClients = number("MAX_CLIENT_CONN", "PGBOUNCER_MAX_CLIENT_CONN").or(byDefault(100))
	c.Prepared = number("MAX_PREPARED_STATEMENTS", "PGBOUNCER_MAX_PREPARED_STATEMENTS")
	c.Ignored = text("IGNORE_STARTUP_PARAMETERS", "PGBOUNCER_IGNORE_STARTUP_PARAMETERS").or(byDefault("extra_float_digits"))
	c.Port = number("LISTEN_PORT", "PGBOUNCER_PORT").or(byDefault(port))
	return c
}

// ini reads a pgbouncer.ini. A mode that a line of [databases] gives holds for that database alone, and makes the mode unknown here.
func (c *ConnectionPooler) ini(f *source.File) {
	root, _ := document.INI(f, document.Indented)
	own := root.Get("pgbouncer")
	c.Mode = iniTold(own.Get("pool_mode"), parseText).or(byDefault("session"))
	c.PoolSize = iniTold(own.Get("default_pool_size"), parseInt).or(byDefault(20))
	c.MaxServer = iniTold(own.Get("max_db_connections"), parseInt).or(byDefault(0))
	c.MaxClients = iniTold(own.Get("max_client_conn"), parseInt).or(byDefault(100))
	c.Prepared = iniTold(own.Get("max_prepared_statements"), parseInt)
	c.Ignored = iniTold(own.Get("ignore_startup_parameters"), parseText).or(byDefault(""))
	c.Port = iniTold(own.Get("listen_port"), parseInt).or(byDefault(6432))
	for _, e := range root.Get("databases").Map() {
		if mode := regexp.MustCompile(`pool_mode\s*=\s*(\w+)`).FindStringSubmatch(e.Value.Scalar()); mode != nil && mode[1] != c.Mode.Value {
			c.Mode = Told[string]{Written: "a mode for each database", At: e.Value.At}
		}
	}
}

// strayPoolers are the pgbouncer.ini files of the tree that no container uses: they are those of a machine.
func (r *reader) strayPoolers(services []*Service) (list []*ConnectionPooler) {
	for _, s := range services {
		if s.Product == "pgbouncer" {
			return nil
		}
	}
	for _, file := range r.paths {
		if path.Base(file) != "pgbouncer.ini" || len(list) >= maxFiles {
			continue
		}
		f, ok := r.tree.Read(file)
		if !ok {
			continue
		}
		u, _ := usageOf(file)
		c := &ConnectionPooler{Name: file, Hosts: []string{"localhost", "127.0.0.1"}, Production: u == production || u == neutral, At: f.Whole()}
		c.ini(f)
		list = append(list, c)
	}
	return list
}
