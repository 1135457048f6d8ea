package migrate

import (
	"slices"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// Database is the server that migrations are applied to.
type Database struct {
	Server  knowledge.DatabaseServer
	Version knowledge.Version // unknown where nothing tells it
	// Django is the project's, which tells the oldest server that there can be; it can be unknown.
	Django knowledge.Version
}

// version is that of the server, else the oldest that Django works with.
func (d Database) version() knowledge.Version {
	if d.Version.Known() {
		return d.Version
	}
	return knowledge.OldestServer(d.Server, d.Django)
}

// Hold is a lock that an operation takes on a table that is there.
type Hold struct {
	Operation *Operation // of the list of the migration; what stands within SeparateDatabaseAndState is its
	Effect    Effect
	// Table is the key of the model, or the name of a table that is no model's.
	Table   string
	Locking knowledge.Locking
	// Blocked is who waits while the work is done, with what the transaction holds already.
	Blocked knowledge.Blocked
	// Under is the earlier change of the transaction whose lock is held meanwhile; the zero Effect where the own lock is the strongest.
	Under Effect
	// Also are other tables that the transaction holds so that reads or writes wait, sorted.
	Also []string
	// Fresh says that the table is new, so that nobody waits and nothing is to be done.
	Fresh bool
}

// Long reports whether somebody waits for as long as the table is big.
func (h Hold) Long() bool {
	return !h.Fresh && h.Locking.Work > knowledge.Moment && h.Blocked > knowledge.Nobody
}

// HoldDoubt says why an operation can hold more than is told; Operation is nil where that is so of the whole migration.
type HoldDoubt struct {
	Operation *Operation // of the list of the migration
	Reason    string
}

// Holds are the locks that a migration takes, in order. Fresh tells whether a migration is of the release, so that the tables it makes are
// new.
func (m *Migrations) Holds(x *Migration, d Database, fresh func(Key) bool) (holds []Hold, doubts []HoldDoubt) {
	c := &collector{m: m, d: d, fresh: fresh, transaction: d.Server == knowledge.PostgreSQL && x.Atomic != eval.No, held: map[string]held{}}
	if x.Unknown != "" {
		c.doubts = append(c.doubts, HoldDoubt{nil, x.Unknown})
	}
	for _, o := range x.Operations {
		c.operation(o, o)
	}
	return c.holds, c.doubts
}

// held is the strongest lock on a table in a transaction.
type held struct {
	blocked knowledge.Blocked
	by      Effect
}

type collector struct {
	m           *Migrations
	d           Database
	fresh       func(Key) bool
	transaction bool
	held        map[string]held
	made        []string // tables that RunSQL makes
	holds       []Hold
	doubts      []HoldDoubt
}

func (c *collector) doubt(outer *Operation, reason string) {
	c.doubts = append(c.doubts, HoldDoubt{outer, reason})
}

// operation collects what one operation, or one within another, holds.
func (c *collector) operation(outer, o *Operation) {
	for _, reason := range []string{o.Unknown, o.Uncertain} {
		if reason != "" {
			c.doubt(outer, reason)
		}
	}
	for _, inner := range o.Database {
		c.operation(outer, inner)
	}
	effects := o.Effects
	if o.Kind == "RunSQL" {
		if c.d.Server != knowledge.PostgreSQL {
			c.doubt(outer, "its SQL is read for PostgreSQL alone")
			return
		}
		sql := c.m.SQL(o)
		if sql.Uncertain != "" {
			c.doubt(outer, sql.Uncertain)
		}
		for _, s := range sql.Statements {
			c.made = append(c.made, s.Makes...)
		}
		effects = sql.Effects
	}
	for _, e := range effects {
		c.effect(outer, e)
		if !c.transaction && o.Kind != "RunSQL" {
			clear(c.held) // each statement commits: MySQL does so by itself, PostgreSQL outside of a transaction
		}
	}
	if !c.transaction {
		clear(c.held) // PostgreSQL runs the statements of one text as a transaction
	}
}

func (c *collector) effect(o *Operation, e Effect) {
	change := e.Change
	if c.d.Server != knowledge.PostgreSQL && change == knowledge.WidenText && (e.Crosses255 || e.ToText) {
		change = knowledge.ChangeType
	}
	l, ok := knowledge.HowLocks(c.d.Server, c.d.version(), change)
	if !ok {
		c.doubt(o, "what "+c.d.Server.String()+" locks to "+change.String()+" is not known")
		return
	}
	h := Hold{Operation: o, Effect: e, Locking: l, Blocked: l.Blocked, Table: e.Model, Fresh: c.isFresh(e)}
	if h.Table == "" {
		h.Table = e.Table
	}
	if before := c.held[h.Table]; !h.Fresh && before.blocked > h.Blocked {
		h.Blocked, h.Under = before.blocked, before.by
	}
	if l.Work > knowledge.Moment && !h.Fresh {
		for table, x := range c.held {
			if table != h.Table && x.blocked > knowledge.Nobody {
				h.Also = append(h.Also, table)
			}
		}
		slices.Sort(h.Also)
	}
	c.holds = append(c.holds, h)
	if !h.Fresh {
		c.hold(h.Table, l.Blocked, e)
	}
	if e.Other != "" && l.Other != "" && !c.fresh(e.otherMade) {
		c.hold(e.Other, l.OtherBlocked, e)
	}
}

func (c *collector) hold(table string, blocked knowledge.Blocked, by Effect) {
	if table != "" && blocked > c.held[table].blocked {
		c.held[table] = held{blocked, by}
	}
}

// isFresh reports whether the table of an effect is made by the release.
func (c *collector) isFresh(e Effect) bool {
	return c.fresh(e.made) || slices.Contains(c.made, e.Table) && e.Table != ""
}

// Longest are the locks for which somebody waits long, the worst one of each table, in order of the tables. Rows that are changed under no
// stronger lock than their own are left out.
func Longest(holds []Hold) []Hold {
	var out []Hold
	for _, h := range holds {
		if !h.Long() || h.Effect.Change == knowledge.FillRows && h.Under.Change == 0 {
			continue
		}
		i := slices.IndexFunc(out, func(x Hold) bool { return x.Table == h.Table })
		switch {
		case i < 0:
			out = append(out, h)
		case h.Blocked > out[i].Blocked, h.Blocked == out[i].Blocked && h.Locking.Work > out[i].Locking.Work:
			out[i] = h
		}
	}
	return out
}
