// Package pgsql tells what statements of PostgreSQL do to tables. They are read by PostgreSQL's own parser, built for WebAssembly: the first
// call costs about two seconds of processor time, in which it is compiled, and the next ones next to nothing.
package pgsql

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/wasilibs/go-pgquery/parser"

	"gonogo/internal/knowledge"
)

// longest is the size up to which SQL is parsed, in bytes.
const longest = 1 << 20

// Change is one thing that a statement does to a table.
type Change struct {
	Kind knowledge.TableChange
	// Table is the name of the table without its schema; "" for one that cannot be told (DROP INDEX names none). Other is the table at the
	// other end of a foreign key.
	Table, Other string
	Name         string // the column, index or constraint, "" for none
}

// Statement is one statement of a text.
type Statement struct {
	Offset  int // in bytes, where it begins
	Changes []Change
	// Makes are the tables that it creates, Removes the columns and tables that it takes away or renames: "table", "table.column".
	Makes, Removes []string
	// Defaults are the columns that it gives a default: "table.column".
	Defaults []string
	// Rows says that it changes rows (INSERT, UPDATE, DELETE).
	Rows bool
	// Alone says that it cannot run in a transaction block (CONCURRENTLY, VACUUM).
	Alone bool
	// Uncertain says why it can change more than Changes tells, "" when it can't.
	Uncertain string
}

// ErrTooLong says that a text is longer than a mebibyte.
var ErrTooLong = errors.New("the SQL is longer than a mebibyte")

// turn lets one text be parsed at a time: each parallel call would compile the parser anew.
var turn sync.Mutex

// Parse reads the statements of a text. An error is a syntax error of PostgreSQL, or ErrTooLong.
func Parse(text string) (statements []Statement, err error) {
	if len(text) > longest {
		return nil, ErrTooLong
	}
	tree, err := parse(text)
	if err != nil {
		return nil, err
	}
	var result struct {
		Stmts []struct {
			Stmt     map[string]json.RawMessage `json:"stmt"`
			Location int                        `json:"stmt_location"`
		} `json:"stmts"`
	}
	if err := json.Unmarshal([]byte(tree), &result); err != nil {
		return nil, fmt.Errorf("read the tree of the SQL: %w", err)
	}
	for _, s := range result.Stmts {
		statement := Statement{Offset: s.Location}
		for kind, raw := range s.Stmt {
			if err := statement.read(kind, raw); err != nil {
				return nil, fmt.Errorf("read the tree of %s: %w", kind, err)
			}
		}
		statements = append(statements, statement)
	}
	return statements, nil
}

// parse calls the parser; what it panics with on hostile input becomes an error.
func parse(text string) (tree string, err error) {
	turn.Lock()
	defer turn.Unlock()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the SQL cannot be parsed: %v", r)
		}
	}()
	return parser.ParseToJSON(strings.ToValidUTF8(text, "?"))
}

// relation is a table as it is named.
type relation struct {
	Name string `json:"relname"`
}

type text struct {
	String struct {
		Value string `json:"sval"`
	} `json:"String"`
}

func last(names []text) string {
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1].String.Value
}

func (s *Statement) add(kind knowledge.TableChange, table, name string) {
	s.Changes = append(s.Changes, Change{Kind: kind, Table: table, Name: name})
}

// read takes one statement from the tree.
func (s *Statement) read(kind string, raw json.RawMessage) error {
	var n struct {
		Relation   relation `json:"relation"`
		ObjType    string   `json:"objtype"`
		RenameType string   `json:"renameType"`
		RemoveType string   `json:"removeType"`
		Subname    string   `json:"subname"`
		IdxName    string   `json:"idxname"`
		TrigName   string   `json:"trigname"`
		Concurrent bool     `json:"concurrent"`
		Kind       string   `json:"kind"`
		Relations  []struct {
			RangeVar relation `json:"RangeVar"`
		} `json:"relations"`
		Objects []struct {
			List struct {
				Items []text `json:"items"`
			} `json:"List"`
		} `json:"objects"`
		Params []struct {
			DefElem struct {
				Name string `json:"defname"`
			} `json:"DefElem"`
		} `json:"params"`
		Cmds []struct {
			AlterTableCmd command `json:"AlterTableCmd"`
		} `json:"cmds"`
		Elements []element `json:"tableElts"`
	}
	switch kind {
	case "SelectStmt", "DoStmt":
	default:
		if err := json.Unmarshal(raw, &n); err != nil {
			return err
		}
	}
	table := n.Relation.Name
	switch kind {
	case "AlterTableStmt":
		if n.ObjType != "OBJECT_TABLE" {
			return nil
		}
		for _, c := range n.Cmds {
			s.alter(table, c.AlterTableCmd)
		}
	case "IndexStmt":
		s.Alone = n.Concurrent
		s.add(either(n.Concurrent, knowledge.CreateIndexOnline, knowledge.CreateIndex), table, n.IdxName)
	case "RenameStmt":
		s.rename(n.RenameType, table, n.Subname)
	case "DropStmt":
		s.Alone = n.Concurrent
		for _, o := range n.Objects {
			s.drop(n.RemoveType, last(o.List.Items), n.Concurrent)
		}
	case "CreateStmt":
		s.Makes = append(s.Makes, table)
		for _, e := range n.Elements {
			s.referred(e)
		}
	case "CreateTableAsStmt":
		s.Makes = append(s.Makes, table)
	case "UpdateStmt", "DeleteStmt":
		s.Rows = true
		s.add(knowledge.FillRows, table, "")
	case "InsertStmt", "CopyStmt", "MergeStmt":
		s.Rows = true
	case "TruncateStmt":
		s.Rows = true
		for _, r := range n.Relations {
			s.add(knowledge.TruncateTable, r.RangeVar.Name, "")
		}
	case "LockStmt":
		for _, r := range n.Relations {
			s.add(knowledge.AlterOther, r.RangeVar.Name, "")
		}
	case "ReindexStmt":
		for _, p := range n.Params {
			s.Alone = s.Alone || p.DefElem.Name == "concurrently"
		}
		if n.Kind == "REINDEX_OBJECT_TABLE" {
			s.add(either(s.Alone, knowledge.CreateIndexOnline, knowledge.CreateIndex), table, "")
		} else if !s.Alone {
			s.Uncertain = "REINDEX does not name the table"
		}
	case "CreateTrigStmt":
		s.add(knowledge.AddTrigger, table, n.TrigName)
	case "ClusterStmt":
		s.add(knowledge.ChangeType, table, "")
	case "VacuumStmt":
		s.Alone = true
	case "DoStmt":
		s.Uncertain = "a DO block can do anything"
	}
	return nil
}

func either(condition bool, yes, no knowledge.TableChange) knowledge.TableChange {
	if condition {
		return yes
	}
	return no
}

func (s *Statement) rename(kind, table, name string) {
	switch kind {
	case "OBJECT_COLUMN":
		s.add(knowledge.RenameColumn, table, name)
		s.Removes = append(s.Removes, table+"."+name)
	case "OBJECT_TABLE":
		s.add(knowledge.RenameTable, table, "")
		s.Removes = append(s.Removes, table)
	case "OBJECT_TABCONSTRAINT":
		s.add(knowledge.AlterOther, table, name)
	}
}

func (s *Statement) drop(kind, name string, concurrent bool) {
	switch kind {
	case "OBJECT_TABLE":
		s.add(knowledge.DropTable, name, "")
		s.Removes = append(s.Removes, name)
	case "OBJECT_INDEX":
		s.add(either(concurrent, knowledge.DropIndexOnline, knowledge.DropIndex), "", name)
	}
}

// referred notes the tables that a new one points to.
func (s *Statement) referred(e element) {
	constraints := []constraint{e.Constraint}
	for _, c := range e.ColumnDef.Constraints {
		constraints = append(constraints, c.Constraint)
	}
	for _, c := range constraints {
		if c.Type == "CONSTR_FOREIGN" {
			s.add(knowledge.ReferToTable, c.Table.Name, "")
		}
	}
}
