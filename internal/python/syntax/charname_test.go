package syntax

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

func TestCharacterByName(t *testing.T) {
	cases := []struct {
		name string
		want rune
	}{
		{"BULLET", '•'},
		{"latin small letter e with acute", 'é'},
		{"GRINNING FACE", '😀'},
		{"CJK UNIFIED IDEOGRAPH-4E00", '一'},
		{"CJK UNIFIED IDEOGRAPH-20000", '\U00020000'},
		{"CJK UNIFIED IDEOGRAPH-0041", 0},
		{"CJK UNIFIED IDEOGRAPH-04E00", 0},
		{"HANGUL SYLLABLE GAG", '각'},
		{"HANGUL SYLLABLE XYZ", 0},
		{"LINE FEED", '\n'},
		{"NBSP", '\u00a0'},
		{"VS16", '\ufe0f'},
		{"VS256", '\U000e01ef'},
		{"NO SUCH NAME", 0},
		{"", 0},
	}
	for _, c := range cases {
		got, ok := characterByName(c.name)
		if got != c.want || ok != (c.want != 0) {
			t.Errorf("%q: %U, %v; want %U", c.name, got, ok, c.want)
		}
	}
}

// TestOracleCharacterNames asks Python's unicodedata for the names of all characters that it knows.
func TestOracleCharacterNames(t *testing.T) {
	if os.Getenv(envOracle) != "1" {
		t.Skipf("asks Python for the names of all characters; set %s=1 to run it", envOracle)
	}
	const script = "import sys, unicodedata\nfor c in range(0x110000):\n  n = unicodedata.name(chr(c), None)\n  if n: print(c, n, sep=';')"
	out, err := exec.Command("python3", "-c", script).Output()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for line := range strings.Lines(string(out)) {
		code, name, _ := strings.Cut(strings.TrimSpace(line), ";")
		want, err := strconv.Atoi(code)
		if err != nil {
			t.Fatal(err)
		}
		count++
		if got, ok := characterByName(name); !ok || got != rune(want) {
			t.Errorf("%s: %U, %v; want %U", name, got, ok, want)
		}
	}
	if count < 100000 {
		t.Errorf("only %d names", count)
	}
}
