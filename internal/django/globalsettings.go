package django

import (
	"sync"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// GlobalSettings makes the module django.conf.global_settings of a version of Django, for settings that extend its defaults; each module that
// it makes has values of its own. A default on which the versions that it may be do not agree is unknown.
func GlobalSettings(version knowledge.Version) func() eval.Model {
	defaults := sync.OnceValue(func() map[string]eval.Value { return globalDefaults(version) })
	return func() eval.Model { return globalModule(version, defaults()) }
}

// globalDefaults are Django's defaults by name, read from its facts.
func globalDefaults(version knowledge.Version) map[string]eval.Value {
	names := map[string]eval.Value{}
	for _, name := range knowledge.DjangoSettings(version) {
		v := defaultOf(version, name)
		switch {
		case v.IsValid():
			names[name] = v
		case !version.Known():
			names[name] = versionUnknown(name)
		}
	}
	return names
}

func globalModule(version knowledge.Version, defaults map[string]eval.Value) eval.Model {
	names := map[string]eval.Value{
		"gettext_noop": eval.NewNative("django.conf.global_settings.gettext_noop", func(c *eval.Call) eval.Value { return c.Arg(0, "s") }),
	}
	for name, v := range defaults {
		names[name] = unshared(v)
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

// unshared is a default with containers of its own, which a program may change. What the defaults hold in tuples never changes.
func unshared(v eval.Value) eval.Value {
	switch v.Kind() {
	case eval.List:
		return eval.MakeList(unsharedAll(v.Elems())...)
	case eval.Set:
		return eval.MakeSet(v.Elems()...)
	case eval.Dict:
		entries := v.Entries()
		own := make([]eval.Entry, len(entries))
		for i, e := range entries {
			own[i] = eval.Entry{Key: e.Key, Value: unshared(e.Value)}
		}
		return eval.MakeDict(own...)
	}
	return v
}

func unsharedAll(list []eval.Value) []eval.Value {
	own := make([]eval.Value, len(list))
	for i, v := range list {
		own[i] = unshared(v)
	}
	return own
}
