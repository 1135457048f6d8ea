package deploy

import (
	"regexp"
	"strings"

	"gonogo/internal/source"
)

// maxHeadLines bounds how many lines of a file are read for what it says of itself.
const maxHeadLines = 60

// The patterns are compiled at start and never change. They read text in lower case with one space between words.
var (
	// notForProduction is a sentence that keeps a file out of production: "not suitable for production", "do not use this in production".
	notForProduction = regexp.MustCompile(`\b(?:not|never|don't|isn't|unsuitable)(?: be)?(?: absolutely| at all)?(?: (?:suitable|suited|intended|meant|ready|recommended|designed|safe|fit|for|in|use|used)\b[^.!?;:]{0,40}?)? ?\bproduction\b([^.!?;:]{0,20})`)
	// forDevelopment is a sentence that says whom a file is for.
	forDevelopment = regexp.MustCompile(`\bonly (?:\w+ )?for (?:local )?(?:development|testing|tests|developers)\b|\b(?:for|in) local development\b|\bfor (?:development|testing|demo)(?: and \w+)?(?: purposes| use) only\b|\bfor development(?: and test(?:ing)?)? purposes\b|\b(?:development|testing) only\b`)
)

// disclaims reports whether the comment at the head of a file says that it is not for production.
func disclaims(f *source.File) bool {
	text := headComment(f)
	if text == "" {
		return false
	}
	if m := notForProduction.FindStringSubmatch(text); m != nil {
		return !strings.Contains(m[1], "without") // "not for production without changing the passwords" is for production
	}
	return !strings.Contains(text, "production") && forDevelopment.MatchString(text)
}

// headComment is the comment before the first statement of a file whose comments begin with #, as one line in lower case.
func headComment(f *source.File) string {
	var words []string
	lines := strings.SplitN(string(f.Data[:min(len(f.Data), 8000)]), "\n", maxHeadLines+1)
	for _, line := range lines[:min(len(lines), maxHeadLines)] {
		line = strings.TrimSpace(line)
		if comment, ok := strings.CutPrefix(line, "#"); ok {
			words = append(words, strings.Fields(strings.TrimLeft(comment, "#"))...)
		} else if line != "" && line != "---" && !strings.HasPrefix(line, "version:") {
			break
		}
	}
	return strings.ToLower(strings.Join(words, " "))
}
