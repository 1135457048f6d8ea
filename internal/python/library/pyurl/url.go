// Package pyurl reads and writes URLs as Python's urllib.parse does, faults included.
//
// Facts: CPython's Lib/urllib/parse.py, 3.8 to 3.14. Where these versions differ, or where an answer needs Unicode
// normalisation, the functions answer ErrUncertain instead of guessing.
package pyurl

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrUncertain is returned where the answer depends on the Python version or on something that is not modelled.
var ErrUncertain = errors.New("the URL is read differently by different Python versions")

// ValueError is Python's ValueError with its message.
type ValueError string

func (e ValueError) Error() string { return string(e) }

// URL is a ParseResult (or, with Params empty, a SplitResult): the parts as they stand in the text, not unquoted.
type URL struct {
	Scheme, Netloc, Path, Params, Query, Fragment string
}

// usesParams and the two sets below are lists of urllib.parse.
var (
	usesParams   = set("", "ftp", "hdl", "prospero", "http", "imap", "https", "shttp", "rtsp", "rtsps", "rtspu", "sip", "sips", "mms", "sftp", "tel")
	usesRelative = set("", "ftp", "http", "gopher", "nntp", "imap", "wais", "file", "https", "shttp", "mms", "prospero", "rtsp", "rtsps", "rtspu", "sftp", "svn", "svn+ssh", "ws", "wss")
	usesNetloc   = set("", "ftp", "http", "gopher", "nntp", "telnet", "imap", "wais", "file", "mms", "https", "shttp", "snews", "prospero", "rtsp", "rtsps", "rtspu", "rsync", "svn", "svn+ssh", "sftp", "nfs", "git", "git+ssh", "ws", "wss")
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// Split is urlsplit: parameters stay in the path.
func Split(text, defaultScheme string, allowFragments bool) (URL, error) {
	text = strings.TrimLeft(text, controlOrSpace)
	u := URL{Scheme: strings.Trim(defaultScheme, controlOrSpace)}
	text = unsafeBytes.Replace(text)
	u.Scheme = unsafeBytes.Replace(u.Scheme)
	if i := strings.IndexByte(text, ':'); i > 0 && isLetter(text[0]) && isScheme(text[:i]) {
		u.Scheme, text = strings.ToLower(text[:i]), text[i+1:]
	}
	if strings.HasPrefix(text, "//") {
		end := strings.IndexAny(text[2:], "/?#")
		if end < 0 {
			end = len(text) - 2
		}
		u.Netloc, text = text[2:2+end], text[2+end:]
		if err := checkNetloc(u.Netloc); err != nil {
			return URL{}, err
		}
	}
	if allowFragments {
		text, u.Fragment, _ = strings.Cut(text, "#")
	}
	u.Path, u.Query, _ = strings.Cut(text, "?")
	return u, nil
}

// Parse is urlparse.
func Parse(text, defaultScheme string, allowFragments bool) (URL, error) {
	u, err := Split(text, defaultScheme, allowFragments)
	if err != nil || !usesParams[u.Scheme] || !strings.Contains(u.Path, ";") {
		return u, err
	}
	slash := strings.LastIndexByte(u.Path, '/')
	i := strings.IndexByte(u.Path[slash+1:], ';')
	if i < 0 {
		return u, nil
	}
	i += slash + 1
	u.Path, u.Params = u.Path[:i], u.Path[i+1:]
	return u, nil
}

// checkNetloc refuses brackets that don't match. What stands between brackets is judged differently by the versions,
// unless it is plainly an IPv6 address; letters outside ASCII need normalisation.
func checkNetloc(netloc string) error {
	open, close := strings.Contains(netloc, "["), strings.Contains(netloc, "]")
	if open != close {
		return ValueError("Invalid IPv6 URL")
	}
	if open {
		_, rest, _ := strings.Cut(netloc, "[")
		host, after, _ := strings.Cut(rest, "]")
		before, _, _ := strings.Cut(netloc, "[")
		if (before != "" && !strings.HasSuffix(before, "@")) || (after != "" && after[0] != ':') || !isIPv6(host) {
			return ErrUncertain
		}
	}
	for i := 0; i < len(netloc); i++ {
		if netloc[i] >= 0x80 {
			return ErrUncertain
		}
	}
	return nil
}

func isIPv6(host string) bool {
	if strings.Count(host, ":") < 2 || len(host) > 39 {
		return false
	}
	for _, r := range host {
		if !strings.ContainsRune("0123456789abcdefABCDEF:", r) {
			return false
		}
	}
	return strings.Count(host, "::") <= 1 && !strings.Contains(host, ":::") && groupsFit(host)
}

// groupsFit reports whether there are as many groups as an address has, each of at most four digits.
func groupsFit(host string) bool {
	groups := strings.Split(host, ":")
	for _, g := range groups {
		if len(g) > 4 {
			return false
		}
	}
	if strings.Contains(host, "::") {
		return len(groups) <= 8
	}
	return len(groups) == 8 && groups[0] != "" && groups[7] != ""
}

// Username is the user part of the netloc; ok is false for None.
func (u URL) Username() (name string, ok bool) {
	info, ok := u.userinfo()
	name, _, _ = strings.Cut(info, ":")
	return name, ok
}

// Password is the password part of the netloc; ok is false for None.
func (u URL) Password() (password string, ok bool) {
	info, ok := u.userinfo()
	if !ok {
		return "", false
	}
	_, password, ok = strings.Cut(info, ":")
	return password, ok
}

func (u URL) userinfo() (string, bool) {
	i := strings.LastIndexByte(u.Netloc, '@')
	if i < 0 {
		return "", false
	}
	return u.Netloc[:i], true
}

func (u URL) hostinfo() (host, port string) {
	info := u.Netloc[strings.LastIndexByte(u.Netloc, '@')+1:]
	if _, bracketed, ok := strings.Cut(info, "["); ok {
		host, rest, _ := strings.Cut(bracketed, "]")
		_, port, _ := strings.Cut(rest, ":")
		return host, port
	}
	host, port, _ = strings.Cut(info, ":")
	return host, port
}

// Hostname is the host in lower case; ok is false for None.
func (u URL) Hostname() (name string, ok bool) {
	host, _ := u.hostinfo()
	if host == "" {
		return "", false
	}
	name, zone, found := strings.Cut(host, "%")
	name = strings.ToLower(name)
	if found {
		name += "%" + zone
	}
	return name, true
}

// Port is the port's number; ok is false for None.
func (u URL) Port() (port int, ok bool, err error) {
	_, text := u.hostinfo()
	if text == "" {
		return 0, false, nil
	}
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			return 0, false, ValueError(fmt.Sprintf("Port could not be cast to integer value as '%s'", text))
		}
	}
	port, convErr := strconv.Atoi(text)
	if convErr != nil || port > 65535 {
		return 0, false, ValueError("Port out of range 0-65535")
	}
	return port, true, nil
}

// Unparse is urlunparse (and urlunsplit when there are no parameters).
func (u URL) Unparse() (string, error) {
	path := u.Path
	if u.Params != "" {
		path += ";" + u.Params
	}
	switch {
	case u.Netloc != "":
		if path != "" && path[0] != '/' {
			path = "/" + path
		}
		path = "//" + u.Netloc + path
	case strings.HasPrefix(path, "//"):
		return "", ErrUncertain // 3.12.4 and later write "////", earlier ones "//"
	case u.Scheme != "" && usesNetloc[u.Scheme]:
		if path != "" && path[0] != '/' {
			return "", ErrUncertain
		}
		path = "//" + path
	case u.Scheme != "" && !strings.HasPrefix(path, "/") && path == "":
		// Packages for database and cache URLs register more schemes that have a netloc.
		return "", ErrUncertain
	case u.Scheme != "" && strings.HasPrefix(path, "/"):
		return "", ErrUncertain
	}
	if u.Scheme != "" {
		path = u.Scheme + ":" + path
	}
	if u.Query != "" {
		path += "?" + u.Query
	}
	if u.Fragment != "" {
		path += "#" + u.Fragment
	}
	return path, nil
}

const controlOrSpace = "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f "

var unsafeBytes = strings.NewReplacer("\t", "", "\r", "", "\n", "")

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !isLetter(c) && (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}
