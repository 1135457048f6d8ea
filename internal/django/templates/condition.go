package templates

import (
	"gonogo/internal/python/eval"
)

// absent reports whether a variable of a name is surely not there when a template is rendered.
type absent func(root string) bool

// holds tells whether the condition of {% if %} or {% elif %} is true, where variables of which nothing is known may be anything. What is not
// there is None, and a comparison that raises is false (django/template/smartif.py, django/template/defaulttags.py, TemplateLiteral.eval).
func (p conditionOf) holds() eval.Tri {
	value := p.or()
	if p.at < len(p.words) {
		return eval.Maybe
	}
	return value
}

// conditionOf reads the words of one condition.
type conditionOf struct {
	words []string
	exprs []*Expr // the operands in order
	gone  absent
	at    int
	next  int
	depth int
}

func newCondition(tok Token, exprs []*Expr, gone absent) (c conditionOf, ok bool) {
	bits, ok := splitContents(tok.Contents)
	if !ok || len(bits) < 2 {
		return c, false
	}
	return conditionOf{words: joinOperators(bits[1:]), exprs: exprs, gone: gone}, true
}

func (p *conditionOf) or() eval.Tri {
	value := p.and()
	for p.take("or") {
		value = either(value, p.and())
	}
	return value
}

func (p *conditionOf) and() eval.Tri {
	value := p.not()
	for p.take("and") {
		value = opposite(either(opposite(value), opposite(p.not())))
	}
	return value
}

func (p *conditionOf) not() eval.Tri {
	if p.depth++; p.depth > maxDepth {
		p.at = len(p.words) + 1
		return eval.Maybe
	}
	if p.take("not") {
		return opposite(p.not())
	}
	return p.comparison()
}

// operand is one value: whether it is true, and whether it is None because it is not there, or a constant.
type operand struct {
	truth          eval.Tri
	gone, constant bool
}

func (p *conditionOf) comparison() eval.Tri {
	left := p.operand()
	if p.at >= len(p.words) || operatorPower(p.words[p.at]) < 9 {
		return left.truth
	}
	operator := p.words[p.at]
	p.at++
	right := p.operand()
	if p.at < len(p.words) && operatorPower(p.words[p.at]) >= 9 {
		p.at = len(p.words) + 1 // a chain of comparisons
		return eval.Maybe
	}
	one := left.gone && right.constant || right.gone && left.constant
	switch {
	case operator == "==" && one:
		return eval.No
	case operator == "!=" && one:
		return eval.Yes
	case (operator == "in" || operator == "not in") && right.gone, operator != "==" && operator != "!=" && operator != "is" && operator != "is not" && operator != "in" && operator != "not in" && one:
		return eval.No
	}
	return eval.Maybe
}

func (p *conditionOf) operand() operand {
	if p.at >= len(p.words) || p.next >= len(p.exprs) {
		p.at = len(p.words) + 1
		return operand{truth: eval.Maybe}
	}
	p.at++
	e := p.exprs[p.next]
	p.next++
	switch {
	case len(e.Filters) > 0:
		return operand{truth: eval.Maybe}
	case e.Literal && e.Quoted:
		return operand{truth: truth(e.Value != ""), constant: true}
	case e.Literal:
		return operand{truth: truth(e.Value != "0" && e.Value != "0.0"), constant: true}
	case len(e.Lookups) == 1 && e.Lookups[0] == "True":
		return operand{truth: eval.Yes, constant: true}
	case len(e.Lookups) == 1 && e.Lookups[0] == "False":
		return operand{truth: eval.No, constant: true}
	case p.gone(e.Root()):
		return operand{truth: eval.No, gone: true}
	}
	return operand{truth: eval.Maybe}
}

func (p *conditionOf) take(word string) bool {
	if p.at < len(p.words) && p.words[p.at] == word {
		p.at++
		return true
	}
	return false
}

func truth(b bool) eval.Tri {
	if b {
		return eval.Yes
	}
	return eval.No
}

func opposite(t eval.Tri) eval.Tri {
	switch t {
	case eval.Yes:
		return eval.No
	case eval.No:
		return eval.Yes
	}
	return eval.Maybe
}

func either(a, b eval.Tri) eval.Tri {
	switch {
	case a == eval.Yes || b == eval.Yes:
		return eval.Yes
	case a == eval.No && b == eval.No:
		return eval.No
	}
	return eval.Maybe
}
