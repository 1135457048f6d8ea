package tasks

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func arguments() check.Check {
	return check.Check{
		ID: "tasks/arguments", Severity: check.Recommended, Source: answerArguments,
		Doc: check.Doc{
			Title: "Task arguments are plain data, and pickle is refused",
			Why: `Unpickling runs code that the message names. A worker that accepts pickle gives everybody who can write to the broker a shell on the worker; a forgotten Redis without a password is enough.

Pickle also makes it easy to pass a model instance: the task then works with the row as it was when it was queued, and breaks when a release changes the class while messages wait. Pass the primary key and read the row in the task.`,
			Fix:    "Leave task_serializer, result_serializer and accept_content at JSON (the default from Celery 4 on), and pass ids.",
			Verify: "`celery -A shop inspect conf` shows `\"accept_content\": [\"json\"]`.",
			Bad: []check.Example{
				celeryExample("Workers unpickle what the broker holds.", `CELERY_BROKER_URL = "redis://localhost:6379/0"
CELERY_TASK_SERIALIZER = "pickle"
CELERY_ACCEPT_CONTENT = ["json", "pickle"]
`),
			},
			Good: []check.Example{
				celeryExample("JSON in, JSON out.", `CELERY_BROKER_URL = "redis://localhost:6379/0"
CELERY_ACCEPT_CONTENT = ["json"]
`),
			},
			References: []check.Reference{
				check.See("Celery: security, serializers", check.CeleryDocs+"userguide/security.html#serializers"),
				check.See("Celery: accept_content", check.CeleryDocs+"userguide/configuration.html#accept-content"),
				check.See("Python: pickle is not secure", check.PythonDocs+"pickle.html"),
			},
			Triggers: []string{"accept_content or result_accept_content has pickle", "tasks or results are written as pickle", "Celery before 4.0 at its defaults", "jobs of RQ or tasks of Huey are pickled and not signed",
				"a task is given a model instance or a queryset"},
		},
	}
}

func answerArguments(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	return joined(celeryArguments(p), askOthers(p, "tasks are given what their queue can hold, and nothing is unpickled that is not signed", func(w *django.World) ([]check.Finding, []string) {
		pickled, why := otherPickle(p, w)
		return append(pickled, otherModels(p)...), why
	}, others()...))
}

func celeryArguments(p *check.SourcePass) check.Answer {
	return withCelery(p, func(c *django.Celery, w *django.World) check.Answer {
		var findings []check.Finding
		var doubts []string
		for _, name := range []string{"accept_content", "result_accept_content", "task_serializer", "result_serializer"} {
			s := c.Option(w, name)
			if s.Value.IsUnknown() {
				doubts = append(doubts, doubt(w, s))
				continue
			}
			entry, bad := pickled(s.Value)
			if !bad {
				continue
			}
			at := check.Where(s)
			if !entry.At().IsZero() {
				at = entry.At()
			}
			findings = append(findings, check.Finding{Severity: check.Recommended, At: at, Message: pickleMessage(s, entry)})
		}
		if len(findings) > 1 {
			findings = findings[:1] // the others are the same fault in other words
		}
		findings = append(findings, passedModels(p)...)
		return check.Gather(findings, doubts, "tasks are JSON, which no model instance can be written as")
	})
}

// passedModels are the places at which a task of Celery is given a model instance or a queryset.
func passedModels(p *check.SourcePass) (findings []check.Finding) {
	model := func(class string) bool { return p.Project.Code.Inherits(class, "django.db.models.Model") }
	for _, q := range p.Project.Background().Queued {
		if q.Task == nil || q.Task.Library != background.Celery {
			continue
		}
		e, kind := q.ModelArgument(model)
		if e == nil {
			continue
		}
		at := q.Module.Syntax.Span(e)
		f := check.Finding{Severity: check.Recommended, At: at,
			Message: fmt.Sprintf("%s is given a %s: JSON cannot hold it, and pickle sends the row as it is now; pass the primary key and read the row in the task", q.Task.Name, kind)}
		if kind == "model instance" && !strings.Contains(at.Text(), "(") {
			f.Fix = at.Text() + ".pk"
		}
		findings = append(findings, f)
	}
	return findings
}

// pickled is the entry of a value that makes Celery unpickle whatever the broker holds. A serializer of the project's own that bears
// pickle in its name is none of these: it may check a signature first.
func pickled(v eval.Value) (eval.Value, bool) {
	for _, e := range append(v.Elems(), v) {
		name, ok := e.AsStr()
		switch {
		case !ok:
		case name == "pickle", name == "application/x-python-serialize", name == "application/x-python":
			return e, true
		}
	}
	return eval.Value{}, false
}

func pickleMessage(s django.Setting, entry eval.Value) string {
	const why = "whoever can write to the broker runs code in the worker"
	if !s.Set {
		return fmt.Sprintf("%s is left at the default of Celery before 4.0, which accepts pickle: %s; set it to [\"json\"]", s.Name, why)
	}
	if strings.Contains(strings.ToLower(s.Name), "accept") {
		return fmt.Sprintf("%s accepts %s: %s; leave [\"json\"]", s.Name, entry.Repr(40), why)
	}
	return fmt.Sprintf("%s is %s%s: %s, and tasks carry whole model instances; set it to \"json\"", s.Name, entry.Repr(40), check.EnvNote(s.Value), why)
}
