package library

import (
	"gonogo/internal/python/eval"
)

// reasonHome is why a path with "~" is not known.
const reasonHome = "the home folder is that of the machine"

// reasonCwd is why a relative path cannot be made absolute.
const reasonCwd = "the working directory of the process is not known"

// osModel is the module os: the environment, and what can be told of files without the machine.
func osModel() eval.Model {
	names := constants("sep", "/", "pathsep", ":", "linesep", "\n", "curdir", ".", "pardir", "..", "extsep", ".", "name", "posix",
		"devnull", "/dev/null", "defpath", "/bin:/usr/bin")
	names["altsep"] = eval.MakeNone()
	names["path"] = eval.NewModule("os.path", osPath())
	names["environ"] = eval.NewObject(environClass(), nil)
	names["getenv"] = eval.NewNative("os.getenv", getenv)
	names["putenv"] = inert("os.putenv")
	names["error"] = eval.BuiltinClass("OSError")
	names["PathLike"] = eval.NewClass(eval.NativeClass{Name: "os.PathLike"})
	names["F_OK"], names["R_OK"], names["W_OK"], names["X_OK"] = eval.MakeInt(0), eval.MakeInt(4), eval.MakeInt(2), eval.MakeInt(1)
	names["SEEK_SET"], names["SEEK_CUR"], names["SEEK_END"] = eval.MakeInt(0), eval.MakeInt(1), eval.MakeInt(2)
	names["fspath"] = eval.NewPure("os.fspath", func(c *eval.Call) eval.Value {
		if p, ok := fspath(c.Arg(0, "path")); ok {
			return eval.MakeStr(p)
		}
		return c.Raise("TypeError", "expected str, bytes or os.PathLike object, not "+typeName(c, c.Arg(0, "path")))
	})
	names["listdir"] = eval.NewPure("os.listdir", listdir)
	for _, f := range []string{"makedirs", "mkdir", "chmod", "chdir", "umask", "remove", "unlink", "rename", "rmdir", "utime", "nice", "symlink"} {
		names[f] = inert("os." + f)
	}
	for f, reason := range map[string]string{
		"getcwd": reasonCwd, "cpu_count": "the number of processors is that of the machine", "getpid": "the process number differs at each start",
		"getppid": "the process number differs at each start", "getlogin": "the user is that of the machine", "uname": "the machine is not known",
		"getuid": "the user is that of the machine", "geteuid": "the user is that of the machine", "getgid": "the user is that of the machine",
		"getloadavg": "the load is that of the machine", "popen": "a program would be run", "system": "a program would be run",
		"scandir": "folders are not walked", "stat": "the file's attributes are those of the machine",
		"access": "the file's permissions are those of the machine", "sched_getaffinity": "the number of processors is that of the machine",
		"process_cpu_count": "the number of processors is that of the machine", "getpgid": "the process number differs at each start",
	} {
		names[f] = unknownFunc("os."+f, reason)
	}
	names["walk"] = eval.NewNative("os.walk", walk)
	names["urandom"] = randomFunc("os.urandom", "bytes")
	return eval.Model{Names: names, Open: true}
}

func getenv(c *eval.Call) eval.Value {
	return environGet(c, c.Arg(0, "key"), c.Arg(1, "default"))
}

// environGet is os.environ.get(name, default).
func environGet(c *eval.Call, name, def eval.Value) eval.Value {
	text, ok := str(name)
	if !ok {
		return c.UnknownFrom("the name of an environment variable is not known", name)
	}
	if !def.IsValid() {
		def = eval.MakeNone()
	}
	return c.Env(eval.EnvRead{Name: text, Default: def})
}

// environClass is the class of os.environ.
func environClass() eval.Value {
	methods := map[string]method{
		"get": func(c *eval.Call, _ eval.Value) eval.Value {
			return environGet(c, c.Arg(0, "key"), c.Arg(1, "default"))
		},
		"__getitem__": func(c *eval.Call, _ eval.Value) eval.Value {
			name, ok := str(c.Arg(0, ""))
			if !ok {
				return c.UnknownFrom("the name of an environment variable is not known", c.Args...)
			}
			return c.Env(eval.EnvRead{Name: name})
		},
		"__setitem__":  func(c *eval.Call, _ eval.Value) eval.Value { return setVariable(c, c.Arg(0, ""), c.Arg(1, ""), false) },
		"__delitem__":  environPop,
		"__contains__": environContains,
		"setdefault": func(c *eval.Call, _ eval.Value) eval.Value {
			setVariable(c, c.Arg(0, "key"), c.Arg(1, "default"), true)
			if name, ok := str(c.Arg(0, "key")); ok {
				return c.Env(eval.EnvRead{Name: name})
			}
			return c.UnknownFrom("the name of an environment variable is not known", c.Args...)
		},
		"pop":      environPop,
		"update":   environUpdate,
		"copy":     environDict,
		"__iter__": environKeys,
		"keys":     environKeys,
		"items": func(c *eval.Call, self eval.Value) eval.Value {
			return environPart(c, func(e eval.Entry) eval.Value { return eval.MakeTuple(e.Key, e.Value) })
		},
		"values": func(c *eval.Call, self eval.Value) eval.Value {
			return environPart(c, func(e eval.Entry) eval.Value { return e.Value })
		},
		"__len__":  func(c *eval.Call, _ eval.Value) eval.Value { return c.Unknown(reasonEnvironment) },
		"__bool__": func(c *eval.Call, _ eval.Value) eval.Value { return c.Unknown(reasonEnvironment) },
	}
	return eval.NewClass(eval.NativeClass{Name: "os._Environ", Methods: methods})
}

const reasonEnvironment = "what else the environment holds is not known"

// setVariable sets an environment variable. A name that is not known leaves the environment as it is: which
// variable would change cannot be told.
func setVariable(c *eval.Call, name, value eval.Value, onlyIfMissing bool) eval.Value {
	if text, ok := str(name); ok {
		if _, isStr := str(value); !isStr && !value.IsUnknown() {
			return c.Raise("TypeError", "str expected, not "+typeName(c, value))
		}
		c.SetEnv(text, value, onlyIfMissing)
	}
	return eval.MakeNone()
}

func environContains(c *eval.Call, _ eval.Value) eval.Value {
	if name, ok := str(c.Arg(0, "")); ok {
		return c.EnvIsSet(name)
	}
	return c.UnknownFrom("the name of an environment variable is not known", c.Args...)
}

func environPop(c *eval.Call, _ eval.Value) eval.Value {
	name, ok := str(c.Arg(0, "key"))
	if !ok {
		return c.UnknownFrom("the name of an environment variable is not known", c.Args...)
	}
	v := c.Env(eval.EnvRead{Name: name, Default: c.Arg(1, "default")})
	c.UnsetEnv(name)
	return v
}

func environUpdate(c *eval.Call, _ eval.Value) eval.Value {
	if other := c.Arg(0, "other"); other.IsValid() {
		list := other.Entries()
		if list == nil {
			for _, pair := range other.Elems() {
				if e := pair.Elems(); len(e) == 2 {
					list = append(list, eval.Entry{Key: e[0], Value: e[1]})
				}
			}
		}
		for _, e := range list {
			setVariable(c, e.Key, e.Value, false)
		}
	}
	for _, k := range c.Kwargs {
		if k.Name != "**" && k.Name != "other" {
			setVariable(c, eval.MakeStr(k.Name), k.Value, false)
		}
	}
	return eval.MakeNone()
}

// environDict is a copy of the environment as far as it is known.
func environDict(c *eval.Call, _ eval.Value) eval.Value {
	list, complete := c.EnvEntries()
	d := eval.MakeDict(list...)
	if !complete {
		d.SetOpen(reasonEnvironment)
	}
	return d
}

func environKeys(c *eval.Call, _ eval.Value) eval.Value {
	return environPart(c, func(e eval.Entry) eval.Value { return e.Key })
}

// environPart goes through the environment. Of one that is given completely only the operating system's own variables are not known: they
// are gone through by name, so that a loop over the variables with a prefix is exact.
func environPart(c *eval.Call, part func(eval.Entry) eval.Value) eval.Value {
	list, complete := c.EnvEntries()
	out := eval.MakeList()
	for _, e := range list {
		out.Append(part(e))
	}
	switch {
	case complete:
	case c.Config().Env.Complete:
		for _, name := range []string{"HOME", "HOSTNAME", "LANG", "PATH", "PWD", "USER"} {
			out.Append(part(entry(name, eval.MakeUnknownOf("str", reasonEnvironment))))
		}
	default:
		out.SetOpen(reasonEnvironment)
	}
	return out
}

// listdir lists a folder of the project; see globFiles for the order.
func listdir(c *eval.Call) eval.Value {
	path, ok := fspath(c.ArgOr(0, "path", eval.MakeStr(".")))
	if !ok {
		return c.Unknown("which folder is listed is not known")
	}
	abs, ok := absolute(path)
	if !ok {
		return c.Unknown(reasonCwd)
	}
	if !c.IsDir(abs) && !c.PathExists(abs) {
		return c.Raise("FileNotFoundError", "[Errno 2] No such file or directory: '"+path+"'")
	}
	var names []string
	for _, f := range globFiles(c, abs+"/*", globOptions{hidden: true}) {
		names = append(names, lastPart(f))
	}
	return strs(inFileOrder(c, names))
}
