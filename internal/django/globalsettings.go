package django

import (
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// GlobalSettings is the module django.conf.global_settings of a version of Django, for settings that extend its defaults.
// A default on which the versions that it may be do not agree is unknown.
func GlobalSettings(version knowledge.Version) eval.Model {
	names := map[string]eval.Value{
		"gettext_noop": eval.NewNative("django.conf.global_settings.gettext_noop", func(c *eval.Call) eval.Value { return c.Arg(0, "s") }),
	}
	for _, name := range knowledge.DjangoSettings(version) {
		v := defaultOf(version, name)
		switch {
		case v.IsValid():
			names[name] = v
		case !version.Known():
			names[name] = versionUnknown(name)
		}
	}
	if version.Known() {
		return eval.Model{Names: names}
	}
	// Versions before those that get security fixes have more.
	return eval.Model{Names: names, Getattr: func(name string) (eval.Value, bool) {
		if _, ever := knowledge.DjangoSetting(name); !ever {
			return eval.Value{}, false
		}
		return versionUnknown(name), true
	}}
}

func versionUnknown(name string) eval.Value {
	return eval.MakeUnknown("Django's default of " + name + " depends on its version, which is not known")
}
