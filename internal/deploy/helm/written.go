package helm

import (
	"bytes"
	"strings"

	"gonogo/internal/source"
)

// This file leads from a rendered text back to the templates.

// written is a text with what wrote its parts.
type written struct {
	text     string
	segments []segment // in order of out
}

// segment is where in a text a place begins to write, to the next segment.
type segment struct {
	out   int
	place int
	parts []written // what the action included
	lines []origin  // of each line of the text where in parts it stands; nil until they are asked for
}

// origin is a line in one of the texts that an action included.
type origin struct {
	part int // -1 when it is in none
	at   int // the byte of its first character that is no space
}

// Bounds on how far lines are looked for in what an action included.
const (
	maxParts = 8
	maxLines = 5000
	maxAhead = 64 << 10 // bytes
)

// without is the text with all occurrences of a word taken out.
func (w written) without(word string) written {
	if !strings.Contains(w.text, word) {
		return w
	}
	out := written{text: strings.ReplaceAll(w.text, word, "")}
	gone, next := 0, strings.Index(w.text, word)
	for _, s := range w.segments {
		for next >= 0 && next+len(word) <= s.out {
			gone += len(word)
			if i := strings.Index(w.text[next+len(word):], word); i >= 0 {
				next += len(word) + i
			} else {
				next = -1
			}
		}
		s.out -= gone
		out.segments = append(out.segments, s)
	}
	return out
}

// at is the segment that wrote the byte at an offset, -1 for none.
func (w *written) at(offset int) int {
	low, high := 0, len(w.segments)
	for low < high {
		if middle := (low + high) / 2; w.segments[middle].out <= offset {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low - 1
}

// end is where a segment's text ends.
func (w *written) end(i int) int {
	if i+1 < len(w.segments) {
		return w.segments[i+1].out
	}
	return len(w.text)
}

// Source is where in the templates the bytes [start, end) of the text come from: the place itself where a template has it as it is, else the
// action that writes it. It is the template's file as a whole where that is not known.
func (o *Output) Source(start, end int) source.Span {
	at, verbatim, ok := o.source(&o.written, start, maxNested)
	if !ok {
		return o.Template.Whole()
	}
	if end > start {
		if last, verbatim, ok := o.source(&o.written, end-1, maxNested); ok && last.File == at.File && last.End > at.Start {
			if verbatim {
				last.End = last.Start + 1
			}
			return at.File.Span(at.Start, max(last.End, at.Start))
		}
	}
	if verbatim { // to the end of its line
		rest := at.File.Data[at.Start:]
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			rest = rest[:i]
		}
		return at.File.Span(at.Start, at.Start+source.Pos(len(rest)))
	}
	return at
}

// maxNested bounds how deep includes are followed.
const maxNested = 10

// Filled reports whether any of the bytes [start, end) is written by an action.
func (o *Output) Filled(start, end int) bool {
	for i := o.written.at(start); i >= 0 && i < len(o.written.segments) && o.written.segments[i].out < max(end, start+1); i++ {
		if !o.places[o.written.segments[i].place].verbatim {
			return true
		}
	}
	return false
}

// source is the place of one byte: from that byte on where a template has it as it is (verbatim), else the whole action.
func (o *Output) source(w *written, offset, depth int) (at source.Span, verbatim, ok bool) {
	i := w.at(offset)
	if i < 0 || depth == 0 {
		return source.Span{}, false, false
	}
	s := &w.segments[i]
	p := o.places[s.place]
	if p.file == nil {
		return source.Span{}, false, false
	}
	if p.verbatim {
		at := p.start + source.Pos(offset-s.out)
		return p.file.Span(at, p.end), true, at <= p.end
	}
	if inner, at := s.included(w.text[s.out:w.end(i)], offset-s.out); inner != nil {
		if span, verbatim, ok := o.source(inner, at, depth-1); ok {
			return span, verbatim, true
		}
	}
	return p.file.Span(p.start, p.end), false, true
}

// included finds the byte at an offset of what an action wrote in the texts that it included: the lines of both are the same but for their
// indentation, in the same order.
func (s *segment) included(text string, offset int) (*written, int) {
	if len(s.parts) == 0 {
		return nil, 0
	}
	if s.lines == nil {
		s.follow(text)
	}
	number := strings.Count(text[:offset], "\n")
	if number >= len(s.lines) || s.lines[number].part < 0 {
		return nil, 0
	}
	begin := strings.LastIndexByte(text[:offset], '\n') + 1
	line, _, _ := strings.Cut(text[begin:], "\n")
	words := strings.TrimSpace(line)
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	o := s.lines[number]
	return &s.parts[o.part], o.at + min(max(offset-begin-indent, 0), len(words)-1)
}

// follow fills lines.
func (s *segment) follow(text string) {
	next := make([]int, min(len(s.parts), maxParts)) // the byte of each part from which lines are looked for
	for _, line := range strings.SplitN(text, "\n", maxLines+1) {
		o := origin{part: -1}
		words := strings.TrimSpace(line)
		for p := range next {
			if words == "" {
				break
			}
			if found, ok := lineAfter(s.parts[p].text, next[p], words); ok {
				o, next[p] = origin{part: p, at: found}, found+len(words)
				break
			}
		}
		s.lines = append(s.lines, o)
	}
}

// lineAfter is where, from a byte of a text on, a line with nothing but some words in it has these words.
func lineAfter(text string, from int, words string) (int, bool) {
	for end := min(from+maxAhead, len(text)); from <= end; {
		i := strings.Index(text[from:end], words)
		if i < 0 {
			return 0, false
		}
		at := from + i
		before := strings.TrimRight(text[:at], " \t")
		after := strings.TrimLeft(text[at+len(words):], " \t\r")
		if (before == "" || strings.HasSuffix(before, "\n")) && (after == "" || after[0] == '\n') {
			return at, true
		}
		from = at + 1
	}
	return 0, false
}
