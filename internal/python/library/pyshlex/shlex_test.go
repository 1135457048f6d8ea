package pyshlex

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name, text, whitespace, commenters string
		want                               []string
	}{
		{"commas", "a, b,,c", ",", "#", []string{"a", " b", "c"}},
		{"quotes join", `a'b c'd "e\"f"`, " ", "", []string{"ab cd", `e"f`}},
		{"an empty word in quotes", `'' a`, " ", "", []string{"", "a"}},
		{"a comment inside a word", "a#b,c", ",", "#", []string{"a"}},
		{"a comment ends with its line", "a#b\nc", ",", "#", []string{"a", "c"}},
		{"a backslash outside quotes", `a\ b`, " ", "", []string{"a b"}},
		{"a backslash that stays", `"a\b"`, " ", "", []string{`a\b`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Split(test.text, test.whitespace, test.commenters)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Error(d)
			}
		})
	}
	if _, err := Split("'a", " ", ""); !errors.Is(err, ErrNoClosingQuotation) {
		t.Error(err)
	}
	if _, err := Split(`a\`, " ", ""); !errors.Is(err, ErrNoEscapedCharacter) {
		t.Error(err)
	}
}
