package syntax

import (
	"fmt"
	"sort"
	"strings"
)

// maxHeight is how deep expressions may be nested, the same as CPython's limit for its ast objects or lower.
const maxHeight = 3000

// parser is a recursive-descent parser with one token of look-ahead, and all of the logical line to peek into.
//
// An error does not unwind: fail records it and moves to the end of the logical line, where every production ends.
type parser struct {
	lexer
	tok       token // == toks[i]
	i         int
	lineFirst int // index of the first token of the current statement
	prevEnd   Pos // end of the last token that was consumed
	failed    bool
	depth     int // of the recursion
	height    int // of the expression that was parsed last
	diags     []Diagnostic
	body      []Stmt // of the module

	exprs    list[Expr]
	args     list[*Arg]
	stmts    list[Stmt]
	keywords list[*Keyword]
	slabs    slabs
}

func newParser(src string) *parser { return &parser{lexer: newLexer(src)} }

// slabs are the nodes that are frequent enough to be worth it.
type slabs struct {
	name        slab[Name]
	constant    slab[Constant]
	attribute   slab[Attribute]
	call        slab[Call]
	keyword     slab[Keyword]
	subscript   slab[Subscript]
	tuple       slab[Tuple]
	list        slab[List]
	dict        slab[Dict]
	binOp       slab[BinOp]
	boolOp      slab[BoolOp]
	unaryOp     slab[UnaryOp]
	compare     slab[Compare]
	joined      slab[JoinedStr]
	formatted   slab[FormattedValue]
	arguments   slab[Arguments]
	arg         slab[Arg]
	exprStmt    slab[ExprStmt]
	assign      slab[Assign]
	ifStmt      slab[If]
	returnStmt  slab[Return]
	functionDef slab[FunctionDef]
	alias       slab[Alias]
}

// module reads the whole file.
func (p *parser) module() []Stmt {
	p.newLine()
	mark := p.stmts.mark()
	for p.tok.kind != kEOF {
		if p.tok.kind == kDedent { // closes an unexpected indent
			p.advance()
			continue
		}
		p.statement()
	}
	return p.stmts.take(mark)
}

// newLine reads the next logical line.
func (p *parser) newLine() {
	p.nextLine()
	p.i = 0
	p.tok = p.toks[0]
}

// advance consumes a token inside the logical line.
func (p *parser) advance() {
	if p.i+1 < len(p.toks) {
		if p.tok.kind > kDedent {
			p.prevEnd = p.tok.end
		}
		p.i++
		p.tok = p.toks[p.i]
	}
}

// peek is the kind of the token n behind the current one.
func (p *parser) peek(n int) kind {
	if p.i+n < len(p.toks) {
		return p.toks[p.i+n].kind
	}
	return kNewline
}

// accept consumes a token of that kind if it is next.
func (p *parser) accept(k kind) bool {
	if p.tok.kind != k {
		return false
	}
	p.advance()
	return true
}

// expect consumes a token of that kind, or fails.
func (p *parser) expect(k kind, what string) {
	if p.tok.kind != k {
		p.lacks(k, "expected "+what)
		return
	}
	p.advance()
}

// lacks fails because a token of that kind should be next. What is missing before an expression, a comma perhaps, is missing at
// the end of the line before.
func (p *parser) lacks(k kind, message string) {
	t := p.tok
	if t.flags&flagFirst != 0 && t.kind != kError && (k == kColon || startsExpression(t.kind)) && !p.unclosed() {
		p.fail(p.prevEnd, p.prevEnd, message)
		return
	}
	p.unexpected(message)
}

// text is a token as written.
func (p *parser) text(t token) string { return p.src[t.start:t.end] }

// isName reports whether the current token is that soft keyword or name.
func (p *parser) isName(s string) bool { return p.tok.kind == kName && p.text(p.tok) == s }

// since is where a node ends that began at start.
func (p *parser) since(start Pos) Range { return Range{start, max(start, p.prevEnd)} }

// fail records an error at a range and gives the statement up.
func (p *parser) fail(start, end Pos, message string) {
	if p.failed {
		return
	}
	p.failed = true
	p.report(start, end, message)
	p.i = len(p.toks) - 1
	p.tok = p.toks[p.i]
}

// report records an error and goes on.
func (p *parser) report(start, end Pos, message string) {
	p.diags = append(p.diags, Diagnostic{Range{start, end}, message, 0})
}

// missing reports what should stand where a new line begins; at the end of the file that is the line before.
func (p *parser) missing(message string) {
	at := p.tok.end
	if n := newlineBefore(p.src); int(at) == len(p.src) {
		at -= Pos(n)
	}
	p.report(at, at, message)
}

// newlineBefore is the length of the line end that a text ends with, or 0.
func newlineBefore(s string) int {
	switch {
	case strings.HasSuffix(s, "\r\n"):
		return 2
	case strings.HasSuffix(s, "\n"), strings.HasSuffix(s, "\r"):
		return 1
	}
	return 0
}

// unexpected fails at the current token. What the lexer says about it comes first.
func (p *parser) unexpected(message string) {
	t := p.tok
	if t.kind == kError {
		for _, f := range p.faults {
			if f.at == t.start {
				message = f.message
				break
			}
		}
	} else if p.unclosed() {
		return
	}
	p.fail(t.start, t.end, message)
}

// refuse fails at something that was read, unless a bracket that stays open is the reason.
func (p *parser) refuse(start, end Pos, message string) {
	if !p.unclosed() {
		p.fail(start, end, message)
	}
}

// unclosed prefers a bracket that is open here, and stays open, as the reason of an error.
func (p *parser) unclosed() bool {
	if p.failed {
		return true
	}
	n := len(p.toks) - 2
	if n < 0 || p.toks[n].kind != kError || len(p.brackets) == 0 {
		return false
	}
	for i := len(p.brackets) - 1; i >= 0; i-- {
		if b := p.brackets[i]; b.at <= p.tok.start {
			p.fail(b.at, b.at+1, b.neverClosed())
			return true
		}
	}
	return false
}

// tooDeep fails when the recursion or the tree gets deeper than maxHeight.
func (p *parser) tooDeep() bool {
	if p.depth < maxHeight && p.height < maxHeight {
		return false
	}
	p.fail(p.tok.start, p.tok.end, fmt.Sprintf("expression is nested too deeply (more than %d levels)", maxHeight))
	return true
}

// errors is how many diagnostics are no version notes.
func (p *parser) errors() int {
	n := len(p.diags)
	for _, d := range p.notes {
		if d.Since == 0 {
			n++
		}
	}
	return n
}

// diagnostics gives all that was found in order of position.
func (p *parser) diagnostics() []Diagnostic {
	out := append(p.diags, p.notes...)
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Start != out[j].Start {
			return out[i].Start < out[j].Start
		}
		return out[i].End < out[j].End
	})
	return out
}

func (p *parser) bad(start Pos) Expr { return &BadExpr{p.since(start)} }

// noteSince records a version note about a node that ends here.
func (p *parser) noteSince(start Pos, since int, what string) {
	if !p.failed {
		p.note(int(start), int(p.prevEnd), since, what)
	}
}
