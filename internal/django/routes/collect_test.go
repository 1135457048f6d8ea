package routes

import (
	"slices"
	"strings"
	"testing"

	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// files is modules by their dotted names, as a finder of a session.
type files map[string]*syntax.Module

func (f files) Module(dotted string) (*syntax.Module, bool, bool) {
	m, ok := f[dotted]
	return m, false, ok
}
func (f files) File(string) (*source.File, bool)        { return nil, false }
func (f files) Glob(string) []string                    { return nil }
func (f files) Root() string                            { return "/project" }
func (f files) ParseFile(string) (*syntax.Module, bool) { return nil, false }

// collect lists the endpoints of a module urls beside a module views, and gives the graph of both.
func collect(urls, views string) (*Routes, *resolve.Graph) {
	f := files{"urls": syntax.Parse(source.NewFile("urls.py", []byte(urls))), "views": syntax.Parse(source.NewFile("views.py", []byte(views)))}
	setting := func(name string) eval.Value {
		if name == "ROOT_URLCONF" {
			return eval.MakeStr("urls")
		}
		return eval.MakeList()
	}
	i := New(knowledge.Version{Major: 5, Minor: 2, Patch: 8}, setting, func(option string) django.Setting {
		return django.Setting{Name: option, Value: eval.MakeList()}
	})
	session := eval.NewSession(eval.Config{Finder: f, Library: i.Library(library.Modules())})
	modules := []*resolve.Module{{Dotted: "urls", Syntax: f["urls"]}, {Dotted: "views", Syntax: f["views"]}}
	graph := resolve.NewGraph(modules)
	return i.Collect(session), graph
}

const shopViews = `
from django.contrib.auth.decorators import login_required
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET
from django.views.generic import ListView, View
from rest_framework import generics, viewsets
from rest_framework.decorators import action, api_view
def plain(request): pass
@require_GET
@login_required
def guarded(request): pass
@api_view(["POST"])
def called(request): pass
class Orders(ListView):
    pass
class Base(View):
    def get(self, request): pass
class Derived(Base):
    def post(self, request): pass
class API(generics.ListCreateAPIView):
    pass
class Set(viewsets.ReadOnlyModelViewSet):
    @action(detail=True, methods=["post"])
    def cancel(self, request, pk): pass
`

func TestCollect(t *testing.T) {
	const imports = "from django.urls import include, path, re_path\nfrom rest_framework.routers import SimpleRouter\nimport views\n"
	for name, c := range map[string]struct{ urls, want string }{
		"function":             {"urlpatterns = [path('a/', views.plain, name='a')]", "* a/ views.plain a"},
		"decorated function":   {"urlpatterns = [path('a/', views.guarded)]", "GET a/ views.guarded"},
		"function of an API":   {"urlpatterns = [path('a/', views.called)]", "POST a/ views.called"},
		"class":                {"urlpatterns = [path('a/', views.Orders.as_view())]", "GET a/ views.Orders"},
		"class that inherits":  {"urlpatterns = [path('a/', views.Derived.as_view())]", "GET,POST a/ views.Derived"},
		"class of an API":      {"urlpatterns = [path('a/', views.API.as_view())]", "GET,POST a/ views.API"},
		"regular expression":   {"urlpatterns = [re_path(r'^a/(?P<pk>\\d+)/$', views.plain)]", "* ^a/(?P<pk>\\d+)/$ views.plain"},
		"include":              {"inner = [path('b/', views.plain, name='b')]\nurlpatterns = [path('a/', include((inner, 'shop')))]", "* a/b/ views.plain shop:b"},
		"sum of lists":         {"urlpatterns = [path('a/', views.plain)] + [path('b/', views.plain)]", "* a/ views.plain; * b/ views.plain"},
		"list that grows":      {"urlpatterns = []\nfor n in ['a', 'b']:\n    urlpatterns += [path(n, views.plain)]", "* a views.plain; * b views.plain"},
		"router":               {"r = SimpleRouter()\nr.register('o', views.Set, basename='o')\nurlpatterns = r.urls", "GET ^o/$ views.Set o-list; GET ^o/(?P<pk>[^/.]+)/$ views.Set o-detail; POST ^o/(?P<pk>[^/.]+)/cancel/$ views.Set o-cancel"},
		"package's patterns":   {"urlpatterns = [path('x/', include('other.urls'))]", "unknown x/"},
		"function of packages": {"from other import view\nurlpatterns = [path('x/', view)]", "unknown x/ other.view"},
		"nothing":              {"urlpatterns = []", ""},
		"no list":              {"", "unknown"},
		"broken":               {"urlpatterns = [path(", "unknown"},
	} {
		r, _ := collect(imports+c.urls, shopViews)
		var got []string
		for n := range r.Endpoints {
			e := &r.Endpoints[n]
			methods := strings.Join(e.Methods, ",")
			switch {
			case e.MethodsUnknown != "" || e.Unknown != "":
				methods = "unknown"
			case e.Methods == nil:
				methods = "*"
			}
			got = append(got, strings.Join(slices.DeleteFunc([]string{methods, e.Route(), e.View.Name, e.FullName()}, func(s string) bool { return s == "" }), " "))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, "; "), c.want)
		}
	}
}

func TestViews(t *testing.T) {
	const urls = "from django.urls import path\nfrom rest_framework.routers import SimpleRouter\nimport views\nr = SimpleRouter()\nr.register('o', views.Set, basename='o')\n"
	r, graph := collect(urls+"urlpatterns = [path('a/', views.guarded), path('b/', views.Derived.as_view())] + r.urls", shopViews)
	v := r.Views(graph)
	if !v.Whole {
		t.Errorf("the configuration is not known as a whole: %s", r.Unknown)
	}
	for name, want := range map[string]bool{"guarded": true, "plain": false, "Derived": true, "Base": true, "Orders": false, "Set": true} {
		d, ok := graph.Define("views." + name)
		if got := v.Function(d.Function) || v.Class(d.Class); !ok || got != want {
			t.Errorf("%s answers requests: %t, want %t", name, got, want)
		}
	}
	set, _ := graph.Define("views.Set")
	if cancel, ok := set.Class.Body[0].(*syntax.FunctionDef); !ok || !v.Function(cancel) {
		t.Error("an action of a viewset does not answer requests")
	}
	unknown, graph := collect(urls+"urlpatterns = make()", shopViews)
	if unknown.Views(graph).Whole {
		t.Error("a configuration that is computed is known as a whole")
	}
	if (*Views)(nil).Function(nil) || (*Views)(nil).Class(nil) {
		t.Error("without views there is one")
	}
}
