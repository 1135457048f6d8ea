package eval

import (
	"sort"
	"strconv"
	"strings"

	"gonogo/internal/source"
)

func itoa(n int) string { return strconv.Itoa(n) }

// choices are the decisions that a run was given. What they lack is taken as shipped.
type choices struct {
	env   map[string]envChoice
	taken map[string]bool // by key
}

// envChoice is what a run assumes of a symbolic variable.
type envChoice struct {
	known   bool // text is its value; otherwise it is set to something unknown
	text    string
	assumed bool // set because the module fails without it
}

// flip reports whether a run takes something otherwise than as shipped, files aside.
func (c choices) flip() bool {
	for _, v := range c.env {
		if !v.assumed {
			return true
		}
	}
	for key := range c.taken {
		if !strings.HasPrefix(key, "file:") {
			return true
		}
	}
	return false
}

func (c choices) copy() choices {
	d := choices{env: make(map[string]envChoice, len(c.env)+1), taken: make(map[string]bool, len(c.taken)+1)}
	for k, v := range c.env {
		d.env[k] = v
	}
	for k, v := range c.taken {
		d.taken[k] = v
	}
	return d
}

// decision is one that a run met, for another run to take otherwise.
type decision struct {
	kind    ConditionKind
	key     string
	name    string
	text    string // what holds when it is taken as true
	at      source.Span
	shipped bool
	env     *envChoice // of a variable called name
	// prefer are branches on what comes out of an unknown value of the variable: the arm that the other world takes.
	prefer map[string]bool
}

// decide takes a decision by its key and registers it.
func (r *run) decide(d decision) bool {
	r.meet(d)
	taken, ok := r.choices.taken[d.key]
	if !ok {
		taken = d.shipped
	}
	r.taken[d.key] = taken
	return taken
}

func (r *run) meet(d decision) {
	if r.installing > 0 {
		return
	}
	r.shared.tests.note(d.key, r.top)
	if r.metKeys[d.key] || r.weak != nil {
		return
	}
	r.metKeys[d.key] = true
	r.met = append(r.met, d)
}

// branch is the truth of a value as this world has it.
func (r *run) branch(v Value, at source.Span, f *frame) bool {
	taken, _ := r.branchOn(v, at, f)
	return taken
}

// branchOn also gives the keys of decisions that were taken as shipped.
func (r *run) branchOn(v Value, at source.Span, f *frame) (bool, []string) {
	t := r.truth(v, at, f)
	if t != Maybe {
		if u, ok := v.data.(*unknownData); ok && len(u.decided) > 0 {
			return t == Yes, u.decided
		}
		if v.origin == nil {
			return t == Yes, nil
		}
		names := r.symbolic(v)
		if t == Yes && isPlainRead(v) {
			// A variable that is set is taken to be not empty, so setting it takes the same arm.
			return true, envKeys(names)
		}
		for _, name := range names {
			r.offer(name, at, t == Yes)
		}
		return t == Yes, envKeys(names)
	}
	taken, key := r.branchUnknown(v, at)
	keys := envKeys(r.symbolic(v))
	if key != "" {
		keys = append(keys, key)
	}
	return taken, keys
}

// isPlainRead reports whether a value is the text of a variable as it was read.
func isPlainRead(v Value) bool {
	return v.Kind() == Str && v.origin.Env != nil
}

func envKeys(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	keys := make([]string, len(names))
	for i, n := range names {
		keys[i] = "env:" + n
	}
	return keys
}

// branchUnknown decides a condition that is not known. It gives the key of the decision, "" when it was taken before.
func (r *run) branchUnknown(v Value, at source.Span) (bool, string) {
	refs := envNames(v)
	for _, name := range refs {
		if taken, ok := r.choices.taken["site:"+place(at)+":"+name]; ok {
			return taken, ""
		}
	}
	assumed := r.assume(v, 0)
	offered := false
	for _, name := range refs {
		if len(r.candidates[name]) > 0 && r.isFree(name) {
			r.offer(name, at, assumed)
			offered = true
		}
	}
	if offered {
		site := "site:" + place(at) + ":" + refs[0]
		r.taken[site] = assumed
		return assumed, site
	}
	key, inverted := conditionKey(v, 0)
	kind, name := Opaque, UnknownTest
	if len(refs) > 0 {
		kind, name = EnvSet, refs[0]
	}
	text := "`" + oneLine(at.Text()) + "` is true"
	if inverted {
		text = "`" + oneLine(at.Text()) + "` is false"
	}
	taken := r.decide(decision{kind: kind, key: "if:" + key, name: name, at: at, shipped: assumed != inverted,
		text: text})
	return taken != inverted, "if:" + key
}

// oneLine is source text for a message.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 100 {
		s = s[:100] + "…"
	}
	return strings.ToValidUTF8(s, "")
}

// isFree reports whether a world may be given another value of the variable.
func (r *run) isFree(name string) bool {
	if _, given := r.cfg.Env.Vars[name]; given {
		return false
	}
	return !r.cfg.Env.Complete || operatingSystem(name)
}

// offer registers worlds in which a symbolic variable is set.
func (r *run) offer(name string, at source.Span, taken bool) {
	if r.weak != nil {
		return
	}
	site := "site:" + place(at) + ":" + name
	if list := r.candidates[name]; len(list) > 0 {
		for _, text := range list {
			if c, ok := r.choices.env[name]; ok && c.known && c.text == text {
				continue
			}
			r.meet(decision{kind: EnvSet, key: "env:" + name + "=" + text, name: name, at: at,
				text: "environment variable " + name + " is " + strconv.Quote(text), env: &envChoice{known: true, text: text}})
		}
		return
	}
	if _, ok := r.choices.env[name]; ok {
		return
	}
	r.meet(decision{kind: EnvSet, key: "env:" + name, name: name, at: at,
		text: "environment variable " + name + " is set", env: &envChoice{}, prefer: map[string]bool{site: !taken}})
}

// candidate notes a text with which a value from the environment was compared.
func (r *run) candidate(v Value, text string) {
	if v.origin == nil || r.cfg.Env.Complete && len(r.choices.env) == 0 || len(text) > 200 {
		return
	}
	if u, ok := v.data.(*unknownData); ok && strings.HasPrefix(u.op, ".") {
		return // an attribute of what the variable names, not its text
	}
	for _, name := range envNames(v) {
		r.addCandidate(name, text)
	}
}

func (r *run) addCandidate(name, text string) {
	if !r.isFree(name) || len(r.candidates[name]) >= 4 {
		return
	}
	for _, c := range r.candidates[name] {
		if c == text {
			return
		}
	}
	r.candidates[name] = append(r.candidates[name], text)
}

// symbolic are the variables from which a value came that nobody has given a value in this world.
func (r *run) symbolic(v Value) []string {
	var names []string
	for _, name := range envNames(v) {
		if !r.isFree(name) {
			continue
		}
		if _, chosen := r.choices.env[name]; !chosen {
			names = append(names, name)
		}
	}
	return names
}

func (r *run) shippedKeys(v Value) []string { return envKeys(r.symbolic(v)) }

// envNames are the variables in the provenance of the value itself, not of its parts.
func envNames(v Value) []string {
	if v.origin == nil {
		return nil
	}
	return v.origin.envNames(0)
}

// envNames is computed once for an origin, which never changes.
func (o *Origin) envNames(depth int) []string {
	switch {
	case o.names != nil:
		return *o.names
	case depth > 5000:
		return nil
	}
	var names []string
	o.names = &names
	if o.Env != nil {
		names = append(names, o.Env.Name)
	}
	shared := false
	for _, from := range o.From {
		more := from.envNames(depth + 1)
		if len(more) == 0 {
			continue
		}
		if names == nil {
			names, shared = more, true
			continue
		}
		for _, n := range more {
			if !containsString(names, n) && len(names) < 32 {
				if shared {
					names, shared = append([]string(nil), names...), false
				}
				names = append(names, n)
			}
		}
	}
	return names
}

func containsString(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// assume is what an unknown condition is taken for when nobody decides: a comparison does not hold, a text that is set is not empty.
func (r *run) assume(v Value, depth int) bool {
	u, ok := v.data.(*unknownData)
	if !ok {
		return truth(v.data) == Yes
	}
	if u.truth != 0 {
		return u.truth == Yes
	}
	if text, ok := receiver(u); ok && depth < 20 {
		return r.assume(text, depth+1)
	}
	if depth < 20 && len(u.args) > 0 {
		switch u.op {
		case "not":
			return !r.assume(u.args[0], depth+1)
		case "!=", "not in", "is not":
			return true
		case "or":
			return r.assume(u.args[0], depth+1) || r.assume(u.args[1], depth+1)
		case "and":
			return r.assume(u.args[0], depth+1) && r.assume(u.args[1], depth+1)
		case "strip", "lstrip", "rstrip", "lower", "upper", "title", "split":
			return r.assume(u.args[0], depth+1)
		}
	}
	return false
}

// receiver is the text of which a method gives another one that is empty when it is, and hardly otherwise.
func receiver(u *unknownData) (Value, bool) {
	if u.called == nil {
		return Value{}, false
	}
	m, ok := u.called.fn.data.(*unknownData)
	if !ok || len(m.args) != 1 {
		return Value{}, false
	}
	switch m.op {
	case ".strip", ".lstrip", ".rstrip", ".lower", ".upper", ".title", ".casefold", ".capitalize", ".replace", ".removeprefix", ".removesuffix",
		".encode", ".decode", ".split", ".rsplit", ".splitlines":
		return m.args[0], true
	}
	return Value{}, false
}

// conditionKey is a text that is the same for conditions that are computed in the same way from the same unknown values,
// and whether the condition is the opposite of what the text stands for.
func conditionKey(v Value, depth int) (key string, inverted bool) {
	u, ok := v.data.(*unknownData)
	if !ok {
		return repr(v, 200), false
	}
	if depth > 12 {
		return "...", false
	}
	op := u.op
	switch op {
	case "not":
		key, inverted = conditionKey(u.args[0], depth+1)
		return key, !inverted
	case "!=":
		op, inverted = "==", true
	case "not in":
		op, inverted = "in", true
	case "is not":
		op, inverted = "is", true
	case "":
		return place(v.At()) + u.reason, false
	}
	var b strings.Builder
	b.WriteString(op)
	if len(u.args) > 0 {
		b.WriteByte('(')
		for i, a := range u.args {
			if i > 0 {
				b.WriteByte(',')
			}
			if b.Len() > 2000 {
				break
			}
			k, inv := conditionKey(a, depth+1)
			if inv {
				b.WriteByte('!')
			}
			b.WriteString(k)
		}
		b.WriteByte(')')
	}
	return b.String(), inverted
}

// sortedKeys are the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
