package tasks

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func brokerConfigured() check.Check {
	return check.Check{
		ID: "tasks/broker-configured", Severity: check.Critical, Source: answerBrokerConfigured,
		Doc: check.Doc{
			Title: "Tasks have a broker that web and worker share",
			Why: `Without a broker URL Celery tries RabbitMQ as guest on localhost: the first task.delay() of a release ends in "connection refused", after the page that called it has waited. memory:// and filesystem transports never leave the process or host, so the worker sees nothing; SQL transports poll a table and are not maintained.

localhost is right only where the broker runs beside both web and worker. In containers each has a localhost of its own.`,
			Fix:    "Read the address from a variable without a default: `CELERY_BROKER_URL = os.environ[\"CELERY_BROKER_URL\"]`, and give every process the same one.",
			Verify: "`celery -A shop inspect ping` prints `pong` for each worker.",
			Bad: []check.Example{
				celeryExample("Nothing names a broker.", "CELERY_TASK_TIME_LIMIT = 300\n"),
				celeryExample("In memory unless a variable says otherwise.", `import os

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "memory://")
`),
			},
			Good: []check.Example{
				celeryExample("The process does not start without its broker.", `import os

CELERY_BROKER_URL = os.environ["CELERY_BROKER_URL"]
`),
			},
			References: []check.Reference{
				check.See("Celery: broker_url", check.CeleryDocs+"userguide/configuration.html#broker-url"),
				check.See("Celery: brokers and how far each is supported", check.CeleryDocs+"getting-started/backends-and-brokers/index.html"),
			},
			Triggers: []string{
				"Celery has no broker URL and falls back to RabbitMQ on localhost",
				"the broker is or falls back to memory://, filesystem:// or an SQL transport",
				"the broker is localhost, and web and worker are containers",
				"Huey keeps its queue in memory or in SQLite, Dramatiq has no broker, Django Q uses the database",
			},
		},
	}
}

func answerBrokerConfigured(p *check.SourcePass) check.Answer {
	features := []project.Feature{project.Celery, project.RQ, project.Dramatiq, project.Huey, project.DjangoQ}
	if answer, none := noQueue(p, features...); none {
		return answer
	}
	used := uses(p, features...)
	celery := p.Project.Celery()
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		var findings []check.Finding
		var doubts []string
		if len(used) == 1 && used[0] == project.Celery && withoutBroker(celery, w) {
			return check.CausedBy("tasks/not-eager", "tasks run inside the request, and no broker is named")
		}
		for _, feature := range used {
			f, why := broker(p, feature, celery, w)
			if f.Message != "" {
				findings = append(findings, f)
			}
			if why != "" {
				doubts = append(doubts, why)
			}
		}
		return check.Gather(findings, doubts, "the broker is named, and is one that web and worker share")
	})
}

// withoutBroker reports whether Celery's tasks run inside the request and no broker is named: none is asked.
func withoutBroker(celery *django.Celery, w *django.World) bool {
	return celery.Option(w, "task_always_eager").Value.Truth() == eval.Yes && celery.Option(w, "broker_url").Value.Truth() == eval.No
}

// broker asks one kind of queue for its broker.
func broker(p *check.SourcePass, feature project.Feature, celery *django.Celery, w *django.World) (check.Finding, string) {
	switch feature {
	case project.Celery:
		return celeryBroker(p, celery, w)
	case project.RQ:
		return queueSetting(p, w.Get("RQ_QUEUES"), "RQ")
	case project.Dramatiq:
		return queueSetting(p, w.Get("DRAMATIQ_BROKER"), "Dramatiq")
	case project.DjangoQ:
		s := w.Get("Q_CLUSTER")
		if orm := s.Value.Get("orm"); orm.IsValid() && !orm.IsUnknown() {
			return check.Finding{Severity: check.Recommended, At: placeOf(orm, s), Fix: `"redis": os.environ["REDIS_URL"]`,
				Message: "Django Q uses the database as its broker, which polls a table and locks rows under load; give it Redis"}, ""
		}
		return queueSetting(p, s, "Django Q")
	}
	return hueyBroker(p, w)
}

func celeryBroker(p *check.SourcePass, celery *django.Celery, w *django.World) (check.Finding, string) {
	s := celery.Option(w, "broker_url")
	switch {
	case s.Value.IsUnknown() && outside(s.Value) != "" && len(check.Defaulted(s.Value)) == 0:
		return check.Finding{}, "" // must be given
	case s.Value.IsUnknown():
		return check.Finding{}, doubt(w, s)
	case !s.Value.IsValid() || s.Value.Truth() == eval.No:
		return noBroker(p, celery, w, s)
	}
	list, ok := addresses(s.Value)
	if !ok {
		return check.Finding{}, s.Name + " is no address that can be read"
	}
	for _, a := range list {
		if f, why := judgeTransport(p, a, s, replaces(p, celery, s)); f.Message != "" || why != "" {
			return f, why
		}
	}
	return check.Finding{}, ""
}

// noBroker is the answer when nothing names a broker. Celery also reads the variable CELERY_BROKER_URL by itself
// (celery/app/utils.py, Settings.broker_url), and the older BROKER_HOST.
func noBroker(p *check.SourcePass, celery *django.Celery, w *django.World, s django.Setting) (check.Finding, string) {
	if celery.Option(w, "broker_host").Value.Truth() == eval.Yes {
		return check.Finding{}, ""
	}
	if named(p, "CELERY_BROKER_URL") {
		return check.Finding{}, ""
	}
	what := s.Name + " is not set"
	if s.Set {
		what = s.Name + " is empty" + check.EnvNote(s.Value)
	}
	return check.Finding{
		Severity: check.Critical, At: check.Where(s), Fix: s.Name + ` = os.environ["CELERY_BROKER_URL"]`,
		Message: what + ": Celery tries RabbitMQ as guest on localhost, and the first task fails where none is; read the address from a variable",
	}, ""
}

func is(names []string) string {
	if len(names) == 1 {
		return "is"
	}
	return "are"
}

// named reports whether an environment file or a production process names a variable.
func named(p *check.SourcePass, name string) bool {
	for _, file := range p.Project.EnvFiles {
		for _, line := range file.Vars {
			if line.Name == name {
				return true
			}
		}
	}
	if p.Project.Deployment != nil {
		for _, process := range p.Project.Deployment.Processes {
			if _, ok := process.Lookup(name); ok && process.Production {
				return true
			}
		}
	}
	return false
}

// replaces names the variables that give another broker when they are set: those whose default the value is, else those that the code
// looks at on the way to it.
func replaces(p *check.SourcePass, celery *django.Celery, s django.Setting) []string {
	if names := check.Defaulted(s.Value); len(names) > 0 {
		return names
	}
	names, _ := check.Escapes(p.Settings, func(w *django.World) eval.Tri {
		return check.If(eval.Equal(celery.Option(w, "broker_url").Value, s.Value))
	})
	return names
}

// judgeTransport judges one address of a broker. variables are those that replace it.
func judgeTransport(p *check.SourcePass, a address, s django.Setting, variables []string) (check.Finding, string) {
	v, at, name := s.Value, check.Where(s), s.Name
	f := check.Finding{Severity: check.Critical, At: at, Fix: fmt.Sprintf("%s = os.environ[%q]", name, "CELERY_BROKER_URL")}
	when := check.EnvNote(v)
	if when == "" && len(variables) > 0 {
		when = " when " + check.Variables(variables) + " " + is(variables) + " missing"
	}
	switch a.transport {
	case "memory":
		f.Message = fmt.Sprintf("%s is in memory%s, so what the site queues never reaches a worker; give it Redis or RabbitMQ", name, when)
		return weighed(p, f, variables), ""
	case "filesystem":
		f.Message = fmt.Sprintf("%s is a folder of this host%s, which another host or container does not see; give it Redis or RabbitMQ", name, when)
		return weighed(p, f, variables), ""
	case "sqla", "sqlalchemy", "sqlite", "django", "db":
		f.Severity = check.Recommended
		f.Message = fmt.Sprintf("%s is an SQL transport%s, which polls a table, loses worker control and is not maintained; give it Redis or RabbitMQ", name, when)
		return f, ""
	}
	if !isLocal(a.host) || a.host == "" && !ofHost(a.transport) {
		return check.Finding{}, ""
	}
	switch separate := separated(p); {
	case separate != "" && when == "":
		f.Message = fmt.Sprintf("%s is localhost, and %s is a container with a localhost of its own; name the broker's service", name, separate)
		return f, ""
	case separate != "":
		f.Severity = check.Recommended
		f.Message = fmt.Sprintf("%s is localhost%s, and %s is a container with a localhost of its own; drop the default", name, when, separate)
		return f, ""
	case outside(v) != "":
		return check.Finding{}, fmt.Sprintf("%s falls back to localhost%s; whether the broker, the site and the worker are on one host stands in files that are not read", name, when)
	}
	return check.Finding{}, name + " is localhost; whether the broker, the site and the worker are on one host stands in files that are not read"
}

// ofHost reports whether a transport connects to a host, so that an address without one means this host. Those of cloud services find theirs by
// their own names: sqs://, azureservicebus://, gcpubsub://.
func ofHost(transport string) bool {
	switch transport {
	case "amqp", "amqps", "pyamqp", "librabbitmq", "redis", "rediss", "valkey", "valkeys", "sentinel", "mongodb", "qpid", "zookeeper", "etcd", "consul", "confluentkafka":
		return true
	}
	return false
}

// separated names a production process of the project that runs in a container, "" when none is known.
func separated(p *check.SourcePass) string {
	other := ""
	for _, process := range check.Described(p) {
		if !process.Production || process.Runtime != deploy.InContainer && process.Runtime != deploy.InImage {
			continue
		}
		switch {
		case process.Role != deploy.Other:
			return process.Artefact
		case other == "" && process.Built != nil && !process.Built.Foreign: // by its image alone, which may be of other code of the repository
			other = process.Artefact
		}
	}
	return other
}

// queueSetting judges the Redis address inside a queue's dictionary: RQ_QUEUES, DRAMATIQ_BROKER, Q_CLUSTER.
func queueSetting(p *check.SourcePass, s django.Setting, name string) (check.Finding, string) {
	if !s.Set || s.Value.Truth() == eval.No {
		return check.Finding{}, s.Name + " is not set in the settings; where " + name + " gets its broker from was not found"
	}
	if s.Value.IsUnknown() {
		return check.Finding{}, s.Name + " is not known: " + s.Value.Reason()
	}
	return check.Finding{}, hostDoubt(p, s.Value, s.Name, 0)
}

// hostDoubt is the doubt about an address on localhost inside a dictionary.
func hostDoubt(p *check.SourcePass, v eval.Value, name string, depth int) string {
	if depth > 3 {
		return ""
	}
	for _, e := range v.Entries() {
		key, _ := e.Key.AsStr()
		if e.Value.Kind() == eval.Dict {
			if why := hostDoubt(p, e.Value, name, depth+1); why != "" {
				return why
			}
			continue
		}
		text, ok := e.Value.AsStr()
		if !ok {
			continue
		}
		host := text
		switch strings.ToLower(key) {
		case "host":
		case "url", "connection", "redis":
			a, good := parseAddress(text)
			if !good {
				continue
			}
			host = a.host
		default:
			continue
		}
		if isLocal(host) {
			return name + " is localhost" + check.EnvNote(e.Value) + "; whether the broker, the site and the worker are on one host stands in files that are not read"
		}
	}
	return ""
}

func hueyBroker(p *check.SourcePass, w *django.World) (check.Finding, string) {
	s := w.Get("HUEY")
	class, _ := s.Value.Get("huey_class").AsStr()
	for _, part := range []string{"Sqlite", "Memory", "File"} {
		if strings.Contains(class, part+"Huey") {
			return check.Finding{Severity: check.Recommended, At: placeOf(s.Value.Get("huey_class"), s), Fix: `"huey_class": "huey.RedisHuey"`,
				Message: fmt.Sprintf("Huey keeps its queue in the %sHuey, which no other host or container sees; use huey.RedisHuey", part)}, ""
		}
	}
	return queueSetting(p, s, "Huey")
}
