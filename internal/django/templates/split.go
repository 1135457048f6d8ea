package templates

import "strings"

// splitContents is django.template.base.Token.split_contents: words, where quoted text and _("...") stay whole. ok is false where a
// translated text is not closed, which Django refuses.
func splitContents(contents string) (bits []string, ok bool) {
	raw := smartSplit(contents)
	for i := 0; i < len(raw); i++ {
		bit := raw[i]
		if strings.HasPrefix(bit, `_("`) || strings.HasPrefix(bit, `_('`) {
			sentinel := bit[2:3] + ")"
			parts := []string{bit}
			for !strings.HasSuffix(raw[i], sentinel) {
				if i++; i == len(raw) {
					return nil, false
				}
				parts = append(parts, raw[i])
			}
			bit = strings.Join(parts, " ")
		}
		bits = append(bits, bit)
	}
	return bits, true
}

// smartSplit is django.utils.text.smart_split.
func smartSplit(s string) []string {
	var bits []string
	for {
		s = strings.TrimLeftFunc(s, isSpace)
		if s == "" {
			return bits
		}
		n := quotedWord(s)
		if n == 0 {
			n = len(s)
			if space := strings.IndexFunc(s, isSpace); space >= 0 {
				n = space
			}
		}
		bits = append(bits, s[:n])
		s = s[n:]
	}
}

// quotedWord is the length of a word that holds at least one quoted text, 0 where s does not begin with one.
func quotedWord(s string) int {
	end := 0
	for at := 0; ; {
		n := strings.IndexFunc(s[at:], func(r rune) bool { return r == '\'' || r == '"' || isSpace(r) })
		if n < 0 {
			if end > 0 {
				return len(s)
			}
			return 0
		}
		at += n
		if end > 0 {
			end = at
		}
		if s[at] != '\'' && s[at] != '"' {
			return end
		}
		length := quoted(s[at:])
		if length == 0 {
			return end
		}
		at += length
		end = at
	}
}

// quoted is the length of the quoted text with which s begins, quotes included; 0 when it is not closed.
func quoted(s string) int {
	quote := s[0]
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return 0
}
