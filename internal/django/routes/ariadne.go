package routes

import (
	"strings"

	"gonogo/internal/python/eval"
)

// Source of what follows: ariadne/objects.py, executable_schema.py and load_schema.py of 0.20 to 1.1.

// ariadneType is the state of a QueryType and its like: the resolvers of its fields.
type ariadneType struct {
	name  string
	order []string
	bound map[string]eval.Value
}

func (t *ariadneType) bind(name string, fn eval.Value) {
	if _, again := t.bound[name]; !again {
		t.order = append(t.order, name)
	}
	t.bound[name] = fn
}

// ariadneNames are the classes to which resolvers are bound, and the functions that give the text of a schema.
func (i *Interpreter) ariadneNames() map[string]map[string]eval.Value {
	newType := func(c *eval.Call, self eval.Value, name string) {
		self.SetState(&ariadneType{name: name, bound: map[string]eval.Value{}})
	}
	object := eval.NewClass(eval.NativeClass{Name: "ariadne.objects.ObjectType", Partial: true,
		Init: func(c *eval.Call, self eval.Value) { name, _ := c.Arg(0, "name").AsStr(); newType(c, self, name) },
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
			"field": func(c *eval.Call, self eval.Value) eval.Value {
				name, known := c.Arg(0, "name").AsStr()
				return native("ariadne.objects.ObjectType.field.register", func(c *eval.Call) eval.Value {
					if t, ok := self.State().(*ariadneType); ok && known {
						t.bind(name, c.Arg(0, "f"))
					}
					return c.Arg(0, "f")
				})
			},
			"set_field": func(c *eval.Call, self eval.Value) eval.Value {
				name, known := c.Arg(0, "name").AsStr()
				if t, ok := self.State().(*ariadneType); ok && known {
					t.bind(name, c.Arg(1, "resolver"))
				}
				return c.Arg(1, "resolver")
			}}})
	names := map[string]eval.Value{"ObjectType": object, "gql": native("ariadne.gql", func(c *eval.Call) eval.Value { return c.Arg(0, "value") }),
		"load_schema_from_path": native("ariadne.load_schema.load_schema_from_path", loadSchema)}
	for _, kind := range []string{"Query", "Mutation", "Subscription"} {
		module := "objects"
		if kind == "Subscription" {
			module = "subscriptions"
		}
		methods := map[string]func(*eval.Call, eval.Value) eval.Value{}
		if kind == "Subscription" {
			methods["source"] = func(*eval.Call, eval.Value) eval.Value {
				return native("ariadne.subscriptions.SubscriptionType.source.register", func(c *eval.Call) eval.Value { return c.Arg(0, "f") })
			}
		}
		names[kind+"Type"] = eval.NewClass(eval.NativeClass{Name: "ariadne." + module + "." + kind + "Type", Bases: []eval.Value{object}, Partial: true, Methods: methods,
			Init: func(c *eval.Call, self eval.Value) { newType(c, self, kind) }})
	}
	return map[string]map[string]eval.Value{"ariadne": names,
		"ariadne.objects": {"ObjectType": object, "QueryType": names["QueryType"], "MutationType": names["MutationType"]}}
}

// loadSchema is the text of a file of the project, or of all in a folder.
func loadSchema(c *eval.Call) eval.Value {
	path := c.Arg(0, "path")
	if path.Kind() != eval.Str {
		path = c.Str(path)
	}
	name, ok := path.AsStr()
	switch {
	case !ok:
		return c.Unknown("the path of the schema is not known")
	case c.IsDir(name):
		all := ""
		for _, pattern := range []string{"*.graphql", "*.graphqls", "*.gql", "**/*.graphql", "**/*.graphqls", "**/*.gql"} {
			for _, file := range c.Glob(strings.TrimSuffix(name, "/") + "/" + pattern) {
				text, known := c.ReadText(file).AsStr()
				if !known {
					return c.Unknown("a file of the schema cannot be read")
				}
				if !strings.Contains(all, text) {
					all += text + "\n"
				}
			}
		}
		if all != "" {
			return eval.MakeStr(all)
		}
	case c.PathExists(name):
		return c.ReadText(name)
	}
	return c.Unknown("the schema " + name + " is not found")
}

// ariadne reads what make_executable_schema was given.
func (f *fields) ariadne(schema eval.Value) {
	s, _ := schema.Symbol()
	if len(s.Args) == 0 {
		f.doubt("what the schema is made of is not known")
		return
	}
	bound := map[string]*ariadneType{}
	whole := f.bindables(s.Args[1:], bound, 0)
	sdl, known := schemaText(s.Args[0])
	if !known {
		f.doubt("the text of the schema is not known")
	}
	for _, kind := range []string{"Query", "Mutation", "Subscription"} {
		t := bound[kind]
		if t == nil {
			t = &ariadneType{name: kind, bound: map[string]eval.Value{}}
		}
		names := typeFields(sdl, kind)
		if !known {
			for _, name := range t.order {
				names = append(names, sdlField{name: name})
			}
		}
		for _, n := range names {
			field := Field{Type: kind, Name: n.name, At: schema.At(), Access: Access{eval.Yes, ""}, Lists: eval.No}
			if n.list && kind == "Query" || !known && kind == "Query" {
				field.Lists = eval.Maybe
			}
			if fn, ok := t.bound[n.name]; ok {
				f.resolver(&field, fn, eval.Value{})
				if n.list && givesAll(f.i.session, field.Definition) {
					field.Lists = eval.Yes
				}
			} else if !whole {
				field.Access = Access{eval.Maybe, "the resolver is not known"}
			} else {
				field.Lists = eval.No // nothing is bound to it
			}
			f.add(field)
		}
	}
}

// bindables finds the types among what a schema is made with; whole is false when a part is not known.
func (f *fields) bindables(list []eval.Value, bound map[string]*ariadneType, depth int) (whole bool) {
	whole = true
	for _, v := range list {
		t, ok := v.State().(*ariadneType)
		switch {
		case ok && bound[t.name] == nil:
			bound[t.name] = t
		case ok:
			for _, name := range t.order {
				bound[t.name].bind(name, t.bound[name])
			}
		case v.Kind() == eval.List || v.Kind() == eval.Tuple:
			whole = depth < maxNesting && !v.IsOpen() && f.bindables(v.Elems(), bound, depth+1) && whole
		case strings.HasPrefix(v.Path(), "ariadne.") || strings.HasPrefix(v.Class(), "ariadne."):
		default:
			whole = false
		}
	}
	return whole
}

// schemaText joins type definitions.
func schemaText(v eval.Value) (text string, known bool) {
	if s, ok := v.AsStr(); ok {
		return s, true
	}
	if v.Kind() != eval.List && v.Kind() != eval.Tuple || v.IsOpen() {
		return "", false
	}
	for _, e := range v.Elems() {
		s, ok := e.AsStr()
		if !ok {
			return "", false
		}
		text += s + "\n"
	}
	return text, true
}
