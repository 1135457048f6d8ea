package oracle

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"gonogo/internal/oracle/readyshop"
)

// open connects to a port from outside, and says what is answered to a line.
func open(port int, line string) func(s *liveShop) (string, bool) {
	return func(s *liveShop) (string, bool) {
		connection, err := s.dial(fmt.Sprintf("shop.example.com:%d", port))
		if err != nil {
			return err.Error(), false
		}
		defer connection.Close()
		connection.SetDeadline(time.Now().Add(5 * time.Second))
		if line == "" {
			return fmt.Sprintf("anybody connects to port %d", port), true
		}
		fmt.Fprintf(connection, "%s\r\n", line)
		buffer := make([]byte, 100)
		n, err := connection.Read(buffer)
		answer := strings.TrimSpace(string(buffer[:n]))
		return fmt.Sprintf("%s from outside: %q (%v)", line, answer, err), strings.HasPrefix(answer, "+PONG")
	}
}

// crowd makes many visitors ask at once.
func crowd(s *liveShop) (string, bool) {
	counts, mutex := make(map[int]int), sync.Mutex{}
	var group sync.WaitGroup
	for range 40 {
		group.Go(func() {
			r := s.visit().get(site + "/")
			mutex.Lock()
			counts[r.Status]++
			mutex.Unlock()
		})
	}
	group.Wait()
	return fmt.Sprintf("40 visitors at once: %v by status", counts), counts[200] < 40
}

// firstRelease deploys into an empty database.
func firstRelease(s *liveShop) (string, bool) {
	s.stopService("web")
	if err := s.empty(); err != nil {
		return err.Error(), false
	}
	defer func() {
		if err := s.empty(); err == nil {
			s.release(s.forms["good"])
		}
	}()
	if err := s.release(s.current); err != nil {
		return err.Error(), true
	}
	if err := s.start(s.current, "web"); err != nil {
		return err.Error(), true
	}
	return home(s)
}

// empty takes everything out of the database.
func (s *liveShop) empty() error {
	psql := filepath.Join(filepath.Dir(installed(s.t, "postgres", "/usr/lib/postgresql/*/bin/postgres")), "psql")
	command := exec.Command(psql, "-q", "-h", s.address("db"), "-U", "shop", "-d", "shop", "-c", "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
	command.Env = []string{"PGPASSWORD=" + s.operator()["DB_PASSWORD"], "PGOPTIONS=-c client_min_messages=error"}
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("psql: %w: %s", err, out)
	}
	return nil
}

// logged causes a line of the log, and looks for it where the runtime collects logs.
func logged(s *liveShop) (string, bool) {
	place := fmt.Sprintf("/nowhere-%d/", time.Now().UnixNano())
	s.visit().get(site + place)
	text := s.running["web"][0].output()
	there := strings.Contains(text, "Not Found: "+place)
	return fmt.Sprintf("django.request's line of a 404 is in the container's log: %t", there), !there
}

// restarted starts the database anew between two requests.
func restarted(s *liveShop) (string, bool) {
	for range 12 {
		s.visit().get(site + "/")
	}
	s.stopService("db")
	if err := s.start(s.current, "db"); err != nil {
		return err.Error(), false
	}
	s.prints["db"] = s.current.fingerprint("db")
	failed := 0
	for range 12 {
		if s.visit().get(site+"/").Status == 500 {
			failed++
		}
	}
	return fmt.Sprintf("%d of 12 requests after a restart of the database fail", failed), failed > 0
}

// endless asks how long the database works on one statement.
func endless(s *liveShop) (string, bool) {
	out, err := s.manage("web", "shell", "-v", "0", "-c", "from django.db import connection as c; k = c.cursor(); k.execute('SHOW statement_timeout'); print('limit', k.fetchone()[0])")
	_, limit, _ := strings.Cut(strings.TrimSpace(out), "limit ")
	return fmt.Sprintf("statement_timeout is %s (%v)", limit, err), limit == "0"
}

// asksToStop ends the web container as its runtime does: a signal to its first process.
func asksToStop(s *liveShop) (string, bool) {
	p := s.running["web"][0]
	defer s.stopService("web")
	p.command.Process.Signal(syscall.SIGTERM)
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if strings.Contains(p.output(), "Handling signal: term") {
			return "gunicorn ends what it serves and stops", false
		}
	}
	return "gunicorn is not told to stop", true
}

func serviceVariants() []variant {
	releaseService := `  release:
    <<: *app
    command: ["python", "manage.py", "migrate", "--noinput"]
    restart: on-failure:3
    depends_on:
      db:
        condition: service_healthy

`
	waits := "      release:\n        condition: service_completed_successfully\n"
	return []variant{
		{name: "Redis is open to everybody", edits: []readyshop.Edit{
			{File: composeFile, Old: `"--requirepass", "${REDIS_PASSWORD:?}", `}, {File: composeFile, Old: "    environment:\n      REDISCLI_AUTH: ${REDIS_PASSWORD:?}\n", New: "    ports: [\"6379:6379\"]\n"},
			{File: composeFile, Old: ":${REDIS_PASSWORD:?}@redis", New: "redis"}},
			see: open(6379, "PING"), named: []string{"tasks/broker-secured"}},
		{name: "PostgreSQL is published", edits: edit(composeFile, "    volumes: [\"db:", "    ports: [\"5432:5432\"]\n    volumes: [\"db:"),
			see: open(5432, ""), gap: "no question of the catalogue asks whether the database is published"},
		{name: "the database takes fewer connections than processes open", edits: append(edit(composeFile, "max_connections=60", "max_connections=10"), edit("gunicorn.conf.py", "threads = 4", "threads = 20")...),
			see: crowd, named: []string{"database/connection-budget"}},
		{name: "nothing migrates", edits: append(edit(composeFile, releaseService, ""), edit(composeFile, waits, "")...),
			see: firstRelease, shows: "500", named: []string{"delivery/release-order"}},
		{name: "no process gets the secret key", edits: edit(composeFile, "    SECRET_KEY: ${SECRET_KEY:?}\n", ""),
			see: home, shows: "502", named: []string{"secrets/variables-present"}},
		{name: "gunicorn serves a module that is not there", edits: edit("Dockerfile", `"config.wsgi"`, `"config.asgi"`),
			see: home, shows: "502", named: []string{"server/commands-resolve"}},
		{name: "logs go to a file in the container", edits: edit(siteFile, `"class": "logging.StreamHandler", "stream": "ext://sys.stdout"`, `"class": "logging.handlers.RotatingFileHandler", "filename": "shop.log", "maxBytes": 1000000, "backupCount": 3`),
			see: logged, named: []string{"observability/logs-to-stdout"}},
		{name: "connections are kept and not looked at", edits: edit(siteFile, "        \"CONN_HEALTH_CHECKS\": True,\n", ""),
			see: restarted, named: []string{"database/connection-health-checks"}},
		{name: "a statement may run for ever", edits: edit(siteFile, "-c statement_timeout=15000 ", ""),
			see: endless, named: []string{"database/timeouts"}},
		{name: "a shell takes the signals", edits: edit("Dockerfile", `CMD ["gunicorn", "config.wsgi"]`, `CMD ["sh", "-c", "gunicorn config.wsgi; echo ended"]`),
			see: asksToStop, named: []string{"server/graceful-stop"}},
		{name: "Django takes its name from X-Forwarded-Host", edits: edit(siteFile, "SECURE_SSL_REDIRECT = True\n", "SECURE_SSL_REDIRECT = True\nUSE_X_FORWARDED_HOST = True\n"),
			see: func(s *liveShop) (string, bool) {
				r := s.visit().get(site+"/", "X-Forwarded-Host", "evil.example.net")
				return "X-Forwarded-Host: evil.example.net: " + r.String(), r.Status != 200
			}, named: []string{"hosts/forwarded-host"}},
	}
}
