package deploycheck

import "fmt"

const (
	fileCache  = "django.core.cache.backends.filebased.FileBasedCache"
	redisCache = `{"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache:6379/0"}}`
)

// storeAxes are caches, folders, storages and mail.
func storeAxes() []axis {
	cache := func(alias, location string) string {
		return fmt.Sprintf(`{"%s": {"BACKEND": "%s", "LOCATION": %s}}`, alias, fileCache, location)
	}
	const mailbox = "django.core.mail.backends."
	mailer := func(backend string) string { return fmt.Sprintf(`{"default": {"BACKEND": "%s%s"}}`, mailbox, backend) }
	return []axis{
		assigned("CACHES", redisCache, "-", `{"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}`, `{"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}`,
			`{"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}`,
			cache("default", `"/var/cache/shop"`), cache("default", `"cache"`), cache("default", `"./cache/shop"`), cache("default", `"/srv/media"`), cache("default", `"/srv/media/cache"`), cache("default", `"/srv"`),
			cache("default", `pathlib.Path("/srv/static/cache")`), cache("other", `"/var/cache/shop"`), cache("other", `"cache"`),
			`{**`+redisCache+`, **`+cache("pages", `"/srv/assets/pages"`)+`}`, `{**`+redisCache+`, **`+cache("pages", `"pages"`)+`}`, "{}", "None"),
		assigned("MEDIA_ROOT", `"/srv/media"`, "-", `""`, `pathlib.Path("/srv/media")`, `"/srv/media/"`, "None"),
		assigned("STATIC_ROOT", "-", `"/srv/static"`, `pathlib.Path("/srv/static")`, `"/srv/../srv/static"`, `""`),
		assigned("STATICFILES_DIRS", "-", "[]", `["/srv/assets"]`, `[("css", "/srv/assets")]`, `(pathlib.Path("/srv/assets"),)`),
		assigned("MEDIA_URL", "-", `"/media/"`, `"/media"`),
		assigned("STATIC_URL", `"/static/"`, "-", `"/static"`, `"static/"`),
		assigned("FILE_UPLOAD_TEMP_DIR", "-", `"/nowhere/at/all"`, `"/tmp"`, `""`),
		assigned("STORAGES", "-", "{}", `{"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}`),
		{name: "EMAIL_BACKEND, MAILERS", values: []value{{}, {text: `EMAIL_BACKEND = "` + mailbox + `smtp.EmailBackend"`}, {text: `EMAIL_BACKEND = "` + mailbox + `console.EmailBackend"`},
			{text: "MAILERS = " + mailer("smtp.EmailBackend")}, {text: "MAILERS = " + mailer("console.EmailBackend")}, {text: "MAILERS = " + mailer("dummy.EmailBackend")},
			{text: "MAILERS = " + mailer("filebased.EmailBackend")}, {text: "MAILERS = " + mailer("locmem.EmailBackend")}, {text: "MAILERS = {}"},
			{text: `MAILERS = {"reports": {"BACKEND": "` + mailbox + `smtp.EmailBackend"}}`}, {text: `MAILERS = {"default": {}}`}, {text: `MAILERS = {"default": {"BACKEND": "mailers.Own"}}`}}},
	}
}
