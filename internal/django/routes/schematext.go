package routes

import "strings"

// sdlField is a field of a type in the text of a schema.
type sdlField struct {
	name string
	list bool
}

// typeFields are the fields of a type of objects and of its extensions in the schema definition language.
// Source: the GraphQL specification of October 2021, chapter 3.
func typeFields(text, name string) (list []sdlField) {
	tokens := sdlTokens(text)
	for n := 0; n+1 < len(tokens); n++ {
		if tokens[n] != "type" || tokens[n+1] != name {
			continue
		}
		for n += 2; n < len(tokens) && tokens[n] != "{" && tokens[n] != "type"; n++ {
		}
		if n >= len(tokens) || tokens[n] != "{" {
			n--
			continue
		}
		for n++; n < len(tokens) && tokens[n] != "}"; {
			var f sdlField
			f, n = sdlOne(tokens, n)
			if f.name != "" {
				list = append(list, f)
			}
		}
	}
	return list
}

// sdlOne reads one field from a position: its name, arguments, type and directives; next is after it.
func sdlOne(tokens []string, n int) (f sdlField, next int) {
	f.name = tokens[n]
	if !sdlName(f.name) {
		return sdlField{}, n + 1
	}
	n = sdlSkip(tokens, n+1)
	if n >= len(tokens) || tokens[n] != ":" {
		return sdlField{}, max(n, 0)
	}
	n++
	f.list = n < len(tokens) && tokens[n] == "["
	for n < len(tokens) && (tokens[n] == "[" || tokens[n] == "]" || tokens[n] == "!") {
		n++
	}
	if n < len(tokens) && tokens[n] != "}" {
		n++ // the name of the type
	}
	for n < len(tokens) && (tokens[n] == "]" || tokens[n] == "!") {
		n++
	}
	for n+1 < len(tokens) && tokens[n] == "@" {
		n = sdlSkip(tokens, n+2)
	}
	return f, n
}

// sdlSkip passes over arguments in brackets, if they stand there.
func sdlSkip(tokens []string, n int) int {
	if n >= len(tokens) || tokens[n] != "(" {
		return n
	}
	depth := 0
	for ; n < len(tokens); n++ {
		switch tokens[n] {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return n + 1
			}
		}
	}
	return n
}

func sdlName(s string) bool {
	return s != "" && (s[0] == '_' || s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z')
}

// sdlTokens splits a schema into names and signs, without comments, descriptions and strings.
func sdlTokens(text string) (tokens []string) {
	for n := 0; n < len(text); {
		switch c := text[n]; {
		case c == '#':
			end := strings.IndexByte(text[n:], '\n')
			if end < 0 {
				return tokens
			}
			n += end
		case strings.HasPrefix(text[n:], `"""`):
			end := strings.Index(text[n+3:], `"""`)
			if end < 0 {
				return tokens
			}
			n += end + 6
		case c == '"':
			for n++; n < len(text) && text[n] != '"' && text[n] != '\n'; n++ {
				if text[n] == '\\' {
					n++
				}
			}
			n++
		case sdlName(string(rune(c))):
			start := n
			for n < len(text) && (sdlName(text[n:n+1]) || text[n] >= '0' && text[n] <= '9') {
				n++
			}
			tokens = append(tokens, text[start:n])
		case strings.IndexByte("{}()[]:!@=|&", c) >= 0:
			tokens = append(tokens, string(rune(c)))
			n++
		default:
			n++
		}
	}
	return tokens
}
