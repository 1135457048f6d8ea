package eval

import "strings"

// textFile is the state of an open file of the project.
type textFile struct {
	content Value
	lines   []string // not yet read
	binary  bool
	end     bool // it was sought to its end, and not read since
}

// OpenText is open(path, mode): a file object over a file of the project. Writing has no effect.
func (c *Call) OpenText(path, mode string) Value { return c.run.openFile(c, path, mode) }

func builtinOpen(c *Call) Value {
	v := c.Arg(0, "file")
	path, ok := v.AsStr()
	if !ok {
		if fn, found := c.run.special(v, "__fspath__", c.At, c.frame); found {
			path, ok = c.Call(fn).AsStr()
		}
	}
	mode, _ := c.ArgOr(1, "mode", MakeStr("r")).AsStr()
	if !ok {
		if v.IsUnknown() || isOpenObject(v) {
			return c.run.openContent(unknownFrom(c.At, "open", c.run.openReason(v)), mode)
		}
		return c.Raise("TypeError", "expected str, bytes or os.PathLike object, not "+c.run.typeName(v))
	}
	return c.run.openFile(c, path, mode)
}

func (r *run) openFile(c *Call, path, mode string) Value {
	if strings.ContainsAny(mode, "wax") {
		return r.openContent(Value{data: &unknownData{reason: "content of a file that is written"}, origin: &Origin{At: c.At}}, mode)
	}
	return r.openContent(r.readText(c, path), mode)
}

func (r *run) openContent(content Value, mode string) Value {
	f := &textFile{content: content, binary: strings.Contains(mode, "b")}
	if s, ok := content.AsStr(); ok {
		f.lines = strings.SplitAfter(s, "\n")
		if n := len(f.lines); f.lines[n-1] == "" {
			f.lines = f.lines[:n-1]
		}
	}
	return NewObject(Value{data: r.fileClass()}, f)
}

func (r *run) fileClass() *classData {
	const name = "_io.TextIOWrapper"
	if c, ok := r.classes[name]; ok {
		return c
	}
	method := func(fn func(c *Call, f *textFile) Value) func(*Call, Value) Value {
		return func(c *Call, self Value) Value {
			f, ok := self.State().(*textFile)
			if !ok {
				return c.Unknown("a file")
			}
			return fn(c, f)
		}
	}
	nothing := func(*Call, Value) Value { return MakeNone() }
	c := newNativeClass(NativeClass{Name: name, Methods: map[string]func(*Call, Value) Value{
		"read": method(fileRead), "readline": method(fileReadline), "readlines": method(fileReadlines), "__iter__": method(fileReadlines),
		"__enter__": func(c *Call, self Value) Value { return keepOrigin(self) },
		"__exit__":  nothing, "close": nothing, "flush": nothing, "write": nothing, "writelines": nothing, "seek": method(fileSeek), "tell": method(fileTell), "__next__": method(fileNext),
		"readable": func(*Call, Value) Value { return MakeBool(true) },
	}})
	r.classes[name] = c
	return c
}

// text makes a piece of the content a value with the content's provenance.
func (f *textFile) text(s string) Value {
	v := MakeStr(s)
	if f.binary {
		v = MakeBytes(s)
	}
	return v.WithOrigin(f.content.origin)
}

func (f *textFile) known() bool { return f.content.Kind() == Str }

func fileRead(c *Call, f *textFile) Value {
	if !f.known() {
		return f.content
	}
	if c.HasArg(0, "") && c.Arg(0, "").Kind() != None {
		if n, ok := c.Arg(0, "").AsInt(); !ok || n >= 0 {
			return c.UnknownFrom("a part of a file", f.content, c.Arg(0, ""))
		}
	}
	s := strings.Join(f.lines, "")
	f.lines = nil
	return f.text(s)
}

// fileSeek goes back to the beginning; where else a file is read on is not followed.
func fileSeek(c *Call, f *textFile) Value {
	to, ok := c.Arg(0, "offset").AsInt()
	s, known := f.content.AsStr()
	if whence, given := c.Arg(1, "whence").AsInt(); ok && to == 0 && given && whence == 2 {
		f.end, f.lines = true, nil
		return fileTell(c, f)
	}
	if ok && to == 0 && !c.HasArg(1, "whence") && f.content.IsUnknown() {
		f.end = false
		return MakeInt(0)
	}
	f.end = false
	if !ok || to != 0 || c.HasArg(1, "whence") || !known {
		f.content = c.UnknownFrom("a file that is read from somewhere within", f.content)
		return f.content
	}
	f.lines = strings.SplitAfter(s, "\n")
	if n := len(f.lines); f.lines[n-1] == "" {
		f.lines = f.lines[:n-1]
	}
	return MakeInt(0)
}

// fileTell is known at the end of a file alone. A file that the repository lacks is not empty where it is there: empty, it is as good as absent.
func fileTell(c *Call, f *textFile) Value {
	s, known := f.content.AsStr()
	switch {
	case !f.end:
		return c.UnknownFrom("a place within a file", f.content)
	case known:
		return MakeInt(int64(len(s)))
	}
	u, _ := f.content.data.(*unknownData)
	if u == nil {
		return c.UnknownFrom("the length of a file", f.content)
	}
	return Value{data: &unknownData{reason: u.reason, typ: "int", truth: u.truth}, origin: f.content.origin}
}

func fileNext(c *Call, f *textFile) Value {
	if f.known() && len(f.lines) == 0 {
		c.run.raiseWith(c.At, "StopIteration", nil)
	}
	return fileReadline(c, f)
}

func fileReadline(c *Call, f *textFile) Value {
	if !f.known() {
		return unknownFrom(c.At, "readline", f.content)
	}
	if len(f.lines) == 0 {
		return f.text("")
	}
	s := f.lines[0]
	f.lines = f.lines[1:]
	return f.text(s)
}

func fileReadlines(c *Call, f *textFile) Value {
	if !f.known() {
		return MakeList(spread(f.content))
	}
	var out []Value
	for _, line := range f.lines {
		out = append(out, f.text(line))
	}
	f.lines = nil
	return MakeList(out...)
}
