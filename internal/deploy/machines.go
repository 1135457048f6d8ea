package deploy

import (
	"strings"
	"time"

	"gonogo/internal/deploy/document"
)

// This file reads how systemd and supervisord run a process.

// iniTold is a value of an INI file that parse reads; % marks something that is filled in later.
func iniTold[T any](n *document.Node, parse func(string) (T, bool)) Told[T] {
	text, ok := n.Str()
	if !ok {
		return Told[T]{}
	}
	if strings.Contains(text, "%") || strings.Contains(text, "{{") || strings.Contains(text, "$") {
		return unread[T](text, n.At)
	}
	return parsed(text, n.At, parse)
}

// systemdRunning reads [Service] (systemd.service(5), systemd.exec(5), systemd.resource-control(5)).
func systemdRunning(service *document.Node) Running {
	run := Running{Runtime: AsUnit}
	run.User = iniTold(service.Get("User"), parseText).or(byDefault("root"))
	run.Directory = iniTold(service.Get("WorkingDirectory"), parseText)
	if dynamic := service.Get("DynamicUser"); dynamic != nil {
		if on, known := parseBool(dynamic.Scalar()); known && on && !run.User.Said() {
			run.User = said("dynamic", dynamic.At)
		}
	}
	run.Restart = Restart{Policy: RestartNever, By: "systemd"}
	if n := service.Get("Restart"); n != nil {
		run.Restart = Restart{By: "systemd", At: n.At}
		switch n.Scalar() {
		case "always", "on-success":
			run.Restart.Policy = RestartAlways
		case "on-failure", "on-abnormal", "on-abort", "on-watchdog":
			run.Restart.Policy = RestartOnFailure
		case "no":
			run.Restart.Policy = RestartNever
		default:
			run.Restart.Written = n.Scalar()
		}
	}
	run.StopGrace = iniTold(service.Get("TimeoutStopSec"), parseTimeout).or(iniTold(service.Get("TimeoutSec"), parseTimeout)).or(byDefault(90 * time.Second))
	run.StopSignal = iniTold(service.Get("KillSignal"), parseText)
	run.Resources.MemoryLimit = iniTold(service.Get("MemoryMax"), dockerBytes).or(iniTold(service.Get("MemoryLimit"), dockerBytes))
	if out := service.Get("StandardOutput"); out != nil {
		run.Logging = Logging{Driver: iniTold(out, parseText), At: out.At}
	}
	return run
}

// parseTimeout reads a time span after which systemd acts; 0 and "infinity" are never, and no time span.
func parseTimeout(text string) (time.Duration, bool) {
	d, ok := parseTimespan(text)
	return d, ok && d > 0
}

// supervisorRunning reads [program:x] and what [supervisord] says for all of them; known is what expansions stand for.
func supervisorRunning(daemon, section *document.Node, known map[string]string) Running {
	program := &document.Node{Kind: document.Map, At: section.At}
	for _, e := range section.Map() {
		value := *e.Value
		value.Text = supervisorExpand(value.Text, known)
		e.Value = &value
		program.Entries = append(program.Entries, e)
	}
	run := Running{Runtime: AsProgram}
	run.User = iniTold(program.Get("user"), parseText).or(iniTold(daemon.Get("user"), parseText))
	run.Directory = iniTold(program.Get("directory"), parseText)
	run.Restart = Restart{Policy: RestartOnFailure, By: "supervisord"} // autorestart=unexpected
	if n := program.Get("autorestart"); n != nil {
		run.Restart = Restart{By: "supervisord", At: n.At}
		switch strings.ToLower(n.Scalar()) {
		case "true", "yes", "on", "1":
			run.Restart.Policy = RestartAlways
		case "unexpected":
			run.Restart.Policy = RestartOnFailure
		case "false", "no", "off", "0":
			run.Restart.Policy = RestartNever
		default:
			run.Restart.Written = n.Scalar()
		}
	}
	run.Replicas = iniTold(program.Get("numprocs"), parseInt).or(byDefault(1))
	if n := program.Get("autostart"); n != nil {
		switch strings.ToLower(n.Scalar()) {
		case "false", "no", "off", "0":
			run.Replicas = said(0, n.At) // somebody has to start it by hand
		}
	}
	run.StopGrace = iniTold(program.Get("stopwaitsecs"), parseSeconds).or(byDefault(10 * time.Second))
	run.StopSignal = iniTold(program.Get("stopsignal"), parseText)
	if out := program.Get("stdout_logfile"); out != nil {
		run.Logging = Logging{Driver: iniTold(out, parseText), At: out.At}
		for _, key := range []string{"stdout_logfile_maxbytes", "stdout_logfile_backups", "stderr_logfile", "redirect_stderr"} {
			if n := program.Get(key); n != nil {
				run.Logging.Options = append(run.Logging.Options, Variable{Name: key, Value: n.Scalar(), Given: true, At: n.At})
			}
		}
	}
	return run
}
