package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// The parts of Django that settings import. Facts: Django's documentation and source text of 4.2 to 6.1.

// djangoTop is the package django itself.
func djangoTop() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"VERSION":     newDjangoVersion(),
		"get_version": eval.NewNative("django.get_version", func(c *eval.Call) eval.Value { return djangoVersion(c) }),
		"__version__": eval.MakeUnknownOf("str", "the exact version of Django that is installed"),
		"setup":       inert("django.setup"),
	}}
}

// djangoVersion is the version of Django as text.
func djangoVersion(c *eval.Call) eval.Value {
	if installed := c.Config().Installed; installed != nil {
		if v, _ := installed("django"); v != "" {
			return eval.MakeStr(v)
		}
	}
	return c.Unknown("the version of Django is not known")
}

// newDjangoVersion is django.VERSION: (5, 2, 8, "final", 0).
func newDjangoVersion() eval.Value {
	of := func(c *eval.Call) eval.Value {
		s, ok := str(djangoVersion(c))
		numbers := strings.Split(s, ".")
		if !ok || len(numbers) < 2 || strings.ContainsAny(s, "abrc") {
			u := func() eval.Value { return c.Unknown("the version of Django is not known") }
			return eval.MakeTuple(u(), u(), u(), u(), u())
		}
		numbers = append(numbers, "0")
		var parts []eval.Value
		for _, n := range numbers[:3] {
			parts = append(parts, eval.MakeInt(int64(leadingNumber(n))))
		}
		return eval.MakeTuple(append(parts, eval.MakeStr("final"), eval.MakeInt(0))...)
	}
	compare := func(op string) method {
		return func(c *eval.Call, _ eval.Value) eval.Value { return compareVersion(c, op, of(c), c.Arg(0, "")) }
	}
	return eval.NewObject(eval.NewClass(eval.NativeClass{Name: "tuple", Methods: map[string]method{
		"__getitem__": func(c *eval.Call, _ eval.Value) eval.Value { return c.Index(of(c), c.Arg(0, "")) },
		"__iter__":    func(c *eval.Call, _ eval.Value) eval.Value { return of(c) },
		"__len__":     func(*eval.Call, eval.Value) eval.Value { return eval.MakeInt(5) },
		"__lt__":      compare("<"), "__le__": compare("<="), "__gt__": compare(">"), "__ge__": compare(">="), "__eq__": compare("=="), "__ne__": compare("!="),
	}}), nil)
}

// djangoExceptions is django.core.exceptions.
func djangoExceptions(improperly eval.Value) eval.Model {
	names := map[string]eval.Value{"ImproperlyConfigured": improperly}
	for _, n := range []string{"ValidationError", "SuspiciousOperation", "PermissionDenied", "MiddlewareNotUsed",
		"AppRegistryNotReady", "ObjectDoesNotExist", "DisallowedHost", "RequestDataTooBig", "FieldError"} {
		names[n] = exception("django.core.exceptions."+n, "Exception")
	}
	return eval.Model{Names: names, Open: true}
}

// djangoTranslation is django.utils.translation: translated names of languages and the like are their own text.
func djangoTranslation() eval.Model {
	same := func(name string) eval.Value {
		return eval.NewNative("django.utils.translation."+name, func(c *eval.Call) eval.Value { return c.Arg(0, "message") })
	}
	names := map[string]eval.Value{}
	for _, n := range []string{"gettext", "gettext_lazy", "ugettext", "ugettext_lazy", "gettext_noop", "ugettext_noop"} {
		names[n] = same(n)
	}
	for _, n := range []string{"pgettext", "pgettext_lazy"} {
		names[n] = eval.NewNative("django.utils.translation."+n, func(c *eval.Call) eval.Value { return c.Arg(1, "message") })
	}
	for _, n := range []string{"ngettext", "ngettext_lazy", "get_language", "npgettext_lazy"} {
		names[n] = unknownFunc("django.utils.translation."+n, "a text that depends on the language")
	}
	names["check_for_language"] = eval.NewNative("django.utils.translation.check_for_language", checkForLanguage)
	names["get_supported_language_variant"] = eval.NewNative("django.utils.translation.get_supported_language_variant", supportedLanguage)
	names["activate"], names["deactivate"] = inert("django.utils.translation.activate"), inert("django.utils.translation.deactivate")
	return eval.Model{Names: names, Open: true}
}

// djangoManagementUtils is django.core.management.utils.
func djangoManagementUtils() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"get_random_secret_key": randomFunc("django.core.management.utils.get_random_secret_key", "str"),
	}}
}

// djangoCrypto is django.utils.crypto.
func djangoCrypto() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"get_random_string":   randomFunc("django.utils.crypto.get_random_string", "str"),
		"RANDOM_STRING_CHARS": eval.MakeStr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
	}}
}

// djangoURLs is django.urls: lazy references to views are objects that keep the view's name.
func djangoURLs() eval.Model {
	names := map[string]eval.Value{}
	proxy := eval.NewUnmodelledClass("django.urls.reverse_lazy")
	names["reverse_lazy"] = eval.NewNative("django.urls.reverse_lazy", func(c *eval.Call) eval.Value {
		return eval.NewRecorded(proxy, c.Args, c.Kwargs)
	})
	names["reverse"] = unknownFunc("django.urls.base.reverse", "the path of a view is looked up while settings are read")
	return eval.Model{Names: names, Open: true}
}

// djangoMessages is django.contrib.messages.constants.
func djangoMessages() eval.Model {
	names := map[string]eval.Value{
		"DEBUG": eval.MakeInt(10), "INFO": eval.MakeInt(20), "SUCCESS": eval.MakeInt(25), "WARNING": eval.MakeInt(30), "ERROR": eval.MakeInt(40),
	}
	tags, levels := eval.MakeDict(), eval.MakeDict()
	for _, n := range []string{"DEBUG", "INFO", "SUCCESS", "WARNING", "ERROR"} {
		tags.SetKey(names[n], eval.MakeStr(strings.ToLower(n)))
		levels.SetKey(eval.MakeStr(n), names[n])
	}
	names["DEFAULT_TAGS"], names["DEFAULT_LEVELS"] = tags, levels
	return eval.Model{Names: names}
}

// djangoMessagesPackage is django.contrib.messages, which re-exports the constants.
func djangoMessagesPackage() eval.Model {
	m := djangoMessages()
	m.Names["constants"] = eval.NewModule("django.contrib.messages.constants", djangoMessages())
	m.Open = true
	return m
}

// djangoCSP is django.utils.csp of Django 6.0.
func djangoCSP() eval.Model {
	names := constants("HEADER_ENFORCE", "Content-Security-Policy", "HEADER_REPORT_ONLY", "Content-Security-Policy-Report-Only",
		"NONE", "'none'", "REPORT_SAMPLE", "'report-sample'", "SELF", "'self'", "STRICT_DYNAMIC", "'strict-dynamic'",
		"UNSAFE_EVAL", "'unsafe-eval'", "UNSAFE_HASHES", "'unsafe-hashes'", "UNSAFE_INLINE", "'unsafe-inline'",
		"WASM_UNSAFE_EVAL", "'wasm-unsafe-eval'", "NONCE", "<CSP_NONCE_SENTINEL>")
	class := eval.NewClass(eval.NativeClass{Name: "django.utils.csp.CSP", Attrs: names})
	return eval.Model{Open: true, Names: map[string]eval.Value{"CSP": class}}
}

// djangoModuleLoading is django.utils.module_loading.
func djangoModuleLoading() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"import_string": eval.NewNative("django.utils.module_loading.import_string", func(c *eval.Call) eval.Value {
			s, ok := str(c.Arg(0, "dotted_path"))
			module, name, ok2 := cutLast(s, ".")
			if !ok || !ok2 {
				return c.UnknownFrom("what is imported is not known", c.Args...)
			}
			return c.GetAttr(c.Import(module), name)
		}),
	}}
}

func cutLast(s, separator string) (before, after string, ok bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}

// djangoText is django.utils.text, of which settings use slugify.
func djangoText() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"slugify": unknownFunc("django.utils.text.slugify", "a text is made into a slug"),
		"format_lazy": eval.NewNative("django.utils.text.format_lazy", func(c *eval.Call) eval.Value {
			return c.CallKw(c.GetAttr(c.Arg(0, "format_string"), "format"), c.Args[min(1, len(c.Args)):], c.Kwargs)
		}),
	}}
}

// djangoConf is django.conf: while settings are being read they cannot be used.
func djangoConf() eval.Model {
	settings := eval.NewClass(eval.NativeClass{Name: "django.conf.LazySettings", Open: true, Init: func(*eval.Call, eval.Value) {},
		Getattr: func(c *eval.Call, _ eval.Value, name string) (eval.Value, bool) {
			return c.Unknown("settings are used while they are being read"), true
		}})
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"settings":             eval.NewObject(settings, nil),
		"ENVIRONMENT_VARIABLE": eval.MakeStr("DJANGO_SETTINGS_MODULE"),
	}}
}

// djangoLog is django.utils.log.
func djangoLog() eval.Model {
	text := eval.MakeStr
	logging := dict("version", eval.MakeInt(1), "disable_existing_loggers", eval.MakeBool(false),
		"filters", dict(
			"require_debug_false", dict("()", text("django.utils.log.RequireDebugFalse")),
			"require_debug_true", dict("()", text("django.utils.log.RequireDebugTrue"))),
		"formatters", dict("django.server", dict("()", text("django.utils.log.ServerFormatter"),
			"format", text("[{server_time}] {message}"), "style", text("{"))),
		"handlers", dict(
			"console", dict("level", text("INFO"), "filters", eval.MakeList(text("require_debug_true")), "class", text("logging.StreamHandler")),
			"django.server", dict("level", text("INFO"), "class", text("logging.StreamHandler"), "formatter", text("django.server")),
			"mail_admins", dict("level", text("ERROR"), "filters", eval.MakeList(text("require_debug_false")), "class", text("django.utils.log.AdminEmailHandler"))),
		"loggers", dict(
			"django", dict("handlers", eval.MakeList(text("console"), text("mail_admins")), "level", text("INFO")),
			"django.server", dict("handlers", eval.MakeList(text("django.server")), "level", text("INFO"), "propagate", eval.MakeBool(false))))
	names := unmodelled("django.utils.log", "AdminEmailHandler", "CallbackFilter", "RequireDebugFalse", "RequireDebugTrue", "ServerFormatter")
	names["DEFAULT_LOGGING"] = logging
	return eval.Model{Names: names, Open: true}
}

// djangoFunctional is django.utils.functional.
func djangoFunctional() eval.Model {
	lazy := eval.NewNative("django.utils.functional.lazy", func(c *eval.Call) eval.Value {
		fn := c.Arg(0, "func")
		return eval.NewNative("django.utils.functional.lazy.wrapper", func(c *eval.Call) eval.Value {
			return c.UnknownFrom("a value that is computed when it is used", append([]eval.Value{fn}, c.Args...)...)
		})
	})
	return eval.Model{Open: true, Names: map[string]eval.Value{"lazy": lazy,
		"SimpleLazyObject": unknownFunc("django.utils.functional.SimpleLazyObject", "a value that is computed when it is used"),
		"lazystr":          eval.NewNative("django.utils.functional.lazystr", func(c *eval.Call) eval.Value { return c.Str(c.Arg(0, "text")) }),
		"cached_property":  cachedProperty()}}
}
