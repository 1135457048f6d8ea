package engine

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/audit"
	"gonogo/internal/check"
	"gonogo/internal/source"
)

// findings turns a check's findings into ordered, fingerprinted ones: worst first, then by place, then by message.
func findings(id string, found []check.Finding) []audit.Finding {
	out := make([]audit.Finding, 0, len(found))
	for _, f := range found {
		out = append(out, audit.Finding{Severity: f.Severity, Message: f.Message, At: f.At, Related: f.Related, Fix: f.Fix, Secret: f.Secret})
	}
	slices.SortStableFunc(out, func(a, b audit.Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), comparePlaces(a.At, b.At), cmp.Compare(a.Message, b.Message))
	})
	seen := make(map[string]int)
	for i := range out {
		key := identity(id, out[i])
		out[i].Fingerprint = digest(fmt.Sprintf("%s\x00%d", key, seen[key]))
		seen[key]++
	}
	return out
}

func comparePlaces(a, b source.Span) int {
	return cmp.Or(cmp.Compare(a.Path(), b.Path()), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

// identity is what stays the same of a finding while lines are added above it: the check, the file, and the text that it points at.
// Two findings that agree in all of it are told apart by their order.
func identity(id string, f audit.Finding) string {
	text := f.At.Text()
	if f.Secret {
		text = f.Message
	}
	return strings.Join([]string{id, f.At.Path(), strings.Join(strings.Fields(text), " ")}, "\x00")
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}
