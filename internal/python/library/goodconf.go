package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// The package goodconf: settings of pydantic that a file gives too. Facts: goodconf/__init__.py of 7.1.

func goodconfModel() eval.Model {
	names := map[string]eval.Value{
		"Field":              pydanticModel().Names["Field"],
		"GoodConfConfigDict": pydanticModel().Names["SettingsConfigDict"],
	}
	names["GoodConf"] = eval.NewClass(eval.NativeClass{Name: "goodconf.GoodConf", New: newGoodConf, Open: true, Subclassed: describeFields,
		Methods: map[string]method{
			"model_dump": pydanticDump, "dict": pydanticDump,
			"load": func(c *eval.Call, self eval.Value) eval.Value {
				loadGoodConf(c, self, c.Arg(0, "filename"))
				return eval.MakeNone()
			},
		}})
	return eval.Model{Names: names, Open: true}
}

// newGoodConf makes an instance, whose fields are not there before load unless the arguments say so.
func newGoodConf(c *eval.Call, class eval.Value) eval.Value {
	self := eval.NewObject(class, nil)
	load := c.ArgOr(0, "load", eval.MakeBool(false))
	file := c.ArgOr(1, "config_file", eval.MakeNone())
	switch {
	case len(otherKwargs(c, "load", "config_file")) > 0 || load.IsUnknown() || given(file) && load.Truth() != eval.Yes:
		openGoodConf(c, self, "read by a package in a way that is not modelled: goodconf")
	case load.Truth() == eval.Yes:
		loadGoodConf(c, self, file)
	}
	return self
}

func openGoodConf(c *eval.Call, self eval.Value, reason string) {
	for _, f := range pydanticFields(c, self.ClassOf()) {
		self.SetField(f.name, c.Unknown(reason))
	}
}

// loadGoodConf gives an instance its fields: variables first, then the file, then the defaults.
func loadGoodConf(c *eval.Call, self, file eval.Value) {
	class := self.ClassOf()
	list, ok := validatorsOf(class)
	source := settingsSource{c: c, class: class, validators: list, checked: !ok || makesItself(class),
		prefix: pydanticConfig(class, "env_prefix"), file: pydanticFile(c, class), data: eval.MakeDict()}
	var problem string
	if source.values, problem = goodconfFile(c, class, file); problem != "" {
		openGoodConf(c, self, problem)
		return
	}
	for _, f := range complexFirst(pydanticFields(c, class)) {
		value := source.variable(f)
		if source.checked {
			value = c.UnknownFrom(reasonPydantic, value)
		}
		self.SetField(f.name, value)
		source.data.SetKey(eval.MakeStr(f.name), value)
	}
	if !source.checked {
		runModelValidators(c, class, list, self)
	}
}

// goodconfFile are the values of the file that is named, else of the one that the variable file_env_var names, else of the first of
// default_files that is there.
func goodconfFile(c *eval.Call, class, file eval.Value) (values map[string]eval.Value, problem string) {
	if given(file) {
		return goodconfValues(c, file)
	}
	if name, ok := str(pydanticConfig(class, "file_env_var")); ok && c.Truth(c.EnvIsSet(name)) {
		if path := c.Env(eval.EnvRead{Name: name}); path.Truth() != eval.No {
			return goodconfValues(c, path)
		}
	}
	if list := pydanticConfig(class, "default_files"); given(list) {
		for _, e := range c.Iterate(list) {
			path, ok := fspath(e)
			if !ok {
				return nil, "which file of values is read is not known"
			}
			if c.PathExists(path) {
				return goodconfValues(c, e)
			}
		}
	}
	return nil, ""
}

func goodconfValues(c *eval.Call, file eval.Value) (map[string]eval.Value, string) {
	path, ok := fspath(file)
	if !ok {
		return nil, "which file of values is read is not known"
	}
	content, ok := str(c.ReadText(path))
	if !ok {
		return nil, "the content of a file outside of the repository is not known: " + path
	}
	var data eval.Value
	switch {
	case strings.HasSuffix(path, ".yaml"), strings.HasSuffix(path, ".yml"):
		return nil, "a file of values in YAML 1.2 is not modelled: " + path
	case strings.HasSuffix(path, ".toml"):
		data = c.Call(c.GetAttr(c.Import("tomllib"), "loads"), eval.MakeStr(content))
	default:
		data = c.Call(c.GetAttr(c.Import("json"), "loads"), eval.MakeStr(content))
	}
	if data.Kind() != eval.Dict || data.IsOpen() {
		return nil, "a file of values that is no table: " + path
	}
	values := map[string]eval.Value{}
	for _, e := range data.Entries() {
		values[text(e.Key)] = c.FromFile(e.Value, path)
	}
	return values, ""
}
