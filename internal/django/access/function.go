package access

import (
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// function looks at a view that is a function.
func (f *finder) function(e *routes.Endpoint, def *syntax.FunctionDef) {
	view := f.Code.Function(def)
	if view == nil {
		return
	}
	login, asks := f.guard(e)
	why := "a decorator around it is not followed"
	if e.View.Kind == routes.APIFunction {
		p := f.permissions(e)
		if p.elsewhere {
			return
		}
		login = login || p.login
		asks, why = stronger(asks, why, p.asks, "its permissions are not followed")
	}
	if e.View.Kind == routes.Operation {
		login = login || e.Anyone() == eval.No
		if e.Anyone() == eval.Maybe {
			asks, why = stronger(asks, why, eval.Maybe, "what its authentication asks is not followed")
		}
	}
	if isMachines(view.Name) {
		asks, why = stronger(asks, why, eval.Maybe, "by its name it is called by other services, or by the owner of a key that cannot be guessed")
	}
	if e.View.Kind == routes.Operation {
		f.takesArguments(view, "")
	}
	f.body(site{endpoint: e, login: login, asks: asks, why: why}, view, nil)
}

// site is where a body stands, and what stands around it asks.
type site struct {
	endpoint *routes.Endpoint
	field    *routes.Field // that the body answers, nil for views
	login    bool
	asks     eval.Tri
	why      string
}

// more joins another answer.
func (s *site) more(asks eval.Tri, why string) {
	s.asks, s.why = stronger(s.asks, s.why, asks, why)
}

// reach is a row that is taken at the site.
func (s *site) reach(m *queries.Model, changes bool, at source.Span) Reach {
	return Reach{Endpoint: s.endpoint, Field: s.field, Model: m, Login: s.login, Changes: changes, At: at}
}

// stronger is the answer of two that says more about what asks, with its reason.
func stronger(a eval.Tri, why string, b eval.Tri, other string) (eval.Tri, string) {
	if b == eval.Yes || b == eval.Maybe && a == eval.No {
		return b, other
	}
	return a, why
}

// body looks at the rows that one body takes, and at those that helpers of the project take for it.
func (f *finder) body(in site, view *flow.Function, own []*flow.Class) {
	in.login = in.login || testsLogin(view)
	itself, asked := eval.No, false
	question := func() eval.Tri {
		if !asked {
			itself, asked = f.asks(view, own, 0), true
		}
		return itself
	}
	const notFollowed = "it speaks of rights, or hands the user on, in a way that is not followed"
	for _, fetch := range f.within(view) {
		if !f.owned(fetch.Model) || !f.byGuessableKey(fetch, view) {
			continue
		}
		a, w := stronger(in.asks, in.why, question(), notFollowed)
		if fetch.Narrowed {
			a, w = stronger(a, w, f.narrowed(view, fetch.At), "a manager or a condition that is not followed narrows the rows")
		}
		f.found(in.reach(fetch.Model, changes(view, fetch), fetch.At), a, w)
	}
	f.helped(in, view, question)
	if in.field != nil && in.asks != eval.Yes {
		f.handedOn(in, view, question)
	}
}

// narrowed tells whether who is there narrows the rows of a fetch.
func (f *finder) narrowed(view *flow.Function, at source.Span) eval.Tri {
	text := at.Text()
	if strings.Contains(text, "request.user") || strings.Contains(text, "context.user") || strings.Contains(text, ".for_user(") {
		return eval.Yes
	}
	return eval.Maybe
}

// helped looks at the rows that a helper takes by a key that the view gives it.
func (f *finder) helped(in site, view *flow.Function, question func() eval.Tri) {
	syntax.InspectBody(view.Body, func(n syntax.Node) bool {
		c, ok := n.(*syntax.Call)
		if !ok {
			return true
		}
		helper := f.helper(view, c)
		if helper == nil {
			return true
		}
		for _, fetch := range f.within(helper) {
			if !f.owned(fetch.Model) || !f.byParameter(fetch, helper, view, c) {
				continue
			}
			at := view.Module.Syntax.Span(c)
			a, w := stronger(in.asks, in.why, question(), "it speaks of rights, or hands the user on, in a way that is not followed")
			a, w = stronger(a, w, f.asks(helper, nil, 1), "what "+helper.Name+" asks is not followed")
			if fetch.Narrowed {
				a, w = stronger(a, w, eval.Maybe, "what narrows the rows in "+helper.Name+" is not followed")
			}
			fetch.At = at
			f.found(in.reach(fetch.Model, changes(view, fetch), at), a, w)
		}
		return true
	})
}

// byParameter reports whether a helper chooses a row by its primary key alone, which is a parameter that the view fills with what a client gives.
func (f *finder) byParameter(fetch queries.Fetch, helper, view *flow.Function, c *syntax.Call) bool {
	given := false
	for _, k := range fetch.Keys {
		name, ok := k.Value.(*syntax.Name)
		if !ok || !isPrimaryKey(k.Name) {
			return false
		}
		position := -1
		for i, p := range helper.Parameters() {
			if p.Name == name.ID {
				position = i
			}
		}
		if position < 0 {
			return false
		}
		arg := flow.Arg(c, position, name.ID)
		given = given || arg != nil && f.isGiven(arg, view, 0)
	}
	return given
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
func (f *finder) byGuessableKey(fetch queries.Fetch, view *flow.Function) bool {
	given := false
	for _, k := range fetch.Keys {
		if !isPrimaryKey(k.Name) {
			return false
		}
		given = given || f.isGiven(k.Value, view, 0)
	}
	return given
}

func isPrimaryKey(lookup string) bool {
	switch lookup {
	case "pk", "id", "pk__exact", "id__exact", "pk__in", "id__in":
		return true
	}
	return false
}

// isGiven reports whether a value is a part of the address, or of the request's parameters.
func (f *finder) isGiven(e syntax.Expr, view *flow.Function, depth int) bool {
	if depth > 5 {
		return false
	}
	if arguments, ok := f.arguments[view]; ok && arguments.gives(e, view) {
		return true
	}
	switch e := e.(type) {
	case *syntax.Name:
		if v := view.Value(e); v != nil {
			return f.isGiven(v, view, depth+1)
		}
		if _, ok := f.arguments[view]; ok {
			return false
		}
		for i, p := range view.Parameters() {
			if p.Name == e.ID {
				return i > 0 && p.Name != "request" && p.Name != "self"
			}
		}
	case *syntax.Call:
		if name := flow.LastName(e.Func); (name == "int" || name == "str") && len(e.Args) == 1 {
			return f.isGiven(e.Args[0], view, depth+1)
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
