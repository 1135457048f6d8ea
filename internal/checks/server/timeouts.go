package server

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func timeouts() check.Check {
	return check.Check{
		ID: "server/timeouts", Severity: check.Recommended, Source: answerTimeouts,
		Doc: check.Doc{
			Title: "Time limits end from the inside out: database, server, proxy",
			Why: `A request that hangs must end, and whoever is nearest to the fault must end it. When the proxy gives up first, the visitor gets 504 and tries again, while the worker goes on with what nobody waits for: a few slow pages then take all workers. When the server gives up before the database does, the worker is killed and its query runs on.

Connections are the other way round. A proxy that keeps idle connections to the server sends the next request on one that the server is closing at that moment, and a POST is answered 502. The server must keep them for longer than the proxy.`,
			Fix:    "gunicorn: `--timeout 30`; nginx: `proxy_read_timeout 60s;`; PostgreSQL: `statement_timeout` below both. With `keepalive` in an upstream of nginx: `--keep-alive 75`, or `keepalive_timeout 1s;` in the upstream.",
			Verify: "A view that sleeps for two minutes ends with the server's error (a `WORKER TIMEOUT` in gunicorn's log) before the proxy answers 504.",
			Bad:    []check.Example{check.Project("nginx answers 504 after a minute, and the worker goes on for another.", "compose.yml", strings.Replace(behindNginx, "CMD", "gunicorn shop.wsgi --bind 0.0.0.0:8000 --timeout 120", 1), "nginx.conf", "server { listen 80; location / { proxy_pass http://web:8000; } }\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("gunicorn ends the request first.", "compose.yml", strings.Replace(behindNginx, "CMD", "gunicorn shop.wsgi --bind 0.0.0.0:8000 --timeout 30", 1), "nginx.conf", "server { listen 80; location / { proxy_pass http://web:8000; } }\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("gunicorn: timeout", "https://docs.gunicorn.org/en/stable/settings.html#timeout"),
				check.See("nginx: proxy_read_timeout", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout"),
				check.See("nginx: keepalive of an upstream", "https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive"),
				check.See("Heroku: request timeout", "https://devcenter.heroku.com/articles/request-timeout"),
			},
			Triggers: []string{
				"gunicorn's timeout is 0, or uWSGI has no harakiri",
				"the proxy, the load balancer or the platform's router gives up before the server does",
				"statement_timeout of the database is longer than the server's limit",
				"the proxy keeps idle connections for longer than the server does",
			},
		},
	}
}

const behindNginx = "services:\n  web:\n    build: .\n    command: CMD\n  nginx:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf\"]\n"

func answerTimeouts(p *check.SourcePass) check.Answer {
	fronts := check.Fronts(p)
	var findings []check.Finding
	var doubts []string
	add := func(f *check.Finding, doubt string) {
		switch {
		case f != nil && !slices.ContainsFunc(findings, func(other check.Finding) bool { return other.At == f.At }):
			findings = append(findings, *f)
		case f == nil && doubt != "":
			doubts = append(doubts, doubt)
		}
	}
	asked := 0
	for _, process := range check.Running(p, deploy.Web) {
		s, ok := process.Server()
		if !ok || deploy.DevelopmentServer(s.Command.Argv) != "" {
			continue
		}
		asked++
		add(unlimited(process, s))
		add(databaseOutlasts(p, s))
		outer := outerLimits(p, fronts, process)
		for _, o := range outer {
			add(givesUpFirst(s, process, o))
			add(closesFirst(s, process, o))
		}
		if len(outer) == 0 {
			add(nil, "how long what stands before "+process.Artefact+" waits is not told in the repository")
		}
	}
	if asked == 0 {
		return check.NoProcess(p, deploy.Web)
	}
	return check.Gather(findings, doubts, "the server ends a request before what stands before it gives up")
}

// limitsRequests reports whether the server's timeout is one of requests: that of gunicorn's synchronous workers, which send no heartbeat
// while they answer, and uWSGI's harakiri. Threads and event loops of gunicorn go on to send it, and other servers have none.
func limitsRequests(s *deploy.Server) bool {
	return s.Program == "uwsgi" || s.Program == "gunicorn" && s.WorkerClass.Known && s.WorkerClass.Value == "sync"
}

// unlimited is the finding about a server whose limit is turned off, or that has none.
func unlimited(p *deploy.Process, s *deploy.Server) (*check.Finding, string) {
	if !limitsRequests(s) || s.Timeout.Known && s.Timeout.Value > 0 {
		return nil, ""
	}
	if !s.Timeout.Known {
		why := s.Timeout.Written
		if s.Unread != "" && !s.Timeout.Said() {
			why = s.Unread
		}
		return nil, fmt.Sprintf("after how long %s ends a request is not known: %s (%s)", s.Program, why, p.Artefact)
	}
	f := &check.Finding{Severity: check.Recommended, At: s.Timeout.At, Fix: "--timeout 30"}
	f.Message = fmt.Sprintf("gunicorn's timeout is 0 (%s), so a request that hangs holds its worker for ever; set --timeout 30", p.Artefact)
	if s.Program == "uwsgi" {
		f.Fix = "harakiri = 30"
		f.Message = fmt.Sprintf("uWSGI has no harakiri (%s), so a request that hangs holds its worker for ever; set harakiri = 30", p.Artefact)
	}
	if f.At.IsZero() {
		f.At = s.Command.At
	}
	return f, ""
}

// outer is something before a server with its limits.
type outer struct {
	name      string // "nginx.conf", "Heroku's router"
	at        source.Span
	wait      deploy.Told[time.Duration] // for an answer
	keepAlive deploy.Told[time.Duration] // of an idle connection to the server; not said where it keeps none
}

// outerLimits are those of the proxies and of the platform before a process.
func outerLimits(p *check.SourcePass, fronts []check.Front, process *deploy.Process) (list []outer) {
	for _, f := range fronts {
		for _, r := range f.Routes {
			if !slices.Contains(r.Backend.Processes, process) {
				continue
			}
			o := outer{name: f.Proxy.File.Path, at: r.Backend.At, wait: r.ReadTimeout}
			if reusesConnections(r) {
				o.keepAlive = r.Backend.KeepAlive
			}
			list = append(list, o)
		}
	}
	if platform, ok := p.Project.Platform(); ok && platform.Name == "Heroku" && (process.Runtime == deploy.FromProcfile || process.Runtime == deploy.OnPlatform) {
		// https://devcenter.heroku.com/articles/request-timeout: 30 seconds for the first byte
		list = append(list, outer{name: "Heroku's router", wait: deploy.Told[time.Duration]{Value: 30 * time.Second, Known: true}})
	}
	return list
}

// reusesConnections reports whether nginx sends several requests over a connection to the backend: by HTTP/1.1, without its "Connection: close".
func reusesConnections(r *deploy.Route) bool {
	if !r.Backend.KeepAlive.Known {
		return false
	}
	if r.Backend.Protocol == "uwsgi" || r.Backend.Protocol == "fastcgi" {
		return false
	}
	h, ok := r.RequestHeader("Connection")
	return r.HTTPVersion.Value == "1.1" && (r.PassesUpgrade || ok && h.Value == "")
}

// givesUpFirst is the finding about a proxy that waits for less time than the server lets a request take.
func givesUpFirst(s *deploy.Server, p *deploy.Process, o outer) (*check.Finding, string) {
	if !limitsRequests(s) || !s.Timeout.Known || s.Timeout.Value == 0 {
		return nil, ""
	}
	switch {
	case !o.wait.Known:
		return nil, fmt.Sprintf("how long %s waits for an answer is not known: %s", o.name, o.wait.Written)
	case o.wait.Value == 0 || s.Timeout.Value <= o.wait.Value:
		return nil, ""
	}
	f := &check.Finding{Severity: check.Recommended, At: s.Timeout.At,
		Message: fmt.Sprintf("%s lets a request take %s (%s), and %s gives up after %s: the visitor gets an error and the worker goes on for nothing; let the server end first", s.Program, s.Timeout.Value, p.Artefact, o.name, o.wait.Value)}
	if f.At.IsZero() {
		f.At = s.Command.At
	}
	switch {
	case o.wait.Said():
		f.Related = []check.Related{{Message: "this is shorter", At: o.wait.At}}
	case !o.at.IsZero():
		f.Related = []check.Related{{Message: "the default limit holds here", At: o.at}}
	}
	return f, ""
}

// closesFirst is the finding about a server that closes idle connections which the proxy still uses. gunicorn's synchronous workers close
// after every answer, and say so.
func closesFirst(s *deploy.Server, p *deploy.Process, o outer) (*check.Finding, string) {
	if !o.keepAlive.Known || !s.KeepAlive.Known || s.Program == "gunicorn" && (!s.WorkerClass.Known || s.WorkerClass.Value == "sync") {
		return nil, ""
	}
	if s.KeepAlive.Value > o.keepAlive.Value {
		return nil, ""
	}
	f := &check.Finding{Severity: check.Recommended, At: s.KeepAlive.At,
		Message: fmt.Sprintf("%s closes idle connections after %s (%s), and %s uses them for %s, so that a request now and then meets one that is closing and is answered 502; keep them for longer in the server", s.Program, s.KeepAlive.Value, p.Artefact, o.name, o.keepAlive.Value)}
	if f.At.IsZero() {
		f.At = s.Command.At
	}
	if o.keepAlive.Said() {
		f.Related = []check.Related{{Message: "connections are kept here", At: o.keepAlive.At}}
	}
	return f, ""
}

// statementLimit is statement_timeout on a command line of PostgreSQL's options: milliseconds, or a number with its unit.
func statementLimit(text string) (time.Duration, bool) {
	m := regexp.MustCompile(`\bstatement_timeout\s*=\s*'?(\d{1,9})\s*(ms|s|min|h)?\b`).FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	number, _ := strconv.Atoi(m[1])
	unit := map[string]time.Duration{"": time.Millisecond, "ms": time.Millisecond, "s": time.Second, "min": time.Minute, "h": time.Hour}[m[2]]
	return time.Duration(number) * unit, true
}

// databaseOutlasts is the finding about statements that may take longer than the server lets a request take.
func databaseOutlasts(p *check.SourcePass, s *deploy.Server) (*check.Finding, string) {
	if !limitsRequests(s) || !s.Timeout.Known || s.Timeout.Value == 0 {
		return nil, ""
	}
	databases, _ := p.Settings.Shipped().Databases()
	for _, db := range databases {
		option := db.Option("OPTIONS", "options")
		text, ok := option.AsStr()
		limit, said := statementLimit(text)
		if db.Alias != "default" || !ok || !said {
			continue
		}
		if limit > s.Timeout.Value && !option.At().IsZero() {
			return &check.Finding{Severity: check.Recommended, At: option.At(),
				Message: fmt.Sprintf("A statement may take %s, and %s ends a request after %s, so the query runs on for nobody; set statement_timeout below the server's limit", limit, s.Program, s.Timeout.Value)}, ""
		}
	}
	return nil, ""
}
