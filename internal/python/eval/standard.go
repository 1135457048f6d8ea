package eval

import "strings"

// standardModules are the top-level modules of CPython 3.8 to 3.14 (sys.stdlib_module_names), without those of single platforms.
const standardModules = ` __future__ __main__ _thread abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii ` +
	`bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression concurrent ` +
	`configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest ` +
	`email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib functools gc genericpath ` +
	`getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress ` +
	`itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder multiprocessing ` +
	`netrc nis nntplib ntpath nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil ` +
	`platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re ` +
	`readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket ` +
	`socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symbol ` +
	`symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test textwrap this threading time timeit tkinter token ` +
	`tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave ` +
	`weakref webbrowser wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo `

// IsStandard reports whether a top-level module is part of Python in some version.
func IsStandard(top string) bool { return strings.Contains(standardModules, " "+top+" ") }

// hasStandard reports whether the Python that runs the project has a module of the standard library.
// Additions and removals: https://docs.python.org/3/whatsnew/ (PEP 594 for 3.13). An unknown version has what is current.
func (r *run) hasStandard(top string) bool {
	if version := r.cfg.Python[0]*100 + r.cfg.Python[1]; version != 0 {
		return standardIn(top, version)
	}
	return standardIn(top, currentPython)
}

const (
	oldestPython  = 308 // that is considered, as 100 times the major and the minor version
	currentPython = 312
	newestPython  = 314
)

// dependsOnVersion reports whether a standard module is there in some versions of Python only, and which one runs the project is not known.
func (r *run) dependsOnVersion(top string) bool {
	return r.cfg.Python == [2]int{} && standardIn(top, oldestPython) != standardIn(top, newestPython)
}

func standardIn(top string, version int) bool {
	switch top {
	case "tomllib":
		return version >= 311
	case "zoneinfo", "graphlib":
		return version >= 309
	case "compression":
		return version >= 314
	case "distutils", "asynchat", "asyncore", "imp", "smtpd":
		return version < 312
	case "formatter", "parser", "symbol":
		return version < 310
	case "aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap", "nis", "nntplib", "ossaudiodev", "pipes",
		"sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib":
		return version < 313
	}
	return true
}

// distributions are the names on PyPI under which a top-level module may come.
func distributions(top string) []string {
	dashed := strings.ReplaceAll(top, "_", "-")
	names := []string{dashed, "django-" + dashed, "python-" + dashed, "py" + dashed}
	if d, ok := distributionOf(top); ok {
		names = append([]string{d}, names...)
	}
	return names
}

// distributionOf are modules whose distribution has quite another name.
func distributionOf(top string) (string, bool) {
	switch top {
	case "yaml":
		return "PyYAML", true
	case "rest_framework":
		return "djangorestframework", true
	case "corsheaders":
		return "django-cors-headers", true
	case "PIL":
		return "pillow", true
	case "MySQLdb":
		return "mysqlclient", true
	case "psycopg2":
		return "psycopg2-binary", true
	case "storages":
		return "django-storages", true
	case "debug_toolbar":
		return "django-debug-toolbar", true
	case "configurations":
		return "django-configurations", true
	case "split_settings":
		return "django-split-settings", true
	case "dotenv":
		return "python-dotenv", true
	case "environ":
		return "django-environ", true
	case "decouple":
		return "python-decouple", true
	case "raven":
		return "raven", true
	case "sentry_sdk":
		return "sentry-sdk", true
	case "jwt":
		return "PyJWT", true
	case "bs4":
		return "beautifulsoup4", true
	case "dateutil":
		return "python-dateutil", true
	case "git":
		return "GitPython", true
	case "magic":
		return "python-magic", true
	case "ldap":
		return "python-ldap", true
	case "OpenSSL":
		return "pyOpenSSL", true
	case "Crypto":
		return "pycryptodome", true
	case "sklearn":
		return "scikit-learn", true
	case "cv2":
		return "opencv-python", true
	case "google":
		return "google-cloud-core", true
	}
	return "", false
}
