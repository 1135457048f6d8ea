package migrate

import (
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Operation is one operation of a migration.
type Operation struct {
	// Kind is the class of Django that it is, or inherits from: "AddField"; "" when that is not known.
	Kind string
	// Class is its own class, dotted.
	Class string
	Value eval.Value
	At    source.Span
	// Model is the model that it is about in lower case, "" for none.
	Model string
	// Name is the field, index or constraint, "" for none.
	Name string
	// Database and State are the operations within SeparateDatabaseAndState; State also those of RunSQL.
	Database, State []*Operation
	// Before and After are the field that is added, altered, renamed or removed; nil where it is not known.
	Before, After *orm.Field
	// TypeBefore and TypeAfter are the kinds of column of AlterField ("varchar", "integer"), "" where they are not known.
	TypeBefore, TypeAfter string
	// Table is the key of the model whose table it is about, "" for none; Created the migration that makes this table.
	Table   string
	Created Key
	// FieldMade is the migration that added the field that it is about to a table that was there; the zero Key where none did.
	FieldMade Key
	// Effects are what it changes in tables that are there, but for RunSQL; Uncertain says why there can be more, "" when there can't.
	Effects   []Effect
	Uncertain string
	// Online says that an index is made or dropped CONCURRENTLY, NotValid that a constraint is added without looking at the rows.
	Online, NotValid bool
	sql              *SQL
	step             int // its place in the replay, with that of the operation that holds it
	// Unknown says why it is not known what it does to the state, "" when it is.
	Unknown string
}

// signatures are the positional parameters of operations.
// Source: django/db/migrations/operations, django/contrib/postgres/operations.py.
func signatures(kind string) []string {
	switch kind {
	case "CreateModel":
		return []string{"name", "fields", "options", "bases", "managers"}
	case "RenameModel":
		return []string{"old_name", "new_name"}
	case "AlterModelTable":
		return []string{"name", "table"}
	case "AlterModelTableComment":
		return []string{"name", "table_comment"}
	case "AlterUniqueTogether":
		return []string{"name", "unique_together"}
	case "AlterIndexTogether":
		return []string{"name", "index_together"}
	case "AlterOrderWithRespectTo":
		return []string{"name", "order_with_respect_to"}
	case "AlterModelOptions":
		return []string{"name", "options"}
	case "AlterModelManagers":
		return []string{"name", "managers"}
	case "AddField", "AlterField":
		return []string{"model_name", "name", "field", "preserve_default"}
	case "RenameField":
		return []string{"model_name", "old_name", "new_name"}
	case "AddIndex":
		return []string{"model_name", "index"}
	case "RenameIndex":
		return []string{"model_name", "new_name", "old_name", "old_fields"}
	case "AddConstraint":
		return []string{"model_name", "constraint"}
	case "RemoveField", "RemoveIndex", "RemoveConstraint", "ValidateConstraint":
		return []string{"model_name", "name"}
	case "AlterConstraint":
		return []string{"model_name", "name", "constraint"}
	case "SeparateDatabaseAndState":
		return []string{"database_operations", "state_operations"}
	case "RunSQL":
		return []string{"sql", "reverse_sql", "state_operations", "hints", "elidable"}
	case "RunPython":
		return []string{"code", "reverse_code", "atomic", "hints", "elidable"}
	case "DeleteModel", "CreateExtension", "CreateCollation", "RemoveCollation":
		return []string{"name"}
	}
	return nil
}

// isKnownKind reports whether an operation of Django is understood.
func isKnownKind(kind string) bool { return signatures(kind) != nil || hasNoState(kind) }

// hasNoState are operations that leave the models alone, beside RunPython.
func hasNoState(kind string) bool {
	switch kind {
	case "RunPython", "ValidateConstraint", "CreateExtension", "CreateCollation", "RemoveCollation", "BloomExtension", "BtreeGinExtension",
		"BtreeGistExtension", "CITextExtension", "CryptoExtension", "HStoreExtension", "TrigramExtension", "UnaccentExtension":
		return true
	}
	return false
}

// Arg is an argument of the operation by name; invalid when it was not given.
func (o *Operation) Arg(name string) eval.Value {
	kind := o.Kind
	for i, n := range signatures(kind) {
		if n == name {
			return o.Value.Arg(i, name)
		}
	}
	return o.Value.Arg(-1, name)
}

// readOperation tells what an element of Migration.operations is.
func readOperation(v eval.Value, depth int) *Operation {
	o := &Operation{Value: v, At: v.At(), Class: v.Class()}
	if v.Kind() != eval.Object {
		o.Class = v.Path()
		if s, ok := v.Symbol(); ok && s.Func.IsValid() {
			o.Class = s.Func.Path()
		}
		o.Unknown = "an operation that is not known"
		if reason := v.Reason(); reason != "" {
			o.Unknown += ": " + reason
		}
		return o
	}
	own := o.findKind()
	switch {
	case o.Kind == "" && o.Unknown == "" && !own:
		if isDataOperation(o.Class) {
			return o
		}
		o.Unknown = "an operation of a package that is not in the project: " + o.Class
		if name, ok := o.Value.Arg(-1, "model_name").AsStr(); ok {
			o.Model = strings.ToLower(name)
		}
		return o
	case o.Unknown != "" || o.Kind == "":
		return o
	}
	o.name()
	if depth > 20 {
		o.Unknown = "operations are nested too deeply"
		return o
	}
	o.Database = o.nested("database_operations", depth)
	o.State = o.nested("state_operations", depth)
	return o
}

// findKind looks for the class of Django that an operation inherits from. What a class of the project changes itself leaves it undecided,
// but a state_forwards() that does nothing. own says that a class of the project settles what happens to the state.
func (o *Operation) findKind() (own bool) {
	stateless, constructed := false, false
	for _, k := range o.Value.ClassOf().MRO() {
		if d, ok := k.Written(); ok {
			for _, e := range k.Fields() {
				switch name, _ := e.Key.AsStr(); name {
				case "state_forwards":
					if stateless || isEmptyBody(e.Value) {
						stateless = true
						continue
					}
					o.Unknown = "the operation " + o.Class + " changes the state by itself"
				case "__init__", "__new__":
					constructed = true
				}
			}
			_ = d
			continue
		}
		kind, ok := djangoKind(k.Dotted())
		if !ok {
			continue
		}
		if kind == "Operation" {
			own = stateless
			break
		}
		if !isKnownKind(kind) {
			break
		}
		o.Kind = kind
		o.Online, o.NotValid = strings.HasSuffix(k.Dotted(), "Concurrently"), strings.HasSuffix(k.Dotted(), ".AddConstraintNotValid")
		break
	}
	switch {
	case stateless:
		if o.Unknown == "" && o.Kind != "RunPython" {
			o.Kind, own = "", true
		}
	case o.Kind == "" && o.Unknown == "":
	case constructed && !hasNoState(o.Kind) && o.Unknown == "":
		o.Unknown = "the operation " + o.Class + " has a constructor of its own"
	}
	return own
}

// isDataOperation reports whether an operation of a package is known to leave the models alone: what inherits from RunPython there.
func isDataOperation(class string) bool {
	switch class {
	case "wagtail.models.BootstrapTranslatableModel", "wagtail.core.models.BootstrapTranslatableModel", "wagtail.models.i18n.BootstrapTranslatableModel",
		"wagtail.blocks.migrations.migrate_operation.MigrateStreamData":
		return true
	}
	return false
}

// isEmptyBody reports whether a function does nothing.
func isEmptyBody(v eval.Value) bool {
	d, ok := v.Written()
	if !ok || d.Function == nil {
		return false
	}
	for _, s := range d.Function.Body {
		switch s := s.(type) {
		case *syntax.Pass:
		case *syntax.Return:
			if s.Value != nil {
				return false
			}
		case *syntax.ExprStmt:
			if _, isConstant := s.Value.(*syntax.Constant); !isConstant {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// djangoKind is the name of an operation of Django by its dotted path.
func djangoKind(dotted string) (kind string, ok bool) {
	at := strings.LastIndexByte(dotted, '.')
	if at < 0 {
		return "", false
	}
	module := dotted[:at]
	if module != "django.db.migrations" && !strings.HasPrefix(module, "django.db.migrations.operations") &&
		module != "django.contrib.postgres.operations" && module != "django.contrib.gis.db.migrations" {
		return "", false
	}
	kind = dotted[at+1:]
	switch kind {
	case "AddIndexConcurrently":
		kind = "AddIndex"
	case "RemoveIndexConcurrently":
		kind = "RemoveIndex"
	case "AddConstraintNotValid":
		kind = "AddConstraint"
	}
	return kind, true
}

// name finds the model and the part of it that an operation is about.
func (o *Operation) name() {
	text := func(name string) string {
		s, _ := o.Arg(name).AsStr()
		return s
	}
	switch {
	case o.Kind == "RenameModel":
		o.Model = strings.ToLower(text("old_name"))
	case signatures(o.Kind) != nil && signatures(o.Kind)[0] == "model_name":
		o.Model = strings.ToLower(text("model_name"))
		switch o.Kind {
		case "RenameField", "RenameIndex":
			o.Name = text("old_name")
		case "AddIndex":
			o.Name, _ = o.Arg("index").Arg(-1, "name").AsStr()
		case "AddConstraint":
			o.Name, _ = o.Arg("constraint").Arg(-1, "name").AsStr()
		default:
			o.Name = text("name")
		}
	case o.Kind == "CreateModel" || o.Kind == "DeleteModel" || strings.HasPrefix(o.Kind, "Alter"):
		o.Model = strings.ToLower(text("name"))
	default:
		return
	}
	if o.Model == "" {
		o.Unknown = "the model of an operation is not known"
	}
}

// nested are the operations within one.
func (o *Operation) nested(name string, depth int) []*Operation {
	if o.Kind != "SeparateDatabaseAndState" && o.Kind != "RunSQL" {
		return nil
	}
	list := o.Arg(name)
	if !list.IsValid() || list.Kind() == eval.None {
		return nil
	}
	out, reason := readOperations(list, depth+1)
	if reason != "" && name == "state_operations" {
		o.Unknown = reason
	}
	return out
}

// readOperations reads a list of operations; reason says why it is not whole.
func readOperations(list eval.Value, depth int) (out []*Operation, reason string) {
	if k := list.Kind(); k != eval.List && k != eval.Tuple {
		return nil, "the list of operations is not known"
	}
	for _, v := range list.Elems() {
		if v.IsSpread() {
			reason = "some operations are not known"
			continue
		}
		out = append(out, readOperation(v, depth))
	}
	return out, reason
}
