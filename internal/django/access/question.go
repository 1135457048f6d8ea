package access

import (
	"slices"
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// maxFollowed is how many calls deep helpers of the project are followed.
const maxFollowed = 2

// reading is the question whether one body refuses a request by who sent it.
type reading struct {
	finder *finder
	fn     *flow.Function
	own    []*flow.Class // whose methods self.name(...) calls; they are read by themselves
	who    map[string]bool
	rows   map[string]bool
	depth  int
	answer eval.Tri
	sought map[string]bool // the methods that were sought in own, and whether it has them
	// infoName is the parameter of a resolver of GraphQL that holds the request, "" elsewhere, and context what is bound to it or to its parts.
	infoName string
	context  map[string]bool
}

// asks tells whether a body refuses by who is there: Yes where a test of the user and of the row, or of a permission, decides whether it goes
// on; Maybe where it speaks of rights, or hands the user to code that is not followed.
func (f *finder) asks(fn *flow.Function, own []*flow.Class, depth int) eval.Tri {
	for _, before := range f.asked[fn] {
		if before.holds(own, depth) {
			return before.answer
		}
	}
	r := reading{finder: f, fn: fn, own: own, who: map[string]bool{}, rows: map[string]bool{}, depth: depth, answer: eval.No, sought: map[string]bool{}}
	r.read()
	if f.asked == nil {
		f.asked = map[*flow.Function][]asked{}
	}
	f.asked[fn] = append(f.asked[fn], asked{depth: depth, method: len(own) > 0, sought: r.sought, answer: r.answer})
	return r.answer
}

// asked is what a body was found to ask: in a class that has the same of the methods which were sought, it asks the same.
type asked struct {
	depth  int
	method bool // it was read as one of a class
	sought map[string]bool
	answer eval.Tri
}

func (a asked) holds(own []*flow.Class, depth int) bool {
	if a.depth != depth || a.method != (len(own) > 0) {
		return false
	}
	for name, had := range a.sought {
		if has(own, name) != had {
			return false
		}
	}
	return true
}

// read goes through the body.
func (r *reading) read() {
	fn, depth := r.fn, r.depth
	r.info()
	given, named := r.finder.arguments[fn]
	for i, p := range fn.Parameters() {
		if !(i == 0 && fn.Class != nil) && p.Name != "request" && p.Name != r.infoName && (!named || given[p.Name]) {
			r.rows[p.Name] = true
		}
		if p.Name == "user" && depth > 0 { // of a helper: order_of(user, pk)
			r.who[p.Name] = true
		}
	}
	for range 2 { // a name can come from one that a loop binds later
		syntax.InspectBody(fn.Body, r.bind)
	}
	syntax.InspectBody(fn.Body, r.visit)
}

// bind notes the names that come from who is there, and those of rows.
func (r *reading) bind(n syntax.Node) bool {
	var target, value syntax.Expr
	switch n := n.(type) {
	case *syntax.Assign:
		if len(n.Targets) == 1 {
			target, value = n.Targets[0], n.Value
		}
	case *syntax.AnnAssign:
		target, value = n.Target, n.Value
	case *syntax.NamedExpr:
		target, value = n.Target, n.Value
	case *syntax.For:
		target, value = n.Target, n.Iter
	}
	if value == nil {
		return true
	}
	who, row := r.ofUser(value), r.ofRow(value)
	if call, ok := value.(*syntax.Call); ok && makesForm(call) {
		who = false // form = OrderForm(request.POST, user=request.user): what it does is asked where it is called
	}
	syntax.Inspect(target, func(n syntax.Node) bool {
		if name, ok := n.(*syntax.Name); ok && name.Ctx == syntax.Store {
			r.who[name.ID] = r.who[name.ID] || who
			r.rows[name.ID] = r.rows[name.ID] || row
		}
		return true
	})
	return true
}

func makesForm(c *syntax.Call) bool {
	name := flow.LastName(c.Func)
	return strings.HasSuffix(name, "Form") || strings.HasSuffix(name, "Serializer") || strings.HasSuffix(name, "FormSet")
}

// ofUser reports whether an expression has a part that comes from who is there.
func (r *reading) ofUser(e syntax.Node) bool {
	return holds(e, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Name:
			return r.who[n.ID]
		case *syntax.Attribute:
			return r.isWho(n)
		case *syntax.Call: // getattr(request, "user", None)
			if len(n.Args) > 1 && flow.LastName(n.Func) == "getattr" && r.isRequest(n.Args[0]) {
				name, ok := n.Args[1].(*syntax.Constant)
				return ok && isWho(name.Value)
			}
		}
		return false
	})
}

// ofRow reports whether an expression has a part that comes from the row or from what chooses it.
func (r *reading) ofRow(e syntax.Node) bool {
	return holds(e, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Name:
			return r.rows[n.ID]
		case *syntax.Attribute:
			base, ok := n.Value.(*syntax.Name)
			return ok && base.ID == "self" && (n.Attr == "kwargs" || n.Attr == "object" || n.Attr == "instance" || n.Attr == "get_object" || n.Attr == "args") ||
				r.isRequest(n.Value) && (n.Attr == "POST" || n.Attr == "GET" || n.Attr == "data" || n.Attr == "query_params")
		}
		return false
	})
}

func holds(e syntax.Node, is func(syntax.Node) bool) bool {
	found := false
	syntax.Inspect(e, func(n syntax.Node) bool {
		found = found || is(n)
		return !found
	})
	return found
}

// isWho reports whether an attribute of the request tells who is there: all that are not known to tell what is asked for.
func isWho(attribute string) bool {
	switch attribute {
	case "method", "GET", "POST", "FILES", "data", "query_params", "body", "META", "headers", "COOKIES", "path", "path_info", "content_type", "resolver_match",
		"build_absolute_uri", "get_full_path", "get_host", "is_secure", "scheme", "LANGUAGE_CODE", "encoding", "accepted_renderer", "version", "parser_context", "htmx",
		"is_ajax", "current_app", "content_params", "stream", "read", "site", "csp_nonce", "limits", "urlconf", "kwargs", "request":
		return false
	}
	return true
}

func (r *reading) more(answer eval.Tri) {
	if answer == eval.Yes || answer == eval.Maybe && r.answer == eval.No {
		r.answer = answer
	}
}

func (r *reading) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.If:
		r.decision(n.Test, refuses(n.Body) || refuses(n.Orelse))
	case *syntax.Assert:
		r.decision(n.Test, true)
	case *syntax.While:
		r.decision(n.Test, false)
	case *syntax.IfExp:
		r.decision(n.Test, false)
	case *syntax.Return:
		if n.Value != nil && r.depth+len(r.own) > 0 && isTest(n.Value) { // of a helper, or of test_func and has_permission
			r.decision(n.Value, true)
		}
	case *syntax.Call:
		return r.call(n)
	case *syntax.Name:
		r.word(n.ID)
	case *syntax.Attribute:
		if r.isLoginTest(n) {
			return false
		}
		r.word(n.Attr)
	case *syntax.Constant:
		if n.Kind == syntax.Str {
			r.word(n.Value)
		}
	}
	return r.answer != eval.Yes
}

// word is a name that speaks of rights.
func (r *reading) word(text string) {
	switch text {
	case "session", "PermissionDenied", "HttpResponseForbidden": // the test before them is what asks
		return
	}
	if r.answer == eval.No && r.finder.speaks(text) {
		r.more(eval.Maybe)
	}
}

// speaks is isQuestion, asked once for each word: bodies use the same ones.
func (f *finder) speaks(word string) bool {
	is, known := f.questions[word]
	if !known {
		if f.questions == nil {
			f.questions = map[string]bool{}
		}
		is = isQuestion(word)
		f.questions[word] = is
	}
	return is
}

// isTest reports whether an expression says yes or no.
func isTest(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Compare, *syntax.BoolOp:
		return true
	case *syntax.UnaryOp:
		return true
	case *syntax.Attribute:
		return strings.HasPrefix(e.Attr, "is_")
	case *syntax.Call:
		name := flow.LastName(e.Func)
		return name == "bool" || name == "exists" || strings.HasPrefix(name, "has_perm") || strings.HasPrefix(name, "is_")
	}
	return false
}

// refuses reports whether statements end the request, or change something: what stands under a test happens for some users alone.
func refuses(body []syntax.Stmt) bool {
	found := false
	syntax.InspectBody(body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Raise, *syntax.Return:
			found = true
		case *syntax.Call:
			name := flow.LastName(n.Func)
			found = found || name == "save" || name == "delete" || name == "update" || name == "asave" || name == "adelete"
		}
		return !found
	})
	return found
}

// decision judges a test.
func (r *reading) decision(test syntax.Expr, decides bool) {
	switch t := test.(type) {
	case *syntax.BoolOp:
		for _, part := range t.Values {
			r.decision(part, decides)
		}
		return
	case *syntax.UnaryOp:
		r.decision(t.Operand, decides)
		return
	case *syntax.Name:
		return
	case *syntax.Attribute:
		if r.isLoginTest(t) {
			return
		}
	}
	if !r.ofUser(test) {
		return
	}
	if decides && (r.ofRow(test) || holds(test, isPermission)) {
		r.more(eval.Yes)
		return
	}
	r.more(eval.Maybe)
}

// isPermission reports whether a node asks for what Django itself keeps of a user's rights.
func isPermission(n syntax.Node) bool {
	a, ok := n.(*syntax.Attribute)
	return ok && (a.Attr == "is_staff" || a.Attr == "is_superuser" || a.Attr == "has_perm" || a.Attr == "has_perms")
}

// call judges a call, and tells whether its parts are still to be visited.
func (r *reading) call(c *syntax.Call) bool {
	name := flow.LastName(c.Func)
	if m, ok := c.Func.(*syntax.Attribute); ok {
		if base, ok := m.Value.(*syntax.Name); ok && (base.ID == "self" || base.ID == "cls") && r.isOwn(name) {
			return r.answer != eval.Yes // it is read by itself
		}
	}
	if helper := r.finder.helper(r.fn, c); helper != nil && r.depth < maxFollowed {
		r.more(r.finder.asks(helper, nil, r.depth+1))
		return false
	}
	switch {
	case name == "check_object_permissions":
		return false // it asks the classes of permissions, which are judged for the endpoint
	case r.finder.speaks(name) && name != "PermissionDenied" && name != "HttpResponseForbidden":
		r.more(eval.Maybe)
	case isQuery(name):
		if one := name == "get" || name == "aget" || strings.HasSuffix(name, "get_object_or_404"); one && r.ofUser(c) && r.ofRow(c) {
			r.more(eval.Maybe) // it raises for who has no such row
		}
		r.parts(c)
		return false
	case isHarmlessCall(c, name), takesRequestHarmlessly(c, name):
		r.parts(c)
		return false
	case r.givenUser(c):
		r.more(eval.Maybe)
	}
	return r.answer != eval.Yes
}

// parts visits what a harmless call is made on and with; the user himself among its arguments asks nothing.
func (r *reading) parts(c *syntax.Call) {
	if m, ok := c.Func.(*syntax.Attribute); ok {
		syntax.Inspect(m.Value, r.visit)
	}
	for _, e := range c.Args {
		syntax.Inspect(e, r.visit)
	}
	for _, k := range c.Keywords {
		syntax.Inspect(k.Value, r.visit)
	}
}

// givenUser reports whether a call gets the request, or who is there, or is one of a method of him with the row.
func (r *reading) givenUser(c *syntax.Call) bool {
	given, row := false, false
	for _, e := range c.Args {
		given, row = given || r.isRequest(e) || r.ofUser(e), row || r.ofRow(e)
	}
	for _, k := range c.Keywords {
		given, row = given || r.isRequest(k.Value) || r.ofUser(k.Value), row || r.ofRow(k.Value)
	}
	m, ok := c.Func.(*syntax.Attribute)
	return given || ok && row && r.ofUser(m.Value)
}

// isOwn reports whether a class of the view has a method.
func (r *reading) isOwn(name string) bool {
	found := has(r.own, name)
	r.sought[name] = found
	return found
}

func has(own []*flow.Class, name string) bool {
	return slices.ContainsFunc(own, func(c *flow.Class) bool { return method(c, name) != nil })
}

// isQuery reports whether a method is one of managers and querysets that asks nobody's rights by itself.
func isQuery(name string) bool {
	switch name {
	case "get", "aget", "filter", "exclude", "create", "acreate", "get_or_create", "update_or_create", "first", "last", "exists", "count", "all", "values",
		"values_list", "order_by", "select_related", "prefetch_related", "annotate", "aggregate", "distinct", "add", "remove", "set", "clear", "save", "delete", "update",
		"get_object_or_404", "get_list_or_404", "bulk_create", "refresh_from_db", "earliest", "latest", "only", "defer", "using", "none", "in_bulk":
		return true
	}
	return false
}

// isHarmlessCall reports whether a call writes a line, shows a page or makes an object.
func isHarmlessCall(c *syntax.Call, name string) bool {
	switch name {
	case "print", "str", "int", "format", "len", "list", "dict", "join", "append", "exception", "critical", "log", "redirect", "reverse", "render", "render_to_string",
		"JsonResponse", "HttpResponse", "Response", "HttpResponseRedirect", "warn", "strip", "lower", "isoformat", "is_valid", "add_message", "send_mail", "delay",
		"apply_async", "gettext", "_", "Q", "F":
		return true
	}
	path := flow.Path(c.Func)
	if strings.HasPrefix(path, "logger.") || strings.HasPrefix(path, "log.") || strings.HasPrefix(path, "messages.") {
		return true
	}
	return name != "" && name[0] >= 'A' && name[0] <= 'Z'
}

// helper is the function of the project that a call calls, nil where that is not known.
func (f *finder) helper(in *flow.Function, c *syntax.Call) *flow.Function {
	dotted, ok := in.Module.Resolve(c.Func)
	if !ok {
		return nil
	}
	d, ok := f.Graph.Define(dotted)
	if !ok || d.Function == nil || len(d.Function.Decorators) > 0 {
		return nil
	}
	return f.Code.Function(d.Function)
}
