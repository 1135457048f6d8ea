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
	const ownGate = "import functools\nfrom django.shortcuts import redirect\ndef gate(fn):\n    @functools.wraps(fn)\n    def wrapper(request, *args, **kwargs):\n        if request.user.is_authenticated:\n            return fn(request, *args, **kwargs)\n        return redirect('/login/')\n    return wrapper\n"
	const ownRole = "import functools\nfrom django.http import HttpResponseForbidden\ndef role(name):\n    def decorator(fn):\n        @functools.wraps(fn)\n        def wrapper(request, *args, **kwargs):\n            if name and not request.user.is_staff:\n                return HttpResponseForbidden()\n            return fn(request, *args, **kwargs)\n        return wrapper\n    return decorator\n"
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
		{"an own decorator that asks for a login", ownGate + "@gate\ndef v(request):\n    return HttpResponse()\n", "v", "", eval.No},
		{"one that is called with arguments", ownRole + "@role('staff')\ndef v(request):\n    return HttpResponse()\n", "v", "", eval.No},
		{"one that lets everyone through", ownRole + "@role(None)\ndef v(request):\n    return HttpResponse()\n", "v", "", eval.Yes},
		{"one that raises", "from django.core.exceptions import PermissionDenied\nimport functools\ndef gate(fn):\n    @functools.wraps(fn)\n    def wrapper(request, **kwargs):\n        if request.user.is_anonymous:\n            raise PermissionDenied\n        return fn(request, **kwargs)\n    return wrapper\n@gate\ndef v(request):\n    return HttpResponse()\n", "v", "", eval.No},
		{"one that adds a header", "import functools\ndef stamp(fn):\n    @functools.wraps(fn)\n    def wrapper(*args, **kwargs):\n        response = fn(*args, **kwargs)\n        response['X-Stamp'] = '1'\n        return response\n    return wrapper\n@stamp\ndef v(request):\n    return HttpResponse()\n", "v", "", eval.Yes},
		{"one that decides by what is not known", "import functools\nfrom acme import allowed\ndef gate(fn):\n    @functools.wraps(fn)\n    def wrapper(request, **kwargs):\n        if not allowed(request):\n            return HttpResponse(status=403)\n        return fn(request, **kwargs)\n    return wrapper\n@gate\ndef v(request):\n    return HttpResponse()\n", "v", "", eval.Maybe},
		{"one that hands the view to a package", "import functools\nfrom acme import run\ndef gate(fn):\n    @functools.wraps(fn)\n    def wrapper(request, **kwargs):\n        return run(fn, request)\n    return wrapper\n@gate\ndef v(request):\n    return HttpResponse()\n", "v", "", eval.Maybe},
		{"an own dispatch that asks for a login", "from django.shortcuts import redirect\nclass Members:\n    def dispatch(self, request, *args, **kwargs):\n        if not request.user.is_authenticated:\n            return redirect('/login/')\n        return super().dispatch(request, *args, **kwargs)\nclass V(Members, View):\n    def get(self, request): pass\n", "V.as_view()", "", eval.No},
		{"an own dispatch that asks and lets pass", "class Noted(View):\n    def dispatch(self, request, *args, **kwargs):\n        self.note = 'a' if request.user.is_anonymous else 'b'\n        return super().dispatch(request, *args, **kwargs)\nclass V(Noted):\n    def get(self, request): pass\n", "V.as_view()", "", eval.Yes},
		{"an own mixin over AccessMixin", "from django.contrib.auth.mixins import AccessMixin\nclass Staff(AccessMixin):\n    def dispatch(self, request, *args, **kwargs):\n        if not request.user.is_staff:\n            return self.handle_no_permission()\n        return super().dispatch(request, *args, **kwargs)\nclass V(Staff, View):\n    def get(self, request): pass\n", "V.as_view()", "", eval.No},
		{"an own dispatch that answers by itself", "class V(View):\n    def dispatch(self, request, *args, **kwargs):\n        if request.method == 'POST': return HttpResponse('done')\n        return HttpResponse(status=405)\n", "V.as_view()", "", eval.Maybe},
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
