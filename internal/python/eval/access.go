package eval

import (
	"strings"
)

func elems(d data) []Value {
	switch d := d.(type) {
	case *listData:
		return d.elems
	case *tupleData:
		return d.elems
	case *setData:
		return d.elems()
	case *objectData:
		if d.value.IsValid() {
			return elems(d.value.data)
		}
	}
	return nil
}

// dictOf is the dictionary that a Dict, or an instance of a subclass of dict, holds.
func dictOf(d data) *dictData {
	switch d := d.(type) {
	case *dictData:
		return d
	case *objectData:
		if d.value.IsValid() {
			return dictOf(d.value.data)
		}
	}
	return nil
}

func isOpen(d data) bool {
	switch d := d.(type) {
	case *listData:
		return hasSpread(d.elems)
	case *tupleData:
		return hasSpread(d.elems)
	case *setData:
		return d.dict.open.IsValid()
	case *dictData:
		return d.open.IsValid()
	case *objectData:
		return d.value.IsValid() && isOpen(d.value.data)
	}
	return false
}

func hasSpread(list []Value) bool {
	for _, e := range list {
		if e.IsSpread() {
			return true
		}
	}
	return false
}

func contains(v Value, s string) Tri {
	if d := dictOf(v.data); d != nil {
		if d.findStr(s) >= 0 {
			return Yes
		}
		if d.open.IsValid() {
			return Maybe
		}
		return No
	}
	switch v.Kind() {
	case List, Tuple, Set, Object:
	case Unknown:
		return Maybe
	default:
		return No
	}
	answer := No
	for _, e := range v.Elems() {
		if t, ok := e.AsStr(); ok && t == s {
			return Yes
		}
		if e.IsUnknown() {
			answer = Maybe
		}
	}
	return answer
}

func lookup(d data, key string) (Value, bool) {
	if dict := dictOf(d); dict != nil {
		return dict.getStr(key)
	}
	return Value{}, false
}

func get(v Value, keys []string) Value {
	for _, k := range keys {
		if v.IsUnknown() {
			return v
		}
		d := dictOf(v.data)
		if d == nil {
			return Value{}
		}
		next, ok := d.getStr(k)
		switch {
		case ok:
			v = next
		case d.open.IsValid():
			return MakeUnknown(d.open.Reason()).WithOrigin(d.open.origin)
		default:
			return Value{}
		}
	}
	return v
}

func entries(d data) []Entry {
	if dict := dictOf(d); dict != nil {
		return dict.entries()
	}
	return nil
}

func length(d data) (int, bool) {
	switch d := d.(type) {
	case strData:
		return len([]rune(string(d))), true
	case bytesData:
		return len(d), true
	case *listData:
		return len(d.elems), !hasSpread(d.elems)
	case *tupleData:
		return len(d.elems), !hasSpread(d.elems)
	case *setData:
		return d.dict.size(), !d.dict.open.IsValid()
	case *dictData:
		return d.size(), !d.open.IsValid()
	case *rangeData:
		return int(d.count()), true
	case *objectData:
		if d.value.IsValid() {
			return length(d.value.data)
		}
	}
	return 0, false
}

func tri(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

// truth is the truth of a value as far as it can be told without running code.
func truth(d data) Tri {
	switch d := d.(type) {
	case nil:
		return Maybe
	case noneData:
		return No
	case boolData:
		return tri(bool(d))
	case intData:
		return tri(d != 0)
	case bigData:
		return Yes
	case floatData:
		return tri(d != 0)
	case complexData:
		return tri(d != 0)
	case strData:
		return tri(d != "")
	case bytesData:
		return tri(d != "")
	case timedeltaData:
		return tri(d != 0)
	case *unknownData:
		if d.truth != 0 {
			return d.truth
		}
		return Maybe
	case *listData, *tupleData, *setData, *dictData, *rangeData:
		if s, ok := d.(*setData); ok && s.filled {
			return Yes
		}
		n, exact := length(d)
		if exact {
			return tri(n > 0)
		}
		for _, e := range elems(d) {
			if !e.IsSpread() {
				return Yes
			}
		}
		if len(entries(d)) > 0 {
			return Yes
		}
		return Maybe
	case *iteratorData:
		if d.view != nil {
			return truth(d.view)
		}
		return Yes
	case *objectData:
		if d.value.IsValid() {
			return truth(d.value.data)
		}
		if d.open || d.class.open {
			return Maybe
		}
		if _, ok := d.class.find("__bool__"); ok {
			return Maybe
		}
		if _, ok := d.class.find("__len__"); ok {
			return Maybe
		}
		return Yes
	}
	return Yes
}

func className(d data) string {
	switch d := d.(type) {
	case *objectData:
		return d.class.name
	case *rangeData:
		return "range"
	case *sliceData:
		return "slice"
	case *iteratorData:
		return d.what
	case ellipsisData:
		return "ellipsis"
	case notImplementedData:
		return "NotImplementedType"
	case complexData:
		return "complex"
	case *descriptorData:
		return d.what
	case *superData:
		return "super"
	}
	return ""
}

func dotted(d data) string {
	switch d := d.(type) {
	case *classData:
		return d.name
	case *moduleData:
		return d.name
	case *funcData:
		return d.name
	case *nativeData:
		return d.name
	case *methodData:
		if n := dotted(d.fn.data); n != "" {
			return n
		}
		return d.name
	}
	return ""
}

func objectArg(d data, position int, name string) Value {
	o, ok := d.(*objectData)
	if !ok {
		return Value{}
	}
	return argument(o.args, o.kwargs, position, name)
}

func argument(args []Value, kwargs []Kwarg, position int, name string) Value {
	if position >= 0 && position < len(args) {
		return args[position]
	}
	if name == "" {
		return Value{}
	}
	for _, k := range kwargs {
		if k.Name == name {
			return k.Value
		}
	}
	return Value{}
}

func attribute(d data, name string) Value {
	switch d := d.(type) {
	case *objectData:
		if d.attrs != nil {
			if v, ok := d.attrs.getStr(name); ok {
				return v
			}
		}
		if v, ok := d.class.find(name); ok {
			return v
		}
	case *classData:
		if v, ok := d.find(name); ok {
			return v
		}
	case *moduleData:
		if v, ok := d.globals.getStr(name); ok {
			return v
		}
	case *funcData:
		if d.attrs != nil {
			if v, ok := d.attrs.getStr(name); ok {
				return v
			}
		}
	}
	return Value{}
}

// find looks a name up in the class and its bases.
func (c *classData) find(name string) (Value, bool) {
	for _, k := range c.mro {
		if k.attrs != nil {
			if v, ok := k.attrs.getStr(name); ok {
				return v, true
			}
		}
	}
	return Value{}, false
}

// isSubclass reports whether the class is the other one or inherits from it.
func (c *classData) isSubclass(of *classData) bool {
	for _, k := range c.mro {
		if k == of {
			return true
		}
	}
	return false
}

// isOpen reports whether the class or one of its bases is not modelled.
func (c *classData) isOpen() bool {
	for _, k := range c.mro {
		if k.open {
			return true
		}
	}
	return false
}

// simpleName is the last part of the class's dotted name.
func (c *classData) simpleName() string { return c.name[strings.LastIndexByte(c.name, '.')+1:] }

// Count is the number of values of the range.
func (r *rangeData) count() int64 {
	switch {
	case r.step > 0 && r.start < r.stop:
		return (r.stop-r.start-1)/r.step + 1
	case r.step < 0 && r.start > r.stop:
		return (r.start-r.stop-1)/(-r.step) + 1
	}
	return 0
}
