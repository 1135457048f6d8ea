package routes

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// maxWays bounds in how many ways a method of a view is followed.
const maxWays = 16

// request is what a view sees of one request. A user that is invalid is not known.
type request struct {
	method string // in upper case; "" when it is not known
	user   eval.Value
}

// instance is a view as it is while it answers a request: what as_view and dispatch set. early is true before an action is chosen
// (initialize_request asks for authenticators before it sets action).
func (i *Interpreter) instance(made *classView, q request, early bool) eval.Value {
	self := eval.NewObject(made.class, nil)
	for _, k := range made.kwargs {
		self.SetField(k.Name, k.Value)
	}
	r := i.newRequest(q)
	self.SetField("request", r)
	self.SetField("args", eval.MakeTuple())
	self.SetField("kwargs", eval.MakeUnknown("the arguments of the path"))
	self.SetField("format_kwarg", eval.MakeNone())
	if made.actions == nil {
		return self
	}
	var entries []eval.Entry
	for _, method := range sortedKeys(made.actions) {
		entries = append(entries, eval.Entry{Key: eval.MakeStr(method), Value: eval.MakeStr(made.actions[method])})
	}
	self.SetField("action_map", eval.MakeDict(entries...))
	if early {
		return self
	}
	switch action, ok := made.actions[strings.ToLower(q.method)]; {
	case ok:
		self.SetField("action", eval.MakeStr(action))
	case q.method != "":
		self.SetField("action", eval.MakeNone())
	}
	return self
}

// newRequest is the request of the framework around Django's.
func (i *Interpreter) newRequest(q request) eval.Value {
	if !i.request.IsValid() {
		i.request = eval.NewClass(eval.NativeClass{Name: "rest_framework.request.Request", Partial: true})
	}
	r := eval.NewObject(i.request, nil)
	if q.method != "" {
		r.SetField("method", eval.MakeStr(q.method))
	}
	if q.user.IsValid() {
		r.SetField("user", q.user)
		r.SetField("auth", eval.MakeNone())
	}
	return r
}

// ask calls a method of a view for one HTTP method, in all ways in which it can go.
func (i *Interpreter) ask(made *classView, q request, early bool, name string, args ...eval.Value) ([]eval.Trial, bool) {
	return i.session.Try(maxWays, func(c *eval.Call) eval.Value {
		return c.Call(c.GetAttr(i.instance(made, q, early), name), args...)
	})
}

// read is an attribute of a view for one HTTP method, in all ways in which it can be computed.
func (i *Interpreter) read(made *classView, q request, early bool, name string) ([]eval.Trial, bool) {
	return i.session.Try(maxWays, func(c *eval.Call) eval.Value { return c.GetAttr(i.instance(made, q, early), name) })
}

// byMethod finds what a method of the project's code chooses, for each HTTP method of the endpoint; without a name, what the attribute of
// the facet is as a property.
func (i *Interpreter) byMethod(f facet, e *Endpoint, a attribute, made *classView, name string) Choice {
	d, _ := a.owner.Definition()
	c := Choice{From: FromView, Method: true, Owner: a.owner.Dotted(), At: classSpan(d)}
	if at := a.value.At(); !at.IsZero() {
		c.At = at
	}
	methods := e.Methods
	if e.MethodsUnknown != "" || len(methods) == 0 {
		methods = nil
	}
	if made.unknownActions != "" || !a.sure {
		c.Unknown = f.decider(name) + " of " + a.owner.Dotted() + " decides"
		return c
	}
	if methods == nil {
		return i.chosen(f, c, made, "", name)
	}
	all := map[string]Choice{}
	same := true
	for _, m := range methods {
		all[m] = i.chosen(f, c, made, m, name)
		same = same && all[m].Unknown == all[methods[0]].Unknown && slices.Equal(all[m].Classes, all[methods[0]].Classes)
	}
	if same {
		return all[methods[0]]
	}
	c.Methods = all
	return c
}

// decider names a method, or the property where there is none.
func (f facet) decider(method string) string {
	if method == "" {
		return "the property " + f.attribute
	}
	return method + "()"
}

// chosen is what a method chooses for one HTTP method.
func (i *Interpreter) chosen(f facet, c Choice, made *classView, method, name string) Choice {
	ask := i.read
	if name != "" {
		ask = func(made *classView, q request, early bool, name string) ([]eval.Trial, bool) {
			return i.ask(made, q, early, name)
		}
	}
	asked := name
	if name == "" {
		asked = f.attribute
	}
	trials, whole := ask(made, request{method: method}, f.early, asked)
	decides := fmt.Sprintf("%s of %s decides", f.decider(name), c.Owner)
	if !whole {
		c.Unknown = decides + " in more ways than are followed"
		return c
	}
	first := true
	for _, t := range trials {
		switch {
		case t.GivenUp != "":
			c.Unknown = decides + ", and was given up after " + t.GivenUp
			return c
		case t.Failure != nil && len(trials) > 1:
			continue // this way answers with an error
		case t.Failure != nil:
			c.Unknown = decides + ", and raises " + t.Failure.Class
			return c
		}
		classes, unknown := instancesOf(t.Result, f)
		switch {
		case unknown != "":
			c.Unknown = decides + ": " + unknown
			return c
		case first:
			c.Classes, first = classes, false
		case !slices.Equal(c.Classes, classes):
			c.Classes, c.Unknown = nil, decides+conditionsOf(trials)
			return c
		}
	}
	if first {
		c.Unknown = decides + ", and raises in every way"
	}
	return c
}

// conditionsOf says on what several ways of a call hang.
func conditionsOf(trials []eval.Trial) string {
	for _, t := range trials {
		for _, condition := range t.Conditions {
			text := strings.TrimSuffix(strings.TrimSuffix(condition.Text, " is true"), " is false")
			return " by a condition that is not known: " + text
		}
	}
	return ""
}

// instancesOf are the classes of a list of instances, or of one class.
func instancesOf(v eval.Value, f facet) (classes []string, unknown string) {
	classes = []string{}
	if v.Kind() == eval.List || v.Kind() == eval.Tuple || v.Kind() == eval.Set {
		for _, e := range v.Elems() {
			name, why := instanceName(e)
			if why != "" {
				return nil, why
			}
			classes = append(classes, name)
		}
		return classes, ""
	}
	if v.Kind() == eval.None && f.single {
		return classes, ""
	}
	if f.single {
		name, why := className(v)
		return append(classes, name), why
	}
	if r := v.Reason(); r != "" {
		return nil, r
	}
	return nil, "it gives no list"
}

// instanceName is the class of an instance, or the text of a combination.
func instanceName(v eval.Value) (name, unknown string) {
	if text, ok := combinationText(v, func(o eval.Value) string { n, _ := instanceName(o); return last(n) }, 0); ok {
		return text, ""
	}
	if v.Kind() == eval.Object && v.Class() != "" {
		return v.Class(), ""
	}
	if s, ok := v.Symbol(); ok && s.Func.IsValid() && s.Func.Path() != "" {
		return s.Func.Path(), ""
	}
	if v.Kind() == eval.Class {
		return v.Dotted(), ""
	}
	if r := v.Reason(); r != "" {
		return "", r
	}
	return "", "an instance that is not known"
}

func last(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }
