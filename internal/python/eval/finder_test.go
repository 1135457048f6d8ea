package eval_test

import (
	"path"
	"sort"
	"strings"
	"sync"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// files is a project in memory.
type files struct {
	data  map[string]*source.File
	mu    sync.Mutex
	trees map[string]*syntax.Module
}

func newFiles(contents map[string]string) *files {
	f := &files{data: map[string]*source.File{}, trees: map[string]*syntax.Module{}}
	for name, text := range contents {
		f.data[name] = source.NewFile(name, []byte(text))
	}
	return f
}

func (f *files) Module(dotted string) (*syntax.Module, bool, bool) {
	p := strings.ReplaceAll(dotted, ".", "/")
	if m, ok := f.ParseFile(p + "/__init__.py"); ok {
		return m, true, true
	}
	if m, ok := f.ParseFile(p + ".py"); ok {
		return m, false, true
	}
	for name := range f.data {
		if strings.HasPrefix(name, p+"/") {
			return &syntax.Module{}, true, true
		}
	}
	return nil, false, false
}

func (f *files) File(p string) (*source.File, bool) {
	file, ok := f.data[p]
	return file, ok
}

func (f *files) Glob(pattern string) []string {
	var out []string
	for name := range f.data {
		if ok, _ := path.Match(pattern, name); ok {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out
}

func (f *files) Root() string { return "/project" }

func (f *files) ParseFile(p string) (*syntax.Module, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m, ok := f.trees[p]; ok {
		return m, true
	}
	file, ok := f.data[p]
	if !ok {
		return nil, false
	}
	m := syntax.Parse(file)
	f.trees[p] = m
	return m, true
}

// explore evaluates module settings of a project with a small model of os.
func explore(t *testing.T, contents map[string]string, change func(*eval.Config)) *eval.Result {
	t.Helper()
	cfg := eval.Config{Finder: newFiles(contents), Library: testLibrary(), Trace: func(s string) { t.Error(s) }}
	if change != nil {
		change(&cfg)
	}
	return eval.Explore(cfg, "settings")
}

// testLibrary has as much of os as the tests of the interpreter need.
func testLibrary() eval.Library {
	read := func(c *eval.Call) eval.Value {
		name, ok := c.Arg(0, "key").AsStr()
		if !ok {
			return c.UnknownFrom("a name that is not known", c.Args...)
		}
		return c.Env(eval.EnvRead{Name: name, Default: c.ArgOr(1, "default", eval.MakeNone())})
	}
	return eval.Library{
		"os": func() eval.Model {
			environ := eval.NewObject(eval.NewClass(eval.NativeClass{Name: "os._Environ", Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
				"get": func(c *eval.Call, _ eval.Value) eval.Value { return read(c) },
				"__getitem__": func(c *eval.Call, _ eval.Value) eval.Value {
					name, _ := c.Arg(0, "").AsStr()
					return c.Env(eval.EnvRead{Name: name})
				},
				"__contains__": func(c *eval.Call, _ eval.Value) eval.Value {
					name, _ := c.Arg(0, "").AsStr()
					return c.EnvIsSet(name)
				},
				"setdefault": func(c *eval.Call, _ eval.Value) eval.Value {
					name, _ := c.Arg(0, "").AsStr()
					c.SetEnv(name, c.Arg(1, ""), true)
					return c.Env(eval.EnvRead{Name: name})
				},
				"__setitem__": func(c *eval.Call, _ eval.Value) eval.Value {
					name, _ := c.Arg(0, "").AsStr()
					c.SetEnv(name, c.Arg(1, ""), false)
					return eval.MakeNone()
				},
			}}), nil)
			return eval.Model{Names: map[string]eval.Value{"getenv": eval.NewNative("os.getenv", read), "environ": environ}}
		},
		"conf": func() eval.Model {
			return eval.Model{Names: map[string]eval.Value{"env_bool": eval.NewNative("conf.env_bool", func(c *eval.Call) eval.Value {
				name, _ := c.Arg(0, "name").AsStr()
				return c.Env(eval.EnvRead{Name: name, Default: c.Arg(1, "default"), Cast: "bool", Convert: func(c *eval.Call, text eval.Value) eval.Value {
					s, _ := text.AsStr()
					return eval.MakeBool(strings.ToLower(s) == "true")
				}})
			})}}
		},
	}
}
