package eval

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"gonogo/internal/source"
)

// dictData is a dictionary that keeps the order of insertion. The global names of a module are one too, so that globals() is live.
type dictData struct {
	list  []Entry    // a deleted one has an invalid key
	index *dictIndex // only when there are more than smallDict
	dead  int
	// open is an Unknown when there can be more keys than those listed.
	open Value
	// owner, isModule and assigned are set for the global names of a module: the run, and, where worlds are explored, the places that gave
	// each name its value.
	owner    *run
	isModule bool
	assigned map[string][]source.Span
}

// setData is a set; its elements are the keys.
type setData struct {
	dict   dictData
	frozen bool
	filled bool // an element was added and none removed since: it is not empty, though it may be open
}

const smallDict = 8

// key is what Python's hash and equality see of a hashable value.
type key struct {
	kind Kind
	n    int64
	s    string
	p    any // identity
}

// keyOf gives the key of a value; ok is false when it is not hashable, or unknown.
func keyOf(v Value) (k key, ok bool) {
	left := maxLookedAt
	return keyWithin(v, &left)
}

// keyWithin looks at a bounded number of parts; a tuple with more is equal to itself only.
func keyWithin(v Value, left *int) (k key, ok bool) {
	if *left--; *left < 0 {
		return key{kind: Object, p: v.data}, true
	}
	switch d := v.data.(type) {
	case strData:
		return key{kind: Str, s: string(d)}, true
	case intData:
		return key{kind: Int, n: int64(d)}, true
	case boolData:
		if d {
			return key{kind: Int, n: 1}, true
		}
		return key{kind: Int}, true
	case noneData:
		return key{kind: None}, true
	case floatData:
		f := float64(d)
		if f == math.Trunc(f) && math.Abs(f) < 1<<62 {
			return key{kind: Int, n: int64(f)}, true
		}
		return key{kind: Float, n: int64(math.Float64bits(f))}, true
	case bigData:
		return key{kind: Int, s: d.i.String()}, true
	case bytesData:
		return key{kind: Bytes, s: string(d)}, true
	case pathData:
		return key{kind: Path, s: string(d)}, true
	case purePathData:
		return key{kind: Path, s: string(d)}, true
	case timedeltaData:
		return key{kind: Timedelta, n: int64(d)}, true
	case *tupleData:
		return sequenceKey(Tuple, d, left)
	case *setData:
		if !d.frozen {
			return key{}, false
		}
		elems := d.elems()
		texts := make([]string, len(elems))
		for i, e := range elems {
			texts[i] = repr(e, 1<<20)
		}
		sort.Strings(texts)
		return key{kind: Set, s: strings.Join(texts, ",")}, true
	case *objectData:
		if d.class.ownEquality() {
			return key{}, false
		}
		if d.value.IsValid() {
			return keyWithin(d.value, left)
		}
		return key{kind: Object, p: d}, true
	case *listData, *dictData, *unknownData, nil:
		return key{}, false
	case ellipsisData, notImplementedData, complexData:
		return key{kind: Object, p: d}, true
	case *rangeData:
		return key{kind: Object, s: repr(v, 200)}, true
	case *methodData:
		return key{kind: Callable, s: d.name, p: d.self.data}, true
	}
	return key{kind: Object, p: v.data}, true
}

// unclearKey is a key of which it is not known which other keys it equals, as an unknown one.
func unclearKey(k Value) Value {
	if k.IsUnknown() {
		return k
	}
	return MakeUnknown("which keys are equal is decided by code of the project").WithOrigin(k.origin)
}

// ownEquality reports whether instances of a class of the project are equal by a method of the project: which of them are the same key
// of a dictionary is not followed.
func (c *classData) ownEquality() bool {
	for _, k := range c.mro {
		if k.builtin || k.native != nil {
			continue
		}
		for _, name := range []string{"__eq__", "__hash__"} {
			if _, ok := k.attrs.getStr(name); ok {
				return true
			}
		}
	}
	return false
}

func sequenceKey(kind Kind, d *tupleData, left *int) (key, bool) {
	var b []byte
	for _, e := range d.elems {
		k, ok := keyWithin(e, left)
		if *left < 0 {
			return key{kind: Object, p: d}, true
		}
		if !ok || k.p != nil {
			return key{}, false
		}
		b = strconv.AppendInt(b, int64(k.kind), 10)
		b = append(b, ':')
		b = strconv.AppendInt(b, k.n, 10)
		b = append(b, ':')
		b = strconv.AppendInt(b, int64(len(k.s)), 10)
		b = append(b, ':')
		b = append(b, k.s...)
		b = append(b, ',')
	}
	return key{kind: kind, s: string(b)}, true
}

func newDict() *dictData { return &dictData{} }

func newSet(elems []Value, frozen bool) *setData {
	s := &setData{frozen: frozen}
	for _, e := range elems {
		s.add(e)
	}
	return s
}

// add puts an element into the set; one that is unknown opens the set.
func (s *setData) add(v Value) {
	s.filled = s.filled || !v.IsSpread()
	if v.IsUnknown() {
		if !v.IsSpread() {
			v = spread(v)
		}
		s.dict.open = v
		return
	}
	k, ok := keyOf(v)
	if !ok {
		s.dict.overlay(unclearKey(v))
	} else if s.dict.find(k) < 0 {
		s.dict.set(v, MakeNone())
	}
}

func (s *setData) elems() []Value {
	out := make([]Value, 0, s.dict.size()+1)
	for _, e := range s.dict.list {
		if e.Key.IsValid() {
			out = append(out, e.Key)
		}
	}
	if s.dict.open.IsValid() {
		out = append(out, s.dict.open)
	}
	return out
}

// spread is an unknown value as a part of a container with any number of elements.
func spread(v Value) Value {
	reason := v.Reason()
	return Value{data: &unknownData{reason: reason, spread: true}, origin: v.origin}
}

func (d *dictData) size() int { return len(d.list) - d.dead }

// find is the place of a key in list, or -1.
func (d *dictData) find(k key) int {
	if d.index != nil {
		return d.indexed(k, k.hash())
	}
	if k.kind == Str {
		return d.findStr(k.s)
	}
	for i := range d.list {
		if !d.list[i].Key.IsValid() {
			continue
		}
		if other, ok := keyOf(d.list[i].Key); ok && other == k {
			return i
		}
	}
	return -1
}

func (d *dictData) findStr(s string) int {
	if d.index != nil {
		return d.indexed(key{kind: Str, s: s}, hashText(s))
	}
	for i := range d.list {
		if isText(d.list[i].Key, s) {
			return i
		}
	}
	return -1
}

func (d *dictData) getStr(s string) (Value, bool) {
	if i := d.findStr(s); i >= 0 {
		return d.list[i].Value, true
	}
	return Value{}, false
}

func (d *dictData) get(k Value) (Value, bool) {
	h, ok := keyOf(k)
	if !ok {
		return Value{}, false
	}
	if i := d.find(h); i >= 0 {
		return d.list[i].Value, true
	}
	return Value{}, false
}

// setStr stores a value under a text; what is there already keeps its key.
func (d *dictData) setStr(name string, v Value) {
	if d.owner != nil {
		d.owner.noteAssigned(d, name, d.owner.at)
	}
	if i := d.findStr(name); i >= 0 {
		d.list[i].Value = v
		return
	}
	d.add(MakeStr(name), v, key{kind: Str, s: name})
}

// set stores a value under a key; a key that is unknown opens the dictionary and makes what it holds doubtful.
func (d *dictData) set(k, v Value) {
	h, ok := keyOf(k)
	if !ok {
		d.overlay(unclearKey(k))
		return
	}
	if d.owner != nil {
		if s, isStr := k.data.(strData); isStr {
			d.owner.noteAssigned(d, string(s), d.owner.at)
		}
	}
	if i := d.find(h); i >= 0 {
		d.list[i].Value = v
		return
	}
	d.add(k, v, h)
}

// expect makes room for about so many entries, where there are none yet; the index is only made when they come.
func (d *dictData) expect(n int) {
	if len(d.list) == 0 && d.index == nil {
		d.list = make([]Entry, 0, n)
	}
}

// add appends an entry whose key is not there.
func (d *dictData) add(k, v Value, h key) {
	d.list = append(d.list, Entry{k, v})
	if d.index != nil {
		d.index.add(h.hash(), len(d.list)-1)
	} else if len(d.list) > smallDict {
		d.reindex()
	}
}

// reserve makes room for n entries of an empty dictionary.
func (d *dictData) reserve(n int) {
	d.list = make([]Entry, 0, n)
	if n > smallDict {
		d.index = newDictIndex(n)
	}
}

func (d *dictData) reindex() {
	if d.dead > 0 {
		kept := d.list[:0]
		for _, e := range d.list {
			if e.Key.IsValid() {
				kept = append(kept, e)
			}
		}
		d.list, d.dead = kept, 0
	}
	d.index = nil
	if len(d.list) <= smallDict {
		return
	}
	d.index = newDictIndex(2 * len(d.list))
	for i, e := range d.list {
		if k, ok := keyOf(e.Key); ok {
			d.index.add(k.hash(), i)
		}
	}
}

func (d *dictData) delete(k Value) (Value, bool) {
	h, ok := keyOf(k)
	if !ok {
		return Value{}, false
	}
	i := d.find(h)
	if i < 0 {
		return Value{}, false
	}
	v := d.list[i].Value
	d.list[i] = Entry{}
	d.dead++
	if d.index != nil {
		d.index.remove(h.hash(), i)
	}
	if d.dead > smallDict && d.dead > len(d.list)/2 {
		d.reindex()
	}
	return v, true
}

func (d *dictData) clear() {
	d.list, d.index, d.dead, d.open = nil, nil, 0, Value{}
}

func (d *dictData) entries() []Entry {
	if d.dead == 0 {
		return d.list
	}
	out := make([]Entry, 0, d.size())
	for _, e := range d.list {
		if e.Key.IsValid() {
			out = append(out, e)
		}
	}
	return out
}

// overlay is the effect of update() with an unknown mapping: any key may have been added or given another value.
func (d *dictData) overlay(unknown Value) {
	d.open = spread(unknown)
	for i := range d.list {
		if d.list[i].Key.IsValid() {
			d.list[i].Value = MakeUnknown(unknown.Reason()).WithOrigin(unknown.origin)
		}
	}
}

// update copies the entries of another dictionary.
func (d *dictData) update(other *dictData) {
	if other.open.IsValid() {
		d.overlay(other.open)
	}
	for _, e := range other.entries() {
		d.set(e.Key, e.Value)
	}
}

func (d *dictData) copy() *dictData {
	c := &dictData{open: d.open, list: append([]Entry(nil), d.entries()...)}
	if len(c.list) > smallDict {
		c.reindex()
	}
	return c
}
