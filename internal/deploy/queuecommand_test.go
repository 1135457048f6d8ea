package deploy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadQueue(t *testing.T) {
	for _, test := range []struct {
		name, line string
		want       QueueCommand
		ok         bool
	}{
		{"the default queue of RQ", "python manage.py rqworker", QueueCommand{Program: "rqworker"}, true},
		{"queues behind options", "python manage.py rqworker --worker-ttl 600 --with-scheduler high low", QueueCommand{Program: "rqworker", Queues: []string{"high", "low"}, Scheduler: true}, true},
		{"options behind queues", "python3 manage.py rqworker high --name=one", QueueCommand{Program: "rqworker", Queues: []string{"high"}}, true},
		{"a pool", "python manage.py rqworker-pool mail --num-workers 4", QueueCommand{Program: "rqworker-pool", Queues: []string{"mail"}, Processes: true}, true},
		{"RQ's own", "rq worker -u redis://redis -s mail", QueueCommand{Program: "rq", Queues: []string{"mail"}, Scheduler: true}, true},
		{"RQ's monitor", "rq info", QueueCommand{}, false},
		{"a queue of a variable", "python manage.py rqworker $QUEUES", QueueCommand{Program: "rqworker", Unread: "$QUEUES"}, true},
		{"Huey", "python manage.py run_huey -w 4 -k process", QueueCommand{Program: "run_huey", Processes: true}, true},
		{"Huey without periodic tasks", "python manage.py run_huey --no-periodic", QueueCommand{Program: "run_huey", NoPeriodic: true}, true},
		{"one of Huey's queues", "python manage.py djangohuey --queue mail", QueueCommand{Program: "djangohuey", Queues: []string{"mail"}}, true},
		{"all of Dramatiq", "python manage.py rundramatiq -p 2 -t 4", QueueCommand{Program: "rundramatiq", Processes: true}, true},
		{"queues of Dramatiq", "python manage.py rundramatiq --queues default mail --threads 4", QueueCommand{Program: "rundramatiq", Queues: []string{"default", "mail"}}, true},
		{"Dramatiq's own", "dramatiq shop.tasks -Q mail", QueueCommand{Program: "dramatiq", Queues: []string{"mail"}}, true},
		{"queues of Django's tasks", "python manage.py db_worker --queue-name=mail,default --backend other", QueueCommand{Program: "db_worker", Queues: []string{"mail", "default"}, Backend: "other"}, true},
		{"all but one", "python manage.py db_worker --queue-name * --exclude-queues slow", QueueCommand{Program: "db_worker", All: true, Excluded: []string{"slow"}}, true},
		{"a cluster of Django Q", "python manage.py qcluster -n long", QueueCommand{Program: "qcluster", Queues: []string{"long"}}, true},
		{"another program", "gunicorn shop.wsgi", QueueCommand{}, false},
	} {
		got, ok := ReadQueue(Words(test.line))
		if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
			t.Errorf("%s: ok %v, %s", test.name, ok, diff)
		}
	}
}
