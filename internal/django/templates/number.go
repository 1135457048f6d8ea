package templates

import (
	"strconv"
	"strings"
	"unicode"
)

// maxDigits is the length up to which int() of Python reads a number (sys.int_info.default_max_str_digits).
const maxDigits = 4300

// isDigit is \d of Python's re.
func isDigit(c rune) bool { return unicode.Is(unicode.Nd, c) }

// isNumber reports whether a template takes the word for a number: float() where it has a dot or an e, else int(). "2." is none.
func isNumber(s string) bool {
	plain, ok := asciiDigits(s)
	if !ok {
		return false
	}
	if strings.ContainsAny(s, ".eE") {
		_, err := strconv.ParseFloat(plain, 64)
		return (err == nil || isRange(err)) && !strings.HasSuffix(s, ".")
	}
	digits := strings.TrimLeft(plain, "+-")
	return len(plain)-len(digits) <= 1 && digits != "" && len(digits) <= maxDigits && strings.Trim(digits, "0123456789") == ""
}

// isRange reports a number that is too large, which Python reads as infinity.
func isRange(err error) bool {
	numErr, ok := err.(*strconv.NumError)
	return ok && numErr.Err == strconv.ErrRange
}

// asciiDigits replaces decimal digits of other scripts and removes the underscores that stand between digits. ok is false for
// characters that no number has.
func asciiDigits(s string) (string, bool) {
	var b strings.Builder
	previous, separated := false, false // a digit came before; then an underscore
	for _, c := range s {
		switch {
		case isDigit(c):
			b.WriteByte(byte('0' + digitValue(c)))
			previous, separated = true, false
			continue
		case separated:
			return "", false
		case c == '_':
			if !previous {
				return "", false
			}
			separated = true
			continue
		case c == '.' || c == '+' || c == '-' || c == 'e' || c == 'E':
			b.WriteRune(c)
		default:
			return "", false
		}
		previous = false
	}
	return b.String(), !separated
}

// digitValue is the value of a decimal digit: the digits of each script stand together, from zero to nine.
func digitValue(c rune) int {
	n := 0
	for n < 9 && isDigit(c-1) && !zeroBefore(c) {
		c--
		n++
	}
	return n
}

// zeroBefore stops at the zero of a script whose digits follow directly on those of another (mathematical digits).
func zeroBefore(c rune) bool { return c >= 0x1d7ce && c <= 0x1d7ff && (c-0x1d7ce)%10 == 0 }
