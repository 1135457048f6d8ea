package orm

import (
	"maps"

	"gonogo/internal/python/eval"
)

// library puts models of Django's ORM over a library: classes of fields deconstruct themselves as Django's do, and classes that inherit from
// Model are collected.
func (r *registry) library(base eval.Library) eval.Library {
	lib := maps.Clone(base)
	r.makeNames()
	over := func(module string, names map[string]eval.Value) {
		under := base[module]
		lib[module] = func() eval.Model {
			m := eval.Model{Open: true, Names: map[string]eval.Value{}}
			if under != nil {
				m = under()
				m.Open = true
				m.Names = maps.Clone(m.Names)
			}
			if m.Names == nil {
				m.Names = map[string]eval.Value{}
			}
			for name, v := range names {
				if _, there := m.Names[name]; !there {
					m.Names[name] = v
				}
			}
			return m
		}
	}
	core := r.namesBelow(corePath)
	for _, module := range []string{"django.db.models", "django.db.models.fields", "django.db.models.fields.related", "django.db.models.fields.files",
		"django.db.models.fields.json", "django.db.models.fields.generated", "django.db.models.fields.proxy", "django.db.models.base",
		"django.db.models.deletion", "django.db.models.indexes", "django.db.models.constraints", "django.db.models.expressions",
		"django.db.models.query_utils", "django.db.models.manager", "django.db.models.query"} {
		over(module, core)
	}
	postgres := r.namesBelow("django.contrib.postgres.")
	for _, module := range []string{"django.contrib.postgres.fields", "django.contrib.postgres.fields.array", "django.contrib.postgres.fields.ranges",
		"django.contrib.postgres.fields.hstore", "django.contrib.postgres.fields.jsonb", "django.contrib.postgres.fields.citext",
		"django.contrib.postgres.search", "django.contrib.postgres.indexes", "django.contrib.postgres.constraints"} {
		over(module, postgres)
	}
	gis := r.namesBelow("django.contrib.gis.")
	maps.Copy(gis, core)
	over("django.contrib.gis.db.models", gis)
	over("django.contrib.gis.db.models.fields", gis)
	generic := r.namesBelow("django.contrib.contenttypes.")
	over("django.contrib.contenttypes.fields", generic)
	over("django.contrib.contenttypes.generic", generic)
	over("taggit.managers", r.namesBelow("taggit.managers."))
	over("django.utils.deconstruct", map[string]eval.Value{"deconstructible": deconstructible()})
	over("django.contrib.auth", map[string]eval.Value{"get_user_model": r.getUserModel()})
	signals := map[string]eval.Value{"class_prepared": r.classPrepared()}
	over("django.db.models.signals", signals)
	r.contrib(base, lib)
	return lib
}

// namesBelow are the classes and functions whose paths begin with a prefix, by their last names.
func (r *registry) namesBelow(prefix string) map[string]eval.Value {
	names := map[string]eval.Value{}
	add := func(path string, v eval.Value) {
		if len(path) > len(prefix) && path[:len(prefix)] == prefix {
			names[lastName(path)] = v
		}
	}
	for path, k := range r.fields {
		add(path, k.value)
	}
	for path, v := range r.classNames {
		add(path, v)
	}
	return names
}

// makeNames makes what models are written with beside fields.
func (r *registry) makeNames() {
	r.classNames = map[string]eval.Value{}
	for _, name := range []string{"CASCADE", "PROTECT", "RESTRICT", "SET_NULL", "SET_DEFAULT", "DO_NOTHING", "DB_CASCADE", "DB_SET_NULL", "DB_SET_DEFAULT"} {
		path := corePath + "deletion." + name
		v := eval.NewNative(path, func(c *eval.Call) eval.Value { return c.Unknown("what is done when a row is deleted") })
		r.classNames[corePath+name] = v
	}
	r.classNames["CASCADE"] = r.classNames[corePath+"CASCADE"]
	base := eval.NewClass(eval.NativeClass{Name: metaclassPath, Bases: []eval.Value{eval.BuiltinClass("type")}})
	r.classNames[corePath+"base.ModelBase"] = base
	model := eval.NewClass(eval.NativeClass{Name: modelPath, Partial: true, Metaclass: base, Lacks: r.lacks, Subclassed: r.define,
		ClassMethods: map[string]func(*eval.Call, eval.Value) eval.Value{"add_to_class": func(c *eval.Call, class eval.Value) eval.Value {
			name, ok := c.Arg(0, "name").AsStr()
			if m := r.modelOf(class); m != nil && m.isCertain(c, ok) {
				m.addToClass(c, name, c.Arg(1, "value"))
			}
			if ok {
				class.SetField(name, c.Arg(1, "value"))
			}
			return eval.MakeNone()
		}}})
	r.classNames[modelPath] = model
	manager, querySet := managers()
	r.classNames[corePath+"Manager"], r.classNames[corePath+"QuerySet"] = manager, querySet
	r.makeAuthManagers(manager)
	r.classNames[corePath+"options.Options"] = r.optionsClass()
	r.classNames["django.contrib.postgres.fields.RangeOperators"] = rangeOperators()
	for path, v := range r.expressions() {
		r.classNames[path] = v
	}
}

// getUserModel is django.contrib.auth.get_user_model: the class, imported with its application where that was not done.
func (r *registry) getUserModel() eval.Value {
	return eval.NewNative("django.contrib.auth.get_user_model", func(c *eval.Call) eval.Value {
		text, ok := r.setting("AUTH_USER_MODEL").AsStr()
		app, name, dotted := cut(text)
		if !ok || !dotted {
			return c.Unknown("the model of users is not known")
		}
		if m := r.getModel(c, app, name); m.Kind() == eval.Class {
			return m
		}
		return eval.NewUnmodelledClass("gonogo.user_model")
	})
}

// deconstructible is the decorator that makes instances remember their arguments.
// Source: django/utils/deconstruct.py.
func deconstructible() eval.Value {
	mark := func(class eval.Value, path string) eval.Value {
		if class.Kind() != eval.Class {
			return class
		}
		if path != "" {
			class.SetField(deconstructPath, eval.MakeStr(path))
		}
		class.SetField("__new__", eval.NewNative(class.Dotted()+".__new__", func(c *eval.Call) eval.Value {
			v := eval.NewObject(c.Args[0], nil)
			entries := make([]eval.Entry, len(c.Kwargs))
			for i, k := range c.Kwargs {
				entries[i] = eval.Entry{Key: eval.MakeStr(k.Name), Value: k.Value}
			}
			v.SetField(constructorArgs, eval.MakeTuple(eval.MakeTuple(c.Args[1:]...), eval.MakeDict(entries...)))
			return v.WithOrigin(&eval.Origin{At: c.At})
		}))
		return class
	}
	return eval.NewNative("django.utils.deconstruct.deconstructible", func(c *eval.Call) eval.Value {
		path, _ := c.Arg(-1, "path").AsStr()
		if len(c.Args) > 0 {
			return mark(c.Args[0], path)
		}
		return eval.NewNative("django.utils.deconstruct.decorator", func(c *eval.Call) eval.Value { return mark(c.Arg(0, "klass"), path) })
	})
}

// rangeOperators are the operators that exclusion constraints are written with.
// Source: django/contrib/postgres/fields/ranges.py.
func rangeOperators() eval.Value {
	attrs := map[string]eval.Value{}
	for name, operator := range map[string]string{"EQUAL": "=", "NOT_EQUAL": "<>", "CONTAINS": "@>", "CONTAINED_BY": "<@", "OVERLAPS": "&&",
		"FULLY_LT": "<<", "FULLY_GT": ">>", "NOT_LT": "&>", "NOT_GT": "&<", "ADJACENT_TO": "-|-"} {
		attrs[name] = eval.MakeStr(operator)
	}
	return eval.NewClass(eval.NativeClass{Name: "django.contrib.postgres.fields.ranges.RangeOperators", Attrs: attrs})
}

const (
	constructorArgs = "_constructor_args"
	deconstructPath = "_deconstruct_path"
)
