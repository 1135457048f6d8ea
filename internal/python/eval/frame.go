package eval

import (
	"slices"

	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// frame is one activation: of a module, a class body, a function or a comprehension.
type frame struct {
	module     *moduleData
	code       *functionCode // nil for a module or a class body
	slots      []Value       // local names of a function
	space      *dictData     // names of a module (its globals) or of a class body
	global     *dictData     // global names: the module's, or those that were given to exec
	isBody     bool          // of a class
	parent     *frame        // enclosing scope; nil when that is the module
	caller     *frame
	callAt     source.Span
	fn         *funcData // what is running, or nil
	self       Value     // its first argument
	ret        Value
	file       *source.File       // of the code; differs from the module's in an exec of a file
	coro       *coroutine         // of a generator
	owner      *classData         // the class of a body
	notes      []annotation       // names that a module or a class body annotated
	class      string             // qualified name of a class body
	within     *frame             // of a class body: the frame of the class statement
	handling   *thrown            // the exception whose except clause is running
	weakReturn Value              // the unknown on which a return in a weak region depends
	typeParams []syntax.TypeParam // of the class whose bases are being evaluated (PEP 695)
}

func (f *frame) globals() *dictData { return f.global }

func (f *frame) span(n syntax.Node) source.Span {
	e := n.Extent()
	return source.Span{File: f.file, Start: e.Start, End: e.End}
}

// locals is what locals() gives.
func (f *frame) locals() Value {
	if f.code == nil {
		return Value{data: f.space}
	}
	d := newDict()
	for i, name := range f.code.names {
		if f.slots[i].IsValid() {
			d.setStr(name, f.slots[i])
		}
	}
	return Value{data: d}
}

// function is the frame of the function (or body) that a comprehension stands in.
func (f *frame) function() *frame {
	for f.code != nil && f.code.implicit && f.parent != nil {
		f = f.parent
	}
	return f
}

// slot is where a function keeps a local name, or nil when the name isn't local to it.
func (f *frame) slot(name string) *Value {
	if f.code == nil {
		return nil
	}
	if i, ok := f.code.index[name]; ok {
		return &f.slots[i]
	}
	return nil
}

// lookup finds a name as Python does: locals, enclosing functions, globals, builtins.
func (r *run) lookup(f *frame, name string, at source.Span) Value {
	if v, ok := r.find(f, name, at); ok {
		return v
	}
	if v, ok := r.implicitName(f, name); ok {
		return v
	}
	if open := f.global.open; open.IsValid() {
		return r.unknownName(open, name, at)
	}
	if f.code == nil && f.space.open.IsValid() {
		return r.unknownName(f.space.open, name, at)
	}
	r.raise(at, "NameError", "name '"+name+"' is not defined")
	return Value{}
}

// implicitName is a name that nothing assigns: the class around a method, the annotations of the module or class, type parameters.
func (r *run) implicitName(f *frame, name string) (Value, bool) {
	switch name {
	case "__class__":
		for g := f; g != nil; g = g.parent {
			if g.fn != nil && g.fn.class != nil {
				return Value{data: g.fn.class}, true
			}
		}
	case "__annotations__":
		if f.code != nil {
			return MakeUnknown("the annotations of a module"), true
		}
		notes := MakeDict()
		for _, n := range f.notes {
			notes.SetKey(MakeStr(n.name), MakeUnknown("an annotation"))
		}
		return notes, true
	}
	if f.typeParam(name) {
		return MakeUnknown("a type parameter"), true
	}
	return Value{}, false
}

// typeParam reports whether a name is a type parameter of a class or function around a place (PEP 695).
func (f *frame) typeParam(name string) bool {
	for ; f != nil; f = f.parent {
		if hasTypeParam(f.typeParams, name) || f.owner != nil && f.owner.node != nil && hasTypeParam(f.owner.node.TypeParams, name) {
			return true
		}
		if f.fn != nil && f.fn.class != nil && f.fn.class.node != nil && hasTypeParam(f.fn.class.node.TypeParams, name) {
			return true
		}
		if f.code != nil {
			if def, ok := f.code.node.(*syntax.FunctionDef); ok && hasTypeParam(def.TypeParams, name) {
				return true
			}
		}
	}
	return false
}

func hasTypeParam(list []syntax.TypeParam, name string) bool {
	return slices.ContainsFunc(list, func(p syntax.TypeParam) bool { return p.Name == name })
}

// unknownName is a name that an unknown star import may have given.
func (r *run) unknownName(open Value, name string, at source.Span) Value {
	return derived(Value{data: &unknownData{reason: open.Reason(), op: "name " + name}}, at, open)
}

func (r *run) find(f *frame, name string, at source.Span) (Value, bool) {
	global := false
	for s := f; s != nil; s = s.parent {
		if s.code == nil {
			if s == f && s.isBody {
				if v, ok := s.space.getStr(name); ok {
					return v, true
				}
			}
			continue
		}
		if s.code.globals[name] {
			global = true
			break
		}
		if p := s.slot(name); p != nil {
			if p.IsValid() {
				return *p, true
			}
			if s == f && !s.code.implicit {
				r.raise(at, "UnboundLocalError", "cannot access local variable '"+name+"' where it is not associated with a value")
			}
			r.raise(at, "NameError", "cannot access free variable '"+name+"' where it is not associated with a value in enclosing scope")
		}
	}
	_ = global
	if v, ok := f.global.getStr(name); ok {
		return v, true
	}
	return r.builtin(f, name)
}

// store binds a name in the scope that it belongs to.
func (r *run) store(f *frame, name string, v Value, at source.Span) {
	f = f.function()
	if f.code == nil {
		r.weakStoreDict(f.space, name)
		r.at = at
		f.space.setStr(name, v)
		return
	}
	if f.code.globals[name] {
		r.weakStoreDict(f.global, name)
		r.at = at
		f.global.setStr(name, v)
		return
	}
	if p := r.place(f, name); p != nil {
		r.weakStoreSlot(p)
		*p = v
	}
}

// storeLocal binds a name in exactly this scope: the target of a comprehension.
func (r *run) storeLocal(f *frame, name string, v Value, at source.Span) {
	if f.code != nil && f.code.implicit {
		if p := f.slot(name); p != nil {
			*p = v
			return
		}
	}
	r.store(f, name, v, at)
}

// place is the slot of a name in the function or, when it is nonlocal, in an enclosing one.
func (r *run) place(f *frame, name string) *Value {
	if p := f.slot(name); p != nil {
		return p
	}
	for s := f.parent; s != nil; s = s.parent {
		if p := s.slot(name); p != nil {
			return p
		}
	}
	return nil
}

func (r *run) unbind(f *frame, name string, at source.Span) {
	f = f.function()
	if f.code == nil || f.code.globals[name] {
		d := f.space
		if f.code != nil {
			d = f.global
		}
		if _, ok := d.delete(MakeStr(name)); !ok && !d.open.IsValid() {
			r.raise(at, "NameError", "name '"+name+"' is not defined")
		}
		return
	}
	p := r.place(f, name)
	if p == nil || !p.IsValid() {
		r.raise(at, "UnboundLocalError", "cannot access local variable '"+name+"' where it is not associated with a value")
	}
	*p = Value{}
}

// packageName is __package__.
func (m *moduleData) packageName() string {
	if m.pkg {
		return m.name
	}
	if i := strings.LastIndexByte(m.name, '.'); i >= 0 {
		return m.name[:i]
	}
	return ""
}

// path is the module's file relative to the root, or "".
func (m *moduleData) path() string {
	if m.tree == nil || m.tree.File == nil {
		return ""
	}
	return m.tree.File.Path
}
