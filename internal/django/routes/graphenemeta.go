package routes

import (
	"strings"

	"gonogo/internal/python/eval"
)

// Source of what follows: graphene/utils/subclass_with_meta.py, graphene/types/base.py and mutation.py of 2.1 and 3.4.

// grapheneNames are the classes of mutations, as far as they keep the options of class Meta in _meta.
func (i *Interpreter) grapheneNames() map[string]map[string]eval.Value {
	keep := func(c *eval.Call, class eval.Value) eval.Value {
		meta := c.Arg(-1, "_meta")
		if !meta.IsValid() || meta.Kind() == eval.None {
			meta = grapheneOptions()
		}
		class.SetField("_meta", meta)
		return eval.MakeNone()
	}
	make := func(name string) eval.Value {
		return eval.NewClass(eval.NativeClass{Name: name, Partial: true, ClassMethods: map[string]func(*eval.Call, eval.Value) eval.Value{"__init_subclass_with_meta__": keep}})
	}
	field, info := grapheneFieldClass(), i.resolveInfo()
	mutation, relayed := make("graphene.Mutation"), make("graphene.relay.ClientIDMutation")
	return map[string]map[string]eval.Value{
		"graphene":                {"Mutation": mutation, "ClientIDMutation": relayed, "Field": field, "ResolveInfo": info},
		"graphql":                 {"ResolveInfo": info, "GraphQLResolveInfo": info},
		"graphene.types":          {"Mutation": mutation, "Field": field},
		"graphene.types.field":    {"Field": field},
		"graphene.types.mutation": {"Mutation": mutation},
		"graphene.relay":          {"ClientIDMutation": relayed},
		"graphene.relay.mutation": {"ClientIDMutation": relayed},
	}
}

// resolveInfo is the class of what a resolver is told of the query.
func (i *Interpreter) resolveInfo() eval.Value {
	if !i.queryInfo.IsValid() {
		i.queryInfo = eval.NewClass(eval.NativeClass{Name: "graphql.type.definition.GraphQLResolveInfo", Partial: true})
	}
	return i.queryInfo
}

// grapheneFieldClass is graphene.Field, as far as it chooses the resolver. Source: graphene/types/field.py.
func grapheneFieldClass() eval.Value {
	choose := func(c *eval.Call, self eval.Value) eval.Value {
		own := c.GetAttr(self, "resolver")
		if own.IsUnknown() || c.Truth(own) {
			return own
		}
		return c.Arg(0, "parent_resolver")
	}
	return eval.NewClass(eval.NativeClass{Name: "graphene.Field", Partial: true,
		Init: func(c *eval.Call, self eval.Value) {
			for _, name := range []string{"resolver", "description", "name", "deprecation_reason"} {
				self.SetField(name, c.ArgOr(-1, name, eval.MakeNone()))
			}
		},
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{"get_resolver": choose, "wrap_resolve": choose}})
}

// fieldLets tells whether a field of a class of the project calls the resolver for a stranger: the class is asked for the resolver that it
// puts in its place, and that is run around one which only notes that it was called.
func (f *fields) fieldLets(v eval.Value) Access {
	unread := Access{eval.Maybe, "the field's own class " + last(v.Class()) + " decides"}
	wrap := ""
	mro, strange := typeClasses(v.ClassOf())
	for _, k := range mro {
		if _, own := k.Definition(); !own {
			continue
		}
		for _, entry := range k.Fields() {
			switch name, _ := entry.Key.AsStr(); {
			case name == "wrap_resolve" || name == "get_resolver":
				wrap = name
			case name != "type" && !strings.HasPrefix(name, "__") && entry.Value.Kind() == eval.Callable:
				strange = name
			}
		}
	}
	if strange != "" {
		return unread
	}
	if wrap == "" {
		return Access{eval.Yes, ""}
	}
	d, _ := v.ClassOf().Definition()
	module := f.i.session.Import(d.Module).Module
	trials, whole := f.i.session.Try(maxWays, func(c *eval.Call) eval.Value {
		r := &reached{}
		respond := eval.NewNative("resolver", func(*eval.Call) eval.Value { return r.respond() })
		parent := c.Call(c.EvalIn(module, "lambda respond: lambda root, info, *args, **kwargs: respond()"), respond) // it takes attributes
		resolver := c.Call(c.GetAttr(v, wrap), parent)
		answer := c.CallKw(resolver, []eval.Value{eval.MakeNone(), f.info(c)}, []eval.Kwarg{{Name: "**", Value: c.Unknown("the arguments of the field")}})
		if !r.called && !answer.IsUnknown() {
			return eval.MakeStr(last(v.Class()))
		}
		if !r.called {
			return c.Unknown("what it answers")
		}
		return eval.MakeBool(true)
	})
	open, closed := 0, ""
	for _, t := range trials {
		switch {
		case t.GivenUp != "" || t.Failure != nil && isSlip(t.Failure.Class) || t.Failure == nil && t.Result.IsUnknown():
			return unread
		case t.Failure != nil:
			closed = last(t.Failure.Class)
		case t.Result.Kind() == eval.Str:
			closed = last(v.Class())
		default:
			open++
		}
	}
	switch {
	case whole && open == 0 && closed != "":
		return Access{eval.No, closed}
	case whole && open > 0 && closed == "":
		return Access{eval.Yes, ""}
	}
	return unread
}

// grapheneOptions are options of class Meta that a base class of the project has not made itself.
func grapheneOptions() eval.Value {
	meta := eval.NewObject(eval.NewClass(eval.NativeClass{Name: "graphene.types.mutation.MutationOptions", Partial: true}), nil)
	meta.SetField("fields", eval.MakeDict())
	return meta
}

// fillMeta gives a mutation the _meta that graphene makes when the class is made: class Meta is handed to the first
// __init_subclass_with_meta__ of its bases. What cannot be followed leaves it unknown.
func (f *fields) fillMeta(class eval.Value) {
	if fieldOf(class, "_meta").IsValid() {
		return
	}
	var options []eval.Kwarg
	for _, entry := range fieldOf(class, "Meta").Fields() {
		name, ok := entry.Key.AsStr()
		switch {
		case !ok || strings.HasPrefix(name, "__"):
		case name == "abstract" && entry.Value.Truth() != eval.No:
			return
		case name != "abstract":
			options = append(options, eval.Kwarg{Name: name, Value: entry.Value})
		}
	}
	mro, _ := typeClasses(class)
	for _, k := range mro[min(1, len(mro)):] {
		fn := fieldOf(k, "__init_subclass_with_meta__")
		if inner, ok := fn.Static(); ok {
			fn = inner
		}
		if fn.IsValid() {
			f.i.session.Try(1, func(c *eval.Call) eval.Value { return c.CallKw(fn, []eval.Value{class}, options) })
			return
		}
	}
}
