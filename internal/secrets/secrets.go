// Package secrets finds secrets in the bytes of a file: private keys, tokens of services, passwords in addresses, and values of names that
// hold secrets. What is found is told by kind and place, and never by content.
package secrets

import (
	"gonogo/internal/source"
)

// Class is what a found secret opens.
type Class uint8

const (
	PrivateKey   Class = iota + 1 // an asymmetric private key
	CloudKey                      // a key of a cloud's account
	Token                         // a token or key of a service, by its format
	Address                       // a password in an address: scheme://user:password@host
	Value                         // what is given to a name that holds a secret
	DjangoKey                     // the value of SECRET_KEY or SECRET_KEY_FALLBACKS
	PasswordHash                  // the stored password of an account, as Django hashes it
	UserTable                     // rows of a table of users in a dump of a database
)

// Find is one secret in a text.
type Find struct {
	Kind  string // for people: "GitHub personal access token", "private key (RSA)", "password in an address"
	Class Class
	// Start and End are the secret's own bytes within the text that was scanned.
	Start, End source.Pos
	Name       string // the name that it is given to, as written; "" for none
	// Weak says that the value is no random one: a word, a placeholder, a value that everybody tries first. Formats with a check never are.
	Weak bool
	// Trial says that the value's own format says that it is for tests: sk_test_ of Stripe.
	Trial bool
	// Encrypted says that a private key needs a passphrase.
	Encrypted bool
}

// maxFinds bounds what is told of one file.
const maxFinds = 500

// MaxBytes is how much of one file is scanned.
const MaxBytes = 10_000_000

// Scanner finds secrets. It is made once and safe for concurrent use.
type Scanner struct {
	words *automaton
	marks []mark
}

// mark is what a word that is looked for leads to.
type mark struct {
	word string
	read func(s *scan, at int) // at is where the word begins
}

// NewScanner makes a scanner of all rules.
func NewScanner() *Scanner {
	s := &Scanner{}
	for _, f := range formats() {
		s.marks = append(s.marks, mark{f.prefix, f.read})
	}
	for _, name := range nameWords() {
		s.marks = append(s.marks, mark{name, readName})
	}
	s.marks = append(s.marks,
		mark{"-----begin ", readPEM}, mark{"putty-user-key-file-", readPuTTY}, mark{"://", readAddress},
		mark{"$argon2", readHash}, mark{"pbkdf2_sha", readHash}, mark{"bcrypt", readHash}, mark{"scrypt$", readHash},
		mark{"insert into", readTable}, mark{"copy ", readTable})
	words := make([]string, len(s.marks))
	for i, m := range s.marks {
		words[i] = m.word
	}
	s.words = newAutomaton(words)
	return s
}

// scan is one run over a text.
type scan struct {
	text  []byte
	kind  fileKind
	dump  bool // whether the file can be a dump of a database
	finds []Find
	done  int // the end of the last name that was read, so that one with two words is read once
}

// Scan finds the secrets of a text in UTF-8, ordered by place; see Text for other encodings. The path decides how values are written in the file.
// At most the first MaxBytes bytes are looked at, and the finds of one file are bounded.
func (s *Scanner) Scan(path string, text []byte) []Find {
	text = text[:min(len(text), MaxBytes)]
	r := &scan{text: text, kind: kindOf(path), dump: dumpName(path)}
	s.words.each(text, func(word, end int) bool {
		m := s.marks[word]
		m.read(r, end-len(m.word))
		return len(r.finds) < maxFinds
	})
	return settle(r.finds)
}

// Hashes are the distinct password hashes in any bytes, those of a database file too.
func (s *Scanner) Hashes(data []byte) []Find {
	r := &scan{text: data[:min(len(data), MaxBytes)], kind: dataFile}
	seen := map[string]bool{}
	s.words.each(r.text, func(word, end int) bool {
		before := len(r.finds)
		if at := end - len(s.marks[word].word); hashWord(s.marks[word].word) {
			readHash(r, at)
		}
		if len(r.finds) > before {
			f := r.finds[before]
			if hash := string(r.text[f.Start:f.End]); seen[hash] {
				r.finds = r.finds[:before]
			} else {
				seen[hash] = true
			}
		}
		return len(r.finds) < maxFinds
	})
	return r.finds
}

// hashWord reports whether a word that is looked for begins a stored password.
func hashWord(word string) bool {
	return word == "$argon2" || word == "pbkdf2_sha" || word == "bcrypt" || word == "scrypt$"
}

// add notes a find.
func (s *scan) add(f Find) { s.finds = append(s.finds, f) }

// at is the byte at a place, 0 outside of the text.
func (s *scan) at(i int) byte {
	if i < 0 || i >= len(s.text) {
		return 0
	}
	return s.text[i]
}

// has reports whether a text stands at a place, in this case of letters.
func (s *scan) has(at int, word string) bool {
	return at >= 0 && at+len(word) <= len(s.text) && string(s.text[at:at+len(word)]) == word
}
