package deploy

// splitWords splits a command line at white space as a shell does, with quotes and backslashes, and expands nothing. An open quote ends with the text.
func splitWords(text string) []string {
	var words []string
	var word []byte
	started := false
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == '\'':
			word = append(word, c)
		case c == '\\' && i+1 < len(text) && (quote == 0 || text[i+1] == '"' || text[i+1] == '\\'):
			i++
			if text[i] != '\n' {
				word, started = append(word, text[i]), true
			}
		case quote == 0 && (c == '"' || c == '\''):
			quote, started = c, true
		case quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			if started {
				words = append(words, string(word))
			}
			word, started = nil, false
		default:
			word, started = append(word, c), true
		}
	}
	if started {
		words = append(words, string(word))
	}
	return words
}
