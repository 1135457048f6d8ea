package eval

// A region runs weakly when it may run any number of times or not at all (the body of a loop over something unknown).
// What it assigns is joined with what was there before; what it adds to a container is a part that may be there.

// weakRegion is the journal of one region.
type weakRegion struct {
	reason Value // the unknown that made it weak
	names  []weakName
	slots  []weakSlot
	outer  *weakRegion
}

type weakName struct {
	dict *dictData
	name string
	old  Value // invalid when there was none
}

type weakSlot struct {
	place *Value
	old   Value
}

func (r *run) weakStoreDict(d *dictData, name string) {
	if r.weak == nil {
		return
	}
	old, _ := d.getStr(name)
	r.weak.names = append(r.weak.names, weakName{d, name, old})
}

func (r *run) weakStoreSlot(p *Value) {
	if r.weak != nil {
		r.weak.slots = append(r.weak.slots, weakSlot{p, *p})
	}
}

// weakly runs something that may or may not run, because of an unknown value. An exception that it raises is dropped,
// for it may not happen.
func (r *run) weakly(reason Value, body func()) {
	region := &weakRegion{reason: reason, outer: r.weak}
	r.weak = region
	defer func() { r.weak = region.outer }()
	r.protect(body)
	r.weak = region.outer
	for i := len(region.names) - 1; i >= 0; i-- {
		n := region.names[i]
		now, _ := n.dict.getStr(n.name)
		r.weakStoreDict(n.dict, n.name)
		if joined := r.join(n.old, now, reason); joined.data != now.data {
			n.dict.setStr(n.name, joined)
		}
	}
	for i := len(region.slots) - 1; i >= 0; i-- {
		s := region.slots[i]
		r.weakStoreSlot(s.place)
		*s.place = r.join(s.old, *s.place, reason)
	}
}

// join is one of two values: the same when they agree, otherwise unknown.
func (r *run) join(a, b, reason Value) Value {
	if a.IsValid() && b.IsValid() && (sameIdentity(a, b) || equal(a, b) && !isPart(a)) {
		return b
	}
	if a.data == nil && b.data == nil {
		return Value{}
	}
	return unknownFrom(b.At(), "join", reason, a, b)
}

// sameIdentity is Python's `is` for what it is certain of.
func sameIdentity(a, b Value) bool {
	switch a.data.(type) {
	case *listData, *tupleData, *setData, *dictData, *unknownData, *objectData, *classData, *moduleData, *funcData, *nativeData,
		*methodData, *iteratorData, *rangeData, *sliceData, *superData, *descriptorData:
		return a.data == b.data
	}
	return false
}

// openValue is what an unknown function may have done to its argument: see Call.OpenAll.
func openValue(v Value, reason string, depth int) {
	if depth > 8 {
		return
	}
	switch d := v.data.(type) {
	case *listData:
		if len(d.elems) == 0 || !d.elems[len(d.elems)-1].IsSpread() {
			d.elems = append(d.elems, MakeSpread(reason))
		}
	case *setData:
		d.dict.open = MakeSpread(reason)
	case *dictData:
		d.overlay(MakeUnknown(reason))
	case *objectData:
		if d.value.IsValid() {
			openValue(d.value, reason, depth+1)
		}
	}
}
