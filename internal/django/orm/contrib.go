package orm

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// contrib are the modules of Django's own applications that have models. The models are defined when the module is first imported.
func (r *registry) contrib(base eval.Library, lib eval.Library) {
	for _, facts := range knowledge.DjangoModels(r.version) {
		under := base[facts.Module]
		r.known = append(r.known, facts.Module)
		lib[facts.Module] = func() eval.Model {
			m := eval.Model{Open: true, Names: map[string]eval.Value{}}
			if under != nil {
				m = under()
				m.Open = true
			}
			for _, name := range r.defineContrib(facts.Module) {
				m.Names[lastName(name)] = r.contribClasses[name]
			}
			for _, path := range authManagers() {
				if module := facts.Module; module == "django.contrib.auth.models" || path == module+"."+lastName(path) {
					m.Names[lastName(path)] = r.classNames[path]
				}
			}
			if facts.Module == "django.contrib.auth.models" {
				r.defineContrib("django.contrib.auth.base_user")
				m.Names["AbstractBaseUser"] = r.contribClasses["django.contrib.auth.base_user.AbstractBaseUser"]
			}
			return m
		}
	}
}

// authManagers are the managers of django.contrib.auth.
func authManagers() []string {
	const models = "django.contrib.auth.models."
	return []string{"django.contrib.auth.base_user.BaseUserManager", models + "UserManager", models + "GroupManager", models + "PermissionManager"}
}

// makeAuthManagers makes their classes, on the one of Manager. Only BaseUserManager is not kept by migrations.
// Source: django/contrib/auth/models.py, base_user.py.
func (r *registry) makeAuthManagers(manager eval.Value) {
	for i, path := range authManagers() {
		native := eval.NativeClass{Name: path, Partial: true, Bases: []eval.Value{manager}, Attrs: map[string]eval.Value{}}
		if i > 0 {
			native.Attrs["use_in_migrations"] = eval.MakeBool(true)
		}
		if path == authManagers()[1] {
			native.Bases = []eval.Value{r.classNames[authManagers()[0]]}
		}
		r.classNames[path] = eval.NewClass(native)
	}
}

// defineContrib defines the models of a module, once, after those that they inherit from. It gives their dotted names.
func (r *registry) defineContrib(module string) []string {
	var names []string
	for _, facts := range knowledge.DjangoModels(r.version) {
		if facts.Module != module {
			continue
		}
		for _, model := range facts.Models {
			r.defineBases(module, model)
		}
		for _, model := range facts.Models {
			dotted := module + "." + model.Name
			names = append(names, dotted)
			if _, done := r.contribClasses[dotted]; !done {
				r.contribClasses[dotted] = r.contribModel(dotted, model)
			}
		}
	}
	return names
}

// defineBases defines the models of other modules that a model inherits from: they are imported first.
func (r *registry) defineBases(module string, model knowledge.DjangoModel) {
	for _, b := range model.Bases {
		if other, _, _ := cutLast(b); other != module && b != modelPath {
			r.defineContrib(other)
		}
	}
}

// contribModel makes one class.
func (r *registry) contribModel(dotted string, facts knowledge.DjangoModel) eval.Value {
	native := eval.NativeClass{Name: dotted, Partial: true, Attrs: map[string]eval.Value{}}
	for _, b := range facts.Bases {
		if b == modelPath {
			native.Bases = append(native.Bases, r.classNames[modelPath])
			continue
		}
		if class, ok := r.contribClasses[b]; ok {
			native.Bases = append(native.Bases, class)
		}
	}
	for _, f := range facts.Fields {
		if v := r.contribField(f); v.IsValid() {
			native.Attrs[f.Name] = v
		}
	}
	meta := eval.NativeClass{Name: dotted + ".Meta", Attrs: map[string]eval.Value{}}
	for name, text := range facts.Meta {
		meta.Attrs[name] = r.fact(text)
	}
	native.Attrs["Meta"] = eval.NewClass(meta)
	class := eval.NewClass(native)
	r.define(&eval.Call{}, class)
	return class
}

// contribField makes a field object as its class would be called with the arguments.
func (r *registry) contribField(f knowledge.DjangoField) eval.Value {
	k := r.fields[f.Class]
	if k == nil {
		return eval.Value{}
	}
	c := &eval.Call{}
	for name, text := range f.Kwargs {
		v := r.fact(text)
		if to, ok := v.AsStr(); ok && name == "to" && to == "auth.user" { // Django's own applications point to the user by the setting alone
			if v = r.setting("AUTH_USER_MODEL"); !v.IsValid() {
				v = eval.MakeStr(to)
			}
		}
		c.Kwargs = append(c.Kwargs, eval.Kwarg{Name: name, Value: v})
	}
	v := eval.NewObject(k.value, nil)
	r.initField(k, c, v)
	return v
}

// fact reads a value of the facts.
func (r *registry) fact(text json.RawMessage) eval.Value {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return eval.MakeUnknown("a fact that cannot be read")
	}
	return r.factValue(v)
}

func (r *registry) factValue(v any) eval.Value {
	switch v := v.(type) {
	case nil:
		return eval.MakeNone()
	case bool:
		return eval.MakeBool(v)
	case string:
		return eval.MakeStr(v)
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return eval.MakeInt(i)
		}
		f, _ := v.Float64()
		return eval.MakeFloat(f)
	case []any:
		return eval.MakeList(r.factValues(v)...)
	case map[string]any:
		return r.factObject(v)
	}
	return eval.MakeUnknown("a fact that cannot be read")
}

func (r *registry) factValues(list []any) []eval.Value {
	out := make([]eval.Value, len(list))
	for i, e := range list {
		out[i] = r.factValue(e)
	}
	return out
}

// factObject is a dictionary, or one of the marked forms.
func (r *registry) factObject(m map[string]any) eval.Value {
	if elems, ok := m["$tuple"].([]any); ok {
		return eval.MakeTuple(r.factValues(elems)...)
	}
	if name, ok := m["$name"].(string); ok {
		if v, there := r.classNames[corePath+lastName(name)]; there {
			return v
		}
		return eval.NewNative(name, func(c *eval.Call) eval.Value { return c.Unknown("a function of Django") })
	}
	if parts, ok := m["$object"].([]any); ok && len(parts) == 3 {
		path, _ := parts[0].(string)
		args, _ := parts[1].([]any)
		kwargs, _ := parts[2].(map[string]any)
		var named []eval.Kwarg
		for _, name := range sortedNames(kwargs) {
			named = append(named, eval.Kwarg{Name: name, Value: r.factValue(kwargs[name])})
		}
		return eval.NewRecorded(eval.NewUnmodelledClass(path), r.factValues(args), named)
	}
	var entries []eval.Entry
	for _, name := range sortedNames(m) {
		entries = append(entries, eval.Entry{Key: eval.MakeStr(name), Value: r.factValue(m[name])})
	}
	return eval.MakeDict(entries...)
}

func sortedNames(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
