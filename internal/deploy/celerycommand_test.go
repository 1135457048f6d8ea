package deploy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadCelery(t *testing.T) {
	for _, test := range []struct {
		name, line string
		want       CeleryCommand
		ok         bool
	}{
		{"a plain worker", "celery -A shop worker -l info", CeleryCommand{Sub: "worker", App: "shop"}, true},
		{"queues behind an option", "celery --app=shop worker -Q high,low", CeleryCommand{Sub: "worker", App: "shop", Queues: []string{"high", "low"}}, true},
		{"queues joined to it", "python -m celery -A shop worker -Qmail --queues=high", CeleryCommand{Sub: "worker", App: "shop", Queues: []string{"high"}}, true},
		{"a worker that schedules", "celery -A shop worker -EB -c 4", CeleryCommand{Sub: "worker", App: "shop", Beat: true, Concurrency: 4}, true},
		{"a long option", "celery -A shop worker --beat --autoscale=10,3 -P gevent", CeleryCommand{Sub: "worker", App: "shop", Beat: true, Autoscale: 10, Pool: "gevent"}, true},
		{"queues of a variable", "celery -A shop worker -Q $QUEUES", CeleryCommand{Sub: "worker", App: "shop", Queues: []string{"$QUEUES"}, Unread: "-Q $QUEUES"}, true},
		{"a scheduler", "celery -A shop beat -S redbeat.RedBeatScheduler --pidfile=", CeleryCommand{Sub: "beat", App: "shop", Scheduler: "redbeat.RedBeatScheduler"}, true},
		{"excluded queues", "celery -A shop worker -X slow", CeleryCommand{Sub: "worker", App: "shop", Excluded: []string{"slow"}}, true},
		{"several workers at once", "celery multi start w1 w2 -A shop", CeleryCommand{Sub: "worker", App: "shop", Unread: "celery multi"}, true},
		{"a name that is no subcommand", "celery -A worker beat", CeleryCommand{Sub: "beat", App: "worker"}, true},
		{"through Django", "python manage.py celery worker -B", CeleryCommand{Sub: "worker", Beat: true}, true},
		{"a monitor", "celery -A shop flower", CeleryCommand{App: "shop"}, false},
		{"another program", "gunicorn shop.wsgi", CeleryCommand{}, false},
	} {
		got, ok := ReadCelery(Words(test.line))
		if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
			t.Errorf("%s: ok %v, %s", test.name, ok, diff)
		}
	}
}
