package pyurl

import (
	"strings"
	"unicode/utf8"
)

// Quote is urllib.parse.quote with UTF-8: letters, digits, "_.-~" and the characters of safe stay.
func Quote(s, safe string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if isLetter(c) || '0' <= c && c <= '9' || strings.IndexByte("_.-~", c) >= 0 || (c < 0x80 && strings.IndexByte(safe, c) >= 0) {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

// QuotePlus is urllib.parse.quote_plus: as Quote, and a space becomes "+".
func QuotePlus(s, safe string) string {
	if !strings.Contains(s, " ") {
		return Quote(s, safe)
	}
	return strings.ReplaceAll(Quote(s, safe+" "), " ", "+")
}

// Unquote is urllib.parse.unquote. Bytes that are no UTF-8 are ErrUncertain.
func Unquote(s string) (string, error) {
	if !strings.Contains(s, "%") {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	if !utf8.ValidString(b.String()) {
		return "", ErrUncertain
	}
	return b.String(), nil
}

// UnquotePlus is urllib.parse.unquote_plus.
func UnquotePlus(s string) (string, error) { return Unquote(strings.ReplaceAll(s, "+", " ")) }

// Pair is one name and value of a query.
type Pair struct{ Name, Value string }

// ParseQuery is parse_qsl with "&" between the pairs and without strict parsing.
func ParseQuery(query string, keepBlank bool) ([]Pair, error) {
	var pairs []Pair
	for _, field := range strings.Split(query, "&") {
		name, value, ok := strings.Cut(field, "=")
		if field == "" || (!ok || value == "") && !keepBlank {
			continue
		}
		n, err := UnquotePlus(name)
		if err != nil {
			return nil, err
		}
		v, err := UnquotePlus(value)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, Pair{n, v})
	}
	return pairs, nil
}

// Field is a name of a query with all its values.
type Field struct {
	Name   string
	Values []string
}

// GroupQuery is parse_qs: the values of each name, names in order of first appearance.
func GroupQuery(query string, keepBlank bool) ([]Field, error) {
	pairs, err := ParseQuery(query, keepBlank)
	if err != nil {
		return nil, err
	}
	var fields []Field
	index := map[string]int{}
	for _, p := range pairs {
		i, ok := index[p.Name]
		if !ok {
			i = len(fields)
			index[p.Name] = i
			fields = append(fields, Field{Name: p.Name})
		}
		fields[i].Values = append(fields[i].Values, p.Value)
	}
	return fields, nil
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
