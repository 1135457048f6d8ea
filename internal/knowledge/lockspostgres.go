package knowledge

// The pages of PostgreSQL's documentation that the table cites. Modes and what they conflict with: explicit-locking.html.
const (
	pgAlterTable  = "https://www.postgresql.org/docs/current/sql-altertable.html"
	pgCreateIndex = "https://www.postgresql.org/docs/current/sql-createindex.html"
	pgDropIndex   = "https://www.postgresql.org/docs/current/sql-dropindex.html"
	pgAlterIndex  = "https://www.postgresql.org/docs/current/sql-alterindex.html"
	pgLocking     = "https://www.postgresql.org/docs/current/explicit-locking.html"
	pgRelease11   = "https://www.postgresql.org/docs/release/11.0/"
	pgRelease12   = "https://www.postgresql.org/docs/release/12.0/"

	accessExclusive      = "ACCESS EXCLUSIVE"
	shareRowExclusive    = "SHARE ROW EXCLUSIVE"
	shareLock            = "SHARE"
	shareUpdateExclusive = "SHARE UPDATE EXCLUSIVE"
	rowExclusive         = "ROW EXCLUSIVE"
	rowShare             = "ROW SHARE"
)

// postgresLocks are the locks of PostgreSQL, compared with a running server: internal/oracle/locks_test.go.
func postgresLocks() []Locking {
	all := func(change TableChange, work Work, source string) Locking {
		return Locking{Change: change, Lock: accessExclusive, Blocked: Everybody, Work: work, Source: source}
	}
	since := func(major int, l Locking) Locking {
		l.Since = Version{major, 0, 0}
		return l
	}
	linked := func(l Locking, other string, blocked Blocked) Locking {
		l.Other, l.OtherBlocked = other, blocked
		return l
	}
	mode := func(change TableChange, lock string, blocked Blocked, work Work, source string) Locking {
		return Locking{Change: change, Lock: lock, Blocked: blocked, Work: work, Source: source}
	}
	return []Locking{
		all(AddColumnNull, Moment, pgAlterTable),
		all(AddColumnDefault, Rewrite, pgAlterTable),
		since(11, all(AddColumnDefault, Moment, pgRelease11)),
		all(AddColumnVolatile, Rewrite, pgAlterTable),
		all(AddColumnGenerated, Rewrite, pgAlterTable),
		all(AddColumnIdentity, Rewrite, pgAlterTable),
		all(AddColumnUnique, Build, pgAlterTable),
		// The constraint of a column without default is not validated: its rows are all NULL (transformFKConstraints).
		linked(all(AddColumnForeignKey, Moment, pgAlterTable), shareRowExclusive, Writers),
		all(AddColumnCheck, Scan, pgAlterTable),
		all(DropColumn, Moment, pgAlterTable),
		all(RenameColumn, Moment, pgAlterTable),
		all(SetDefault, Moment, pgAlterTable),
		all(SetNotNull, Scan, pgAlterTable),
		all(SetNotNullChecked, Scan, pgAlterTable),
		since(12, all(SetNotNullChecked, Moment, pgRelease12)),
		all(DropNotNull, Moment, pgAlterTable),
		all(ChangeType, Rewrite, pgAlterTable),
		all(WidenText, Moment, pgAlterTable),
		all(WidenDecimal, Moment, pgAlterTable),
		mode(CreateIndex, shareLock, Writers, Build, pgCreateIndex),
		mode(CreateIndexOnline, shareUpdateExclusive, Nobody, Build, pgCreateIndex),
		all(DropIndex, Moment, pgDropIndex),
		mode(DropIndexOnline, shareUpdateExclusive, Nobody, Moment, pgDropIndex),
		mode(RenameIndex, accessExclusive, Everybody, Moment, pgAlterIndex),
		since(12, mode(RenameIndex, "", Nobody, Moment, pgAlterIndex)), // SHARE UPDATE EXCLUSIVE on the index alone
		all(AddUnique, Build, pgAlterTable),
		all(AddUniqueIndexed, Moment, pgAlterTable),
		all(AddExclusion, Build, pgAlterTable),
		all(AddCheck, Scan, pgAlterTable),
		all(AddCheckUnchecked, Moment, pgAlterTable),
		mode(ValidateCheck, shareUpdateExclusive, Nobody, Scan, pgAlterTable),
		linked(mode(AddForeignKey, shareRowExclusive, Writers, Scan, pgAlterTable), shareRowExclusive, Writers),
		linked(mode(AddForeignKeyUnchecked, shareRowExclusive, Writers, Moment, pgAlterTable), shareRowExclusive, Writers),
		linked(mode(ValidateForeignKey, shareUpdateExclusive, Nobody, Scan, pgAlterTable), rowShare, Nobody),
		all(DropConstraint, Moment, pgAlterTable),
		linked(all(DropForeignKey, Moment, pgAlterTable), accessExclusive, Everybody),
		all(RenameTable, Moment, pgAlterTable),
		linked(all(DropTable, Moment, pgLocking), accessExclusive, Everybody),
		mode(ReferToTable, shareRowExclusive, Writers, Moment, pgAlterTable),
		mode(CommentOn, shareUpdateExclusive, Nobody, Moment, pgLocking),
		mode(FillRows, rowExclusive, Nobody, Scan, pgLocking),
		all(TruncateTable, Moment, pgLocking),
		mode(AddTrigger, shareRowExclusive, Writers, Moment, pgLocking),
		all(AlterOther, Moment, pgAlterTable),
	}
}
