package secrets

import (
	"regexp"
	"strings"
)

// The patterns are compiled at start and never change.
var (
	// reference is a value that is taken from elsewhere: ${NAME}, $NAME, {{ name }}, %(name)s, <name>, vault:path.
	reference = regexp.MustCompile(`^\$[A-Za-z_][A-Za-z0-9_]*$|\$\{[A-Za-z_]|^\$\(|\{\{|\}\}|\{%|%\([A-Za-z_]+\)s|^<[^>]*>$|^\{[A-Za-z_.]*\}$|^(?:vault|ssm|env|file|secretref|op|ref|arn):`)
	// emptied is a value of which the characters were taken out.
	emptied = regexp.MustCompile(`(?i)x{5,}|\*{3,}|\.{3}|…|_{6,}|-{6,}|0{8,}|1234567|abcdefg|987654|(?:deadbeef)|cafebabe|qwert|asdfg`)
)

// Example reports whether a value obviously stands for another one: it asks to be replaced, is taken from elsewhere, is masked, or is the one
// that a vendor's documentation shows.
func Example(value string) bool {
	v := strings.ToLower(strings.TrimSpace(value))
	if v == "" || reference.MatchString(value) || emptied.MatchString(v) {
		return true
	}
	for _, word := range exampleWords() {
		if strings.Contains(v, word) {
			return true
		}
	}
	return false
}

// exampleWords stand in values that people write where a secret goes, and in those that documents show (RFC 5849, RFC 6749, the vendors'
// own). Each is so long that no random value has it by chance.
func exampleWords() []string {
	return []string{
		"example", "changeme", "change-me", "change_me", "changethis", "change-this", "change_this", "change me", "change this", "replace", "placeholder", "insert",
		"your-", "your_", "yours", "yourp", "yourk", "yourt", "youra", "my-sec", "my_sec", "mysec", "my-tok", "my_tok", "mytok", "my_pass", "mypass", "dummy", "insecure", "sample",
		"fake", "mock", "foobar", "lorem", "todo", "fixme", "secret", "passw", "token", "redacted", "hidden", "masked", "not-a-", "not_a_", "notreal", "not-real", "unsafe",
		"testing", "test-", "test_", "tests", "-test", "_test", "default", "generate", "random", "development", "production", "localhost", "django", "hello", "super-", "super_", "akiaiosfodnn7",
		"wjalrxutnfemi", "eby8vdm02xnocqflquwjpllmetlcdxj1ouzft50usrz6ifsufq2uverczc4i6tq", "eby8vdm02xnocqflquwjpllmetlcdxj1", "scott:tiger", "4ec39hqlyjwdarjtt1zdp7dc", "17653672481-19874698323", "bpxhwbyxjc", "abc123", "2yotnfzfejr", "tgzv3jokf0xg", "ad180jjd733klru7", "base64", "encoded", "some-", "some_", "somekey", "undefined", "config",
	}
}
