package resolve

import "gonogo/internal/python/syntax"

// binding is what a name of one scope stands for.
type binding struct {
	// dotted is what an import or a definition stands for: "django.core.mail.send_mail", "shop.models.Order"; "" for anything else.
	dotted string
	// value is the right side of a plain assignment to the name alone, or nil.
	value syntax.Expr
	// function and class are the definition, where the name is one.
	function *syntax.FunctionDef
	class    *syntax.ClassDef
	body     *scope // of the class
	// conditional says that the statement stands in a branch that may not run.
	conditional bool
	// imported says that dotted comes from an import.
	imported bool
}

// replaces reports whether a later binding of a name counts in place of an earlier one. A fallback (`except ImportError: x = None`)
// does not count against what it stands in for.
func (b binding) replaces(earlier binding) bool {
	if !b.conditional {
		return true
	}
	return earlier.dotted == "" && b.dotted != ""
}

// names are the bindings of one scope. Most scopes are functions with a few names, for which a map of its own would take ten times the memory.
type names struct {
	list  []named
	index map[string]int32 // into list, when there are more than fewNames
}

type named struct {
	name string
	binding
}

const fewNames = 10

func (n *names) find(name string) int {
	if n.index != nil {
		if i, ok := n.index[name]; ok {
			return int(i)
		}
		return -1
	}
	for i := range n.list {
		if n.list[i].name == name {
			return i
		}
	}
	return -1
}

func (n *names) get(name string) (b binding, ok bool) {
	if i := n.find(name); i >= 0 {
		return n.list[i].binding, true
	}
	return binding{}, false
}

// bind adds a binding; of two of a name the one that counts stays.
func (n *names) bind(name string, b binding) {
	if i := n.find(name); i >= 0 {
		if b.replaces(n.list[i].binding) {
			n.list[i].binding = b
		}
		return
	}
	if n.list == nil {
		n.list = make([]named, 0, 4)
	}
	n.list = append(n.list, named{name, b})
	switch {
	case n.index != nil:
		n.index[name] = int32(len(n.list) - 1)
	case len(n.list) > fewNames:
		n.index = make(map[string]int32, 2*len(n.list))
		for i := range n.list {
			n.index[n.list[i].name] = int32(i)
		}
	}
}
