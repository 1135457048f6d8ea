package library

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

func itoa(i int) string { return strconv.Itoa(i) }

// isPythonSpace is str.isspace for one character.
func isPythonSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// parseInt is int(text) with base 10; ok is false for a ValueError, and for digits outside ASCII.
func parseInt(text string) (i *big.Int, ok bool) {
	s := strings.TrimFunc(text, isPythonSpace)
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "+"), "-")
	if len(s)-len(digits) > 1 || digits == "" || len(digits) > 4300 {
		return nil, false
	}
	for i := 0; i < len(digits); i++ {
		if digits[i] == '_' {
			if i == 0 || i == len(digits)-1 || digits[i-1] == '_' {
				return nil, false
			}
			continue
		}
		if digits[i] < '0' || digits[i] > '9' {
			return nil, false
		}
	}
	n, ok := new(big.Int).SetString(strings.ReplaceAll(digits, "_", ""), 10)
	if ok && s[0] == '-' {
		n.Neg(n)
	}
	return n, ok
}
