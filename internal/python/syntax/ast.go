// Package syntax reads Python 3.8 to 3.14 source text into a syntax tree that always exists, with diagnostics for what is wrong in it.
//
// Node kinds and field names are those of CPython's ast module (https://docs.python.org/3/library/ast.html).
// Positions are 32-bit byte offsets; lines and columns are computed when they are printed.
package syntax

import "gonogo/internal/source"

// Pos is a byte offset from the start of the file.
type Pos = source.Pos

// Range is where a node stands: bytes [Start, End).
type Range struct{ Start, End Pos }

// Extent returns the range itself, so that every node that embeds a Range has it.
func (r Range) Extent() Range { return r }

// Node is any part of the tree that has a place.
type Node interface{ Extent() Range }

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

// Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// Pattern is a pattern of a match statement.
type Pattern interface {
	Node
	pattern()
}

// Module is a whole file.
type Module struct {
	// File is what all positions refer to: the file that was parsed, or one with its text decoded to UTF-8.
	File *source.File
	Body []Stmt
	// Diagnostics has every syntax error and version note, in order of position.
	Diagnostics []Diagnostic
}

// Span turns a node's extent into a span of the module's file.
func (m *Module) Span(n Node) source.Span {
	r := n.Extent()
	return source.Span{File: m.File, Start: r.Start, End: r.End}
}

// Diagnostic is a fault in the text.
type Diagnostic struct {
	Range
	Message string // one sentence without "syntax error:" before it; where Since is set, "... needs Python 3.12 or newer"
	// Since is set when the text is valid from this Python version on (3.12 is 312), and is no fault then.
	Since int
}

// Context says what is done with a name, attribute, subscript, starred, list or tuple.
type Context uint8

const (
	Load Context = iota + 1
	Store
	Del
)

// ---- statements

type (
	FunctionDef struct {
		Range      // CPython: starts at def, or async, not at the decorators
		Name       string
		NamePos    Pos
		TypeParams []TypeParam
		Args       *Arguments
		Returns    Expr // or nil
		Body       []Stmt
		Decorators []Expr
		Async      bool // AsyncFunctionDef
	}
	ClassDef struct {
		Range
		Name       string
		NamePos    Pos
		TypeParams []TypeParam
		Bases      []Expr
		Keywords   []*Keyword
		Body       []Stmt
		Decorators []Expr
	}
	Return struct {
		Range
		Value Expr // or nil
	}
	Delete struct {
		Range
		Targets []Expr
	}
	Assign struct {
		Range
		Targets []Expr
		Value   Expr
	}
	TypeAlias struct {
		Range
		Name       *Name
		TypeParams []TypeParam
		Value      Expr
	}
	AugAssign struct {
		Range
		Target Expr
		Op     Operator
		Value  Expr
	}
	AnnAssign struct {
		Range
		Target     Expr
		Annotation Expr
		Value      Expr // or nil
		Simple     bool
	}
	For struct {
		Range
		Target, Iter Expr
		Body, Orelse []Stmt
		Async        bool
	}
	While struct {
		Range
		Test         Expr
		Body, Orelse []Stmt
	}
	If struct {
		Range
		Test         Expr
		Body, Orelse []Stmt // an elif is an If alone in Orelse
	}
	With struct {
		Range
		Items []*WithItem
		Body  []Stmt
		Async bool
	}
	Match struct {
		Range
		Subject Expr
		Cases   []*MatchCase
	}
	Raise struct {
		Range
		Exc, Cause Expr // or nil
	}
	Try struct {
		Range
		Body      []Stmt
		Handlers  []*ExceptHandler
		Orelse    []Stmt
		Finalbody []Stmt
		Star      bool // TryStar: except*
	}
	Assert struct {
		Range
		Test Expr
		Msg  Expr // or nil
	}
	Import struct {
		Range
		Names []*Alias
	}
	ImportFrom struct {
		Range
		Module string // "" when there is none
		Names  []*Alias
		Level  int // number of leading dots
	}
	Global struct {
		Range
		Names []string
	}
	Nonlocal struct {
		Range
		Names []string
	}
	ExprStmt struct { // CPython: Expr
		Range
		Value Expr
	}
	Pass     struct{ Range }
	Break    struct{ Range }
	Continue struct{ Range }
	// BadStmt covers text that is no statement; a diagnostic tells why. CPython has no such node.
	BadStmt struct{ Range }
)

// ---- expressions

type (
	BoolOp struct {
		Range
		Or     bool // or; else and
		Values []Expr
	}
	NamedExpr struct {
		Range
		Target *Name
		Value  Expr
	}
	BinOp struct {
		Range
		Left  Expr
		Op    Operator
		Right Expr
	}
	UnaryOp struct {
		Range
		Op      UnaryOperator
		Operand Expr
	}
	Lambda struct {
		Range
		Args *Arguments
		Body Expr
	}
	IfExp struct {
		Range
		Test, Body, Orelse Expr
	}
	Dict struct {
		Range
		Keys   []Expr // nil for **value
		Values []Expr
	}
	Set struct {
		Range
		Elts []Expr
	}
	ListComp struct {
		Range
		Elt        Expr
		Generators []*Comprehension
	}
	SetComp struct {
		Range
		Elt        Expr
		Generators []*Comprehension
	}
	DictComp struct {
		Range
		Key, Value Expr
		Generators []*Comprehension
	}
	GeneratorExp struct {
		Range
		Elt        Expr
		Generators []*Comprehension
	}
	Await struct {
		Range
		Value Expr
	}
	Yield struct {
		Range
		Value Expr // or nil
	}
	YieldFrom struct {
		Range
		Value Expr
	}
	Compare struct {
		Range
		Left        Expr
		Ops         []CompareOperator
		Comparators []Expr
	}
	Call struct {
		Range
		Func     Expr
		Args     []Expr
		Keywords []*Keyword
	}
	// FormattedValue is one {...} of an f-string.
	FormattedValue struct {
		Range
		Value      Expr
		Conversion int  // -1, or 's', 'r', 'a'
		FormatSpec Expr // a *JoinedStr, or nil
	}
	JoinedStr struct {
		Range
		Values []Expr
	}
	// Interpolation is one {...} of a t-string (PEP 750).
	Interpolation struct {
		Range
		Value      Expr
		Str        string
		Conversion int
		FormatSpec Expr
	}
	TemplateStr struct {
		Range
		Values []Expr
	}
	Constant struct {
		Range
		Kind ConstantKind
		U    bool // written u"..."
		// Value is the decoded text of a Str, the bytes of a Bytes, and the literal as written for a number.
		// Text is UTF-8; a lone surrogate, which UTF-8 does not have, is the three bytes that it would be ('\ud800' is ED A0 80).
		Value string
	}
	Attribute struct {
		Range
		Value   Expr
		Attr    string
		AttrPos Pos
		Ctx     Context
	}
	Subscript struct {
		Range
		Value Expr
		Slice Expr
		Ctx   Context
	}
	Starred struct {
		Range
		Value Expr
		Ctx   Context
	}
	Name struct {
		Range
		ID  string
		Ctx Context
	}
	List struct {
		Range
		Elts []Expr
		Ctx  Context
	}
	Tuple struct {
		Range
		Elts []Expr
		Ctx  Context
	}
	Slice struct {
		Range
		Lower, Upper, Step Expr // or nil
	}
	// BadExpr covers text that is no expression; a diagnostic tells why. CPython has no such node.
	BadExpr struct{ Range }
)

// ---- parts

type (
	Comprehension struct { // has no range in CPython; here it covers its text
		Range
		Target, Iter Expr
		Ifs          []Expr
		Async        bool
	}
	ExceptHandler struct {
		Range
		Type Expr   // or nil
		Name string // "" when there is none
		Body []Stmt
	}
	Arguments struct {
		Posonlyargs, Args []*Arg
		Vararg            *Arg
		Kwonlyargs        []*Arg
		KwDefaults        []Expr // one per Kwonlyargs, nil where there is none
		Kwarg             *Arg
		Defaults          []Expr // of the last positional ones
	}
	Arg struct {
		Range
		Name       string
		Annotation Expr // or nil
	}
	Keyword struct {
		Range
		Name  string // "" for **value
		Value Expr
	}
	Alias struct {
		Range
		Name   string // dotted, or "*"
		AsName string
	}
	WithItem struct {
		Range
		ContextExpr  Expr
		OptionalVars Expr // or nil
	}
	MatchCase struct {
		Range
		Pattern Pattern
		Guard   Expr // or nil
		Body    []Stmt
	}
)

// ---- patterns

type (
	MatchValue struct {
		Range
		Value Expr
	}
	MatchSingleton struct {
		Range
		Kind ConstantKind // None, True or False
	}
	MatchSequence struct {
		Range
		Patterns []Pattern
	}
	MatchMapping struct {
		Range
		Keys     []Expr
		Patterns []Pattern
		Rest     string
	}
	MatchClass struct {
		Range
		Cls         Expr
		Patterns    []Pattern
		KwdAttrs    []string
		KwdPatterns []Pattern
	}
	MatchStar struct {
		Range
		Name string
	}
	MatchAs struct {
		Range
		Pattern Pattern // or nil
		Name    string  // "" is the wildcard
	}
	MatchOr struct {
		Range
		Patterns []Pattern
	}
)

// TypeParamKind tells the three kinds of PEP 695 type parameters apart.
type TypeParamKind uint8

const (
	TypeVar TypeParamKind = iota + 1
	ParamSpec
	TypeVarTuple
)

// TypeParam is a type parameter (PEP 695, defaults by PEP 696).
type TypeParam struct {
	Range
	Kind    TypeParamKind
	Name    string
	Bound   Expr // or nil
	Default Expr // or nil
}

// ConstantKind is the type of a Constant.
type ConstantKind uint8

const (
	None ConstantKind = iota + 1
	True
	False
	Ellipsis
	Int
	Float
	Imaginary
	Str
	Bytes
)

// Operator is a binary operator.
type Operator uint8

const (
	Add Operator = iota + 1
	Sub
	Mult
	MatMult
	Div
	Mod
	Pow
	LShift
	RShift
	BitOr
	BitXor
	BitAnd
	FloorDiv
)

// UnaryOperator is a unary operator.
type UnaryOperator uint8

const (
	Invert UnaryOperator = iota + 1
	Not
	UAdd
	USub
)

// CompareOperator is a comparison.
type CompareOperator uint8

const (
	Eq CompareOperator = iota + 1
	NotEq
	Lt
	LtE
	Gt
	GtE
	Is
	IsNot
	In
	NotIn
)

func (*FunctionDef) stmt() {}
func (*ClassDef) stmt()    {}
func (*Return) stmt()      {}
func (*Delete) stmt()      {}
func (*Assign) stmt()      {}
func (*TypeAlias) stmt()   {}
func (*AugAssign) stmt()   {}
func (*AnnAssign) stmt()   {}
func (*For) stmt()         {}
func (*While) stmt()       {}
func (*If) stmt()          {}
func (*With) stmt()        {}
func (*Match) stmt()       {}
func (*Raise) stmt()       {}
func (*Try) stmt()         {}
func (*Assert) stmt()      {}
func (*Import) stmt()      {}
func (*ImportFrom) stmt()  {}
func (*Global) stmt()      {}
func (*Nonlocal) stmt()    {}
func (*ExprStmt) stmt()    {}
func (*Pass) stmt()        {}
func (*Break) stmt()       {}
func (*Continue) stmt()    {}
func (*BadStmt) stmt()     {}

func (*BoolOp) expr()         {}
func (*NamedExpr) expr()      {}
func (*BinOp) expr()          {}
func (*UnaryOp) expr()        {}
func (*Lambda) expr()         {}
func (*IfExp) expr()          {}
func (*Dict) expr()           {}
func (*Set) expr()            {}
func (*ListComp) expr()       {}
func (*SetComp) expr()        {}
func (*DictComp) expr()       {}
func (*GeneratorExp) expr()   {}
func (*Await) expr()          {}
func (*Yield) expr()          {}
func (*YieldFrom) expr()      {}
func (*Compare) expr()        {}
func (*Call) expr()           {}
func (*FormattedValue) expr() {}
func (*JoinedStr) expr()      {}
func (*Interpolation) expr()  {}
func (*TemplateStr) expr()    {}
func (*Constant) expr()       {}
func (*Attribute) expr()      {}
func (*Subscript) expr()      {}
func (*Starred) expr()        {}
func (*Name) expr()           {}
func (*List) expr()           {}
func (*Tuple) expr()          {}
func (*Slice) expr()          {}
func (*BadExpr) expr()        {}

func (*MatchValue) pattern()     {}
func (*MatchSingleton) pattern() {}
func (*MatchSequence) pattern()  {}
func (*MatchMapping) pattern()   {}
func (*MatchClass) pattern()     {}
func (*MatchStar) pattern()      {}
func (*MatchAs) pattern()        {}
func (*MatchOr) pattern()        {}
