package eval

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// newBuiltinNames makes the names of module builtins. They never change.
func newBuiltinNames() map[string]Value {
	names := map[string]Value{
		"Ellipsis":       {data: ellipsisData{}},
		"NotImplemented": NotImplemented(),
		"__debug__":      MakeBool(true),
	}
	for name, fn := range map[string]func(*Call) Value{
		"abs": builtinAbs, "all": builtinAll, "any": builtinAny, "ascii": builtinASCII, "bin": builtinBin, "callable": builtinCallable,
		"chr": builtinChr, "compile": builtinCompile, "delattr": builtinDelattr, "dir": builtinDir, "divmod": builtinDivmod,
		"eval": builtinEval, "exec": builtinExec, "format": builtinFormat, "getattr": builtinGetattr, "globals": builtinGlobals,
		"hasattr": builtinHasattr, "hash": builtinHash, "hex": builtinHex, "id": builtinID, "input": builtinInput,
		"isinstance": builtinIsinstance, "issubclass": builtinIssubclass, "iter": builtinIter, "len": builtinLen, "locals": builtinLocals,
		"max": builtinMax, "min": builtinMin, "next": builtinNext, "oct": builtinOct, "open": builtinOpen, "ord": builtinOrd,
		"pow": builtinPow, "print": builtinPrint, "repr": builtinRepr, "round": builtinRound, "setattr": builtinSetattr,
		"sorted": builtinSorted, "sum": builtinSum, "vars": builtinVars, "__import__": builtinImport, "exit": builtinExit, "quit": builtinExit,
		"breakpoint": builtinPrint,
	} {
		names[name] = NewNative(name, fn)
	}
	for name, c := range builtinClasses() {
		switch name {
		case "NoneType", "ellipsis", "NotImplementedType", "function", "method", "module", "generator":
			continue
		}
		names[name] = Value{data: c}
	}
	names["IOError"], names["EnvironmentError"] = names["OSError"], names["OSError"]
	return names
}

// builtin finds a name of module builtins.
func (r *run) builtin(f *frame, name string) (Value, bool) {
	v, ok := r.shared.builtins[name]
	return v, ok
}

func (r *run) builtinsModule() *moduleData {
	if m, ok := r.models["builtins"]; ok && m != nil {
		return m
	}
	m := newNativeModule("builtins", Model{Names: r.shared.builtins})
	r.models["builtins"] = m
	return m
}

// one is the only argument of a call.
func (c *Call) one(name string) Value {
	if len(c.Args) != 1 {
		c.Raise("TypeError", name+" takes exactly one argument ("+itoa(len(c.Args))+" given)")
	}
	if c.Args[0].IsSpread() {
		return MakeUnknown(c.Args[0].Reason()).WithOrigin(c.Args[0].origin)
	}
	return c.Args[0]
}

func builtinAbs(c *Call) Value {
	v := c.one("abs()")
	if fn, ok := c.run.special(v, "__abs__", c.At, c.frame); ok {
		return c.Call(fn)
	}
	v = v.bodied()
	switch {
	case v.IsUnknown():
		return unknownFrom(c.At, "abs", v)
	case v.Kind() == Float:
		f := floatOf(v)
		if f < 0 {
			f = -f
		}
		return MakeFloat(f)
	case bigOf(v) != nil:
		if bigOf(v).Sign() < 0 {
			return c.run.arithmetic("-", MakeInt(0), v, c.At)
		}
		return MakeBigInt(bigOf(v))
	}
	return c.Raise("TypeError", "bad operand type for abs(): '"+c.run.typeName(v)+"'")
}

func builtinAll(c *Call) Value { return quantify(c, No) }
func builtinAny(c *Call) Value { return quantify(c, Yes) }

// quantify is any (which ends at the first Yes) and all (at the first No).
func quantify(c *Call, end Tri) Value {
	it := c.run.iterator(c.one("any()"), c.At, c.frame)
	defer it.close()
	var unknown, last Value
	var seen []Value
	for {
		c.run.step()
		v, ok := it.next()
		if !ok {
			break
		}
		last = v
		if len(seen) < 16 {
			seen = append(seen, v)
		}
		t := c.run.truth(v, c.At, c.frame)
		if v.IsSpread() {
			t = Maybe
		}
		if t == Maybe {
			unknown = v
		} else if t == end {
			return derived(MakeBool(end == Yes), c.At, last)
		}
	}
	if unknown.IsValid() {
		return derived(Value{data: &unknownData{reason: c.run.openReason(unknown).Reason(), op: "any", args: []Value{unknown}, typ: "bool"}}, c.At, unknown)
	}
	return derived(MakeBool(end != Yes), c.At, seen...)
}

func builtinASCII(c *Call) Value { return c.run.ascii(c.one("ascii()"), c.At, c.frame) }

func builtinBin(c *Call) Value { return inBase(c, 2, "0b") }
func builtinOct(c *Call) Value { return inBase(c, 8, "0o") }
func builtinHex(c *Call) Value { return inBase(c, 16, "0x") }

func inBase(c *Call, base int, prefix string) Value {
	v := c.one("hex()").bodied()
	if v.IsUnknown() {
		return textUnknown(unknownFrom(c.At, prefix, v))
	}
	i := bigOf(v)
	if i == nil {
		return c.Raise("TypeError", "'"+c.run.typeName(v)+"' object cannot be interpreted as an integer")
	}
	text := i.Text(base)
	if strings.HasPrefix(text, "-") {
		return MakeStr("-" + prefix + text[1:])
	}
	return MakeStr(prefix + text)
}

func builtinCallable(c *Call) Value {
	v := c.one("callable()")
	switch v.Kind() {
	case Callable, Class:
		return MakeBool(true)
	case Unknown:
		return unknownFrom(c.At, "callable", v)
	case Object:
		_, ok := c.run.special(v, "__call__", c.At, c.frame)
		if !ok && isOpenObject(v) {
			return unknownFrom(c.At, "callable", c.run.openReason(v))
		}
		return MakeBool(ok)
	}
	return MakeBool(false)
}

func builtinChr(c *Call) Value {
	v := c.one("chr()")
	if v.IsUnknown() {
		return textUnknown(unknownFrom(c.At, "chr", v))
	}
	n, ok := v.AsInt()
	if !ok {
		return c.Raise("TypeError", "'"+c.run.typeName(v)+"' object cannot be interpreted as an integer")
	}
	if n < 0 || n > utf8.MaxRune {
		return c.Raise("ValueError", "chr() arg not in range(0x110000)")
	}
	return MakeStr(string(rune(n)))
}

func builtinOrd(c *Call) Value {
	v := c.one("ord()")
	if v.IsUnknown() {
		return unknownFrom(c.At, "ord", v)
	}
	s, ok := v.AsStr()
	if b, isBytes := v.AsBytes(); isBytes && len(b) == 1 {
		return MakeInt(int64(b[0]))
	}
	if runes := []rune(s); ok && len(runes) == 1 {
		return MakeInt(int64(runes[0]))
	}
	return c.Raise("TypeError", "ord() expected a character")
}

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

func builtinGetattr(c *Call) Value {
	obj, def := c.Arg(0, ""), c.Arg(2, "")
	name, ok := c.Arg(1, "").AsStr()
	if !ok {
		return c.UnknownFrom("an attribute of which the name is not known", obj, c.Arg(1, ""))
	}
	if def.IsValid() {
		if v, ok := c.FindAttr(obj, name); ok {
			return keepOrigin(v)
		}
		return keepOrigin(def)
	}
	return keepOrigin(c.GetAttr(obj, name))
}

// keepOrigin keeps a value that a function hands on from getting the function's call as its place.
func keepOrigin(v Value) Value {
	if v.origin == nil {
		v.origin = &Origin{}
	}
	return v
}

func builtinHasattr(c *Call) Value {
	obj := c.Arg(0, "")
	name, ok := c.Arg(1, "").AsStr()
	if !ok || obj.IsUnknown() {
		return unknownFrom(c.At, "hasattr", obj, c.Arg(1, ""))
	}
	v, found := c.FindAttr(obj, name)
	if found && v.IsUnknown() && (isOpenObject(obj) || obj.Kind() == Module) {
		if attribute(obj.data, name).IsValid() {
			return MakeBool(true)
		}
		return unknownFrom(c.At, "hasattr", v)
	}
	return MakeBool(found)
}

func builtinSetattr(c *Call) Value {
	obj := c.Arg(0, "")
	name, ok := c.Arg(1, "").AsStr()
	if !ok {
		if m, is := obj.data.(*moduleData); is {
			c.run.openNames(m.globals, c.UnknownFrom("a name that is not known", c.Arg(1, "")))
		}
		return MakeNone()
	}
	c.SetAttr(obj, name, c.Arg(2, ""))
	return MakeNone()
}

func builtinDelattr(c *Call) Value {
	if name, ok := c.Arg(1, "").AsStr(); ok {
		c.run.delAttr(c.Arg(0, ""), name, c.At, c.frame)
	}
	return MakeNone()
}

func builtinDir(c *Call) Value {
	if len(c.Args) == 0 {
		return sortedNames(dictOf(c.Locals().data), c)
	}
	switch d := c.Args[0].data.(type) {
	case *moduleData:
		if !d.open {
			return sortedNames(d.globals, c)
		}
	case *classData:
		return classNames(d, newDict(), c)
	case *objectData:
		if !isOpenObject(c.Args[0]) {
			own := newDict()
			if d.attrs != nil {
				own = d.attrs.copy()
			}
			return classNames(d.class, own, c)
		}
	}
	return c.UnknownFrom("the names of an object", c.Args...)
}

func classNames(c *classData, own *dictData, call *Call) Value {
	for _, k := range c.mro {
		for _, e := range k.attrs.entries() {
			own.set(e.Key, e.Value)
		}
	}
	for _, name := range []string{"__class__", "__delattr__", "__dict__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__",
		"__getattribute__", "__gt__", "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__module__", "__ne__", "__new__",
		"__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__", "__subclasshook__", "__weakref__"} {
		own.setStr(name, MakeNone())
	}
	return sortedNames(own, call)
}

func sortedNames(d *dictData, c *Call) Value {
	list := append([]Entry(nil), d.entries()...)
	sortEntries(list)
	out := make([]Value, len(list))
	for i, e := range list {
		out[i] = e.Key
	}
	if d.open.IsValid() {
		out = append(out, d.open)
	}
	return MakeList(out...)
}

func builtinDivmod(c *Call) Value {
	a, b := c.Arg(0, ""), c.Arg(1, "")
	return MakeTuple(c.Operator("//", a, b), c.Operator("%", a, b))
}

func builtinFormat(c *Call) Value {
	return c.run.format(c.Arg(0, ""), c.ArgOr(1, "", MakeStr("")), c.At, c.frame)
}

func builtinGlobals(c *Call) Value { return keepOrigin(c.Globals()) }
func builtinLocals(c *Call) Value  { return keepOrigin(c.Locals()) }

func builtinVars(c *Call) Value {
	if len(c.Args) == 0 {
		return keepOrigin(c.Locals())
	}
	return keepOrigin(c.GetAttr(c.Args[0], "__dict__"))
}

func builtinHash(c *Call) Value {
	v := c.one("hash()")
	switch v.Kind() {
	case Int, Bool:
		if n, ok := v.AsInt(); ok && n >= 0 && n < 1<<60 {
			return MakeInt(n)
		}
	}
	c.run.checkHashable(v, c.At)
	return c.Random("int")
}

func builtinID(c *Call) Value    { return c.Random("int") }
func builtinInput(c *Call) Value { return c.Unknown("typed in by a person") }
func builtinPrint(c *Call) Value { return MakeNone() }

func builtinExit(c *Call) Value {
	c.run.raiseWith(c.At, "SystemExit", c.Args)
	return Value{}
}

func builtinIsinstance(c *Call) Value {
	v, class := c.Arg(0, ""), c.Arg(1, "")
	switch c.run.isInstance(v, class) {
	case Yes:
		return derived(MakeBool(true), c.At, v)
	case No:
		return derived(MakeBool(false), c.At, v)
	}
	return derived(Value{data: &unknownData{reason: c.run.openReason(v, class).Reason(), op: "isinstance", args: []Value{v, class}, typ: "bool"}}, c.At, v)
}

func builtinIssubclass(c *Call) Value {
	k, ok := c.Arg(0, "").data.(*classData)
	if !ok {
		if c.Arg(0, "").IsUnknown() {
			return unknownFrom(c.At, "issubclass", c.Args...)
		}
		return c.Raise("TypeError", "issubclass() arg 1 must be a class")
	}
	switch c.run.matchesClass(c.Arg(1, ""), k) {
	case Yes:
		return MakeBool(true)
	case No:
		return MakeBool(false)
	}
	return unknownFrom(c.At, "issubclass", c.Args...)
}

func builtinIter(c *Call) Value {
	v := c.Arg(0, "")
	if len(c.Args) == 2 {
		end := c.Args[1]
		return NewEndless("callable_iterator", func() (Value, bool) {
			c.run.step()
			x := c.Call(v)
			return x, c.run.equal(x, end, c.At, c.frame) == No
		})
	}
	if d, ok := v.data.(*iteratorData); ok && d.view == nil {
		return keepOrigin(v)
	}
	it := c.run.iterator(v, c.At, c.frame)
	return NewEndless("iterator", it.next)
}

func builtinNext(c *Call) Value {
	v, def := c.Arg(0, ""), c.Arg(1, "")
	switch d := v.data.(type) {
	case *iteratorData:
		if d.view == nil {
			return keepOrigin(c.run.nextElement(d, def, c))
		}
	case *unknownData:
		return unknownFrom(c.At, "next", v)
	case *objectData:
		if fn, ok := c.run.special(v, "__next__", c.At, c.frame); ok {
			var out Value
			t := c.run.protect(func() { out = c.Call(fn) })
			if t != nil && def.IsValid() && c.run.ends(t, "StopIteration") {
				return keepOrigin(def)
			}
			if t != nil {
				panic(t)
			}
			return keepOrigin(out)
		}
		if isOpenObject(v) {
			return unknownFrom(c.At, "next", c.run.openReason(v))
		}
	}
	return c.Raise("TypeError", "'"+c.run.typeName(v)+"' object is not an iterator")
}

func builtinLen(c *Call) Value {
	v := c.one("len()")
	if fn, ok := c.run.special(v, "__len__", c.At, c.frame); ok {
		return c.Call(fn)
	}
	b := v.bodied()
	if d, ok := b.data.(*iteratorData); ok && d.view != nil {
		b = Value{data: d.view}
	}
	if n, ok := length(b.data); ok {
		return MakeInt(int64(n))
	}
	if v.IsUnknown() || isOpen(b.data) || isOpenObject(v) {
		return derived(Value{data: &unknownData{reason: c.run.openReason(v).Reason(), op: "len", args: []Value{v}, typ: "int"}}, c.At, v)
	}
	return c.Raise("TypeError", "object of type '"+c.run.typeName(v)+"' has no len()")
}

func builtinMax(c *Call) Value { return extreme(c, ">", "max") }
func builtinMin(c *Call) Value { return extreme(c, "<", "min") }

func extreme(c *Call, op, name string) Value {
	list := c.Args
	if len(list) == 1 {
		list = c.Iterate(list[0])
	}
	if len(list) == 0 {
		if def := c.Arg(-1, "default"); def.IsValid() {
			return keepOrigin(def)
		}
		return c.Raise("ValueError", name+"() arg is an empty sequence")
	}
	key := c.Arg(-1, "key")
	var best, bestKey Value
	for _, v := range list {
		if v.IsSpread() {
			return c.UnknownFrom("the largest of unknown values", list...)
		}
		k := v
		if key.IsValid() && key.Kind() != None {
			k = c.Call(key, v)
		}
		if !best.IsValid() {
			best, bestKey = v, k
			continue
		}
		better := c.Operator(op, k, bestKey)
		switch c.run.truth(better, c.At, c.frame) {
		case Maybe:
			return c.UnknownFrom("the largest of unknown values", append(list, k, bestKey)...)
		case Yes:
			best, bestKey = v, k
		}
	}
	return derived(best, c.At, list...)
}

func builtinPow(c *Call) Value {
	a, b, m := c.Arg(0, "base"), c.Arg(1, "exp"), c.Arg(2, "mod")
	if m.IsValid() && m.Kind() != None {
		return modularPower(c, a, b, m)
	}
	return c.Operator("**", a, b)
}

func builtinRepr(c *Call) Value { return c.Repr(c.one("repr()")) }

func builtinSum(c *Call) Value {
	total := c.ArgOr(1, "start", MakeInt(0))
	for _, v := range c.Iterate(c.Arg(0, "")) {
		if v.IsSpread() {
			if isPart(total) {
				total = c.Operator("+", total, MakeUnknown(v.Reason()).WithOrigin(v.origin))
				continue
			}
			return c.UnknownFrom("a sum of unknown values", v)
		}
		total = c.Operator("+", total, v)
	}
	return total
}

func builtinSorted(c *Call) Value {
	list := append([]Value(nil), c.Iterate(c.Arg(0, "iterable"))...)
	if u := c.run.sortValues(list, c); u.IsValid() {
		return derived(MakeList(unorderedElems(list)...), c.At, c.Args...)
	}
	return MakeList(list...)
}

// unorderedElems are elements whose order is not known: each can be anywhere, so only what is there is kept, behind an unknown part.
func unorderedElems(list []Value) []Value {
	out := []Value{}
	for _, e := range list {
		if e.IsUnknown() && !e.IsSpread() {
			e = spread(e)
		}
		out = append(out, e)
	}
	if !hasSpread(out) {
		out = append(out, MakeSpread("the order is not known"))
	}
	return out
}

// sortValues sorts in place by the call's key and reverse arguments. It gives an Unknown when the order can't be known.
func (r *run) sortValues(list []Value, c *Call) (unknown Value) {
	key, reverse := c.Arg(-1, "key"), c.Arg(-1, "reverse")
	keys := make([]Value, len(list))
	for i, v := range list {
		if v.IsSpread() {
			return v
		}
		keys[i] = v
		if key.IsValid() && key.Kind() != None {
			keys[i] = c.Call(key, v)
		}
		if keys[i].IsUnknown() {
			return keys[i]
		}
	}
	backwards := reverse.IsValid() && c.Truth(reverse)
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	less := func(i, j int) bool {
		r.step()
		a, b := keys[order[i]], keys[order[j]]
		if backwards {
			a, b = b, a
		}
		v := c.Operator("<", a, b)
		t := r.truth(v, c.At, c.frame)
		if t == Maybe {
			unknown = v
		}
		return t == Yes
	}
	sort.SliceStable(order, less)
	if unknown.IsValid() {
		return unknown
	}
	sorted := make([]Value, len(list))
	for i, p := range order {
		sorted[i] = list[p]
	}
	copy(list, sorted)
	return Value{}
}

func builtinImport(c *Call) Value {
	name, ok := c.Arg(0, "name").AsStr()
	if !ok {
		return c.UnknownFrom("a module of which the name is not known", c.Arg(0, "name"))
	}
	if level, ok := c.Arg(4, "level").AsInt(); ok && level > 0 {
		name = resolveRelative(strings.Repeat(".", int(level))+name, c.CallerPackage())
	}
	m := c.Import(name)
	if from := c.Arg(3, "fromlist"); from.IsValid() && from.Kind() != None {
		if n, _ := from.Len(); n > 0 {
			return keepOrigin(m)
		}
	}
	top, _, _ := strings.Cut(name, ".")
	return keepOrigin(c.Import(top))
}
