// Package jinja reads templates of Jinja2 into a syntax tree, in the terms of Jinja2's own nodes (jinja2/nodes.py). Nothing is rendered, and no
// other template is opened.
package jinja

import "gonogo/internal/source"

// Template is a template, parsed. It has the statements before a fault also where there is one.
type Template struct {
	Body []*Node
	// Fault is what Jinja2 refuses, nil when it compiles as far as can be said without its extensions.
	Fault *Fault
	// Foreign is the first tag that is none of Jinja2's or of the extensions that come with it, "" for none. Its meaning is not known.
	Foreign string
}

// Fault is a TemplateSyntaxError.
type Fault struct {
	Message    string
	Start, End source.Pos
}

// NodeKind is the kind of a statement.
type NodeKind uint8

// The statements. Text between tags is left out of the tree.
const (
	Output      NodeKind = iota + 1 // {{ Exprs }}, and {% print %}
	For                             // Target in Exprs[0] if Test: Body, else Else
	If                              // Exprs[0]: Body, else Else (elif is an If there)
	With                            // Names = Exprs: Body
	Set                             // Target = Exprs[0]
	SetBlock                        // Target = Body, through the filters in Exprs
	Block                           // Name: Body
	Extends                         // Exprs[0]
	Include                         // Exprs[0]
	Import                          // Exprs[0] as Name
	From                            // Exprs[0]: Names, under Aliases
	Macro                           // Name(Names): Body; Exprs are the defaults of the last names
	CallBlock                       // Exprs[0] with Body as caller(Names)
	FilterBlock                     // Exprs[0] over Body
	Autoescape                      // Exprs[0]: Body
	Do                              // Exprs[0]
	Trans                           // Names = Exprs: translated text with Names alone inside
	Jump                            // break, continue, debug
	Unknown                         // a tag Name of an extension that is not known
)

// Node is a statement. Its place is that of its own tag.
type Node struct {
	Kind       NodeKind
	Start, End source.Pos
	Name       string
	Exprs      []*Expr
	Target     *Expr // of for and set
	Test       *Expr // of for
	Names      []string
	Aliases    []string
	Body, Else []*Node
	Context    bool // include and import: with the context
	Recursive  bool // of for
	Scoped     bool // of block: it sees the variables around it
	Missing    bool // ignore missing
}

// ExprKind is the kind of an expression.
type ExprKind uint8

// The expressions.
const (
	Name     ExprKind = iota + 1
	String            // Text is its value
	Number            // Text as it is written
	Constant          // Text is True, False or None
	Getattr           // Of.Text
	Getitem           // Of[Args[0]]
	Slice             // Args, nil for those left out
	Call              // Of(Args, Keywords)
	Filter            // Of|Text(Args, Keywords); Of is nil at the start of a block's filter
	Test              // Of is Text(Args, Keywords)
	Cond              // Args[0] if Of else Args[1], which may be nil
	Operator          // Text over Args: or, and, not, in, +, ~ ...
	Compare           // Args[0] and, for each further one, an operand
	Tuple
	List
	Dict // Args are keys and values in turn
	NSRef
)

// Expr is an expression.
type Expr struct {
	Kind       ExprKind
	Start, End source.Pos
	Text       string
	Of         *Expr
	Args       []*Expr
	Keywords   []Keyword
	Star       *Expr // *args
	Stars      *Expr // **kwargs
}

// Keyword is an argument with a name.
type Keyword struct {
	Name  string
	Value *Expr
}

// Inspect visits an expression and, where visit returns true, what it is made of, from left to right.
func Inspect(e *Expr, visit func(*Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	Inspect(e.Of, visit)
	for _, a := range e.Args {
		Inspect(a, visit)
	}
	for _, k := range e.Keywords {
		Inspect(k.Value, visit)
	}
	Inspect(e.Star, visit)
	Inspect(e.Stars, visit)
}

// Walk visits statements and, where visit returns true, those inside them, in the order of the text.
func Walk(list []*Node, visit func(*Node) bool) {
	for _, n := range list {
		if visit(n) {
			Walk(n.Body, visit)
			Walk(n.Else, visit)
		}
	}
}
