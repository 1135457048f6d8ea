package oracle

import (
	"fmt"
	"slices"
	"testing"

	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/python/eval"
)

// celeryAnswer is what testdata/tasks_ask.py tells.
type celeryAnswer struct {
	Tasks map[string]struct {
		Options map[string]any `json:"options"`
		Queue   string         `json:"queue"`
	} `json:"tasks"`
	Conf     map[string]any `json:"conf"`
	Schedule []string       `json:"schedule"`
}

// taskOptions are the options of tasks that are compared, with the application's option that a task takes where neither it nor its class says.
var taskOptions = map[string]string{
	"acks_late": "task_acks_late", "ignore_result": "task_ignore_result", "serializer": "task_serializer", "time_limit": "task_time_limit",
	"soft_time_limit": "task_soft_time_limit", "max_retries": "", "default_retry_delay": "", "retry_backoff": "", "retry_backoff_max": "", "retry_jitter": "",
	"rate_limit": "", "priority": "", "queue": "", "reject_on_worker_lost": "",
}

// celeryConf are the options of the application that are compared.
var celeryConf = []string{"accept_content", "broker_url", "broker_transport_options", "result_backend", "result_expires", "task_acks_late", "task_always_eager",
	"task_default_queue", "task_ignore_result", "task_serializer", "task_soft_time_limit", "task_time_limit", "worker_concurrency", "worker_max_tasks_per_child",
	"worker_pool", "result_serializer", "task_create_missing_queues"}

// TestTasksAgree compares the model of background work with what real Celery makes of the same project: which tasks there are, their options,
// the queue that each is sent to, the application's options and its schedule.
func TestTasksAgree(t *testing.T) {
	const venv = "venv-django52"
	startDjango(t, venv) // skips, or fails when the environment is missing
	folder, _, s := load(t, "tasks", "mill.txtar")
	answer := askCelery(t, venv, folder)
	world := s.Settings.Worlds()[0]
	celery, work := s.Celery(), s.Background()
	for _, name := range celeryConf {
		agreeOption(t, "conf "+name, celery.Option(world, name).Value, answer.Conf[name])
	}
	agreeTasks(t, work, celery.Option, world, answer)
	agreeQueues(t, work.Queues(celery, world), answer)
	var scheduled []string
	for _, p := range work.Beat(celery, world).Periodic {
		scheduled = append(scheduled, p.Task)
	}
	slices.Sort(scheduled)
	if !slices.Equal(scheduled, answer.Schedule) {
		t.Errorf("scheduled %v, Celery has %v", scheduled, answer.Schedule)
	}
}

// agreeOption compares one value; what gonogo does not know agrees with everything.
func agreeOption(t *testing.T, what string, ours eval.Value, theirs any) {
	t.Helper()
	var got any
	switch ours.Kind() {
	case eval.None:
	case eval.Bool:
		got = ours.Truth() == eval.Yes
	case eval.Int:
		n, _ := ours.AsInt()
		got = float64(n)
	case eval.Str:
		got, _ = ours.AsStr()
	case eval.List, eval.Tuple:
		var list []any
		for _, e := range ours.Elems() {
			text, _ := e.AsStr()
			list = append(list, text)
		}
		got = list
	case eval.Dict:
		m := map[string]any{}
		for _, e := range ours.Entries() {
			key, _ := e.Key.AsStr()
			n, _ := e.Value.AsInt()
			m[key] = float64(n)
		}
		got = m
	default:
		t.Logf("%s is not known: %s", what, ours.Reason())
		return
	}
	if fmt.Sprint(got) != fmt.Sprint(theirs) {
		t.Errorf("%s: %v, Celery has %v", what, got, theirs)
	}
}

// agreeTasks compares the tasks with a name, and their options.
func agreeTasks(t *testing.T, work *background.Work, conf func(*django.World, string) django.Setting, world *django.World, answer celeryAnswer) {
	t.Helper()
	seen := map[string]bool{}
	compared := 0
	for _, task := range work.Tasks {
		name := task.Registered()
		if task.Dotted == "" {
			continue // one that a function makes when it is called
		}
		theirs, ok := answer.Tasks[name]
		if !ok {
			t.Errorf("%s is no task of Celery", name)
			continue
		}
		seen[name] = true
		if task.Opaque {
			continue
		}
		for option, fallback := range taskOptions {
			o, own := task.Option(option)
			switch {
			case own && o.Value.Kind() != eval.None || own && fallback == "":
				agreeOption(t, name+" "+option, o.Value, theirs.Options[option])
			case fallback != "":
				agreeOption(t, name+" "+option, conf(world, fallback).Value, theirs.Options[option])
			default:
				continue
			}
			compared++
		}
	}
	for name := range answer.Tasks {
		if !seen[name] {
			t.Errorf("Celery's task %s is not found", name)
		}
	}
	t.Logf("%d tasks, %d options", len(seen), compared)
}

// agreeQueues compares the queues of the tasks that are sent without naming one.
func agreeQueues(t *testing.T, queues background.Queues, answer celeryAnswer) {
	t.Helper()
	if queues.Unknown != "" {
		t.Errorf("queues are not known: %s", queues.Unknown)
	}
	for _, sent := range queues.Sent {
		name := sent.Task.Registered()
		if want := answer.Tasks[name].Queue; sent.Queue != want && name != "mill.tasks.limited" { // which the call itself sends elsewhere
			t.Errorf("%s is sent to %s, Celery sends it to %s", name, sent.Queue, want)
		}
	}
	if len(queues.Sent) < 9 {
		t.Errorf("%d tasks are sent", len(queues.Sent))
	}
}

func askCelery(t *testing.T, venv, folder string) celeryAnswer {
	t.Helper()
	asked := map[string][]string{"conf": celeryConf}
	for option := range taskOptions {
		asked["task"] = append(asked["task"], option)
	}
	var answer celeryAnswer
	askScript(t, venv, "tasks_ask.py", folder, "conf.celery", asked, &answer)
	return answer
}
