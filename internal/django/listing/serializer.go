package listing

import (
	"slices"
	"strings"

	"gonogo/internal/django/queries"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// maxDepth bounds serializers in one another.
const maxDepth = 6

// serializer adds what a serializer reads of a row. One that decides in code which fields it has, or what it gives, is left out.
// Source: rest_framework/serializers.py and relations.py of 3.14 to 3.17.
func (c *collector) serializer(class eval.Value, from row, depth int) {
	texts, whole := queries.Texts(class, fixedFields)
	if depth > maxDepth || len(texts) == 0 || !whole || !c.represents(class, texts, from) || gives(texts, "get_fields", "get_field_names", "_readable_fields", "fields", "__new__", "many_init") {
		return
	}
	meta := class.Attr("Meta")
	if meta.Kind() == eval.Class && (meta.Attr("list_serializer_class").IsValid() || meta.Attr("extra_kwargs").IsUnknown()) {
		return
	}
	declared := declaredFields(class)
	names, ok := c.fieldNames(class, meta, declared, from)
	if !ok {
		return
	}
	nested, _ := meta.Attr("depth").AsInt()
	by := lastName(class.Dotted())
	for _, name := range names {
		if v, own := declared[name]; own {
			c.field(serializerField{class: class, texts: texts, name: name, by: by + "." + name, value: v}, from, depth)
			continue
		}
		if writeOnly(meta.Attr("extra_kwargs").Get(name)) {
			continue
		}
		c.automatic(name, from, by+"."+name, placeOf(meta, class), int(nested))
	}
}

// represents adds what a to_representation of the project reads of the row; it is false where that leaves the fields out.
func (c *collector) represents(class eval.Value, texts []queries.Text, from row) bool {
	m, own := queries.FindMethod(texts, "to_representation")
	if !own {
		return !gives(texts, "to_representation")
	}
	c.all(from, c.Reader.Reads(m, 1, from.model), lastName(class.Dotted())+".to_representation", source.Span{})
	for _, s := range m.Function.Body {
		if a, ok := s.(*syntax.Assign); ok && callsParent(a.Value, "to_representation") {
			return true
		}
	}
	return false
}

// callsParent reports whether an expression is super().method(...).
func callsParent(e syntax.Expr, method string) bool {
	call, ok := e.(*syntax.Call)
	if !ok {
		return false
	}
	a, ok := call.Func.(*syntax.Attribute)
	if !ok || a.Attr != method {
		return false
	}
	parent, ok := a.Value.(*syntax.Call)
	if !ok {
		return false
	}
	name, ok := parent.Func.(*syntax.Name)
	return ok && name.ID == "super"
}

// fixedFields accepts bases of serializers that leave the fields as they are declared.
func fixedFields(dotted string) bool {
	return isFramework(dotted) || strings.HasPrefix(dotted, "drf_writable_nested.")
}

func placeOf(v, otherwise eval.Value) source.Span {
	if at := v.Attr("fields").At(); !at.IsZero() {
		return at
	}
	if at := v.At(); !at.IsZero() {
		return at
	}
	return otherwise.At()
}

// declaredFields are the fields that the bodies of a serializer and its ancestors declare; None takes one away.
func declaredFields(class eval.Value) map[string]eval.Value {
	fields := map[string]eval.Value{}
	seen := map[string]bool{}
	for _, k := range class.MRO() {
		for _, e := range k.Fields() {
			name, ok := e.Key.AsStr()
			if !ok || seen[name] {
				continue
			}
			seen[name] = true
			if _, ok := fieldCall(e.Value); ok {
				fields[name] = e.Value
			}
		}
	}
	return fields
}

// fieldNames are the names of what a serializer gives. ok is false where they are not known.
func (c *collector) fieldNames(class, meta eval.Value, declared map[string]eval.Value, from row) (names []string, ok bool) {
	all := func() {
		for name := range declared {
			names = append(names, name)
		}
		slices.Sort(names)
	}
	if meta.Kind() != eval.Class || !meta.Attr("model").IsValid() {
		all()
		return names, true
	}
	model := c.Reader.Schema().Model(meta.Attr("model").Dotted())
	if model == nil || model != from.model && !from.model.Is(model) {
		return nil, false
	}
	fields, exclude := meta.Attr("fields"), meta.Attr("exclude")
	if text, isText := fields.AsStr(); isText && text != "__all__" || fields.IsUnknown() || fields.IsOpen() {
		return nil, false
	}
	if k := fields.Kind(); k == eval.List || k == eval.Tuple {
		return texts(fields)
	}
	all()
	for _, f := range model.Fields {
		if _, own := declared[f.Name]; !own {
			names = append(names, f.Name)
		}
	}
	if !exclude.IsValid() {
		return names, true
	}
	left, ok := texts(exclude)
	return slices.DeleteFunc(names, func(n string) bool { return slices.Contains(left, n) }), ok
}

// texts are the elements of a list of texts; ok is false when one is not known.
func texts(list eval.Value) (names []string, ok bool) {
	if list.IsUnknown() || list.IsOpen() {
		return nil, false
	}
	for _, e := range list.Elems() {
		name, ok := e.AsStr()
		if !ok {
			return nil, false
		}
		names = append(names, name)
	}
	return names, true
}

// automatic is a field that ModelSerializer makes of the model's: the key of a relation, or what a property or method gives.
func (c *collector) automatic(name string, from row, by string, at source.Span, nested int) {
	step, ok := from.model.Step(name)
	switch {
	case !ok && from.model.Field(name) == nil:
		c.method(from, name, by, at)
	case !ok || !step.Many && nested == 0: // the key, which the row has
	case c.follow(from, step, by, at) && nested > 0 && nested <= maxDepth:
		to := from.step(step)
		for _, f := range step.To.Fields {
			if _, relation := step.To.Step(f.Name); relation {
				c.automatic(f.Name, to, by+"."+f.Name, at, nested-1)
			}
		}
	}
}

// serializerField is a field that a serializer declares.
type serializerField struct {
	class eval.Value
	texts []queries.Text
	name  string
	by    string
	value eval.Value
}

// call is the class of a field and the arguments with which it is made.
type call struct {
	class  string     // dotted
	own    eval.Value // the class where it is the project's
	kwargs []eval.Kwarg
	at     source.Span
}

// fieldCall reads a value that can be a field of a serializer.
func fieldCall(v eval.Value) (call, bool) {
	if v.Kind() == eval.Object && v.ClassOf().Kind() == eval.Class {
		_, kwargs := v.Args()
		switch _, own := v.ClassOf().Definition(); {
		case own && foreignBase(v.ClassOf()) != "":
			return call{v.Class(), v.ClassOf(), kwargs, v.At()}, true
		case !own && namesField(v.Class()):
			return call{v.Class(), eval.Value{}, kwargs, v.At()}, true
		}
	}
	s, ok := v.Symbol()
	if !ok || !s.Func.IsValid() {
		return call{}, false
	}
	if path := s.Func.Path(); namesField(path) {
		return call{path, eval.Value{}, s.Kwargs, v.At()}, true
	}
	return call{}, false
}

// namesField reports whether a class of a package is called a field or a serializer.
func namesField(dotted string) bool {
	return strings.Contains(dotted, ".") && (strings.HasSuffix(dotted, "Field") || strings.HasSuffix(dotted, "Serializer"))
}

// foreignBase is the last name of the first field or serializer of a package that a class of the project inherits from, "" without one.
func foreignBase(class eval.Value) string {
	for _, k := range class.MRO() {
		names := []string{k.Dotted()}
		if _, own := k.Definition(); own {
			names = nil
			for _, b := range k.Bases() {
				if b.Kind() != eval.Class {
					names = append(names, b.Path())
				}
			}
		}
		for _, n := range names {
			if namesField(n) {
				return lastName(n)
			}
		}
	}
	return ""
}

func (k call) kwarg(name string) eval.Value {
	for _, a := range k.kwargs {
		if a.Name == name {
			return a.Value
		}
	}
	return eval.Value{}
}

func (k call) is(name string) bool {
	v := k.kwarg(name)
	return v.IsValid() && v.Truth() == eval.Yes
}

func writeOnly(kwargs eval.Value) bool {
	v := kwargs.Get("write_only")
	return v.IsValid() && v.Truth() != eval.No
}

// field adds what a declared field reads.
func (c *collector) field(f serializerField, from row, depth int) {
	k, ok := fieldCall(f.value)
	if !ok || k.is("write_only") || k.kwarg("write_only").IsUnknown() {
		return
	}
	at := k.at
	name := lastName(k.class)
	if name == "SerializerMethodField" {
		c.methodField(f, k, from)
		return
	}
	attrs := strings.Split(f.name, ".")
	if source := k.kwarg("source"); source.IsValid() {
		text, known := source.AsStr()
		if !known {
			return
		}
		attrs = strings.Split(text, ".")
	}
	isSerializer := k.own.IsValid() && strings.HasSuffix(foreignBase(k.own), "Serializer")
	if attrs[0] == "*" {
		if isSerializer {
			c.serializer(k.own, from, depth+1)
		}
		return
	}
	if k.own.IsValid() && !isSerializer && gives(textsOf(k.own), "get_attribute") {
		return
	}
	for _, attr := range attrs[:len(attrs)-1] {
		step, ok := from.model.Step(attr)
		if !ok {
			c.method(from, attr, f.by, at)
			return
		}
		if step.Many {
			return
		}
		if !c.follow(from, step, f.by, at) {
			return
		}
		from = from.step(step)
	}
	c.last(f, k, from, attrs[len(attrs)-1], isSerializer, depth)
}

// last reads the attribute that a field shows.
func (c *collector) last(f serializerField, k call, from row, attr string, isSerializer bool, depth int) {
	step, ok := from.model.Step(attr)
	if !ok {
		if from.model.Field(attr) == nil {
			c.method(from, attr, f.by, k.at)
		}
		return
	}
	switch name := lastName(k.class); {
	case isSerializer:
		if step.Many != k.is("many") || !c.follow(from, step, f.by, k.at) {
			return
		}
		c.serializer(k.own, from.step(step), depth+1)
	case name == "PrimaryKeyRelatedField", name == "HyperlinkedRelatedField" && !k.kwarg("lookup_field").IsValid():
		if step.Many {
			c.follow(from, step, f.by, k.at)
		}
	case name == "SlugRelatedField" || name == "HyperlinkedRelatedField":
		c.follow(from, step, f.by, k.at)
	case name == "StringRelatedField" || !k.own.IsValid() && !step.Many && (name == "CharField" || name == "ReadOnlyField"):
		if c.follow(from, step, f.by, k.at) {
			c.text(from.step(step), f.by, k.at)
		}
	}
}

// methodField is a SerializerMethodField.
func (c *collector) methodField(f serializerField, k call, from row) {
	name := "get_" + f.name
	if v := k.kwarg("method_name"); v.IsValid() {
		text, ok := v.AsStr()
		if !ok {
			return
		}
		name = text
	}
	if m, ok := queries.FindMethod(f.texts, name); ok {
		c.all(from, c.Reader.Reads(m, 1, from.model), f.by, source.Span{})
	}
}

func textsOf(class eval.Value) []queries.Text {
	list, _ := queries.Texts(class, isFramework)
	return list
}
