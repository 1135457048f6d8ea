package library

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyurl"
)

// pathlibModel is the module pathlib, for a POSIX system. Instances of its classes are eval.Path values.
func pathlibModel() eval.Model {
	pure := eval.NewClass(eval.NativeClass{Name: "pathlib.PurePath", New: purely(newPath), Methods: allPurely(purePathMethods()), Properties: allPurely(pathProperties())})
	methods := purePathMethods()
	for name, fn := range pathMethods() {
		methods[name] = fn
	}
	path := eval.NewClass(eval.NativeClass{Name: "pathlib.Path", Bases: []eval.Value{pure}, New: newPath, Methods: methods,
		Properties: pathProperties(), ClassMethods: map[string]method{
			"cwd": func(c *eval.Call, _ eval.Value) eval.Value { return c.Unknown(reasonCwd) },
			"home": func(c *eval.Call, _ eval.Value) eval.Value {
				return c.Unknown(reasonHome)
			},
		}})
	return eval.Model{Names: map[string]eval.Value{
		"PurePath": pure, "Path": path,
		"PurePosixPath":   eval.NewClass(eval.NativeClass{Name: "pathlib.PurePosixPath", Bases: []eval.Value{pure}}),
		"PosixPath":       eval.NewClass(eval.NativeClass{Name: "pathlib.PosixPath", Bases: []eval.Value{path}, New: newPath}),
		"PureWindowsPath": eval.NewUnmodelledClass("pathlib.PureWindowsPath"),
		"WindowsPath":     eval.NewUnmodelledClass("pathlib.WindowsPath"),
	}}
}

// purely makes a function or method of PurePath from that of Path: what it gives are pure paths too.
func purely(fn method) method {
	return func(c *eval.Call, self eval.Value) eval.Value {
		v := fn(c, self)
		switch v.Kind() {
		case eval.Path:
			p, _ := v.AsStr()
			return eval.MakePurePath(p).WithOrigin(v.Origin())
		case eval.Tuple:
			elems := slices.Clone(v.Elems())
			for i, e := range elems {
				if p, ok := e.AsStr(); ok && e.Kind() == eval.Path {
					elems[i] = eval.MakePurePath(p)
				}
			}
			return eval.MakeTuple(elems...).WithOrigin(v.Origin())
		}
		return v
	}
}

func allPurely(methods map[string]method) map[string]method {
	out := map[string]method{}
	for name, fn := range methods {
		out[name] = purely(fn)
	}
	return out
}

func newPath(c *eval.Call, _ eval.Value) eval.Value {
	if u := c.FirstUnknown(); u.IsValid() {
		return c.UnknownFrom(u.Reason(), u)
	}
	parts, u := pathArgs(c)
	if u.IsValid() {
		return u
	}
	return makePath(parts...)
}

// makePath joins paths as PurePath does: empty parts and "." go, ".." stays.
func makePath(parts ...string) eval.Value {
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	joined := joinPaths(kept...)
	root := ""
	if strings.HasPrefix(joined, "/") {
		root = "/"
		if strings.HasPrefix(joined, "//") && !strings.HasPrefix(joined, "///") {
			root = "//"
		}
	}
	var out []string
	for _, p := range pathParts(joined) {
		if p != "." {
			out = append(out, p)
		}
	}
	if s := root + strings.Join(out, "/"); s != "" {
		return eval.MakePath(s)
	}
	return eval.MakePath(".")
}

// tail are the parts of a Path without its root.
func tail(path string) []string {
	if path == "." {
		return nil
	}
	return pathParts(path)
}

func root(path string) string { return path[:len(path)-len(strings.TrimLeft(path, "/"))] }

func pathName(path string) string {
	if parts := tail(path); len(parts) > 0 {
		return parts[len(parts)-1]
	}
	return ""
}

// suffix is the extension of a name: the last dot and what follows, unless it begins or ends the name.
func suffix(name string) string {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 || i == len(name)-1 {
		return ""
	}
	return name[i:]
}

func parentPath(path string) string {
	parts := tail(path)
	if len(parts) == 0 {
		return path
	}
	if s := root(path) + strings.Join(parts[:len(parts)-1], "/"); s != "" {
		return s
	}
	return "."
}

// pathProperties are the attributes of a Path that are computed.
func pathProperties() map[string]method {
	text := func(fn func(path string) string) method {
		return func(c *eval.Call, self eval.Value) eval.Value {
			p, _ := self.AsStr()
			return eval.MakeStr(fn(p))
		}
	}
	return map[string]method{
		"name":   text(pathName),
		"suffix": text(func(p string) string { return suffix(pathName(p)) }),
		"stem":   text(func(p string) string { n := pathName(p); return strings.TrimSuffix(n, suffix(n)) }),
		"root":   text(root), "anchor": text(root), "drive": text(func(string) string { return "" }),
		"parent": func(c *eval.Call, self eval.Value) eval.Value {
			p, _ := self.AsStr()
			return eval.MakePath(parentPath(p))
		},
		"parents": func(c *eval.Call, self eval.Value) eval.Value {
			p, _ := self.AsStr()
			var out []eval.Value
			for range tail(p) {
				p = parentPath(p)
				out = append(out, eval.MakePath(p))
			}
			return eval.MakeTuple(out...)
		},
		"parts": func(c *eval.Call, self eval.Value) eval.Value {
			p, _ := self.AsStr()
			var out []string
			if r := root(p); r != "" {
				out = append(out, r)
			}
			return eval.MakeTuple(values(append(out, tail(p)...))...)
		},
		"suffixes": func(c *eval.Call, self eval.Value) eval.Value {
			p, _ := self.AsStr()
			name := strings.TrimLeft(pathName(p), ".")
			if strings.HasSuffix(name, ".") || !strings.Contains(name, ".") {
				return eval.MakeList()
			}
			var out []string
			for _, s := range strings.Split(name, ".")[1:] {
				out = append(out, "."+s)
			}
			return strs(out)
		},
	}
}

// purePathMethods are those that touch no file.
func purePathMethods() map[string]method {
	return map[string]method{
		"__truediv__": func(c *eval.Call, self eval.Value) eval.Value { return joinedPath(c, self, c.Args...) },
		"joinpath":    func(c *eval.Call, self eval.Value) eval.Value { return joinedPath(c, self, c.Args...) },
		"__rtruediv__": func(c *eval.Call, self eval.Value) eval.Value {
			return joinedPath(c, c.Arg(0, ""), self)
		},
		"__fspath__": func(c *eval.Call, self eval.Value) eval.Value { return pathAsText(self) },
		"__str__":    func(c *eval.Call, self eval.Value) eval.Value { return pathAsText(self) },
		"as_posix":   func(c *eval.Call, self eval.Value) eval.Value { return pathAsText(self) },
		"as_uri": func(c *eval.Call, self eval.Value) eval.Value {
			p, _ := self.AsStr()
			if !strings.HasPrefix(p, "/") {
				return c.Raise("ValueError", "relative path can't be expressed as a file URI")
			}
			return eval.MakeStr("file://" + pyurl.Quote(p, "/"))
		},
		"is_absolute": func(c *eval.Call, self eval.Value) eval.Value {
			p, _ := self.AsStr()
			return eval.MakeBool(strings.HasPrefix(p, "/"))
		},
		"with_name": pureMethod(func(c *eval.Call, self eval.Value) eval.Value {
			name, ok := str(c.Arg(0, "name"))
			p, _ := self.AsStr()
			if !ok || name == "" || name == "." || strings.Contains(name, "/") || pathName(p) == "" {
				return c.Raise("ValueError", "Invalid name "+c.Arg(0, "name").Repr(200))
			}
			return makePath(parentPath(p), name)
		}),
		"with_suffix": pureMethod(withSuffix),
		"with_stem": pureMethod(func(c *eval.Call, self eval.Value) eval.Value {
			stem, ok := str(c.Arg(0, "stem"))
			p, _ := self.AsStr()
			if !ok || stem == "" || strings.Contains(stem, "/") || pathName(p) == "" {
				return c.Unknown("a path is made in a way that is not modelled")
			}
			return makePath(parentPath(p), stem+suffix(pathName(p)))
		}),
		"relative_to":    pureMethod(relativeTo),
		"is_relative_to": pureMethod(isRelativeTo),
		"match":          func(c *eval.Call, self eval.Value) eval.Value { return c.Unknown("a path is matched with a pattern") },
		"with_segments":  func(c *eval.Call, self eval.Value) eval.Value { return newPath(c, self) },
	}
}

func pathAsText(self eval.Value) eval.Value {
	p, _ := self.AsStr()
	return eval.MakeStr(p)
}

const maxPathBytes = 1 << 16 // of a path; no system has longer ones

func joinedPath(c *eval.Call, first eval.Value, rest ...eval.Value) eval.Value {
	length := 0
	for _, v := range append([]eval.Value{first}, rest...) {
		p, _ := v.AsStr()
		length += len(p)
	}
	if length > maxPathBytes {
		return c.UnknownFrom("a path that is too long", append([]eval.Value{first}, rest...)...)
	}
	all := append([]eval.Value{first}, rest...)
	var parts []string
	for _, v := range all {
		p, ok := fspath(v)
		if !ok {
			if v.IsUnknown() || v.Kind() == eval.Object {
				return c.UnknownFrom("a part of the path is not known", v)
			}
			return c.Raise("TypeError", "unsupported operand type(s) for /: 'PosixPath' and '"+typeName(c, v)+"'")
		}
		parts = append(parts, p)
	}
	return makePath(parts...)
}

func withSuffix(c *eval.Call, self eval.Value) eval.Value {
	s, ok := str(c.Arg(0, "suffix"))
	p, _ := self.AsStr()
	name := pathName(p)
	if !ok || strings.Contains(s, "/") || s == "." || s != "" && s[0] != '.' || name == "" {
		return c.Raise("ValueError", "Invalid suffix "+c.Arg(0, "suffix").Repr(200))
	}
	return makePath(parentPath(p), strings.TrimSuffix(name, suffix(name))+s)
}

// below is what remains of a path under another one.
func below(path, base string) (rest string, ok bool) {
	if root(path) != root(base) {
		return "", false
	}
	a, b := tail(path), tail(base)
	if len(b) > len(a) {
		return "", false
	}
	for i := range b {
		if a[i] != b[i] {
			return "", false
		}
	}
	return strings.Join(a[len(b):], "/"), true
}

func relativeTo(c *eval.Call, self eval.Value) eval.Value {
	parts, u := pathArgs(c)
	if u.IsValid() {
		return u
	}
	if len(c.Kwargs) > 0 {
		return c.Unknown("a path is made in a way that is not modelled")
	}
	p, _ := self.AsStr()
	base, _ := makePath(parts...).AsStr()
	rest, ok := below(p, base)
	if !ok {
		return c.Raise("ValueError", "'"+p+"' is not in the subpath of '"+base+"'")
	}
	return makePath(rest)
}

func isRelativeTo(c *eval.Call, self eval.Value) eval.Value {
	parts, u := pathArgs(c)
	if u.IsValid() {
		return u
	}
	p, _ := self.AsStr()
	base, _ := makePath(parts...).AsStr()
	_, ok := below(p, base)
	return eval.MakeBool(ok)
}

// pathMethods are those of Path itself, which look at files.
func pathMethods() map[string]method {
	resolve := func(c *eval.Call, self eval.Value) eval.Value {
		p, _ := self.AsStr()
		if abs, ok := realPath(p); ok {
			return makePath(abs)
		}
		return c.Unknown(reasonCwd)
	}
	nothing := func(*eval.Call, eval.Value) eval.Value { return eval.MakeNone() }
	unknown := func(reason string) method {
		return func(c *eval.Call, _ eval.Value) eval.Value { return c.Unknown(reason) }
	}
	ask := func(fn func(*eval.Call, string) eval.Value) method {
		return func(c *eval.Call, self eval.Value) eval.Value {
			p, _ := self.AsStr()
			return fn(c, p)
		}
	}
	attributes := unknown("the file's attributes are those of the machine")
	return map[string]method{
		"resolve": resolve, "absolute": absolutePath,
		"exists": ask(pathExists), "is_file": ask(pathIsFile), "is_dir": ask(pathIsDir),
		"expanduser": func(c *eval.Call, self eval.Value) eval.Value {
			if p, _ := self.AsStr(); strings.HasPrefix(p, "~") {
				return c.Unknown(reasonHome)
			}
			return self
		},
		"read_text":  func(c *eval.Call, self eval.Value) eval.Value { return readPath(c, self) },
		"read_bytes": readPathBytes,
		"open": func(c *eval.Call, self eval.Value) eval.Value {
			return c.CallKw(builtin(c, "open"), append([]eval.Value{self}, c.Args...), c.Kwargs)
		},
		"mkdir": nothing, "touch": nothing, "unlink": nothing, "rmdir": nothing, "chmod": nothing, "write_text": nothing,
		"write_bytes": nothing, "symlink_to": nothing, "rename": nothing, "replace": nothing,
		"glob":    func(c *eval.Call, self eval.Value) eval.Value { return globPath(c, self, "/") },
		"rglob":   func(c *eval.Call, self eval.Value) eval.Value { return globPath(c, self, "/**/") },
		"iterdir": iterdir,
		"stat":    attributes, "lstat": attributes, "is_symlink": attributes, "is_mount": attributes, "owner": attributes, "group": attributes,
		"samefile": attributes, "readlink": attributes, "is_socket": attributes, "is_fifo": attributes,
	}
}

// absolutePath is Path.absolute: ".." stays.
func absolutePath(c *eval.Call, self eval.Value) eval.Value {
	if p, _ := self.AsStr(); strings.HasPrefix(p, "/") {
		return self
	}
	return c.Unknown(reasonCwd)
}

func readPath(c *eval.Call, self eval.Value) eval.Value {
	p, _ := self.AsStr()
	return c.ReadText(p)
}

func readPathBytes(c *eval.Call, self eval.Value) eval.Value {
	v := readPath(c, self)
	if s, ok := str(v); ok {
		return eval.MakeBytes(s).WithOrigin(v.Origin())
	}
	return c.UnknownFrom("the file's content is not known", v)
}

// builtin is a function of Python's builtins by name.
func builtin(c *eval.Call, name string) eval.Value { return c.Eval(name, eval.MakeDict()) }
