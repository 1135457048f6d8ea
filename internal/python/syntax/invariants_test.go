package syntax

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// checkModule checks what holds for the tree of any text.
func checkModule(t *testing.T, m *Module) {
	t.Helper()
	size := Pos(len(m.File.Data))
	last := Pos(0)
	for _, d := range m.Diagnostics {
		if d.Message == "" || d.Start > d.End || d.End > size {
			t.Errorf("diagnostic %+v in a text of %d bytes", d, size)
		}
		if d.Start < last {
			t.Errorf("diagnostic %+v comes too late", d)
		}
		last = d.Start
	}
	bad := false
	InspectBody(m.Body, func(n Node) bool {
		r := n.Extent()
		if r.Start > r.End || r.End > size {
			t.Errorf("%T at %+v in a text of %d bytes", n, r, size)
		}
		switch n.(type) {
		case *BadStmt, *BadExpr:
			bad = true
		}
		return true
	})
	if bad && firstError(m) == "" {
		t.Error("a bad node without a diagnostic")
	}
	if out := dumped(t, m); !strings.HasSuffix(out, "]}\n") || strings.Count(out, "\n") != 1 {
		t.Errorf("not one line: %q", out)
	}
}

func dumped(t *testing.T, m *Module) string {
	var out bytes.Buffer
	if err := DumpJSON(&out, m); err != nil {
		t.Error(err)
	}
	return out.String()
}

// checkNesting checks that every part lies inside its parent, and that statements follow each other.
func checkNesting(t *testing.T, m *Module) {
	t.Helper()
	var check func(parent Node)
	check = func(parent Node) {
		last := parent.Extent().Start
		Inspect(parent, func(n Node) bool {
			if n == parent {
				return true
			}
			in, out := n.Extent(), parent.Extent()
			if (in.Start < out.Start || in.End > out.End) && !isDecorator(parent, n) {
				t.Errorf("%T at %+v is not inside %T at %+v", n, in, parent, out)
			}
			if _, ok := n.(Stmt); ok {
				if in.Start < last {
					t.Errorf("%T at %+v begins before %d", n, in, last)
				}
				last = in.End
			}
			check(n)
			return false
		})
	}
	last := Pos(0)
	for _, s := range m.Body {
		if r := s.Extent(); r.Start < last && !isDecorated(s) {
			t.Errorf("%T at %+v begins before %d", s, r, last)
		}
		last = s.Extent().End
		check(s)
	}
}

// isDecorator tells a decorator, which stands before the definition that it belongs to.
func isDecorator(parent, n Node) bool {
	for _, d := range decorators(parent) {
		if d == n {
			return true
		}
	}
	return false
}

func isDecorated(n Node) bool { return len(decorators(n)) > 0 }

func decorators(n Node) []Expr {
	switch n := n.(type) {
	case *FunctionDef:
		return n.Decorators
	case *ClassDef:
		return n.Decorators
	}
	return nil
}

// checkReading checks how many bytes the lexer reads: recovery reads text again, within a bound.
func checkReading(t *testing.T, src string) {
	t.Helper()
	p := newParser(src)
	p.body = p.module()
	if limit := 12*len(src) + rescanMinBytes; p.scanned > limit {
		t.Errorf("%d bytes were read for %d", p.scanned, len(src))
	}
}

// between is what may stand between tokens: blanks, line ends, continuations, comments and conflict markers.
var between = regexp.MustCompile(`^(?:[ \t\f\r\n]|\\(?:\r\n?|\n|$)|#[^\n\r]*|(?:<{7}|>{7}|={7}|\|{7})(?: [^\n\r]*)?(?:[\n\r]|$))*$`)

// checkTokens reads a text without a parser.
func checkTokens(t *testing.T, src string) {
	t.Helper()
	l := newLexer(src)
	level, at := 0, 0
	doubled := false
	for lines := 0; ; lines++ {
		if lines > len(src)+1 {
			t.Fatal("more lines than bytes")
		}
		l.nextLine()
		whole := !strings.Contains(faultsOf(&l), "too many nested") && !strings.Contains(faultsOf(&l), "too deeply")
		for i, tok := range l.toks {
			start, end := int(tok.start), int(tok.end)
			if start > end || end > len(src) {
				t.Fatalf("token %d at %d-%d in a text of %d bytes", tok.kind, start, end, len(src))
			}
			if tok.kind == kError {
				whole = false // it may stand where the fault began, or where a token stands that goes on behind it
			}
			if start < at && whole {
				t.Fatalf("token %d at %d-%d begins before %d", tok.kind, start, end, at)
			}
			gap := src[min(at, start):start]
			if doubled && gap != "" {
				gap = gap[1:]
			}
			if whole && !l.stop && !between.MatchString(gap) {
				t.Fatalf("no token has %q at %d", gap, at)
			}
			doubled = tok.flags&flagDoubled != 0
			at = end
			switch tok.kind {
			case kIndent:
				level++
			case kDedent:
				level--
			case kNewline, kEOF:
				if i != len(l.toks)-1 {
					t.Fatal("a line goes on behind its end")
				}
			}
			if level < 0 || level > maxIndents {
				t.Fatalf("%d levels of indentation", level)
			}
		}
		if l.toks[len(l.toks)-1].kind == kEOF {
			break
		}
	}
	if level != 0 {
		t.Fatalf("%d levels of indentation at the end", level)
	}
}

func faultsOf(l *lexer) string {
	var b strings.Builder
	for _, f := range l.faults {
		b.WriteString(f.message + "\n")
	}
	return b.String()
}

// parsed reads text as it is, whatever encoding it declares.
func parsed(src string) *Module {
	p := newParser(src)
	body := p.module()
	return &Module{File: source.NewFile("a.py", []byte(src)), Body: body, Diagnostics: p.diagnostics()}
}

// checkBefore cuts a text before each of the first statements, and wants that those before it stay what they are when no fault
// stands there.
func checkBefore(t *testing.T, src string) {
	t.Helper()
	m := parsed(src)
	fault := Pos(len(src))
	for _, d := range m.Diagnostics {
		if d.Since == 0 {
			fault = d.Start
			break
		}
	}
	for i := 1; i < min(len(m.Body), 20); i++ {
		at := m.Body[i].Extent().Start
		if m.Body[i].Extent().End >= fault || isDecorated(m.Body[i]) || strings.HasSuffix(strings.TrimRight(src[:at], "\r\n"), "\\") {
			return
		}
		if _, bad := m.Body[i-1].(*BadStmt); bad {
			return
		}
		head := parsed(src[:at])
		if message := firstError(head); message != "" {
			t.Fatalf("before %d: %s", at, message)
		}
		want := &Module{File: m.File, Body: m.Body[:i]}
		head.File, head.Diagnostics = m.File, nil
		if got, want := dumped(t, head), dumped(t, want); got != want {
			t.Fatalf("before %d:\n%s\nwith what follows:\n%s", at, got, want)
		}
	}
}

// checkAfter wants assignments found that stand behind any text that has no triple quotes.
func checkAfter(t *testing.T, src string) {
	t.Helper()
	if strings.Contains(src, "'''") || strings.Contains(src, `"""`) || len(src) > 1<<16 {
		return
	}
	m := parsed(src + "\n\nAFTER_1 = 1\nAFTER_2 = f(2)\nAFTER_3 = 3\n")
	for _, d := range m.Diagnostics {
		if strings.Contains(d.Message, "the rest of the file is not read") {
			return
		}
	}
	found := 0
	InspectBody(m.Body, func(n Node) bool {
		if a, ok := n.(*Assign); ok {
			if name, ok := a.Targets[0].(*Name); ok && strings.HasPrefix(name.ID, "AFTER_") {
				found++
			}
		}
		return true
	})
	if found < 3 {
		t.Errorf("%d of 3 assignments behind it were found", found)
	}
}
