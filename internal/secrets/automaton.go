package secrets

import "sort"

// automaton finds many words in one pass over a text, whatever the case of ASCII letters (Aho and Corasick, 1975), as a table of states by
// classes of bytes. A text is read at some hundred megabytes a second.
type automaton struct {
	class  [256]uint8
	width  int
	next   []uint16 // by state*width + class; from state `ending` on, words end in a state
	ending uint16
	ends   [][]int32 // by state-ending: the words that end in it
}

// trieNode is a state while the table is made.
type trieNode struct {
	next map[uint8]int
	fail int
	ends []int32
}

func newAutomaton(words []string) *automaton {
	a := &automaton{width: 1}
	for _, w := range words {
		for i := range len(w) {
			c := fold(w[i])
			if a.class[c] == 0 {
				a.class[c] = uint8(a.width)
				a.width++
			}
		}
	}
	for c := 'A'; c <= 'Z'; c++ {
		a.class[c] = a.class[fold(byte(c))]
	}
	a.fill(a.link(a.trie(words)))
	return a
}

func fold(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func (a *automaton) trie(words []string) []trieNode {
	nodes := []trieNode{{next: map[uint8]int{}}}
	for id, w := range words {
		at := 0
		for i := range len(w) {
			c := a.class[fold(w[i])]
			to, ok := nodes[at].next[c]
			if !ok {
				to = len(nodes)
				nodes = append(nodes, trieNode{next: map[uint8]int{}})
				nodes[at].next[c] = to
			}
			at = to
		}
		nodes[at].ends = append(nodes[at].ends, int32(id))
	}
	return nodes
}

// link gives each state the one that stands for its longest proper suffix, breadth first, and completes its steps from there.
func (a *automaton) link(nodes []trieNode) []trieNode {
	queue := []int{0}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for c := range uint8(a.width) {
			to, own := nodes[at].next[c]
			fallback := 0
			if at != 0 {
				fallback = nodes[nodes[at].fail].next[c]
			}
			if !own {
				nodes[at].next[c] = fallback
				continue
			}
			nodes[to].fail = fallback
			nodes[to].ends = append(nodes[to].ends, nodes[fallback].ends...)
			queue = append(queue, to)
		}
	}
	return nodes
}

// fill writes the table with the states in which words end behind the others.
func (a *automaton) fill(nodes []trieNode) {
	order := make([]int, len(nodes))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return len(nodes[order[i]].ends) == 0 && len(nodes[order[j]].ends) > 0 })
	number := make([]uint16, len(nodes))
	for i, n := range order {
		number[n] = uint16(i)
	}
	a.next = make([]uint16, len(nodes)*a.width)
	a.ending = uint16(len(nodes))
	for i, n := range order {
		for c := range uint8(a.width) {
			a.next[i*a.width+int(c)] = number[nodes[n].next[c]]
		}
		if len(nodes[n].ends) > 0 {
			a.ending = min(a.ending, uint16(i))
			a.ends = append(a.ends, nodes[n].ends)
		}
	}
}

// each calls found with every word that occurs and the offset behind it, in order of their ends, until found returns false.
func (a *automaton) each(text []byte, found func(word, end int) bool) {
	state, width := uint16(0), a.width
	for i, c := range text {
		state = a.next[int(state)*width+int(a.class[c])]
		if state < a.ending {
			continue
		}
		for _, word := range a.ends[state-a.ending] {
			if !found(int(word), i+1) {
				return
			}
		}
	}
}
