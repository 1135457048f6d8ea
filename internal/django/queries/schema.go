// Package queries is what the code asks the database: querysets of known models, with their filters, orderings and fetched relations, as far as
// the text of functions tells. What cannot be followed is left out, never guessed.
package queries

import (
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Schema is the models by the dotted names of their classes, as plain data that needs no session.
type Schema struct {
	byClass map[string]*Model
	byKey   map[string]*Model
	user    *Model
}

// Model is one model that has a table, or a proxy of one.
type Model struct {
	Key, Name string
	Class     string // dotted
	Fields    []*Field
	fields    map[string]*Field
	// reverse are the relations of other models to this one, by accessor; lookups the same by the name that filters use.
	reverse, lookups map[string]Relation
	generic          map[string]bool // names of GenericForeignKeys
	managers         map[string]bool // names of managers; the value says that nothing hides what they give
	// Undecided says why there can be more fields or indexes than are known, "" when there can't.
	Undecided string
	At        source.Span
	parents   []string
	key       string // the name of the field that is the primary key
	texts     []Text // of its class and those that it inherits from
	// OwnSave says that the project gives it a save() of its own, which update() does not run.
	OwnSave bool
}

// Relation is what a reverse accessor leads to.
type Relation struct {
	To    *Model
	Field *Field // the field of To that points back
	One   bool   // the other side of a OneToOneField
}

// Field is one field of a model.
type Field struct {
	Name  string
	Model *Model
	Kind  string // the class of Django, without its path: "CharField"; "" when it is not known
	Class string // the dotted class as the model names it: "ckeditor.fields.RichTextField"; "" when it is not known
	To    *Model // of a relation to a model that is known
	// Relation says that it points to another model, Many that it is a ManyToManyField.
	Relation, Many, Null bool
	// Unique includes primary keys; Indexed says that an index begins with it, unique ones included.
	Unique, Indexed, Choices bool
	// Editable is false for fields that forms and serializers leave out by themselves: editable=False, and those that Django fills in.
	Editable bool
	// Validated says that validators of the project look at its values, or that its class is none of Django's and may.
	Validated bool
	At        source.Span
}

// NewSchema reads models; it must run while the session is held.
func NewSchema(m *orm.Models, userModel string) *Schema {
	s := &Schema{byClass: map[string]*Model{}, byKey: map[string]*Model{}}
	for _, om := range m.All {
		if om.State == nil || om.Abstract {
			continue
		}
		s.add(om)
	}
	for _, key := range m.State.Keys() {
		if s.byKey[key] != nil {
			s.inherit(s.byKey[key], 0)
		}
	}
	for _, key := range m.State.Keys() {
		if model := s.byKey[key]; model != nil {
			s.relate(model, m.State.Models[key])
		}
	}
	s.user = s.byKey[strings.ToLower(userModel)]
	return s
}

// add makes a model with its own fields.
func (s *Schema) add(om *orm.Model) {
	state := om.State
	m := &Model{Key: state.Key(), Name: state.Name, Class: om.Class.Dotted(), At: om.At, fields: map[string]*Field{},
		reverse: map[string]Relation{}, lookups: map[string]Relation{}, managers: managersOf(om.Class), generic: genericKeys(om.Class), OwnSave: definesSave(om.Class)}
	m.texts, _ = Texts(om.Class, func(string) bool { return true })
	m.Undecided = state.Undecided
	if m.Undecided == "" {
		m.Undecided = state.UndecidedOptions
	}
	for i := range state.Fields {
		m.addField(&state.Fields[i])
	}
	m.readIndexes(state)
	for _, b := range state.Bases {
		if b.Model != "" {
			m.parents = append(m.parents, b.Model)
		}
	}
	s.byKey[m.Key] = m
	s.byClass[m.Class] = m
}

func (m *Model) addField(f *orm.Field) {
	kind := f.Kind[strings.LastIndexByte(f.Kind, '.')+1:]
	yes := func(name string) bool { v := f.Arg(name); return v.IsValid() && v.Truth() != eval.No }
	field := &Field{Name: f.Name, Model: m, Kind: kind, Class: f.Class, At: f.At, Relation: f.Relation, Many: kind == "ManyToManyField" || f.Kind == orm.TaggableManagerPath, Null: yes("null")}
	field.Choices = f.Arg("choices").IsValid()
	field.Editable = !f.Auto && !yes("auto_now") && !yes("auto_now_add") && !strings.HasSuffix(kind, "AutoField") &&
		(!f.Arg("editable").IsValid() || f.Arg("editable").Truth() != eval.No)
	unique := f.Made("unique")
	field.Unique = unique.IsValid() && unique.Truth() != eval.No || yes("primary_key") || kind == "OneToOneField"
	index := f.Made("db_index")
	implied := kind == "SlugField" || kind == "ForeignKey"
	field.Indexed = field.Unique || field.Many || index.IsValid() && index.Truth() != eval.No || !index.IsValid() && implied
	if kind == "" || f.Unknown != "" {
		field.Kind = ""
	}
	validators := f.Arg("validators")
	n, known := validators.Len()
	field.Validated = validators.IsValid() && (!known || n > 0) || !strings.HasPrefix(f.Class, "django.db.models.")
	if yes("primary_key") {
		m.key = f.Name
	}
	m.Fields = append(m.Fields, field)
	m.fields[f.Name] = field
}

// readIndexes marks the fields with which an index begins, and all that an index of expressions names.
func (m *Model) readIndexes(state *orm.ModelState) {
	lead := func(v eval.Value) {
		if list := v.Elems(); len(list) > 0 {
			if name, ok := list[0].AsStr(); ok {
				m.mark(strings.TrimPrefix(name, "-"))
			}
		}
	}
	expressions := func(args []eval.Value) {
		for _, a := range args {
			text := a.Repr(2000)
			for name, f := range m.fields {
				f.Indexed = f.Indexed || strings.Contains(text, name)
			}
		}
	}
	for i := range state.Indexes {
		lead(state.Indexes[i].Arg("fields"))
		expressions(state.Indexes[i].Args)
		if state.Indexes[i].Unknown != "" && m.Undecided == "" {
			m.Undecided = state.Indexes[i].Unknown
		}
	}
	for i := range state.Checks {
		lead(state.Checks[i].Arg("fields"))
		if strings.HasSuffix(state.Checks[i].Class, "UniqueConstraint") {
			expressions(state.Checks[i].Args)
		}
	}
	for _, option := range []string{"unique_together", "index_together"} {
		v := state.Options[option]
		if v.IsUnknown() && m.Undecided == "" {
			m.Undecided = v.Reason()
		}
		for _, group := range v.Elems() {
			lead(group)
		}
	}
}

func (m *Model) mark(name string) {
	if f := m.fields[name]; f != nil {
		f.Indexed = true
	}
}

// inherit adds the fields of the tables that a model inherits from.
func (s *Schema) inherit(m *Model, depth int) {
	if depth > 10 {
		return
	}
	for _, key := range m.parents {
		p := s.byKey[key]
		if p == nil {
			continue
		}
		s.inherit(p, depth+1)
		if p.Undecided != "" && m.Undecided == "" {
			m.Undecided = p.Undecided
		}
		if p.key != "" {
			m.key = p.key
		}
		for _, f := range p.Fields {
			if m.fields[f.Name] == nil {
				m.fields[f.Name] = f
				m.Fields = append(m.Fields, f)
			}
		}
	}
}

// relate connects relations with the models that they point to.
func (s *Schema) relate(m *Model, state *orm.ModelState) {
	for i := range state.Fields {
		of := &state.Fields[i]
		f := m.fields[of.Name]
		to, ok := of.Arg("to").AsStr()
		if !of.Relation || !ok || s.byKey[strings.ToLower(to)] == nil {
			continue
		}
		f.To = s.byKey[strings.ToLower(to)]
		accessor, query, ok := of.Reverse(state)
		if !ok {
			continue
		}
		r := Relation{To: m, Field: f, One: f.Kind == "OneToOneField"}
		f.To.reverse[accessor], f.To.lookups[query] = r, r
	}
}

// managersOf are the managers of a class of models by name. One whose get_queryset is the project's, or that comes from a package, may
// filter and fetch anything.
func managersOf(class eval.Value) map[string]bool {
	plain := map[string]bool{}
	found := false
	for _, k := range class.MRO() {
		for _, e := range k.Fields() {
			name, _ := e.Key.AsStr()
			kind := e.Value.Class()
			if e.Value.Kind() != eval.Object || !strings.Contains(kind, "Manager") && !e.Value.ClassOf().IsSubclass("django.db.models.Manager") {
				continue
			}
			found = true
			if _, seen := plain[name]; !seen {
				plain[name] = kind == "django.db.models.Manager" || strings.HasPrefix(kind, "django.db.models.manager.ManagerFrom") ||
					e.Value.ClassOf().IsSubclass("django.db.models.Manager") && !definesQuerySet(e.Value.ClassOf())
			}
		}
		if _, known := k.Definition(); !known && !strings.HasPrefix(k.Dotted(), "django.") && k.Dotted() != "object" {
			found = true // a package's base may bring managers
		}
	}
	if _, there := plain["objects"]; !there {
		plain["objects"] = !found
	}
	return plain
}

// definesSave reports whether a class of the project gives a model its own save().
func definesSave(class eval.Value) bool {
	for _, k := range class.MRO() {
		if _, own := k.Definition(); !own {
			continue
		}
		for _, e := range k.Fields() {
			if name, _ := e.Key.AsStr(); name == "save" {
				return true
			}
		}
	}
	return false
}

func definesQuerySet(class eval.Value) bool {
	for _, k := range class.MRO() {
		if _, ok := k.Definition(); !ok {
			if !strings.HasPrefix(k.Dotted(), "django.db.models.") && k.Dotted() != "object" {
				return true
			}
			continue
		}
		for _, e := range k.Fields() {
			if name, _ := e.Key.AsStr(); name == "get_queryset" {
				return true
			}
		}
	}
	return false
}

// Field is a field by name, also one of a table that the model inherits from, or nil.
func (m *Model) Field(name string) *Field {
	if f := m.fields[name]; f != nil {
		return f
	}
	if id, ok := strings.CutSuffix(name, "_id"); ok && m.fields[id] != nil && m.fields[id].Relation {
		return m.fields[id]
	}
	return nil
}

// Grows says that rows are added while the site is used, as far as the model shows: it keeps when a row was made, or whose it is, and is not
// called as tables are that people fill by hand (settings, types, categories).
func (m *Model) Grows(s *Schema) bool {
	if m == s.user {
		return true
	}
	if setUpByHand(m.Name) {
		return false
	}
	for _, f := range m.Fields {
		if f.Kind == "DateTimeField" || f.Relation && !f.Many && f.To != nil && f.To == s.user {
			return true
		}
	}
	return false
}

// setUpByHand reports whether a model is called as those are of which a site has a handful.
func setUpByHand(name string) bool {
	lower := strings.TrimSuffix(strings.ToLower(name), "s")
	for _, end := range []string{"setting", "config", "configuration", "conf", "type", "category", "categorie", "tag", "template", "option", "role",
		"group", "permission", "webhook", "environment", "plan", "language", "locale", "site", "provider", "connector", "rule", "country", "currency",
		"calendar", "election", "survey", "trophy", "trophie", "definition", "channel", "integration", "source", "backend", "credential", "product",
		"application", "client", "flag", "switch", "schedule", "instance", "license", "policy", "section", "forum", "sponsor", "page", "app", "bot", "feed", "badge", "metadata", "space",
		"view", "announcement", "blocklist", "label"} {
		if strings.HasSuffix(lower, end) {
			return true
		}
	}
	return false
}

// Models is how many models are known.
func (f *Facts) Models() int { return len(f.Schema.byKey) }
