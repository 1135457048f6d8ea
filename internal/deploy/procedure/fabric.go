package procedure

import (
	"path"
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// fabfiles are the functions of a fabfile or tasks.py that run commands on machines (https://docs.fabfile.org).
func (r *reader) fabfiles() (all []*Procedure) {
	for _, name := range r.tree.WithExt(".py") {
		base := path.Base(name)
		if base != "fabfile.py" && !strings.HasSuffix(path.Dir("/"+name), "/fabfile") && base != "deploy.py" {
			continue
		}
		f, ok := r.tree.Read(name)
		if !ok || !strings.Contains(string(f.Data), "fabric") && !strings.Contains(string(f.Data), "invoke") {
			continue
		}
		m := syntax.Parse(f)
		x := fabric{reader: r, module: m, functions: map[string]*syntax.FunctionDef{}}
		for _, s := range m.Body {
			if def, ok := s.(*syntax.FunctionDef); ok {
				x.functions[def.Name] = def
			}
		}
		all = append(all, x.procedures(m)...)
	}
	return all
}

// procedures are the functions that are called after a deployment; restart only where no other one is.
func (x *fabric) procedures(m *syntax.Module) (list []*Procedure) {
	f := m.File
	for _, restart := range []bool{false, true} {
		for _, s := range m.Body {
			def, ok := s.(*syntax.FunctionDef)
			if !ok || restart && (len(list) > 0 || def.Name != "restart") || !restart && !namedDeploy(def.Name) && def.Name != "release" && def.Name != "update" {
				continue
			}
			out := &Procedure{Name: "the function " + def.Name + " of " + f.Path, At: source.Span{File: f, Start: def.NamePos, End: def.NamePos + syntax.Pos(len(def.Name))}}
			x.body(out, def, 0)
			list = append(list, out)
		}
	}
	return list
}

type fabric struct {
	*reader
	module    *syntax.Module
	functions map[string]*syntax.FunctionDef
	calls     int
}

// body follows the calls of a function in order of the text, functions of the file included.
func (x *fabric) body(out *Procedure, def *syntax.FunctionDef, depth int) {
	if depth > 8 {
		return
	}
	syntax.InspectBody(def.Body, func(n syntax.Node) bool {
		call, ok := n.(*syntax.Call)
		if !ok {
			_, inner := n.(*syntax.FunctionDef)
			return !inner
		}
		if x.calls++; x.calls > maxSteps {
			return false
		}
		name := ""
		switch f := call.Func.(type) {
		case *syntax.Name:
			name = f.ID
			if inner := x.functions[name]; inner != nil && inner != def {
				x.body(out, inner, depth+1)
				return true
			}
		case *syntax.Attribute:
			name = f.Attr
		}
		switch name {
		case "run", "sudo", "local", "execute_remote":
			x.command(out, call)
		case "execute":
			for _, a := range call.Args {
				if f, ok := a.(*syntax.Name); ok && x.functions[f.ID] != nil {
					x.body(out, x.functions[f.ID], depth+1)
				}
			}
		}
		return true
	})
}

// command follows the text that a call runs. Parts of it that are not known become a variable.
func (x *fabric) command(out *Procedure, call *syntax.Call) {
	if len(call.Args) == 0 {
		return
	}
	text, ok := textOf(call.Args[0])
	if !ok {
		if out.Doubt == "" {
			out.Doubt = "a command of it is computed"
		}
		return
	}
	at := x.module.Span(call.Args[0])
	for _, c := range x.follow.Text(text, ".", at) {
		out.add(c)
	}
}

// textOf is a text in the source: a constant, or one with parts that are filled in.
func textOf(e syntax.Expr) (string, bool) {
	switch e := e.(type) {
	case *syntax.Constant:
		return e.Value, e.Kind == syntax.Str
	case *syntax.JoinedStr:
		var b strings.Builder
		for _, part := range e.Values {
			if c, ok := part.(*syntax.Constant); ok {
				b.WriteString(c.Value)
			} else {
				b.WriteString("$X")
			}
		}
		return b.String(), true
	case *syntax.BinOp:
		left, ok := textOf(e.Left)
		if e.Op == syntax.Mod {
			return strings.NewReplacer("%s", "$X", "%d", "$X").Replace(left), ok
		}
		right, also := textOf(e.Right)
		return left + right, ok && also && e.Op == syntax.Add
	case *syntax.Call:
		if a, ok := e.Func.(*syntax.Attribute); ok && a.Attr == "format" {
			text, ok := textOf(a.Value)
			return strings.NewReplacer("{}", "$X", "{0}", "$X").Replace(text), ok
		}
	}
	return "", false
}
