package routes

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// layer is one decorator around a view.
type layer struct {
	fn   eval.Value // the decorator; invalid for one of the project, which ran
	name string
	args []string
	at   source.Span
}

// unwrap takes one decorator off a value.
func unwrap(v eval.Value) (inner eval.Value, l layer, ok bool) {
	if d, is := v.State().(*decorated); is {
		l = layer{name: d.name, at: v.At()}
		for _, a := range d.args {
			l.args = append(l.args, a.Repr(80))
		}
		if _, pages := d.by.State().(*pagination); pages {
			l.fn = d.by
		} else if d.by.IsValid() {
			l = decoratorLayer(d.by, v.At())
		}
		return d.inner, l, true
	}
	if v.Kind() == eval.Callable && !viewClass(v).IsValid() {
		if w := v.Attr("__wrapped__"); w.IsValid() && !w.IsUnknown() || w.IsUnknown() && isSymbol(w) {
			l = layer{at: v.At()}
			l.name, _, _ = strings.Cut(v.Dotted(), ".<locals>") // the decorator that made the wrapper
			return w, l, true
		}
		return eval.Value{}, layer{}, false
	}
	if v.Class() == "functools.partial" {
		if fn := v.Attr("func"); fn.IsValid() && !fn.IsUnknown() || isSymbol(fn) {
			return fn, layer{name: "functools.partial", at: v.At()}, true
		}
	}
	s, is := v.Symbol()
	if !is || !s.Func.IsValid() || len(s.Args) == 0 || isAsView(s) {
		return eval.Value{}, layer{}, false
	}
	if inner := s.Args[0]; inner.Kind() == eval.Callable || inner.State() != nil || isSymbol(inner) || inner.Kind() == eval.Class {
		return inner, decoratorLayer(s.Func, v.At()), true
	}
	return eval.Value{}, layer{}, false
}

func isSymbol(v eval.Value) bool {
	_, ok := v.Symbol()
	return ok
}

// isAsView reports whether a symbol is the call of as_view of a class.
func isAsView(s eval.Symbol) bool {
	f, ok := s.Func.Symbol()
	return ok && f.Attr == "as_view" || strings.HasSuffix(s.Func.Path(), ".as_view")
}

// decoratorLayer names a decorator: a function, or the call of one with its arguments.
func decoratorLayer(v eval.Value, at source.Span) layer {
	l := layer{fn: v, name: v.Path(), at: at}
	if s, ok := v.Symbol(); ok && s.Func.IsValid() {
		l.name = s.Func.Path()
		for _, a := range s.Args {
			l.args = append(l.args, a.Repr(80))
		}
		for _, k := range s.Kwargs {
			l.args = append(l.args, k.Name+"="+k.Value.Repr(80))
		}
	}
	return l
}

// layers are all decorators around a value, the outermost first.
func layers(v eval.Value) (list []layer) {
	for range maxNesting {
		inner, l, ok := unwrap(v)
		if !ok {
			break
		}
		list, v = append(list, l), inner
	}
	return list
}

// innermost is the value below all decorators.
func innermost(v eval.Value) eval.Value {
	for range maxNesting {
		inner, _, ok := unwrap(v)
		if !ok {
			break
		}
		v = inner
	}
	return v
}

// describe fills the view of an endpoint.
func (i *Interpreter) describe(session *eval.Session, e *Endpoint, v eval.Value) {
	around := layers(v)
	for _, l := range around {
		e.View.Decorators = append(e.View.Decorators, Decorator{Name: l.name, Args: l.args, At: l.at})
	}
	inner := innermost(v)
	if op, ok := inner.State().(*boundOperation); ok {
		e.View.Decorators = nil
		i.describeOperation(session, e, op)
		i.behindGate(e)
		return
	}
	switch made, isClass := inner.State().(*classView); {
	case isClass:
		i.describeClass(session, e, made)
	case inner.Kind() == eval.Callable && viewClass(inner).IsValid():
		i.describeOwn(session, e, viewClass(inner))
	case inner.Kind() == eval.Callable:
		i.describeFunction(session, e, inner, around)
	case inner.Kind() == eval.Class:
		e.View.Kind, e.View.Name = ObjectView, inner.Dotted()
		e.MethodsUnknown = "a class is called as the view"
	case inner.Kind() == eval.Object:
		i.describeObject(e, inner)
		if module, wrapper := wrappedObject(v, inner); wrapper != "" {
			e.View.Name = module + "." + wrapper
		}
	case inner.IsUnknown():
		i.describeSymbol(session, e, inner)
	default:
		e.Unknown = "the view is not known"
	}
	if e.View.At.IsZero() && len(e.Policy.Guards) == 0 { // whether the middleware lets a view of a package pass, the package's own text says
		i.decoratorGuards(e, around)
	}
	slices.Sort(e.Methods)
	e.Methods = slices.Compact(e.Methods)
	i.behindGate(e)
}

// viewClass is the class that a function names as the one it makes views of, as View.as_view and APIView.as_view do; invalid when there is
// none.
func viewClass(fn eval.Value) eval.Value {
	for _, name := range []string{"cls", "view_class"} {
		if class := fn.Attr(name); class.Kind() == eval.Class {
			return class
		}
	}
	return eval.Value{}
}

// describeOwn is a view of a class whose as_view is the project's own.
func (i *Interpreter) describeOwn(session *eval.Session, e *Endpoint, class eval.Value) {
	v := &e.View
	v.Kind, v.Name = ClassView, class.Dotted()
	if d, ok := class.Definition(); ok {
		v.Definition, v.At = d, classSpan(d)
		i.addDecorators(session, v, d, d.Class.Decorators)
	}
	s := i.shapeOf(class)
	v.Whole = s.whole
	for _, k := range s.mro {
		v.Ancestors = append(v.Ancestors, k.Dotted())
	}
	e.MethodsUnknown = "as_view of " + v.Name + " is the project's own"
	i.guardMixins(e, s, &classView{class: class})
	i.guards(e, nil)
	e.allMethods(Access{eval.Maybe, e.MethodsUnknown})
	if len(e.Policy.Guards) > 0 {
		e.allMethods(Access{eval.No, last(e.Policy.Guards[0])})
	}
}

// wrappedObject names what functools.wraps makes around an object: the wrapper's own name, as an object has none to hand on, in the module of
// the object's class.
func wrappedObject(v, inner eval.Value) (module, wrapper string) {
	d, ok := v.Definition()
	class, own := inner.ClassOf().Definition()
	if !ok || !own || v.Kind() != eval.Callable {
		return "", ""
	}
	return class.Module, strings.TrimPrefix(v.Dotted(), d.Module+".")
}

// describeObject is an object that can be called, as the feeds of django.contrib.syndication.
func (i *Interpreter) describeObject(e *Endpoint, v eval.Value) {
	e.View.Kind, e.View.Name = ObjectView, v.Class()
	if d, ok := v.ClassOf().Definition(); ok {
		e.View.Definition, e.View.At = d, classSpan(d)
	}
	e.MethodsUnknown = "the object decides"
}

// describeSymbol is what a package that is not in the project gives.
func (i *Interpreter) describeSymbol(session *eval.Session, e *Endpoint, v eval.Value) {
	s, ok := v.Symbol()
	switch {
	case ok && s.Func.IsValid() && isAsView(s):
		f, _ := s.Func.Symbol()
		class := undecoratedClass(f.Of)
		if !class.IsValid() {
			e.View.Kind, e.View.Name, e.MethodsUnknown = ClassView, strings.TrimSuffix(s.Func.Path(), ".as_view"), "the class is not in the project"
			e.View.Initkwargs = initkwargs(s.Kwargs)
			if e.View.Name == "" {
				e.Unknown = "the class of the view is not known"
			}
			return
		}
		made := &classView{class: class, kwargs: s.Kwargs, at: v.At()}
		if len(s.Args) > 0 {
			made.unknownActions = "the actions of the viewset are not read"
			if entries := s.Args[0].Entries(); len(entries) > 0 && !s.Args[0].IsOpen() {
				made.unknownActions, made.actions = "", map[string]string{}
				for _, entry := range entries {
					method, _ := entry.Key.AsStr()
					made.actions[strings.ToLower(method)], _ = entry.Value.AsStr()
				}
			}
		}
		i.describeClass(session, e, made)
	case ok && (s.Dotted != "" || s.Attr != "") && v.Path() != "":
		e.View.Kind, e.View.Name, e.MethodsUnknown = FunctionView, v.Path(), "the function is not in the project"
	default:
		e.Unknown = "the view is not known: " + v.Reason()
	}
}

// describeFunction is a function of the project, or one of Django that is known by name.
func (i *Interpreter) describeFunction(session *eval.Session, e *Endpoint, v eval.Value, around []layer) {
	e.View.Kind, e.View.Name = FunctionView, v.Dotted()
	d, ok := v.Definition()
	if !ok {
		e.MethodsUnknown = "the function is not in the project"
		i.policyOfFunction(e, around)
		return
	}
	e.View.Definition = d
	if d.Function != nil {
		e.View.At = source.Span{File: d.File, Start: d.Function.NamePos, End: d.Function.NamePos + syntax.Pos(len(d.Function.Name))}
		i.addDecorators(session, &e.View, d, d.Function.Decorators)
	} else if d.Lambda != nil {
		e.View.At = spanOf(d, d.Lambda)
	}
	for _, l := range around {
		methods, rest, ok := i.methodsOf(l)
		if !ok {
			continue
		}
		if rest {
			e.View.Kind = APIFunction
		}
		if methods == nil {
			e.MethodsUnknown = "the methods that a decorator lets in are not known"
			continue
		}
		e.Methods = methods
	}
	i.policyOfFunction(e, around)
	i.handedToGraphQL(e, v)
}

// handedToGraphQL fills what a function serves that hands every request on to a view of GraphQL.
func (i *Interpreter) handedToGraphQL(e *Endpoint, fn eval.Value) {
	if !mentions(e.View.Definition, " as_view ") {
		return
	}
	trials, _ := i.session.Try(1, func(c *eval.Call) eval.Value { return c.Call(fn, i.newRequest(request{})) })
	if len(trials) != 1 || trials[0].Failure != nil {
		return
	}
	if made, ok := trials[0].Result.State().(*classView); ok {
		i.fillGraphQL(e, i.shapeOf(made.class), made)
	}
}

// methodsOf are the methods that a decorator lets in.
func (i *Interpreter) methodsOf(l layer) (methods []string, rest, ok bool) {
	name, found := strings.CutPrefix(l.name, "django.views.decorators.http.")
	switch {
	case found && name == "require_GET", found && name == "require_safe":
		return []string{"GET"}, false, true
	case found && name == "require_POST":
		return []string{"POST"}, false, true
	case found && name == "require_http_methods":
		return upper(firstArgument(l.fn)), false, true
	case l.name == "rest_framework.decorators.api_view":
		arg := firstArgument(l.fn)
		if !arg.IsValid() {
			return []string{"GET"}, true, true
		}
		return upper(arg), true, true
	}
	return nil, false, false
}

// firstArgument is the first argument of the call that made a decorator.
func firstArgument(v eval.Value) eval.Value {
	s, _ := v.Symbol()
	switch {
	case len(s.Args) > 0:
		return s.Args[0]
	case len(s.Kwargs) > 0:
		return s.Kwargs[0].Value
	}
	return eval.Value{}
}

// upper are the methods of a list, without HEAD and OPTIONS; nil when they are not known.
func upper(v eval.Value) []string {
	if v.IsUnknown() || v.IsOpen() || len(v.Elems()) == 0 {
		return nil
	}
	list := []string{}
	for _, m := range v.Elems() {
		s, ok := m.AsStr()
		if !ok {
			return nil
		}
		if s = strings.ToUpper(s); s != "HEAD" && s != "OPTIONS" {
			list = append(list, s)
		}
	}
	return list
}

// addDecorators adds the decorators of a text that are not among those that were seen around the value.
func (i *Interpreter) addDecorators(session *eval.Session, v *View, d eval.Definition, list []syntax.Expr) {
	module := session.Import(d.Module).Module
	for _, expr := range list {
		call, isCall := expr.(*syntax.Call)
		callee := expr
		if isCall {
			callee = call.Func
		}
		name := resolveName(module, callee)
		if slices.ContainsFunc(v.Decorators, func(o Decorator) bool { return o.Name == name && name != "" }) {
			continue
		}
		own := Decorator{Name: name, At: spanOf(d, expr)}
		if name == "" {
			own.Name = own.At.Text()
		}
		if isCall {
			for _, a := range call.Args {
				own.Args = append(own.Args, spanOf(d, a).Text())
			}
		}
		v.Decorators = append(v.Decorators, own)
	}
}

// resolveName is the dotted path of a name or attribute in a module; "" when it leads nowhere.
func resolveName(module eval.Value, e syntax.Expr) string {
	switch x := e.(type) {
	case *syntax.Name:
		return module.Attr(x.ID).Path()
	case *syntax.Attribute:
		if n, ok := x.Value.(*syntax.Name); ok {
			of := module.Attr(n.ID)
			if v := of.Attr(x.Attr); v.Path() != "" {
				return v.Path()
			}
			if p := of.Path(); p != "" {
				return p + "." + x.Attr
			}
		}
	}
	return ""
}

func classSpan(d eval.Definition) source.Span {
	if d.Class == nil {
		return source.Span{}
	}
	return source.Span{File: d.File, Start: d.Class.NamePos, End: d.Class.NamePos + syntax.Pos(len(d.Class.Name))}
}

// spanOf is the place of a node in the file of a definition.
func spanOf(d eval.Definition, n syntax.Node) source.Span {
	r := n.Extent()
	return source.Span{File: d.File, Start: r.Start, End: r.End}
}
