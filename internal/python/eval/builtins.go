package eval

import (
	"math/cmplx"
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
	case isComplex(v):
		return MakeFloat(cmplx.Abs(complexOf(v)))
	case bigOf(v) != nil:
		if bigOf(v).Sign() < 0 {
			return c.run.arithmetic("-", MakeInt(0), v, c.At)
		}
		return MakeBigInt(bigOf(v))
	}
	return c.Raise("TypeError", "bad operand type for abs(): '"+c.run.typeName(v)+"'")
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

func builtinDivmod(c *Call) Value {
	a, b := c.Arg(0, ""), c.Arg(1, "")
	return MakeTuple(c.Operator("//", a, b), c.Operator("%", a, b))
}

func builtinFormat(c *Call) Value {
	return c.run.format(c.Arg(0, ""), c.ArgOr(1, "", MakeStr("")), c.At, c.frame)
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
