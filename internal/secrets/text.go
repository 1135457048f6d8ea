package secrets

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
	"unicode/utf16"
)

// Text is a file's content as UTF-8. ok is false for what is no text: a NUL byte among the first eight thousand, as git decides. UTF-16 is
// read by its byte order mark, or by the NUL in every other byte.
func Text(data []byte) (text []byte, ok bool) {
	if order := utf16Order(data); order != nil {
		return fromUTF16(data, order), true
	}
	if bytes.IndexByte(data[:min(len(data), 8000)], 0) >= 0 {
		return nil, false
	}
	return data, true
}

func utf16Order(data []byte) binary.ByteOrder {
	switch {
	case len(data) < 4 || len(data)%2 != 0:
		return nil
	case data[0] == 0xff && data[1] == 0xfe && (data[2] != 0 || data[3] != 0):
		return binary.LittleEndian
	case data[0] == 0xfe && data[1] == 0xff:
		return binary.BigEndian
	}
	head := data[:min(len(data), 200)&^1]
	even, odd := 0, 0
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	half := len(head) / 2
	switch {
	case half >= 8 && odd >= half*9/10 && even == 0:
		return binary.LittleEndian
	case half >= 8 && even >= half*9/10 && odd == 0:
		return binary.BigEndian
	}
	return nil
}

func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	data = data[:min(len(data), 2*MaxBytes)&^1]
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return bytes.TrimPrefix([]byte(string(utf16.Decode(units))), []byte("\xef\xbb\xbf"))
}

// SQLite reports whether a file is a SQLite database (https://www.sqlite.org/fileformat.html, 1.3).
func SQLite(data []byte) bool { return bytes.HasPrefix(data, []byte("SQLite format 3\x00")) }

// fileKind is how a file writes values.
type fileKind uint8

const (
	codeFile  fileKind = iota // a value that is no literal is an expression
	plainFile                 // NAME=value and NAME: value without quotes
	yamlFile                  // like plainFile, and values may stand in base64
	proseFile                 // documents: only formats that prove themselves count
	dataFile                  // translations, tables, notebooks: names mean nothing
)

// kindOf goes by the name.
func kindOf(name string) fileKind {
	base := strings.ToLower(path.Base(name))
	switch path.Ext(base) {
	case ".yml", ".yaml":
		return yamlFile
	case ".env", ".ini", ".cfg", ".conf", ".cnf", ".properties", ".service", ".sh", ".bash", ".zsh", ".toml", ".tfvars", ".npmrc", ".netrc", ".pypirc", ".envrc", ".j2", ".dockerfile":
		return plainFile
	case ".md", ".rst", ".txt", ".adoc", ".textile", ".html", ".htm", ".xml", ".svg", ".tex":
		return proseFile
	case ".po", ".pot", ".csv", ".tsv", ".ipynb", ".map", ".css", ".scss", ".less", ".lock", ".sum":
		return dataFile
	}
	switch strings.TrimSuffix(base, path.Ext(base)) {
	case "readme", "changelog", "changes", "history", "news", "metadata", "license", "authors", "pkg-info", "install", "todo":
		return proseFile
	}
	for _, word := range []string{"dockerfile", "containerfile", "procfile", "makefile"} {
		if strings.Contains(base, word) {
			return plainFile
		}
	}
	if base == "env" || strings.HasPrefix(base, ".env") || strings.HasPrefix(base, "env.") || strings.Contains(base, ".env.") || strings.Contains(name, ".envs/") {
		return plainFile
	}
	return codeFile
}
