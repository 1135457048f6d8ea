package secrets

import (
	"bytes"
	"encoding/base64"
	"strings"

	"gonogo/internal/source"
)

// nameWords stand in names that hold secrets.
func nameWords() []string {
	return []string{"secret", "passw", "passphrase", "token", "apikey", "api_key", "api-key", "access_key", "accesskey", "private_key", "privatekey", "auth_key", "authkey",
		"signing_key", "encryption_key", "fernet_key", "jwt_key", "master_key", "license_key", "account_key", "_pass", "_pwd", "credential"}
}

// readName looks at a name around a place and at the value that it is given.
func readName(s *scan, at int) {
	if at < s.done || s.kind == dataFile || s.kind == proseFile {
		return
	}
	start, end := at, at
	for start > 0 && at-start < 80 && nameByte(s.text[start-1]) {
		start--
	}
	for end < len(s.text) && end-at < 80 && nameByte(s.text[end]) {
		end++
	}
	s.done = end
	from, to, ok := s.value(start, end) // before the name, since most names are given no text
	if !ok {
		return
	}
	name := string(s.text[start:end])
	if !holdsSecret(name) {
		return
	}
	value := s.text[from:to]
	class := Value
	if django := djangoName(name); django {
		class = DjangoKey
	}
	weak := !generated(value, s.kind, class)
	kind := "value of " + name
	if s.kind == codeFile && weak {
		return // what code gives to names is judged where it matters: in the settings
	}
	if class == Value && weak && len(value) < 4 {
		return
	}
	s.add(Find{Kind: kind, Class: class, Start: source.Pos(from), End: source.Pos(to), Name: name, Weak: weak})
}

func nameByte(c byte) bool { return base62(c) || c == '_' || c == '-' || c == '.' }

// djangoName reports whether a name is that of Django's key.
func djangoName(name string) bool {
	n := strings.ToUpper(strings.Join(nameParts(name), "_"))
	return strings.HasSuffix(n, "SECRET_KEY") && !strings.Contains(n, "AWS") && !strings.Contains(n, "STRIPE") && !strings.Contains(n, "RECAPTCHA") || strings.HasPrefix(n, "SECRET_KEY_FALLBACK")
}

// holdsSecret reports whether a name holds a secret, rather than something about one: its last word says what it is.
func holdsSecret(name string) bool {
	words := nameParts(name)
	for len(words) > 1 {
		switch last := words[len(words)-1]; last {
		case "default", "fallback", "fallbacks", "value", "prod", "production", "live", "base", "string", "str", "1", "2", "old", "new", "current", "previous":
			words = words[:len(words)-1]
			continue
		}
		break
	}
	if len(words) == 0 {
		return false
	}
	for _, w := range words {
		switch w {
		case "csrf", "xsrf", "public", "publishable", "site", "hash", "hashed", "sha", "sha1", "sha256", "md5", "digest", "checksum", "page", "next", "continuation", "cache", "test", "tests",
			"example", "dummy", "fake", "mock", "invalid", "wrong", "sync", "cursor", "url", "uri", "path", "file", "name", "id", "field", "header", "regex", "pattern", "help", "label", "placeholder", "sort", "partition", "foreign", "primary":
			return false
		}
	}
	last := words[len(words)-1]
	if isPublicByDesign(words) {
		return false
	}
	if last == "pass" && len(words) > 1 { // directives and steps: uwsgi_pass, proxy_pass, first_pass
		switch words[len(words)-2] {
		case "uwsgi", "proxy", "fastcgi", "grpc", "scgi", "first", "second", "by", "bypass", "render", "compiler":
			return false
		}
	}
	switch last {
	case "secret", "secrets", "password", "passwords", "passwd", "pass", "pwd", "token", "passphrase", "apikey", "secretkey", "authtoken", "authkey", "accesskey", "privatekey", "credential", "credentials":
		return true
	case "key", "keys":
		for _, w := range words[:len(words)-1] {
			switch w {
			case "secret", "api", "access", "private", "signing", "encryption", "auth", "license", "account", "fernet", "jwt", "app", "master", "service", "storage":
				return true
			}
		}
	}
	return false
}

// isPublicByDesign reports whether a name is of what a service for the analysis of visits has its customers write into their pages.
// Source: https://developer.mixpanel.com/reference/project-token and https://amplitude.com/docs/apis/keys-and-tokens; a secret key is none of them.
func isPublicByDesign(words []string) bool {
	last := words[len(words)-1]
	for _, w := range words[:len(words)-1] {
		switch w {
		case "mixpanel":
			return last == "token"
		case "amplitude":
			return last == "key" && words[len(words)-2] == "api"
		}
	}
	return false
}

// nameParts are the words of a name in lower case, split at separators and at capitals.
func nameParts(name string) []string {
	var words []string
	start := 0
	cut := func(end int) {
		if end > start {
			words = append(words, strings.ToLower(name[start:end]))
		}
	}
	for i := range len(name) {
		switch {
		case name[i] == '_' || name[i] == '-' || name[i] == '.':
			cut(i)
			start = i + 1
		case i > start && kindOfByte(name[i]) == 2 && kindOfByte(name[i-1]) == 1:
			cut(i)
			start = i
		}
	}
	cut(len(name))
	return words
}

// value finds what the name at [start, end) is given: NAME = value, NAME: value, "NAME": value, d["NAME"] = value, env("NAME", "value"),
// NAME = env("OTHER", default="value"), and in YAML `name: NAME` with `value: ...` on the next line.
func (s *scan) value(start, end int) (from, to int, ok bool) {
	i := end
	quotedName := false
	if c := s.at(i); (c == '"' || c == '\'') && s.at(start-1) == c {
		quotedName = true
		i++
	}
	if quotedName && s.at(i) == ']' {
		i++
	}
	if s.at(start-1) == '{' && s.at(start-2) == '$' {
		return s.interpolated(i)
	}
	i = s.blank(i)
	switch c := s.at(i); {
	case c == '=' && (s.at(i+1) != '=' || s.kind != codeFile):
		i++
		if s.at(i) == '>' {
			i++
		}
	case c == ':' && s.at(i+1) == '=':
		i += 2
	case c == ':' && !quotedName && s.kind == codeFile: // an annotation: NAME: str = value; or a key of JavaScript
		i = s.blank(i + 1)
		if q := s.at(i); q != '"' && q != '\'' && q != '`' {
			for base62(s.at(i)) || s.at(i) == '_' || s.at(i) == '.' || s.at(i) == '[' || s.at(i) == ']' || s.at(i) == '|' || s.at(i) == ' ' {
				i++
			}
			if s.at(i) != '=' || s.at(i+1) == '=' {
				return 0, 0, false
			}
			i++
		}
	case c == ':':
		i++
	case c == ',' && quotedName:
		return s.argument(i + 1)
	case (c == '\n' || c == '\r') && s.kind == yamlFile:
		return s.nextValue(start, i)
	case c == ' ' || c == '\t':
		return 0, 0, false
	default:
		if s.kind != plainFile || i == end || !s.dockerEnv(start) {
			return 0, 0, false
		}
	}
	return s.right(s.blank(i), start)
}

// interpolated is the default in ${NAME:-default} and ${NAME-default}.
func (s *scan) interpolated(i int) (from, to int, ok bool) {
	if s.at(i) == ':' {
		i++
	}
	if s.at(i) != '-' && s.at(i) != '=' {
		return 0, 0, false
	}
	for j := i + 1; j < len(s.text) && j-i < 1000 && s.text[j] > ' '; j++ {
		if s.text[j] == '}' {
			return i + 1, j, j > i+1
		}
	}
	return 0, 0, false
}

// dockerEnv reports whether a name stands behind ENV, whose old form has no sign between name and value.
func (s *scan) dockerEnv(start int) bool {
	line := bytes.LastIndexByte(s.text[:start], '\n') + 1
	return string(bytes.ToUpper(bytes.TrimSpace(s.text[line:start]))) == "ENV"
}

func (s *scan) blank(i int) int {
	for s.at(i) == ' ' || s.at(i) == '\t' {
		i++
	}
	return i
}

// right is the value behind a sign of assignment.
func (s *scan) right(i, start int) (from, to int, ok bool) {
	for n := 0; s.kind == codeFile && s.at(i) == '(' || n > 0 && n < 200 && (s.at(i) == '\n' || s.at(i) == '\r' || s.at(i) == ' ' || s.at(i) == '\t'); n++ {
		i++
	}
	if from, to, ok = s.quoted(i); ok {
		return from, to, true
	}
	if s.kind == codeFile {
		j := i
		for nameByte(s.at(j)) {
			j++
		}
		if j > i && s.at(j) == '(' {
			return s.argument(j + 1)
		}
		return 0, 0, false
	}
	return s.bare(i, start)
}

// argument is the first quoted text among the arguments of a call that can be a default: one by its place behind others, or default=.
func (s *scan) argument(i int) (from, to int, ok bool) {
	depth := 1
	limit := min(len(s.text), i+600)
	fresh := s.at(i-1) == ',' // a value may come
	for i < limit && depth > 0 {
		switch c := s.text[i]; c {
		case '(', '[', '{':
			depth++
			fresh = false
		case ')', ']', '}':
			depth--
		case ',':
			fresh = true
		case '=':
			fresh = s.defaults(i)
		case '"', '\'':
			f, t, quoted := s.quoted(i)
			if !quoted {
				return 0, 0, false
			}
			if fresh && t-f >= 16 {
				return f, t, true
			}
			i = t
		case '#', ';':
			return 0, 0, false
		default:
			if q := s.at(i + 1); c > ' ' && !(q == '"' || q == '\'') { // another word than the prefix of a string
				fresh = false
			}
		}
		i++
	}
	return 0, 0, false
}

// defaults reports whether the keyword argument whose = stands at a place gives a default.
func (s *scan) defaults(i int) bool {
	for _, keyword := range []string{"default", "fallback", "value", "default_value"} {
		if s.has(i-len(keyword), keyword) && !nameByte(s.at(i-len(keyword)-1)) {
			return true
		}
	}
	return false
}

// quoted is the inside of a string at a place, with an optional prefix.
func (s *scan) quoted(i int) (from, to int, ok bool) {
	for n := 0; n < 2 && (s.at(i) == 'r' || s.at(i) == 'b' || s.at(i) == 'u' || s.at(i) == 'R' || s.at(i) == 'B' || s.at(i) == 'U'); n++ {
		if q := s.at(i + 1); q == '"' || q == '\'' || n == 0 && (s.at(i+2) == '"' || s.at(i+2) == '\'') {
			i++
		}
	}
	q := s.at(i)
	if q != '"' && q != '\'' && q != '`' {
		return 0, 0, false
	}
	if s.at(i+1) == q && s.at(i+2) == q {
		i += 2
	}
	for j := i + 1; j < len(s.text) && j-i < 2000; j++ {
		switch s.text[j] {
		case '\\':
			j++
		case '\n':
			return 0, 0, false
		case q:
			return i + 1, j, j > i+1
		}
	}
	return 0, 0, false
}

// bare is a value without quotes: up to the end of the line, or a comment.
func (s *scan) bare(i, start int) (from, to int, ok bool) {
	end := i
	for end < len(s.text) && end-i < 2000 && s.text[end] != '\n' && s.text[end] != '\r' {
		if s.text[end] == '#' && end > i && (s.text[end-1] == ' ' || s.text[end-1] == '\t') {
			break
		}
		end++
	}
	for end > i && (s.text[end-1] == ' ' || s.text[end-1] == '\t' || s.text[end-1] == ',') {
		end--
	}
	if q := s.at(start - 1); (q == '"' || q == '\'') && end > i && s.text[end-1] == q { // - "NAME=value"
		end--
	}
	return i, end, end > i
}

// nextValue is YAML's `value:` on the line after `name: NAME`, as in a container's env and a template's list.
func (s *scan) nextValue(start, i int) (from, to int, ok bool) {
	line := bytes.LastIndexByte(s.text[:start], '\n') + 1
	before := strings.Trim(string(s.text[line:start]), " \t-\"'")
	if before != "name:" && before != "key:" {
		return 0, 0, false
	}
	for s.at(i) == '\n' || s.at(i) == '\r' || s.at(i) == ' ' || s.at(i) == '\t' {
		i++
	}
	if !s.has(i, "value:") {
		return 0, 0, false
	}
	i = s.blank(i + len("value:"))
	if from, to, ok = s.quoted(i); ok {
		return from, to, true
	}
	return s.bare(i, i)
}

// generated reports whether a value looks generated, also in base64 as a Secret of Kubernetes has it.
func generated(v []byte, kind fileKind, class Class) bool {
	if bytes.ContainsAny(v, " \t") || uuid(v) || named(v) {
		return false
	}
	if kind == yamlFile && len(v) >= 12 && len(v)%4 == 0 {
		if text, err := base64.StdEncoding.DecodeString(string(v)); err == nil && printable(text) {
			v = bytes.TrimSpace(text)
			if bytes.ContainsAny(v, " \t") {
				return false
			}
		}
	}
	if class == DjangoKey && len(v) >= 40 {
		return !Example(string(v)) && !sequence(v) && entropy(v) >= 3.8 && changes(v) >= 8 && worded(v) < 0.8
	}
	return random(v)
}

// named reports whether a value is an address, a path, a dotted name or a pattern.
func named(v []byte) bool {
	if bytes.Contains(v, []byte("://")) || bytes.HasPrefix(v, []byte("/")) || bytes.HasPrefix(v, []byte("./")) || v[0] == '^' && bytes.ContainsAny(v, `\[`) {
		return true
	}
	plain := true
	for _, c := range v {
		if !base62(c) && c != '_' && c != '.' && c != '-' {
			plain = false
		}
	}
	return plain && bytes.Count(v, []byte(".")) > 0 && worded(v) > 0.4
}

// HoldsSecret reports whether a name holds a secret by its last words, and not something about one: DB_PASSWORD, clientSecret, API_KEY, but
// not CSRF_TOKEN, PUBLIC_KEY or TOKEN_URL.
func HoldsSecret(name string) bool { return holdsSecret(name) }

// Generated reports whether a value looks made by a generator or chosen well: at least ten characters of several kinds that are no words and
// no example. Others are words that everybody tries first, or stand for a value that was never filled in.
func Generated(value string) bool {
	v := []byte(value)
	if len(v) < 20 && bytes.ContainsAny(v, "/:, ") {
		return false // rates, times, places
	}
	return !Example(value) && !uuid(v) && passwordLike(v) && !named(v)
}

// Key reports whether a value has the form of a service's key though it may be short: at least eight letters and digits of both kinds that are
// no words and no example. It is for places where a name says that a key stands.
func Key(value string) bool {
	v := []byte(value)
	for _, c := range v {
		if !base64url(c) {
			return false
		}
	}
	return len(v) >= 8 && changes(v) >= 3 && worded(v) < 0.5 && !Example(value) && !uuid(v) && !sequence(v)
}

// Reference reports whether a value is a name of something rather than a secret: an address, a path, a dotted name, an expansion.
func Reference(value string) bool {
	return value == "" || reference.MatchString(value) || named([]byte(value))
}
