// Package caddy reads Caddyfiles as Caddy's own lexer and parser do: sites with their addresses, snippets, directives and blocks.
package caddy

import (
	"strings"

	"gonogo/internal/source"
)

// Directive is one line of a block, with the block that it opens.
type Directive struct {
	Name     string
	Unknown  bool // a variable of the environment that is not known fills in a part of the name
	Args     []Arg
	Block    []*Directive
	HasBlock bool
	At       source.Span // from its first to its last word
}

// Arg is one word behind a directive's name.
type Arg struct {
	Text    string
	Unknown bool // a variable of the environment that is not known fills in a part of it
	At      source.Span
}

// Arg is the text of an argument, "" when there are fewer.
func (d *Directive) Arg(i int) string {
	if i < 0 || i >= len(d.Args) {
		return ""
	}
	return d.Args[i].Text
}

// Own are the directives of a name in the block.
func (d *Directive) Own(name string) []*Directive {
	var found []*Directive
	for _, inner := range d.Block {
		if inner.Name == name {
			found = append(found, inner)
		}
	}
	return found
}

// File is a Caddyfile: global options, and sites. The addresses of a site are its name and its arguments.
type File struct {
	Global *Directive // nil without
	Sites  []*Directive
	// Absent are imports of files that were not found.
	Absent []*Directive
}

// Environment tells the variables that Caddy fills in ({$NAME}). A nil one tells none.
type Environment func(name string) (value string, known bool)

// Files finds the files that an import names; pattern is as written, file the path of the file in which it stands.
type Files func(pattern, file string) []*source.File

const (
	maxDepth   = 50
	maxImports = 200
)

// Load reads a Caddyfile with what it imports. It never fails: what can't be read is left out.
// Source: https://caddyserver.com/docs/caddyfile/concepts
func Load(f *source.File, env Environment, files Files) *File {
	l := &loader{env: env, files: files, snippets: map[string]*Directive{}}
	out := &File{}
	list := l.read(f)
	for _, d := range list {
		if name, ok := snippetName(d); ok {
			l.snippets[name] = d
		}
	}
	for i, d := range list {
		switch _, snippet := snippetName(d); {
		case snippet:
		case d.Name == "" && d.HasBlock && i == 0, d.Name == "" && d.HasBlock && out.Global == nil && len(out.Sites) == 0:
			out.Global = d
		case d.Name == "import":
			l.missing(d)
		case d.HasBlock:
			d.Block = l.expand(d.Block, 0)
			out.Sites = append(out.Sites, d)
		}
	}
	if len(out.Sites) == 0 && len(list) > 1 && !list[0].HasBlock && list[0].Name != "" { // one site without braces
		site := list[0]
		site.HasBlock, site.Block = true, l.expand(list[1:], 0)
		out.Sites = append(out.Sites, site)
	}
	out.Absent = l.absent
	return out
}

// snippetName is the name of a snippet: (name) { ... }.
func snippetName(d *Directive) (string, bool) {
	if d.HasBlock && len(d.Args) == 0 && strings.HasPrefix(d.Name, "(") && strings.HasSuffix(d.Name, ")") {
		return d.Name[1 : len(d.Name)-1], true
	}
	return "", false
}

type loader struct {
	env      Environment
	files    Files
	snippets map[string]*Directive
	imports  int
	absent   []*Directive
}

func (l *loader) missing(d *Directive) { l.absent = append(l.absent, d) }

// expand puts in place of imports what they name. The arguments of a snippet are not known.
func (l *loader) expand(list []*Directive, depth int) []*Directive {
	var out []*Directive
	for _, d := range list {
		if d.Name != "import" || len(d.Args) == 0 {
			copied := *d
			if depth < maxDepth {
				copied.Block = l.expand(d.Block, depth+1)
			}
			out = append(out, &copied)
			continue
		}
		if l.imports++; l.imports > maxImports || depth >= maxDepth {
			continue
		}
		if snippet, ok := l.snippets[d.Arg(0)]; ok {
			out = append(out, l.expand(snippet.Block, depth+1)...)
			continue
		}
		var found []*source.File
		if l.files != nil && !d.Args[0].Unknown {
			found = l.files(d.Arg(0), d.At.Path())
		}
		if len(found) == 0 {
			l.missing(d)
		}
		for _, f := range found {
			out = append(out, l.expand(l.read(f), depth+1)...)
		}
	}
	return out
}

// read parses the lines of one file.
func (l *loader) read(f *source.File) []*Directive {
	p := &parser{words: lex(f, l.env)}
	return p.lines(0, true)
}

type parser struct {
	words []word
	at    int
}

// lines reads directives up to the brace that closes their block.
func (p *parser) lines(depth int, top bool) []*Directive {
	var list []*Directive
	for p.at < len(p.words) {
		w := p.words[p.at]
		if w.text == "}" && !w.quoted {
			p.at++
			if top {
				continue
			}
			return list
		}
		list = append(list, p.line(depth))
	}
	return list
}

// line reads one directive with its block. The words of a site's addresses may go over several lines, each ending in a comma.
func (p *parser) line(depth int) *Directive {
	first := p.words[p.at]
	d := &Directive{At: first.at}
	if first.text == "{" && !first.quoted {
		p.at++
		d.HasBlock, d.Block = true, p.block(depth)
		return d
	}
	d.Name = first.text
	d.Unknown = first.unknown
	p.at++
	last := first
	for p.at < len(p.words) {
		w := p.words[p.at]
		if w.line != last.line && !(depth == 0 && strings.HasSuffix(last.text, ",")) {
			break
		}
		if w.text == "{" && !w.quoted {
			p.at++
			d.HasBlock, d.Block = true, p.block(depth)
			break
		}
		if w.text == "}" && !w.quoted {
			break
		}
		d.Args = append(d.Args, Arg{Text: w.text, Unknown: w.unknown, At: w.at})
		last = w
		p.at++
	}
	d.At = source.Span{File: first.at.File, Start: first.at.Start, End: last.at.End}
	return d
}

func (p *parser) block(depth int) []*Directive {
	if depth >= maxDepth {
		p.at = len(p.words)
		return nil
	}
	return p.lines(depth+1, false)
}
