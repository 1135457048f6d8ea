package oracle

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/python/eval"
)

// queueAnswer is what testdata/queues_ask.py tells: tasks by their names with their options, and pairs of a task and the queue that it is sent to.
type queueAnswer struct {
	Tasks map[string]map[string]any `json:"tasks"`
	Sent  [][2]string               `json:"sent"`
}

// TestQueuesAgree compares the model of each task queue beside Celery with what the library itself makes of the same project: which tasks
// there are, how each is run, and where code sends it.
func TestQueuesAgree(t *testing.T) {
	for name, c := range map[string]struct {
		library background.Library
		ask     string
		venv    string
		atLeast int // options compared
	}{
		"rq":       {library: background.RQ, ask: "rq", venv: "venv-queues", atLeast: 50},
		"huey":     {library: background.Huey, ask: "huey", venv: "venv-queues", atLeast: 50},
		"dramatiq": {library: background.Dramatiq, ask: "dramatiq", venv: "venv-queues", atLeast: 30},
		"backport": {library: background.Tasks, ask: "django_tasks", venv: "venv-queues", atLeast: 20},
		"django":   {library: background.Tasks, ask: "django.tasks", venv: "venv-django61", atLeast: 20},
		"djangoq":  {library: background.DjangoQ, ask: "djangoq", venv: "venv-queues", atLeast: 10},
	} {
		t.Run(name, func(t *testing.T) {
			environment(t, c.venv)
			folder, _, s := load(t, "tasks", name+".txtar")
			var answer queueAnswer
			askScript(t, c.venv, "queues_ask.py", folder, "settings", c.ask, &answer)
			world := s.Settings.Worlds()[0]
			work := s.Background()
			if got := agreeRuns(t, work, c.library, world, answer); got < c.atLeast {
				t.Errorf("%d options were compared, want at least %d", got, c.atLeast)
			}
			agreeSent(t, work, c.library, world, answer)
		})
	}
}

// agreeRuns compares the tasks with the library's registry, and tells how many options were compared.
func agreeRuns(t *testing.T, work *background.Work, library background.Library, world *django.World, answer queueAnswer) (compared int) {
	t.Helper()
	seen := map[string]bool{}
	unknown := 0
	for _, task := range work.Tasks {
		if task.Library != library {
			t.Errorf("%s is a task of %s", task.Dotted, task.Library)
			continue
		}
		run := task.Run(world)
		name, ok := run.Name.AsStr()
		theirs, there := answer.Tasks[name]
		if !ok || !there {
			if !slices.ContainsFunc(answer.Sent, func(s [2]string) bool { return s[0] == name }) {
				t.Errorf("%s (%s) is no task", task.Dotted, name)
			}
			continue
		}
		seen[name] = true
		for option, want := range theirs {
			ours := map[string]eval.Value{"queue": run.Queue, "backend": run.Backend, "retries": run.Retries, "timeout": run.Timeout, "expires": run.Expires,
				"priority": run.Priority, "periodic": eval.MakeBool(task.Periodic)}[option]
			if ours.IsUnknown() {
				unknown++
				t.Logf("%s of %s is not known: %s", option, name, ours.Reason())
				continue
			}
			compared++
			if got := plainOption(ours); got != fmt.Sprint(want) {
				t.Errorf("%s of %s: %s, the library has %v", option, name, got, want)
			}
		}
	}
	for name := range answer.Tasks {
		if !seen[name] {
			t.Errorf("the task %s is not found", name)
		}
	}
	t.Logf("%d tasks, %d options, %d not known", len(seen), compared, unknown)
	return compared
}

// plainOption prints a value as fmt prints what JSON holds.
func plainOption(v eval.Value) string {
	switch v.Kind() {
	case eval.None:
		return "<nil>"
	case eval.Bool:
		return fmt.Sprint(v.Truth() == eval.Yes)
	case eval.Int, eval.Float:
		n, _ := v.AsFloat()
		return fmt.Sprint(n)
	}
	text, _ := v.AsStr()
	return text
}

// agreeSent compares where code sends tasks.
func agreeSent(t *testing.T, work *background.Work, library background.Library, world *django.World, answer queueAnswer) {
	t.Helper()
	var ours, theirs []string
	for _, q := range work.Queued {
		if !strings.HasSuffix(q.Module.Dotted, ".sending") {
			continue
		}
		run := q.Task.Run(world)
		name, _ := run.Name.AsStr()
		queue, _ := q.To(world).AsStr()
		ours = append(ours, name+" to "+queue)
	}
	for _, s := range answer.Sent {
		theirs = append(theirs, s[0]+" to "+s[1])
	}
	sort.Strings(ours)
	sort.Strings(theirs)
	if !slices.Equal(ours, theirs) {
		t.Errorf("sent\n%s\nthe library was given\n%s", strings.Join(ours, "\n"), strings.Join(theirs, "\n"))
	}
	t.Logf("%d places", len(ours))
}
