package check

import (
	"slices"
	"strings"

	"gonogo/internal/python/syntax"
)

// AskForPasswords reports whether one of the backends of authentication may check passwords itself, or code of the project that asks no backend
// does.
func AskForPasswords(p *SourcePass, backends []string) bool {
	return p.Project.Uses("check_password") || p.Project.Uses("acheck_password") || slices.ContainsFunc(backends, func(b string) bool { return checksPasswords(p, b) })
}

// Elsewhere reports whether all backends send people to another site, themselves or through the class that they are made of.
func Elsewhere(p *SourcePass, backends []string) bool {
	return len(backends) > 0 && !slices.ContainsFunc(backends, func(b string) bool {
		if elsewhere(b) || p.Project.Code == nil {
			return !elsewhere(b)
		}
		ancestors, _ := p.Project.Code.Graph().Ancestors(b)
		return !slices.ContainsFunc(ancestors, elsewhere)
	})
}

// checksPasswords is false for a backend that sends people to another site, and for a class of the project that is made of such a one, or whose
// own authenticate() can be given none and asks no other: Django passes over a backend whose signature does not take the credentials
// (https://docs.djangoproject.com/en/5.2/topics/auth/customizing/#writing-an-authentication-backend).
func checksPasswords(p *SourcePass, backend string) bool {
	if elsewhere(backend) {
		return false
	}
	if p.Project.Code == nil {
		return true
	}
	graph := p.Project.Code.Graph()
	ancestors, _ := graph.Ancestors(backend)
	for _, name := range append([]string{backend}, ancestors...) {
		if elsewhere(name) {
			return false
		}
		d, ok := graph.Define(name)
		if !ok || d.Class == nil || speaksOfPasswords(d.Class) {
			return true // a class of a package, or one that may compare them
		}
		if f := methodOf(d.Class, "authenticate"); f != nil {
			return f.Args.Kwarg != nil // which takes whatever is given, a password too
		}
	}
	return true
}

// elsewhere reports whether a backend of a package leaves passwords to another site, or checks none. Sources: the documentation of each.
func elsewhere(backend string) bool {
	for _, prefix := range []string{"mozilla_django_oidc.", "social_core.backends.", "django_auth_adfs.", "djangosaml2.", "django_cas_ng.", "guardian.",
		"rules.permissions.", "django.contrib.auth.backends.RemoteUserBackend"} {
		if strings.HasPrefix(backend, prefix) {
			return true
		}
	}
	return false
}

// methodOf is a method that the body of a class defines, nil without one.
func methodOf(c *syntax.ClassDef, name string) *syntax.FunctionDef {
	for _, s := range c.Body {
		if f, ok := s.(*syntax.FunctionDef); ok && f.Name == name {
			return f
		}
	}
	return nil
}

// speaksOfPasswords reports whether a class has a name or short text with "password" in it, or leaves authentication to another class.
func speaksOfPasswords(c *syntax.ClassDef) bool {
	found := false
	syntax.InspectBody(c.Body, func(n syntax.Node) bool {
		word := ""
		switch n := n.(type) {
		case *syntax.Attribute:
			word = n.Attr
			found = found || word == "authenticate" || word == "aauthenticate"
		case *syntax.Name:
			word = n.ID
		case *syntax.Arg:
			word = n.Name
		case *syntax.Keyword:
			word = n.Name
		case *syntax.Constant:
			if n.Kind == syntax.Str && len(n.Value) <= 40 { // a longer one is a sentence
				word = n.Value
			}
		}
		lower := strings.ToLower(word)
		found = found || strings.Contains(lower, "password") || strings.Contains(lower, "credential") || strings.Contains(lower, "ldap")
		return !found
	})
	return found
}
