package eval

// frameClass names the class of the objects that stand for frames.
const frameClass = "types.FrameType"

// Frame is sys._getframe(depth): the activation of the Python code that called, or one that called that. It is Unknown beyond a
// module, whose importer's frames are the interpreter's own, and raises ValueError for a negative depth.
func (c *Call) Frame(depth int) Value {
	if depth < 0 {
		depth = 0
	}
	f := c.frame
	for ; depth > 0 && f != nil; depth-- {
		f = f.back()
	}
	return c.run.frameObject(f)
}

// Stack are the frames of Frame from depth 0 on, as far as they are known.
func (c *Call) Stack() []Value {
	var out []Value
	for f := c.frame; f != nil; f = f.back() {
		out = append(out, c.run.frameObject(f))
	}
	return out
}

// back is the frame that called; nil for that of a module.
func (f *frame) back() *frame {
	f = f.function()
	switch {
	case f.isBody:
		return f.within
	case f.code == nil:
		return nil
	}
	return f.caller
}

// name is co_name of a frame's code.
func (f *frame) name() string {
	switch {
	case f.isBody:
		return lastPart(f.class)
	case f.code == nil:
		return "<module>"
	}
	return f.code.name
}

func (r *run) frameObject(f *frame) Value {
	if f == nil {
		return MakeUnknown("a frame of the interpreter that imports a module")
	}
	f = f.function()
	class := newNativeClass(NativeClass{Name: frameClass, Getattr: func(c *Call, self Value, name string) (Value, bool) {
		return c.run.frameAttr(f, name)
	}})
	return NewObject(Value{data: class}, f)
}

func (r *run) frameAttr(f *frame, name string) (Value, bool) {
	switch name {
	case "f_globals":
		return Value{data: f.global}, true
	case "f_locals":
		return f.locals(), true
	case "f_back":
		return r.frameObject(f.back()), true
	case "f_builtins":
		return MakeUnknown("the builtins of a frame"), true
	case "f_code":
		code := NewObject(Value{data: newNativeClass(NativeClass{Name: "types.CodeType", Open: true})}, nil)
		code.SetField("co_name", MakeStr(f.name()))
		if f.file != nil && f.file.Path != "" {
			code.SetField("co_filename", MakeStr(r.absolute(f.file.Path)))
		}
		return code, true
	case "f_lineno":
		return MakeUnknown("the line that a frame executes"), true
	}
	return Value{}, false
}

// FrameModule is the module whose code a frame runs; invalid for what is no frame.
func FrameModule(v Value) Value {
	f, ok := v.State().(*frame)
	if !ok {
		return Value{}
	}
	return Value{data: f.module}
}

// FrameName is co_name of what a frame runs; "" for what is no frame.
func FrameName(v Value) string {
	f, ok := v.State().(*frame)
	if !ok {
		return ""
	}
	return f.name()
}
