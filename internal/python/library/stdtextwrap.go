package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// textwrapModel is the module textwrap, of which dedent and indent are modelled.
func textwrapModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"dedent": eval.NewPure("textwrap.dedent", func(c *eval.Call) eval.Value {
			s, ok := str(c.Arg(0, "text"))
			if !ok || strings.ContainsAny(s, "\r\v\f") {
				return c.Unknown("a text is changed in a way that is not modelled")
			}
			return eval.MakeStr(dedent(s))
		}),
		"indent": eval.NewPure("textwrap.indent", func(c *eval.Call) eval.Value {
			s, ok := str(c.Arg(0, "text"))
			prefix, ok2 := str(c.Arg(1, "prefix"))
			if !ok || !ok2 || c.HasArg(2, "predicate") || !isASCII(s) || strings.ContainsAny(s, "\r\v\f\x1c\x1d\x1e") {
				return c.Unknown("a text is changed in a way that is not modelled")
			}
			lines := strings.SplitAfter(s, "\n")
			for i, line := range lines {
				if strings.TrimSpace(line) != "" {
					lines[i] = prefix + line
				}
			}
			return eval.MakeStr(strings.Join(lines, ""))
		}),
	}}
}

// dedent removes the white space that all lines begin with; lines of white space only become empty (Lib/textwrap.py).
func dedent(s string) string {
	lines := strings.Split(s, "\n")
	margin, first := "", true
	for i, line := range lines {
		rest := strings.TrimLeft(line, " \t")
		if rest == "" {
			lines[i] = ""
			continue
		}
		space := line[:len(line)-len(rest)]
		if first {
			margin, first = space, false
			continue
		}
		n := 0
		for n < len(margin) && n < len(space) && margin[n] == space[n] {
			n++
		}
		margin = margin[:n]
	}
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, margin)
	}
	return strings.Join(lines, "\n")
}
