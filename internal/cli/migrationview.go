package cli

import (
	"fmt"
	"slices"
	"strconv"

	"gonogo/internal/django/migrate"
	"gonogo/internal/knowledge"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/report"
)

// migrationView makes plain data of migrations: what they lock on the database of production, and what they break.
type migrationView struct {
	m       *migrate.Migrations
	db      project.MigratedDatabase
	chosen  map[migrate.Key]bool
	all     bool // each migration is judged as a release of its own
	name    string
	note    string
	rollout string
	last    *project.LastModels // nil where they are not known or nobody asks
	losses  []migrate.Loss      // of all that is shown
}

func newMigrationView(s *project.Snapshot, m *migrate.Migrations, chosen []*migrate.Migration, all bool) *migrationView {
	v := &migrationView{m: m, db: s.Database(), chosen: map[migrate.Key]bool{}, all: all}
	for _, x := range chosen {
		v.chosen[x.Key] = true
	}
	v.noteDatabase()
	if r := s.Rollout(); r.Reason != "" {
		v.rollout = "The last release goes on meanwhile: " + r.Reason
	}
	return v
}

// noteDatabase says whose locks are told.
func (v *migrationView) noteDatabase() {
	switch {
	case v.db.Unknown != "":
		v.note = "What is locked is not known: " + v.db.Unknown
		return
	case v.db.Server == knowledge.SQLite:
		v.name, v.note = "SQLite", "The database is SQLite, where every write locks the whole file: locks are not told"
		return
	case v.db.Version.Known():
		v.name = v.db.Server.String() + " " + series(v.db.Server, v.db.Version)
		v.note = "Locks are those of " + v.name + ", whose version the deployment tells"
	default:
		v.name = v.db.Server.String()
		oldest := series(v.db.Server, knowledge.OldestServer(v.db.Server, v.db.Django))
		v.note = fmt.Sprintf("Locks are those of %s %s, the oldest that Django %s works with: nothing tells the version", v.name, oldest, knowledge.OldestServerOf(v.db.Django).Series())
	}
	if v.db.Guess != "" {
		v.note += "; " + v.db.Guess + " (--env-file settles it)"
	}
	if v.db.Online {
		v.note += "; " + v.db.Engine + " makes indexes and constraints in steps that let others work"
	}
}

// askLast asks the models of the last release, where what is shown takes something away. It takes the sessions of both releases, one after
// the other.
func (v *migrationView) askLast(s *project.Snapshot, chosen []*migrate.Migration) {
	takes := false
	s.Program().Do(func(*eval.Session) {
		for _, x := range chosen {
			v.losses = append(v.losses, v.m.Losses(x)...)
			takes = takes || slices.ContainsFunc(v.m.Breaks(x, v.db.Database, v.fresh(x)), func(b migrate.Break) bool { return b.Takes })
		}
	})
	if takes && !v.all {
		v.last = s.Before().LastModels()
	}
}

// series is the version as its vendor counts: "16", "8.0", "10.11".
func series(server knowledge.DatabaseServer, v knowledge.Version) string {
	if server == knowledge.PostgreSQL {
		return strconv.Itoa(v.Major)
	}
	return v.Series()
}

// fresh tells whether the tables that a migration makes are new for another one.
func (v *migrationView) fresh(of *migrate.Migration) func(migrate.Key) bool {
	return func(k migrate.Key) bool {
		if v.all {
			return k == of.Key
		}
		return v.chosen[k]
	}
}

func (v *migrationView) migration(x *migrate.Migration, totals map[string]int) report.Migration {
	out := report.Migration{App: x.App, Name: x.Name, Path: x.File.Path, Line: line(x.At), Atomic: x.Atomic != eval.No, Unknown: x.Unknown,
		Operations: []report.MigrationOperation{}}
	place := map[*migrate.Operation]int{}
	for i, o := range x.Operations {
		phase := string(v.m.PhaseOf(o, v.db.Database))
		totals[phase]++
		place[o] = i
		out.Operations = append(out.Operations, report.MigrationOperation{Kind: o.Kind, Text: o.Describe(), Phase: phase, Reversible: reversible(o), Line: line(o.At),
			Locks: []report.MigrationLock{}, Waiting: []string{}, Breaks: []string{}, Advice: []string{}, Uncertain: v.uncertain(o)})
	}
	if v.db.Unknown == "" && v.db.Server != knowledge.SQLite {
		v.locks(x, &out, place)
	}
	for _, b := range v.last.StillUse(v.m.Breaks(x, v.db.Database, v.fresh(x)), v.losses) {
		o := &out.Operations[place[b.Operation]]
		o.Breaks = append(o.Breaks, b.Text)
		o.Advice = append(o.Advice, b.Advice)
	}
	return out
}

// uncertain says why an operation can lock more than is told.
func (v *migrationView) uncertain(o *migrate.Operation) string {
	for _, inner := range append([]*migrate.Operation{o}, o.Database...) {
		switch {
		case inner.Unknown != "":
			return inner.Unknown
		case inner.Uncertain != "":
			return inner.Uncertain
		case inner.Kind == "RunSQL" && v.db.Server == knowledge.PostgreSQL:
			if sql := v.m.SQL(inner); sql.Uncertain != "" {
				return sql.Uncertain
			}
		case inner.Kind == "RunSQL":
			return "its SQL is read for PostgreSQL alone"
		}
	}
	return ""
}

func (v *migrationView) locks(x *migrate.Migration, out *report.Migration, place map[*migrate.Operation]int) {
	holds, doubts := v.m.Holds(x, v.db.Database, v.fresh(x))
	for _, d := range doubts {
		if i, ok := place[d.Operation]; ok && out.Operations[i].Uncertain == "" {
			out.Operations[i].Uncertain = d.Reason
		}
	}
	for _, h := range holds {
		o := &out.Operations[place[h.Operation]]
		o.Locks = append(o.Locks, report.MigrationLock{Table: h.Table, Change: h.Effect.Change.String(), Lock: h.Locking.Lock, Blocks: blocks(h.Blocked),
			Work: workName(h.Locking.Work), New: h.Fresh, Source: h.Locking.Source})
		o.Rewrite = o.Rewrite || h.Locking.Work == knowledge.Rewrite && !h.Fresh
	}
	v.waiting(holds, out, place)
	if v.db.Server == knowledge.PostgreSQL && x.Atomic != eval.No {
		v.held(x, holds, out, place)
	}
}

// held follows the locks of a transaction: what runs behind them lengthens them, be it code or a step that is as long as the table is big.
func (v *migrationView) held(x *migrate.Migration, holds []migrate.Hold, out *report.Migration, place map[*migrate.Operation]int) {
	var strong []migrate.Hold // of the operations so far
	for i, o := range x.Operations {
		step := &out.Operations[i]
		if o.Kind == "RunPython" && len(strong) > 0 {
			h := slices.MaxFunc(strong, func(a, b migrate.Hold) int { return int(a.Blocked) - int(b.Blocked) })
			step.Waiting = append(step.Waiting, fmt.Sprintf("it runs while the transaction holds %s on %s: %s until the transaction ends", h.Locking.Lock, h.Table, h.Blocked))
			step.Advice = append(step.Advice, "put it in a migration of its own, which works in batches")
		}
		if o.Kind == "RunPython" || len(step.Waiting) > 0 {
			for _, h := range strong {
				out.Operations[place[h.Operation]].Held = true
			}
		}
		for _, h := range holds {
			if h.Operation == o && !h.Fresh && h.Locking.Blocked > knowledge.Nobody {
				strong = append(strong, h)
			}
		}
	}
}

// waiting tells who waits, for the worst lock that each operation takes on a table.
func (v *migrationView) waiting(holds []migrate.Hold, out *report.Migration, place map[*migrate.Operation]int) {
	of := map[*migrate.Operation][]migrate.Hold{}
	for _, h := range holds {
		if !v.db.Online || h.Locking.Work == knowledge.Rewrite {
			of[h.Operation] = append(of[h.Operation], h)
		}
	}
	for operation, i := range place {
		o := &out.Operations[i]
		for _, h := range migrate.Longest(of[operation]) {
			o.Waiting = append(o.Waiting, h.Consequence(v.db.Database))
			if text := h.Advice(v.db.Database); !slices.Contains(o.Advice, text) {
				o.Advice = append(o.Advice, text)
			}
		}
	}
}

func blocks(b knowledge.Blocked) string {
	switch b {
	case knowledge.Writers:
		return "writes"
	case knowledge.Everybody:
		return "everything"
	}
	return "nobody"
}

func workName(w knowledge.Work) string {
	switch w {
	case knowledge.Scan:
		return "scan"
	case knowledge.Build:
		return "index"
	case knowledge.Rewrite:
		return "rewrite"
	}
	return "moment"
}
