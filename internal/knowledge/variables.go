package knowledge

// ForeignVariables are the beginnings of names of variables and settings that programs and packages other than the project read: documents of the
// project speak of them, and nothing in its files has to. Sources: the documentation of each.
func ForeignVariables() []string {
	return []string{"POSTGRES_", "POSTGRESQL_", "MYSQL_", "MARIADB_", "REDIS_", "RABBITMQ_", "MINIO_", "PGADMIN_", "PG", "COMPOSE_", "DOCKER_", "BUILDKIT_", "PYTHON", "PIP_", "PIPENV_", "UV_", "POETRY_", "GUNICORN_", "UVICORN_", "WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS",
		"UWSGI_", "SENTRY_", "AWS_", "AZURE_", "GOOGLE_", "GCP_", "GS_", "NEW_RELIC_", "DD_AGENT", "OTEL_", "ELASTIC_APM_", "DJANGO_SUPERUSER_", "DJANGO_SETTINGS_MODULE", "DJANGO_CONFIGURATION", "C_FORCE_ROOT", "CELERY_", "CELERYD_", "CELERYBEAT_", "FLOWER_", "TRAEFIK_", "NGINX_", "LETSENCRYPT_", "VIRTUAL_HOST",
		"SSL_", "HTTP_", "HTTPS_", "NO_PROXY", "REQUESTS_", "LC_", "LD_", "NODE_", "NPM_", "PROMETHEUS_", "LOGFIRE_", "OPENAI_", "ANTHROPIC_", "STRIPE_", "GITHUB_", "GITLAB_", "CI_", "HEROKU_", "RENDER_", "RAILWAY_", "FLY_", "KUBERNETES_", "CC_", "S6_", "PUID", "PGID",
		"SOCIAL_AUTH_", "SOCIALACCOUNT_", "ACCOUNT_", "AXES_", "CORS_", "CSP_", "OIDC_", "AUTH_LDAP_", "LDAPTLS_", "REST_FRAMEWORK", "SIMPLE_JWT", "CONSTANCE_", "WAGTAIL_", "WAGTAILADMIN_", "OSCAR_", "HAYSTACK_", "COMPRESS_", "THUMBNAIL_", "RECAPTCHA_", "ANYMAIL", "EMAIL_", "SENDGRID_", "MAILGUN_",
		"TESSERACT_", "GRANIAN_", "HYPERCORN_", "DAPHNE_", "X_FORWARDED", "XDG_", "GIT_", "JAVA_", "ES_", "ELASTICSEARCH_", "KC_", "KEYCLOAK_", "AUTHELIA_", "AUTHENTIK_", "VAULT_", "TF_", "ANSIBLE_", "HELM_", "DOKKU_", "DATABASE_", "APP_"}
}
