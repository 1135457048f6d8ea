// Package apache reads configurations of Apache's httpd as httpd does (https://httpd.apache.org/docs/2.4/configuring.html).
package apache

import (
	"strings"

	"gonogo/internal/source"
)

// Directive is one directive, or one section with what stands in it.
type Directive struct {
	Name    string // in lower case: "proxypass", "virtualhost"
	Args    []Arg
	Section bool
	Block   []*Directive
	At      source.Span // to the end of its line
}

// Arg is one word.
type Arg struct {
	Text    string
	Unknown bool // a variable that is not defined, or a template, fills in a part of it
	At      source.Span
}

// Limits of what is read.
const (
	maxDepth      = 50
	maxDirectives = 50_000
	maxIncludes   = 200
)

// Arg is the text of an argument, "" when there are not so many.
func (d *Directive) Arg(i int) string {
	if i < len(d.Args) {
		return d.Args[i].Text
	}
	return ""
}

// Texts are the texts of all arguments from one on.
func (d *Directive) Texts(from int) []string {
	var out []string
	for _, a := range d.Args[min(from, len(d.Args)):] {
		out = append(out, a.Text)
	}
	return out
}

// Config is a configuration: its directives outside of sites, and its sites, with includes, definitions and conditions followed.
type Config struct {
	Global []*Directive
	Sites  []*Directive // <VirtualHost>
	Files  []*source.File
	Absent []*Directive // includes of files that are not there
	// Doubts are conditions that are not known; what stands below them counts as if it were not there.
	Doubts []*Directive
}

// Files finds the files that an include names.
type Files func(pattern, file string) []*source.File

// Load reads a configuration with what it includes.
func Load(main *source.File, files Files) *Config {
	c := &loader{config: &Config{}, files: files, defined: map[string]string{}, seen: map[string]bool{}}
	for _, d := range c.load(main, 0) {
		if d.Section && d.Name == "virtualhost" {
			c.config.Sites = append(c.config.Sites, d)
		} else {
			c.config.Global = append(c.config.Global, d)
		}
	}
	return c.config
}

type loader struct {
	config  *Config
	files   Files
	defined map[string]string
	seen    map[string]bool
	count   int
}

func (l *loader) load(f *source.File, depth int) []*Directive {
	if depth > maxDepth || l.seen[f.Path] || len(l.config.Files) >= maxIncludes {
		return nil
	}
	l.seen[f.Path] = true
	l.config.Files = append(l.config.Files, f)
	return l.resolve(parse(f), depth)
}

// resolve follows includes, definitions and conditions, and fills in variables.
func (l *loader) resolve(list []*Directive, depth int) []*Directive {
	var out []*Directive
	for _, d := range list {
		if l.count++; l.count > maxDirectives || depth > maxDepth {
			return out
		}
		for i := range d.Args {
			d.Args[i] = l.fill(d.Args[i])
		}
		switch {
		case d.Name == "define" && len(d.Args) > 0:
			l.defined[d.Arg(0)] = d.Arg(1)
		case d.Name == "undefine":
			delete(l.defined, d.Arg(0))
		case (d.Name == "include" || d.Name == "includeoptional") && len(d.Args) > 0:
			out = append(out, l.include(d, depth)...)
		case d.Section && (d.Name == "ifmodule" || d.Name == "ifdefine" || d.Name == "ifversion" || d.Name == "if" || d.Name == "else" || d.Name == "elseif"):
			if l.holds(d) {
				out = append(out, l.resolve(d.Block, depth+1)...)
			}
		default:
			d.Block = l.resolve(d.Block, depth+1)
			out = append(out, d)
		}
	}
	return out
}

// holds tells whether what stands in a condition counts: modules that a configuration asks for are taken as loaded, versions as new enough.
func (l *loader) holds(d *Directive) bool {
	word, negated := strings.CutPrefix(d.Arg(0), "!")
	switch d.Name {
	case "ifmodule":
		return !negated
	case "ifdefine":
		_, ok := l.defined[word]
		return ok != negated
	case "ifversion":
		return !strings.HasPrefix(word, "<")
	}
	l.config.Doubts = append(l.config.Doubts, d)
	return false
}

func (l *loader) include(d *Directive, depth int) []*Directive {
	var found []*source.File
	if l.files != nil && !d.Args[0].Unknown {
		found = l.files(d.Arg(0), d.At.Path())
	}
	if len(found) == 0 {
		l.config.Absent = append(l.config.Absent, d)
	}
	var out []*Directive
	for _, f := range found {
		out = append(out, l.load(f, depth+1)...)
	}
	return out
}

// fill puts what is defined in place of ${NAME}; names that are not defined come from the environment of httpd.
func (l *loader) fill(a Arg) Arg {
	for at := 0; strings.Contains(a.Text[at:], "${"); {
		start := at + strings.Index(a.Text[at:], "${")
		length := strings.IndexByte(a.Text[start:], '}')
		if length < 0 {
			break
		}
		value, ok := l.defined[a.Text[start+2:start+length]]
		if !ok || len(a.Text) > 10_000 {
			a.Unknown, at = true, start+length
			continue
		}
		a.Text = a.Text[:start] + value + a.Text[start+length+1:]
		at = start + len(value)
	}
	for _, mark := range []string{"{{", "{%", "<%", "%(", "@@"} {
		a.Unknown = a.Unknown || strings.Contains(a.Text, mark) && !strings.Contains(a.Text, "%{")
	}
	return a
}

// parse reads the directives of a file. A section that is not closed ends with the file.
func parse(f *source.File) []*Directive {
	root := &Directive{}
	open := []*Directive{root}
	data := f.Data
	for at := 0; at < len(data); {
		start := at
		line, next := logicalLine(data, at)
		at = next
		text := strings.TrimSpace(line)
		if text == "" || text[0] == '#' {
			continue
		}
		if strings.HasPrefix(text, "</") {
			name := strings.ToLower(strings.Trim(text, "</> \t"))
			for i := len(open) - 1; i > 0; i-- {
				if open[i].Name == name {
					open = open[:i]
					break
				}
			}
			continue
		}
		d := &Directive{At: lineSpan(f, start, next)}
		if strings.HasPrefix(text, "<") {
			d.Section = true
			text = strings.TrimSuffix(strings.TrimPrefix(text, "<"), ">")
		}
		words := split(text)
		if len(words) == 0 {
			continue
		}
		d.Name = strings.ToLower(words[0])
		from := int(d.At.Start)
		for _, w := range words[1:] {
			a := Arg{Text: w, At: d.At}
			if i := strings.Index(string(data[from:d.At.End]), w); i >= 0 && w != "" {
				a.At = f.Span(source.Pos(from+i), source.Pos(from+i+len(w)))
				from += i + len(w)
			}
			d.Args = append(d.Args, a)
		}
		inner := open[len(open)-1]
		inner.Block = append(inner.Block, d)
		if d.Section && len(open) < maxDepth {
			open = append(open, d)
		}
	}
	return root.Block
}

// logicalLine is a line with those that a backslash at its end continues, and where the next one begins.
func logicalLine(data []byte, at int) (text string, next int) {
	var b strings.Builder
	for at < len(data) {
		end := at
		for end < len(data) && data[end] != '\n' {
			end++
		}
		line := strings.TrimSuffix(string(data[at:end]), "\r")
		at = min(end+1, len(data))
		rest, continued := strings.CutSuffix(line, `\`)
		b.WriteString(rest)
		if !continued {
			break
		}
	}
	return b.String(), at
}

// lineSpan is the text from the first character that is no space to the end of the last line.
func lineSpan(f *source.File, start, end int) source.Span {
	for start < end && (f.Data[start] == ' ' || f.Data[start] == '\t') {
		start++
	}
	for end > start && (f.Data[end-1] == '\n' || f.Data[end-1] == '\r') {
		end--
	}
	return f.Span(source.Pos(start), source.Pos(end))
}

// split cuts a line into words; quotes keep spaces, a backslash in quotes takes the quote or backslash behind it.
func split(text string) []string {
	var words []string
	for i := 0; i < len(text); {
		if text[i] == ' ' || text[i] == '\t' {
			i++
			continue
		}
		if quote := text[i]; quote == '"' || quote == '\'' {
			var b strings.Builder
			for i++; i < len(text) && text[i] != quote; i++ {
				if text[i] == '\\' && i+1 < len(text) && (text[i+1] == quote || text[i+1] == '\\') {
					i++
				}
				b.WriteByte(text[i])
			}
			i++
			words = append(words, b.String())
			continue
		}
		end := i
		for end < len(text) && text[end] != ' ' && text[end] != '\t' {
			end++
		}
		words = append(words, text[i:end])
		i = end
	}
	return words
}
