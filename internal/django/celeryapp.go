package django

import (
	"fmt"
	"strings"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// FindCelery reads the code that makes the project's Celery application: Celery(...), config_from_object, conf.update and
// assignments to conf. Modules are those that import celery, in order; tests are left out by the caller.
// Without such code the result says Found: false.
func FindCelery(modules []*syntax.Module, version knowledge.Version, values CeleryValues) *Celery {
	c := &Celery{Version: version}
	for _, m := range modules {
		r := celeryReader{celery: c, module: m, values: values, apps: map[string]bool{}}
		syntax.InspectBody(m.Body, r.visit)
	}
	if c.Found && !c.FromSettings && c.FromSetting == "" && !c.FromModule && c.Elsewhere == "" && c.Namespace != "" {
		c.Elsewhere = "the Celery application's configuration was not found"
	}
	return c
}

// CeleryValues gives what text alone does not tell. Its functions may be nil.
type CeleryValues struct {
	// Global is the value that a name or attribute has at the level of its module, in the world as shipped; invalid where it has none that
	// is known. What it gives is never changed afterwards.
	Global func(m *syntax.Module, e syntax.Expr) eval.Value
	// Module is the global names of a module of the project, by its dotted name or by an expression that stands for it; ok is false for
	// what is none.
	Module func(m *syntax.Module, object syntax.Expr, dotted string) (names []eval.Entry, ok bool)
}

func (v CeleryValues) global(m *syntax.Module, e syntax.Expr) eval.Value {
	if v.Global == nil || e == nil {
		return eval.Value{}
	}
	return v.Global(m, e)
}

// celeryReader reads one module.
type celeryReader struct {
	celery *Celery
	module *syntax.Module
	values CeleryValues
	apps   map[string]bool // names that hold an application
}

func (r *celeryReader) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Assign:
		r.assign(n)
	case *syntax.Call:
		r.call(n)
	}
	return true
}

// assign reads `app = Celery(...)` and `app.conf.option = value`.
func (r *celeryReader) assign(a *syntax.Assign) {
	for _, target := range a.Targets {
		if call, ok := a.Value.(*syntax.Call); ok && lastName(call.Func) == "Celery" {
			if name, ok := target.(*syntax.Name); ok {
				r.apps[name.ID] = true
			}
			continue
		}
		switch t := target.(type) {
		case *syntax.Attribute:
			if r.isConf(t.Value) {
				r.change(t.Attr, a.Value, a)
			}
		case *syntax.Subscript:
			if key, ok := t.Slice.(*syntax.Constant); ok && key.Kind == syntax.Str && r.isConf(t.Value) {
				r.change(key.Value, a.Value, a)
			}
		}
	}
}

// isConf reports whether an expression is the configuration of an application: `app.conf`, `celery_app.conf`, `self.app.conf`.
func (r *celeryReader) isConf(e syntax.Expr) bool {
	a, ok := e.(*syntax.Attribute)
	if !ok || a.Attr != "conf" {
		return false
	}
	name := lastName(a.Value)
	return r.apps[name] || name == "app" || strings.Contains(strings.ToLower(name), "celery")
}

func (r *celeryReader) call(call *syntax.Call) {
	switch lastName(call.Func) {
	case "Celery":
		r.constructor(call)
	case "config_from_object":
		if _, ok := call.Func.(*syntax.Attribute); ok {
			r.configure(call)
		}
	case "update":
		if a, ok := call.Func.(*syntax.Attribute); ok && r.isConf(a.Value) {
			r.update(call)
		}
	}
}

// constructor reads Celery("name", broker=..., backend=...).
func (r *celeryReader) constructor(call *syntax.Call) {
	if _, ok := call.Func.(*syntax.Name); !ok && dottedExpr(call.Func) != "celery.Celery" {
		return
	}
	r.celery.Found = true
	if r.celery.At.IsZero() {
		r.celery.At = r.module.Span(call)
	}
	for _, k := range call.Keywords {
		switch k.Name {
		case "broker":
			r.change("broker_url", k.Value, k)
		case "backend":
			r.change("result_backend", k.Value, k)
		case "config_source":
			r.configureFrom(k.Value)
		case "namespace":
			r.namespace(k.Value)
		}
	}
}

// configure reads app.config_from_object("django.conf:settings", namespace="CELERY").
func (r *celeryReader) configure(call *syntax.Call) {
	c := r.celery
	c.Found, c.At = true, r.module.Span(call)
	var object syntax.Expr
	if len(call.Args) > 0 {
		object = call.Args[0]
	}
	for _, k := range call.Keywords {
		switch k.Name {
		case "obj":
			object = k.Value
		case "namespace":
			r.namespace(k.Value)
		}
	}
	if len(call.Args) > 3 {
		r.namespace(call.Args[3])
	}
	r.configureFrom(object)
}

func (r *celeryReader) configureFrom(object syntax.Expr) {
	c := r.celery
	text := dottedExpr(object)
	if k, ok := object.(*syntax.Constant); ok && k.Kind == syntax.Str {
		text = k.Value
	}
	last := text[strings.LastIndexAny(text, ".:")+1:]
	if text == "django.conf:settings" || text == "django.conf.settings" || last == "settings" || strings.Contains(text, ".settings.") && !isSettingName(last) {
		c.FromSettings = true
		return
	}
	if a, ok := object.(*syntax.Attribute); ok && lastName(a.Value) == "settings" && isSettingName(a.Attr) {
		c.FromSetting = a.Attr
		return
	}
	if r.fromModule(object, text) {
		return
	}
	if !c.FromSettings && c.FromSetting == "" {
		c.Elsewhere = "Celery is configured from an object that is not read, " + place(c.At)
	}
}

// fromModule takes the options of a module of the project that config_from_object names. Source: celery/loaders/base.py, where its upper- and
// lower-case names are options, those with the prefix of the namespace alone where there is one.
func (r *celeryReader) fromModule(object syntax.Expr, text string) bool {
	if r.values.Module == nil || r.celery.FromSettings {
		return false
	}
	names, ok := r.values.Module(r.module, object, text)
	if !ok {
		return false
	}
	r.celery.FromModule = true
	var options []change
	for _, e := range names {
		name, _ := e.Key.AsStr()
		if strings.HasPrefix(name, "_") || r.celery.Namespace != "" && !strings.HasPrefix(strings.ToUpper(name), strings.ToUpper(r.celery.Namespace)+"_") {
			continue
		}
		v, at := e.Value, e.Value.At()
		if at.IsZero() {
			at = r.celery.At
		}
		options = append(options, change{name, shippedAlone(v, at), at})
	}
	r.celery.changes = append(options, r.celery.changes...) // what the application is given itself counts for more, whenever it was given
	return true
}

// shippedAlone is a value of the world as shipped, of which other worlds know nothing.
func shippedAlone(v eval.Value, at source.Span) func(*World) eval.Value {
	return func(w *World) eval.Value {
		if w == w.settings.Shipped() {
			return v
		}
		return eval.MakeUnknown("it is computed outside the settings, " + place(at))
	}
}

func (r *celeryReader) namespace(e syntax.Expr) {
	if k, ok := e.(*syntax.Constant); ok && k.Kind == syntax.Str {
		r.celery.Namespace = strings.TrimRight(k.Value, "_")
		return
	}
	if k, ok := e.(*syntax.Constant); !ok || k.Kind != syntax.None {
		r.celery.Elsewhere = "the namespace of Celery's settings is computed, " + place(r.module.Span(e))
	}
}

// update reads conf.update(option=value), conf.update({"option": value}).
func (r *celeryReader) update(call *syntax.Call) {
	for _, arg := range call.Args {
		if d, ok := arg.(*syntax.Dict); ok {
			for i, key := range d.Keys {
				k, ok := key.(*syntax.Constant)
				if !ok || k.Kind != syntax.Str {
					r.change("", nil, d)
					continue
				}
				r.change(k.Value, d.Values[i], k)
			}
			continue
		}
		r.given(arg)
	}
	for _, k := range call.Keywords {
		if k.Name == "" {
			r.given(k.Value)
			continue
		}
		r.change(k.Name, k.Value, k)
	}
}

// given takes the options of a dictionary that a name stands for.
func (r *celeryReader) given(dictionary syntax.Expr) {
	v := r.values.global(r.module, dictionary)
	if v.Kind() != eval.Dict || v.IsOpen() {
		r.change("", nil, dictionary)
		return
	}
	at := r.module.Span(dictionary)
	for _, e := range v.Entries() {
		name, ok := e.Key.AsStr()
		if !ok {
			r.change("", nil, dictionary)
			return
		}
		r.celery.changes = append(r.celery.changes, change{name, shippedAlone(e.Value, at), at})
	}
}

// change records an option; an empty name stands for any.
func (r *celeryReader) change(name string, value syntax.Expr, n syntax.Node) {
	at := r.module.Span(n)
	if value != nil {
		at = r.module.Span(value)
	}
	m, global := r.module, r.values.global(r.module, value)
	r.celery.changes = append(r.celery.changes, change{name, func(w *World) eval.Value {
		v := literal(w, m, value)
		if v.IsUnknown() && global.IsValid() && w == w.settings.Shipped() {
			return global
		}
		return v
	}, at})
}

// literal is the value of an expression outside the settings module: literals, containers of them, products of numbers,
// and settings.NAME. Everything else is Unknown.
func literal(w *World, m *syntax.Module, e syntax.Expr) eval.Value {
	v := literalAt(w, m, e, 0)
	if v.Origin() != nil {
		return v
	}
	return v.WithOrigin(&eval.Origin{At: m.Span(e), Literal: !v.IsUnknown()})
}

func literalAt(w *World, m *syntax.Module, e syntax.Expr, depth int) eval.Value {
	unknown := eval.MakeUnknown("it is computed outside the settings, " + place(m.Span(e)))
	if depth > 20 {
		return unknown
	}
	switch e := e.(type) {
	case *syntax.Constant:
		if v := constant(e); v.IsValid() {
			return v
		}
	case *syntax.List:
		return eval.MakeList(literals(w, m, e.Elts, depth)...)
	case *syntax.Tuple:
		return eval.MakeTuple(literals(w, m, e.Elts, depth)...)
	case *syntax.Dict:
		return literalDict(w, m, e, depth, unknown)
	case *syntax.BinOp:
		a, okA := literalAt(w, m, e.Left, depth+1).AsInt()
		b, okB := literalAt(w, m, e.Right, depth+1).AsInt()
		if okA && okB && e.Op == syntax.Mult {
			return eval.MakeInt(a * b)
		}
	case *syntax.Attribute:
		if base := dottedExpr(e.Value); base == "settings" || base == "django.conf.settings" {
			if s := w.Get(e.Attr); s.Value.IsValid() {
				return s.Value
			}
		}
	}
	return unknown
}

func literals(w *World, m *syntax.Module, list []syntax.Expr, depth int) []eval.Value {
	var values []eval.Value
	for _, e := range list {
		values = append(values, literalAt(w, m, e, depth+1))
	}
	return values
}

// literalDict is a dictionary display whose keys are strings.
func literalDict(w *World, m *syntax.Module, d *syntax.Dict, depth int, unknown eval.Value) eval.Value {
	var entries []eval.Entry
	for i, key := range d.Keys {
		k, ok := key.(*syntax.Constant)
		if !ok || k.Kind != syntax.Str {
			return unknown
		}
		entries = append(entries, eval.Entry{Key: eval.MakeStr(k.Value), Value: literalAt(w, m, d.Values[i], depth+1)})
	}
	return eval.MakeDict(entries...)
}

// constant is the value of a literal, invalid for kinds that settings do not use.
func constant(k *syntax.Constant) eval.Value {
	switch k.Kind {
	case syntax.None:
		return eval.MakeNone()
	case syntax.True, syntax.False:
		return eval.MakeBool(k.Kind == syntax.True)
	case syntax.Str:
		return eval.MakeStr(k.Value)
	case syntax.Int:
		var i int64
		if _, err := fmt.Sscanf(strings.ReplaceAll(k.Value, "_", ""), "%d", &i); err == nil {
			return eval.MakeInt(i)
		}
	case syntax.Float:
		var f float64
		if _, err := fmt.Sscanf(k.Value, "%g", &f); err == nil {
			return eval.MakeFloat(f)
		}
	}
	return eval.Value{}
}

// dottedExpr is a name or attribute chain as text, "" for anything else.
func dottedExpr(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID
	case *syntax.Attribute:
		if base := dottedExpr(e.Value); base != "" {
			return base + "." + e.Attr
		}
	}
	return ""
}

// lastName is the last part of a name or attribute chain, whatever stands before it.
func lastName(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID
	case *syntax.Attribute:
		return e.Attr
	}
	return ""
}

// place is a span for a sentence: "shop/celery.py:7".
func place(at source.Span) string {
	if at.IsZero() {
		return "nowhere in the project"
	}
	return fmt.Sprintf("%s:%d", at.Path(), at.Begin().Line)
}
