package check

import (
	"slices"
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// This file finds the code that checks passwords, and what calls it.

// maxCallers is how many calls a view may be away from the code that checks the password.
const maxCallers = 5

// step is a function on the way to a check of a password. Concrete is the class whose object runs it, "" where it is no method.
type step struct {
	fn       *flow.Function
	concrete string
}

// passwordReaders go from the code that checks passwords to those who call it.
type passwordReaders struct {
	code  *flow.Code
	graph *resolve.Graph
	// below are the classes of the project that inherit from a class, by dotted name.
	below map[string][]*flow.Class
	// views are the classes that name a form which checks passwords as theirs.
	views map[*syntax.ClassDef]bool
}

// passwordCode is the code that checks passwords: Directly calls authenticate() itself, Reached calls such code, Views name a form or
// serializer that does.
type passwordCode struct {
	directly, reached map[*flow.Function]bool
	views             map[*syntax.ClassDef]bool
}

// codeThatChecksPasswords finds the code that checks a password and lets somebody in, and what calls it.
func codeThatChecksPasswords(p *SourcePass) (found passwordCode) {
	r := &passwordReaders{code: p.Project.Flow(), graph: p.Project.Code.Graph(), views: map[*syntax.ClassDef]bool{}}
	directly := functionsThatAuthenticate(p)
	var starts, compares, enters []step
	for f := range directly {
		starts = append(starts, r.steps(f)...)
	}
	starts = append(starts, r.formsAndViews()...)
	for _, c := range r.code.Named("check_password", "acheck_password") {
		switch {
		case c.In == nil || len(c.Args)+len(c.Keywords) == 0 || isBackend(c.In):
		case comparesOfFound(c):
			starts = append(starts, r.steps(c.In)...)
		default:
			compares = append(compares, r.steps(c.In)...)
		}
	}
	found = passwordCode{directly, r.reach(starts), r.views}
	if len(compares) == 0 {
		return found
	}
	r.views = map[*syntax.ClassDef]bool{} // who compares a password and lets nobody in asks for it again
	for _, c := range r.code.Named("login", "alogin") {
		if c.In != nil && strings.HasPrefix(c.Dotted(), "django.contrib.auth.") {
			enters = append(enters, r.steps(c.In)...)
		}
	}
	entering := r.reach(enters)
	for f := range r.reach(compares) {
		if entering[f] {
			found.reached[f] = true
		}
	}
	return found
}

// checks reports whether a view checks passwords: itself, or through code that it calls where somebody who is not logged in can do so.
func (c passwordCode) checks(p *SourcePass, e *routes.Endpoint) bool {
	bodies := ViewBodies(p, e)
	if slices.ContainsFunc(bodies, func(f *flow.Function) bool { return c.directly[f] }) {
		return true
	}
	if e.Anyone() == eval.No || isSignUp(e.View.Name) {
		return false
	}
	if slices.ContainsFunc(bodies, func(f *flow.Function) bool { return c.reached[f] }) {
		return true
	}
	for _, name := range e.View.Ancestors {
		if d, ok := p.Project.Code.Graph().Define(name); ok && d.Class != nil && c.views[d.Class] {
			return true
		}
	}
	return false
}

// comparesOfFound reports whether the password is compared with that of a user whom the function looked up by what a client says, rather than
// of who is logged in, or of one that it was given.
func comparesOfFound(c *flow.Call) bool {
	m, ok := c.Func.(*syntax.Attribute)
	if !ok {
		hashed, isAttribute := flow.Arg(c.Call, 1, "encoded").(*syntax.Attribute) // check_password(password, user.password)
		if !isAttribute || hashed.Attr != "password" {
			return false
		}
		m = hashed
	}
	name, ok := m.Value.(*syntax.Name)
	if !ok || name.ID == "self" {
		return false
	}
	given := false
	for f := c.In; f != nil; f = f.Outer {
		given = given || slices.ContainsFunc(f.Parameters(), func(p *syntax.Arg) bool { return p.Name == name.ID })
	}
	if value := c.In.Value(name); value != nil {
		_, isCall := value.(*syntax.Call)
		return isCall && !mentionsCaller(c.In, value, 0)
	}
	return !given && c.In.Binds(name.ID)
}

// mentionsCaller reports whether an expression names the user of the request, or one that an object holds, also through variables.
func mentionsCaller(f *flow.Function, e syntax.Expr, depth int) bool {
	found := depth > maxCallers
	syntax.Inspect(e, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Attribute:
			base, isName := n.Value.(*syntax.Name)
			found = found || n.Attr == "user" && (f.IsRequest(n.Value) || isName && base.ID == "self")
		case *syntax.Name:
			if v := f.Value(n); v != nil && !found {
				found = mentionsCaller(f, v, depth+1)
			}
		}
		return !found
	})
	return found
}

// isSignUp reports whether a view makes accounts, by its name: what it does with a password is another thing.
func isSignUp(name string) bool {
	lower := strings.ToLower(strings.ReplaceAll(name[strings.LastIndexByte(name, '.')+1:], "_", ""))
	return strings.Contains(lower, "signup") || strings.Contains(lower, "register") || strings.Contains(lower, "registration")
}

// isBackend reports whether a function is a backend's, which authenticate() calls.
func isBackend(f *flow.Function) bool {
	return f.Name == "authenticate" && slices.ContainsFunc(f.Parameters(), func(p *syntax.Arg) bool { return p.Name == "request" })
}

// formsAndViews are the functions that make Django's form for logins, or hand a request on to its view.
func (r *passwordReaders) formsAndViews() (list []step) {
	const form, view = "django.contrib.auth.forms.AuthenticationForm", "django.contrib.auth.views.LoginView"
	add := func(f *flow.Function) {
		if f != nil {
			list = append(list, r.steps(f)...)
		}
	}
	for _, c := range r.named(form) {
		if len(c.Args)+len(c.Keywords) > 1 || len(c.Keywords) == 1 && c.Keywords[0].Name == "data" { // with data, and no empty one
			add(c.In)
		}
	}
	for _, c := range r.code.Named("as_view") {
		m, ok := c.Func.(*syntax.Attribute)
		if !ok || c.In == nil {
			continue
		}
		if name, ok := c.Module.Resolve(m.Value); ok && r.inherits(name, view) {
			add(c.In)
		}
	}
	return list
}

// named are the calls of a class of a package, or of one of the project that inherits from it.
func (r *passwordReaders) named(class string) (list []*flow.Call) {
	names := []string{class[strings.LastIndexByte(class, '.')+1:]}
	for _, k := range r.subclasses(class) {
		names = append(names, k.Name)
	}
	for _, c := range r.code.Named(names...) {
		if name := c.Dotted(); name != "" && r.inherits(name, class) {
			list = append(list, c)
		}
	}
	return list
}

// inherits reports whether a class is, or inherits from, another.
func (r *passwordReaders) inherits(name, from string) bool {
	if r.graph.Follow(name) == from {
		return true
	}
	ancestors, _ := r.graph.Ancestors(name)
	return slices.ContainsFunc(ancestors, func(a string) bool { return r.graph.Follow(a) == from })
}

// subclasses are the classes of the project that inherit from a class.
func (r *passwordReaders) subclasses(class string) []*flow.Class {
	if r.below == nil {
		r.below = map[string][]*flow.Class{}
		for _, k := range r.code.Classes {
			ancestors, _ := r.graph.Ancestors(dottedClass(k))
			for _, a := range ancestors {
				a = r.graph.Follow(a)
				r.below[a] = append(r.below[a], k)
			}
		}
	}
	return r.below[class]
}

func dottedClass(k *flow.Class) string { return k.Module.Dotted + "." + k.Name }

// steps are a function, or a method in each class that can run it.
func (r *passwordReaders) steps(f *flow.Function) []step {
	if f.Class == nil {
		return []step{{f, ""}}
	}
	own := dottedClass(f.Class)
	list := []step{{f, own}}
	for _, k := range r.subclasses(own) {
		list = append(list, step{f, dottedClass(k)})
	}
	return list
}

// reach goes from functions to those that call them.
func (r *passwordReaders) reach(from []step) map[*flow.Function]bool {
	found, seen := map[*flow.Function]bool{}, map[step]bool{}
	for range maxCallers {
		var next []step
		for _, s := range from {
			if seen[s] {
				continue
			}
			seen[s], found[s.fn] = true, true
			next = append(next, r.callers(s)...)
		}
		from = next
	}
	return found
}

// callers are the functions that call another one.
func (r *passwordReaders) callers(s step) (list []step) {
	if s.fn.Outer != nil {
		return nil
	}
	if s.concrete == "" {
		for _, c := range r.code.Named(s.fn.Name) {
			if c.In != nil && r.graph.Follow(c.Dotted()) == s.fn.Module.Dotted+"."+s.fn.Name {
				list = append(list, r.steps(c.In)...)
			}
		}
		return list
	}
	for _, c := range r.code.Named(s.fn.Name) { // self.check() in a class that the object is of
		if path := flow.Path(c.Func); c.In != nil && c.Class != nil && (path == "self."+s.fn.Name || path == "cls."+s.fn.Name || path == "super."+s.fn.Name) && r.inherits(s.concrete, dottedClass(c.Class)) {
			list = append(list, step{c.In, s.concrete})
		}
	}
	return append(list, r.users(s)...)
}

// users are the functions that make an object of the class and call the method, and the methods of views that name the class as their form.
func (r *passwordReaders) users(s step) (list []step) {
	name := s.concrete[strings.LastIndexByte(s.concrete, '.')+1:]
	for _, c := range r.code.Named(name) {
		if c.In != nil && r.graph.Follow(c.Dotted()) == s.concrete && (runsByItself(s.fn.Name) || c.In.Mentions(s.fn.Name)) {
			list = append(list, r.steps(c.In)...)
		}
	}
	if !runsByItself(s.fn.Name) {
		return list
	}
	for _, k := range r.code.Classes {
		for _, attribute := range []string{"form_class", "serializer_class", "authentication_form"} {
			v := k.Attribute(attribute)
			if v == nil {
				continue
			}
			if form, ok := k.Module.Resolve(v); ok && r.graph.Follow(form) == s.concrete {
				r.views[k.ClassDef] = true
				for _, m := range k.Methods {
					list = append(list, r.steps(m)...)
				}
			}
		}
	}
	return list
}

// runsByItself reports whether Django or the framework calls a method of a form or serializer when it is made or asked whether it is valid.
func runsByItself(method string) bool {
	return strings.HasPrefix(method, "clean") || strings.HasPrefix(method, "validate") || method == "__init__" || method == "full_clean" || method == "is_valid" ||
		method == "run_validation" || method == "save" || method == "create"
}
