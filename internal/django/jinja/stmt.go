package jinja

import (
	"slices"
	"strings"
)

// Parse reads a template. It never fails: what Jinja2 refuses is the template's Fault, and the statements before it stay.
func Parse(data string) *Template {
	t := &Template{}
	tokens, fault := lex(data)
	p := &parser{tokens: tokens}
	t.Body, t.Fault = p.whole()
	if fault != nil {
		t.Fault = fault // the parser did not see what stands behind it
	}
	t.Foreign = p.foreign
	return t
}

// whole reads all statements.
func (p *parser) whole() (body []*Node, fault *Fault) {
	defer func() {
		if r := recover(); r != nil {
			s, ok := r.(stop)
			if !ok {
				panic(r)
			}
			fault = s.fault
		}
	}()
	p.statements(&body)
	return body, nil
}

// statements reads up to one of the names that end a body, which stays the current token; without names up to the end of the file.
func (p *parser) statements(into *[]*Node, ends ...string) {
	defer p.deeper()()
	for {
		t := p.current()
		switch t.kind {
		case variableBegin:
			p.next()
			n := &Node{Kind: Output, Start: t.start, Exprs: []*Expr{p.tuple(tupleOptions{cond: true})}}
			if p.current().kind != variableEnd {
				p.fail("expected token 'end of print statement'")
			}
			n.End = p.next().end
			*into = append(*into, n)
		case blockBegin:
			p.next()
			if p.current().isName(ends...) {
				return
			}
			n := &Node{Start: t.start}
			p.statement(n)
			if p.current().kind != blockEnd {
				p.fail("expected token 'end of statement block'")
			}
			end := p.next().end
			if n.End == 0 {
				n.End = end
			}
			*into = append(*into, n)
		case endOfFile:
			if len(ends) > 0 {
				p.fail("Unexpected end of template. Jinja was looking for the tag " + strings.Join(ends, " or "))
			}
			return
		default:
			p.fail("unexpected token")
		}
	}
}

// body reads the end of a tag and what stands between it and one of the names, which is returned; the tag's place ends here.
func (p *parser) body(n *Node, into *[]*Node, ends ...string) string {
	p.skipOperator(":")
	if p.current().kind != blockEnd {
		p.fail("expected token 'end of statement block'")
	}
	end := p.next().end
	if n.End == 0 {
		n.End = end
	}
	p.statements(into, ends...)
	return p.next().value
}

// statement reads one tag up to its end, into a node.
func (p *parser) statement(n *Node) {
	t := p.current()
	if t.kind != name {
		p.fail("tag name expected")
	}
	n.Name = t.value
	read := map[string]func(*Node){
		"for": p.forTag, "if": p.ifTag, "with": p.withTag, "set": p.setTag, "block": p.blockTag, "extends": p.extendsTag, "include": p.includeTag,
		"import": p.importTag, "from": p.fromTag, "macro": p.macroTag, "call": p.callTag, "filter": p.filterTag, "autoescape": p.autoescapeTag,
		"print": p.printTag, "do": p.doTag, "trans": p.transTag, "break": p.jumpTag, "continue": p.jumpTag, "debug": p.jumpTag,
	}[t.value]
	if read == nil {
		p.unknown(n)
		return
	}
	p.next()
	n.Name = ""
	read(n)
}

// unknown passes over a tag of an extension. The end of a body that is not open is none.
func (p *parser) unknown(n *Node) {
	if slices.Contains([]string{"endfor", "endif", "else", "elif", "endwith", "endset", "endblock", "endmacro", "endcall", "endfilter", "endautoescape", "endtrans", "pluralize"}, n.Name) {
		p.fail("Encountered unknown tag '" + n.Name + "'.")
	}
	n.Kind = Unknown
	if p.foreign == "" {
		p.foreign = n.Name
	}
	for p.current().kind != blockEnd && p.current().kind != endOfFile {
		p.next()
	}
}

// target: a name, an attribute of a namespace, or a tuple of names
func (p *parser) target(end string, namespace bool) *Expr {
	at := p.at
	e := p.tuple(tupleOptions{simple: true, end: end, namespace: namespace})
	if !assignable(e) {
		p.at = at
		p.fail("can't assign to that")
	}
	return e
}

func assignable(e *Expr) bool {
	switch e.Kind {
	case Name, NSRef:
		return true
	case Tuple:
		return !slices.ContainsFunc(e.Args, func(a *Expr) bool { return !assignable(a) })
	}
	return false
}

// plainName is a name that is assigned to.
func (p *parser) plainName() string {
	t := p.expectName()
	if slices.Contains([]string{"true", "false", "none", "True", "False", "None"}, t.value) {
		p.at--
		p.fail("can't assign to 'const'")
	}
	return t.value
}

func (p *parser) forTag(n *Node) {
	n.Kind = For
	n.Target = p.target("in", false)
	p.expectName("in")
	n.Exprs = []*Expr{p.tuple(tupleOptions{end: "recursive"})}
	if p.skipName("if") {
		n.Test = p.expression()
	}
	n.Recursive = p.skipName("recursive")
	if p.body(n, &n.Body, "endfor", "else") == "else" {
		p.body(n, &n.Else, "endfor")
	}
}

func (p *parser) ifTag(n *Node) {
	n.Kind = If
	n.Exprs = []*Expr{p.tuple(tupleOptions{})}
	switch p.body(n, &n.Body, "elif", "else", "endif") {
	case "else":
		p.body(n, &n.Else, "endif")
	case "elif":
		defer p.deeper()()
		inner := &Node{Start: p.tokens[p.at-2].start}
		n.Else = append(n.Else, inner)
		p.ifTag(inner)
	}
}

func (p *parser) withTag(n *Node) {
	n.Kind = With
	for p.current().kind != blockEnd {
		if len(n.Exprs) > 0 {
			p.expectOperator(",")
		}
		target := p.target("", false)
		n.Names = append(n.Names, targetNames(target)...)
		p.expectOperator("=")
		n.Exprs = append(n.Exprs, p.expression())
	}
	p.body(n, &n.Body, "endwith")
}

// targetNames are the names of a target; a tuple is one that no value is followed into.
func targetNames(e *Expr) []string {
	if e.Kind == Name {
		return []string{e.Text}
	}
	return []string{""}
}

func (p *parser) setTag(n *Node) {
	n.Target = p.target("", true)
	if p.skipOperator("=") {
		n.Kind = Set
		n.Exprs = []*Expr{p.tuple(tupleOptions{cond: true})}
		return
	}
	n.Kind = SetBlock
	if f := p.filter(nil, false); f != nil {
		n.Exprs = []*Expr{f}
	}
	p.body(n, &n.Body, "endset")
}

func (p *parser) blockTag(n *Node) {
	n.Kind = Block
	n.Name = p.expectName().value
	n.Scoped = p.skipName("scoped")
	required := p.skipName("required")
	p.body(n, &n.Body, "endblock")
	if required && len(n.Body) > 0 {
		p.fail("Required blocks can only contain comments or whitespace")
	}
	p.skipName(n.Name)
}

func (p *parser) extendsTag(n *Node) {
	n.Kind, n.Exprs = Extends, []*Expr{p.expression()}
}

func (p *parser) includeTag(n *Node) {
	n.Kind, n.Exprs = Include, []*Expr{p.expression()}
	if p.current().isName("ignore") && p.look().isName("missing") {
		p.next()
		p.next()
		n.Missing = true
	}
	n.Context = p.context(true)
}

// context: ["with" "context" | "without" "context"]
func (p *parser) context(otherwise bool) bool {
	if t := p.current(); t.isName("with", "without") && p.look().isName("context") {
		p.next()
		p.next()
		return t.value == "with"
	}
	return otherwise
}

func (p *parser) importTag(n *Node) {
	n.Kind, n.Exprs = Import, []*Expr{p.expression()}
	p.expectName("as")
	n.Name = p.plainName()
	n.Context = p.context(false)
}

func (p *parser) fromTag(n *Node) {
	n.Kind, n.Exprs = From, []*Expr{p.expression()}
	p.expectName("import")
	for {
		if len(n.Names) > 0 {
			p.expectOperator(",")
		}
		if p.current().kind != name {
			p.fail("expected a name")
		}
		if at := p.at; true {
			n.Context = p.context(n.Context)
			if p.at != at {
				return
			}
		}
		imported := p.plainName()
		if strings.HasPrefix(imported, "_") {
			p.fail("names starting with an underline can not be imported")
		}
		alias := imported
		if p.skipName("as") {
			alias = p.plainName()
		}
		n.Names, n.Aliases = append(n.Names, imported), append(n.Aliases, alias)
		at := p.at
		n.Context = p.context(n.Context)
		if p.at != at || !p.current().isOperator(",") {
			return
		}
	}
}

// signature: "(" name ["=" expression], ... ")"
func (p *parser) signature(n *Node) {
	p.expectOperator("(")
	for !p.current().isOperator(")") {
		if len(n.Names) > 0 {
			p.expectOperator(",")
		}
		n.Names = append(n.Names, p.plainName())
		if p.skipOperator("=") {
			n.Exprs = append(n.Exprs, p.expression())
		} else if len(n.Exprs) > 0 {
			p.fail("non-default argument follows default argument")
		}
	}
	p.expectOperator(")")
}

func (p *parser) macroTag(n *Node) {
	n.Kind = Macro
	n.Name = p.plainName()
	p.signature(n)
	p.body(n, &n.Body, "endmacro")
}

func (p *parser) callTag(n *Node) {
	n.Kind = CallBlock
	if p.current().isOperator("(") {
		p.signature(n)
	}
	call := p.expression()
	if call.Kind != Call {
		p.fail("expected call")
	}
	n.Exprs = append([]*Expr{call}, n.Exprs...)
	p.body(n, &n.Body, "endcall")
}

func (p *parser) filterTag(n *Node) {
	n.Kind, n.Exprs = FilterBlock, []*Expr{p.filter(nil, true)}
	p.body(n, &n.Body, "endfilter")
}

func (p *parser) autoescapeTag(n *Node) {
	n.Kind, n.Exprs = Autoescape, []*Expr{p.expression()}
	p.body(n, &n.Body, "endautoescape")
}

func (p *parser) printTag(n *Node) {
	n.Kind = Output
	for p.current().kind != blockEnd {
		if len(n.Exprs) > 0 {
			p.expectOperator(",")
		}
		n.Exprs = append(n.Exprs, p.expression())
	}
}

// doTag is that of jinja2.ext.do.
func (p *parser) doTag(n *Node) { n.Kind, n.Exprs = Do, []*Expr{p.tuple(tupleOptions{cond: true})} }

func (p *parser) jumpTag(n *Node) { n.Kind = Jump }

// transTag is that of jinja2.ext.i18n: what stands inside is text with names.
func (p *parser) transTag(n *Node) {
	n.Kind = Trans
	if p.current().kind == text { // a context
		p.next()
	}
	first := true
	for p.current().kind != blockEnd {
		if !first {
			p.expectOperator(",")
		}
		if p.skipOperator(":") {
			break
		}
		first = false
		word := p.expectName()
		switch {
		case p.skipOperator("="):
			n.Names, n.Exprs = append(n.Names, word.value), append(n.Exprs, p.expression())
		case word.isName("trimmed", "notrimmed"):
		default:
			n.Names, n.Exprs = append(n.Names, word.value), append(n.Exprs, &Expr{Kind: Name, Text: word.value, Start: word.start, End: word.end})
		}
	}
	if p.body(n, &n.Body, "pluralize", "endtrans") == "pluralize" {
		if p.current().kind != blockEnd {
			p.expectName()
		}
		p.body(n, &n.Body, "endtrans")
	}
	plainOnly(p, n.Body)
}

// plainOnly refuses what a translated text must not hold.
func plainOnly(p *parser, body []*Node) {
	for _, n := range body {
		if n.Kind != Output || len(n.Exprs) != 1 || n.Exprs[0].Kind != Name {
			p.fail("control structures in translatable sections are not allowed")
		}
	}
}
