package deploy

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// isSystemdUnit reports whether a path is a systemd service, also one that a template fills in (gunicorn.service.j2 is not read).
func isSystemdUnit(file string) bool { return strings.HasSuffix(file, ".service") }

// systemd reads the commands of a service (https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html).
// ExecStartPre and ExecStartPost are commands of the same process.
func (r *reader) systemd(f *source.File) []*Process {
	name := strings.TrimSuffix(path.Base(f.Path), ".service")
	service := r.systemdSection(f, name)
	start := service.Get("ExecStart")
	if start == nil {
		return nil
	}
	p := &Process{Name: name, Artefact: fmt.Sprintf("%s, service %s", f.Path, name), At: start.At, argvAt: start.At, Argv: systemdArgv(start.Text), Running: systemdRunning(service)}
	for _, e := range service.Map() {
		switch e.Key {
		case "Environment":
			for _, word := range systemdWords(e.Value.Text) {
				if isAssignment(word) {
					p.Env = append(p.Env, assignment(word, within(e.Value.At, word)))
				}
			}
		case "PassEnvironment":
			for _, word := range systemdWords(e.Value.Text) {
				p.Env = append(p.Env, Variable{Name: word, At: e.Value.At})
			}
		case "EnvironmentFile":
			r.systemdEnvironmentFile(p, e.Value)
		}
	}
	find := r.scripts(path.Dir(f.Path), nil)
	var before []Command
	for _, e := range service.Map() {
		if e.Key == "ExecStartPre" {
			x := newExecution(p.Env, find)
			x.run(systemdArgv(e.Value.Text), e.Value.At, false)
			before = append(before, x.commands...)
		}
	}
	p.follow(find)
	p.Commands = append(before, p.Commands...)
	p.Schedule = r.systemdTimer(f)
	p.byTheClock()
	return []*Process{p}
}

// systemdArgv splits a command line; the marks before it (-, @, :, +, !) are no part of it, and after @ the second word is what the program is told
// to be called. $$ is a dollar for the program.
func systemdArgv(text string) []string {
	text = strings.TrimSpace(text)
	command := strings.TrimLeft(text, "-@:+! ")
	words := systemdWords(command)
	if strings.Contains(text[:len(text)-len(command)], "@") && len(words) > 1 {
		words = append(words[:1], words[2:]...)
	}
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "$$", "$")
	}
	return words
}

// systemdEnvironmentFile reads a file of the project that an absolute path of the machine names by its end.
func (r *reader) systemdEnvironmentFile(p *Process, value *document.Node) {
	name := strings.TrimPrefix(value.Text, "-")
	find := r.scripts(".", nil)
	if f, ok := find.find(name); ok {
		r.addEnvFiles(p, []envFile{{path: f.Path, at: value.At}}, func(f *source.File, _ []Variable) []Variable { return dotenv(f) })
		return
	}
	p.EnvFrom = append(p.EnvFrom, EnvSource{Name: name, At: value.At})
}
