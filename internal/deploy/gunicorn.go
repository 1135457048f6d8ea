package deploy

import (
	"fmt"
	"maps"
	"path"
	"strings"
	"time"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// gunicornOptions are the options of gunicorn's command line that the model has (https://docs.gunicorn.org/en/stable/settings.html), and
// those that take no value, so that what follows them is not taken for one.
func gunicornOptions() options {
	table := options{
		"-c": {name: "config"}, "--config": {name: "config"},
		"-b": {name: "bind", adds: true}, "--bind": {name: "bind", adds: true},
		"-w": {name: "workers"}, "--workers": {name: "workers"},
		"-k": {name: "worker_class"}, "--worker-class": {name: "worker_class"},
		"--threads": {name: "threads"},
		"-t":        {name: "timeout"}, "--timeout": {name: "timeout"},
		"--graceful-timeout": {name: "graceful_timeout"},
		"--keep-alive":       {name: "keepalive"},
		"--max-requests":     {name: "max_requests"}, "--max-requests-jitter": {name: "max_requests_jitter"},
		"--forwarded-allow-ips": {name: "forwarded_allow_ips"},
		"-u":                    {name: "user"}, "--user": {name: "user"},
		"--access-logfile": {name: "accesslog"}, "--access-logformat": {name: "access_log_format"},
		"-e": {name: "raw_env", adds: true}, "--env": {name: "raw_env", adds: true},
		"--preload": {name: "preload_app", flag: true}, "--reload": {name: "reload", flag: true},
	}
	for _, flag := range []string{"--daemon", "-D", "--check-config", "--print-config", "--capture-output", "--spew", "--no-sendfile", "--disable-redirect-access-to-syslog",
		"--log-syslog", "--proxy-protocol", "--suppress-ragged-eofs", "--do-handshake-on-connect", "--initgroups", "--enable-stdio-inheritance", "-R", "--reuse-port",
		"--no-control-socket", "--permit-obsolete-folding", "--strip-header-spaces", "--backlog-check"} {
		table[flag] = option{name: "", flag: true}
	}
	return table
}

// gunicorn reads gunicorn's configuration in its own order: the file, then GUNICORN_CMD_ARGS, then the command line
// (https://docs.gunicorn.org/en/stable/configure.html).
func (s *Server) gunicorn(p *Process, args []string, find *scripts) {
	s.Program = "gunicorn"
	line, words := commandOptions(args, s.Command.At, gunicornOptions())
	variable := serverSettings{}
	if v, ok := p.Lookup("GUNICORN_CMD_ARGS"); ok {
		if v.Given {
			variable, _ = commandOptions(splitWords(v.Value), v.At, gunicornOptions())
		} else {
			s.Unread = "the variable GUNICORN_CMD_ARGS is given from elsewhere"
		}
	}
	all := serverSettings{}
	configuration, named := line.last("config")
	if !named {
		configuration, named = variable.last("config")
	}
	maps.Copy(all, s.gunicornFile(p, configuration.text, named, find))
	maps.Copy(all, variable)
	maps.Copy(all, line)
	s.takeApp(words)
	s.gunicornSettings(p, all)
}

func (s *Server) gunicornSettings(p *Process, all serverSettings) {
	if app, ok := all.last("wsgi_app"); ok && s.App == "" && !app.unknown {
		s.App, s.AppAt = app.text, app.at
	}
	for _, b := range all["bind"] {
		if b.unknown {
			s.Binds = append(s.Binds, Bind{Host: unread[string](b.text, b.at), Port: unread[int](b.text, b.at), At: b.at})
			continue
		}
		s.Binds = append(s.Binds, bindOf(b.text, b.at, 8000))
	}
	if len(all["bind"]) == 0 {
		s.Binds = []Bind{gunicornDefaultBind(p)}
		if s.Unread != "" {
			s.Binds = []Bind{{Host: fallback(s, ""), Port: fallback(s, 0)}}
		}
	}
	s.Workers = settingTold(all, "workers", parseInt).or(variableTold(p, "WEB_CONCURRENCY", parseInt)).or(fallback(s, 1))
	if !s.Workers.Said() && (p.Runtime == OnPlatform || p.Runtime == FromProcfile) {
		s.Workers = Told[int]{Written: "WEB_CONCURRENCY, which the platform may give"}
	}
	s.Threads = settingTold(all, "threads", parseInt).or(fallback(s, 1))
	s.WorkerClass = settingTold(all, "worker_class", anyText).or(fallback(s, "sync"))
	if s.WorkerClass.Known && s.WorkerClass.Value == "sync" && s.Threads.Known && s.Threads.Value > 1 {
		s.WorkerClass.Value = "gthread" // "If you try to use the sync worker type and set the threads setting to more than 1, the gthread worker type will be used instead."
	}
	if yes, _ := s.gunicornASGI(); yes && strings.Contains(strings.ToLower(s.WorkerClass.Value), "uvicorn") {
		s.PingInterval = byDefault(20 * time.Second) // of uvicorn
	}
	s.Timeout = settingTold(all, "timeout", parseSeconds).or(fallback(s, 30*time.Second))
	s.GracefulTimeout = settingTold(all, "graceful_timeout", parseSeconds).or(fallback(s, 30*time.Second))
	s.KeepAlive = settingTold(all, "keepalive", parseSeconds).or(fallback(s, 2*time.Second))
	s.MaxRequests = settingTold(all, "max_requests", parseInt).or(fallback(s, 0))
	s.MaxRequestsJitter = settingTold(all, "max_requests_jitter", parseInt).or(fallback(s, 0))
	s.ForwardedAllowIPs = settingTold(all, "forwarded_allow_ips", anyText).or(variableTold(p, "FORWARDED_ALLOW_IPS", anyText)).or(fallback(s, "127.0.0.1,::1"))
	s.ProxyHeaders = byDefault(true)
	s.User = settingTold(all, "user", anyText)
	s.AccessLog = settingTold(all, "accesslog", anyText).or(fallback(s, ""))
	s.AccessLogFormat = settingTold(all, "access_log_format", anyText)
	s.Preload, s.Reload = settingBool(all, "preload_app").or(fallback(s, false)), settingBool(all, "reload").or(fallback(s, false))
}

// variableTold is a variable of the process, as its artefacts give it.
func variableTold[T any](p *Process, name string, parse func(string) (T, bool)) Told[T] {
	v, ok := p.Lookup(name)
	switch {
	case !ok:
		return Told[T]{}
	case !v.Given:
		return unread[T]("the variable "+name, v.At)
	}
	return parsed(v.Value, v.At, parse)
}

// gunicornDefaultBind is 127.0.0.1:8000, or all addresses on $PORT where the process is given that.
func gunicornDefaultBind(p *Process) Bind {
	port := variableTold(p, "PORT", parseInt)
	switch {
	case port.Said():
		return Bind{Host: byDefault("0.0.0.0"), Port: port, At: port.At}
	case p.Runtime == OnPlatform || p.Runtime == FromProcfile: // the platform gives PORT
		return Bind{Host: Told[string]{Written: "0.0.0.0 where the platform gives PORT"}, Port: Told[int]{Written: "$PORT"}}
	}
	return Bind{Host: byDefault("127.0.0.1"), Port: byDefault(8000)}
}

// gunicornFile reads the configuration file: the named one, else gunicorn.conf.py in the working folder. python:module names a module.
func (s *Server) gunicornFile(p *Process, named string, isNamed bool, find *scripts) serverSettings {
	name := "./gunicorn.conf.py"
	switch {
	case strings.HasPrefix(named, "python:"):
		name = "./" + strings.ReplaceAll(strings.TrimPrefix(named, "python:"), ".", "/") + ".py"
	case isNamed:
		name = strings.TrimPrefix(named, "file:")
	}
	f, ok := find.find(name)
	if !ok {
		if isNamed {
			s.ConfigAbsent = named
			s.Unread = fmt.Sprintf("the configuration file %s is not in the repository", named)
		}
		return nil
	}
	s.Config = f
	return s.evaluated(p, f)
}

// evaluated are the settings that a gunicorn configuration gives, with the variables of the process. It is a Python module, and is interpreted.
func (s *Server) evaluated(p *Process, f *source.File) (settings serverSettings) {
	settings = serverSettings{}
	defer func() {
		if fault := recover(); fault != nil {
			s.Unread = "gonogo could not evaluate " + f.Path
		}
	}()
	env := eval.Environment{Vars: map[string]eval.EnvValue{}}
	for _, v := range p.Env {
		if v.Given {
			env.Vars[v.Name] = eval.EnvValue{Value: v.Value, At: v.At}
		} else {
			delete(env.Vars, v.Name)
		}
	}
	result := eval.Explore(eval.Config{Finder: oneModule{f}, Library: library.Modules(), Env: env, Limits: eval.Limits{Runs: 4}}, configModule)
	if result == nil || len(result.Worlds) == 0 || result.Worlds[0].Failure != nil {
		s.Unread = f.Path + " could not be evaluated"
		return settings
	}
	shipped := result.Worlds[0]
	if shipped.Open != "" {
		s.Unread = f.Path + ": " + shipped.Open
	}
	for name, value := range shipped.Names {
		if list, ok := gunicornValue(value); ok {
			for i := range list {
				if places := shipped.Assigned[name]; list[i].at.IsZero() && len(places) > 0 {
					list[i].at = places[len(places)-1]
				}
			}
			settings[name] = list
		}
	}
	return settings
}

const configModule = "gunicorn_conf"

// gunicornValue is a value as settings have it; a list gives one for each element.
func gunicornValue(v eval.Value) (list []setting, ok bool) {
	one := setting{at: v.At()}
	switch v.Kind() {
	case eval.Str:
		one.text, _ = v.AsStr()
	case eval.Int:
		n, exact := v.AsInt()
		one.text, one.unknown = fmt.Sprint(n), !exact
	case eval.Float:
		n, _ := v.AsFloat()
		one.text = fmt.Sprint(n)
	case eval.Bool:
		b, _ := v.AsBool()
		one.text = fmt.Sprint(b)
	case eval.None:
		return nil, false
	case eval.List, eval.Tuple:
		for _, e := range v.Elems() {
			if inner, ok := gunicornValue(e); ok {
				list = append(list, inner...)
			}
		}
		return list, len(list) > 0
	case eval.Unknown:
		one.unknown, one.text = true, v.Reason()
		if text := v.At().Text(); text != "" {
			one.text = text
		}
	default:
		return nil, false
	}
	return []setting{one}, true
}

// oneModule is a project of one file, which is its only module.
type oneModule struct{ file *source.File }

func (o oneModule) Module(dotted string) (*syntax.Module, bool, bool) {
	if dotted != configModule {
		return nil, false, false
	}
	return syntax.Parse(o.file), false, true
}

func (o oneModule) File(name string) (*source.File, bool) { return o.file, name == o.file.Path }
func (o oneModule) Glob(string) []string                  { return nil }
func (o oneModule) Root() string                          { return "/project" }

func (o oneModule) ParseFile(name string) (*syntax.Module, bool) {
	if path.Clean(name) != o.file.Path {
		return nil, false
	}
	return syntax.Parse(o.file), true
}
