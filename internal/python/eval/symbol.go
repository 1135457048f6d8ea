package eval

import (
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Symbol is what an unknown value stands for, as far as the text tells: a name of a package that is not modelled, an attribute, the result
// of a call. Exactly one of Dotted, Attr and Func is given.
type Symbol struct {
	Dotted string // "django.contrib.auth.decorators.login_required"
	Of     Value  // with Attr: what the attribute is of
	Attr   string
	Func   Value // what was called, with its arguments
	Args   []Value
	Kwargs []Kwarg
}

// Symbol tells what an Unknown stands for; ok is false for values that are known, and for those made in another way.
func (v Value) Symbol() (s Symbol, ok bool) {
	u, ok := v.data.(*unknownData)
	if !ok {
		return Symbol{}, false
	}
	if u.called != nil {
		return Symbol{Func: u.called.fn, Args: u.called.args, Kwargs: u.called.kwargs}, true
	}
	if name, ok := strings.CutPrefix(u.op, "name "); ok && len(u.args) == 0 {
		return Symbol{Dotted: name}, true
	}
	if name, ok := strings.CutPrefix(u.op, "."); ok && len(u.args) == 1 {
		of := u.args[0]
		if u.of.IsValid() {
			of = u.of
		}
		return Symbol{Of: of, Attr: name}, true
	}
	return Symbol{}, false
}

// Path is the dotted path by which a value is reached: the name of a Callable, Class or Module, of a name of a package that is not
// modelled, or of an attribute of such a one ("django.contrib.auth.views.LoginView.as_view"), an instance standing for its class
// ("rest_framework.routers.DefaultRouter.register"); "" for anything else.
func (v Value) Path() string { return symbolPath(v, 0) }

func symbolPath(v Value, depth int) string {
	if name := v.Dotted(); name != "" || depth > 20 {
		return name
	}
	if name := v.Class(); name != "" && depth > 0 {
		return name
	}
	s, ok := v.Symbol()
	switch {
	case !ok:
		return ""
	case s.Dotted != "":
		return s.Dotted
	case s.Attr != "":
		if of := symbolPath(s.Of, depth+1); of != "" {
			return of + "." + s.Attr
		}
	}
	return ""
}

// called is the call that an unknown value is the result of.
type called struct {
	fn     Value
	args   []Value
	kwargs []Kwarg
}

// Definition is where a function or class of the project is written.
type Definition struct {
	Module   string              // dotted
	Function *syntax.FunctionDef // or nil
	Lambda   *syntax.Lambda      // or nil
	Class    *syntax.ClassDef    // or nil
	File     *source.File
}

// Definition is the text of a function, lambda, method or class of the project; ok is false for anything else.
func (v Value) Definition() (d Definition, ok bool) {
	if v.Installed() {
		return Definition{}, false
	}
	return v.Written()
}

// Written is the text of a function, lambda, method or class, be it of the project or of an installed package whose source is read.
func (v Value) Written() (d Definition, ok bool) {
	switch x := v.data.(type) {
	case *methodData:
		return x.fn.Written()
	case *descriptorData:
		return x.get.Written()
	case *funcData:
		if x.def == nil || x.module == nil {
			return Definition{}, false
		}
		d = Definition{Module: x.module.name, File: x.file}
		d.Function, _ = x.def.node.(*syntax.FunctionDef)
		d.Lambda, _ = x.def.node.(*syntax.Lambda)
		return d, d.Function != nil || d.Lambda != nil
	case *classData:
		if x.node == nil || x.body == nil || x.body.module == nil {
			return Definition{}, false
		}
		return Definition{Module: x.body.module.name, File: x.body.file, Class: x.node}, true
	}
	return Definition{}, false
}

// Bases are the bases of a Class as they were given, those that are not known among them; nil for anything else.
func (v Value) Bases() []Value {
	c, ok := v.data.(*classData)
	if !ok {
		return nil
	}
	if c.given != nil {
		return c.given
	}
	out := make([]Value, len(c.bases))
	for i, b := range c.bases {
		out[i] = Value{data: b}
	}
	return out
}

// Args are all the arguments with which an Object of a class that is not modelled was made.
func (v Value) Args() (args []Value, kwargs []Kwarg) {
	if o, ok := v.data.(*objectData); ok {
		return o.args, o.kwargs
	}
	return nil, nil
}

// Static is what a staticmethod or classmethod object, as a class holds it, was made of; ok is false for anything else.
func (v Value) Static() (fn Value, ok bool) {
	if d, is := v.data.(*descriptorData); is && (d.what == "staticmethod" || d.what == "classmethod") {
		return d.get, true
	}
	return Value{}, false
}

// Bound is what a bound method is bound to, and the function itself; ok is false for anything else.
func (v Value) Bound() (self, fn Value, ok bool) {
	if m, isMethod := v.data.(*methodData); isMethod && m.fn.IsValid() {
		return m.self, m.fn, true
	}
	return Value{}, Value{}, false
}
