package eval

import (
	"math/big"
	"time"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// The concrete types of data. Scalars are values, everything that Python shares by reference is a pointer.
type (
	noneData      struct{}
	boolData      bool
	intData       int64
	bigData       struct{ i *big.Int } // only what does not fit an intData; never changed
	floatData     float64
	strData       string
	bytesData     string
	timedeltaData time.Duration
	pathData      string
	purePathData  string // a PurePath, which is not a Path

	listData  struct{ elems []Value }
	tupleData struct{ elems []Value }

	// unknownData is something of which only a reason is known, and perhaps its type or truth.
	unknownData struct {
		reason string
		spread bool   // stands for any number of elements of the container that holds it
		typ    string // "str", "int", ..., "" when not known
		truth  Tri    // Yes or No when known; otherwise 0
		// op and args tell how the value was computed from other unknown ones, so that two tests of the same thing agree.
		op   string
		args []Value
		// decided are the keys of the decisions that gave it its truth in this world.
		decided []string
		// bound limits the text that an unknown value is, or that this truth tells something of; or nil.
		bound *bound
		// called is the call that gave it, where that was of a function that is not modelled; or nil.
		called *called
		// of is what it is an attribute of, where args tell less; or invalid.
		of Value
	}

	// objectData is an instance of a class.
	objectData struct {
		class *classData
		attrs *dictData // instance attributes in order of definition; may be nil
		state any       // of a class that is implemented in Go
		// args and kwargs are those of an object whose class is not modelled.
		args   []Value
		kwargs []Kwarg
		open   bool  // an attribute that is not in attrs is unknown, not missing
		value  Value // of an instance of a subclass of str, int, list, dict, ...: what it is as such
	}

	// classData is a class, in Python or in Go.
	classData struct {
		name   string // dotted
		bases  []*classData
		mro    []*classData // itself first
		attrs  *dictData
		native *NativeClass // or nil
		open   bool         // not modelled: an attribute that is not found is unknown
		reason string       // why it is open

		builtin    bool
		unfollowed string // why it is not known what its metaclass did, "" when it is
		metaclass  Value
		notes      []annotation
		body       *frame
		at         source.Span
		node       *syntax.ClassDef // or nil
		given      []Value          // the bases as they were given
	}

	// moduleData is a module, of the project or modelled.
	moduleData struct {
		bare    bool   // each installation writes it: as shipped it sets nothing, and has what is asked of it by name
		name    string // dotted
		globals *dictData
		getattr func(name string) (Value, bool) // or nil
		open    bool                            // a name that is not found is unknown, not missing
		reason  string                          // why it is open
		tree    *syntax.Module                  // of a module of the project
		pkg     bool                            // has submodules
		running bool
		// installed says that it is of an installed package whose source is read.
		installed bool
	}

	// funcData is a function or lambda in Python.
	funcData struct {
		name     string // dotted: module and qualified name
		def      *functionCode
		defaults []Value          // of the last positional parameters
		kwonly   map[string]Value // defaults of keyword-only parameters
		parent   *frame           // where it was defined, or nil at module level
		module   *moduleData
		global   *dictData
		file     *source.File
		class    *classData // in whose body it was defined, for super()
		attrs    *dictData
	}

	// nativeData is a function in Go.
	nativeData struct {
		name string
		fn   func(*Call) Value
		pure bool // unknown arguments give an unknown result

		method func(*Call, Value) Value // of a class, instead of fn
		mode   nativeMode
	}

	// methodData is a function bound to its first argument.
	methodData struct {
		self Value
		fn   Value
		name string
	}

	// descriptorData is a property, classmethod or staticmethod.
	descriptorData struct {
		what           string // "property", "classmethod", "staticmethod", "cached_property"
		get, set, del_ Value
	}

	superData struct {
		class *classData
		self  Value
	}

	rangeData struct{ start, stop, step int64 }

	sliceData struct{ lower, upper, step Value }

	// iteratorData is an iterator whose remaining elements are computed already.
	iteratorData struct {
		what  string // "generator", "zip", "dict_items", ...
		elems []Value
		next  int
		pull  func() (Value, bool) // an endless one; or nil
		view  *dictData            // of dict_keys, dict_values, dict_items
		coro  *coroutine           // of a generator
	}

	ellipsisData       struct{}
	notImplementedData struct{}
	complexData        complex128
)

func (noneData) kind() Kind           { return None }
func (boolData) kind() Kind           { return Bool }
func (intData) kind() Kind            { return Int }
func (bigData) kind() Kind            { return Int }
func (floatData) kind() Kind          { return Float }
func (strData) kind() Kind            { return Str }
func (bytesData) kind() Kind          { return Bytes }
func (timedeltaData) kind() Kind      { return Timedelta }
func (pathData) kind() Kind           { return Path }
func (purePathData) kind() Kind       { return Path }
func (*listData) kind() Kind          { return List }
func (*tupleData) kind() Kind         { return Tuple }
func (*setData) kind() Kind           { return Set }
func (*dictData) kind() Kind          { return Dict }
func (*unknownData) kind() Kind       { return Unknown }
func (*objectData) kind() Kind        { return Object }
func (*classData) kind() Kind         { return Class }
func (*moduleData) kind() Kind        { return Module }
func (*funcData) kind() Kind          { return Callable }
func (*nativeData) kind() Kind        { return Callable }
func (*methodData) kind() Kind        { return Callable }
func (*descriptorData) kind() Kind    { return Object }
func (*superData) kind() Kind         { return Object }
func (*rangeData) kind() Kind         { return Object }
func (*sliceData) kind() Kind         { return Object }
func (*iteratorData) kind() Kind      { return Object }
func (ellipsisData) kind() Kind       { return Object }
func (notImplementedData) kind() Kind { return Object }
func (complexData) kind() Kind        { return Object }

func makeBigInt(i *big.Int) Value {
	if i.IsInt64() {
		return Value{data: intData(i.Int64())}
	}
	return Value{data: bigData{i}}
}

// MakeDict makes a Dict of entries in order; a later one replaces an earlier one with the same key.
func MakeDict(list ...Entry) Value {
	d := &dictData{}
	for _, e := range list {
		d.set(e.Key, e.Value)
	}
	return Value{data: d}
}

// MakeSet makes a Set.
func MakeSet(elems ...Value) Value { return Value{data: newSet(elems, false)} }

// MakeFrozenSet makes a frozenset, which is a Set too.
func MakeFrozenSet(elems ...Value) Value { return Value{data: newSet(elems, true)} }

// MakeSpread is an element that stands for any number of unknown elements of the container that it is put into.
func MakeSpread(reason string) Value {
	return Value{data: &unknownData{reason: reason, spread: true}}
}

// MakeUnknownOf is an Unknown of which the type is known: "str", "int", "bool", "float", "list", "dict", "tuple", "bytes".
func MakeUnknownOf(typ, reason string) Value {
	return Value{data: &unknownData{reason: reason, typ: typ}}
}

// bodied is what an instance of a subclass of a built-in type is as an instance of that type; other values are themselves.
func (v Value) bodied() Value {
	if o, ok := v.data.(*objectData); ok && o.value.IsValid() {
		return o.value
	}
	return v
}
