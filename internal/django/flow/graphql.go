package flow

import (
	"strings"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// This file tells what a client of GraphQL sends: the arguments of resolvers and mutations, by the types that the schema gives them.
// Source: graphene/types/ 3.4, strawberry/types/ 0.2xx, ariadne/objects.py 1.1.

// InfoParameter is the name of the parameter of a resolver that holds the query and who asks; "" where there is none.
func (f *Function) InfoParameter() string {
	if p := f.infoArg(); p != nil {
		return p.Name
	}
	return ""
}

func (f *Function) infoArg() *syntax.Arg {
	for _, p := range f.Parameters() {
		note := p.Annotation
		if s, ok := note.(*syntax.Subscript); ok {
			note = s.Value
		}
		switch LastName(note) {
		case "Info", "ResolveInfo", "GraphQLResolveInfo":
			return p
		}
		if p.Name == "info" || p.Name == "_info" {
			return p
		}
	}
	return nil
}

// isContext reports whether an expression is the request in a resolver: graphene's info.context itself, and what Strawberry and Ariadne keep
// in theirs: info.context.request, info.context["request"].
func (f *Function) isContext(e syntax.Expr, depth int) bool {
	info := f.InfoParameter()
	if info == "" {
		return false
	}
	switch e := e.(type) {
	case *syntax.Attribute:
		if name, ok := e.Value.(*syntax.Name); ok && e.Attr == "context" && name.ID == info {
			return true
		}
		return e.Attr == "request" && f.isRequest(e.Value, depth)
	case *syntax.Subscript:
		return isText(e.Slice, "request") && f.isRequest(e.Value, depth)
	case *syntax.Call:
		m, ok := e.Func.(*syntax.Attribute)
		return ok && m.Attr == "get" && len(e.Args) > 0 && isText(e.Args[0], "request") && f.isRequest(m.Value, depth)
	}
	return false
}

func isText(e syntax.Expr, text string) bool {
	c, ok := e.(*syntax.Constant)
	return ok && c.Value == text
}

// schemaKind is the package that calls a resolver with the arguments of its field.
type schemaKind uint8

const (
	noSchema schemaKind = iota
	graphene
	strawberry
	ariadne
)

// resolves tells which package calls a function as a resolver or mutation.
func (f *Function) resolves() schemaKind {
	for _, d := range f.Decorators {
		call, isCall := d.(*syntax.Call)
		if isCall {
			d = call.Func
		}
		if name := dotted(f.Module, d); strings.HasPrefix(name, "strawberry.") || strings.HasPrefix(name, "strawberry_django.") {
			return strawberry
		}
		if m, ok := d.(*syntax.Attribute); ok && isCall && m.Attr == "field" && len(f.Parameters()) > 1 && f.Parameters()[1] == f.infoArg() {
			return ariadne
		}
	}
	if f.Class == nil || !strings.HasPrefix(f.Name, "resolve_") && !IsMutate(f.Name) {
		return noSchema
	}
	info := f.infoArg()
	for n, p := range f.Parameters() {
		if p == info && (n == 1 || n == 2) {
			return graphene
		}
	}
	return noSchema
}

// IsMutate reports whether graphene, or a base class that wraps it, calls a method of this name with the arguments of a mutation.
func IsMutate(name string) bool {
	return name == "mutate" || name == "mutate_and_get_payload" || strings.HasPrefix(name, "perform_mut")
}

// filledByClient reports whether a parameter of a resolver gets an argument of the field, rather than what the package gives.
func (f *Function) filledByClient(p *syntax.Arg, kind schemaKind) bool {
	info := f.infoArg()
	list := f.Parameters()
	if kind == strawberry {
		if s, ok := p.Annotation.(*syntax.Subscript); ok && LastName(s.Value) == "Parent" {
			return false
		}
		return p != info && p.Name != "root" && p.Name != "self" && !(f.Class != nil && p == list[0])
	}
	after := false
	for _, x := range list {
		if x == p {
			return after
		}
		after = after || x == info
	}
	return false
}

// inputAs is what a value of a type can hold.
type inputAs uint8

const (
	unknownInput inputAs = iota
	textInput            // any text
	plainInput           // numbers, dates, members of an enumeration
	fieldsInput          // an input object with fields of its own
	argsInput            // all arguments of the field: **kwargs
)

// input is the type of an argument, or of a field of an input object.
type input struct {
	as       inputAs
	class    *Class    // of fieldsInput
	resolver *Function // of argsInput
}

// origin is where a value of the type comes from. What the schema gives a shape counts as validated.
func (t input) origin(at syntax.Node) Origin {
	switch t.as {
	case textInput:
		return Origin{Kinds: Request, At: at}
	case plainInput:
		return Origin{}
	}
	return Origin{Kinds: Validated, At: at}
}

// ofResolver is the origin of a parameter that a client of GraphQL fills; ok is false for other parameters.
func (a asker) ofResolver(f *Function, p *syntax.Arg) (o Origin, ok bool) {
	kind := f.resolves()
	if kind == noSchema || !f.filledByClient(p, kind) {
		return o, false
	}
	return f.inputOf(p, kind).origin(p), true
}

// inputOf is the type of a parameter that a client fills.
func (f *Function) inputOf(p *syntax.Arg, kind schemaKind) input {
	if p == f.Args.Kwarg {
		return input{as: argsInput, resolver: f}
	}
	if kind == graphene {
		return f.argument(p.Name)
	}
	return f.code.noted(f.Module, p.Annotation, 0)
}

// argument is the type that graphene gives an argument: in class Arguments of a mutation, or in the call that makes the field.
func (f *Function) argument(name string) input {
	if field, ok := strings.CutPrefix(f.Name, "resolve_"); ok {
		made, _ := f.Class.Attribute(field).(*syntax.Call)
		if made == nil {
			return input{}
		}
		return f.code.typed(f.Module, Arg(made, -1, name), 0)
	}
	for _, s := range f.Class.Body {
		if c, ok := s.(*syntax.ClassDef); ok && (c.Name == "Arguments" || c.Name == "Input") {
			if class := f.code.classes[c]; class != nil {
				return f.code.typed(f.Module, class.Attribute(name), 0)
			}
		}
	}
	return input{}
}

// maxInput bounds types within types, and input objects within input objects.
const maxInput = 8

// typed is the type that graphene's expression for an argument stands for: graphene.String(required=True), ProductInput.
func (c *Code) typed(m *resolve.Module, e syntax.Expr, depth int) input {
	if e == nil || depth > maxInput {
		return input{}
	}
	if l, ok := e.(*syntax.Lambda); ok {
		return c.typed(m, l.Body, depth+1)
	}
	call, isCall := e.(*syntax.Call)
	if isCall {
		e = call.Func
	}
	name := dotted(m, e)
	if !strings.HasPrefix(name, "graphene.") {
		return c.ofClass(name, depth)
	}
	switch last := name[strings.LastIndexByte(name, '.')+1:]; last {
	case "String", "ID", "JSONString", "GenericScalar", "Base64":
		return input{as: textInput}
	case "Int", "Float", "Boolean", "BigInt", "Decimal", "UUID", "Date", "DateTime", "Time", "Enum":
		return input{as: plainInput}
	case "Argument", "List", "NonNull", "InputField", "Field":
		if isCall && len(call.Args) > 0 {
			return c.typed(m, call.Args[0], depth+1)
		}
	}
	return input{}
}

// noted is the type that an annotation of Strawberry or Ariadne stands for.
func (c *Code) noted(m *resolve.Module, e syntax.Expr, depth int) input {
	if e == nil || depth > maxInput {
		return input{}
	}
	switch e := e.(type) {
	case *syntax.BinOp: // str | None
		if t := c.noted(m, e.Left, depth+1); t.as != unknownInput {
			return t
		}
		return c.noted(m, e.Right, depth+1)
	case *syntax.Subscript:
		switch LastName(e.Value) {
		case "Optional", "list", "List", "Maybe", "Sequence":
			return c.noted(m, e.Slice, depth+1)
		case "Annotated":
			if t, ok := e.Slice.(*syntax.Tuple); ok && len(t.Elts) > 0 {
				return c.noted(m, t.Elts[0], depth+1)
			}
		}
		return input{}
	}
	switch name := dotted(m, e); name {
	case "builtins.str", "strawberry.ID", "strawberry.scalars.JSON", "strawberry.scalars.ID":
		return input{as: textInput}
	case "builtins.int", "builtins.float", "builtins.bool", "uuid.UUID", "datetime.date", "datetime.datetime", "datetime.time", "decimal.Decimal":
		return input{as: plainInput}
	default:
		return c.ofClass(name, depth)
	}
}

// ofClass is the type of a class of the project: an enumeration, or an input object.
func (c *Code) ofClass(name string, depth int) input {
	d, ok := c.graph.Define(name)
	switch {
	case !ok:
		return input{}
	case d.Class != nil:
		return c.ofDefinition(d, name)
	case d.Value != nil: // OrderEnum = to_enum(Order.States), Kind = strawberry.enum(Kinds)
		if call, ok := d.Value.(*syntax.Call); ok {
			switch LastName(call.Func) {
			case "to_enum", "from_enum", "Enum", "enum":
				return input{as: plainInput}
			}
		}
		return c.typed(d.Module, d.Value, depth+1)
	}
	return input{}
}

func (c *Code) ofDefinition(d resolve.Definition, name string) input {
	class := c.classes[d.Class]
	if class == nil {
		return input{}
	}
	for _, e := range d.Class.Decorators {
		if call, ok := e.(*syntax.Call); ok {
			e = call.Func
		}
		switch by := dotted(d.Module, e); {
		case !strings.HasPrefix(by, "strawberry"):
		case strings.HasSuffix(by, ".enum"):
			return input{as: plainInput}
		case strings.HasSuffix(by, ".input"), strings.HasSuffix(by, ".partial"):
			return input{as: fieldsInput, class: class}
		}
	}
	ancestors, _ := c.graph.Ancestors(name)
	for _, a := range ancestors {
		switch {
		case strings.HasPrefix(a, "graphene.") && strings.HasSuffix(a, ".Enum"):
			return input{as: plainInput}
		case strings.HasPrefix(a, "graphene.") && strings.HasSuffix(a, ".InputObjectType"):
			return input{as: fieldsInput, class: class}
		}
	}
	return input{}
}

// field is the type of a field of an input object, or of one among all arguments.
func (c *Code) field(t input, name string, depth int) input {
	switch {
	case t.as == textInput: // of JSON
		return t
	case t.as == argsInput:
		return t.resolver.argument(name)
	case t.as != fieldsInput || depth > maxInput:
		return input{}
	}
	for _, s := range t.class.Body {
		if note, ok := s.(*syntax.AnnAssign); ok && LastName(note.Target) == name {
			return c.noted(t.class.Module, note.Annotation, 0)
		}
	}
	if v := t.class.Attribute(name); v != nil {
		return c.typed(t.class.Module, v, 0)
	}
	for _, b := range t.class.Bases {
		if d, ok := c.graph.Define(dotted(t.class.Module, b)); ok && c.classes[d.Class] != nil {
			if found := c.field(input{as: fieldsInput, class: c.classes[d.Class]}, name, depth+1); found.as != unknownInput {
				return found
			}
		}
	}
	return input{}
}

// partOfInput is the origin of a part of what a client of GraphQL sent: input.name, data["name"], kwargs.get("name").
func (a asker) partOfInput(e syntax.Expr) (o Origin, ok bool) {
	value, name, ok := partOf(e)
	if !ok || a.function == nil || a.code == nil || a.function.resolves() == noSchema {
		return o, false
	}
	of, ok := a.inputType(value, 0)
	if !ok {
		return o, false
	}
	return a.code.field(of, name, 0).origin(e), true
}

// partOf takes value.name, value["name"] and value.get("name") apart.
func partOf(e syntax.Expr) (value syntax.Expr, name string, ok bool) {
	switch e := e.(type) {
	case *syntax.Attribute:
		return e.Value, e.Attr, true
	case *syntax.Subscript:
		if key, ok := e.Slice.(*syntax.Constant); ok {
			return e.Value, key.Value, true
		}
	case *syntax.Call:
		m, ok := e.Func.(*syntax.Attribute)
		if ok && (m.Attr == "get" || m.Attr == "pop") && len(e.Args) > 0 {
			if key, ok := e.Args[0].(*syntax.Constant); ok {
				return m.Value, key.Value, true
			}
		}
	}
	return nil, "", false
}

// inputType is the type of a value that holds more than one, written as a name or a part of one; ok is false for other values.
func (a asker) inputType(e syntax.Expr, depth int) (t input, ok bool) {
	if depth > maxInput {
		return t, false
	}
	name, isName := e.(*syntax.Name)
	if !isName {
		value, field, ok := partOf(e)
		if !ok {
			return t, false
		}
		of, ok := a.inputType(value, depth+1)
		if !ok {
			return t, false
		}
		return a.code.field(of, field, 0), true
	}
	for _, l := range a.locals {
		if l.name == name.ID {
			return t, false
		}
	}
	if list, sure := a.function.reaching(name.ID, name.Start); len(list) > 0 {
		if !sure || len(list) != 1 || list[0].how > element || list[0].value == nil {
			return t, false
		}
		return a.inputType(list[0].value, depth+1)
	}
	p := a.function.parameter(name.ID)
	kind := a.function.resolves()
	if p == nil || kind == noSchema || !a.function.filledByClient(p, kind) {
		return t, false
	}
	t = a.function.inputOf(p, kind)
	return t, t.as == fieldsInput || t.as == argsInput
}
