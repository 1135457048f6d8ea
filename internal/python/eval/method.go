package eval

import (
	"math"
	"math/big"
	"strings"
)

// The methods of the built-in types, by type. What they do is in callBuiltinMethod.
const (
	strMethods = ` capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii isdecimal ` +
		`isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix ` +
		`removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill `
	bytesMethods = ` capitalize center count decode endswith find fromhex hex index isalnum isalpha isascii isdigit islower isspace isupper join ` +
		`ljust lower lstrip partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith ` +
		`strip upper zfill title swapcase `
	listMethods  = ` append clear copy count extend index insert pop remove reverse sort `
	tupleMethods = ` count index `
	dictMethods  = ` clear copy fromkeys get items keys pop popitem setdefault update values `
	setMethods   = ` add clear copy difference difference_update discard intersection intersection_update isdisjoint issubset issuperset pop remove ` +
		`symmetric_difference symmetric_difference_update union update `
	intMethods   = ` as_integer_ratio bit_count bit_length conjugate from_bytes is_integer to_bytes real imag numerator denominator `
	floatMethods = ` as_integer_ratio conjugate fromhex hex is_integer real imag `
	// sharedMethods are special methods that code calls by name.
	sharedMethods = ` __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __str__ __repr__ __format__ __hash__ `
	numberSpecial = ` __add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ __truediv__ __floordiv__ __mod__ __pow__ __and__ __or__ __xor__ __neg__ __abs__ __int__ __index__ __float__ __bool__ `
	itemSpecial   = ` __getitem__ __len__ __contains__ __iter__ __add__ __mul__ `
	changeSpecial = ` __setitem__ __delitem__ `
	setSpecial    = ` __len__ __contains__ __iter__ __or__ __and__ __sub__ __xor__ `
	dictSpecial   = itemSpecial + changeSpecial + ` __or__ `
)

func methodsOf(d data) (methods, special string) {
	switch d := d.(type) {
	case strData:
		return strMethods, itemSpecial + " __mod__ "
	case bytesData:
		return bytesMethods, itemSpecial + " __mod__ "
	case *listData:
		return listMethods, itemSpecial + changeSpecial + " __iadd__ "
	case *tupleData:
		return tupleMethods, itemSpecial
	case *dictData:
		return dictMethods, dictSpecial
	case *setData:
		return setMethods, setSpecial
	case intData, bigData, boolData:
		return intMethods, numberSpecial
	case floatData:
		return floatMethods, numberSpecial
	case *rangeData:
		return tupleMethods, itemSpecial
	case *iteratorData:
		if d.view != nil {
			return " isdisjoint mapping ", setSpecial
		}
	case *objectData:
		return "", ""
	}
	return "", ""
}

func hasBuiltinMethod(d data, name string) bool {
	methods, special := methodsOf(d)
	word := " " + name + " "
	return strings.Contains(methods, word) || strings.Contains(special, word) || strings.Contains(sharedMethods, word)
}

// callBuiltinMethod calls a method of a built-in type. self may be an instance of a subclass of it.
func (r *run) callBuiltinMethod(self Value, name string, c *Call) Value {
	body := self.bodied()
	r.chargeMethod(body, name, c.Args)
	v := r.builtinMethod(self, body, name, c)
	if body.Kind() == Str || body.Kind() == Bytes || name == "copy" || name == "union" {
		r.chargeResult(v, body)
	}
	if !v.IsValid() {
		v = MakeNone()
	}
	if v.origin != nil {
		return v
	}
	from := make([]Value, 0, len(c.Args)+1)
	from = append(append(from, self), c.Args...)
	for _, k := range c.Kwargs {
		from = append(from, k.Value)
	}
	v = derived(v, c.At, from...)
	if k := self.bodied().Kind(); k == Str || k == Bytes {
		giveOrigin(v)
	}
	return v
}

// giveOrigin gives the pieces of a text the provenance of the whole.
func giveOrigin(v Value) {
	if v.Kind() != List && v.Kind() != Tuple {
		return
	}
	list := elems(v.data)
	for i := range list {
		if list[i].origin == nil {
			list[i].origin = v.origin
		}
	}
}

func (r *run) builtinMethod(self, body Value, name string, c *Call) Value {
	if strings.HasPrefix(name, "__") {
		return r.specialMethod(self, body, name, c)
	}
	switch d := body.data.(type) {
	case *listData:
		return r.listMethod(d, body, name, c)
	case *dictData:
		return r.dictMethod(d, body, name, c)
	case *setData:
		return r.setMethod(d, body, name, c)
	case *tupleData:
		return r.sequenceMethod(d.elems, body, name, c)
	case strData:
		return r.strMethod(string(d), body, name, c)
	case bytesData:
		return r.bytesMethod(string(d), body, name, c)
	case intData, bigData, boolData:
		return r.intMethod(bigOf(body), body, name, c)
	case floatData:
		return r.floatMethod(float64(d), body, name, c)
	case *rangeData:
		return r.sequenceMethod(r.iterate(body, c.At, c.frame), body, name, c)
	case *iteratorData:
		if name == "isdisjoint" && d.view != nil {
			return r.setMethod(newSet(viewElems(d), false), body, name, c)
		}
	}
	return r.commonMethod(body, name, c)
}

func (r *run) commonMethod(self Value, name string, c *Call) Value {
	return c.Raise("AttributeError", "'"+r.typeName(self)+"' object has no attribute '"+name+"'")
}

// specialMethod calls a special method by name: the operator that it stands for, on the built-in value.
func (r *run) specialMethod(self, body Value, name string, c *Call) Value {
	arg := c.Arg(0, "")
	switch name {
	case "__getitem__":
		return keepOrigin(r.builtinItem(body, arg, c.At))
	case "__setitem__":
		r.setItem(body, arg, c.Arg(1, ""), c.At, c.frame)
		return MakeNone()
	case "__delitem__":
		r.delItem(body, arg, c.At, c.frame)
		return MakeNone()
	case "__len__":
		if n, ok := length(body.data); ok {
			return MakeInt(int64(n))
		}
		return c.UnknownFrom("a length", body)
	case "__contains__":
		return r.answer(r.contains(body, arg, c.At, c.frame), "in", arg, body, c.At)
	case "__iter__":
		return NewIterator("iterator", r.iterate(body, c.At, c.frame))
	case "__str__":
		return r.str(body, c.At, c.frame)
	case "__repr__":
		return r.reprOf(body, c.At, c.frame)
	case "__format__":
		return r.format(body, arg, c.At, c.frame)
	case "__hash__":
		return c.Random("int")
	case "__neg__":
		return r.arithmetic("-", MakeInt(0), body, c.At)
	case "__abs__":
		c.Args = []Value{body}
		return builtinAbs(c)
	case "__int__", "__index__":
		c.Args = []Value{body}
		return constructInt(c)
	case "__float__":
		c.Args = []Value{body}
		return constructFloat(c)
	case "__bool__":
		c.Args = []Value{body}
		return constructBool(c)
	case "__iadd__":
		return r.inPlace("+", body, arg, c.At, c.frame)
	}
	for _, op := range []string{"+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "==", "!=", "<", "<=", ">", ">="} {
		method, reflected := specialNames(op)
		if name == method {
			return r.operator(op, body, arg, c.At, c.frame)
		}
		if name == reflected {
			return r.operator(op, arg, body, c.At, c.frame)
		}
	}
	return r.commonMethod(self, name, c)
}

// builtinClassAttr is an attribute of a class of module builtins: str.lower, dict.fromkeys, int.from_bytes.
func (r *run) builtinClassAttr(class *classData, name string) (Value, bool) {
	base := builtinBase(class)
	if base == nil {
		return Value{}, false
	}
	var sample data
	switch base.name {
	case "str":
		sample = strData("")
	case "bytes", "bytearray":
		sample = bytesData("")
	case "int", "bool":
		sample = intData(0)
	case "float":
		sample = floatData(0)
	case "list":
		sample = &listData{}
	case "tuple":
		sample = &tupleData{}
	case "dict":
		sample = &dictData{}
	case "set", "frozenset":
		sample = &setData{}
	default:
		return Value{}, false
	}
	if name == "__new__" {
		return NewNative(base.name+".__new__", func(c *Call) Value {
			k, ok := c.Arg(0, "").data.(*classData)
			if !ok {
				return c.Raise("TypeError", base.name+".__new__(X): X is not a type object")
			}
			return c.run.blankInstance(k, c.Args[1:], c.Kwargs, c.At, c.frame)
		}), true
	}
	if !hasBuiltinMethod(sample, name) {
		return Value{}, false
	}
	switch name {
	case "fromkeys", "maketrans", "fromhex", "from_bytes":
		return Value{data: &methodData{self: Value{data: sample}, name: name}}, true
	}
	return NewNative(base.name+"."+name, func(c *Call) Value {
		if len(c.Args) == 0 {
			return c.Raise("TypeError", "unbound method "+base.name+"."+name+"() needs an argument")
		}
		self := c.Args[0]
		if self.IsUnknown() {
			return unknownFrom(c.At, name, c.Args...)
		}
		inner := *c
		inner.Args = c.Args[1:]
		if o, ok := self.data.(*objectData); ok && o.value.IsValid() {
			self = o.value
		}
		return r.callBuiltinMethod(self, name, &inner)
	}), true
}

func (r *run) intMethod(i *big.Int, self Value, name string, c *Call) Value {
	switch name {
	case "bit_length":
		return MakeInt(int64(i.BitLen()))
	case "bit_count":
		n := int64(0)
		for k := 0; k < i.BitLen(); k++ {
			n += int64(new(big.Int).Abs(i).Bit(k))
		}
		return MakeInt(n)
	case "conjugate":
		return MakeBigInt(i)
	case "is_integer":
		return MakeBool(true)
	case "as_integer_ratio":
		return MakeTuple(MakeBigInt(i), MakeInt(1))
	case "to_bytes":
		return intToBytes(i, c)
	case "from_bytes":
		return intFromBytes(c)
	}
	return r.commonMethod(self, name, c)
}

func intToBytes(i *big.Int, c *Call) Value {
	n, ok := c.ArgOr(0, "length", MakeInt(1)).AsInt()
	order, ok2 := c.ArgOr(1, "byteorder", MakeStr("big")).AsStr()
	if !ok || !ok2 || i.Sign() < 0 || n < 0 || n > 1<<20 {
		return c.UnknownFrom("bytes of a number", c.Args...)
	}
	if int64(i.BitLen()) > 8*n {
		return c.Raise("OverflowError", "int too big to convert")
	}
	b := i.FillBytes(make([]byte, n))
	if order == "little" {
		reverseBytes(b)
	}
	return MakeBytes(string(b))
}

func intFromBytes(c *Call) Value {
	s, ok := c.Arg(0, "bytes").AsBytes()
	order, ok2 := c.ArgOr(1, "byteorder", MakeStr("big")).AsStr()
	if !ok || !ok2 || c.HasArg(-1, "signed") {
		return c.UnknownFrom("a number made of bytes", c.Args...)
	}
	b := []byte(s)
	if order == "little" {
		reverseBytes(b)
	}
	return MakeBigInt(new(big.Int).SetBytes(b))
}

func reverseBytes(b []byte) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

func (r *run) floatMethod(f float64, self Value, name string, c *Call) Value {
	switch name {
	case "is_integer":
		return MakeBool(f == math.Trunc(f) && !math.IsInf(f, 0))
	case "conjugate":
		return MakeFloat(f)
	case "as_integer_ratio":
		q := new(big.Rat)
		if q.SetFloat64(f) == nil {
			return c.Raise("ValueError", "cannot convert to integer ratio")
		}
		return MakeTuple(MakeBigInt(q.Num()), MakeBigInt(q.Denom()))
	}
	return c.UnknownFrom("a method of a float", self)
}
