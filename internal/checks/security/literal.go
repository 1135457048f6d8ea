package security

import (
	"strconv"
	"strings"

	"gonogo/internal/python/syntax"
)

// literalAttribute is a class attribute that is given as a whole number.
func literalAttribute(class *syntax.ClassDef, name string) (n int64, ok bool) {
	for _, s := range class.Body {
		var target, value syntax.Expr
		switch s := s.(type) {
		case *syntax.Assign:
			if len(s.Targets) == 1 {
				target, value = s.Targets[0], s.Value
			}
		case *syntax.AnnAssign:
			target, value = s.Target, s.Value
		}
		id, isName := target.(*syntax.Name)
		constant, isConstant := value.(*syntax.Constant)
		if !isName || id.ID != name || !isConstant || constant.Kind != syntax.Int {
			continue
		}
		if v, err := strconv.ParseInt(strings.ReplaceAll(constant.Value, "_", ""), 0, 64); err == nil {
			n, ok = v, true
		}
	}
	return n, ok
}
