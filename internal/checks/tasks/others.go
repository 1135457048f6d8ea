package tasks

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
)

// otherTasks are the project's tasks of libraries other than Celery.
func otherTasks(p *check.SourcePass, libraries ...background.Library) (list []*background.Task) {
	for _, t := range p.Project.Background().Tasks {
		for _, l := range libraries {
			if t.Library == l {
				list = append(list, t)
			}
		}
	}
	return list
}

// others are the libraries beside Celery.
func others() []background.Library {
	return []background.Library{background.RQ, background.Dramatiq, background.Huey, background.Tasks, background.DjangoQ}
}

// askOthers asks a question about tasks of libraries other than Celery in every world; a project without such tasks is not asked.
func askOthers(p *check.SourcePass, pass string, question func(*django.World) ([]check.Finding, []string), libraries ...background.Library) check.Answer {
	if len(otherTasks(p, libraries...)) == 0 {
		return check.Absent("no task of another queue was found")
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		findings, doubts := question(w)
		return check.Gather(findings, doubts, pass)
	})
}

// joined is the answer about Celery and about the other queues of a project as one.
func joined(celery, other check.Answer) check.Answer {
	switch {
	case other.Status == check.NotApplicable:
		return celery
	case celery.Status == check.NotApplicable:
		return other
	case celery.Status == check.Fail && other.Status == check.Fail:
		return check.Failed(append(celery.Findings, other.Findings...)...)
	case celery.Status == check.Fail || other.Status != check.Fail && celery.Status == check.Unknown:
		return celery
	case other.Status == check.Fail || other.Status == check.Unknown:
		return other
	}
	return celery
}
