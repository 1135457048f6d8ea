package flow

import (
	"strings"

	"gonogo/internal/python/syntax"
)

// IsRequest reports whether an expression is the request: the parameter of that name, self.request, info.context of GraphQL.
func (f *Function) IsRequest(e syntax.Expr) bool { return f.isRequest(e, 0) }

func (f *Function) isRequest(e syntax.Expr, depth int) bool {
	if depth > maxInput {
		return false
	}
	switch e := e.(type) {
	case *syntax.Name:
		for at := f; at != nil; at = at.Outer {
			if p := at.parameter(e.ID); p != nil {
				return isRequestParameter(p)
			}
		}
		if v, ok := f.Value(e).(*syntax.Attribute); ok { // request = info.context
			return f.isRequest(v, depth+1)
		}
	case *syntax.Attribute:
		base, ok := e.Value.(*syntax.Name)
		return ok && (e.Attr == "request" && base.ID == "self" || e.Attr == "_request" && f.isRequest(base, depth+1)) || f.isContext(e, depth+1)
	case *syntax.Subscript:
		return isText(e.Slice, "request") && Path(e.Value) == "self.context" || f.isContext(e, depth+1)
	case *syntax.Call:
		return f.isContext(e, depth+1)
	}
	return false
}

// attribute is the origin of value.attr.
func (a asker) attribute(e *syntax.Attribute) Origin {
	if a.function != nil && a.function.IsRequest(e.Value) {
		return ofRequest(e)
	}
	switch e.Attr {
	case "cleaned_data", "validated_data":
		return Origin{Kinds: Validated, At: e}
	case "pk", "id":
		return Origin{}
	}
	if strings.Contains("."+Path(e)+".", "._meta.") {
		return Origin{}
	}
	if base, ok := e.Value.(*syntax.Name); ok && (base.ID == "self" || base.ID == "cls") {
		return a.own(e)
	}
	if name := dotted(a.module, e); name != "" {
		return a.global(e)
	}
	left := a.expr(e.Value)
	if left.Has(Sent | Validated | URL) {
		return left
	}
	return Origin{Kinds: Stored, Names: left.Names}
}

// ofRequest is the origin of an attribute of the request.
func ofRequest(e *syntax.Attribute) Origin {
	switch e.Attr {
	case "GET", "POST", "data", "query_params", "body", "FILES", "content_params":
		return Origin{Kinds: Request, At: e}
	case "COOKIES":
		return Origin{Kinds: Cookie, At: e}
	case "META", "headers":
		return Origin{Kinds: Referer, At: e}
	}
	return unclear()
}

// own is the origin of self.name: an attribute that the class's body gives, and no method assigns.
func (a asker) own(e *syntax.Attribute) Origin {
	if e.Attr == "kwargs" || e.Attr == "args" {
		return Origin{Kinds: URL, At: e}
	}
	if a.class == nil {
		return unclear()
	}
	value := a.class.Attribute(e.Attr)
	if value == nil || a.class.assigns(e.Attr) {
		return unclear()
	}
	if _, isCall := value.(*syntax.Call); isCall {
		return Origin{Kinds: Stored} // a field of a model or form
	}
	b := asker{question: a.question, module: a.module, class: a.class, code: a.code, steps: a.steps, depth: a.depth, callers: a.callers}
	return b.expr(value)
}

// Attribute is the value that the body of a class gives to a name, nil when it gives none.
func (c *Class) Attribute(name string) syntax.Expr {
	var found syntax.Expr
	for _, s := range c.Body {
		switch s := s.(type) {
		case *syntax.Assign:
			for _, t := range s.Targets {
				if LastName(t) == name {
					found = s.Value
				}
			}
		case *syntax.AnnAssign:
			if LastName(s.Target) == name && s.Value != nil {
				found = s.Value
			}
		}
	}
	return found
}

// assigns reports whether a method assigns self.name.
func (c *Class) assigns(name string) bool {
	found := false
	for _, m := range c.Methods {
		syntax.InspectBody(m.Body, func(n syntax.Node) bool {
			if a, ok := n.(*syntax.Attribute); ok && a.Ctx == syntax.Store && a.Attr == name {
				found = true
			}
			return !found
		})
	}
	return found
}

// subscript is the origin of value[key]. Which key is asked for decides nothing: a table of constants holds constants.
func (a asker) subscript(e *syntax.Subscript) Origin {
	if key, ok := e.Slice.(*syntax.Constant); ok {
		if d, ok := e.Value.(*syntax.Name); ok && a.function != nil {
			if o, ok := a.item(d, key); ok {
				return o
			}
		}
	}
	o := a.expr(e.Value)
	if key, ok := e.Slice.(*syntax.Constant); ok && o.Kinds == Referer {
		return headerOrigin(key.Value, e)
	}
	return o
}

// item is name["key"] where the name is a dictionary that is written out.
func (a asker) item(name *syntax.Name, key *syntax.Constant) (Origin, bool) {
	list, sure := a.function.reaching(name.ID, name.Start)
	if !sure || len(list) != 1 || list[0].how != whole {
		return Origin{}, false
	}
	d, ok := list[0].value.(*syntax.Dict)
	if !ok {
		return Origin{}, false
	}
	for i, k := range d.Keys {
		if c, ok := k.(*syntax.Constant); ok && c.Value == key.Value {
			return a.expr(d.Values[i]), true
		}
	}
	return Origin{}, false
}

// headerOrigin is the origin of a header or an entry of META.
func headerOrigin(name string, at syntax.Node) Origin {
	upper := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	switch upper {
	case "HTTP_REFERER", "REFERER":
		return Origin{Kinds: Referer, At: at}
	case "REMOTE_ADDR", "SERVER_NAME", "SERVER_PORT", "REQUEST_METHOD", "HTTP_HOST", "HOST", "SCRIPT_NAME":
		return unclear()
	}
	return Origin{Kinds: Request, At: at}
}
