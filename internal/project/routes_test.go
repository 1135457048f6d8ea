package project

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// routesOf loads a project of a few files and writes its endpoints, one a line.
func routesOf(t *testing.T, files map[string]string) string {
	t.Helper()
	bytes := map[string][]byte{"manage.py": []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n"),
		"requirements.txt": []byte("django==5.2.8\ndjangorestframework==3.16.1\n"), "conf/__init__.py": nil,
		"conf/settings.py": []byte("ROOT_URLCONF = 'conf.urls'\nSECRET_KEY = 'x'\n")}
	for name, text := range files {
		bytes[name] = []byte(text)
	}
	s, err := Load(source.FromMap(bytes), Options{Repository: &Repository{}})
	if err != nil {
		t.Fatal(err)
	}
	r := s.Routes()
	var b strings.Builder
	for _, e := range r.Endpoints {
		fmt.Fprintf(&b, "%s %s %s %s %s", strings.Join(e.Methods, ","), e.Route(), e.FullName(), e.View.Name, strings.Join(e.Policy.Guards, ","))
		if e.Unknown != "" {
			fmt.Fprintf(&b, " unknown: %s", e.Unknown)
		}
		b.WriteString("\n")
	}
	return b.String() + r.Unknown
}

func TestRoutes(t *testing.T) {
	for _, c := range []struct{ name, urls, want string }{
		{"a package that is not there is one unknown entry", "from django.urls import include, path\nurlpatterns = [path('a/', include('acme.urls')), path('b/', include('acme.urls', namespace='c'))]\n",
			" a/    unknown: the URL configuration of a package that is not in the project: acme.urls\n b/    unknown: the URL configuration of a package that is not in the project: acme.urls\n"},
		{"a view of a package", "from acme.views import Page, front\nfrom django.urls import path\nurlpatterns = [path('a/', Page.as_view()), path('b/', front, name='b')]\n",
			" a/  acme.views.Page \n b/ b acme.views.front \n"},
		{"a guard around a class", "from django.contrib.auth.decorators import login_required\nfrom django.urls import path\nfrom django.views import View\nclass V(View):\n    def get(self, r): pass\nurlpatterns = [path('a/', login_required(V.as_view()))]\n",
			"GET a/  conf.urls.V django.contrib.auth.decorators.login_required\n"},
		{"patterns that a package makes", "from acme import more\nfrom django.urls import path\nurlpatterns = [path('a/', lambda r: 1)] + more()\n",
			" a/  conf.urls.<lambda> \n     unknown: computed by a package that is not in the project: acme\n"},
		{"a module that fails", "from django.urls import path\nurlpatterns = [path('a/', lambda r: 1)]\nraise ValueError('no')\n",
			"conf.urls cannot be imported: ValueError: no"},
		{"the module itself, again and again", "from django.urls import include, path\nurlpatterns = [path('a/', include('conf.urls'))]\n", "nested too deep"},
		{"a list that holds itself twice, with formats", "from django.urls import include, path\nfrom rest_framework.urlpatterns import format_suffix_patterns\nl = []\nl += [path('a/', include(l)), path('b/', include(l))]\nurlpatterns = format_suffix_patterns(l)\n", "nested too deep"},
		{"MEDIA_URL that is not set is the script's prefix", "from django.conf import settings\nfrom django.conf.urls.static import static\nfrom django.urls import path\nurlpatterns = [path('a/', lambda r: 1)] + static(settings.MEDIA_URL)\n",
			" a/  conf.urls.<lambda> \n"},
		{"a model whose objects is None gets the default manager", "from django.db import models\nfrom django.urls import path\nclass M(models.Model):\n    objects = None\n    class Meta:\n        app_label = 'm'\nM.objects.all()\nurlpatterns = [path('a/', lambda r: 1)]\n",
			" a/  conf.urls.<lambda> \n"},
		{"a router of a package gives something for register", "from acme.routers import Nested\nfrom django.urls import path\nfrom rest_framework.routers import DefaultRouter\nclass R(Nested, DefaultRouter): pass\nclass V: pass\nr = R().register('a', V)\nr.register('b', V)\nurlpatterns = [path('a/', lambda r: 1)]\n",
			" a/  conf.urls.<lambda> \n"},
		{"no pattern at all", "urlpatterns = []\n", "conf.urls has no patterns; whether something adds them later is not known"},
		{"something else than patterns", "urlpatterns = [1, 'x']\n", "     unknown: a pattern that is not known\n     unknown: a pattern that is not known\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := routesOf(t, map[string]string{"conf/urls.py": c.urls}); got != c.want && !(c.want == "nested too deep" && strings.Contains(got, c.want)) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
