package secrets

import "slices"

// settle leaves one find where several overlap: a format says more than a name, a random value more than a word, and a longer one more than a part of it. The rest is
// ordered by place.
func settle(finds []Find) []Find {
	slices.SortStableFunc(finds, func(a, b Find) int {
		if rank(a.Class) != rank(b.Class) {
			return rank(a.Class) - rank(b.Class)
		}
		if a.Weak != b.Weak {
			return map[bool]int{true: 1, false: -1}[a.Weak]
		}
		return int(b.End-b.Start) - int(a.End-a.Start)
	})
	var kept []Find
	for _, f := range finds {
		if !slices.ContainsFunc(kept, func(g Find) bool { return f.Start < g.End && g.Start < f.End }) {
			kept = append(kept, f)
		}
	}
	slices.SortFunc(kept, func(a, b Find) int { return int(int64(a.Start) - int64(b.Start)) })
	return kept
}

// rank is how much a class says about what the secret opens; 1 says most.
func rank(c Class) int {
	switch c {
	case PrivateKey, CloudKey, Token:
		return 1
	case Address, PasswordHash, UserTable:
		return 2
	}
	return 3
}
