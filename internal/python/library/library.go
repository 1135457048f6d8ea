// Package library has models of the standard library and of the packages from PyPI that Django settings use, for the
// interpreter of package eval.
//
// A model does what the real module does, or says that the result is unknown, and why; it never gives a wrong value as known.
// Each file models one package. Facts come from the packages' own documentation and source text, by the versions that
// testdata/oracle/requirements.txt installs; where versions differ and the difference shows, the result is unknown.
//
// # Environment files
//
// A dotenv file is read only when it is a file of the project, and by its name. One that is a developer's own (".env", ".env.local",
// ".env.dev", ".env.development", ".env.production.local", "settings.ini" of python-decouple and the like) is not read: production does not have
// it, or has another one in its place, and the variables that are given (Environment.Vars) stand for that one. A file that is called otherwise
// and that the settings name, like "config/.env.production", is part of what is deployed: its values hold, below or above those that are given,
// as the package has it.
package library

import "gonogo/internal/python/eval"

// Modules are all models, by the dotted name under which they are imported.
func Modules() eval.Library {
	lib := eval.Library{}
	// One class for all models: programs catch it under the names of several packages.
	improperly := exception("django.core.exceptions.ImproperlyConfigured", "Exception")
	for _, part := range [][]module{standardModules(), djangoModules(improperly), environmentModules(improperly), otherModules()} {
		for _, m := range part {
			lib[m.name] = m.model
		}
	}
	return lib
}

// module is one entry of the list.
type module struct {
	name  string
	model func() eval.Model
}

func standardModules() []module {
	return []module{
		{"os", osModel}, {"os.path", osPath}, {"posixpath", osPath}, {"pathlib", pathlibModel}, {"sys", sysModel},
		{"ast", astModel}, {"abc", abcModel}, {"binascii", binasciiModel}, {"ipaddress", ipaddressModel}, {"math", mathModel}, {"textwrap", textwrapModel}, {"json", jsonModel}, {"urllib", open}, {"urllib.parse", urllibParse}, {"re", new(regexes).model},
		{"datetime", datetimeModel}, {"time", timeModel}, {"logging", loggingModel}, {"logging.config", loggingConfig},
		{"logging.handlers", loggingHandlers}, {"warnings", warningsModel}, {"string", stringModel}, {"errno", errnoModel}, {"copy", copyModel}, {"glob", globModel},
		{"functools", functoolsModel}, {"itertools", itertoolsModel}, {"operator", operatorModel}, {"collections", collectionsModel},
		{"enum", enumModel}, {"dataclasses", dataclassesModel}, {"typing", typingModel}, {"typing_extensions", typingModel}, {"types", typesModel},
		{"contextlib", contextlibModel}, {"importlib", importlibModel}, {"importlib.util", importlibUtil}, {"importlib.metadata", importlibMetadata},
		{"io", ioModel}, {"base64", base64Model}, {"hashlib", hashlibModel}, {"tomllib", tomlModel("tomllib")},
		{"socket", socketModel}, {"secrets", secretsModel}, {"random", randomModel}, {"uuid", uuidModel}, {"platform", platformModel},
		{"subprocess", subprocessModel}, {"multiprocessing", multiprocessingModel}, {"tempfile", tempfileModel}, {"getpass", getpassModel},
		{"locale", localeModel}, {"shutil", shutilModel}, {"distutils", open}, {"distutils.util", distutilsUtil}, {"configparser", configparserModel},
		{"shlex", shlexModel}, {"decimal", open}, {"fractions", open}, {"csv", open}, {"ssl", sslModel},
		{"inspect", inspectModel}, {"runpy", runpyModel}, {"email", open}, {"email.utils", emailUtils},
	}
}

func djangoModules(improperly eval.Value) []module {
	return []module{
		{"django", djangoTop}, {"django.conf", djangoConf}, {"django.conf.global_settings", open}, {"django.core", open},
		{"django.core.exceptions", func() eval.Model { return djangoExceptions(improperly) }}, {"django.core.management", open}, {"django.core.management.utils", djangoManagementUtils},
		{"django.utils", open}, {"django.utils.translation", djangoTranslation}, {"django.conf.locale", djangoLocale}, {"django.utils.crypto", djangoCrypto},
		{"django.utils.csp", djangoCSP}, {"django.utils.log", djangoLog}, {"django.utils.module_loading", djangoModuleLoading},
		{"django.utils.text", djangoText}, {"django.utils.functional", djangoFunctional}, {"django.urls", djangoURLs},
		{"django.db", open}, {"django.db.models", djangoModels}, {"django.db.models.enums", choicesEnums},
		{"django.contrib.gis.db", open}, {"django.contrib.gis.db.models", djangoModels}, // which takes over all names of django.db.models
		{"django.http", open}, {"django.http.request", djangoHTTPRequest}, {"django.core.urlresolvers", djangoURLs}, {"django.contrib", open},
		{"django.utils.safestring", djangoSafeString}, {"django.utils.regex_helper", djangoRegexHelper}, {"django.utils.timezone", djangoTimezone},
		{"django.contrib.messages", djangoMessagesPackage}, {"django.contrib.messages.constants", djangoMessages},
	}
}

func environmentModules(improperly eval.Value) []module {
	environ := func() eval.Model { return environModel(improperly) }
	return []module{
		{"environ", environ}, {"environ.environ", environ}, {"decouple", decoupleModel}, {"environs", environsModel},
		{"dj_database_url", djDatabaseURL}, {"dj_email_url", djEmailURL}, {"django_cache_url", djangoCacheURL},
		{"dotenv", pythonDotenv}, {"dotenv.main", pythonDotenv}, {"split_settings", open}, {"split_settings.tools", splitSettings},
		{"django_heroku", djangoHeroku("django_heroku")}, {"django_on_heroku", djangoHeroku("django_on_heroku")},
		{"configurations", configurationsModel}, {"configurations.base", configurationsModel}, {"configurations.values", configurationsValues},
		{"pydantic", pydanticModel}, {"pydantic_settings", pydanticModel}, {"dynaconf", dynaconfModel},
		{"ansible_base.lib.dynamic_config", ansibleBaseDynaconf}, {"envparse", envparseModel},
		{"starlette.config", starletteConfig}, {"prettyconf", prettyconfModel}, {"prettyconf.loaders", prettyconfLoaders}, {"prettyconf.exceptions", prettyconfExceptions},
		{"goodconf", goodconfModel}, {"marshmallow", open}, {"marshmallow.validate", marshmallowValidate},
		{"yaml", yamlModel}, {"tomli", tomlModel("tomli")}, {"toml", tomlModel("toml")}, {"strtobool", strToBoolPackage},
	}
}

func otherModules() []module {
	return []module{
		{"celery", celeryTop}, {"celery.schedules", celerySchedules}, {"kombu", recorded("kombu", "Queue", "Exchange", "Connection")},
		{"corsheaders", open}, {"corsheaders.defaults", corsDefaults}, {"sentry_sdk", sentryTop}, {"sentry_sdk.integrations", open},
		{"sentry_sdk.integrations.logging", sentryLogging}, {"pymysql", pymysqlModel}, {"psycopg2", open}, {"psycopg2.extensions", psycopg2Extensions},
		{"ldap", ldapModel}, {"structlog", structlogModel}, {"structlog.stdlib", structlogStdlib}, {"structlog.processors", structlogProcessors},
		{"structlog.contextvars", structlogContextvars}, {"debug_toolbar.settings", debugToolbarSettings}, {"requests", requestsModel},
		{"djp", djpModel}, {"rest_framework.status", restStatus}, {"celery.states", celeryStates}, {"pythonjsonlogger", open}, {"pythonjsonlogger.jsonlogger", recorded("pythonjsonlogger.jsonlogger", "JsonFormatter")},
		{"django_auth_ldap", open}, {"django_auth_ldap.config", recorded("django_auth_ldap.config", "LDAPSearch", "LDAPSearchUnion", "GroupOfNamesType",
			"GroupOfUniqueNamesType", "PosixGroupType", "ActiveDirectoryGroupType", "NestedGroupOfNamesType", "NestedActiveDirectoryGroupType")},
	}
}
