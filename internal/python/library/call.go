package library

import (
	"math/big"
	"strings"

	"gonogo/internal/python/eval"
)

// str is the text of a Str, or of an instance of a subclass of str.
func str(v eval.Value) (string, bool) {
	if v.Kind() == eval.Path {
		return "", false
	}
	return v.AsStr()
}

// fspath is what os.fspath gives for a value: the text of a str, a Path or an environ.Path.
func fspath(v eval.Value) (string, bool) {
	if p, ok := v.State().(*environPath); ok {
		return p.root, true
	}
	return v.AsStr()
}

// isNone reports whether a value is None.
func isNone(v eval.Value) bool { return v.Kind() == eval.None }

// given is an argument that was given and is not None.
func given(v eval.Value) bool { return v.IsValid() && !isNone(v) }

// strs makes a List of texts.
func strs(texts []string) eval.Value {
	return eval.MakeList(values(texts)...)
}

func values(texts []string) []eval.Value {
	out := make([]eval.Value, len(texts))
	for i, t := range texts {
		out[i] = eval.MakeStr(t)
	}
	return out
}

// dict makes a Dict from names and values in turn.
func dict(pairs ...any) eval.Value {
	entries := make([]eval.Entry, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		entries = append(entries, entry(pairs[i].(string), pairs[i+1].(eval.Value)))
	}
	return eval.MakeDict(entries...)
}

func entry(name string, v eval.Value) eval.Entry {
	return eval.Entry{Key: eval.MakeStr(name), Value: v}
}

// constants makes Str names of a model.
func constants(pairs ...string) map[string]eval.Value {
	names := map[string]eval.Value{}
	for i := 0; i+1 < len(pairs); i += 2 {
		names[pairs[i]] = eval.MakeStr(pairs[i+1])
	}
	return names
}

// inert is a function without effects that returns None.
func inert(dotted string) eval.Value {
	return eval.NewNative(dotted, func(*eval.Call) eval.Value { return eval.MakeNone() })
}

// unknownFunc is a function whose result cannot be known from the source.
func unknownFunc(dotted, reason string) eval.Value {
	return eval.NewNative(dotted, func(c *eval.Call) eval.Value { return c.Unknown(reason) })
}

// randomFunc is a function that gives another value of a type at each start.
func randomFunc(dotted, typ string) eval.Value {
	return eval.NewNative(dotted, func(c *eval.Call) eval.Value { return c.Random(typ) })
}

// exception makes an exception class that has the given bases of the builtins.
func exception(dotted string, bases ...string) eval.Value {
	n := eval.NativeClass{Name: dotted}
	for _, b := range bases {
		n.Bases = append(n.Bases, eval.BuiltinClass(b))
	}
	return eval.NewClass(n)
}

// unmodelled makes classes of which only the name is known; their instances keep their arguments.
func unmodelled(module string, names ...string) map[string]eval.Value {
	out := map[string]eval.Value{}
	for _, n := range names {
		out[n] = eval.NewUnmodelledClass(module + "." + n)
	}
	return out
}

// open is the model of a package of which nothing but its name matters.
func open() eval.Model { return eval.Model{Open: true} }

// name is the last part of a dotted name.
func lastName(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// methodCall makes the call of a method look like that of a function: the arguments without self are in c.Args already.
type method = func(c *eval.Call, self eval.Value) eval.Value

// pureMethod gives an Unknown when an argument is unknown, and calls fn otherwise.
func pureMethod(fn method) method {
	return func(c *eval.Call, self eval.Value) eval.Value {
		if u := c.FirstUnknown(); u.IsValid() {
			return c.UnknownFrom(u.Reason(), u)
		}
		return fn(c, self)
	}
}

// integer is an Int of any size, or a Bool.
func integer(v eval.Value) (*big.Int, bool) {
	if i, ok := v.AsInt(); ok {
		return big.NewInt(i), true
	}
	if v.Kind() == eval.Int {
		i, ok := new(big.Int).SetString(v.Repr(0), 10)
		return i, ok
	}
	return nil, false
}

// truthy is a known truth value of an optional argument, or a default when the argument was not given.
// ok is false when it is not known.
func truthy(v eval.Value, def bool) (b, ok bool) {
	if !v.IsValid() {
		return def, true
	}
	switch v.Truth() {
	case eval.Yes:
		return true, true
	case eval.No:
		return false, true
	}
	return false, false
}

// typeName is the name of a value's class for messages of TypeErrors.
func typeName(c *eval.Call, v eval.Value) string { return lastName(c.TypeOf(v).Dotted()) }

// classIs reports whether a value is the builtin class of a name ("str", "list").
func classIs(v eval.Value, name string) bool {
	return v.Kind() == eval.Class && v.Dotted() == name
}

// newMethod is a function in Go that takes the instance it is looked up on, for classes of the project.
func newMethod(dotted string, fn method) eval.Value {
	owner := eval.NewClass(eval.NativeClass{Name: dotted, Methods: map[string]method{"call": fn}})
	return owner.Attr("call")
}

// tryCall calls a function; failed says that it raised an exception of a class of the builtins.
func tryCall(c *eval.Call, class string, fn, arg eval.Value, kwargs []eval.Kwarg) (v eval.Value, failed bool) {
	names := dict("fn", fn, "arg", arg)
	call := "fn(arg"
	for i, k := range kwargs {
		if k.Name == "**" {
			return c.UnknownFrom("an argument that is not known", k.Value), false
		}
		name := "kw" + itoa(i)
		names.SetKey(eval.MakeStr(name), k.Value)
		call += ", " + k.Name + "=" + name
	}
	c.Exec("try:\n    result = "+call+")\nexcept "+class+":\n    pass\n", names)
	v, ok := names.Lookup("result")
	return v, !ok
}
