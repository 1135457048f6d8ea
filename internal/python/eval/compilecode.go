package eval

// compiled is the result of compile(): text that is still to be run.
type compiled struct{ text, file string }

func builtinCompile(c *Call) Value {
	v := c.Arg(0, "source")
	text, ok := v.AsStr()
	if b, isBytes := v.AsBytes(); isBytes {
		text, ok = b, true
	}
	if !ok {
		return c.UnknownFrom("code that is not known", v)
	}
	file, _ := c.Arg(1, "filename").AsStr()
	if p := fileOfOrigin(v.origin, 0); p != "" {
		file = p
	}
	class := c.run.modelClass("types", "CodeType", "")
	return NewObject(Value{data: class}, &compiled{text, file})
}

// fileOfOrigin is the file whose whole content a text is.
func fileOfOrigin(o *Origin, depth int) string {
	if o == nil || depth > 5 {
		return ""
	}
	if o.FromFile != "" {
		return o.FromFile
	}
	for _, from := range o.From {
		if p := fileOfOrigin(from, depth+1); p != "" {
			return p
		}
	}
	return ""
}

func builtinExec(c *Call) Value {
	globals := c.Arg(1, "globals")
	if !globals.IsValid() || globals.Kind() == None {
		globals = c.Globals()
	}
	code := c.Arg(0, "")
	if locals := c.Arg(2, "locals"); dictOf(locals.data) != nil && dictOf(locals.data) != dictOf(globals.data) {
		return c.run.execWithLocals(c, code, globals, locals)
	}
	text, file := "", ""
	if k, ok := code.State().(*compiled); ok {
		text, file = k.text, k.file
	} else if s, ok := code.AsStr(); ok {
		text, file = s, fileOfOrigin(code.origin, 0)
	} else if b, ok := code.AsBytes(); ok {
		text, file = b, fileOfOrigin(code.origin, 0)
	} else {
		if d := dictOf(globals.data); d != nil {
			c.run.openArgument(globals, c.UnknownFrom("code that is not known", code).Reason(), c.At)
			c.run.openNames(d, c.UnknownFrom("code that is not known", code))
		}
		return MakeNone()
	}
	if f, _, ok := c.run.file(file); file != "" && ok && string(f.Data) == text && c.run.runFile(file, globals, c.At, c.frame) {
		return MakeNone()
	}
	c.Exec(text, globals)
	return MakeNone()
}

// execWithLocals is exec(code, globals, locals): names are set in locals, as in the body of a class.
func (r *run) execWithLocals(c *Call, code, globals, locals Value) Value {
	text, ok := code.AsStr()
	if k, is := code.State().(*compiled); is {
		text, ok = k.text, true
	}
	names, outer := dictOf(locals.data), dictOf(globals.data)
	if !ok || outer == nil {
		r.openNames(names, c.UnknownFrom("code that is not known", code))
		return MakeNone()
	}
	tree := r.parse(text)
	f := &frame{module: c.frame.module, space: names, global: outer, isBody: true, file: tree.File, caller: c.frame, callAt: c.At, within: c.frame}
	r.enter()
	defer func(depth int) { r.dyn.depth = depth - 1 }(r.dyn.depth)
	r.execModule(f, tree)
	return MakeNone()
}

func builtinEval(c *Call) Value {
	code := c.Arg(0, "")
	globals := c.Arg(1, "globals")
	if !globals.IsValid() || globals.Kind() == None {
		globals = c.Globals()
		if c.frame.code != nil {
			d := c.frame.global.copy()
			d.update(dictOf(c.Locals().data))
			globals = Value{data: d}
		}
	}
	text, ok := code.AsStr()
	if k, is := code.State().(*compiled); is {
		text, ok = k.text, true
	}
	if !ok {
		return c.UnknownFrom("an expression that is not known", code)
	}
	return choseBy(c.Eval(text, globals), code)
}
