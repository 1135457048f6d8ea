package library

import (
	"strings"
	"sync"
	"unicode/utf8"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyregex"
)

const reasonRegex = "a regular expression beyond what can be matched exactly"

// model is the module re.
func (r *regexes) model() eval.Model {
	class := eval.NewClass(patternClass())
	names := map[string]eval.Value{
		"escape": eval.NewPure("re.escape", func(c *eval.Call) eval.Value {
			s, ok := str(c.Arg(0, "pattern"))
			if !ok {
				return c.Unknown(reasonRegex)
			}
			return eval.MakeStr(pyregex.Escape(s))
		}),
		"compile": eval.NewPure("re.compile", func(c *eval.Call) eval.Value {
			return r.compiled(c, class, c.Arg(0, "pattern"), c.ArgOr(1, "flags", eval.MakeInt(0)))
		}),
		"error":        exception("re.error", "Exception"),
		"PatternError": exception("re.PatternError", "Exception"),
		"Pattern":      class,
		"Match":        eval.NewClass(matchClass()),
		"purge":        inert("re.purge"),
	}
	for name, flag := range map[string]pyregex.Flag{"I": pyregex.IgnoreCase, "IGNORECASE": pyregex.IgnoreCase, "M": pyregex.Multiline,
		"MULTILINE": pyregex.Multiline, "S": pyregex.DotAll, "DOTALL": pyregex.DotAll, "U": pyregex.Unicode, "UNICODE": pyregex.Unicode,
		"X": pyregex.Verbose, "VERBOSE": pyregex.Verbose, "A": pyregex.ASCII, "ASCII": pyregex.ASCII, "L": pyregex.Locale, "LOCALE": pyregex.Locale} {
		names[name] = eval.MakeInt(int64(flag))
	}
	for name, flags := range map[string]int{"match": 2, "search": 2, "fullmatch": 2, "findall": 2, "finditer": 2, "split": 3, "sub": 4, "subn": 4} {
		names[name] = eval.NewPure("re."+name, func(c *eval.Call) eval.Value {
			pattern := r.compiled(c, class, c.Arg(0, "pattern"), c.ArgOr(flags, "flags", eval.MakeInt(0)))
			if pattern.IsUnknown() {
				return pattern
			}
			fn := c.GetAttr(pattern, name)
			return c.CallKw(fn, c.Args[min(1, len(c.Args)):min(flags, len(c.Args))], otherKwargs(c, "pattern", "flags"))
		})
	}
	return eval.Model{Names: names, Open: true}
}

// regexes keeps what was compiled, for all runs of a library: the worlds of one module compile the same patterns again and again.
// It is safe for concurrent use.
type regexes struct {
	mu   sync.Mutex
	kept map[regexKey]*pyregex.Regexp
}

type regexKey struct {
	text  string
	flags pyregex.Flag
}

// maxRegexes bounds how many are kept.
const maxRegexes = 1000

// compile is nil for a pattern that cannot be matched here.
func (r *regexes) compile(text string, flags pyregex.Flag) *pyregex.Regexp {
	key := regexKey{text, flags}
	r.mu.Lock()
	defer r.mu.Unlock()
	if re, ok := r.kept[key]; ok {
		return re
	}
	re, err := pyregex.Compile(text, flags)
	if err != nil {
		re = nil
	}
	if r.kept == nil {
		r.kept = map[regexKey]*pyregex.Regexp{}
	}
	if len(r.kept) < maxRegexes {
		r.kept[key] = re
	}
	return re
}

// compiled is re.compile: an object that keeps its pattern even where it cannot be matched here.
func (r *regexes) compiled(c *eval.Call, class, pattern, flags eval.Value) eval.Value {
	if pattern.Class() == "re.Pattern" {
		return pattern
	}
	text, ok := str(pattern)
	n, ok2 := flags.AsInt()
	if !ok || !ok2 {
		return c.UnknownFrom(reasonRegex, pattern, flags)
	}
	if pyregex.Unbalanced(text) {
		return c.Raise("re.error", "missing ), unterminated subpattern")
	}
	v := eval.NewObject(class, nil)
	v.SetField("pattern", pattern)
	v.SetField("flags", eval.MakeInt(n|int64(pyregex.Unicode)))
	if re := r.compile(text, pyregex.Flag(n)); re != nil {
		v.SetState(re)
		v.SetField("groups", eval.MakeInt(int64(len(re.Names))))
	}
	return v.WithOrigin(pattern.Origin())
}

// onSubject makes a method of a pattern that matches a known text.
func onSubject(position int, fn func(c *eval.Call, re *pyregex.Regexp, subject string) (eval.Value, error)) method {
	return pureMethod(func(c *eval.Call, self eval.Value) eval.Value {
		re, ok := self.State().(*pyregex.Regexp)
		s, ok2 := str(c.Arg(position, "string"))
		if !ok || !ok2 {
			return c.Unknown(reasonRegex)
		}
		v, err := fn(c, re, s)
		if err != nil {
			return c.Unknown(reasonRegex)
		}
		return v
	})
}

func patternClass() eval.NativeClass {
	one := func(find func(*pyregex.Regexp, string) (*pyregex.Match, error)) method {
		return onSubject(0, func(c *eval.Call, re *pyregex.Regexp, s string) (eval.Value, error) {
			if c.HasArg(1, "pos") {
				return eval.Value{}, pyregex.ErrUnsupported
			}
			m, err := find(re, s)
			if err != nil || m == nil {
				return eval.MakeNone(), err
			}
			return newMatch(re, m), nil
		})
	}
	return eval.NativeClass{Name: "re.Pattern", Methods: map[string]method{
		"match": one((*pyregex.Regexp).MatchStart), "search": one((*pyregex.Regexp).Search), "fullmatch": one((*pyregex.Regexp).FullMatch),
		"findall": onSubject(0, findAll),
		"finditer": onSubject(0, func(c *eval.Call, re *pyregex.Regexp, s string) (eval.Value, error) {
			matches, err := re.All(s)
			out := eval.MakeList()
			for _, m := range matches {
				out.Append(newMatch(re, m))
			}
			return out, err
		}),
		"split": onSubject(0, splitRegex),
		"sub": onSubject(1, func(c *eval.Call, re *pyregex.Regexp, s string) (eval.Value, error) {
			v, _, err := substitute(c, re, s)
			return v, err
		}),
		"subn": onSubject(1, func(c *eval.Call, re *pyregex.Regexp, s string) (eval.Value, error) {
			v, n, err := substitute(c, re, s)
			return eval.MakeTuple(v, eval.MakeInt(int64(n))), err
		}),
		"__eq__": func(c *eval.Call, self eval.Value) eval.Value {
			return c.Operator("==", self.Attr("pattern"), c.GetAttr(c.Arg(0, ""), "pattern"))
		},
	}}
}

func findAll(c *eval.Call, re *pyregex.Regexp, s string) (eval.Value, error) {
	matches, err := re.All(s)
	out := eval.MakeList()
	for _, m := range matches {
		switch len(re.Names) {
		case 0, 1:
			t, _ := m.Group(len(re.Names))
			out.Append(eval.MakeStr(t))
		default:
			var groups []eval.Value
			for i := range re.Names {
				t, _ := m.Group(i + 1)
				groups = append(groups, eval.MakeStr(t))
			}
			out.Append(eval.MakeTuple(groups...))
		}
	}
	return out, err
}

func splitRegex(c *eval.Call, re *pyregex.Regexp, s string) (eval.Value, error) {
	limit, ok := c.ArgOr(1, "maxsplit", eval.MakeInt(0)).AsInt()
	if !ok {
		return eval.Value{}, pyregex.ErrUnsupported
	}
	matches, err := re.All(s)
	out := eval.MakeList()
	end := 0
	for i, m := range matches {
		if limit > 0 && int64(i) >= limit {
			break
		}
		out.Append(eval.MakeStr(s[end:m.Spans[0]]))
		for g := range re.Names {
			out.Append(optional(m.Group(g + 1)))
		}
		end = m.Spans[1]
	}
	out.Append(eval.MakeStr(s[end:]))
	return out, err
}

// substitute is Pattern.subn: the replacement is a template, or a function of the match.
func substitute(c *eval.Call, re *pyregex.Regexp, s string) (eval.Value, int, error) {
	replacement := c.Arg(0, "repl")
	limit, ok := c.ArgOr(2, "count", eval.MakeInt(0)).AsInt()
	matches, err := re.All(s)
	if err != nil || !ok {
		return eval.Value{}, 0, pyregex.ErrUnsupported
	}
	var b strings.Builder
	end, n := 0, 0
	for _, m := range matches {
		if limit > 0 && int64(n) >= limit {
			break
		}
		b.WriteString(s[end:m.Spans[0]])
		text, ok := str(replacement)
		if ok {
			if text, err = re.Expand(text, m); err != nil {
				return eval.Value{}, 0, err
			}
		} else if text, ok = str(c.Call(replacement, newMatch(re, m))); !ok {
			return eval.Value{}, 0, pyregex.ErrUnsupported
		}
		b.WriteString(text)
		end = m.Spans[1]
		n++
	}
	return eval.MakeStr(b.String() + s[end:]), n, nil
}

// matchState is the state of a Match.
type matchState struct {
	re *pyregex.Regexp
	*pyregex.Match
}

func newMatch(re *pyregex.Regexp, m *pyregex.Match) eval.Value {
	return eval.NewObject(eval.NewClass(matchClass()), &matchState{re, m})
}

// group is the text of a group by number or name.
func (m *matchState) group(c *eval.Call, key eval.Value) eval.Value {
	i := -1
	if s, ok := str(key); ok {
		i = m.re.Index(s)
	} else if n, ok := key.AsInt(); ok {
		i = int(n)
	}
	if i < 0 || i > len(m.re.Names) {
		return c.Raise("IndexError", "no such group")
	}
	return optional(m.Group(i))
}

func matchClass() eval.NativeClass {
	on := func(fn func(c *eval.Call, m *matchState) eval.Value) method {
		return pureMethod(func(c *eval.Call, self eval.Value) eval.Value {
			m, ok := self.State().(*matchState)
			if !ok {
				return c.Unknown(reasonRegex)
			}
			return fn(c, m)
		})
	}
	edge := func(which int) method {
		return on(func(c *eval.Call, m *matchState) eval.Value {
			key := c.ArgOr(0, "group", eval.MakeInt(0))
			i, ok := key.AsInt()
			if name, named := str(key); named {
				i, ok = int64(m.re.Index(name)), true
			}
			if !ok || 2*int(i)+1 >= len(m.Spans) || i < 0 {
				return c.Unknown(reasonRegex)
			}
			at := m.Spans[2*int(i)+which]
			if at < 0 {
				return eval.MakeInt(-1)
			}
			return eval.MakeInt(int64(utf8.RuneCountInString(m.Subject[:at])))
		})
	}
	return eval.NativeClass{Name: "re.Match", Methods: map[string]method{
		"group": on(func(c *eval.Call, m *matchState) eval.Value {
			switch len(c.Args) {
			case 0:
				return m.group(c, eval.MakeInt(0))
			case 1:
				return m.group(c, c.Args[0])
			}
			var out []eval.Value
			for _, a := range c.Args {
				out = append(out, m.group(c, a))
			}
			return eval.MakeTuple(out...)
		}),
		"__getitem__": on(func(c *eval.Call, m *matchState) eval.Value { return m.group(c, c.Arg(0, "")) }),
		"groups": on(func(c *eval.Call, m *matchState) eval.Value {
			var out []eval.Value
			for i := range m.re.Names {
				out = append(out, or2(optional(m.Group(i+1)), c.ArgOr(0, "default", eval.MakeNone())))
			}
			return eval.MakeTuple(out...)
		}),
		"groupdict": on(func(c *eval.Call, m *matchState) eval.Value {
			d := eval.MakeDict()
			for i, n := range m.re.Names {
				if n != "" {
					d.SetKey(eval.MakeStr(n), or2(optional(m.Group(i+1)), c.ArgOr(0, "default", eval.MakeNone())))
				}
			}
			return d
		}),
		"start": edge(0), "end": edge(1),
		"span": func(c *eval.Call, self eval.Value) eval.Value {
			return eval.MakeTuple(edge(0)(c, self), edge(1)(c, self))
		},
	}, Properties: map[string]method{
		"string": func(c *eval.Call, self eval.Value) eval.Value {
			if m, ok := self.State().(*matchState); ok {
				return eval.MakeStr(m.Subject)
			}
			return c.Unknown(reasonRegex)
		},
	}}
}

// or2 is a value, or another one where it is None.
func or2(v, other eval.Value) eval.Value {
	if isNone(v) {
		return other
	}
	return v
}
