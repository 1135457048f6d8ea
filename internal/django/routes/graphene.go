package routes

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// Source of what follows: graphene/types/ of 2.1 and 3.4, graphene_django/ 2.15 to 3.2, graphql_jwt/ 0.4.

// graphene reads a graphene.Schema.
func (f *fields) graphene(schema eval.Value) {
	args, _ := schema.Args()
	part := func(position int, name string) eval.Value {
		if v := schema.Arg(position, name); v.IsValid() {
			return v
		}
		if position < len(args) {
			return args[position]
		}
		return eval.Value{}
	}
	f.camel = schema.Arg(5, "auto_camelcase").Truth() != eval.No || !schema.Arg(5, "auto_camelcase").IsValid()
	f.grapheneMiddleware()
	f.rootType("Query", part(0, "query"), f.grapheneField)
	f.rootType("Mutation", part(1, "mutation"), f.grapheneField)
	f.rootType("Subscription", part(2, "subscription"), f.grapheneField)
}

// grapheneMiddleware finds a middleware that can look at who calls.
func (f *fields) grapheneMiddleware() {
	list := f.i.setting("GRAPHENE").Get("MIDDLEWARE")
	for _, m := range list.Elems() {
		name, ok := m.AsStr()
		if ok && (strings.HasPrefix(name, "graphql_jwt.middleware.") || strings.HasPrefix(name, "graphene_django.debug.") || strings.HasPrefix(name, "graphql_sync_dataloaders.")) {
			continue
		}
		class := f.i.importedObject(m)
		if d, own := class.Definition(); own && d.Class != nil && !mentionsInClass(class) {
			continue
		}
		if !ok {
			name = "of GRAPHENE"
		}
		f.middleware = "the middleware " + name + " stands before every field"
	}
	if list.IsUnknown() || list.IsOpen() {
		f.middleware = "the middleware of GRAPHENE is not known"
	}
}

// mentionsInClass reports whether a method of a class looks at who calls.
func mentionsInClass(class eval.Value) bool {
	for _, k := range class.MRO() {
		for _, entry := range k.Fields() {
			if d, ok := entry.Value.Definition(); ok && asksInText(eval.Definition{Module: d.Module, Function: d.Function, File: d.File}) != "" {
				if name, _ := entry.Key.AsStr(); name != "resolve" || mentions(d, refusals()+"user session auth headers META COOKIES context is_authenticated ") {
					return true
				}
			}
		}
	}
	return false
}

// grapheneField adds the field of one attribute of a root type.
func (f *fields) grapheneField(kind string, root eval.Value, a attribute, name string) {
	v := a.value
	if v.Kind() == eval.Callable || v.Kind() == eval.Class || strings.HasPrefix(name, "resolve_") || v.Kind() == eval.Str || v.Kind() == eval.None {
		return
	}
	field := Field{Type: kind, At: placeIn(a), Access: Access{eval.Yes, ""}, Lists: eval.Maybe}
	s, isSymbol := v.Symbol()
	switch {
	case v.Kind() == eval.Object && (grapheneType(v) || len(v.ClassOf().MRO()) > 0 && v.ClassOf().IsSubclass("graphene.Field")):
		_, kwargs := v.Args()
		field.Name = f.name(name, kwargs)
		f.grapheneResolver(&field, root, v, kwargs, name)
	case isSymbol && s.Func.IsValid() && last(s.Func.Path()) == "Field" || isSymbol && fieldCall(s).IsValid():
		field.Name = f.name(name, s.Kwargs)
		f.grapheneMutation(&field, fieldCall(s), s)
	case isSymbol && s.Func.IsValid():
		field.Name = f.name(name, s.Kwargs)
		field.Access = Access{eval.Maybe, "the field is made by " + s.Func.Path()}
	case v.IsUnknown():
		field.Name = f.name(name, nil)
		field.Access = Access{eval.Maybe, "the field is not known: " + v.Reason()}
	default:
		return
	}
	f.add(field)
}

// fieldCall is the class of `Class.Field(...)`; invalid for other calls.
func fieldCall(s eval.Symbol) eval.Value {
	if !s.Func.IsValid() {
		return eval.Value{}
	}
	if of, ok := s.Func.Symbol(); ok && of.Attr == "Field" {
		return of.Of
	}
	return eval.Value{}
}

// grapheneType reports whether an object is a field or a type of graphene, or of a class of the project that inherits from one.
func grapheneType(v eval.Value) bool {
	if strings.HasPrefix(v.Class(), "graphene.") || strings.HasPrefix(v.Class(), "graphene_django.") || strings.HasPrefix(v.Class(), "graphene_django_optimizer.") {
		return true
	}
	for _, k := range v.ClassOf().MRO() {
		if strings.HasPrefix(k.Dotted(), "graphene.") || strings.HasPrefix(k.Dotted(), "graphene_django.") {
			return true
		}
	}
	return false
}

// grapheneResolver fills a field that resolve_<name>, the argument resolver, or the package answers.
func (f *fields) grapheneResolver(field *Field, root, v eval.Value, kwargs []eval.Kwarg, name string) {
	connection := strings.HasSuffix(v.Class(), "ConnectionField")
	if d, own := v.ClassOf().Definition(); own {
		field.Access = f.fieldLets(v)
		field.Permissions = ownPermissions(kwargs)
		if at := functionSpan(d); field.At.IsZero() {
			field.At = at
		}
	}
	var fn eval.Value
	for _, k := range kwargs {
		if k.Name == "resolver" {
			fn = k.Value
		}
	}
	if !fn.IsValid() {
		s := &shape{class: root, whole: true}
		s.linearize(root, 0)
		for _, k := range s.mro {
			if fn = fieldOf(k, "resolve_"+name); fn.IsValid() {
				break
			}
		}
	}
	target := f.targetType(v)
	switch {
	case fn.IsValid():
		f.resolver(field, fn, eval.Value{})
		if listType(v) && givesAll(f.i.session, field.Definition) {
			field.Lists = eval.Yes
		} else if !listType(v) && !connection {
			field.Lists = eval.No
		}
	case strings.HasSuffix(v.Class(), "DjangoListField"):
		field.Lists = eval.Yes
		f.ofType(field, target)
	case connection:
		field.Lists = eval.Maybe
		f.ofType(field, target)
	default:
		field.Lists = eval.No
	}
	if _, own := v.ClassOf().Definition(); connection && !own && strings.HasPrefix(v.Class(), "graphene_django.") && field.Lists != eval.Yes {
		field.Lists = eval.No // 100 at most
		limit, set := f.i.setting("GRAPHENE").Lookup("RELAY_CONNECTION_MAX_LIMIT")
		switch {
		case set && limit.IsUnknown():
			field.Lists = eval.Maybe
		case set && limit.Truth() == eval.No:
			field.Lists = eval.Yes
		}
	}
}

// listType reports whether a field is a list: graphene.List, also inside NonNull and Field.
func listType(v eval.Value) bool {
	for range 4 {
		switch last(v.Class()) {
		case "List", "DjangoListField":
			return true
		case "NonNull", "Field":
			v = v.Arg(0, "type_")
			continue
		}
		return false
	}
	return false
}

// targetType is the type that a field gives; invalid where it is not known.
func (f *fields) targetType(v eval.Value) eval.Value {
	for range 4 {
		t := v.Arg(0, "type_")
		if !t.IsValid() {
			t = v.Arg(0, "type")
		}
		switch {
		case !t.IsValid():
			if args, _ := v.Args(); len(args) > 0 {
				t = args[0]
			}
		}
		if t.Kind() == eval.Class {
			return t
		}
		if t.Kind() == eval.Str {
			return f.i.importedObject(t)
		}
		if t.Kind() != eval.Object {
			return undecoratedClass(t)
		}
		v = t
	}
	return eval.Value{}
}

// ofType joins what get_queryset and get_node of a type of objects say.
func (f *fields) ofType(field *Field, class eval.Value) {
	if class.Kind() != eval.Class {
		if field.Access.Anyone == eval.Yes {
			field.Access = Access{eval.Maybe, "the type of the field is not known"}
		}
		field.Lists = minTri(field.Lists)
		return
	}
	mro, unread := typeClasses(class)
	if unread != "" && field.Access.Anyone == eval.Yes {
		field.Access = Access{eval.Maybe, last(class.Dotted()) + " inherits from " + unread + ", which is not read"}
	}
	for _, name := range []string{"get_queryset", "get_node"} {
		for _, k := range mro {
			fn := fieldOf(k, name)
			if !fn.IsValid() {
				continue
			}
			field.Lists = minTri(field.Lists)
			if inner, ok := fn.Static(); ok {
				fn = inner
			}
			if field.Access.Anyone == eval.Yes && name == "get_queryset" && !hasOwn(mro, "get_node") {
				if exception := f.refusesStrangers(fn, class); exception != "" {
					field.Access = Access{eval.No, exception}
				}
			}
			if d, ok := innermost(fn).Definition(); field.Access.Anyone == eval.Yes && (!ok || asksInText(d) != "" || unreadLayer(fn) != "") {
				field.Access, field.Readable = Access{eval.Maybe, name + "() of " + last(class.Dotted()) + " decides"}, ok
			}
			break
		}
	}
}

func unreadLayer(fn eval.Value) string {
	if inner, ok := fn.Static(); ok {
		fn = inner
	}
	for _, l := range layers(fn) {
		if !harmless(l.name) && !fieldDecorator(l.name) {
			return l.name
		}
	}
	return ""
}

func minTri(t eval.Tri) eval.Tri {
	if t == eval.Yes {
		return eval.Maybe
	}
	return t
}

// ownPermissions is an argument permissions of a class of the project, which gives it a meaning.
func ownPermissions(kwargs []eval.Kwarg) Choice {
	for _, k := range kwargs {
		if k.Name == "permissions" {
			c := Choice{From: FromAction, Classes: []string{}, At: k.Value.At()}
			for _, e := range k.Value.Elems() {
				name, _ := instanceName(e)
				if member, ok := e.Attr("name").AsStr(); ok && e.Kind() == eval.Object {
					name = e.Class() + "." + member
				}
				if name == "" {
					name = e.Repr(60)
				}
				c.Classes = append(c.Classes, name)
			}
			return c
		}
	}
	return Choice{}
}

// grapheneMutation fills a field that Class.Field() makes: a mutation, or a node of relay.
func (f *fields) grapheneMutation(field *Field, class eval.Value, s eval.Symbol) {
	field.Lists = eval.No
	path := class.Path()
	if class = undecoratedClass(class); !class.IsValid() {
		field.Resolver = path
		switch {
		case strings.HasSuffix(path, "Node"): // relay.Node.Field(Type)
			if len(s.Args) > 0 {
				field.Lists = eval.No
				f.ofType(field, undecoratedClass(s.Args[0]))
				f.node(field, undecoratedClass(s.Args[0]))
			}
		case strings.HasPrefix(path, "graphql_jwt."): // they give, check and renew tokens
		default:
			field.Access = Access{eval.Maybe, "the mutation is not in the project"}
		}
		return
	}
	field.Resolver = class.Dotted()
	d, own := class.Definition()
	switch {
	case strings.HasSuffix(class.Dotted(), "Node") && len(s.Args) > 0:
		f.ofType(field, undecoratedClass(s.Args[0]))
		if !own {
			f.node(field, undecoratedClass(s.Args[0]))
		}
		return
	case !own && strings.HasPrefix(class.Dotted(), "graphql_jwt."):
		return
	case !own:
		field.Access = Access{eval.Maybe, "the mutation is not in the project"}
		return
	}
	field.At = classSpan(d)
	field.Definition = d
	f.mutate(field, class)
}

// mutate fills who may call a mutation of the project: the first of its methods that has something to say.
func (f *fields) mutate(field *Field, class eval.Value) {
	at, name := field.At, field.Resolver
	found := false
	f.fillMeta(class)
	for _, method := range []string{"mutate", "mutate_and_get_payload", "perform_mutate", "perform_mutation", "get_form_kwargs", "get_serializer_kwargs", "check_permissions", "get_queryset"} {
		mro, _ := typeClasses(class)
		for _, k := range mro {
			fn := fieldOf(k, method)
			if !fn.IsValid() {
				continue
			}
			found = found || method != "get_queryset"
			before := field.Access
			f.resolver(field, fn, class)
			if field.Access.Anyone == eval.Maybe && before.Anyone == eval.Yes && !eval.Same(k, class) {
				field.Access.Why = method + "() of " + last(k.Dotted()) + " decides"
			}
			break
		}
	}
	field.At, field.Resolver = at, name
	field.Definition, _ = class.Definition()
	if field.Permissions.From == FromNowhere {
		field.Permissions = metaPermissions(class)
	}
	for _, k := range class.MRO() {
		if _, own := k.Definition(); !own && !strings.HasPrefix(k.Dotted(), "graphene.") && !strings.HasPrefix(k.Dotted(), "graphene_django.") && k.Dotted() != "object" {
			found = false
		}
	}
	if !found && field.Access.Anyone == eval.Yes && !formMutation(class) {
		field.Access = Access{eval.Maybe, last(class.Dotted()) + " has no mutate of its own"}
	}
}

// node is the row that a node of relay takes by its global id, which is the key of the row behind the name of its type.
// Source: graphene_django/types.py, get_node.
func (f *fields) node(field *Field, class eval.Value) {
	meta := fieldOf(class, "Meta")
	if !meta.IsValid() || !class.IsSubclass("graphene_django.types.DjangoObjectType") && !class.IsSubclass("graphene_django.DjangoObjectType") {
		return
	}
	field.Row = f.takes(class, fieldOf(meta, "model"), false)
}

// hasOwn reports whether a class of the project gives an attribute.
func hasOwn(mro []eval.Value, name string) bool {
	return slices.ContainsFunc(mro, func(k eval.Value) bool {
		_, own := k.Definition()
		return own && fieldOf(k, name).IsValid()
	})
}

// typeClasses are a type of the schema and the classes that it inherits from, also those behind decorators; unread names one that can decide
// and whose text is not read, "" without one.
func typeClasses(class eval.Value) (mro []eval.Value, unread string) {
	s := &shape{class: class, whole: true}
	s.linearize(class, 0)
	if !s.whole {
		unread = "a class that is not known"
	}
	for _, k := range s.mro {
		name := k.Dotted()
		if _, own := k.Definition(); own || name == "object" || strings.HasPrefix(name, "builtins.") || strings.HasPrefix(name, "typing.") || strings.HasPrefix(name, "abc.") ||
			strings.HasPrefix(name, "graphene") || strings.HasPrefix(name, "strawberry") {
			continue
		}
		unread = name
	}
	return s.mro, unread
}

// takes is a row of a model that a type of the schema gives, with the methods of the type that can leave rows out.
func (f *fields) takes(class, model eval.Value, changes bool) *FieldRow {
	if model.Kind() != eval.Class || class.Kind() != eval.Class {
		return nil
	}
	row := &FieldRow{Model: model.Dotted(), Changes: changes}
	mro, unread := typeClasses(class)
	if unread != "" {
		row.NarrowsUnknown = last(class.Dotted()) + " inherits from " + unread + ", which is not read"
	}
	for _, name := range []string{"get_queryset", "get_node"} {
		for _, k := range mro {
			fn := fieldOf(k, name)
			if !fn.IsValid() {
				continue
			}
			if inner, ok := fn.Static(); ok {
				fn = inner
			}
			d, ok := innermost(fn).Definition()
			if !ok || unreadLayer(fn) != "" {
				row.NarrowsUnknown = name + "() of " + last(class.Dotted()) + " is not read"
			} else {
				row.Narrows = append(row.Narrows, d)
			}
			break
		}
	}
	return row
}

// formMutation reports whether the package saves a form or a serializer without asking who calls.
func formMutation(class eval.Value) bool {
	for _, k := range class.MRO() {
		switch last(k.Dotted()) {
		case "DjangoFormMutation", "DjangoModelFormMutation", "SerializerMutation":
			return strings.HasPrefix(k.Dotted(), "graphene_django.")
		}
	}
	return false
}

// metaPermissions are the permissions that Meta of a mutation names, which a base class of the project gives a meaning.
func metaPermissions(class eval.Value) Choice {
	meta := fieldOf(class, "Meta")
	list := fieldOf(meta, "permissions")
	if !list.IsValid() {
		return Choice{}
	}
	return ownPermissions([]eval.Kwarg{{Name: "permissions", Value: list}})
}
