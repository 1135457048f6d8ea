package pgsql

import (
	"encoding/json"
	"strings"

	"gonogo/internal/knowledge"
)

// command is one part of ALTER TABLE.
type command struct {
	Subtype string  `json:"subtype"`
	Name    string  `json:"name"`
	Def     element `json:"def"`
	// HasDef says that there is a definition: DROP DEFAULT has none.
	HasDef bool `json:"-"`
}

// UnmarshalJSON reads a part of ALTER TABLE.
func (c *command) UnmarshalJSON(data []byte) error {
	type plain command
	var with struct {
		*plain
		Def json.RawMessage `json:"def"`
	}
	with.plain = (*plain)(c)
	if err := json.Unmarshal(data, &with); err != nil {
		return err
	}
	if c.HasDef = len(with.Def) > 0; !c.HasDef {
		return nil
	}
	return json.Unmarshal(with.Def, &c.Def)
}

// element is a column or a constraint.
type element struct {
	ColumnDef  column     `json:"ColumnDef"`
	Constraint constraint `json:"Constraint"`
}

type column struct {
	Name string `json:"colname"`
	Type struct {
		Names []text `json:"names"`
	} `json:"typeName"`
	Constraints []struct {
		Constraint constraint `json:"Constraint"`
	} `json:"constraints"`
}

type constraint struct {
	Type           string          `json:"contype"`
	Name           string          `json:"conname"`
	Index          string          `json:"indexname"`
	SkipValidation bool            `json:"skip_validation"`
	Table          relation        `json:"pktable"`
	Default        json.RawMessage `json:"raw_expr"`
	// When is "v" for a generated column that is not stored.
	When string `json:"generated_when"`
}

// alter reads one part of ALTER TABLE.
func (s *Statement) alter(table string, c command) {
	name := c.Name
	switch c.Subtype {
	case "AT_AddColumn":
		s.addColumn(table, c.Def.ColumnDef)
	case "AT_DropColumn":
		s.add(knowledge.DropColumn, table, name)
		s.Removes = append(s.Removes, table+"."+name)
	case "AT_ColumnDefault":
		s.add(knowledge.SetDefault, table, name)
		if c.HasDef {
			s.Defaults = append(s.Defaults, table+"."+name)
		}
	case "AT_SetNotNull":
		s.add(knowledge.SetNotNull, table, name)
	case "AT_DropNotNull":
		s.add(knowledge.DropNotNull, table, name)
	case "AT_AlterColumnType":
		s.add(knowledge.AlterOther, table, name)
		s.Uncertain = "the type that the column " + name + " had is not known"
	case "AT_AddConstraint":
		s.addConstraint(table, c.Def.Constraint)
	case "AT_ValidateConstraint":
		s.add(knowledge.ValidateCheck, table, name)
	case "AT_DropConstraint":
		s.add(knowledge.DropConstraint, table, name)
	case "AT_SetLogged", "AT_SetUnLogged", "AT_SetTableSpace", "AT_SetAccessMethod":
		s.add(knowledge.ChangeType, table, "")
	case "AT_SetStatistics", "AT_SetOptions", "AT_ResetOptions", "AT_ClusterOn", "AT_DropCluster", "AT_SetRelOptions", "AT_ResetRelOptions":
		s.add(knowledge.CommentOn, table, name)
	default:
		s.add(knowledge.AlterOther, table, name)
	}
}

func (s *Statement) addConstraint(table string, c constraint) {
	switch c.Type {
	case "CONSTR_CHECK":
		s.add(either(c.SkipValidation, knowledge.AddCheckUnchecked, knowledge.AddCheck), table, c.Name)
	case "CONSTR_UNIQUE", "CONSTR_PRIMARY":
		s.add(either(c.Index != "", knowledge.AddUniqueIndexed, knowledge.AddUnique), table, c.Name)
	case "CONSTR_EXCLUSION":
		s.add(knowledge.AddExclusion, table, c.Name)
	case "CONSTR_FOREIGN":
		kind := either(c.SkipValidation, knowledge.AddForeignKeyUnchecked, knowledge.AddForeignKey)
		s.Changes = append(s.Changes, Change{Kind: kind, Table: table, Other: c.Table.Name, Name: c.Name})
	case "CONSTR_NOTNULL":
		s.add(knowledge.SetNotNull, table, c.Name)
	default:
		s.Uncertain = "a constraint that is not understood: " + c.Type
	}
}

func (s *Statement) addColumn(table string, c column) {
	kind := knowledge.AddColumnNull
	if strings.HasSuffix(last(c.Type.Names), "serial") {
		kind = knowledge.AddColumnIdentity
	}
	for _, x := range c.Constraints {
		switch x := x.Constraint; x.Type {
		case "CONSTR_DEFAULT":
			if kind == knowledge.AddColumnNull {
				kind = either(isVolatile(x.Default), knowledge.AddColumnVolatile, knowledge.AddColumnDefault)
			}
		case "CONSTR_GENERATED":
			kind = either(x.When == "v", knowledge.AddColumnNull, knowledge.AddColumnGenerated)
		case "CONSTR_IDENTITY":
			kind = knowledge.AddColumnIdentity
		}
	}
	s.add(kind, table, c.Name)
	for _, x := range c.Constraints {
		switch x := x.Constraint; x.Type {
		case "CONSTR_UNIQUE", "CONSTR_PRIMARY":
			s.add(knowledge.AddColumnUnique, table, c.Name)
		case "CONSTR_CHECK":
			s.add(knowledge.AddColumnCheck, table, c.Name)
		case "CONSTR_FOREIGN":
			foreign := either(kind == knowledge.AddColumnNull, knowledge.AddColumnForeignKey, knowledge.AddForeignKey)
			s.Changes = append(s.Changes, Change{Kind: foreign, Table: table, Other: x.Table.Name, Name: c.Name})
		}
	}
}

// isVolatile reports whether a default may be computed anew for each row: a call of a function other than those of the transaction's time.
func isVolatile(expression json.RawMessage) bool {
	rest := string(expression)
	for {
		_, after, found := strings.Cut(rest, `"FuncCall":{"funcname":[`)
		if !found {
			return false
		}
		names, _, _ := strings.Cut(after, "]")
		rest = after
		switch {
		case strings.HasSuffix(names, `"sval":"now"}}`), strings.HasSuffix(names, `"sval":"transaction_timestamp"}}`),
			strings.HasSuffix(names, `"sval":"statement_timestamp"}}`):
		default:
			return true
		}
	}
}
