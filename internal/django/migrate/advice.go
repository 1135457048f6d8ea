package migrate

import (
	"fmt"
	"strings"

	"gonogo/internal/knowledge"
)

// Consequence says what a lock does to whom, in one clause: "PostgreSQL builds an index over every row of shop.product under SHARE: writes
// wait until it is done".
func (h Hold) Consequence(d Database) string {
	lock := h.Locking.Lock
	wait := "until it is done"
	text := fmt.Sprintf("%s %s of %s", d.Server, work(h.Locking.Work), h.Table)
	if h.Locking.Work == knowledge.Rewrite {
		text = fmt.Sprintf("%s writes the whole table of %s anew", d.Server, h.Table)
	}
	if h.Under.Change != 0 {
		if l, ok := knowledge.HowLocks(d.Server, d.version(), h.Under.Change); ok {
			lock = l.Lock
			wait = "until the migration's transaction ends"
		}
	}
	return fmt.Sprintf("%s under %s: %s %s", text, lock, h.Blocked, wait)
}

func work(w knowledge.Work) string {
	switch w {
	case knowledge.Scan:
		return "reads every row"
	case knowledge.Build:
		return "builds an index over every row"
	}
	return "changes the table"
}

// Advice is the sequence of steps that does the same while others work; "" where nothing is to be done.
func (h Hold) Advice(d Database) string {
	if !h.Long() {
		return ""
	}
	if d.Server != knowledge.PostgreSQL {
		return "run it when nobody writes, or use gh-ost or pt-online-schema-change with the operation in SeparateDatabaseAndState"
	}
	if h.Effect.Change == knowledge.FillRows && h.Effect.Name == "" { // SQL, which names no field
		return "put it in a migration of its own, which works in batches"
	}
	switch h.Effect.Change {
	case knowledge.CreateIndex:
		return h.indexAdvice()
	case knowledge.AddUnique, knowledge.AddColumnUnique:
		prefix := ""
		if h.Operation.Kind == "AddField" {
			prefix = "add the field without unique; then "
		}
		return prefix + "CREATE UNIQUE INDEX CONCURRENTLY by RunSQL in a migration with atomic = False; in the next one ALTER TABLE ... ADD CONSTRAINT ... UNIQUE USING INDEX, " +
			"with the model's change in SeparateDatabaseAndState"
	case knowledge.AddCheck:
		if h.Operation.Kind == "AlterField" {
			return "add the check by AddConstraintNotValid and ValidateConstraint in two migrations, and alter the field after them in SeparateDatabaseAndState"
		}
		return "AddConstraintNotValid in one migration and ValidateConstraint in the next one"
	case knowledge.AddColumnCheck:
		return "use IntegerField (or its like) for the new column, and bound it by AddConstraintNotValid and ValidateConstraint in two migrations"
	case knowledge.AddForeignKey:
		if h.Operation.Kind == "AddField" {
			return "add the field with null=True and without default, which is not validated; fill it in batches; then make it NOT NULL"
		}
		return "ALTER TABLE ... ADD CONSTRAINT ... FOREIGN KEY ... NOT VALID in one migration, VALIDATE CONSTRAINT in the next one, with the model's change in SeparateDatabaseAndState"
	case knowledge.SetNotNull, knowledge.SetNotNullChecked, knowledge.FillRows:
		return "fill the rows in batches; AddConstraintNotValid of CheckConstraint(condition=Q(" + h.fieldName() + "__isnull=False)); ValidateConstraint in the next migration; " +
			"then alter the field, which reads no row any more (PostgreSQL 12), and remove the check"
	case knowledge.ChangeType:
		return "release 1 adds a column of the new type, writes both, and fills it in batches; release 2 reads the new one; release 3 removes the old one"
	case knowledge.AddColumnDefault, knowledge.AddColumnVolatile, knowledge.AddColumnIdentity, knowledge.AddColumnGenerated:
		return "add the column with null=True and without default; fill it in batches; set the default and NOT NULL afterwards"
	case knowledge.AddExclusion:
		return "no way is online: choose a quiet hour, and set lock_timeout so that it gives up instead of stopping everybody"
	}
	return "choose a quiet hour, and set lock_timeout"
}

// indexAdvice is how an index is made while others write.
func (h Hold) indexAdvice() string {
	const online = "AddIndexConcurrently in a migration with atomic = False"
	f := h.Operation.After
	switch {
	case h.Operation.Kind == "AddField" && f != nil && f.Relation:
		return "add the field with db_index=False, and the index to Meta.indexes by " + online
	case h.Operation.Kind == "AddField", h.Operation.Kind == "AlterField":
		return "leave db_index off, and add the index to Meta.indexes by " + online
	case h.Operation.Kind == "RunSQL":
		return "CREATE INDEX CONCURRENTLY in a migration with atomic = False"
	case h.Operation.Kind == "AddConstraint":
		return "CREATE UNIQUE INDEX CONCURRENTLY by RunSQL in a migration with atomic = False, with AddConstraint in SeparateDatabaseAndState"
	}
	return "use " + online
}

// fieldName is the field that an operation is about, else the column.
func (h Hold) fieldName() string {
	if h.Operation.Name != "" {
		return h.Operation.Name
	}
	return h.Effect.Name
}

// Brief is Describe without the names of indexes, which Django makes of random letters.
func (o *Operation) Brief() string {
	if o.Kind != "AddIndex" {
		return o.Describe()
	}
	var names []string
	for _, v := range o.Arg("index").Arg(-1, "fields").Elems() {
		names = append(names, strings.TrimPrefix(textOf(v), "-"))
	}
	if len(names) == 0 {
		return "Create an index on " + o.Model
	}
	return "Create an index on " + o.Model + " of " + strings.Join(names, ", ")
}
