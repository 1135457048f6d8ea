package deploy

import (
	"path"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// condition evaluates a condition as it is when nobody sets anything; known is false for one that asks a program or a file, also through
// what a program prints.
func (s *shellText) condition(list []*syntax.Stmt) (holds, known bool) {
	if len(list) != 1 || list[0] == nil || list[0].Cmd == nil {
		return false, false
	}
	st := list[0]
	switch cmd := st.Cmd.(type) {
	case *syntax.CallExpr:
		holds, known = s.testCommand(cmd)
	case *syntax.TestClause:
		holds, known = s.testExpr(cmd.X, 0)
	case *syntax.BinaryCmd:
		x, knownX := s.condition([]*syntax.Stmt{cmd.X})
		y, knownY := s.condition([]*syntax.Stmt{cmd.Y})
		switch cmd.Op {
		case syntax.AndStmt:
			holds, known = x && y, knownX && knownY || knownX && !x || knownY && !y
		case syntax.OrStmt:
			holds, known = x || y, knownX && knownY || knownX && x || knownY && y
		}
	}
	return holds != st.Negated, known
}

// testCommand evaluates [ ... ] and test ...
func (s *shellText) testCommand(c *syntax.CallExpr) (holds, known bool) {
	if len(c.Args) == 0 {
		return false, false
	}
	var args []string
	for _, w := range c.Args {
		if isAllArguments(w) {
			args = append(args, strings.Join(s.args, " "))
			continue
		}
		text, ok := s.tested(w)
		if !ok {
			return false, false
		}
		args = append(args, text)
	}
	switch args[0] {
	case "true":
		return true, true
	case "false":
		return false, true
	case "[":
		args = args[1 : len(args)-1]
	case "test":
		args = args[1:]
	default:
		return false, false
	}
	negated := false
	if len(args) > 1 && args[0] == "!" {
		negated, args = true, args[1:]
	}
	switch len(args) {
	case 1:
		return (args[0] != "") != negated, true
	case 2:
		holds, known = unaryTest(args[0], args[1])
	case 3:
		holds, known = binaryTest(args[0], args[1], args[2], false)
	}
	return holds != negated, known
}

func unaryTest(operator, operand string) (holds, known bool) {
	switch operator {
	case "-z":
		return operand == "", true
	case "-n":
		return operand != "", true
	}
	return false, false
}

func binaryTest(left, operator, right string, pattern bool) (holds, known bool) {
	switch operator {
	case "=", "==", "!=":
		equal := left == right
		if pattern {
			if ok, err := path.Match(right, left); err == nil {
				equal = equal || ok
			}
		}
		return equal == (operator != "!="), true
	case "-eq", "-ne", "-gt", "-ge", "-lt", "-le":
		l, errL := strconv.Atoi(left)
		r, errR := strconv.Atoi(right)
		if errL != nil || errR != nil {
			return false, left == "" || right == ""
		}
		return map[string]bool{"-eq": l == r, "-ne": l != r, "-gt": l > r, "-ge": l >= r, "-lt": l < r, "-le": l <= r}[operator], true
	}
	return false, false
}

// testExpr evaluates the inside of [[ ... ]].
func (s *shellText) testExpr(e syntax.TestExpr, depth int) (holds, known bool) {
	if depth > maxShellDepth {
		return false, false
	}
	switch e := e.(type) {
	case *syntax.ParenTest:
		return s.testExpr(e.X, depth+1)
	case *syntax.Word:
		text, ok := s.tested(e)
		return text != "", ok
	case *syntax.UnaryTest:
		if e.Op == syntax.TsNot {
			holds, known = s.testExpr(e.X, depth+1)
			return !holds, known
		}
		if w, ok := e.X.(*syntax.Word); ok {
			text, told := s.tested(w)
			holds, known = unaryTest(e.Op.String(), text)
			return holds, known && told
		}
	case *syntax.BinaryTest:
		return s.binaryTestExpr(e, depth)
	}
	return false, false
}

func (s *shellText) binaryTestExpr(e *syntax.BinaryTest, depth int) (holds, known bool) {
	if e.Op == syntax.AndTest || e.Op == syntax.OrTest {
		x, knownX := s.testExpr(e.X, depth+1)
		y, knownY := s.testExpr(e.Y, depth+1)
		if e.Op == syntax.AndTest {
			return x && y, knownX && knownY || knownX && !x || knownY && !y
		}
		return x || y, knownX && knownY || knownX && x || knownY && y
	}
	left, okLeft := e.X.(*syntax.Word)
	right, okRight := e.Y.(*syntax.Word)
	if !okLeft || !okRight {
		return false, false
	}
	x, toldX := s.tested(left)
	y, toldY := s.tested(right)
	holds, known = binaryTest(x, e.Op.String(), y, true)
	return holds, known && toldX && toldY
}

// tested is the text of a word of a test, where a variable that nobody gives is empty; told is false where a program prints a part of it.
func (s *shellText) tested(w *syntax.Word) (text string, told bool) {
	s.asked = false
	text = s.word(w, true)
	return text, !s.asked
}
