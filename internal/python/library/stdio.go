package library

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"

	"gonogo/internal/python/eval"
)

// ioModel is the module io: texts and bytes in memory that can be read again.
func ioModel() eval.Model {
	memory := func(name string, make_ func(string) eval.Value) eval.Value {
		return eval.NewClass(eval.NativeClass{Name: "_io." + name,
			Init: func(c *eval.Call, self eval.Value) {
				self.SetField("_content", c.ArgOr(0, "initial_value", make_("")))
			},
			Methods: map[string]method{
				"read":      func(_ *eval.Call, self eval.Value) eval.Value { return self.Attr("_content") },
				"getvalue":  func(_ *eval.Call, self eval.Value) eval.Value { return self.Attr("_content") },
				"close":     func(*eval.Call, eval.Value) eval.Value { return eval.MakeNone() },
				"seek":      func(*eval.Call, eval.Value) eval.Value { return eval.MakeInt(0) },
				"__enter__": func(_ *eval.Call, self eval.Value) eval.Value { return self },
				"__exit__":  func(*eval.Call, eval.Value) eval.Value { return eval.MakeBool(false) },
				"write": func(c *eval.Call, self eval.Value) eval.Value {
					self.SetField("_content", c.Operator("+", self.Attr("_content"), c.Arg(0, "")))
					return c.Unknown("how much was written")
				},
				"readlines": func(c *eval.Call, self eval.Value) eval.Value {
					return c.Call(c.GetAttr(self.Attr("_content"), "splitlines"), eval.MakeBool(true))
				},
				"__iter__": func(c *eval.Call, self eval.Value) eval.Value {
					return c.Call(c.GetAttr(self.Attr("_content"), "splitlines"), eval.MakeBool(true))
				},
			}})
	}
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"StringIO": memory("StringIO", eval.MakeStr), "BytesIO": memory("BytesIO", eval.MakeBytes),
		"open": eval.NewNative("io.open", func(c *eval.Call) eval.Value { return c.CallKw(builtin(c, "open"), c.Args, c.Kwargs) }),
	}}
}

// octets are the bytes of a Bytes, or of an ASCII Str.
func octets(v eval.Value) (string, bool) {
	if b, ok := v.AsBytes(); ok {
		return b, true
	}
	s, ok := str(v)
	return s, ok && isASCII(s)
}

// base64Model is the module base64.
func base64Model() eval.Model {
	encode := func(name string, enc *base64.Encoding) eval.Value {
		return eval.NewPure("base64."+name, func(c *eval.Call) eval.Value {
			b, ok := c.Arg(0, "s").AsBytes()
			if !ok || c.HasArg(1, "altchars") {
				return c.Raise("TypeError", "a bytes-like object is required, not '"+typeName(c, c.Arg(0, "s"))+"'")
			}
			return eval.MakeBytes(enc.EncodeToString([]byte(b)))
		})
	}
	decode := func(name string, urlSafe bool) eval.Value {
		return eval.NewPure("base64."+name, func(c *eval.Call) eval.Value {
			s, ok := octets(c.Arg(0, "s"))
			if !ok || len(c.Args)+len(c.Kwargs) > 1 {
				c.MayRaise("binascii.Error", "Incorrect padding")
				return c.Unknown("a text is decoded in a way that is not modelled")
			}
			if urlSafe {
				s = strings.NewReplacer("-", "+", "_", "/").Replace(s)
			}
			b, failure := decodeBase64(s)
			if failure != "" {
				return c.Raise("binascii.Error", failure)
			}
			return eval.MakeBytes(b)
		})
	}
	names := map[string]eval.Value{
		"b64encode": encode("b64encode", base64.StdEncoding), "standard_b64encode": encode("standard_b64encode", base64.StdEncoding),
		"urlsafe_b64encode": encode("urlsafe_b64encode", base64.URLEncoding),
		"b64decode":         decode("b64decode", false), "standard_b64decode": decode("standard_b64decode", false),
		"urlsafe_b64decode": decode("urlsafe_b64decode", true),
	}
	for _, n := range []string{"b32encode", "b32decode", "b16encode", "b16decode", "b85encode", "b85decode", "a85encode"} {
		names[n] = unknownFunc("base64."+n, "an encoding that is not modelled")
	}
	return eval.Model{Names: names, Open: true}
}

// hashlibModel is the module hashlib.
func hashlibModel() eval.Model {
	names := map[string]eval.Value{}
	for name, newHash := range map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New, "sha224": sha256.New224, "sha384": sha512.New384} {
		class := eval.NewClass(eval.NativeClass{Name: "_hashlib.HASH", Methods: map[string]method{
			"update": func(c *eval.Call, self eval.Value) eval.Value {
				self.SetField("_data", c.Operator("+", self.Attr("_data"), c.Arg(0, "")))
				return eval.MakeNone()
			},
			"hexdigest": func(c *eval.Call, self eval.Value) eval.Value {
				b, ok := self.Attr("_data").AsBytes()
				if !ok {
					return c.UnknownFrom("what is hashed is not known", self.Attr("_data"))
				}
				h := newHash()
				h.Write([]byte(b))
				return eval.MakeStr(hex.EncodeToString(h.Sum(nil))).WithOrigin(self.Attr("_data").Origin())
			},
			"digest": func(c *eval.Call, self eval.Value) eval.Value {
				b, ok := self.Attr("_data").AsBytes()
				if !ok {
					return c.UnknownFrom("what is hashed is not known", self.Attr("_data"))
				}
				h := newHash()
				h.Write([]byte(b))
				return eval.MakeBytes(string(h.Sum(nil))).WithOrigin(self.Attr("_data").Origin())
			},
		}})
		names[name] = eval.NewNative("hashlib."+name, func(c *eval.Call) eval.Value {
			v := eval.NewObject(class, nil)
			data := c.ArgOr(0, "string", eval.MakeBytes(""))
			if data.Kind() == eval.Str {
				return c.Raise("TypeError", "Strings must be encoded before hashing")
			}
			v.SetField("_data", data)
			return v
		})
	}
	return eval.Model{Names: names, Open: true}
}

// contextlibModel is the module contextlib.
func contextlibModel() eval.Model {
	suppress := eval.NewClass(eval.NativeClass{Name: "contextlib.suppress",
		Init: func(c *eval.Call, self eval.Value) { self.SetField("_exceptions", eval.MakeTuple(c.Args...)) },
		Methods: map[string]method{
			"__enter__": func(c *eval.Call, self eval.Value) eval.Value { return self },
			"__exit__": func(c *eval.Call, self eval.Value) eval.Value {
				raised := c.Arg(0, "")
				for _, e := range self.Attr("_exceptions").Elems() {
					if raised.Kind() == eval.Class && raised.IsSubclass(e.Dotted()) {
						return eval.MakeBool(true)
					}
				}
				return eval.MakeBool(false)
			},
		}})
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"suppress":        suppress,
		"nullcontext":     nullContext(),
		"closing":         closingContext(),
		"ExitStack":       exitStack(),
		"redirect_stdout": eval.NewClass(contextClass("contextlib.redirect_stdout")),
		"redirect_stderr": eval.NewClass(contextClass("contextlib.redirect_stderr")),
		"contextmanager":  eval.NewNative("contextlib.contextmanager", contextManager),
	}}
}

// contextManager makes a function that yields once a context manager.
func contextManager(c *eval.Call) eval.Value {
	fn := c.Arg(0, "func")
	next := func(c *eval.Call, generator eval.Value) eval.Value {
		return c.Call(builtin(c, "next"), generator, eval.MakeNone())
	}
	class := eval.NewClass(eval.NativeClass{Name: "contextlib._GeneratorContextManager", Methods: map[string]method{
		"__enter__": func(c *eval.Call, self eval.Value) eval.Value { return next(c, self.Attr("gen")) },
		"__exit__": func(c *eval.Call, self eval.Value) eval.Value {
			return leaveGenerator(c, self.Attr("gen"))
		},
		"__call__": func(c *eval.Call, self eval.Value) eval.Value {
			decorated, again := c.Arg(0, "func"), self.Attr("again")
			run := eval.NewNative(decorated.Dotted(), func(c *eval.Call) eval.Value {
				generator := c.Call(again)
				next(c, generator)
				result := c.CallKw(decorated, c.Args, c.Kwargs)
				next(c, generator)
				return result
			})
			if decorated.Kind() != eval.Callable {
				return run
			}
			names := eval.MakeDict(eval.Entry{Key: eval.MakeStr("run"), Value: run})
			return wrapping(c, c.Eval("lambda *args, **kwargs: run(*args, **kwargs)", names), decorated)
		},
	}})
	return eval.NewNative("contextlib.contextmanager.helper", func(c *eval.Call) eval.Value {
		v := eval.NewObject(class, nil)
		args, kwargs := c.Args, c.Kwargs
		v.SetField("gen", c.CallKw(fn, args, kwargs))
		// As a decorator it makes the context anew for every call (contextlib.ContextDecorator).
		v.SetField("again", eval.NewNative("contextlib._recreate_cm", func(c *eval.Call) eval.Value { return c.CallKw(fn, args, kwargs) }))
		return v
	})
}

// importlibModel is the module importlib.
func importlibModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"util": eval.NewModule("importlib.util", importlibUtil()),
		"import_module": eval.NewNative("importlib.import_module", func(c *eval.Call) eval.Value {
			name, ok := str(c.Arg(0, "name"))
			if !ok {
				return c.UnknownFrom("which module is imported is not known", c.Arg(0, "name"))
			}
			if !strings.HasPrefix(name, ".") {
				return c.Import(name)
			}
			pkg, ok := str(c.Arg(1, "package"))
			if !ok {
				return c.UnknownFrom("which module is imported is not known", c.Args...)
			}
			return c.ImportRelative(name, pkg)
		}),
		"reload":            eval.NewNative("importlib.reload", func(c *eval.Call) eval.Value { return c.Arg(0, "module") }),
		"invalidate_caches": inert("importlib.invalidate_caches"),
	}}
}

// importlibUtil is importlib.util.
func importlibUtil() eval.Model {
	spec := eval.NewClass(eval.NativeClass{Name: "importlib.machinery.ModuleSpec", Open: true})
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"find_spec": eval.NewNative("importlib.util.find_spec", func(c *eval.Call) eval.Value {
			name, ok := str(c.Arg(0, "name"))
			if !ok || strings.HasPrefix(name, ".") {
				return c.UnknownFrom("which module is looked for is not known", c.Arg(0, "name"))
			}
			switch c.ModuleIsKnown(name) {
			case eval.Yes:
				return eval.NewRecorded(spec, c.Args, c.Kwargs)
			case eval.No:
				return eval.MakeNone()
			}
			return c.Unknown("whether the package is installed is not known: " + name)
		}),
		"spec_from_file_location": eval.NewNative("importlib.util.spec_from_file_location", specFromFile(spec)),
		"module_from_spec":        eval.NewNative("importlib.util.module_from_spec", moduleFromSpec),
	}}
}

// importlibMetadata is importlib.metadata.
func importlibMetadata() eval.Model {
	names := map[string]eval.Value{
		"version": eval.NewNative("importlib.metadata.version", func(c *eval.Call) eval.Value {
			return c.Unknown("the exact version that is installed is not known")
		}),
		"PackageNotFoundError": exception("importlib.metadata.PackageNotFoundError", "ModuleNotFoundError"),
		"entry_points":         unknownFunc("importlib.metadata.entry_points", "what other packages announce is not known"),
	}
	return eval.Model{Names: names, Open: true}
}
