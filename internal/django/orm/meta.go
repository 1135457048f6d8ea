package orm

import (
	"strings"

	"gonogo/internal/python/eval"
)

// metaNames are DEFAULT_NAMES of django/db/models/options.py, with index_together, which ended with Django 5.1.
func metaNames() []string {
	return []string{"verbose_name", "verbose_name_plural", "db_table", "db_table_comment", "ordering", "unique_together", "index_together",
		"permissions", "get_latest_by", "order_with_respect_to", "app_label", "db_tablespace", "abstract", "managed", "proxy", "swappable",
		"auto_created", "apps", "default_permissions", "select_on_save", "default_related_name", "required_db_features", "required_db_vendor",
		"base_manager_name", "default_manager_name", "indexes", "constraints"}
}

// readMeta reads class Meta, the class's own or one that it inherits.
func (m *modelClass) readMeta() {
	own := ownAttr(m.class, "Meta")
	meta := own
	if !meta.IsValid() {
		meta = m.inheritedMeta()
	}
	if meta.IsValid() {
		m.metaAt = meta.At()
		m.readOptions(meta)
	}
	if own.IsValid() {
		m.abstract = own.Kind() == eval.Class && own.Attr("abstract").IsValid() && own.Attr("abstract").Truth() == eval.Yes
	}
	app := m.registry.containing(m.module)
	if label, ok := m.meta["app_label"].AsStr(); ok {
		m.label = label
	} else if app != nil {
		m.label = app.Label
	}
	isTrue := func(name string) bool { v := m.meta[name]; return v.IsValid() && v.Truth() == eval.Yes }
	m.proxy = isTrue("proxy")
	if v := m.meta["managed"]; v.IsValid() && v.Truth() == eval.No {
		m.managed = false
	}
}

// inheritedMeta is the Meta that Django finds as an attribute of the new class: concrete models have none.
func (m *modelClass) inheritedMeta() eval.Value {
	for _, k := range m.class.MRO()[1:] {
		if p := m.registry.modelOf(k); p != nil && !p.abstract {
			continue
		}
		if v := ownAttr(k, "Meta"); v.IsValid() {
			return v
		}
	}
	return eval.Value{}
}

func (m *modelClass) readOptions(meta eval.Value) {
	if meta.Kind() != eval.Class {
		m.undecidedOptions = "class Meta is computed"
		if meta.IsUnknown() {
			m.undecidedOptions = meta.Reason()
		}
		return
	}
	for _, k := range meta.MRO() {
		for _, b := range k.Bases() {
			if b.IsUnknown() {
				m.undecidedOptions = b.Reason()
			}
		}
	}
	for _, name := range metaNames() {
		if v := meta.Attr(name); v.IsValid() {
			m.meta[name] = v
		}
	}
}

// options are the options that ModelState.from_model keeps, without indexes and constraints.
func (m *modelClass) options() map[string]eval.Value {
	out := map[string]eval.Value{}
	for name, v := range m.meta {
		switch name {
		case "apps", "app_label", "indexes", "constraints":
		case "unique_together", "index_together":
			if name == "index_together" && m.registry.since(5, 1) {
				continue
			}
			out[name] = normalizeTogether(v)
		case "order_with_respect_to":
			field, _ := v.AsStr()
			private := false
			for _, b := range m.private {
				private = private || b.name == field
			}
			if !private {
				out[name] = v
			}
		default:
			out[name] = v
		}
	}
	return out
}

// normalizeTogether is set(normalize_together(v)).
func normalizeTogether(v eval.Value) eval.Value {
	elems := v.Elems()
	if v.IsUnknown() || v.Kind() != eval.List && v.Kind() != eval.Tuple && v.Kind() != eval.Set {
		return v
	}
	if len(elems) == 0 {
		return eval.MakeSet().WithOrigin(v.Origin())
	}
	if k := elems[0].Kind(); k != eval.List && k != eval.Tuple && !elems[0].IsUnknown() {
		return eval.MakeSet(eval.MakeTuple(elems...)).WithOrigin(v.Origin())
	}
	groups := make([]eval.Value, len(elems))
	for i, e := range elems {
		groups[i] = e
		if e.Kind() == eval.List {
			groups[i] = eval.MakeTuple(e.Elems()...).WithOrigin(e.Origin())
		}
	}
	return eval.MakeSet(groups...).WithOrigin(v.Origin())
}

// table is db_table: as written, or the label and name; "" when it is not known.
// A name that is too long for the database is cut by Django; that is not done here.
func (m *modelClass) table() string {
	if m.proxy {
		return m.concrete.table()
	}
	if v, ok := m.meta["db_table"]; ok && v.Truth() != eval.No {
		text, _ := v.AsStr()
		return text
	}
	if m.undecidedOptions != "" || m.label == "" {
		return ""
	}
	return m.label + "_" + strings.ToLower(m.name)
}
