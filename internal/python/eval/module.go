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
	for _, name := range sortedKeys(m.Names) {
		d.globals.setStr(name, m.Names[name])
	}
	return d
}

// unmodelledModule is a module of a package that is neither in the project nor modelled.
func unmodelledModule(dotted string) *moduleData {
	return &moduleData{name: dotted, globals: newDict(), open: true, pkg: true, reason: unmodelledReason(dotted)}
}

func unmodelledReason(dotted string) string {
	return "computed by a package that is not in the project: " + dotted
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
	parts := strings.Split(dotted, ".")
	var m *moduleData
	for i := range parts {
		m = r.importOne(strings.Join(parts[:i+1], "."), m, i == len(parts)-1, at, f)
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
		return r.importForeign(dotted, parent, at, f)
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
	return &dictData{owner: r, assigned: map[string][]source.Span{}}
}

// prepare gives a module the names that every module has.
func (r *run) prepare(m *moduleData) {
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
func (r *run) absolute(p string) string { return path.Join(r.cfg.Finder.Root(), p) }

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
	for _, s := range tree.Body {
		if r.execBounded(f, s) != flowNext {
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

// maxExhausted is how many statements of a run may use up their limits before it is given up.
const maxExhausted = 3

// execBounded runs one statement of a module.
func (r *run) execBounded(f *frame, s syntax.Stmt) (end flow) {
	dyn, depth, nested, weak := r.dyn, r.dyn.depth, r.nested, r.weak
	handlers, controls := len(dyn.handlers), len(dyn.controls)
	defer func() {
		x := recover()
		if x == nil {
			return
		}
		e, ok := x.(exhausted)
		if !ok || r.exhausted >= maxExhausted {
			panic(x)
		}
		r.exhausted++
		r.exiting = false
		r.dyn, r.nested, r.weak = dyn, nested, weak
		dyn.depth, dyn.handlers, dyn.controls = depth, dyn.handlers[:handlers], dyn.controls[:controls]
		r.steps = max(r.steps, r.limits.Steps/20)
		r.bytes = max(r.bytes, r.limits.Bytes/20)
		at := f.span(s)
		r.diagnose(at, "this statement was given up after "+e.what+"; what it sets is not known")
		r.giveUp(f, s, at, e)
	}()
	return r.exec(f, s)
}

// giveUp makes unknown what a statement might have changed.
func (r *run) giveUp(f *frame, s syntax.Stmt, at source.Span, e exhausted) {
	u := derived(MakeUnknown("given up after "+e.what), at)
	switch s.(type) {
	case *syntax.Import, *syntax.ImportFrom:
		r.openNames(f.global, u)
	}
	bound, mentioned := assignedNames([]syntax.Stmt{s})
	for _, name := range mentioned {
		if v, ok := f.global.getStr(name); ok {
			openValue(v, u.Reason(), 0)
		}
	}
	for _, name := range bound {
		r.store(f, name, u, at)
	}
}

// importForeign imports what is not in the project.
func (r *run) importForeign(dotted string, parent *moduleData, at source.Span, f *frame) *moduleData {
	if m := r.model(dotted); m != nil {
		r.modules[dotted] = m
		if parent != nil {
			r.bindSubmodule(parent, dotted, m)
		}
		return m
	}
	if parent != nil {
		if v, ok := parent.globals.getStr(lastPart(dotted)); ok {
			if m, ok := v.data.(*moduleData); ok {
				r.modules[dotted] = m
				return m
			}
		}
	}
	if !r.exists(dotted, parent, at, f) {
		r.raise(at, "ModuleNotFoundError", "No module named '"+dotted+"'")
	}
	m := unmodelledModule(dotted)
	r.modules[dotted] = m
	if parent != nil {
		r.bindSubmodule(parent, dotted, m)
	}
	return m
}

// exists decides whether a module that is neither in the project nor modelled can be imported.
func (r *run) exists(dotted string, parent *moduleData, at source.Span, f *frame) bool {
	inProject := parent != nil && parent.tree != nil && parent.tree.File != nil
	guarded := r.wouldCatch("ModuleNotFoundError")
	if inProject {
		return guarded && r.optionalFile(moduleFile(dotted), at)
	}
	top, _, _ := strings.Cut(dotted, ".")
	if isStandard(top) {
		return r.hasStandard(top)
	}
	if !guarded {
		return true
	}
	if looksLocal(dotted) && !r.isInstalled(top) {
		return r.optionalFile(moduleFile(dotted), at)
	}
	switch r.moduleExists(dotted) {
	case Yes:
		return true
	case No:
		return false
	}
	return r.decide(decision{kind: Opaque, key: "installed:" + top, name: top, at: at, shipped: true, text: "package " + top + " is installed"})
}

// moduleFile is the file that a module would have.
func moduleFile(dotted string) string { return strings.ReplaceAll(dotted, ".", "/") + ".py" }

// looksLocal reports whether a module's name is one that projects give to settings outside of the repository.
func looksLocal(dotted string) bool {
	for _, word := range []string{"local", "settings", "secret", "config", "override", "private", "credentials"} {
		if strings.Contains(dotted, word) {
			return true
		}
	}
	return false
}

// optionalFile decides whether a file exists that the repository does not have.
func (r *run) optionalFile(name string, at source.Span) bool {
	r.override(name+", which is not in the repository", at)
	return r.decide(decision{kind: FileThere, key: "file:" + name, name: name, at: at, text: "file " + name + " exists"})
}

// moduleExists answers as far as the project, the models and the dependencies tell.
func (r *run) moduleExists(dotted string) Tri {
	if _, _, ok := r.cfg.Finder.Module(dotted); ok {
		return Yes
	}
	top, _, _ := strings.Cut(dotted, ".")
	if isStandard(top) {
		return tri(r.hasStandard(top))
	}
	if r.isInstalled(top) {
		return Yes
	}
	if r.cfg.Installed != nil {
		if _, known := r.cfg.Installed(top); known {
			return No
		}
	}
	return Maybe
}

// isInstalled reports whether a distribution that brings the top-level module is known to be installed.
func (r *run) isInstalled(top string) bool {
	if r.cfg.Installed == nil {
		return false
	}
	for _, name := range distributions(top) {
		if version, known := r.cfg.Installed(name); known && version != "" {
			return true
		}
	}
	return false
}

func (r *run) loadedModules() Value {
	d := newDict()
	for _, name := range sortedKeys(r.modules) {
		d.setStr(name, Value{data: r.modules[name]})
	}
	v := Value{data: d}
	v.SetOpen("the modules that are loaded")
	return v
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

// unmodelledName is a name of a module that is not modelled: CapWords are taken for classes, which record their arguments.
func (r *run) unmodelledName(m *moduleData, name string, at source.Span) Value {
	reason := m.reason
	if reason == "" {
		reason = unmodelledReason(m.name)
	}
	if isCapWords(name) {
		c := newNativeClass(NativeClass{Name: m.name + "." + name, Open: true})
		c.open, c.reason = true, reason
		v := Value{data: c}
		m.globals.setStr(name, v)
		return v
	}
	return Value{data: &unknownData{reason: reason, op: "name " + m.name + "." + name}, origin: &Origin{At: at}}
}

func isCapWords(name string) bool {
	if name == "" || name[0] < 'A' || name[0] > 'Z' {
		return false
	}
	for i := 1; i < len(name); i++ {
		if name[i] >= 'a' && name[i] <= 'z' {
			return true
		}
	}
	return false
}

// resolveRelative resolves ".name" against a package.
func resolveRelative(name, pkg string) string {
	level := 0
	for level < len(name) && name[level] == '.' {
		level++
	}
	if level == 0 {
		return name
	}
	for i := 1; i < level; i++ {
		j := strings.LastIndexByte(pkg, '.')
		if j < 0 {
			j = 0
		}
		pkg = pkg[:j]
	}
	rest := name[level:]
	switch {
	case rest == "":
		return pkg
	case pkg == "":
		return rest
	}
	return pkg + "." + rest
}

func (r *run) execImport(f *frame, s *syntax.Import) {
	for _, a := range s.Names {
		at := f.span(a)
		v := r.importModule(a.Name, at, f)
		name := boundName(a)
		if a.AsName == "" && strings.Contains(a.Name, ".") {
			v = r.importModule(name, at, f)
		}
		r.store(f, name, v, at)
	}
}

func (r *run) execImportFrom(f *frame, s *syntax.ImportFrom) {
	at := f.span(s)
	if s.Level == 0 && s.Module == "__future__" {
		return
	}
	name := s.Module
	if s.Level > 0 {
		pkg := f.module.packageName()
		if p, ok := f.global.getStr("__package__"); ok {
			if text, isText := p.AsStr(); isText {
				pkg = text
			}
		}
		if pkg == "" || strings.Count(pkg, ".") < s.Level-1 {
			r.raise(at, "ImportError", "attempted relative import with no known parent package")
		}
		name = resolveRelative(strings.Repeat(".", s.Level)+s.Module, pkg)
	}
	v := r.importModule(name, at, f)
	m, ok := v.data.(*moduleData)
	if !ok {
		return
	}
	for _, a := range s.Names {
		if a.Name == "*" {
			r.importStar(f, m, at)
			continue
		}
		r.bindImported(f, m, a)
	}
}

// bindImported is `from m import a`.
func (r *run) bindImported(f *frame, m *moduleData, a *syntax.Alias) {
	at := f.span(a)
	v, ok := m.globals.getStr(a.Name)
	if !ok {
		v, ok = r.importedName(m, a.Name, at, f)
	}
	if !ok {
		r.raise(at, "ImportError", "cannot import name '"+a.Name+"' from '"+m.name+"'")
	}
	name := boundName(a)
	r.store(f, name, v, at)
	if places := m.globals.assigned[a.Name]; len(places) > 0 && f.code == nil && f.global.assigned != nil {
		list := f.global.assigned[name]
		if n := len(list); n > 0 {
			list = list[:n-1] // the import itself
		}
		f.global.assigned[name] = append(list[:len(list):len(list)], places...)
	}
}

// importedName finds a name of a module that its globals lack: a submodule, or what is made on demand.
func (r *run) importedName(m *moduleData, name string, at source.Span, f *frame) (Value, bool) {
	full := m.name + "." + name
	if m.pkg && !m.open {
		_, _, inProject := r.cfg.Finder.Module(full)
		if inProject || r.model(full) != nil {
			return r.importModule(full, at, f), true
		}
	}
	if v, ok := r.moduleAttr(m, name, at, f); ok {
		return v, true
	}
	if m.tree != nil && m.pkg && !m.running && r.wouldCatch("ImportError") && !r.wouldCatch("Exception") {
		// from . import local, in a try statement: a module that the repository may lack.
		if r.optionalFile(moduleFile(full), at) {
			return Value{data: unmodelledModule(full)}, true
		}
	}
	return Value{}, false
}

// importStar is `from m import *`.
func (r *run) importStar(f *frame, m *moduleData, at source.Span) {
	if m.open && m.tree == nil {
		if m.globals.size() > 0 {
			r.copyNames(f, m, at)
		}
		r.at = at
		r.openNames(f.global, MakeUnknown(r.starReason(m)).WithOrigin(&Origin{At: at}))
		return
	}
	r.copyNames(f, m, at)
}

func (r *run) starReason(m *moduleData) string {
	if m.reason != "" {
		return m.reason
	}
	return unmodelledReason(m.name)
}

func (r *run) copyNames(f *frame, m *moduleData, at source.Span) {
	list, explicit := m.globals.getStr("__all__")
	if explicit && !list.IsUnknown() {
		for _, e := range r.iterate(list, at, f) {
			name, ok := e.AsStr()
			if !ok {
				continue
			}
			v, found := r.moduleAttr(m, name, at, f)
			if !found && m.pkg {
				v, found = r.importedName(m, name, at, f)
			}
			if !found {
				r.raise(at, "AttributeError", "module '"+m.name+"' has no attribute '"+name+"'")
			}
			r.copyName(f, m, name, v, at)
		}
		return
	}
	for _, e := range append([]Entry(nil), m.globals.entries()...) {
		if name, ok := e.Key.AsStr(); ok && !strings.HasPrefix(name, "_") {
			r.copyName(f, m, name, e.Value, at)
		}
	}
	if m.globals.open.IsValid() {
		f.global.open = m.globals.open
	}
}

func (r *run) copyName(f *frame, m *moduleData, name string, v Value, at source.Span) {
	d := f.space
	if f.code != nil {
		d = f.global
	}
	r.weakStoreDict(d, name)
	owner := d.owner
	d.owner = nil
	d.setStr(name, v)
	d.owner = owner
	if d.assigned == nil {
		return
	}
	if places := m.globals.assigned[name]; len(places) > 0 {
		d.assigned[name] = append(d.assigned[name], places...)
	} else {
		r.noteAssigned(d, name, at)
	}
}
