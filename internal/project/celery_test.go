package project

import (
	"testing"

	"gonogo/internal/source"
)

func TestCeleryOptionsFromTheCode(t *testing.T) {
	const app = "from celery import Celery\nfrom django.conf import settings\nfrom conf import other\napp = Celery('shop')\n"
	for name, c := range map[string]struct{ code, option, want string }{
		"name of the module":            {app + "LIMIT = 5 * 6\napp.conf.task_time_limit = LIMIT\n", "task_time_limit", "30"},
		"name of another module":        {app + "app.conf.update(task_time_limit=other.LIMIT)\n", "task_time_limit", "90"},
		"dictionary by name":            {app + "app.conf.update(other.OPTIONS)\n", "worker_concurrency", "3"},
		"dictionary with two stars":     {app + "app.conf.update(**other.OPTIONS)\n", "worker_concurrency", "3"},
		"computed":                      {app + "app.conf.update(make())\n", "worker_concurrency", "?"},
		"module by path":                {app + "app.config_from_object('conf.celeryconfig')\n", "worker_concurrency", "7"},
		"module":                        {app + "from conf import celeryconfig\napp.config_from_object(celeryconfig)\n", "worker_concurrency", "7"},
		"module and an option of code":  {app + "app.config_from_object('conf.celeryconfig')\napp.conf.worker_concurrency = 9\n", "worker_concurrency", "9"},
		"option of code before it":      {app + "app.conf.worker_concurrency = 9\napp.config_from_object('conf.celeryconfig')\n", "worker_concurrency", "9"},
		"what the module does not have": {app + "app.config_from_object('conf.celeryconfig')\n", "task_time_limit", "None"},
		"module in a namespace":         {app + "app.config_from_object('conf.celeryconfig', namespace='SHOP')\n", "worker_concurrency", "8"},
		"module that is not there":      {app + "app.config_from_object('nowhere.celeryconfig')\n", "worker_concurrency", "?"},
		"settings":                      {app + "app.config_from_object('django.conf:settings', namespace='CELERY')\n", "worker_concurrency", "4"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Load(source.FromMap(map[string][]byte{
				"manage.py":            []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n"),
				"requirements.txt":     []byte("django==5.2.8\ncelery==5.5.3\n"),
				"conf/__init__.py":     nil,
				"conf/settings.py":     []byte("CELERY_WORKER_CONCURRENCY = 4\n"),
				"conf/other.py":        []byte("LIMIT = 90\nOPTIONS = {'worker_concurrency': 3}\n"),
				"conf/celeryconfig.py": []byte("import os\nworker_concurrency = 7\nSHOP_WORKER_CONCURRENCY = 8\n"),
				"conf/celery.py":       []byte(c.code),
			}), Options{Repository: &Repository{}})
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Celery().Option(s.Settings.Shipped(), c.option).Value.Repr(20); got != c.want {
				t.Errorf("%s is %s, want %s", c.option, got, c.want)
			}
		})
	}
}
