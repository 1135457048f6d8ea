package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// osPath is the module os.path (posixpath).
func osPath() eval.Model {
	names := constants("sep", "/", "curdir", ".", "pardir", "..", "extsep", ".", "pathsep", ":", "defpath", "/bin:/usr/bin", "devnull", "/dev/null")
	names["altsep"] = eval.MakeNone()
	names["join"] = eval.NewPure("os.path.join", func(c *eval.Call) eval.Value {
		parts, u := pathArgs(c)
		if u.IsValid() {
			return u
		}
		return eval.MakeStr(joinPaths(parts...))
	})
	pathText := func(name string, fn func(string) string) {
		names[name] = onPath("os.path."+name, func(c *eval.Call, p string) eval.Value { return eval.MakeStr(fn(p)) })
	}
	pathText("dirname", dirname)
	pathText("basename", lastPart)
	pathText("normpath", normPath)
	pathText("normcase", func(p string) string { return p })
	for name, fn := range map[string]func(string) (string, bool){"abspath": absolute, "realpath": realPath} {
		names[name] = onPath("os.path."+name, func(c *eval.Call, p string) eval.Value {
			if abs, ok := fn(p); ok {
				return eval.MakeStr(abs)
			}
			return c.Unknown(reasonCwd)
		})
	}
	names["isabs"] = onPath("os.path.isabs", func(c *eval.Call, p string) eval.Value {
		return eval.MakeBool(strings.HasPrefix(p, "/"))
	})
	names["split"] = onPath("os.path.split", func(c *eval.Call, p string) eval.Value {
		return eval.MakeTuple(eval.MakeStr(dirname(p)), eval.MakeStr(lastPart(p)))
	})
	names["splitext"] = onPath("os.path.splitext", func(c *eval.Call, p string) eval.Value {
		root, ext := splitExt(p)
		return eval.MakeTuple(eval.MakeStr(root), eval.MakeStr(ext))
	})
	names["expanduser"] = onPath("os.path.expanduser", func(c *eval.Call, p string) eval.Value {
		if strings.HasPrefix(p, "~") {
			return c.Unknown(reasonHome)
		}
		return eval.MakeStr(p)
	})
	names["expandvars"] = onPath("os.path.expandvars", func(c *eval.Call, p string) eval.Value {
		if strings.Contains(p, "$") {
			return c.Unknown("a path is made from environment variables")
		}
		return eval.MakeStr(p)
	})
	names["relpath"] = eval.NewPure("os.path.relpath", relPath)
	names["commonprefix"] = eval.NewPure("os.path.commonprefix", commonPrefix)
	names["exists"] = onPath("os.path.exists", pathExists)
	names["lexists"] = onPath("os.path.lexists", pathExists)
	names["isfile"] = onPath("os.path.isfile", pathIsFile)
	names["isdir"] = onPath("os.path.isdir", pathIsDir)
	for _, f := range []string{"getsize", "getmtime", "getatime", "getctime", "islink", "ismount", "samefile", "commonpath", "splitdrive"} {
		names[f] = unknownFunc("os.path."+f, "the file's attributes are those of the machine")
	}
	return eval.Model{Names: names}
}

// onPath makes a pure function of one path.
func onPath(dotted string, fn func(c *eval.Call, path string) eval.Value) eval.Value {
	return eval.NewPure(dotted, func(c *eval.Call) eval.Value {
		v := c.Arg(0, "path")
		if !v.IsValid() {
			v = c.Arg(0, "p")
		}
		if !v.IsValid() {
			v = c.Arg(0, "filename")
		}
		p, ok := fspath(v)
		if !ok {
			if v.Kind() == eval.Object || v.Kind() == eval.Bytes || !v.IsValid() {
				return c.Unknown("what is given as a path is not known as one")
			}
			return c.Raise("TypeError", "expected str, bytes or os.PathLike object, not "+typeName(c, v))
		}
		return fn(c, p)
	})
}

// pathArgs are all positional arguments as paths; otherwise an Unknown, or it raises TypeError.
func pathArgs(c *eval.Call) (parts []string, unknown eval.Value) {
	for _, a := range c.Args {
		p, ok := fspath(a)
		if !ok {
			if a.Kind() == eval.Object || a.Kind() == eval.Bytes {
				return nil, c.Unknown("what is given as a path is not known as one")
			}
			c.Raise("TypeError", "expected str, bytes or os.PathLike object, not "+typeName(c, a))
		}
		parts = append(parts, p)
	}
	return parts, eval.Value{}
}

func pathExists(c *eval.Call, p string) eval.Value { return eval.MakeBool(c.PathAsked(p)) }

func pathIsFile(c *eval.Call, p string) eval.Value {
	if _, _, exists := c.File(p); exists {
		return eval.MakeBool(true)
	}
	if c.IsDir(p) {
		return eval.MakeBool(false)
	}
	return eval.MakeBool(c.PathAsked(p))
}

func pathIsDir(c *eval.Call, p string) eval.Value {
	if c.IsDir(p) {
		return eval.MakeBool(true)
	}
	if _, _, exists := c.File(p); exists {
		return eval.MakeBool(false)
	}
	return eval.MakeBool(c.PathAsked(p))
}

func relPath(c *eval.Call) eval.Value {
	path, ok := fspath(c.Arg(0, "path"))
	start, ok2 := fspath(c.ArgOr(1, "start", eval.MakeStr(".")))
	if !ok || !ok2 {
		return c.Unknown("what is given as a path is not known as one")
	}
	from, ok := absolute(start)
	to, ok2 := absolute(path)
	if !ok && !ok2 && !strings.HasPrefix(normPath(start), "..") && !strings.HasPrefix(normPath(path), "..") {
		from, to = normPath("/"+start), normPath("/"+path)
	} else if !ok || !ok2 {
		return c.Unknown(reasonCwd)
	}
	a, b := pathParts(from), pathParts(to)
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	out := append(strings.Split(strings.Repeat("../", len(a)-n), "/")[:len(a)-n], b[n:]...)
	if len(out) == 0 {
		return eval.MakeStr(".")
	}
	return eval.MakeStr(strings.Join(out, "/"))
}

func commonPrefix(c *eval.Call) eval.Value {
	var prefix string
	for i, v := range c.Iterate(c.Arg(0, "m")) {
		s, ok := fspath(v)
		if !ok {
			return c.Unknown("what is given as a path is not known as one")
		}
		if i == 0 {
			prefix = s
		}
		for !strings.HasPrefix(s, prefix) {
			prefix = prefix[:len(prefix)-1]
		}
	}
	return eval.MakeStr(prefix)
}

// ---- paths as text, as posixpath has them

func joinPaths(parts ...string) string {
	path := ""
	for i, p := range parts {
		switch {
		case i == 0 || strings.HasPrefix(p, "/"):
			path = p
		case path == "" || strings.HasSuffix(path, "/"):
			path += p
		default:
			path += "/" + p
		}
	}
	return path
}

// lastPart is posixpath.basename.
func lastPart(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

// dirname is posixpath.dirname.
func dirname(p string) string {
	head := p[:strings.LastIndexByte(p, '/')+1]
	if trimmed := strings.TrimRight(head, "/"); trimmed != "" {
		return trimmed
	}
	return head
}

// normPath is posixpath.normpath.
func normPath(p string) string {
	if p == "" {
		return "."
	}
	root := ""
	if strings.HasPrefix(p, "/") {
		root = "/"
		if strings.HasPrefix(p, "//") && !strings.HasPrefix(p, "///") {
			root = "//"
		}
	}
	var out []string
	for _, part := range strings.Split(p, "/") {
		switch {
		case part == "" || part == ".":
		case part != "..", root == "" && len(out) == 0, len(out) > 0 && out[len(out)-1] == "..":
			out = append(out, part)
		case len(out) > 0:
			out = out[:len(out)-1]
		}
	}
	if s := root + strings.Join(out, "/"); s != "" {
		return s
	}
	return "."
}

// absolute is posixpath.abspath; ok is false for a relative path.
func absolute(p string) (abs string, ok bool) {
	if !strings.HasPrefix(p, "/") {
		return "", false
	}
	return normPath(p), true
}

// realPath is posixpath.realpath for a path without symbolic links; ok is false for a relative path.
func realPath(p string) (real string, ok bool) {
	abs, ok := absolute(p)
	if strings.HasPrefix(abs, "//") {
		abs = abs[1:]
	}
	return abs, ok
}

func pathParts(p string) []string {
	return strings.FieldsFunc(p, func(r rune) bool { return r == '/' })
}

// splitExt is posixpath.splitext: dots that begin a name begin no extension.
func splitExt(p string) (root, ext string) {
	base := strings.LastIndexByte(p, '/') + 1
	dot := strings.LastIndexByte(p, '.')
	if dot < base || strings.Trim(p[base:dot], ".") == "" {
		return p, ""
	}
	return p[:dot], p[dot:]
}
