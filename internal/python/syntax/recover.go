package syntax

import "strings"

// anchorAt reports whether a line starts like a statement, so that brackets which are open before it must be a mistake.
// It is asked only where something is wrong already.
func anchorAt(line string) bool {
	n := 0
	for n < len(line) && classes[line[n]] >= cIdent && classes[line[n]] <= cDigit {
		n++
	}
	if n == 0 {
		return len(line) > 1 && line[0] == '@' && classes[line[1]] == cIdent
	}
	rest := strings.TrimLeft(line[n:], " \t")
	switch keyword(line[:n]) {
	case kClass, kDef, kReturn, kRaise, kTry, kPass, kBreak, kContinue, kGlobal, kNonlocal, kDel, kAssert, kWhile, kWith, kImport, kExcept, kFinally, kElif:
		return true
	case kFrom:
		return fromImport(line)
	case kFor, kIf, kElse, kAsync:
		return endsInColon(line)
	case kName:
		return assigns(rest)
	}
	return false
}

// assigns reports whether the text behind a name goes on as an assignment, possibly to an attribute or item.
func assigns(rest string) bool {
	return len(rest) > 1 && rest[0] == '=' && rest[1] != '='
}

func fromImport(line string) bool {
	if n := strings.IndexAny(line, "\r\n"); n >= 0 {
		line = line[:n]
	}
	return strings.Contains(line, " import")
}

func endsInColon(line string) bool {
	if n := strings.IndexAny(line, "\r\n#"); n >= 0 {
		line = line[:n]
	}
	return strings.HasSuffix(strings.TrimRight(line, " \t"), ":")
}

// resync goes to where the next statement can start after an error: the end of the logical line, or,
// when brackets were left open, a line inside it that starts like a statement and is not indented deeper.
func (p *parser) resync() { p.resyncFrom(false) }

// resyncFrom is resync; behind the header of a block, the block's first line counts too.
func (p *parser) resyncFrom(header bool) {
	p.failed = false
	last := len(p.toks) - 1
	from := p.lineFirst + 1
	limit := p.indents[len(p.indents)-1].col
	for i := from; i < last; i++ {
		t := p.toks[i]
		if t.flags&flagFirst == 0 || t.kind == kFMiddle || t.kind == kFEnd {
			continue
		}
		start, col := lineIndent(p.src, int(t.start))
		if start <= int(p.toks[p.lineFirst].start) {
			continue // an error token that stands where the fault began
		}
		body := header && col > limit && p.toks[i-1].kind == kColon
		if body || col <= limit && anchorAt(p.src[t.start:]) {
			p.reportFault(Pos(start))
			p.cutLine(i, start)
			return
		}
	}
	p.reportFault(Pos(len(p.src)))
	p.i = last
	p.tok = p.toks[last]
}

// reportFault reports the first thing that is no token between the last error and an offset, which nothing reads again.
func (p *parser) reportFault(before Pos) {
	if len(p.diags) == 0 {
		return
	}
	after := p.diags[len(p.diags)-1].Start
	for _, f := range p.faults {
		if f.at > after && f.at < before {
			p.report(f.at, f.at, f.message)
			return
		}
	}
}

// cutLine ends the logical line before token i, and lets the lexer go on at that line's start.
func (p *parser) cutLine(i, start int) {
	at := p.toks[i].start
	p.dropNotes(Pos(start))
	p.moveFault(i, Pos(start))
	p.toks = append(p.toks[:i], token{at, at, kNewline, 0})
	p.pos = start
	p.i = i
	p.tok = p.toks[i]
}

// moveFault gives an error that was found in text that will be read again the reason why it was read with the text before.
func (p *parser) moveFault(i int, cut Pos) {
	n := len(p.diags) - 1
	if n < 0 || p.diags[n].Start < cut {
		return
	}
	closed := 0
	for i--; i >= 0; i-- {
		switch t := p.toks[i]; t.kind {
		case kRPar, kRBrack, kRBrace:
			closed++
		case kLPar, kLBrack, kLBrace:
			if closed == 0 {
				b := bracket{t.start, p.src[t.start]}
				p.diags[n] = Diagnostic{Range{t.start, t.end}, b.neverClosed(), 0}
				return
			}
			closed--
		}
	}
}

// dropNotes forgets what the lexer said of text that it will read again.
func (l *lexer) dropNotes(from Pos) {
	n := len(l.notes)
	for n > 0 && l.notes[n-1].Start >= from {
		n--
	}
	l.notes = l.notes[:n]
}

// lineIndent gives the start of a token's line, and its column with tabs to multiples of 8.
func lineIndent(src string, at int) (start int, col int32) {
	start = at
	for start > 0 && src[start-1] != '\n' && src[start-1] != '\r' {
		start--
	}
	for _, c := range src[start:at] {
		if c == '\t' {
			col = (col/tabWidth + 1) * tabWidth
		} else {
			col++
		}
	}
	return start, col
}

// Limits of the search for the triple quote that is not closed.
const (
	maxRetryBytes = 1 << 20
	maxRetries    = 8
)

// withoutOpenString parses a broken text again whose fault may be a triple quote that is missing. Then every triple-quoted
// string behind the fault is turned inside out: code is text, and text is code. The faulty one contains lines that look like
// code, and the most statements are found when it ends on its own line; no other string is open at the end then.
func withoutOpenString(p *parser) *parser {
	if len(p.src) > maxRetryBytes || p.late() {
		return p
	}
	best, found := p, countStatements(p.body)
	for _, at := range codeInStrings(p.src) {
		next := newParser(p.src)
		next.endAt = at
		next.body = next.module()
		n := countStatements(next.body)
		if n > found && !next.openText || p.openText && n == found && (next.errors() < best.errors() || best == p) {
			best, found = next, n
		}
	}
	return best
}

// countStatements counts the statements that prose is never taken for.
func countStatements(body []Stmt) int {
	n := 0
	InspectBody(body, func(node Node) bool {
		switch node.(type) {
		case *FunctionDef, *ClassDef, *Import, *ImportFrom, *Assign, *AnnAssign, *AugAssign, *Return, *Raise, *If, *For, *Try:
			n++
		case Expr:
			return false
		}
		return true
	})
	return n
}

// codeInStrings finds the triple-quoted strings that contain lines which look like code: the first and the last few.
func codeInStrings(src string) []int {
	l := newLexer(src)
	var found []int
	for {
		l.nextLine()
		for _, t := range l.toks {
			if t.kind == kString && containsCode(src[t.start:t.end]) {
				found = append(found, int(t.start))
			}
			if t.kind == kEOF {
				if n := len(found); n > maxRetries {
					found = append(found[:maxRetries/2], found[n-maxRetries/2:]...)
				}
				return found
			}
		}
	}
}

// containsCode reports whether a line behind the first looks like a statement.
func containsCode(text string) bool {
	for {
		_, rest, more := strings.Cut(text, "\n")
		if !more {
			return false
		}
		if anchorAt(strings.TrimLeft(rest, " \t")) {
			return true
		}
		text = rest
	}
}
