package flow

import (
	"strings"

	"gonogo/internal/python/syntax"
)

// call is the origin of a call's result.
func (a asker) call(e *syntax.Call) Origin {
	name, path := LastName(e.Func), dotted(a.module, e.Func)
	if a.question.Clean != nil && a.question.Clean(name, path) {
		return Origin{}
	}
	if method, ok := e.Func.(*syntax.Attribute); ok && path == "" {
		return a.method(e, method)
	}
	switch path {
	case "":
		return unclear()
	case "builtins.int", "builtins.float", "builtins.len", "builtins.bool", "builtins.round", "builtins.abs", "builtins.hash", "builtins.id",
		"builtins.ord", "builtins.sum", "builtins.isinstance", "builtins.range", "builtins.hasattr", "builtins.type", "builtins.any", "builtins.all",
		"uuid.UUID", "uuid.uuid4", "uuid.uuid1", "decimal.Decimal", "django.utils.timezone.now", "datetime.datetime.now", "time.time",
		"django.urls.reverse", "secrets.token_urlsafe", "secrets.token_hex", "django.utils.crypto.get_random_string":
		return Origin{}
	case "builtins.str", "builtins.repr", "builtins.list", "builtins.tuple", "builtins.set", "builtins.sorted", "builtins.dict",
		"builtins.reversed", "builtins.zip", "builtins.enumerate", "builtins.next", "builtins.iter", "builtins.bytes", "builtins.format",
		"builtins.min", "builtins.max", "builtins.frozenset", "urllib.parse.unquote", "urllib.parse.unquote_plus", "urllib.parse.urljoin",
		"django.utils.encoding.force_str", "django.utils.encoding.smart_str", "django.utils.encoding.iri_to_uri", "textwrap.dedent",
		"base64.b64decode", "json.loads", "django.shortcuts.resolve_url", "io.BytesIO", "io.StringIO", "copy.copy", "copy.deepcopy", "typing.cast":
		if a.question.Start && len(e.Args) > 0 {
			return a.expr(e.Args[0])
		}
		return a.all(e.Args)
	case "builtins.map", "builtins.filter":
		if len(e.Args) == 2 {
			return a.expr(e.Args[1])
		}
	case "django.utils.translation.gettext", "django.utils.translation.gettext_lazy", "django.utils.translation.pgettext",
		"django.utils.translation.pgettext_lazy", "django.utils.translation.ngettext", "django.utils.translation.ngettext_lazy":
		return a.all(e.Args)
	}
	return a.helper(e, path)
}

// method is the origin of value.name(...), where the value is none of a module.
func (a asker) method(e *syntax.Call, m *syntax.Attribute) Origin {
	if a.function != nil && a.function.IsRequest(m.Value) {
		return unclear() // build_absolute_uri, get_full_path and their like
	}
	switch m.Attr {
	case "get", "pop", "setdefault":
		o := a.expr(m.Value)
		if o.Kinds == Referer && len(e.Args) > 0 {
			if key, ok := e.Args[0].(*syntax.Constant); ok {
				o = headerOrigin(key.Value, e)
			}
		}
		if len(e.Args) > 1 {
			o = o.and(a.expr(e.Args[1]))
		}
		return o
	case "getlist", "dict", "items", "values", "keys", "copy", "lower", "upper", "title", "capitalize", "swapcase", "encode", "decode", "strip",
		"lstrip", "rstrip", "split", "rsplit", "splitlines", "partition", "rpartition", "expandtabs", "read", "getvalue":
		return a.expr(m.Value)
	case "replace", "ljust", "rjust", "center", "zfill", "translate":
		return a.expr(m.Value)
	case "join":
		return a.expr(m.Value).and(a.all(e.Args))
	case "format":
		return a.format(e, m)
	case "count", "index", "find", "startswith", "endswith", "isdigit", "exists", "timestamp", "isoformat", "strftime", "hexdigest", "digest":
		return Origin{}
	}
	if path := Path(m); path == "self."+m.Attr || path == "cls."+m.Attr {
		return a.ownMethod(e, m.Attr)
	}
	return unclear()
}

// format is "...".format(...).
func (a asker) format(e *syntax.Call, m *syntax.Attribute) Origin {
	if c, ok := m.Value.(*syntax.Constant); ok && a.question.Start && !strings.HasPrefix(c.Value, "{") {
		return Origin{}
	}
	o := a.expr(m.Value).and(a.all(e.Args))
	for _, k := range e.Keywords {
		o = o.and(a.expr(k.Value))
	}
	return o
}

// ownMethod is the origin of self.name(...), where the class has it.
func (a asker) ownMethod(e *syntax.Call, name string) Origin {
	if a.class == nil {
		return unclear()
	}
	for _, m := range a.class.Methods {
		if m.Name == name {
			return a.returned(m, e)
		}
	}
	return unclear()
}

// helper is the origin of the result of a function of the project.
func (a asker) helper(e *syntax.Call, path string) Origin {
	if a.code == nil {
		return unclear()
	}
	d, ok := a.code.graph.Define(path)
	if !ok || d.Function == nil {
		return unclear()
	}
	if f := a.code.functions[d.Function]; f != nil {
		return a.returned(f, e)
	}
	return unclear()
}

// returned is what a function returns. What passes through a parameter of a function with more than one statement may have been
// looked at there, so that it is unclear.
func (a asker) returned(f *Function, call *syntax.Call) Origin {
	if f.Async || a.callers >= 2 || len(f.Decorators) > 0 {
		return unclear()
	}
	b := asker{question: a.question, module: f.Module, function: f, class: f.Class, code: a.code, steps: a.steps, depth: a.depth, callers: 2}
	o, found := Origin{}, false
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef, *syntax.ClassDef, *syntax.Lambda:
			return false
		case *syntax.Yield, *syntax.YieldFrom:
			found, o = true, o.and(unclear())
		case *syntax.Return:
			found = true
			if n.Value != nil {
				o = o.and(b.expr(n.Value))
			}
		}
		return true
	})
	if !found {
		return Origin{}
	}
	if o.Has(Parameter | URL) {
		o.Kinds &^= Parameter | URL
		args := a.all(call.Args)
		for _, k := range call.Keywords {
			args = args.and(a.expr(k.Value))
		}
		if len(f.Body) > 1 && args.Kinds != 0 {
			args = unclear()
		}
		o = o.and(args)
	}
	if o.Has(Sent|Validated) && (len(f.Body) > 3 || f.Tests(o.Names)) {
		return unclear() // it was looked at there
	}
	o.Names = nil
	return o
}
