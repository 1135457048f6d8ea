package syntax

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// damages take one thing out of a text at an offset. The share is how many of the other names must still be found, in percent.
var damages = []struct {
	name  string
	what  string // that is taken out; "" for the rest of a line
	share float64
}{
	{"opening parenthesis", "(", 97}, // joins names: class A(B) becomes class AB
	{"closing parenthesis", ")", 98.5},
	{"closing bracket", "]", 98.5},
	{"closing brace", "}", 99},
	{"comma", ",", 98},
	{"colon", ":", 99.5},
	{"single quote", "'", 99},
	{"double quote", "\"", 99},
	{"triple quote", "\"\"\"", 99.5},
	{"rest of a line", "", 97.5},
}

// TestOracleRecovery damages each file of Django in one place, and counts how many of its names are still found.
func TestOracleRecovery(t *testing.T) {
	if os.Getenv(envOracle) != "1" {
		t.Skipf("needs Django's sources; set %s=1 to run it", envOracle)
	}
	files := pythonFiles(t, djangoFolder(t))
	for _, d := range damages {
		t.Run(d.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(5, 6))
			broken, names, found := 0, 0, 0
			for _, path := range files {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				text, ok := damage(r, string(data), d.what)
				before, after := namesIn(string(data)), parseText(path, text)
				if !ok || firstError(after) == "" {
					continue
				}
				broken++
				left := namesIn(text)
				for name, n := range before {
					names += n
					found += min(n, left[name])
				}
			}
			share := 100 * float64(found) / float64(names)
			t.Logf("%d files broken, %.2f%% of %d names found", broken, share, names)
			if share < d.share {
				t.Errorf("found %.2f%% of the names, want %.2f%%", share, d.share)
			}
		})
	}
}

// namesIn counts the names that a text binds.
func namesIn(src string) map[string]int {
	var names []string
	collectNames(parseText("a.py", src).Body, "", &names)
	counts := map[string]int{}
	for _, name := range names {
		counts[name]++
	}
	return counts
}

// damage takes one occurrence of a piece out, or the rest of a line when the piece is empty.
func damage(r *rand.Rand, src, piece string) (string, bool) {
	find := piece
	if find == "" {
		find = "\n"
	}
	n := strings.Count(src, find)
	if n < 2 {
		return "", false
	}
	at := 0
	for range r.IntN(n-1) + 1 {
		at += strings.Index(src[at:], find) + len(find)
	}
	if piece != "" {
		return src[:at-len(piece)] + src[at:], true
	}
	end := at + strings.IndexByte(src[at:]+"\n", '\n')
	if end-at < 2 {
		return "", false
	}
	return src[:at+1+r.IntN(end-at-1)] + src[end:], true
}
