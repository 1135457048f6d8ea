package background

import (
	"gonogo/internal/python/syntax"
)

// opensTransaction reports whether an expression in a with statement or a decorator is transaction.atomic, or a context manager of the
// project whose body yields inside one.
func (w *siteWalker) opensTransaction(e syntax.Expr) bool {
	if call, ok := e.(*syntax.Call); ok {
		if ofAnotherDatabase(call) {
			return false
		}
		if name, _ := w.module.Resolve(call.Func); name == "django.utils.decorators.method_decorator" && len(call.Args) > 0 {
			return w.opensTransaction(call.Args[0])
		}
		e = call.Func
	}
	dotted, ok := w.module.Resolve(e)
	if !ok {
		return false
	}
	if isAtomic(dotted) {
		return true
	}
	d, ok := w.module.Define(dotted)
	return ok && d.Function != nil && yieldsInTransaction(d.Function, func(e syntax.Expr) string {
		name, _ := d.Module.Resolve(e)
		return name
	})
}

func isAtomic(dotted string) bool {
	return dotted == "django.db.transaction.atomic" || dotted == "django.db.transaction.commit_on_success"
}

// yieldsInTransaction reports whether a generator function yields inside `with transaction.atomic()`.
func yieldsInTransaction(f *syntax.FunctionDef, resolve func(syntax.Expr) string) (found bool) {
	if len(f.Decorators) == 0 {
		return false
	}
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		with, ok := n.(*syntax.With)
		if !ok {
			return !found
		}
		for _, item := range with.Items {
			call, ok := item.ContextExpr.(*syntax.Call)
			if !ok || !isAtomic(resolve(call.Func)) {
				continue
			}
			syntax.InspectBody(with.Body, func(n syntax.Node) bool {
				if _, yields := n.(*syntax.Yield); yields {
					found = true
				}
				return !found
			})
		}
		return !found
	})
	return found
}

// ofAnotherDatabase reports whether atomic is told of a database that is not the default one by its name, as a replica is.
func ofAnotherDatabase(call *syntax.Call) bool {
	for _, k := range call.Keywords {
		if name, ok := k.Value.(*syntax.Constant); k.Name == "using" && !(ok && name.Value == "default") {
			return true
		}
	}
	return false
}
