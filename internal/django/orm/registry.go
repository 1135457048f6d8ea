package orm

import (
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// registry collects the models of one process as ModelBase makes them, in order of definition.
type registry struct {
	version     knowledge.Version
	setting     func(name string) eval.Value
	apps        []App
	fields      map[string]*fieldClass
	counter     int // Field.creation_counter
	autoCounter int // Field.auto_creation_counter
	classes     []*modelClass
	byName      map[string][]*modelClass
	classNames  map[string]eval.Value // of expressions, indexes and the like
	known       []string              // modules of Django with models
	prepared    []eval.Value          // receivers of class_prepared
	ready       bool                  // all models are imported
	// contribClasses are those of their models that are defined, by dotted name.
	contribClasses map[string]eval.Value
}

// modelClass is a class that inherits from Model, with what its _meta holds.
type modelClass struct {
	registry *registry
	class    eval.Value
	name     string
	module   string
	label    string // app_label, "" when it is in no application
	abstract bool
	proxy    bool
	managed  bool
	meta     map[string]eval.Value // original_attrs: what Meta gives
	metaAt   source.Span
	local    []*bound // local_fields, in their order
	m2m      []*bound // local_many_to_many
	private  []*bound
	parents  []*modelClass // direct bases that are models
	links    []parentLink  // parents of _meta
	pk       *bound
	concrete *modelClass
	// undecided says why there can be other fields, undecidedOptions other options.
	undecided, undecidedOptions string
	at                          source.Span
}

// parentLink is the pointer to the table of a model that is inherited from; field is nil for a proxy.
type parentLink struct {
	to    *modelClass
	field *bound
}

// bound is a field as one model has it.
type bound struct {
	name    string
	value   eval.Value    // the field object; invalid for one that Django adds
	made    Deconstructed // of one that Django adds
	state   *fieldState   // nil for a class that is not known
	counter int
	// primaryKey says that it was made the primary key though it was not written so.
	primaryKey bool
	isKey      bool // it is the primary key, so that serialize is False
	auto       bool
	shown      eval.Value // the object that code sees of one that Django adds
}

func newRegistry(version knowledge.Version, setting func(string) eval.Value) *registry {
	r := &registry{version: version, setting: setting, byName: map[string][]*modelClass{}, contribClasses: map[string]eval.Value{}}
	r.makeFieldClasses()
	return r
}

// modelOf is the model that a class is, or nil.
func (r *registry) modelOf(v eval.Value) *modelClass {
	for _, m := range r.byName[v.Dotted()] {
		if eval.Same(m.class, v) {
			return m
		}
	}
	return nil
}

// find is the model with a label and name in any case, or nil.
func (r *registry) find(app, name string) *modelClass {
	for _, m := range r.classes {
		if !m.abstract && key(m.label, m.name) == key(app, name) {
			return m
		}
	}
	return nil
}

// containing is the label of the application that a module belongs to: the one with the longest name.
// Source: django/apps/registry.py, get_containing_app_config.
func (r *registry) containing(module string) *App {
	var best *App
	for i := range r.apps {
		a := &r.apps[i]
		if (module == a.Module || len(module) > len(a.Module) && module[:len(a.Module)] == a.Module && module[len(a.Module)] == '.') &&
			(best == nil || len(a.Module) > len(best.Module)) {
			best = a
		}
	}
	return best
}

// addField is Options.add_field: fields are ordered by when they were made.
func (m *modelClass) addField(name string, v eval.Value) *bound {
	b := &bound{name: name, value: v, counter: m.lastCounter()}
	if own, ok := ownAttr(v, "name").AsStr(); ok && own != "" {
		b.name = own
	}
	if s, ok := v.State().(*fieldState); ok {
		b.state, b.counter, b.auto = s, s.counter, s.auto
		if given, ok := s.given["name"].AsStr(); ok && given != "" {
			b.name = given
		}
	}
	m.insert(b)
	return b
}

func (m *modelClass) lastCounter() int {
	if n := len(m.local); n > 0 {
		return m.local[n-1].counter
	}
	return m.registry.counter
}

func (m *modelClass) insert(b *bound) {
	list := &m.local
	switch {
	case b.isPrivate():
		m.private = append(m.private, b)
		return
	case b.isManyToMany():
		list = &m.m2m
	}
	at := len(*list)
	for at > 0 && (*list)[at-1].counter > b.counter {
		at--
	}
	*list = append(*list, nil)
	copy((*list)[at+1:], (*list)[at:])
	(*list)[at] = b
	if list == &m.local && m.pk == nil && b.isPrimaryKey() {
		m.setKey(b)
	}
}

// setKey is Options.setup_pk.
func (m *modelClass) setKey(b *bound) {
	m.pk, b.isKey = b, true
}

func (b *bound) isPrivate() bool { return b.state != nil && b.state.class.private }

func (b *bound) isManyToMany() bool {
	if b.state == nil {
		return b.value.IsValid() && knownManyToMany(b.value.Class())
	}
	return b.state.class.isA(corePath+"ManyToManyField") || b.state.class.isTaggable()
}

func (b *bound) isPrimaryKey() bool {
	if b.primaryKey {
		return true
	}
	if b.state == nil {
		return b.value.IsValid() && b.value.Arg(-1, "primary_key").Truth() == eval.Yes && b.value.Arg(-1, "primary_key").IsValid()
	}
	if v := ownAttr(b.value, "primary_key"); v.IsValid() {
		return v.Truth() == eval.Yes
	}
	v := b.state.arg("primary_key")
	return v.IsValid() && v.Truth() == eval.Yes
}

// isA reports whether a field class is the one with the path, or inherits from it.
func (k *fieldClass) isA(name string) bool {
	for ; k != nil; k = k.parent {
		if k.name == name {
			return true
		}
	}
	return false
}

// copyFor is the field as a model that inherits it from an abstract one has it.
func (b *bound) copyFor() *bound {
	c := *b
	c.isKey = false
	return &c
}
