package redact

import (
	"regexp"
	"strings"
)

// placeholder is what people write where a value is to be filled in.
var placeholder = regexp.MustCompile(`(?i)^(change[-_ ]?(me|this|it)|replace[-_ ]?(me|this|with)|your[-_ ]|my[-_ ]?secret|insert[-_ ]|todo|fixme|example|placeholder|dummy|secret$|password$|xxx+|\.\.\.|<.*>$|\$\{?.*\}?$|changeit|django-insecure-)`)

// Placeholder reports whether a value obviously stands for another one that was never filled in ("change-me", "xxx", "<secret>").
func Placeholder(value string) bool {
	v := strings.Trim(strings.TrimSpace(value), `"'`)
	return v != "" && (placeholder.MatchString(v) || strings.Contains(strings.ToLower(v), "change-me") || strings.Contains(strings.ToLower(v), "changeme"))
}
