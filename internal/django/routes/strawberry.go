package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// Source of what follows: strawberry/ 0.200 to 0.341 and strawberry_django/ 0.30 to 0.80.

// strawberry reads a strawberry.Schema.
func (f *fields) strawberry(schema eval.Value) {
	f.camel = true
	if v := configArgument(schema, "auto_camel_case"); v.IsValid() {
		f.camel = v.Truth() != eval.No
	}
	for _, e := range schema.Arg(5, "extensions").Elems() {
		class := e
		if e.Kind() == eval.Object {
			class = e.ClassOf()
		}
		if d, own := class.Definition(); own && d.Class != nil && mentionsInClass(class) {
			f.middleware = "the extension " + last(class.Dotted()) + " of the schema stands before every field"
		}
	}
	f.strawberryType("Query", schema.Arg(0, "query"))
	f.strawberryType("Mutation", schema.Arg(1, "mutation"))
	f.strawberryType("Subscription", schema.Arg(2, "subscription"))
}

func configArgument(schema eval.Value, name string) eval.Value {
	return schema.Arg(-1, "config").Arg(-1, name)
}

// strawberryType reads a root type, or those that merge_types joins.
func (f *fields) strawberryType(kind string, v eval.Value) {
	if s, ok := v.Symbol(); ok && strings.HasSuffix(s.Func.Path(), ".merge_types") && len(s.Args) == 2 {
		for _, one := range s.Args[1].Elems() {
			f.rootType(kind, one, f.strawberryField)
		}
		if s.Args[1].IsOpen() || s.Args[1].IsUnknown() {
			f.doubt("the types that " + kind + " is merged of are not known")
		}
		return
	}
	f.rootType(kind, v, f.strawberryField)
}

// strawberryField adds the field of one attribute of a root type.
func (f *fields) strawberryField(kind string, _ eval.Value, a attribute, name string) {
	v := a.value
	if v.Kind() == eval.Callable || v.Kind() == eval.Class && !strings.HasPrefix(v.Dotted(), "strawberry") {
		return // a method that is no field
	}
	field := Field{Type: kind, At: placeIn(a), Access: Access{eval.Yes, ""}, Lists: eval.No}
	maker, kwargs, fn := fieldParts(v)
	if maker == "" {
		if !v.IsUnknown() {
			return // a constant
		}
		field.Name = f.name(name, nil)
		field.Access = Access{eval.Maybe, "the field is not known: " + v.Reason()}
		f.add(field)
		return
	}
	field.Name = f.name(name, kwargs)
	note := annotationOf(a.owner, name)
	whole := v
	for _, k := range kwargs {
		if k.Name == "resolver" {
			fn, whole = k.Value, k.Value
		}
	}
	f.strawberryPermissions(&field, kwargs)
	switch {
	case fn.IsValid():
		f.resolver(&field, whole, eval.Value{})
		if d := field.Definition; d.Function != nil {
			note = d.Function.Returns
		}
		if listNote(note) && kind == "Query" {
			field.Lists = eval.Maybe
			if givesAll(f.i.session, field.Definition) {
				field.Lists = eval.Yes
			}
		}
	case !fieldDecorator(maker):
		field.Access = Access{eval.Maybe, "the field is made by " + maker}
	case strings.HasPrefix(maker, "strawberry_django.auth."):
		if !strings.HasSuffix(maker, ".login") && !strings.HasSuffix(maker, ".logout") && !strings.HasSuffix(maker, ".register") {
			field.Access = Access{eval.Maybe, last(maker) + " decides"}
		}
	default:
		f.djangoField(&field, a.owner, note, maker)
	}
	f.add(field)
}

// fieldParts takes a field apart: what makes it, its arguments, and the function below it.
func fieldParts(v eval.Value) (maker string, kwargs []eval.Kwarg, fn eval.Value) {
	for range maxNesting {
		s, ok := v.Symbol()
		if !ok || !s.Func.IsValid() {
			break
		}
		path := s.Func.Path()
		kw := s.Kwargs
		if path == "" {
			if made, ok := s.Func.Symbol(); ok && made.Func.IsValid() {
				path, kw = made.Func.Path(), made.Kwargs
			}
		}
		if maker == "" || strings.HasPrefix(path, "strawberry") {
			maker = path
			kwargs = append(kwargs, kw...)
		}
		if len(s.Args) == 0 {
			break
		}
		if inner := s.Args[0]; inner.Kind() == eval.Callable {
			return maker, kwargs, inner
		}
		if undecoratedClass(s.Args[0]).IsValid() { // the input of a mutation
			break
		}
		v = s.Args[0]
	}
	return maker, kwargs, eval.Value{}
}

// strawberryPermissions asks the permissions of a field, as a request without credentials does.
func (f *fields) strawberryPermissions(field *Field, kwargs []eval.Kwarg) {
	var asked []eval.Value
	for _, k := range kwargs {
		list := k.Value.Elems()
		switch {
		case k.Name != "permission_classes" && k.Name != "extensions":
			continue
		case k.Value.IsUnknown() || k.Value.IsOpen():
			field.Access = Access{eval.Maybe, k.Name + " is not known"}
		case k.Name == "permission_classes":
			asked = append(asked, list...)
		}
		if k.Name == "extensions" {
			for _, e := range list {
				asked = append(asked, f.extension(field, e)...)
			}
		}
		if len(list) > 0 {
			field.Permissions.From, field.Permissions.At = FromAction, field.At
		}
		for _, e := range list {
			name, _ := instanceName(e)
			field.Permissions.Classes = append(field.Permissions.Classes, name)
		}
	}
	if len(asked) == 0 || field.Access.Anyone == eval.No {
		return
	}
	trials, whole := f.i.session.Try(maxWays, func(c *eval.Call) eval.Value { return f.permitted(c, asked) })
	if a := verdict(trials, whole); a.Anyone != eval.Yes {
		field.Readable = a.Anyone == eval.Maybe && field.Access.Anyone == eval.Yes
		field.Access = a
	}
}

// permitted is what has_permission of each class comes to: True, the name of the class that refuses, or Unknown.
func (f *fields) permitted(c *eval.Call, asked []eval.Value) eval.Value {
	info, doubt := f.i.info(), eval.Value{}
	for _, one := range asked {
		name, _ := instanceName(one)
		if one.Kind() == eval.Class {
			one = c.Call(one)
		}
		has, ok := c.FindAttr(one, "has_permission")
		if !ok || has.IsUnknown() {
			doubt = c.Unknown("what " + last(name) + " lets in")
			continue
		}
		answer := c.CallKw(has, []eval.Value{c.Unknown("the object above"), info}, []eval.Kwarg{{Name: "**", Value: c.Unknown("the arguments of the field")}})
		if answer.IsUnknown() {
			doubt = c.Unknown("what " + last(name) + " lets in")
		} else if !c.Truth(answer) {
			return eval.MakeStr(last(name))
		}
	}
	if doubt.IsValid() {
		return doubt
	}
	return eval.MakeBool(true)
}

// info is what a resolver gets for a request without credentials.
func (i *Interpreter) info() eval.Value {
	r := i.withoutCredentials("POST")
	context := eval.NewObject(eval.NewClass(eval.NativeClass{Name: "strawberry.django.context.StrawberryDjangoContext", Partial: true,
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{"__getitem__": func(c *eval.Call, self eval.Value) eval.Value {
			name, _ := c.Arg(0, "key").AsStr()
			return c.GetAttr(self, name)
		}, "get": func(c *eval.Call, self eval.Value) eval.Value {
			name, _ := c.Arg(0, "key").AsStr()
			return c.GetAttr(self, name)
		}}}), nil)
	context.SetField("request", r)
	info := eval.NewObject(eval.NewClass(eval.NativeClass{Name: "strawberry.types.Info", Partial: true}), nil)
	info.SetField("context", context)
	return info
}

// extension reads an extension of a field: those of strawberry-django that ask for a login, and the permissions of PermissionExtension.
// Source: strawberry_django/permissions.py, strawberry/permission.py.
func (f *fields) extension(field *Field, e eval.Value) []eval.Value {
	name, _ := instanceName(e)
	switch {
	case strings.HasPrefix(name, "strawberry_django.permissions."):
		field.Access = Access{eval.No, last(name)}
	case strings.HasSuffix(name, ".PermissionExtension") && strings.HasPrefix(name, "strawberry."):
		return e.Arg(0, "permissions").Elems()
	case strings.HasPrefix(name, "strawberry.") || strings.HasPrefix(name, "strawberry_django."):
	case field.Access.Anyone == eval.Yes:
		field.Access = Access{eval.Maybe, "the extension " + last(name) + " decides"}
	}
	return nil
}

// djangoField is a field that strawberry-django answers from a model by itself.
func (f *fields) djangoField(field *Field, owner eval.Value, note syntax.Expr, maker string) {
	d, _ := owner.Definition()
	element := note
	if listNote(note) && field.Type == "Query" {
		field.Lists = eval.Yes
		element = elementNote(note)
	}
	if strings.Contains(maker, "connection") || strings.Contains(maker, "paginated") { // 100 at most
		field.Lists = eval.No
		element = elementNote(note)
	}
	name, ok := element.(*syntax.Name)
	if !ok || d.Module == "" {
		field.Lists = minTri(field.Lists)
		if field.Access.Anyone == eval.Yes && !strings.Contains(maker, ".mutations.") {
			field.Access = Access{eval.Maybe, "the type of the field is not known"}
		}
		return
	}
	v := f.i.session.Import(d.Module).Module.Attr(name.ID)
	if s, ok := v.Symbol(); ok { // strawberry_django.type(Model, pagination=True)
		made, _ := s.Func.Symbol()
		for _, k := range made.Kwargs {
			if k.Name == "pagination" && k.Value.Truth() != eval.No {
				field.Lists = minTri(field.Lists)
			}
		}
	}
	class := undecoratedClass(v)
	f.ofType(field, class)
	f.strawberryRow(field, v, class, note, maker)
}

// strawberryRow finds the row that strawberry-django takes by itself: of a field that is no list, by its argument pk, and of a mutation that
// updates or deletes. Source: strawberry_django/fields/field.py, strawberry_django/mutations/fields.py.
func (f *fields) strawberryRow(field *Field, v, class eval.Value, note syntax.Expr, maker string) {
	s, ok := v.Symbol()
	if !ok || !strings.HasPrefix(maker, "strawberry_django.") && !strings.HasPrefix(maker, "strawberry.django.") || elementOrList(note) {
		return
	}
	made, ok := s.Func.Symbol()
	if !ok || len(made.Args) == 0 {
		return
	}
	switch last(maker) {
	case "field", "node":
		field.Row = f.takes(class, made.Args[0], false)
	case "update", "delete":
		field.Row = f.takes(class, made.Args[0], true)
	}
}

// elementOrList reports whether an annotation holds several rows.
func elementOrList(note syntax.Expr) bool {
	_, ok := note.(*syntax.Subscript)
	return ok
}

// annotationOf is how a class annotates one of its attributes; nil when it does not.
func annotationOf(class eval.Value, name string) syntax.Expr {
	d, ok := class.Definition()
	if !ok || d.Class == nil {
		return nil
	}
	for _, s := range d.Class.Body {
		if a, ok := s.(*syntax.AnnAssign); ok {
			if n, ok := a.Target.(*syntax.Name); ok && n.ID == name {
				return a.Annotation
			}
		}
	}
	return nil
}

// listNote reports whether an annotation is a list.
func listNote(e syntax.Expr) bool {
	switch x := e.(type) {
	case *syntax.Subscript:
		switch lastName(x.Value) {
		case "list", "List", "Iterable", "Sequence":
			return true
		case "Optional", "Awaitable":
			return listNote(x.Slice)
		}
	case *syntax.BinOp:
		return listNote(x.Left) || listNote(x.Right)
	}
	return false
}

// elementNote is what stands in the brackets of an annotation; nil when there are none.
func elementNote(e syntax.Expr) syntax.Expr {
	if s, ok := e.(*syntax.Subscript); ok {
		return s.Slice
	}
	return nil
}

func lastName(e syntax.Expr) string {
	switch x := e.(type) {
	case *syntax.Name:
		return x.ID
	case *syntax.Attribute:
		return x.Attr
	}
	return ""
}
