package health

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// maxFunctions bounds how many functions of the project are followed from one endpoint, and maxDepth how deep.
const (
	maxFunctions = 200
	maxDepth     = 12
)

// effects is what the code of one endpoint does, as far as it was read.
type effects struct {
	touches [network + 1]Touch
	// doubt says what was called and is not known, "" when nothing was.
	doubt string
	// status says that an error status stands in the code, escapes that a failure of a service leaves it as an exception.
	status, escapes bool
	answers         int // how many statements answer
	redirects       int // how many of them with a redirect
	redirectAt      source.Span
	denies          Touch // it refuses who has no login or token
}

// reader follows the code of one endpoint through the project's functions.
type reader struct {
	graph   *resolve.Graph
	effects effects
	seen    map[*syntax.FunctionDef]bool
	depth   int
	texts   map[*syntax.FunctionDef]text
	// skip are the names of parameters that stand for the application behind: what it does is not the endpoint's.
	skip map[string]bool
}

func newReader(graph *resolve.Graph) *reader {
	return &reader{graph: graph, seen: map[*syntax.FunctionDef]bool{}, texts: map[*syntax.FunctionDef]text{}, skip: map[string]bool{}}
}

// place is the surroundings of a piece of code.
type place struct {
	module *resolve.Module
	class  string // dotted, "" outside of classes
	caught bool   // a handler around it keeps an exception from becoming the answer
	// function is the one whose body is read; nil at the level of a module.
	function *syntax.FunctionDef
}

// function reads the body of a function once.
func (r *reader) function(in place, f *syntax.FunctionDef) {
	if r.seen[f] || len(r.seen) >= maxFunctions || r.depth >= maxDepth {
		return
	}
	r.seen[f] = true
	r.depth++
	in.function = f
	r.body(in, f.Body)
	if t, ok := r.textOf(in, f); ok {
		r.texts[f] = t
	}
	r.depth--
}

// body reads statements.
func (r *reader) body(in place, list []syntax.Stmt) {
	for _, s := range list {
		syntax.Inspect(s, func(n syntax.Node) bool { return r.node(in, n) })
	}
}

// node reads one node; false keeps Inspect from going on below it.
func (r *reader) node(in place, n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Try:
		r.try(in, n)
		return false
	case *syntax.ClassDef:
		return false
	case *syntax.Raise:
		r.raise(in, n)
	case *syntax.Return:
		r.answer(in, n)
	case *syntax.Call:
		r.call(in, n)
	case *syntax.Name:
		r.mention(in, n)
	case *syntax.Subscript: // connections["default"]
		r.argument(in, n.Value)
	case *syntax.Attribute:
		r.mention(in, n)
		if errorName(n.Attr) {
			r.effects.status = true
		}
	case *syntax.Constant:
		if n.Kind == syntax.Int && len(n.Value) == 3 && (n.Value[0] == '4' || n.Value[0] == '5') {
			r.effects.status = true
		}
	}
	return true
}

// try reads a try statement: what its body asks is caught unless a handler raises again.
func (r *reader) try(in place, t *syntax.Try) {
	inner := in
	for _, h := range t.Handlers {
		raises := false
		syntax.InspectBody(h.Body, func(n syntax.Node) bool {
			_, is := n.(*syntax.Raise)
			raises = raises || is
			return !raises
		})
		inner.caught = inner.caught || !raises && catchesFailure(h)
	}
	r.body(inner, t.Body)
	for _, h := range t.Handlers {
		r.body(in, h.Body)
	}
	r.body(in, t.Orelse)
	r.body(in, t.Finalbody)
}

// catchesFailure reports whether a handler can take the failure of a service. The exceptions of a wrong import, key or value are other ones.
func catchesFailure(h *syntax.ExceptHandler) bool {
	name := ""
	switch t := h.Type.(type) {
	case *syntax.Name:
		name = t.ID
	case *syntax.Attribute:
		name = t.Attr
	}
	switch name {
	case "ImportError", "ModuleNotFoundError", "KeyError", "AttributeError", "TypeError", "ValueError", "DoesNotExist", "NameError", "IndexError":
		return false
	}
	return true
}

// errorName reports whether a name stands for an error status: HTTP_503_SERVICE_UNAVAILABLE, HTTPStatus.SERVICE_UNAVAILABLE, HttpResponseServerError.
func errorName(name string) bool {
	switch name {
	case "SERVICE_UNAVAILABLE", "INTERNAL_SERVER_ERROR", "BAD_GATEWAY", "GATEWAY_TIMEOUT", "FAILED_DEPENDENCY", "HttpResponseServerError", "Http404":
		return true
	}
	return strings.HasPrefix(name, "HTTP_4") || strings.HasPrefix(name, "HTTP_5")
}

// raise notes an exception that becomes the answer.
func (r *reader) raise(in place, n *syntax.Raise) {
	if !in.caught {
		r.effects.escapes = true
	}
	if call, ok := n.Exc.(*syntax.Call); ok {
		if name, _ := in.module.Resolve(call.Func); name == "django.core.exceptions.PermissionDenied" {
			r.deny(in, n)
		}
	} else if n.Exc != nil {
		if name, _ := in.module.Resolve(n.Exc); name == "django.core.exceptions.PermissionDenied" {
			r.deny(in, n)
		}
	}
}

// deny notes that somebody is refused.
func (r *reader) deny(in place, n syntax.Node) {
	if r.effects.denies.Has != eval.Yes {
		r.effects.denies = Touch{Has: eval.Maybe, At: in.module.Syntax.Span(n), What: "its code refuses some who ask"}
	}
}

// answer looks at what a statement returns.
func (r *reader) answer(in place, n *syntax.Return) {
	call, ok := n.Value.(*syntax.Call)
	if !ok {
		return
	}
	r.effects.answers++
	switch name, _ := in.module.Resolve(call.Func); name {
	case "django.shortcuts.redirect", "django.http.HttpResponseRedirect", "django.http.HttpResponsePermanentRedirect",
		"django.http.response.HttpResponseRedirect", "django.http.response.HttpResponsePermanentRedirect":
		r.effects.redirects++
		r.effects.redirectAt = in.module.Syntax.Span(n)
	case "django.http.HttpResponseForbidden", "django.http.response.HttpResponseForbidden":
		r.deny(in, n)
	}
}

// mention notes a name that stands for a service.
func (r *reader) mention(in place, e syntax.Expr) {
	if name, ok := e.(*syntax.Name); ok && errorName(name.ID) {
		r.effects.status = true
	}
	dotted, ok := in.module.Resolve(e)
	if ok {
		if _, isName := e.(*syntax.Name); isName || !isConnection(dotted) {
			r.touch(in, e, nameAlone(e, dotted), dotted)
			return
		}
		r.touch(in, e, serviceOfName(dotted), dotted)
		return
	}
	if path := attributes(e); len(path) > 1 {
		r.touch(in, e, serviceOfAttribute(path), strings.Join(path, "."))
	}
}

// nameAlone is the service of a name; of a connection that an attribute follows, the attribute decides.
func nameAlone(e syntax.Expr, dotted string) service {
	if _, isName := e.(*syntax.Name); isName && isConnection(dotted) {
		return nothing
	}
	if s := serviceOfName(dotted); s != nothing {
		return s
	}
	if path := attributes(e); len(path) > 1 {
		return serviceOfAttribute(path)
	}
	return nothing
}

// attributes is a chain of names and attributes, calls and subscripts in it passed through; nil for other expressions.
func attributes(e syntax.Expr) []string {
	switch e := e.(type) {
	case *syntax.Name:
		return []string{e.ID}
	case *syntax.Attribute:
		if left := attributes(e.Value); left != nil {
			return append(left, e.Attr)
		}
	case *syntax.Call:
		return attributes(e.Func)
	case *syntax.Subscript:
		return attributes(e.Value)
	}
	return nil
}

// touch notes that a service is asked.
func (r *reader) touch(in place, n syntax.Node, s service, what string) {
	if s == nothing || s == harmless {
		return
	}
	if t := &r.effects.touches[s]; t.Has != eval.Yes {
		*t = Touch{Has: eval.Yes, At: in.module.Syntax.Span(n), What: what}
	}
	if !in.caught {
		r.effects.escapes = true
	}
}
