package deploycheck

import "math/rand/v2"

// pair is two values of two axes, the first axis being the lower one.
type pair struct{ a, v, b, w int }

// pairwise are rows, one index of a value for each axis, among which every pair of values of two axes stands together.
// It is the greedy construction of AETG (Cohen and others, 1997): each row begins with a pair that is missing and takes
// for one axis after the other the value that covers most of the missing ones.
func pairwise(list []axis, random *rand.Rand) [][]int {
	open := newOpenPairs(list)
	var rows [][]int
	for {
		first, any := open.next()
		if !any {
			return rows
		}
		var best []int
		most := 0
		for range 4 {
			row := open.row(first, random)
			if n := open.covers(row); n > most {
				best, most = row, n
			}
		}
		open.close(best)
		rows = append(rows, best)
	}
}

// openPairs are the pairs that no row has yet.
type openPairs struct {
	list  []axis
	first []int  // the number of each axis's first value, all values numbered through
	open  []bool // by the numbers of the two values, the lower axis first
	width int    // how many values there are
	from  int    // pairs before it are covered
}

func newOpenPairs(list []axis) *openPairs {
	o := &openPairs{list: list}
	for _, a := range list {
		o.first = append(o.first, o.width)
		o.width += len(a.values)
	}
	o.open = make([]bool, o.width*o.width)
	for a := range list {
		for v := range list[a].values {
			row := o.open[(o.first[a]+v)*o.width:][:o.width]
			for n := o.first[a] + len(list[a].values); n < o.width; n++ {
				row[n] = true
			}
		}
	}
	return o
}

// at is the place of a pair in open.
func (o *openPairs) at(a, v, b, w int) int {
	if a > b {
		a, v, b, w = b, w, a, v
	}
	return (o.first[a]+v)*o.width + o.first[b] + w
}

func (o *openPairs) next() (pair, bool) {
	for ; o.from < len(o.open); o.from++ {
		if o.open[o.from] {
			a, v := o.axisOf(o.from / o.width)
			b, w := o.axisOf(o.from % o.width)
			return pair{a, v, b, w}, true
		}
	}
	return pair{}, false
}

// axisOf is the axis of a value's number, and its index there.
func (o *openPairs) axisOf(number int) (a, v int) {
	for a = len(o.first) - 1; o.first[a] > number; a-- {
	}
	return a, number - o.first[a]
}

// row is a row that has one pair, and as many of the missing ones as it can have greedily, the other axes taken in a random order.
func (o *openPairs) row(p pair, random *rand.Rand) []int {
	row := make([]int, len(o.list))
	for a := range row {
		row[a] = -1
	}
	row[p.a], row[p.b] = p.v, p.w
	for _, a := range random.Perm(len(o.list)) {
		if row[a] >= 0 {
			continue
		}
		most := -1
		for _, v := range random.Perm(len(o.list[a].values)) {
			if n := o.gain(row, a, v); n > most {
				row[a], most = v, n
			}
		}
	}
	return row
}

// gain is how many missing pairs a value of an axis makes with what the row has.
func (o *openPairs) gain(row []int, a, v int) int {
	n := 0
	for b, w := range row {
		if b != a && w >= 0 && o.open[o.at(a, v, b, w)] {
			n++
		}
	}
	return n
}

func (o *openPairs) covers(row []int) int {
	n := 0
	for a, v := range row {
		n += o.gain(row[:a], a, v)
	}
	return n
}

func (o *openPairs) close(row []int) {
	for a, v := range row {
		for b := a + 1; b < len(row); b++ {
			o.open[o.at(a, v, b, row[b])] = false
		}
	}
}

// missing is how many pairs no row has.
func (o *openPairs) missing() (n int) {
	for _, open := range o.open {
		if open {
			n++
		}
	}
	return n
}
