// Package redact hides secrets in text that is shown to people or written to a report.
package redact

import (
	"math"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Mask stands for one hidden character.
const Mask = '•'

// The patterns are compiled at start and never change.
var (
	// urlPassword is the password of scheme://user:password@host.
	urlPassword = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.\-]*://[^\s/:@'"]*:)([^\s/@'"]+)(@)`)
	// secretName is a name whose value is a secret.
	secretName = regexp.MustCompile(`(?i)(secret|passw(or)?d|passwd|[a-z]pass\b|[_-]pass\b|token|api_?key|access_?key|private_?key|signing_?key|credential|dsn\b)`)
	// quoted is a string literal on one line.
	quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'`)
	// identifier is a literal that names something: a variable, a setting, a dotted path, a file.
	identifier = regexp.MustCompile(`^(?:[A-Z][A-Z0-9_]*|[a-z_]+(?:\.[A-Za-z_]+)*|[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)+\.[A-Z][A-Za-z0-9]*|[\w./-]+\.(?:py|env|ya?ml|json|toml|cfg|ini|txt))$`)
	// account is a call that takes a password without naming it.
	account = regexp.MustCompile(`(?:create_(?:super)?user|set_password|make_password)\s*\(`)
	// assignment is NAME=value without quotes, as in environment files and compose.
	assignment = regexp.MustCompile(`^(\s*(?:-\s*|export\s+|ENV\s+|ARG\s+)?["']?)([A-Za-z_][A-Za-z0-9_]*)(["']?\s*[:=]\s*)(\S.*)$`)
	// harmless is a value that is no secret: a constant, a number, a name.
	harmless = regexp.MustCompile(`^(?:True|False|None|true|false|null|[0-9]+|[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z0-9_.]+)\s*,?$`)
	// readable is words in lower case or CamelCase, joined by hyphens or underscores, with at most a few digits at an end; an option's
	// hyphens may stand before them.
	readable = regexp.MustCompile(`^-{0,2}(?:[A-Z]?[a-z]+[0-9]{0,4}(?:[-_=]|$)?)+(?:=[0-9]{1,9})?$`)
	// indexName is the name that Django makes for an index or a constraint: table, column, and the beginning of a hash.
	indexName = regexp.MustCompile(`^[a-z_][a-z0-9_]*_[0-9a-f]{6,8}_(?:idx|uniq|check|pk|like|fk(?:_[a-z0-9_]+)?)$`)
	// word is a run of characters that keys are made of.
	word = regexp.MustCompile(`[A-Za-z0-9+/_=\-]{24,}`)
)

// Text hides passwords in URLs and words that look like keys. It is for messages.
func Text(s string) string {
	s = urlPassword.ReplaceAllStringFunc(s, func(m string) string {
		parts := urlPassword.FindStringSubmatch(m)
		return parts[1] + mask(parts[2]) + parts[3]
	})
	return hideWords(s)
}

// hideWords masks the words that look like keys. A part of a dotted path is a name.
func hideWords(s string) string {
	var b strings.Builder
	last := 0
	for _, at := range word.FindAllStringIndex(s, -1) {
		w := s[at[0]:at[1]]
		if at[0] > 0 && s[at[0]-1] == '.' || !looksLikeKey(w) {
			continue
		}
		b.WriteString(s[last:at[0]])
		b.WriteString(mask(w))
		last = at[1]
	}
	b.WriteString(s[last:])
	return b.String()
}

// Line hides the secrets in one line of a file, keeping its length, so that a marker below it still points at the right place.
// sensitive says that the line is shown because of a secret in it: then every literal that does not name something is hidden.
func Line(line string, sensitive bool) string {
	if sensitive || secretName.MatchString(line) {
		line = quoted.ReplaceAllStringFunc(line, func(q string) string {
			inner := q[1 : len(q)-1]
			if inner == "" || identifier.MatchString(inner) && !(sensitive && account.MatchString(line)) {
				return q
			}
			return q[:1] + mask(inner) + q[len(q)-1:]
		})
		line = bare(line)
	}
	return Text(line)
}

// bare hides the value of an unquoted NAME=value whose name is a secret's.
func bare(line string) string {
	m := assignment.FindStringSubmatch(line)
	if m == nil || !SecretName(m[2]) {
		return line
	}
	value := m[4]
	if strings.ContainsAny(value, `"'()[]{}$`) || harmless.MatchString(value) {
		return line
	}
	return m[1] + m[2] + m[3] + mask(value)
}

func mask(s string) string { return strings.Repeat(string(Mask), utf8.RuneCountInString(s)) }

// looksLikeKey reports whether a word has the mixture of letters and digits, and the entropy, of a generated key.
func looksLikeKey(w string) bool {
	var lower, upper, digit bool
	for _, r := range w {
		switch {
		case r >= 'a' && r <= 'z':
			lower = true
		case r >= 'A' && r <= 'Z':
			upper = true
		case r >= '0' && r <= '9':
			digit = true
		}
	}
	if !lower && strings.Contains(w, "_") || readable.MatchString(w) || indexName.MatchString(w) {
		return false // NAMES_OF_VARIABLES and words-with-hyphens
	}
	return digit && (lower || upper) && entropy(w) > 3.7 && !strings.Contains(w, "/")
}

// entropy is Shannon's, in bits per character.
func entropy(s string) float64 {
	var counts [256]int
	for i := range len(s) {
		counts[s[i]]++
	}
	bits := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(s))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}
