package routes

import (
	"slices"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// boundOperation is an operation where it is served: with what it takes from its routers and its API.
type boundOperation struct {
	ninjaOperation
	api       eval.Value
	from      inherited
	paginated bool // RouterPaginated
}

// describeOperation fills the view and the policy of an operation of django-ninja.
func (i *Interpreter) describeOperation(session *eval.Session, e *Endpoint, op *boundOperation) {
	around := layers(op.view)
	for _, l := range around {
		e.View.Decorators = append(e.View.Decorators, Decorator{Name: l.name, Args: l.args, At: l.at})
	}
	inner := innermost(op.view)
	v := &e.View
	v.Kind, v.Name = Operation, inner.Dotted()
	if d, ok := inner.Definition(); ok {
		v.Definition = d
		if d.Function != nil {
			v.At = source.Span{File: d.File, Start: d.Function.NamePos, End: d.Function.NamePos + syntax.Pos(len(d.Function.Name))}
		}
	} else if v.Name == "" {
		e.Unknown = "the function of the operation is not known: " + inner.Reason()
	}
	if e.Methods = upper(op.methods); e.Methods == nil {
		e.MethodsUnknown = "the methods of the operation are not known"
	}
	slices.Sort(e.Methods)
	p := &e.Policy
	auth, from, at := i.authOf(op)
	p.Permissions = callbacks(auth, from, at)
	p.Authentication = p.Permissions
	throttle, from, at := i.throttleOf(op)
	p.Throttles = callbacks(throttle, from, at)
	i.paginationOf(e, op, around)
	i.guards(e, around)
	i.accessOfOperation(e, auth)
}

// authOf is what an operation asks: its own, its router's, its API's; invalid where nobody says anything.
func (i *Interpreter) authOf(op *boundOperation) (auth eval.Value, from From, at source.Span) {
	switch api := fieldOf(op.api, "auth"); {
	case op.auth.IsValid():
		return op.auth, FromAction, op.at
	case op.from.auth.IsValid():
		return op.from.auth, FromRouter, op.from.auth.At()
	case api.IsValid():
		return api, FromAPI, api.At()
	}
	return eval.Value{}, FromFramework, source.Span{}
}

// throttleOf is what limits an operation.
func (i *Interpreter) throttleOf(op *boundOperation) (throttle eval.Value, from From, at source.Span) {
	switch api := fieldOf(op.api, "throttle"); {
	case op.throttle.IsValid():
		return op.throttle, FromAction, op.at
	case op.from.throttle.IsValid():
		return op.from.throttle, FromRouter, op.from.throttle.At()
	case api.IsValid():
		return api, FromAPI, api.At()
	}
	return eval.Value{}, FromFramework, source.Span{}
}

// callbacks names what is asked one after the other: a function or object, or a list of them. None is nothing.
func callbacks(v eval.Value, from From, at source.Span) Choice {
	c := Choice{From: from, At: at, Classes: []string{}}
	list := []eval.Value{v}
	switch {
	case !v.IsValid() || v.Kind() == eval.None:
		return c
	case v.Kind() == eval.List || v.Kind() == eval.Tuple:
		if list = v.Elems(); v.IsOpen() {
			c.Unknown = "not all that is asked is known"
		}
	}
	for _, one := range list {
		name, unknown := instanceName(one)
		if one.Kind() == eval.Callable {
			name, unknown = one.Dotted(), ""
		}
		if unknown != "" {
			c.Classes, c.Unknown = nil, unknown
			return c
		}
		c.Classes = append(c.Classes, name)
	}
	return c
}

// accessOfOperation tells whether a request without credentials reaches the function: one callback has to give something.
func (i *Interpreter) accessOfOperation(e *Endpoint, auth eval.Value) {
	if len(e.Policy.Guards) > 0 {
		e.allMethods(Access{eval.No, last(e.Policy.Guards[0])})
		return
	}
	asked := []eval.Value{auth}
	switch {
	case !auth.IsValid() || auth.Kind() == eval.None:
		asked = nil
		e.allMethods(Access{eval.Yes, ""})
	case auth.Kind() == eval.List || auth.Kind() == eval.Tuple:
		asked = auth.Elems()
	}
	if asked != nil {
		i.askCallbacks(e, asked)
	}
	for _, m := range accessMethods(e) {
		if e.Policy.Access[m].Anyone != eval.Yes {
			continue
		}
		if looksAtCaller(e.View.Definition) {
			e.setAccess(m, Access{eval.Maybe, "its code looks at who calls"})
		}
		if unreadDecorator(e.View.Decorators) == "" {
			continue
		}
		switch a := i.followDecorators(e, m); {
		case a.Anyone == eval.No, a.Anyone == eval.Maybe && e.Policy.Access[m].Anyone == eval.Yes:
			e.setAccess(m, a)
		}
	}
}

// askCallbacks asks each callback as Operation._run_authentication does.
func (i *Interpreter) askCallbacks(e *Endpoint, asked []eval.Value) {
	for _, m := range accessMethods(e) {
		trials, whole := i.session.Try(maxWays, func(c *eval.Call) eval.Value {
			r, why := i.withoutCredentials(m), ""
			for _, one := range asked {
				name, _ := instanceName(one)
				if one.Kind() == eval.Callable {
					name = one.Dotted()
				}
				answer := c.Call(one, r)
				if answer.IsUnknown() {
					return c.Unknown("what " + last(name) + " lets in")
				}
				if c.Truth(answer) {
					return eval.MakeBool(true)
				}
				why = last(name)
			}
			return eval.MakeStr(why)
		})
		e.setAccess(m, verdict(trials, whole))
	}
}

// paginationOf tells whether an operation answers GET with a list, and whether it has pages.
func (i *Interpreter) paginationOf(e *Endpoint, op *boundOperation, around []layer) {
	p := &e.Policy
	if len(e.Methods) == 0 || e.Methods[0] != "GET" {
		return
	}
	var pages *pagination
	for _, l := range around {
		if made, ok := l.fn.State().(*pagination); ok {
			pages = made
		}
	}
	lists := listResponse(op.response)
	if pages == nil && op.paginated && lists {
		pages = &pagination{at: op.at}
	}
	switch {
	case pages != nil:
		p.Lists = eval.Yes
		p.Pagination, p.Paginator = i.ninjaPaginator(pages)
	case lists && givesAll(i.session, e.View.Definition):
		p.Lists = eval.Yes
		p.Pagination = Choice{From: FromFramework, Classes: []string{}}
	case lists || !op.response.IsValid() && e.MethodsUnknown == "":
		p.Lists = eval.Maybe
	}
}

// ninjaPaginator is the class of pages, and what it bounds. Source: ninja/pagination.py and conf.py.
func (i *Interpreter) ninjaPaginator(p *pagination) (Choice, Paginator) {
	c := Choice{From: FromAction, At: p.at, Classes: []string{}}
	name := "ninja.pagination.LimitOffsetPagination"
	if p.class.IsValid() && p.class.Kind() != eval.None {
		name = p.class.Path()
	} else if s := i.setting("NINJA_PAGINATION_CLASS"); s.IsValid() && !s.IsUnknown() && s.Kind() != eval.None {
		c.From = FromSettings
		name, _ = s.AsStr()
	}
	if name == "" {
		c.Unknown = "the class of pagination is not known"
		return c, Paginator{Sized: eval.Maybe}
	}
	c.Classes = []string{name}
	pages := Paginator{Sized: eval.Yes}
	switch name {
	case "ninja.pagination.LimitOffsetPagination":
		bounded := false
		for _, k := range p.kwargs {
			bounded = bounded || k.Name == "max_limit" || k.Name == "**"
		}
		if limit := i.setting("NINJA_PAGINATION_MAX_LIMIT"); !bounded && (!limit.IsValid() || limit.Kind() == eval.None) {
			pages.Unbounded = "limit"
		}
	case "ninja.pagination.PageNumberPagination", "ninja.pagination.CursorPagination":
	default:
		pages.Sized = eval.Maybe // its own code decides
	}
	return c, pages
}
