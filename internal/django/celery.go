package django

import (
	"fmt"
	"strings"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Celery is how a project configures its Celery application.
//
// Celery reads an option from three places: what the code gives the application itself (Celery(broker=...), app.conf.update(...)),
// the object named by config_from_object, and its own defaults. Facts: celery/app/base.py, celery/app/utils.py and
// celery/utils/collections.py, compared with Celery 5.2, 5.3, 5.4, 5.5, 5.6 and 5.7 as they run.
type Celery struct {
	Version knowledge.Version // Celery's, unknown when the dependencies do not tell
	// Found says that the code that makes the application was found. Without it options are looked up under the names that are usual.
	Found bool
	// At is the call of config_from_object, or of Celery(...) when there is none.
	At source.Span
	// Namespace is the prefix of the settings without the underscore ("CELERY"), "" for none.
	Namespace string
	// FromSettings says that the application is configured from Django's settings.
	FromSettings bool
	// FromSetting is the one setting, a dictionary of options, that the application is configured from (config_from_object(settings.CELERY)).
	FromSetting string
	// FromModule says that it is configured from a module of the project, whose options are known.
	FromModule bool
	// Elsewhere is what the application is configured from when that is not Django's settings and was not read, as a clause.
	Elsewhere string
	changes   []change
}

// change is an option that the code gives the application.
type change struct {
	name  string // as written
	value func(*World) eval.Value
	at    source.Span
}

// celeryOption is an option's name before Celery 4, and its default.
type celeryOption struct {
	old      string
	fallback eval.Value
}

// celeryOptions are the options that are asked for. Old names and defaults: celery/app/defaults.py of 5.2 to 5.7, where they are equal.
func celeryOptions() map[string]celeryOption {
	none, no := eval.MakeNone(), eval.MakeBool(false)
	return map[string]celeryOption{
		"accept_content":              {"CELERY_ACCEPT_CONTENT", eval.MakeList(eval.MakeStr("json"))},
		"beat_schedule":               {"CELERYBEAT_SCHEDULE", eval.Value{}},
		"beat_scheduler":              {"CELERYBEAT_SCHEDULER", eval.MakeStr("celery.beat:PersistentScheduler")},
		"broker_host":                 {"BROKER_HOST", none},
		"broker_password":             {"BROKER_PASSWORD", none},
		"broker_transport":            {"BROKER_TRANSPORT", none},
		"broker_transport_options":    {"BROKER_TRANSPORT_OPTIONS", eval.Value{}},
		"broker_url":                  {"BROKER_URL", none},
		"broker_use_ssl":              {"BROKER_USE_SSL", no},
		"result_accept_content":       {"RESULT_ACCEPT_CONTENT", none},
		"result_backend":              {"CELERY_RESULT_BACKEND", none},
		"result_expires":              {"CELERY_TASK_RESULT_EXPIRES", eval.MakeInt(86400)},
		"result_serializer":           {"CELERY_RESULT_SERIALIZER", eval.MakeStr("json")},
		"task_acks_late":              {"CELERY_ACKS_LATE", no},
		"task_always_eager":           {"CELERY_ALWAYS_EAGER", no},
		"task_annotations":            {"CELERY_ANNOTATIONS", none},
		"task_create_missing_queues":  {"CELERY_CREATE_MISSING_QUEUES", eval.MakeBool(true)},
		"task_default_queue":          {"CELERY_DEFAULT_QUEUE", eval.MakeStr("celery")},
		"task_ignore_result":          {"CELERY_IGNORE_RESULT", no},
		"task_queues":                 {"CELERY_QUEUES", none},
		"task_routes":                 {"CELERY_ROUTES", none},
		"task_serializer":             {"CELERY_TASK_SERIALIZER", eval.MakeStr("json")},
		"task_soft_time_limit":        {"CELERYD_TASK_SOFT_TIME_LIMIT", none},
		"task_time_limit":             {"CELERYD_TASK_TIME_LIMIT", none},
		"worker_autoscaler":           {"CELERYD_AUTOSCALER", none},
		"worker_concurrency":          {"CELERYD_CONCURRENCY", none},
		"worker_max_memory_per_child": {"CELERYD_MAX_MEMORY_PER_CHILD", none},
		"worker_max_tasks_per_child":  {"CELERYD_MAX_TASKS_PER_CHILD", none},
		"worker_pool":                 {"CELERYD_POOL", eval.MakeStr("prefork")},
	}
}

// Option is an option by its Celery name ("task_always_eager") in one world: what the project gives, under the name that it gives it by,
// else Celery's default for the version. Its Value is Unknown where the configuration can't be read.
func (c *Celery) Option(w *World, name string) Setting {
	option := celeryOptions()[name]
	change, changed := c.change(w, name, option.old)
	setting, set := c.setting(w, name, option.old)
	switch {
	case changed && (!set || c.changesWin()):
		return change
	case set:
		return setting
	case c.Elsewhere != "":
		return Setting{Name: c.SettingName(name), Value: eval.MakeUnknown(c.Elsewhere), At: c.at(w)}
	}
	return Setting{Name: c.SettingName(name), Value: c.fallback(name, option), At: c.at(w)}
}

// SettingName is the name under which the project would write an option in its settings: "CELERY_TASK_ALWAYS_EAGER".
func (c *Celery) SettingName(name string) string {
	switch {
	case c.FromSetting != "":
		return fmt.Sprintf("%s[%q]", c.FromSetting, name)
	case c.Namespace != "":
		return matchCase(c.Namespace, name)
	case c.Found && c.FromSettings || c.Version.Before(4, 0):
		return celeryOptions()[name].old
	case c.Found:
		return name
	}
	return "CELERY_" + strings.ToUpper(name)
}

// matchCase puts a namespace before an option: in upper case when the namespace is (match_case in celery/utils/collections.py).
func matchCase(namespace, name string) string {
	namespace = strings.TrimRight(namespace, "_")
	if namespace == strings.ToUpper(namespace) {
		name = strings.ToUpper(name)
	}
	return namespace + "_" + name
}

// changesWin reports whether an option of the application itself beats the settings. Up to Celery 5.6 a setting under a namespace wins.
func (c *Celery) changesWin() bool {
	return c.Namespace == "" || c.Version.AtLeast(5, 7)
}

// setting is the option in Django's settings.
func (c *Celery) setting(w *World, name, old string) (Setting, bool) {
	var names []string
	switch {
	case c.FromSetting != "":
		return c.entry(w, name, old)
	case c.Found && !c.FromSettings:
		return Setting{}, false
	case c.Namespace != "" && c.Version.AtLeast(5, 7):
		names = []string{matchCase(c.Namespace, name), old}
	case c.Namespace != "":
		names = []string{matchCase(c.Namespace, name)}
	case c.Found || c.Version.Before(4, 0):
		names = []string{old}
	default:
		names = []string{"CELERY_" + strings.ToUpper(name), old}
	}
	for _, n := range names {
		if s := w.Get(n); s.Set || s.Value.IsUnknown() {
			return s, true
		}
	}
	return Setting{}, false
}

// entry is the option in the setting that is a dictionary of options.
func (c *Celery) entry(w *World, name, old string) (Setting, bool) {
	all := w.Get(c.FromSetting)
	for _, n := range []string{name, old} {
		v := all.Value.Get(n)
		if all.Value.IsUnknown() {
			v = all.Value
		} else if !v.IsValid() && all.Value.IsOpen() {
			v = eval.MakeUnknown("not all of " + c.FromSetting + " is known")
		}
		if v.IsValid() {
			return Setting{Name: fmt.Sprintf("%s[%q]", c.FromSetting, n), Value: v, Set: true, At: entryAt(v, all), Assigned: all.Assigned}, true
		}
	}
	return Setting{}, false
}

// entryAt is where an entry of a setting stands.
func entryAt(v eval.Value, s Setting) source.Span {
	if at := v.At(); !at.IsZero() {
		return at
	}
	return s.At
}

// change is the option as the code gives it to the application; the last one counts.
func (c *Celery) change(w *World, name, old string) (Setting, bool) {
	for i := len(c.changes) - 1; i >= 0; i-- {
		switch ch := c.changes[i]; ch.name {
		case name, old, matchCase(c.Namespace, name):
			return Setting{Name: ch.name, Value: ch.value(w), Set: true, At: ch.at, Assigned: []source.Span{ch.at}}, true
		case "":
			v := eval.MakeUnknown("the Celery application is given options that can't be read, " + place(ch.at))
			return Setting{Name: c.SettingName(name), Value: v, Set: true, At: ch.at}, true
		}
	}
	return Setting{}, false
}

// fallback is Celery's own default. Before 4.0 tasks were pickled and everything was accepted (celery/app/defaults.py of 3.1).
func (c *Celery) fallback(name string, option celeryOption) eval.Value {
	if c.Version.Before(4, 0) {
		switch name {
		case "task_serializer", "result_serializer":
			return eval.MakeStr("pickle")
		case "accept_content":
			return eval.MakeList(eval.MakeStr("pickle"), eval.MakeStr("json"), eval.MakeStr("msgpack"), eval.MakeStr("yaml"))
		}
	}
	return option.fallback
}

// at is where an option that nobody gives would be written.
func (c *Celery) at(w *World) source.Span {
	if !c.At.IsZero() && (c.Elsewhere != "" || !c.FromSettings) {
		return c.At
	}
	return w.settings.File.Whole()
}
