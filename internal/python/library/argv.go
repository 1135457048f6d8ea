package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// argv is sys.argv, or the part of it from an index on. When the arguments are not given, all that is known is that the process
// serves the project: no management command, test runner or build step is among them.
type argv struct{ from int }

const reasonArgv = "the arguments of the process are not known"

// notServing are arguments that a process which serves requests or runs tasks does not have.
var notServing = map[string]bool{"test": true, "tests": true, "pytest": true, "py.test": true, "runserver": true, "runserver_plus": true,
	"migrate": true, "makemigrations": true, "collectstatic": true, "compilemessages": true, "makemessages": true, "shell": true,
	"shell_plus": true, "check": true, "createsuperuser": true, "loaddata": true, "dumpdata": true, "flush": true, "dbshell": true,
	"testserver": true, "jenkins": true, "harvest": true, "behave": true, "lettuce": true, "syncdb": true, "compress": true,
	"build": true, "showmigrations": true, "sqlmigrate": true, "inspectdb": true, "startapp": true, "startproject": true, "diffsettings": true,
	"createcachetable": true, "sendtestemail": true, "squashmigrations": true, "clearsessions": true, "spectacular": true, "nose": true,
	"test_coverage": true, "livereload": true, "graph_models": true, "runscript": true, "help": true, "manage.py": true, "init": true,
	"--test": true, "setup.py": true, "tox": true, "mypy": true, "pylint": true, "sphinx-build": true}

func newArgv(from int) eval.Value { return eval.NewObject(argvClass(), &argv{from}) }

// given are the arguments when the evaluation was told them.
func (a *argv) given(c *eval.Call) (eval.Value, bool) {
	list := c.Config().Argv
	if len(list) == 0 {
		return eval.Value{}, false
	}
	return strs(list[min(a.from, len(list)):]), true
}

func argvOf(self eval.Value) *argv {
	if a, ok := self.State().(*argv); ok {
		return a
	}
	return &argv{}
}

// argvClass behaves like the list that sys.argv is.
func argvClass() eval.Value {
	delegate := func(name string) method {
		return func(c *eval.Call, self eval.Value) eval.Value {
			if list, ok := argvOf(self).given(c); ok {
				return c.CallKw(c.GetAttr(list, name), c.Args, c.Kwargs)
			}
			return c.Unknown(reasonArgv)
		}
	}
	return eval.NewClass(eval.NativeClass{Name: "list", Methods: map[string]method{
		"__contains__": func(c *eval.Call, self eval.Value) eval.Value {
			if list, ok := argvOf(self).given(c); ok {
				return c.Operator("in", c.Arg(0, ""), list)
			}
			if s, ok := str(c.Arg(0, "")); ok && notServing[s] {
				return eval.MakeBool(false)
			}
			return c.Unknown(reasonArgv)
		},
		"__getitem__": argvItem,
		"__len__": func(c *eval.Call, self eval.Value) eval.Value {
			if list, ok := argvOf(self).given(c); ok {
				n, _ := list.Len()
				return eval.MakeInt(int64(n))
			}
			return c.Unknown(reasonArgv)
		},
		"__bool__": func(c *eval.Call, self eval.Value) eval.Value {
			if list, ok := argvOf(self).given(c); ok {
				return eval.MakeBool(list.Truth() == eval.Yes)
			}
			return eval.MakeBool(argvOf(self).from == 0)
		},
		"__iter__": func(c *eval.Call, self eval.Value) eval.Value {
			if list, ok := argvOf(self).given(c); ok {
				return list
			}
			out := eval.MakeList()
			out.SetOpen(reasonArgv)
			return out
		},
		"__eq__": func(c *eval.Call, self eval.Value) eval.Value {
			if list, ok := argvOf(self).given(c); ok {
				return c.Operator("==", list, c.Arg(0, ""))
			}
			for _, e := range c.Arg(0, "").Elems() {
				if s, ok := str(e); ok && notServing[s] {
					return eval.MakeBool(false)
				}
			}
			return c.Unknown(reasonArgv)
		},
		"count": delegate("count"), "index": delegate("index"), "copy": delegate("copy"),
		"append": argvIgnored, "insert": argvIgnored, "extend": argvIgnored, "remove": argvIgnored,
	}})
}

// argvIgnored is a change of sys.argv, which no setting depends on.
func argvIgnored(*eval.Call, eval.Value) eval.Value { return eval.MakeNone() }

func argvItem(c *eval.Call, self eval.Value) eval.Value {
	a := argvOf(self)
	if list, ok := a.given(c); ok {
		return c.Index(list, c.Arg(0, ""))
	}
	if c.Arg(0, "").Class() == "slice" {
		return newArgv(a.from + 1)
	}
	return eval.NewObject(argumentClass(), nil)
}

// argumentClass is one argument of the process: a text of which only is known what it is not.
func argumentClass() eval.Value {
	differs := func(equal bool) method {
		return func(c *eval.Call, _ eval.Value) eval.Value {
			if s, ok := str(c.Arg(0, "")); ok && notServing[strings.TrimPrefix(s, "./")] {
				return eval.MakeBool(!equal)
			}
			return c.Unknown(reasonArgv)
		}
	}
	return eval.NewClass(eval.NativeClass{Name: "str", Open: true, Methods: map[string]method{
		"__eq__": differs(true), "__ne__": differs(false),
		"__str__":      func(c *eval.Call, _ eval.Value) eval.Value { return c.Unknown(reasonArgv) },
		"__contains__": differs(true),
		"__bool__":     func(*eval.Call, eval.Value) eval.Value { return eval.MakeBool(true) },
		"endswith":     differs(true), "startswith": differs(true),
	}, Init: func(*eval.Call, eval.Value) {},
		Getattr: func(c *eval.Call, _ eval.Value, name string) (eval.Value, bool) {
			return unknownFunc("str."+name, reasonArgv), true
		}})
}

// newVersionInfo is sys.version_info: major is 3, minor what the project runs on.
func newVersionInfo() eval.Value {
	of := func(c *eval.Call) eval.Value {
		python := c.Config().Python
		minor, micro := eval.MakeUnknownOf("int", "the version of Python is not known"), eval.MakeUnknownOf("int", "the version of Python is that of the machine")
		if python[0] != 0 {
			minor = eval.MakeInt(int64(python[1]))
		}
		return eval.MakeTuple(eval.MakeInt(3), minor, micro, eval.MakeStr("final"), eval.MakeInt(0))
	}
	field := func(i int) method {
		return func(c *eval.Call, _ eval.Value) eval.Value { return of(c).Elems()[i] }
	}
	compare := func(op string) method {
		return func(c *eval.Call, _ eval.Value) eval.Value { return compareVersion(c, op, of(c), c.Arg(0, "")) }
	}
	return eval.NewObject(eval.NewClass(eval.NativeClass{Name: "sys.version_info", Properties: map[string]method{
		"major": field(0), "minor": field(1), "micro": field(2), "releaselevel": field(3), "serial": field(4),
	}, Methods: map[string]method{
		"__getitem__": func(c *eval.Call, _ eval.Value) eval.Value { return c.Index(of(c), c.Arg(0, "")) },
		"__iter__":    func(c *eval.Call, _ eval.Value) eval.Value { return of(c) },
		"__len__":     func(*eval.Call, eval.Value) eval.Value { return eval.MakeInt(5) },
		"__lt__":      compare("<"), "__le__": compare("<="), "__gt__": compare(">"), "__ge__": compare(">="), "__eq__": compare("=="), "__ne__": compare("!="),
	}}), nil)
}

// compareVersion compares two tuples of which the left one may have unknown parts: the first parts that differ decide.
func compareVersion(c *eval.Call, op string, version, other eval.Value) eval.Value {
	a, b := version.Elems(), other.Elems()
	if other.Kind() != eval.Tuple {
		return c.Unknown("the version of Python is compared with something else")
	}
	for i := range b {
		if i >= len(a) {
			break
		}
		if a[i].IsUnknown() || b[i].IsUnknown() {
			return c.UnknownFrom("the version of Python is not known", a[i], b[i])
		}
		if !eval.Equal(a[i], b[i]) {
			return c.Operator(op, a[i], b[i])
		}
	}
	// All of what the other one has is equal.
	return c.Operator(op, eval.MakeInt(int64(len(a))), eval.MakeInt(int64(len(b))))
}

// newLoadedModules is sys.modules.
func newLoadedModules() eval.Value {
	get := func(c *eval.Call, name eval.Value) (eval.Value, bool) {
		s, ok := str(name)
		if !ok {
			return c.UnknownFrom("which module is meant is not known", name), true
		}
		return c.Modules().Lookup(s)
	}
	return eval.NewObject(eval.NewClass(eval.NativeClass{Name: "dict", Methods: map[string]method{
		"__contains__": func(c *eval.Call, _ eval.Value) eval.Value {
			v, ok := get(c, c.Arg(0, ""))
			if v.IsUnknown() {
				return v
			}
			if s, _ := str(c.Arg(0, "")); notServing[s] || s == "unittest" || s == "_pytest" {
				return eval.MakeBool(ok)
			}
			if ok {
				return eval.MakeBool(true)
			}
			return c.Unknown("which other modules are loaded is not known")
		},
		"__getitem__": func(c *eval.Call, _ eval.Value) eval.Value {
			if v, ok := get(c, c.Arg(0, "")); ok {
				return v
			}
			return c.Unknown("which other modules are loaded is not known")
		},
		"__setitem__": func(c *eval.Call, _ eval.Value) eval.Value {
			if old, ok := get(c, c.Arg(0, "")); ok {
				old.OpenModule("the module is replaced by another object")
			}
			return eval.MakeNone()
		},
		"get": func(c *eval.Call, _ eval.Value) eval.Value {
			if v, ok := get(c, c.Arg(0, "key")); ok {
				return v
			}
			return c.Unknown("which other modules are loaded is not known")
		},
		"setdefault": argvIgnored, "pop": argvIgnored, "update": argvIgnored,
		"keys":     func(c *eval.Call, _ eval.Value) eval.Value { return openList("which modules are loaded is not known") },
		"__iter__": func(c *eval.Call, _ eval.Value) eval.Value { return openList("which modules are loaded is not known") },
	}}), nil)
}
