package eval

import (
	"math/big"
	"time"

	"gonogo/internal/source"
)

// Kind is the type of a value.
type Kind uint8

const (
	Unknown   Kind = iota + 1 // could be anything; Value.Reason says why
	None                      // None
	Bool                      // True, False
	Int                       // arbitrary size
	Float                     //
	Str                       //
	Bytes                     //
	List                      //
	Tuple                     //
	Set                       // also frozenset
	Dict                      //
	Path                      // pathlib.Path and its kin
	Timedelta                 // datetime.timedelta
	Object                    // an instance of a class; Value.Class names it
	Callable                  // a function, method, lambda or partial; Value.Dotted names it where it has a name
	Class                     // a class; Value.Dotted names it
	Module                    // a module; Value.Dotted names it
)

// Value is one abstract Python value. It is a small handle: lists, dictionaries, sets and objects are shared by reference, as in Python.
// The zero Value is invalid: it stands for "there is no value".
type Value struct {
	data   data
	origin *Origin
}

// data is what a value holds; its concrete types are in data.go.
type data interface{ kind() Kind }

// Tri is an answer in three-valued logic; its zero value is invalid.
type Tri uint8

const (
	No Tri = iota + 1
	Yes
	Maybe
)

// EnvRef is an environment variable that a value came from.
type EnvRef struct {
	Name       string
	Default    string // the default as Python source text, when HasDefault
	HasDefault bool
	Set        bool   // the evaluation was given a value for it (an environment file, a compose file, ...)
	Cast       string // "str", "bool", "int", "list", "json", "url", ..., "" when none
	At         source.Span
}

// Origin tells where a value came from. Origins form a graph without cycles; nil is "nowhere".
type Origin struct {
	At       source.Span // the expression
	Env      *EnvRef     // the variable that was read here, or nil
	Literal  bool        // the value stands here as a literal
	Random   bool        // made anew at each start (get_random_secret_key, secrets, uuid4, ...)
	plain    bool        // nothing came from outside of the text
	FromFile string      // content of this file of the project, or "" (path relative to the root; outside the project: as written)
	From     []*Origin   // what it was computed from

	names   *[]string // of the variables in it, once they have been computed
	literal *Origin   // a literal in what is plain, or nil
}

// At is the expression that made the value (the narrowest that a reader needs); the zero span when it came from nowhere in the project.
func (v Value) At() source.Span {
	if v.origin == nil {
		return source.Span{}
	}
	return v.origin.At
}

// Origin is the value's provenance, or nil.
func (v Value) Origin() *Origin { return v.origin }

// WithOrigin is the same value with another provenance.
func (v Value) WithOrigin(o *Origin) Value { v.origin = o; return v }

// IsValid reports whether there is a value at all.
func (v Value) IsValid() bool { return v.data != nil }

// Kind is the value's type; 0 when the value is invalid.
func (v Value) Kind() Kind {
	if v.data == nil {
		return 0
	}
	return v.data.kind()
}

// IsUnknown reports whether nothing but a reason is known.
func (v Value) IsUnknown() bool { return v.Kind() == Unknown }

// The constructors below make values without provenance; WithOrigin adds it.

func MakeNone() Value                     { return Value{data: noneData{}} }
func MakeBool(b bool) Value               { return Value{data: boolData(b)} }
func MakeInt(i int64) Value               { return Value{data: intData(i)} }
func MakeBigInt(i *big.Int) Value         { return makeBigInt(i) }
func MakeFloat(f float64) Value           { return Value{data: floatData(f)} }
func MakeStr(s string) Value              { return Value{data: strData(s)} }
func MakeBytes(b string) Value            { return Value{data: bytesData(b)} }
func MakeTimedelta(d time.Duration) Value { return Value{data: timedeltaData(d)} }
func MakePath(p string) Value             { return Value{data: pathData(p)} }
func MakePurePath(p string) Value         { return Value{data: purePathData(p)} } // a pathlib.PurePath
func MakeList(elems ...Value) Value       { return Value{data: &listData{elems: elems}} }
func MakeTuple(elems ...Value) Value      { return Value{data: &tupleData{elems: elems}} }
func MakeUnknown(reason string) Value     { return Value{data: &unknownData{reason: reason}} }

// Reason says in one clause why the value is unknown ("environment variable POSTGRES_DB is not set"); "" when it is known.
func (v Value) Reason() string {
	if u, ok := v.data.(*unknownData); ok {
		return u.reason
	}
	return ""
}

// AsBool is the value of a Bool.
func (v Value) AsBool() (b, ok bool) {
	d, ok := v.data.(boolData)
	return bool(d), ok
}

// AsStr is the value of a Str, or of a Path as text.
func (v Value) AsStr() (s string, ok bool) {
	switch d := v.data.(type) {
	case strData:
		return string(d), true
	case pathData:
		return string(d), true
	case purePathData:
		return string(d), true
	case *objectData:
		if d.value.IsValid() {
			return d.value.AsStr()
		}
	}
	return "", false
}

// AsInt is the value of an Int that fits, or of a Bool as 0 or 1.
func (v Value) AsInt() (i int64, ok bool) {
	switch d := v.data.(type) {
	case intData:
		return int64(d), true
	case boolData:
		if d {
			return 1, true
		}
		return 0, true
	case *objectData:
		if d.value.IsValid() {
			return d.value.AsInt()
		}
	}
	return 0, false
}

// AsFloat is the value of a Float, Int or Bool.
func (v Value) AsFloat() (f float64, ok bool) {
	if d, ok := v.data.(floatData); ok {
		return float64(d), true
	}
	i, ok := v.AsInt()
	return float64(i), ok
}

// AsBytes is the value of a Bytes.
func (v Value) AsBytes() (s string, ok bool) {
	d, ok := v.data.(bytesData)
	return string(d), ok
}

// AsTimedelta is the value of a Timedelta.
func (v Value) AsTimedelta() (d time.Duration, ok bool) {
	t, ok := v.data.(timedeltaData)
	return time.Duration(t), ok
}

// Elems are the elements of a List, Tuple or Set in order, nil for anything else. A part whose elements are not known
// (`+ unknown()`, `*unknown`) is one element that is Unknown and for which IsSpread is true.
func (v Value) Elems() []Value { return elems(v.data) }

// IsSpread reports whether the value stands for any number of unknown elements of the container that it was found in.
func (v Value) IsSpread() bool {
	u, ok := v.data.(*unknownData)
	return ok && u.spread
}

// IsOpen reports whether a container can have elements or keys beside those that it lists.
func (v Value) IsOpen() bool { return isOpen(v.data) }

// Contains reports whether a List, Tuple, Set has the string as an element, or a Dict as a key. Maybe when unknown parts could be it.
func (v Value) Contains(s string) Tri { return contains(v, s) }

// Index is the place of the first element that is the string, or -1.
func (v Value) Index(s string) int {
	for i, e := range v.Elems() {
		if t, ok := e.AsStr(); ok && t == s {
			return i
		}
	}
	return -1
}

// Lookup is the entry of a Dict under a string key. For a Dict that is open the absence of a key is no proof; see IsOpen.
func (v Value) Lookup(key string) (Value, bool) { return lookup(v.data, key) }

// Get follows string keys through nested dictionaries. It returns the invalid Value where a key is missing in a closed Dict,
// an Unknown where the path runs through something unknown or the Dict is open.
func (v Value) Get(keys ...string) Value { return get(v, keys) }

// Entry is one key and value of a Dict.
type Entry struct{ Key, Value Value }

// Entries are the entries of a Dict in order of insertion; nil for anything else.
func (v Value) Entries() []Entry { return entries(v.data) }

// Len is the length of a container, Str or Bytes; ok is false when it is open or no such thing.
func (v Value) Len() (n int, ok bool) { return length(v.data) }

// Truth is Python's truth value.
func (v Value) Truth() Tri { return truth(v.data) }

// Class is the dotted name of an Object's class ("celery.schedules.crontab"), "" for anything else.
func (v Value) Class() string { return className(v.data) }

// Dotted is the dotted name of a Callable, Class or Module, "" where it has none.
func (v Value) Dotted() string { return dotted(v.data) }

// Arg is an argument with which an Object was made, by position or name; invalid when it was not given.
// It is kept for objects of packages that are not modelled.
func (v Value) Arg(position int, name string) Value { return objectArg(v.data, position, name) }

// Attr is an attribute of an Object, Class, Module or function of the project that is known; invalid when it is not.
func (v Value) Attr(name string) Value { return attribute(v.data, name) }

// Env are the environment variables that the value came from, each once, in order of reading. Elements of containers count.
func (v Value) Env() []EnvRef { return envRefs(v) }

// FromEnv reports whether the value, or a part of it, came from the environment.
func (v Value) FromEnv() bool { return len(v.Env()) > 0 }

// IsLiteral reports whether the value's text stands in the repository: a literal, or the default of an environment call that applied.
// Containers are literal when an element is.
func (v Value) IsLiteral() bool { return isLiteral(v) }

// IsRandom reports whether the value is made anew at each start.
func (v Value) IsRandom() bool { return isRandom(v) }

// Repr is the value as Python would write it, for messages; long ones are shortened to about limit characters. Unknown parts are shown as "?".
func (v Value) Repr(limit int) string { return repr(v, limit) }

// Equal reports whether two values are the same known thing; false as soon as a part of either is unknown.
func Equal(a, b Value) bool { return equal(a, b) }
