package project

import (
	"path"
	"strconv"

	"gonogo/internal/python/syntax"
)

// paths evaluates the expressions with which entry points and settings say where a folder of the project is: __file__, os.path,
// pathlib. Paths are relative to the tree's root.
type paths struct {
	file  string // the file in which the expressions stand
	cwd   string // what os.getcwd() is taken for
	names map[string]syntax.Expr
	left  int // evaluations that are still allowed
}

func newPaths(m *syntax.Module, cwd string) *paths {
	p := &paths{file: m.File.Path, cwd: cwd, names: make(map[string]syntax.Expr), left: 2000}
	syntax.InspectBody(m.Body, func(n syntax.Node) bool {
		if a, ok := n.(*syntax.Assign); ok && len(a.Targets) == 1 {
			if name, ok := a.Targets[0].(*syntax.Name); ok {
				p.names[name.ID] = a.Value
			}
		}
		return true
	})
	return p
}

// eval is the path that an expression stands for; ok is false for anything that leaves the tree or cannot be followed.
func (p *paths) eval(e syntax.Expr) (string, bool) {
	if p.left--; p.left < 0 {
		return "", false
	}
	switch e := e.(type) {
	case *syntax.Constant:
		if e.Kind == syntax.Str && !path.IsAbs(e.Value) {
			return path.Join(p.cwd, e.Value), true
		}
	case *syntax.Name:
		if e.ID == "__file__" {
			return p.file, true
		}
		if value, ok := p.names[e.ID]; ok {
			return p.eval(value)
		}
	case *syntax.Attribute:
		if e.Attr == "parent" {
			return p.up(e.Value, 1)
		}
	case *syntax.Subscript:
		return p.parents(e)
	case *syntax.BinOp:
		if e.Op == syntax.Div {
			return p.join(e.Left, e.Right)
		}
	case *syntax.Call:
		return p.call(e)
	}
	return "", false
}

// parents is Path.parents[n].
func (p *paths) parents(e *syntax.Subscript) (string, bool) {
	a, isAttribute := e.Value.(*syntax.Attribute)
	n, isConstant := e.Slice.(*syntax.Constant)
	if !isAttribute || a.Attr != "parents" || !isConstant || n.Kind != syntax.Int {
		return "", false
	}
	levels, err := strconv.Atoi(n.Value)
	if err != nil || levels > 50 {
		return "", false
	}
	return p.up(a.Value, levels+1)
}

func (p *paths) up(e syntax.Expr, levels int) (string, bool) {
	at, ok := p.eval(e)
	for range levels {
		if !ok || at == "." {
			return "", false
		}
		at = path.Dir(at)
	}
	return at, ok
}

func (p *paths) join(left, right syntax.Expr) (string, bool) {
	base, ok := p.eval(left)
	part, isText := right.(*syntax.Constant)
	if !ok || !isText || part.Kind != syntax.Str || path.IsAbs(part.Value) {
		return "", false
	}
	joined := path.Join(base, part.Value)
	return joined, joined != ".." && !hasPrefixSegment(joined, "..")
}

// call knows the functions that make paths by the last part of their names, whatever they were imported as.
func (p *paths) call(e *syntax.Call) (string, bool) {
	switch lastName(e.Func) {
	case "dirname":
		if len(e.Args) == 1 {
			return p.up(e.Args[0], 1)
		}
	case "abspath", "realpath", "normpath", "str", "fspath", "Path", "PurePath", "expanduser":
		if len(e.Args) == 1 {
			return p.eval(e.Args[0])
		}
	case "resolve", "absolute", "as_posix":
		if a, ok := e.Func.(*syntax.Attribute); ok && len(e.Args) == 0 {
			return p.eval(a.Value)
		}
	case "getcwd", "cwd":
		return p.cwd, true
	case "join", "joinpath":
		return p.joinAll(e)
	}
	return "", false
}

// joinAll is os.path.join(base, "a", "b"), os.path.join(base, os.pardir) and path.joinpath("a").
func (p *paths) joinAll(e *syntax.Call) (string, bool) {
	args := e.Args
	if a, ok := e.Func.(*syntax.Attribute); ok && a.Attr == "joinpath" {
		args = append([]syntax.Expr{a.Value}, args...)
	}
	if len(args) == 0 {
		return "", false
	}
	at, ok := p.eval(args[0])
	for _, arg := range args[1:] {
		switch c, isText := arg.(*syntax.Constant); {
		case lastName(arg) == "pardir":
			at = path.Join(at, "..")
		case isText && c.Kind == syntax.Str && !path.IsAbs(c.Value):
			at = path.Join(at, c.Value)
		default:
			return "", false
		}
	}
	return at, ok && at != ".." && !hasPrefixSegment(at, "..")
}

func hasPrefixSegment(p, segment string) bool {
	return p == segment || len(p) > len(segment) && p[:len(segment)] == segment && p[len(segment)] == '/'
}

// lastName is the last part of a name or attribute chain, "" for anything else.
func lastName(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID
	case *syntax.Attribute:
		return e.Attr
	}
	return ""
}
