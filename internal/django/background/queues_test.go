package background

import (
	"fmt"
	"testing"

	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// TestQueues holds what Celery 5.7 was seen to answer for app.amqp.queues.consume_from and app.amqp.router.route of the same
// configuration.
func TestQueues(t *testing.T) {
	text, list, tuple := eval.MakeStr, eval.MakeList, eval.MakeTuple
	dict := func(pairs ...any) eval.Value {
		var entries []eval.Entry
		for i := 0; i < len(pairs); i += 2 {
			entries = append(entries, eval.Entry{Key: text(pairs[i].(string)), Value: pairs[i+1].(eval.Value)})
		}
		return eval.MakeDict(entries...)
	}
	unknown := eval.MakeUnknown("it comes from elsewhere")
	const send = "from celery import shared_task\n@shared_task\ndef send(): pass\ndef view():\n    send."
	for name, c := range map[string]struct {
		code     string
		settings map[string]eval.Value
		want     string
	}{
		"nothing said":                {send + "delay()", nil, "[celery] send>celery"},
		"a route":                     {send + "delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": dict("shop.send", dict("queue", text("x")))}, "[celery] send>x"},
		"a route as a text":           {send + "delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": dict("shop.send", text("x"))}, "[celery] send>x"},
		"a pattern":                   {send + "delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": dict("shop.*", dict("queue", text("x")))}, "[celery] send>x"},
		"a name before a pattern":     {send + "delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": dict("shop.*", text("y"), "shop.send", text("x"))}, "[celery] send>x"},
		"the first of two maps":       {send + "delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": list(dict("shop.*", text("y")), dict("shop.send", text("x")))}, "[celery] send>y"},
		"pairs":                       {send + "delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": tuple(list(tuple(text("shop.*"), text("y"))))}, "[celery] send>y"},
		"no pattern without a star":   {send + "delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": dict("shop.s?nd", text("y"))}, "[celery] send>celery"},
		"a function routes":           {send + "delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": list(text("shop.route"))}, "[celery] ? the queue of the task send is not known"},
		"a route to an exchange":      {send + "delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": dict("shop.send", dict("exchange", text("x")))}, "[celery] ? the queue of the task send is not known"},
		"the call beats the route":    {send + "apply_async(queue='given')", map[string]eval.Value{"CELERY_TASK_ROUTES": dict("shop.send", text("x"))}, "[celery] send>given"},
		"the call names it elsewhere": {send + "apply_async(queue=q)", nil, "[celery] ? the queue of the task send is not known"},
		"a signature with a queue":    {send + "s().set(queue='given').delay()", nil, "[celery] send>given"},
		"another default":             {send + "delay()", map[string]eval.Value{"CELERY_TASK_DEFAULT_QUEUE": text("d")}, "[d] send>d"},
		"declared without the default": {send + "delay()", map[string]eval.Value{"CELERY_TASK_QUEUES": dict("a", dict("exchange", text("a")))},
			"[a] send>celery"},
		"declared elsewhere":                  {send + "delay()", map[string]eval.Value{"CELERY_TASK_QUEUES": unknown}, "[] task_queues is not known send>celery"},
		"of the task itself":                  {"from celery import shared_task\n@shared_task(queue='mail')\ndef f(): pass\ndef g():\n    f.delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": dict("shop.f", text("x"))}, "[celery] f>mail"},
		"nobody sends it":                     {"from celery import shared_task\n@shared_task(queue='mail')\ndef f(): pass", nil, "[celery]"},
		"in a chain":                          {"from celery import shared_task, chain\n@shared_task(queue='mail')\ndef f(): pass\ndef g():\n    chain(f.s(1))()", nil, "[celery] f>mail"},
		"a signature with a queue in a group": {"from celery import shared_task, group\n@shared_task\ndef f(): pass\ndef g():\n    group(f.s(i).set(queue='mail') for i in x)()", nil, "[celery] f>mail"},
		"by its name in a route":              {"from celery import shared_task\n@shared_task(name='own')\ndef f(): pass\ndef g():\n    f.delay()", map[string]eval.Value{"CELERY_TASK_ROUTES": dict("own", text("x"))}, "[celery] f>x"},
	} {
		q := read(map[string]string{"shop": c.code}).Queues(django.FindCelery(nil, knowledge.ParseVersion("5.5.3"), django.CeleryValues{}), world(c.settings))
		got := fmt.Sprint(q.Declared)
		if q.DeclaredUnknown != "" {
			got += " " + q.DeclaredUnknown
		}
		for _, s := range q.Sent {
			got += " " + s.Task.Name + ">" + s.Queue
		}
		if q.Unknown != "" {
			got += " ? " + q.Unknown
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
