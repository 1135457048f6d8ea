package migrate

// maker is a migration that made the table which has a name since a step of the replay. Names pass from one table to another: a release can
// delete a model and give its name to a new one.
type maker struct {
	since int
	by    Key
}

// noteMaker keeps who made the table that has a name after the operation that is replayed.
func (l *loader) noteMaker(table string, by Key) {
	list := l.m.makers[table]
	if n := len(list); n == 0 || list[n-1].by != by {
		l.m.makers[table] = append(list, maker{l.step, by})
	}
}

// madeBy is the migration that made the table of a model, else the table of a name, as it was before an operation; the zero Key where that is
// not known. Of a model it tells what is so at the operation that is replayed.
func (m *Migrations) madeBy(model, table string, step int) (by Key) {
	if model != "" {
		return m.created[model]
	}
	for _, x := range m.makers[table] {
		if x.since >= step {
			break
		}
		by = x.by
	}
	return by
}
