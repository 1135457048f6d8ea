package redact

import (
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	cases := []struct {
		name      string
		line      string
		sensitive bool
		hidden    string // must not appear
		kept      string // must appear
	}{
		{"literal key", `SECRET_KEY = "abc-very-secret"`, false, "abc-very-secret", "SECRET_KEY"},
		{"default of a call", `SECRET_KEY = env("SECRET_KEY", default="abc-very-secret")`, false, "abc-very-secret", `env("SECRET_KEY"`},
		{"literal alone on its line", `    "abc-very-secret",`, true, "abc-very-secret", ","},
		{"password in a URL", `DATABASE_URL=postgres://shop:hunter2@db/shop`, false, "hunter2", "@db/shop"},
		{"compose", `      POSTGRES_PASSWORD: hunter2`, false, "hunter2", "POSTGRES_PASSWORD:"},
		{"compose list", `      - DB_PASSWORD=hunter2`, false, "hunter2", "DB_PASSWORD="},
		{"dictionary entry", `        "PASSWORD": "hunter2!",`, false, "hunter2!", `"PASSWORD"`},
		{"generated key in a message", `the key 9f8Hq2Lw0Zx7Vb3Nm5Kj1Td4 is used`, false, "9f8Hq2Lw0Zx7Vb3Nm5Kj1Td4", "is used"},
		{"switch with a secret's name", `CORS_ALLOW_CREDENTIALS = True`, false, "\x00", "True"},
		{"name of another thing", `SECRET_KEY = base.SECRET_KEY`, false, "\x00", "base.SECRET_KEY"},
		{"name of a variable", `EMAIL_SENDER_NAME_FOR_S3_BUCKET_2 is read`, false, "\x00", "EMAIL_SENDER_NAME_FOR_S3_BUCKET_2"},
		{"name of a package", `django-storages-with-s3-and-more2`, false, "\x00", "django-storages-with-s3-and-more2"},
		{"class in a dotted path", `"django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher"`, false, "\x00", "PBKDF2SHA1PasswordHasher"},
		{"password without a name", `    User.objects.create_superuser("admin", "", "letmein")`, true, "letmein", "create_superuser("},
		{"options of a program", `uvicorn --timeout-graceful-shutdown=300 --limit-max-requests=20000`, false, "\x00", "--timeout-graceful-shutdown=300 --limit-max-requests=20000"},
		{"name of an index", `Rename index shop_product_name__363d70_idx on product`, false, "\x00", "shop_product_name__363d70_idx"},
		{"key given as an option", `serve --signature=9f8Hq2Lw0Zx7Vb3Nm5Kj1Td4`, false, "9f8Hq2Lw0Zx7Vb3Nm5Kj1Td4", "serve"},
		{"ordinary line", `ALLOWED_HOSTS = ["shop.example"]`, false, "\x00", "shop.example"},
		{"dotted path", `PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon"]`, false, "\x00", "django.contrib.auth.hashers.Argon"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := Line(c.line, c.sensitive)
			if strings.Contains(got, c.hidden) {
				t.Errorf("%q is still in %q", c.hidden, got)
			}
			if !strings.Contains(got, c.kept) {
				t.Errorf("%q is no longer in %q", c.kept, got)
			}
			if len([]rune(got)) != len([]rune(c.line)) {
				t.Errorf("the line's length changed: %q to %q", c.line, got)
			}
		})
	}
}
