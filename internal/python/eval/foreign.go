package eval

import (
	"path"
	"strings"

	"gonogo/internal/source"
)

// unmodelledModule is a module of a package that is neither in the project nor modelled.
func unmodelledModule(dotted string) *moduleData {
	reason := unmodelledReason(dotted)
	return &moduleData{name: dotted, globals: &dictData{open: MakeSpread(reason)}, open: true, pkg: true, reason: reason}
}

func unmodelledReason(dotted string) string {
	return "computed by a package that is not in the project: " + dotted
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
	if parent != nil && parent.tree != nil && !parent.installed {
		m.reason = "set by " + moduleFile(dotted) + ", which is not in the repository"
		m.globals.open = MakeSpread(m.reason)
		m.bare = !r.wouldCatch("ModuleNotFoundError") && !r.operatorsFile(moduleFile(dotted), at)
	}
	r.modules[dotted] = m
	if parent != nil {
		r.bindSubmodule(parent, dotted, m)
	}
	return m
}

// exists decides whether a module that is neither in the project nor modelled can be imported.
func (r *run) exists(dotted string, parent *moduleData, at source.Span, f *frame) bool {
	top, _, _ := strings.Cut(dotted, ".")
	if p := r.cfg.Packages; p != nil && parent != nil && parent.installed && parent.tree != nil {
		return !p.Missing(dotted)
	}
	absent := r.cfg.Packages != nil && !IsStandard(top) && r.cfg.Packages.Missing(top)
	inProject := parent != nil && parent.tree != nil && parent.tree.File != nil
	guarded := r.wouldCatch("ModuleNotFoundError")
	if inProject && !guarded && writtenByOperator(dotted) {
		return true // nothing starts without it, so a deployment that works has it
	}
	if inProject {
		return guarded && r.optionalFile(moduleFile(dotted), at)
	}
	if IsStandard(top) && !r.dependsOnVersion(top) {
		return r.hasStandard(top)
	}
	if !guarded { // a deployment that works has it
		return true
	}
	if IsStandard(top) {
		return r.decide(decision{kind: Opaque, key: "installed:" + top, name: top, at: at, shipped: r.hasStandard(top), text: "Python has the module " + top})
	}
	if looksLocal(dotted) && !r.isInstalled(top) {
		return r.optionalFile(moduleFile(dotted), at)
	}
	if absent && r.installing > 0 {
		return false
	}
	switch r.moduleExists(dotted) {
	case Yes:
		return true
	case No:
		return false
	}
	return r.decide(decision{kind: Opaque, key: "installed:" + top, name: top, at: at, shipped: !absent, text: "package " + top + " is installed"})
}

// writtenByOperator reports whether a module of a project's own package has a name that projects give to what each installation writes for
// itself: shop.local_settings, shop.settings.secrets.
func writtenByOperator(dotted string) bool {
	for _, word := range []string{"local", "secret", "private", "override", "credentials"} {
		if strings.Contains(lastPart(dotted), word) {
			return true
		}
	}
	return false
}

// operatorsFile decides whether a file exists that is imported without a guard. Where that hangs on a condition which is not met as shipped,
// the file replaces nothing then.
func (r *run) operatorsFile(name string, at source.Span) bool {
	if r.choices.flip() {
		return r.fileThere(name, at)
	}
	return r.optionalFile(name, at)
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
	r.overriddenBy(name, at)
	return r.fileThere(name, at)
}

// overriddenBy notes that a file which the repository does not have can replace values.
func (r *run) overriddenBy(name string, at source.Span) {
	r.override(besideRoot(r.cfg.Finder.Root(), name)+", which is not in the repository", at)
}

func (r *run) fileThere(name string, at source.Span) bool {
	shown := besideRoot(r.cfg.Finder.Root(), name)
	return r.decide(decision{kind: FileThere, key: "file:" + name, name: shown, at: at, text: "file " + shown + " exists"})
}

// besideRoot is the path of a file one or two folders above the project as seen from it ("../conf/a.json"): where the project stands on
// this machine says nothing about production. Any other path stays.
func besideRoot(root, name string) string {
	up := "../"
	for dir := path.Dir(path.Clean(root)); len(up) <= len("../../") && dir != "/" && dir != "."; dir = path.Dir(dir) {
		if rest, ok := strings.CutPrefix(name, dir+"/"); ok && path.IsAbs(name) {
			return up + rest
		}
		up += "../"
	}
	return name
}

// moduleExists answers as far as the project, the models and the dependencies tell.
func (r *run) moduleExists(dotted string) Tri {
	if _, _, ok := r.cfg.Finder.Module(dotted); ok {
		return Yes
	}
	top, _, _ := strings.Cut(dotted, ".")
	if IsStandard(top) {
		return tri(r.hasStandard(top))
	}
	if r.isInstalled(top) {
		return Yes
	}
	if r.cfg.Installed != nil {
		if _, there := r.cfg.Installed(top); there == No {
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
		if _, there := r.cfg.Installed(name); there == Yes {
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

// classOfName is a CapWords attribute of a name that was imported from a package that is not modelled: the name is then taken for a module
// (from rest_framework import pagination; pagination.PageNumberPagination), and the attribute for a class as in any such module.
func (r *run) classOfName(d *unknownData, attribute string) (Value, bool) {
	module, ok := strings.CutPrefix(d.op, "name ")
	if !ok || len(d.args) > 0 || !isCapWords(attribute) || isCapWords(lastPart(module)) || !strings.Contains(module, ".") {
		return Value{}, false
	}
	name := module + "." + attribute
	c := r.nameClasses[name]
	if c == nil {
		c = newNativeClass(NativeClass{Name: name, Open: true})
		c.open, c.reason = true, d.reason
		if r.nameClasses == nil {
			r.nameClasses = map[string]*classData{}
		}
		r.nameClasses[name] = c
	}
	return Value{data: c}, true
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
