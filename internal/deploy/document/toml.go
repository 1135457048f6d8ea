package document

import (
	"errors"
	"fmt"

	"github.com/pelletier/go-toml/v2/unstable"

	"gonogo/internal/source"
)

// TOML reads a TOML 1.0 file. The root is a Map even of an empty file. Behind a syntax error nothing more is read, and a diagnostic says where.
func TOML(file *source.File) (root *Node, diagnostics []source.Diagnostic) {
	root = &Node{Kind: Map, At: file.Whole()}
	if why := tooLarge(file); why != "" {
		return root, []source.Diagnostic{{At: file.Whole(), Message: why}}
	}
	defer func() {
		if fault := recover(); fault != nil { // the parser is not ours; its crash must not be the tool's
			diagnostics = append(diagnostics, source.Diagnostic{At: file.Whole(), Message: "the file could not be read as TOML"})
		}
	}()
	r := &tomlReader{file: file}
	r.parser.Reset(file.Data)
	table := root
	for r.parser.NextExpression() {
		expression := r.parser.Expression()
		switch expression.Kind {
		case unstable.Table:
			table = r.table(root, expression, false)
		case unstable.ArrayTable:
			table = r.table(root, expression, true)
		case unstable.KeyValue:
			r.keyValue(table, expression, 0)
		}
	}
	if err := r.parser.Error(); err != nil {
		diagnostics = append(diagnostics, r.fault(err))
	}
	return root, diagnostics
}

type tomlReader struct {
	file   *source.File
	parser unstable.Parser
}

func (r *tomlReader) fault(err error) source.Diagnostic {
	at := r.file.Whole()
	var fault *unstable.ParserError
	if errors.As(err, &fault) && len(fault.Highlight) > 0 {
		at = r.span(r.parser.Range(fault.Highlight))
	}
	return source.Diagnostic{At: at, Message: fmt.Sprintf("not valid TOML: %s", err)}
}

func (r *tomlReader) span(raw unstable.Range) source.Span {
	return r.file.Span(raw.Offset, raw.Offset+raw.Length)
}

// table is the map that a [table] or [[array of tables]] header opens.
func (r *tomlReader) table(root *Node, header *unstable.Node, array bool) *Node {
	at := root
	keys := header.Key()
	for keys.Next() {
		key := keys.Node()
		span := r.span(key.Raw)
		if array && keys.IsLast() {
			var list *Node
			if i := at.place(string(key.Data)); i >= 0 {
				list = at.Entries[i].Value
			}
			if !list.IsList() {
				list = &Node{Kind: List, At: span}
				at.set(Entry{Key: string(key.Data), KeyAt: span, Value: list})
			}
			element := &Node{Kind: Map, At: span}
			list.Items = append(list.Items, element)
			return element
		}
		at = r.child(at, string(key.Data), span)
	}
	return at
}

// child is the map under a key, made when it is missing; of a list of tables it is the last one.
func (r *tomlReader) child(of *Node, key string, at source.Span) *Node {
	var found *Node
	if i := of.place(key); i >= 0 {
		found = of.Entries[i].Value
	}
	if found.IsList() && len(found.Items) > 0 && found.Items[len(found.Items)-1].IsMap() {
		return found.Items[len(found.Items)-1]
	}
	if !found.IsMap() {
		found = &Node{Kind: Map, At: at}
		of.set(Entry{Key: key, KeyAt: at, Value: found})
	}
	return found
}

func (r *tomlReader) keyValue(table *Node, n *unstable.Node, depth int) {
	keys := n.Key()
	for keys.Next() {
		key := keys.Node()
		span := r.span(key.Raw)
		if !keys.IsLast() {
			table = r.child(table, string(key.Data), span)
			continue
		}
		table.set(Entry{Key: string(key.Data), KeyAt: span, Value: r.value(n.Value(), span, depth+1)})
	}
}

// value reads a value; fallback is the place of its key, for lists and tables, which have none of their own.
func (r *tomlReader) value(n *unstable.Node, fallback source.Span, depth int) *Node {
	out := &Node{Kind: String, Text: string(n.Data), At: r.span(n.Raw)}
	if n.Raw.Length == 0 {
		out.At = fallback
	}
	if depth > maxDepth {
		out.Kind = Null
		return out
	}
	switch n.Kind {
	case unstable.Array:
		out.Kind = List
		items := n.Children()
		for items.Next() {
			if items.Node().Kind != unstable.Comment {
				out.Items = append(out.Items, r.value(items.Node(), fallback, depth+1))
			}
		}
		out.cover()
	case unstable.InlineTable:
		out.Kind = Map
		items := n.Children()
		for items.Next() {
			if items.Node().Kind == unstable.KeyValue {
				r.keyValue(out, items.Node(), depth+1)
			}
		}
		out.cover()
	case unstable.Bool:
		out.Kind = Bool
	case unstable.Integer, unstable.Float:
		out.Kind = Number
	}
	return out
}
