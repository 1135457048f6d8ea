package project

import (
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Whether a stranger is let in by a view of Django, by what stands around it.
func TestStrangers(t *testing.T) {
	const head = `from django.contrib.auth.decorators import login_required, user_passes_test
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.http import HttpResponse
from django.urls import path
from django.views import View
from django.views.generic import TemplateView
`
	const gate = "class Gate:\n    def __init__(self, get_response):\n        self.get_response = get_response\n    def __call__(self, request):\n"
	for _, c := range []struct {
		name, view, urls, middleware string
		want                         eval.Tri
	}{
		{"a function that asks for nothing", "def v(request):\n    return HttpResponse()\n", "v", "", eval.Yes},
		{"one that looks at the user", "def v(request):\n    if request.user.is_staff: return HttpResponse()\n", "v", "", eval.Maybe},
		{"one that hands the request on", "from acme import page\ndef v(request):\n    return page(request)\n", "v", "", eval.Maybe},
		{"login_required", "@login_required\ndef v(request): pass\n", "v", "", eval.No},
		{"a test that no stranger passes", "@user_passes_test(lambda u: u.is_staff)\ndef v(request): pass\n", "v", "", eval.No},
		{"a test that everyone passes", "@user_passes_test(lambda u: True)\ndef v(request): pass\n", "v", "", eval.Maybe},
		{"a decorator of a package", "from acme import gate\n@gate\ndef v(request): pass\n", "v", "", eval.Maybe},
		{"a mixin before View", "class V(LoginRequiredMixin, View):\n    def get(self, request): pass\n", "V.as_view()", "", eval.No},
		{"a mixin behind View does nothing by itself", "class V(View, LoginRequiredMixin):\n    def get(self, request): pass\n", "V.as_view()", "", eval.Maybe},
		{"a test of a class that no stranger passes", "class V(UserPassesTestMixin, View):\n    def test_func(self): return self.request.user.is_superuser\n    def get(self, request): pass\n", "V.as_view()", "", eval.No},
		{"an own dispatch that decides", "class V(View):\n    def dispatch(self, request):\n        if not self.allowed(): raise ValueError()\n        return super().dispatch(request)\n    def get(self, request): pass\n", "V.as_view()", "", eval.Maybe},
		{"a template", "", "TemplateView.as_view(template_name='a.html')", "", eval.Yes},
		{"a middleware that keeps strangers out", gate + "        if not request.user.is_authenticated and request.path != '/login/':\n            return HttpResponseRedirect('/login/')\n        return self.get_response(request)\n" + "from django.http import HttpResponseRedirect\ndef v(request):\n    return HttpResponse()\n", "v", "conf.urls.Gate", eval.Maybe},
		{"a middleware that sends users alone elsewhere", gate + "        if request.user.is_authenticated:\n            return HttpResponseRedirect('/home/')\n        return self.get_response(request)\n" + "from django.http import HttpResponseRedirect\ndef v(request):\n    return HttpResponse()\n", "v", "conf.urls.Gate", eval.Yes},
		{"Django's LoginRequiredMiddleware", "def v(request):\n    return HttpResponse()\n", "v", "django.contrib.auth.middleware.LoginRequiredMiddleware", eval.No},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Load(source.FromMap(map[string][]byte{
				"manage.py":        []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n"),
				"requirements.txt": []byte("django==5.2.8\n"), "conf/__init__.py": nil,
				"conf/settings.py": []byte("ROOT_URLCONF = 'conf.urls'\nSECRET_KEY = 'x'\nMIDDLEWARE = [m for m in ['" + c.middleware + "'] if m]\n"),
				"conf/urls.py":     []byte(head + c.view + "urlpatterns = [path('a/', " + c.urls + ")]\n"),
			}), Options{Repository: &Repository{}})
			if err != nil {
				t.Fatal(err)
			}
			r := s.Routes()
			if len(r.Endpoints) != 1 {
				t.Fatalf("%d endpoints, %s", len(r.Endpoints), r.Unknown)
			}
			if got := r.Endpoints[0].Anyone(); got != c.want {
				t.Errorf("anyone may call: %v, want %v (%+v)", got, c.want, r.Endpoints[0].Policy.Access)
			}
		})
	}
}
