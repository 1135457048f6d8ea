package source

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// cookie is the declaration of a Python file's encoding (PEP 263), in a comment on its first or second line.
var cookie = regexp.MustCompile(`^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`)

// decodePython turns a Python file into UTF-8. Bytes that the declared encoding cannot explain stay, for the parser to complain about.
func decodePython(data []byte) ([]byte, error) {
	if utf8.Valid(data) {
		return data, nil
	}
	name := declaredEncoding(data)
	if name == "" || name == "utf-8" || name == "utf8" {
		return data, nil
	}
	table := singleByte(name)
	if table == nil {
		return nil, fmt.Errorf("this file is written in %s, which gonogo cannot read: save it as UTF-8", name)
	}
	return table.NewDecoder().Bytes(data)
}

// declaredEncoding is the encoding that the first two lines declare, in lower case with dashes; "" when they don't.
func declaredEncoding(data []byte) string {
	for range 2 {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		if m := cookie.FindSubmatch(line); m != nil {
			return strings.ReplaceAll(strings.ToLower(string(m[1])), "_", "-")
		}
		if trimmed := bytes.TrimSpace(line); len(trimmed) > 0 && trimmed[0] != '#' {
			return ""
		}
		data = rest
	}
	return ""
}

// singleByte is the table of an encoding with one byte for each character, by Python's names for it
// (https://docs.python.org/3/library/codecs.html#standard-encodings); nil for any other.
func singleByte(name string) *charmap.Charmap {
	switch name {
	case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "l1", "8859", "cp819":
		return charmap.ISO8859_1
	case "iso-8859-2", "latin-2", "latin2":
		return charmap.ISO8859_2
	case "iso-8859-5", "cyrillic":
		return charmap.ISO8859_5
	case "iso-8859-15", "latin-9", "latin9":
		return charmap.ISO8859_15
	case "cp1250", "windows-1250":
		return charmap.Windows1250
	case "cp1251", "windows-1251":
		return charmap.Windows1251
	case "cp1252", "windows-1252":
		return charmap.Windows1252
	case "koi8-r":
		return charmap.KOI8R
	case "koi8-u":
		return charmap.KOI8U
	case "mac-roman", "macroman":
		return charmap.Macintosh
	}
	return nil
}
