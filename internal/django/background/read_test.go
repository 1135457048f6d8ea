package background

import (
	"fmt"
	"maps"
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

// project is modules by their dotted names, as a finder of a session.
type project map[string]*syntax.Module

func (p project) Module(dotted string) (*syntax.Module, bool, bool) {
	m, ok := p[dotted]
	return m, false, ok
}
func (p project) File(string) (*source.File, bool)        { return nil, false }
func (p project) Glob(string) []string                    { return nil }
func (p project) Root() string                            { return "/project" }
func (p project) ParseFile(string) (*syntax.Module, bool) { return nil, false }
func (p project) modules() (list []*resolve.Module) {
	for _, dotted := range slices.Sorted(maps.Keys(p)) {
		list = append(list, &resolve.Module{Dotted: dotted, Syntax: p[dotted]})
	}
	return list
}

// read finds the tasks of modules.
func read(files map[string]string) *Work {
	p := project{}
	for dotted, text := range files {
		p[dotted] = syntax.Parse(source.NewFile(dotted+".py", []byte(text)))
	}
	lib := library.Modules()
	celery := lib["celery"]
	lib["celery"] = func() eval.Model { // as the session of a project has it: decorators stay visible
		m := celery()
		delete(m.Names, "shared_task")
		return m
	}
	modules := p.modules()
	graph := resolve.NewGraph(modules)
	session := eval.NewSession(eval.Config{Finder: p, Library: lib})
	return Read(session, graph, modules, func(name string) eval.Value {
		if name == "LIMIT" {
			return eval.MakeInt(30)
		}
		return eval.Value{}
	})
}

func TestTasks(t *testing.T) {
	for name, c := range map[string]struct{ code, want string }{
		"shared task":            {"from celery import shared_task\n@shared_task\ndef f(): pass", "Celery shop.f"},
		"with options":           {"from celery import shared_task\n@shared_task(max_retries=3)\ndef f(): pass", "Celery shop.f max_retries=3"},
		"option of a setting":    {"from celery import shared_task\nfrom django.conf import settings\nN = 2\n@shared_task(max_retries=N + 1)\ndef f(): pass", "Celery shop.f max_retries=3"},
		"application":            {"from celery import Celery\napp = Celery('x')\n@app.task(bind=True)\ndef f(self): pass", "Celery shop.f bind=True"},
		"class":                  {"from celery import Task\nclass F(Task):\n    max_retries = 1\n    def run(self): pass", "Celery shop.F max_retries=1 run=?"},
		"other decorator":        {"def task(f): return f\n@task\ndef f(): pass", ""},
		"dramatiq":               {"import dramatiq\n@dramatiq.actor(max_retries=0)\ndef f(): pass", "Dramatiq shop.f max_retries=0"},
		"rq":                     {"from django_rq import job\n@job('low')\ndef f(): pass", "RQ shop.f queue='low'"},
		"huey":                   {"from huey.contrib.djhuey import db_task\n@db_task(retries=2)\ndef f(): pass", "Huey shop.f retries=2"},
		"Django's":               {"from django.tasks import task\n@task\ndef f(): pass", "Django's tasks shop.f"},
		"options from elsewhere": {"from celery import shared_task\n@shared_task(**x)\ndef f(): pass", "Celery shop.f opaque"},
		"inside a function":      {"from celery import shared_task\ndef g():\n    @shared_task\n    def f(): pass", "Celery "},
		"broken":                 {"from celery import shared_task\n@shared_task(", ""},
	} {
		var got []string
		for _, k := range read(map[string]string{"shop": c.code}).Tasks {
			text := k.Library.String() + " " + k.Dotted
			for _, option := range slices.Sorted(maps.Keys(k.options)) {
				text += " " + option + "=" + shown(k.options[option].Value)
			}
			if k.Opaque {
				text += " opaque"
			}
			got = append(got, text)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, "; "), c.want)
		}
	}
}

func shown(v eval.Value) string {
	if v.Kind() == eval.Callable {
		return "?"
	}
	return v.Repr(20)
}

func TestQueued(t *testing.T) {
	const tasks = "from celery import shared_task\nfrom django.db import transaction\n@shared_task\ndef f(x=0): pass\n"
	for name, c := range map[string]struct{ code, want string }{
		"delay":                 {"def g():\n    f.delay(1)", "delay 1"},
		"apply_async":           {"def g():\n    f.apply_async(args=[1], kwargs={'x': 2})", "apply_async 1,2"},
		"signature":             {"def g():\n    f.si(1).set(queue='x').delay()", "delay "},
		"in a transaction":      {"def g():\n    with transaction.atomic():\n        f.delay(1)", "delay 1 atomic"},
		"decorated":             {"@transaction.atomic\ndef g():\n    f.delay(1)", "delay 1 atomic"},
		"in another database's": {"def g():\n    with transaction.atomic(using='x'):\n        f.delay(1)", "delay 1"},
		"after the commit":      {"def g():\n    with transaction.atomic():\n        transaction.on_commit(lambda: f.delay(1))", "delay 1 deferred"},
		"called":                {"def g():\n    f(1)", ""},
		"of something else":     {"def g(f):\n    f.delay(1)", ""},
	} {
		var got []string
		for _, q := range read(map[string]string{"shop": tasks + c.code}).Queued {
			var arguments []string
			for _, a := range q.Arguments() {
				arguments = append(arguments, q.Module.Syntax.Span(a).Text())
			}
			text := q.Method + " " + strings.Join(arguments, ",")
			if !q.Atomic.IsZero() {
				text += " atomic"
			}
			if q.Deferred {
				text += " deferred"
			}
			got = append(got, text)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, "; "), c.want)
		}
	}
}

func TestDelays(t *testing.T) {
	work := read(map[string]string{"limits": "WAIT = 60 * 60\n", "shop": "from celery import shared_task\nfrom django.conf import settings\nimport limits\n" +
		"@shared_task(default_retry_delay=5)\ndef f(): pass\n" +
		"def g(x):\n    f.apply_async(countdown=limits.WAIT)\n    f.apply_async(countdown=settings.LIMIT)\n    f.apply_async(countdown=x, eta=x)\n"})
	var got []string
	for _, d := range work.Delays {
		text := "?"
		if n, ok := d.Value.AsInt(); ok {
			text = fmt.Sprint(n)
		}
		got = append(got, d.Option+" "+text)
	}
	if want := "default_retry_delay 5; countdown 3600; countdown 30; countdown ?; eta ?"; strings.Join(got, "; ") != want {
		t.Errorf("%q, want %q", strings.Join(got, "; "), want)
	}
}

func TestBeat(t *testing.T) {
	const tasks = "from celery import shared_task, Celery\nfrom django_celery_beat.models import PeriodicTask\napp = Celery('x')\n@shared_task\ndef f(): pass\n"
	entry := func(task string) eval.Value {
		return eval.MakeDict(eval.Entry{Key: eval.MakeStr("e"), Value: eval.MakeDict(eval.Entry{Key: eval.MakeStr("task"), Value: eval.MakeStr(task)})})
	}
	for name, c := range map[string]struct {
		code     string
		settings map[string]eval.Value
		want     string
	}{
		"nothing":              {"", nil, ""},
		"add_periodic_task":    {"@app.on_after_configure.connect\ndef setup(sender, **kwargs):\n    sender.add_periodic_task(10.0, f.s())", nil, "2 shop.f"},
		"of what is not known": {"def setup(sender):\n    sender.add_periodic_task(10.0, make())", nil, "2 "},
		"row":                  {"NAME = 'shop.f'\ndef setup():\n    PeriodicTask.objects.get_or_create(name='my.name', task=NAME)", nil, "3 shop.f"},
		"setting":              {"", map[string]eval.Value{"CELERY_BEAT_SCHEDULE": entry("shop.f")}, "4 shop.f"},
		"unknown setting":      {"", map[string]eval.Value{"CELERY_BEAT_SCHEDULE": eval.MakeUnknown("computed")}, "unknown: beat_schedule is not known: computed"},
		"in the database":      {"", map[string]eval.Value{"INSTALLED_APPS": eval.MakeList(eval.MakeStr("django_celery_beat"))}, "database"},
		"by its scheduler":     {"", map[string]eval.Value{"CELERY_BEAT_SCHEDULER": eval.MakeStr("django_celery_beat.schedulers:DatabaseScheduler")}, "database"},
		"decorator":            {"from celery.decorators import periodic_task\n@periodic_task(run_every=5)\ndef g(): pass", nil, "1 shop.g"},
	} {
		work := read(map[string]string{"shop": tasks + c.code})
		b := work.Beat(django.FindCelery(nil, knowledge.ParseVersion("5.5.3"), django.CeleryValues{}), world(c.settings))
		var got []string
		for _, p := range b.Periodic {
			got = append(got, fmt.Sprintf("%d %s", p.By, p.Task))
		}
		switch {
		case b.Database:
			got = append(got, "database")
		case b.Unknown != "":
			got = append(got, "unknown: "+b.Unknown)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, "; "), c.want)
		}
		if scheduled := b.Has(work.Task("shop.f")); scheduled != strings.Contains(c.want, "shop.f") {
			t.Errorf("%s: shop.f is scheduled: %t", name, scheduled)
		}
	}
}

// world is a world of settings.
func world(names map[string]eval.Value) *django.World {
	if names == nil {
		names = map[string]eval.Value{}
	}
	result := &eval.Result{Module: "settings", Worlds: []*eval.World{{Names: names}}}
	return django.NewSettings(source.NewFile("settings.py", nil), knowledge.Version{Major: 5, Minor: 2, Patch: 8}, result, nil).Shipped()
}

func TestReach(t *testing.T) {
	for name, c := range map[string]struct{ code, want string }{
		"mail":                {"from django.core.mail import send_mail\ndef f(request):\n    send_mail('a', 'b', 'c', [])", "send_mail"},
		"another service":     {"import requests\ndef f(request):\n    return requests.get('x')", "requests.get"},
		"in another function": {"import requests\ndef g():\n    requests.post('x')\ndef f(request):\n    g()", "requests.post"},
		"circle":              {"def g():\n    f(1)\ndef f(request):\n    g()", ""},
		"nothing":             {"def f(request):\n    return len(request)", ""},
	} {
		p := project{"shop": syntax.Parse(source.NewFile("shop.py", []byte(c.code)))}
		modules := p.modules()
		d, _ := resolve.NewGraph(modules).Define("shop.f")
		var got []string
		for _, r := range Reach(modules[0], d.Function, nil) {
			got = append(got, r.What)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, "; "), c.want)
		}
	}
}
