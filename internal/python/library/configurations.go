package library

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/dotenv"
)

// The package django-configurations (configurations). Facts: its documentation and source text of 2.2 to 2.5.

const configurationName = "configurations.base.Configuration"

// configurationsModel is the package configurations; what the class named by DJANGO_CONFIGURATION holds becomes
// settings of the module at its end.
func configurationsModel() eval.Model {
	configuration := eval.NewClass(eval.NativeClass{Name: configurationName, Open: true, Init: func(*eval.Call, eval.Value) {},
		ClassMethods: map[string]method{
			"pre_setup": func(c *eval.Call, class eval.Value) eval.Value {
				loadConfigurationDotenv(c, class)
				return eval.MakeNone()
			},
			"load_dotenv": func(c *eval.Call, class eval.Value) eval.Value {
				loadConfigurationDotenv(c, class)
				return eval.MakeNone()
			},
			"setup": func(c *eval.Call, class eval.Value) eval.Value {
				for _, name := range upperNames(class) {
					v := class.Attr(name)
					if _, ok := v.State().(*configValue); ok {
						setUpValue(c, class, name, v)
					}
				}
				return eval.MakeNone()
			},
			"post_setup": func(*eval.Call, eval.Value) eval.Value { return eval.MakeNone() },
		},
		Subclassed: flattenConfiguration})
	pristine := eval.NewNative("configurations.decorators.pristinemethod", func(c *eval.Call) eval.Value {
		fn := c.Arg(0, "func")
		if fn.Kind() == eval.Callable {
			c.SetAttr(fn, "pristine", eval.MakeBool(true))
		}
		return c.Call(builtin(c, "staticmethod"), fn)
	})
	return eval.Model{Open: true, Finish: finishConfiguration, Names: map[string]eval.Value{
		"Configuration": configuration, "Settings": configuration, "pristinemethod": pristine,
		"setup": inert("configurations.setup"), "load_ipython_extension": inert("configurations.load_ipython_extension"),
	}}
}

// isUpper is configurations.utils.isuppercase.
func isUpper(name string) bool {
	return name == strings.ToUpper(name) && !strings.HasPrefix(name, "_")
}

// upperNames are the names of settings that a class has, its bases' among them, sorted.
func upperNames(class eval.Value) []string {
	var names []string
	for _, k := range class.MRO() {
		for _, e := range k.Fields() {
			if name, ok := str(e.Key); ok && isUpper(name) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// flattenConfiguration copies the settings of the bases into a new class, the first base's last. So does the
// metaclass, with the effect that a setting of the first base wins over one that another base overrides.
func flattenConfiguration(c *eval.Call, class eval.Value) {
	own := map[string]bool{}
	for _, e := range class.Fields() {
		if name, ok := str(e.Key); ok {
			own[name] = true
		}
	}
	bases := c.GetAttr(class, "__bases__").Elems()
	for i := len(bases) - 1; i >= 0; i-- {
		for _, name := range upperNames(bases[i]) {
			if !own[name] {
				class.SetField(name, bases[i].Attr(name))
			}
		}
	}
}

// loadConfigurationDotenv reads the file that the class names in DOTENV.
func loadConfigurationDotenv(c *eval.Call, class eval.Value) {
	path, ok := fspath(class.Attr("DOTENV"))
	if !ok || path == "" {
		return
	}
	if f := dotenvFile(c, path); f != nil {
		loadVariables(c, f, dotenv.Configurations(string(f.Data)), false)
	}
}

// finishConfiguration makes the settings of the chosen class names of the module.
func finishConfiguration(c *eval.Call, module eval.Value) {
	class := chosenConfiguration(c, module)
	if !class.IsValid() {
		return
	}
	for _, step := range []string{"pre_setup", "setup"} {
		c.Call(c.GetAttr(class, step))
	}
	obj := c.Call(class)
	for _, name := range upperNames(class) {
		v, ok := c.FindAttr(obj, name)
		if !ok {
			continue
		}
		if v.Kind() == eval.Callable && !isPristine(c, v) {
			v = c.Call(v)
			if _, isValue := v.State().(*configValue); isValue {
				setUpValue(c, module, name, v)
				continue
			}
		}
		c.SetAttr(module, name, v)
	}
	c.SetAttr(module, "CONFIGURATION", eval.MakeStr(module.Dotted()+"."+lastName(class.Dotted())))
	c.Call(c.GetAttr(class, "post_setup"))
}

func isPristine(c *eval.Call, fn eval.Value) bool {
	v, ok := c.FindAttr(fn, "pristine")
	return ok && v.Truth() == eval.Yes
}

// ProductionConfigurations are the names that a production class of django-configurations has, in order of preference.
func ProductionConfigurations() []string {
	return []string{"Production", "Prod", "ProductionConfiguration", "ProductionSettings", "ProdSettings", "Live", "Prd"}
}

const unknownConfiguration = "which configuration class production uses is not known; set DJANGO_CONFIGURATION where the process is started"

// chosenConfiguration is the class that DJANGO_CONFIGURATION names. When the variable is not given, it is the one that is called like
// production, or the only one from which no other inherits; invalid, and the module open, when that is not clear.
func chosenConfiguration(c *eval.Call, module eval.Value) eval.Value {
	var classes []eval.Value
	for _, e := range module.Fields() {
		if e.Value.Kind() == eval.Class && e.Value.IsSubclass(configurationName) && e.Value.Dotted() != configurationName {
			classes = append(classes, e.Value)
		}
	}
	if len(classes) == 0 {
		return eval.Value{}
	}
	variable := c.Env(eval.EnvRead{Name: "DJANGO_CONFIGURATION", Default: eval.MakeNone()})
	if name, ok := str(variable); ok {
		return module.Attr(name)
	}
	for _, name := range ProductionConfigurations() {
		for _, k := range classes {
			if lastName(k.Dotted()) == name {
				return k
			}
		}
	}
	var leaves []eval.Value
	for _, k := range classes {
		leaf := true
		for _, other := range classes {
			leaf = leaf && (other.Dotted() == k.Dotted() || !other.IsSubclass(k.Dotted()))
		}
		if leaf {
			leaves = append(leaves, k)
		}
	}
	if len(leaves) == 1 {
		return leaves[0]
	}
	c.Diagnose(unknownConfiguration)
	c.OpenAll(unknownConfiguration, c.Globals())
	return eval.Value{}
}
