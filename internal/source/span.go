// Package source holds the files of a project: their bytes, line index and positions, under limits and ignore rules.
package source

// Pos is a byte offset from the start of a file, counted from 0.
type Pos = uint32

// Span is a half-open range of bytes [Start, End) in one file.
// The zero Span names no place at all; a Span with a File and Start == End == 0 names the file as a whole.
type Span struct {
	File       *File
	Start, End Pos
}

// IsZero reports whether the span names no file.
func (s Span) IsZero() bool { return s.File == nil }

// Path is the file's path relative to the project's root, or "".
func (s Span) Path() string {
	if s.File == nil {
		return ""
	}
	return s.File.Path
}

// Position is where a span begins or ends, as people count it.
type Position struct {
	Line   int // from 1
	Column int // from 1, in characters (runes), a tab counted as one
}

// Begin is the position of the first character of the span.
func (s Span) Begin() Position { return s.File.Position(s.Start) }

// Finish is the position just behind the last character of the span.
func (s Span) Finish() Position { return s.File.Position(s.End) }

// Text is what the span covers.
func (s Span) Text() string {
	if s.File == nil || int(s.End) > len(s.File.Data) || s.Start > s.End {
		return ""
	}
	return string(s.File.Data[s.Start:s.End])
}

// Diagnostic is something that could not be read as it should have been.
type Diagnostic struct {
	At      Span
	Message string // one sentence: what is wrong, and the next step where there is one
}
