package redact

import "testing"

func TestSecretName(t *testing.T) {
	secret := []string{"SECRET_KEY", "SECRET_KEY_FALLBACKS", "PASSWORD", "EMAIL_HOST_PASSWORD", "AWS_SECRET_ACCESS_KEY", "STRIPE_API_KEY", "SENTRY_DSN", "api_token", "DB_PASS", "PGPASSWORD", "PAPERLESS_DBPASS", "GITHUBTOKEN", "CREDENTIAL_AES_256_KEY", "HMAC_KEY"}
	open := []string{"AUTH_PASSWORD_VALIDATORS", "PASSWORD_HASHERS", "PASSWORD_RESET_TIMEOUT", "TOKEN_LIFETIME", "CSRF_COOKIE_NAME", "KEY_PREFIX", "KEY", "PRIMARY_KEY", "ALLOW_BYPASS", "", "CACHE_MIDDLEWARE_KEY_PREFIX"}
	for _, name := range secret {
		if !SecretName(name) {
			t.Errorf("%s should be secret", name)
		}
	}
	for _, name := range open {
		if SecretName(name) {
			t.Errorf("%s should not be secret", name)
		}
	}
}

func TestMayHoldSecret(t *testing.T) {
	for name, want := range map[string]bool{"SECRET_KEY": true, "MAILGUN_KEY": true, "HASH_SALT": true, "REDIS_AUTH": true, "ANYMAIL_WEBHOOK": true,
		"DJANGO_SETTINGS_MODULE": false, "KEY_PREFIX": false, "WEB_CONCURRENCY": false, "": false} {
		if got := MayHoldSecret(name); got != want {
			t.Errorf("%q: %t", name, got)
		}
	}
}
