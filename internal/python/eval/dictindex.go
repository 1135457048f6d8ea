package eval

import "hash/maphash"

// dictIndex finds the entries of a dictionary by the hashes of their keys, as CPython's does: the keys themselves stay in the list of
// entries. It takes a tenth of the memory of a map by key, and thousands of dictionaries are made in each run.
type dictIndex struct {
	slots []slot // as many as a power of two
	used  int    // slots that are or were in use
}

// slot is one place in an index: empty when at is 0, removed when it is below, else of the entry at-1.
type slot struct {
	hash uint32
	at   int32
}

// hashSeed is the same for all dictionaries. What it is shows nowhere: the order of a dictionary is that of its list.
var hashSeed = maphash.MakeSeed()

func hashText(s string) uint32 { return uint32(maphash.String(hashSeed, s)) }

func (k key) hash() uint32 {
	if k.kind == Str {
		return hashText(k.s)
	}
	return uint32(maphash.Comparable(hashSeed, k))
}

// newDictIndex has room for so many entries before it grows.
func newDictIndex(entries int) *dictIndex {
	size := 2 * smallDict
	for size*3/4 < entries {
		size *= 2
	}
	return &dictIndex{slots: make([]slot, size)}
}

// add puts an entry in that is not there.
func (x *dictIndex) add(hash uint32, at int) {
	if x.used >= len(x.slots)*3/4 {
		x.grow()
	}
	mask := uint32(len(x.slots) - 1)
	i := hash & mask
	for x.slots[i].at != 0 {
		i = (i + 1) & mask
	}
	x.slots[i] = slot{hash, int32(at + 1)}
	x.used++
}

func (x *dictIndex) grow() {
	larger := &dictIndex{slots: make([]slot, 2*len(x.slots))}
	for _, s := range x.slots {
		if s.at > 0 {
			larger.add(s.hash, int(s.at-1))
		}
	}
	*x = *larger
}

// remove takes out the entry at a place of the list.
func (x *dictIndex) remove(hash uint32, at int) {
	mask := uint32(len(x.slots) - 1)
	for i := hash & mask; x.slots[i].at != 0; i = (i + 1) & mask {
		if x.slots[i].at == int32(at+1) {
			x.slots[i].at = -1
			return
		}
	}
}

// indexed is the place of a key in the list of an indexed dictionary, or -1.
func (d *dictData) indexed(k key, hash uint32) int {
	mask := uint32(len(d.index.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := d.index.slots[i]
		if s.at == 0 {
			return -1
		}
		if s.hash != hash || s.at < 0 {
			continue
		}
		if k.kind == Str {
			if isText(d.list[s.at-1].Key, k.s) {
				return int(s.at - 1)
			}
		} else if other, ok := keyOf(d.list[s.at-1].Key); ok && other == k {
			return int(s.at - 1)
		}
	}
}

// isText reports whether a key is a text, or an instance of a class of texts that is as one.
func isText(k Value, s string) bool {
	switch t := k.data.(type) {
	case strData:
		return string(t) == s
	case *objectData:
		u, ok := t.value.data.(strData)
		return ok && string(u) == s
	}
	return false
}
