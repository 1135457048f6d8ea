package https

import (
	"strings"

	"gonogo/internal/source"
)

// commentBeside is the comment at the end of the line of a place, or the lines of comment directly above it; "" without one.
func commentBeside(at source.Span) string {
	if at.IsZero() || at.Start == 0 && at.End == 0 {
		return ""
	}
	line := at.Begin().Line
	end := at.File.Line(at.Finish().Line)
	if from := at.Finish().Column - 1; from <= len([]rune(end)) {
		if _, comment, ok := strings.Cut(string([]rune(end)[from:]), "#"); ok {
			return strings.TrimSpace(comment)
		}
	}
	var above []string
	for n := line - 1; n > 0; n-- {
		text := strings.TrimSpace(at.File.Line(n))
		if !strings.HasPrefix(text, "#") {
			break
		}
		above = append([]string{strings.TrimSpace(strings.TrimLeft(text, "#"))}, above...)
	}
	return strings.Join(above, " ")
}

// givesReason reports whether a comment is more than a heading or a link: it has at least four words.
func givesReason(comment string) bool {
	words := 0
	for _, w := range strings.Fields(comment) {
		if !strings.Contains(w, "://") && strings.ContainsAny(strings.ToLower(w), "abcdefghijklmnopqrstuvwxyz") {
			words++
		}
	}
	return words >= 4
}
