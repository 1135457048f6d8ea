package secrets

import (
	"bytes"
	"path"
	"strings"

	"gonogo/internal/source"
)

// readHash looks at the stored form of a password, as django.contrib.auth.hashers writes it.
func readHash(s *scan, at int) {
	end := at
	for end < len(s.text) && end-at < 250 && (base64std(s.text[end]) || strings.IndexByte("$_=.,", s.text[end]) >= 0) {
		end++
	}
	hash := s.text[at:end]
	if s.kind == proseFile || base62(s.at(at-1)) || !passwordHash(hash) {
		return
	}
	s.add(Find{Kind: "password hash of an account", Class: PasswordHash, Start: source.Pos(at), End: source.Pos(end)})
}

// passwordHash reports whether all parts of a stored password are there, with a hash of the algorithm's length.
func passwordHash(hash []byte) bool {
	parts := bytes.Split(hash, []byte("$"))
	last := parts[len(parts)-1]
	if len(last) < 20 || entropy(last) < 3.5 || Example(string(last)) {
		return false
	}
	switch string(parts[0]) {
	case "pbkdf2_sha256":
		return len(parts) == 4 && len(last) == 44 && len(bytes.Trim(parts[1], "0123456789")) == 0 && len(parts[1]) > 2
	case "pbkdf2_sha1":
		return len(parts) == 4 && len(last) == 28
	case "bcrypt_sha256", "bcrypt":
		return len(last) >= 53
	case "scrypt":
		return len(parts) == 6
	case "": // argon2 stands before it
		return len(parts) >= 5 && strings.HasPrefix(string(parts[1]), "argon2")
	}
	return false
}

// readTable looks at rows of a table of users in a dump: INSERT INTO auth_user ... VALUES, COPY public.auth_user (...) FROM stdin.
func readTable(s *scan, at int) {
	if !s.dump || at > 0 && s.text[at-1] != '\n' {
		return
	}
	line := s.text[at:min(len(s.text), at+3000)]
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	text := strings.ToLower(string(line))
	rest, isInsert := strings.CutPrefix(text, "insert into")
	if !isInsert {
		rest = strings.TrimPrefix(text, "copy ")
	}
	table, columns, _ := strings.Cut(strings.TrimSpace(rest), " ")
	table, _, _ = strings.Cut(table, "(")
	table = strings.Trim(table[strings.LastIndexByte(table, '.')+1:], "\"`[]")
	if !userTable(table) || !strings.Contains(text, "password") && table != "auth_user" {
		return
	}
	if isInsert && !strings.Contains(columns, "values") || !isInsert && (!strings.Contains(columns, "from stdin") || s.emptyCopy(at+len(line))) {
		return
	}
	s.add(Find{Kind: "rows of the table " + table, Class: UserTable, Start: source.Pos(at), End: source.Pos(at + len(line)), Name: table})
}

// dumpName reports whether a file can be a dump by its name. Code has the words of SQL, too.
func dumpName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".sql", ".dump", ".bak", ".backup", ".psql", ".pgsql", ".pg", ".out", "":
		return true
	}
	return false
}

// userTable reports whether a table's name is one of users.
func userTable(table string) bool {
	for _, name := range []string{"auth_user", "user", "users", "customuser", "account", "accounts"} {
		if table == name || strings.HasSuffix(table, "_"+name) {
			return true
		}
	}
	return false
}

// emptyCopy reports whether the data of a COPY ends at once.
func (s *scan) emptyCopy(end int) bool { return s.has(end+1, `\.`) || end+1 >= len(s.text) }
