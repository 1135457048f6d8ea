package django

import (
	"testing"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// The values that are known equal app.conf.worker_concurrency of Celery in that version.
func TestCeleryOption(t *testing.T) {
	const app = "from celery import Celery\n\napp = Celery(\"shop\")\n"
	const namespaced = app + "app.config_from_object(\"django.conf:settings\", namespace=\"CELERY\")\n"
	const plain = app + "app.config_from_object(\"django.conf:settings\")\n"
	rows := []struct {
		name, code, version string
		settings            map[string]int64
		want                string
	}{
		{"under the namespace", namespaced, "5.5.3", map[string]int64{"CELERY_WORKER_CONCURRENCY": 3}, "3"},
		{"another namespace", app + "app.config_from_object('django.conf:settings', namespace='SHOP_')\n", "5.5.3", map[string]int64{"SHOP_WORKER_CONCURRENCY": 3, "CELERY_WORKER_CONCURRENCY": 4}, "3"},
		{"old name beside a namespace, before 5.7", namespaced, "5.6.0", map[string]int64{"CELERYD_CONCURRENCY": 3}, "None"},
		{"old name beside a namespace, from 5.7", namespaced, "5.7.0", map[string]int64{"CELERYD_CONCURRENCY": 3}, "3"},
		{"old name without namespace", plain, "5.5.3", map[string]int64{"CELERYD_CONCURRENCY": 3}, "3"},
		{"new name without namespace does nothing", plain, "5.5.3", map[string]int64{"CELERY_WORKER_CONCURRENCY": 3, "WORKER_CONCURRENCY": 4}, "None"},
		{"setting beats code before 5.7", namespaced + "app.conf.worker_concurrency = 9\n", "5.6.0", map[string]int64{"CELERY_WORKER_CONCURRENCY": 3}, "3"},
		{"code beats setting from 5.7", namespaced + "app.conf.worker_concurrency = 9\n", "5.7.0", map[string]int64{"CELERY_WORKER_CONCURRENCY": 3}, "9"},
		{"update with keywords", namespaced + "app.conf.update(worker_concurrency=2 * 4)\n", "5.5.3", nil, "8"},
		{"update with a dictionary", namespaced + "app.conf.update({'worker_concurrency': 5})\n", "5.5.3", nil, "5"},
		{"update with something else", namespaced + "app.conf.update(**options)\n", "5.5.3", nil, "?"},
		{"another object", app + "app.config_from_object('shop.celeryconfig')\n", "5.5.3", map[string]int64{"CELERY_WORKER_CONCURRENCY": 3}, "?"},
		{"no application found", "", "5.5.3", map[string]int64{"CELERY_WORKER_CONCURRENCY": 3}, "3"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			module := syntax.Parse(source.NewFile("shop/celery.py", []byte(row.code)))
			c := FindCelery([]*syntax.Module{module}, knowledge.ParseVersion(row.version), CeleryValues{})
			got := c.Option(worldOf(row.settings), "worker_concurrency").Value
			if text := got.Repr(20); text != row.want {
				t.Errorf("worker_concurrency is %s, want %s", text, row.want)
			}
		})
	}
}

// TestCeleryFromDictionary reads the options of an application that is given one setting, a dictionary of them.
func TestCeleryFromDictionary(t *testing.T) {
	code := "from shop.queue import OwnCelery\nfrom django.conf import settings\napp = OwnCelery('shop')\napp.config_from_object(settings.CELERY)\n"
	options := eval.MakeDict(eval.Entry{Key: eval.MakeStr("broker_url"), Value: eval.MakeStr("redis://cache/0")})
	result := &eval.Result{Module: "settings", Worlds: []*eval.World{{Names: map[string]eval.Value{"CELERY": options, "CELERY_BROKER_URL": eval.MakeStr("amqp://other")}}}}
	world := NewSettings(source.NewFile("settings.py", nil), knowledge.Version{Major: 5, Minor: 2, Patch: 8}, result, nil).Shipped()
	c := FindCelery([]*syntax.Module{syntax.Parse(source.NewFile("shop/celery.py", []byte(code)))}, knowledge.ParseVersion("5.5.3"), CeleryValues{})
	broker := c.Option(world, "broker_url")
	if text, _ := broker.Value.AsStr(); text != "redis://cache/0" || broker.Name != `CELERY["broker_url"]` {
		t.Errorf("%s = %s", broker.Name, broker.Value.Repr(40))
	}
	if eager := c.Option(world, "task_always_eager"); eager.Set || eager.Name != `CELERY["task_always_eager"]` || eager.Value.Repr(9) != "False" {
		t.Errorf("%s = %s", eager.Name, eager.Value.Repr(40))
	}
}

// worldOf is a world of settings that are numbers.
func worldOf(settings map[string]int64) *World {
	names := map[string]eval.Value{}
	for name, n := range settings {
		names[name] = eval.MakeInt(n)
	}
	result := &eval.Result{Module: "settings", Worlds: []*eval.World{{Names: names}}}
	return NewSettings(source.NewFile("settings.py", nil), knowledge.Version{Major: 5, Minor: 2, Patch: 8}, result, nil).Shipped()
}
