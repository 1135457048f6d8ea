package migrate

import (
	"maps"
	"strings"

	"gonogo/internal/python/eval"
)

// Library puts the classes that migrations are written with over a library.
func Library(base eval.Library) eval.Library {
	lib := maps.Clone(base)
	names := map[string]eval.Value{"Migration": migrationClass(), "swappable_dependency": swappableDependency()}
	operation := eval.NewUnmodelledClass("django.db.migrations.operations.base.Operation")
	names["Operation"] = operation
	class := func(module, name string) eval.Value {
		n := eval.NativeClass{Name: module + "." + name, Partial: true, Bases: []eval.Value{operation}, Attrs: map[string]eval.Value{}}
		switch name {
		case "RunSQL":
			n.Attrs["noop"] = eval.MakeStr("")
		case "RunPython":
			n.Attrs["noop"] = eval.NewNative(noop, func(*eval.Call) eval.Value { return eval.MakeNone() })
		}
		return eval.NewClass(n)
	}
	for _, name := range []string{"CreateModel", "DeleteModel", "RenameModel", "AlterModelTable", "AlterModelTableComment", "AlterUniqueTogether",
		"AlterIndexTogether", "AlterOrderWithRespectTo", "AlterModelOptions", "AlterModelManagers", "AddField", "RemoveField", "AlterField",
		"RenameField", "AddIndex", "RemoveIndex", "RenameIndex", "AddConstraint", "RemoveConstraint", "AlterConstraint",
		"SeparateDatabaseAndState", "RunSQL", "RunPython"} {
		names[name] = class("django.db.migrations", name)
	}
	postgres := map[string]eval.Value{}
	for _, name := range []string{"CreateExtension", "BloomExtension", "BtreeGinExtension", "BtreeGistExtension", "CITextExtension",
		"CryptoExtension", "HStoreExtension", "TrigramExtension", "UnaccentExtension", "AddIndexConcurrently", "RemoveIndexConcurrently",
		"CreateCollation", "RemoveCollation", "AddConstraintNotValid", "ValidateConstraint"} {
		postgres[name] = class("django.contrib.postgres.operations", name)
	}
	over := func(module string, names map[string]eval.Value) {
		under := base[module]
		lib[module] = func() eval.Model {
			m := eval.Model{Open: true, Names: maps.Clone(names)}
			if under != nil {
				for name, v := range under().Names {
					if _, ours := m.Names[name]; !ours {
						m.Names[name] = v
					}
				}
			}
			return m
		}
	}
	for _, module := range []string{"django.db.migrations", "django.db.migrations.operations", "django.db.migrations.operations.base",
		"django.db.migrations.operations.fields", "django.db.migrations.operations.models", "django.db.migrations.operations.special",
		"django.db.migrations.migration"} {
		over(module, names)
	}
	over("django.contrib.postgres.operations", postgres)
	return lib
}

// noop is the function that does nothing.
const noop = "django.db.migrations.RunPython.noop"

// migrationClass is django.db.migrations.Migration with what it has by default.
func migrationClass() eval.Value {
	return eval.NewClass(eval.NativeClass{Name: "django.db.migrations.Migration", Attrs: map[string]eval.Value{
		"operations": eval.MakeList(), "dependencies": eval.MakeList(), "run_before": eval.MakeList(), "replaces": eval.MakeList(),
		"initial": eval.MakeNone(), "atomic": eval.MakeBool(true)}})
}

// swappableDependency names the first migration of the application of a model that a setting chooses.
// Source: django/db/migrations/migration.py.
func swappableDependency() eval.Value {
	return eval.NewNative("django.db.migrations.swappable_dependency", func(c *eval.Call) eval.Value {
		v := c.Arg(0, "value")
		app, _, ok := strings.Cut(textOf(v), ".")
		if !ok {
			return c.UnknownFrom("a dependency that is not known", v)
		}
		return eval.MakeTuple(eval.MakeStr(app), eval.MakeStr("__first__")).WithOrigin(&eval.Origin{At: c.At})
	})
}

func textOf(v eval.Value) string {
	text, _ := v.AsStr()
	return text
}
