package resolve

import "gonogo/internal/python/syntax"

// binding is what a name of one scope stands for.
type binding struct {
	// dotted is what an import or a definition stands for: "django.core.mail.send_mail", "shop.models.Order"; "" for anything else.
	dotted string
	// imported says that dotted comes from an import.
	imported bool
	// value is the right side of a plain assignment to the name alone, or nil.
	value syntax.Expr
	// function and class are the definition, where the name is one.
	function *syntax.FunctionDef
	class    *syntax.ClassDef
	body     *scope // of the class
	// conditional says that the statement stands in a branch that may not run.
	conditional bool
}

// replaces reports whether a later binding of a name counts in place of an earlier one. A fallback (`except ImportError: x = None`)
// does not count against what it stands in for.
func (b binding) replaces(earlier binding) bool {
	if !b.conditional {
		return true
	}
	return earlier.dotted == "" && b.dotted != ""
}
