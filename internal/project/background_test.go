package project

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/source"
)

func TestBackground(t *testing.T) {
	files := map[string]string{
		"manage.py":        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n",
		"requirements.txt": "django==5.2.8\ncelery==5.5.3\n",
		"conf/__init__.py": "from .celery import app as celery_app\n",
		"conf/settings.py": "INSTALLED_APPS = ['shop']\nRETRIES = 5\nSECRET_KEY = 'x'\n",
		"conf/celery.py":   "from celery import Celery\nclass Application(Celery):\n    pass\napp = Application('shop')\nwhatever = Celery('other')\n",
		"conf/base.py":     "from celery import Task\nclass Base(Task):\n    autoretry_for = (OSError,)\n    max_retries = 2\n",
		"shop/__init__.py": "",
		"shop/other.py":    "class Board:\n    def task(self, f):\n        return f\nboard = Board()\n@board.task\ndef no_task(): pass\n",
		"shop/tasks.py": `
from celery import shared_task, Task
from django.conf import settings
import functools
from dramatiq import actor as act
from conf.celery import app, whatever
from conf.base import Base

@shared_task
def plain(): pass

@shared_task(max_retries=settings.RETRIES + 1)
def counted(): pass

@app.task(bind=True, base=Base, max_retries=9)
def based(self):
    raise self.retry(countdown=settings.RETRIES)

@whatever.task(time_limit=60 * 2)
def other_name(): pass

@act(max_retries=3)
def acted(): pass

def factory():
    @shared_task(max_retries=4)
    def inner(): pass
    return inner

class Report(Base):
    name = "report"
    def run(self): pass

def helper(): pass
`,
		"shop/views.py": `
from contextlib import contextmanager
from django.db import transaction
from shop import tasks
from shop.tasks import plain as later, acted

@contextmanager
def traced():
    with transaction.atomic():
        yield

def one(request):
    with transaction.atomic():
        later.delay(1)
        transaction.on_commit(lambda: later.delay(2))
    later.s(3).apply_async(countdown=10)

@transaction.atomic
def two(request):
    from shop.tasks import counted
    counted.delay()
    def inner():
        counted.delay()
    with traced():
        acted.send()

def three(request):
    with traced():
        tasks.based.apply_async(args=[1, 2])
`,
	}
	bytes := make(map[string][]byte, len(files))
	for name, text := range files {
		bytes[name] = []byte(text)
	}
	s, err := Load(source.FromMap(bytes), Options{Repository: &Repository{}})
	if err != nil {
		t.Fatal(err)
	}
	work := s.Background()
	var got []string
	for _, task := range work.Tasks {
		line := fmt.Sprintf("%s %s %q", task.Library, task.Name, task.Dotted)
		for _, name := range []string{"max_retries", "autoretry_for", "time_limit", "name"} {
			if o, ok := task.Option(name); ok {
				line += " " + name + "=" + o.Value.Repr(30)
			}
		}
		got = append(got, line)
	}
	for _, q := range work.Queued {
		got = append(got, fmt.Sprintf("%d %s.%s atomic=%t deferred=%t arguments=%d", q.At().Begin().Line, q.Task.Name, q.Method, !q.Atomic.IsZero(), q.Deferred, len(q.Arguments())))
	}
	for _, d := range work.Delays {
		got = append(got, fmt.Sprintf("%s %s", d.Option, d.Value.Repr(20)))
	}
	want := `Celery plain "shop.tasks.plain"
Celery counted "shop.tasks.counted" max_retries=6
Celery based "shop.tasks.based" max_retries=9 autoretry_for=(<class 'OSError'>,)
Celery other_name "shop.tasks.other_name" time_limit=120
Dramatiq acted "shop.tasks.acted" max_retries=3
Celery inner "" max_retries=4
Celery Report "shop.tasks.Report" max_retries=2 autoretry_for=(<class 'OSError'>,) name='report'
17 based.retry atomic=false deferred=false arguments=0
14 plain.delay atomic=true deferred=false arguments=1
15 plain.delay atomic=false deferred=true arguments=1
16 plain.apply_async atomic=false deferred=false arguments=0
21 counted.delay atomic=true deferred=false arguments=0
23 counted.delay atomic=false deferred=false arguments=0
25 acted.send atomic=true deferred=false arguments=0
29 based.apply_async atomic=true deferred=false arguments=2
countdown 5
countdown 10`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("the tasks are\n%s\nwant\n%s", text, want)
	}
}
