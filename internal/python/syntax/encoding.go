package syntax

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/ianaindex"
)

// maxSource is how many bytes a file may have to be read. A tree takes up to 150 bytes for each.
const maxSource = 32 << 20

const saveAsUTF8 = "; save the file as UTF-8"

// decodeSource turns the bytes of a file into UTF-8 without a byte order mark (PEP 263, PEP 3120).
// Where nothing needs to change, the text is the data itself.
func decodeSource(data []byte) ([]byte, []Diagnostic) {
	if len(data) > maxSource {
		return nil, wholeFile("the file is larger than 32 MiB and was not read")
	}
	if name := wideEncoding(data); name != "" {
		return nil, wholeFile("the file is " + name + ", which Python cannot run" + saveAsUTF8)
	}
	text, bom := bytes.CutPrefix(data, []byte("\xEF\xBB\xBF"))
	name, at := declaredEncoding(text)
	var diags []Diagnostic
	switch {
	case name == "utf-8":
	case bom:
		diags = at.diagnose("encoding declaration " + name + " contradicts the UTF-8 byte order mark; remove one of them")
	default:
		decoded, problem := decodeAs(name, text)
		if problem != "" {
			diags = at.diagnose(problem)
			break
		}
		text = decoded
	}
	text, diags = validUTF8(text, diags)
	if i := bytes.IndexByte(text, 0); i >= 0 {
		diags = append(diags, Diagnostic{Range{Pos(i), Pos(i + 1)}, "source code cannot contain null bytes", 0})
	}
	return text, diags
}

func wholeFile(message string) []Diagnostic { return Range{}.diagnose(message) }

func (r Range) diagnose(message string) []Diagnostic { return []Diagnostic{{r, message, 0}} }

// wideEncoding names UTF-16 and UTF-32 texts, by their byte order mark or by the zeros of their first letters.
func wideEncoding(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xFE\x00\x00")), bytes.HasPrefix(data, []byte("\x00\x00\xFE\xFF")):
		return "UTF-32"
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return "UTF-16"
	case len(data) >= 4 && (data[0] == 0) != (data[1] == 0) && data[0] == 0 == (data[2] == 0) && data[1] == 0 == (data[3] == 0):
		return "UTF-16 without a byte order mark"
	}
	return ""
}

// validUTF8 replaces bytes that are no UTF-8, and reports the first.
func validUTF8(text []byte, diags []Diagnostic) ([]byte, []Diagnostic) {
	if utf8.Valid(text) {
		return text, diags
	}
	at := 0
	for {
		r, n := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	for i, d := range diags {
		diags[i].Range = Range{validLength(text[:d.Start]), validLength(text[:d.End])}
	}
	if len(diags) == 0 {
		diags = Range{Pos(at), Pos(at + 1)}.diagnose(fmt.Sprintf("byte 0x%02X is not UTF-8 and no encoding is declared%s", text[at], saveAsUTF8))
	}
	return bytes.ToValidUTF8(text, []byte("\uFFFD")), diags
}

// validLength is how long a text becomes when the bytes that are no UTF-8 are replaced.
func validLength(text []byte) Pos { return Pos(len(bytes.ToValidUTF8(text, []byte("\uFFFD")))) }

// declaredEncoding finds "coding: name" in a comment of the first line, or of the second when the first has no code.
func declaredEncoding(text []byte) (name string, at Range) {
	start := 0
	for range 2 {
		end := start
		for end < len(text) && text[end] != '\n' && text[end] != '\r' {
			end++
		}
		line := text[start:end]
		blank := bytes.TrimLeft(line, " \t\f")
		if len(blank) > 0 && blank[0] != '#' {
			break
		}
		if n, i := codingIn(blank); n != "" {
			from := end - len(blank) + i
			return normalEncoding(n), Range{Pos(from), Pos(from + len(n))}
		}
		start = end + newlineAt(string(text[end:min(end+2, len(text))]), 0)
	}
	return "utf-8", Range{}
}

// codingIn matches coding[:=][ \t]*([-\w.]+), and gives the name and where it stands.
func codingIn(comment []byte) (name string, at int) {
	const word = "coding"
	for from := 0; ; {
		i := bytes.Index(comment[from:], []byte(word))
		if i < 0 {
			return "", 0
		}
		from += i + len(word)
		if from >= len(comment) || comment[from] != ':' && comment[from] != '=' {
			continue
		}
		rest := bytes.TrimLeft(comment[from+1:], " \t")
		n := 0
		for n < len(rest) && (classes[rest[n]] == cIdent && rest[n] < 0x80 || classes[rest[n]] == cDigit || rest[n] == '-' || rest[n] == '.') {
			n++
		}
		if n > 0 {
			return string(rest[:n]), len(comment) - len(rest)
		}
	}
}

// normalEncoding maps spellings of the two common encodings to one, as CPython's tokenizer does.
func normalEncoding(name string) string {
	s := strings.ReplaceAll(strings.ToLower(name), "_", "-")
	if s == "utf-8" || strings.HasPrefix(s, "utf-8-") {
		return "utf-8"
	}
	for _, latin := range [...]string{"latin-1", "iso-8859-1", "iso-latin-1"} {
		if s == latin || strings.HasPrefix(s, latin+"-") {
			return "iso-8859-1"
		}
	}
	return name
}

// decodeAs decodes a text, or says why that is impossible.
func decodeAs(name string, text []byte) ([]byte, string) {
	enc, known := encodingByName(name)
	if !known {
		return nil, "encoding " + name + " is not known" + saveAsUTF8
	}
	if enc == nil {
		if i := bytes.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }); i >= 0 && normalAlias(name) != "utf8" {
			return nil, "the text is not " + name + " as declared" + saveAsUTF8
		}
		return text, ""
	}
	if table, ok := enc.(*charmap.Charmap); ok {
		return decodeTable(name, table, text)
	}
	out, err := enc.NewDecoder().Bytes(text)
	if err != nil || bytes.Contains(out, []byte("\uFFFD")) || len(out) > maxSource {
		return nil, "the text is not " + name + " as declared" + saveAsUTF8
	}
	return out, ""
}

// decodeTable decodes a text of one byte for each character. In the ISO 8859 family, bytes from 0x80 to 0x9F are control
// characters for Python, which the tables here leave out.
func decodeTable(name string, table *charmap.Charmap, text []byte) ([]byte, string) {
	iso := strings.HasPrefix(normalAlias(name), "iso8859")
	out := make([]byte, 0, len(text)+len(text)/8)
	for _, b := range text {
		r := table.DecodeByte(b)
		if iso && b >= 0x80 && b < 0xA0 {
			r = rune(b)
		}
		if r == utf8.RuneError || len(out) > maxSource-utf8.UTFMax {
			return nil, "the text is not " + name + " as declared" + saveAsUTF8
		}
		out = utf8.AppendRune(out, r)
	}
	return out, ""
}

// encodingByName finds an encoding by one of Python's names for it; nil stands for UTF-8 and its subset ASCII.
func encodingByName(name string) (encoding.Encoding, bool) {
	s := normalAlias(name)
	switch s {
	case "utf8", "ascii":
		return nil, true
	case "latin1", "latin", "l1", "iso88591", "88591", "cp819", "8859":
		return charmap.ISO8859_1, true
	case "latin9", "l9", "iso885915":
		return charmap.ISO8859_15, true
	case "cp858":
		return charmap.CodePage858, true
	case "cp874", "tis620", "iso885911":
		return charmap.Windows874, true
	case "maccyrillic":
		return charmap.MacintoshCyrillic, true
	case "mbcs", "utf7", "utf16", "utf16le", "utf16be", "utf32", "utf32le", "utf32be":
		return nil, false
	}
	if digits, ok := strings.CutPrefix(s, "cp"); ok {
		s = codePage(digits)
	} else if part, ok := strings.CutPrefix(s, "iso8859"); ok {
		s = "iso-8859-" + part
	} else {
		s = ianaAlias(s, strings.ToLower(name))
	}
	for _, spelling := range [...]string{s, strings.ReplaceAll(s, "_", "-"), strings.ReplaceAll(s, "-", "_")} {
		if enc, err := ianaindex.IANA.Encoding(spelling); err == nil && enc != nil {
			return enc, true
		}
	}
	return nil, false
}

// ianaAlias gives IANA's name for an encoding that Python calls otherwise.
func ianaAlias(compact, name string) string {
	switch compact {
	case "sjis", "shiftjis", "ms932", "mskanji":
		return "shift_jis"
	case "eucjp", "ujis":
		return "euc-jp"
	case "euckr", "ms949", "uhc", "ksc5601":
		return "euc-kr"
	case "big5", "big5hkscs", "ms950":
		return "big5"
	case "gbk", "ms936":
		return "gbk"
	case "gb2312", "euccn", "eucgb2312cn":
		return "gb18030"
	case "hz", "hzgb", "hzgb2312":
		return "hz-gb-2312"
	case "macroman", "macintosh":
		return "macintosh"
	}
	return name
}

// normalAlias leaves letters and digits of a name, with one name for UTF-8 and one for ASCII.
func normalAlias(name string) string {
	s := strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(name))
	switch s {
	case "utf8", "u8", "utf", "cp65001":
		return "utf8"
	case "ascii", "usascii", "646":
		return "ascii"
	}
	return s
}

// codePage gives IANA's name for a code page.
func codePage(digits string) string {
	switch digits {
	case "932":
		return "shift_jis"
	case "936":
		return "gbk"
	case "949":
		return "euc-kr"
	case "950":
		return "big5"
	case "1250", "1251", "1252", "1253", "1254", "1255", "1256", "1257", "1258":
		return "windows-" + digits
	}
	return "ibm" + digits
}
