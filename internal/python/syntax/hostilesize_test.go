package syntax

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"gonogo/internal/source"
)

// longLines repeat something on one line, as often as fits.
var longLines = []struct {
	name, before, again, after string
	broken                     bool
}{
	{"list", "a = [", "1, ", "]\n", false},
	{"tuple", "a = ", "b, ", "\n", false},
	{"dict", "a = {", "b: 'c', ", "}\n", false},
	{"list of lists", "a = [", "[], ", "]\n", false},
	{"calls", "a = [", "b(c), ", "]\n", false},
	{"string", "a = '", "b", "'\n", false},
	{"escapes", "a = '", `\n`, "'\n", false},
	{"strings beside each other", "a = ", "'b' ", "\n", false},
	{"name", "a", "b", " = 1\n", false},
	{"letters beyond ASCII", "a", "é", " = 1\n", false},
	{"digits", "a = ", "1", "\n", true},
	{"statements", "a", ";a", "\n", false},
	{"comment", "#", " a", "\n", false},
	{"blanks", "a =", " ", "b\n", false},
	{"f-string", "a = f'", "{b}", "'\n", false},
	{"comparisons", "a", " < b", "\n", false},
	{"sum", "a", " + b", "\n", true},
	{"brackets", "a = ", "(", "\n", true},
	{"unclosed bracket", "a = [", "1, ", "\n", true},
	{"quotes", "a = ", "'", "b\n", true},
	{"names", "a", " b", "\n", true},
	{"errors", "a", "; b c", "\n", true},
	{"unknown characters", "a = ", "$", "\n", true},
	{"other unknown characters", "a = ", "?$", "\n", true},
	{"no UTF-8", "a = '", "\xff", "'\n", true},
}

// Limits of TestLongLines, whose lines are as long as the largest file that an audit reads.
const (
	longLine       = 10_000_000
	longLineTime   = 30 * time.Second
	bytesAllocated = 200 // for each byte of the text
)

// TestLongLines wants time and memory that grow no faster than the line.
func TestLongLines(t *testing.T) {
	size, limit := longLine, longLineTime
	if os.Getenv(envOracle) != "1" {
		size, limit = size/20, limit/10
	}
	for _, c := range longLines {
		t.Run(c.name, func(t *testing.T) {
			src := c.before + strings.Repeat(c.again, size/len(c.again)) + c.after
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			m := parseText("a.py", src)
			if took := time.Since(start); took > limit {
				t.Errorf("%d bytes took %v, want %v", len(src), took, limit)
			}
			runtime.ReadMemStats(&after)
			if got := (after.TotalAlloc - before.TotalAlloc) / uint64(len(src)); got > bytesAllocated {
				t.Errorf("%d bytes were allocated for each of the text, want %d", got, bytesAllocated)
			}
			if broken := firstError(m) != ""; broken != c.broken {
				t.Errorf("error %q, want one: %v", firstError(m), c.broken)
			}
		})
	}
}

// TestTooLarge wants a text that is too large for a tree to be refused at once.
func TestTooLarge(t *testing.T) {
	data := bytes.Repeat([]byte("1, "), 100_000_000/3)
	start := time.Now()
	m := Parse(source.NewFile("a.py", data))
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	if len(m.Body) != 0 || len(m.Diagnostics) != 1 || !strings.Contains(m.Diagnostics[0].Message, "larger than 32 MiB") {
		t.Errorf("%d statements, diagnostics %v", len(m.Body), m.Diagnostics)
	}
}
