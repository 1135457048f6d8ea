package project

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/django/health"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// TestHealthOfPackages reads endpoints of packages that are known for them, a wrapper around the application, and a view of a framework.
func TestHealthOfPackages(t *testing.T) {
	files := map[string][]byte{
		"manage.py":        []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n"),
		"requirements.txt": []byte("django==5.2.8\n"),
		"conf/__init__.py": nil,
		"conf/settings.py": []byte(`SECRET_KEY = 'x'
ROOT_URLCONF = 'conf.urls'
INSTALLED_APPS = ['health_check', 'health_check.db', 'health_check.contrib.celery_ping']
MIDDLEWARE = ['dockerflow.django.middleware.DockerflowMiddleware', 'django.contrib.auth.middleware.LoginRequiredMiddleware']
WATCHMAN_CHECKS = ('watchman.checks.databases', 'conf.checks.disk')
REST_FRAMEWORK = {'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated']}
`),
		"conf/wsgi.py": []byte(`import os
from django.core.wsgi import get_wsgi_application
from conf.wrap import answer
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')
application = answer(get_wsgi_application(), '/livez')
`),
		"conf/wrap.py": []byte(`def answer(application, path):
    def wrapped(environ, start_response):
        if environ.get('PATH_INFO') == path:
            start_response('200 OK', [])
            return [b'ok']
        return application(environ, start_response)
    return wrapped
`),
		"conf/urls.py": []byte(`from django.urls import include, path
from health_check.views import HealthCheckView
from watchman import views as watchman
from conf.views import Health
urlpatterns = [
    path('ht/', include('health_check.urls')),
    path('health/new/', HealthCheckView.as_view(checks=['health_check.Database', ('health_check.Storage', {'alias': 'default'})])),
    path('readiness/', watchman.status),
    path('alive/', watchman.ping),
    path('probe/', include('django_alive.urls')),
    path('api/health/', Health.as_view()),
]
`),
		"conf/views.py": []byte(`from rest_framework.views import APIView
from rest_framework.response import Response
class Health(APIView):
    def get(self, request):
        return Response({'ok': True})
`),
	}
	s, err := Load(source.FromMap(files), Options{Repository: &Repository{}})
	if err != nil {
		t.Fatal(err)
	}
	model := s.Health()
	var got []string
	for i := range model.Endpoints {
		e := &model.Endpoints[i]
		line := fmt.Sprintf("%s %d %d %q", e.Path, e.Purpose, e.By, e.Package)
		for _, t := range []struct {
			name  string
			touch health.Touch
		}{{"database", e.Database}, {"cache", e.Cache}, {"broker", e.Broker}, {"network", e.Network}, {"login", e.Login}, {"text", e.Text}} {
			switch t.touch.Has {
			case eval.Yes:
				line += " " + t.name
			case eval.Maybe:
				line += " " + t.name + "?"
			}
		}
		got = append(got, fmt.Sprintf("%s fails=%v", line, e.Fails == eval.Yes))
	}
	want := `/livez 2 3 "" fails=false
/__lbheartbeat__ 2 2 "dockerflow" fails=false
/__heartbeat__ 3 2 "dockerflow" database fails=true
/ht/ 3 1 "django-health-check" database broker login fails=true
/health/new/ 3 1 "django-health-check" database network login fails=true
/readiness/ 3 1 "django-watchman" database cache? broker? network? login text fails=true
/alive/ 2 1 "django-watchman" login fails=false
/probe/alive/ 2 1 "django-alive" login fails=false
/probe/health/ 3 1 "django-alive" database login fails=true
/api/health/ 1 1 "" login fails=false`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("the endpoints are\n%s\nwant\n%s", text, want)
	}
	if model.Unknown != "" {
		t.Errorf("unknown: %s", model.Unknown)
	}
}
