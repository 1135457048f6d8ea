package eval

import (
	"strings"
)

// markSecret marks the variables whose value goes to a setting that is secret.
func (e *explorer) markSecret(result *Result) {
	secret := map[string]bool{}
	for _, w := range result.Worlds {
		for name, v := range w.Names {
			markSecretParts(name, v, secret, 0)
		}
	}
	for i := range e.shared.reads {
		if secret[e.shared.reads[i].Name] {
			e.shared.reads[i].Secret = true
		}
	}
}

func markSecretParts(name string, v Value, secret map[string]bool, depth int) {
	if depth > 4 {
		return
	}
	if d, ok := v.data.(*dictData); ok {
		for _, e := range d.entries() {
			if key, ok := e.Key.AsStr(); ok {
				markSecretParts(key, e.Value, secret, depth+1)
			}
		}
		return
	}
	if l, ok := v.data.(*listData); ok && depth < 3 {
		for _, e := range l.elems {
			if e.Kind() == Dict {
				markSecretParts("", e, secret, depth+1)
			}
		}
	}
	if !isSecretName(name) {
		return
	}
	switch v.Kind() {
	case Str, Bytes, Unknown, List, Tuple:
		for _, n := range envNames(v) {
			secret[n] = true
		}
	}
}

// isSecretName reports whether a setting, key or variable of that name holds a secret. The last words of a name decide:
// SECRET_KEY, DB_PASSWORD, STRIPE_API_KEY and SENTRY_DSN are secrets, PASSWORD_HASHERS, SECRET_KEY_FILE and TOKEN_LIFETIME are none.
func isSecretName(name string) bool {
	words := strings.FieldsFunc(strings.ToUpper(name), func(c rune) bool { return c == '_' || c == '-' || c == '.' })
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	before := ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	switch last {
	case "PASSWORD", "PASSWD", "PASS", "PWD", "SECRET", "TOKEN", "DSN", "PASSPHRASE", "CREDENTIALS", "SECRETKEY", "APIKEY", "SALT":
		return before != "USE" && before != "REQUIRE" && !(last == "PWD" && before == "")
	case "KEY":
		switch before {
		case "SECRET", "API", "PRIVATE", "ACCESS", "ENCRYPTION", "SIGNING", "AUTH", "ACCOUNT", "CRYPTO", "FERNET", "HMAC", "JWT", "MASTER", "LICENSE":
			return true
		}
	case "KEYS":
		return before == "ENCRYPTION" || before == "FERNET" || before == "SECRET"
	case "FALLBACKS":
		return before == "KEY"
	case "URL", "URI":
		switch before {
		case "DATABASE", "DB", "REDIS", "BROKER", "AMQP", "RABBITMQ", "CACHE", "EMAIL", "POSTGRES", "MYSQL", "MONGO", "MONGODB", "CELERY", "CLOUDAMQP",
			"ELASTICSEARCH", "CLOUDINARY", "RESULT":
			return true
		}
	}
	return false
}
