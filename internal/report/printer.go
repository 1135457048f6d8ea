// Package report writes an audit in the formats that people and programs read, one file per format.
package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Style says how text is laid out.
type Style struct {
	Color bool
	Width int  // columns; 0 means 80
	All   bool // passing and not-applicable checks, and optional findings, are listed too
}

// printer writes text of a bounded width. The first error of the writer is kept and ends all writing.
type printer struct {
	out   *bufio.Writer
	style Style
}

func newPrinter(w io.Writer, style Style) *printer {
	if style.Width <= 0 {
		style.Width = 80
	}
	style.Width = max(style.Width, 40)
	return &printer{out: bufio.NewWriter(w), style: style}
}

func (p *printer) flush() error { return p.out.Flush() }

func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(p.out, format, args...)
	p.out.WriteByte('\n')
}

// SGR codes of ECMA-48.
type color string

const (
	plain  color = ""
	bold   color = "1"
	dim    color = "2"
	red    color = "1;31"
	green  color = "1;32"
	yellow color = "33"
	blue   color = "34"
	cyan   color = "36"
)

// paint puts colour around text when colour is on.
func (p *printer) paint(c color, s string) string {
	if !p.style.Color || c == plain || s == "" {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}

// paragraph writes text wrapped to the width: first before its first line, rest before all others.
// Both may carry colour; their widths are given by firstWidth and len(rest).
func (p *printer) paragraph(first string, firstWidth int, rest string, text string) {
	lines := wrap(text, p.style.Width-firstWidth, p.style.Width-len(rest))
	for i, l := range lines {
		if i == 0 {
			p.line("%s%s", first, l)
		} else {
			p.line("%s%s", rest, l)
		}
	}
}

// wrap breaks text at spaces. A word that is longer than a line stays whole.
func wrap(text string, first, rest int) []string {
	var lines []string
	var line strings.Builder
	room, used := first, 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		if used > 0 && used+1+n > room {
			lines = append(lines, line.String())
			line.Reset()
			room, used = rest, 0
		}
		if used > 0 {
			line.WriteByte(' ')
			used++
		}
		line.WriteString(word)
		used += n
	}
	return append(lines, line.String())
}

// printable replaces what a terminal would act on: control characters and invalid UTF-8.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r == utf8.RuneError, r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '\ufffd'
		}
		return r
	}, s)
}
