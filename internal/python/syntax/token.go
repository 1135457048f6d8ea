package syntax

// kind is the type of a token.
type kind uint8

const (
	kEOF kind = iota
	kNewline
	kIndent
	kDedent
	kError // the lexer could not read this; lexer.faults says why
	kName
	kInt
	kFloat
	kImag
	kString  // a whole plain or bytes literal with its prefix and quotes
	kFStart  // prefix and opening quotes of an f-string or t-string
	kFMiddle // literal text of one
	kFEnd    // closing quotes
	kLPar
	kRPar
	kLBrack
	kRBrack
	kLBrace
	kRBrace
	kComma
	kColon
	kSemi
	kDot
	kEllipsis
	kArrow
	kAt
	kAssign
	kWalrus
	kBang // ! of a replacement field
	// binary operators
	kPlus
	kMinus
	kStar
	kSlash
	kDoubleSlash
	kPercent
	kDoubleStar
	kLShift
	kRShift
	kAmp
	kPipe
	kCaret
	kTilde
	kLt
	kGt
	kLtE
	kGtE
	kEqEq
	kNotEq
	// augmented assignment
	kPlusEq
	kMinusEq
	kStarEq
	kSlashEq
	kDoubleSlashEq
	kPercentEq
	kDoubleStarEq
	kLShiftEq
	kRShiftEq
	kAmpEq
	kPipeEq
	kCaretEq
	kAtEq
	// keywords, all behind the operators
	kFalse
	kNone
	kTrue
	kAnd
	kAs
	kAssert
	kAsync
	kAwait
	kBreak
	kClass
	kContinue
	kDef
	kDel
	kElif
	kElse
	kExcept
	kFinally
	kFor
	kFrom
	kGlobal
	kIf
	kImport
	kIn
	kIs
	kLambda
	kNonlocal
	kNot
	kOr
	kPass
	kRaise
	kReturn
	kTry
	kWhile
	kWith
	kYield
	numKinds
)

// flags of a token.
const (
	flagFirst   = 1 << iota // first token of its physical line
	flagUnicode             // the name has bytes beyond ASCII
	flagDoubled             // the literal text of an f-string ends in a doubled brace, which stands for one
)

// token is a piece of the text: bytes [start, end).
type token struct {
	start, end Pos
	kind       kind
	flags      uint8
}

// keyword is the kind of an identifier: kName unless it is reserved (Language Reference, 2.3.1).
func keyword(s string) kind {
	if len(s) < 2 || len(s) > 8 {
		return kName
	}
	switch s {
	case "False":
		return kFalse
	case "None":
		return kNone
	case "True":
		return kTrue
	case "and":
		return kAnd
	case "as":
		return kAs
	case "assert":
		return kAssert
	case "async":
		return kAsync
	case "await":
		return kAwait
	case "break":
		return kBreak
	case "class":
		return kClass
	case "continue":
		return kContinue
	case "def":
		return kDef
	case "del":
		return kDel
	case "elif":
		return kElif
	case "else":
		return kElse
	case "except":
		return kExcept
	case "finally":
		return kFinally
	case "for":
		return kFor
	case "from":
		return kFrom
	case "global":
		return kGlobal
	case "if":
		return kIf
	case "import":
		return kImport
	case "in":
		return kIn
	case "is":
		return kIs
	case "lambda":
		return kLambda
	case "nonlocal":
		return kNonlocal
	case "not":
		return kNot
	case "or":
		return kOr
	case "pass":
		return kPass
	case "raise":
		return kRaise
	case "return":
		return kReturn
	case "try":
		return kTry
	case "while":
		return kWhile
	case "with":
		return kWith
	case "yield":
		return kYield
	}
	return kName
}

// augmented maps an augmented assignment token to its operator, or 0.
func augmented(k kind) Operator {
	switch k {
	case kPlusEq:
		return Add
	case kMinusEq:
		return Sub
	case kStarEq:
		return Mult
	case kSlashEq:
		return Div
	case kDoubleSlashEq:
		return FloorDiv
	case kPercentEq:
		return Mod
	case kDoubleStarEq:
		return Pow
	case kLShiftEq:
		return LShift
	case kRShiftEq:
		return RShift
	case kAmpEq:
		return BitAnd
	case kPipeEq:
		return BitOr
	case kCaretEq:
		return BitXor
	case kAtEq:
		return MatMult
	}
	return 0
}

// Binding powers, loosest first (Language Reference, 6.17).
const (
	precOr uint8 = iota + 1
	precAnd
	precNot
	precCompare
	precBitOr
	precBitXor
	precBitAnd
	precShift
	precSum
	precTerm
	precUnary
)

// infix is what a token means between two operands.
type infix struct {
	prec uint8    // 0: not an infix operator
	op   Operator // of arithmetic
}

// infixes is indexed by token kind.
var infixes = [numKinds]infix{
	kOr:          {prec: precOr},
	kAnd:         {prec: precAnd},
	kNot:         {prec: precCompare}, // not in
	kIn:          {prec: precCompare},
	kIs:          {prec: precCompare},
	kLt:          {prec: precCompare},
	kGt:          {prec: precCompare},
	kLtE:         {prec: precCompare},
	kGtE:         {prec: precCompare},
	kEqEq:        {prec: precCompare},
	kNotEq:       {prec: precCompare},
	kPipe:        {precBitOr, BitOr},
	kCaret:       {precBitXor, BitXor},
	kAmp:         {precBitAnd, BitAnd},
	kLShift:      {precShift, LShift},
	kRShift:      {precShift, RShift},
	kPlus:        {precSum, Add},
	kMinus:       {precSum, Sub},
	kStar:        {precTerm, Mult},
	kSlash:       {precTerm, Div},
	kDoubleSlash: {precTerm, FloorDiv},
	kPercent:     {precTerm, Mod},
	kAt:          {precTerm, MatMult},
}
