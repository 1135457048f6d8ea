package deploy

import (
	"path"
	"slices"
	"strings"
	"time"

	"gonogo/internal/deploy/document"
)

// This file reads the options of the application servers beside gunicorn.

// withVariables puts variables of the process that are called after options below the options of the command line: UVICORN_WORKERS.
func withVariables(p *Process, line serverSettings, prefix string, table options) serverSettings {
	all := serverSettings{}
	for flag, o := range table {
		if !strings.HasPrefix(flag, "--") {
			continue
		}
		name := prefix + strings.ToUpper(strings.ReplaceAll(strings.TrimPrefix(flag, "--"), "-", "_"))
		if v, ok := p.Lookup(name); ok {
			all[o.name] = []setting{{text: v.Value, at: v.At, unknown: !v.Given}}
		}
	}
	for name, values := range line {
		all[name] = values
	}
	return all
}

// uvicorn: https://www.uvicorn.org/settings/
func (s *Server) uvicorn(p *Process, args []string) {
	s.Program = "uvicorn"
	table := options{
		"--host": {name: "host"}, "--port": {name: "port"}, "--uds": {name: "uds"}, "--workers": {name: "workers"},
		"--proxy-headers": {name: "proxy_headers", flag: true}, "--no-proxy-headers": {name: "no_proxy_headers", flag: true},
		"--forwarded-allow-ips": {name: "forwarded_allow_ips"}, "--timeout-keep-alive": {name: "keepalive"},
		"--timeout-graceful-shutdown": {name: "graceful"}, "--limit-max-requests": {name: "max_requests"}, "--limit-max-requests-jitter": {name: "jitter"},
		"--reload": {name: "reload", flag: true}, "--access-log": {name: "access_log", flag: true}, "--no-access-log": {name: "no_access_log", flag: true},
		"--factory": {name: "factory", flag: true}, "--use-colors": {name: "colors", flag: true}, "--no-use-colors": {name: "colors", flag: true},
		"--interface": {name: "interface"}, "--ws-ping-interval": {name: "ping"}, "--server-header": {name: "header", flag: true}, "--no-server-header": {name: "header", flag: true}, "--date-header": {name: "date", flag: true}, "--no-date-header": {name: "date", flag: true},
	}
	line, words := commandOptions(args, s.Command.At, table)
	all := withVariables(p, line, "UVICORN_", table)
	s.takeApp(words)
	s.Binds = []Bind{hostAndPort(all, "127.0.0.1", 8000)}
	if uds, ok := all.last("uds"); ok {
		s.Binds = []Bind{{Socket: uds.text, At: uds.at}}
	}
	s.Workers = settingTold(all, "workers", parseInt).or(variableTold(p, "WEB_CONCURRENCY", parseInt)).or(byDefault(1))
	s.ProxyHeaders = byDefault(true)
	if off, ok := all.last("no_proxy_headers"); ok {
		s.ProxyHeaders = said(false, off.at)
	} else {
		s.ProxyHeaders = settingBool(all, "proxy_headers").or(s.ProxyHeaders)
	}
	s.ForwardedAllowIPs = settingTold(all, "forwarded_allow_ips", anyText).or(variableTold(p, "FORWARDED_ALLOW_IPS", anyText)).or(byDefault("127.0.0.1"))
	s.Interface = settingTold(all, "interface", anyText)
	s.PingInterval = settingTold(all, "ping", parseSeconds).or(byDefault(20 * time.Second))
	s.KeepAlive = settingTold(all, "keepalive", parseSeconds).or(byDefault(5 * time.Second))
	s.GracefulTimeout = settingTold(all, "graceful", parseSeconds)
	s.MaxRequests = settingTold(all, "max_requests", parseInt).or(byDefault(0))
	s.MaxRequestsJitter = settingTold(all, "jitter", parseInt).or(byDefault(0))
	s.Reload = settingBool(all, "reload").or(byDefault(false))
	s.AccessLog = byDefault("-")
	if off, ok := all.last("no_access_log"); ok {
		s.AccessLog = said("", off.at)
	}
}

// daphne: https://github.com/django/daphne, daphne/cli.py
func (s *Server) daphne(args []string) {
	s.Program = "daphne"
	all, words := commandOptions(args, s.Command.At, options{
		"-b": {name: "host"}, "--bind": {name: "host"}, "-p": {name: "port"}, "--port": {name: "port"}, "-u": {name: "uds"}, "--unix-socket": {name: "uds"},
		"-e": {name: "endpoint"}, "--endpoint": {name: "endpoint"}, "-t": {name: "timeout"}, "--http-timeout": {name: "timeout"},
		"--access-log": {name: "accesslog"}, "--proxy-headers": {name: "proxy_headers", flag: true}, "-v": {name: "verbosity"}, "--verbosity": {name: "verbosity"},
		"--no-server-name": {name: "name", flag: true}, "--websocket_timeout": {name: "websocket"}, "--ping-interval": {name: "ping"}, "--application-close-timeout": {name: "graceful"},
	})
	s.takeApp(words)
	s.Binds = []Bind{hostAndPort(all, "127.0.0.1", 8000)}
	if uds, ok := all.last("uds"); ok {
		s.Binds = []Bind{{Socket: uds.text, At: uds.at}}
	}
	if endpoint, ok := all.last("endpoint"); ok {
		s.Binds = []Bind{{Host: unread[string](endpoint.text, endpoint.at), Port: unread[int](endpoint.text, endpoint.at), At: endpoint.at}}
	}
	s.Workers = byDefault(1)
	s.ProxyHeaders = settingBool(all, "proxy_headers").or(byDefault(false))
	if s.ProxyHeaders.Value { // daphne takes them from anyone
		s.ForwardedAllowIPs = Told[string]{Value: "*", Known: true, At: s.ProxyHeaders.At}
	}
	s.Timeout = settingTold(all, "timeout", parseSeconds)
	s.PingInterval = settingTold(all, "ping", parseSeconds).or(byDefault(20 * time.Second))
	s.AccessLog = settingTold(all, "accesslog", anyText).or(byDefault("-"))
	if v, ok := all.last("verbosity"); ok && v.text == "0" && !s.AccessLog.Said() {
		s.AccessLog = said("", v.at)
	}
}

// hypercorn: https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html
func (s *Server) hypercorn(args []string, find *scripts) {
	s.Program = "hypercorn"
	line, words := commandOptions(args, s.Command.At, options{
		"-c": {name: "config"}, "--config": {name: "config"}, "-b": {name: "bind", adds: true}, "--bind": {name: "bind", adds: true},
		"-w": {name: "workers"}, "--workers": {name: "workers"}, "-k": {name: "worker_class"}, "--worker-class": {name: "worker_class"},
		"--keep-alive": {name: "keep_alive_timeout"}, "--graceful-timeout": {name: "graceful_timeout"}, "--max-requests": {name: "max_requests"}, "--max-requests-jitter": {name: "max_requests_jitter"}, "--websocket-ping-interval": {name: "websocket_ping_interval"},
		"--access-logfile": {name: "accesslog"}, "--access-logformat": {name: "access_log_format"}, "--reload": {name: "use_reloader", flag: true}, "-u": {name: "user"}, "--user": {name: "user"}, "--debug": {name: "debug", flag: true},
	})
	s.takeApp(words)
	all := serverSettings{}
	if name, ok := line.last("config"); ok {
		if f, found := find.find(name.text); found && path.Ext(f.Path) == ".toml" {
			s.Config = f
			root, _ := document.TOML(f)
			for _, e := range root.Map() {
				for _, n := range e.Value.List() {
					all[e.Key] = append(all[e.Key], setting{text: n.Scalar(), at: n.At})
				}
			}
		} else {
			s.Unread = "the configuration " + name.text + " was not read"
		}
	}
	for name, values := range line {
		all[name] = values
	}
	for _, b := range all["bind"] {
		s.Binds = append(s.Binds, bindOf(b.text, b.at, 8000))
	}
	if len(s.Binds) == 0 {
		s.Binds = []Bind{{Host: fallback(s, "127.0.0.1"), Port: fallback(s, 8000)}}
	}
	s.Workers = settingTold(all, "workers", parseInt).or(fallback(s, 1))
	s.PingInterval = settingTold(all, "websocket_ping_interval", parseSeconds).or(fallback(s, time.Duration(0)))
	s.KeepAlive = settingTold(all, "keep_alive_timeout", parseSeconds).or(fallback(s, 5*time.Second))
	s.GracefulTimeout = settingTold(all, "graceful_timeout", parseSeconds).or(fallback(s, 3*time.Second))
	s.MaxRequests = settingTold(all, "max_requests", parseInt).or(fallback(s, 0))
	s.MaxRequestsJitter = settingTold(all, "max_requests_jitter", parseInt).or(fallback(s, 0))
	s.Reload = settingBool(all, "use_reloader").or(fallback(s, false))
	s.AccessLog = settingTold(all, "accesslog", anyText).or(fallback(s, ""))
	s.AccessLogFormat = settingTold(all, "access_log_format", anyText)
	s.User = settingTold(all, "user", anyText)
	s.ProxyHeaders = fallback(s, false) // ProxyFixMiddleware in the code does it
}

// granian: https://github.com/emmett-framework/granian#options
func (s *Server) granian(p *Process, args []string) {
	s.Program = "granian"
	table := options{
		"--host": {name: "host"}, "--port": {name: "port"}, "--uds": {name: "uds"}, "--workers": {name: "workers"}, "--blocking-threads": {name: "threads"},
		"--runtime-threads": {name: "runtime"}, "--interface": {name: "interface"}, "--workers-kill-timeout": {name: "kill"}, "--workers-lifetime": {name: "lifetime"},
		"--reload": {name: "reload", flag: true}, "--no-reload": {name: "noreload", flag: true}, "--access-log": {name: "access_log", flag: true}, "--no-access-log": {name: "no_access_log", flag: true},
		"--ws": {name: "ws", flag: true}, "--no-ws": {name: "ws", flag: true}, "--respawn-failed-workers": {name: "respawn", flag: true}, "--factory": {name: "factory", flag: true},
		"--http1-keep-alive": {name: "keep", flag: true}, "--no-http1-keep-alive": {name: "keep", flag: true}, "--opt": {name: "opt", flag: true}, "--no-opt": {name: "opt", flag: true},
	}
	line, words := commandOptions(args, s.Command.At, table)
	all := withVariables(p, line, "GRANIAN_", table)
	s.takeApp(words)
	s.Binds = []Bind{hostAndPort(all, "127.0.0.1", 8000)}
	if uds, ok := all.last("uds"); ok {
		s.Binds = []Bind{{Socket: uds.text, At: uds.at}}
	}
	s.Workers = settingTold(all, "workers", parseInt).or(byDefault(1))
	s.Threads = settingTold(all, "threads", parseInt)
	s.Interface = settingTold(all, "interface", anyText)
	s.MaxLifetime = settingTold(all, "lifetime", parseDuration)
	s.Reload = settingBool(all, "reload").or(byDefault(false))
	s.ProxyHeaders = byDefault(false) // wrap_wsgi_with_proxy_headers in the code does it
	s.AccessLog = byDefault("")
	if on, ok := all.last("access_log"); ok {
		s.AccessLog = said("-", on.at)
	}
}

// waitress: https://docs.pylonsproject.org/projects/waitress/en/stable/runner.html
func (s *Server) waitress(args []string) {
	s.Program = "waitress"
	all, words := commandOptions(args, s.Command.At, options{
		"--listen": {name: "listen", adds: true}, "--host": {name: "host"}, "--port": {name: "port"}, "--unix-socket": {name: "uds"}, "--threads": {name: "threads"},
		"--trusted-proxy": {name: "trusted_proxy"}, "--call": {name: "call", flag: true}, "--channel-timeout": {name: "timeout"},
	})
	s.takeApp(words)
	for _, l := range all["listen"] {
		s.Binds = append(s.Binds, bindOf(l.text, l.at, 8080))
	}
	if len(s.Binds) == 0 {
		s.Binds = []Bind{hostAndPort(all, "0.0.0.0", 8080)}
	}
	s.Workers, s.Threads = byDefault(1), settingTold(all, "threads", parseInt).or(byDefault(4))
	s.ForwardedAllowIPs = settingTold(all, "trusted_proxy", anyText)
	s.ProxyHeaders = byDefault(s.ForwardedAllowIPs.Said())
	s.AccessLog = byDefault("")
}

// uwsgiNames are uWSGI's names of what the model has (https://uwsgi-docs.readthedocs.io/en/latest/Options.html), with their short forms.
func uwsgiNames() options {
	table := options{"-s": {name: "socket", adds: true}, "-p": {name: "processes"}, "-w": {name: "module"}, "-M": {name: "master", flag: true}, "-t": {name: "harakiri"}, "-R": {name: "max-requests"},
		"-H": {name: "home"}, "-i": {name: "ini", adds: true}, "-y": {name: "yaml", adds: true}, "-j": {name: "json", adds: true}, "-x": {name: "xml", adds: true}, "--workers": {name: "processes"}, "--wsgi": {name: "module"}}
	for _, name := range []string{"processes", "threads", "harakiri", "max-requests", "max-requests-delta", "module", "wsgi-file", "uid", "gid", "chdir", "env", "worker-reload-mercy", "http-timeout", "limit-post", "buffer-size", "pythonpath", "home", "virtualenv", "stats", "static-map", "logto", "listen", "http-keepalive", "reload-mercy", "max-worker-lifetime"} {
		table["--"+name] = option{name: name, adds: name == "env"}
	}
	for _, name := range uwsgiFormats() {
		table["--"+name] = option{name: name, adds: true}
	}
	for _, name := range []string{"http", "http-socket", "https", "socket", "uwsgi-socket"} {
		table["--"+name] = option{name: name, adds: true}
	}
	for _, name := range []string{"master", "enable-threads", "vacuum", "die-on-term", "need-app", "lazy-apps", "single-interpreter", "disable-logging", "thunder-lock", "strict", "auto-procname", "die-on-term", "offload-threads"} {
		table["--"+name] = option{name: name, flag: name != "offload-threads"}
	}
	return table
}

// uwsgi reads the command line, the configuration files that it names, and variables called UWSGI_*.
func (s *Server) uwsgi(p *Process, args []string, find *scripts) {
	s.Program = "uwsgi"
	line, words := commandOptions(args, s.Command.At, uwsgiNames())
	all := withVariables(p, serverSettings{}, "UWSGI_", uwsgiNames())
	for _, format := range uwsgiFormats() {
		all[format] = append(slices.Clone(line[format]), all[format]...)
	}
	files := uwsgiFiles(all, words)
	for _, named := range files {
		if f, ok := find.find(named.name); ok {
			s.Config = f
			entries, why := named.read(f)
			if why != "" {
				s.Unread = why
			}
			addUWSGI(entries, all, p)
		} else {
			s.ConfigAbsent, s.Unread = named.name, "the configuration file "+named.name+" is not in the repository"
		}
	}
	for name, values := range line {
		all[name] = values
	}
	if app, ok := all.last("module"); ok {
		s.App, s.AppAt = app.text, app.at
	} else if file, ok := all.last("wsgi-file"); ok {
		s.App, s.AppAt = file.text, file.at
	}
	for _, kind := range []string{"http", "http-socket", "socket", "uwsgi-socket"} {
		for _, b := range all[kind] {
			bind := bindOf(b.text, b.at, 0)
			if strings.Contains(b.text, "/") && !strings.Contains(b.text, ":") {
				bind = Bind{Socket: b.text, At: b.at}
			}
			s.Binds = append(s.Binds, bind)
		}
	}
	s.Workers = settingTold(all, "processes", parseInt).or(fallback(s, 1))
	s.Threads = settingTold(all, "threads", parseInt).or(fallback(s, 1))
	s.Timeout = settingTold(all, "harakiri", parseSeconds).or(fallback(s, time.Duration(0)))
	s.GracefulTimeout = settingTold(all, "worker-reload-mercy", parseSeconds)
	s.MaxRequests = settingTold(all, "max-requests", parseInt).or(fallback(s, 0))
	s.MaxRequestsJitter = settingTold(all, "max-requests-delta", parseInt).or(fallback(s, 0))
	s.MaxLifetime = settingTold(all, "max-worker-lifetime", parseSeconds)
	s.User = settingTold(all, "uid", anyText)
	s.AccessLog = fallback(s, "-")
	if off, ok := all.last("disable-logging"); ok {
		s.AccessLog = said("", off.at)
	}
}

// addUWSGI adds what a configuration file says. What stands under a condition that the process's variables do not decide is not known; a switch there
// is off, as where nobody sets anything.
func addUWSGI(entries []document.Entry, all serverSettings, p *Process) {
	table := uwsgiNames()
	conditional, excluded := false, false
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Key, "if-"):
			holds, decided := uwsgiCondition(e.Key, e.Value.Text, p)
			conditional, excluded = !decided, decided && !holds
		case e.Key == "endif":
			conditional, excluded = false, false
		}
		o, known := table["--"+e.Key]
		if !known || excluded {
			continue
		}
		v := setting{text: e.Value.Text, at: e.Value.At, unknown: conditional || strings.Contains(e.Value.Text, "%(") || strings.Contains(e.Value.Text, "$(")}
		if conditional && o.flag {
			continue // off unless somebody asks for it
		}
		if on, ok := parseBool(e.Value.Text); o.flag && ok {
			if !on {
				continue
			}
			v.flag = true
		}
		if o.adds {
			all[o.name] = append(all[o.name], v)
		} else {
			all.set(o.name, v)
		}
	}
}

// uwsgiCondition evaluates a condition of an INI file by the variables that the process is given; decided is false where they leave it open.
// Source: https://uwsgi-docs.readthedocs.io/en/latest/ConfigLogic.html
func uwsgiCondition(key, text string, p *Process) (holds, decided bool) {
	if key != "if-env" && key != "if-not-env" {
		return false, false
	}
	name, want, compared := strings.Cut(text, "=")
	v, ok := p.Lookup(strings.TrimSpace(name))
	if !ok || !v.Given {
		return false, false
	}
	holds = !compared || v.Value == strings.TrimSpace(want)
	return holds != (key == "if-not-env"), true
}
