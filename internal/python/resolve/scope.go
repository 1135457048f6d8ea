package resolve

import (
	"sort"

	"gonogo/internal/python/syntax"
)

// scope is a region of the text with names of its own: a module, function, class, lambda or comprehension (Language Reference, 4.2.2).
type scope struct {
	syntax.Range
	parent  *scope
	class   bool // names of a class body are not seen by the functions in it
	names   names
	outside map[string]bool // declared global or nonlocal: bound elsewhere
	inner   []*scope        // in order of the text
	stars   []string        // modules that the scope star-imports, in order
}

// at is the innermost scope that holds a place.
func (s *scope) at(pos syntax.Pos) *scope {
	for {
		i := sort.Search(len(s.inner), func(i int) bool { return s.inner[i].End > pos })
		if i == len(s.inner) || pos < s.inner[i].Start {
			return s
		}
		s = s.inner[i]
	}
}

// lookup finds a name as code in the scope sees it. ok is false for a name that the module does not bind.
func (s *scope) lookup(name string) (b binding, in *scope, ok bool) {
	for at := s; at != nil; at = at.parent {
		if at.class && at != s {
			continue
		}
		if at.outside[name] {
			continue
		}
		if b, ok := at.names.get(name); ok {
			return b, at, true
		}
	}
	return binding{}, nil, false
}

// binder builds the scopes of a module.
type binder struct {
	module *Module
	scope  *scope
	depth  int      // branches around the statement
	path   []string // classes around it
}

func (b *binder) bind(name string, x binding) {
	if name == "" {
		return
	}
	x.conditional = b.depth > 0
	b.scope.names.bind(name, x)
}

// enter runs build in a new scope that covers a range.
func (b *binder) enter(r syntax.Range, class bool, build func()) *scope {
	s := &scope{Range: r, parent: b.scope, class: class}
	outer, depth := b.scope, b.depth
	b.scope, b.depth = s, 0
	build()
	b.scope, b.depth = outer, depth
	sort.Slice(s.inner, func(i, j int) bool { return s.inner[i].Start < s.inner[j].Start })
	outer.inner = append(outer.inner, s)
	return s
}

func (b *binder) body(list []syntax.Stmt) {
	for _, s := range list {
		b.stmt(s)
	}
}

// branch is a body that may not run.
func (b *binder) branch(list []syntax.Stmt) {
	b.depth++
	b.body(list)
	b.depth--
}

func (b *binder) stmt(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.Import, *syntax.ImportFrom:
		b.imports(s)
	case *syntax.FunctionDef:
		b.function(s)
	case *syntax.ClassDef:
		b.classDef(s)
	case *syntax.Assign:
		b.exprs(s.Value)
		for _, t := range s.Targets {
			b.assign(t, s.Value)
		}
	case *syntax.AnnAssign:
		b.exprs(s.Annotation, s.Value)
		if s.Value != nil {
			b.assign(s.Target, s.Value)
		}
	case *syntax.AugAssign:
		b.exprs(s.Target, s.Value)
	case *syntax.Global:
		b.declare(s.Names)
	case *syntax.Nonlocal:
		b.declare(s.Names)
	case *syntax.TypeAlias:
		b.bind(s.Name.ID, binding{})
	default:
		b.compound(s)
	}
}

// compound goes through statements that hold others.
func (b *binder) compound(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.If:
		b.exprs(s.Test)
		b.branch(s.Body)
		b.branch(s.Orelse)
	case *syntax.For:
		b.exprs(s.Iter)
		b.assign(s.Target, nil)
		b.branch(s.Body)
		b.branch(s.Orelse)
	case *syntax.While:
		b.exprs(s.Test)
		b.branch(s.Body)
		b.branch(s.Orelse)
	case *syntax.With:
		for _, item := range s.Items {
			b.exprs(item.ContextExpr)
			if item.OptionalVars != nil {
				b.assign(item.OptionalVars, nil)
			}
		}
		b.body(s.Body)
	case *syntax.Try:
		b.body(s.Body)
		for _, h := range s.Handlers {
			b.depth++
			b.exprs(h.Type)
			b.bind(h.Name, binding{})
			b.body(h.Body)
			b.depth--
		}
		b.branch(s.Orelse)
		b.body(s.Finalbody)
	case *syntax.Match:
		b.exprs(s.Subject)
		for _, c := range s.Cases {
			b.depth++
			b.pattern(c.Pattern)
			b.exprs(c.Guard)
			b.body(c.Body)
			b.depth--
		}
	default:
		b.inside(s)
	}
}

// imports binds what an import statement brings.
func (b *binder) imports(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.Import:
		for _, a := range s.Names {
			if a.AsName != "" {
				b.bind(a.AsName, binding{dotted: a.Name, imported: true})
				continue
			}
			top := firstPart(a.Name)
			b.bind(top, binding{dotted: top, imported: true})
		}
	case *syntax.ImportFrom:
		from := b.module.absolute(s)
		for _, a := range s.Names {
			switch {
			case a.Name == "*":
				b.scope.stars = append(b.scope.stars, from)
			case a.AsName != "":
				b.bind(a.AsName, binding{dotted: join(from, a.Name), imported: true})
			default:
				b.bind(a.Name, binding{dotted: join(from, a.Name), imported: true})
			}
		}
	}
}

// qualified is the dotted name of a definition in the scope; "" in functions, whose names nothing outside can reach.
func (b *binder) qualified(name string) string {
	for at := b.scope; at.parent != nil; at = at.parent {
		if !at.class {
			return ""
		}
	}
	prefix := b.module.Dotted
	for _, part := range b.path {
		prefix = join(prefix, part)
	}
	return join(prefix, name)
}

func (b *binder) function(s *syntax.FunctionDef) {
	b.exprs(s.Decorators...)
	b.exprs(s.Returns)
	b.bind(s.Name, binding{dotted: b.qualified(s.Name), function: s})
	b.arguments(s.Args)
	b.enter(bodyRange(s.Range, s.Body), false, func() {
		b.parameters(s.Args)
		b.typeParams(s.TypeParams)
		b.body(s.Body)
	})
}

func (b *binder) classDef(s *syntax.ClassDef) {
	b.exprs(s.Decorators...)
	b.exprs(s.Bases...)
	for _, k := range s.Keywords {
		b.exprs(k.Value)
	}
	dotted := b.qualified(s.Name)
	b.path = append(b.path, s.Name)
	body := b.enter(bodyRange(s.Range, s.Body), true, func() {
		b.typeParams(s.TypeParams)
		b.body(s.Body)
	})
	b.path = b.path[:len(b.path)-1]
	b.bind(s.Name, binding{dotted: dotted, class: s, body: body})
}

// bodyRange is from the first statement of a body to the end of the definition: names before it are of the scope around.
func bodyRange(r syntax.Range, body []syntax.Stmt) syntax.Range {
	if len(body) > 0 {
		r.Start = body[0].Extent().Start
		if d, ok := body[0].(*syntax.FunctionDef); ok && len(d.Decorators) > 0 {
			r.Start = min(r.Start, d.Decorators[0].Extent().Start)
		}
		if d, ok := body[0].(*syntax.ClassDef); ok && len(d.Decorators) > 0 {
			r.Start = min(r.Start, d.Decorators[0].Extent().Start)
		}
	}
	return r
}

// arguments goes through defaults and annotations, which belong to the scope around.
func (b *binder) arguments(a *syntax.Arguments) {
	if a == nil {
		return
	}
	b.exprs(a.Defaults...)
	b.exprs(a.KwDefaults...)
}

func (b *binder) parameters(a *syntax.Arguments) {
	if a == nil {
		return
	}
	for _, list := range [][]*syntax.Arg{a.Posonlyargs, a.Args, a.Kwonlyargs, {a.Vararg, a.Kwarg}} {
		for _, p := range list {
			if p != nil {
				b.bind(p.Name, binding{})
			}
		}
	}
}

func (b *binder) typeParams(list []syntax.TypeParam) {
	for _, p := range list {
		b.bind(p.Name, binding{})
	}
}

// declare notes names that a scope binds elsewhere.
func (b *binder) declare(names []string) {
	if b.scope.outside == nil {
		b.scope.outside = make(map[string]bool)
	}
	for _, n := range names {
		b.scope.outside[n] = true
	}
}

// assign binds the names of a target. value is given where the target is a name alone.
func (b *binder) assign(target, value syntax.Expr) {
	switch t := target.(type) {
	case *syntax.Name:
		b.bind(t.ID, binding{value: value})
	case *syntax.Tuple:
		for _, e := range t.Elts {
			b.assign(e, nil)
		}
	case *syntax.List:
		for _, e := range t.Elts {
			b.assign(e, nil)
		}
	case *syntax.Starred:
		b.assign(t.Value, nil)
	default:
		b.exprs(target)
	}
}

// pattern binds the names that a pattern captures.
func (b *binder) pattern(p syntax.Pattern) {
	switch p := p.(type) {
	case *syntax.MatchSequence:
		b.patterns(p.Patterns)
	case *syntax.MatchMapping:
		b.patterns(p.Patterns)
		b.bind(p.Rest, binding{})
	case *syntax.MatchClass:
		b.patterns(p.Patterns)
		b.patterns(p.KwdPatterns)
	case *syntax.MatchStar:
		b.bind(p.Name, binding{})
	case *syntax.MatchAs:
		if p.Pattern != nil {
			b.pattern(p.Pattern)
		}
		b.bind(p.Name, binding{})
	case *syntax.MatchOr:
		b.patterns(p.Patterns)
	}
}

func (b *binder) patterns(list []syntax.Pattern) {
	for _, p := range list {
		b.pattern(p)
	}
}
