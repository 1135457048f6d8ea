package library

import (
	"sort"

	"gonogo/internal/python/eval"
)

// inspectModel is the module inspect, of which class-based settings use getmembers.
func inspectModel() eval.Model {
	names := map[string]eval.Value{
		"getmembers": eval.NewNative("inspect.getmembers", getmembers),
		"isclass":    eval.NewNative("inspect.isclass", kindTest(isClass)),
		"ismodule":   eval.NewNative("inspect.ismodule", kindTest(isModule)),
		"isfunction": eval.NewNative("inspect.isfunction", kindTest(isFunction)),
		"ismethod":   eval.NewNative("inspect.ismethod", kindTest(isMethod)),
	}
	for n, v := range unknownNames("inspect", "how a function is declared is not modelled", "signature", "getfullargspec", "getsource", "getfile", "getdoc") {
		names[n] = v
	}
	for n, v := range unknownNames("inspect", "the stack of calls is not modelled", "getouterframes") {
		names[n] = v
	}
	names["currentframe"] = eval.NewNative("inspect.currentframe", func(c *eval.Call) eval.Value { return c.Frame(0) })
	names["stack"] = eval.NewNative("inspect.stack", callStack)
	names["getmodule"] = eval.NewNative("inspect.getmodule", func(c *eval.Call) eval.Value {
		object := c.Arg(0, "object")
		if m := eval.FrameModule(object); m.IsValid() {
			return m
		}
		if object.Kind() == eval.Module {
			return object
		}
		return c.UnknownFrom("the module of an object", object)
	})
	return eval.Model{Names: names, Open: true}
}

// kindTest is a function of one value that tells what it is.
func kindTest(is func(c *eval.Call, v eval.Value) eval.Tri) func(*eval.Call) eval.Value {
	return func(c *eval.Call) eval.Value {
		v := c.Arg(0, "object")
		switch is(c, v) {
		case eval.Yes:
			return eval.MakeBool(true)
		case eval.No:
			return eval.MakeBool(false)
		}
		return c.UnknownFrom("what kind of object this is is not known", v)
	}
}

func isClass(_ *eval.Call, v eval.Value) eval.Tri {
	switch v.Kind() {
	case eval.Class:
		return eval.Yes
	case eval.Unknown, eval.Callable: // a class may be modelled as a function
		return eval.Maybe
	}
	return eval.No
}

func isModule(_ *eval.Call, v eval.Value) eval.Tri {
	switch v.Kind() {
	case eval.Module:
		return eval.Yes
	case eval.Unknown:
		return eval.Maybe
	}
	return eval.No
}

func isFunction(c *eval.Call, v eval.Value) eval.Tri { return isOfType(c, v, "function") }

func isMethod(c *eval.Call, v eval.Value) eval.Tri { return isOfType(c, v, "method") }

// isOfType tells whether a value is a function, or a method, in Python. One in Go may stand for either.
func isOfType(c *eval.Call, v eval.Value, name string) eval.Tri {
	switch v.Kind() {
	case eval.Unknown:
		return eval.Maybe
	case eval.Callable:
		if !v.IsPython() {
			return eval.Maybe
		}
		if lastName(c.TypeOf(v).Dotted()) == name {
			return eval.Yes
		}
	}
	return eval.No
}

// getmembers gives the attributes of an object with their values, sorted by name. An attribute that raises AttributeError is left out.
// Special names that the interpreter does not model have unknown values.
func getmembers(c *eval.Call) eval.Value {
	object, predicate := c.Arg(0, "object"), c.Arg(1, "predicate")
	listed := c.Dir(object)
	if listed.Kind() != eval.List {
		return c.UnknownFrom("the attributes of an object are not known", object)
	}
	var names []string
	for _, n := range listed.Elems() {
		name, ok := str(n)
		if !ok {
			return c.UnknownFrom("the attributes of an object are not known", n)
		}
		names = append(names, name)
	}
	sort.Strings(names)
	var out []eval.Value
	for _, name := range names {
		v, ok := c.FindAttr(object, name)
		if !ok {
			if !isSpecial(name) {
				continue
			}
			v = c.Unknown("a special attribute that is not modelled: " + name)
		}
		if given(predicate) {
			if isSpecial(name) && isKindTest(predicate) && (v.IsUnknown() || v.Kind() == eval.Callable && !v.IsPython()) {
				continue // the slots of object are none of these
			}
			if isSpecial(name) && v.IsUnknown() {
				return c.UnknownFrom("which attributes an object has of this kind is not known", v)
			}
			if !c.Truth(c.Call(predicate, v)) {
				continue
			}
		}
		out = append(out, eval.MakeTuple(eval.MakeStr(name), v))
	}
	return eval.MakeList(out...)
}

// isKindTest reports whether a predicate is one of those that are modelled here.
func isKindTest(predicate eval.Value) bool {
	switch predicate.Dotted() {
	case "inspect.isclass", "inspect.ismodule", "inspect.isfunction", "inspect.ismethod":
		return true
	}
	return false
}

// isSpecial reports whether a name is one of Python's own, like __doc__.
func isSpecial(name string) bool {
	return len(name) > 4 && name[:2] == "__" && name[len(name)-2:] == "__"
}

// callStack is inspect.stack(): the calls that are running, and beyond the module's code those of the interpreter, which are unknown.
func callStack(c *eval.Call) eval.Value {
	info := eval.NewClass(eval.NativeClass{Name: "inspect.FrameInfo"})
	var out []eval.Value
	for _, frame := range c.Stack() {
		v := eval.NewObject(info, nil)
		function := eval.MakeStr(eval.FrameName(frame))
		line := c.Unknown("the line that a frame executes")
		file := c.Unknown("the file of a frame")
		if f, ok := c.FindAttr(c.GetAttr(frame, "f_code"), "co_filename"); ok {
			file = f
		}
		fields := []eval.Value{frame, file, line, function, c.Unknown("the source text of a frame"), c.Unknown("the source text of a frame")}
		for i, name := range []string{"frame", "filename", "lineno", "function", "code_context", "index"} {
			v.SetField(name, fields[i])
		}
		v.SetBody(eval.MakeTuple(fields...))
		out = append(out, v)
	}
	return eval.MakeList(append(out, eval.MakeSpread("frames of the interpreter that imports a module"))...)
}
