package orm

import (
	"strings"

	"gonogo/internal/python/eval"
)

// appsModule is the module django.apps: the registry of applications as code that runs while models are imported may ask it. A model that is
// not imported yet is imported with its application, so that the order in which code asks does not matter.
// Source: django/apps/registry.py and config.py.
func (i *Interpreter) appsModule() map[string]eval.Value {
	config := eval.NewClass(eval.NativeClass{Name: "django.apps.AppConfig", Partial: true,
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{"get_model": func(c *eval.Call, self eval.Value) eval.Value {
			label, ok := self.Attr("label").AsStr()
			name, named := c.Arg(0, "model_name").AsStr()
			if !ok || !named {
				return c.Unknown("which model is asked for is not known")
			}
			return i.registry.getModel(c, label, name)
		}}})
	registry := eval.NewClass(eval.NativeClass{Name: "django.apps.registry.Apps", Open: true,
		Attrs: map[string]eval.Value{"ready": eval.MakeBool(true), "apps_ready": eval.MakeBool(true), "models_ready": eval.MakeBool(true)},
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
			"get_model":            func(c *eval.Call, _ eval.Value) eval.Value { return i.askModel(c) },
			"get_registered_model": func(c *eval.Call, _ eval.Value) eval.Value { return i.registered(c) },
			"get_app_config":       func(c *eval.Call, _ eval.Value) eval.Value { return i.appConfig(c, config) },
			"get_app_configs":      func(c *eval.Call, _ eval.Value) eval.Value { return i.appConfigs(c, config) },
			"is_installed":         func(c *eval.Call, _ eval.Value) eval.Value { return i.isInstalled(c) },
		}})
	return map[string]eval.Value{"AppConfig": config, "apps": eval.NewObject(registry, nil)}
}

// askModel is apps.get_model("shop.Order") and apps.get_model("shop", "Order").
func (i *Interpreter) askModel(c *eval.Call) eval.Value {
	label, ok := c.Arg(0, "app_label").AsStr()
	name := ""
	if given := c.Arg(1, "model_name"); given.IsValid() && given.Kind() != eval.None {
		text, known := given.AsStr()
		name, ok = text, ok && known
	} else {
		label, name, _ = strings.Cut(label, ".")
	}
	if !ok || name == "" {
		return c.Unknown("which model is asked for is not known")
	}
	return i.registry.getModel(c, label, name)
}

// registered is apps.get_registered_model, which imports nothing: code asks it whether it shall define the model itself.
func (i *Interpreter) registered(c *eval.Call) eval.Value {
	label, ok := c.Arg(0, "app_label").AsStr()
	name, named := c.Arg(1, "model_name").AsStr()
	if !ok || !named {
		return c.Unknown("which model is asked for is not known")
	}
	if m := i.registry.find(label, name); m != nil {
		return m.class
	}
	return c.Raise("LookupError", "Model '"+label+"."+name+"' not registered.")
}

// getModel is a model by its label and name, imported where that was not done.
func (r *registry) getModel(c *eval.Call, label, name string) eval.Value {
	if m := r.find(label, name); m != nil {
		return m.class
	}
	for k := range r.apps {
		if r.apps[k].Label == label && c.ModuleIsKnown(r.apps[k].Module+".models") == eval.Yes {
			c.Import(r.apps[k].Module + ".models")
		}
	}
	if m := r.find(label, name); m != nil {
		return m.class
	}
	return c.Unknown("a model that was not found: " + label + "." + name)
}

func (i *Interpreter) appConfig(c *eval.Call, base eval.Value) eval.Value {
	label, ok := c.Arg(0, "app_label").AsStr()
	if !ok || i.appsUndecided == nil {
		return c.Unknown("which application is asked for is not known")
	}
	for k := range i.registry.apps {
		if app := &i.registry.apps[k]; app.Label == label {
			return i.configObject(app, base)
		}
	}
	if i.appsUndecided[""] != "" || !i.appsLoaded {
		return c.Unknown("the applications are not all known")
	}
	return c.Raise("LookupError", "No installed app with label '"+label+"'.")
}

func (i *Interpreter) appConfigs(c *eval.Call, base eval.Value) eval.Value {
	if i.appsUndecided == nil || i.appsUndecided[""] != "" || !i.appsLoaded {
		return c.Unknown("the applications are not all known")
	}
	list := make([]eval.Value, len(i.registry.apps))
	for k := range i.registry.apps {
		list[k] = i.configObject(&i.registry.apps[k], base)
	}
	return eval.MakeList(list...)
}

// configObject is the instance of AppConfig of an application.
func (i *Interpreter) configObject(app *App, base eval.Value) eval.Value {
	class := base
	if app.Config.IsValid() {
		class = app.Config
	}
	v := eval.NewObject(class, nil)
	if app.Unknown != "" {
		return eval.MakeUnknown(app.Unknown)
	}
	v.SetField("name", eval.MakeStr(app.Module))
	v.SetField("label", eval.MakeStr(app.Label))
	if !class.Attr("verbose_name").IsValid() {
		title := strings.ReplaceAll(app.Label, "_", " ")
		if title != "" {
			title = strings.ToUpper(title[:1]) + title[1:]
		}
		v.SetField("verbose_name", eval.MakeStr(title))
	}
	return v
}

func (i *Interpreter) isInstalled(c *eval.Call) eval.Value {
	name, ok := c.Arg(0, "app_name").AsStr()
	if !ok || i.appsUndecided == nil || !i.appsLoaded {
		return c.Unknown("which application is asked for is not known")
	}
	for k := range i.registry.apps {
		if i.registry.apps[k].Module == name {
			return eval.MakeBool(true)
		}
	}
	if i.appsUndecided[""] != "" {
		return c.Unknown("the applications are not all known")
	}
	return eval.MakeBool(false)
}
