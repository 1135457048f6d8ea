package secrets

import (
	"bytes"
	"math"
	"unicode/utf8"
)

// random reports whether a value looks made by a generator rather than by a person: enough different characters, several kinds of them
// that change often, and no words.
func random(v []byte) bool {
	if len(v) < 16 || len(v) > 1000 || Example(string(v)) || sequence(v) {
		return false
	}
	if hexadecimal(v) {
		return len(v) >= 32 && entropy(v) >= 3
	}
	need := 3.3
	switch {
	case len(v) >= 40:
		need = 4.0
	case len(v) >= 24:
		need = 3.6
	}
	return entropy(v) >= need && changes(v)*100 >= 28*len(v) && worded(v) < 0.62
}

// entropy is Shannon's over the bytes, in bits per byte.
func entropy(v []byte) float64 {
	var counts [256]int
	for _, c := range v {
		counts[c]++
	}
	bits := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(v))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// kind of a character: 1 lower, 2 upper, 3 digit, 4 other.
func kindOfByte(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return 1
	case c >= 'A' && c <= 'Z':
		return 2
	case c >= '0' && c <= '9':
		return 3
	}
	return 4
}

// changes counts neighbours of different kinds; 0 for a value with fewer than two kinds of letters and digits.
func changes(v []byte) int {
	n := 0
	var seen [5]bool
	seen[kindOfByte(v[0])] = true
	for i := 1; i < len(v); i++ {
		if kindOfByte(v[i]) != kindOfByte(v[i-1]) {
			n++
		}
		seen[kindOfByte(v[i])] = true
	}
	if !seen[3] && !(seen[1] && seen[2]) {
		return 0
	}
	return n
}

// worded is the share of letters and digits that stand in what a person would write: runs of at least three letters (a capital may begin
// them), and ascending or repeated digits.
func worded(v []byte) float64 {
	all, words := 0, 0
	for i := 0; i < len(v); {
		k := kindOfByte(v[i])
		j := i + 1
		for j < len(v) && kindOfByte(v[j]) == k {
			j++
		}
		if k == 2 && j == i+1 && j < len(v) && kindOfByte(v[j]) == 1 { // a capital begins a word
			for j < len(v) && kindOfByte(v[j]) == 1 {
				j++
			}
			k = 1
		}
		run := v[i:j]
		if k != 4 {
			all += len(run)
		}
		if k < 3 && len(run) >= 3 || k == 3 && len(run) >= 3 && ascending(run) {
			words += len(run)
		}
		i = j
	}
	if all == 0 {
		return 1
	}
	return float64(words) / float64(all)
}

func ascending(run []byte) bool {
	for i := 1; i < len(run); i++ {
		if d := int(run[i]) - int(run[i-1]); d != 0 && d != 1 && d != -1 && d != -9 && d != 9 {
			return false
		}
	}
	return true
}

// sequence reports whether most of a value runs through the alphabet or the digits, or repeats a few characters: "abcdef0123456789".
func sequence(v []byte) bool {
	steps := 0
	for i := 1; i < len(v); i++ {
		if d := int(fold(v[i])) - int(fold(v[i-1])); d >= -1 && d <= 1 {
			steps++
		}
	}
	if steps*2 > len(v) {
		return true
	}
	for period := 1; period <= min(10, len(v)/2); period++ { // 0123456789012345..., deadbeefdeadbeef
		same := 0
		for i := period; i < len(v); i++ {
			if v[i] == v[i-period] {
				same++
			}
		}
		if same*10 >= (len(v)-period)*9 {
			return true
		}
	}
	return false
}

func hexadecimal(v []byte) bool {
	for _, c := range v {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}

// uuid reports whether a value is a UUID in its usual form. They name things, and only some are secret.
func uuid(v []byte) bool {
	if len(v) != 36 || v[8] != '-' || v[13] != '-' || v[18] != '-' || v[23] != '-' {
		return false
	}
	return hexadecimal(bytes.ReplaceAll(v, []byte("-"), nil))
}

// printable reports whether bytes are text without control characters but line ends.
func printable(v []byte) bool {
	if !utf8.Valid(v) {
		return false
	}
	for _, c := range v {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
