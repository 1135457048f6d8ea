package syntax

import (
	"bytes"
	"testing"

	"gonogo/internal/source"
)

// FuzzParse checks that any text gives a tree whose parts lie in the text and inside their parents.
func FuzzParse(f *testing.F) {
	for _, c := range productions() {
		f.Add([]byte(c.src))
	}
	for _, c := range recoveries {
		f.Add([]byte(c.src))
	}
	for _, c := range invalid {
		f.Add([]byte(c.src))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		checkModule(t, Parse(source.NewFile("fuzz.py", data)))
		if !bytes.Equal(before, data) {
			t.Error("the data was changed")
		}
	})
}

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
	InspectBody(m.Body, func(n Node) bool {
		r := n.Extent()
		if r.Start > r.End || r.End > size {
			t.Errorf("%T at %+v in a text of %d bytes", n, r, size)
		}
		return true
	})
	bad := false
	InspectBody(m.Body, func(n Node) bool {
		switch n.(type) {
		case *BadStmt, *BadExpr:
			bad = true
		}
		return true
	})
	if bad && firstError(m) == "" {
		t.Error("a bad node without a diagnostic")
	}
	var out bytes.Buffer
	if err := DumpJSON(&out, m); err != nil {
		t.Error(err)
	}
	if !bytes.HasSuffix(out.Bytes(), []byte("]}\n")) || bytes.Count(out.Bytes(), []byte("\n")) != 1 {
		t.Errorf("not one line: %q", out.Bytes())
	}
}
