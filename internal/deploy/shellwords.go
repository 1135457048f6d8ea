package deploy

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"gonogo/internal/source"
)

// call follows a simple command: builtins that change what follows, functions of the script, and programs.
func (s *shellText) call(c *syntax.CallExpr) {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			s.assign(a, false)
		}
		return
	}
	argv := s.words(c.Args)
	if len(argv) == 0 {
		return
	}
	if s.builtin(argv, c) {
		return
	}
	for _, a := range c.Assigns {
		s.assign(a, true)
	}
	if f, ok := s.funcs[argv[0]]; ok && s.depth < maxShellDepth {
		s.depth++
		saved := s.args
		s.args = argv[1:]
		f.in.stmt(f.body)
		s.args = saved
		s.depth--
		return
	}
	s.run(argv, s.at(c), argv[0] == "exec")
}

// builtin follows a shell builtin. It reports whether argv is one that starts no program.
func (s *shellText) builtin(argv []string, c *syntax.CallExpr) bool {
	switch argv[0] {
	case "set":
		if i := indexOf(argv, "--"); i >= 0 && !s.maybe {
			s.args = argv[i+1:]
		}
	case "shift":
		if !s.maybe && len(s.args) > 0 {
			s.args = s.args[1:]
		}
	case "exit", "return":
		if !s.maybe && argv[0] == "exit" {
			s.ended = true
		}
	case ".", "source":
		s.sourceFile(argv)
	case "eval":
		text := strings.Join(argv[1:], " ")
		at := s.at(c)
		if s.depth < maxShellDepth {
			s.depth++
			s.execution.text(text, func(start, end int) source.Span { return within(at, text[start:end]) })
			s.depth--
		}
	case "exec":
		return len(argv) == 1 || strings.HasPrefix(argv[1], ">") || strings.HasPrefix(argv[1], "<")
	case "echo", "printf", "cd", "trap", "wait", "true", "false", ":", "test", "[", "unset", "read", "umask", "ulimit", "sleep", "alias", "pwd", "kill", "type", "hash", "pushd", "popd", "let", "shopt", "local", "builtin", "break", "continue", "command", "getopts":
	default:
		return false
	}
	return true
}

// sourceFile follows `. file` for a file of the project.
func (s *shellText) sourceFile(argv []string) {
	if len(argv) < 2 || s.depth >= maxShellDepth {
		return
	}
	if file, ok := s.scripts.find(argv[1]); ok {
		s.depth++
		s.execution.file(file)
		s.depth--
	}
}

// declare follows export, declare -x, local and readonly.
func (s *shellText) declare(c *syntax.DeclClause) {
	exports := c.Variant != nil && c.Variant.Value == "export"
	for _, a := range c.Args {
		if a.Name == nil && a.Value != nil && strings.HasPrefix(s.word(a.Value, false), "-") {
			exports = exports || strings.Contains(s.word(a.Value, false), "x")
			continue
		}
		s.assign(a, exports)
	}
}

// assign follows NAME=value; exports says whether programs get it.
func (s *shellText) assign(a *syntax.Assign, exports bool) {
	if a.Name == nil || a.Array != nil || a.Index != nil {
		return
	}
	name := a.Name.Value
	value, known := s.vars[name]
	if !a.Naked {
		var text string
		s.asked = false
		text, ok := s.expand(a.Value)
		s.computed[name] = s.asked
		if a.Append {
			text, ok = value+text, ok && known
		}
		value, known = text, ok
	}
	if s.maybe {
		return
	}
	if !known {
		delete(s.vars, name)
		value = ""
	} else {
		s.vars[name] = value
	}
	if exports {
		s.export(Variable{Name: name, Value: value, Given: known, At: s.at(a)})
	}
}

// words are the arguments of a command. What is not known stands as written.
func (s *shellText) words(list []*syntax.Word) []string {
	var out []string
	for _, w := range list {
		switch {
		case isAllArguments(w):
			out = append(out, s.args...)
		case isBareParameter(w):
			out = append(out, strings.Fields(s.word(w, false))...)
		default:
			out = append(out, s.word(w, false))
		}
		if len(out) > maxShellWords {
			return out[:maxShellWords]
		}
	}
	return out
}

// isAllArguments reports whether a word is $@, "$@", $* or "$*".
func isAllArguments(w *syntax.Word) bool {
	if len(w.Parts) != 1 {
		return false
	}
	part := w.Parts[0]
	if quoted, ok := part.(*syntax.DblQuoted); ok && len(quoted.Parts) == 1 {
		part = quoted.Parts[0]
	}
	p, ok := part.(*syntax.ParamExp)
	return ok && p.Param != nil && (p.Param.Value == "@" || p.Param.Value == "*") && p.Exp == nil && p.Slice == nil
}

// isBareParameter reports whether a word is one unquoted expansion, whose value the shell splits.
func isBareParameter(w *syntax.Word) bool {
	if len(w.Parts) != 1 {
		return false
	}
	_, ok := w.Parts[0].(*syntax.ParamExp)
	return ok
}

// word is a word's text. Where unset is true, a variable that is not known is empty; else its expansion stands as written.
func (s *shellText) word(w *syntax.Word, unset bool) string {
	if w == nil {
		return ""
	}
	var b strings.Builder
	s.parts(&b, w.Parts, false, unset)
	return b.String()
}

// expand is a word's text, and whether all of it is known.
func (s *shellText) expand(w *syntax.Word) (string, bool) {
	if w == nil {
		return "", true
	}
	var b strings.Builder
	known := s.parts(&b, w.Parts, false, false)
	return b.String(), known
}

func (s *shellText) parts(b *strings.Builder, parts []syntax.WordPart, inQuotes, unset bool) (known bool) {
	known = true
	for _, part := range parts {
		if b.Len() > maxShellWord {
			return false
		}
		switch part := part.(type) {
		case *syntax.Lit:
			b.WriteString(unescape(part.Value, inQuotes))
		case *syntax.SglQuoted:
			b.WriteString(part.Value)
		case *syntax.DblQuoted:
			known = s.parts(b, part.Parts, true, unset) && known
		case *syntax.ParamExp:
			value, ok := s.parameter(part)
			s.assumed = s.assumed || !ok || isDefault(part)
			s.asked = s.asked || !ok && s.printed(part)
			if !ok && !unset {
				value = s.raw(part)
			}
			known = known && ok
			b.WriteString(value)
		default:
			s.assumed, s.asked = true, true
			if !unset {
				b.WriteString(s.raw(part))
			}
			known = false
		}
	}
	return known
}

// printed reports whether a variable holds what a program prints, or what the shell asks the system for.
func (s *shellText) printed(p *syntax.ParamExp) bool {
	if p.Param == nil {
		return false
	}
	switch p.Param.Value {
	case "UID", "EUID", "?":
		return true
	}
	return s.computed[p.Param.Value]
}

// isDefault reports whether an expansion has a default, which a variable that is not known here can replace.
func isDefault(p *syntax.ParamExp) bool { return p.Exp != nil }

// parameter is the value of an expansion; ok is false when it is not known.
func (s *shellText) parameter(p *syntax.ParamExp) (value string, ok bool) {
	if p.Param == nil || p.Excl || p.Length || p.Width || p.Index != nil || p.Slice != nil || p.Repl != nil {
		return "", false
	}
	value, ok = s.lookup(p.Param.Value)
	if p.Exp == nil {
		return value, ok
	}
	switch p.Exp.Op {
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
		if ok && value != "" {
			return value, true
		}
		return s.expand(p.Exp.Word)
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		if ok && value != "" {
			return s.expand(p.Exp.Word)
		}
		return "", true
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		return value, ok
	}
	return "", false
}

func (s *shellText) lookup(name string) (string, bool) {
	if n, err := strconv.Atoi(name); err == nil && n >= 1 {
		if n <= len(s.args) {
			return s.args[n-1], true
		}
		return "", true
	}
	switch name {
	case "@", "*":
		return strings.Join(s.args, " "), true
	case "#":
		return strconv.Itoa(len(s.args)), true
	}
	value, ok := s.vars[name]
	return value, ok
}

// unescape takes off backslashes: outside quotes before anything, inside double quotes before $, `, ", \ and a line's end.
func unescape(text string, inQuotes bool) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (!inQuotes || strings.IndexByte("$`\"\\\n", text[i+1]) >= 0) {
			i++
			if text[i] == '\n' {
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
