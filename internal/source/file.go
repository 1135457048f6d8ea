package source

import (
	"sort"
	"sync"
	"unicode/utf8"
)

// File is one file of the project, read once and never changed.
type File struct {
	Path string // relative to the root, with slashes
	Data []byte // without a byte order mark; text is UTF-8 unless a Python file declares another encoding

	once  sync.Once
	lines []Pos // the offset of each line's first byte

	gramsOnce sync.Once
	grams     grams
}

// NewFile makes a file from bytes that are already in memory.
func NewFile(path string, data []byte) *File { return &File{Path: path, Data: data} }

// Whole is the span that names the file without a place in it.
func (f *File) Whole() Span { return Span{File: f} }

// Span is the range of bytes [start, end) of the file.
func (f *File) Span(start, end Pos) Span { return Span{File: f, Start: start, End: end} }

// index finds the line starts on first use. Lines end with \n, \r\n or a lone \r, as in Python (Language Reference, 2.1.2).
func (f *File) index() []Pos {
	f.once.Do(func() {
		f.lines = append(f.lines, 0)
		for i := 0; i < len(f.Data); i++ {
			switch f.Data[i] {
			case '\n':
				f.lines = append(f.lines, Pos(i+1))
			case '\r':
				if i+1 < len(f.Data) && f.Data[i+1] == '\n' {
					i++
				}
				f.lines = append(f.lines, Pos(i+1))
			}
		}
	})
	return f.lines
}

// Position converts a byte offset into line and column, both from 1.
func (f *File) Position(at Pos) Position {
	lines := f.index()
	if int(at) > len(f.Data) {
		at = Pos(len(f.Data))
	}
	n := sort.Search(len(lines), func(i int) bool { return lines[i] > at })
	start := lines[n-1]
	return Position{Line: n, Column: utf8.RuneCount(f.Data[start:at]) + 1}
}

// LineCount is the number of lines, at least 1.
func (f *File) LineCount() int { return len(f.index()) }

// Line is the text of line n (from 1) without its end, or "" when there is no such line.
func (f *File) Line(n int) string {
	lines := f.index()
	if n < 1 || n > len(lines) {
		return ""
	}
	start, end := lines[n-1], Pos(len(f.Data))
	if n < len(lines) {
		end = lines[n]
	}
	for end > start && (f.Data[end-1] == '\n' || f.Data[end-1] == '\r') {
		end--
	}
	return string(f.Data[start:end])
}

// LineStart is the byte offset at which line n (from 1) begins.
func (f *File) LineStart(n int) Pos {
	lines := f.index()
	if n < 1 || n > len(lines) {
		return Pos(len(f.Data))
	}
	return lines[n-1]
}
