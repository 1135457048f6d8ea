package eval

import (
	"sort"
	"strings"

	"gonogo/internal/source"
)

// envEntry is a variable that the program itself set or removed.
type envEntry struct {
	value Value // invalid when it was removed
}

// operatingSystem reports whether a variable is normally set by the system, so that a complete environment says nothing of it.
func operatingSystem(name string) bool {
	switch name {
	case "HOME", "HOSTNAME", "PATH", "USER", "LOGNAME", "PWD", "OLDPWD", "SHELL", "TERM", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TMPDIR",
		"SHLVL", "_", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "USERNAME", "COMPUTERNAME":
		return true
	}
	return false
}

// envState is how this world has a variable.
type envState uint8

const (
	envGiven    envState = iota + 1 // value holds it
	envMissing                      // certainly not set
	envSymbolic                     // nobody has said; taken as not set where there is a default
	envOpaque                       // set to something unknown
)

// envLookup is the state of a variable, its value where it is given, and the place that set it.
func (r *run) envLookup(name string) (state envState, value Value, at source.Span) {
	if e, ok := r.env[name]; ok {
		if !e.value.IsValid() {
			return envMissing, Value{}, source.Span{}
		}
		return envGiven, e.value, e.value.At()
	}
	if c, ok := r.choices.env[name]; ok {
		if c.known {
			return envGiven, MakeStr(c.text), source.Span{}
		}
		return envOpaque, Value{}, source.Span{}
	}
	if v, ok := r.cfg.Env.Vars[name]; ok {
		return envGiven, MakeStr(v.Value), v.At
	}
	if r.cfg.Env.Complete && !operatingSystem(name) {
		return envMissing, Value{}, source.Span{}
	}
	return envSymbolic, Value{}, source.Span{}
}

// readEnv reads a variable; see Call.Env.
func (r *run) readEnv(c *Call, e EnvRead) Value {
	state, value, _ := r.envLookup(e.Name)
	ref := &EnvRef{Name: e.Name, Cast: e.Cast, At: r.readPlace(c, e.Name), HasDefault: e.Default.IsValid(),
		Set: state == envGiven || state == envOpaque && !r.choices.env[e.Name].assumed}
	if e.Default.IsValid() {
		ref.Default = repr(e.Default, 200)
	}
	r.noteRead(ref)
	if e.Cast == "bool" && state != envMissing {
		r.boolCandidate(e)
	}
	switch state {
	case envGiven:
		return r.givenEnv(c, e, ref, value)
	case envOpaque:
		return r.opaqueEnv(c, e, ref)
	}
	if e.Default.IsValid() {
		return r.defaultEnv(c, e, ref)
	}
	if state == envMissing {
		return r.missingEnv(c, e, ref)
	}
	class := e.MissingClass
	if class == "" {
		class = "KeyError"
	}
	if r.wouldCatch(class) {
		r.offer(e.Name, c.At, false)
		return r.missingEnv(c, e, ref)
	}
	if r.shipped {
		r.shared.bare = append(r.shared.bare, e.Name)
	}
	return r.opaqueEnv(c, e, ref)
}

// boolCandidate makes the world in which a Boolean variable is set the one in which it is the other value.
func (r *run) boolCandidate(e EnvRead) {
	if b, ok := e.Default.AsBool(); ok && e.Default.IsValid() {
		text := "True"
		if b {
			text = "False"
		}
		r.addCandidate(e.Name, text)
	}
}

func (r *run) givenEnv(c *Call, e EnvRead, ref *EnvRef, text Value) Value {
	origin := &Origin{At: c.At, Env: ref}
	if text.origin != nil {
		origin.From = []*Origin{text.origin}
		if own := text.origin.Env; own != nil && own.Name == e.Name && !own.Set {
			ref.Set, ref.HasDefault, ref.Default = false, own.HasDefault, own.Default
		}
		if ref.Set && literalOrigin(text.origin) {
			// What the program itself put there is as literal as it was.
			ref.Set, ref.HasDefault, ref.Default = false, true, repr(text, 200)
		}
	}
	text.origin = origin
	if e.Convert == nil {
		return text
	}
	if text.IsUnknown() {
		return derived(MakeUnknownOf(castType(e.Cast), text.Reason()), c.At, text)
	}
	out := e.Convert(c, text)
	if !out.IsValid() {
		out = MakeNone()
	}
	return withEnv(out, origin)
}

// withEnv makes the variable part of a value's provenance.
func withEnv(v Value, origin *Origin) Value {
	if v.origin == nil || v.origin == origin {
		v.origin = origin
		return v
	}
	if containsString(envNames(v), origin.Env.Name) {
		return v
	}
	v.origin = &Origin{At: origin.At, Env: origin.Env, From: []*Origin{v.origin}}
	return v
}

func castType(cast string) string {
	switch cast {
	case "str", "bool", "int", "float", "list", "dict", "tuple", "bytes":
		return cast
	case "":
		return "str"
	}
	return ""
}

// opaqueEnv is a variable that is set to something unknown.
func (r *run) opaqueEnv(c *Call, e EnvRead, ref *EnvRef) Value {
	u := &unknownData{reason: "environment variable " + e.Name + " is not set", op: "env " + e.Name + " " + e.Cast, typ: castType(e.Cast)}
	if e.Convert == nil || e.Cast == "str" || e.Cast == "" {
		u.truth = Yes
	}
	if choice, ok := r.choices.env[e.Name]; ok && !choice.assumed {
		u.reason = "environment variable " + e.Name + " could be anything"
	}
	if e.Cast == "" && e.Convert != nil {
		u.typ, u.truth = "", 0
	}
	return Value{data: u, origin: &Origin{At: c.At, Env: ref}}
}

func (r *run) defaultEnv(c *Call, e EnvRead, ref *EnvRef) Value {
	v := e.Default
	origin := &Origin{At: c.At, Env: ref}
	if v.origin != nil {
		origin.From = []*Origin{v.origin}
	}
	if e.Convert != nil && e.ConvertDefault && !v.IsUnknown() {
		v = e.Convert(c, v.WithOrigin(origin))
		if !v.IsValid() {
			v = MakeNone()
		}
		return withEnv(v, origin)
	}
	v.origin = origin
	return v
}

// missingEnv raises what the library raises for a variable that is not set.
func (r *run) missingEnv(c *Call, e EnvRead, ref *EnvRef) Value {
	marker := Value{data: strData(e.Name), origin: &Origin{At: c.At, Env: ref}}
	if e.Missing == nil {
		r.raiseWith(c.At, "KeyError", []Value{marker}, marker)
	}
	r.dyn.controls = append(r.dyn.controls, control{envKeys(r.symbolic(marker))})
	return e.Missing(c)
}

// readPlace is where a variable is read from the reader's point of view: in a helper function the place that calls it with the name.
func (r *run) readPlace(c *Call, name string) source.Span {
	at, f := c.At, c.frame
	literal := nameLiteral(c, name)
	for f != nil && f.code != nil && !f.callAt.IsZero() {
		if !literal.IsZero() {
			e := f.code.node.Extent()
			if literal.File == f.file && literal.Start >= e.Start && literal.End <= e.End {
				break
			}
		} else if len(c.Args) > 0 {
			break
		}
		at = f.callAt
		f = f.caller
	}
	return at
}

// nameLiteral is where the name of the variable stands as a literal.
func nameLiteral(c *Call, name string) source.Span {
	for _, v := range c.Args {
		if s, ok := v.AsStr(); ok && s != "" && strings.HasSuffix(name, s) && v.origin != nil {
			return deepestLiteral(v.origin, 0)
		}
	}
	return source.Span{}
}

func deepestLiteral(o *Origin, depth int) source.Span {
	if o == nil || depth > 20 {
		return source.Span{}
	}
	if o.Literal {
		return o.At
	}
	for i := len(o.From) - 1; i >= 0; i-- {
		if at := deepestLiteral(o.From[i], depth+1); !at.IsZero() {
			return at
		}
	}
	return source.Span{}
}

// noteRead records a reading for the table of variables.
func (r *run) noteRead(ref *EnvRef) {
	if r.installing > 0 {
		return
	}
	r.shared.addRead(Read{EnvRef: *ref})
}

// addRead keeps a reading, once for its place, with the first cast that is known.
func (s *shared) addRead(read Read) {
	k := readKey{read.Name, read.At}
	if i, ok := s.readIndex[k]; ok {
		if old := &s.reads[i]; old.Cast == "" {
			old.Cast = read.Cast
		}
		return
	}
	if len(s.reads) > 10000 {
		return
	}
	s.readIndex[k] = len(s.reads)
	s.reads = append(s.reads, read)
}

// envIsSet is `name in os.environ`.
func (r *run) envIsSet(c *Call, name string) Value {
	state, value, _ := r.envLookup(name)
	ref := &EnvRef{Name: name, At: r.readPlace(c, name), Set: state == envGiven}
	r.noteRead(ref)
	origin := &Origin{At: c.At, Env: ref}
	if value.origin != nil {
		origin.From = []*Origin{value.origin}
	}
	return Value{data: boolData(state == envGiven || state == envOpaque), origin: origin}
}

func (r *run) setEnv(c *Call, name string, value Value, onlyIfMissing bool) {
	if !onlyIfMissing {
		r.env[name] = envEntry{value}
		return
	}
	state, _, _ := r.envLookup(name)
	switch state {
	case envGiven, envOpaque:
		return
	case envSymbolic:
		ref := &EnvRef{Name: name, At: c.At, HasDefault: true, Default: repr(value, 200)}
		r.noteRead(ref)
		value = value.WithOrigin(&Origin{At: c.At, Env: ref, From: originsOf(value)})
	}
	r.env[name] = envEntry{value}
}

func (r *run) unsetEnv(name string) { r.env[name] = envEntry{} }

// envEntries are the variables that are known to be set.
func (r *run) envEntries() (list []Entry, complete bool) {
	names := map[string]bool{}
	for n := range r.cfg.Env.Vars {
		names[n] = true
	}
	for n := range r.env {
		names[n] = true
	}
	for n := range r.choices.env {
		names[n] = true
	}
	sorted := make([]string, 0, len(names))
	for n := range names {
		sorted = append(sorted, n)
	}
	sort.Strings(sorted)
	for _, n := range sorted {
		state, v, _ := r.envLookup(n)
		origin := &Origin{Env: &EnvRef{Name: n, Set: true}, From: originsOf(v)}
		switch state {
		case envGiven:
			list = append(list, Entry{MakeStr(n), v.WithOrigin(origin)})
		case envOpaque:
			list = append(list, Entry{MakeStr(n), MakeUnknownOf("str", "environment variable "+n+" could be anything").WithOrigin(origin)})
		}
	}
	return list, false
}
