package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// fields collects the fields of a schema.
type fields struct {
	i   *Interpreter
	g   *GraphQL
	e   *Endpoint
	pkg string
	// camel says that names are written in camel case.
	camel bool
	// middleware says which middleware of the schema looks at who calls, "" when none does.
	middleware string
	// maker makes the context of a query of the request, a method of the view where makerIsMethod says so; invalid where nothing does.
	maker         eval.Value
	makerIsMethod bool
	view          eval.Value   // its class
	made          []eval.Entry // the attributes of the context where it is always the same, nil elsewhere
}

// maxFields bounds the fields of a schema.
const maxFields = 5_000

func (f *fields) add(field Field) {
	if len(f.g.Fields) >= maxFields {
		f.doubt("there are more fields than are listed")
		return
	}
	f.g.Fields = append(f.g.Fields, field)
}

func (f *fields) doubt(why string) {
	if f.g.Unknown == "" {
		f.g.Unknown = why
	}
}

// name is how a client writes the name of an attribute. Source: graphene/utils/str_converters.py, strawberry/utils/str_converters.py.
func (f *fields) name(attribute string, kwargs []eval.Kwarg) string {
	for _, k := range kwargs {
		if s, ok := k.Value.AsStr(); ok && k.Name == "name" && s != "" {
			return s
		}
	}
	if !f.camel {
		return attribute
	}
	parts := strings.Split(attribute, "_")
	for n := 1; n < len(parts); n++ {
		if p := parts[n]; p == "" {
			parts[n] = "_"
		} else {
			parts[n] = strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		}
	}
	return strings.Join(parts, "")
}

// rootType reads a root type: each attribute of the class and of those that it inherits from, the nearest first.
func (f *fields) rootType(kind string, v eval.Value, read func(kind string, class eval.Value, a attribute, name string)) {
	if !v.IsValid() || v.Kind() == eval.None {
		return
	}
	class := undecoratedClass(v)
	if !class.IsValid() {
		f.doubt("the type " + kind + " is not known: " + v.Reason())
		return
	}
	s := &shape{class: class, whole: true}
	s.linearize(class, 0)
	seen := map[string]bool{}
	for _, k := range s.mro {
		if _, own := k.Definition(); !own {
			if !packageType(k.Dotted()) {
				f.doubt(last(class.Dotted()) + " inherits from " + k.Dotted() + ", which is not in the project")
			}
			continue
		}
		f.madeBases(kind, class, k, read)
		for _, entry := range k.Fields() {
			name, ok := entry.Key.AsStr()
			if !ok || seen[name] || strings.HasPrefix(name, "__") || name == "Meta" {
				continue
			}
			seen[name] = true
			read(kind, class, attribute{value: entry.Value, owner: k, sure: true}, name)
		}
	}
}

// madeBases reads bases that create_type of Strawberry makes of a list of fields, and doubts others that are not known.
func (f *fields) madeBases(kind string, root, class eval.Value, read func(kind string, class eval.Value, a attribute, name string)) {
	for _, b := range class.Bases() {
		if b.Kind() == eval.Class || b.Kind() == eval.Callable || undecoratedClass(b).IsValid() {
			continue
		}
		s, ok := b.Symbol()
		if !ok || !strings.HasSuffix(s.Func.Path(), ".create_type") {
			f.doubt(last(class.Dotted()) + " inherits from classes that are not known")
			continue
		}
		list := eval.Value{}
		if len(s.Args) > 1 {
			list = s.Args[1]
		}
		for _, k := range s.Kwargs {
			if k.Name == "fields" {
				list = k.Value
			}
		}
		if list.IsUnknown() || list.IsOpen() {
			f.doubt("not all fields that create_type is given are known")
		}
		for _, e := range list.Elems() {
			_, _, fn := fieldParts(e)
			if name := last(fn.Dotted()); name != "" {
				read(kind, root, attribute{value: e, owner: class, sure: true}, name)
			} else {
				f.doubt("not all fields that create_type is given are known")
			}
		}
	}
}

// packageType reports whether a class without text gives a root type no fields.
func packageType(name string) bool {
	switch name {
	case "object", "builtins.object", "typing.Generic", "abc.ABC":
		return true
	}
	return strings.HasPrefix(name, "graphene.") && strings.HasSuffix(name, "ObjectType") || name == "graphene.types.objecttype.ObjectType"
}

// placeIn is the place of an attribute's value, or the class's.
func placeIn(a attribute) source.Span {
	if at := a.value.At(); !at.IsZero() {
		return at
	}
	d, _ := a.owner.Definition()
	return classSpan(d)
}

func functionSpan(d eval.Definition) source.Span {
	if d.Function == nil {
		return source.Span{}
	}
	return source.Span{File: d.File, Start: d.Function.NamePos, End: d.Function.NamePos + syntax.Pos(len(d.Function.Name))}
}

// resolver fills what the function behind a field says: its place, the decorators that ask for a login, and whether its text looks at who
// calls. self is the class of a mutation, invalid elsewhere.
func (f *fields) resolver(field *Field, fn, self eval.Value) {
	if inner, ok := fn.Static(); ok {
		fn = inner
	}
	around := layers(fn)
	inner := innermost(fn)
	d, ok := inner.Definition()
	if field.Resolver, field.Definition = inner.Dotted(), d; field.Resolver == "" && d.Function != nil {
		field.Resolver = d.Module + "." + d.Function.Name
	}
	if at := functionSpan(d); !at.IsZero() {
		field.At = at
	}
	var asked []string
	unread := ""
	for _, l := range around {
		if !harmless(l.name) && !fieldDecorator(l.name) {
			field.Decorators = append(field.Decorators, l.name)
		}
		switch lets := f.letsStrangersBy(l); {
		case lets == eval.No:
			asked = append(asked, l.name)
		case lets == eval.Yes:
		case !harmless(l.name) && !fieldDecorator(l.name) && unread == "" && !f.handsOn(l.name):
			unread = l.name
			if unread == "" {
				unread = "above " + last(field.Resolver)
			}
		}
	}
	if len(asked) > 0 {
		field.Permissions = Choice{From: FromAction, Classes: append(field.Permissions.Classes, asked...), At: field.At}
		field.Access = Access{eval.No, last(asked[0])}
		return
	}
	if field.Access.Anyone == eval.Yes && ok && (unread != "" || asksInText(d) != "") {
		if exception := f.refusesStrangers(fn, self); exception != "" {
			field.Access = Access{eval.No, exception}
			return
		}
	}
	switch {
	case field.Access.Anyone == eval.No:
	case !ok:
		field.Access, field.Readable = Access{eval.Maybe, "the resolver is not in the project"}, false
	case unread != "":
		field.Readable = field.Readable || field.Access.Anyone == eval.Yes
		field.Access = Access{eval.Maybe, "the decorator " + unread + " is not read"}
	case field.Access.Anyone == eval.Yes:
		if why := asksInText(d); why != "" {
			field.Access, field.Readable = Access{eval.Maybe, why}, true
		}
	}
}

// letsStrangersBy tells whether a decorator of a resolver lets a stranger through; Maybe for those that are not known.
// Source: graphql_jwt/decorators.py, graphql_auth/decorators.py.
func (f *fields) letsStrangersBy(l layer) eval.Tri {
	at := strings.LastIndexByte(l.name, '.')
	if at < 0 {
		return eval.Maybe
	}
	switch module, name := l.name[:at], l.name[at+1:]; module {
	case "graphql_jwt.decorators", "graphql_auth.decorators", "gqlauth.decorators":
		switch name {
		case "login_required", "staff_member_required", "superuser_required", "permission_required", "verification_required":
			return eval.No
		case "user_passes_test":
			return f.i.strangersPass(firstArgument(l.fn))
		}
	}
	return eval.Maybe
}

// strangersPass tells whether a test of a user is true of somebody who is not logged in.
func (i *Interpreter) strangersPass(test eval.Value) eval.Tri {
	if !test.IsValid() {
		return eval.Maybe
	}
	trials, whole := i.session.Try(maxWays, func(c *eval.Call) eval.Value { return c.Call(test, i.stranger()) })
	result := eval.Tri(0)
	for _, t := range trials {
		this := t.Result.Truth()
		if t.GivenUp != "" || t.Failure != nil {
			this = eval.Maybe
		}
		if result != 0 && result != this {
			return eval.Maybe
		}
		result = this
	}
	if !whole || result == 0 {
		return eval.Maybe
	}
	return result
}

// fieldDecorator reports whether a decorator makes a field of a function, and asks nobody.
func fieldDecorator(name string) bool {
	for _, prefix := range []string{"strawberry.", "strawberry_django.", "ariadne.", "graphene.", "graphene_django.", "graphql_jwt.decorators.csrf",
		"django.db.transaction.", "staticmethod", "classmethod", "builtins."} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// asksInText says how the text of a resolver looks at who calls, "" when it does not: the user or the context, a refusal, or info handed on.
func asksInText(d eval.Definition) (why string) {
	if speaksOfCaller(d) {
		return "its code looks at who calls"
	}
	if d.Function == nil {
		return ""
	}
	syntax.InspectBody(d.Function.Body, func(n syntax.Node) bool {
		call, ok := n.(*syntax.Call)
		if !ok {
			return why == ""
		}
		if handsInfo(call) {
			why = "it hands the request on to " + calledName(call)
		}
		return why == ""
	})
	return why
}

// speaksOfCaller reports whether the text of a function speaks of who calls.
func speaksOfCaller(d eval.Definition) bool {
	return mentions(d, refusals()+"user session auth headers META COOKIES is_authenticated has_perm has_perms get_signed_cookie current_user context Unauthorized ")
}

// handsInfo reports whether a call is given info, or all arguments of a resolver.
func handsInfo(call *syntax.Call) bool {
	handed := false
	for _, arg := range call.Args {
		name, isName := arg.(*syntax.Name)
		star, isStar := arg.(*syntax.Starred)
		if isStar {
			name, isName = star.Value.(*syntax.Name)
		}
		handed = handed || isName && (name.ID == "info" || name.ID == "args" || isStar)
	}
	for _, k := range call.Keywords {
		name, isName := k.Value.(*syntax.Name)
		handed = handed || isName && (name.ID == "info" || k.Name == "")
	}
	return handed
}

// calledName is the last name of what a call calls.
func calledName(call *syntax.Call) string {
	switch f := call.Func.(type) {
	case *syntax.Name:
		return f.ID
	case *syntax.Attribute:
		return f.Attr
	}
	return "a function"
}

// settle joins what stands before all fields: the guards of the view, and middleware.
func (f *fields) settle() {
	view := f.e.Anyone()
	for n := range f.g.Fields {
		a := &f.g.Fields[n].Access
		switch before := &f.g.Fields[n].Before; {
		case view == eval.Maybe:
			*before = f.viewAccess().Why
		case f.middleware != "":
			*before = f.middleware
		}
		switch {
		case a.Anyone == eval.No:
		case view == eval.No:
			*a = f.viewAccess()
		case view == eval.Maybe && a.Anyone == eval.Yes:
			*a = Access{eval.Maybe, f.viewAccess().Why}
		case f.middleware != "" && a.Anyone == eval.Yes:
			*a = Access{eval.Maybe, f.middleware}
		}
	}
}

func (f *fields) viewAccess() Access {
	for _, m := range sortedKeys(f.e.Policy.Access) {
		if a := f.e.Policy.Access[m]; m == "POST" || m == "" {
			return a
		}
	}
	return Access{eval.Maybe, "who may call the view is not known"}
}
