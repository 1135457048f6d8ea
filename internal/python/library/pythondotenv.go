package library

import (
	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/dotenv"
	"gonogo/internal/source"
)

// pythonDotenv is the package python-dotenv (dotenv). Facts: its README and dotenv/main.py of 0.10 to 1.2.
func pythonDotenv() eval.Model {
	names := map[string]eval.Value{
		"load_dotenv":   eval.NewNative("dotenv.main.load_dotenv", loadDotenv),
		"find_dotenv":   eval.NewNative("dotenv.main.find_dotenv", findDotenv),
		"dotenv_values": eval.NewNative("dotenv.main.dotenv_values", dotenvValues),
		"read_dotenv":   eval.NewNative("dotenv.read_dotenv", loadDotenv), // django-dotenv, which has the same module name
		"set_key":       inert("dotenv.set_key"), "unset_key": inert("dotenv.unset_key"),
		"get_key": unknownFunc("dotenv.get_key", "a variable is read from a file"),
	}
	return eval.Model{Names: names, Open: true}
}

// dotenvSource is the file that load_dotenv and dotenv_values read; nil when none may be read. known is false when it is not known which.
func dotenvSource(c *eval.Call) (f *source.File, known bool) {
	if stream := c.Arg(1, "stream"); given(stream) && !given(c.Arg(0, "dotenv_path")) {
		return streamFile(c, stream)
	}
	path := c.Arg(0, "dotenv_path")
	if !given(path) {
		return searchDotenv(c, ".env"), true
	}
	name, ok := fspath(path)
	if !ok {
		return nil, false
	}
	return dotenvFile(c, name), true
}

// streamFile is the content of a text in memory, or of a file that is open, as a file without a name.
func streamFile(c *eval.Call, stream eval.Value) (f *source.File, known bool) {
	if stream.Kind() != eval.Object {
		return nil, false
	}
	s, ok := str(c.Call(c.GetAttr(stream, "read")))
	if !ok {
		return nil, false
	}
	return source.NewFile("", []byte(s)), true
}

// searchDotenv looks for a file beside the calling module and above.
func searchDotenv(c *eval.Call, name string) *source.File {
	for dir := dirname(joinPaths(c.Root(), c.CallerFile())); ; dir = dirname(dir) {
		if f, inside, exists := c.File(joinPaths(dir, name)); inside && exists {
			return dotenvFile(c, joinPaths(c.Root(), f.Path))
		}
		if dir == "/" || dir == "" {
			return nil
		}
	}
}

// interpolated resolves ${NAME} in the values of a file. With override the file's own variables win over the environment's.
func interpolated(c *eval.Call, f *source.File, override, interpolate bool) []eval.Entry {
	var out []eval.Entry
	own := map[string]eval.Value{}
	for _, b := range dotenv.Load(string(f.Data)) {
		v := bindingValue(c, f, b)
		if s, ok := str(v); ok && interpolate {
			v = interpolate1(c, s, own, override, v)
		}
		own[b.Key] = v
		out = append(out, entry(b.Key, v))
	}
	return out
}

func interpolate1(c *eval.Call, value string, own map[string]eval.Value, override bool, from eval.Value) eval.Value {
	atoms := dotenv.Atoms(value)
	if len(atoms) == 0 || len(atoms) == 1 && !atoms[0].Reference {
		return from
	}
	result := ""
	for _, a := range atoms {
		if !a.Reference {
			result += a.Text
			continue
		}
		v := variableOf(c, a, own, override)
		switch s, ok := str(v); {
		case ok:
			result += s
		case isNone(v):
		default:
			return c.UnknownFrom("a variable of the file refers to another one", v).WithOrigin(from.Origin())
		}
	}
	return eval.MakeStr(result).WithOrigin(from.Origin())
}

func variableOf(c *eval.Call, a dotenv.Atom, own map[string]eval.Value, override bool) eval.Value {
	def := eval.MakeStr(a.Default)
	mine, has := own[a.Name]
	if has && override {
		return mine
	}
	if has {
		def = mine
	}
	return c.Env(eval.EnvRead{Name: a.Name, Default: def})
}

// flag is a known truth value of an argument by position or name; an unknown one is the default.
func flag(c *eval.Call, position int, name string, def bool) bool {
	b, known := truthy(c.Arg(position, name), def)
	if !known {
		return def
	}
	return b
}

func loadDotenv(c *eval.Call) eval.Value {
	f, known := dotenvSource(c)
	if !known {
		return c.Unknown("which file of variables is read is not known")
	}
	if f == nil {
		return c.Unknown("whether there is a file of variables is not known")
	}
	override := flag(c, 3, "override", false)
	list := interpolated(c, f, override, flag(c, 4, "interpolate", true))
	for _, e := range list {
		if name, ok := str(e.Key); ok && !isNone(e.Value) {
			c.SetEnv(name, e.Value, !override)
		}
	}
	return eval.MakeBool(len(list) > 0)
}

func dotenvValues(c *eval.Call) eval.Value {
	f, known := dotenvSource(c)
	if !known {
		return c.Unknown("which file of variables is read is not known")
	}
	if f == nil {
		if path, ok := fspath(c.Arg(0, "dotenv_path")); ok && !isDevelopers(lastPart(path)) {
			if _, inside, _ := c.File(path); inside && !c.PathExists(path) {
				return eval.MakeDict()
			}
		}
		d := eval.MakeDict()
		d.SetOpen("the variables of a file that the repository does not have")
		return d
	}
	return eval.MakeDict(interpolated(c, f, true, flag(c, 3, "interpolate", true))...)
}

// findDotenv gives the path of the file, which is the developer's own as a rule: it is known only when the project has it.
func findDotenv(c *eval.Call) eval.Value {
	name, ok := str(c.ArgOr(0, "filename", eval.MakeStr(".env")))
	if !ok {
		return c.UnknownFrom("which file of variables is looked for is not known", c.Arg(0, "filename"))
	}
	if f := searchDotenv(c, name); f != nil {
		return eval.MakeStr(joinPaths(c.Root(), f.Path))
	}
	if isDevelopers(name) {
		return c.Unknown("where a developer's file of variables stands is not known")
	}
	if flag(c, 1, "raise_error_if_not_found", false) {
		c.Raise("OSError", "File not found")
	}
	return eval.MakeStr("")
}
