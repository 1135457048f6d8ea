package check

import "strings"

// IsExampleValue reports whether a secret's value is obviously none: a word that asks to be replaced, or one that everybody tries first.
func IsExampleValue(value string) bool {
	v := strings.ToLower(strings.Trim(value, " \"'"))
	switch v {
	case "secret", "secretkey", "secret-key", "secret_key", "supersecret", "super-secret", "super_secret", "topsecret", "top-secret", "password", "passwd", "pass",
		"admin", "root", "test", "testing", "dev", "develop", "development", "local", "default", "foo", "bar", "foobar", "key", "token", "none", "null", "value",
		"123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "abc", "abc123", "asdf", "qwerty", "postgres", "django", "x":
		return true
	}
	for _, words := range []string{
		"changeme", "change-me", "change_me", "change me", "changethis", "change-this", "change_this", "change this", "replaceme", "replace-me", "replace_me", "replace this", "replace-this", "replace_this",
		"replace with", "replace-with", "replace_with", "placeholder", "your-", "your_", "your ", "yoursecret", "yourpassword", "yourkey", "my-secret", "my_secret", "mysecret",
		"example", "dummy", "insecure", "not-secure", "not_secure", "not-secret", "not-a-secret", "not-so-secret", "notasecret", "unsafe", "fixme", "todo:", "xxxx", "set-me", "set_me", "setme", "put-your", "put your", "insert-",
		"insert your", "generate-", "generate a", "generate_",
	} {
		if strings.Contains(v, words) {
			return true
		}
	}
	return strings.HasPrefix(v, "<") && strings.HasSuffix(v, ">") || strings.HasPrefix(v, "{{") || strings.HasPrefix(v, "[") && strings.HasSuffix(v, "]") ||
		v != "" && strings.Trim(v, "x*.-_?") == ""
}
