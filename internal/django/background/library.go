package background

import (
	"strings"
)

// decorators are the decorators that make a task. Sources: celery/__init__.py, celery/app/__init__.py, django_rq/decorators.py, dramatiq/actor.py,
// huey/contrib/djhuey/__init__.py, django_huey/__init__.py, django/tasks/__init__.py.
func decorators() map[string]Library {
	return map[string]Library{
		"celery.shared_task": Celery, "celery.app.shared_task": Celery, "celery.task": Celery, "celery.task.task": Celery,
		"celery.decorators.task": Celery, "celery.task.periodic_task": Celery, "celery.decorators.periodic_task": Celery,
		"celery.task.base.periodic_task": Celery,
		"django_rq.job":                  RQ, "django_rq.decorators.job": RQ, "rq.decorators.job": RQ, "rq.job": RQ,
		"dramatiq.actor": Dramatiq, "dramatiq.actor.actor": Dramatiq,
		"huey.contrib.djhuey.task": Huey, "huey.contrib.djhuey.db_task": Huey, "huey.contrib.djhuey.periodic_task": Huey,
		"huey.contrib.djhuey.db_periodic_task": Huey, "huey.contrib.djhuey.on_commit_task": Huey,
		"django_huey.task": Huey, "django_huey.db_task": Huey, "django_huey.periodic_task": Huey,
		"django_huey.db_periodic_task": Huey, "django_huey.on_commit_task": Huey,
		"django.tasks.task": Tasks, "django.tasks.base.task": Tasks, "django_tasks.task": Tasks, "django_tasks.base.task": Tasks,
	}
}

// libraryOf is the library whose decorator a dotted path names, 0 for none.
func libraryOf(path string) Library {
	top, rest, _ := strings.Cut(path, ".")
	switch top {
	case "celery":
		return Celery
	case "rq", "django_rq":
		return RQ
	case "dramatiq":
		return Dramatiq
	case "huey", "django_huey":
		return Huey
	case "django_tasks":
		return Tasks
	case "django":
		if strings.HasPrefix(rest, "tasks.") {
			return Tasks
		}
	}
	return 0
}

// positional is the name of the option that a decorator takes at a position, counted from 0; "" where it takes none there, or versions
// differ in what it takes. Sources: django_rq/decorators.py and rq/decorators.py, huey/api.py (Huey.task, Huey.periodic_task); the others take
// options by name alone.
func positional(l Library, decorator string, i int) string {
	var names []string
	switch l {
	case RQ:
		names = []string{"queue", "connection"}
	case Huey:
		names = []string{"retries", "retry_delay"}
		if strings.HasSuffix(decorator, "periodic_task") {
			names = append([]string{"validate_datetime"}, names...)
		}
	}
	if i < len(names) {
		return names[i]
	}
	return ""
}
