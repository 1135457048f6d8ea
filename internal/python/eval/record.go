package eval

import "gonogo/internal/source"

// CallRecord is a call that a model wants checks to see.
type CallRecord struct {
	Dotted string // of the function: "sentry_sdk.init"
	Args   []Value
	Kwargs []Kwarg
	At     source.Span
}

// Arg is an argument of the call by position (from 0; -1 for keyword-only) or name; invalid when it was not given.
func (c CallRecord) Arg(position int, name string) Value {
	return argument(c.Args, c.Kwargs, position, name)
}

const maxRecords = 1000

// Record keeps the call for World.Calls, under the function's dotted name.
func (c *Call) Record(dotted string) {
	if len(c.run.records) < maxRecords {
		c.run.records = append(c.run.records, CallRecord{Dotted: dotted, Args: c.Args, Kwargs: c.Kwargs, At: c.At})
	}
}

// runFinishers lets models do what their packages do after the module was imported.
func (r *run) runFinishers(m *moduleData) {
	if len(r.finishers) == 0 {
		return
	}
	f := &frame{module: m, space: m.globals, global: m.globals}
	if m.tree != nil {
		f.file = m.tree.File
	}
	at := source.Span{File: f.file}
	for _, finish := range r.finishers {
		finish(&Call{At: at, run: r, frame: f}, Value{data: m})
	}
}
