package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// The package django-split-settings (split_settings.tools). Facts: its documentation and split_settings/tools.py.

// includedFile is the name under which the file being included stands in the scope.
const includedFile = "__included_file__"

func splitSettings() eval.Model {
	optional := eval.NewClass(eval.NativeClass{Name: "split_settings.tools._Optional", Bases: []eval.Value{eval.BuiltinClass("str")},
		New: func(c *eval.Call, class eval.Value) eval.Value { return c.Unknown("an optional file") }})
	return eval.Model{Names: map[string]eval.Value{
		"optional": eval.NewNative("split_settings.tools.optional", func(c *eval.Call) eval.Value {
			name := or(c.Arg(0, "filename"), eval.MakeStr(""))
			if name.IsUnknown() {
				return name
			}
			v := eval.NewObject(optional, nil)
			v.SetBody(eval.MakeStr(text(name)))
			return v
		}),
		"include": eval.NewNative("split_settings.tools.include", include),
	}}
}

// include runs the files that match each argument in the scope.
func include(c *eval.Call) eval.Value {
	scope := c.Arg(-1, "scope")
	if !given(scope) || scope.Truth() == eval.No {
		scope = c.Globals()
	}
	if scope.Kind() != eval.Dict {
		return c.UnknownFrom("the names into which a file is included are not known", scope)
	}
	included, ok := scope.Lookup("__included_files__")
	if !ok {
		included = eval.MakeList()
		scope.SetKey(eval.MakeStr("__included_files__"), included)
	}
	for _, arg := range c.Args {
		includePattern(c, arg, scope, included)
	}
	return eval.MakeNone()
}

// includePattern includes what one argument names.
func includePattern(c *eval.Call, arg, scope, included eval.Value) {
	optional := arg.Class() == "split_settings.tools._Optional"
	name, ok := includeName(arg)
	if !ok {
		scope.SetOpen("which file is included is not known")
		c.OpenAll("which file is included is not known", scope)
		return
	}
	if optional && name == "" {
		return
	}
	saved, hadSaved := scope.Lookup(includedFile)
	from := saved
	if !hadSaved {
		from, _ = scope.Lookup("__file__")
	}
	base, ok := str(from)
	if !ok {
		base = joinPaths(c.Root(), c.CallerFile())
	}
	pattern := normPattern(joinPaths(dirname(strings.TrimRight(base, "c")), name))
	files := includeFiles(c, pattern, false)
	if len(files) == 0 {
		includeMissing(c, pattern, optional)
		return
	}
	order := newUnordered(c, scope)
	for _, f := range files {
		if included.Contains(f) == eval.Yes {
			continue
		}
		included.Append(eval.MakeStr(f))
		scope.SetKey(eval.MakeStr(includedFile), eval.MakeStr(f))
		c.RunFile(f, scope)
		order.note()
	}
	order.forget(name)
	if hadSaved {
		scope.SetKey(eval.MakeStr(includedFile), saved)
	} else {
		scope.DeleteKey(eval.MakeStr(includedFile))
	}
}

// unordered watches what the files of one pattern set. The package includes them as glob.glob lists them, which is the order of the
// file system: what two of them set is known only to be one of both.
type unordered struct {
	call   *eval.Call
	scope  eval.Value
	before map[string]string // what each setting looked like; lists are changed in place
	times  map[string]int
}

func newUnordered(c *eval.Call, scope eval.Value) *unordered {
	u := &unordered{call: c, scope: scope, times: map[string]int{}}
	u.before = u.names()
	return u
}

func (u *unordered) names() map[string]string {
	out := map[string]string{}
	for _, e := range u.scope.Entries() {
		if name, ok := str(e.Key); ok && !strings.HasPrefix(name, "__") && name == strings.ToUpper(name) {
			out[name] = e.Value.Repr(1 << 16)
		}
	}
	return out
}

// note counts the settings that the file which just ran has changed.
func (u *unordered) note() {
	now := u.names()
	for name, v := range now {
		if old, ok := u.before[name]; !ok || old != v {
			u.times[name]++
		}
	}
	u.before = now
}

// forget makes unknown what more than one file has changed.
func (u *unordered) forget(pattern string) {
	for name, n := range u.times {
		if n > 1 {
			u.scope.SetKey(eval.MakeStr(name), u.call.Unknown("it depends on the order in which the file system lists "+pattern))
		}
	}
}

func includeName(arg eval.Value) (string, bool) {
	if s, ok := fspath(arg); ok {
		return s, true
	}
	return "", false
}

// normPattern resolves ".." and "." of a pattern, as the file system does.
func normPattern(pattern string) string { return normPath(pattern) }

// includeFiles are the files that a pattern matches; a plain path matches itself.
func includeFiles(c *eval.Call, pattern string, recursive bool) []string {
	if !strings.ContainsAny(pattern, "*?[") {
		if _, inside, exists := c.File(pattern); inside && exists {
			return []string{pattern}
		}
		return nil
	}
	return globFiles(c, pattern, globOptions{recursive: recursive})
}

// includeMissing is what happens when no file matches: an error, unless the file is optional. An operator may add it.
func includeMissing(c *eval.Call, pattern string, optional bool) {
	if optional {
		c.Override(strings.TrimPrefix(pattern, strings.TrimSuffix(c.Root(), "/")+"/") + ", which is not in the repository")
		return
	}
	if !strings.ContainsAny(pattern, "*?[") && c.PathExists(pattern) {
		c.Override(pattern + ", which is not in the repository")
		return
	}
	c.Raise("OSError", "No such file: "+pattern)
}
