package syntax

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// Limits of TestOracleBrokenFiles.
const (
	brokenFiles    = 1500
	maxBrokenBytes = 12000 // of a file
)

// TestOracleBrokenFiles takes a token out of files of Django, puts one in or exchanges one, always in the same way, and
// compares the line of the first error with CPython's.
func TestOracleBrokenFiles(t *testing.T) {
	eachOracle(t, func(t *testing.T, o *oracle) {
		if o.version < 310 {
			t.Skip("its errors are those of another parser")
		}
		o.askBroken(t, breakFiles(t, rand.New(rand.NewPCG(20, 26))))
	})
}

// breakFiles damages one token in each of as many files as are asked for; a file can come more than once.
func breakFiles(t *testing.T, r *rand.Rand) []string {
	var texts []string
	for _, path := range pythonFiles(t, djangoFolder(t)) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > 0 && len(data) < maxBrokenBytes {
			texts = append(texts, string(data))
		}
	}
	words := append(pieces(strings.Join(productionTexts(), "")), "(", ")", "[", "]", "{", "}", ":", ",", "'", "\"", "\"\"\"", "f'{", "\n", "\n    ")
	broken := make([]string, brokenFiles)
	for i := range broken {
		broken[i] = strings.Join(mutateOnce(r, pieces(texts[r.IntN(len(texts))]), words), "")
	}
	return broken
}

func productionTexts() []string {
	var texts []string
	for _, c := range productions() {
		if !strings.HasPrefix(c.name, "encoding") {
			texts = append(texts, c.src)
		}
	}
	return texts
}
