package syntax

import (
	"bytes"
	"testing"

	"gonogo/internal/source"
)

// seeds gives a fuzz target every text of the tables, and one text of each line of them.
func seeds(f *testing.F) {
	for _, c := range productions() {
		f.Add([]byte(c.src))
	}
	for _, c := range recoveries {
		f.Add([]byte(c.src))
	}
	for _, c := range invalid {
		f.Add([]byte(c.src))
	}
	for _, c := range hostile {
		f.Add([]byte(c.src[:min(len(c.src), 200)]))
	}
}

// FuzzLexer checks that the tokens of any text cover it, in order, and that its indents are closed.
func FuzzLexer(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) { checkTokens(t, string(data)) })
}

// FuzzParse checks that any text gives a tree whose parts lie in the text and inside their parents, the same tree every time,
// without more reading than the bound of the lexer.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		m := Parse(source.NewFile("fuzz.py", data))
		checkModule(t, m)
		checkNesting(t, m)
		if !bytes.Equal(before, data) {
			t.Error("the data was changed")
		}
		if again := Parse(source.NewFile("fuzz.py", data)); dumped(t, again) != dumped(t, m) {
			t.Error("a second tree is another one")
		}
		checkReading(t, string(m.File.Data))
	})
}

// FuzzRecover checks that what stands before a fault stays as it would be without the fault, and that assignments at the start of
// a line behind it are found whatever brackets and quotes it left open.
func FuzzRecover(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		checkBefore(t, string(data))
		checkAfter(t, string(data))
	})
}
