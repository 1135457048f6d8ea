package syntax

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/internal/source"
)

var update = flag.Bool("update", false, "write testdata/productions.jsonl from what the Python of the comparison says")

const goldenFile = "testdata/productions.jsonl"

// productions is every text that is valid.
func productions() []production {
	var all []production
	for _, list := range [][]production{expressionProductions, statementProductions, stringProductions, patternProductions, encodingProductions} {
		all = append(all, list...)
	}
	return all
}

// parseText parses a text as a file of that name.
func parseText(name, src string) *Module { return Parse(source.NewFile(name, []byte(src))) }

// treeLine is what dump_ast.py writes for a module.
func treeLine(m *Module, blind bool) string {
	d := newDumper(m)
	d.blind = blind
	d.raw(`{"path":`)
	d.str(m.File.Path)
	d.raw(`,"ast":`)
	d.tree(m)
	d.raw(`,"error":null}`)
	return string(d.out)
}

// newest is the version that a text needs: the highest of its version notes.
func newest(m *Module) int {
	v := 0
	for _, d := range m.Diagnostics {
		v = max(v, d.Since)
	}
	return v
}

// firstError is the first diagnostic that is no version note, as line:column: message, or "".
func firstError(m *Module) string {
	for _, d := range m.Diagnostics {
		if d.Since == 0 {
			at := m.File.Position(d.Start)
			return fmt.Sprintf("%d:%d: %s", at.Line, at.Column, d.Message)
		}
	}
	return ""
}

// TestProductions compares each tree with the one that CPython 3.14 gave.
func TestProductions(t *testing.T) {
	data, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	golden := strings.Split(strings.TrimSpace(string(data)), "\n")
	all := productions()
	if len(golden) != len(all) {
		t.Fatalf("%s has %d lines for %d texts; run the comparison with -update", goldenFile, len(golden), len(all))
	}
	for i, c := range all {
		t.Run(c.name, func(t *testing.T) {
			m := parseText(c.name, c.src)
			if message := firstError(m); message != "" {
				t.Fatalf("%s in\n%s", message, c.src)
			}
			if got := newest(m); got != c.since {
				t.Errorf("needs version %d, want %d: %+v", got, c.since, m.Diagnostics)
			}
			if got := treeLine(m, false); got != golden[i] {
				t.Error(firstDifference([]byte(got), []byte(golden[i])))
			}
		})
	}
}

// TestOracleProductions asks a real CPython about each text: whether it is accepted, and its tree.
func TestOracleProductions(t *testing.T) { eachOracle(t, askProductions) }

func askProductions(t *testing.T, o *oracle) {
	all := productions()
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = c.src
	}
	var golden bytes.Buffer
	for i, line := range o.answers(t, texts) {
		c := all[i]
		_, rest, _ := strings.Cut(line, `,"ast":`)
		line = `{"path":` + quoted(c.name) + `,"ast":` + rest
		golden.WriteString(line + "\n")
		accepted := strings.HasSuffix(line, `"error":null}`)
		m := parseText(c.name, c.src)
		switch {
		case isKnown(c.name, o.version):
		case accepted != (o.version >= c.since):
			t.Errorf("%s: Python %d accepts: %v, but the table says since %d: %.200s", c.name, o.version, accepted, c.since, rest)
		case accepted && o.version >= 310 && treeLine(m, o.version < 312) != line:
			t.Errorf("%s: %s", c.name, firstDifference([]byte(treeLine(m, o.version < 312)), []byte(line)))
		}
	}
	if *update && o.version >= 314 && !t.Failed() {
		if err := os.WriteFile(goldenFile, golden.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// isKnown reports faults of single versions of CPython that the tree does not follow.
func isKnown(name string, version int) bool {
	switch name {
	case "call with keyword repeated": // 3.8 alone refuses it in the parser, others in the compiler
		return version == 308
	case "f-string raw format specification": // decoded as if it were not raw, until 3.13.1
		return version == 312 || version == 313
	}
	return false
}

func quoted(s string) string {
	d := dumper{}
	d.str(s)
	return string(d.out)
}

// answers gives a line of dump_ast.py for each text.
func (o *oracle) answers(t *testing.T, texts []string) []string {
	dir := t.TempDir()
	var paths bytes.Buffer
	for i, text := range texts {
		path := filepath.Join(dir, fmt.Sprintf("%05d.py", i))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&paths, path)
	}
	cmd := exec.Command(o.command[0], o.command[1:]...)
	cmd.Stdin = &paths
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run %q: %v", o.command, err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(texts) {
		t.Fatalf("%d answers for %d texts", len(lines), len(texts))
	}
	return lines
}
