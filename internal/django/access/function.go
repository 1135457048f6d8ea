package access

import (
	"gonogo/internal/django/flow"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// function looks at a view that is a function.
func (f *finder) function(e *routes.Endpoint, def *syntax.FunctionDef) {
	view := f.Code.Function(def)
	login, guarded := Guarded(e)
	if view == nil || guarded || isMachines(view.Name) {
		return
	}
	if e.View.Kind == routes.APIFunction {
		open, known := f.permissions(e)
		if !known {
			return
		}
		login = login || !open
	}
	if Asks(view) {
		return
	}
	f.body(e, view, login || testsLogin(view))
}

// body looks at the rows that one body takes.
func (f *finder) body(e *routes.Endpoint, view *flow.Function, login bool) {
	for _, fetch := range f.within(view) {
		if !f.owned(fetch.Model) || fetch.Narrowed || !byGuessableKey(fetch, view) {
			continue
		}
		f.add(Reach{Endpoint: e, Model: fetch.Model, Login: login, Changes: changes(view, fetch), At: fetch.At})
	}
}

// within are the rows that are taken in the body of a function.
func (f *finder) within(view *flow.Function) (list []queries.Fetch) {
	file := view.Module.Syntax.File
	for _, fetch := range f.fetches[file.Path] {
		if fetch.At.File == file && view.Start <= fetch.At.Start && fetch.At.End <= view.End {
			list = append(list, fetch)
		}
	}
	return list
}

// byGuessableKey reports whether a row is chosen by its primary key alone, and the client gives it.
func byGuessableKey(fetch queries.Fetch, view *flow.Function) bool {
	given := false
	for _, k := range fetch.Keys {
		switch k.Name {
		case "pk", "id", "pk__exact", "id__exact", "pk__in", "id__in":
			given = given || isGiven(k.Value, view, 0)
		default:
			return false
		}
	}
	return given
}

// isGiven reports whether a value is a part of the address, or of the request's parameters.
func isGiven(e syntax.Expr, view *flow.Function, depth int) bool {
	if depth > 5 {
		return false
	}
	switch e := e.(type) {
	case *syntax.Name:
		if v := view.Value(e); v != nil {
			return isGiven(v, view, depth+1)
		}
		for i, p := range view.Parameters() {
			if p.Name == e.ID {
				return i > 0 && p.Name != "request" && p.Name != "self"
			}
		}
	case *syntax.Call:
		if name := flow.LastName(e.Func); (name == "int" || name == "str") && len(e.Args) == 1 {
			return isGiven(e.Args[0], view, depth+1)
		}
		return view.Origin(e, flow.Question{}).Has(flow.Request | flow.URL)
	case *syntax.Subscript, *syntax.Attribute:
		return view.Origin(e, flow.Question{}).Has(flow.Request | flow.URL)
	}
	return false
}

// changes reports whether a body changes or deletes the row that it took: by a method of the row, a form or a serializer on it, or in one call.
func changes(view *flow.Function, fetch queries.Fetch) bool {
	switch fetch.Method {
	case "update", "aupdate", "delete", "adelete":
		return true
	}
	name, found, saves := variable(view, fetch.At), false, false
	syntax.InspectBody(view.Body, func(n syntax.Node) bool {
		c, ok := n.(*syntax.Call)
		if !ok {
			return true
		}
		m, ok := c.Func.(*syntax.Attribute)
		switch {
		case ok && (m.Attr == "save" || m.Attr == "delete" || m.Attr == "asave" || m.Attr == "adelete"):
			saves = true
			if is(m.Value, name) || covers(view, m.Value, fetch.At) {
				found = true
			}
		case name != "":
			for _, k := range c.Keywords {
				bound := (k.Name == "instance") && is(k.Value, name)
				found = found || bound && savesForm(view)
			}
		}
		return true
	})
	return found && (saves || name == "")
}

// savesForm reports whether a body calls save() at all.
func savesForm(view *flow.Function) bool {
	found := false
	syntax.InspectBody(view.Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Call); ok && flow.LastName(c.Func) == "save" {
			found = true
		}
		return !found
	})
	return found
}

func is(e syntax.Expr, name string) bool {
	n, ok := e.(*syntax.Name)
	return ok && name != "" && n.ID == name
}

func covers(view *flow.Function, e syntax.Expr, at source.Span) bool {
	return view.Module.Syntax.Span(e) == at
}

// variable is the name that the row is bound to, "" when it is none.
func variable(view *flow.Function, at source.Span) (name string) {
	syntax.InspectBody(view.Body, func(n syntax.Node) bool {
		if a, ok := n.(*syntax.Assign); ok && len(a.Targets) == 1 {
			v := a.Value
			if w, ok := v.(*syntax.Await); ok {
				v = w.Value
			}
			if t, ok := a.Targets[0].(*syntax.Name); ok && covers(view, v, at) {
				name = t.ID
			}
		}
		return name == ""
	})
	return name
}

// testsLogin reports whether a body asks for a login by itself.
func testsLogin(view *flow.Function) bool { return view.Mentions("is_authenticated", "is_anonymous") }

// isMachines reports whether a view is by its name one that other services call, which prove themselves in other ways.
func isMachines(name string) bool {
	return isQuestion(name) || containsAny(name, "callback", "ipn", "notify", "confirm", "activate", "unsubscribe", "verify", "admin")
}
