// Package document reads YAML, TOML, JSON and INI files into one kind of tree in which every part knows its place.
//
// A reader never fails: what it can't read is a diagnostic, and the tree holds the rest. Size and depth are bounded.
package document

import "gonogo/internal/source"

// Kind is the type of a node.
type Kind uint8

const (
	Null   Kind = iota + 1
	Bool        // Text is "true" or "false"
	Number      // Text is the number as written
	String      // Text is the decoded text
	List
	Map
)

// Node is one value of a document. A nil *Node stands for "there is no such value", and every method accepts it.
type Node struct {
	Kind    Kind
	Text    string // of a scalar
	Items   []*Node
	Entries []Entry
	Tag     string      // of a value in YAML, where it is the format's own ("!reset"), else ""
	At      source.Span // the value; of a List or Map from its first part to its last

	index map[string]int // the place of each key in Entries, once there are many
}

// Entry is one key with its value.
type Entry struct {
	Key   string
	KeyAt source.Span
	Value *Node
}

const (
	// MaxBytes is how large a document may be. The largest lock files of real projects have about 2 MB. YAML files may have 1 MB.
	MaxBytes = 8 << 20
	// maxDepth is how deep a document may be nested.
	maxDepth = 100
)

// Get follows keys through nested maps; nil when one is missing. Where a key stands twice the last one counts.
func (n *Node) Get(keys ...string) *Node {
	for _, key := range keys {
		if n == nil {
			return nil
		}
		var found *Node
		for i := len(n.Entries) - 1; i >= 0 && found == nil; i-- {
			if n.Entries[i].Key == key {
				found = n.Entries[i].Value
			}
		}
		n = found
	}
	return n
}

// Str is the text of a scalar other than null.
func (n *Node) Str() (string, bool) {
	if n == nil || n.Kind != String && n.Kind != Number && n.Kind != Bool {
		return "", false
	}
	return n.Text, true
}

// Scalar is the text of a scalar, or "".
func (n *Node) Scalar() string {
	s, _ := n.Str()
	return s
}

// IsMap reports whether the node is a map.
func (n *Node) IsMap() bool { return n != nil && n.Kind == Map }

// IsList reports whether the node is a list.
func (n *Node) IsList() bool { return n != nil && n.Kind == List }

// List are the items of a list, or the node itself when it is a scalar: many formats allow one value in place of a list of one.
func (n *Node) List() []*Node {
	switch {
	case n == nil || n.Kind == Null || n.Kind == Map:
		return nil
	case n.Kind == List:
		return n.Items
	}
	return []*Node{n}
}

// Strings are the texts of the scalars in List.
func (n *Node) Strings() []string {
	var out []string
	for _, item := range n.List() {
		if s, ok := item.Str(); ok {
			out = append(out, s)
		}
	}
	return out
}

// Map are the entries of a map, nil for anything else.
func (n *Node) Map() []Entry {
	if n == nil {
		return nil
	}
	return n.Entries
}

// Span is where the node stands; the zero span for a nil node.
func (n *Node) Span() source.Span {
	if n == nil {
		return source.Span{}
	}
	return n.At
}

// indexed is from how many entries on a map keeps an index while it is built.
const indexed = 32

// set replaces the value of a key, or adds it.
func (n *Node) set(e Entry) {
	if i := n.place(e.Key); i >= 0 {
		n.Entries[i] = e
		return
	}
	n.Entries = append(n.Entries, e)
	if n.index != nil {
		n.index[e.Key] = len(n.Entries) - 1
	}
}

// place is where a key stands in Entries, or -1.
func (n *Node) place(key string) int {
	if n.index == nil && len(n.Entries) >= indexed {
		n.index = make(map[string]int, 2*indexed)
		for i, e := range n.Entries {
			n.index[e.Key] = i
		}
	}
	if n.index != nil {
		if i, ok := n.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range n.Entries {
		if n.Entries[i].Key == key {
			return i
		}
	}
	return -1
}

// cover widens the span of a list or map to what it holds, as far as that stands behind its beginning in the same file.
func (n *Node) cover() {
	widen := func(at source.Span) {
		if at.File == n.At.File && at.Start >= n.At.Start && at.End > n.At.End {
			n.At.End = at.End
		}
	}
	for _, item := range n.Items {
		widen(item.At)
	}
	for _, e := range n.Entries {
		widen(e.KeyAt)
		if e.Value != nil {
			widen(e.Value.At)
		}
	}
}

// tooLarge says why a file is not read, or "".
func tooLarge(file *source.File) string {
	if len(file.Data) > MaxBytes {
		return "the file is larger than 8 MB and was not read"
	}
	depth := 0
	for _, c := range file.Data {
		switch c {
		case '[', '{':
			if depth++; depth > maxDepth {
				return "the file is nested too deeply and was not read"
			}
		case ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return ""
}

// Sequence are the items of a list alone; nil for anything else.
func (n *Node) Sequence() []*Node {
	if n.IsList() {
		return n.Items
	}
	return nil
}
