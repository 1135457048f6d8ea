package syntax

import (
	"encoding/json"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// mutants is how many broken texts TestOracleMutations tries.
const mutants = 10000

// maxOtherLine is the share of errors whose line may be another one than Python's, for no reason of otherLines.
const maxOtherLine = 0.001

// TestOracleMutations breaks texts of the tables at random, always in the same way, and asks CPython whether they are still valid:
// what it rejects must have an error here, what it accepts must have the same tree.
func TestOracleMutations(t *testing.T) { eachOracle(t, askMutations) }

func askMutations(t *testing.T, o *oracle) {
	if o.version < 310 {
		t.Skip("its parser is another one and leaves more to the compiler")
	}
	o.askBroken(t, mutate(rand.New(rand.NewPCG(1, 31))))
}

// askBroken asks about texts most of which are broken.
func (o *oracle) askBroken(t *testing.T, texts []string) {
	wrong, rejected, later, known, elsewhere := 0, 0, 0, 0, 0
	for i, line := range o.answers(t, texts) {
		became, problem := o.mutant(texts[i], line)
		switch {
		case became == rejectedSameLine:
			rejected++
		case became == rejectedLater:
			rejected++
			later++
		case became == rejectedKnownLine:
			rejected++
			known++
		case became == rejectedOtherLine:
			rejected++
			elsewhere++
			t.Logf("other line: %.300q: %s", texts[i], problem)
		case became != identical && !isQuirk(texts[i], o.version):
			wrong++
			if wrong < 60 {
				t.Errorf("%s: %.2000q: %s", became, texts[i], problem)
			}
		}
	}
	t.Logf("Python %d: %d texts, %d rejected (%d with a later diagnostic on Python's line, %d on another line for a known reason, %d for none), %d wrong",
		o.version, len(texts), rejected, later, known, elsewhere, wrong)
	if share := float64(elsewhere) / float64(rejected); share > maxOtherLine {
		t.Errorf("%.2f%% of the errors are on another line than Python's, want %.2f%%", 100*share, 100*maxOtherLine)
	}
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
func (o *oracle) mutant(text, line string) (outcome, string) {
	var answer struct {
		Path, Error string
		Line        int
	}
	if err := json.Unmarshal([]byte(line), &answer); err != nil {
		return otherTree, err.Error()
	}
	m := parseText(answer.Path, text)
	if answer.Error == "" {
		got := treeLine(m, o.version < 312)
		if became, problem := o.judge(m, verdict{}); became == rejectedHereOnly {
			return became, problem
		} else if got != line {
			return otherTree, firstDifference([]byte(got), []byte(line))
		}
		return identical, ""
	}
	return o.judge(m, verdict{Line: answer.Line, Error: answer.Error})
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
