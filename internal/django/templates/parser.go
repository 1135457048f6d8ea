package templates

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

// Options say under which engine a template is read.
type Options struct {
	Name    string // the template's name, for relative paths; "" when it is not known
	Version knowledge.Version
	// Builtins are the libraries that every template has without loading them (the option "builtins" of TEMPLATES), as dotted names.
	Builtins []string
	// Foreign says that there may be further ones that are not known.
	Foreign bool
	// Replaced are names of libraries that are not Django's own, although their name is (the project has a library "static", say).
	Replaced []string
}

// Limits of the parser. Django's own is Python's recursion limit, which a template meets at about 300 tags within each other.
const (
	maxDepth = 250
	maxTag   = 1 << 16 // bytes between the braces of one tag
)

// Parse reads a template of Django's language. It returns a tree always; where Django refuses the template, the tree ends at the fault.
func Parse(f *source.File, o Options) *Template {
	t := &Template{File: f}
	if !utf8.Valid(f.Data) {
		t.Fault = &Fault{"the file is not UTF-8", f.Whole()}
		return t
	}
	t.Tokens = lex(string(f.Data))
	p := &parser{Options: o, t: t, tokens: t.Tokens, foreign: o.Foreign, tags: builtinTags(o.Version)}
	for _, lib := range o.Builtins {
		p.addLibrary(strings.TrimPrefix(lib, "django.templatetags."), nil)
	}
	p.loaded = nil
	p.root()
	t.Unsure = p.foreign
	t.Libraries = p.loaded
	return t
}

// compiler reads the rest of a tag whose token was just taken.
type compiler func(p *parser, n *Node)

// parser is the state of Parse. Its methods panic with a bail, which root and body catch.
type parser struct {
	Options
	t       *Template
	tokens  []Token
	at      int
	depth   int
	tags    map[string]compiler
	loaded  []string
	foreign bool        // a library that is not Django's is loaded
	filters []string    // names of the filters that loaded libraries of Django's brought
	ends    map[int]int // of tags that are not known: the token of the end, by that of the beginning; nil before it is asked for

	blocks, partials, cycles []string // names so far
	cycled                   bool
}

// bail is the panic of a fault.
type bail struct{ fault *Fault }

// fail stops at what Django refuses.
func (p *parser) fail(tok Token, format string, args ...any) {
	panic(bail{&Fault{fmt.Sprintf(format, args...), p.t.File.Span(tok.Start, tok.End)}})
}

func (p *parser) root() {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case bail:
			p.t.Fault = r.fault
		default:
			panic(r)
		}
	}()
	p.parse(&p.t.Nodes, Token{})
}

// parse reads nodes into list up to one of the tags of until, which is left in place, or to the end. opener is the tag that waits.
func (p *parser) parse(list *[]*Node, opener Token, until ...string) {
	if p.depth++; p.depth > maxDepth {
		p.fail(opener, "tags stand more than %d deep in each other", maxDepth)
	}
	defer func() { p.depth-- }()
	tagged := false
	for p.at < len(p.tokens) {
		tok := p.tokens[p.at]
		switch tok.Kind {
		case Text:
			p.at++
			*list = append(*list, &Node{Token: tok})
			continue
		case Comment:
			p.at++
			continue
		case Block:
			if command := firstWord(tok.Contents); command != "" && slices.Contains(until, command) {
				return
			}
		}
		p.at++
		n := &Node{Token: tok}
		*list = append(*list, n)
		p.node(n, tagged, until)
		tagged = true
	}
	if len(until) > 0 {
		p.fail(opener, "Unclosed tag: '%s'. Looking for one of: %s.", firstWord(opener.Contents), strings.Join(until, ", "))
	}
}

// node reads a variable or a tag.
func (p *parser) node(n *Node, tagged bool, until []string) {
	if len(n.Contents) > maxTag {
		p.fail(n.Token, "a tag is longer than %d bytes", maxTag)
	}
	if n.Kind == Var {
		if n.Contents == "" {
			p.fail(n.Token, "Empty variable tag")
		}
		p.expr(n, n.Contents)
		return
	}
	n.Name = firstWord(n.Contents)
	if n.Name == "" {
		p.fail(n.Token, "Empty block tag")
	}
	if n.Name == "extends" && tagged {
		p.fail(n.Token, "{%% %s %%} must be the first tag in the template.", n.Contents)
	}
	compile, known := p.tags[n.Name]
	n.Own = known
	switch {
	case known:
		compile(p, n)
	case !p.foreign || p.stray(n, until):
		expected := ""
		if len(until) > 0 {
			expected = ", expected '" + strings.Join(until, "' or '") + "'"
		}
		p.fail(n.Token, "Invalid block tag: '%s'%s. Did you forget to register or load this tag?", n.Name, expected)
	default:
		p.foreignTag(n)
	}
}

// split sets the words of a tag, name left out.
func (p *parser) split(n *Node) []string {
	bits, ok := splitContents(n.Contents)
	if !ok {
		p.fail(n.Token, "A translated text is not closed: '%s'", n.Contents)
	}
	n.Bits = bits[1:]
	return n.Bits
}

// expr compiles a filter expression of a node.
func (p *parser) expr(n *Node, text string) *Expr {
	e := p.compile(n.Token, text)
	n.Exprs = append(n.Exprs, e)
	return e
}

func (p *parser) exprs(n *Node, texts []string) {
	for _, text := range texts {
		p.expr(n, text)
	}
}

// compile reads a filter expression and asks whether its filters exist.
func (p *parser) compile(tok Token, text string) *Expr {
	e, fault := readExpr(text, p.Version)
	if fault == "" && !p.foreign {
		fault = p.unknownFilter(e)
	}
	if fault != "" {
		p.fail(tok, "%s", fault)
	}
	return e
}

// unknownFilter says what is wrong with the filters of an expression where every library is known.
func (p *parser) unknownFilter(e *Expr) string {
	for _, f := range e.Filters {
		args, known := filterArgs(f.Name, p.Version)
		if !known && slices.Contains(p.filters, f.Name) {
			args, known = libraryFilterArgs(f.Name), true
		}
		if !known {
			return "Invalid filter: '" + f.Name + "'"
		}
		if given := f.Arg != nil; given && args == noArg || !given && args == oneArg {
			return f.Name + " has the wrong number of arguments"
		}
	}
	return ""
}

// body reads what stands up to one of the tags of until, takes that tag, and adds the body to the node.
func (p *parser) body(n *Node, opener Token, exprs []*Expr, until ...string) (end Token) {
	n.Bodies = append(n.Bodies, Body{Tag: opener, Name: firstWord(opener.Contents), Exprs: exprs})
	i := len(n.Bodies) - 1
	p.parse(&n.Bodies[i].Nodes, n.Token, until...)
	end = p.tokens[p.at]
	p.at++
	return end
}
