package eval

import (
	"path"
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// newNativeModule makes a module of a model.
func newNativeModule(dotted string, m Model) *moduleData {
	d := &moduleData{name: dotted, globals: newDict(), getattr: m.Getattr, open: m.Open}
	if m.Open {
		d.reason = "not modelled: " + dotted
	}
	d.globals.reserve(len(m.Names))
	for _, name := range sortedKeys(m.Names) {
		d.globals.setStr(name, m.Names[name])
	}
	if m.Open {
		d.globals.open = MakeSpread(d.reason)
	}
	return d
}

// model is a modelled module, made once a run; nil when there is none.
func (r *run) model(dotted string) *moduleData {
	if m, ok := r.models[dotted]; ok {
		return m
	}
	make_, ok := r.cfg.Library[dotted]
	if !ok {
		r.models[dotted] = nil
		return nil
	}
	model := make_()
	if model.Finish != nil {
		r.finishers = append(r.finishers, model.Finish)
	}
	m := newNativeModule(dotted, model)
	m.pkg = true
	r.models[dotted] = m
	return m
}

// importModule imports a module by its full name, with the packages above it.
func (r *run) importModule(dotted string, at source.Span, f *frame) Value {
	var m *moduleData
	for start, last := 0, false; !last; {
		end := len(dotted)
		if next := strings.IndexByte(dotted[start:], '.'); next >= 0 {
			end = start + next
		} else {
			last = true
		}
		m = r.importOne(dotted[:end], m, last, at, f)
		r.touch(dotted[:end], f)
		start = end + 1
	}
	return Value{data: m}
}

// importOne imports one module; parent is the package above it, or nil.
func (r *run) importOne(dotted string, parent *moduleData, last bool, at source.Span, f *frame) *moduleData {
	if m, ok := r.modules[dotted]; ok {
		return m
	}
	tree, pkg, ok := r.cfg.Finder.Module(dotted)
	namespace := ok && pkg && (tree == nil || tree.File == nil || path.Base(tree.File.Path) != "__init__.py")
	if ok && namespace && (parent == nil || parent.tree == nil && parent.globals.size() == 0 && !parent.pkg) && r.model(dotted) != nil {
		ok = false
	}
	if !ok {
		if m := r.importInstalled(dotted, parent, at, f); m != nil {
			return m
		}
		return r.importForeign(dotted, parent, at, f)
	}
	if r.installing+r.inPackage > 0 {
		defer r.outOfPackages()()
	}
	m := &moduleData{name: dotted, tree: tree, pkg: pkg, globals: r.newGlobals()}
	r.prepare(m)
	r.modules[dotted] = m
	if tree != nil && tree.File != nil {
		r.shared.imported[dotted] = true
	}
	r.runModule(m, at, f)
	if parent != nil {
		r.bindSubmodule(parent, dotted, m)
	}
	return m
}

func (r *run) bindSubmodule(parent *moduleData, dotted string, m *moduleData) {
	name := lastPart(dotted)
	owner := parent.globals.owner
	parent.globals.owner = nil
	parent.globals.setStr(name, Value{data: m})
	parent.globals.owner = owner
}

func (r *run) newGlobals() *dictData {
	d := &dictData{owner: r, isModule: true}
	if r.shared.exploring {
		d.assigned = map[string][]source.Span{}
	}
	return d
}

// prepare gives a module the names that every module has.
func (r *run) prepare(m *moduleData) {
	if m.tree != nil {
		m.globals.expect(namesOfModules + len(m.tree.Body))
	}
	set := func(name string, v Value) { m.globals.setStr(name, v) }
	m.globals.owner = nil
	set("__name__", MakeStr(m.name))
	set("__package__", MakeStr(m.packageName()))
	set("__doc__", MakeNone())
	set("__builtins__", Value{data: r.builtinsModule()})
	set("__spec__", MakeUnknown("the specification of a module"))
	if p := m.path(); p != "" {
		set("__file__", MakeStr(r.absolute(p)))
		if m.pkg {
			set("__path__", MakeList(MakeStr(r.absolute(path.Dir(p)))))
		}
	}
	if m.tree != nil {
		set("__doc__", docstring(m.tree.Body))
	}
	m.globals.owner = r
}

// namesOfModules is how many names every module has.
const namesOfModules = 7

func docstring(body []syntax.Stmt) Value {
	if len(body) > 0 {
		if s, ok := body[0].(*syntax.ExprStmt); ok {
			if c, ok := s.Value.(*syntax.Constant); ok && c.Kind == syntax.Str {
				return MakeStr(c.Value)
			}
		}
	}
	return MakeNone()
}

// absolute is a path of the project as the program sees it.
func (r *run) absolute(p string) string {
	if path.IsAbs(p) {
		return p // of an installed package
	}
	return path.Join(r.cfg.Finder.Root(), p)
}

// runModule runs the statements of a module. An exception leaves it out of sys.modules, as in Python.
func (r *run) runModule(m *moduleData, at source.Span, caller *frame) {
	if m.tree == nil {
		return
	}
	f := &frame{module: m, space: m.globals, global: m.globals, file: m.tree.File, caller: caller, callAt: at}
	m.running = true
	r.enter()
	saved := r.at
	t := r.protect(func() { r.execModule(f, m.tree) })
	r.at = saved
	m.running = false
	if t != nil {
		delete(r.modules, m.name)
		r.dyn.depth--
		panic(t)
	}
	r.dyn.depth--
}

// execModule runs the top-level statements. One that uses up its limits is given up, and what it might have done is unknown.
func (r *run) execModule(f *frame, tree *syntax.Module) {
	if tree.Diagnostics != nil {
		r.syntaxDiagnostics(tree)
	}
	outer := r.top
	defer func() { r.top = outer }()
	for _, s := range tree.Body {
		r.top = s
		run := r.execBounded
		if r.lenient != nil && !f.module.installed {
			run = r.execLenient
		}
		if run(f, s) != flowNext {
			break
		}
	}
}

func (r *run) syntaxDiagnostics(tree *syntax.Module) {
	for _, d := range tree.Diagnostics {
		if d.Since != 0 && (r.cfg.Python == [2]int{} || r.cfg.Python[0]*100+r.cfg.Python[1] >= d.Since) {
			continue
		}
		at := source.Span{File: tree.File, Start: d.Start, End: d.End}
		r.diagnose(at, "syntax error: "+d.Message)
	}
}

// moduleAttr is module.name.
func (r *run) moduleAttr(m *moduleData, name string, at source.Span, f *frame) (Value, bool) {
	if v, ok := m.globals.getStr(name); ok {
		return v, true
	}
	if m.getattr != nil {
		if v, ok := m.getattr(name); ok {
			return v, true
		}
	}
	switch name {
	case "__dict__":
		return Value{data: m.globals}, true
	case "__name__":
		return MakeStr(m.name), true
	case "__class__":
		return builtinClass("module"), true
	case "__doc__", "__file__", "__version__", "__path__":
		if m.tree == nil {
			return derived(MakeUnknown(unmodelledReason(m.name)), at), true
		}
	}
	if fn, ok := m.globals.getStr("__getattr__"); ok && m.tree != nil {
		var out Value
		t := r.protect(func() { out = r.call(fn, []Value{MakeStr(name)}, nil, at, f) })
		if !r.ends(t, "AttributeError") {
			return out, true
		}
		return Value{}, false
	}
	if sub := r.model(m.name + "." + name); sub != nil {
		return Value{data: sub}, true
	}
	if m.open {
		return r.unmodelledName(m, name, at), true
	}
	if m.globals.open.IsValid() {
		return r.unknownName(m.globals.open, name, at), true
	}
	return Value{}, false
}

// NewFileModule is an empty module that is to be filled by running a file; it is not imported by its name.
func (c *Call) NewFileModule(name, path string) Value {
	m := &moduleData{name: name, globals: newDict()}
	c.run.prepare(m)
	m.globals.owner = nil
	m.globals.setStr("__file__", MakeStr(path))
	return Value{data: m}
}
