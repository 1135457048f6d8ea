package tasks

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// otherPickle is the finding about a queue other than Celery whose workers unpickle what the broker holds. Sources: rq/serializers.py
// (DefaultSerializer), huey/serializer.py, django_dramatiq/apps.py. Django Q signs its packages, and Django's tasks are JSON.
func otherPickle(p *check.SourcePass, w *django.World) (findings []check.Finding, doubts []string) {
	const why = "whoever can write to the broker runs code in the worker"
	if len(otherTasks(p, background.RQ)) > 0 && w.Get("RQ_QUEUES").Set {
		s := w.Get("RQ_QUEUES")
		if s.Value.IsUnknown() || s.Value.IsOpen() {
			doubts = append(doubts, check.Doubt(w, s))
		}
		for _, e := range s.Value.Entries() {
			v := e.Value.Get("SERIALIZER")
			name, _ := v.AsStr()
			if v.IsUnknown() || name != "" && !strings.HasSuffix(name, ".DefaultSerializer") && !strings.HasSuffix(name, ".PickleSerializer") {
				continue
			}
			findings = append(findings, check.Finding{Severity: check.Recommended, At: placeOf(e.Value, s), Fix: `"SERIALIZER": "rq.serializers.JSONSerializer"`,
				Message: fmt.Sprintf("Jobs of the RQ queue %s are pickled: %s; set SERIALIZER to rq.serializers.JSONSerializer, here and for the workers (--serializer)", e.Key.Repr(30), why)})
			break // the others are the same fault
		}
	}
	if s := w.Get("HUEY"); len(otherTasks(p, background.Huey)) > 0 && s.Set {
		v, class := s.Value.Get("serializer"), s.Value.Class()
		if s.Value.Kind() == eval.Dict {
			class, _ = s.Value.Get("huey_class").AsStr()
		} else {
			v = s.Value.Arg(-1, "serializer")
		}
		if own := strings.Contains(class, "Sqlite") || strings.Contains(class, "Memory") || strings.Contains(class, "File"); !v.IsValid() && !own && !s.Value.IsUnknown() && !s.Value.IsOpen() {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: check.Where(s), Fix: `"serializer": SignedSerializer(SECRET_KEY)`,
				Message: "Huey pickles its tasks and signs nothing: " + why + "; give it huey.serializer.SignedSerializer with a secret"})
		}
	}
	if s := w.Get("DRAMATIQ_ENCODER"); len(otherTasks(p, background.Dramatiq)) > 0 {
		if name, _ := s.Value.AsStr(); strings.HasSuffix(name, "PickleEncoder") {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: check.Where(s), Fix: `DRAMATIQ_ENCODER = "dramatiq.encoder.JSONEncoder"`,
				Message: "DRAMATIQ_ENCODER is the PickleEncoder: " + why + "; leave the JSONEncoder"})
		}
	}
	return findings, doubts
}

// otherModels are the places at which a task of a queue other than Celery is given a model instance or a queryset.
func otherModels(p *check.SourcePass) (findings []check.Finding) {
	model := func(class string) bool { return p.Project.Code.Inherits(class, "django.db.models.Model") }
	for _, q := range p.Project.Background().Queued {
		if q.Task == nil || q.Task.Library == background.Celery {
			continue
		}
		e, kind := q.ModelArgument(model)
		if e == nil {
			continue
		}
		what := "pickle sends the row as it is now, and the task works with it as it was"
		if q.Task.Library == background.Dramatiq || q.Task.Library == background.Tasks {
			what = "JSON cannot hold it, so that queueing it fails"
		}
		at := q.Module.Syntax.Span(e)
		f := check.Finding{Severity: check.Recommended, At: at,
			Message: fmt.Sprintf("%s is given a %s: %s; pass the primary key and read the row in the task", q.Task.Name, kind, what)}
		if kind == "model instance" && !strings.Contains(at.Text(), "(") {
			f.Fix = at.Text() + ".pk"
		}
		findings = append(findings, f)
	}
	return findings
}

// otherRetry judges one task of a queue other than Celery; the finding has no message where there is nothing to say. Dramatiq and Django Q
// try again by themselves.
func otherRetry(t *background.Task, w *django.World) check.Finding {
	if t.Periodic || t.Opaque || retriedElsewhere(t) || retriesItself(t.Function) {
		return check.Finding{}
	}
	fix := ""
	switch t.Library {
	case background.RQ:
		fix = "retry=Retry(max=3, interval=[10, 60, 300])"
	case background.Huey:
		fix = "retries=3, retry_delay=60"
	case background.Tasks:
		fix = "@retry(stop=stop_after_attempt(5), wait=wait_exponential_jitter())"
	case background.Dramatiq:
		fix = "max_retries=5"
	default:
		return check.Finding{}
	}
	r, ok := talksOutside(t)
	if !ok {
		return check.Finding{}
	}
	f := check.Finding{Severity: check.Recommended, At: t.At, Fix: fix, Related: []check.Related{{Message: "it does so here", At: r.In}}}
	retries := t.Run(w).Retries
	n, known := retries.AsInt()
	retry, _ := t.Option("retry")
	switch {
	case t.Library == background.Tasks:
		f.Message = fmt.Sprintf("%s %s and is never retried, for which Django's tasks have no option: its work is lost when the other side is down for a moment; retry inside the task, with tenacity for instance", t.Name, does(r.Effect))
	case known && n == 0:
		f.Message = fmt.Sprintf("%s %s and is never retried, so its work is lost when the other side is down for a moment; give it retries with a pause", t.Name, does(r.Effect))
	case retries.Kind() == eval.None:
		f.Message = fmt.Sprintf("%s %s and is retried for ever; give it a maximum", t.Name, does(r.Effect))
	case t.Library == background.RQ && known && !retry.Value.Arg(1, "interval").IsValid():
		f.At = firstAt(retry.At, t.At)
		f.Message = fmt.Sprintf("%s %s and is retried at once, while the other side is still down; give Retry an interval", t.Name, does(r.Effect))
	default:
		return check.Finding{}
	}
	return f
}

// otherLimits judges the time limits of queues other than Celery.
func otherLimits(p *check.SourcePass, w *django.World) (findings []check.Finding, doubts []string) {
	told := map[background.Library]bool{}
	for _, t := range otherTasks(p, others()...) {
		if told[t.Library] {
			continue
		}
		limit := t.Run(w).Timeout
		seconds, known := limit.AsFloat()
		f := check.Finding{Severity: check.Recommended, At: t.At}
		switch {
		case t.Library == background.Tasks:
			doubts = append(doubts, "Django's tasks have no time limit; whether each call to the outside has a timeout is not read")
			told[t.Library] = true
			continue
		case limit.IsUnknown():
			doubts = append(doubts, "the time limit of "+t.Name+" is not known: "+limit.Reason())
			continue
		case t.Library == background.RQ && known && seconds < 0:
			f.Message, f.Fix = fmt.Sprintf("%s has no time limit (-1), so one that hangs holds its worker for ever; give it a timeout", t.Name), "timeout=600"
		case limit.Kind() != eval.None && !(known && seconds == 0):
			continue
		case t.Library == background.Huey && !p.Project.Package("huey").AtLeast(3, 0):
			doubts = append(doubts, "Huey before 3.0 has no time limits; whether each call to the outside has a timeout is not read")
			told[t.Library] = true
			continue
		case t.Library == background.Huey:
			f.Message, f.Fix = fmt.Sprintf("%s has no time limit, so one that hangs holds its worker for ever; give it a timeout", t.Name), "timeout=600"
		case t.Library == background.Dramatiq:
			s := w.Get("DRAMATIQ_BROKER")
			f.At, f.Fix = placeOf(s.Value.Get("MIDDLEWARE"), s), `"dramatiq.middleware.TimeLimit"`
			f.Message = "The middleware TimeLimit is not in DRAMATIQ_BROKER, so that actors have no time limit; add it"
		default:
			s := w.Get("Q_CLUSTER")
			f.At, f.Fix = check.Where(s), `"timeout": 600, "retry": 900`
			f.Message = "Q_CLUSTER has no timeout, so a task that hangs holds its worker for ever; set timeout, and retry above it"
		}
		told[t.Library] = true
		findings = append(findings, f)
	}
	return findings, doubts
}

// otherLetters asks where a task of a queue other than Celery that failed for good is kept. RQ has a registry of failed jobs, Dramatiq a queue of
// dead letters, Django Q and the database's backend of Django's tasks rows with what failed; Huey writes its log.
func otherLetters(p *check.SourcePass, w *django.World) check.Answer {
	var doubts []string
	for _, l := range others() {
		list := otherTasks(p, l)
		if len(list) == 0 {
			continue
		}
		switch {
		case l == background.Tasks && !databaseBackend(w):
			doubts = append(doubts, "whether the backend of Django's tasks keeps those that failed is not known")
		case l == background.Huey: // the others keep what failed
			if a := hueyLetters(p, w, list); a.Status != check.Pass && a.Status != check.NotApplicable {
				return a
			}
		}
	}
	return check.Gather(nil, doubts, "the queue keeps failed tasks itself, or they are told of")
}

// hueyLetters asks it for Huey.
func hueyLetters(p *check.SourcePass, w *django.World, list []*background.Task) check.Answer {
	var retried *background.Task
	for _, t := range list {
		if n, ok := t.Run(w).Retries.AsInt(); ok && n > 0 && retried == nil {
			retried = t
		}
	}
	tracker := check.FindTracker(p, w)
	how := mentioned(p, "SIGNAL_ERROR")
	switch {
	case retried == nil:
		return check.Absent("no task of Huey is retried")
	case how != "":
		return check.Passed(how)
	case tracker.On == eval.Yes:
		return check.Passed(tracker.Name + " is told of failed tasks")
	case tracker.Name != "":
		return check.Unclear("failed tasks are told to " + tracker.Name + " where it is on: " + tracker.Reason)
	}
	return check.Failed(check.Finding{Severity: check.Recommended, At: retried.At, Fix: "@signal(SIGNAL_ERROR)",
		Message: retried.Name + " is retried, and when the last retry fails nothing keeps it or tells of it: Huey writes its log alone; add an error tracker or a handler of SIGNAL_ERROR"})
}

// otherResults judges how long the results of queues other than Celery are kept.
func otherResults(p *check.SourcePass, w *django.World) (findings []check.Finding, doubts []string) {
	for _, t := range otherTasks(p, background.RQ) {
		if n, ok := t.Run(w).Expires.AsInt(); ok && n < 0 {
			at := t.At
			if o, own := t.Option("result_ttl"); own {
				at = o.At
			}
			findings = append(findings, check.Finding{Severity: check.Recommended, At: at, Fix: "result_ttl=500",
				Message: fmt.Sprintf("Results of %s are kept for ever (a result_ttl of -1), and fill Redis; give them a time to live", t.Name)})
			break
		}
	}
	if f := hueyResults(p, w); f.Message != "" {
		findings = append(findings, f)
	}
	if limit := w.Get("Q_CLUSTER").Value.Get("save_limit"); len(otherTasks(p, background.DjangoQ)) > 0 {
		if n, ok := limit.AsInt(); ok && n == 0 {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: placeOf(limit, w.Get("Q_CLUSTER")), Fix: `"save_limit": 250`,
				Message: "save_limit is 0, so that Django Q keeps a row for every task that ever succeeded; give it a limit"})
		}
	}
	if len(otherTasks(p, background.Tasks)) > 0 && databaseBackend(w) && !runs(p, "prune_db_task_results") {
		doubts = append(doubts, "results are rows of the database and go only when prune_db_task_results runs; nothing in the repository runs it")
	}
	return findings, doubts
}

// hueyResults is the finding about results of Huey that nobody reads: one stays in Redis until it is read (huey/api.py, huey/storage.py), unless
// the class of the storage lets it expire.
func hueyResults(p *check.SourcePass, w *django.World) check.Finding {
	s := w.Get("HUEY")
	class, _ := s.Value.Get("huey_class").AsStr()
	if s.Value.Kind() != eval.Dict || s.Value.IsOpen() || s.Value.Get("results").IsValid() || class != "" && class != "huey.RedisHuey" && class != "huey.PriorityRedisHuey" {
		return check.Finding{}
	}
	for _, t := range otherTasks(p, background.Huey) {
		if !givesResult(t) || t.Periodic || read(p, t) {
			continue
		}
		return check.Finding{Severity: check.Recommended, At: t.At, Fix: `"results": False`,
			Message: fmt.Sprintf("%s returns a value that nothing reads, and RedisHuey keeps it until somebody does; set results to False, or use huey.RedisExpireHuey", t.Name)}
	}
	return check.Finding{}
}

// givesResult reports whether a task returns something but None.
func givesResult(t *background.Task) (yes bool) {
	syntax.InspectBody(t.Body(), func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef, *syntax.Lambda:
			return false
		case *syntax.Return:
			c, constant := n.Value.(*syntax.Constant)
			yes = yes || n.Value != nil && !(constant && c.Kind == syntax.None)
		}
		return !yes
	})
	return yes
}

// read reports whether code may read the result of a task: where it is queued and the outcome is used.
func read(p *check.SourcePass, t *background.Task) bool {
	for _, q := range p.Project.Background().Queued {
		if q.Task == t && !q.Statement() {
			return true
		}
	}
	return false
}

// runs reports whether a process, a job or a document's command of the deployment runs a management command.
func runs(p *check.SourcePass, command string) bool {
	if p.Project.Deployment != nil {
		for _, process := range p.Project.Deployment.Processes {
			if strings.Contains(strings.Join(process.Argv, " "), command) {
				return true
			}
		}
	}
	return mentioned(p, command) != ""
}

// otherRepeats judges tasks of queues other than Celery that may run twice: those of Dramatiq are acknowledged when they have ended, and
// those that are tried again repeat what a loop has done.
func otherRepeats(p *check.SourcePass, w *django.World) (findings []check.Finding) {
	for _, t := range otherTasks(p, background.Dramatiq, background.RQ, background.Huey) {
		if t.Function == nil || guarded(t.Function) {
			continue
		}
		retries := t.Run(w).Retries
		n, known := retries.AsInt()
		again := known && n != 0 || retries.Kind() == eval.None
		f := check.Finding{}
		if t.Library == background.Dramatiq {
			f = repeated(t)
		}
		if f.Message == "" && again {
			f = loopAgain(t)
		}
		if f.Message != "" {
			findings = append(findings, f)
		}
	}
	return findings
}

// twiceInDjangoQ is the finding about tasks that Django Q hands out again before they may end. Redis as its broker keeps no such promise
// (django_q/brokers, guarantee_delivery).
func twiceInDjangoQ(p *check.SourcePass, w *django.World) (findings []check.Finding, doubts []string) {
	s := w.Get("Q_CLUSTER")
	if has, _ := p.Project.Has(project.DjangoQ); has != eval.Yes || s.Value.Kind() != eval.Dict {
		return nil, nil
	}
	guaranteed := false
	for _, broker := range []string{"orm", "sqs", "iron_mq"} {
		v := s.Value.Get(broker)
		guaranteed = guaranteed || v.IsValid() && v.Kind() != eval.None && !v.IsUnknown()
	}
	if !guaranteed {
		return nil, nil
	}
	retry, timeout := int64(60), s.Value.Get("timeout")
	if v := s.Value.Get("retry"); v.IsValid() {
		n, ok := v.AsInt()
		if !ok {
			return nil, []string{"retry in Q_CLUSTER is not known"}
		}
		retry = n
	}
	seconds, known := timeout.AsInt()
	switch {
	case !timeout.IsValid() || timeout.Kind() == eval.None:
		return []check.Finding{{Severity: check.Recommended, At: check.Where(s), Fix: `"timeout": 60, "retry": 90`,
			Message: fmt.Sprintf("Django Q hands a task out again after %d seconds, and Q_CLUSTER has no timeout that ends it before: a longer one runs twice; set timeout, and retry above it", retry)}}, nil
	case !known:
		return nil, []string{"timeout in Q_CLUSTER is not known"}
	case seconds > retry:
		return []check.Finding{{Severity: check.Recommended, At: placeOf(timeout, s), Fix: fmt.Sprintf(`"retry": %d`, seconds+30),
			Message: fmt.Sprintf("A task of Django Q may run %d seconds and is handed out again after %d: it runs twice; set retry above timeout", seconds, retry)}}, nil
	}
	return nil, nil
}
