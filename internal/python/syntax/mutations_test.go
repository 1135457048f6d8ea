package syntax

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
)

// mutants is how many broken texts TestOracleMutations tries.
const mutants = 10000

// TestOracleMutations breaks texts of the tables at random, always in the same way, and asks CPython whether they are still valid:
// what it rejects must have an error here, what it accepts must have the same tree.
func TestOracleMutations(t *testing.T) {
	if os.Getenv(envOracle) != "1" {
		t.Skipf("asks CPython about broken texts; set %s=1 to run it", envOracle)
	}
	o := newOracle(t)
	if o.version < 310 {
		t.Skip("its parser is another one and leaves more to the compiler")
	}
	texts := mutate(rand.New(rand.NewPCG(1, 31)))
	wrong, rejected, lines := 0, 0, 0
	for i, line := range o.answers(t, texts) {
		problem, sameLine := o.mutant(texts[i], line)
		if !strings.HasSuffix(line, `"error":null}`) {
			rejected++
			if sameLine {
				lines++
			} else if os.Getenv("GONOGO_LINES") != "" {
				t.Logf("line: %q: %s", texts[i], problem)
				continue
			}
		}
		if problem != "" && sameLine && !isQuirk(texts[i], o.version) {
			wrong++
			if wrong < 60 {
				t.Errorf("%q: %s", texts[i], problem)
			}
		}
	}
	t.Logf("Python %d: %d texts, %d rejected (%d with an error on the same line), %d wrong", o.version, len(texts), rejected, lines, wrong)
}

// quirks are faults of single versions of CPython in f-strings that the tree does not follow. Only texts that differ are asked.
var quirks = []struct {
	what     string
	from, to int
	text     *regexp.Regexp
}{
	{"u'' beside an f-string marks constants of the f-string", 0, 311, regexp.MustCompile(`[uU]['"]`)},
	{"format specifications of raw f-strings are decoded", 312, 313, regexp.MustCompile(`(?i)(rf|fr)['"].*:`)},
	{"line breaks are allowed in format specifications", 312, 313, regexp.MustCompile(`:[^']*\n`)},
	{"escapes in the text of {x=} are decoded", 312, 313, regexp.MustCompile(`\{.*\\.*=`)},
	{"{x=} in nested format specifications crashes", 312, 313, regexp.MustCompile(`:\{.*=`)},
	{"{{ is one brace behind a field in a format specification", 313, 314, regexp.MustCompile(`:.*\}.*\{\{`)},
}

func isQuirk(text string, version int) bool {
	for _, q := range quirks {
		if version >= q.from && version <= q.to && q.text.MatchString(text) {
			return true
		}
	}
	return false
}

// mutant compares one answer.
func (o *oracle) mutant(text, line string) (problem string, sameLine bool) {
	var answer struct {
		Path, Error string
		Line        int
	}
	if err := json.Unmarshal([]byte(line), &answer); err != nil {
		return err.Error(), true
	}
	m := parseText(answer.Path, text)
	message := o.errorIn(m)
	switch {
	case answer.Error != "" && message == "":
		return "no error, but Python says " + answer.Error, true
	case answer.Error != "":
		for _, d := range m.Diagnostics {
			if m.File.Position(d.Start).Line == answer.Line {
				return "", true
			}
		}
		return message + " / " + answer.Error, false
	case message != "":
		return message + ", but Python accepts it", true
	}
	if got := treeLine(m, o.version < 312); got != line {
		return firstDifference([]byte(got), []byte(line)), true
	}
	return "", true
}

// mutate makes broken texts: single lines of the tables with tokens deleted, doubled, swapped or replaced.
func mutate(r *rand.Rand) []string {
	var pool []string
	for _, c := range productions() {
		if strings.HasPrefix(c.name, "encoding") || c.name == "f-string raw format specification" {
			continue
		}
		pool = append(pool, c.src)
		pool = append(pool, strings.SplitAfter(c.src, "\n")...)
	}
	var words []string
	for _, text := range pool {
		words = append(words, pieces(text)...)
	}
	texts := make([]string, mutants)
	for i := range texts {
		parts := pieces(pool[r.IntN(len(pool))])
		for range 1 + r.IntN(2) {
			parts = mutateOnce(r, parts, words)
		}
		texts[i] = strings.Join(parts, "")
	}
	return texts
}

func mutateOnce(r *rand.Rand, parts, words []string) []string {
	if len(parts) == 0 {
		return parts
	}
	parts = append([]string(nil), parts...)
	i := r.IntN(len(parts))
	switch r.IntN(5) {
	case 0:
		return append(parts[:i], parts[i+1:]...)
	case 1:
		return append(parts[:i+1], parts[i:]...)
	case 2:
		j := r.IntN(len(parts))
		parts[i], parts[j] = parts[j], parts[i]
	case 3:
		parts[i] = words[r.IntN(len(words))]
	case 4:
		parts[i] = parts[i] + words[r.IntN(len(words))]
	}
	return parts
}

// pieces splits a text at its tokens, with the blanks before each.
func pieces(text string) []string {
	l := newLexer(text)
	var out []string
	at := 0
	for {
		l.nextLine()
		for _, t := range l.toks {
			if int(t.end) > at {
				out = append(out, text[at:t.end])
				at = int(t.end)
			}
			if t.kind == kEOF {
				return append(out, text[at:])
			}
		}
	}
}
