package health

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// service is what a piece of code asks.
type service uint8

const (
	nothing service = iota
	database
	cache
	broker
	network
	harmless // something that is known to ask none of them
)

// connections are Django's objects for databases: whoever mentions one in the code of a health endpoint uses it.
// Source: django/db/__init__.py.
func isConnection(dotted string) bool {
	for _, name := range []string{"django.db.connection", "django.db.connections", "django.db.transaction.get_connection"} {
		if dotted == name || strings.HasPrefix(dotted, name+".") {
			return !slices.Contains([]string{"close", "close_all", "vendor", "settings_dict", "settings", "databases", "queries", "alias",
				"close_if_unusable_or_obsolete", "display_name"}, strings.TrimPrefix(strings.TrimPrefix(dotted, name), "."))
		}
	}
	return false
}

// serviceOfName is what mentioning a name means: an object that stands for a service.
func serviceOfName(dotted string) service {
	switch {
	case isConnection(dotted):
		return database
	case under(dotted, "django.core.cache.cache", "django.core.cache.caches"):
		return cache
	case under(dotted, "django.core.files.storage.default_storage"):
		return network
	}
	return nothing
}

// serviceOfCall is what calling something outside the project means, by its dotted path.
func serviceOfCall(dotted string) service {
	switch {
	case serviceOfName(dotted) != nothing:
		return serviceOfName(dotted)
	case under(dotted, "django.db.migrations.executor.MigrationExecutor", "django.db.migrations.loader.MigrationLoader", "django.db.migrations.recorder",
		"django.db.transaction.atomic", "django.shortcuts.get_object_or_404", "django.shortcuts.get_list_or_404", "psycopg.connect", "psycopg2.connect",
		"MySQLdb.connect", "pymysql.connect", "asyncpg.connect", "sqlalchemy.create_engine", "django.contrib.auth.authenticate"):
		return database
	case under(dotted, "django_redis", "redis", "aioredis", "valkey", "pymemcache", "pylibmc", "memcache", "bmemcached"):
		return cache
	case under(dotted, "kombu.Connection", "pika", "amqp.Connection", "celery.app.control", "celery.current_app.control", "django_rq", "rq", "kafka", "confluent_kafka"):
		return broker
	case under(dotted, "requests", "httpx", "urllib.request.urlopen", "urllib3", "aiohttp", "boto3", "botocore", "elasticsearch", "elasticsearch_dsl",
		"opensearchpy", "pymongo", "mongoengine", "smtplib", "django.core.mail", "socket.create_connection", "http.client", "ftplib", "imaplib", "ldap", "ldap3",
		"meilisearch", "typesense", "minio", "stripe", "twilio", "google.cloud", "azure.storage", "subprocess", "docker", "pysolr", "algoliasearch"):
		return network
	case under(dotted, "django", "rest_framework", "builtins", "ninja", "prometheus_client", "sentry_sdk", "structlog", "loguru", "psutil", "newrelic", "ddtrace",
		"opentelemetry", "asgiref", "packaging", "typing_extensions", "drf_spectacular", "drf_yasg", "dateutil", "pytz", "constance.config", "environ", "decouple",
		"waffle.flag_is_active"):
		return harmless
	}
	top, _, _ := strings.Cut(dotted, ".")
	if eval.IsStandard(top) {
		return harmless
	}
	return nothing
}

// under reports whether a dotted path is one of the names, or below one.
func under(dotted string, names ...string) bool {
	for _, n := range names {
		if dotted == n || strings.HasPrefix(dotted, n+".") {
			return true
		}
	}
	return false
}

// serviceOfAttribute is what an attribute means wherever its value comes from: a model's manager, the control of a Celery application.
func serviceOfAttribute(path []string) service {
	last := path[len(path)-1]
	switch {
	case last == "objects", last == "_default_manager", last == "_base_manager", last == "ensure_connection", last == "is_usable":
		return database
	case last == "delay", last == "apply_async", last == "connection_for_read", last == "connection_for_write", last == "broker_connection":
		return broker
	case len(path) > 1 && path[len(path)-2] == "control" && slices.Contains([]string{"inspect", "ping", "broadcast"}, last):
		return broker
	}
	return nothing
}
