package routes

import (
	"math"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// reached is what stands for the answer of a view while a decorator or a dispatch of the project is followed.
type reached struct{ called bool }

// respond is the view below: it notes that it was called.
func (r *reached) respond() eval.Value {
	r.called = true
	return eval.NewObject(eval.NewClass(eval.NativeClass{Name: "django.http.response.HttpResponse", Partial: true}), r)
}

// decoratorLetsIn tells whether a decorator of the project calls the view for a request without credentials. It runs the decorator around a
// view that only notes that it was called; Maybe where the decorator is not code of the project or cannot be followed, with the reason.
func (i *Interpreter) decoratorLetsIn(e *Endpoint, d Decorator, method string) Access {
	unread := Access{eval.Maybe, "the decorator " + decoratorName(d) + " is not read"}
	module, name := "", d.Name
	if at := strings.LastIndexByte(name, '.'); at > 0 {
		module, name = name[:at], name[at+1:]
	}
	own := i.session.Import(module).Module.Attr(name)
	if def, ok := own.Definition(); !ok || def.Function == nil && def.Class == nil {
		return unread
	}
	text, names := i.decoratorText(e.View.Definition, d)
	trials, whole := i.session.Try(maxWays, func(c *eval.Call) eval.Value {
		r := &reached{}
		by := own
		if text != "" {
			by = c.EvalIn(names, text)
		}
		view := eval.NewNative("view", func(*eval.Call) eval.Value { return r.respond() })
		answer := c.CallKw(c.Call(by, view), []eval.Value{i.withoutCredentials(method)}, []eval.Kwarg{{Name: "**", Value: c.Unknown("the arguments of the path")}})
		return r.verdict(c, answer)
	})
	return whoDecides(verdict(trials, whole), unread, "the decorator "+decoratorName(d)+" decides")
}

// verdict is True when the view was called, the name of the answer when it was not, Unknown where that cannot be told.
func (r *reached) verdict(c *eval.Call, answer eval.Value) eval.Value {
	_, other := answer.State().(*classView)
	switch path := answerPath(answer); {
	case other:
		return c.Unknown("what it answers")
	case r.called:
		return eval.MakeBool(true)
	case answer.IsUnknown() && !isAnswer(path):
		return c.Unknown("what it answers")
	case answer.Kind() == eval.Callable || answer.Kind() == eval.None:
		return c.Unknown("what it answers")
	case path != "":
		return eval.MakeStr(path)
	}
	return eval.MakeStr("its answer")
}

// answerPath names what made an answer.
func answerPath(v eval.Value) string {
	if s, ok := v.Symbol(); ok && s.Func.IsValid() {
		return s.Func.Path()
	}
	return v.Class()
}

// isAnswer reports whether a function or class of Django or the framework makes an answer without calling a view.
func isAnswer(path string) bool {
	return strings.HasPrefix(path, "django.shortcuts.") || strings.HasPrefix(path, "django.http.") || strings.HasPrefix(path, "rest_framework.response.") ||
		strings.HasSuffix(path, ".redirect_to_login") || strings.HasSuffix(path, ".handle_no_permission") || strings.HasPrefix(path, "django.template.response.")
}

// whoDecides says who keeps strangers out, or why that is not known.
func whoDecides(a, unread Access, why string) Access {
	if a.Anyone != eval.Maybe {
		return a
	}
	if a.Why == "" || strings.HasPrefix(a.Why, "what it answers") || strings.HasPrefix(a.Why, "the permissions") {
		return unread
	}
	return Access{eval.Maybe, why + ": " + a.Why}
}

func decoratorName(d Decorator) string {
	if d.Name == "" {
		return d.At.Text()
	}
	return d.Name
}

// decoratorText is how a decorator is written above a function, and the module in which it stands; "" when it is not written there.
func (i *Interpreter) decoratorText(d eval.Definition, by Decorator) (text string, in eval.Value) {
	if d.Function == nil {
		return "", eval.Value{}
	}
	module := i.session.Import(d.Module).Module
	for _, expr := range d.Function.Decorators {
		callee := expr
		if call, ok := expr.(*syntax.Call); ok {
			callee = call.Func
		}
		if resolveName(module, callee) == by.Name {
			return spanOf(d, expr).Text(), module
		}
	}
	return "", eval.Value{}
}

// followDecorators tells what the decorators that are not known by name do with a request without credentials: the first that keeps it out,
// or the first of which that is not known; Yes when all let it through.
func (i *Interpreter) followDecorators(e *Endpoint, method string) Access {
	result := Access{eval.Yes, ""}
	for _, d := range e.View.Decorators {
		if harmless(d.Name) {
			continue
		}
		switch a := i.decoratorLetsIn(e, d, method); a.Anyone {
		case eval.No:
			return Access{eval.No, last(d.Name)}
		case eval.Maybe:
			if result.Anyone == eval.Yes {
				result = a
			}
		}
	}
	return result
}

// dispatchLetsIn follows dispatch of a class of the project with a request without credentials, down to that of Django.
func (i *Interpreter) dispatchLetsIn(made *classView, method string, why string) Access {
	unread := Access{eval.Maybe, why}
	if i.doubts[why] >= enoughDoubts {
		return unread
	}
	trials, whole := i.session.Try(maxWays, func(c *eval.Call) eval.Value {
		r := &reached{}
		i.below = r
		defer func() { i.below = nil }()
		self := i.instance(made, request{method: method, user: i.stranger()}, false)
		q := i.withoutCredentials(method)
		self.SetField("request", q)
		dispatch, args := c.GetAttr(self, "dispatch"), []eval.Value{q}
		if inner, ok := belowHarmless(made.class.Attr("dispatch")); ok {
			dispatch, args = inner, []eval.Value{self, q}
		}
		answer := c.CallKw(dispatch, args, []eval.Kwarg{{Name: "**", Value: c.Unknown("the arguments of the path")}})
		return r.verdict(c, answer)
	})
	a := whoDecides(verdict(trials, whole), unread, why)
	i.doubted(why, a)
	return a
}

// enoughDoubts is how many views are followed whose dispatch leaves it open who is let in, where no view told with the same dispatch: what it
// asks is then most likely the operator's choice, and a project can have thousands of such views.
const enoughDoubts = 60

// doubted counts views whose dispatch tells nothing. One that tells ends the counting for its dispatch.
func (i *Interpreter) doubted(dispatch string, a Access) {
	if i.doubts == nil {
		i.doubts = map[string]int{}
	}
	if a.Anyone != eval.Maybe {
		i.doubts[dispatch] = math.MinInt32
	}
	i.doubts[dispatch]++
}

// belowHarmless is the function below decorators that let every caller through, as csrf_exempt around a method; ok is false without such ones.
func belowHarmless(v eval.Value) (fn eval.Value, ok bool) {
	around := layers(v)
	for _, l := range around {
		if !harmless(l.name) {
			return eval.Value{}, false
		}
	}
	fn = innermost(v)
	return fn, len(around) > 0 && fn.Kind() == eval.Callable
}

// handsToDispatch reports whether the first dispatch of a class hands requests on to that of a base.
func handsToDispatch(s *shape) bool {
	a, found := s.get("dispatch")
	if found != eval.Yes {
		return false
	}
	d, ok := innermost(a.value).Definition()
	return ok && mentions(d, " super dispatch ")
}

// viewDispatch is View.dispatch, where a class of the project that is followed hands a request on.
func (i *Interpreter) viewDispatch(c *eval.Call) eval.Value {
	if i.below != nil {
		return i.below.respond()
	}
	return c.Unknown("what " + genericPath + "base.View.dispatch gives")
}
