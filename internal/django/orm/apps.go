package orm

import (
	"strings"

	"gonogo/internal/python/eval"
)

// LoadApps finds the applications of INSTALLED_APPS as AppConfig.create does. It must come before anything else is imported in the session,
// for a model belongs to the application that it is found in when it is defined.
// Source: django/apps/config.py.
func (i *Interpreter) LoadApps(s *eval.Session) {
	r := i.registry
	if i.appsUndecided != nil {
		return
	}
	i.appsUndecided = map[string]string{}
	installed := r.setting("INSTALLED_APPS")
	if installed.IsUnknown() || !installed.IsValid() {
		i.appsUndecided[""] = "INSTALLED_APPS is not known"
		return
	}
	for _, v := range installed.Elems() {
		entry, ok := v.AsStr()
		if !ok {
			i.appsUndecided[""] = "an entry of INSTALLED_APPS is not known"
			continue
		}
		app := i.app(s, entry)
		app.At = v.At()
		r.apps = append(r.apps, app)
	}
	if installed.IsOpen() && i.appsUndecided[""] == "" {
		i.appsUndecided[""] = "INSTALLED_APPS is known in part"
	}
	i.appsLoaded = true
}

// app is one entry: a package, or a class of configuration.
func (i *Interpreter) app(s *eval.Session, entry string) App {
	parent, name, dotted := cutLast(entry)
	if _, owned := i.owned(entry); owned {
		return i.configured(i.configOf(s, entry), entry, entry)
	}
	if _, owned := i.owned(parent); dotted && owned {
		class := s.Import(parent).Module.Attr(name)
		if class.Kind() == eval.Class {
			module, ok := class.Attr("name").AsStr()
			if !ok {
				return App{Entry: entry, Project: true, Unknown: "the name of the application is not known"}
			}
			return i.configured(class, module, entry)
		}
		return App{Entry: entry, Module: parent, Project: true, Unknown: "the class of configuration is not known"}
	}
	if app, ok := i.installedApp(s, entry, parent, name); ok {
		return app
	}
	return i.foreignApp(entry)
}

// installedApp is an application of a package whose source is there.
func (i *Interpreter) installedApp(s *eval.Session, entry, parent, name string) (app App, ok bool) {
	if name != strings.ToLower(name) {
		class := eval.Value{}
		if present(s, parent) {
			class = s.Import(parent).Module.Attr(name)
		}
		module, named := class.Attr("name").AsStr()
		if class.Kind() != eval.Class || !named {
			return App{}, false
		}
		return i.configured(class, module, entry), true
	}
	if !present(s, entry) {
		return App{}, false
	}
	return i.configured(i.configOf(s, entry), entry, entry), true
}

// present reports whether the source of a module is there.
func present(s *eval.Session, module string) bool {
	return module != "" && s.Import(module).Module.Attr("__file__").IsValid()
}

// foreignApp is an application of a package that is not in the project.
func (i *Interpreter) foreignApp(entry string) App {
	app := App{Entry: entry, Module: entry, DefaultAutoField: i.registry.defaultAutoField()}
	if parent, name, ok := cutLast(entry); ok && name != strings.ToLower(name) {
		app.Module = strings.TrimSuffix(parent, ".apps")
	}
	app.Label = lastName(app.Module)
	if strings.HasPrefix(app.Module, "django.contrib.") {
		app.DefaultAutoField = corePath + "AutoField"
		return app
	}
	app.Unknown = "the application is of a package that is not in the project"
	return app
}

// configOf is the class of configuration that Django finds in the package's apps module; invalid when there is none.
func (i *Interpreter) configOf(s *eval.Session, entry string) eval.Value {
	name := entry + ".apps"
	if _, ok := i.owned(name); !ok && !present(s, name) {
		return eval.Value{}
	}
	var all, defaults []eval.Value
	for _, e := range s.Import(name).Module.Fields() {
		class := e.Value
		if class.Kind() != eval.Class || !isAppConfig(class) {
			continue
		}
		if v := class.Attr("default"); v.IsValid() {
			if v.Truth() == eval.Yes {
				defaults = append(defaults, class)
			}
			if v.Truth() != eval.Yes {
				continue
			}
		}
		all = append(all, class)
	}
	switch {
	case len(all) == 1:
		return all[0]
	case len(defaults) == 1:
		return defaults[0]
	}
	return eval.Value{}
}

// isAppConfig reports whether a class inherits from AppConfig; one of a package that is called so counts.
func isAppConfig(class eval.Value) bool {
	if _, ok := class.Written(); !ok {
		return false
	}
	for _, k := range class.MRO()[1:] {
		if _, ok := k.Written(); !ok && strings.HasSuffix(k.Dotted(), "Config") {
			return true
		}
	}
	return false
}

// configured is an application of the project, with the class that configures it, if any.
func (i *Interpreter) configured(class eval.Value, module, entry string) App {
	app := App{Entry: entry, Module: module, Label: lastName(module), Config: class, DefaultAutoField: i.registry.defaultAutoField()}
	app.Dir, app.Project = i.owned(module)
	if !class.IsValid() {
		return app
	}
	text := func(name string, into *string) {
		v := class.Attr(name)
		if !v.IsValid() {
			return
		}
		if value, ok := v.AsStr(); ok {
			*into = value
		} else if name != "verbose_name" {
			app.Unknown = "the " + name + " of the application is not known"
		}
	}
	text("name", &app.Module)
	if app.Module != module {
		app.Dir, app.Project = i.owned(app.Module)
		app.Label = lastName(app.Module)
	}
	text("label", &app.Label)
	text("verbose_name", &app.VerboseName)
	if v := class.Attr("default_auto_field"); v.IsValid() {
		app.DefaultAutoField, _ = v.AsStr()
	}
	return app
}

func cutLast(dotted string) (before, after string, ok bool) {
	at := strings.LastIndexByte(dotted, '.')
	if at < 0 {
		return "", dotted, false
	}
	return dotted[:at], dotted[at+1:], true
}
