package jinja

import (
	"encoding/json"
	"fmt"
	"strings"
)

// dump writes statements as testdata/oracle.py does.
func dump(list []*Node) string {
	var out []string
	for _, n := range list {
		if n.Kind == Output {
			for _, e := range n.Exprs {
				out = append(out, "print("+expr(e)+")")
			}
			continue
		}
		out = append(out, statement(n))
	}
	return "{" + strings.Join(out, " ") + "}"
}

func title(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

func exprs(list []*Expr) string {
	var out []string
	for _, e := range list {
		out = append(out, expr(e))
	}
	return strings.Join(out, " ")
}

func statement(n *Node) string {
	first := func() string { return expr(n.Exprs[0]) }
	switch n.Kind {
	case For:
		return fmt.Sprintf("for(%s %s %s %s)%s%s", expr(n.Target), first(), expr(n.Test), title(n.Recursive), dump(n.Body), dump(n.Else))
	case If:
		return fmt.Sprintf("if(%s)%s%s", first(), dump(n.Body), dump(n.Else))
	case With:
		return fmt.Sprintf("with(%s)%s", exprs(n.Exprs), dump(n.Body))
	case Set:
		return fmt.Sprintf("set(%s %s)", expr(n.Target), first())
	case SetBlock:
		filter := "-"
		if len(n.Exprs) > 0 {
			filter = first()
		}
		return fmt.Sprintf("set(%s %s)%s", expr(n.Target), filter, dump(n.Body))
	case Block:
		return fmt.Sprintf("block(%s %s)%s", n.Name, title(n.Scoped), dump(n.Body))
	case Extends:
		return fmt.Sprintf("extends(%s)", first())
	case Include:
		return fmt.Sprintf("include(%s %s %s)", first(), title(n.Context), title(n.Missing))
	case Import:
		return fmt.Sprintf("import(%s %s %s)", first(), n.Name, title(n.Context))
	case From:
		var names []string
		for i, name := range n.Names {
			if n.Aliases[i] != name {
				name += ":" + n.Aliases[i]
			}
			names = append(names, name)
		}
		return fmt.Sprintf("from(%s %s %s)", first(), strings.Join(names, " "), title(n.Context))
	case Macro:
		return fmt.Sprintf("macro(%s [%s] [%s])%s", n.Name, strings.Join(n.Names, " "), exprs(n.Exprs), dump(n.Body))
	case CallBlock:
		return fmt.Sprintf("call(%s [%s] [%s])%s", first(), strings.Join(n.Names, " "), exprs(n.Exprs[1:]), dump(n.Body))
	case FilterBlock:
		return fmt.Sprintf("filter(%s)%s", first(), dump(n.Body))
	case Autoescape:
		return fmt.Sprintf("autoescape(%s)%s", first(), dump(n.Body))
	case Do:
		return fmt.Sprintf("do(%s)", first())
	case Jump:
		return "jump()"
	}
	return fmt.Sprintf("unknown(%s)", n.Name)
}

func arguments(e *Expr) string {
	var words []string
	for _, a := range e.Args {
		words = append(words, expr(a))
	}
	for _, k := range e.Keywords {
		words = append(words, k.Name+"="+expr(k.Value))
	}
	if e.Star != nil {
		words = append(words, "*"+expr(e.Star))
	}
	if e.Stars != nil {
		words = append(words, "**"+expr(e.Stars))
	}
	return "(" + strings.Join(words, " ") + ")"
}

func expr(e *Expr) string {
	if e == nil {
		return "-"
	}
	switch e.Kind {
	case Name, NSRef, Constant:
		return e.Text
	case String:
		for i := range len(e.Text) {
			if e.Text[i] < ' ' || e.Text[i] > '~' {
				return "text"
			}
		}
		var b strings.Builder
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(e.Text)
		return strings.TrimSuffix(b.String(), "\n")
	case Number:
		return "number"
	case Getattr:
		return expr(e.Of) + "." + e.Text
	case Getitem:
		return expr(e.Of) + "[" + expr(e.Args[0]) + "]"
	case Slice:
		return "slice(" + exprs(e.Args) + ")"
	case Call:
		return expr(e.Of) + arguments(e)
	case Filter:
		return expr(e.Of) + "|" + e.Text + arguments(e)
	case Test:
		return "is(" + expr(e.Of) + " " + e.Text + arguments(e) + ")"
	case Cond:
		return "cond(" + expr(e.Of) + " " + exprs(e.Args) + ")"
	case Operator:
		return "(" + e.Text + " " + exprs(e.Args) + ")"
	case Compare:
		out := "(" + expr(e.Args[0])
		for i, op := range strings.Fields(e.Text) {
			out += " " + op + " " + expr(e.Args[i+1])
		}
		return out + ")"
	case Tuple, List, Dict:
		return map[ExprKind]string{Tuple: "tuple", List: "list", Dict: "dict"}[e.Kind] + "[" + exprs(e.Args) + "]"
	}
	return "?"
}
