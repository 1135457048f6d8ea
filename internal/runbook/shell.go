package runbook

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"gonogo/internal/source"
)

const (
	maxShellBytes = 1 << 16 // of one block
	maxCommands   = 5000    // of one document
)

// shell collects the commands of a text; span is the place of a part of it.
func (r *reader) shell(text string, inline bool, span func(start, end int) source.Span) {
	if len(text) > maxShellBytes || nested(text) {
		return
	}
	filled := r.fillIn(text)
	file, err := parser().Parse(strings.NewReader(filled), "")
	if err != nil { // what is not the shell's costs its own line and no other
		r.lines(filled, inline, span)
		return
	}
	w := &shellWalk{reader: r, text: filled, inline: inline, span: span}
	w.file(file)
}

func parser() *syntax.Parser { return syntax.NewParser(syntax.Variant(syntax.LangBash)) }

// nested reports whether brackets stand within each other further than people write them.
func nested(text string) bool {
	return strings.Count(text, "(")+strings.Count(text, "{")+strings.Count(text, "`")+strings.Count(text, "if ")+strings.Count(text, "! ") > 300
}

// lines reads each logical line alone.
func (r *reader) lines(text string, inline bool, span func(start, end int) source.Span) {
	for start := 0; start < len(text); {
		end := start
		for {
			n := strings.IndexByte(text[end:], '\n')
			if n < 0 {
				end = len(text)
				break
			}
			end += n + 1
			if !strings.HasSuffix(strings.TrimRight(text[start:end], "\r\n"), "\\") {
				break
			}
		}
		from := start
		if file, err := parser().Parse(strings.NewReader(text[from:end]), ""); err == nil {
			w := &shellWalk{reader: r, text: text[from:end], inline: inline, span: func(a, b int) source.Span { return span(from+a, from+b) }}
			w.file(file)
		}
		start = end
	}
}

// fillIn replaces what a reader has to fill in (<name>, [name], {{ name }}, ...) by underscores, so that the shell's parser takes it as a word.
func (r *reader) fillIn(text string) string {
	if !strings.ContainsAny(text, "<{[…") && !strings.Contains(text, "...") {
		return text
	}
	return r.fill.ReplaceAllStringFunc(text, func(found string) string { return strings.Repeat("_", len(found)) })
}

// shellWalk collects the commands of one text.
type shellWalk struct {
	*reader
	text   string
	inline bool
	span   func(start, end int) source.Span
	dir    string
	writes []string // the paths that the statement at hand writes
}

func (w *shellWalk) file(file *syntax.File) {
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			w.writes = nil
			for _, redirect := range n.Redirs {
				if redirect.Word != nil && (redirect.Op == syntax.RdrOut || redirect.Op == syntax.AppOut || redirect.Op == syntax.RdrAll) {
					w.writes = append(w.writes, w.word(redirect.Word))
				}
			}
		case *syntax.CallExpr:
			w.call(n)
		case *syntax.DeclClause:
			for _, a := range n.Args {
				w.assign(a)
			}
		case *syntax.Redirect:
			if n.Hdoc != nil {
				w.heredoc(n)
			}
		}
		return true
	})
}

func (w *shellWalk) at(n syntax.Node) source.Span {
	start, end := int(n.Pos().Offset()), int(n.End().Offset())
	if start > end || end > len(w.text) {
		return w.span(0, 0)
	}
	return w.span(start, end)
}

// assign notes a variable that is given a value.
func (w *shellWalk) assign(a *syntax.Assign) {
	if a.Name != nil && w.name.MatchString(a.Name.Value) {
		w.named(a.Name.Value, !a.Naked, w.at(a.Name))
	}
}

// heredoc notes the variables of a file that the reader is told to write.
func (w *shellWalk) heredoc(n *syntax.Redirect) {
	start, end := int(n.Hdoc.Pos().Offset()), int(n.Hdoc.End().Offset())
	if start > end || end > len(w.text) {
		return
	}
	for line := range strings.Lines(w.text[start:end]) {
		if at := w.reader.assign.FindStringSubmatchIndex(line); at != nil {
			w.named(line[at[2]:at[3]], true, w.span(start+at[2], start+at[3]))
		}
		start += len(line)
	}
}

func (w *shellWalk) call(c *syntax.CallExpr) {
	for _, a := range c.Assigns {
		w.assign(a)
	}
	var argv []string
	for _, word := range c.Args {
		argv = append(argv, w.word(word))
	}
	if len(argv) == 0 || len(w.doc.Commands) >= maxCommands {
		return
	}
	if argv[0] == "cd" {
		if len(argv) > 1 {
			w.dir = argv[1]
		}
		return
	}
	w.command(argv, w.at(c))
}

// command notes a command with what it starts.
func (w *shellWalk) command(argv []string, at source.Span) {
	var outer []string
	for range 4 {
		inner := w.unwrapped(argv, at)
		rest, around := intoContainer(inner)
		if around == nil {
			argv = inner
			break
		}
		outer = append(outer, around...)
		if argv = rest; len(rest) == 0 {
			break
		}
	}
	for _, a := range outer { // -e NAME=value
		if name, _, ok := strings.Cut(a, "="); ok && w.name.MatchString(name) {
			w.named(name, true, at)
		}
	}
	w.doc.Commands = append(w.doc.Commands, Command{Argv: argv, Outer: outer, Dir: w.dir, Writes: w.writes, Inline: w.inline, Section: w.here, At: at, Past: w.past})
}

// unwrapped is the command without what only starts it.
func (w *shellWalk) unwrapped(argv []string, at source.Span) []string {
	if found := w.follow.Command(argv, ".", at); len(found) == 1 && len(found[0].Argv) > 0 {
		return found[0].Argv
	}
	return argv
}

// word is a word's text: quotes and backslashes taken off, expansions as written.
func (w *shellWalk) word(word *syntax.Word) string {
	var b strings.Builder
	w.parts(&b, word.Parts, 0)
	return b.String()
}

func (w *shellWalk) parts(b *strings.Builder, parts []syntax.WordPart, depth int) {
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			b.WriteString(strings.ReplaceAll(strings.ReplaceAll(part.Value, "\\\n", ""), `\`, ""))
		case *syntax.SglQuoted:
			b.WriteString(part.Value)
		case *syntax.DblQuoted:
			if depth < 5 {
				w.parts(b, part.Parts, depth+1)
			}
		default:
			if start, end := int(part.Pos().Offset()), int(part.End().Offset()); start <= end && end <= len(w.text) {
				b.WriteString(w.text[start:end])
			}
		}
	}
}
