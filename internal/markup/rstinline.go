package markup

import (
	"regexp"
	"strings"
)

// rstMarks finds the inline markup of reStructuredText within a line. Markup that goes over a line's end is not found.
type rstMarks struct {
	literal, role, link, plainLiteral *regexp.Regexp
	ticks                             *strings.Replacer
}

func newRSTMarks() *rstMarks {
	return &rstMarks{
		literal:      regexp.MustCompile("``([^`]+)``"),
		role:         regexp.MustCompile(":([a-zA-Z][\\w:.-]*):`([^`]+)`"),
		link:         regexp.MustCompile("`([^`<]*)<([^`>]+)>`__?"),
		plainLiteral: regexp.MustCompile("`([^`]+)`"),
		ticks:        strings.NewReplacer("``", "", "`__", "", "`_", "", "`", ""),
	}
}

type rstMark struct {
	start, end         int // of what is written, without its marks
	text, role, target string
}

// find are the marks of a line in order of place, none within another.
func (m *rstMarks) find(line string) (found []rstMark) {
	if strings.IndexByte(line, '`') < 0 {
		return nil
	}
	for at := 0; at < len(line); {
		next, mark := m.first(line[at:])
		if next < 0 {
			break
		}
		if mark.text != "" || mark.target != "" {
			mark.start += at
			mark.end += at
			found = append(found, mark)
		}
		at += next
	}
	return found
}

// first is the first mark of a text, and where to look further; -1 when there is none.
func (m *rstMarks) first(text string) (next int, mark rstMark) {
	tick := strings.IndexByte(text, '`')
	if tick < 0 {
		return -1, mark
	}
	if at := m.role.FindStringSubmatchIndex(text); at != nil && at[4]-1 == tick {
		name := text[at[4]:at[5]]
		if i := strings.LastIndex(name, "<"); i > 0 && strings.HasSuffix(name, ">") {
			return at[1], rstMark{start: at[4] + i + 1, end: at[5] - 1, role: text[at[2]:at[3]], text: strings.TrimLeft(name[i+1:len(name)-1], "~!")}
		}
		return at[1], rstMark{start: at[4], end: at[5], role: text[at[2]:at[3]], text: strings.TrimLeft(name, "~!")}
	}
	if at := m.literal.FindStringSubmatchIndex(text); at != nil && at[0] == tick {
		return at[1], rstMark{start: at[2], end: at[3], text: text[at[2]:at[3]]}
	}
	if at := m.link.FindStringSubmatchIndex(text); at != nil && at[0] == tick {
		return at[1], rstMark{start: at[4], end: at[5], target: strings.TrimSpace(text[at[4]:at[5]])}
	}
	if at := m.plainLiteral.FindStringSubmatchIndex(text); at != nil && at[0] == tick {
		if strings.HasPrefix(text[at[1]:], "_") {
			return at[1], mark // a reference
		}
		return at[1], rstMark{start: at[2], end: at[3], text: text[at[2]:at[3]]}
	}
	return tick + 1, mark
}

// plain is a text without its marks.
func (m *rstMarks) plain(text string) string {
	if strings.IndexByte(text, '`') >= 0 {
		text = m.link.ReplaceAllString(text, "$1")
		text = m.role.ReplaceAllString(text, "$2")
		text = m.ticks.Replace(text)
	}
	return strings.ReplaceAll(text, "**", "")
}
