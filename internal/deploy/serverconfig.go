package deploy

import (
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// serverVariables adds the variables that the application server gives to the application itself: gunicorn's --env and raw_env, uWSGI's env.
func (p *Process) serverVariables(find func(string) (*source.File, bool)) {
	main, ok := p.Main()
	if !ok {
		return
	}
	switch name, args := program(main.Argv); name {
	case "gunicorn":
		p.gunicornVariables(main, args, find)
	case "uwsgi", "pyuwsgi":
		p.uwsgiVariables(main, args, find)
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
	files := optionValues(args, "-i", "--ini")
	for _, arg := range args {
		if strings.HasSuffix(arg, ".ini") && !strings.HasPrefix(arg, "-") {
			files = append(files, arg)
		}
	}
	seen := map[string]bool{}
	for _, name := range files {
		f, ok := find(name)
		if !ok || seen[f.Path] {
			continue
		}
		seen[f.Path] = true
		root, _ := document.INI(f, document.Indented)
		for _, e := range root.Get("uwsgi").Map() {
			if e.Key == "env" && isAssignment(strings.ReplaceAll(e.Value.Text, " = ", "=")) {
				p.Env = append(p.Env, assignment(strings.ReplaceAll(e.Value.Text, " = ", "="), e.Value.At))
			}
		}
	}
	for _, text := range optionValues(args, "--env", "--env") {
		if isAssignment(text) {
			p.Env = append(p.Env, assignment(text, main.At))
		}
	}
}
