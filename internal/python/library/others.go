package library

import (
	"gonogo/internal/python/eval"
)

// Packages that settings import for a constant, a class or a call, and that do nothing else to them.

// recorded is a model of classes whose instances keep their arguments; other names of the package are unknown.
func recorded(module string, classes ...string) func() eval.Model {
	return func() eval.Model {
		return eval.Model{Names: unmodelled(module, classes...), Open: true}
	}
}

// celerySchedules is celery.schedules.
func celerySchedules() eval.Model {
	m := recorded("celery.schedules", "crontab", "schedule", "solar", "crontab_parser", "BaseSchedule")()
	m.Names["maybe_schedule"] = unknownFunc("celery.schedules.maybe_schedule", "a schedule is made of something else")
	return m
}

// celeryTop is the package celery. An application is an object; creating it and loading its configuration changes no setting.
func celeryTop() eval.Model {
	names := unmodelled("celery", "Celery", "Task")
	for _, n := range []string{"shared_task"} {
		names[n] = eval.NewNative("celery."+n, func(c *eval.Call) eval.Value {
			if fn := c.Arg(0, ""); fn.Kind() == eval.Callable {
				return fn
			}
			return eval.NewNative("celery."+n+".decorator", func(c *eval.Call) eval.Value { return c.Arg(0, "") })
		})
	}
	names["__version__"] = eval.MakeUnknownOf("str", "the exact version of Celery that is installed")
	return eval.Model{Names: names, Open: true}
}

// corsDefaults is corsheaders.defaults, of django-cors-headers 4.
func corsDefaults() eval.Model {
	return eval.Model{Names: map[string]eval.Value{
		"default_headers": eval.MakeTuple(values([]string{"accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"})...),
		"default_methods": eval.MakeTuple(values([]string{"DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"})...),
	}}
}

// sentryTop is the package sentry_sdk: init is recorded, the rest has no effect.
func sentryTop() eval.Model {
	names := map[string]eval.Value{
		"init": eval.NewNative("sentry_sdk.init", func(c *eval.Call) eval.Value {
			c.Record("sentry_sdk.init")
			return eval.MakeNone()
		}),
	}
	for _, n := range []string{"set_tag", "set_user", "set_context", "set_extra", "capture_message", "capture_exception", "add_breadcrumb",
		"set_level", "set_tags", "flush"} {
		names[n] = inert("sentry_sdk." + n)
	}
	return eval.Model{Names: names, Open: true}
}

// sentryLogging is sentry_sdk.integrations.logging.
func sentryLogging() eval.Model {
	names := unmodelled("sentry_sdk.integrations.logging", "LoggingIntegration", "EventHandler", "BreadcrumbHandler", "SentryLogsHandler")
	names["ignore_logger"] = inert("sentry_sdk.integrations.logging.ignore_logger")
	return eval.Model{Names: names, Open: true}
}

// pymysql pretends to be another driver; no setting changes.
func pymysqlModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"install_as_MySQLdb": inert("pymysql.install_as_MySQLdb"),
		"version_info":       eval.MakeUnknown("the version of the driver"),
	}}
}

// psycopg2Extensions is psycopg2.extensions: isolation levels.
func psycopg2Extensions() eval.Model {
	names := map[string]eval.Value{}
	for n, v := range map[string]int64{"ISOLATION_LEVEL_AUTOCOMMIT": 0, "ISOLATION_LEVEL_READ_UNCOMMITTED": 4, "ISOLATION_LEVEL_READ_COMMITTED": 1,
		"ISOLATION_LEVEL_REPEATABLE_READ": 2, "ISOLATION_LEVEL_SERIALIZABLE": 3} {
		names[n] = eval.MakeInt(v)
	}
	names["ISOLATION_LEVEL_DEFAULT"] = eval.MakeNone()
	names["register_adapter"] = inert("psycopg2.extensions.register_adapter")
	names["register_type"] = inert("psycopg2.extensions.register_type")
	return eval.Model{Names: names, Open: true}
}

// ldapModel is the package ldap (python-ldap): its options are numbers that only the library knows.
func ldapModel() eval.Model {
	names := map[string]eval.Value{"SCOPE_BASE": eval.MakeInt(0), "SCOPE_ONELEVEL": eval.MakeInt(1), "SCOPE_SUBTREE": eval.MakeInt(2)}
	names["set_option"] = inert("ldap.set_option")
	names["initialize"] = unknownFunc("ldap.initialize", reasonNetwork)
	return eval.Model{Names: names, Open: true}
}

// structlogModel is the package structlog: processors are objects and functions with names; configuring changes no setting.
func structlogModel() eval.Model {
	names := map[string]eval.Value{
		"configure":                   eval.NewNative("structlog.configure", func(c *eval.Call) eval.Value { c.Record("structlog.configure"); return eval.MakeNone() }),
		"configure_once":              inert("structlog.configure_once"),
		"reset_defaults":              inert("structlog.reset_defaults"),
		"get_logger":                  eval.NewNative("structlog.get_logger", func(*eval.Call) eval.Value { return eval.NewObject(loggerClass("structlog.BoundLogger"), nil) }),
		"getLogger":                   eval.NewNative("structlog.getLogger", func(*eval.Call) eval.Value { return eval.NewObject(loggerClass("structlog.BoundLogger"), nil) }),
		"make_filtering_bound_logger": unknownFunc("structlog.make_filtering_bound_logger", "a class that structlog makes"),
		"stdlib":                      eval.NewModule("structlog.stdlib", structlogStdlib()),
		"processors":                  eval.NewModule("structlog.processors", structlogProcessors()),
		"contextvars":                 eval.NewModule("structlog.contextvars", structlogContextvars()),
		"PrintLogger":                 eval.NewUnmodelledClass("structlog.PrintLogger"),
		"PrintLoggerFactory":          eval.NewUnmodelledClass("structlog.PrintLoggerFactory"),
		"BoundLogger":                 eval.NewUnmodelledClass("structlog.BoundLogger"),
	}
	return eval.Model{Names: names, Open: true}
}

// namedFunctions are functions of a package of which only the name matters.
func namedFunctions(module string, names ...string) map[string]eval.Value {
	out := map[string]eval.Value{}
	for _, n := range names {
		out[n] = unknownFunc(module+"."+n, "the result of a package that is not modelled: "+module)
	}
	return out
}

func structlogStdlib() eval.Model {
	names := unmodelled("structlog.stdlib", "LoggerFactory", "BoundLogger", "ProcessorFormatter", "PositionalArgumentsFormatter", "ExtraAdder", "AsyncBoundLogger")
	for n, v := range namedFunctions("structlog.stdlib", "add_log_level", "add_logger_name", "filter_by_level", "add_log_level_number", "render_to_log_kwargs") {
		names[n] = v
	}
	formatter := eval.NewUnmodelledClass("structlog.stdlib.ProcessorFormatter")
	for _, n := range []string{"wrap_for_formatter", "remove_processors_meta"} {
		formatter.SetField(n, unknownFunc("structlog.stdlib.ProcessorFormatter."+n, "the result of a package that is not modelled: structlog"))
	}
	names["ProcessorFormatter"] = formatter
	return eval.Model{Names: names, Open: true}
}

func structlogProcessors() eval.Model {
	names := unmodelled("structlog.processors", "TimeStamper", "JSONRenderer", "StackInfoRenderer", "UnicodeDecoder", "KeyValueRenderer",
		"CallsiteParameterAdder", "EventRenamer", "ExceptionRenderer", "LogfmtRenderer", "UnicodeEncoder", "MaybeTimeStamper", "ExceptionPrettyPrinter")
	for n, v := range namedFunctions("structlog.processors", "format_exc_info", "add_log_level", "dict_tracebacks") {
		names[n] = v
	}
	return eval.Model{Names: names, Open: true}
}

func structlogContextvars() eval.Model {
	return eval.Model{Open: true, Names: namedFunctions("structlog.contextvars", "merge_contextvars", "bind_contextvars", "clear_contextvars")}
}

// debugToolbarSettings is debug_toolbar.settings; its lists differ between versions.
func debugToolbarSettings() eval.Model {
	panels := openList("the panels of the version that is installed")
	return eval.Model{Open: true, Names: map[string]eval.Value{"PANELS_DEFAULTS": panels,
		"CONFIG_DEFAULTS": eval.MakeUnknownOf("dict", "the defaults of the version that is installed")}}
}

// requestsModel is a package that asks the network.
func requestsModel() eval.Model {
	names := unknownNames("requests", reasonNetwork, "get", "post", "put", "head", "request", "patch", "delete")
	names["Session"] = eval.NewUnmodelledClass("requests.Session") // whose methods some projects replace
	failure := exception("requests.exceptions.RequestException", "OSError")
	exceptions := map[string]eval.Value{"RequestException": failure}
	for _, n := range []string{"ConnectionError", "Timeout", "HTTPError", "ConnectTimeout", "ReadTimeout"} {
		class := eval.NewClass(eval.NativeClass{Name: "requests.exceptions." + n, Bases: []eval.Value{failure}})
		exceptions[n], names[n] = class, class
	}
	names["RequestException"] = failure
	names["exceptions"] = eval.NewModule("requests.exceptions", eval.Model{Names: exceptions, Open: true})
	return eval.Model{Names: names, Open: true}
}

// djpModel is the package djp, by which packages that are installed extend the settings of a site (djp.settings(globals()) adds apps and
// middleware, and runs what each plugin does to settings). Which plugins there are is not in the repository: a site that has none has the
// settings as they stand, and that is what is told, deliberately, with the place at which plugins may change it.
func djpModel() eval.Model {
	plugins := func(name string) eval.Value {
		return eval.NewNative("djp."+name, func(c *eval.Call) eval.Value {
			c.Override("plugins of djp that are installed")
			return eval.MakeNone()
		})
	}
	marker := eval.NewNative("djp.hookimpl", func(c *eval.Call) eval.Value {
		if fn := c.Arg(0, "function"); given(fn) {
			return fn
		}
		return eval.NewNative("djp.hookimpl.decorator", func(c *eval.Call) eval.Value { return c.Arg(0, "") })
	})
	names := unmodelled("djp", "Before", "After", "Position")
	names["settings"], names["hookimpl"] = plugins("settings"), marker
	names["urlpatterns"] = eval.NewNative("djp.urlpatterns", func(c *eval.Call) eval.Value {
		return c.Unknown("plugins of djp that are installed")
	})
	return eval.Model{Names: names, Open: true}
}
