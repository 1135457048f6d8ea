package tasks

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// queueBroker is an address of a queue other than Celery, with where it stands.
type queueBroker struct {
	name    string // for people: `RQ_QUEUES["default"]`
	setting django.Setting
	value   eval.Value // what holds the address: a URL, or a dictionary
}

// otherBrokers are the addresses of the queues that the project's tasks use. Sources: django_rq/connection_utils.py,
// huey/contrib/djhuey/__init__.py, django_dramatiq/apps.py, django_q/conf.py.
func otherBrokers(p *check.SourcePass, w *django.World) (list []queueBroker) {
	uses := func(l background.Library) bool { return len(otherTasks(p, l)) > 0 }
	if s := w.Get("RQ_QUEUES"); uses(background.RQ) {
		for _, e := range s.Value.Entries() {
			list = append(list, queueBroker{fmt.Sprintf("RQ_QUEUES[%s]", e.Key.Repr(30)), s, e.Value})
		}
	}
	if s := w.Get("HUEY"); uses(background.Huey) {
		class, _ := s.Value.Get("huey_class").AsStr()
		own := strings.Contains(class, "Sqlite") || strings.Contains(class, "Memory") || strings.Contains(class, "File") || strings.Contains(class, "Postgres")
		for _, v := range []eval.Value{s.Value.Get("connection"), s.Value} {
			if v.Kind() == eval.Dict && !own {
				list = append(list, queueBroker{"HUEY", s, v})
			}
		}
	}
	if s := w.Get("DRAMATIQ_BROKER"); uses(background.Dramatiq) {
		if v := s.Value.Get("OPTIONS"); v.IsValid() {
			list = append(list, queueBroker{"DRAMATIQ_BROKER", s, v})
		}
	}
	if s := w.Get("Q_CLUSTER"); uses(background.DjangoQ) {
		if v := s.Value.Get("redis"); v.IsValid() && v.Kind() != eval.None {
			list = append(list, queueBroker{"Q_CLUSTER", s, v})
		}
	}
	return list
}

// address reads the address; ok is false where there is none to judge, and why says what is not known of it.
func (b queueBroker) address() (a address, ok bool, why string) {
	if b.value.IsUnknown() {
		return a, false, b.name + " is not known: " + b.value.Reason()
	}
	if text, isText := b.value.AsStr(); isText {
		a, ok = parseAddress(text)
		return a, ok, ""
	}
	get := func(names ...string) eval.Value {
		for _, name := range names {
			if v := b.value.Get(name); v.IsValid() && v.Kind() != eval.None {
				return v
			}
		}
		return eval.Value{}
	}
	if url := get("URL", "url"); url.IsValid() {
		text, known := url.AsStr()
		if !known {
			return a, false, "the address in " + b.name + " is not known: " + url.Reason()
		}
		a, ok = parseAddress(text)
		a.secured = a.secured || check.IsOn(get("SSL")) == eval.Yes
		return a, ok, ""
	}
	host := get("HOST", "host")
	text, known := host.AsStr()
	switch {
	case !host.IsValid():
		return a, false, ""
	case !known:
		return a, false, "the host in " + b.name + " is not known: " + host.Reason()
	}
	a = address{transport: "redis", host: strings.ToLower(text), secured: check.IsOn(get("SSL", "ssl")) == eval.Yes}
	password := get("PASSWORD", "password")
	a.password = password.IsUnknown() || password.IsValid() && password.Truth() != eval.No
	return a, true, ""
}

// otherSecurity judges the brokers of queues other than Celery.
func otherSecurity(p *check.SourcePass, w *django.World) (findings []check.Finding, doubts []string) {
	brokers := otherBrokers(p, w)
	for _, b := range brokers {
		a, ok, why := b.address()
		if why != "" {
			doubts = append(doubts, why)
		}
		if !ok {
			continue
		}
		at := check.Where(b.setting)
		if place := b.value.At(); !place.IsZero() {
			at = place
		}
		f, why := judgeAddress(p, b.name, at, outside(b.value), a)
		if f.Message != "" {
			findings = append(findings, f)
		}
		if why != "" {
			doubts = append(doubts, why)
		}
	}
	if len(brokers) == 0 && addressed(p, w) {
		doubts = append(doubts, "the settings name no broker, so that its address is not known")
	}
	return findings, doubts
}

// addressed reports whether a queue other than Celery that the project uses needs the address of a broker: neither the database nor a file is one.
func addressed(p *check.SourcePass, w *django.World) bool {
	if len(otherTasks(p, background.RQ, background.Dramatiq)) > 0 {
		return true
	}
	class, _ := w.Get("HUEY").Value.Get("huey_class").AsStr()
	if len(otherTasks(p, background.Huey)) > 0 && !strings.Contains(class, "Sqlite") && !strings.Contains(class, "File") && !strings.Contains(class, "Memory") {
		return true
	}
	return len(otherTasks(p, background.DjangoQ)) > 0 && !w.Get("Q_CLUSTER").Value.Get("orm").IsValid()
}

// judgeAddress judges one address that a setting gives. variables are those that replace it, as text.
func judgeAddress(p *check.SourcePass, name string, at source.Span, variables string, a address) (check.Finding, string) {
	switch a.transport {
	case "redis", "rediss", "valkey", "valkeys", "amqp", "amqps":
	default:
		return check.Finding{}, ""
	}
	switch {
	case !a.password && openService(p, a.host) != nil:
		port := openService(p, a.host)
		return check.Finding{Severity: check.Critical, At: port.At,
			Message: fmt.Sprintf("The broker %s has no password and is published, so whoever reaches the host can read tasks and give workers orders; remove the port, or start it with --requirepass", a.host),
			Related: []check.Related{{Message: "the broker's address", At: at}}}, ""
	case a.secured && a.password, isLocal(a.host) && variables == "", isService(p, a.host):
		return check.Finding{}, ""
	case variables != "":
		return check.Finding{}, fmt.Sprintf("the broker's address in %s comes from %s; whether it has TLS and a password is known with --env-file", name, variables)
	case !dotted(a.host):
		return check.Finding{}, fmt.Sprintf("the broker is on the host %s, a name inside a network that the repository does not describe", a.host)
	}
	f := check.Finding{Severity: check.Critical, At: at}
	switch {
	case !a.secured && !a.password:
		f.Message = name + " leads to another host with neither TLS nor a password, so whoever reaches it can read tasks and give workers orders; use TLS, and a password from a variable"
	case !a.password:
		f.Message = name + " leads to another host without a password, so whoever reaches it can read tasks and give workers orders; add one from a variable"
	default:
		f.Message = name + " leads to another host without TLS, so the password and every task cross the network in clear; use rediss:// or amqps://"
	}
	return f, ""
}
