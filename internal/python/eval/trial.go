package eval

import (
	"maps"
	"strings"
)

// Trial is one way in which a call can go.
type Trial struct {
	// Result is what the call gave; invalid when an exception left it.
	Result Value
	// Failure is the exception that left it.
	Failure *Failure
	// Conditions are the decisions that this way rests on, in order; none when the call met nothing that cannot be known.
	Conditions []Condition
	// GivenUp says why the call did not run to its end, "" when it did.
	GivenUp string
}

// Try makes a call in each way in which the conditions it meets can be decided, at most so many ways; whole is false when there are more.
// What depends on the environment is as shipped. Changes that a call makes to values of the session stay.
func (s *Session) Try(ways int, call func(*Call) Value) (trials []Trial, whole bool) {
	return s.TryUntil(ways, maxTrialSteps, call, func(Trial) bool { return false })
}

// TryUntil is Try where each way is given up after so many steps of the interpreter, at most those of Try, and no other way is tried after
// one that is enough; whole is false then.
func (s *Session) TryUntil(ways, steps int, call func(*Call) Value, enough func(Trial) bool) (trials []Trial, whole bool) {
	r := s.run
	choices, met, metKeys, taken, sites, bytes := r.choices, r.met, r.metKeys, r.taken, r.sites, r.bytes
	defer func() {
		r.choices, r.met, r.metKeys, r.taken, r.sites, r.bytes = choices, met, metKeys, taken, sites, bytes
	}()
	keep := r.keepEffects
	r.keepEffects = false // each arm counts, those that raise too
	defer func() { r.keepEffects = keep }()
	pending := []map[string]bool{{}}
	seen := map[string]bool{}
	for len(pending) > 0 {
		if len(trials) >= ways {
			return trials, false
		}
		forced := pending[0]
		pending = pending[1:]
		r.choices = choices.copy()
		maps.Copy(r.choices.taken, forced)
		r.met, r.metKeys, r.taken = nil, map[string]bool{}, map[string]bool{}
		r.sites = &counts{before: sites} // unknown values are the same ones in each way
		t := s.try(min(steps, maxTrialSteps), call)
		if enough(t) {
			return append(trials, t), false
		}
		open := map[string]bool{}
		for _, d := range r.met {
			if d.env != nil {
				continue
			}
			now, ok := r.taken[d.key]
			if !ok {
				continue
			}
			t.Conditions = append(t.Conditions, Condition{Kind: d.kind, Name: d.name, Text: d.text, Taken: now, At: d.at})
			if _, fixed := forced[d.key]; fixed {
				continue
			}
			// The way that goes as this one did up to this decision, and the other way from it.
			other := maps.Clone(forced)
			maps.Copy(other, open)
			other[d.key] = !now
			if key := decided(other); !seen[key] {
				seen[key] = true
				pending = append(pending, other)
			}
			open[d.key] = now
		}
		trials = append(trials, t)
	}
	return trials, true
}

// try makes the call once.
func (s *Session) try(steps int, call func(*Call) Value) (t Trial) {
	r := s.run
	r.steps, r.exhausted, r.exiting = min(s.perModule.Steps, steps), 0, false
	defer func() {
		switch x := recover().(type) {
		case nil:
		case exhausted:
			t.GivenUp = x.what
		default:
			t.GivenUp = "a fault of the interpreter"
		}
		if t.GivenUp != "" {
			r.unwind()
			t.Result = Value{}
		}
	}()
	if thrown := r.protect(func() { t.Result = call(&Call{run: r}) }); thrown != nil {
		t.Failure = r.failure(thrown)
	}
	return t
}

// maxTrialSteps bounds one way of a call.
const maxTrialSteps = 20_000

// decided is a key of decisions.
func decided(m map[string]bool) string {
	var key strings.Builder
	for _, k := range sortedKeys(m) {
		key.WriteString(k)
		if m[k] {
			key.WriteString("=1;")
		} else {
			key.WriteString("=0;")
		}
	}
	return key.String()
}
