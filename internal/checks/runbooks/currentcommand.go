package runbooks

import (
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/runbook"
)

// commands compares the commands of a document with the project.
func (r *reading) commands(d *runbook.Document) {
	w := newWritten(r, d)
	for _, c := range d.Commands {
		if c.Past || runbook.ForDevelopment(c.Section) {
			continue
		}
		r.composeCall(d, c, w)
		if name, args, ok := deploy.ManagementCommand(c.Argv); ok {
			r.management(c, name)
			r.settingsOption(c, args)
			continue
		}
		if len(c.Argv) == 0 {
			continue
		}
		r.modules(c)
		r.units(d, c)
		if c.Outer == nil {
			r.target(d, c, w)
			r.scripts(d, c, w)
		}
	}
}

// management asks whether a management command exists.
func (r *reading) management(c runbook.Command, name string) {
	if !isPlainName(name) {
		return
	}
	found := check.LookUpManagement(r.p, name)
	switch {
	case found.Exists:
	case found.Removed != "":
		r.tell("command "+name, c.At, "The document runs `manage.py %s`, which Django removed in %s; write what does it now", name, found.Removed)
	case found.Near != "":
		r.tell("command "+name, c.At, "The document runs `manage.py %s`, which does not exist; the project has `%s`", name, found.Near)
	case found.Whole || strings.Contains(name, "_") && r.p.Project.NamesText("def "+name+"("): // a task or function now
		r.tell("command "+name, c.At, "The document runs `manage.py %s`, which neither the project nor an installed application has; write the command that does it now, or remove the step", name)
	}
}

// isPlainName reports whether a word is a name, and nothing that a reader fills in.
func isPlainName(name string) bool {
	for _, c := range name {
		if c != '_' && c != '-' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') {
			return false
		}
	}
	return name != "" && name[0] != '-' && !strings.Contains(name, "__") && strings.ToLower(name) == name && !isPlaceholder(name)
}

func isPlaceholder(name string) bool {
	for _, word := range []string{"command", "subcommand", "my_command", "mycommand", "my-command", "your_command", "some_command", "foo", "bar", "example", "xxx", "name", "args", "arguments"} {
		if name == word {
			return true
		}
	}
	return false
}

// settingsOption asks whether the module behind --settings exists.
func (r *reading) settingsOption(c runbook.Command, args []string) {
	for i, a := range args {
		module, ok := strings.CutPrefix(a, "--settings=")
		if a == "--settings" && i+1 < len(args) {
			module, ok = args[i+1], true
		}
		if ok {
			r.module(c, module, "the settings module")
		}
	}
}

// modules asks whether the modules that a server or worker is started with exist.
func (r *reading) modules(c runbook.Command) {
	name, args := deploy.Program(c.Argv)
	switch name {
	case "celery":
		for i, a := range args {
			module, ok := strings.CutPrefix(a, "--app=")
			if (a == "-A" || a == "--app") && i+1 < len(args) {
				module, ok = args[i+1], true
			}
			if ok {
				r.module(c, module, "the Celery application")
			}
		}
	case "gunicorn", "uvicorn", "daphne", "hypercorn", "granian":
		for _, a := range args {
			if module, attribute, ok := strings.Cut(a, ":"); (ok && isDotted(module) && isDotted(attribute) || strings.HasSuffix(a, ".wsgi") || strings.HasSuffix(a, ".asgi")) && !strings.HasPrefix(a, "-") {
				r.module(c, module, "the application")
			}
		}
	}
}

func isDotted(text string) bool {
	for _, part := range strings.Split(strings.TrimSuffix(text, "()"), ".") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" || part[0] >= '0' && part[0] <= '9' {
			return false
		}
	}
	return true
}

// module asks whether a dotted module is one of the project. One whose package the project has and whose rest it lacks is gone.
func (r *reading) module(c runbook.Command, dotted, what string) {
	dotted, _, _ = strings.Cut(dotted, ":")
	top, rest, deep := strings.Cut(dotted, ".")
	if !isDotted(dotted) || strings.Contains(dotted, "__") || !deep {
		return
	}
	tree := r.p.Project.Tree
	file := strings.ReplaceAll(dotted, ".", "/")
	hasPackage, ignored := false, false
	for _, name := range tree.WithExt(".py") {
		if strings.HasSuffix("/"+name, "/"+file+".py") || strings.HasSuffix("/"+name, "/"+file+"/__init__.py") {
			return
		}
		hasPackage = hasPackage || strings.Contains("/"+name, "/"+top+"/")
	}
	for _, root := range []string{r.p.Project.Root, "."} {
		ignored = ignored || r.isIgnored(path.Join(root, file+".py"))
	}
	parent := path.Dir(file)
	for _, name := range tree.WithExt(".py") { // an attribute of a module: celery -A shop.celery.app
		if !strings.HasSuffix("/"+name, "/"+parent+".py") && !strings.HasSuffix("/"+name, "/"+parent+"/__init__.py") {
			continue
		}
		if f, ok := tree.Read(name); ok && (runbook.HasWord(string(f.Data), path.Base(file)) || strings.Contains(string(f.Data), "import *")) {
			return
		}
	}
	if hasPackage && !ignored && !r.creates(c, path.Base(file)) {
		r.tell("module "+dotted, c.At, "The document names %s `%s`, but `%s` has no `%s`; write the module that there is", what, dotted, top, rest)
	}
}

// creates reports whether the document of a command tells its reader to make a file, by the name of the file without its folder.
func (r *reading) creates(c runbook.Command, name string) bool {
	for _, d := range r.documents {
		if d.File == c.At.File {
			return newWritten(r, d).has(name) || newWritten(r, d).has(name+".py")
		}
	}
	return false
}
