package deploy

// Find is the statement about a package that counts: a lock's exact version before a pin, a pin before a range, production before the rest.
// name is normalised as in PEP 503.
func (d *Dependencies) Find(name string) (Requirement, bool) {
	best, found := Requirement{}, false
	rank := func(r Requirement) int {
		n := 0
		if r.Production {
			n += 4
		}
		if r.Version != "" {
			n += 2
		}
		if r.Constraint != "" {
			n++
		}
		return n
	}
	for _, r := range d.Requirements {
		if r.Name == name && (!found || rank(r) > rank(best)) {
			best, found = r, true
		}
	}
	return best, found
}

// Has reports whether a package is among the dependencies of production.
func (d *Dependencies) Has(name string) bool {
	r, ok := d.Find(name)
	return ok && r.Production
}
