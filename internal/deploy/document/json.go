package document

import (
	"bytes"
	"encoding/json"
	"fmt"

	"gonogo/internal/source"
)

// JSON reads a JSON file. Behind a syntax error nothing more is read, and a diagnostic says where.
func JSON(file *source.File) (*Node, []source.Diagnostic) {
	if why := tooLarge(file); why != "" {
		return nil, []source.Diagnostic{{At: file.Whole(), Message: why}}
	}
	r := &jsonReader{file: file, decoder: json.NewDecoder(bytes.NewReader(file.Data))}
	r.decoder.UseNumber()
	root, err := r.value(0)
	if err != nil {
		at := r.decoder.InputOffset()
		return root, []source.Diagnostic{{At: file.Span(source.Pos(at), source.Pos(at)), Message: fmt.Sprintf("not valid JSON: %s", err)}}
	}
	return root, nil
}

type jsonReader struct {
	file    *source.File
	decoder *json.Decoder
}

// token is the next token and its place.
func (r *jsonReader) token() (json.Token, source.Span, error) {
	start := r.decoder.InputOffset()
	tk, err := r.decoder.Token()
	end := r.decoder.InputOffset()
	for start < end && bytes.IndexByte([]byte(" \t\r\n,:"), r.file.Data[start]) >= 0 {
		start++
	}
	return tk, r.file.Span(source.Pos(start), source.Pos(end)), err
}

// value reads one value. What was read before an error is returned with it.
func (r *jsonReader) value(depth int) (*Node, error) {
	tk, at, err := r.token()
	if err != nil {
		return nil, err
	}
	n := &Node{Kind: Null, At: at}
	switch tk := tk.(type) {
	case bool:
		n.Kind, n.Text = Bool, fmt.Sprint(tk)
	case json.Number:
		n.Kind, n.Text = Number, tk.String()
	case string:
		n.Kind, n.Text = String, tk
	case json.Delim:
		if depth > maxDepth {
			return n, fmt.Errorf("nested too deeply")
		}
		n.Kind = List
		if tk == '{' {
			n.Kind = Map
		}
		err = r.children(n, depth)
	}
	return n, err
}

func (r *jsonReader) children(n *Node, depth int) error {
	for r.decoder.More() {
		entry := Entry{}
		if n.Kind == Map {
			tk, at, err := r.token()
			if err != nil {
				return err
			}
			entry.Key, _ = tk.(string)
			entry.KeyAt = at
		}
		value, err := r.value(depth + 1)
		if value != nil && n.Kind == List {
			n.Items = append(n.Items, value)
		} else if value != nil {
			entry.Value = value
			n.Entries = append(n.Entries, entry)
		}
		if err != nil {
			return err
		}
	}
	_, at, err := r.token() // the closing bracket
	n.At.End = max(n.At.End, at.End)
	return err
}
