package orm

import "gonogo/internal/python/eval"

// managers are Manager and QuerySet, as far as classes of the project are made from them.
// Source: django/db/models/manager.py.
func managers() (manager, querySet eval.Value) {
	manager = eval.NewClass(eval.NativeClass{Name: corePath + "Manager", Partial: true,
		Attrs: map[string]eval.Value{"use_in_migrations": eval.MakeBool(false)},
		ClassMethods: map[string]func(*eval.Call, eval.Value) eval.Value{"from_queryset": func(c *eval.Call, class eval.Value) eval.Value {
			return managerFrom(class, c.Arg(0, "queryset_class"))
		}}})
	querySet = eval.NewClass(eval.NativeClass{Name: corePath + "QuerySet", Partial: true,
		ClassMethods: map[string]func(*eval.Call, eval.Value) eval.Value{"as_manager": func(c *eval.Call, class eval.Value) eval.Value {
			return eval.NewRecorded(managerFrom(manager, class), nil, nil)
		}}})
	return manager, querySet
}

// defaultManager is the class of the manager that a model without one of its own gets.
func defaultManager() eval.Value {
	manager, _ := managers()
	return manager
}

// managerFrom is a class of managers with the methods of a QuerySet.
func managerFrom(manager, querySet eval.Value) eval.Value {
	name := lastName(manager.Dotted()) + "From" + lastName(querySet.Dotted())
	return eval.NewClass(eval.NativeClass{Name: "django.db.models.manager." + name, Partial: true, Bases: []eval.Value{manager}})
}
