package syntax

// maxIntDigits is CPython's limit for decimal integer literals (sys.int_info.default_max_str_digits).
const maxIntDigits = 4300

// number reads an integer, float or imaginary literal (Language Reference, 2.4.5).
func (l *lexer) number() {
	start := l.pos
	k, message := l.numeral()
	if message == "" {
		message = l.endOfNumber(start, k)
	}
	if message != "" {
		for l.pos < len(l.src) && (classes[l.src[l.pos]] == cIdent || classes[l.src[l.pos]] == cDigit) {
			l.pos++
		}
		l.fail(start, l.pos, message)
		return
	}
	l.emit(k, start, l.pos)
}

// numeral moves behind the digits, and says what is wrong with them.
func (l *lexer) numeral() (kind, string) {
	start := l.pos
	if l.src[start] == '0' {
		switch l.peekByte(1) | 0x20 {
		case 'x':
			return kInt, l.radix("hexadecimal", isHexDigit)
		case 'o':
			return kInt, l.radix("octal", func(c byte) bool { return c >= '0' && c <= '7' })
		case 'b':
			return kInt, l.radix("binary", func(c byte) bool { return c == '0' || c == '1' })
		}
	}
	if l.src[start] != '.' && !l.digits() {
		return kInt, "invalid decimal literal"
	}
	k := kInt
	whole := l.src[start:l.pos]
	if l.peekByte(0) == '.' {
		k = kFloat
		l.pos++
		if classes[l.peekByte(0)] == cDigit && !l.digits() {
			return k, "invalid decimal literal"
		}
	}
	if ok := l.exponent(&k); !ok {
		return k, "invalid decimal literal"
	}
	if l.peekByte(0)|0x20 == 'j' {
		l.pos++
		return kImag, ""
	}
	if k == kInt {
		return k, checkDecimal(whole)
	}
	return k, ""
}

// checkDecimal finds what Python refuses of a decimal integer.
func checkDecimal(s string) string {
	if s[0] == '0' {
		for i := range len(s) {
			if s[i] != '0' && s[i] != '_' {
				return "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"
			}
		}
	}
	if len(s) <= maxIntDigits {
		return ""
	}
	n := 0
	for i := range len(s) {
		if s[i] != '_' {
			n++
		}
	}
	if n > maxIntDigits {
		return "integer literal of more than 4300 digits; consider hexadecimal for huge integer literals"
	}
	return ""
}

// digits reads decimal digits with single underscores between them.
func (l *lexer) digits() bool {
	for {
		for classes[l.peekByte(0)] == cDigit {
			l.pos++
		}
		if l.peekByte(0) != '_' {
			return true
		}
		l.pos++
		if classes[l.peekByte(0)] != cDigit {
			return false
		}
	}
}

// exponent reads e, a sign and digits if they are there. An e without digits is left for the next token.
func (l *lexer) exponent(k *kind) bool {
	if l.peekByte(0)|0x20 != 'e' {
		return true
	}
	n := 1
	if c := l.peekByte(1); c == '+' || c == '-' {
		n = 2
		if classes[l.peekByte(n)] != cDigit {
			return false
		}
	} else if classes[c] != cDigit {
		return true
	}
	l.pos += n
	*k = kFloat
	return l.digits()
}

// radix reads what follows 0x, 0o or 0b.
func (l *lexer) radix(name string, digit func(byte) bool) string {
	l.pos += 2
	for {
		if l.peekByte(0) == '_' {
			l.pos++
		}
		if !digit(l.peekByte(0)) {
			return "invalid " + name + " literal"
		}
		for digit(l.peekByte(0)) {
			l.pos++
		}
		if l.peekByte(0) != '_' {
			if classes[l.peekByte(0)] == cDigit {
				return "invalid digit '" + string(rune(l.peekByte(0))) + "' in " + name + " literal"
			}
			return ""
		}
	}
}

func isHexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// endOfNumber refuses letters directly behind a number, except for the keywords that CPython still allows there.
func (l *lexer) endOfNumber(start int, k kind) string {
	if l.pos >= len(l.src) || classes[l.src[l.pos]] != cIdent {
		return ""
	}
	end := l.pos
	for end < len(l.src) && (classes[l.src[end]] == cIdent || classes[l.src[end]] == cDigit) {
		end++
	}
	rest := l.src[l.pos:end]
	for _, word := range [...]string{"and", "else", "for", "if", "in", "is", "not", "or"} {
		if len(rest) >= len(word) && rest[:len(word)] == word {
			return ""
		}
	}
	switch {
	case k == kImag:
		return "invalid imaginary literal"
	case k == kInt && l.src[start] == '0' && l.pos > start+1 && l.src[start+1]|0x20 > '_':
		switch l.src[start+1] | 0x20 {
		case 'x':
			return "invalid hexadecimal literal"
		case 'o':
			return "invalid octal literal"
		}
		return "invalid binary literal"
	}
	return "invalid decimal literal"
}
