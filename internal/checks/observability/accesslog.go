package observability

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django/middleware"
	"gonogo/internal/knowledge"
)

func accessLog() check.Check {
	return check.Check{
		ID: "observability/access-log", Severity: check.Recommended, Source: answerAccessLog,
		Doc: check.Doc{
			Title: "Every request leaves a line with method, path, status and time taken",
			Why: `"It was slow this morning", "somebody deleted it": the answer stands in the line that each request left, or nowhere. gunicorn writes none unless it is told to; uvicorn and uWSGI do.

One line a request is enough, in the server, the proxy, or a middleware: two of them cost twice and disagree. Paths can hold tokens (password resets, signed links), so decide who reads the log and for how long it is kept.`,
			Fix:    "Start gunicorn with `--access-logfile - --access-logformat '%(h)s \"%(r)s\" %(s)s %(b)s %(M)sms'`, or use the middleware of django-structlog.",
			Verify: "`curl -s https://example.com/ >/dev/null`, and the log of the web process shows a line with `GET /`, the status and the time.",
			Bad: []check.Example{
				{Note: "gunicorn's default.", Files: []check.ExampleFile{{Path: "settings.py", Text: "DEBUG = False\n"}, {Path: "Dockerfile", Text: "FROM python:3.13\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"}}},
			},
			Good: []check.Example{
				{Note: "gunicorn writes requests to the standard output, with the time taken.", Files: []check.ExampleFile{{Path: "settings.py", Text: "DEBUG = False\n"},
					{Path: "Procfile", Text: "web: gunicorn shop.wsgi --access-logfile - --access-logformat '%(h)s \"%(r)s\" %(s)s %(M)sms'\n"}}},
			},
			References: []check.Reference{
				check.See("gunicorn: accesslog, access_log_format", "https://docs.gunicorn.org/en/stable/settings.html#logging"),
				check.See("uvicorn: logging", "https://uvicorn.dev/settings/#logging"),
			},
			Triggers: []string{
				"the server writes no access log, nor does nginx before it, and no middleware writes requests",
				"the access log lacks the time that a request took",
			},
		},
	}
}

func answerAccessLog(p *check.SourcePass) check.Answer {
	if reason := requestsWritten(p.Project.Middleware()); reason != "" {
		return check.Passed(reason)
	}
	var findings []check.Finding
	var doubts []string
	passed := ""
	servers := productionServers(p)
	proxy := proxyLog(p, servers)
	if proxy.Status == check.Pass {
		return proxy
	}
	for _, s := range servers {
		found, doubt, reason := judgeAccessLog(s.Server)
		switch {
		case found != nil && found.Severity == check.Recommended && s.procfile:
			doubts = append(doubts, s.Program+" writes no access log; whether the router of the platform that reads the Procfile writes requests (Heroku's does) is not known")
		case found != nil:
			findings = append(findings, *found)
		case doubt != "":
			doubts = append(doubts, doubt)
		default:
			passed = reason
		}
	}
	silent := len(findings) > 0 && findings[0].Severity == check.Recommended || len(doubts) > 0
	if platform, ok := p.Project.Platform(); ok && platform.Name == "Heroku" && (silent || len(servers) == 0) {
		return check.Passed("Heroku's router writes each request with its status and time (" + platform.File + ")")
	}
	switch {
	case silent && len(findings) > 0 && proxy.Status == check.Fail:
		return proxy
	case silent && proxy.Status == check.Unknown:
		return check.Unclear("the application server writes no access log that is known, and " + proxy.Reason)
	case (silent || len(servers) == 0) && proxy.Status != check.NotApplicable && len(p.Project.ProxyFiles()) > 0:
		return check.Unclear("the application server writes no access log that is known; whether a proxy does is open: " + check.ProxyDoubt(p))
	case len(servers) == 0:
		return check.Unclear("no command that serves in production was found, and no middleware writes requests")
	}
	if len(findings) > 1 {
		findings = findings[:1]
	}
	return check.Gather(findings, doubts, passed)
}

// requestsWritten says which middleware writes a line for each request, "" when none does.
func requestsWritten(list []middleware.Middleware) string {
	for _, m := range list {
		switch {
		case m.Named && m.Package.Has(knowledge.AccessLog):
			return m.Package.Name + " writes a line for each request"
		case m.WritesStatus.Yes && m.TakesTime:
			return m.Name + " writes a line with status and time for each request"
		}
	}
	return ""
}

// productionServer is an application server of a web process of production.
type productionServer struct {
	*deploy.Server
	process  *deploy.Process
	procfile bool // a platform runs it, as the Procfile says
}

// productionServers are the application servers of production's web processes.
func productionServers(p *check.SourcePass) (list []productionServer) {
	if p.Project.Deployment == nil {
		return nil
	}
	for _, process := range p.Project.Deployment.Processes {
		if !process.Production || process.Role != deploy.Web {
			continue
		}
		s, ok := process.Server()
		if !ok || s.Program == "runserver" || deploy.DevelopmentServer(s.Command.Argv) != "" {
			continue
		}
		list = append(list, productionServer{s, process, process.Runtime == deploy.FromProcfile})
	}
	return list
}

// judgeAccessLog judges the access log of one server.
func judgeAccessLog(s *deploy.Server) (found *check.Finding, doubt, reason string) {
	switch {
	case !s.AccessLog.Known:
		doubt = "whether " + s.Program + " writes requests is not known"
		if s.Unread != "" {
			doubt += ": " + s.Unread
		}
		return nil, doubt, ""
	case s.AccessLog.Value == "" || s.AccessLog.Value == "/dev/null" || strings.EqualFold(s.AccessLog.Value, "none"):
		at := s.Command.At
		if s.AccessLog.Said() {
			at = s.AccessLog.At
		}
		return &check.Finding{
			Severity: check.Recommended, At: at, Fix: accessLogFix(s.Program),
			Message: fmt.Sprintf("%s writes no access log, and no middleware writes requests: nobody can tell which requests there were, how they ended and how long they took; %s", s.Program, accessLogAdvice(s.Program)),
		}, "", ""
	case (s.Program == "gunicorn" || s.Program == "hypercorn") && s.Unread == "" && !takesTime(s.AccessLogFormat):
		at := s.AccessLog.At
		if s.AccessLogFormat.Said() {
			at = s.AccessLogFormat.At
		}
		if at.IsZero() {
			at = s.Command.At
		}
		return &check.Finding{
			Severity: check.Optional, At: at, Fix: `--access-logformat '%(h)s "%(r)s" %(s)s %(b)s %(M)sms'`,
			Message: "The access log of " + s.Program + " does not say how long a request took; add %(M)s (milliseconds) to its format",
		}, "", ""
	}
	return nil, "", s.Program + " writes each request to its access log"
}

// takesTime reports whether a format holds the time of a request, or may.
// Source: https://docs.gunicorn.org/en/stable/settings.html#access-log-format
func takesTime(format deploy.Told[string]) bool {
	if !format.Said() {
		return false
	}
	if !format.Known {
		return true
	}
	for _, sign := range []string{"%(T)s", "%(M)s", "%(D)s", "%(L)s"} {
		if strings.Contains(format.Value, sign) {
			return true
		}
	}
	return false
}

func accessLogFix(program string) string {
	switch program {
	case "gunicorn", "hypercorn":
		return "--access-logfile -"
	case "granian":
		return "--access-log"
	}
	return ""
}

func accessLogAdvice(program string) string {
	switch program {
	case "gunicorn", "hypercorn":
		return "start it with --access-logfile -"
	case "granian":
		return "start it with --access-log"
	case "uvicorn":
		return "leave out --no-access-log"
	case "uwsgi":
		return "leave out disable-logging"
	}
	return "use a middleware such as that of django-structlog"
}
