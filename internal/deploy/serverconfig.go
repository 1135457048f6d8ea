package deploy

import (
	"slices"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// serverVariables adds the variables that the application server gives to the application itself: gunicorn's --env and raw_env, uWSGI's env,
// and what it runs before and beside it.
func (p *Process) serverVariables(find *scripts) {
	main, ok := p.Main()
	if !ok {
		return
	}
	switch name, args := program(main.Argv); name {
	case "gunicorn":
		p.gunicornVariables(main, args, find.find)
	case "uwsgi", "pyuwsgi":
		p.uwsgiVariables(main, args, find.find)
		p.uwsgiCommands(main, args, find)
	}
}

// optionValues are the values of an option in its short and long form.
func optionValues(args []string, short, long string) []string {
	var values []string
	for i, arg := range args {
		switch {
		case (arg == short || arg == long) && i+1 < len(args):
			values = append(values, args[i+1])
		case strings.HasPrefix(arg, long+"="):
			values = append(values, arg[len(long)+1:])
		}
	}
	return values
}

// gunicornVariables reads --env, and raw_env in the configuration file, which is gunicorn.conf.py in the working folder if none is named.
func (p *Process) gunicornVariables(main Command, args []string, find func(string) (*source.File, bool)) {
	configuration := "./gunicorn.conf.py"
	for _, named := range optionValues(args, "-c", "--config") {
		configuration = strings.TrimPrefix(named, "file:")
	}
	if f, ok := find(configuration); ok {
		p.Env = append(p.Env, rawEnv(f)...)
	}
	for _, text := range optionValues(args, "-e", "--env") {
		if isAssignment(text) {
			p.Env = append(p.Env, assignment(text, main.At))
		}
	}
}

// rawEnv reads `raw_env = ["NAME=value"]` of a gunicorn configuration. What is not a literal is not read.
func rawEnv(f *source.File) []Variable {
	module := syntax.Parse(f)
	var vars []Variable
	for _, stmt := range module.Body {
		assign, ok := stmt.(*syntax.Assign)
		if !ok || len(assign.Targets) != 1 {
			continue
		}
		if name, ok := assign.Targets[0].(*syntax.Name); !ok || name.ID != "raw_env" {
			continue
		}
		for _, e := range elements(assign.Value) {
			if c, ok := e.(*syntax.Constant); ok && c.Kind == syntax.Str && isAssignment(c.Value) {
				vars = append(vars, assignment(c.Value, module.Span(c)))
			}
		}
	}
	return vars
}

// elements are those of a list or tuple that is written out; a single expression stands for itself.
func elements(e syntax.Expr) []syntax.Expr {
	switch e := e.(type) {
	case *syntax.List:
		return e.Elts
	case *syntax.Tuple:
		return e.Elts
	case nil:
		return nil
	}
	return []syntax.Expr{e}
}

// uwsgiVariables reads --env, and env in the configuration files that the command names
// (https://uwsgi-docs.readthedocs.io/en/latest/Configuration.html).
func (p *Process) uwsgiVariables(main Command, args []string, find func(string) (*source.File, bool)) {
	for _, e := range uwsgiEntries(args, find) {
		if e.Key == "env" && isAssignment(strings.ReplaceAll(e.Value.Text, " = ", "=")) {
			p.Env = append(p.Env, assignment(strings.ReplaceAll(e.Value.Text, " = ", "="), e.Value.At))
		}
	}
	for _, text := range optionValues(args, "--env", "--env") {
		if isAssignment(text) {
			p.Env = append(p.Env, assignment(text, main.At))
		}
	}
}

// uwsgiEntries are the options of the configuration files that the command names.
func uwsgiEntries(args []string, find func(string) (*source.File, bool)) (entries []document.Entry) {
	files := uwsgiFiles(commandOptions(args, source.Span{}, uwsgiNames()))
	seen := map[string]bool{}
	for _, named := range files {
		f, ok := find(named.name)
		if !ok || seen[f.Path] {
			continue
		}
		seen[f.Path] = true
		section, _ := named.read(f)
		entries = append(entries, section...)
	}
	return entries
}

// uwsgiCommands adds what uWSGI runs before the application (exec-pre-app, hook-pre-app = exec:...) and beside it (attach-daemon).
// Source: https://uwsgi-docs.readthedocs.io/en/latest/Hooks.html and AttachingDaemons.html.
func (p *Process) uwsgiCommands(main Command, args []string, find *scripts) {
	var before, beside []Command
	conditional := false
	for _, e := range uwsgiEntries(args, find.find) {
		text, place := e.Value.Text, &before
		switch {
		case strings.HasPrefix(e.Key, "if-"):
			conditional = true
			continue
		case e.Key == "endif":
			conditional = false
			continue
		case strings.HasPrefix(e.Key, "hook-"):
			command, ok := strings.CutPrefix(text, "exec:")
			if !ok {
				continue
			}
			text = command
		case e.Key == "attach-daemon":
			place = &beside
		case e.Key == "smart-attach-daemon": // a file with the process id stands before the command
			_, text, _ = strings.Cut(text, " ")
			place = &beside
		case !strings.HasPrefix(e.Key, "exec-"):
			continue
		}
		x := newExecution(p.Env, find)
		x.run(splitWords(text), e.Value.At, false)
		for _, c := range x.commands {
			c.Conditional, c.Background = c.Conditional || conditional, place == &beside
			*place = append(*place, c)
		}
	}
	p.Commands = slices.Concat(before, p.Commands, beside)
}
