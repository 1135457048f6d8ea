package dotenv

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pairs are the keys and values of bindings in turn; a key without a value has "<none>", an uncertain one "<uncertain>".
func pairs(list []Binding) []string {
	var out []string
	for _, b := range list {
		v := b.Value
		if !b.HasValue {
			v = "<none>"
		}
		if b.Uncertain {
			v = "<uncertain>"
		}
		out = append(out, b.Key, v)
	}
	return out
}

func TestDialects(t *testing.T) {
	tests := []struct {
		name, text                             string
		load, environ, decouple, configuration []string
	}{
		{"plain", "A=1\n", []string{"A", "1"}, []string{"A", "1"}, []string{"A", "1"}, []string{"A", "1"}},
		{"spaces", "A = 1", []string{"A", "1"}, nil, []string{"A", "1"}, nil},
		{"export", "export A=1", []string{"A", "1"}, []string{"A", "1"}, []string{"export A", "1"}, nil},
		{"a comment behind", "A=1 # c", []string{"A", "1"}, []string{"A", "1 # c"}, []string{"A", "1 # c"}, []string{"A", "1 # c"}},
		{"quotes", `A="x"`, []string{"A", "x"}, []string{"A", "x"}, []string{"A", "x"}, []string{"A", "x"}},
		{"an escape", `A="x\ny"`, []string{"A", "x\ny"}, []string{"A", `x\ny`}, []string{"A", `x\ny`}, []string{"A", "xny"}},
		{"two lines", "A=\"x\ny\"", []string{"A", "x\ny"}, []string{"A", `"x`}, []string{"A", `"x`}, []string{"A", `"x`}},
		{"no value", "A", []string{"A", "<none>"}, nil, nil, nil},
		{"a comment after blanks", "A= # c", []string{"A", "<uncertain>"}, []string{"A", " # c"}, []string{"A", "# c"}, []string{"A", " # c"}},
		{"an unclosed quote is left out", "A='x\nB=1", []string{"B", "1"}, []string{"A", "'x", "B", "1"}, []string{"A", "'x", "B", "1"}, []string{"A", "'x", "B", "1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for dialect, got := range map[string][2][]string{
				"python-dotenv":         {test.load, pairs(Load(test.text))},
				"django-environ":        {test.environ, pairs(Environ(test.text, false))},
				"python-decouple":       {test.decouple, pairs(Decouple(test.text))},
				"django-configurations": {test.configuration, pairs(Configurations(test.text))},
			} {
				if d := cmp.Diff(got[0], got[1]); d != "" {
					t.Errorf("%s: %s", dialect, d)
				}
			}
		})
	}
}

func TestAtoms(t *testing.T) {
	got := Atoms("a${B}c${D:-e}${F:g}$H")
	want := []Atom{{Text: "a"}, {Reference: true, Name: "B"}, {Text: "c"}, {Reference: true, Name: "D", Default: "e", HasDefault: true}, {Text: "${F:g}$H"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestPositions(t *testing.T) {
	text := "# c\nA=1\nB='x'\n"
	for _, b := range Load(text) {
		if s := text[b.Offset:b.End]; s != "A=1" && s != "B='x'" {
			t.Errorf("%s stands at %q", b.Key, s)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("export A=\"x\\n${B:-c}\" # d\r\n'K'=1\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, b := range Load(text) {
			Atoms(b.Value)
			if b.Offset > b.End || int(b.End) > len(text) {
				t.Errorf("%q stands at %d to %d of %d", b.Key, b.Offset, b.End, len(text))
			}
		}
		Environ(text, true)
		Decouple(text)
	})
}
