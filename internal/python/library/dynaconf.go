package library

import "gonogo/internal/python/eval"

const reasonDynaconf = "dynaconf replaces settings from files and from the environment"

// dynaconfModel is the package dynaconf. Facts: its documentation and source text of 3.3.5.
func dynaconfModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"DjangoDynaconf": eval.NewNative("dynaconf.DjangoDynaconf", djangoDynaconf),
		"Dynaconf":       unknownFunc("dynaconf.Dynaconf", reasonDynaconf),
		"LazySettings":   unknownFunc("dynaconf.LazySettings", reasonDynaconf),
		"Validator":      eval.NewUnmodelledClass("dynaconf.Validator"),
		"settings":       eval.MakeUnknown(reasonDynaconf),
	}}
}

// djangoDynaconf is dynaconf.contrib.django_dynaconf_v2.load: it lays settings from files and variables over those of the module that
// calls. When it is not known how, every setting of the module becomes unknown.
func djangoDynaconf(c *eval.Call) eval.Value {
	c.Override(reasonDynaconf)
	d := &dynaconfLoad{c: c, names: c.Globals(), layers: map[string]eval.Value{}}
	if !d.options() || !d.module() || !d.files() || !d.environment() {
		dynaconfUnknown(c)
		return c.Unknown(reasonDynaconf)
	}
	d.store()
	return c.Unknown(reasonDynaconf)
}

// dynaconfUnknown makes every setting of the module unknown.
func dynaconfUnknown(c *eval.Call) {
	names := c.Globals()
	for _, e := range names.Entries() {
		if name := text(e.Key); isUpper(name) {
			names.SetKey(e.Key, c.UnknownFrom(reasonDynaconf, e.Value))
		}
	}
	names.SetOpen(reasonDynaconf)
}

// ansibleBaseDynaconf is ansible_base.lib.dynamic_config, which loads settings in the same way.
func ansibleBaseDynaconf() eval.Model {
	names := map[string]eval.Value{}
	for _, n := range []string{"factory", "load_envvars", "load_python_file_with_injected_context", "load_standard_settings_files", "export", "validate", "load_dab_settings"} {
		names[n] = unknownFunc("ansible_base.lib.dynamic_config."+n, reasonDynaconf)
	}
	return eval.Model{Names: names, Open: true}
}
