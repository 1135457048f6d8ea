package eval_test

import (
	"fmt"
	"strings"

	"gonogo/internal/python/eval"
)

// A model of a small module: a function, a class with state that programs can inherit from, and a constant.
func Example() {
	registry := func() eval.Model {
		class := eval.NewClass(eval.NativeClass{
			Name: "registry.Registry",
			Init: func(c *eval.Call, self eval.Value) {
				self.SetState(&[]string{})
				self.SetField("prefix", c.ArgOr(0, "prefix", eval.MakeStr("")))
			},
			Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
				"add": func(c *eval.Call, self eval.Value) eval.Value {
					name, ok := c.Arg(0, "name").AsStr()
					if !ok {
						return c.UnknownFrom("a name that is not known", c.Arg(0, "name"))
					}
					prefix, _ := c.GetAttr(self, "prefix").AsStr()
					names := self.State().(*[]string)
					*names = append(*names, prefix+name)
					return eval.Value{} // None
				},
				"__len__": func(c *eval.Call, self eval.Value) eval.Value {
					return eval.MakeInt(int64(len(*self.State().(*[]string))))
				},
			},
			Properties: map[string]func(*eval.Call, eval.Value) eval.Value{
				"joined": func(c *eval.Call, self eval.Value) eval.Value {
					return eval.MakeStr(strings.Join(*self.State().(*[]string), " "))
				},
			},
		})
		flag := eval.NewNative("registry.flag", func(c *eval.Call) eval.Value {
			name, _ := c.Arg(0, "name").AsStr()
			return c.Env(eval.EnvRead{Name: name, Default: eval.MakeBool(false), Cast: "bool", Convert: func(c *eval.Call, text eval.Value) eval.Value {
				switch s, _ := text.AsStr(); s {
				case "on", "True":
					return eval.MakeBool(true)
				case "off", "False":
					return eval.MakeBool(false)
				default:
					return c.Raise("ValueError", "not a flag: "+s)
				}
			}})
		})
		return eval.Model{Names: map[string]eval.Value{"Registry": class, "flag": flag, "VERSION": eval.MakeStr("1.0")}}
	}
	project := newFiles(map[string]string{"settings.py": `
from registry import Registry, flag, VERSION
class Loud(Registry):
    def add(self, name):
        super().add(name.upper())
r = Loud(prefix="app.")
r.add("one")
r.add(name="two") if flag("TWO") else None
APPS, COUNT = r.joined, len(r)
`})
	result := eval.Explore(eval.Config{Finder: project, Library: eval.Library{"registry": registry}}, "settings")
	for _, w := range result.Worlds {
		fmt.Println(w.Names["APPS"].Repr(100), w.Names["COUNT"].Repr(100))
		for _, c := range w.Conditions {
			fmt.Println("  when", c.Text)
		}
	}
	// Output:
	// 'app.ONE' 1
	// 'app.ONE app.TWO' 2
	//   when environment variable TWO is "True"
}
