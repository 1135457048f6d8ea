package deploy

import (
	"path"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// mergedService is a service with another one laid over it, as Compose merges files and extended services: maps are joined, lists are
// appended, commands are replaced, and ports and volumes are told apart by where they lead; !reset takes away, !override replaces
// (https://github.com/compose-spec/compose-spec/blob/main/13-merge.md).
func mergedService(base, over *document.Node) *document.Node {
	return mergedNode("", base, over, 0)
}

const maxMergeDepth = 20

func mergedNode(key string, base, over *document.Node, depth int) *document.Node {
	switch {
	case over == nil:
		return base
	case over.Tag == "!reset":
		return nil
	case over.Tag == "!override":
		return over
	case base == nil || base.Kind == document.Null || depth > maxMergeDepth:
		return over
	case replacedWhole(key):
		return over
	case key == "depends_on":
		return mergedMaps(conditions(base), conditions(over), depth)
	case asPairs(key):
		return mergedMaps(pairs(base), pairs(over), depth)
	case base.IsMap() && over.IsMap():
		return mergedMaps(base, over, depth)
	case key == "build" && (base.IsMap() || over.IsMap()):
		return mergedMaps(longBuild(base), longBuild(over), depth)
	case base.IsMap() || over.IsMap():
		return over
	case base.IsList() || over.IsList() && isListKey(key):
		return mergedLists(key, base, over)
	}
	return over
}

// replacedWhole reports whether a file's value of a key takes the place of the other's.
func replacedWhole(key string) bool { return key == "command" || key == "entrypoint" || key == "test" }

// asPairs reports whether a key takes a map, or a list of NAME=value.
func asPairs(key string) bool {
	switch key {
	case "environment", "labels", "args", "sysctls", "extra_hosts", "options":
		return true
	}
	return false
}

// isListKey reports whether a key takes one value in place of a list of one.
func isListKey(key string) bool { return key == "env_file" || key == "dns" || key == "tmpfs" }

// pairs turns a list of NAME=value into a map.
func pairs(n *document.Node) *document.Node {
	if !n.IsList() {
		return n
	}
	m := &document.Node{Kind: document.Map, At: n.At}
	for _, item := range n.Items {
		name, value, given := strings.Cut(item.Scalar(), "=")
		v := &document.Node{Kind: document.Null, At: item.At}
		if given {
			v = &document.Node{Kind: document.String, Text: value, At: item.At}
		}
		m.Entries = append(m.Entries, document.Entry{Key: name, KeyAt: item.At, Value: v})
	}
	return m
}

// conditions turns a list of the services that one waits for into the long form.
func conditions(n *document.Node) *document.Node {
	if !n.IsList() {
		return n
	}
	m := &document.Node{Kind: document.Map, At: n.At}
	for _, item := range n.Items {
		started := document.Entry{Key: "condition", KeyAt: item.At, Value: &document.Node{Kind: document.String, Text: "service_started", At: item.At}}
		m.Entries = append(m.Entries, document.Entry{Key: item.Scalar(), KeyAt: item.At, Value: &document.Node{Kind: document.Map, At: item.At, Entries: []document.Entry{started}}})
	}
	return m
}

// longBuild turns `build: folder` into its long form.
func longBuild(n *document.Node) *document.Node {
	if n.IsMap() {
		return n
	}
	context := document.Entry{Key: "context", KeyAt: n.At, Value: n}
	return &document.Node{Kind: document.Map, At: n.At, Entries: []document.Entry{context}}
}

func mergedMaps(base, over *document.Node, depth int) *document.Node {
	m := &document.Node{Kind: document.Map, At: over.At}
	for _, e := range base.Map() {
		if o := over.Get(e.Key); o != nil {
			e.KeyAt, e.Value = keyAt(over, e.Key), mergedNode(e.Key, e.Value, o, depth+1)
		}
		if e.Value != nil {
			m.Entries = append(m.Entries, e)
		}
	}
	for _, e := range over.Map() {
		if base.Get(e.Key) == nil && e.Value.Tag != "!reset" {
			m.Entries = append(m.Entries, e)
		}
	}
	return m
}

func keyAt(n *document.Node, key string) (at source.Span) {
	for _, e := range n.Map() {
		if e.Key == key {
			at = e.KeyAt
		}
	}
	return at
}

// mergedLists appends; an entry that leads to the same target as an earlier one takes its place.
func mergedLists(key string, base, over *document.Node) *document.Node {
	l := &document.Node{Kind: document.List, At: over.At}
	l.Items = append(l.Items, base.List()...)
	for _, item := range over.List() {
		place := -1
		for i, earlier := range l.Items {
			if target := targetOf(key, item); target != "" && target == targetOf(key, earlier) {
				place = i
			}
		}
		if place >= 0 {
			l.Items[place] = item
			continue
		}
		l.Items = append(l.Items, item)
	}
	return l
}

// targetOf is what an entry of a list is told apart by, "" when entries are not.
func targetOf(key string, item *document.Node) string {
	switch key {
	case "volumes", "devices", "configs", "secrets":
		if item.IsMap() {
			return firstNonEmpty(item.Get("target").Scalar(), item.Get("source").Scalar())
		}
		if parts := volumeParts(item.Scalar()); len(parts) > 1 {
			return parts[1]
		}
		return item.Scalar()
	case "ports":
		p := composePort(item)
		return p.Address.Value + "|" + p.Host.Written + "|" + itoa(p.Host.Value) + "|" + itoa(p.Container.Value) + "|" + p.Container.Written + "|" + p.Protocol
	}
	return item.Scalar()
}

// volumeParts splits source:target:mode outside of ${...}.
func volumeParts(text string) []string {
	var parts []string
	depth, from := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			depth--
		case ':':
			if depth <= 0 && !(i-from == 1 && i+1 < len(text) && text[i+1] == '\\') { // C:\ of Windows
				parts = append(parts, text[from:i])
				from = i + 1
			}
		}
	}
	return append(parts, text[from:])
}

// folderOf is the folder that relative paths in a node are relative to: that of the file in which it stands.
func folderOf(n *document.Node) string { return path.Dir(n.Span().Path()) }
