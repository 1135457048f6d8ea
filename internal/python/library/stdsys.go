package library

import (
	"gonogo/internal/python/eval"
)

// sysModel is the module sys of the process that serves the project.
func sysModel() eval.Model {
	names := constants("platform", "linux", "byteorder", "little", "prefix", "/usr/local", "exec_prefix", "/usr/local", "base_prefix", "/usr/local")
	for name, reason := range map[string]string{"executable": "the interpreter's path is that of the machine", "prefix": "the interpreter's path is that of the machine",
		"base_prefix": "the interpreter's path is that of the machine", "exec_prefix": "the interpreter's path is that of the machine",
		"version": "the exact version of Python is that of the machine"} {
		names[name] = eval.MakeUnknownOf("str", reason)
	}
	names["argv"] = newArgv(0)
	names["version_info"] = newVersionInfo()
	names["hexversion"] = eval.MakeUnknownOf("int", "the exact version of Python is that of the machine")
	names["implementation"] = eval.MakeUnknown("the interpreter is that of the machine")
	names["modules"] = newLoadedModules()
	names["maxsize"] = eval.MakeInt(1<<63 - 1)
	names["path"] = openList("the folders that Python looks for modules in are those of the machine")
	names["meta_path"] = openList("what loads modules is that of the machine")
	names["path_hooks"] = openList("what loads modules is that of the machine")
	names["dont_write_bytecode"] = eval.MakeBool(false)
	names["flags"] = eval.MakeUnknown("the options of the interpreter are not known")
	names["stdout"], names["stderr"], names["stdin"] = stream("stdout"), stream("stderr"), stream("stdin")
	names["exit"] = eval.NewNative("sys.exit", func(c *eval.Call) eval.Value {
		return c.Raise("SystemExit", text(c.ArgOr(0, "", eval.MakeStr(""))))
	})
	for _, f := range []string{"setrecursionlimit", "settrace", "setprofile", "setswitchinterval", "set_int_max_str_digits", "addaudithook"} {
		names[f] = inert("sys." + f)
	}
	names["getdefaultencoding"] = eval.NewNative("sys.getdefaultencoding", func(*eval.Call) eval.Value { return eval.MakeStr("utf-8") })
	names["getfilesystemencoding"] = eval.NewNative("sys.getfilesystemencoding", func(*eval.Call) eval.Value { return eval.MakeStr("utf-8") })
	names["getrecursionlimit"] = unknownFunc("sys.getrecursionlimit", "the state of the interpreter is not known")
	names["exc_info"] = unknownFunc("sys.exc_info", "the exception that is being handled")
	names["_getframe"] = eval.NewNative("sys._getframe", func(c *eval.Call) eval.Value {
		depth, ok := c.ArgOr(0, "", eval.MakeInt(0)).AsInt()
		if !ok || depth > 1000 {
			return c.UnknownFrom("a frame of the interpreter", c.Args...)
		}
		return c.Frame(int(depth))
	})
	names["gettrace"] = eval.NewNative("sys.gettrace", func(*eval.Call) eval.Value { return eval.MakeNone() })
	names["intern"] = eval.NewNative("sys.intern", func(c *eval.Call) eval.Value { return c.Arg(0, "") })
	return eval.Model{Names: names, Open: true}
}

func openList(reason string) eval.Value {
	v := eval.MakeList()
	v.SetOpen(reason)
	return v
}

// stream is sys.stdout and the like: writing to it has no effect.
func stream(name string) eval.Value {
	return eval.NewObject(inertClass("_io.TextIOWrapper"), nil)
}

// inertClass is a class whose instances do nothing: every method gives None.
func inertClass(dotted string) eval.Value {
	return eval.NewClass(eval.NativeClass{Name: dotted, Open: true,
		Init: func(*eval.Call, eval.Value) {},
		Getattr: func(c *eval.Call, _ eval.Value, name string) (eval.Value, bool) {
			return inert(dotted + "." + name), true
		}})
}
