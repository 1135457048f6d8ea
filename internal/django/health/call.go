package health

import (
	"strings"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// call reads a call: it follows the project's functions and knows those of packages by name.
func (r *reader) call(in place, c *syntax.Call) {
	for _, a := range c.Args {
		r.argument(in, a)
	}
	if name, ok := c.Func.(*syntax.Name); ok && r.skip[name.ID] {
		return
	}
	if dotted, ok := in.module.Resolve(c.Func); ok {
		r.named(in, c, dotted)
		return
	}
	switch f := c.Func.(type) {
	case *syntax.Name:
		if !nests(in.function, f.ID) {
			r.unknown("its code calls " + f.ID + ", a variable")
		}
	case *syntax.Attribute:
		r.method(in, c, f)
	}
}

// argument notes a connection that is passed on, which a name alone does not tell.
func (r *reader) argument(in place, e syntax.Expr) {
	if dotted, ok := in.module.Resolve(e); ok && isConnection(dotted) {
		r.touch(in, e, database, dotted)
	}
}

func (r *reader) unknown(doubt string) {
	if r.effects.doubt == "" {
		r.effects.doubt = doubt
	}
}

// named is the call of something with a dotted path.
func (r *reader) named(in place, c *syntax.Call, dotted string) {
	if dotted == "django.core.management.call_command" {
		r.command(in, c)
		return
	}
	if d, ok := r.graph.Define(dotted); ok {
		r.definition(in, d)
		return
	}
	switch s := serviceOfCall(dotted); {
	case s != nothing:
		r.touch(in, c, s, dotted)
	case r.graph.Owns(dotted):
		if owner, method, ok := cut(dotted); ok {
			if d, ok := r.graph.Define(owner); ok && d.Class != nil && r.ofClass(in, d.Dotted, method) {
				return
			}
			if d, ok := r.graph.Define(owner); ok && d.Class == nil && d.Function == nil && quietMethod(method) {
				return
			}
		}
		r.unknown("its code calls " + dotted + ", which is not followed")
	default:
		r.unknown("its code calls " + dotted + ", of a package that is not in the project")
	}
}

// quietMethod are the methods of loggers, containers and texts.
func quietMethod(name string) bool {
	switch name {
	case "debug", "info", "warning", "error", "exception", "critical", "log", "append", "get", "items", "keys", "values", "update", "format", "join", "add", "bind":
		return true
	}
	return false
}

// command is a management command that code runs.
func (r *reader) command(in place, c *syntax.Call) {
	name := ""
	if len(c.Args) > 0 {
		if k, ok := c.Args[0].(*syntax.Constant); ok {
			name = k.Value
		}
	}
	switch name {
	case "migrate", "showmigrations", "inspectdb", "flush", "dbshell", "makemigrations", "clearsessions":
		r.touch(in, c, database, "the management command "+name)
	default:
		r.unknown("its code runs a management command")
	}
}

// definition follows a function or class of the project.
func (r *reader) definition(in place, d resolve.Definition) {
	to := place{module: d.Module, caught: in.caught}
	switch {
	case d.Function != nil:
		if owner, _, ok := cut(d.Dotted); ok {
			if class, ok := r.graph.Define(owner); ok && class.Class != nil {
				to.class = owner
			}
		}
		r.function(to, d.Function)
	case d.Class != nil:
		r.ofClass(in, d.Dotted, "__init__")
	case d.Value != nil:
		r.unknown("its code calls " + d.Dotted + ", which is not followed")
	}
}

// method is value.name(...), where the value is none of a module.
func (r *reader) method(in place, c *syntax.Call, f *syntax.Attribute) {
	switch base := f.Value.(type) {
	case *syntax.Name:
		if (base.ID == "self" || base.ID == "cls") && in.class != "" {
			r.ofClass(in, in.class, f.Attr)
		}
	case *syntax.Call: // Class(...).name(...), super().name(...)
		if dotted, ok := in.module.Resolve(base.Func); ok {
			if dotted == "builtins.super" && in.class != "" {
				r.ofParents(in, f.Attr)
			} else if d, ok := r.graph.Define(dotted); ok && d.Class != nil {
				r.ofClass(in, d.Dotted, f.Attr)
			}
		}
	}
}

// ofClass follows a method of a class of the project, or of one that it inherits from.
func (r *reader) ofClass(in place, class, method string) bool {
	names, _ := r.graph.Ancestors(class)
	return r.inherited(in, append([]string{class}, names...), class, method)
}

// ofParents follows super().method().
func (r *reader) ofParents(in place, method string) {
	names, _ := r.graph.Ancestors(in.class)
	r.inherited(in, names, in.class, method)
}

func (r *reader) inherited(in place, classes []string, self, method string) bool {
	for _, name := range classes {
		d, ok := r.graph.Define(name + "." + method)
		if ok && d.Function != nil {
			r.function(place{module: d.Module, class: self, caught: in.caught}, d.Function)
			return true
		}
	}
	return false
}

// nests reports whether a name is a function that stands in the body of the one that is being read, and is read with it.
func nests(f *syntax.FunctionDef, name string) bool {
	found := false
	if f == nil {
		return false
	}
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if d, ok := n.(*syntax.FunctionDef); ok && d.Name == name {
			found = true
		}
		return !found
	})
	return found
}

// cut divides a dotted path before its last part.
func cut(dotted string) (owner, name string, ok bool) {
	at := strings.LastIndexByte(dotted, '.')
	if at < 0 {
		return "", "", false
	}
	return dotted[:at], dotted[at+1:], true
}
