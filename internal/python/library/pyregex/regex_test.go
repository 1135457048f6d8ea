package pyregex

import (
	"errors"
	"testing"
)

func TestSearch(t *testing.T) {
	tests := []struct {
		name, pattern, text, want string
		flags                     Flag
	}{
		{"a class with a bracket first", `[]a]+`, "x]a", "]a", 0},
		{"a minimum of zero", `xa{,2}b`, "xaab", "xaab", 0},
		{"a brace that is no quantifier", `a{`, "a{", "a{", 0},
		{"verbose", " a  b # comment\n c", "abc", "abc", Verbose},
		{"flags in the pattern", `(?i)ABC`, "xabc", "abc", 0},
		{"white space of other kinds", `\s`, "a\x1cb", "\x1c", 0},
		{"several lines", `^b$`, "a\nb", "b", Multiline},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			re, err := Compile(test.pattern, test.flags)
			if err != nil {
				t.Fatal(err)
			}
			m, err := re.Search(test.text)
			if err != nil || m == nil {
				t.Fatal(m, err)
			}
			if got, _ := m.Group(0); got != test.want {
				t.Errorf("%q instead of %q", got, test.want)
			}
		})
	}
}

func TestUnsupported(t *testing.T) {
	for _, pattern := range []string{`(?=a)`, `(?<!a)b`, `(a)\1`, `a++`, `(?>a)`, `(?(1)a|b)`, `\N{DASH}`, `a**`, `*`} {
		if _, err := Compile(pattern, 0); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", pattern, err)
		}
	}
	for _, test := range []struct{ pattern, text string }{{`\w`, "ü"}, {`a$`, "a\n"}} {
		re, err := Compile(test.pattern, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := re.Search(test.text); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s on %q: %v", test.pattern, test.text, err)
		}
	}
	re, _ := Compile(`x*`, 0)
	if _, err := re.All("abxd"); !errors.Is(err, ErrUnsupported) {
		t.Error("empty matches are counted differently")
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(`(?P<a>[^]x]{2,3})|\d$`, "x]12")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if re, err := Compile(pattern, 0); err == nil {
			re.Search(text)
			re.All(text)
		}
	})
}
