package redact

import (
	"slices"
	"strings"
)

// SecretName reports whether a setting, dictionary key or environment variable of this name holds a secret.
// Names that merely contain such a word do not count: AUTH_PASSWORD_VALIDATORS, CSRF_HEADER_NAME, TOKEN_LIFETIME, PASSWORD_RESET_TIMEOUT.
func SecretName(name string) bool {
	words := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return r == '_' || r == '-' || r == '.' })
	if len(words) == 0 {
		return false
	}
	last := words[len(words)-1]
	if last == "FALLBACKS" && slices.Contains(words, "KEY") {
		return true
	}
	if slices.Contains([]string{"SECRET", "SECRETS", "PASSWORD", "PASSWORDS", "PASSWD", "PASS", "PWD", "TOKEN", "DSN", "CREDENTIALS", "SECRETKEY", "APIKEY", "PASSPHRASE"}, last) {
		return true
	}
	if hasSecretEnd(last) {
		return true
	}
	if last != "KEY" && last != "KEYS" || len(words) < 2 {
		return false
	}
	return slices.ContainsFunc(words[:len(words)-1], func(w string) bool {
		return slices.Contains([]string{"SECRET", "API", "ACCESS", "PRIVATE", "SIGNING", "ENCRYPTION", "ENCRYPT", "AUTH", "LICENSE", "ACCOUNT", "CRYPTO", "FERNET", "JWT", "AWS", "APP", "STRIPE", "SENTRY",
			"AES", "HMAC", "RSA", "CIPHER", "DECRYPTION", "DECRYPT", "CREDENTIAL", "CREDENTIALS", "MASTER"}, w)
	})
}

// MayHoldSecret reports whether a variable of this name had better not be shown: those of SecretName, and every other key, salt or credential.
func MayHoldSecret(name string) bool {
	words := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return r == '_' || r == '-' || r == '.' })
	if len(words) == 0 || SecretName(name) {
		return len(words) > 0
	}
	switch last := words[len(words)-1]; last {
	case "KEY", "KEYS", "SALT", "PEPPER", "CREDENTIAL", "AUTH", "PIN", "COOKIE", "WEBHOOK":
		return true
	}
	return false
}

// HasPassword reports whether a text has a URL with a password in it.
func HasPassword(text string) bool { return urlPassword.MatchString(text) }

// hasSecretEnd tells words that are written together, as in PGPASSWORD and DBPASS.
func hasSecretEnd(word string) bool {
	for _, end := range []string{"PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "SECRETKEY", "ACCESSKEY"} {
		if strings.HasSuffix(word, end) {
			return true
		}
	}
	return slices.Contains([]string{"DBPASS", "DBPWD", "PGPASS", "USERPASS", "ADMINPASS", "ROOTPASS", "MAILPASS", "SMTPPASS", "REDISPASS"}, word)
}
