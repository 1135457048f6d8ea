package pyregex

// Unbalanced reports whether a pattern is certainly no regular expression, for a group that is never closed or never opened. What
// stands in brackets or behind a backslash is left out; a pattern with other faults is not found.
func Unbalanced(pattern string) bool {
	depth := 0
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '[', '#':
			return false // a set, or perhaps a comment of a verbose pattern
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return true
			}
		}
	}
	return depth > 0
}
