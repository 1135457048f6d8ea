package secrets

import (
	"bytes"
	"net/url"
	"strings"

	"gonogo/internal/source"
)

// readAddress looks at "://" for scheme://user:password@host.
func readAddress(s *scan, at int) {
	if s.kind == dataFile {
		return
	}
	start := at
	for start > 0 && at-start < 30 && (base62(s.text[start-1]) || s.text[start-1] == '+' || s.text[start-1] == '.' || s.text[start-1] == '-') {
		start--
	}
	if start == at {
		return
	}
	user := at + len("://")
	end, colon := user, -1
	for end < len(s.text) && end-user < 300 {
		c := s.text[end]
		if c == '@' {
			break
		}
		if c == ':' && colon < 0 {
			colon = end
		}
		if c <= ' ' || strings.IndexByte("\"'`/<>\\)]},|", c) >= 0 || c >= 0x7f {
			return
		}
		end++
	}
	if colon < 0 || s.at(end) != '@' || colon+1 == end {
		return
	}
	host := end + 1
	for host < len(s.text) && (base62(s.text[host]) || s.text[host] == '.' || s.text[host] == '-' || s.text[host] == '_') {
		host++
	}
	f := Find{Kind: "password in an address", Class: Address, Start: source.Pos(colon + 1), End: source.Pos(end)}
	f.Weak = weakAddress(string(s.text[user:colon]), s.text[colon+1:end], string(s.text[end+1:host]))
	s.add(f)
}

// weakAddress reports whether an address has a password that is an example, a word, or its user's name, or leads to no real host.
func weakAddress(user string, password []byte, host string) bool {
	if decoded, err := url.PathUnescape(string(password)); err == nil {
		password = []byte(decoded)
	}
	if host == "" || Example(string(password)) || strings.EqualFold(user, string(password)) || user != "" && Example(user) && !strings.Contains(strings.ToLower(user), "django") {
		return true
	}
	for _, place := range []string{"example.", ".example", ".test", ".invalid", "yourhost", "hostname", "myhost", "your-"} {
		if strings.Contains(strings.ToLower(host), place) {
			return true
		}
	}
	return !passwordLike(password)
}

// passwordLike reports whether a password is none of those that people put into examples: at least ten characters of several kinds that are no words.
func passwordLike(v []byte) bool {
	if len(v) < 10 || len(v) > 300 || sequence(v) || bytes.ContainsAny(v, " {}") {
		return false
	}
	if len(v) >= 16 && random(v) {
		return true
	}
	return len(v) < 32 && entropy(v) >= 2.9 && changes(v) >= 3 && worded(v) < 0.5
}
