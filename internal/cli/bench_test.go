package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// BenchmarkAudit asks every check of a project of 200 applications; bytes are those of its Python.
func BenchmarkAudit(b *testing.B) {
	dir := b.TempDir()
	size := 0
	for name, text := range largeProject(200) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
		if strings.HasSuffix(name, ".py") {
			size += len(text)
		}
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		var out, errs bytes.Buffer
		code := Run([]string{"check", dir}, &Context{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" },
			Dir: dir, Today: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)})
		if code != ExitNoGo || errs.Len() > 0 {
			b.Fatalf("exit code %d: %s", code, errs.String())
		}
	}
}

// largeProject is a project whose settings read ten variables, with so many applications, each with models, a migration, views, tasks and tests.
func largeProject(apps int) map[string]string {
	files := map[string]string{
		"manage.py":         "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')\nfrom django.core.management import execute_from_command_line\nimport sys\nexecute_from_command_line(sys.argv)\n",
		"site_/__init__.py": "",
		"requirements.txt":  "Django==5.2.8\ndjangorestframework==3.16.1\ncelery==5.5.3\n",
	}
	var settings, urls strings.Builder
	settings.WriteString("import os\nROOT_URLCONF = 'site_.urls'\nSECRET_KEY = os.environ['SECRET_KEY']\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop'}}\n")
	for i := range 10 {
		fmt.Fprintf(&settings, "if os.environ.get('FEATURE_%d'):\n    FEATURE_%d = os.environ['FEATURE_%d'].split(',')\n", i, i, i)
	}
	settings.WriteString("INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.auth', 'rest_framework'")
	urls.WriteString("from django.urls import include, path\nurlpatterns = [\n")
	for i := range apps {
		app := fmt.Sprintf("app%d", i)
		fmt.Fprintf(&settings, ", '%s'", app)
		fmt.Fprintf(&urls, "    path('%s/', include('%s.urls')),\n", app, app)
		for name, text := range application(app) {
			files[app+"/"+name] = text
		}
	}
	files["site_/settings.py"] = settings.String() + "]\n"
	files["site_/urls.py"] = urls.String() + "]\n"
	return files
}

func application(app string) map[string]string {
	return map[string]string{
		"__init__.py":                "",
		"models.py":                  "from django.db import models\n\nclass Order(models.Model):\n    number = models.CharField(max_length=20, unique=True)\n    paid = models.BooleanField(default=False)\n    buyer = models.ForeignKey('auth.User', on_delete=models.CASCADE)\n\nclass Line(models.Model):\n    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name='lines')\n    amount = models.DecimalField(max_digits=8, decimal_places=2)\n",
		"migrations/__init__.py":     "",
		"migrations/0001_initial.py": "from django.conf import settings\nfrom django.db import migrations, models\n\nclass Migration(migrations.Migration):\n    initial = True\n    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]\n    operations = [\n        migrations.CreateModel(name='Order', fields=[\n            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),\n            ('number', models.CharField(max_length=20, unique=True)),\n            ('paid', models.BooleanField(default=False)),\n            ('buyer', models.ForeignKey(on_delete=models.CASCADE, to=settings.AUTH_USER_MODEL))]),\n        migrations.CreateModel(name='Line', fields=[\n            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),\n            ('amount', models.DecimalField(decimal_places=2, max_digits=8)),\n            ('order', models.ForeignKey(on_delete=models.CASCADE, related_name='lines', to='" + app + ".order'))]),\n    ]\n",
		"serializers.py":             "from rest_framework import serializers\nfrom .models import Order\n\nclass OrderSerializer(serializers.ModelSerializer):\n    class Meta:\n        model = Order\n        fields = ['number', 'paid', 'lines']\n",
		"tasks.py":                   "from celery import shared_task\nfrom .models import Order\n\n@shared_task\ndef remind(pk):\n    order = Order.objects.get(pk=pk)\n    order.buyer.email_user('reminder', order.number)\n",
		"views.py":                   "from django.shortcuts import get_object_or_404, render\nfrom rest_framework import viewsets\nfrom .models import Order\nfrom .serializers import OrderSerializer\nfrom .tasks import remind\n\nclass OrderViewSet(viewsets.ModelViewSet):\n    queryset = Order.objects.all()\n    serializer_class = OrderSerializer\n\ndef detail(request, pk):\n    order = get_object_or_404(Order, pk=pk, buyer=request.user)\n    remind.delay(order.pk)\n    return render(request, 'order.html', {'order': order, 'lines': order.lines.filter(amount__gt=0)})\n",
		"urls.py":                    "from django.urls import include, path\nfrom rest_framework.routers import DefaultRouter\nfrom . import views\n\nrouter = DefaultRouter()\nrouter.register('orders', views.OrderViewSet)\nurlpatterns = [path('api/', include(router.urls)), path('<int:pk>/', views.detail)]\n",
		"tests/test_orders.py":       "from django.test import TestCase\n\nclass OrderTest(TestCase):\n    def test_detail(self):\n        self.assertEqual(self.client.get('/1/').status_code, 404)\n",
	}
}
