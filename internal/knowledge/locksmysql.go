package knowledge

// The pages that the tables cite.
const (
	mysqlOnline    = "https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html"
	mysqlMetadata  = "https://dev.mysql.com/doc/refman/8.0/en/metadata-locking.html"
	mariaOnline    = "https://mariadb.com/kb/en/innodb-online-ddl-overview/"
	mariaInstant   = "https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm/"
	mariaInplace   = "https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-inplace-alter-algorithm/"
	mariaRelease11 = "https://mariadb.com/kb/en/alter-table/#lock"
	sqliteAlter    = "https://www.sqlite.org/lang_altertable.html"
	sqliteLocking  = "https://www.sqlite.org/lockingv3.html"

	instant       = "ALGORITHM=INSTANT"
	inplaceNone   = "ALGORITHM=INPLACE, LOCK=NONE"
	inplaceShared = "ALGORITHM=INPLACE, LOCK=SHARED"
	copyShared    = "ALGORITHM=COPY, LOCK=SHARED"
	copyNone      = "ALGORITHM=COPY, LOCK=NONE"
	metadata      = "exclusive metadata lock"
)

// online is a row of the tables of MySQL and MariaDB. Each change holds the exclusive metadata lock for a moment besides.
func online(change TableChange, lock string, work Work, source string) Locking {
	blocked := Nobody
	switch {
	case work == Moment:
		blocked = Everybody
	case lock == copyShared || lock == inplaceShared:
		blocked = Writers
	}
	return Locking{Change: change, Lock: lock, Blocked: blocked, Work: work, Source: source}
}

func sinceVersion(l Locking, major, minor, patch int) Locking {
	l.Since = Version{major, minor, patch}
	return l
}

// mysqlLocks are the locks of MySQL 8 with InnoDB, as its manual tells them. What a CHECK costs is not documented there and has no row.
func mysqlLocks() []Locking {
	link := func(l Locking) Locking {
		l.Other, l.OtherBlocked = metadata, Everybody
		return l
	}
	return append(sharedLocks(mysqlOnline),
		online(AddColumnNull, inplaceNone, Rewrite, mysqlOnline),
		sinceVersion(online(AddColumnNull, instant, Moment, mysqlOnline), 8, 0, 12),
		online(AddColumnDefault, inplaceNone, Rewrite, mysqlOnline),
		sinceVersion(online(AddColumnDefault, instant, Moment, mysqlOnline), 8, 0, 12),
		online(AddColumnVolatile, copyShared, Rewrite, mysqlOnline),
		online(DropColumn, inplaceNone, Rewrite, mysqlOnline),
		sinceVersion(online(DropColumn, instant, Moment, mysqlOnline), 8, 0, 29),
		online(RenameColumn, inplaceNone, Moment, mysqlOnline),
		sinceVersion(online(RenameColumn, instant, Moment, mysqlOnline), 8, 0, 28),
		online(DropNotNull, inplaceNone, Rewrite, mysqlOnline),
		online(WidenText, inplaceNone, Moment, mysqlOnline),
		online(RenameIndex, inplaceNone, Moment, mysqlOnline),
		online(DropConstraint, inplaceNone, Moment, mysqlOnline),
		link(online(DropForeignKey, inplaceNone, Moment, mysqlOnline)),
		online(AddColumnUnique, inplaceNone, Rewrite, mysqlOnline),
		link(online(AddColumnForeignKey, copyShared, Rewrite, mysqlOnline)),
	)
}

// mariaLocks are the locks of MariaDB with InnoDB, compared with a running server: internal/oracle/locksmaria_test.go.
func mariaLocks() []Locking {
	link := func(l Locking) Locking {
		l.Other, l.OtherBlocked = metadata, Everybody
		return l
	}
	return append(sharedLocks(mariaInplace),
		online(AddColumnNull, instant, Moment, mariaInstant),
		online(AddColumnDefault, instant, Moment, mariaInstant),
		online(AddColumnVolatile, copyShared, Rewrite, mariaOnline),
		online(DropColumn, instant, Moment, mariaInstant),
		online(RenameColumn, instant, Moment, mariaInstant),
		online(DropNotNull, inplaceNone, Rewrite, mariaInplace),
		online(WidenText, instant, Moment, mariaInstant),
		online(RenameIndex, inplaceNone, Moment, mariaInplace),
		sinceVersion(online(RenameIndex, instant, Moment, mariaInstant), 10, 5, 2),
		online(DropConstraint, instant, Moment, mariaInstant),
		link(online(DropForeignKey, instant, Moment, mariaInstant)),
		online(AddColumnUnique, inplaceNone, Rewrite, mariaInplace),
		link(online(AddColumnForeignKey, copyShared, Rewrite, mariaInplace)),
		online(AddColumnCheck, instant, Moment, mariaInstant),
		online(AddCheck, copyShared, Rewrite, mariaOnline),
		sinceVersion(Locking{Change: ChangeType, Lock: copyNone, Blocked: Nobody, Work: Rewrite, Source: mariaRelease11}, 11, 2, 0),
	)
}

// sharedLocks are what MySQL and MariaDB do alike.
func sharedLocks(source string) []Locking {
	link := func(l Locking) Locking {
		l.Other, l.OtherBlocked = metadata, Everybody
		return l
	}
	return []Locking{
		online(AddColumnGenerated, copyShared, Rewrite, source),
		online(AddColumnIdentity, inplaceShared, Rewrite, source),
		online(SetDefault, instant, Moment, source),
		online(SetNotNull, inplaceNone, Rewrite, source),
		online(SetNotNullChecked, inplaceNone, Rewrite, source),
		online(ChangeType, copyShared, Rewrite, source),
		online(WidenDecimal, copyShared, Rewrite, source),
		online(CreateIndex, inplaceNone, Build, source),
		online(DropIndex, inplaceNone, Moment, source),
		online(AddUnique, inplaceNone, Build, source),
		// foreign_key_checks is on: with it the table is copied.
		link(online(AddForeignKey, copyShared, Rewrite, source)),
		online(RenameTable, instant, Moment, source),
		link(online(DropTable, metadata, Moment, mysqlMetadata)),
		online(ReferToTable, metadata, Moment, mysqlMetadata),
		online(CommentOn, instant, Moment, source),
		{Change: FillRows, Lock: "row locks", Blocked: Nobody, Work: Scan, Source: source},
	}
}

// sqliteLocks are the locks of SQLite under Django, which makes most changes by a new table that takes the place of the old one.
// Source: django/db/backends/sqlite3/schema.py, _remake_table.
func sqliteLocks() []Locking {
	const lock = "the whole database, for writing"
	row := func(work Work, source string, changes ...TableChange) []Locking {
		var out []Locking
		for _, c := range changes {
			out = append(out, Locking{Change: c, Lock: lock, Blocked: Writers, Work: work, Source: source})
		}
		return out
	}
	out := row(Rewrite, sqliteAlter, AddColumnDefault, AddColumnVolatile, AddColumnGenerated, AddColumnIdentity, AddColumnUnique, AddColumnCheck,
		SetDefault, SetNotNull, SetNotNullChecked, DropNotNull, ChangeType, WidenText, WidenDecimal, AddUnique, AddExclusion, AddCheck,
		AddForeignKey, DropConstraint, DropForeignKey)
	out = append(out, row(Moment, sqliteAlter, AddColumnNull, AddColumnForeignKey, RenameColumn, RenameTable, DropTable, ReferToTable,
		CommentOn, RenameIndex, DropIndex)...)
	out = append(out, row(Rewrite, sqliteAlter, DropColumn)...)
	return append(out, append(row(Build, sqliteLocking, CreateIndex), row(Scan, sqliteLocking, FillRows)...)...)
}
