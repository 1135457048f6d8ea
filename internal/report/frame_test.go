package report

import (
	"bytes"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// What a secret place covers is never shown, whatever it looks like.
func TestSecretPlacesAreHidden(t *testing.T) {
	text := "open = 1\npassword = hunter two (really)$x\n-----BEGIN KEY-----\nMIIE/abc\n-----END KEY-----\n"
	f := source.NewFile("notes.txt", []byte(text))
	span := func(from, to string) source.Span {
		return f.Span(source.Pos(strings.Index(text, from)), source.Pos(strings.Index(text, to)+len(to)))
	}
	for name, at := range map[string]source.Span{"within a line": span("hunter", ")$x"), "over lines": span("-----BEGIN", "-----END KEY-----")} {
		var out bytes.Buffer
		p := newPrinter(&out, Style{Width: 100})
		p.frame("", at, red, concealment(true, true))
		p.flush()
		for _, secret := range []string{"hunter", "really", "$x", "MIIE", "BEGIN"} {
			if strings.Contains(at.Text(), secret) && strings.Contains(out.String(), secret) {
				t.Errorf("%s: %q is shown:\n%s", name, secret, out.String())
			}
		}
		if name == "within a line" && !strings.Contains(out.String(), "password = ") {
			t.Errorf("the name is hidden:\n%s", out.String())
		}
	}
}
