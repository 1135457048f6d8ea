package eval

import "gonogo/internal/source"

// EnvRead asks for an environment variable.
type EnvRead struct {
	Name string
	// Default is used when the variable is not set; invalid means that it is required.
	Default Value
	// Cast is what the text is made into, for messages: "str", "bool", "int", "list", "json", "url", ...; "" when nothing is.
	// For "bool" the world in which the variable is set has the opposite of the default.
	Cast string
	// Convert makes the value from the text; nil leaves it a Str. It is called for known text only and may Raise.
	// When the text is not known the result is an Unknown of the type Cast.
	Convert func(c *Call, text Value) Value
	// ConvertDefault says that Convert is applied to the default too (python-decouple, environs).
	ConvertDefault bool
	// Missing raises what the library raises for a required variable that is not set; nil raises KeyError(name).
	// It is only called when it is certain that the variable is not set, or when the program would catch the exception.
	Missing func(c *Call) Value
	// MissingClass is the dotted name of the exception that Missing raises; "" is "KeyError".
	MissingClass string
}

// Env reads an environment variable as the world at hand has it: given, not set, or symbolic. The result's origin names the variable.
func (c *Call) Env(r EnvRead) Value { return c.run.readEnv(c, r) }

// EnvIsSet is the truth of `name in os.environ`.
func (c *Call) EnvIsSet(name string) Value { return c.run.envIsSet(c, name) }

// SetEnv is `os.environ[name] = value`; with onlyIfMissing it is os.environ.setdefault.
// A value that is set this way counts as given from then on, with the value's own provenance.
func (c *Call) SetEnv(name string, value Value, onlyIfMissing bool) {
	c.run.setEnv(c, name, value, onlyIfMissing)
}

// UnsetEnv is `del os.environ[name]`.
func (c *Call) UnsetEnv(name string) { c.run.unsetEnv(name) }

// EnvEntries are the variables that are known to be set, sorted by name; complete is false when there can be more.
func (c *Call) EnvEntries() (list []Entry, complete bool) { return c.run.envEntries() }

// ---- running Python

// Call calls any callable value.
func (c *Call) Call(fn Value, args ...Value) Value { return c.run.call(fn, args, nil, c.At, c.frame) }

// CallKw calls any callable value with keyword arguments.
func (c *Call) CallKw(fn Value, args []Value, kwargs []Kwarg) Value {
	return c.run.call(fn, args, kwargs, c.At, c.frame)
}

// GetAttr is getattr(v, name); it raises AttributeError.
func (c *Call) GetAttr(v Value, name string) Value { return c.run.getAttr(v, name, c.At, c.frame) }

// FindAttr is GetAttr that reports a missing attribute, also one that raises AttributeError, instead of raising.
func (c *Call) FindAttr(v Value, name string) (Value, bool) {
	return c.run.tryAttr(v, name, c.At, c.frame)
}

// Dir is dir(v): a List of names, or an Unknown.
func (c *Call) Dir(v Value) Value {
	inner := *c
	inner.Args, inner.Kwargs = []Value{v}, nil
	return builtinDir(&inner)
}

// SetAttr is setattr(v, name, value).
func (c *Call) SetAttr(v Value, name string, value Value) {
	c.run.setAttr(v, name, value, c.At, c.frame)
}

// Index is v[key].
func (c *Call) Index(v, key Value) Value { return c.run.getItem(v, key, c.At, c.frame) }

// SetIndex is v[key] = value.
func (c *Call) SetIndex(v, key, value Value) { c.run.setItem(v, key, value, c.At, c.frame) }

// Iterate is list(v): the elements of anything iterable. A part that isn't known is one element for which IsSpread holds.
// It raises TypeError for what is not iterable.
func (c *Call) Iterate(v Value) []Value { return c.run.iterate(v, c.At, c.frame) }

// Iterator is iter(v) as a function that gives the next element; ok is false at the end. A part that isn't known is one element for
// which IsSpread holds, and what follows it is not asked for.
func (c *Call) Iterator(v Value) func() (e Value, ok bool) {
	return c.run.iterator(v, c.At, c.frame).next
}

// Step counts as a step of the run, so that an endless loop in Go ends like one in Python.
func (c *Call) Step() { c.run.step() }

// Str is str(v): a Str, or an Unknown.
func (c *Call) Str(v Value) Value { return c.run.str(v, c.At, c.frame) }

// Repr is repr(v): a Str, or an Unknown.
func (c *Call) Repr(v Value) Value { return c.run.reprOf(v, c.At, c.frame) }

// Truth is bool(v). When it can't be known it takes this world's decision, which is the same each time the same thing is asked.
func (c *Call) Truth(v Value) bool { return c.run.branch(v, c.At, c.frame) }

// Decide takes this world's decision in a matter that is no value: the first time with a key it is registered, so that another
// world takes it the other way. shipped is what is so when nobody does anything. text is a clause for people.
func (c *Call) Decide(kind ConditionKind, key, name, text string, shipped bool) bool {
	return c.run.decide(decision{kind: kind, key: key, name: name, text: text, at: c.At, shipped: shipped})
}

// MayRaise is for a result that is not known, where Python may as well raise an exception: when the program would catch it, that is decided
// between worlds.
func (c *Call) MayRaise(class, message string) {
	if !c.run.wouldCatch(class) {
		return
	}
	key := "raises " + class + "@" + place(c.At)
	if !c.Decide(Opaque, key, "", "`"+oneLine(c.At.Text())+"` does not raise "+class, true) {
		c.Raise(class, message)
	}
}

// TypeOf is type(v), always a Class (or Unknown).
func (c *Call) TypeOf(v Value) Value { return c.run.typeOf(v) }

// IsInstance is isinstance(v, class) for a class by dotted name or plain builtin name.
func (c *Call) IsInstance(v Value, class string) Tri { return c.run.isInstanceOf(v, class) }

// Operator applies a binary operator by its text: "+", "/", "|", "==", "<", "in", ...
func (c *Call) Operator(op string, a, b Value) Value { return c.run.operator(op, a, b, c.At, c.frame) }

// ClassAnnotations are the names that the body of a Python class annotated, in order, with the annotations evaluated
// (Unknown where that fails). Inherited ones are not among them.
func (c *Call) ClassAnnotations(class Value) []Entry { return c.run.annotations(class) }

// ---- the program

// Import is importlib.import_module: it runs the module in the project, or gives the model. It raises ModuleNotFoundError.
func (c *Call) Import(dotted string) Value { return c.run.importModule(dotted, c.At, c.frame) }

// ImportRelative resolves a name with leading dots against a package first.
func (c *Call) ImportRelative(name, pkg string) Value {
	return c.run.importModule(resolveRelative(name, pkg), c.At, c.frame)
}

// ModuleIsKnown reports whether a module is in the project or modelled, or (installed) its distribution is known to be installed.
func (c *Call) ModuleIsKnown(dotted string) Tri { return c.run.moduleExists(dotted) }

// Modules is sys.modules as far as it goes: the modules that were imported, by name.
func (c *Call) Modules() Value { return c.run.loadedModules() }

// Globals is globals() of the Python code that called: a live Dict.
func (c *Call) Globals() Value { return Value{data: c.frame.globals()} }

// Locals is locals() of the Python code that called: a live Dict at module and class level, a copy in a function.
func (c *Call) Locals() Value { return c.frame.locals() }

// CallerName is __name__ of the module that called, CallerPackage its __package__, CallerFile its path relative to the root.
func (c *Call) CallerName() string { return c.frame.module.name }

// CallerPackage is __package__ of the module that called.
func (c *Call) CallerPackage() string { return c.frame.module.packageName() }

// CallerFile is the path relative to the root of the module that called, "" when it has none.
func (c *Call) CallerFile() string { return c.frame.module.path() }

// RunFile runs a file of the project as Python with a Dict as its global names (exec of a file, split_settings' include).
// ok is false when there is no such file. Names that it sets are traced like those of the module that called.
func (c *Call) RunFile(path string, globals Value) (ok bool) {
	return c.run.runFile(path, globals, c.At, c.frame)
}

// Exec runs Python text with a Dict as its global names.
func (c *Call) Exec(text string, globals Value) { c.run.execText(text, globals, c.At, c.frame) }

// Eval evaluates a Python expression with a Dict as its global names.
func (c *Call) Eval(text string, globals Value) Value {
	return c.run.evalText(text, globals, c.At, c.frame)
}

// ---- files

// File is a file of the project. path is absolute (below the root) or relative to the root; "..", "." and double slashes are resolved.
// inside is false for a path outside the project, about which nothing is known.
func (c *Call) File(path string) (f *source.File, inside, exists bool) { return c.run.file(path) }

// ReadText is the content of a file of the project as a Str with its provenance. For a file that is not there FileNotFoundError is
// raised, or, when it could exist on the server (outside of the project, or ignored by version control), this world decides
// whether it does; its content is Unknown then.
func (c *Call) ReadText(path string) Value { return c.run.readText(c, path) }

// PathExists is os.path.exists for a file that is read for settings where it exists; a Bool that may hang on a decision of kind FileThere.
func (c *Call) PathExists(path string) bool { return c.run.pathExists(c, path, true) }

// PathAsked is os.path.exists where the program only asks: what is not named like a file of settings replaces nothing unless it is read.
func (c *Call) PathAsked(path string) bool { return c.run.pathExists(c, path, false) }

// IsDir tells whether the project has files below a path.
func (c *Call) IsDir(path string) bool { return c.run.isDir(path) }

// Glob are the absolute paths of the project's files that match an absolute or relative shell pattern, sorted.
func (c *Call) Glob(pattern string) []string { return c.run.glob(pattern) }

// Root is the absolute path under which the project is imagined to live.
func (c *Call) Root() string { return c.run.cfg.Finder.Root() }

// Config is what the evaluation was given.
func (c *Call) Config() Config { return c.run.cfg }

// Override notes that values can be replaced from outside the repository at this place.
func (c *Call) Override(what string) { c.run.override(what, c.At) }

// Diagnose notes something that could not be read as it should have been.
func (c *Call) Diagnose(message string) { c.run.diagnose(c.At, message) }

// Uncertain reports whether the call may not be made at all, or any number of times (in a loop over something unknown), and why.
func (c *Call) Uncertain() (reason string, ok bool) {
	if c.run.weak == nil {
		return "", false
	}
	return c.run.weak.reason.Reason(), true
}

// OpenAll makes what an unmodelled function may change through its arguments open: lists and sets get an unknown part,
// dictionaries become open and their values Unknown.
func (c *Call) OpenAll(reason string, values ...Value) {
	for _, v := range values {
		openValue(v, reason, 0)
	}
}
