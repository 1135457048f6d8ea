package syntax

import (
	"io"
	"strings"
	"testing"
	"time"
)

// hostile are texts that grow something without bound: depth, errors, or text that is read again and again.
var hostile = []struct {
	name   string
	src    string
	broken bool
}{
	{"brackets", "a = " + strings.Repeat("(", 30000), true},
	{"closed brackets", "a = " + strings.Repeat("[", 30000) + strings.Repeat("]", 100000), true},
	{"brackets on lines", strings.Repeat("a = (\n", 30000), true},
	{"brackets on lines with text", strings.Repeat("a = (b, c, d, e, f, g, h, i, j, k\n", 30000), true},
	{"brackets on lines that start no statement", strings.Repeat("f((\n", 50000), true},
	{"closing brackets", strings.Repeat(")\n", 30000), true},
	{"braces", "a = " + strings.Repeat("{a:", 30000), true},
	{"unary", "a = " + strings.Repeat("-", 50000) + "b\n", true},
	{"not", "a = " + strings.Repeat("not ", 50000) + "b\n", true},
	{"sum", "a = b" + strings.Repeat(" + b", 50000) + "\n", true},
	{"power", "a = b" + strings.Repeat(" ** b", 50000) + "\n", true},
	{"attributes", "a" + strings.Repeat(".b", 50000) + "\n", true},
	{"calls", "a" + strings.Repeat("()", 50000) + "\n", true},
	{"subscripts", "a" + strings.Repeat("[b]", 50000) + "\n", true},
	{"conditionals", "a" + strings.Repeat(" if b else c", 50000) + "\n", true},
	{"lambdas", "a = " + strings.Repeat("lambda: ", 50000) + "b\n", true},
	{"lambda defaults", "a = " + strings.Repeat("lambda b=", 50000) + "c\n", true},
	{"comparisons", "a = b" + strings.Repeat(" < b", 50000) + "\n", false},
	{"conjunctions", "a = b" + strings.Repeat(" and b", 50000) + "\n", false},
	{"targets", strings.Repeat("a = ", 50000) + "b\n", false},
	{"decorators", strings.Repeat("@a\n", 30000) + "def f(): b\n", false},
	{"stars", strings.Repeat("*", 50000) + "a\n", true},
	{"awaits", strings.Repeat("await ", 50000) + "a\n", true},
	{"yields", "a = " + strings.Repeat("(yield ", 30000) + "\n", true},
	{"elif", "if a: b\n" + strings.Repeat("elif a: b\n", 30000), true},
	{"blocks", deepBlocks(2000), true},
	{"f-strings", "a = " + strings.Repeat("f'{", 30000), true},
	{"f-strings of other quotes", "a = " + strings.Repeat(`f"{f'{`, 50000), true},
	{"f-string fields", "a = f'" + strings.Repeat("{a:", 30000), true},
	{"f-string of many fields", "a = f'" + strings.Repeat("{a}", 30000) + "'\n", false},
	{"strings beside each other", "a = " + strings.Repeat("'b' ", 30000) + "\n", false},
	{"f-strings beside each other", "a = " + strings.Repeat("f'{b}' ", 50000) + "\n", false},
	{"patterns", "match a:\n    case " + strings.Repeat("[", 190) + strings.Repeat("]", 190) + ": b\n", false},
	{"class patterns", "match a:\n    case " + strings.Repeat("A(", 30000) + ": b\n", true},
	{"match in front of a long line", "match " + strings.Repeat("a, ", 30000) + "b:\n    case _: c\n", false},
	{"with in front of a long line", strings.Repeat("with (a, b) as c, d: e\n", 50000), false},
	{"with on a line with many brackets", "with " + strings.Repeat("(a), ", 50000) + "b: c\n", false},
	{"errors", strings.Repeat("a b\n", 50000), true},
	{"python 2", strings.Repeat("print 'a' % (b, c)\n", 30000), true},
	{"unclosed quotes", strings.Repeat("a = 'b\n", 30000), true},
	{"unclosed triple quote", strings.Repeat("a = 1\n", 30000) + "'''" + strings.Repeat("b = 1\n", 100000), true},
	{"triple quotes with code", strings.Repeat("a = '''\nb = 1\n'''\n", 20000) + "'''", true},
	{"indents", strings.Repeat("a\n  b\n", 30000), true},
	{"dedents to no level", strings.Repeat("if a:\n    b\n  c\n", 50000), true},
	{"continuations", "a = " + strings.Repeat("\\\n", 30000) + "b\n", false},
	{"conflict markers", strings.Repeat("<<<<<<< a\n", 30000), true},
	{"conflict markers in brackets", "a = [\n" + strings.Repeat("=======\n", 30000) + "]\n", true},
	{"null bytes", strings.Repeat("\x00", 30000), true},
	{"bytes that are no UTF-8", strings.Repeat("\xff", 30000), true},
	{"long integer", "a = " + strings.Repeat("9", 50000) + "\n", true},
	{"long hexadecimal integer", "a = 0x" + strings.Repeat("f", 10000) + "\n", false},
	{"long float", "a = " + strings.Repeat("9", 50000) + ".0\n", false},
	{"dotted import", "import a" + strings.Repeat(".b", 30000) + "\n", false},
}

// TestHostile wants an end within seconds, and a tree that can be walked.
func TestHostile(t *testing.T) {
	for _, c := range hostile {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			m := parseText("a.py", c.src)
			took := time.Since(start)
			if took > 30*time.Second {
				t.Errorf("%d bytes took %v", len(c.src), took)
			}
			if broken := firstError(m) != ""; broken != c.broken {
				t.Errorf("error %q, want one: %v", firstError(m), c.broken)
			}
			if err := DumpJSON(io.Discard, m); err != nil {
				t.Error(err)
			}
			InspectBody(m.Body, func(Node) bool { return true })
			if took > time.Second {
				t.Logf("%d bytes took %v", len(c.src), took)
			}
		})
	}
}
