package secrets

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// djangoKey is a key as django.core.management.utils.get_random_secret_key makes them: 50 characters of 50.
func djangoKey(r *rand.Rand) string {
	const chars = "abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)"
	key := make([]byte, 50)
	for i := range key {
		key[i] = chars[r.IntN(len(chars))]
	}
	return string(key)
}

// Of a thousand generated keys at least 990 are found in each shape, in each way of writing it.
func TestGeneratedDjangoKeysAreFound(t *testing.T) {
	compose := func(key string) string { return strings.ReplaceAll(key, "$", "$$") }
	encoded := func(key string) string { return base64.StdEncoding.EncodeToString([]byte(key)) }
	shapes := []struct{ name, path, text string }{
		{"literal", "config/settings.py", "DEBUG = False\nSECRET_KEY = '%s'\nALLOWED_HOSTS = []\n"},
		{"literal in parentheses", "config/settings.py", "SECRET_KEY = (\n    \"%s\"\n)\n"},
		{"annotated literal", "config/settings.py", "SECRET_KEY: str = \"%s\"\n"},
		{"literal of a dictionary", "config/settings.py", "SETTINGS = {\"SECRET_KEY\": \"%s\"}\n"},
		{"item of a dictionary", "config/settings.py", "globals()['SECRET_KEY'] = '%s'\n"},
		{"default of os.environ.get", "config/settings.py", "SECRET_KEY = os.environ.get(\"DJANGO_SECRET_KEY\", \"%s\")\n"},
		{"default of another name", "config/settings.py", "SECRET_KEY = os.getenv(\"SHOP_SIGNS_WITH\", \"%s\")\n"},
		{"default of env", "config/settings.py", "SECRET_KEY = env(\"SECRET_KEY\", default=\"%s\")\n"},
		{"default of env.str over lines", "config/settings.py", "SECRET_KEY = env.str(\n    \"SECRET_KEY\",\n    default='%s',\n)\n"},
		{"default of config", "config/settings.py", "SECRET_KEY = config('SECRET_KEY', default='%s', cast=str)\n"},
		{"os.environ.setdefault", "manage.py", "os.environ.setdefault('SECRET_KEY', '%s')\n"},
		{"env file", ".env", "DEBUG=0\nSECRET_KEY=%s\nDB=x\n"},
		{"env file with quotes", ".env.production", "SECRET_KEY='%s'\n"},
		{"env file with export", "deploy/prod.env", "export DJANGO_SECRET_KEY=\"%s\"\n"},
		{"compose mapping", "docker-compose.yml", "services:\n  web:\n    environment:\n      SECRET_KEY: \"%c\"\n"},
		{"compose list", "docker-compose.yml", "services:\n  web:\n    environment:\n      - SECRET_KEY=%c\n"},
		{"compose quoted list", "compose.yaml", "services:\n  web:\n    environment:\n      - \"DJANGO_SECRET_KEY=%c\"\n"},
		{"compose interpolation", "compose.yaml", "services:\n  web:\n    environment:\n      DJANGO_SECRET_KEY: \"${DJANGO_SECRET_KEY:-%c}\"\n"},
		{"Kubernetes stringData", "k8s/secret.yaml", "kind: Secret\nstringData:\n  SECRET_KEY: '%s'\n"},
		{"Kubernetes data", "k8s/secret.yaml", "kind: Secret\ndata:\n  SECRET_KEY: %b\n"},
		{"Kubernetes data with hyphens", "k8s/secret.yaml", "kind: Secret\ndata:\n  django-secret-key: %b\n"},
		{"Kubernetes env", "k8s/web.yaml", "env:\n  - name: DJANGO_SECRET_KEY\n    value: \"%s\"\n"},
		{"Dockerfile", "Dockerfile", "FROM python:3.13\nENV SECRET_KEY=\"%s\"\n"},
		{"old form of ENV", "Dockerfile", "FROM python:3.13\nENV SECRET_KEY %s\n"},
		{"systemd", "shop.service", "[Service]\nEnvironment=\"SECRET_KEY=%s\"\n"},
	}
	s := NewScanner()
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(20261121, 7))
			found, exact := 0, 0
			var missed string
			for range 1000 {
				key := djangoKey(r)
				text := strings.NewReplacer("%s", key, "%c", compose(key), "%b", encoded(key)).Replace(shape.text)
				if f, ok := strongIn(s.Scan(shape.path, []byte(text))); ok {
					found++
					if got := text[f.Start:f.End]; got == key || got == compose(key) || got == encoded(key) {
						exact++
					}
				} else {
					missed = key
				}
			}
			if found < 990 || exact < 975 {
				t.Errorf("%d of 1000 found, %d with their exact place; one that is missed: %s", found, exact, missed)
			}
		})
	}
}

// The example keys that people write instead are never told as generated.
func TestExampleKeysAreWeak(t *testing.T) {
	s := NewScanner()
	r := rand.New(rand.NewPCG(1, 2))
	for _, value := range []string{"django-insecure-" + djangoKey(r), "changeme", "change-me-in-production-please-0123456789", strings.Repeat("x", 50), "your-secret-key-goes-here-and-is-long-enough-0000",
		"${SECRET_KEY}", "{{ secret_key }}", "<generate one with openssl rand -base64 50>", "$DJANGO_SECRET_KEY", "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmn", "not-a-real-key-only-used-in-tests-1234567890", "..."} {
		for _, shape := range []string{"SECRET_KEY = '%s'\n", "SECRET_KEY = os.environ.get('X', '%s')\n"} {
			if f, ok := strongIn(s.Scan("settings.py", []byte(strings.ReplaceAll(shape, "%s", value)))); ok {
				t.Errorf("%s: found as %+v", value, f)
			}
		}
		if f, ok := strongIn(s.Scan(".env", []byte("SECRET_KEY="+value+"\n"))); ok {
			t.Errorf("%s in an environment file: found as %+v", value, f)
		}
	}
}

func strongIn(finds []Find) (Find, bool) {
	for _, f := range finds {
		if !f.Weak {
			return f, true
		}
	}
	return Find{}, false
}

func ExampleScanner_Scan() {
	for _, f := range NewScanner().Scan("deploy/.env", []byte("DB_HOST=db\nDATABASE_URL=postgres://shop:9f8Hq2Lw0Zx7Vb@db/shop\n")) {
		fmt.Println(f.Kind, f.Start, f.End, f.Weak)
	}
	// Output: password in an address 40 54 false
}
