package syntax

// operatorKind reads an operator from its first three bytes, and gives its length.
func operatorKind(c, d, e byte) (kind, int) {
	switch c {
	case ',':
		return kComma, 1
	case ';':
		return kSemi, 1
	case '~':
		return kTilde, 1
	case '.':
		if d == '.' && e == '.' {
			return kEllipsis, 3
		}
		return kDot, 1
	case ':':
		return withEqual(d, kColon, kWalrus)
	case '=':
		return withEqual(d, kAssign, kEqEq)
	case '!':
		return withEqual(d, kError, kNotEq)
	case '+':
		return withEqual(d, kPlus, kPlusEq)
	case '%':
		return withEqual(d, kPercent, kPercentEq)
	case '&':
		return withEqual(d, kAmp, kAmpEq)
	case '|':
		return withEqual(d, kPipe, kPipeEq)
	case '^':
		return withEqual(d, kCaret, kCaretEq)
	case '@':
		return withEqual(d, kAt, kAtEq)
	case '-':
		if d == '>' {
			return kArrow, 2
		}
		return withEqual(d, kMinus, kMinusEq)
	case '*':
		return doubled(c, d, e, kStar, kStarEq, kDoubleStar, kDoubleStarEq)
	case '/':
		return doubled(c, d, e, kSlash, kSlashEq, kDoubleSlash, kDoubleSlashEq)
	case '<':
		if d == '>' {
			return kError, 2
		}
		return doubled(c, d, e, kLt, kLtE, kLShift, kLShiftEq)
	case '>':
		return doubled(c, d, e, kGt, kGtE, kRShift, kRShiftEq)
	}
	return kError, 1
}

func withEqual(d byte, plain, equal kind) (kind, int) {
	if d == '=' {
		return equal, 2
	}
	return plain, 1
}

func doubled(c, d, e byte, plain, equal, double, doubleEqual kind) (kind, int) {
	switch {
	case d == '=':
		return equal, 2
	case d != c:
		return plain, 1
	case e == '=':
		return doubleEqual, 3
	}
	return double, 2
}
