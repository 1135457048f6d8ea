package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gonogo/internal/redact"
	"gonogo/internal/source"
)

// frameLines is how many lines of a finding's place are shown at most.
const frameLines = 3

// place is a span as people write it: "config/settings.py:12:9", or only the path for a whole file.
func place(s source.Span) string {
	if s.IsZero() {
		return ""
	}
	if s.Start == 0 && s.End == 0 {
		return printable(s.Path())
	}
	at := s.Begin()
	return fmt.Sprintf("%s:%d:%d", printable(s.Path()), at.Line, at.Column)
}

// shortPlace is place without the column.
func shortPlace(s source.Span) string {
	if s.IsZero() || s.Start == 0 && s.End == 0 {
		return place(s)
	}
	return fmt.Sprintf("%s:%d", printable(s.Path()), s.Begin().Line)
}

// concealed is what of the lines of a place is hidden.
type concealed uint8

const (
	likelyKeys   concealed = iota // what looks like a key or password
	literals                      // every literal that does not name something
	wholeSecrets                  // what the place covers, whatever it looks like, and literals
)

func concealment(sensitive, secret bool) concealed {
	switch {
	case secret:
		return wholeSecrets
	case sensitive:
		return literals
	}
	return likelyKeys
}

// conceal hides what a line has of a secret place. The line keeps its length.
func conceal(line string, n int, begin, finish source.Position) string {
	runes := []rune(line)
	from, to := 0, len(runes)
	if n == begin.Line {
		from = min(begin.Column-1, to)
	}
	if n == finish.Line {
		to = max(from, min(finish.Column-1, to))
	}
	for i := from; i < to; i++ {
		runes[i] = redact.Mask
	}
	return string(runes)
}

// frame shows the lines of a span with a marker below.
func (p *printer) frame(indent string, s source.Span, marker color, hide concealed) {
	p.line("%s%s %s", indent, p.paint(blue, "-->"), p.paint(bold, place(s)))
	if s.Start == 0 && s.End == 0 {
		return
	}
	begin, finish := s.Begin(), s.Finish()
	last := min(finish.Line, begin.Line+frameLines-1)
	if last > begin.Line && finish.Column == 1 {
		last--
	}
	gutter := len(fmt.Sprint(last))
	for n := begin.Line; n <= last; n++ {
		line := s.File.Line(n)
		if hide == wholeSecrets {
			line = conceal(line, n, begin, finish)
		}
		shown, shift := p.window(line, begin, n, len(indent)+gutter+3, hide != likelyKeys)
		p.line("%s%s %s", indent, p.paint(blue, fmt.Sprintf("%*d |", gutter, n)), shown)
		if n == begin.Line {
			from := begin.Column - 1 - shift
			to := utf8.RuneCountInString(shown)
			if finish.Line == begin.Line {
				to = min(to, finish.Column-1-shift)
			}
			p.marker(indent, gutter, shown, from, to, marker)
		}
	}
	if finish.Line > last && last == begin.Line+frameLines-1 {
		p.line("%s%s", indent, p.paint(blue, strings.Repeat(" ", gutter)+" | ..."))
	}
}

// window is the part of a line that fits: a long line is cut so that the finding's beginning is in sight.
// shift is how many characters are missing on its left.
func (p *printer) window(line string, begin source.Position, n, used int, sensitive bool) (shown string, shift int) {
	runes := []rune(printable(redact.Line(line, sensitive)))
	room := max(p.style.Width-used, 20)
	if len(runes) <= room {
		return string(runes), 0
	}
	if n == begin.Line && begin.Column-1 > room/2 {
		shift = min(begin.Column-1-room/4, len(runes)-room)
	}
	runes = runes[shift:]
	if len(runes) > room {
		runes = append(runes[:room-3:room-3], []rune("...")...)
	}
	return string(runes), shift
}

// marker underlines the characters [from, to) of the line above; tabs before it are kept so that it stands below them.
func (p *printer) marker(indent string, gutter int, shown string, from, to int, c color) {
	if from < 0 {
		return
	}
	var pad strings.Builder
	for i, r := range []rune(shown) {
		if i >= from {
			break
		}
		if r == '\t' {
			pad.WriteByte('\t')
		} else {
			pad.WriteByte(' ')
		}
	}
	p.line("%s%s %s%s", indent, p.paint(blue, strings.Repeat(" ", gutter)+" |"), pad.String(), p.paint(c, strings.Repeat("^", max(to-from, 1))))
}
