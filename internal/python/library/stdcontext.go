package library

import "gonogo/internal/python/eval"

// Context managers of contextlib.

// leaveGenerator is __exit__ of a context manager that a generator makes: what was raised in the block is raised where the generator
// waits. It is caught when the generator ends without raising it anew.
func leaveGenerator(c *eval.Call, generator eval.Value) eval.Value {
	raised := c.Arg(1, "value")
	if !given(raised) {
		c.Call(builtin(c, "next"), generator, eval.MakeNone())
		return eval.MakeBool(false)
	}
	names := dict("throw", c.GetAttr(generator, "throw"), "raised", raised)
	c.Exec("try:\n    throw(raised)\nexcept StopIteration:\n    caught = True\n", names)
	caught, _ := names.Lookup("caught")
	return eval.MakeBool(caught.IsValid())
}

// nullContext gives what it was made with.
func nullContext() eval.Value {
	class := contextClass("contextlib.nullcontext")
	class.Init = func(c *eval.Call, self eval.Value) {
		self.SetField("enter_result", c.ArgOr(0, "enter_result", eval.MakeNone()))
	}
	class.Methods["__enter__"] = func(_ *eval.Call, self eval.Value) eval.Value { return self.Attr("enter_result") }
	return eval.NewClass(class)
}

// closingContext gives a thing and closes it.
func closingContext() eval.Value {
	class := contextClass("contextlib.closing")
	class.Init = func(c *eval.Call, self eval.Value) { self.SetField("thing", c.Arg(0, "thing")) }
	class.Methods["__enter__"] = func(_ *eval.Call, self eval.Value) eval.Value { return self.Attr("thing") }
	class.Methods["__exit__"] = func(c *eval.Call, self eval.Value) eval.Value {
		c.Call(c.GetAttr(self.Attr("thing"), "close"))
		return eval.MakeBool(false)
	}
	return eval.NewClass(class)
}

// exitStack leaves contexts in the reverse order of entering them. What a block raised is not handed on to them one by one: contexts
// that swallow it are not followed.
func exitStack() eval.Value {
	push := func(self eval.Value, fn eval.Value) { self.Attr("_exits").Append(fn) }
	return eval.NewClass(eval.NativeClass{Name: "contextlib.ExitStack",
		Init: func(_ *eval.Call, self eval.Value) { self.SetField("_exits", eval.MakeList()) },
		Methods: map[string]method{
			"__enter__": func(_ *eval.Call, self eval.Value) eval.Value { return self },
			"enter_context": func(c *eval.Call, self eval.Value) eval.Value {
				manager := c.Arg(0, "cm")
				entered := c.Call(c.GetAttr(manager, "__enter__"))
				push(self, eval.NewNative("contextlib.ExitStack.exit", func(c *eval.Call) eval.Value {
					return c.Call(c.GetAttr(manager, "__exit__"), c.Args...)
				}))
				return entered
			},
			"push": func(c *eval.Call, self eval.Value) eval.Value {
				exit := c.Arg(0, "exit")
				if fn, ok := c.FindAttr(exit, "__exit__"); ok {
					push(self, fn)
				} else {
					push(self, exit)
				}
				return exit
			},
			"callback": func(c *eval.Call, self eval.Value) eval.Value {
				fn, args, kwargs := c.Arg(0, "callback"), c.Args[min(1, len(c.Args)):], c.Kwargs
				push(self, eval.NewNative("contextlib.ExitStack.callback", func(c *eval.Call) eval.Value {
					c.CallKw(fn, args, kwargs)
					return eval.MakeBool(false)
				}))
				return fn
			},
			"close": func(c *eval.Call, self eval.Value) eval.Value {
				none := eval.MakeNone()
				return leaveAll(c, self, []eval.Value{none, none, none})
			},
			"__exit__": func(c *eval.Call, self eval.Value) eval.Value { return leaveAll(c, self, c.Args) },
		}})
}

func leaveAll(c *eval.Call, stack eval.Value, args []eval.Value) eval.Value {
	exits := stack.Attr("_exits").Elems()
	stack.SetField("_exits", eval.MakeList())
	swallowed := eval.MakeBool(false)
	for i := len(exits) - 1; i >= 0; i-- {
		if result := c.Call(exits[i], args...); len(args) > 0 && !isNone(args[0]) && c.Truth(result) {
			swallowed = eval.MakeBool(true)
			args = []eval.Value{eval.MakeNone(), eval.MakeNone(), eval.MakeNone()}
		}
	}
	return swallowed
}
