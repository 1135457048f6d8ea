package access

import (
	"slices"
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// fields looks at the fields of a view of GraphQL, each of which is a view of its own: a client chooses it, and gives it arguments.
func (f *finder) fields(e *routes.Endpoint) {
	for n := range e.GraphQL.Fields {
		field := &e.GraphQL.Fields[n]
		in := f.beforeField(e, field)
		f.packageRow(in)
		switch d := field.Definition; {
		case d.Function != nil:
			f.answer.Views++
			f.resolver(in, f.Code.Function(d.Function), nil)
		case d.Class != nil:
			f.answer.Views++
			f.mutation(in)
		}
	}
}

// beforeField is what is asked before the resolver of a field runs.
func (f *finder) beforeField(e *routes.Endpoint, field *routes.Field) site {
	in := site{endpoint: e, field: field, asks: eval.No, login: field.Access.Anyone == eval.No}
	if field.Before != "" {
		in.login = true
		in.more(eval.Maybe, field.Before)
	}
	if field.Access.Anyone == eval.Maybe && !field.Readable {
		in.login = true
		in.more(eval.Maybe, field.Access.Why)
	}
	for _, name := range append(field.Decorators[:len(field.Decorators):len(field.Decorators)], field.Permissions.Classes...) {
		w := f.around(name)
		if d, ok := f.Graph.Define(name); ok && d.Class != nil {
			w = f.fieldPermission(name)
		}
		in.login = in.login || w.login
		in.more(w.asks, "what "+name[strings.LastIndexByte(name, '.')+1:]+" asks is not followed")
	}
	if isMachines(field.Name) {
		in.more(eval.Maybe, "by its name it is called by other services, or by the owner of a key that cannot be guessed")
	}
	return in
}

// fieldPermission is what has_permission of a permission class of Strawberry asks.
func (f *finder) fieldPermission(name string) wrapper {
	own, known := f.classesOf(name, "strawberry.")
	if !known {
		return wrapper{asks: eval.Maybe}
	}
	w := wrapper{asks: eval.No}
	for _, c := range own {
		for _, m := range c.Methods {
			if m.Name == "has_permission" {
				w.login = w.login || testsLogin(m)
				w.asks, _ = stronger(w.asks, "", f.asks(m, []*flow.Class{c}, 1), "")
			}
		}
	}
	return w
}

// packageRow looks at the row that the package itself takes.
func (f *finder) packageRow(in site) {
	row := in.field.Row
	if row == nil {
		return
	}
	m := f.classes[row.Model]
	if m == nil || !f.owned(m) {
		return
	}
	if row.NarrowsUnknown != "" {
		in.more(eval.Maybe, row.NarrowsUnknown)
	}
	for _, d := range row.Narrows {
		fn := f.Code.Function(d.Function)
		if fn == nil {
			in.more(eval.Maybe, "what narrows the rows is not followed")
			continue
		}
		asks := f.asks(fn, nil, 1)
		if f.namesUser(fn) {
			asks = eval.Yes
		}
		in.more(asks, "what "+fn.Name+"() of the type leaves out is not followed")
	}
	at := in.field.At
	if at.IsZero() {
		at = in.endpoint.At
	}
	f.found(in.reach(m, row.Changes, at), in.asks, in.why)
}

// namesUser reports whether a body gives who is there to a call, as to filter() or to a method of the project's querysets.
func (f *finder) namesUser(fn *flow.Function) bool {
	r := reading{finder: f, fn: fn, who: map[string]bool{}, rows: map[string]bool{}}
	r.info()
	for range 2 {
		syntax.InspectBody(fn.Body, r.bind)
	}
	found := false
	syntax.InspectBody(fn.Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Call); ok {
			found = found || slices.ContainsFunc(c.Args, func(e syntax.Expr) bool { return r.ofUser(e) }) ||
				slices.ContainsFunc(c.Keywords, func(k *syntax.Keyword) bool { return r.ofUser(k.Value) })
		}
		return !found
	})
	return found
}

// resolver looks at the function behind a field.
func (f *finder) resolver(in site, fn *flow.Function, own []*flow.Class) {
	if fn == nil {
		return
	}
	f.takesArguments(fn, fn.InfoParameter())
	f.body(in, fn, own)
}

// mutation looks at the class behind a field: all of its methods that get the arguments, in the order of its classes.
func (f *finder) mutation(in site) {
	own, known := f.classesOf(in.field.Resolver, "graphene.", "graphene_django.")
	if len(own) == 0 {
		return
	}
	if !known {
		in.more(eval.Maybe, "it inherits from a class that is not followed")
	}
	seen := map[string]bool{}
	var bodies []*flow.Function
	for _, c := range own {
		for _, m := range c.Methods {
			switch {
			case seen[m.Name] && !m.Mentions("super"): // overridden
			case flow.IsMutate(m.Name):
				bodies = append(bodies, m)
			default:
				in.more(f.asks(m, own, 0), "one of its methods speaks of rights in a way that is not followed")
			}
			seen[m.Name] = true
		}
	}
	for _, m := range bodies {
		f.takesArguments(m, m.InfoParameter())
		in.login = in.login || testsLogin(m)
	}
	for _, m := range bodies {
		in.more(f.asks(m, own, 0), "it speaks of rights, or hands the user on, in a way that is not followed")
	}
	for _, m := range bodies {
		f.body(in, m, own)
	}
}

// classesOf are the classes of the project that a class is made of; known is false where there are others than those of the packages.
func (f *finder) classesOf(name string, packages ...string) (list []*flow.Class, known bool) {
	ancestors, _ := f.Graph.Ancestors(name)
	known = true
	for _, n := range append([]string{name}, ancestors...) {
		if d, ok := f.Graph.Define(n); ok && d.Class != nil {
			c := f.Code.Class(d.Class)
			if c == nil || !resolves(c) {
				return list, false
			}
			list = append(list, c)
			continue
		}
		of := func(prefix string) bool { return strings.HasPrefix(n, prefix) }
		known = known && (n == "object" || n == "builtins.object" || slices.ContainsFunc(packages, of))
	}
	return list, known
}

// arguments are the parameters of a function that a client fills, by name.
type arguments map[string]bool

// takesArguments notes which parameters of a function a client fills: all but those that the package gives.
func (f *finder) takesArguments(fn *flow.Function, info string) {
	given := arguments{}
	for i, p := range fn.Parameters() {
		switch p.Name {
		case "self", "cls", "root", "_root", "parent", "_parent", "obj", "source", "_", "request", info:
		default:
			given[p.Name] = !(i == 0 && fn.Class != nil)
		}
	}
	f.arguments[fn] = given
}

// gives reports whether an expression is an argument, or a part of one: input.id, data["id"], kwargs.get("id"), the key in a global id.
func (a arguments) gives(e syntax.Expr, fn *flow.Function) bool {
	switch e := e.(type) {
	case *syntax.Name:
		return a[e.ID] && fn.Value(e) == nil || a.unpacked(e.ID, fn)
	case *syntax.Attribute:
		return e.Attr != "user" && a.gives(e.Value, fn)
	case *syntax.Subscript:
		return a.gives(e.Value, fn)
	case *syntax.Call:
		switch name := flow.LastName(e.Func); name {
		case "get", "pop":
			m, ok := e.Func.(*syntax.Attribute)
			return ok && a.gives(m.Value, fn)
		case "from_global_id", "int", "str":
			return len(e.Args) == 1 && a.gives(e.Args[0], fn)
		}
	}
	return false
}

// handedOn doubts a resolver that hands a key on to code which is not followed, and takes no row by it itself.
func (f *finder) handedOn(in site, fn *flow.Function, question func() eval.Tri) {
	if len(f.owners) == 0 || len(f.within(fn)) > 0 {
		return
	}
	given := f.arguments[fn]
	syntax.InspectBody(fn.Body, func(n syntax.Node) bool {
		c, ok := n.(*syntax.Call)
		if !ok || f.seen[fn.Module.Dotted+"."+fn.Name+in.field.FullName()] {
			return true
		}
		name := flow.LastName(c.Func)
		if name == "from_global_id" || name == "int" || name == "str" || isQuery(name) || isHarmlessCall(c, name) || f.helper(fn, c) != nil {
			return true
		}
		for _, arg := range c.Args {
			ok = ok && !(isKey(arg) && given.gives(arg, fn))
		}
		for _, k := range c.Keywords {
			ok = ok && !(isKey(k.Value) && given.gives(k.Value, fn))
		}
		if !ok && question() != eval.Yes {
			f.seen[fn.Module.Dotted+"."+fn.Name+in.field.FullName()] = true
			f.answer.Doubts = append(f.answer.Doubts, Doubt{Endpoint: in.endpoint, Field: in.field, At: fn.Module.Syntax.Span(c), Why: "which row " + name + "() takes by the key is not followed"})
		}
		return true
	})
}

// isKey reports whether an expression names the key of a row.
func isKey(e syntax.Expr) bool {
	name := flow.LastName(e)
	if s, ok := e.(*syntax.Subscript); ok {
		if key, ok := s.Slice.(*syntax.Constant); ok {
			name = key.Value
		}
	}
	if c, ok := e.(*syntax.Call); ok && len(c.Args) > 0 {
		if key, ok := c.Args[0].(*syntax.Constant); ok {
			name = key.Value
		}
	}
	lower := strings.ToLower(name)
	return lower == "id" || lower == "pk" || lower == "ids" || strings.HasSuffix(lower, "_id") || strings.HasSuffix(lower, "_ids")
}

// unpacked reports whether a name is bound to a part of an argument: _, pk = from_global_id(id).
func (a arguments) unpacked(name string, fn *flow.Function) bool {
	found := false
	syntax.InspectBody(fn.Body, func(n syntax.Node) bool {
		s, ok := n.(*syntax.Assign)
		if !ok || len(s.Targets) != 1 {
			return !found
		}
		tuple, ok := s.Targets[0].(*syntax.Tuple)
		if !ok {
			return !found
		}
		for _, t := range tuple.Elts {
			if x, ok := t.(*syntax.Name); ok && x.ID == name {
				if c, ok := s.Value.(*syntax.Call); ok {
					found = a.gives(c, fn)
				}
			}
		}
		return !found
	})
	return found
}

// info notes how the body of a resolver names the request: info, info.context and what is bound to them.
func (r *reading) info() {
	r.context = map[string]bool{}
	r.infoName = r.fn.InfoParameter()
	if r.infoName == "" {
		return
	}
	syntax.InspectBody(r.fn.Body, func(n syntax.Node) bool {
		if s, ok := n.(*syntax.Assign); ok && len(s.Targets) == 1 {
			if t, ok := s.Targets[0].(*syntax.Name); ok && r.isRequest(s.Value) {
				r.context[t.ID] = true
			}
		}
		return true
	})
}

// isRequest reports whether an expression is the request, or what holds it in GraphQL: info, info.context, info.context.request,
// info.context["request"].
func (r *reading) isRequest(e syntax.Expr) bool {
	if isRequest(e) {
		return true
	}
	if r.infoName == "" {
		return false
	}
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID == r.infoName || r.context[e.ID]
	case *syntax.Attribute:
		return (e.Attr == "context" || e.Attr == "request") && r.isRequest(e.Value)
	case *syntax.Subscript:
		key, ok := e.Slice.(*syntax.Constant)
		return ok && key.Value == "request" && r.isRequest(e.Value)
	case *syntax.Call:
		m, ok := e.Func.(*syntax.Attribute)
		if !ok || m.Attr != "get" || len(e.Args) == 0 {
			return false
		}
		key, ok := e.Args[0].(*syntax.Constant)
		return ok && key.Value == "request" && r.isRequest(m.Value)
	}
	return false
}

// isWho reports whether an attribute of the request tells who is there.
func (r *reading) isWho(a *syntax.Attribute) bool {
	if !r.isRequest(a.Value) || !isWho(a.Attr) {
		return false
	}
	if name, ok := a.Value.(*syntax.Name); ok && name.ID == r.infoName && r.infoName != "" {
		return false // info itself tells of the query; its context of who asks
	}
	if r.infoName == "" {
		return true
	}
	switch a.Attr {
	case "context", "response", "loaders", "dataloaders", "get":
		return false
	}
	return true
}

// isLoginTest is user.is_authenticated, of whoever is there.
func (r *reading) isLoginTest(a *syntax.Attribute) bool {
	return isLoginTest(a) || (a.Attr == "is_authenticated" || a.Attr == "is_anonymous") && r.ofUser(a.Value)
}
