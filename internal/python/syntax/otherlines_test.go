package syntax

import (
	"bytes"
	"regexp"
	"strings"
)

// otherLine is an error that gonogo and a Python report on different lines.
type otherLine struct {
	m            *Module
	ours, theirs string
	line, python int // from 1
}

// otherLines are the known reasons. Versions, both messages and the place must fit.
var otherLines = []struct {
	what         string
	from, to     int // versions
	ours, theirs *regexp.Regexp
	place        func(otherLine) bool // nil: any
}{
	{"Python points behind the last argument, gonogo at the one that is misplaced", 0, 999,
		regexp.MustCompile(`argument follows keyword argument`), regexp.MustCompile(`argument follows keyword argument`), otherLine.isBelow},
	{"Python names a bracket only when the last open one is above; gonogo the one that the fault is in", 0, 999,
		regexp.MustCompile(`was never closed`), regexp.MustCompile(`SyntaxError: invalid syntax`), otherLine.opensAnother},
	{"a line in brackets that starts like a statement is the fault for Python; for gonogo the bracket is", 0, 999,
		regexp.MustCompile(`was never closed`), regexp.MustCompile(`SyntaxError: invalid syntax`), otherLine.startsStatement},
	{"gonogo misses a comma at the end of the line, Python finds the next line invalid", 0, 999,
		regexp.MustCompile(`^(f-string: expecting|expected) '`), regexp.MustCompile(`SyntaxError: (invalid syntax \(|f-string: expecting|'in' expected|.* Is this intended to be part of the string)`), otherLine.isNextLine},
	{"Python points behind literals that can't be joined, gonogo at the first", 0, 999,
		regexp.MustCompile(`^cannot mix`), regexp.MustCompile(`SyntaxError: cannot mix`), otherLine.isBelow},
	{"before 3.12 the line of a missing block is counted from the \\n of \\r\\n at the end of the file", 0, 311,
		regexp.MustCompile(`^expected an indented block`), regexp.MustCompile(`expected an indented block`), otherLine.isEndWithReturn},
	{"Python points at the start of an expression on several lines, behind which gonogo misses a comma", 0, 999,
		regexp.MustCompile(`^(f-string: expecting|expected) '`), regexp.MustCompile(`Perhaps you forgot a comma`), otherLine.isAbove},
	{"Python 3.12 and newer point at the start of the field, gonogo at the place in it", 312, 999,
		regexp.MustCompile(`^expected an expression`), regexp.MustCompile(`f-string: expecting a valid expression after '\{'`), otherLine.isAbove},
	{"before 3.12 the value that an argument lacks is missed at the next token", 0, 311,
		regexp.MustCompile(`^expected a value behind '`), regexp.MustCompile(`SyntaxError: invalid syntax \(`), otherLine.isBelow},
	{"before 3.11 the default that a parameter lacks, too", 0, 310,
		regexp.MustCompile(`^expected a default value behind '`), regexp.MustCompile(`SyntaxError: invalid syntax \(`), otherLine.isBelow},
	{"before 3.14 a t-string is a name and a string, which ends on its line", 0, 313,
		regexp.MustCompile(`t-string`), regexp.MustCompile(`SyntaxError: unterminated string literal`), otherLine.isTString},
	{"before 3.12 a type statement is two expressions", 0, 311,
		regexp.MustCompile(`^expected a type parameter`), regexp.MustCompile(`SyntaxError: invalid syntax \(`), otherLine.isAbove},
	{"before 3.12 lines inside f-strings are counted from the wrong one", 0, 311,
		regexp.MustCompile(``), regexp.MustCompile(`SyntaxError: f-string`), nil},
	{"before 3.12 an f-string is read like any other string before its fields are", 0, 311,
		regexp.MustCompile(``), regexp.MustCompile(`SyntaxError: (unterminated (triple-quoted )?string|invalid syntax|unmatched)`), otherLine.hasFString},
}

// isKnown reports whether a reason is known for the other line of a Python.
func (d otherLine) isKnown(version int) bool {
	for _, r := range otherLines {
		if version >= r.from && version <= r.to && r.ours.MatchString(d.ours) && r.theirs.MatchString(d.theirs) && (r.place == nil || r.place(d)) {
			return true
		}
	}
	return false
}

func (d otherLine) isAbove() bool { return d.python < d.line }
func (d otherLine) isBelow() bool { return d.python > d.line }

// isNextLine reports whether nothing but comments stands between the two lines.
func (d otherLine) isNextLine() bool {
	for n := d.line + 1; n < d.python; n++ {
		if text := strings.TrimSpace(d.m.File.Line(n)); text != "" && text[0] != '#' {
			return false
		}
	}
	return d.isBelow()
}

// isEndWithReturn reports whether Python's line is the empty one behind the last, which ends with \r\n.
func (d otherLine) isEndWithReturn() bool {
	return bytes.HasSuffix(d.m.File.Data, []byte("\r\n")) && d.python == d.m.File.LineCount() && d.python == d.line+1
}

// opensAnother reports whether the last bracket that is open at the end of the file does not stand above Python's line.
func (d otherLine) opensAnother() bool {
	l := newLexer(string(d.m.File.Data[d.m.File.LineStart(d.line):]))
	for l.pos < len(l.src) {
		l.nextLine()
	}
	n := len(l.brackets)
	return n > 1 && d.m.File.Position(d.m.File.LineStart(d.line)+l.brackets[n-1].at).Line >= d.python && d.isBelow()
}

// startsStatement reports whether Python's line starts like a statement, or is the first of the block of the header on gonogo's.
func (d otherLine) startsStatement() bool {
	text := strings.TrimSpace(d.m.File.Line(d.python))
	return d.isBelow() && (anchorAt(text) || d.isNextLine() && endsInColon(d.m.File.Line(d.line)))
}

// hasFString reports whether an f-string begins on the line of one of the errors or between them.
func (d otherLine) hasFString() bool {
	for n := min(d.line, d.python); n <= max(d.line, d.python); n++ {
		if fstringStart.MatchString(d.m.File.Line(n)) {
			return true
		}
	}
	return false
}

// isTString reports whether a t-string begins on Python's line.
func (d otherLine) isTString() bool { return tstringStart.MatchString(d.m.File.Line(d.python)) }

var tstringStart = regexp.MustCompile(`(?i)\b(t|tr|rt)['"]`)

var fstringStart = regexp.MustCompile(`(?i)\b(f|fr|rf)['"]`)
