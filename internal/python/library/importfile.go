package library

import (
	"gonogo/internal/python/eval"
)

// Modules that are made of a file by its path: importlib.util, importlib.machinery and runpy.

// fileSpec is the state of a ModuleSpec for a file.
type fileSpec struct{ name, path string }

// specFromFile is importlib.util.spec_from_file_location(name, location).
func specFromFile(class eval.Value) func(*eval.Call) eval.Value {
	return func(c *eval.Call) eval.Value {
		name, ok := str(c.Arg(0, "name"))
		path, ok2 := fspath(c.Arg(1, "location"))
		if !ok || !ok2 {
			return c.UnknownFrom("which file is imported is not known", c.Args...)
		}
		spec := eval.NewObject(class, &fileSpec{name, path})
		spec.SetField("name", eval.MakeStr(name))
		spec.SetField("origin", eval.MakeStr(path))
		spec.SetField("loader", sourceFileLoader(path))
		return spec
	}
}

// sourceFileLoader is the loader of a file: it runs the file in a module.
func sourceFileLoader(path string) eval.Value {
	exec := func(c *eval.Call, _ eval.Value) eval.Value {
		runFileIn(c, path, c.Arg(0, "module"))
		return eval.MakeNone()
	}
	return eval.NewObject(eval.NewClass(eval.NativeClass{Name: "importlib.machinery.SourceFileLoader", Open: true,
		Methods: map[string]method{"exec_module": exec}}), nil)
}

// runFileIn runs a file with the names of a module. What a file that is not in the project would set is not known.
func runFileIn(c *eval.Call, path string, module eval.Value) {
	if !module.IsValid() || module.Kind() != eval.Module {
		return
	}
	names := c.GetAttr(module, "__dict__")
	if _, inside, exists := c.File(path); inside && exists && c.RunFile(path, names) {
		return
	}
	if !c.PathExists(path) {
		c.Raise("FileNotFoundError", "[Errno 2] No such file or directory: '"+path+"'")
	}
	c.Override("the file " + path)
	names.SetOpen("the content of a file outside of the repository is not known: " + path)
}

// moduleFromSpec is importlib.util.module_from_spec(spec): an empty module.
func moduleFromSpec(c *eval.Call) eval.Value {
	spec, ok := c.Arg(0, "spec").State().(*fileSpec)
	if !ok {
		return c.UnknownFrom("which module is made is not known", c.Args...)
	}
	return c.NewFileModule(spec.name, spec.path)
}

// runpyModel is the module runpy.
func runpyModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"run_path": eval.NewNative("runpy.run_path", runPath),
	}}
}

// runPath is runpy.run_path(path, init_globals, run_name): the names that a file of the project sets.
func runPath(c *eval.Call) eval.Value {
	path, ok := fspath(c.Arg(0, "path_name"))
	name, ok2 := str(c.ArgOr(2, "run_name", eval.MakeStr("<run_path>")))
	if !ok || !ok2 || isNone(c.ArgOr(2, "run_name", eval.MakeStr(""))) {
		return c.UnknownFrom("which file is run is not known", c.Args...)
	}
	module := c.NewFileModule(name, path)
	names := c.GetAttr(module, "__dict__")
	if given(c.Arg(1, "init_globals")) {
		for _, e := range c.Iterate(c.Call(c.GetAttr(c.Arg(1, "init_globals"), "items"))) {
			if pair := e.Elems(); len(pair) == 2 {
				names.SetKey(pair[0], pair[1])
			}
		}
	}
	for key, v := range map[string]eval.Value{"__name__": eval.MakeStr(name), "__file__": eval.MakeStr(path), "__spec__": eval.MakeNone()} {
		names.SetKey(eval.MakeStr(key), v)
	}
	runFileIn(c, path, module)
	return c.Call(c.GetAttr(names, "copy"))
}
