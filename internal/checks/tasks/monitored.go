package tasks

import (
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

func monitored() check.Check {
	return check.Check{
		ID: "tasks/monitored", Severity: check.Recommended, Source: answerMonitored,
		Doc: check.Doc{
			Title: "Somebody is told when tasks fail, and when they wait too long",
			Why: `A task that fails has no visitor who complains: the mail is not sent, the report not made, and nobody knows. A worker that hangs is quieter still: tasks wait, and the site looks well.

So two things are watched: failures, by the error tracker in the workers, and the length and age of the queues. A tracker that is set up for requests alone, in wsgi.py or by its middleware, sees nothing of what a worker does.`,
			Fix:    "Start the error tracker in the settings or in the module of the Celery application, so that workers start it too; run celery-exporter or Flower beside the workers, and alert on the length of the queues.",
			Verify: "Queue a task that raises: it arrives in the tracker. Stop the workers, queue tasks: the alert comes.",
			Bad: []check.Example{
				{Note: "The tracker is only started in wsgi.py, which no worker imports.", Files: monitoredExample("", sentryInit)},
			},
			Good: []check.Example{
				{Note: "Settings start it, and a process watches the queues.", Files: monitoredExample(sentryInit, "")},
			},
			References: []check.Reference{
				check.See("Celery: monitoring and management", "https://docs.celeryq.dev/en/stable/userguide/monitoring.html"),
				check.See("Sentry: Celery", "https://docs.sentry.io/platforms/python/integrations/celery/"),
			},
			Triggers: []string{
				"there is no error tracker at all",
				"the error tracker is started in wsgi.py or asgi.py alone, or is a middleware alone",
				"Sentry is started without its integration of Celery, and without that of logging",
			},
		},
	}
}

const sentryInit = "import sentry_sdk\n\nsentry_sdk.init(dsn=\"https://key@errors.example/1\")\n"

func monitoredExample(settings, wsgi string) []check.ExampleFile {
	return []check.ExampleFile{
		{Path: "settings.py", Text: settings + "CELERY_BROKER_URL = \"redis://redis:6379/0\"\n"},
		{Path: "shop/__init__.py", Text: ""},
		{Path: "shop/celery.py", Text: "import os\n\nfrom celery import Celery\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"settings\")\napp = Celery(\"shop\")\napp.config_from_object(\"django.conf:settings\", namespace=\"CELERY\")\n"},
		{Path: "shop/wsgi.py", Text: "import os\n\nfrom django.core.wsgi import get_wsgi_application\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"settings\")\n" + wsgi + "application = get_wsgi_application()\n"},
		{Path: "Procfile", Text: "web: gunicorn shop.wsgi\nworker: celery -A shop worker\nmonitor: celery -A shop flower\n"},
	}
}

func answerMonitored(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	watch := queueWatch(p)
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		t := check.FindTracker(p, w)
		switch {
		case t.On == eval.No && t.Name == "" && watch == "":
			return check.CausedBy("observability/error-tracking", "no error tracker is started, so failures of tasks reach nobody either")
		case t.On == eval.No && t.Name == "":
			return check.Unclear(watch + " shows the queues; whether failures reach a person is not known, as no error tracker is started")
		case t.On != eval.Yes:
			return check.Unclear("whether " + t.Name + " reports failures of tasks is not known: " + t.Reason)
		}
		if f, ok := requestsOnly(p, w, t); ok {
			return check.Failed(f)
		}
		if watch == "" {
			return check.Unclear(t.Name + " reports failures of tasks; nothing in the repository shows who watches the length and age of the queues")
		}
		return check.Passed(t.Name + " reports failures of tasks, and " + watch + " shows the queues")
	})
}

// requestsOnly is the finding about a tracker that workers do not start.
func requestsOnly(p *check.SourcePass, w *django.World, t check.Tracker) (check.Finding, bool) {
	at := t.At
	switch {
	case t.Call == nil && inMiddleware(w, t):
		return check.Finding{Severity: check.Recommended, At: at,
			Message: t.Name + " is there as a middleware alone, which sees requests and no tasks: start it in the module of the task queue too"}, true
	case t.Call == nil:
		return check.Finding{}, false
	case webOnly(p, t.Call):
		return check.Finding{Severity: check.Recommended, At: at,
			Message: t.Name + " is started in " + path.Base(at.Path()) + " alone, which no worker imports: failures of tasks reach nobody; start it in the settings"}, true
	case t.Name == "sentry-sdk" && withoutTasks(t.Call.Call):
		return check.Finding{Severity: check.Recommended, At: at,
			Message: "Sentry is started with default_integrations=False, and neither CeleryIntegration nor LoggingIntegration is among its integrations: failures of tasks are not reported"}, true
	}
	return check.Finding{}, false
}

// inMiddleware reports whether a tracker was found by an entry of MIDDLEWARE.
func inMiddleware(w *django.World, t check.Tracker) bool {
	for _, e := range w.Get("MIDDLEWARE").Value.Elems() {
		name, ok := e.AsStr()
		if pkg, known := knowledge.PackageOfMiddleware(name); ok && known && pkg.Name == t.Name && e.At() == t.At {
			return true
		}
	}
	return false
}

// webOnly reports whether a call stands in the module that makes the WSGI or ASGI application.
func webOnly(p *check.SourcePass, site *project.CallSite) bool {
	web := false
	for _, e := range p.Project.EntryPoints {
		if e.File != site.Module.Syntax.File {
			continue
		}
		if e.Kind != project.WSGI && e.Kind != project.ASGI {
			return false
		}
		web = true
	}
	return web
}

// withoutTasks reports whether a call of sentry_sdk.init turns its own integrations off and names none that sees tasks.
// Source: sentry_sdk/integrations/__init__.py; the integration of logging reports what Celery logs of a failed task.
func withoutTasks(call *syntax.Call) bool {
	off, sees := false, false
	for _, k := range call.Keywords {
		switch k.Name {
		case "default_integrations":
			c, ok := k.Value.(*syntax.Constant)
			off = ok && c.Kind == syntax.False
		case "integrations":
			_, ok := k.Value.(*syntax.List)
			sees = sees || !ok
			syntax.Inspect(k.Value, func(n syntax.Node) bool {
				switch n := n.(type) {
				case *syntax.Name:
					sees = sees || seesTasks(n.ID)
				case *syntax.Attribute:
					sees = sees || seesTasks(n.Attr)
				case *syntax.Starred:
					sees = true
				}
				return true
			})
		case "":
			return false
		}
	}
	return off && !sees
}

func seesTasks(name string) bool {
	switch name {
	case "CeleryIntegration", "LoggingIntegration", "RqIntegration", "HueyIntegration", "DramatiqIntegration":
		return true
	}
	return false
}

// queueWatch names what shows the queues: a process beside the workers, an application, or a health endpoint that asks the broker; "" for none.
func queueWatch(p *check.SourcePass) string {
	if d := p.Project.Deployment; d != nil {
		for _, process := range d.Processes {
			if !process.Production {
				continue
			}
			for _, word := range append(process.Argv, process.Image) {
				for _, part := range strings.Fields(word) {
					switch name, _, _ := strings.Cut(path.Base(part), ":"); name {
					case "flower", "celery-exporter", "rq-exporter", "rqmonitor", "celery-insights":
						return name
					}
				}
			}
		}
	}
	for _, e := range p.Settings.Get("INSTALLED_APPS").Value.Elems() {
		name, ok := e.AsStr()
		if pkg, known := knowledge.PackageOfApp(name); ok && known && pkg.Has(knowledge.TaskMonitor) {
			return pkg.Name
		}
	}
	h := p.Project.Health()
	for i := range h.Endpoints {
		if h.Endpoints[i].Broker.Has == eval.Yes {
			return "the endpoint " + h.Endpoints[i].Path
		}
	}
	return ""
}
