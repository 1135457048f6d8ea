package orm

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// Collect imports the models of all applications and gives them as Django would have them. It is done once.
func (i *Interpreter) Collect(s *eval.Session) *Models {
	if i.models != nil {
		return i.models
	}
	r := i.registry
	i.LoadApps(s)
	m := &Models{State: &State{Models: map[string]*ModelState{}}, Undecided: i.appsUndecided}
	i.models = m
	for _, app := range r.apps {
		i.importModels(s, m, app)
	}
	m.Apps, r.ready = r.apps, true
	for _, c := range r.classes {
		model := &Model{App: c.label, Name: c.name, Class: c.class, Abstract: c.abstract, Proxy: c.proxy, Managed: c.managed, At: c.at}
		m.All = append(m.All, model)
		if c.abstract || c.label == "" {
			continue
		}
		model.State, model.Table = r.state(s, c), c.table()
		m.State.Models[model.State.Key()] = model.State
	}
	i.undecidedClasses(s, m)
	return m
}

// importModels imports the module of an application's models.
func (i *Interpreter) importModels(s *eval.Session, m *Models, app App) {
	name := app.Module + ".models"
	_, owned := i.owned(name)
	switch {
	case app.Unknown != "":
		return
	case app.Project && owned, slices.Contains(i.registry.known, name):
	case app.Project || !present(s, app.Module) || !present(s, name):
		return
	}
	imported := s.Import(name)
	switch {
	case imported.Failure != nil:
		reason := imported.Failure.Class + ": " + imported.Failure.Message
		m.Failures = append(m.Failures, Failure{Module: name, Reason: reason, At: imported.Failure.At})
		m.Undecided[app.Label] = "the models cannot be imported: " + reason
	case !app.Project && imported.Module.Unfollowed() != "":
		m.Undecided[app.Label] = "the models are imported in part: " + imported.Module.Unfollowed()
	case imported.GivenUp != "":
		m.Failures = append(m.Failures, Failure{Module: name, Reason: imported.GivenUp, At: app.At})
		m.Undecided[app.Label] = "the models are imported in part: " + imported.GivenUp
	}
}

// undecidedClasses finds classes that may be models because of a base that is not known.
func (i *Interpreter) undecidedClasses(s *eval.Session, m *Models) {
	for _, app := range i.registry.apps {
		if !app.Project || app.Unknown != "" {
			continue
		}
		if _, ok := i.owned(app.Module + ".models"); !ok {
			continue
		}
		seen := map[string]bool{}
		i.undecidedIn(s.Import(app.Module+".models").Module, app, m, seen, 0)
	}
}

func (i *Interpreter) undecidedIn(module eval.Value, app App, m *Models, seen map[string]bool, depth int) {
	if module.Kind() != eval.Module || depth > 4 || seen[module.Dotted()] {
		return
	}
	seen[module.Dotted()] = true
	for _, e := range module.Fields() {
		v := e.Value
		switch v.Kind() {
		case eval.Module:
			if strings.HasPrefix(v.Dotted(), app.Module+".models.") {
				i.undecidedIn(v, app, m, seen, depth+1)
			}
		case eval.Class:
			i.noteUndecided(v, app, m)
		}
	}
}

// noteUndecided keeps a class of the application that looks like a model, with the fields that it shows.
func (i *Interpreter) noteUndecided(class eval.Value, app App, m *Models) {
	r := i.registry
	d, ok := class.Written()
	if !ok || r.modelOf(class) != nil || r.containing(d.Module) == nil || r.containing(d.Module).Label != app.Label {
		return
	}
	reason := unknownBase(class)
	for _, b := range class.Bases() {
		if b.IsUnknown() && reason == "" {
			reason = "a base class that is not known: " + b.Reason()
		}
	}
	if reason == "" || !looksLikeModel(class) {
		return
	}
	c := &modelClass{registry: r, class: class, name: lastName(class.Dotted()), module: d.Module, managed: true, at: class.At(),
		meta: map[string]eval.Value{}, undecided: reason, undecidedOptions: reason}
	c.concrete = c
	c.readMeta()
	if c.abstract {
		return
	}
	for _, e := range class.Fields() {
		if name, _ := e.Key.AsStr(); isField(e.Value) && name != "" {
			c.addField(name, e.Value)
		}
	}
	state := r.state(nil, c)
	if m.State.Models[state.Key()] == nil {
		m.State.Models[state.Key()] = state
		m.All = append(m.All, &Model{App: c.label, Name: c.name, Class: class, Managed: c.managed, Proxy: c.proxy, State: state, At: c.at})
	}
}

// looksLikeModel reports whether a class with an unknown base may be a model: it has fields, Meta makes it a proxy, or a base is called
// so or stands among models.
func looksLikeModel(class eval.Value) bool {
	if meta := ownAttr(class, "Meta"); meta.Kind() == eval.Class && ownAttr(meta, "proxy").IsValid() {
		return true
	}
	for _, k := range class.MRO() {
		top, _, _ := strings.Cut(k.Dotted(), ".")
		if _, own := k.Written(); !own && top != "pydantic" && top != "django" && (strings.HasSuffix(k.Dotted(), "Model") ||
			strings.HasSuffix(k.Dotted(), "Page") || strings.Contains(k.Dotted(), ".models.")) {
			return true
		}
		for _, e := range k.Fields() {
			if isField(e.Value) {
				return true
			}
		}
	}
	return false
}

// state is ModelState.from_model.
func (r *registry) state(s *eval.Session, c *modelClass) *ModelState {
	m := &ModelState{App: c.label, Name: c.name, At: c.at, Options: c.options(), Undecided: c.undecided, UndecidedOptions: c.undecidedOptions}
	if reason := c.class.Unfollowed(); reason != "" && m.Undecided == "" { // it may have failed after the model was made
		m.Undecided, m.UndecidedOptions = reason, reason
	}
	for _, list := range [][]*bound{c.local, c.m2m} {
		for _, b := range list {
			if b.state != nil && b.state.class.name == corePath+"OrderWrt" {
				continue
			}
			m.Fields = append(m.Fields, r.boundField(s, c, b))
		}
	}
	m.Bases = r.bases(c)
	for _, v := range c.listed("indexes").Elems() {
		m.Indexes = append(m.Indexes, r.index(v, c))
	}
	for _, v := range c.listed("constraints").Elems() {
		m.Checks = append(m.Checks, r.constraint(v, c))
	}
	if len(r.prepared) > 0 && m.UndecidedOptions == "" {
		for _, name := range []string{"indexes", "constraints"} {
			if n, _ := ownAttr(ownAttr(c.class, "_meta"), name).Len(); n > 0 && !c.meta[name].IsValid() {
				m.UndecidedOptions = "a receiver of class_prepared adds " + name + ", which count only if Meta has some when the model is made"
			}
		}
	}
	m.Managers, m.UndecidedManagers = r.managersOf(c, m.Options)
	for _, name := range []string{"indexes", "constraints"} {
		if v := c.listed(name); v.IsValid() && (v.IsUnknown() || v.IsOpen()) && m.UndecidedOptions == "" {
			m.UndecidedOptions = "the " + name + " are not known"
		}
	}
	return m
}

// boundField is a field as its model has it.
func (r *registry) boundField(s *eval.Session, c *modelClass, b *bound) Field {
	f := Field{Name: b.name, Deconstructed: b.made, Auto: true, Column: eval.Yes, Kind: b.made.Class}
	f.Relation = b.made.Class == corePath+"OneToOneField"
	if b.value.IsValid() {
		f = r.field(s, b.name, b.value)
		r.clone(s, &f, b)
		f.LikelyTo = r.likelyTarget(b)
	} else {
		f.Kwargs = slices.Clone(f.Kwargs)
	}
	if b.isKey && !f.Cloned {
		f.set("serialize", eval.MakeBool(false))
	}
	if b.primaryKey {
		f.set("primary_key", eval.MakeBool(true))
	}
	if f.Relation {
		r.resolveRelation(c, b, &f)
	}
	slices.SortFunc(f.Kwargs, func(a, b eval.Kwarg) int { return strings.Compare(a.Name, b.Name) })
	return f
}

// clone gives a field the arguments of its copy, where a constructor in Python may make others of them.
// Source: django/db/migrations/state.py, ModelState.from_model, which clones each field.
func (r *registry) clone(s *eval.Session, f *Field, b *bound) {
	class := f.Value.ClassOf()
	if state, ok := f.Value.State().(*fieldState); ok && state.class.isTaggable() && !class.Attr("__init__").IsPython() {
		f.fillIn(state.class)
		return
	}
	if s == nil || f.Unknown != "" || !isField(f.Value) || !class.Attr("__init__").IsPython() || class.Attr("clone").IsPython() {
		return
	}
	counter, auto := r.counter, r.autoCounter
	defer func() { r.counter, r.autoCounter = counter, auto }()
	copied, ok := r.copied(s, f.Value, b)
	if !ok || !isField(copied) {
		return
	}
	if d := r.deconstruct(s, copied); d.Unknown == "" {
		d.At = f.At
		f.Deconstructed, f.Cloned = d, true
	}
}

// copied calls a field's clone(). The primary key has serialize=False by then, which a constructor that does not know the argument drops.
// Source: django/db/models/options.py, Options.setup_pk.
func (r *registry) copied(s *eval.Session, field eval.Value, b *bound) (eval.Value, bool) {
	if b.isKey && b.state != nil {
		before, had := b.state.given["serialize"]
		b.state.given["serialize"] = eval.MakeBool(false)
		defer func() {
			if delete(b.state.given, "serialize"); had {
				b.state.given["serialize"] = before
			}
		}()
	}
	return s.Call(field.ClassOf().Attr("clone"), field)
}

// likelyTarget is the model that a relation to a class of a package that is not there points to, if the application has the name of its
// package; "" for any other.
func (r *registry) likelyTarget(b *bound) string {
	if b.state == nil || !b.state.class.relation {
		return ""
	}
	to := b.state.arg("to")
	if _, written := to.Written(); to.Kind() != eval.Class || written {
		return ""
	}
	if app := r.containing(to.Dotted()); app != nil && app.Unknown != "" {
		return key(app.Label, lastName(to.Dotted()))
	}
	return ""
}

// resolveRelation names the models of a relation in full.
func (r *registry) resolveRelation(c *modelClass, b *bound, f *Field) {
	var target *modelClass
	if to, ok := f.Arg("to").AsStr(); ok {
		app, name, dotted := strings.Cut(to, ".")
		switch {
		case to == "self":
			app, name = c.label, c.name
		case !dotted:
			app, name = c.label, to
		}
		f.set("to", eval.MakeStr(key(app, name)).WithOrigin(f.Arg("to").Origin()))
		target = r.find(app, name)
		if b.state == nil || b.state.arg("swappable").Truth() != eval.No || !b.state.arg("swappable").IsValid() {
			f.Swappable = r.swappable(key(app, name))
		}
	}
	if field := f.Arg("to_field"); field.IsValid() && target != nil && target.pk != nil {
		if text, ok := field.AsStr(); ok && text == target.pk.name {
			f.remove("to_field")
		}
	} else if field.IsValid() && target == nil {
		f.set("to_field", eval.MakeUnknown("the model that is pointed to is not known"))
	}
	if through, ok := f.Arg("through").AsStr(); ok {
		app, name, dotted := strings.Cut(through, ".")
		if !dotted {
			app, name = c.label, through
		}
		if m := r.find(app, name); m != nil {
			name = m.name
		}
		f.set("through", eval.MakeStr(app+"."+name).WithOrigin(f.Arg("through").Origin()))
	}
	if b.state != nil && b.state.class.isTaggable() && !given(b.state.arg("to")) {
		r.tagModel(f)
	}
}

// swappable is the setting that decides about a model, "" when none does.
// Source: django/apps/registry.py, get_swappable_settings_name.
func (r *registry) swappable(model string) string {
	for _, c := range r.classes {
		setting, ok := c.meta["swappable"].AsStr()
		if !ok || setting == "" || c.abstract {
			continue
		}
		value, ok := r.setting(setting).AsStr()
		if key(c.label, c.name) == model || ok && strings.ToLower(value) == model {
			return setting
		}
	}
	return ""
}

// bases are the bases of a model, abstract ones resolved into theirs.
func (r *registry) bases(c *modelClass) []Base {
	mro := c.class.MRO()
	var flat []eval.Value
	r.flatten(c.class, &flat, 0)
	var out []Base
	isModel := false
	for _, k := range mro {
		if !slices.ContainsFunc(flat, func(v eval.Value) bool { return eval.Same(v, k) }) {
			continue
		}
		if p := r.modelOf(k); p != nil {
			out = append(out, Base{Model: key(p.label, p.name)})
			isModel = true
			continue
		}
		out = append(out, Base{Class: k.Dotted()})
		isModel = isModel || k.IsSubclass(modelPath)
	}
	if !isModel && c.undecided == "" {
		return []Base{{Class: modelPath}}
	}
	return out
}

func (r *registry) flatten(class eval.Value, out *[]eval.Value, depth int) {
	for _, b := range class.Bases() {
		if p := r.modelOf(b); p != nil && p.abstract && depth < 100 {
			r.flatten(b, out, depth+1)
			continue
		}
		*out = append(*out, b)
	}
}
