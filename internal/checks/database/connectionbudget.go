package database

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func connectionBudget() check.Check {
	const compose = `services:
  web:
    image: shop
    command: gunicorn wsgi --workers 16 --threads 8
  db:
    image: postgres:17
    command: postgres -c max_connections=%d
`
	settings := `DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db"}}
`
	return check.Check{
		ID: "database/connection-budget", Severity: check.Recommended, Source: answerConnectionBudget,
		Doc: check.Doc{
			Title: "All processes together cannot ask for more connections than the database accepts",
			Why: `Each thread of each worker of each replica takes a connection for each alias, each process of Celery another one. PostgreSQL accepts 100 unless told otherwise, three of them for the superuser. On a quiet day few are open at once; on the busy day, or during a deploy when old and new processes run together, the site answers "too many clients already".

More connections on the server cost memory and are slower from some hundreds on. A pooler, or Django's own pool, lets many threads share few.`,
			Fix:    "Count replicas x workers x threads x aliases, workers of the queue and beat included, and leave room for a second release and for yourself: fewer threads, PgBouncer in between, `\"OPTIONS\": {\"pool\": {\"max_size\": 4}}`, or a higher max_connections.",
			Verify: "Under load `SELECT count(*) FROM pg_stat_activity` stays well below `SHOW max_connections`.",
			Bad:    []check.Example{check.Project("128 threads, 97 connections.", "settings.py", settings, "wsgi.py", "", "compose.yml", fmt.Sprintf(compose, 100))},
			Good:   []check.Example{check.Project("There is room for all.", "settings.py", settings, "wsgi.py", "", "compose.yml", fmt.Sprintf(compose, 300))},
			References: []check.Reference{
				check.See("PostgreSQL: max_connections", check.PostgresDocs+"runtime-config-connection.html#GUC-MAX-CONNECTIONS"),
				check.See("PostgreSQL: superuser_reserved_connections", check.PostgresDocs+"runtime-config-connection.html#GUC-SUPERUSER-RESERVED-CONNECTIONS"),
				check.See("Django: databases, connection pool", check.DjangoDocs+"ref/databases/#connection-pool"),
				check.See("MySQL: max_connections", "https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_max_connections"),
			},
			Triggers: []string{
				"the processes of a deployment can open more connections than its own database accepts",
				"more clients than PgBouncer accepts, or a pool that is larger than the database behind it allows",
			},
		},
	}
}

func answerConnectionBudget(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		list, open := w.Databases()
		var findings []check.Finding
		var doubts []string
		good, servers := "", 0
		for _, g := range p.Project.Deployment.Groups() {
			if !g.Whole || len(g.Starts(deploy.Web)) == 0 {
				continue
			}
			b := budget{pass: p, world: w, group: g}
			for _, server := range b.servers(list) {
				servers++
				f, why := b.judge(server)
				switch {
				case f.Message != "":
					findings = append(findings, f)
				case why != "":
					doubts = append(doubts, why)
				default:
					good = "all processes of " + g.Name + " fit what " + server.name + " accepts"
				}
			}
			doubts = append(doubts, b.elsewhere...)
		}
		switch {
		case len(findings) == 0 && servers == 0 && len(doubts) == 0 && !open && onlyFiles(list):
			return check.Absent("no alias of DATABASES is on a database server")
		case len(findings) == 0 && servers == 0 && len(doubts) == 0:
			return check.Unclear("no file of production describes both the processes and the database; how many connections it accepts is not known")
		}
		return check.Gather(findings, doubts, good)
	}, "DATABASES")
}

func onlyFiles(list []django.Database) bool {
	for _, db := range list {
		if e := db.Engine(); e != django.SQLite && e != django.Dummy {
			return false
		}
	}
	return true
}

// budget counts the connections of one deployment in one world.
type budget struct {
	pass      *check.SourcePass
	world     *django.World
	group     *deploy.Group
	elsewhere []string // why an alias could not be counted
}

// accepting is a server of the deployment that aliases lead to.
type accepting struct {
	name    string
	aliases []django.Database
	service *deploy.Service          // the database, nil where it is behind a pooler of which the database is not known
	pooler  *deploy.ConnectionPooler // nil for a direct connection
}

// servers groups the aliases by the server that they lead to.
func (b *budget) servers(list []django.Database) (all []*accepting) {
	for _, db := range list {
		switch db.Engine() {
		case django.PostgreSQL, django.MySQL:
		case django.Undecided:
			b.elsewhere = append(b.elsewhere, "the server of "+aliasName(db)+" is not known: its address comes from outside; give the environment with --env-file")
			continue
		default:
			continue
		}
		one := &accepting{}
		if c, why := poolerOf(b.pass, db); c != nil {
			one.pooler, one.name = c, c.Name
		} else if why != "" {
			b.elsewhere = append(b.elsewhere, why)
			continue
		}
		host, known := db.Option("HOST").AsStr()
		for _, s := range b.pass.Project.Deployment.Services {
			if s.Kind != deploy.Database || !s.Production || check.ArtefactFile(&deploy.Process{Artefact: s.Artefact}) != check.ArtefactFile(b.group.Processes[0]) {
				continue
			}
			matches := one.pooler != nil && s.Product == "postgresql"
			for _, name := range s.Hosts {
				matches = matches || known && name == host
			}
			if matches {
				one.service = s
				if one.name == "" {
					one.name = s.Name
				}
			}
		}
		if one.name == "" {
			if !known && db.Option("HOST").IsUnknown() {
				b.elsewhere = append(b.elsewhere, "the server of "+aliasName(db)+" is not known: its address comes from outside; give the environment with --env-file")
			} else {
				b.elsewhere = append(b.elsewhere, "how many connections the server of "+aliasName(db)+" accepts stands nowhere in the repository")
			}
			continue
		}
		added := false
		for _, other := range all {
			if other.name == one.name {
				other.aliases, added = append(other.aliases, db), true
			}
		}
		if !added {
			one.aliases = []django.Database{db}
			all = append(all, one)
		}
	}
	return all
}

// judge compares what the processes can open with what a server accepts.
func (b *budget) judge(s *accepting) (check.Finding, string) {
	need := b.demand(s)
	if s.pooler != nil {
		return b.judgePooled(s, need)
	}
	limit, told, at, why := capacity(s.service)
	if why != "" {
		return check.Finding{}, why
	}
	switch {
	case need.total > limit:
		return check.Finding{Severity: check.Recommended, At: firstPlace(need.at, at),
			Message: fmt.Sprintf("The processes of %s can open %d connections to %s (%s), which accepts %d (%s): on a busy day it answers \"too many clients\"; use fewer threads, a pooler, or a higher max_connections", b.group.Name, need.total, s.name, strings.Join(need.parts, ", "), limit, told),
			Related: []check.Related{{Message: "the server", At: at}}}, ""
	case need.unknown != "":
		return check.Finding{}, fmt.Sprintf("the processes of %s open at least %d connections to %s, which accepts %d; %s", b.group.Name, need.total, s.name, limit, need.unknown)
	}
	return check.Finding{}, ""
}

func (b *budget) judgePooled(s *accepting, need demand) (check.Finding, string) {
	c := s.pooler
	if c.MaxClients.Known && need.total > c.MaxClients.Value {
		return check.Finding{Severity: check.Recommended, At: firstPlace(c.MaxClients.At, need.at), Fix: fmt.Sprintf("max_client_conn = %d", need.total*2),
			Message: fmt.Sprintf("The processes of %s can open %d connections to %s (%s), which accepts %d clients (max_client_conn); raise it: clients are cheap for a pooler", b.group.Name, need.total, c.Name, strings.Join(need.parts, ", "), c.MaxClients.Value)}, ""
	}
	if s.service != nil && c.PoolSize.Known && c.MaxServer.Known {
		limit, told, at, why := capacity(s.service)
		size := c.PoolSize.Value
		if c.MaxServer.Value > 0 {
			size = min(size, c.MaxServer.Value)
		}
		if why == "" && size > limit {
			return check.Finding{Severity: check.Recommended, At: firstPlace(c.PoolSize.At, c.At), Related: []check.Related{{Message: "the server", At: at}},
				Message: fmt.Sprintf("%s keeps up to %d connections to %s, which accepts %d (%s); make the pool smaller", c.Name, size, s.service.Name, limit, told)}, ""
		}
	}
	switch {
	case !c.MaxClients.Known || !c.PoolSize.Known:
		return check.Finding{}, "how many clients " + c.Name + " accepts, and how many connections it opens, is not known: " + firstText(c.MaxClients.Written, c.PoolSize.Written)
	case need.unknown != "":
		return check.Finding{}, fmt.Sprintf("the processes of %s open at least %d connections to %s, which accepts %d; %s", b.group.Name, need.total, c.Name, c.MaxClients.Value, need.unknown)
	}
	return check.Finding{}, ""
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return "it is not told"
}

// capacity is how many connections a database accepts from others than its superuser. Defaults: PostgreSQL 100 less 3, MySQL and MariaDB 151.
func capacity(s *deploy.Service) (limit int, told string, at source.Span, why string) {
	params := s.Parameters()
	number := func(name string, fallback int) (int, bool, source.Span) {
		t := params.Parameter(name)
		if !t.Said() {
			return fallback, params.Unread == "", t.At
		}
		n := 0
		_, err := fmt.Sscan(t.Value, &n)
		return n, t.Known && err == nil, t.At
	}
	most, reserved := 100, 3
	if s.Product == "mysql" || s.Product == "mariadb" {
		most, reserved = 151, 0
	}
	limit, known, at := number("max_connections", most)
	if !known {
		return 0, "", s.At, "max_connections of " + s.Name + " is not known: " + firstText(params.Unread, params.Parameter("max_connections").Written)
	}
	told = fmt.Sprintf("max_connections %d", limit)
	if at.IsZero() {
		told += " by default"
	}
	if s.Product == "postgresql" {
		if n, ok, _ := number("superuser_reserved_connections", reserved); ok {
			reserved = n
		}
		told += fmt.Sprintf(", %d of them reserved", reserved)
	}
	return limit - reserved, told, firstPlace(at, s.At), ""
}

// demand is how many connections processes can open.
type demand struct {
	total   int
	parts   []string
	unknown string // why there can be more
	at      source.Span
	most    int // of the part that at points at
}

func (d *demand) doubt(format string, args ...any) {
	if d.unknown == "" {
		d.unknown = fmt.Sprintf(format, args...)
	}
}

func (d *demand) add(p *deploy.Process, each int, how string) {
	replicas := 1
	switch {
	case p.Replicas.Known:
		replicas = p.Replicas.Value
	case p.Replicas.Said(), p.Runtime == deploy.OnPlatform, p.Runtime == deploy.FromProcfile:
		d.doubt("how many of %s run is not known", p.Name)
	}
	n := replicas * each
	if replicas != 1 {
		how = fmt.Sprintf("%d replicas x %s", replicas, how)
	}
	d.total += n
	d.parts = append(d.parts, fmt.Sprintf("%s %s", p.Name, how))
	if n > d.most {
		d.most, d.at = n, p.At
		if main, ok := p.Main(); ok && !main.At.IsZero() {
			d.at = main.At
		}
	}
}

// demand counts the connections of all processes to the aliases of one server.
func (b *budget) demand(s *accepting) demand {
	var d demand
	aliases := len(s.aliases)
	pool, pooled := ownPool(s.aliases[0])
	for _, p := range b.group.Processes {
		switch p.Role {
		case deploy.Web:
			b.web(&d, p, aliases, pool, pooled)
		case deploy.Worker:
			b.worker(&d, p, aliases, pool, pooled)
		case deploy.Beat:
			d.add(p, aliases, times(1, aliases))
		}
	}
	return d
}

// times writes a count of connections with the number of aliases, where there are several.
func times(n, aliases int) string {
	if aliases == 1 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d x %d aliases", n, aliases)
}

// ownPool is the size of Django's own pool of an alias, which each process has (django/db/backends/postgresql/base.py, psycopg_pool: four
// connections unless told otherwise).
func ownPool(db django.Database) (size int, on bool) {
	v := db.Option("OPTIONS", "pool")
	if check.IsOn(v) != eval.Yes {
		return 0, false
	}
	size = 4
	if n, ok := v.Get("min_size").AsInt(); ok {
		size = int(n)
	}
	if n, ok := v.Get("max_size").AsInt(); ok {
		size = int(n)
	}
	return size, true
}

func (b *budget) web(d *demand, p *deploy.Process, aliases, pool int, pooled bool) {
	server, ok := p.Server()
	if !ok {
		d.doubt("the server of %s is not known", p.Name)
		d.add(p, aliases, times(1, aliases))
		return
	}
	workers := 1
	if server.Workers.Known {
		workers = server.Workers.Value
	} else {
		d.doubt("how many workers %s starts is not known (%s)", p.Name, server.Workers.Written)
	}
	threads := 1
	switch class := server.WorkerClass.Value; {
	case pooled:
		d.add(p, workers*pool*aliases, fmt.Sprintf("%d workers x a pool of %s", workers, times(pool, aliases)))
		return
	case asynchronous(server):
		d.doubt("%s is asynchronous, so that each request in flight can take a connection", p.Name)
	case class == "gevent" || class == "eventlet":
		d.doubt("each request in flight of %s can take a connection (%s)", p.Name, class)
	case server.Threads.Known:
		threads = max(1, server.Threads.Value)
	default:
		d.doubt("how many threads a worker of %s has is not known", p.Name)
	}
	d.add(p, workers*threads*aliases, fmt.Sprintf("%d workers x %s", workers, threadsOf(threads, aliases)))
}

func threadsOf(threads, aliases int) string {
	word := "threads"
	if threads == 1 {
		word = "thread"
	}
	text := fmt.Sprintf("%d %s", threads, word)
	if aliases > 1 {
		text += fmt.Sprintf(" x %d aliases", aliases)
	}
	return text
}

func asynchronous(s *deploy.Server) bool {
	switch s.Program {
	case "uvicorn", "daphne", "hypercorn":
		return true
	case "granian":
		return !strings.Contains(strings.Join(s.Command.Argv, " "), "wsgi")
	}
	return strings.Contains(strings.ToLower(s.WorkerClass.Value), "uvicorn")
}

func (b *budget) worker(d *demand, p *deploy.Process, aliases, pool int, pooled bool) {
	main, _ := p.Main()
	c, ok := deploy.ReadCelery(main.Argv)
	if !ok {
		d.add(p, aliases, times(1, aliases))
		if name, _, isManagement := deploy.ManagementCommand(main.Argv); !isManagement || name != "rqworker" {
			d.doubt("how many threads %s has is not known", p.Name)
		}
		return
	}
	each := c.Concurrency
	if c.Autoscale > 0 {
		each = c.Autoscale
	}
	if each == 0 {
		if n, known := b.pass.Project.Celery().Option(b.world, "worker_concurrency").Value.AsInt(); known {
			each = int(n)
		}
	}
	switch {
	case c.Pool == "solo":
		each = 1
	case each == 0:
		d.doubt("%s takes as many processes as its host has cores", p.Name)
		each = 1
	case pooled && c.Pool == "threads":
		each = min(each, pool)
	}
	d.add(p, each*aliases, times(each, aliases))
}
