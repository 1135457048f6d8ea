package knowledge

import "slices"

// DjangoCommand reports whether Django itself has a management command, its contributed applications included. removed is the release that
// took it away, "" for one that is there. Sources: django/core/management/commands and django/contrib/*/management/commands of Django 1.8
// to 6.1, and the release notes.
func DjangoCommand(name string) (known bool, removed string) {
	switch name {
	case "check", "compilemessages", "createcachetable", "dbshell", "diffsettings", "dumpdata", "flush", "inspectdb", "loaddata", "makemessages", "makemigrations", "migrate", "optimizemigration",
		"runserver", "sendtestemail", "shell", "showmigrations", "sqlflush", "sqlmigrate", "sqlsequencereset", "squashmigrations", "startapp", "startproject", "test", "testserver", "help", "version",
		"changepassword", "createsuperuser", "remove_stale_contenttypes", "collectstatic", "findstatic", "clearsessions", "ogrinspect", "ping_google":
		return true, ""
	case "syncdb", "validate", "sql", "sqlall", "sqlclear", "sqlcreate", "sqlcustom", "sqldropindexes", "sqlindexes", "sqldelete":
		return true, "1.9"
	case "cleanup", "reset", "runfcgi":
		return true, "1.9"
	case "schemamigration", "datamigration", "convert_to_south":
		return true, "1.7 (which has migrations of its own in place of South)"
	}
	return false, ""
}

// AppCommands are the management commands of an application of a package, by its entry in INSTALLED_APPS; known is false where they are not
// known. Sources: the folder management/commands of each package's distribution.
func AppCommands(app string) (commands []string, known bool) {
	commands, known = appCommands()[app]
	return commands, known || slices.Contains(appsWithoutCommands(), app)
}

func appCommands() map[string][]string {
	return map[string][]string{
		"django_extensions": {"admin_generator", "clean_pyc", "clear_cache", "compile_pyc", "create_command", "create_jobs", "create_template_tags", "delete_squashed_migrations", "describe_form", "drop_test_database", "dumpscript",
			"export_emails", "find_template", "generate_password", "generate_secret_key", "graph_models", "list_model_info", "list_signals", "mail_debug", "managestate", "merge_model_instances", "notes", "pipchecker",
			"print_settings", "print_user_for_session", "raise_test_exception", "reset_db", "reset_schema", "runjob", "runjobs", "runprofileserver", "runscript", "runserver_plus", "set_default_site", "set_fake_emails",
			"set_fake_passwords", "shell_plus", "show_template_tags", "show_urls", "show_permissions", "sqlcreate", "sqldiff", "sqldsn", "sync_s3", "syncdata", "unreferenced_files", "update_permissions", "validate_templates", "verify_named_urls"},
		"rest_framework":                           {"generateschema"},
		"rest_framework.authtoken":                 {"drf_create_token"},
		"rest_framework_simplejwt.token_blacklist": {"flushexpiredtokens"},
		"drf_spectacular":                          {"spectacular"},
		"drf_yasg":                                 {"generate_swagger"},
		"debug_toolbar":                            {"debugsqlshell"},
		"daphne":                                   {"runserver"},
		"channels":                                 {"runworker", "runserver"},
		"haystack":                                 {"build_solr_schema", "clear_index", "haystack_info", "rebuild_index", "update_index"},
		"compressor":                               {"compress", "mtime_cache"},
		"easy_thumbnails":                          {"thumbnail_cleanup"},
		"sorl.thumbnail":                           {"thumbnail"},
		"reversion":                                {"createinitialrevisions", "deleterevisions"},
		"simple_history":                           {"populate_history", "clean_duplicate_history", "clean_old_history"},
		"django_rq":                                {"rqworker", "rqworker-pool", "rqscheduler", "rqstats", "rqenqueue", "rqresume", "rqsuspend"},
		"django_q":                                 {"qcluster", "qinfo", "qmonitor", "qmemory"},
		"huey.contrib.djhuey":                      {"run_huey"},
		"django_dramatiq":                          {"rundramatiq"},
		"django_tasks.backends.database":           {"db_worker", "prune_db_task_results"},
		"django_tasks_db":                          {"db_worker", "prune_db_task_results"},
		"axes":                                     {"axes_reset", "axes_reset_ip", "axes_reset_username", "axes_reset_ip_username", "axes_list_attempts", "axes_reset_logs", "axes_reset_failure_logs"},
		"allauth.account":                          {"account_unsetmultipleprimaryemails"},
		"oauth2_provider":                          {"cleartokens", "createapplication"},
		"guardian":                                 {"clean_orphan_obj_perms"},
		"dbbackup":                                 {"dbbackup", "dbrestore", "listbackups", "mediabackup", "mediarestore"},
		"health_check":                             {"health_check"},
		"constance":                                {"constance"},
		"waffle":                                   {"waffle_flag", "waffle_switch", "waffle_sample", "waffle_delete"},
		"maintenance_mode":                         {"maintenance_mode"},
		"import_export":                            {"import", "export"},
		"modeltranslation":                         {"update_translation_fields", "sync_translation_fields", "loaddata", "makemigrations"},
		"captcha":                                  {"captcha_clean", "captcha_create_pool"},
		"post_office":                              {"send_queued_mail", "cleanup_mail", "dblocks"},
		"mailer":                                   {"send_mail", "retry_deferred", "purge_mail_log", "runmailer", "runmailer_pg"},
		"sass_processor":                           {"compilescss", "findstatic"},
		"django_js_reverse":                        {"collectstatic_js_reverse"},
		"taggit":                                   {"deduplicate_tags", "remove_orphaned_tags"},
		"cachalot":                                 {"invalidate_cachalot"},
		"cacheops":                                 {"cleanfilecache", "invalidate", "reapconjs"},
		"silk":                                     {"silk_clear_request_log", "silk_request_garbage_collect"},
		"two_factor":                               {"two_factor_disable", "two_factor_status"},
		"django_otp.plugins.otp_static":            {"addstatictoken"},
		"social_django":                            {"clearsocial"},
		"django_linear_migrations":                 {"create_max_migration_files", "rebase_migration", "squashmigrations"},
		"auditlog":                                 {"auditlogflush", "auditlogmigratejson"},
		"imagekit":                                 {"generateimages"},
		"cms":                                      {"cms"},
		"django_elasticsearch_dsl":                 {"search_index"},
		"graphene_django":                          {"graphql_schema"},
		"strawberry_django":                        {"export_schema"},
		"strawberry.django":                        {"export_schema"},
		"django_migration_linter":                  {"lintmigrations", "makemigrations"},
		"django_crontab":                           {"crontab"},
		"django_cron":                              {"runcrons", "cronjobs"},
		"tailwind":                                 {"tailwind"},
		"ckeditor":                                 {"generateckeditorthumbnails"},
		"hitcount":                                 {"hitcount_cleanup"},
		"rolepermissions":                          {"sync_roles"},
		"product_details":                          {"update_product_details"},
		"wagtail":                                  wagtailCommands(),
		"wagtail.core":                             wagtailCommands(),
		"wagtail.search":                           {"update_index", "wagtail_update_index"},
		"wagtail.images":                           {"wagtail_update_image_renditions"},
		"wagtail.embeds":                           {"purge_embeds"},
		"wagtail.contrib.search_promotions":        {"searchpromotions_garbage_collect", "copy_daily_hits_from_wagtailsearch"},
		"wagtail.contrib.styleguide":               {},
		"whitenoise.runserver_nostatic":            {"runserver"},
		"django_tenants":                           {"migrate_schemas", "create_tenant", "create_tenant_superuser", "tenant_command", "all_tenants_command", "collectstatic_schemas", "clone_tenant", "delete_tenant", "rename_schema", "create_missing_schemas", "migrate", "createsuperuser"},
	}
}

func wagtailCommands() []string {
	return []string{"create_log_entries_from_revisions", "fixtree", "move_pages", "publish_scheduled", "publish_scheduled_pages", "purge_revisions", "rebuild_references_index", "replace_text", "set_url_paths", "show_references_index",
		"update_index", "wagtail_update_index", "convert_mariadb_uuids"}
}

// appsWithoutCommands are applications that have no management command.
func appsWithoutCommands() []string {
	return []string{"corsheaders", "csp", "crispy_forms", "crispy_bootstrap3", "crispy_bootstrap4", "crispy_bootstrap5", "crispy_tailwind", "django_filters", "storages", "anymail", "rosetta", "parler", "mptt", "treebeard", "django_celery_beat",
		"django_celery_results", "knox", "dj_rest_auth", "dj_rest_auth.registration", "allauth", "allauth.socialaccount", "allauth.mfa", "allauth.usersessions", "allauth.headless", "django_prometheus", "django_htmx", "widget_tweaks", "django_tables2", "formtools", "bootstrap3", "bootstrap4",
		"django_bootstrap5", "django_bootstrap_icons", "django_ckeditor_5", "tinymce", "sekizai", "phonenumber_field", "django_countries", "pipeline", "webpack_loader", "django_vite", "django_browser_reload", "django_cleanup", "django_cleanup.apps.CleanupConfig", "hijack",
		"hijack.contrib.admin", "impersonate", "jazzmin", "grappelli", "unfold", "django_structlog", "drf_spectacular_sidecar", "rest_framework_simplejwt", "ninja", "ninja_extra", "djangoql", "rules", "rules.apps.AutodiscoverRulesConfig", "honeypot", "robots", "model_utils", "solo",
		"modelcluster", "dal", "dal_select2", "django_select2", "nested_admin", "adminsortable", "adminsortable2", "colorfield", "django_otp", "django_otp.plugins.otp_totp", "django_otp.plugins.otp_email", "otp_yubikey", "timezone_field", "sitetree", "request_id", "django_guid",
		"dbtemplates", "kombu.transport.django", "health_check.db", "health_check.cache", "health_check.storage", "health_check.contrib.migrations", "health_check.contrib.celery", "health_check.contrib.celery_ping", "health_check.contrib.redis", "health_check.contrib.psutil", "health_check.contrib.rabbitmq",
		"elasticapm.contrib.django", "scout_apm.django", "ddtrace.contrib.django", "raven.contrib.django.raven_compat", "cookielaw", "django_user_agents", "django_json_widget", "jsonify", "rangefilter", "django_admin_listfilter_dropdown", "wagtail.admin", "wagtail.documents", "wagtail.snippets",
		"wagtail.users", "wagtail.sites", "wagtail.locales", "wagtail.api.v2", "wagtail.contrib.forms", "wagtail.contrib.redirects", "wagtail.contrib.settings", "wagtail.contrib.table_block", "wagtail.contrib.routable_page", "wagtail.contrib.frontend_cache", "wagtail.contrib.modeladmin",
		"wagtail.contrib.simple_translation", "wagtail.contrib.sitemaps", "wagtail.contrib.typed_table_block", "wagtail_modeladmin", "wagtailmenus", "wagtailfontawesome", "generic_chooser", "django_object_actions", "django_jinja", "strawberry", "mozilla_django_oidc", "django_permissions_policy", "linear_migrations"}
}
