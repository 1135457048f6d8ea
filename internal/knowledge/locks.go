package knowledge

import "fmt"

// DatabaseServer is a database server, as far as its locks are its own.
type DatabaseServer uint8

// The servers. MySQL and MariaDB differ in what they do without copying a table.
const (
	PostgreSQL DatabaseServer = iota + 1
	MySQL
	MariaDB
	SQLite
)

// String is the product's name.
func (s DatabaseServer) String() string {
	switch s {
	case PostgreSQL:
		return "PostgreSQL"
	case MySQL:
		return "MySQL"
	case MariaDB:
		return "MariaDB"
	case SQLite:
		return "SQLite"
	}
	return "a server that is not known"
}

// TableChange is one thing that a statement does to a table that has rows.
type TableChange uint8

// The changes. A statement can make several.
const (
	AddColumnNull          TableChange = iota + 1 // a column without default, or whose default is NULL
	AddColumnDefault                              // a column with a default that is one constant
	AddColumnVolatile                             // a column whose default is computed for each row: random(), gen_random_uuid()
	AddColumnGenerated                            // a stored generated column
	AddColumnIdentity                             // a column that is filled from a sequence
	AddColumnUnique                               // a column with a unique constraint of its own
	AddColumnForeignKey                           // a column without default that points to another table
	AddColumnCheck                                // a column with a check of its own (PositiveIntegerField)
	DropColumn                                    //
	RenameColumn                                  //
	SetDefault                                    // of a column, or taken away; rows stay as they are
	SetNotNull                                    //
	SetNotNullChecked                             // where a valid CHECK (column IS NOT NULL) is there already
	DropNotNull                                   //
	ChangeType                                    // to a type whose values are stored in another way
	WidenText                                     // varchar(n) to a longer one, or to text
	WidenDecimal                                  // numeric(p, s) to more digits before the point
	CreateIndex                                   //
	CreateIndexOnline                             // CONCURRENTLY
	DropIndex                                     //
	DropIndexOnline                               // CONCURRENTLY
	RenameIndex                                   //
	AddUnique                                     // a unique constraint
	AddUniqueIndexed                              // a unique constraint of an index that is there: USING INDEX
	AddExclusion                                  //
	AddCheck                                      //
	AddCheckUnchecked                             // NOT VALID
	ValidateCheck                                 // VALIDATE CONSTRAINT
	AddForeignKey                                 //
	AddForeignKeyUnchecked                        // NOT VALID
	ValidateForeignKey                            // VALIDATE CONSTRAINT
	DropConstraint                                // a check, unique or exclusion constraint
	DropForeignKey                                //
	RenameTable                                   //
	DropTable                                     //
	ReferToTable                                  // a table that is made new points to this one
	CommentOn                                     // a comment of a table or column
	FillRows                                      // UPDATE or DELETE of many rows
	TruncateTable
	AddTrigger
	AlterOther // another ALTER TABLE, which touches the catalogue alone
)

// Work is what the server does while it holds the lock.
type Work uint8

// The work, in order of its length.
const (
	Moment  Work = iota + 1 // the catalogue alone: milliseconds, whatever the number of rows
	Scan                    // reads every row
	Build                   // reads every row and writes an index
	Rewrite                 // writes the whole table anew, with all its indexes
)

// String says what is done.
func (w Work) String() string {
	switch w {
	case Moment:
		return "momentary"
	case Scan:
		return "reads every row"
	case Build:
		return "builds an index over every row"
	case Rewrite:
		return "writes the table anew"
	}
	return "not known"
}

// Blocked is who waits while a lock is held.
type Blocked uint8

// Who waits, in order.
const (
	Nobody    Blocked = iota + 1 // reads and writes go on
	Writers                      // INSERT, UPDATE and DELETE wait, SELECT goes on
	Everybody                    // SELECT waits too
)

// String says who waits.
func (b Blocked) String() string {
	switch b {
	case Nobody:
		return "nobody waits"
	case Writers:
		return "writes wait"
	case Everybody:
		return "reads and writes wait"
	}
	return "not known"
}

// Locking is how a server makes a change.
type Locking struct {
	Change TableChange
	// Lock is the strongest lock on the table, in the server's own words: "ACCESS EXCLUSIVE", "ALGORITHM=INPLACE, LOCK=NONE".
	Lock    string
	Blocked Blocked
	Work    Work
	// Other is the lock on the table at the other end of a foreign key, "" when there is none.
	Other        string
	OtherBlocked Blocked
	// Since is the first release of the server that does it so; the zero Version for all.
	Since  Version
	Source string // the page that says so
}

// Long reports whether somebody waits for as long as the table is big.
func (l Locking) Long() bool { return l.Work > Moment && l.Blocked > Nobody }

// HowLocks tells how a server of a version makes a change. Of a version that is not known it tells what the oldest release does that
// Django 4.2 works with. ok is false where the table has no row.
func HowLocks(server DatabaseServer, version Version, change TableChange) (found Locking, ok bool) {
	if !version.Known() {
		version = OldestServer(server, Version{})
	}
	var rows []Locking
	switch server {
	case PostgreSQL:
		rows = postgresLocks()
	case MySQL:
		rows = mysqlLocks()
	case MariaDB:
		rows = mariaLocks()
	case SQLite:
		rows = sqliteLocks()
	}
	for _, r := range rows {
		if r.Change == change && (r.Since == Version{} || r.Since.Compare(version) <= 0) && (!ok || found.Since.Compare(r.Since) <= 0) {
			found, ok = r, true
		}
	}
	return found, ok
}

// String names the change for messages.
func (c TableChange) String() string {
	if name := changeNames()[c]; name != "" {
		return name
	}
	return fmt.Sprintf("unnamed change %d", uint8(c))
}

func changeNames() map[TableChange]string {
	return map[TableChange]string{
		AddColumnNull: "add a column", AddColumnDefault: "add a column with a constant default",
		AddColumnVolatile: "add a column whose default is computed for each row", AddColumnGenerated: "add a stored generated column",
		AddColumnIdentity: "add a column that a sequence fills", AddColumnUnique: "add a unique column",
		AddColumnForeignKey: "add a column that points to another table", AddColumnCheck: "add a column with a check",
		DropColumn: "drop a column", RenameColumn: "rename a column",
		SetDefault: "change a default", SetNotNull: "SET NOT NULL", SetNotNullChecked: "SET NOT NULL under a valid check", DropNotNull: "DROP NOT NULL",
		ChangeType: "change the type of a column", WidenText: "make a text column longer", WidenDecimal: "give a number more digits",
		CreateIndex: "create an index", CreateIndexOnline: "create an index concurrently", DropIndex: "drop an index",
		DropIndexOnline: "drop an index concurrently", RenameIndex: "rename an index", AddUnique: "add a unique constraint",
		AddUniqueIndexed: "add a unique constraint of an index", AddExclusion: "add an exclusion constraint", AddCheck: "add a check",
		AddCheckUnchecked: "add a check that is not valid as yet", ValidateCheck: "validate a check", AddForeignKey: "add a foreign key",
		AddForeignKeyUnchecked: "add a foreign key that is not valid as yet", ValidateForeignKey: "validate a foreign key",
		DropConstraint: "drop a constraint", DropForeignKey: "drop a foreign key", RenameTable: "rename the table", DropTable: "drop the table",
		ReferToTable: "a new table points to it", CommentOn: "change a comment", FillRows: "change rows",
		TruncateTable: "empty the table", AddTrigger: "add a trigger", AlterOther: "alter the table",
	}
}
