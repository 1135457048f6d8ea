package templates

import (
	"gonogo/internal/django/jinja"
	"gonogo/internal/source"
)

// Node is a part of a template: text, a variable, or a tag with what stands between it and its end.
type Node struct {
	Token
	Name    string   // of a tag: its first word
	Bits    []string // of a tag: the words behind the name; quoted text is one word
	Exprs   []*Expr  // the filter expressions, in order; a variable has one, but for those within blocktranslate, which take no filters
	Assigns []Assign // name=value of with, include, blocktranslate and url
	AsVar   string   // the variable that takes the result
	Own     bool     // the tag is one of Django's, so that its meaning is known
	Opaque  bool     // what stands inside could not be read as template code
	Bodies  []Body   // of a tag with an end; the first one follows the tag itself
}

// Assign is a value with a name.
type Assign struct {
	Name  string
	Value *Expr
}

// Body is what stands between a tag and the next one that belongs to it: else, elif, empty, plural, or its end.
type Body struct {
	Tag   Token   // the tag before it
	Name  string  // of that tag
	Exprs []*Expr // of if and elif
	Nodes []*Node
}

// Template is one template, parsed.
type Template struct {
	File  *source.File
	Name  string // by which engines find it, "" when it has none
	Jinja bool
	// Tree is the syntax tree of a template of Jinja2, nil for others.
	Tree  *jinja.Template
	Nodes []*Node
	// Tokens are those of the file, in order.
	Tokens []Token
	// Fault is what Django refuses, nil when it compiles as far as can be said without the libraries that it loads.
	Fault *Fault
	// Unsure says that tags or filters of libraries that are not Django's may change what the template means.
	Unsure bool
	// Libraries are the libraries that are loaded, in order, each once.
	Libraries []string
}

// Fault is a TemplateSyntaxError.
type Fault struct {
	Message string
	At      source.Span
}

// Span is the place of a node's own tag.
func (t *Template) Span(n *Node) source.Span { return t.File.Span(n.Start, n.End) }

// Extends is the tag that names the parent, nil without one.
func (t *Template) Extends() *Node {
	for _, n := range t.Nodes {
		if n.Kind == Block && n.Name == "extends" {
			return n
		}
		if n.Kind != Text {
			return nil
		}
	}
	return nil
}

// Walk visits nodes and, where visit returns true, those inside them, in the order of the text.
func Walk(nodes []*Node, visit func(*Node) bool) {
	for _, n := range nodes {
		if !visit(n) {
			continue
		}
		for _, b := range n.Bodies {
			Walk(b.Nodes, visit)
		}
	}
}
