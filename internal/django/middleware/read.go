package middleware

import (
	"strings"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// maxRead bounds how many functions and classes are read for one middleware.
const maxRead = 60

// reader reads the code of one middleware.
type reader struct {
	graph  *resolve.Graph
	into   *Middleware
	seen   map[syntax.Node]bool
	module *resolve.Module
	class  string
	// path and time say that the code asks for the path of the request and takes the time; unit is what is read now.
	path, time bool
	unit       *unit
	written    source.Span // a line with the status, zero without one
}

// unit is a class, or a function outside of it: a line of the log and the status that it holds stand in one.
type unit struct {
	logAt  source.Span
	status bool
	other  bool // a function that is not given the answer: a status in it is another one
}

// takesResponse reports whether a function is given the answer.
func takesResponse(f *syntax.FunctionDef) bool {
	if f.Args == nil {
		return false
	}
	for _, list := range [][]*syntax.Arg{f.Args.Posonlyargs, f.Args.Args, f.Args.Kwonlyargs} {
		for _, p := range list {
			if p.Name == "response" {
				return true
			}
		}
	}
	return false
}

// definition reads a class or function.
func (r *reader) definition(d resolve.Definition) {
	outer, class, around := r.module, r.class, r.unit
	r.module = d.Module
	if d.Class != nil || class == "" || !strings.HasPrefix(d.Dotted, class+".") {
		r.unit = &unit{other: d.Function != nil && class != "" && !takesResponse(d.Function)}
	}
	switch {
	case d.Class != nil && !r.seen[d.Class] && len(r.seen) < maxRead:
		r.seen[d.Class], r.class = true, d.Dotted
		r.body(d.Class.Body)
	case d.Function != nil && !r.seen[d.Function] && len(r.seen) < maxRead:
		r.seen[d.Function] = true
		r.body(d.Function.Body)
	}
	if r.unit.status && !r.unit.logAt.IsZero() && r.written.IsZero() {
		r.written = r.unit.logAt
	}
	r.module, r.class, r.unit = outer, class, around
}

// inherited reads the classes of the project that the middleware inherits from.
func (r *reader) inherited(d resolve.Definition) {
	if d.Class == nil {
		return
	}
	names, _ := r.graph.Ancestors(d.Dotted)
	for _, name := range names {
		if base, ok := r.graph.Define(name); ok && base.Class != nil {
			r.definition(base)
		}
	}
}

func (r *reader) body(list []syntax.Stmt) {
	for _, s := range list {
		syntax.Inspect(s, r.node)
	}
}

func (r *reader) node(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Assign:
		for _, t := range n.Targets {
			r.assigned(t, n.Value)
		}
	case *syntax.AnnAssign:
		if n.Value != nil {
			r.assigned(n.Target, n.Value)
		}
	case *syntax.Call:
		r.call(n)
	case *syntax.Subscript:
		if n.Ctx == syntax.Load && isID(n.Slice) {
			r.note(&r.into.AcceptsID, n)
		}
	case *syntax.Attribute:
		if of, _ := n.Value.(*syntax.Name); n.Attr != "status_code" || of != nil && of.ID == "response" { // not that of another service's
			r.word(n.Attr)
		}
	case *syntax.Constant:
		if n.Kind == syntax.Str {
			r.word(n.Value)
		}
	case *syntax.Name:
		r.word(n.ID)
	}
	return true
}

// word notes what a name or text speaks of.
func (r *reader) word(text string) {
	r.into.Speaks = r.into.Speaks || idWord(text)
	switch text {
	case "status_code":
		r.unit.status = !r.unit.other
	case "path", "path_info", "get_full_path", "build_absolute_uri", "full_path":
		r.path = true
	case "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "time_ns", "time", "now":
		r.time = true
	}
}

// assigned notes an id that is made, returned, or kept.
func (r *reader) assigned(target, value syntax.Expr) {
	if s, ok := target.(*syntax.Subscript); ok && isID(s.Slice) && !mentions(s.Value, "META", "headers", "environ") || ok && isID(s.Slice) && mentions(s.Value, "response") {
		r.note(&r.into.ReturnsID, target)
	}
	name := targetName(target)
	if r.makes(value) && (idWord(name) || name == "id" || name == "rid" || name == "uuid") {
		r.note(&r.into.MakesID, target)
	}
	if a, ok := target.(*syntax.Attribute); ok && idWord(a.Attr) && !isRequest(a.Value) {
		r.note(&r.into.BindsID, target) // local.request_id = ...
	}
}

// targetName is the last name of a target, or the constant key of a subscript.
func targetName(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID
	case *syntax.Attribute:
		return e.Attr
	case *syntax.Subscript:
		if c, ok := e.Slice.(*syntax.Constant); ok {
			return c.Value
		}
	}
	return ""
}

// isRequest reports whether an expression is the request or the middleware itself, whose attributes no log line holds.
func isRequest(e syntax.Expr) bool {
	n, ok := e.(*syntax.Name)
	return ok && (n.ID == "request" || n.ID == "self" || n.ID == "response")
}

// makes reports whether a value holds the call of something that makes an id.
func (r *reader) makes(value syntax.Expr) bool {
	found := false
	syntax.Inspect(value, func(n syntax.Node) bool {
		c, ok := n.(*syntax.Call)
		if !ok || found {
			return !found
		}
		dotted, _ := r.module.Resolve(c.Func)
		top, _, _ := strings.Cut(dotted, ".")
		switch top {
		case "uuid", "secrets", "ulid", "shortuuid", "nanoid", "uuid6", "uuid_utils":
			found = true
		}
		found = found || dotted == "django.utils.crypto.get_random_string" || dotted == "os.urandom"
		return !found
	})
	return found
}

// call reads a call: of a header, of a log, of a context, of a function of the project.
func (r *reader) call(c *syntax.Call) {
	method, _ := c.Func.(*syntax.Attribute)
	switch {
	case method == nil:
	case method.Attr == "get" && len(c.Args) > 0 && isID(c.Args[0]):
		r.note(&r.into.AcceptsID, c)
	case method.Attr == "setdefault" && len(c.Args) > 0 && isID(c.Args[0]):
		r.note(&r.into.ReturnsID, c)
	case method.Attr == "set" && idWord(targetName(method.Value)): // request_id_var.set(...)
		r.note(&r.into.BindsID, c)
	case method.Attr == "bind_contextvars", method.Attr == "bind_threadlocal", method.Attr == "bind", method.Attr == "contextualize":
		r.bound(c)
	case isLog(method):
		if r.unit.logAt.IsZero() {
			r.unit.logAt = r.module.Syntax.Span(c)
		}
		if hasIDKey(c) {
			r.note(&r.into.BindsID, c)
		}
	}
	if name, ok := c.Func.(*syntax.Name); ok && (name.ID == "bind_contextvars" || name.ID == "bound_contextvars") {
		r.bound(c)
	}
	r.follow(c)
}

// bound is a call that binds names to the context of a log.
func (r *reader) bound(c *syntax.Call) {
	for _, k := range c.Keywords {
		if idWord(k.Name) {
			r.note(&r.into.BindsID, c)
			r.into.Structlog = true
			if r.makes(k.Value) {
				r.note(&r.into.MakesID, c)
			}
		}
	}
}

// follow reads a function of the project, or a method of the class, that is called.
func (r *reader) follow(c *syntax.Call) {
	if dotted, ok := r.module.Resolve(c.Func); ok {
		if d, own := r.graph.Define(dotted); own && d.Function != nil {
			if idWord(d.Name) && len(c.Args)+len(c.Keywords) > 0 && strings.HasPrefix(d.Name, "set") {
				r.note(&r.into.BindsID, c)
			}
			r.definition(d)
		}
		return
	}
	if m, ok := c.Func.(*syntax.Attribute); ok && r.class != "" && isRequest(m.Value) {
		if d, own := r.graph.Define(r.class + "." + m.Attr); own && d.Function != nil {
			class := r.class
			r.definition(d)
			r.class = class
		}
	}
}

// isLog reports whether a method writes a line of a log: logger.info, self.log.warning.
func isLog(m *syntax.Attribute) bool {
	switch m.Attr {
	case "debug", "info", "warning", "error", "exception", "critical", "log", "warn", "msg":
		return strings.Contains(strings.ToLower(targetName(m.Value)), "log")
	}
	return false
}

// hasIDKey reports whether a line is given an id by name: extra={"request_id": ...}, request_id=...
func hasIDKey(c *syntax.Call) bool {
	found := false
	for _, k := range c.Keywords {
		found = found || idWord(k.Name)
		syntax.Inspect(k.Value, func(n syntax.Node) bool {
			if d, ok := n.(*syntax.Dict); ok {
				for _, key := range d.Keys {
					found = found || key != nil && isID(key)
				}
			}
			return !found
		})
	}
	return found
}

func (r *reader) note(f *Fact, n syntax.Node) {
	if !f.Yes {
		*f = Fact{Yes: true, At: r.module.Syntax.Span(n)}
	}
}

// isID reports whether an expression names the header or field of an id.
func isID(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Constant:
		return idWord(e.Value)
	case *syntax.Name:
		return idWord(e.ID)
	case *syntax.Attribute:
		return idWord(e.Attr)
	}
	return false
}

// idWord reports whether a text is a word for the id of a request: "X-Request-ID", "HTTP_X_CORRELATION_ID", "trace_id", "traceparent".
func idWord(text string) bool {
	if len(text) > 60 {
		return false
	}
	text = strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(text))
	for _, word := range []string{"requestid", "correlationid", "traceid", "traceparent", "requestuuid"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// mentions reports whether a chain of attributes has one of the names.
func mentions(e syntax.Expr, names ...string) bool {
	for {
		name := targetName(e)
		for _, n := range names {
			if name == n {
				return true
			}
		}
		a, ok := e.(*syntax.Attribute)
		if !ok {
			return false
		}
		e = a.Value
	}
}
