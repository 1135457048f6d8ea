package eval

import (
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

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
	if m.pkg && r.model(full) != nil {
		return r.importModule(full, at, f), true
	}
	if m.pkg && !m.open {
		if _, _, inProject := r.cfg.Finder.Module(full); inProject {
			return r.importModule(full, at, f), true
		}
	}
	if m.installed && m.pkg {
		if sub := r.importInstalled(full, m, at, f); sub != nil {
			return Value{data: sub}, true
		}
	}
	if v, ok := r.moduleAttr(m, name, at, f); ok {
		if r.mayLack(m, name, v, at) {
			return Value{}, false
		}
		return v, true
	}
	if m.tree != nil && m.pkg && !m.installed && !m.running && r.wouldCatch("ImportError") && !r.wouldCatch("Exception") {
		// from . import local, in a try statement: a module that the repository may lack.
		if r.optionalFile(moduleFile(full), at) {
			return Value{data: unmodelledModule(full)}, true
		}
	}
	return Value{}, false
}

// mayLack decides whether a module of which not all names are modelled has none of this name, where the program asks by catching the ImportError.
func (r *run) mayLack(m *moduleData, name string, v Value, at source.Span) bool {
	if !m.open || m.tree != nil || !v.IsUnknown() || !r.wouldCatch("ImportError") {
		return false
	}
	return !r.decide(decision{kind: Opaque, key: "name:" + m.name + "." + name, at: at, shipped: true, text: m.name + " has " + name})
}

// importStar is `from m import *`.
func (r *run) importStar(f *frame, m *moduleData, at source.Span) {
	if m.bare {
		return
	}
	if m.open && (m.tree == nil || m.installed) {
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
		f.global.open = openBoth(f.global.open, m.globals.open)
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
