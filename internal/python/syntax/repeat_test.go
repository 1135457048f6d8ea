package syntax

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestRepeatedPatterns repeats short random texts many times, and wants that no byte is read more than a few times on average:
// recovery reads text again, and must not do so for every line.
func TestRepeatedPatterns(t *testing.T) {
	words := strings.Split("f'''|f\"\"\"|'''|\"\"\"|f'|f\"|'|\"|t'|{|}|{{|{x:|(|)|[|]|:|!r|=|a|\n|\n|\\\n|\\| |  |\t|\x0c|\r|#|"+
		"def |if |else:|class A:|try:|except |with |match |case |lambda |for |in |import |async |not |await |yield |*|@|a = |<<<<<<< |=======\n", "|")
	r := rand.New(rand.NewPCG(3, 4))
	for range 1500 {
		pattern := ""
		for range 1 + r.IntN(7) {
			pattern += words[r.IntN(len(words))]
		}
		src := strings.Repeat(pattern, 1+40000/len(pattern))
		p := newParser(src)
		p.body = p.module()
		if limit := 12*len(src) + rescanMinBytes; p.scanned > limit {
			t.Errorf("%q many times: %d bytes were read for %d", pattern, p.scanned, len(src))
		}
	}
}
