package library

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/dotenv"
	"gonogo/internal/source"
)

// dotenvFile is the file of the project that a package loads variables from; nil when there is none that may be read.
// See the package's documentation for the rule.
func dotenvFile(c *eval.Call, path string) *source.File {
	if isDevelopers(lastPart(path)) {
		return nil
	}
	f, inside, exists := c.File(path)
	if !inside || !exists {
		return nil
	}
	return f
}

// isDevelopers reports whether a file is by its name the environment of a developer's machine.
func isDevelopers(name string) bool {
	switch {
	case name == ".env", name == ".env.local", strings.HasPrefix(name, ".env.dev"), name == "settings.ini":
		return true
	}
	return strings.HasPrefix(name, ".env.") && strings.HasSuffix(name, ".local")
}

// loadVariables sets variables as a dotenv file has them.
func loadVariables(c *eval.Call, f *source.File, list []dotenv.Binding, override bool) {
	for _, b := range list {
		if b.HasValue {
			c.SetEnv(b.Key, bindingValue(c, f, b), !override)
		}
	}
}

// bindingValue is the value of a variable of a file, with the place where it stands.
func bindingValue(c *eval.Call, f *source.File, b dotenv.Binding) eval.Value {
	origin := &eval.Origin{At: f.Span(b.Offset, b.End), FromFile: f.Path}
	switch {
	case b.Uncertain:
		return eval.MakeUnknownOf("str", "versions of the package read the line of "+b.Key+" differently").WithOrigin(origin)
	case !b.HasValue:
		return eval.MakeNone().WithOrigin(origin)
	}
	return eval.MakeStr(b.Value).WithOrigin(origin)
}

// environReadEnv is Env.read_env.
func environReadEnv(c *eval.Call, _ eval.Value) eval.Value {
	overwrite, known := truthy(c.Arg(1, "overwrite"), false)
	comments, known2 := truthy(c.Arg(2, "parse_comments"), false)
	if !known || !known2 {
		return eval.MakeNone()
	}
	path := c.Arg(0, "env_file")
	name, ok := fspath(path)
	if !given(path) {
		name, ok = joinPaths(c.Root(), dirname(c.CallerFile()), ".env"), true
	}
	if !ok && path.Kind() == eval.Object {
		if f, known := streamFile(c, path); known {
			loadVariables(c, f, dotenv.Environ(string(f.Data), comments), overwrite)
		}
	}
	if ok {
		if f := dotenvFile(c, name); f != nil {
			loadVariables(c, f, dotenv.Environ(string(f.Data), comments), overwrite)
		}
	}
	for _, k := range c.Kwargs {
		switch k.Name {
		case "env_file", "overwrite", "parse_comments", "encoding", "recurse", "**":
		default:
			c.SetEnv(k.Name, c.Str(k.Value), !overwrite)
		}
	}
	return eval.MakeNone()
}

// environPath is the state of an environ.Path: an absolute path.
type environPath struct{ root string }

// environPathOf is Env.path: an environ.Path.
func environPathOf(c *eval.Call, self eval.Value) eval.Value {
	v := environValue(c, self, environRequest{name: c.Arg(0, "var"), def: c.Arg(1, "default"), label: "path"})
	p, ok := fspath(v)
	if !ok {
		return c.UnknownFrom("the path is not known", v)
	}
	return newEnvironPath(c, p).WithOrigin(v.Origin())
}

// newEnvironPath makes an environ.Path, or says why it is not known.
func newEnvironPath(c *eval.Call, parts ...string) eval.Value {
	abs, ok := absolute(joinPaths(parts...))
	if !ok {
		return c.Unknown(reasonCwd)
	}
	return eval.NewObject(eval.NewClass(environPathClass()), &environPath{abs})
}

// environPathClass is environ.Path, an object that joins paths when it is called.
func environPathClass() eval.NativeClass {
	root := func(self eval.Value) string {
		p, _ := self.State().(*environPath)
		return p.root
	}
	join := func(c *eval.Call, first string, rest []eval.Value) (string, eval.Value) {
		parts := []string{first}
		for _, v := range rest {
			p, ok := fspath(v)
			if !ok {
				return "", c.UnknownFrom("a part of the path is not known", v)
			}
			parts = append(parts, p)
		}
		abs, _ := absolute(joinPaths(parts...))
		return abs, eval.Value{}
	}
	path := func(c *eval.Call, self eval.Value, rest ...eval.Value) eval.Value {
		p, u := join(c, root(self), rest)
		if u.IsValid() {
			return u
		}
		return newEnvironPath(c, p)
	}
	asText := func(c *eval.Call, self eval.Value) eval.Value { return eval.MakeStr(root(self)) }
	return eval.NativeClass{Name: "environ.environ.Path",
		New: func(c *eval.Call, _ eval.Value) eval.Value {
			start := c.ArgOr(0, "start", eval.MakeStr(""))
			p, ok := fspath(start)
			isFile, known := truthy(c.Arg(-1, "is_file"), false)
			if !ok || !known {
				return c.UnknownFrom("the path is not known", start)
			}
			if isFile {
				p = dirname(p)
			}
			parts := []string{p}
			for i, v := range c.Args {
				if i == 0 {
					continue
				}
				q, ok := fspath(v)
				if !ok {
					return c.UnknownFrom("a part of the path is not known", v)
				}
				parts = append(parts, q)
			}
			return newEnvironPath(c, parts...)
		},
		Properties: map[string]method{"root": asText},
		Methods: map[string]method{
			"__call__": func(c *eval.Call, self eval.Value) eval.Value {
				p, u := join(c, root(self), c.Args)
				if u.IsValid() {
					return u
				}
				return eval.MakeStr(p)
			},
			"path":    func(c *eval.Call, self eval.Value) eval.Value { return path(c, self, c.Args...) },
			"__add__": func(c *eval.Call, self eval.Value) eval.Value { return path(c, self, c.Arg(0, "")) },
			"__sub__": func(c *eval.Call, self eval.Value) eval.Value {
				if n, ok := c.Arg(0, "").AsInt(); ok && n >= 0 && n < 100 {
					return path(c, self, eval.MakeStr(strings.Repeat("../", int(n))))
				}
				return c.UnknownFrom("a path less something that is no number", c.Args...)
			},
			"__contains__": func(c *eval.Call, self eval.Value) eval.Value {
				item, ok := c.Arg(0, "").State().(*environPath)
				if !ok {
					return c.UnknownFrom("whether a path contains something that is no path", c.Args...)
				}
				return eval.MakeBool(strings.HasPrefix(item.root, strings.TrimSuffix(root(self), "/")+"/"))
			},
			"__invert__": func(c *eval.Call, self eval.Value) eval.Value { return path(c, self, eval.MakeStr("..")) },
			"file": func(c *eval.Call, self eval.Value) eval.Value {
				p, u := join(c, root(self), c.Args[:min(1, len(c.Args))])
				if u.IsValid() {
					return u
				}
				return c.CallKw(builtin(c, "open"), append([]eval.Value{eval.MakeStr(p)}, c.Args[min(1, len(c.Args)):]...), c.Kwargs)
			},
			"__str__": asText, "__fspath__": asText,
			"__getitem__": func(c *eval.Call, self eval.Value) eval.Value {
				return c.Index(eval.MakeStr(root(self)), c.Arg(0, ""))
			},
			"rfind": func(c *eval.Call, self eval.Value) eval.Value {
				return c.Call(c.GetAttr(eval.MakeStr(root(self)), "rfind"), c.Args...)
			},
			"find": func(c *eval.Call, self eval.Value) eval.Value {
				return c.Call(c.GetAttr(eval.MakeStr(root(self)), "find"), c.Args...)
			},
			"__eq__": func(c *eval.Call, self eval.Value) eval.Value {
				if p, ok := fspath(c.Arg(0, "")); ok {
					return eval.MakeBool(p == root(self))
				}
				return eval.MakeBool(false)
			},
		}}
}
