package server

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// attribute asks whether a module of the project has what a server or Celery looks for in it.
func (c *commandCheck) attribute(process *deploy.Process, module, attribute string, at source.Span) {
	file, ok := c.pass.Project.Code.Module(module)
	if !ok || file.Syntax == nil || attribute == "" && !isCelery(process) {
		return
	}
	switch {
	case attribute == "":
		if !c.holdsCelery(module) {
			c.tell(at, "", "%s looks for a Celery application in %s, and neither that module nor %s.celery has one, so the process ends at once; name the module that holds it", process.Artefact, module, module)
		}
	case strings.Contains(attribute, "."):
	case c.lacks(module, attribute):
		if _, sub := c.pass.Project.Code.Module(module + "." + attribute); !sub {
			c.tell(at, "", "%s looks for %s in %s, and the module has no such name, so the process ends at once; write the name that the application has there", process.Artefact, attribute, file.Syntax.File.Path)
		}
	}
}

// lacks reports whether a module of the project certainly has no global of a name, once it is imported.
func (c *commandCheck) lacks(module, name string) bool {
	fields, whole := c.globals(module)
	if !whole {
		return false
	}
	for _, e := range fields {
		if key, _ := e.Key.AsStr(); key == name {
			return false
		}
	}
	return true
}

// holdsCelery reports whether a module may hold what `celery -A` takes for an application (celery/app/utils.py, find_app): one called app or
// celery, a submodule celery, or any that is a Celery.
func (c *commandCheck) holdsCelery(module string) bool {
	if _, ok := c.pass.Project.Code.Module(module + ".celery"); ok {
		return true
	}
	fields, whole := c.globals(module)
	if !whole {
		return true
	}
	for _, e := range fields {
		name, _ := e.Key.AsStr()
		if kind := e.Value.Kind(); !strings.HasPrefix(name, "__") && (kind == eval.Unknown || kind == eval.Object) {
			return true
		}
	}
	return false
}

// globals are the global names of a module of the project; whole is false where it cannot be imported, or may have others.
func (c *commandCheck) globals(module string) (fields []eval.Entry, whole bool) {
	file, ok := c.pass.Project.Code.Module(module)
	if !ok || file.Syntax == nil || file.Syntax.File == nil || c.pass.Settings == nil {
		return nil, false
	}
	for _, word := range []string{"import *", "__getattr__", "globals()", "vars()", "setattr(", "locals()", "sys.modules", "exec("} {
		if file.Syntax.File.Contains(word) {
			return nil, false
		}
	}
	c.pass.Project.Program().Do(func(session *eval.Session) {
		imported := session.Import(module)
		whole = imported.Failure == nil && imported.GivenUp == "" && imported.Module.IsValid()
		if whole {
			fields = imported.Module.Fields()
		}
	})
	return fields, whole
}

// settingsModule asks whether the settings module that a process is given is there.
func (c *commandCheck) settingsModule(process *deploy.Process) {
	v, ok := process.Lookup("DJANGO_SETTINGS_MODULE")
	if !ok || !v.Given || !isDotted(v.Value) || resolves(c.pass, v.Value) || !c.pass.Project.Code.Owns(v.Value) || !c.first("settings", v.At) {
		return
	}
	file := strings.ReplaceAll(v.Value, ".", "/") + ".py"
	if process.Places(file) {
		return
	}
	c.asked++
	for _, name := range []string{file, c.pass.Project.Root + "/" + file} {
		if c.pass.Project.Repository.Ignored(strings.TrimPrefix(name, "./")) == eval.Yes {
			c.doubts = append(c.doubts, process.Artefact+" is given the settings module "+v.Value+", which git ignores; it is made where the process runs")
			return
		}
	}
	c.tell(v.At, "", "%s is given the settings module %s, and there is no such module in the project, so the process ends at once; name the one that there is", process.Artefact, v.Value)
}

// management asks whether the management commands of a process exist. One that only runs under a condition, or may fail, stops nothing.
func (c *commandCheck) management(process *deploy.Process) {
	for _, command := range process.Commands {
		name, _, ok := deploy.ManagementCommand(command.Argv)
		if !ok || command.Conditional || command.Tolerated || !isCommandName(name) || !c.first("command "+name, command.At) {
			continue
		}
		c.asked++
		found := check.LookUpManagement(c.pass, name)
		switch {
		case found.Exists:
		case found.Removed != "":
			c.tell(command.At, "", "%s runs `manage.py %s`, which Django removed in %s, so the process ends at once; run what does it now", process.Artefact, name, found.Removed)
		case found.Whole && found.Near != "":
			c.tell(command.At, "manage.py "+found.Near, "%s runs `manage.py %s`, which does not exist, so the process ends at once; the project has %s", process.Artefact, name, found.Near)
		case found.Whole:
			c.tell(command.At, "", "%s runs `manage.py %s`, which neither the project nor an installed application has, so the process ends at once; run the command that does it now", process.Artefact, name)
		default:
			c.doubts = append(c.doubts, process.Artefact+" runs `manage.py "+name+"`; whether an installed application has it is not known")
		}
	}
}

func isCommandName(name string) bool {
	return name != "" && name[0] != '-' && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}
