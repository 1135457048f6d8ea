package library

import "gonogo/internal/python/eval"

const reasonDynaconf = "dynaconf replaces settings from files and from the environment"

// dynaconfModel is the package dynaconf. Its Django extension replaces any setting from files and variables, which is not followed:
// all settings of the module become unknown.
func dynaconfModel() eval.Model {
	overlay := func(c *eval.Call) eval.Value {
		names := c.Globals()
		for _, e := range names.Entries() {
			if name := text(e.Key); isUpper(name) {
				names.SetKey(e.Key, c.UnknownFrom(reasonDynaconf, e.Value))
			}
		}
		names.SetOpen(reasonDynaconf)
		c.Override(reasonDynaconf)
		return c.Unknown(reasonDynaconf)
	}
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"DjangoDynaconf": eval.NewNative("dynaconf.DjangoDynaconf", overlay),
		"Dynaconf":       unknownFunc("dynaconf.Dynaconf", reasonDynaconf),
		"LazySettings":   unknownFunc("dynaconf.LazySettings", reasonDynaconf),
		"Validator":      eval.NewUnmodelledClass("dynaconf.Validator"),
		"settings":       eval.MakeUnknown(reasonDynaconf),
	}}
}

// ansibleBaseDynaconf is ansible_base.lib.dynamic_config, which loads settings in the same way.
func ansibleBaseDynaconf() eval.Model {
	names := map[string]eval.Value{}
	for _, n := range []string{"factory", "load_envvars", "load_python_file_with_injected_context", "load_standard_settings_files", "export", "validate", "load_dab_settings"} {
		names[n] = unknownFunc("ansible_base.lib.dynamic_config."+n, reasonDynaconf)
	}
	return eval.Model{Names: names, Open: true}
}
