package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// listResponse reports whether the answer of an operation is declared as a list: List[Out], list[Out], or those by status.
func listResponse(v eval.Value) bool {
	if v.Kind() == eval.Dict {
		for _, e := range v.Entries() {
			if listResponse(e.Value) {
				return true
			}
		}
		return false
	}
	name := v.Path()
	if s, ok := v.Symbol(); ok && name == "" {
		name = s.Of.Path()
	}
	return name == "typing.List" || name == "list" || name == "builtins.list"
}

// givesAll reports whether a function returns all rows of a model: each of its answers is Model.objects.all(), or that with other rows
// fetched along or in another order.
func givesAll(session *eval.Session, d eval.Definition) bool {
	if d.Function == nil || session == nil {
		return false
	}
	module := session.Import(d.Module).Module
	assigned := map[string]syntax.Expr{}
	all, some := true, false
	syntax.InspectBody(d.Function.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef, *syntax.Lambda, *syntax.ClassDef:
			return false
		case *syntax.Assign:
			for _, t := range n.Targets {
				if name, ok := t.(*syntax.Name); ok {
					if _, twice := assigned[name.ID]; twice {
						assigned[name.ID] = nil
						continue
					}
					assigned[name.ID] = n.Value
				}
			}
		case *syntax.AugAssign:
			if name, ok := n.Target.(*syntax.Name); ok {
				assigned[name.ID] = nil
			}
		case *syntax.Return:
			value := n.Value
			if name, ok := value.(*syntax.Name); ok {
				value = assigned[name.ID]
			}
			some = true
			all = all && allRows(module, value)
		}
		return true
	})
	return some && all
}

// allRows reports whether an expression is all rows of a model.
func allRows(module eval.Value, e syntax.Expr) bool {
	for range maxNesting {
		call, ok := e.(*syntax.Call)
		if !ok {
			return false
		}
		f, ok := call.Func.(*syntax.Attribute)
		if !ok {
			return false
		}
		switch f.Attr {
		case "select_related", "prefetch_related", "order_by", "only", "defer", "annotate", "reverse":
			e = f.Value
			if manager(module, e) {
				return true
			}
		case "all":
			if manager(module, f.Value) {
				return true
			}
			e = f.Value
		default:
			return false
		}
	}
	return false
}

// manager reports whether an expression is Model.objects of a model of the project.
func manager(module eval.Value, e syntax.Expr) bool {
	of, ok := e.(*syntax.Attribute)
	if !ok || of.Attr != "objects" {
		return false
	}
	var class eval.Value
	switch n := of.Value.(type) {
	case *syntax.Name:
		class = module.Attr(n.ID)
	case *syntax.Attribute:
		if outer, ok := n.Value.(*syntax.Name); ok {
			class = module.Attr(outer.ID).Attr(n.Attr)
		}
	}
	if class.Kind() != eval.Class {
		return false
	}
	for _, k := range class.MRO() {
		if own := fieldOf(k, "objects"); own.IsValid() && !strings.HasPrefix(k.Dotted(), "django.") {
			return own.Class() == "django.db.models.Manager" || own.Class() == "django.db.models.manager.Manager"
		}
	}
	return class.IsSubclass("django.db.models.Model") || class.IsSubclass("django.db.models.base.Model")
}
