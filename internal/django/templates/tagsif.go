package templates

import "strings"

func compileIf(p *parser, n *Node) {
	exprs := p.condition(n.Token)
	n.Exprs = exprs
	end := p.body(n, n.Token, exprs, "elif", "else", "endif")
	for strings.HasPrefix(end.Contents, "elif") {
		exprs = p.condition(end)
		n.Exprs = append(n.Exprs, exprs...)
		end = p.body(n, end, exprs, "elif", "else", "endif")
	}
	if end.Contents == "else" {
		end = p.body(n, end, nil, "endif")
	}
	if end.Contents != "endif" {
		p.fail(n.Token, "Malformed template tag: \"%s\"", end.Contents)
	}
}

// condition reads the words behind if or elif (django.template.smartif) and returns the expressions in them.
func (p *parser) condition(tok Token) []*Expr {
	bits, ok := splitContents(tok.Contents)
	if !ok {
		p.fail(tok, "A translated text is not closed: '%s'", tok.Contents)
	}
	c := conditionReader{p: p, tok: tok, words: joinOperators(bits[1:])}
	for _, w := range c.words {
		if operatorPower(w) == 0 {
			c.exprs = append(c.exprs, p.compile(tok, w))
		}
	}
	c.expression(0, 0)
	if c.at < len(c.words) {
		p.fail(tok, "Unused '%s' at end of if expression.", c.words[c.at])
	}
	return c.exprs
}

// joinOperators makes one word each of "is not" and "not in".
func joinOperators(bits []string) []string {
	var joined []string
	for i := 0; i < len(bits); i++ {
		if i+1 < len(bits) && (bits[i] == "is" && bits[i+1] == "not" || bits[i] == "not" && bits[i+1] == "in") {
			joined = append(joined, bits[i]+" "+bits[i+1])
			i++
			continue
		}
		joined = append(joined, bits[i])
	}
	return joined
}

// operatorPower is the binding power of an operator, 0 for what is none.
func operatorPower(word string) int {
	switch word {
	case "or":
		return 6
	case "and":
		return 7
	case "not":
		return 8
	case "in", "not in":
		return 9
	case "is", "is not", "==", "!=", ">", ">=", "<", "<=":
		return 10
	}
	return 0
}

// conditionReader checks the order of operators and operands by precedence climbing.
type conditionReader struct {
	p     *parser
	tok   Token
	words []string
	at    int
	exprs []*Expr
}

func (c *conditionReader) expression(power, depth int) {
	if depth > maxDepth {
		c.p.fail(c.tok, "the condition is more than %d operators deep", maxDepth)
	}
	if c.at == len(c.words) {
		c.p.fail(c.tok, "Unexpected end of expression in if tag.")
	}
	word := c.words[c.at]
	c.at++
	switch operator := operatorPower(word); {
	case word == "not":
		c.expression(operator, depth+1)
	case operator > 0:
		c.p.fail(c.tok, "Not expecting '%s' in this position in if tag.", word)
	}
	for c.at < len(c.words) {
		word = c.words[c.at]
		operator := operatorPower(word)
		if operator <= power {
			return
		}
		if word == "not" {
			c.p.fail(c.tok, "Not expecting 'not' as infix operator in if tag.")
		}
		c.at++
		c.expression(operator, depth+1)
	}
}
