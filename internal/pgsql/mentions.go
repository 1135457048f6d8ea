package pgsql

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Mentions are the tables that statements name, and the columns.
type Mentions struct {
	Tables  []string  // without their schemas, in order of their first mention
	Columns []Mention // in order
}

// Mention is a column as a statement names it.
type Mention struct {
	// Table is the table of the column's qualifier, behind its alias; "" for a name without one, which can be of any table of the text.
	Table, Column string
}

// Has reports whether a column of a table is named, or may be.
func (m Mentions) Has(table, column string) bool {
	if !slices.Contains(m.Tables, table) {
		return false
	}
	return slices.ContainsFunc(m.Columns, func(c Mention) bool { return c.Column == column && (c.Table == "" || c.Table == table) })
}

// Mentioned reads which tables and columns a text names. An error is a syntax error of PostgreSQL, or ErrTooLong.
func Mentioned(text string) (Mentions, error) {
	if len(text) > longest {
		return Mentions{}, ErrTooLong
	}
	tree, err := parse(text)
	if err != nil {
		return Mentions{}, err
	}
	var root any
	if err := json.Unmarshal([]byte(tree), &root); err != nil {
		return Mentions{}, fmt.Errorf("read the tree of the SQL: %w", err)
	}
	r := reading{aliases: map[string]string{}}
	r.node(root, 0)
	for i, c := range r.found.Columns {
		if table, ok := r.aliases[c.Table]; ok {
			r.found.Columns[i].Table = table
		}
	}
	return r.found, nil
}

// reading collects names from a tree of PostgreSQL's parser.
type reading struct {
	found   Mentions
	aliases map[string]string // tables, by the names that the text gives them
}

// maxTree bounds how deep a tree is read.
const maxTree = 500

func (r *reading) node(n any, depth int) {
	if depth > maxTree {
		return
	}
	switch n := n.(type) {
	case []any:
		for _, inner := range n {
			r.node(inner, depth+1)
		}
	case map[string]any:
		for _, key := range sortedKeys(n) {
			r.keyed(key, n[key])
			r.node(n[key], depth+1)
		}
	}
}

// keyed takes what a node of a kind names.
func (r *reading) keyed(kind string, n any) {
	node, ok := n.(map[string]any)
	if !ok {
		return
	}
	switch kind {
	case "RangeVar", "relation":
		table, _ := node["relname"].(string)
		if table == "" {
			return
		}
		if !slices.Contains(r.found.Tables, table) {
			r.found.Tables = append(r.found.Tables, table)
		}
		if alias, ok := node["alias"].(map[string]any); ok {
			if name, ok := alias["aliasname"].(string); ok {
				r.aliases[name] = table
			}
		}
	case "ColumnRef":
		var names []string
		fields, _ := node["fields"].([]any)
		for _, f := range fields {
			names = append(names, stringOf(f))
		}
		switch n := len(names); {
		case n == 1:
			r.column("", names[0])
		case n > 1:
			r.column(names[n-2], names[n-1])
		}
	case "InsertStmt":
		r.targets(node["cols"])
	case "UpdateStmt":
		r.targets(node["targetList"])
	}
}

// targets are the columns that a statement writes.
func (r *reading) targets(list any) {
	targets, _ := list.([]any)
	for _, t := range targets {
		if outer, ok := t.(map[string]any); ok {
			if target, ok := outer["ResTarget"].(map[string]any); ok {
				name, _ := target["name"].(string)
				r.column("", name)
			}
		}
	}
}

func (r *reading) column(table, column string) {
	if column != "" {
		r.found.Columns = append(r.found.Columns, Mention{table, column})
	}
}

// stringOf is the text of a String node, "" for another one.
func stringOf(n any) string {
	outer, _ := n.(map[string]any)
	inner, _ := outer["String"].(map[string]any)
	text, _ := inner["sval"].(string)
	return text
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
