package library

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyshlex"
)

// Small modules of the standard library: those of which settings use a function or two.

const (
	reasonMachine = "it is a property of the machine"
	reasonProgram = "a program would be run"
	reasonNetwork = "the network would be asked"
	reasonTime    = "the time at which the process starts"
)

// unknownNames makes functions whose results are unknown for one reason.
func unknownNames(module, reason string, names ...string) map[string]eval.Value {
	out := map[string]eval.Value{}
	for _, n := range names {
		out[n] = unknownFunc(module+"."+n, reason)
	}
	return out
}

// randomNames makes functions that give another value of a type at each start.
func randomNames(module string, types map[string]string) map[string]eval.Value {
	out := map[string]eval.Value{}
	for n, typ := range types {
		out[n] = randomFunc(module+"."+n, typ)
	}
	return out
}

func socketModel() eval.Model {
	names := unknownNames("socket", reasonMachine, "gethostname", "getfqdn")
	for n, v := range unknownNames("socket", reasonNetwork, "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getaddrinfo", "create_connection", "socket", "if_nameindex") {
		names[n] = v
	}
	for n, v := range map[string]int64{"AF_INET": 2, "AF_INET6": 10, "AF_UNIX": 1, "SOCK_STREAM": 1, "SOCK_DGRAM": 2, "TCP_KEEPIDLE": 4,
		"TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 6, "TCP_USER_TIMEOUT": 18, "SO_KEEPALIVE": 9, "SOL_SOCKET": 1, "IPPROTO_TCP": 6, "TCP_NODELAY": 1} {
		names[n] = eval.MakeInt(v)
	}
	names["setdefaulttimeout"] = inert("socket.setdefaulttimeout")
	names["error"] = eval.BuiltinClass("OSError")
	names["gaierror"] = exception("socket.gaierror", "OSError")
	names["herror"] = exception("socket.herror", "OSError")
	names["timeout"] = eval.BuiltinClass("TimeoutError")
	return eval.Model{Names: names, Open: true}
}

func secretsModel() eval.Model {
	return eval.Model{Open: true, Names: randomNames("secrets", map[string]string{"token_urlsafe": "str", "token_hex": "str", "token_bytes": "bytes", "choice": "", "randbelow": "int", "randbits": "int"})}
}

func randomModel() eval.Model {
	names := randomNames("random", map[string]string{"choice": "", "choices": "list", "randint": "int", "random": "float", "sample": "list",
		"getrandbits": "int", "uniform": "float", "randrange": "int"})
	names["seed"], names["shuffle"] = inert("random.seed"), eval.NewNative("random.shuffle", func(c *eval.Call) eval.Value {
		c.OpenAll("the order is made at random", c.Arg(0, "x"))
		return eval.MakeNone()
	})
	source := eval.NewClass(eval.NativeClass{Name: "random.SystemRandom", Init: func(*eval.Call, eval.Value) {},
		Getattr: func(c *eval.Call, _ eval.Value, name string) (eval.Value, bool) {
			return randomFunc("random.SystemRandom."+name, ""), true
		}})
	names["SystemRandom"], names["Random"] = source, source
	return eval.Model{Names: names, Open: true}
}

func uuidModel() eval.Model {
	names := randomNames("uuid", map[string]string{"uuid4": "", "uuid1": "", "uuid7": "", "uuid6": ""})
	names["getnode"] = unknownFunc("uuid.getnode", reasonMachine)
	return eval.Model{Names: names, Open: true}
}

func stringModel() eval.Model {
	const lower, upper, digits = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	names := constants("ascii_lowercase", lower, "ascii_uppercase", upper, "ascii_letters", lower+upper, "digits", digits,
		"hexdigits", digits+"abcdefABCDEF", "octdigits", "01234567", "punctuation", punctuation,
		"whitespace", " \t\n\r\x0b\x0c", "printable", digits+lower+upper+punctuation+" \t\n\r\x0b\x0c")
	names["Template"] = eval.NewClass(templateClass())
	names["capwords"] = eval.NewPure("string.capwords", func(c *eval.Call) eval.Value {
		s, ok := str(c.Arg(0, "s"))
		if !ok || c.HasArg(1, "sep") || !isASCII(s) {
			return c.Unknown("a text is changed in a way that is not modelled")
		}
		words := strings.Fields(s)
		for i, w := range words {
			words[i] = strings.ToUpper(w[:1]) + strings.ToLower(w[1:])
		}
		return eval.MakeStr(strings.Join(words, " "))
	})
	return eval.Model{Names: names, Open: true}
}

func warningsModel() eval.Model {
	names := map[string]eval.Value{"catch_warnings": eval.NewClass(contextClass("warnings.catch_warnings"))}
	for _, f := range []string{"warn", "filterwarnings", "simplefilter", "resetwarnings", "warn_explicit", "showwarning"} {
		names[f] = inert("warnings." + f)
	}
	return eval.Model{Names: names, Open: true}
}

// contextClass is a context manager that does nothing.
func contextClass(dotted string) eval.NativeClass {
	return eval.NativeClass{Name: dotted, Init: func(*eval.Call, eval.Value) {}, Methods: map[string]method{
		"__enter__": func(c *eval.Call, self eval.Value) eval.Value { return self },
		"__exit__":  func(*eval.Call, eval.Value) eval.Value { return eval.MakeBool(false) },
	}}
}

func timeModel() eval.Model {
	names := unknownNames("time", reasonTime, "time", "time_ns", "localtime", "gmtime", "monotonic", "perf_counter", "strftime", "ctime", "mktime", "process_time")
	names["sleep"], names["tzset"] = inert("time.sleep"), inert("time.tzset")
	names["timezone"], names["tzname"] = eval.MakeUnknown(reasonMachine), eval.MakeUnknown(reasonMachine)
	return eval.Model{Names: names, Open: true}
}

func platformModel() eval.Model {
	names := unknownNames("platform", reasonMachine, "node", "release", "version", "machine", "processor", "platform", "uname", "architecture", "python_version_tuple", "libc_ver")
	names["system"] = eval.NewNative("platform.system", func(*eval.Call) eval.Value { return eval.MakeStr("Linux") })
	names["python_implementation"] = eval.NewNative("platform.python_implementation", func(c *eval.Call) eval.Value { return c.Unknown(reasonMachine) })
	names["python_version"] = unknownFunc("platform.python_version", reasonMachine)
	return eval.Model{Names: names, Open: true}
}

func subprocessModel() eval.Model {
	names := unknownNames("subprocess", reasonProgram, "run", "check_output", "call", "check_call", "getoutput", "getstatusoutput", "Popen")
	names["PIPE"], names["STDOUT"], names["DEVNULL"] = eval.MakeInt(-1), eval.MakeInt(-2), eval.MakeInt(-3)
	names["CalledProcessError"] = exception("subprocess.CalledProcessError", "Exception")
	names["SubprocessError"] = exception("subprocess.SubprocessError", "Exception")
	names["TimeoutExpired"] = exception("subprocess.TimeoutExpired", "Exception")
	return eval.Model{Names: names, Open: true}
}

func multiprocessingModel() eval.Model {
	return eval.Model{Open: true, Names: unknownNames("multiprocessing", "the number of processors is that of the machine", "cpu_count")}
}

func tempfileModel() eval.Model {
	names := unknownNames("tempfile", reasonMachine, "gettempdir", "mkdtemp", "mkstemp", "gettempprefix")
	return eval.Model{Names: names, Open: true}
}

func getpassModel() eval.Model {
	return eval.Model{Open: true, Names: unknownNames("getpass", reasonMachine, "getuser", "getpass")}
}

func localeModel() eval.Model {
	names := unknownNames("locale", reasonMachine, "getlocale", "getdefaultlocale", "getpreferredencoding")
	names["setlocale"] = inert("locale.setlocale")
	names["LC_ALL"], names["LC_NUMERIC"], names["LC_TIME"] = eval.MakeInt(6), eval.MakeInt(1), eval.MakeInt(2)
	names["Error"] = exception("locale.Error", "Exception")
	return eval.Model{Names: names, Open: true}
}

// shutilModel is the module shutil; nothing is copied, and which programs there are is not known.
func shutilModel() eval.Model {
	names := unknownNames("shutil", reasonMachine, "which", "disk_usage")
	for _, f := range []string{"rmtree", "copy", "copyfile", "copytree", "move", "copy2"} {
		names[f] = inert("shutil." + f)
	}
	return eval.Model{Names: names, Open: true}
}

// copyModel is the module copy.
func copyModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"copy":     eval.NewNative("copy.copy", func(c *eval.Call) eval.Value { return c.Copy(c.Arg(0, "x")) }),
		"deepcopy": eval.NewNative("copy.deepcopy", func(c *eval.Call) eval.Value { return c.DeepCopy(c.Arg(0, "x")) }),
		"Error":    exception("copy.Error", "Exception"),
	}}
}

// globModel is the module glob.
func globModel() eval.Model {
	find := func(c *eval.Call) eval.Value {
		pattern, ok := fspath(c.Arg(0, "pathname"))
		if !ok {
			return c.UnknownFrom("the pattern of files is not known", c.Arg(0, "pathname"))
		}
		abs := normPath(pattern)
		if !strings.HasPrefix(abs, "/") {
			return c.Unknown(reasonCwd)
		}
		return strs(inFileOrder(c, includeFiles(c, abs, flag(c, -1, "recursive", false))))
	}
	return eval.Model{Open: true, Names: map[string]eval.Value{"glob": eval.NewNative("glob.glob", find), "iglob": eval.NewNative("glob.iglob", find)}}
}

// distutilsUtil is the module distutils.util, of which settings use strtobool. It is gone since Python 3.12.
func distutilsUtil() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{"strtobool": eval.NewPure("distutils.util.strtobool", strToBool(false))}}
}

// strToBoolPackage is the package str2bool/strtobool from PyPI, whose function gives booleans.
func strToBoolPackage() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{"strtobool": unknownFunc("strtobool.strtobool", "a package that is not modelled: strtobool")}}
}

// shlexModel is the module shlex.
func shlexModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"split": eval.NewPure("shlex.split", func(c *eval.Call) eval.Value {
			s, ok := str(c.Arg(0, "s"))
			comments, ok2 := truthy(c.Arg(1, "comments"), false)
			posix, ok3 := truthy(c.Arg(2, "posix"), true)
			if !ok || !ok2 || !ok3 || !posix {
				return c.Unknown("a text is split in a way that is not modelled")
			}
			commenters := ""
			if comments {
				commenters = "#"
			}
			words, err := pyshlex.Split(s, " \t\r\n", commenters)
			if err != nil {
				return c.Raise("ValueError", pyshlex.PythonMessage(err))
			}
			return strs(words)
		}),
		"quote": eval.NewPure("shlex.quote", func(c *eval.Call) eval.Value {
			s, ok := str(c.Arg(0, "s"))
			if !ok || !isASCII(s) {
				return c.Unknown("a text is quoted in a way that is not modelled")
			}
			const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"
			if s != "" && strings.Trim(s, safe) == "" {
				return eval.MakeStr(s)
			}
			return eval.MakeStr("'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'")
		}),
	}}
}

// sslModel is the module ssl, of which settings use the modes of verification. These are members of an enumeration, which compare as numbers.
func sslModel() eval.Model {
	names := unmodelled("ssl", "SSLContext")
	modes := eval.NewClass(eval.NativeClass{Name: "ssl.VerifyMode", Bases: []eval.Value{eval.BuiltinClass("int")}})
	for n, v := range map[string]int64{"CERT_NONE": 0, "CERT_OPTIONAL": 1, "CERT_REQUIRED": 2} {
		mode := eval.NewObject(modes, nil)
		mode.SetBody(eval.MakeInt(v))
		mode.SetField("name", eval.MakeStr(n))
		mode.SetField("value", eval.MakeInt(v))
		names[n] = mode
	}
	names["create_default_context"] = unknownFunc("ssl.create_default_context", "an object of the TLS library")
	return eval.Model{Names: names, Open: true}
}
