// Package markup reads documents for people, Markdown and reStructuredText, into sections with their text, code, inline literals and links.
// It knows nothing of what they speak of.
package markup

import (
	"path"
	"sort"
	"strings"

	"gonogo/internal/source"
)

// MaxBytes is the length above which a document is not read.
const MaxBytes = 2 << 20

// maxDepth bounds blocks within blocks, such as lists in lists and notes in notes.
const maxDepth = 20

// Document is one document. Sections are never empty: the first has no heading and holds what stands before any.
type Document struct {
	File     *source.File
	Sections []*Section // in order of place
}

// Section is a heading with what stands beneath it, up to the next heading of any level.
type Section struct {
	Title  string
	Level  int         // 1 is the highest; 0 for what stands before the first heading
	At     source.Span // the heading; the start of the file for level 0
	Parent *Section    // the section of a higher level that it stands in, nil for none
	Blocks []Block
}

// Kind is what a block is.
type Kind uint8

// The kinds of blocks.
const (
	Text Kind = iota + 1 // a paragraph, the first line of a list's item, a term
	Row                  // a row of a table
	Code                 // code that stands by itself
)

// Block is a part of a section.
type Block struct {
	Kind     Kind
	Language string      // of Code: "bash", in lower case; "" when the document does not say
	Text     string      // of Code without its indentation; else without markup
	At       source.Span // the whole block
	Literals []Literal
	Links    []Link
	lines    []codeLine // of Code
}

// Literal is a word or phrase that is written as code within text.
type Literal struct {
	Text string
	Role string // of reStructuredText: "envvar", "file"; "" for a plain one
	At   source.Span
	// First says that nothing stands before it in its block, as where a list or table describes it.
	First bool
}

// Link is a reference to another place.
type Link struct {
	Target string // as written
	At     source.Span
}

// codeLine maps a line of a code block's text to the file.
type codeLine struct {
	offset int        // in Block.Text
	at     source.Pos // in the file
}

// Span is the place of a part of a code block's text, by offsets in bytes.
func (b *Block) Span(start, end int) source.Span {
	if b.Kind != Code || len(b.lines) == 0 || start > end {
		return b.At
	}
	return b.At.File.Span(b.place(start), max(b.place(end), b.place(start)))
}

func (b *Block) place(offset int) source.Pos {
	offset = min(max(offset, 0), len(b.Text))
	i := sort.Search(len(b.lines), func(i int) bool { return b.lines[i].offset > offset }) - 1
	at := b.lines[max(i, 0)].at + source.Pos(max(offset-b.lines[max(i, 0)].offset, 0))
	return min(at, source.Pos(len(b.At.File.Data))) // the last line end of the text may not be in the file
}

// addLine appends a line to a code block.
func (b *Block) addLine(text string, at source.Pos) {
	b.lines = append(b.lines, codeLine{len(b.Text), at})
	b.Text += text + "\n"
}

// Path are the titles of a section and of those that it stands in, the outermost first.
func (s *Section) Path() []string {
	var titles []string
	for ; s != nil; s = s.Parent {
		if s.Title != "" {
			titles = append([]string{s.Title}, titles...)
		}
	}
	return titles
}

// Title is the first heading, "" where there is none.
func (d *Document) Title() string {
	for _, s := range d.Sections {
		if s.Title != "" {
			return s.Title
		}
	}
	return ""
}

// IsDocument reports whether a file of this name is one that Read reads.
func IsDocument(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown", ".mdx", ".rst":
		return true
	}
	return false
}

// Read reads a document by the extension of its name. What is too large is a document of one empty section.
func Read(file *source.File) *Document {
	b := newBuilder(file)
	switch {
	case len(file.Data) > MaxBytes:
	case strings.EqualFold(path.Ext(file.Path), ".rst"):
		readRST(b)
	default:
		readMarkdown(b)
	}
	return b.doc
}

// builder collects the sections of one document.
type builder struct {
	file    *source.File
	doc     *Document
	section *Section
}

func newBuilder(file *source.File) *builder {
	first := &Section{At: file.Span(0, 0)}
	return &builder{file: file, doc: &Document{File: file, Sections: []*Section{first}}, section: first}
}

// heading begins a section.
func (b *builder) heading(title string, level int, at source.Span) {
	parent := b.section
	for parent != nil && parent.Level >= level {
		parent = parent.Parent
	}
	if parent != nil && parent.Level == 0 {
		parent = nil
	}
	b.section = &Section{Title: title, Level: level, At: at, Parent: parent}
	b.doc.Sections = append(b.doc.Sections, b.section)
}

func (b *builder) add(block Block) {
	if strings.TrimSpace(block.Text) == "" && len(block.Links) == 0 {
		return
	}
	b.section.Blocks = append(b.section.Blocks, block)
}
