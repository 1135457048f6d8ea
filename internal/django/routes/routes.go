// Package routes is the URL configuration of a project as Django's resolver sees it: every endpoint with its path, name, view, methods and
// the policy that holds for it.
package routes

import (
	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Routes are the endpoints below ROOT_URLCONF, in the order in which Django tries them.
type Routes struct {
	// Module is ROOT_URLCONF, "" when it is not known.
	Module    string
	Endpoints []Endpoint
	// Unknown says why there can be endpoints that are not listed, "" when the configuration itself could be read. What is not known
	// below a single prefix is an endpoint of its own with Unknown set.
	Unknown string
}

// Endpoint is one pattern of the URL configuration with its view.
type Endpoint struct {
	// Patterns are the patterns from the root to the view, as Django's resolver writes them: "api/", "^orders/(?P<pk>[^/.]+)/$".
	// A part that is not known is "<?>".
	Patterns []string
	// RouteUnknown says why a part of Patterns is not known, "" when all is.
	RouteUnknown string
	Name         string // without namespaces, "" when it has none
	// NameUnknown says that the pattern has a name which is not known.
	NameUnknown bool
	Namespaces  []string
	At          source.Span // the call of path(), or of register() for an endpoint of a router
	View        View
	// Methods are the HTTP methods that the view answers, without HEAD and OPTIONS, in upper case and sorted; nil when it answers any.
	Methods []string
	// MethodsUnknown says why Methods may not be all, "" when they are.
	MethodsUnknown string
	// Unknown says why the view, or what stands below this prefix, is not known; View holds what is known of it.
	Unknown string
	// Localized says that the pattern stands below i18n_patterns: its path begins with a language.
	Localized bool
	// Prefix says that the entry stands for all that is below its path.
	Prefix bool
	// Package is the module of a package that is not in the project and whose patterns stand below this prefix; "" otherwise.
	Package string
	Policy  Policy
	// GraphQL is what a view of GraphQL serves, nil for other views.
	GraphQL *GraphQL
	// Unscoped is the model of which the view takes a user's row by its key without asking whose it is, "" where that is not found. It is
	// filled by who knows the models (project.Snapshot.Endpoints).
	Unscoped string
}

// ViewKind tells what kind of view answers.
type ViewKind uint8

const (
	UnknownView  ViewKind = iota
	FunctionView          // a function
	ClassView             // a class that inherits from django.views.View
	APIView               // a class of Django REST framework
	APIFunction           // a function under @api_view
	ViewSet               // a viewset of Django REST framework
	Operation             // a function of django-ninja
	ObjectView            // an object that can be called, as a feed
	AdminSite             // all that an admin site serves
)

// REST reports whether the view belongs to Django REST framework.
func (k ViewKind) REST() bool { return k == APIView || k == APIFunction || k == ViewSet }

// View is what answers at an endpoint.
type View struct {
	Kind ViewKind
	// Name is the dotted name of the function or class, as __module__ and __qualname__ have it.
	Name string
	At   source.Span // its name in the project's code; zero when it is not in the project
	// Definition is its text; without a function or class when it is not in the project.
	Definition eval.Definition
	// Actions are the methods of a viewset by HTTP method in lower case: "get" is "list".
	Actions map[string]string
	// Extra is true for an action of a viewset that @action makes.
	Extra bool
	// Decorators are around it, the outermost first; those of the class and of its dispatch method among them.
	Decorators []Decorator
	// Initkwargs are what as_view() is given.
	Initkwargs []Initkwarg
	// Ancestors are the dotted names of a class and of those that it inherits from, in order of resolution.
	Ancestors []string
	// Whole is false when a base of the class is neither in the project nor known.
	Whole bool
	// Attributes are the names that the class, or one of the project that it inherits from, gives.
	Attributes map[string]bool
}

// Initkwarg is one argument of as_view().
type Initkwarg struct {
	Name string
	// Texts are the strings and the dotted names of classes and functions in it, those inside lists and tuples among them.
	Texts []string
	// Whole is false when a part of it is not known.
	Whole bool
}

// Is reports whether the class is, or inherits from, one of the classes.
func (v View) Is(dotted ...string) bool {
	for _, a := range v.Ancestors {
		for _, d := range dotted {
			if a == d {
				return true
			}
		}
	}
	return false
}

// Gives reports whether the class or an own ancestor gives one of the attributes.
func (v View) Gives(names ...string) bool {
	for _, n := range names {
		if v.Attributes[n] {
			return true
		}
	}
	return false
}

// Decorator is one decorator around a view.
type Decorator struct {
	Name string   // dotted
	Args []string // its arguments as text, keyword arguments as "name=value"
	At   source.Span
}

// Interpreter makes Routes from a session. It belongs to one session and is not safe for concurrent use.
type Interpreter struct {
	version knowledge.Version
	setting func(name string) eval.Value
	// restOption is an option of REST_FRAMEWORK, or the framework's default.
	restOption func(option string) django.Setting
	session    *eval.Session
	classes    classes
	pattern    eval.Value // the class of patterns
	resolver   eval.Value // the class of what an include makes
	view       eval.Value // the class of what as_view gives
	request    eval.Value // the class of requests
	// wsgiRequest is the class of Django's requests of which it is known what they lack.
	wsgiRequest eval.Value
	queryInfo   eval.Value // the class of info
	followed    *Endpoint  // whose fields are asked for, nil outside of that
	parts       requestParts
	gated       string     // a middleware that can keep strangers out
	anonymous   eval.Value // the class of a user who is not logged in
	shapes      map[string][]*shape
	below       *reached       // the view below a dispatch that is followed, nil otherwise
	doubts      map[string]int // by the dispatch that decides: how many views with it were followed in vain
}

// New makes an interpreter. setting is a production setting, Django's default where the project gives none, an Unknown where it is not known.
// rest is an option of REST_FRAMEWORK, or the framework's default.
func New(version knowledge.Version, setting func(name string) eval.Value, rest func(option string) django.Setting) *Interpreter {
	return &Interpreter{version: version, setting: setting, restOption: rest, pattern: patternClass("URLPattern"), resolver: patternClass("URLResolver"),
		view: eval.NewClass(eval.NativeClass{Name: "function", Partial: true,
			Methods: map[string]func(*eval.Call, eval.Value) eval.Value{"__call__": answer}}),
	}
}

// maxEndpoints bounds the endpoints of a project, and maxNesting the includes inside one another.
const (
	maxEndpoints = 20_000
	maxNesting   = 20
)

// answer is what a view answers a request with, as far as a function sees it that hands the request on: the view of a class stands for its
// own answer.
func answer(c *eval.Call, view eval.Value) eval.Value {
	if _, ok := view.State().(*classView); ok {
		return view
	}
	return c.Unknown("what a decorated view answers")
}
